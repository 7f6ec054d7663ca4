"""Layers come from the palette: dropped on a wire, dropped free, or put behind the selection by a key."""

from __future__ import annotations

import pytest
from canvas_person import Person, edge
from examples import chain, digits_mlp
from PySide6.QtCore import QEvent, QMimeData, QObject, QPointF, QRect, QRectF, Qt, QUrl
from PySide6.QtGui import QDragMoveEvent, QPaintEvent, QRegion
from PySide6.QtWidgets import QApplication

from core.layout import Layout, Node


def overlapping(person: Person) -> list[tuple[str, str]]:
    rects: dict[str, QRectF] = {key: person.view.node_rect(key) for key in person.layout.nodes}
    return [(a, b) for a in rects for b in rects if a < b and rects[a].intersects(rects[b])]


def test_a_layer_dropped_on_a_wire_is_inserted_and_selected(qtbot):
    person = Person(qtbot, digits_mlp())
    person.drop("ReLU", person.between("flatten", "hidden"))
    assert {("flatten", "relu_2"), ("relu_2", "hidden")} <= person.edges()
    assert ("flatten", "hidden") not in person.edges()
    assert person.document.selection == {"relu_2"}


def test_inserting_makes_room_in_the_same_edit(qtbot):
    person = Person(qtbot, digits_mlp())
    person.drop("Linear", person.between("flatten", "hidden"))
    assert overlapping(person) == []
    column = ["images", "flatten", "linear", "hidden", "relu", "logits", "output"]
    assert sorted(column, key=lambda key: person.seen_at(key)[1]) == column
    assert {person.seen_at(key)[0] for key in column} == {0}
    person.document.undo()
    assert person.layout == digits_mlp()


def test_a_layer_dropped_into_a_long_wire_moves_nothing_else(qtbot):
    nodes = {"a": Node("ReLU", {}, (0, 0)), "b": Node("ReLU", {}, (0, 400))}
    person = Person(qtbot, Layout(nodes=nodes, edges=(edge("a", "b"),)))
    person.drop("Linear", person.between("a", "b"))
    assert person.layout.nodes["b"].position == (0, 400)
    assert person.edges() == {("a", "linear"), ("linear", "b")}
    assert overlapping(person) == []


def test_a_layer_dropped_on_nothing_stands_at_the_pointer_without_wires(qtbot):
    person = Person(qtbot, digits_mlp())
    point = person.middle("images") + QPointF(300, 50)
    person.drop("Conv2d", point)
    assert person.edges() == {(e.source, e.target) for e in digits_mlp().edges}
    node = person.layout.nodes["conv2d"]
    assert node.arguments == {"out_channels": 16, "kernel_size": 3, "padding": 1}
    x, y = node.position
    assert x % 8 == 0 and y % 8 == 0
    assert abs(x + 100 - point.x()) <= 4 and abs(y + 24 - point.y()) <= 4


def test_a_layer_dropped_on_a_node_stands_beside_it(qtbot):
    person = Person(qtbot, digits_mlp())
    person.drop("Linear", person.middle("hidden"))
    assert overlapping(person) == []


@pytest.mark.parametrize("layer", ["Input", "Output"])
def test_what_cannot_stand_in_a_wire_is_not_inserted(qtbot, layer):
    person = Person(qtbot, digits_mlp())
    person.drop(layer, person.between("flatten", "hidden"))
    assert person.edges() == {(e.source, e.target) for e in digits_mlp().edges}
    assert layer.lower() + "_2" in person.layout.nodes or layer.lower() in person.layout.nodes


def test_a_layer_that_leaves_the_canvas_again_changes_nothing(qtbot):
    from PySide6.QtGui import QDragLeaveEvent
    from PySide6.QtWidgets import QApplication

    person = Person(qtbot, digits_mlp())
    data = person.carry("ReLU", person.between("flatten", "hidden"))
    shown = len(person.view.items())
    QApplication.sendEvent(person.view.viewport(), QDragLeaveEvent())
    assert data.hasFormat("application/x-layerloom-layer")
    assert len(person.view.items()) == shown - 1
    assert person.layout == digits_mlp()


class Painted(QObject):
    """What of a widget was painted since it was asked last."""

    def __init__(self) -> None:
        super().__init__()
        self._region = QRegion()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self._region = self._region.united(event.region())
        return False

    def take(self) -> QRegion:
        region, self._region = self._region, QRegion()
        return region


