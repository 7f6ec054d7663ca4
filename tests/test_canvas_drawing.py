"""What nodes and wires say, where a wire runs and where its shape stands, and that only what differs is drawn anew."""

from __future__ import annotations

from dataclasses import replace

import pytest
from canvas_person import Person, edge
from examples import chain, digits_mlp, residual
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QHelpEvent, QImage, QPainterPath
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QToolTip

from core.layout import Layout, Node, with_argument, with_edge, without_nodes
from core.problems import Problem
from core.shapes import infer, pending
from core.storage import load
from core.tidying import tidied
from gui.canvas.boxes import Area, rect_of, touch
from gui.canvas.faces import changed_dimensions, node_faces, wire_faces
from gui.canvas.labels import label_place
from gui.canvas.routes import bend, curve, distance, routed
from gui.examples import LAYOUTS
from gui.words import Words

WORDS = Words("en")


def texts(layout: Layout) -> dict[tuple[str, str], str]:
    faces = wire_faces(layout, infer(layout))
    return {(edge.source, edge.target): face.text for edge, face in faces.items()}


def test_wires_say_the_shape_that_flows_through_them():
    assert texts(digits_mlp()) == {
        ("images", "flatten"): "N × 1 × 8 × 8",
        ("flatten", "hidden"): "N × 64",
        ("hidden", "relu"): "N × 32",
        ("relu", "logits"): "N × 32",
        ("logits", "output"): "N × 10",
    }


def test_a_wire_behind_a_mistake_says_so_quietly():
    layout = with_argument(digits_mlp(), "hidden", "in_features", 65)
    assert texts(layout)["hidden", "relu"] == "?"


def test_before_torch_is_there_wires_say_nothing():
    layout = digits_mlp()
    assert {face.text for face in wire_faces(layout, pending(layout)).values()} == {""}


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        (None, ("N", 1, 8, 8), set()),
        (("N", 64), ("N", 64), set()),
        (("N", 64), ("N", 10), {1}),
        (("N", 1, 8, 8), ("N", 16, 8, 8), {1}),
        (("N", 16, 8, 8), ("N", 16, 4, 4), {2, 3}),
        (("N", 1, 8, 8), ("N", 64), {1}),
        (("N", 64), ("N", 1, 8, 8), {1, 2, 3}),
        (("N", 5), ("N", 5, 32), {2}),
        (("N", 8, 8), ("N", 1, 8, 8), {1}),
    ],
)
def test_the_dimensions_that_a_node_changed_are_set_off(before, after, changed):
    assert changed_dimensions(before, after) == changed


def test_nodes_say_their_decisive_arguments_and_parameters():
    layout = digits_mlp()
    faces = node_faces(layout, infer(layout), WORDS)
    assert (faces["logits"].decisive, faces["logits"].note) == ("32→10", "330 parameters")
    assert faces["relu"].note == ""


def test_a_problem_stands_on_its_node_in_a_few_words():
    layout = without_nodes(chain(("conv", "Conv2d", {"out_channels": 4, "kernel_size": 3})), [])
    layout = with_argument(layout, "conv", "in_channels", 3)
    face = node_faces(layout, infer(layout), WORDS)["conv"]
    assert face.severity == "error"
    assert face.note == "in_channels is 1, not 3"


def test_a_node_shows_its_error_before_its_warning():
    layout = digits_mlp()
    problems = (Problem("relu", "first", severity="warning"), Problem("relu", "graph.loose_end"))
    face = node_faces(layout, replace(pending(layout), problems=problems), WORDS)["relu"]
    assert (face.severity, face.note) == ("error", "nothing reads this")


# --- the way of a wire ---


def samples(path: QPainterPath, count: int) -> list[QPointF]:
    return [path.pointAtPercent(index / count) for index in range(count + 1)]


@pytest.mark.parametrize("end", [(0, 50), (60, 50), (60, -80)])
def test_a_wire_between_neighbours_is_one_smooth_curve(end):
    path = routed((0, 0), end, lambda area: []).path
    assert path == curve(QPointF(0, 0), QPointF(*end))


@pytest.mark.parametrize("direction", ["down", "right"])
def test_a_wire_goes_around_nodes_instead_of_behind_them(direction):
    nodes: list[Area] = [(-100, 100, 100, 164), (-100, 200, 100, 264)]
    start, end = (0, 40), (0, 330)
    if direction == "right":
        nodes = [(top, left, bottom, right) for left, top, right, bottom in nodes]
        start, end = (40, 0), (330, 0)

    def nodes_in(area: Area) -> list[Area]:
        return [node for node in nodes if touch(node, area)]

    path = routed(start, end, nodes_in, direction).path
    assert path.pointAtPercent(0) == QPointF(*start) and path.pointAtPercent(1) == QPointF(*end)
    assert not any(rect_of(node).contains(point) for node in nodes for point in samples(path, 200))


