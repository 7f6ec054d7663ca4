"""Nodes that are more than a layer in a chain: named ports, blocks, shared and frozen weights, as they are seen."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from canvas_person import Person, edge
from examples import digits_mlp
from network_examples import attention, blocks, recurrent, shared
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.layout import Block, Edge, Layout, Node, with_argument, with_edge, with_frozen, with_node, without_edges
from core.shapes import infer, pending
from gui.canvas.faces import node_faces
from gui.canvas.geometry import PORT_REACH
from gui.canvas.tips import node_tip, wire_tip
from gui.words import Words

WORDS = Words("en")
FAR = QPointF(-400, 0)


def faces(layout: Layout, known: bool = True):
    return node_faces(layout, infer(layout) if known else pending(layout), WORDS)


def ready(qtbot, layout: Layout) -> Person:
    person = Person(qtbot, layout)
    person.document.set_inference(infer)
    return person


def picture(person: Person, node_id: str) -> QImage:
    """What stands at a node's place, without the grid's dots."""
    item = person.view.items_scene.nodes[node_id]
    image = QImage(300, 120, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    painter.translate(20, 20)
    item.paint(painter)
    painter.end()
    return image


# --- blocks, sharing, freezing ---


def test_a_block_says_its_name_how_often_it_stands_and_its_arguments():
    layout = with_argument(blocks(), "body", "width", 8)
    face = faces(layout)["body"]
    assert (face.layer, face.category) == ("ResidualBlock", "block")
    assert face.decisive == "× 3 · width 8 · dropout 0.1"
    one = 8 * 8 * 3 * 3 + 2 * 8
    assert face.note == f"{3 * one:,} parameters"


def test_a_block_that_stands_once_does_not_say_so():
    assert "×" not in faces(blocks(repeat=1))["body"].decisive.split("width")[0]


def test_a_node_that_shares_says_whose_weights_it_has():
    assert faces(shared())["again"].note == "= mix"
    assert faces(shared(), known=False)["again"].note == "= mix"
    assert faces(shared())["again"].decisive == "64→64"


def test_frozen_nodes_do_not_learn_and_neither_do_those_that_share_them():
    found = faces(shared())
    assert [(found[key].frozen, found[key].learns) for key in ("mix", "again", "logits")] == [
        (True, False),
        (True, False),
        (False, True),
    ]


def test_a_frozen_node_looks_different_in_more_than_colour(qtbot):
    person = ready(qtbot, digits_mlp())
    before = picture(person, "hidden").convertToFormat(QImage.Format.Format_Grayscale8)
    person.document.apply("inspector.edit_frozen", lambda layout: with_frozen(layout, "hidden", True))
    after = picture(person, "hidden").convertToFormat(QImage.Format.Format_Grayscale8)
    changed = [(x, y) for x in range(300) for y in range(120) if before.pixel(x, y) != after.pixel(x, y)]
    # A sign at the right of the name, and nothing else.
    assert changed and all(180 < x < 220 and 20 < y < 50 for x, y in changed)


def test_input_and_output_wear_different_icons(qtbot):
    look = ready(qtbot, digits_mlp()).view.items_scene.look
    one, other = look.layer_icon("Input", "in_out").toImage(), look.layer_icon("Output", "in_out").toImage()
    assert one != other


def test_a_selected_node_keeps_the_red_border_of_its_mistake(qtbot):
    person = ready(qtbot, with_argument(digits_mlp(), "logits", "in_features", 7))
    bad, item = person.theme.colour("bad"), person.view.items_scene.nodes["logits"]
    item.set_selected(True)
    image = picture(person, "logits")
    assert image.pixelColor(20 + int(item.rect.width() / 4), 20) == bad


def test_a_node_keeps_its_height_when_its_parameters_become_known():
    layout = digits_mlp()
    before, after = faces(layout, known=False), faces(layout)
    assert [face.tall for face in before.values()] == [face.tall for face in after.values()]
    assert after["hidden"].tall and not after["relu"].tall


@pytest.mark.parametrize("make", [blocks, recurrent, attention, shared])
def test_every_kind_of_node_can_be_drawn_known_or_not(qtbot, make):
    person = Person(qtbot, make())
    person.view.grab()
    person.document.set_inference(infer)
    person.view.zoom_at(QPointF(100, 100), 0.3)
    person.view.grab()
    for node_id in person.layout.nodes:
        assert node_tip(person.document, node_id, person.words)


# --- ports ---


def test_the_ports_of_a_node_are_called_as_torch_calls_its_tensors():
    face = faces(recurrent())["lstm"]
    assert face.inputs == ("input", "h_0", "c_0")
    assert face.outputs == ("output", "h_n", "c_n")
    assert face.optional == {1, 2}


@pytest.mark.parametrize("count", [1, 2, 3, 7, 12, 40])
def test_every_port_of_a_row_can_be_hit_by_itself(qtbot, count):
    inside = {"x": Node("Input"), **{f"y_{index}": Node("Output") for index in range(count)}}
    person = Person(qtbot, Layout(nodes={"parts": Node("Parts")}, blocks={"Parts": Block(inside)}))
    points = [person.output("parts", index).x() for index in range(count)]
    assert all(other - one >= 2 * PORT_REACH for one, other in pairwise(points))
    rect = person.view.node_rect("parts")
    assert all(rect.left() + PORT_REACH <= x <= rect.right() - PORT_REACH for x in points)


def test_hovering_over_one_of_several_ports_says_its_name(qtbot):
    person = ready(qtbot, recurrent())
    person.move(person.output("lstm", 1))
    assert person.read() == "`h_n` · 1 × N × 32"
    person.move(person.input("lstm", 2))
    assert person.read() == "`c_0` · may stay free"
    person.move(person.middle("lstm") + FAR)
    assert person.read() == ""


def test_the_only_port_of_a_side_needs_no_name(qtbot):
    person = ready(qtbot, digits_mlp())
    person.move(person.output("hidden"))
    assert person.read() == ""


def test_the_name_of_a_port_goes_with_the_pointer_out_of_the_canvas(qtbot):
    person = ready(qtbot, recurrent())
    person.move(person.middle("lstm") + FAR)
    person.move(person.output("lstm", 1))
    assert person.read()
    QApplication.sendEvent(person.view.viewport(), QEvent(QEvent.Type.Leave))
    assert person.read() == ""


def test_a_wire_that_is_carried_to_one_of_several_inputs_says_which(qtbot):
    layout = without_edges(attention(), [edge("words", "attend", 1)])
    person = ready(qtbot, layout)
    person.hold(person.output("words"), person.input("attend", 1))
    assert person.read() == "`key`"
    person.release(person.input("attend", 1))
    assert Edge("words", "attend", input=1) in person.layout.edges


def test_a_port_that_refuses_a_wire_says_so_itself(qtbot):
    layout = without_edges(attention(), [edge("words", "attend", 1)])
    person = ready(qtbot, layout)
    person.hold(person.output("words"), person.input("attend", 2))
    assert "already" in person.read()
    person.release(person.input("attend", 2))
    assert person.layout is layout


def test_each_output_of_a_node_shows_its_own_shape_on_its_wire(qtbot):
    layout = recurrent()
    layout = with_node(layout, "state", Node("Identity", position=(240, 300)))
    layout = with_edge(layout, Edge("lstm", "state", output=1))
    person = ready(qtbot, layout)
    wires = person.view.items_scene.wires
    assert wires[Edge("lstm", "logits")].face.text == "N × 8 × 32"
    assert wires[Edge("lstm", "state", output=1)].face.text == "1 × N × 32"
    assert wire_tip(person.document, Edge("lstm", "state", output=1), person.words).startswith("lstm.h_n → state")


def test_an_input_that_may_stay_free_is_drawn_smaller_until_it_has_a_wire(qtbot):
    person = ready(qtbot, recurrent())

    def ink(index: int) -> int:
        image, item = picture(person, "lstm"), person.view.items_scene.nodes["lstm"]
        x = 20 + int(item.port(False, index).x() - item.rect.left())
        # Only above the card: its border runs through the port.
        return sum(image.pixelColor(x + dx, 20 + dy).lightness() < 250 for dx in range(-8, 9) for dy in range(-8, -1))

    assert 0 < ink(1) < ink(0)
    person.document.apply(
        "canvas.edit.connect",
        lambda layout: with_edge(
            with_node(layout, "start", Node("Input", {"shape": (8,)}, (300, 0))), Edge("start", "lstm", input=1)
        ),
    )
    assert ink(1) == ink(0)


# --- blocks from the palette ---


def test_a_block_of_the_layout_is_dropped_as_a_node(qtbot):
    person = ready(qtbot, blocks())
    person.drop("ResidualBlock", person.middle("body") + QPointF(300, 0))
    assert person.layout.nodes["residualblock"].layer == "ResidualBlock"


def test_a_block_of_another_layout_is_not_taken(qtbot):
    person = ready(qtbot, replace(blocks(), blocks={}, nodes={}, edges=()))
    data = person.carry("ResidualBlock", QPointF(0, 0))
    assert not person.bring(data, QPointF(0, 0))


def test_a_block_is_put_into_the_wire_it_is_dropped_on(qtbot):
    person = ready(qtbot, blocks(repeat=1))
    person.drop("ResidualBlock", person.between("conv", "body"))
    assert ("conv", "residualblock") in person.edges() and ("residualblock", "body") in person.edges()
    QTest.keyClick(person.view, Qt.Key.Key_Delete)
    assert person.edges() == {(wire.source, wire.target) for wire in blocks().edges}
