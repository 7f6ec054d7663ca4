"""Wires are drawn by hand from port to port, and what cannot be is refused in words while the drag is on."""

from __future__ import annotations

import pytest
from canvas_person import CONTROL, Person, edge
from examples import chain, digits_mlp
from PySide6.QtCore import QPointF, Qt

from core.graph import connection_problem, ports
from core.layout import Edge, Layout, Node, with_edge, with_node, without_edges
from core.shapes import Inferrer
from gui.canvas.loose import Loose, fitting, lit_ports
from gui.canvas.ports import Port


def loose() -> Layout:
    """Two nodes without a wire."""
    return Layout(nodes={"above": Node("ReLU", {}, (0, 0)), "below": Node("ReLU", {}, (0, 160))})


def summed() -> Layout:
    """A chain, and an add beside it of which nothing is connected."""
    layout = chain(("relu", "ReLU", {}))
    return with_node(layout, "sum", Node("add", {}, (300, 200)))


def test_a_drag_from_output_to_input_connects_them(qtbot):
    person = Person(qtbot, loose())
    person.drag(person.output("above"), person.input("below"))
    assert person.layout.edges == (edge("above", "below"),)


def test_a_drag_from_input_to_output_connects_them_in_the_direction_of_the_data(qtbot):
    person = Person(qtbot, loose())
    person.drag(person.input("below"), person.output("above"))
    assert person.layout.edges == (edge("above", "below"),)


def test_one_undo_takes_a_connection_back(qtbot):
    person = Person(qtbot, loose())
    person.drag(person.output("above"), person.input("below"))
    person.document.undo()
    assert person.layout == loose()


def test_a_wire_let_go_on_a_node_goes_to_its_only_free_input(qtbot):
    person = Person(qtbot, loose())
    person.drag(person.output("above"), person.middle("below") + QPointF(60, 0))
    assert person.layout.edges == (edge("above", "below"),)


def test_a_wire_let_go_on_a_node_with_several_free_inputs_asks_which(qtbot):
    person = Person(qtbot, summed())
    end = person.middle("sum") + QPointF(60, 6)
    person.hold(person.output("relu"), end)
    assert "sum" in person.read() and "free inputs" in person.read()
    person.release(end)
    assert person.layout == summed()


def test_the_second_input_of_an_add_is_reached_by_its_own_port(qtbot):
    person = Person(qtbot, summed())
    person.drag(person.output("relu"), person.input("sum", 1))
    assert edge("relu", "sum", input=1) in person.layout.edges


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_cycle_is_refused_in_words_while_the_drag_is_on(qtbot, language):
    layout = with_edge(loose(), edge("above", "below"))
    person = Person(qtbot, layout, language)
    end = person.input("above")
    person.hold(person.output("below"), end)
    assert person.read() == person.words.say("connection.cycle", source="below", target="above")
    person.release(end)
    assert person.read() == ""
    assert person.layout == layout


def test_an_occupied_input_is_refused_in_words(qtbot):
    layout = with_node(with_edge(loose(), edge("above", "below")), "beside", Node("ReLU", {}, (260, 0)))
    person = Person(qtbot, layout)
    end = person.input("below")
    person.hold(person.output("beside"), end)
    assert person.read() == person.words.say("connection.occupied", source="beside", target="below")
    person.release(end)
    assert person.layout == layout


def test_a_node_that_takes_no_input_says_so(qtbot):
    layout = with_node(loose(), "images", Node("Input", {}, (260, 0)))
    person = Person(qtbot, layout)
    person.hold(person.output("above"), person.middle("images"))
    assert person.read() == person.words.say("connection.no_input", source="above", target="images")


def test_a_refusal_falls_silent_when_the_pointer_moves_on(qtbot):
    person = Person(qtbot, with_edge(loose(), edge("above", "below")))
    person.hold(person.output("below"), person.input("above"))
    assert person.read()
    person.move(person.input("above") + QPointF(0, -120))
    assert not person.read()


def test_escape_gives_up_a_wire(qtbot):
    person = Person(qtbot, loose())
    end = person.input("below")
    person.hold(person.output("above"), end)
    person.key(Qt.Key.Key_Escape)
    person.release(end)
    assert person.layout == loose()


def test_a_wire_let_go_on_nothing_changes_nothing(qtbot):
    person = Person(qtbot, loose())
    person.drag(person.output("above"), person.middle("below") + QPointF(250, 60))
    assert person.layout == loose()


def test_a_wire_is_taken_off_an_input_and_put_on_another(qtbot):
    layout = with_edge(with_node(loose(), "beside", Node("ReLU", {}, (260, 160))), edge("above", "below"))
    person = Person(qtbot, layout)
    person.drag(person.input("below"), person.input("beside"))
    assert person.layout.edges == (edge("above", "beside"),)
    person.document.undo()
    assert person.layout == layout


def test_a_wire_taken_off_an_input_and_let_go_on_nothing_stays(qtbot):
    layout = with_edge(loose(), edge("above", "below"))
    person = Person(qtbot, layout)
    person.drag(person.input("below"), person.middle("below") + QPointF(250, 60))
    assert person.layout == layout


def test_a_click_on_a_port_selects_its_node(qtbot):
    person = Person(qtbot, loose())
    person.click(person.output("above"))
    assert person.document.selection == {"above"}


def test_undo_during_a_drag_gives_the_wire_up(qtbot):
    person = Person(qtbot, loose())
    person.document.select(["below"])
    person.key(Qt.Key.Key_Right, CONTROL)
    end = person.input("below")
    person.hold(person.output("above"), end)
    person.document.undo()
    person.release(end)
    assert person.layout == loose()


