"""Frames, notes and words on a node: edits that change nothing of the network, and that other edits keep right."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.annotations import (
    framed,
    frames_of,
    joined,
    left_frame,
    new_frame_id,
    new_note_id,
    shifted_notes,
    unframed,
    with_frame,
    with_node_note,
    with_note,
    without_notes,
)
from core.blocks import interior, with_interior
from core.layout import Frame, Layout, Note, with_renamed, with_shared, without_nodes
from core.shapes import infer
from core.storage import dumps, loads
from tests.examples import digits_mlp, residual
from tests.graphs import little_resnet, siamese


def nodes_of(layout: Layout) -> dict[str, tuple[str, ...]]:
    return {key: frame.nodes for key, frame in layout.frames.items()}


def framed_mlp() -> Layout:
    return framed(digits_mlp(), {"relu", "hidden"}, "Hidden layer", "blue")


def test_a_frame_holds_its_nodes_in_the_order_of_the_network() -> None:
    assert framed_mlp().frames == {"frame": Frame("Hidden layer", ("hidden", "relu"), "blue")}
    assert frames_of(framed_mlp(), "relu") == ("frame",) and frames_of(framed_mlp(), "logits") == ()
    assert framed(digits_mlp(), ["nothing"], "nowhere") == digits_mlp()


def test_a_frame_around_frames_lies_below_them() -> None:
    layout = framed(framed_mlp(), ["logits"], "Head")
    layout = framed(layout, ["flatten", "hidden", "relu"], "All but the head")
    assert list(layout.frames) == ["frame_3", "frame", "frame_2"]
    assert frames_of(layout, "hidden") == ("frame_3", "frame")


def test_a_frame_is_titled_coloured_and_taken_away() -> None:
    layout = with_frame(framed_mlp(), "frame", replace(framed_mlp().frames["frame"], title="은닉층", colour="red"))
    assert layout.frames["frame"] == Frame("은닉층", ("hidden", "relu"), "red")
    assert unframed(layout, "frame") == digits_mlp()
    assert with_frame(layout, "frame", Frame("", ())) == digits_mlp()


def test_nodes_join_a_frame_and_leave_it() -> None:
    layout = joined(framed_mlp(), "frame", ["logits", "flatten"])
    assert nodes_of(layout) == {"frame": ("flatten", "hidden", "relu", "logits")}
    assert joined(layout, "frame", ["relu"]) is layout
    assert nodes_of(left_frame(layout, ["flatten", "hidden"])) == {"frame": ("relu", "logits")}
    assert left_frame(layout, ["images"]) is layout
    assert left_frame(layout, layout.nodes).frames == {}


def test_nodes_leave_one_of_two_frames() -> None:
    layout = framed(framed_mlp(), ["flatten", "hidden", "relu"], "Around")
    assert nodes_of(left_frame(layout, ["hidden"], "frame_2")) == {
        "frame_2": ("flatten", "relu"),
        "frame": ("hidden", "relu"),
    }
    assert list(left_frame(layout, ["hidden", "relu"], "frame").frames) == ["frame_2"]
    assert nodes_of(left_frame(layout, ["hidden"])) == {"frame_2": ("flatten", "relu"), "frame": ("relu",)}


def test_a_frame_keeps_its_nodes_through_renaming_and_loses_the_deleted() -> None:
    renamed = with_renamed(framed_mlp(), "relu", "activation")
    assert nodes_of(renamed) == {"frame": ("hidden", "activation")}
    assert nodes_of(without_nodes(framed_mlp(), ["hidden"])) == {"frame": ("relu",)}
    assert without_nodes(framed_mlp(), ["hidden", "relu"]).frames == {}
    assert loads(dumps(renamed)) == renamed


def test_frames_and_notes_inside_a_block_are_edited_as_those_outside() -> None:
    layout = little_resnet()
    inside = with_note(framed(interior(layout, "Stage"), ["first", "rest"], "Residual"), "note", Note("a", (0, 0)))
    layout = with_interior(layout, "Stage", inside)
    assert layout.blocks["Stage"].frames == inside.frames and layout.blocks["Stage"].notes == inside.notes
    assert layout.frames == {} and interior(layout, "Stage").frames == inside.frames
    assert loads(dumps(layout)) == layout
    fewer = with_interior(layout, "Stage", without_nodes(interior(layout, "Stage"), ["first"]))
    assert nodes_of(interior(fewer, "Stage")) == {"frame": ("rest",)}


def test_a_note_is_written_moved_and_taken_away() -> None:
    layout = with_note(digits_mlp(), "note", Note("# Why", (10.0, 20.0)))
    assert (new_note_id(digits_mlp()), new_note_id(layout)) == ("note", "note_2")
    layout = shifted_notes(layout, ["note"], 5, -30)
    assert layout.notes == {"note": Note("# Why", (15.0, -10.0), (240.0, 120.0))}
    assert without_notes(layout, ["note", "gone"]) == digits_mlp()


def test_words_on_a_node_stay_with_it() -> None:
    layout = with_node_note(digits_mlp(), "relu", "Why not GELU?")
    assert layout.nodes["relu"].note == "Why not GELU?"
    assert with_node_note(layout, "relu", " \n") == digits_mlp()
    assert with_renamed(layout, "relu", "gelu").nodes["gelu"].note == "Why not GELU?"


def test_where_a_module_goes_on_notes_and_muting_stay_where_they_were() -> None:
    layout = with_node_note(with_node_note(siamese(), "encoder", "first"), "again", "second")
    layout = replace(layout, nodes={**layout.nodes, "again": replace(layout.nodes["again"], muted=True)})
    for drawn in (without_nodes(layout, ["encoder"]), with_shared(layout, "again", None)):
        heir = drawn.nodes["again"]
        assert heir.arguments == {"out_features": 4} and heir.shares is None
        assert heir.note == "second" and heir.muted
    shared = with_shared(with_shared(layout, "again", None), "again", "encoder")
    assert shared == layout


def test_of_several_that_share_a_module_the_first_that_stays_has_it() -> None:
    layout = siamese()
    third = replace(layout.nodes["again"], note="third")
    layout = replace(layout, nodes={**layout.nodes, "third": third, "fourth": layout.nodes["again"]})
    left = without_nodes(layout, ["encoder", "again"])
    assert left.nodes["third"].arguments == {"out_features": 4} and left.nodes["third"].note == "third"
    assert left.nodes["fourth"].shares == "third"


@pytest.mark.parametrize(
    "layout",
    [
        with_note(digits_mlp(), "note", Note("x" * 30_000, (1e300, float("nan")), (0.0, 1e9))),
        with_note(digits_mlp(), "note", Note("half \ud83d of a letter", (0.0, -1e9), (float("inf"), -3.0))),
        with_node_note(digits_mlp(), "relu", "🙂" * 30_000),
        framed(digits_mlp(), ["relu"], "x" * 500 + "\udc00"),
    ],
)
def test_what_is_too_much_for_a_file_is_cut_so_that_what_is_saved_opens(layout: Layout) -> None:
    assert loads(dumps(layout)) == layout
    dumps(layout).encode("utf-8")


def test_nothing_of_it_changes_what_is_known_of_the_network() -> None:
    layout = with_note(framed(residual(), ["first", "relu"], "branch"), "note", Note("a", (0.0, 0.0)))
    layout = with_node_note(layout, "sum", "here they meet")
    found, before = infer(layout, infer(residual())), infer(residual())
    assert (found.nodes, found.problems, found.order) == (before.nodes, before.problems, before.order)
    # The nodes are taken over as they were found, not found again.
    assert all(found.nodes[key] is infer(layout, found).nodes[key] for key in layout.nodes)


def test_ids_are_fresh() -> None:
    assert new_frame_id(digits_mlp()) == "frame" and new_frame_id(framed_mlp()) == "frame_2"