@pytest.mark.parametrize("direction", ["down", "right"])
def test_a_longer_skip_runs_around_a_shorter_one_and_comes_in_at_the_side_of_its_port(qtbot, direction):
    layout = chain(*((f"relu_{i}", "ReLU", {}) for i in range(4)), ("inner", "add", {}), ("outer", "add", {}))
    inner, outer = edge("relu_1", "inner", 1), edge("relu_0", "outer", 1)
    layout = tidied(with_edge(with_edge(layout, inner), outer), direction=direction)
    person = Person(qtbot, layout)
    wires = person.view.items_scene.wires
    paths = [samples(wires[one].path, 400) for one in (inner, outer)]
    aside = [max(point.x() if direction == "down" else point.y() for point in path) for path in paths]
    assert aside[1] >= aside[0] + 8
    # The second input lies right of the first (or below it): nothing that comes to the first is crossed.
    for skip, node in ((paths[0], "inner"), (paths[1], "outer")):
        (first,) = (wire for one, wire in wires.items() if one.target == node and one.input == 0)
        line = [(point.x(), point.y()) for point in samples(first.path, 100)]
        assert not any(distance(line, (point.x(), point.y())) < 2 for point in skip)


def test_every_wire_of_a_network_that_flows_to_the_right_shows_its_shape(qtbot):
    person = Person(qtbot, tidied(load(LAYOUTS / "unet.json"), direction="right"), size=(1600, 400))
    person.document.set_inference(infer)
    wires = person.view.items_scene.wires.values()
    assert all(wire.face.parts for wire in wires)
    assert all(wire.label is not None for wire in wires)


def test_a_skip_in_a_column_is_seen_beside_the_column(qtbot):
    layout = chain(*((f"relu_{i}", "ReLU", {}) for i in range(4)), ("sum", "add", {}))
    layout = with_edge(layout, edge("relu_0", "sum", 1))
    person = Person(qtbot, layout)
    skip = person.view.items_scene.wires[edge("relu_0", "sum", 1)]
    between = [person.view.node_rect(f"relu_{i}") for i in (1, 2, 3)]
    assert not any(rect.contains(point) for rect in between for point in samples(skip.path, 200))


def test_shapes_cover_no_node_no_wire_and_no_other_shape(qtbot):
    person = Person(qtbot, residual(), size=(900, 1400))
    person.document.set_inference(infer)
    wires = person.view.items_scene.wires
    labels = {wire: item.label for wire, item in wires.items() if item.label is not None}
    assert len(labels) == len(wires)
    for wire, label in labels.items():
        assert not any(label.intersects(person.view.node_rect(key)) for key in person.layout.nodes)
        assert not any(label.intersects(other) for key, other in labels.items() if key != wire)
        assert not any(label.contains(point) for item in wires.values() for point in samples(item.path, 100))


def test_two_shapes_that_want_one_place_give_way_to_each_other(qtbot):
    nodes = {
        "left": Node("Input", {}, (0, -100)),
        "left_end": Node("Flatten", {}, (0, 560)),
        "right": Node("Input", {}, (150, 100)),
        "right_end": Node("Flatten", {}, (150, 360)),
        # They leave the shape of the right wire no room but towards the left one.
        **{f"wall_{y}": Node("ReLU", {}, (270, y)) for y in (155, 220, 285)},
    }
    left, right = edge("left", "left_end"), edge("right", "right_end")
    person = Person(qtbot, Layout(nodes=nodes, edges=(left, right)))
    person.document.set_inference(infer)
    labels = [person.view.items_scene.wires[wire].label for wire in (left, right)]
    assert all(label is not None for label in labels)
    assert labels[1].right() < person.output("right").x()
    assert not labels[0].intersects(labels[1])


def test_a_shape_gives_way_to_the_other_side_or_goes_without():
    line, size = bend((0, 0), (0, 50)), (80, 16)
    right = label_place(line, size, lambda area: False)
    left = label_place(line, size, lambda area: area[0] > 0)
    assert right is not None and right[0] > 0
    assert left is not None and left[2] < 0
    assert label_place(line, size, lambda area: True) is None


def test_a_shape_stands_above_or_below_a_wire_that_goes_down_a_little_and_far_aside():
    line, size = bend((0, 0), (-240, 40)), (60, 16)
    area = label_place(line, size, lambda area: area[2] > -10 or area[0] < -230)
    assert area is not None and area[0] > -240 and area[2] < 0