def branched() -> Layout:
    """Two nodes that read one, and a second source beside it."""
    layout = with_edge(loose(), edge("above", "below"))
    layout = with_node(layout, "twin", Node("ReLU", {}, (260, 160)))
    layout = with_node(with_edge(layout, edge("above", "twin")), "other", Node("ReLU", {}, (260, 0)))
    return layout


def near(person: Person, source: str, target: str, share: float) -> QPointF:
    """A point of a wire, by how far along it lies."""
    return person.view.items_scene.wires[edge(source, target)].path.pointAtPercent(share)


def test_a_wire_is_taken_by_its_beginning_and_put_on_another_output(qtbot):
    person = Person(qtbot, branched())
    person.drag(near(person, "above", "below", 0.3), person.output("other"))
    assert person.edges() == {("other", "below"), ("above", "twin")}
    person.document.undo()
    assert person.layout == branched()


def test_a_wire_is_taken_by_its_end_and_put_on_another_input(qtbot):
    layout = with_node(branched(), "free", Node("ReLU", {}, (-260, 160)))
    person = Person(qtbot, layout)
    person.drag(near(person, "above", "below", 0.7), person.input("free"))
    assert person.edges() == {("above", "free"), ("above", "twin")}


def test_all_wires_of_an_output_move_together_with_control(qtbot):
    person = Person(qtbot, branched())
    start, end = person.output("above"), person.output("other")
    person.press(start, CONTROL)
    for share in (0.3, 0.7, 1.0):
        person.move(start + (end - start) * share)
    person.release(end, CONTROL)
    assert person.edges() == {("other", "below"), ("other", "twin")}
    person.document.undo()
    assert person.layout == branched()


def test_a_wire_put_back_where_it_was_is_no_edit(qtbot):
    person = Person(qtbot, branched())
    person.drag(near(person, "above", "below", 0.3), person.output("above"))
    assert person.layout == branched() and person.document.undo_label is None


def test_a_click_on_a_wire_still_only_selects_it(qtbot):
    person = Person(qtbot, branched())
    person.click(near(person, "above", "below", 0.3))
    assert person.view.items_scene.selected_wires == {edge("above", "below")}
    assert person.document.undo_label is None


def test_escape_puts_a_taken_wire_back(qtbot):
    person = Person(qtbot, branched())
    person.hold(near(person, "above", "below", 0.3), person.output("other"))
    person.key(Qt.Key.Key_Escape)
    person.release(person.output("other"))
    assert person.layout == branched()
    assert set(person.view.items_scene.wires) == set(branched().edges)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_what_the_network_will_say_to_a_wire_is_said_while_the_drag_is_on(qtbot, language):
    """It can be connected: a learner may mend the shapes afterwards. But why it does not fit is said before."""
    layout = with_node(digits_mlp(), "convolve", Node("Conv2d", {"out_channels": 4, "kernel_size": 3}, (320, 300)))
    person = Person(qtbot, layout, language)
    person.document.set_inference(Inferrer())
    end = person.input("convolve")
    person.hold(person.output("hidden"), end)
    said = person.read()
    person.release(end)
    assert edge("hidden", "convolve") in person.layout.edges
    problems = person.document.inference.of("convolve")
    assert said in {person.words.say(f"problem.{problem.rule}", **problem.values) for problem in problems}


def test_a_wire_that_fits_is_not_talked_about(qtbot):
    layout = with_node(digits_mlp(), "more", Node("Linear", {"out_features": 4}, (320, 300)))
    person = Person(qtbot, layout)
    person.document.set_inference(Inferrer())
    person.hold(person.output("hidden"), person.input("more"))
    assert person.read() == ""


def test_ports_of_layers_that_do_not_take_the_shape_stay_dark(qtbot):
    layout = with_node(digits_mlp(), "convolve", Node("Conv2d", {"out_channels": 4, "kernel_size": 3}, (320, 300)))
    layout = with_node(layout, "more", Node("Linear", {"out_features": 4}, (320, 400)))
    person = Person(qtbot, layout)
    person.document.set_inference(Inferrer())
    lit = lit_ports(person.document, layout, Loose((Port("flatten", True),)))
    assert (False, 0) in lit["more"] and (False, 0) not in lit["convolve"]


@pytest.mark.parametrize("zoom", [1.0, 0.7])
def test_a_port_is_hit_within_twelve_pixels_however_far_the_canvas_is(qtbot, zoom):
    person = Person(qtbot, loose())
    person.view.zoom_reset()
    person.view.zoom_at(QPointF(450, 450), zoom)
    away = QPointF(10, 6) / zoom
    person.drag(person.output("above") + away, person.input("below") - away)
    assert person.layout.edges == (edge("above", "below"),)


def cases() -> list[Layout]:
    layout = with_edge(summed(), edge("images", "sum"))
    return [loose(), digits_mlp(), summed(), layout, with_node(layout, "join", Node("cat", {"dim": 1}, (300, 300)))]


@pytest.mark.parametrize("layout", cases())
def test_the_ports_that_light_up_are_those_that_the_graph_allows(layout):
    for anchor in layout.nodes:
        for output in (True, False):
            if not (ports(layout, anchor).outputs if output else ports(layout, anchor).inputs):
                continue
            free = without_edges(layout, [] if output else layout.into(anchor))
            lit = fitting(free, Port(anchor, output))
            for node_id in layout.nodes:
                count = ports(free, node_id).inputs if output else ports(free, node_id).outputs
                for index in range(count):
                    wire = Edge(anchor, node_id, input=index) if output else Edge(node_id, anchor, output=index)
                    allowed = connection_problem(free, wire) is None
                    assert ((not output, index) in lit[node_id]) == allowed, wire
