"""A layout file holds a layout and nothing else: what comes in is checked, what goes out is whole or not at all."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.layout import Frame, Layout, Node, Note, with_blocks
from core.storage import LayoutFileError, dumps, load, loads, save
from core.text import LANGUAGES, Text
from tests.examples import digits_mlp, residual
from tests.graphs import block, little_resnet

NODE = {"layer": "ReLU"}
NOTE = {"text": "a", "position": [0, 0]}


def written(**changes: object) -> str:
    data = {"format": "layerloom-layout", "version": 1, "nodes": {"a": NODE, "b": NODE}, **changes}
    return json.dumps(data)


def annotated() -> Layout:
    """With all that only the second version of the file can say, at the top and in a block."""
    inside = replace(
        block({"x": Node("Input"), "norm": Node("BatchNorm2d", muted=True), "y": Node("Output")}, "x norm, norm y"),
        frames={"frame": Frame("Inside", ("norm",), "purple")},
        notes={"note": Note("*inside*", (0.5, -3.0), (40.0, 80.0))},
    )
    layout = with_blocks(residual(), {"Inner": inside})
    nodes = {**layout.nodes, "relu": Node("ReLU", muted=True, note='"why" this?\nNobody 알아요 🙂')}
    frames = {"stem": Frame("A branch", ("first", "second")), "frame_2": Frame("", ("stem",), "red")}
    notes = {"note": Note("# Title\n\ttext", (-100.0, 20.25))}
    return replace(layout, nodes=nodes, frames=frames, notes=notes, direction="right")


@pytest.mark.parametrize("layout", [Layout(), digits_mlp(), residual(), little_resnet(), annotated()])
def test_what_is_written_is_read_again(layout: Layout, tmp_path: Path) -> None:
    save(layout, tmp_path / "a.json")
    assert load(tmp_path / "a.json") == layout
    assert dumps(loads(dumps(layout))) == dumps(layout)
    assert os.listdir(tmp_path) == ["a.json"]


@pytest.mark.parametrize(
    "newer",
    [
        replace(digits_mlp(), direction="right"),
        replace(digits_mlp(), notes={"note": Note("a", (0.0, 0.0))}),
        replace(digits_mlp(), frames={"frame": Frame("a", ("relu",))}),
        replace(digits_mlp(), nodes={"a": Node("ReLU", muted=True)}, edges=()),
        replace(digits_mlp(), nodes={"a": Node("ReLU", note="a")}, edges=()),
        replace(digits_mlp(), blocks=annotated().blocks),
    ],
)
def test_only_what_an_older_program_cannot_read_is_written_for_a_newer_one(newer: Layout) -> None:
    assert '"version": 1,' in dumps(digits_mlp()) and '"version": 1,' in dumps(little_resnet())
    assert '"version": 2,' in dumps(newer)
    assert loads(dumps(newer)) == newer


def test_a_frame_and_a_note_stand_on_lines_of_their_own() -> None:
    text = dumps(annotated())
    assert '    "frame_2": {"title": "", "nodes": ["stem"], "colour": "red"}\n  },\n' in text
    assert '    "note": {"text": "# Title\\n\\ttext", "position": [-100, 20.25], "size": [240, 120]}\n' in text
    assert '        "frame": {"title": "Inside", "nodes": ["norm"], "colour": "purple"}\n' in text


def test_a_node_stands_on_a_line_of_its_own() -> None:
    assert '    "relu": {"layer": "ReLU", "position": [0, 300]},\n' in dumps(digits_mlp())


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "not_json"),
        ("{", "not_json"),
        ("[]", "not_layout"),
        ("[" * 100_000, "not_layout"),
        ('{"a": ' * 100_000, "not_layout"),
        ("9" * 5000, "not_layout"),
        ('{"format": "layerloom-layout", "format": 1}', "twice"),
        ('{"format": "other", "version": 1}', "not_layout"),
        (written(version=4), "newer"),
        (written(version="1"), "no_version"),
        (written(version=True), "no_version"),
        (written(extra=1), "unknown_key"),
        (written(title=5), "wrong_kind"),
        (written(nodes=[]), "wrong_kind"),
        (written(nodes={"a": 1}), "wrong_kind"),
        (written(nodes={"forward": NODE}), "bad_name"),
        (written(nodes={"__class__": NODE}), "bad_name"),
        (written(nodes={"a b": NODE}), "bad_name"),
        (written(nodes={"import": NODE}), "bad_name"),
        (written(nodes={"a": {"layer": "os.system"}}), "unknown_layer"),
        (written(nodes={"a": {"layer": ["ReLU"]}}), "unknown_layer"),
        (written(nodes={"a": {**NODE, "size": 1}}), "unknown_key"),
        (written(nodes={"a": {**NODE, "arguments": {"x y": 1}}}), "bad_argument"),
        (written(nodes={"a": {**NODE, "arguments": {"x": {}}}}), "bad_value"),
        (written(nodes={"a": {**NODE, "arguments": {"x": [[[[1]]]]}}}), "bad_value"),
        (written(nodes={"a": {**NODE, "arguments": {"x": float("nan")}}}), "not_finite"),
        (written().replace('"ReLU"', '"ReLU", "arguments": {"x": 1e999}', 1), "not_finite"),
        (written(nodes={"a": {**NODE, "position": [1]}}), "bad_position"),
        (written(nodes={"a": {**NODE, "position": [1, 1e9]}}), "bad_position"),
        (written(edges={}), "wrong_kind"),
        (written(edges=[1]), "bad_edge"),
        (written(edges=[{"from": "a", "to": "c"}]), "edge_without_node"),
        (written(edges=[{"from": "a", "to": "b", "input": 1}]), "edge_without_port"),
        (written(edges=[{"from": "a", "to": "b"}] * 2), "edge_occupied"),
        (written(training={"epochs": 0}), "out_of_range"),
        (written(training={"loss": {"name": "eval"}}), "unknown_choice"),
        (written(training={"loss": "MSELoss"}), "wrong_kind"),
        (written(training={"speed": 1}), "unknown_key"),
        (written(direction="up"), "unknown_choice"),
        (written(nodes={"a": {**NODE, "muted": 1}}), "wrong_kind"),
        (written(nodes={"a": {**NODE, "note": 1}}), "wrong_kind"),
        (written(nodes={"a": {**NODE, "note": "\ud83d"}}), "wrong_kind"),
        (written(nodes={"a": {**NODE, "note": "x" * 20_001}}), "too_long"),
        (written(frames=[]), "wrong_kind"),
        (written(frames={"f": 1}), "wrong_kind"),
        (written(frames={"f": {"title": "", "nodes": []}}), "wrong_kind"),
        (written(frames={"f": {"title": "", "nodes": [["a"]]}}), "wrong_kind"),
        (written(frames={"f": {"title": 1, "nodes": ["a"]}}), "wrong_kind"),
        (written(frames={"f": {"title": "x" * 201, "nodes": ["a"]}}), "too_long"),
        (written(frames={"f": {"title": "", "nodes": ["a", "c"]}}), "frame_without_node"),
        (written(frames={"f": {"title": "", "nodes": ["a", "a"]}}), "twice"),
        (written(frames={"f": {"title": "", "nodes": ["a"], "colour": "#ff0000"}}), "unknown_choice"),
        (written(frames={"f": {"title": "", "nodes": ["a"], "colour": ["red"]}}), "unknown_choice"),
        (written(frames={"f": {"title": "", "nodes": ["a"], "width": 3}}), "unknown_key"),
        (written(frames={"f f": {"title": "", "nodes": ["a"]}}), "bad_id"),
        (written(notes={"n": "text"}), "wrong_kind"),
        (written(notes={"": NOTE}), "bad_id"),
        (written(notes={"n": {"text": "a"}}), "bad_position"),
        (written(notes={"n": {**NOTE, "position": [True, 0]}}), "bad_position"),
        (written(notes={"n": {**NOTE, "text": None}}), "wrong_kind"),
        (written(notes={"n": {**NOTE, "text": "x" * 20_001}}), "too_long"),
        (written(notes={"n": {**NOTE, "size": [0, 10]}}), "bad_size"),
        (written(notes={"n": {**NOTE, "size": [100, 1e300]}}), "bad_size"),
        (written(notes={"n": {**NOTE, "size": None}}), "bad_size"),
        (written(notes={"n": {**NOTE, "colour": "red"}}), "unknown_key"),
        (
            written(blocks={"B": {"nodes": {"a": NODE}, "frames": {"f": {"title": "", "nodes": ["b"]}}}}),
            "frame_without_node",
        ),
        (written(blocks={"B": {"notes": {"n": {"text": "a"}}}}), "bad_position"),
    ],
)
def test_what_is_no_layout_is_refused_in_one_rule(text: str, rule: str) -> None:
    with pytest.raises(LayoutFileError) as caught:
        loads(text)
    assert caught.value.rule == rule
    for language in LANGUAGES:
        assert Text(language)(f"file.{rule}", **caught.value.values)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_damaged_file_gives_a_layout_or_a_sentence(data: st.DataObject) -> None:
    text = dumps(data.draw(st.sampled_from([residual(), annotated()])))
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 30)))
    middle = data.draw(st.text(st.sampled_from('{}[]",:0e-n\\ultfreas'), max_size=8))
    try:
        loads(text[:start] + middle + text[end:])
    except LayoutFileError as error:
        assert error.rule


def test_a_folder_a_binary_and_a_pipe_are_refused(tmp_path: Path) -> None:
    (tmp_path / "image.json").write_bytes(b"\x89PNG\xff\xfe")
    os.mkfifo(tmp_path / "pipe.json")
    for path, rule in (
        (tmp_path, "not_a_file"),
        (tmp_path / "image.json", "not_text"),
        (tmp_path / "pipe.json", "not_a_file"),
    ):
        with pytest.raises(LayoutFileError) as caught:
            load(path)
        assert caught.value.rule == rule


def test_a_failed_save_leaves_the_old_file_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "kept.json"
    save(digits_mlp(), path)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        save(residual(), path)
    assert load(path) == digits_mlp()
    assert os.listdir(tmp_path) == ["kept.json"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    save(digits_mlp(), tmp_path / "real.json")
    (tmp_path / "link.json").symlink_to(tmp_path / "real.json")
    save(residual(), tmp_path / "link.json")
    assert (tmp_path / "link.json").is_symlink()
    assert load(tmp_path / "real.json") == residual()
