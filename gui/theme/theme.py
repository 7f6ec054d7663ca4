"""The theme that is chosen now: `Theme.changed` tells views to repaint, the style sheet changes with it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QIcon, QPalette, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from gui.theme.fonts import interface_font, mono_font
from gui.theme.icons import coloured, painted
from gui.theme.scale import nearest
from gui.theme.sheet import style_sheet
from gui.theme.tokens import PALETTES

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CHOICES = ("system", "light", "dark")

# What the style sheet needs as files: the name there, the icon and its colour.
_SHEET_IMAGES = {
    "chevron_down": ("chevron_down", "text_quiet"),
    "chevron_up": ("chevron_up", "text_quiet"),
    "chevron_right": ("chevron_right", "text_quiet"),
    "check": ("check", "text"),
    "check_on_accent": ("check", "accent_text"),
}


class Theme(QObject):
    """Tokens and what is made of them. Needs a QApplication; `apply` dresses it and keeps it dressed."""

    changed = Signal()

    def __init__(self, choice: str = "system", parent: QObject | None = None, scale: float = 1.0) -> None:
        super().__init__(parent)
        self._choice = _checked(choice)
        self._scale = nearest(scale)
        self.reduced_motion = False
        """Whether nothing moves that need not."""
        self._name = self._resolved()
        self._colours = {
            name: {token: QColor(value) for token, value in table.items()} for name, table in PALETTES.items()
        }
        self._pixmaps: dict[tuple[str, int, str, float], QPixmap] = {}
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._dressed = False
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow)

    @property
    def name(self) -> str:
        """`light` or `dark`."""
        return self._name

    @property
    def choice(self) -> str:
        """`system`, `light` or `dark`."""
        return self._choice

    def set_choice(self, choice: str) -> None:
        """Show this theme from now on; `system` follows the system. ValueError for another word."""
        self._choice = _checked(choice)
        self._follow()

    def colour(self, token: str) -> QColor:
        """A colour by its token. KeyError if there is no such token."""
        return QColor(self._colours[self._name][token])

    @property
    def scale(self) -> float:
        """How large text is: 1 as designed, 2 twice as large."""
        return self._scale

    def set_scale(self, scale: float) -> None:
        """Show all text, and what has to follow it, in another size from now on."""
        if nearest(scale) != self._scale:
            self._scale = nearest(scale)
            if self._dressed:
                self.apply(QApplication.instance())  # type: ignore[arg-type]
            self.changed.emit()

    def scaled(self, pixels: float) -> int:
        """A length that holds text, such as the height of a row, where it is so long at 100 %."""
        return round(pixels * self._scale)

    def font(self, size: int = 13, mono: bool = False, weight: int = 400) -> QFont:
        """The system's interface or fixed font, `size` in pixels at 100 %."""
        return self.canvas_font(self.scaled(size), mono, weight)

    def canvas_font(self, size: int = 13, mono: bool = False, weight: int = 400) -> QFont:
        """A font in canvas units. Larger text is a nearer canvas: nodes grow with their words, and none is cut off."""
        return mono_font(size, weight) if mono else interface_font(size, weight)

    def pixmap(self, name: str, size: int, token: str = "text", ratio: float | None = None) -> QPixmap:
        """An icon in a token's colour, sharp on the sharpest screen unless `ratio` (pixels per unit) is given."""
        ratio = QGuiApplication.instance().devicePixelRatio() if ratio is None else ratio  # type: ignore[union-attr]
        key = (name, size, self._colours[self._name][token].name(), ratio)
        if key not in self._pixmaps:
            self._pixmaps[key] = painted(name, size, self.colour(token), ratio)
        return self._pixmaps[key]

    def icon(self, name: str, token: str = "text") -> QIcon:
        """An icon for a button or a menu, quiet where it is disabled. Ask again when the theme has changed."""
        icon = QIcon()
        for ratio in (1.0, 2.0):
            icon.addPixmap(self.pixmap(name, self.scaled(16), token, ratio))
            icon.addPixmap(self.pixmap(name, self.scaled(16), "text_disabled", ratio), QIcon.Mode.Disabled)
        return icon

    def colormap(self, kind: str) -> NDArray[np.uint8]:
        """(256, 4) red, green, blue, alpha: `diverging` (zero in the middle) or `sequential`."""
        from gui.theme.colormaps import table

        return table(kind, self._name)

    def style_sheet(self) -> str:
        """For the whole application."""
        families = self.font(mono=True).families()
        return style_sheet(PALETTES[self._name], families, self._sheet_images(), self._scale)

    def palette(self) -> QPalette:
        """For what a style sheet does not reach."""
        roles = QPalette.ColorRole
        palette = QPalette()
        tokens = {
            roles.Window: "panel", roles.Base: "raised", roles.AlternateBase: "hover", roles.Button: "raised",
            roles.ToolTipBase: "raised", roles.Highlight: "accent", roles.HighlightedText: "accent_text",
            roles.WindowText: "text", roles.Text: "text", roles.ButtonText: "text", roles.ToolTipText: "text",
            roles.BrightText: "bad", roles.PlaceholderText: "text_quiet", roles.Link: "accent",
            roles.LinkVisited: "accent", roles.Light: "raised", roles.Midlight: "hover", roles.Mid: "line",
            roles.Dark: "line", roles.Accent: "accent",
        }  # fmt: skip
        for role, token in tokens.items():
            palette.setColor(role, self.colour(token))
        for role in (roles.WindowText, roles.Text, roles.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, role, self.colour("text_disabled"))
        return palette

    def apply(self, application: QApplication) -> None:
        """Dress the application, now and whenever the theme changes."""
        if not self._dressed:
            self._dressed = True
            application.setStyle("Fusion")
        application.setFont(self.font())
        hints = QGuiApplication.styleHints()
        schemes = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
        # The window frame belongs to the system and follows this hint.
        hints.setColorScheme(schemes.get(self._choice, Qt.ColorScheme.Unknown))
        application.setPalette(self.palette())
        application.setStyleSheet(self.style_sheet())

    def _resolved(self) -> str:
        if self._choice != "system":
            return self._choice
        return "dark" if QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark else "light"

    def _follow(self) -> None:
        name = self._resolved()
        if name != self._name:
            self._name = name
            if self._dressed:
                self.apply(QApplication.instance())  # type: ignore[arg-type]
            self.changed.emit()

    def _sheet_images(self) -> dict[str, str]:
        """Paths of the icons that a style sheet can only name as files; none where nothing can be written."""
        try:
            if self._folder is None:
                self._folder = tempfile.TemporaryDirectory(prefix="layerloom-")
            folder = Path(self._folder.name)
            paths = {}
            for name, (icon, token) in _SHEET_IMAGES.items():
                path = folder / f"{name}_{self._name}.svg"
                path.write_text(coloured(icon, self.colour(token)), encoding="utf-8")
                paths[name] = path.as_posix()
        except OSError:
            return {}
        return paths


def restyle(widget: QWidget) -> None:
    """Let a property that the style sheet asks for take effect on a widget that is already shown."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


def _checked(choice: str) -> str:
    if choice not in CHOICES:
        raise ValueError(f"appearance must be one of {', '.join(CHOICES)}, received {choice}.")
    return choice
