"""What people wrote and drew beside a network, as it comes in from a file: frames and notes. `layout_reader` asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast, get_args

from core.file_checks import (
    LayoutFileError,
    known_keys,
    object_of,
    one_of,
    pair,
    place,
    position,
    table,
    text,
)
from core.layout import LONGEST_NOTE, LONGEST_TITLE, NOTE_SIZES, Colour, Frame, Node, Note
from core.names import name_problem

COLOURS: tuple[Colour, ...] = get_args(Colour)


def read_frames(data: Mapping[str, Any], where: str, nodes: Mapping[str, Node]) -> dict[str, Frame]:
    """The frames of the file or of a block, around nodes that are there."""
    return {
        key: _frame(value, _named(where, "frames", key), nodes) for key, value in table(data, "frames", where).items()
    }


def read_notes(data: Mapping[str, Any], where: str) -> dict[str, Note]:
    return {key: _note(value, _named(where, "notes", key)) for key, value in table(data, "notes", where).items()}


def _named(where: str, table_key: str, key: str) -> str:
    if name_problem(key) is not None:
        raise LayoutFileError("bad_id", where=place(where, table_key), id=key)
    return place(where, key)


def _frame(value: Any, where: str, nodes: Mapping[str, Node]) -> Frame:
    data = object_of(value, where)
    known_keys(data, ("title", "nodes", "colour"), where)
    members = data.get("nodes")
    if not isinstance(members, list) or not members or not all(isinstance(key, str) for key in members):
        raise LayoutFileError("wrong_kind", where=f"{where} · nodes", wanted='[" "]')
    for index, key in enumerate(members):
        if key not in nodes:
            raise LayoutFileError("frame_without_node", frame=where, node=key)
        if key in members[:index]:
            raise LayoutFileError("twice", key=f"{where} · {key}")
    colour = one_of(data.get("colour", "grey"), COLOURS, f"{where} · colour")
    return Frame(text(data, "title", where, LONGEST_TITLE), tuple(members), cast(Colour, colour))


def _note(value: Any, where: str) -> Note:
    data = object_of(value, where)
    known_keys(data, ("text", "position", "size"), where)
    written = text(data, "text", where, LONGEST_NOTE)
    stands = position(data.get("position"), where)
    if "size" not in data:
        return Note(written, stands)
    size = pair(data["size"], *NOTE_SIZES)
    if size is None:
        raise LayoutFileError("bad_size", where=where, lowest=round(NOTE_SIZES[0]), highest=round(NOTE_SIZES[1]))
    return Note(written, stands, size)