def test_a_shape_stands_above_a_wire_that_runs_to_the_right_or_below():
    line, size = bend((0, 0), (150, 0), "right"), (80, 16)
    above = label_place(line, size, lambda area: False, "right")
    below = label_place(line, size, lambda area: area[1] < 0, "right")
    assert above is not None and above[3] < 0
    assert below is not None and below[1] > 0


# --- the canvas as a whole ---


def test_an_edit_of_one_node_leaves_the_items_of_the_others(qtbot):
    person = Person(qtbot, digits_mlp())
    before, items = dict(person.view.items_scene.nodes), len(person.view.items())
    person.document.apply("canvas.edit.add", lambda layout: with_argument(layout, "hidden", "out_features", 16))
    assert person.view.items_scene.nodes == before
    person.document.apply("canvas.edit.delete", lambda layout: without_nodes(layout, ["relu"]))
    after = person.view.items_scene.nodes
    assert set(before) - set(after) == {"relu"}
    assert all(after[key] is before[key] for key in after)
    assert len(person.view.items()) == items


def picture(person: Person) -> QImage:
    return person.view.grab().toImage()


def test_themes_languages_training_and_hover_can_be_seen(qtbot):
    person = Person(qtbot, digits_mlp())
    person.document.set_inference(infer)
    plain = picture(person)
    person.words.set_language("ko")
    korean = picture(person)
    assert korean != plain
    person.view.set_training(True)
    training = picture(person)
    assert training != korean
    person.view.set_training(False)
    assert picture(person) == korean
    person.move(person.middle("hidden") + QPointF(60, 8))
    assert picture(person) != korean
    person.theme.set_choice("dark")
    assert picture(person).pixelColor(2, 2).lightness() < 60


def test_errors_and_selection_can_be_told_apart_in_grey(qtbot):
    def grey(select: bool, wrong: bool) -> QImage:
        layout = with_argument(digits_mlp(), "hidden", "in_features", 65) if wrong else digits_mlp()
        person = Person(qtbot, layout)
        person.document.set_inference(infer)
        person.document.select(["hidden"] if select else [])
        rect = person.view.node_rect("hidden").adjusted(-8, -8, 8, 8)
        area = person.view.viewportTransform().mapRect(rect).toRect()
        return picture(person).copy(area).convertToFormat(QImage.Format.Format_Grayscale8)

    pictures = [grey(select, wrong) for select in (False, True) for wrong in (False, True)]
    assert all(one != other for index, one in enumerate(pictures) for other in pictures[:index])


def test_the_tip_of_a_node_tells_all_that_is_known(qtbot):
    person = Person(qtbot, with_argument(digits_mlp(), "logits", "in_features", 65), "ko")
    person.document.set_inference(infer)
    pixel = person.pixel(person.middle("logits") + QPointF(60, 0))
    where = person.view.viewport().mapToGlobal(pixel)
    QApplication.sendEvent(person.view.viewport(), QHelpEvent(QHelpEvent.Type.ToolTip, pixel, where))
    tip = QToolTip.text()
    problem = person.document.inference.of("logits")[0]
    assert "logits" in tip and "N × 32" in tip
    assert person.words.say(f"problem.{problem.rule}", **problem.values).replace("`", "") in tip


@pytest.mark.parametrize("language", ["en", "ko"])
def test_an_empty_canvas_offers_three_beginnings(qtbot, language):
    person = Person(qtbot, Layout(), language)
    chosen: list[str] = []
    person.view.starter_chosen.connect(chosen.append)
    shown = [button for button in person.view.findChildren(QPushButton) if button.isVisible()]
    buttons = [button for button in shown if button.objectName().startswith("starter_")]
    assert len(buttons) == 3
    for button in buttons:
        QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=QPoint(10, 10))
    assert chosen == ["digits_mlp", "digits_cnn", "spiral"]
    person.document.open(digits_mlp(), None)
    assert not any(button.isVisible() for button in shown)


def test_the_canvas_has_a_name_for_a_screen_reader(qtbot):
    person = Person(qtbot, digits_mlp())
    assert person.view.accessibleName() == "Network canvas"
    person.words.set_language("ko")
    assert person.view.accessibleName() == "신경망 캔버스"


def test_a_thousand_nodes_zoomed_out_paint_without_text(qtbot):
    nodes = {f"relu_{i}": Node("ReLU", {}, (232 * (i % 25), 100 * (i // 25))) for i in range(1000)}
    edges = tuple(edge(f"relu_{i}", f"relu_{i + 25}") for i in range(975))
    person = Person(qtbot, Layout(nodes=nodes, edges=edges))
    person.view.fit()
    assert len(person.view.items_scene.nodes) == 1000
    assert not picture(person).isNull()
