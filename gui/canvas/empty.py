"""What an empty canvas says: that a layer can be dragged here, and three networks to begin with."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QMoveEvent
from PySide6.QtWidgets import QAbstractScrollArea, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gui.words import Words

STARTERS = ("digits_mlp", "digits_cnn", "spiral")


class EmptyCanvas(QWidget):
    """Lies over the middle of a view while it is shown."""

    starter_chosen = Signal(str)
    gallery_wanted = Signal()
    """All of the examples are to be shown."""

    def __init__(self, view: QAbstractScrollArea, words: Words) -> None:
        super().__init__(view.viewport())
        # Not the viewport: what Qt made by itself can go from under the Python object for it.
        self._view = view
        self._words = words
        self._title = QLabel()
        self._title.setProperty("heading", True)
        self._text = QLabel()
        self._text.setProperty("quiet", True)
        self._buttons = {name: QPushButton() for name in STARTERS}
        self._buttons[STARTERS[0]].setProperty("kind", "primary")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch()
        for name, button in self._buttons.items():
            button.setObjectName(f"starter_{name}")
            button.clicked.connect(lambda _checked=False, chosen=name: self.starter_chosen.emit(chosen))
            row.addWidget(button)
        row.addStretch()
        self._all = QPushButton()
        self._all.setObjectName("all_examples")
        self._all.setProperty("kind", "link")
        self._all.setCursor(Qt.CursorShape.PointingHandCursor)
        self._all.clicked.connect(self.gallery_wanted)
        column = QVBoxLayout(self)
        column.setSpacing(8)
        for label in (self._title, self._text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        column.addSpacing(8)
        column.addLayout(row)
        column.addWidget(self._all, 0, Qt.AlignmentFlag.AlignHCenter)
        view.viewport().installEventFilter(self)
        self.retell()

    def retell(self) -> None:
        """Take the words of now."""
        say = self._words.say
        self._title.setText(say("canvas.empty_title"))
        self._text.setText(say("canvas.empty_text"))
        for name, button in self._buttons.items():
            button.setText(say(f"canvas.starter_{name}"))
            button.setToolTip(say(f"canvas.starter_{name}_tip"))
        self._all.setText(say("action.gallery"))
        self._centre()

    def moveEvent(self, event: QMoveEvent) -> None:
        """Scrolling the canvas takes along what lies on it; this stays in the middle."""
        self._centre()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._centre()
        return False

    def _centre(self) -> None:
        self.adjustSize()
        area = self._view.viewport().rect()
        self.move((area.width() - self.width()) // 2, (area.height() - self.height()) // 2)