def test_the_outline_of_a_carried_layer_leaves_nothing_where_it_was(qtbot):
    """Also where a wire lights up at the same moment: what that repaints must not hide that the outline went."""
    person = Person(qtbot, digits_mlp())
    viewport, painted = person.view.viewport(), Painted()
    viewport.installEventFilter(painted)
    beside = person.middle("relu") + QPointF(-330, 0)
    data = person.carry("Dropout", beside)
    outline = QRect(person.pixel(beside + QPointF(-90, -16)), person.pixel(beside + QPointF(90, 16)))
    shown = QRegion()

    def seen(part: QRect) -> bool:
        nonlocal shown
        shown = shown.united(painted.take())
        return shown.contains(part) and shown.intersected(part) == QRegion(part)

    qtbot.waitUntil(lambda: seen(outline))
    shown = QRegion()
    wire = person.between("relu", "logits")
    move = QDragMoveEvent(
        person.pixel(wire), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(viewport, move)
    qtbot.waitUntil(lambda: seen(outline))


def test_files_and_unknown_layers_are_left_to_the_window(qtbot):
    person = Person(qtbot, digits_mlp())
    files = QMimeData()
    files.setUrls([QUrl.fromLocalFile("/tmp/network.json")])
    assert not person.bring(files, person.middle("hidden"))
    unknown = QMimeData()
    unknown.setData("application/x-layerloom-layer", b"NoSuchLayer")
    assert not person.bring(unknown, person.middle("hidden"))


def test_the_first_layer_on_an_empty_canvas_stands_where_it_was_dropped(qtbot):
    person = Person(qtbot, Layout())
    person.drop("Input", QPointF(0, 0))
    assert list(person.layout.nodes) == ["input"]


def test_a_layer_from_the_palette_goes_behind_the_selected_node(qtbot):
    person = Person(qtbot, digits_mlp())
    person.document.select(["relu"])
    person.view.add_layer("Dropout")
    assert {("relu", "dropout"), ("dropout", "logits")} <= person.edges()
    assert person.document.selection == {"dropout"}
    assert overlapping(person) == []


def test_layers_one_after_the_other_build_a_chain(qtbot):
    person = Person(qtbot, Layout())
    for layer in ("Input", "Flatten", "Linear", "Output"):
        person.view.add_layer(layer)
    assert [(e.source, e.target) for e in person.layout.edges] == [
        ("input", "flatten"),
        ("flatten", "linear"),
        ("linear", "output"),
    ]
    assert overlapping(person) == []


def test_without_a_selection_a_layer_goes_before_the_only_output(qtbot):
    person = Person(qtbot, digits_mlp())
    person.view.add_layer("Dropout")
    assert {("logits", "dropout"), ("dropout", "output")} <= person.edges()


def test_behind_a_selected_output_means_before_it(qtbot):
    person = Person(qtbot, digits_mlp())
    person.document.select(["output"])
    person.view.add_layer("Dropout")
    assert {("logits", "dropout"), ("dropout", "output")} <= person.edges()


def test_behind_a_branch_a_layer_becomes_one_more_branch(qtbot):
    layout = chain(("relu", "ReLU", {}))
    nodes = {**layout.nodes, "aside": Node("ReLU", {}, (232, 200))}
    person = Person(qtbot, Layout(nodes=nodes, edges=(*layout.edges, edge("relu", "aside"))))
    person.document.select(["relu"])
    person.view.add_layer("Tanh")
    assert ("relu", "tanh") in person.edges()
    assert {("relu", "output"), ("relu", "aside")} <= person.edges()
    assert overlapping(person) == []


def test_an_input_is_never_wired_behind_another_node(qtbot):
    person = Person(qtbot, digits_mlp())
    person.document.select(["relu"])
    person.view.add_layer("Input")
    assert person.edges() == {(e.source, e.target) for e in digits_mlp().edges}
    assert "input" in person.layout.nodes
    assert overlapping(person) == []


def test_with_several_free_ends_and_no_selection_a_layer_stands_free_in_view(qtbot):
    nodes = {"a": Node("ReLU", {}, (0, 0)), "b": Node("ReLU", {}, (300, 0))}
    person = Person(qtbot, Layout(nodes=nodes))
    person.view.add_layer("Linear")
    assert person.edges() == set()
    assert overlapping(person) == []


def test_an_added_node_is_brought_into_view(qtbot):
    layers = [(f"relu_{index}", "ReLU", {}) for index in range(20)]
    person = Person(qtbot, chain(*layers), size=(500, 400))
    person.view.zoom_reset()
    person.view.centre_on("images")
    person.view.add_layer("Tanh")
    assert person.view.viewport().rect().contains(person.pixel(person.middle("tanh")))
