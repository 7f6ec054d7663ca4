"""A person at the canvas: real mouse and key events, in canvas coordinates. Tests look at the document."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit

from core.layout import Edge, Layout
from gui.canvas import CanvasView
from gui.document import Document
from gui.theme import Theme
from gui.words import Words

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


class Person:
    def __init__(self, qtbot, layout: Layout, language: str = "en", size: tuple[int, int] = (900, 900)) -> None:
        self.document = Document(layout)
        self.words = Words(language)
        self.theme = Theme("light")
        self.view = CanvasView(self.document, self.words, self.theme)
        self.view.resize(*size)
        qtbot.addWidget(self.view)
        with qtbot.waitActive(self.view):
            self.view.show()
            self.view.activateWindow()
        self.view.setFocus()

    # --- what can be seen ---

    @property
    def layout(self) -> Layout:
        return self.document.layout

    def edges(self) -> set[tuple[str, str]]:
        return {(edge.source, edge.target) for edge in self.layout.edges}

    def seen_at(self, node_id: str) -> tuple[float, float]:
        rect = self.view.node_rect(node_id)
        return (rect.center().x() - 100, rect.top())

    def middle(self, node_id: str) -> QPointF:
        return self.view.node_rect(node_id).center()

    def output(self, node_id: str, index: int = 0) -> QPointF:
        return self.view.port_point(node_id, True, index)

    def input(self, node_id: str, index: int = 0) -> QPointF:
        return self.view.port_point(node_id, False, index)

    def between(self, source: str, target: str, index: int = 0) -> QPointF:
        return (self.output(source) + self.input(target, index)) / 2

    def pixel(self, point: QPointF) -> QPoint:
        return self.view.viewportTransform().map(point).toPoint()

    def read(self) -> str:
        """The sentence beside the pointer, if there is one."""
        shown = [label.accessibleName() for label in self.view.findChildren(QLabel, "canvas_hint") if label.isVisible()]
        return shown[0] if shown else ""

    def name_editor(self) -> QLineEdit | None:
        editors = self.view.findChildren(QLineEdit, "canvas_name_editor")
        return next((editor for editor in editors if editor.isVisible()), None)

    # --- what can be done ---

    def press(self, point: QPointF, modifiers: Qt.KeyboardModifier = NONE, button: Qt.MouseButton = LEFT) -> None:
        QTest.mousePress(self.view.viewport(), button, modifiers, self.pixel(point))

    def move(self, point: QPointF) -> None:
        QTest.mouseMove(self.view.viewport(), self.pixel(point))

    def release(self, point: QPointF, modifiers: Qt.KeyboardModifier = NONE, button: Qt.MouseButton = LEFT) -> None:
        QTest.mouseRelease(self.view.viewport(), button, modifiers, self.pixel(point))

    def click(self, point: QPointF, modifiers: Qt.KeyboardModifier = NONE) -> None:
        QTest.mouseClick(self.view.viewport(), LEFT, modifiers, self.pixel(point))

    def double_click(self, point: QPointF) -> None:
        QTest.mouseClick(self.view.viewport(), LEFT, NONE, self.pixel(point))
        QTest.mouseDClick(self.view.viewport(), LEFT, NONE, self.pixel(point))

    def hold(self, start: QPointF, end: QPointF) -> None:
        """Drag and keep the button down."""
        self.press(start)
        self.move((start * 2 + end) / 3)
        self.move((start + end * 2) / 3)
        self.move(end)

    def drag(self, start: QPointF, end: QPointF) -> None:
        self.hold(start, end)
        self.release(end)

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        QTest.keyClick(QApplication.focusWidget() or self.view, key, modifiers)

    def type(self, text: str) -> None:
        QTest.keyClicks(QApplication.focusWidget() or self.view, text)

    def turn_wheel(self, point: QPointF, eighths: int, modifiers: Qt.KeyboardModifier = NONE) -> None:
        at = QPointF(self.pixel(point))
        viewport = self.view.viewport()
        event = QWheelEvent(
            at,
            QPointF(viewport.mapToGlobal(at.toPoint())),
            QPoint(),
            QPoint(0, eighths),
            Qt.MouseButton.NoButton,
            modifiers,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(viewport, event)

    def carry(self, layer: str, point: QPointF) -> QMimeData:
        """Bring a layer from the palette over the canvas. Returns what is carried, which must outlive the drag."""
        data = QMimeData()
        data.setData("application/x-layerloom-layer", layer.encode())
        self.bring(data, point)
        return data

    def bring(self, data: QMimeData, point: QPointF) -> bool:
        """Whether the canvas takes it."""
        action, viewport = Qt.DropAction.CopyAction, self.view.viewport()
        enter = QDragEnterEvent(self.pixel(point), action, data, LEFT, NONE)
        enter.ignore()
        QApplication.sendEvent(viewport, enter)
        if enter.isAccepted():
            QApplication.sendEvent(viewport, QDragMoveEvent(self.pixel(point), action, data, LEFT, NONE))
        return enter.isAccepted()

    def let_go(self, data: QMimeData, point: QPointF) -> None:
        event = QDropEvent(QPointF(self.pixel(point)), Qt.DropAction.CopyAction, data, LEFT, NONE, QEvent.Type.Drop)
        QApplication.sendEvent(self.view.viewport(), event)

    def drop(self, layer: str, point: QPointF) -> None:
        self.let_go(self.carry(layer, point), point)


def edge(source: str, target: str, input: int = 0) -> Edge:
    return Edge(source, target, input=input)
