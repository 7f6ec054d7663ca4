"""What the window asks about files: which to open, where to save, and what becomes of unsaved work."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, TypeAlias

from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from gui.words import Words

SUFFIX = ".json"
Answer: TypeAlias = Literal["save", "discard", "cancel"]


class FileDialogs:
    """Remembers the folder that was used last."""

    def __init__(self, words: Words, window: QWidget) -> None:
        self._words, self._window = words, window
        self.folder = Path.home()

    def ask_which(self) -> tuple[Path, ...]:
        """The layout files to open; none if the person thought better of it."""
        dialog = self._layout_dialog("dialog.open_title", QFileDialog.AcceptMode.AcceptOpen)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        return _chosen(dialog)

    def ask_where(self, name: str) -> Path | None:
        """Where to save a layout, `name` if the person has no better one."""
        dialog = self._layout_dialog("dialog.save_title", QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(SUFFIX.removeprefix("."))
        dialog.selectFile(name)
        return next(iter(_chosen(dialog)), None)

    def ask_where_else(self, title: str, name: str, filters: Sequence[str]) -> tuple[Path, int] | None:
        """Where to save something else, and the number of the filter that was chosen.

        `title` is a text key; a filter ends in its suffix, as in `PNG (*.png)`.
        """
        dialog = QFileDialog(self._window, self._words.say(title), str(self.folder))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(list(filters))
        # The dialog adds the suffix itself: it has to see which file would be overwritten.
        dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix(_suffix(chosen)))
        dialog.setDefaultSuffix(_suffix(filters[0]))
        dialog.selectFile(name)
        found = _chosen(dialog)
        return (found[0], list(filters).index(dialog.selectedNameFilter())) if found else None

    def ask_unsaved(self, name: str) -> Answer:
        """What becomes of the unsaved changes of a layout."""
        buttons, say = QMessageBox.StandardButton, self._words.say
        question = QMessageBox(self._window)
        question.setIcon(QMessageBox.Icon.NoIcon)
        question.setWindowTitle(say("dialog.unsaved_title"))
        question.setText(say("dialog.unsaved_question", name=name))
        question.setInformativeText(say("dialog.unsaved_text"))
        question.setStandardButtons(buttons.Save | buttons.Discard | buttons.Cancel)
        question.button(buttons.Save).setText(say("dialog.save"))
        question.button(buttons.Discard).setText(say("dialog.discard"))
        question.button(buttons.Cancel).setText(say("dialog.cancel"))
        question.setDefaultButton(buttons.Save)
        answer = question.exec()
        question.deleteLater()
        return "save" if answer == buttons.Save else "discard" if answer == buttons.Discard else "cancel"

    def _layout_dialog(self, title: str, mode: QFileDialog.AcceptMode) -> QFileDialog:
        say = self._words.say
        dialog = QFileDialog(self._window, say(title), str(self.folder))
        dialog.setAcceptMode(mode)
        dialog.setNameFilters([f"{say('dialog.layout_files')} (*{SUFFIX})", f"{say('dialog.all_files')} (*)"])
        return dialog


def _chosen(dialog: QFileDialog) -> tuple[Path, ...]:
    accepted = dialog.exec()
    chosen = tuple(map(Path, dialog.selectedFiles())) if accepted else ()
    dialog.deleteLater()
    return chosen


def _suffix(filter: str) -> str:
    return filter.rpartition("*.")[2].rstrip(")")


def file_name(title: str) -> str:
    """A title as a file name: what no file system takes becomes an underscore."""
    safe = "".join(letter if letter.isalnum() or letter in "-_." else "_" for letter in title.strip())
    return safe.strip("._")[:80] or "layout"


def reason_of(error: OSError) -> str:
    """The system's own words: "No space left on device"."""
    return error.strerror or str(error)
