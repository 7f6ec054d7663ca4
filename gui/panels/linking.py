"""Where the value of a field inside a block may come from: the node itself, or an argument of the block.

The form asks which fields may, and for the menu beside one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QWidget

from core.block_edits import block_argument_problem, with_block_argument
from core.blocks import resolved
from core.fields import Field
from core.layout import Layout, with_argument
from core.values import Reference, Value
from gui.document import Document
from gui.words import Words


def linkable(document: Document, node_id: str, field: Field) -> bool:
    """Whether a block's argument may decide a field of the node, or does already; never outside of a block."""
    node = document.layout.nodes[node_id]
    if document.block is None or node.layer in ("Input", "Output"):
        return False
    if isinstance(node.arguments.get(field.name), Reference):
        return True
    if field.inferred and field.name not in node.arguments:
        return False
    # How many tensors a node returns must be the same at every use: they all have one forward in the code.
    entry = document.layout.entry(node_id)
    return field.name not in (entry.counted, entry.returns_with[0] if entry.returns_with is not None else None)


def value_here(document: Document, node_id: str, name: str) -> Value:
    """What a field that a block's argument decides is at the use that is looked into; None if that is not known."""
    node = document.inference.layout.nodes.get(node_id)
    value = node.arguments.get(name) if node is not None else None
    if isinstance(value, Reference) and document.block is not None:
        value = resolved(value, document.root.blocks[document.block].arguments)
    return None if isinstance(value, Reference) else value


def link_menu(document: Document, node_id: str, field: Field, words: Words, parent: QWidget) -> QMenu:
    """What may be chosen for a field, each entry an edit. It goes when it is closed."""
    menu = QMenu(parent)
    menu.setObjectName("link-menu")
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    block = document.block
    if block is None:
        return menu
    given = document.layout.nodes[node_id].arguments.get(field.name)
    reference = given if isinstance(given, Reference) else None

    def offer(text: str, act: Callable[[], None]) -> None:
        # Names may hold what Qt takes for the mark of a key.
        menu.addAction(text.replace("&", "&&")).triggered.connect(lambda _checked=False: act())

    if reference is not None:
        value = value_here(document, node_id, field.name)
        if value is not None:
            edit = partial(with_argument, node_id=node_id, name=field.name, value=value)
            text = words.say("inspector.link_own", value=field.show(value))
            offer(text, lambda: document.apply("inspector.edit_argument", edit))
    else:
        text = words.say("inspector.link_new", block=block)
        offer(text, lambda: _link(document, block, node_id, field, fresh_argument(document.root, block, field.name)))
    others = [name for name in fitting(document.root, block, field) if reference is None or name != reference.argument]
    if others and menu.actions():
        menu.addSeparator()
    for name in others:
        offer(
            words.say("inspector.link_use", argument=name),
            partial(_link, document, block, node_id, field, name),
        )
    return menu


def _link(document: Document, block: str, node_id: str, field: Field, argument: str) -> None:
    edit = partial(
        with_block_argument,
        block=block,
        argument=argument,
        default=present_value(document, node_id, field),
        node_id=node_id,
        field=field.name,
    )
    document.apply_root("canvas.edit.block_argument", edit)


def present_value(document: Document, node_id: str, field: Field) -> Value:
    """What the field is now, or counts as: the default of an argument that is made of it."""
    node = document.layout.nodes[node_id]
    if field.name in node.arguments:
        value = node.arguments[field.name]
        return value_here(document, node_id, field.name) if isinstance(value, Reference) else value
    return field.example if field.required or (field.default is None and not field.optional) else field.default


def fresh_argument(layout: Layout, block: str, stem: str) -> str:
    """A name for one more argument of a block: the field's own, else with a number behind."""
    name, count = stem, 1
    while block_argument_problem(layout, block, name) is not None:
        count += 1
        name = f"{stem}_{count}"
    return name


def fitting(layout: Layout, block: str, field: Field) -> tuple[str, ...]:
    """The arguments of a block whose values the field takes."""
    arguments = layout.blocks[block].arguments
    return tuple(name for name, default in arguments.items() if field.check(default) is None)
