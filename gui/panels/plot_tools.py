"""What a person can do with the plots: logarithmic axis, smoothing, show everything, save. As buttons and a menu."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSlider, QToolButton, QWidget

from gui.panels.styling import label
from gui.theme import Theme
from gui.words import Words

SPANS = (1, 5, 10, 25, 50, 100, 250, 500)
"""Steps over which the loss can be smoothed, by the slider's place."""


class PlotActions(QObject):
    """Every command of the plots once: words, icon, and whether it can be done now."""

    def __init__(self, words: Words, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._words, self._theme = words, theme
        self.further: tuple[QMenu, ...] = ()
        """Choices that have a button of their own where there is room for one."""
        self.log = QAction(self)
        self.log.setCheckable(True)
        self.reset, self.picture, self.epochs, self.steps = (QAction(self) for _ in range(4))
        self._named = {
            "log": (self.log, ""), "reset": (self.reset, "fit"), "save_picture": (self.picture, "image"),
            "save_epochs": (self.epochs, "table"), "save_steps": (self.steps, "table"),
        }  # fmt: skip
        words.changed.connect(self.retranslate)
        theme.changed.connect(self.recolour)
        self.retranslate()
        self.recolour()

    @property
    def saving(self) -> tuple[QAction, ...]:
        return self.picture, self.epochs, self.steps

    def menu(self, parent: QWidget) -> QMenu:
        """All of them, as a menu at the pointer."""
        menu = QMenu(parent)
        menu.addActions([self.reset, self.log])
        for further in self.further:
            menu.addMenu(further)
        menu.addSeparator()
        menu.addActions(self.saving)
        return menu

    def open_menu(self, parent: QWidget, place: QPoint) -> None:
        menu = self.menu(parent)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(place)

    def retranslate(self) -> None:
        for key, (action, _) in self._named.items():
            action.setText(self._words.say(f"plots.{key}"))
            action.setToolTip(self._words.say(f"plots.{key}_tip"))

    def recolour(self) -> None:
        for action, icon in self._named.values():
            if icon:
                action.setIcon(self._theme.icon(icon, "text_quiet"))


class SmoothingSlider(QWidget):
    chosen = Signal(int)
    """Steps to smooth over; 1 is none."""

    def __init__(self, words: Words, parent: QWidget | None = None, key: str = "plots.smooth") -> None:
        """`<key>_off` and `<key>_tip` say what is smoothed."""
        super().__init__(parent)
        self._words, self._key = words, key
        self._label = label(self, voice="quiet")
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setRange(0, len(SPANS) - 1)
        self.slider.setPageStep(1)
        self.slider.setFixedWidth(64)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._label)
        row.addWidget(self.slider)
        self.slider.valueChanged.connect(self._choose)
        words.changed.connect(self.retranslate)
        self.retranslate()

    def show_name(self, shown: bool) -> None:
        """Whether it says beside it what it does; its tip always does."""
        self._label.setVisible(shown)

    @property
    def span(self) -> int:
        return SPANS[self.slider.value()]

    def _choose(self, _: int) -> None:
        self.retranslate()
        self.chosen.emit(self.span)

    def retranslate(self) -> None:
        self._label.setText(self._words.say("plots.smooth"))
        self.slider.setToolTip(self._words.say(self._key + ("_off" if self.span == 1 else "_tip"), steps=self.span))
        self.slider.setAccessibleName(self._words.say("plots.smooth"))
        self.slider.setAccessibleDescription(self.slider.toolTip())


def button_for(action: QAction, parent: QWidget, icon: bool = True) -> QToolButton:
    """A quiet button that does an action, as an icon or in words."""
    button = QToolButton(parent)
    button.setProperty("kind", "plain")
    button.setDefaultAction(action)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    style = Qt.ToolButtonStyle.ToolButtonIconOnly if icon else Qt.ToolButtonStyle.ToolButtonTextOnly
    button.setToolButtonStyle(style)
    return button
