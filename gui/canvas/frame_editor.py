"""A frame's title and colour are changed where they are: a line to write on, and a dot for each colour."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import get_args

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QKeyEvent, QPainter, QPen, QPixmap
from PySide6.QtWidgets import (
    QApplication,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.annotations import with_frame
from core.layout import LONGEST_TITLE, Colour
from gui.canvas.framing import TITLE
from gui.canvas.look import Look
from gui.canvas.stage import Stage

DOT = 16
MARGIN = 8


class FrameEditor(QFrame):
    """Lies over a frame's title until Enter, Esc or a click elsewhere. A colour shows at once, the title at the end."""

    def __init__(self, stage: Stage, frame_id: str, place: Callable[[], QRectF | None], fresh: bool) -> None:
        """`place` is where the frame lies, None once it is gone; `fresh` is for one just made."""
        super().__init__(stage.view.viewport())
        self._stage, self._frame_id, self._place, self._fresh = stage, frame_id, place, fresh
        self._done = False
        frame = stage.document.layout.frames[frame_id]
        self.setObjectName("canvas_frame_editor")
        self.setProperty("card", True)
        self.title = QLineEdit(frame.title)
        self.title.setObjectName("canvas_frame_title")
        self.title.setMaxLength(LONGEST_TITLE)
        self.title.setPlaceholderText(stage.words.say("canvas.frame_title"))
        self.title.setAccessibleName(stage.words.say("canvas.frame_title"))
        self.title.selectAll()
        self.title.installEventFilter(self)
        self.colours: dict[Colour, QToolButton] = {}
        dots = QHBoxLayout()
        dots.setSpacing(2)
        group = QButtonGroup(self)
        for colour in get_args(Colour):
            button = QToolButton()
            button.setObjectName(f"canvas_frame_{colour}")
            button.setProperty("kind", "plain")
            button.setCheckable(True)
            button.setChecked(colour == frame.colour)
            button.setIconSize(QSize(DOT, DOT))
            button.setIcon(colour_icon(stage.scene.look, colour, button.devicePixelRatioF()))
            name = stage.words.say(f"action.frame_{colour}")
            button.setToolTip(name)
            button.setAccessibleName(name)
            button.clicked.connect(lambda _checked=False, chosen=colour: self._colour(chosen))
            button.installEventFilter(self)
            group.addButton(button)
            dots.addWidget(button)
            self.colours[colour] = button
        dots.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, 4)
        column.setSpacing(4)
        column.addWidget(self.title)
        column.addLayout(dots)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        self._application = application
        application.focusChanged.connect(self._focus_moved)
        # A click on a colour would take the focus to the canvas below.
        self.setFocusProxy(self.title)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.follow()
        self.show()
        self.title.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def finished(self) -> bool:
        return self._done

    def follow(self) -> None:
        """Stay over the title while the canvas moves below, as far as there is room in the view."""
        place = self._place()
        if place is None:
            self.give_up()
            return
        rect = self._stage.view.viewportTransform().mapRect(place)
        room = self._stage.view.viewport().rect()
        scale = self._stage.view.viewportTransform().m11()
        width, height = self.sizeHint().width(), self.sizeHint().height()
        left = min(max(round(rect.left()), MARGIN), max(room.width() - width - MARGIN, MARGIN))
        # Above the title, so that the nodes stay in sight.
        top = round(rect.top() + TITLE * scale) - height
        self.setGeometry(left, min(max(top, MARGIN), max(room.height() - height - MARGIN, MARGIN)), width, height)

    def finish(self) -> None:
        """Keep the title."""
        if self._done:
            return
        document, frame_id, title = self._stage.document, self._frame_id, self.title.text().strip()
        self.give_up()
        frame = document.layout.frames.get(frame_id)
        if frame is not None and frame.title != title:
            label = "canvas.edit.frame" if self._fresh else "canvas.edit.frame_title"
            document.apply(
                label,
                lambda layout: with_frame(layout, frame_id, replace(layout.frames[frame_id], title=title)),
                merge=self._fresh,
            )

    def give_up(self) -> None:
        if self._done:
            return
        self._done = True
        self._application.focusChanged.disconnect(self._focus_moved)
        if self._holds(QApplication.focusWidget()):
            self._stage.view.setFocus()
        self.hide()
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        if event.key() == Qt.Key.Key_Escape:
            self.give_up()
            return True
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if isinstance(watched, QToolButton):
                watched.click()
            self.finish()
            return True
        return False

    def _colour(self, colour: Colour) -> None:
        document, frame_id = self._stage.document, self._frame_id
        document.apply(
            "canvas.edit.frame_colour",
            lambda layout: with_frame(layout, frame_id, replace(layout.frames[frame_id], colour=colour)),
        )
        self._fresh = False

    def _focus_moved(self, _before: QWidget | None, now: QWidget | None) -> None:
        # None while another window or a menu has the keyboard.
        if now is not None and not self._holds(now):
            self.finish()

    def _holds(self, widget: QWidget | None) -> bool:
        return widget is not None and (widget is self or self.isAncestorOf(widget))


def colour_icon(look: Look, colour: Colour, ratio: float = 1.0) -> QIcon:
    """A dot in a frame's colour."""
    pixmap = QPixmap(round(DOT * ratio), round(DOT * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(look.frames[colour])
    painter.setPen(QPen(Qt.PenStyle.NoPen))
    painter.drawEllipse(QPointF(DOT / 2, DOT / 2), DOT / 2 - 2, DOT / 2 - 2)
    painter.end()
    return QIcon(pixmap)
