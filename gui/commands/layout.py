"""Commands that build and arrange the network: add, connect, tidy, align, blocks, frames and notes."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from core.aligning import Side
from core.layout import Colour
from gui.canvas import annotation_edits, arranging, blocks
from gui.commands.command import (
    Command,
    Condition,
    has_nodes,
    inside_block,
    one_selected,
    several_selected,
    some_selected,
)

if TYPE_CHECKING:
    from gui.main_window import MainWindow

COLOURS: tuple[Colour, ...] = get_args(Colour)
"""What frames can be coloured with."""
SIDES: tuple[Side, ...] = ("left", "centre", "right", "top", "middle", "bottom")
"""What nodes can be aligned by."""


def _align(side: Side) -> Command:
    def align(window: MainWindow) -> None:
        arranging.align(window.document, side)

    return Command(f"align_{side}", align, enabled=several_selected)


_block_selected = Condition("no_block_selected", lambda window: blocks.use_selected(window.document))
_some_unused = Condition("no_unused_blocks", lambda window: blocks.has_unused(window.document))


def _colour(colour: Colour) -> Command:
    def dye(window: MainWindow) -> None:
        frame = window.canvas.annotations.framed
        if frame is not None:
            annotation_edits.colour(window.document, frame, colour)

    def is_dyed(window: MainWindow) -> bool:
        frame = window.document.layout.frames.get(window.canvas.annotations.framed or "")
        return frame is not None and frame.colour == colour

    return Command(f"frame_{colour}", dye, enabled=_framed, checked=is_dyed)


def _unframe(window: MainWindow) -> None:
    frame = window.canvas.annotations.framed
    if frame is not None:
        annotation_edits.unframe(window.document, frame)


_framed = Condition("no_frame", lambda window: window.canvas.annotations.framed is not None)
_editable = Condition("no_annotation", lambda window: window.canvas.annotations.editable is not None)
_in_frame = Condition("not_in_frame", lambda window: annotation_edits.in_frame(window.document))
_joinable = Condition(
    "not_beside_frame",
    lambda window: annotation_edits.neighbouring(window.document.layout, window.document.selection) is not None,
)
_annotated = Condition(
    "no_annotations", lambda window: bool(window.document.layout.frames or window.document.layout.notes)
)

COMMANDS = (
    Command("add_layer", lambda window: window.canvas.add_here(), keys="Ins"),
    Command("connect", lambda window: window.canvas.connect_selected(), keys="Ctrl+J", enabled=one_selected),
    Command("arrange", lambda window: arranging.tidy(window.canvas, "down"), "arrange", "Ctrl+L", enabled=has_nodes),
    Command("arrange_right", lambda window: arranging.tidy(window.canvas, "right"), keys="Ctrl+Shift+L",
            enabled=has_nodes),
    *map(_align, SIDES),
    Command("distribute_across", lambda window: arranging.distribute(window.document, "across"),
            enabled=several_selected),
    Command("distribute_down", lambda window: arranging.distribute(window.document, "down"), enabled=several_selected),
    Command("straighten", lambda window: arranging.straighten(window.document), enabled=some_selected),
    Command("collapse", lambda window: blocks.collapse(window), keys="Ctrl+G", enabled=some_selected),
    Command("enter_block", lambda window: blocks.enter(window.document), keys="Ctrl+Return", enabled=_block_selected,
            on_canvas=True),
    Command("leave_block", lambda window: window.document.leave(), keys="Ctrl+Backspace",
            enabled=inside_block, on_canvas=True),
    Command("unpack", lambda window: blocks.unpack(window.document), keys="Ctrl+Shift+U", enabled=_block_selected),
    Command("remove_unused", lambda window: blocks.remove_unused(window.document), enabled=_some_unused),
    Command("frame", lambda window: window.canvas.annotations.frame_selected(), keys="Ctrl+Shift+G",
            enabled=some_selected),
    Command("note", lambda window: window.canvas.add_note(), keys="Ctrl+Alt+N"),
    Command("node_note", lambda window: window.canvas.annotations.write_on_node(), keys="Ctrl+Alt+Return",
            enabled=one_selected),
    Command("edit_annotation", lambda window: window.canvas.annotations.edit_selected(), keys="Shift+F2",
            enabled=_editable),
    Command("select_framed", lambda window: window.canvas.annotations.select_framed(), enabled=_framed),
    Command("join_frame", lambda window: annotation_edits.join(window.document), enabled=_joinable),
    Command("leave_frame", lambda window: annotation_edits.leave(window.document), enabled=_in_frame),
    Command("unframe", _unframe, keys="Ctrl+Alt+G", enabled=_framed),
    *map(_colour, COLOURS),
    Command("next_annotation", lambda window: window.canvas.annotations.step(1), keys="F7", enabled=_annotated),
    Command("previous_annotation", lambda window: window.canvas.annotations.step(-1), keys="Shift+F7",
            enabled=_annotated),
)  # fmt: skip
