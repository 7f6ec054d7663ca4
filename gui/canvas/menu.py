"""The menu of the right mouse button, for a node, a wire or the canvas: the window's commands that mean it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, get_args

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QContextMenuEvent
from PySide6.QtWidgets import QMenu

from core.layout import Colour
from gui.canvas.links import add_link

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView

Names = tuple[str | tuple[str, tuple[str | None, ...]] | None, ...]
"""Commands; None is a line, a pair a menu below this one with its name."""

ALIGN = (
    "align",
    (
        "align_left", "align_centre", "align_right", None, "align_top", "align_middle", "align_bottom", None,
        "distribute_across", "distribute_down",
    ),
)  # fmt: skip
COLOURS = ("frame_colour", tuple(f"frame_{colour}" for colour in get_args(Colour)))
NODE: Names = (
    "rename", "edit_arguments", "replace", "connect", None,
    "cut", "copy", "duplicate", "delete", None,
    "mute", "bypass", "freeze", "extract", None,
    "enter_block", "unpack", "collapse", None,
    "frame", "join_frame", "leave_frame", "node_note", None,
    "arrange", "straighten", ALIGN, None,
    "select_upstream", "select_downstream", "fit_selection",
)  # fmt: skip
FRAME: Names = ("edit_annotation", COLOURS, None, "cut", "copy", "duplicate", None, "select_framed", "unframe")
NOTE: Names = ("edit_annotation", None, "cut", "copy", "duplicate", "delete")
WIRE: Names = ("add_layer", "delete", None, "select_all", "fit")
CANVAS: Names = (
    "add_layer", "paste", "note", None, "arrange", "arrange_right", None, "leave_block", None,
    "select_all", "find", "fit",
)  # fmt: skip
ONLY_IF_USABLE = frozenset(
    (
        "join_frame", "leave_frame",
        "rename", "edit_arguments", "replace", "connect", "enter_block", "unpack", "leave_block", "node_note",
        "straighten", *(name for name in ALIGN[1] if name),
    )
)  # fmt: skip
"""Left out where they cannot be used now: a menu of one node has no use for what needs several."""


def open_menu(view: CanvasView, event: QContextMenuEvent) -> None:
    """Select what lies under the pointer, or take what is selected, and offer what can be done with it."""
    scene, document = view.items_scene, view.document
    node_id, edge = next(iter(document.selection), None), next(iter(scene.selected_wires), None)
    pixel: QPoint | None = None
    if event.reason() == QContextMenuEvent.Reason.Mouse:
        pixel = event.pos()
        point = view.mapToScene(pixel)
        node_id = scene.node_at(point)
        edge = scene.wire_at(point) if node_id is None else None
        if node_id is not None and node_id not in document.selection:
            view.select_nothing()
            document.select([node_id])
        elif edge is not None and edge not in scene.selected_wires:
            view.select_nothing()
            scene.select_wires(frozenset({edge}))
        elif node_id is None and edge is None:
            view.annotations.choose_at(point)
    chosen = view.annotations.chosen
    beside = CANVAS if chosen is None else FRAME if chosen[0] == "frame" else NOTE
    menu = build_menu(view, NODE if node_id is not None else WIRE if edge is not None else beside, pixel)
    if chosen is not None:
        for address in view.annotations.links():
            add_link(menu, view.words, address)
    menu.popup(event.globalPos())


def build_menu(view: CanvasView, names: Names, pixel: QPoint | None) -> QMenu:
    """`pixel` is the point of the viewport that the menu was opened for, None for the selection."""
    actions = {action.objectName(): action for action in (*view.window().actions(), *view.actions())}
    here: Mapping[str, Callable[[], object]] = {}
    if pixel is not None:
        here = {
            "add_layer": lambda: view.add_at(pixel),
            "paste": lambda: view.paste(pixel),
            "note": lambda: view.add_note(pixel),
        }
    menu = QMenu(view)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    _fill(menu, names, actions, here, view)
    return menu


def _fill(
    menu: QMenu,
    names: Names,
    actions: Mapping[str, QAction],
    here: Mapping[str, Callable[[], object]],
    view: CanvasView,
) -> None:
    for name in names:
        if name is None:
            menu.addSeparator()
        elif isinstance(name, tuple):
            inner = QMenu(view.words.say(f"menu.{name[0]}"), menu)
            _fill(inner, name[1], actions, here, view)
            if any(not action.isSeparator() for action in inner.actions()):
                menu.addMenu(inner)
        elif name in actions and (actions[name].isEnabled() or name not in ONLY_IF_USABLE):
            if name in here:
                _add_copy(menu, actions[name], here[name])
            else:
                menu.addAction(actions[name])


def _add_copy(menu: QMenu, action: QAction, act: Callable[[], object]) -> None:
    """The same command, done at the point that the menu was opened for."""
    copy = menu.addAction(action.icon(), action.text())
    copy.setObjectName(action.objectName())
    copy.setEnabled(action.isEnabled())
    # Shown in the menu, but the key itself stays the command's own.
    copy.setText(f"{action.text()}\t{action.shortcut().toString(action.shortcut().SequenceFormat.NativeText)}")
    copy.triggered.connect(lambda _checked=False: act())
