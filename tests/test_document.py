"""The document: what is looked at and edited, in the whole and inside a block, and what undo brings back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from core.blocks import use_count
from core.edits import added
from core.layout import (
    Layout,
    Node,
    with_argument,
    with_node,
    with_positions,
    with_renamed,
    with_repeat,
    with_title,
    with_training,
    without_nodes,
)
from core.problems import Problem
from core.scopes import way_to
from core.shapes import infer
from core.values import Reference
from gui.document import Document
from gui.sheets import Sheet
from tests.examples import digits_mlp
from tests.graphs import block, graph, little_resnet

WIDE = {"out_channels": 5, "kernel_size": 3}


def opened(layout: Layout | None = None, ready: bool = True) -> Document:
    document = Document(layout or little_resnet())
    if ready:
        document.set_inference(infer)
    return document


def widen(document: Document, node_id: str = "conv2", channels: int = 99) -> None:
    """An edit of what is looked at."""
    document.apply("inspector.edit_argument", lambda layout: with_argument(layout, node_id, "out_channels", channels))


# --- looking into blocks ---


def test_a_document_begins_with_the_whole(qtbot: QtBot) -> None:
    document = opened()
    assert document.scope == () and document.block is None and document.uses == 0
    assert document.layout is document.root
    assert document.inference is document.root_inference


def test_entering_a_use_shows_the_inside_of_its_block(qtbot: QtBot) -> None:
    document = opened()
    with qtbot.waitSignals([document.changed, document.scope_changed]):
        document.enter("stage1")
    assert document.scope == ("stage1",) and document.block == "Stage"
    assert list(document.layout.nodes) == ["x", "first", "rest", "y"]
    document.enter("rest")
    assert document.scope == ("stage1", "rest") and document.block == "ResidualBlock"
    assert "conv1" in document.layout.nodes
    assert document.root == little_resnet()


def test_only_the_use_of_a_block_can_be_entered(qtbot: QtBot) -> None:
    document = opened()
    for node_id in ("stem", "nowhere", "ResidualBlock"):
        with qtbot.assertNotEmitted(document.scope_changed):
            document.enter(node_id)
    assert document.scope == ()


def test_leaving_goes_one_step_out_and_selects_the_use(qtbot: QtBot) -> None:
    document = opened()
    document.look_at(("stage2", "first"))
    document.select(["conv1"])
    document.leave()
    assert document.scope == ("stage2",) and document.selection == {"first"}
    document.leave()
    assert document.scope == () and document.selection == {"stage2"}
    with qtbot.assertNotEmitted(document.changed):
        document.leave()


def test_a_way_that_leads_nowhere_is_gone_as_far_as_it_goes(qtbot: QtBot) -> None:
    document = opened()
    document.look_at(("stage1", "nowhere", "rest"))
    assert document.scope == ("stage1",)
    document.look_at(("stem", "first"))
    assert document.scope == ()


def test_shapes_inside_are_those_of_the_use_that_was_entered(qtbot: QtBot) -> None:
    document = opened()
    channels = {}
    for use in ("stage1", "stage2"):
        document.look_at((use, "first"))
        channels[use] = document.inference.nodes["conv1"].outputs[0].shape[1]
        assert document.inference.layout.nodes["conv1"].arguments["out_channels"] == channels[use]
        assert document.layout.nodes["conv1"].arguments["out_channels"] == Reference("channels")
    assert channels == {"stage1": 16, "stage2": 32}


def test_without_torch_a_block_can_be_looked_into_and_edited(qtbot: QtBot) -> None:
    document = opened(ready=False)
    document.look_at(("stage1", "first"))
    assert document.inference.nodes == {}
    widen(document)
    assert document.root.blocks["ResidualBlock"].nodes["conv2"].arguments["out_channels"] == 99


def test_of_a_block_that_nothing_flows_into_no_shapes_are_known(qtbot: QtBot) -> None:
    whole = little_resnet()
    document = opened(replace(whole, edges=tuple(edge for edge in whole.edges if edge.target != "stage1")))
    document.look_at(("stage1", "first"))
    assert document.inference.nodes == {}
    assert set(document.inference.order) == set(document.layout.nodes)


def test_how_many_uses_an_edit_counts_at_is_known(qtbot: QtBot) -> None:
    document = opened()
    document.enter("stage1")
    assert document.uses == 2
    # Twice in a Stage, and there are two of these.
    document.enter("first")
    assert document.uses == 4 == use_count(document.root, "ResidualBlock")


def test_parameters_are_called_as_in_the_state_dict(qtbot: QtBot) -> None:
    from core.compiler import compile_model

    document = opened()
    assert document.module_path("stem") == "stem"
    document.look_at(("stage1", "rest"))
    assert document.module_path("conv1") == "stage1.rest.0.conv1"
    document.look_at(("stage1", "first"))
    assert document.module_path("norm2") == "stage1.first.norm2"
    names = compile_model(document.root_inference).state_dict()
    assert f"{document.module_path('norm2')}.weight" in names
    assert "stage1.rest.0.conv1.weight" in names


def test_the_module_of_a_use_that_shares_is_the_one_that_it_shares(qtbot: QtBot) -> None:
    one = block({"x": Node("Input"), "fc": Node("Linear", {"out_features": 6}), "y": Node("Output")}, "x fc, fc y")
    layout = graph(
        "twice",
        {
            "a": Node("Input", {"shape": (6,)}),
            "enc": Node("One"),
            "again": Node("One", shares="enc"),
            "out": Node("Output"),
        },
        "a enc, enc again, again out",
        blocks={"One": one},
    )
    document = opened(layout)
    document.enter("again")
    assert document.module_path("fc") == "enc.fc"
    assert document.inference.nodes["fc"].outputs[0].shape == ("N", 6)


# --- edits inside ---


def test_an_edit_inside_changes_the_block_for_every_use(qtbot: QtBot) -> None:
    document = opened()
    document.look_at(("stage1", "first"))
    document.apply("canvas.edit.rename", lambda layout: with_renamed(layout, "relu", "gelu"))
    assert "gelu" in document.root.blocks["ResidualBlock"].nodes
    document.look_at(("stage2", "rest"))
    assert "gelu" in document.layout.nodes and document.layout.nodes["again"].shares == "gelu"


def test_training_is_the_wholes_wherever_it_is_edited(qtbot: QtBot) -> None:
    document = opened()
    document.enter("stage1")
    training = replace(document.root.training, epochs=3)
    document.apply("training.edit_epochs", lambda layout: with_training(layout, training))
    assert document.root.training.epochs == 3
    assert document.layout.training.epochs == 3
    document.apply_root("training.edit_epochs", lambda layout: with_training(layout, replace(training, epochs=4)))
    assert document.layout.training.epochs == 4 and document.scope == ("stage1",)


def test_where_the_network_flows_is_said_once_for_all_of_it(qtbot: QtBot) -> None:
    document = opened()
    document.enter("stage1")
    document.apply("canvas.edit.tidy", lambda layout: replace(layout, direction="right"))
    assert document.root.direction == "right" == document.layout.direction
    document.undo()
    assert document.root.direction == "down" == document.layout.direction


def test_the_inside_is_the_same_value_while_only_something_else_is_edited(qtbot: QtBot) -> None:
    document = opened()
    document.enter("stage1")
    inside = document.layout
    document.apply_root("inspector.edit_title", lambda layout: with_title(layout, "other"))
    assert document.layout is inside and document.root.title == "other"


def test_an_edit_that_changes_nothing_is_no_step(qtbot: QtBot) -> None:
    document = opened()
    document.enter("stage1")
    with qtbot.assertNotEmitted(document.changed):
        document.apply("canvas.edit.move", lambda layout: layout)
    assert document.history.past == ()


@pytest.mark.parametrize(("scope", "layer"), [(("stage1",), "Stage"), (("stage1", "first"), "Stage")])
def test_a_block_is_refused_inside_itself(qtbot: QtBot, scope: tuple[str, ...], layer: str) -> None:
    document = opened()
    document.look_at(scope)
    before = document.root
    with qtbot.waitSignal(document.refused) as said:
        document.apply("canvas.edit.add", lambda layout: added(layout, layer, (0, 0)))
    assert said.args[0] == "window.refused_block_in_itself"
    assert said.args[1]["block"] in ("Stage", "ResidualBlock")
    assert document.root is before and document.history.past == ()


def test_another_block_is_welcome_inside(qtbot: QtBot) -> None:
    document = opened()
    document.enter("stage1")
    with qtbot.assertNotEmitted(document.refused):
        document.apply("canvas.edit.add", lambda layout: added(layout, "ResidualBlock", (0, 0)))
    assert len(document.layout.nodes) == 5


def test_blocks_nested_too_deep_are_refused(qtbot: QtBot) -> None:
    inner = block({"x": Node("Input"), "y": Node("Output")}, "x y")
    blocks = {"B0": inner}
    for depth in range(1, 32):
        use = Node(f"B{depth - 1}")
        blocks[f"B{depth}"] = block({"x": Node("Input"), "in": use, "y": Node("Output")}, "x in, in y")
    blocks["Free"] = inner
    layout = graph(
        "deep", {"x": Node("Input", {"shape": (4,)}), "b": Node("Free"), "y": Node("Output")}, "x b, b y", blocks=blocks
    )
    document = opened(layout, ready=False)
    document.enter("b")
    with qtbot.waitSignal(document.refused) as said:
        document.apply("canvas.edit.add", lambda inside: added(inside, "B31", (0, 0)))
    assert said.args == ["window.refused_blocks_too_deep", {"block": "Free"}]
    assert document.root is layout


def test_the_way_is_cut_short_where_its_use_is_deleted(qtbot: QtBot) -> None:
    document = opened()
    document.look_at(("stage1", "first"))
    with qtbot.waitSignal(document.scope_changed):
        document.apply_root("canvas.edit.delete", lambda layout: without_nodes(layout, ["stage1"]))
    assert document.scope == ()
    document.undo()
    # The edit was made while a person looked inside, and that is where undo leads.
    assert document.scope == ("stage1", "first")


# --- undo ---


def test_undo_returns_to_where_the_edit_was_made(qtbot: QtBot) -> None:
    document = opened()
    document.look_at(("stage2", "first"))
    widen(document)
    document.look_at(())
    document.select(["stem"])
    document.undo()
    assert document.scope == ("stage2", "first") and document.root == little_resnet()
    assert document.selection == frozenset()
    document.look_at(("stage1",))
    document.redo()
    assert document.scope == ("stage2", "first")
    assert document.layout.nodes["conv2"].arguments["out_channels"] == 99


def test_undo_of_an_edit_of_the_whole_leads_out_of_the_block(qtbot: QtBot) -> None:
    document = opened()
    document.apply("canvas.edit.rename", lambda layout: with_renamed(layout, "stem", "first_conv"))
    document.enter("stage1")
    document.undo()
    assert document.scope == () and "stem" in document.layout.nodes


def test_undo_of_a_training_edit_leaves_a_person_where_they_look(qtbot: QtBot) -> None:
    document = opened()
    document.apply_root("inspector.edit_title", lambda layout: with_title(layout, "other"))
    document.enter("stage1")
    with qtbot.assertNotEmitted(document.scope_changed):
        document.undo()
        document.redo()
    assert document.scope == ("stage1",) and document.root.title == "other"


def test_steps_of_one_drag_join_only_in_the_same_place(qtbot: QtBot) -> None:
    document = opened()

    def nudge(node_id: str, x: float) -> None:
        document.apply("canvas.edit.nudge", lambda layout: with_positions(layout, {node_id: (x, 0.0)}), merge=True)

    for x in (8, 16, 24):
        nudge("stem", x)
    document.enter("stage1")
    for x in (8, 16):
        nudge("first", x)
    assert [step.scope for step in document.history.past] == [(), ("stage1",)]
    document.undo()
    assert document.layout.nodes["first"].position is None
    document.undo()
    assert document.layout.nodes["stem"].position is None and not document.dirty


def test_a_jump_in_the_history_ends_where_its_last_step_was_made(qtbot: QtBot) -> None:
    document = opened()
    document.enter("stage1")
    document.apply("inspector.edit_repeat", lambda layout: with_repeat(layout, "rest", 2))
    document.enter("first")
    widen(document)
    document.look_at(())
    document.apply("canvas.edit.rename", lambda layout: with_renamed(layout, "stem", "s"))
    document.go_to(0)
    assert document.root == little_resnet() and document.scope == ("stage1",)
    document.go_to(2)
    assert document.scope == ("stage1", "first") and document.undo_label == "inspector.edit_argument"
    document.go_to(99)
    assert document.redo_label is None and "s" in document.layout.nodes
    with qtbot.assertNotEmitted(document.changed):
        document.go_to(3)


def test_what_is_typed_and_not_entered_is_handed_in_before_another_part_is_shown(qtbot: QtBot) -> None:
    document = opened()
    document.look_at(("stage1", "first"))
    seen: list[tuple[str, ...]] = []
    document.leaving.connect(lambda: seen.append(document.scope))
    document.leaving.connect(lambda: widen(document))
    document.leave()
    assert seen == [("stage1", "first")]
    assert document.root.blocks["ResidualBlock"].nodes["conv2"].arguments["out_channels"] == 99


def test_undo_takes_back_what_was_handed_in_last(qtbot: QtBot) -> None:
    document = opened()
    document.apply("canvas.edit.rename", lambda layout: with_renamed(layout, "stem", "s"))
    document.look_at(("stage1", "first"))
    document.leaving.connect(lambda: widen(document, channels=7))
    document.undo()
    assert document.scope == ("stage1", "first") and document.undo_label == "canvas.edit.rename"
    assert "s" in document.root.nodes
    assert isinstance(document.layout.nodes["conv2"].arguments["out_channels"], Reference)


# --- problems ---


def broken() -> Layout:
    """A second convolution that the addition behind it cannot take, in a block that is used four times."""
    layout = little_resnet()
    found = layout.blocks["ResidualBlock"]
    conv = replace(found.nodes["conv2"], arguments={**found.nodes["conv2"].arguments, "padding": 0})
    nodes = {**found.nodes, "conv2": conv}
    return replace(layout, blocks={**layout.blocks, "ResidualBlock": replace(found, nodes=nodes)})


def test_problems_of_the_whole_are_seen_from_inside_on_their_nodes(qtbot: QtBot) -> None:
    document = opened(broken())
    (outer, *_) = document.root_inference.errors
    assert outer.node == "stage1" and outer.inside == ("first", "sum")
    document.enter("stage1")
    assert [(problem.node, problem.inside) for problem in document.inference.errors] == [("first", ("sum",))]
    document.enter("first")
    (seen,) = document.inference.errors
    assert seen.node == "sum" and seen.inside == () and seen.rule == outer.rule
    assert document.inference.of("sum") == (seen,)
    document.look_at(("stage2",))
    assert document.inference.errors == ()


def test_a_mend_from_inside_mends_the_whole(qtbot: QtBot) -> None:
    document = opened(broken())
    document.look_at(("stage1", "first"))
    (problem,) = document.inference.errors
    mend = problem.mends[0]
    assert mend.block == "ResidualBlock"
    document.mend(mend)
    assert document.scope == ("stage1", "first")
    assert not document.root_inference.errors and not document.inference.errors
    assert document.undo_label == f"mend.{mend.rule}"


def test_where_the_second_of_a_row_is_broken_that_one_is_seen(qtbot: QtBot) -> None:
    """Each of the row adds channels, until what comes in is not what the block expects."""
    one = block(
        {"x": Node("Input"), "conv": Node("Conv2d", {"in_channels": 3, "out_channels": 5, "kernel_size": 1}),
         "y": Node("Output")},
        "x conv, conv y",
    )  # fmt: skip
    layout = graph(
        "row",
        {"x": Node("Input", {"shape": (3, 8, 8)}), "row": Node("One", repeat=2), "y": Node("Output")},
        "x row, row y",
        blocks={"One": one},
    )
    document = opened(layout)
    document.enter("row")
    assert [problem.node for problem in document.inference.errors] == ["conv"]
    assert document.inference.nodes["x"].outputs[0].shape == ("N", 5, 8, 8)


def test_pointing_at_a_problem_leads_into_the_block_and_selects_its_node(qtbot: QtBot) -> None:
    document = opened(broken())
    (problem, *_) = document.root_inference.errors
    assert way_to(problem) == ("stage1", "first", "sum")
    assert document.point_at(way_to(problem)) == "sum"
    assert document.scope == ("stage1", "first") and document.selection == {"sum"}


def test_pointing_goes_as_far_as_the_way_leads(qtbot: QtBot) -> None:
    document = opened()
    assert document.point_at(("stage1", "gone", "conv1")) is None
    assert document.scope == ("stage1",)
    assert document.point_at(("stem", "anything")) == "stem"
    assert document.point_at(("nowhere",)) is None
    assert document.point_at(way_to(Problem(None, "graph.no_input"))) is None
    assert document.scope == () and document.selection == {"stem"}


# --- selection ---


def test_only_what_is_looked_at_can_be_selected(qtbot: QtBot) -> None:
    document = opened()
    document.select(["stem", "conv1", "nowhere"])
    assert document.selection == {"stem"} and document.selected == "stem"
    document.enter("stage1")
    assert document.selection == frozenset() and document.selected is None
    document.select(["first", "rest"])
    assert document.selected is None


def test_selecting_the_same_again_is_no_news(qtbot: QtBot) -> None:
    document = opened()
    document.select(["stem"])
    with qtbot.assertNotEmitted(document.selection_changed):
        document.select(["stem"])
    with qtbot.waitSignal(document.selection_changed):
        document.select([])


def test_what_is_deleted_is_no_longer_selected(qtbot: QtBot) -> None:
    document = opened()
    document.select(["stem", "pool"])
    with qtbot.waitSignal(document.selection_changed):
        document.apply("canvas.edit.delete", lambda layout: without_nodes(layout, ["stem"]))
    assert document.selection == {"pool"}


# --- files and sheets ---


def test_the_unsaved_mark_follows_the_history(qtbot: QtBot, tmp_path: Path) -> None:
    document = opened()
    document.enter("stage1")
    with qtbot.waitSignal(document.file_changed):
        document.apply("inspector.edit_repeat", lambda layout: with_repeat(layout, "rest", 2))
    assert document.dirty
    document.mark_saved(tmp_path / "a.json")
    assert not document.dirty and document.path == tmp_path / "a.json"
    document.undo()
    assert document.dirty
    document.redo()
    assert not document.dirty


def test_a_sheet_puts_a_document_aside_and_brings_it_back_as_it_was(qtbot: QtBot) -> None:
    document = opened()
    document.look_at(("stage1", "first"))
    widen(document)
    document.select(["conv1"])
    aside, root = document.sheet, document.root
    document.show_sheet(Sheet(aside.history.__class__(digits_mlp()), digits_mlp()))
    assert document.scope == () and document.selection == frozenset() and document.undo_label is None
    assert not document.dirty
    with qtbot.waitSignals([document.changed, document.selection_changed, document.scope_changed]):
        document.show_sheet(aside)
    assert document.scope == ("stage1", "first") and document.selection == {"conv1"}
    assert document.root is root and document.dirty and aside.dirty
    document.undo()
    assert document.root == little_resnet()


def test_opening_another_layout_looks_at_its_whole(qtbot: QtBot) -> None:
    document = opened()
    document.look_at(("stage1", "first"))
    widen(document)
    with qtbot.waitSignal(document.scope_changed):
        document.open(digits_mlp(), None)
    assert document.scope == () and document.history.past == () and not document.dirty
    assert document.layout == digits_mlp()


def test_what_was_typed_goes_to_the_document_that_is_put_aside(qtbot: QtBot) -> None:
    document = opened()
    seen: list[Layout] = []
    document.leaving.connect(lambda: seen.append(document.root))
    document.open(digits_mlp(), None)
    assert seen == [little_resnet()]


def test_a_node_added_inside_is_inferred_inside(qtbot: QtBot) -> None:
    document = opened()
    document.enter("stage1")
    document.apply("canvas.edit.add", lambda layout: with_node(layout, "spare", Node("Conv2d", WIDE)))
    assert document.layout.nodes["spare"].arguments == WIDE
    assert [problem.rule for problem in document.inference.problems if problem.node == "spare"]
