"""What is painted when: no more than was touched, at every size, in both directions, and for networks of any size."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from canvas_person import Person, edge
from examples import digits_mlp, residual
from network_examples import blocks, recurrent
from PySide6.QtCore import QEvent, QObject, QPointF, QRect, QRectF
from PySide6.QtGui import QImage, QPainter, QPixmap, QRegion
from PySide6.QtWidgets import QApplication

from core.edits import deleted, inserted
from core.layout import Layout, Node, with_argument, with_positions
from core.placement import places
from core.shapes import infer
from gui.canvas.boxes import Boxes
from gui.canvas.network import LABELLED
from gui.canvas.overview import ICON_SIDE
from gui.canvas.routes import Route, bend, crosses, distance
from gui.document import Document
from gui.patience import LARGE, PatientInferrer


class Painted(QObject):
    """Watches which part of a view is painted."""

    def __init__(self, person: Person) -> None:
        super().__init__()
        self._viewport = person.view.viewport()
        self._region = QRegion()
        self._viewport.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self._region |= event.region()  # type: ignore[attr-defined]
        return False

    def by(self, work: Callable[[], object]) -> QRegion:
        """What is painted because of something."""
        QApplication.processEvents()
        self._region = QRegion()
        work()
        QApplication.processEvents()
        return self._region


def seen(person: Person, *node_ids: str, margin: int = 14) -> QRect:
    rect = QRectF()
    for node_id in node_ids:
        rect = rect.united(person.view.node_rect(node_id))
    return person.view.viewportTransform().mapRect(rect).toAlignedRect().adjusted(-margin, -margin, margin, margin)


def grid(rows: int, columns: int) -> Layout:
    nodes = {
        f"relu_{column}_{row}": Node("ReLU", {}, (264.0 * column, 100.0 * row))
        for column in range(columns)
        for row in range(rows)
    }
    edges = tuple(
        edge(f"relu_{column}_{row}", f"relu_{column}_{row + 1}") for column in range(columns) for row in range(rows - 1)
    )
    return Layout(nodes=nodes, edges=edges)


def picture(person: Person) -> QImage:
    return person.view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


# --- no more than was touched ---


@pytest.mark.parametrize("scale", [1.0, 0.5, 0.3])
def test_selecting_a_node_paints_it_and_nothing_else(qtbot, scale):
    person = Person(qtbot, grid(6, 4))
    person.view.zoom_at(QPointF(400, 300), scale / person.view.navigation.scale)
    painted = Painted(person)
    region = painted.by(lambda: person.document.select(["relu_1_2"]))
    assert region.contains(person.pixel(person.middle("relu_1_2")))
    assert seen(person, "relu_1_2").contains(region.boundingRect())


def test_two_nodes_far_apart_are_painted_without_what_lies_between(qtbot):
    person = Person(qtbot, grid(6, 4))
    painted = Painted(person)
    region = painted.by(lambda: person.document.select(["relu_0_0", "relu_3_5"]))
    assert region.contains(person.pixel(person.middle("relu_0_0")))
    assert region.contains(person.pixel(person.middle("relu_3_5")))
    assert not region.contains(person.pixel(person.middle("relu_1_3")))


def test_hovering_paints_the_node_that_is_hovered(qtbot):
    person = Person(qtbot, grid(6, 4))
    person.move(person.middle("relu_0_0") + QPointF(-150, 0))
    painted = Painted(person)
    region = painted.by(lambda: person.move(person.middle("relu_2_2")))
    assert not region.isEmpty()
    assert seen(person, "relu_2_2").contains(region.boundingRect())


def test_dragging_a_node_paints_it_and_its_wires(qtbot):
    person = Person(qtbot, grid(6, 4), size=(1200, 800))
    start = person.middle("relu_3_2")
    person.press(start)
    person.move(start + QPointF(20, 8))
    painted = Painted(person)
    region = painted.by(lambda: person.move(start + QPointF(40, 16)))
    assert region.contains(person.pixel(person.middle("relu_3_2")))
    assert seen(person, "relu_3_1", "relu_3_3", margin=80).contains(region.boundingRect())
    person.release(start + QPointF(40, 16))


def test_an_edit_of_one_node_paints_it_and_what_flows_out_of_it(qtbot):
    person = Person(qtbot, digits_mlp(), size=(900, 900))
    person.document.set_inference(infer)
    painted = Painted(person)
    region = painted.by(
        lambda: person.document.apply("canvas.edit.add", lambda one: with_argument(one, "hidden", "out_features", 16))
    )
    assert region.contains(person.pixel(person.middle("hidden")))
    assert not region.contains(person.pixel(person.middle("images")))
    assert not region.contains(person.pixel(person.middle("output")))


def test_what_changed_bit_by_bit_looks_as_if_it_were_painted_anew(qtbot):
    layout = residual()
    person = Person(qtbot, layout, size=(900, 900))
    person.document.set_inference(infer)
    for edit in (
        lambda one: inserted(one, one.into("relu")[0], "ReLU"),
        lambda one: with_positions(one, {"first": (320.0, 260.0)}),
        lambda one: deleted(one, ["second"], []),
        lambda one: with_argument(one, "stem", "out_channels", 4),
    ):
        person.document.apply("canvas.edit.add", edit)
        QApplication.processEvents()
    person.document.select(["relu"])
    person.document.select([])
    QApplication.processEvents()
    other = Person(qtbot, person.layout, size=(900, 900))
    other.document.set_inference(infer)
    other.view.setTransform(person.view.transform())
    other.view.centerOn(person.view.mapToScene(person.view.viewport().rect()).boundingRect().center())
    scene, anew = person.view.items_scene, other.view.items_scene
    assert {key: wire.path for key, wire in scene.wires.items()} == {key: wire.path for key, wire in anew.wires.items()}
    assert {key: node.rect for key, node in scene.nodes.items()} == {key: node.rect for key, node in anew.nodes.items()}


# --- large networks ---


def test_nodes_that_were_pushed_out_of_sight_are_found_where_they_are(qtbot):
    layout = grid(100, 8)
    person = Person(qtbot, layout)
    person.view.centre_on("relu_2_10")
    QApplication.processEvents()
    person.document.apply("canvas.edit.insert", lambda one: inserted(one, edge("relu_2_9", "relu_2_10"), "ReLU"))
    scene, stands = person.view.items_scene, places(person.layout)
    assert stands["relu_5_90"] != layout.nodes["relu_5_90"].position
    assert scene.nodes["relu_5_90"].place == stands["relu_5_90"]
    assert scene.node_at(scene.nodes["relu_5_90"].rect.center()) == "relu_5_90"
    wire = scene.wires[edge("relu_5_90", "relu_5_91")]
    assert wire.path.pointAtPercent(0) == person.output("relu_5_90")
    assert scene.wire_at(person.between("relu_5_90", "relu_5_91")) == edge("relu_5_90", "relu_5_91")


def test_a_wire_in_sight_goes_around_a_node_that_was_let_go_on_its_way(qtbot):
    layout = grid(4, 2)
    layout = replace(layout, edges=(edge("relu_0_0", "relu_0_3"),))
    layout = replace(layout, nodes={key: layout.nodes[key] for key in ("relu_0_0", "relu_0_3", "relu_1_1")})
    person = Person(qtbot, layout)
    wire = person.view.items_scene.wires[edge("relu_0_0", "relu_0_3")]
    target = QPointF(100, 170)
    person.drag(person.middle("relu_1_1"), target)
    rect = person.view.node_rect("relu_1_1")
    assert rect.contains(QPointF(100, 170))
    assert not any(rect.contains(wire.path.pointAtPercent(index / 100)) for index in range(101))


def test_a_very_large_network_is_shown_at_once_and_its_shapes_come_later(qtbot):
    layout = grid(LARGE // 10 + 1, 10)
    layout = replace(layout, nodes={"images": Node("Input", {"shape": (4,)}, (0, -100)), **layout.nodes})
    layout = replace(layout, edges=(edge("images", "relu_0_0"), *layout.edges))
    document = Document(Layout())
    document.set_inference(PatientInferrer(document))
    document.open(layout, None)
    assert not document.ready and not document.inference.nodes
    qtbot.waitUntil(lambda: document.ready)
    assert document.inference == infer(layout)


def test_shapes_are_right_when_a_very_large_network_changes_before_they_are_known(qtbot):
    layout = grid(LARGE // 10 + 1, 10)
    document = Document(Layout())
    document.set_inference(PatientInferrer(document))
    document.open(layout, None)
    QApplication.processEvents()
    document.apply("canvas.edit.delete", lambda one: deleted(one, ["relu_4_4"], []))
    document.apply("canvas.edit.add", lambda one: with_argument(one, "relu_5_5", "inplace", True))
    qtbot.waitUntil(lambda: document.ready)
    assert document.inference == infer(document.layout)
    document.undo()
    assert document.ready and document.inference == infer(document.layout)


# --- how it looks ---


def test_a_network_that_flows_to_the_right_has_its_ports_at_the_sides(qtbot):
    layout = with_positions(digits_mlp(), {key: (320.0 * i, 0.0) for i, key in enumerate(digits_mlp().nodes)})
    person = Person(qtbot, replace(layout, direction="right"), size=(1400, 300))
    person.document.set_inference(infer)
    scene = person.view.items_scene
    for wire in scene.wires.values():
        start, end = wire.path.pointAtPercent(0), wire.path.pointAtPercent(1)
        assert start.x() == person.view.node_rect(wire.edge.source).right()
        assert end.x() == person.view.node_rect(wire.edge.target).left()
        # Nodes with and without a third line: the wires between them are straight all the same.
        assert start.y() == end.y()
        assert wire.label is not None and not wire.label.contains(QPointF(wire.label.center().x(), start.y()))
        assert not any(wire.label.intersects(node.rect) for node in scene.nodes.values())


def test_every_port_at_a_side_can_be_hit_by_itself(qtbot):
    layout = replace(recurrent(), direction="right")
    person = Person(qtbot, layout)
    scene = person.view.items_scene
    for output in (False, True):
        for index in range(3):
            point = person.view.port_point("lstm", output, index)
            assert scene.port_at(point) == ("lstm", output, index)


def test_a_muted_node_and_one_with_a_note_look_different_in_grey(qtbot):
    def grey(**changes: object) -> QImage:
        layout = digits_mlp()
        node = replace(layout.nodes["hidden"], **changes)
        person = Person(qtbot, replace(layout, nodes={**layout.nodes, "hidden": node}))
        image = picture(person).copy(seen(person, "hidden", margin=4))
        return image.convertToFormat(QImage.Format.Format_Grayscale8)

    pictures = [grey(), grey(muted=True), grey(note="why"), grey(frozen=True)]
    assert all(one != other for index, one in enumerate(pictures) for other in pictures[:index])


def test_a_block_shows_a_picture_of_its_inside(qtbot):
    person = Person(qtbot, blocks(repeat=1))
    before = picture(person).copy(seen(person, "body"))
    name, block = next(iter(person.layout.blocks.items()))
    key = next(key for key, node in block.nodes.items() if node.layer == "Conv2d")
    other = replace(block, nodes={**block.nodes, key: replace(block.nodes[key], layer="ReLU", arguments={})})
    person.document.apply("canvas.edit.add", lambda one: replace(one, blocks={**one.blocks, name: other}))
    after = picture(person).copy(seen(person, "body"))
    assert before.size() == after.size()
    changed = [
        (x, y) for x in range(before.width()) for y in range(before.height()) if before.pixel(x, y) != after.pixel(x, y)
    ]
    # At the right of the node.
    assert any(x > before.width() * 0.7 for x, _ in changed)


def test_shapes_fade_out_as_the_canvas_is_zoomed_out(qtbot):
    person = Person(qtbot, digits_mlp(), size=(900, 900))
    person.document.set_inference(infer)
    label = person.view.items_scene.wires[edge("hidden", "relu")].label
    assert label is not None

    def ink(scale: float) -> int:
        person.view.zoom_at(QPointF(450, 450), scale / person.view.navigation.scale)
        area = person.view.viewportTransform().mapRect(label).toAlignedRect()
        image = picture(person).copy(area)
        ground = person.theme.colour("canvas").lightness()
        return max(
            abs(image.pixelColor(x, y).lightness() - ground)
            for x in range(image.width())
            for y in range(image.height())
        )

    assert ink(1.0) > ink(0.5) > ink(0.41)


def test_the_path_of_the_pointer_is_lit_and_put_out_again(qtbot):
    person = Person(qtbot, digits_mlp(), size=(900, 900))
    plain = picture(person)
    scene = person.view.items_scene
    scene.light_path(frozenset({"hidden", edge("hidden", "relu")}))
    lit = picture(person)
    assert lit.copy(seen(person, "hidden")) != plain.copy(seen(person, "hidden"))
    assert lit.copy(seen(person, "images", margin=2)) == plain.copy(seen(person, "images", margin=2))
    scene.light_path(None)
    assert picture(person) == plain


def test_what_a_search_leaves_out_steps_back(qtbot):
    person = Person(qtbot, digits_mlp(), size=(900, 900))
    plain = picture(person)
    person.view.items_scene.show_only(frozenset({"hidden"}))
    searched = picture(person)
    assert searched.copy(seen(person, "hidden", margin=0)) == plain.copy(seen(person, "hidden", margin=0))
    assert searched.copy(seen(person, "images")) != plain.copy(seen(person, "images"))
    person.view.items_scene.show_only(None)
    assert picture(person) == plain


@pytest.mark.parametrize("scale", [1.0, 0.3, 0.15])
def test_nodes_are_drawn_in_twice_the_pixels_where_a_screen_has_them(qtbot, scale):
    person = Person(qtbot, digits_mlp())
    scene = person.view.items_scene
    source = person.view.node_rect("hidden").adjusted(-20, -20, 20, 20)

    def drawn(ratio: int) -> QImage:
        size = (source.size() * scale).toSize()
        pixmap = QPixmap(size * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(person.theme.colour("canvas"))
        painter = QPainter(pixmap)
        scene.render(painter, QRectF(0, 0, size.width(), size.height()), source)
        painter.end()
        return pixmap.toImage()

    plain, fine = drawn(1), drawn(2)
    assert fine.size() == plain.size() * 2
    doubled = plain.scaled(fine.size())
    sharper = sum(
        fine.pixel(x, y) != doubled.pixel(x, y) for x in range(0, fine.width(), 2) for y in range(0, fine.height(), 2)
    )
    assert sharper > 0


# --- what lies where ---


def test_boxes_find_what_touches_an_area_however_large_it_is():
    boxes: Boxes[str] = Boxes()
    areas = {
        "small": (0.0, 0.0, 10.0, 10.0),
        "far": (5000.0, 5000.0, 5010.0, 5010.0),
        "huge": (-9000.0, 0.0, 9000.0, 9000.0),
    }
    for key, area in areas.items():
        boxes.place(key, area)
    assert boxes.near((5, 5, 6, 6)) == {"small", "huge"}
    assert boxes.near((4990, 4990, 5001, 5001)) == {"far", "huge"}
    boxes.place("far", (-20, -20, -10, -10))
    assert boxes.near((-15, -15, -12, -12)) == {"far"}
    boxes.remove("huge")
    boxes.place("small", (1000, 1000, 1001, 1001))
    assert boxes.near((5, 5, 6, 6)) == set()
    assert boxes.bounds() == (-20, -20, 1001, 1001)


def test_a_line_crosses_an_area_only_if_it_runs_through_it():
    line = ((0.0, 0.0), (100.0, 100.0))
    assert crosses(line, (40, 40, 60, 60))
    assert crosses(line, (40, 20, 60, 45))
    assert not crosses(line, (40, 60, 55, 90))
    assert distance(line, (50, 50)) == 0
    assert round(distance(line, (100, 0)), 3) == 70.711


@pytest.mark.parametrize("area", [(-50, 3000, 400, 3040), (0, 0, 1000, 400), (-500, 4900, 500, 5200)])
def test_a_part_of_a_long_wire_lies_on_the_wire(area):
    route = Route([bend((0, 0), (300, 5000))])
    part = route.within(area)
    points = [part.pointAtPercent(index / 50) for index in range(51)]
    assert all(distance(route.points, (point.x(), point.y())) < 3 for point in points)
    inside = [
        route.path.pointAtPercent(index / 2000)
        for index in range(2001)
        if QRectF(area[0], area[1], area[2] - area[0], area[3] - area[1]).contains(
            route.path.pointAtPercent(index / 2000)
        )
    ]
    assert inside and part.boundingRect().adjusted(-1, -1, 1, 1).contains(inside[0])
    assert part.boundingRect().adjusted(-1, -1, 1, 1).contains(inside[-1])


def test_a_network_of_any_usual_size_can_be_seen_whole(qtbot):
    person = Person(qtbot, grid(100, 8))
    person.view.fit()
    seen_area = person.view.mapToScene(person.view.viewport().rect()).boundingRect()
    assert all(seen_area.contains(node.rect) for node in person.view.items_scene.nodes.values())
    scale = person.view.navigation.scale
    assert scale < 0.1
    for _ in range(30):
        person.view.zoom_out()
    assert 0.5 * scale < person.view.navigation.scale <= scale


@pytest.mark.parametrize("scale", [0.3, 0.43, 0.6, 0.85, 1.0])
def test_the_icon_of_a_node_is_as_sharp_as_one_drawn_for_its_size(qtbot, scale: float) -> None:
    person = Person(qtbot, digits_mlp())
    person.document.set_inference(infer)
    view, theme = person.view, person.theme
    view.zoom_at(QPointF(view.viewport().rect().center()), scale / view.transform().m11())
    view.centre_on("hidden")
    # From afar it stands large in the middle of its node.
    side = round((16 if scale > LABELLED else ICON_SIDE) * scale)
    drawn = theme.pixmap("category_linear", side, "category.linear", ratio=1.0)
    expected = QPixmap(drawn.size())
    expected.fill(theme.colour("raised"))
    painter = QPainter(expected)
    painter.drawPixmap(0, 0, drawn)
    painter.end()
    wanted = expected.toImage().convertToFormat(QImage.Format.Format_RGB32)
    node = view.viewportTransform().mapRect(view.node_rect("hidden")).toAlignedRect()
    picture = view.viewport().grab(node).toImage().convertToFormat(QImage.Format.Format_RGB32)
    places = [(x, y) for y in range(picture.height() - side) for x in range(picture.width() - side)]
    assert any(picture.copy(x, y, side, side) == wanted for x, y in places)
