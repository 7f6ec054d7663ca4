"""Adding without travelling: a search at the pointer, for a layer or for the node that a wire is to lead to.

"conv 64 3" finds convolutions and says what each would be made of it. Where a signal is waiting, what takes it comes
first; where nothing was typed yet, what was added last.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF
from PySide6.QtWidgets import QApplication

from core.catalogue import ENTRIES
from core.requests import parse_request, request_arguments
from gui.canvas.adding import Anywhere, AtEnd, Behind, Here, Instead, Into, Place
from gui.canvas.later import Later, signatures_known
from gui.canvas.linking import Link, links, make_link
from gui.canvas.loose import Loose
from gui.canvas.ports import Port, port_name
from gui.canvas.quick_choices import Choice
from gui.canvas.quick_list import QuickList
from gui.canvas.stage import Pointer, Stage
from gui.layer_search import found
from gui.theme import Theme
from gui.theme.icons import layer_icon

if TYPE_CHECKING:
    from gui.canvas.view import CanvasView

MOST_RECENT = 6
"""Layers that were added last and stand first."""
ESSENTIALS = tuple(entry.name for entry in ENTRIES.values() if entry.essential)


@dataclass(frozen=True)
class Asked:
    layer: str
    values: tuple[str, ...]
    """What was typed behind its name."""


class QuickAdd(QuickList):
    def __init__(self, view: CanvasView, stage: Stage, theme: Theme) -> None:
        super().__init__(view, theme)
        self._view, self._stage = view, stage
        self._place_for: Place | None = None
        """Where a layer goes; None while nodes to be wired are searched."""
        self._fitting: Sequence[str] | None = None
        self.recent: tuple[str, ...] = ()
        """What was added last, newest first."""
        self._later = Later(stage.document, self)
        self._settle: Callable[[], None] = lambda: None
        self.closed.connect(self._settled)

    def remember(self, layer: str) -> None:
        """A layer was added: offer it first the next time."""
        self.recent = (layer, *(other for other in self.recent if other != layer))[:MOST_RECENT]

    # --- where it opens ---

    def open_for_keyboard(self, pixel: QPoint | None, text: str = "", composing: bool = False) -> None:
        """At the pointer, for the selected node or wire, or else for what the pointer is on. None: it is elsewhere.

        While a syllable is composed the canvas keeps the keyboard and passes on what it gets.
        """
        document, scene = self._stage.document, self._stage.scene
        point = self._view.mapToScene(pixel) if pixel is not None else None
        place: Place = Anywhere(self._view.mapToScene(self._view.viewport().rect().center()))
        at = pixel
        if document.selected is not None:
            place = Behind(document.selected)
            if at is None:
                rect = scene.nodes[document.selected].rect
                at = self._pixel(QPointF(rect.center().x(), rect.bottom()))
        elif len(scene.selected_wires) == 1:
            (edge,) = scene.selected_wires
            place = Into(edge)
            at = at if at is not None else self._pixel(scene.wires[edge].path.pointAtPercent(0.5))
        elif point is not None:
            place = self._place_at(point)
        self._open_for(place, at if at is not None else self._view.viewport().rect().center(), text)
        if not composing:
            self.field.setFocus()

    def open_for_point(self, pixel: QPoint) -> None:
        self._open_for(self._place_at(self._view.mapToScene(pixel)), pixel)
        self.field.setFocus()

    def open_for_wire(self, loose: Loose, pointer: Pointer, settle: Callable[[], None]) -> None:
        """Where wires were let go; `settle` is called once a layer was chosen or not."""
        self._open_for(AtEnd(loose, pointer.at), pointer.pixel, settle=settle)
        self.field.setFocus()

    def open_for_replacing(self) -> None:
        node_id = self._stage.document.selected
        if node_id is not None:
            self._view.ensure_seen(node_id)
            self._open_for(Instead(node_id), self._corner(node_id))
            self.field.setFocus()

    def open_for_connecting(self) -> None:
        node_id, say = self._stage.document.selected, self._stage.words.say
        if node_id is None:
            return
        self._view.ensure_seen(node_id)
        offered = [self._link_choice(link) for link in links(self._stage.document.layout, node_id)]

        def find(text: str) -> Sequence[Choice]:
            words = text.casefold().split()
            return [one for one in offered if all(word in f"{one.title} {one.detail}".casefold() for word in words)]

        def take(key: object) -> None:
            assert isinstance(key, Link)
            make_link(self._stage.document, key)

        self.close()
        self._place_for = None
        name = say("canvas.link_name", node=node_id)
        self.open(
            self._corner(node_id), find, take,
            caption=name, hint=say("canvas.link_hint"), name=name,
            none=lambda text: say("canvas.link_none", query=text),
        )  # fmt: skip
        self.field.setFocus()

    def keep_up(self) -> None:
        """Shapes are known that were not: what fits comes first now."""
        place = self._place_for
        if self.isVisible() and place is not None:
            self._fitting = place.fitting(self._stage.document)
            self.refresh(place.caption(self._stage.document, self._stage.words))

    def pass_on(self, event: QEvent) -> None:
        """Give the field what the canvas got while it has the keyboard: letters that are still being composed."""
        if self.isVisible():
            QApplication.sendEvent(self.field, event)

    def _open_for(self, place: Place, pixel: QPoint, text: str = "", settle: Callable[[], None] = lambda: None) -> None:
        say = self._stage.words.say
        self.close()
        self._place_for, self._settle = place, settle
        self._fitting = place.fitting(self._stage.document)
        self.open(
            pixel, self._layers, self._put,
            caption=place.caption(self._stage.document, self._stage.words), hint=say("canvas.quick_hint"),
            none=lambda query: say("canvas.quick_none", query=query), name=say("canvas.quick_name"), text=text,
        )  # fmt: skip

    def _settled(self) -> None:
        settle, self._settle = self._settle, lambda: None
        settle()

    def _place_at(self, point: QPointF) -> Place:
        scene = self._stage.scene
        edge = scene.wire_at(point) if scene.node_at(point) is None else None
        return Into(edge, point) if edge is not None else Here(point)

    def _corner(self, node_id: str) -> QPoint:
        rect: QRectF = self._stage.scene.nodes[node_id].rect
        return self._pixel(QPointF(rect.left() + 32, rect.bottom()))

    def _pixel(self, point: QPointF) -> QPoint:
        return self._view.viewportTransform().map(point).toPoint()

    # --- layers ---

    def _layers(self, text: str) -> Sequence[Choice]:
        query, values = parse_request(text)
        fitting = None if self._fitting is None else {layer: None for layer in self._fitting}
        if query:
            layers: Sequence[str] = found(query, self._stage.document.layout.block_entries)
            if fitting is not None:
                layers = sorted(layers, key=lambda layer: layer not in fitting)
        else:
            layers = self._before_typing()
        return [self._choice(layer, values, fitting is None or layer in fitting) for layer in layers]

    def _before_typing(self) -> Sequence[str]:
        """What fits, with what was used lately at its head; where anything may come, that and the essentials."""
        layout = self._stage.document.layout
        recent = [layer for layer in self.recent if layer in ENTRIES or layer in layout.blocks]
        if self._fitting is None:
            return tuple(dict.fromkeys((*recent, *layout.blocks, *ESSENTIALS)))
        # What usually follows here says more than what was added last anywhere.
        likely = self._fitting[:MOST_RECENT]
        return tuple(dict.fromkeys((*likely, *(one for one in recent if one in self._fitting), *self._fitting)))

    def _choice(self, layer: str, values: Sequence[str], fits: bool) -> Choice:
        words, layout = self._stage.words, self._stage.document.layout
        category = layout.entry_of(layer).category
        code = ""
        if values and self._stage.document.ready:
            given = request_arguments(layer, values, layout)
            code = f"{layer}({', '.join(f'{name}={value!r}' for name, value in given.items())})"
        about = f"layer.{layer}" if layer in ENTRIES else "palette.block"
        return Choice(
            Asked(layer, tuple(values)), layer, words.say(about) if words.has(about) else "",
            layer_icon(layer, category), f"category.{category}", code, "" if fits else words.say("canvas.quick_misfit"),
        )  # fmt: skip

    def _put(self, key: object) -> None:
        assert isinstance(key, Asked) and self._place_for is not None
        layer, values = key.layer, key.values
        document, place = self._stage.document, self._place_for
        known = signatures_known()
        if isinstance(place, Instead) and not known:
            # What fits of the old layer's arguments is not known before.
            document.refused.emit("canvas.replace_later", {})
            return
        arguments = request_arguments(layer, values, document.layout) if values and known else None
        self._view.touched = True
        self._stage.scene.select_wires(frozenset())
        # Not how many edits there were: the oldest goes once there are as many as are kept.
        before, node_id = document.history, place.put(document, layer, arguments)
        if document.history is not before and node_id in document.layout.nodes:
            document.select([node_id])
            self._view.came(node_id, instead=isinstance(place, Instead))
            if values and not known:
                self._later.give(node_id, values)

    # --- wires ---

    def _link_choice(self, link: Link) -> Choice:
        words, layout, edge = self._stage.words, self._stage.document.layout, link.edge
        here = Port(edge.source, True, edge.output) if link.onward else Port(edge.target, False, edge.input)
        there = Port(edge.target, False, edge.input) if link.onward else Port(edge.source, True, edge.output)
        ends = [".".join(filter(None, (port.node_id, port_name(layout, port)))) for port in (here, there)]
        entry = layout.entry(there.node_id)
        key = "unlink" if link.gone else "link_on" if link.onward else "link_from"
        own = f"  {port_name(layout, here)}" if port_name(layout, here) else ""
        return Choice(
            link, ends[1], words.say(f"canvas.{key}") + own,
            "close" if link.gone else layer_icon(layout.nodes[there.node_id].layer, entry.category),
            "text_quiet" if link.gone else f"category.{entry.category}",
        )  # fmt: skip
