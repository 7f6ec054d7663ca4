"""The words of the window in the language that is chosen now. Every view asks here and redraws when it changes."""

from __future__ import annotations

from PySide6.QtCore import QLocale, QObject, Signal

from core.text import LANGUAGES, Text


def system_language() -> str:
    """The first of the system's languages that the program speaks, else English."""
    for name in QLocale.system().uiLanguages():
        language = name.replace("_", "-").split("-")[0]
        if language in LANGUAGES:
            return language
    return "en"


class Words(QObject):
    changed = Signal()

    def __init__(self, language: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._text = Text(language)

    @property
    def language(self) -> str:
        return self._text.language

    def set_language(self, language: str) -> None:
        if language != self.language:
            self._text = Text(language)
            self.changed.emit()

    def has(self, key: str) -> bool:
        return self._text.has(key)

    def say(self, key: str, /, **values: object) -> str:
        return self._text(key, **values)
