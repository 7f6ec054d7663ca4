"""A long story at the canvas: a person does whatever can be done there, in any order, by mouse and keyboard."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from core.storage import dumps, loads
from gui.canvas.faces import node_faces, wire_faces
from gui.main_window import MainWindow

NONE = Qt.KeyboardModifier.NoModifier
CONTROL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
LEFT = Qt.MouseButton.LeftButton
REQUESTS = ("relu", "conv 16 3", "linear 10", "add", "dropout", "flatten", "cat", "lstm 8", "input", "output")
LARGEST = 60
"""Nodes; beyond that the person deletes, so that a step stays quick."""


class Storyteller:
    """Does one random thing at a time to a window that is open and active."""

    def __init__(self, window: MainWindow, random: Random) -> None:
        self.window, self.random = window, random
        self.told: list[str] = []
        self._steps: tuple[tuple[str, Callable[[], None]], ...] = (
            ("click a node", self._click_node),
            ("click a node", self._click_node),
            ("add a node to the selection", lambda: self._click_node(CONTROL)),
            ("band", self._band),
            ("select all", lambda: self._key(Qt.Key.Key_A, CONTROL)),
            ("drag a node", self._drag_node),
            ("wire", self._wire),
            ("wire", self._wire),
            ("add", self._add),
            ("add", self._add),
            ("delete", self._delete),
            ("copy", lambda: self._key(Qt.Key.Key_C, CONTROL)),
            ("cut", self._cut),
            ("paste", self._paste),
            ("duplicate", self._duplicate),
            ("mute", lambda: self._key(Qt.Key.Key_M, CONTROL)),
            ("bypass", lambda: self._key(Qt.Key.Key_B, CONTROL)),
            ("freeze", lambda: self._key(Qt.Key.Key_F, CONTROL | ALT)),
            ("take out", lambda: self._key(Qt.Key.Key_X, CONTROL | SHIFT)),
            ("tidy", lambda: self._key(Qt.Key.Key_L, CONTROL)),
            ("tidy to the right", lambda: self._key(Qt.Key.Key_L, CONTROL | SHIFT)),
            ("nudge", lambda: self._key(self.random.choice(ARROWS), CONTROL)),
            ("walk", lambda: self._key(self.random.choice(ARROWS))),
            ("collapse", self._collapse),
            ("unpack", lambda: self._key(Qt.Key.Key_U, CONTROL | SHIFT)),
            ("enter", lambda: self._key(Qt.Key.Key_Return, CONTROL)),
            ("leave", lambda: self._key(Qt.Key.Key_Backspace, CONTROL)),
            ("frame", lambda: self._key(Qt.Key.Key_G, CONTROL | SHIFT)),
            ("note", self._note),
            ("undo", lambda: self._key(Qt.Key.Key_Z, CONTROL)),
            ("undo", lambda: self._key(Qt.Key.Key_Z, CONTROL)),
            ("redo", lambda: self._key(Qt.Key.Key_Z, CONTROL | SHIFT)),
        )

    def step(self) -> None:
        """One thing; what was open or held is closed at the end."""
        name, act = self.random.choice(self._steps)
        self.told.append(name)
        canvas = self.window.canvas
        if not canvas.hasFocus():
            canvas.setFocus()
        act()
        self._close_popups()

    # --- what a person does ---

    def _key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        QTest.keyClick(QApplication.focusWidget() or self.window.canvas, key, modifiers)

    def _some_node(self) -> str | None:
        nodes = list(self.window.document.layout.nodes)
        return self.random.choice(nodes) if nodes else None

    def _pixel(self, point: QPointF) -> QPoint:
        return self.window.canvas.viewportTransform().map(point).toPoint()

    def _see(self, node_id: str) -> QPoint:
        canvas = self.window.canvas
        canvas.centre_on(node_id)
        return self._pixel(canvas.node_rect(node_id).center())

    def _click_node(self, modifiers: Qt.KeyboardModifier = NONE) -> None:
        node_id = self._some_node()
        if node_id is not None:
            QTest.mouseClick(self.window.canvas.viewport(), LEFT, modifiers, self._see(node_id))

    def _drag(self, start: QPoint, end: QPoint, modifiers: Qt.KeyboardModifier = NONE) -> None:
        viewport = self.window.canvas.viewport()
        QTest.mousePress(viewport, LEFT, modifiers, start)
        QTest.mouseMove(viewport, (start + end) / 2)
        QTest.mouseMove(viewport, end)
        QTest.mouseRelease(viewport, LEFT, modifiers, end)

    def _somewhere(self) -> QPoint:
        area = self.window.canvas.viewport().rect().adjusted(30, 30, -30, -30)
        return QPoint(self.random.randint(area.left(), area.right()), self.random.randint(area.top(), area.bottom()))

    def _band(self) -> None:
        self._drag(self._somewhere(), self._somewhere())

    def _drag_node(self) -> None:
        node_id = self._some_node()
        if node_id is not None:
            modifiers = self.random.choice((NONE, NONE, ALT))
            self._drag(self._see(node_id), self._somewhere(), modifiers)

    def _wire(self) -> None:
        canvas, layout = self.window.canvas, self.window.document.layout
        one, other = self._some_node(), self._some_node()
        if one is None or other is None:
            return
        canvas.fit()
        ports = [port for port in canvas.items_scene.nodes[one].ports() if port[0]]
        if ports and other in layout.nodes:
            index = self.random.choice(ports)[1]
            start, end = canvas.port_point(one, True, index), canvas.node_rect(other).center()
            self._drag(self._pixel(start), self._pixel(end))

    def _type(self, text: str) -> None:
        QTest.keyClicks(QApplication.focusWidget() or self.window.canvas, text)

    def _add(self) -> None:
        if len(self.window.document.layout.nodes) < LARGEST:
            self._type(self.random.choice(REQUESTS))
            self._key(Qt.Key.Key_Return)

    def _delete(self) -> None:
        if len(self.window.document.layout.nodes) < LARGEST and len(self.window.document.selection) > 6:
            return  # else one press of delete after "select all" would end every story
        self._key(Qt.Key.Key_Delete)

    def _cut(self) -> None:
        if len(self.window.document.selection) < 6:
            self._key(Qt.Key.Key_X, CONTROL)

    def _paste(self) -> None:
        if len(self.window.document.layout.nodes) < LARGEST:
            self._key(Qt.Key.Key_V, CONTROL)

    def _duplicate(self) -> None:
        if len(self.window.document.layout.nodes) < LARGEST:
            self._key(Qt.Key.Key_D, CONTROL)

    def _collapse(self) -> None:
        self._key(Qt.Key.Key_G, CONTROL)
        if isinstance(QApplication.focusWidget(), QLineEdit):
            self._key(Qt.Key.Key_Return)

    def _note(self) -> None:
        if len(self.window.document.layout.notes) < 5:
            self._key(Qt.Key.Key_N, CONTROL | ALT)
            self._type("**why**")

    def _close_popups(self) -> None:
        for _ in range(3):
            focus = QApplication.focusWidget()
            if focus is None or focus is self.window.canvas:
                break
            QTest.keyClick(focus, Qt.Key.Key_Escape)
            self.window.canvas.setFocus()


ARROWS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)


def assert_layout_is_valid(window: MainWindow) -> None:
    root = window.document.root
    assert loads(dumps(root)) == root


def assert_canvas_shows_the_layout(window: MainWindow) -> None:
    """Every node and wire that the layout has, and no other, where it stands and with what it says."""
    document, scene = window.document, window.canvas.items_scene
    layout = document.layout
    assert list(scene.nodes) == [key for key in scene.nodes if key in layout.nodes]
    assert set(scene.nodes) == set(layout.nodes)
    assert set(scene.wires) == set(layout.edges)
    faces = node_faces(layout, document.inference, window.words)
    for node_id, node in layout.nodes.items():
        item = scene.nodes[node_id]
        assert item.face == faces[node_id]
        if node.position is not None:
            assert item.place == node.position
    for edge, face in wire_faces(layout, document.inference).items():
        wire = scene.wires[edge]
        assert wire.face == face
        ends = (scene.nodes[edge.source].port(True, edge.output), scene.nodes[edge.target].port(False, edge.input))
        path = wire.path
        for end, seen in zip(ends, (path.pointAtPercent(0), path.pointAtPercent(1)), strict=True):
            assert (end - seen).manhattanLength() < 1
    assert document.selection <= set(layout.nodes)
