"""The edits that mend problems, each with the words it is offered in (`mend.<rule>`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from core.blocks import interior, with_interior
from core.datasets.facts import NO_DATA
from core.datasets.transforms import seen
from core.edits import appended, inserted, new_name
from core.layout import (
    Edge,
    Layout,
    with_argument,
    with_edge,
    with_frozen,
    with_shared,
    with_training,
    without_argument,
    without_edges,
    without_nodes,
)
from core.problems import Mend
from core.training.config import Choice
from core.values import Value


def insert(edge: Edge, layer: str, arguments: Mapping[str, Value] | None = None) -> Mend:
    """A new node in a wire, with these arguments or with those that it comes onto the canvas with."""
    return Mend(
        "insert",
        {"layer": layer, "before": edge.target},
        partial(_inserted, edge=edge, layer=layer, arguments=arguments),
    )


def _inserted(layout: Layout, edge: Edge, layer: str, arguments: Mapping[str, Value] | None) -> Layout:
    node_id = new_name(layout, layer)
    layout = inserted(layout, edge, layer)
    if arguments is None:
        return layout
    return replace(layout, nodes={**layout.nodes, node_id: replace(layout.nodes[node_id], arguments=arguments)})


def insert_each(edges: tuple[Edge, ...], layer: str, arguments: Mapping[str, Value] | None = None) -> Mend:
    """A new node in each of these wires, which end at one node."""
    return Mend(
        "insert",
        {"layer": layer, "before": edges[0].target},
        partial(_inserted_each, edges=edges, layer=layer, arguments=arguments),
    )


def _inserted_each(
    layout: Layout, edges: tuple[Edge, ...], layer: str, arguments: Mapping[str, Value] | None
) -> Layout:
    for edge in edges:
        layout = _inserted(layout, edge, layer, arguments)
    return layout


def append(after: str, layer: str) -> Mend:
    return Mend("append", {"layer": layer, "after": after}, partial(appended, after=after, layer=layer))


def delete(node_id: str) -> Mend:
    return Mend("delete", {"node": node_id}, partial(without_nodes, node_ids=(node_id,)))


def connect(source: str, target: str, port: int = 0) -> Mend:
    return Mend(
        "connect",
        {"source": source, "target": target},
        partial(with_edge, edge=Edge(source, target, input=port)),
    )


def set_argument(node_id: str, name: str, value: Value) -> Mend:
    return Mend(
        "set_argument",
        {"node": node_id, "argument": name, "value": value},
        partial(with_argument, node_id=node_id, name=name, value=value),
    )


def leave_out(node_id: str, name: str) -> Mend:
    """Let the input, or torch's default, decide an argument."""
    return Mend(
        "leave_out",
        {"node": node_id, "argument": name},
        partial(without_argument, node_id=node_id, name=name),
    )


def leave_out_inside(block: str, node_ids: tuple[str, ...], name: str) -> Mend:
    """Let torch's default decide an argument of nodes inside a block."""
    return Mend(
        "leave_out_inside",
        {"block": block, "argument": name},
        partial(_without_arguments_inside, block=block, node_ids=node_ids, name=name),
    )


def _without_arguments_inside(layout: Layout, block: str, node_ids: tuple[str, ...], name: str) -> Layout:
    inside = interior(layout, block)
    for node_id in node_ids:
        inside = without_argument(inside, node_id, name)
    return with_interior(layout, block, inside)


def batch_size(size: int) -> Mend:
    """Another number of samples per step."""
    return Mend("batch_size", {"size": size}, partial(_with_batch_size, size=size))


def _with_batch_size(layout: Layout, size: int) -> Layout:
    return with_training(layout, replace(layout.training, batch_size=size))


def use_optimizer(name: str) -> Mend:
    return Mend("use_optimizer", {"optimizer": name}, partial(_with_optimizer, name=name))


def _with_optimizer(layout: Layout, name: str) -> Layout:
    # The arguments of one optimizer are not those of another; the learning rate is everybody's.
    kept = {key: value for key, value in layout.training.optimizer.arguments.items() if key == "lr"}
    return with_training(layout, replace(layout.training, optimizer=Choice(name, kept)))


def replace_layer(node_id: str, layer: str) -> Mend:
    """Another layer in the same place, keeping the arguments."""
    return Mend("replace", {"node": node_id, "layer": layer}, partial(_with_layer, node_id=node_id, layer=layer))


def use_loss(name: str, place: int = 0) -> Mend:
    """Another loss: the main one, or the added one at a place counted from 1."""
    return Mend("use_loss", {"loss": name}, partial(_with_loss, choice=Choice(name), place=place))


def without_loss_argument(name: str, place: int = 0) -> Mend:
    """Let torch's default decide an argument of a loss."""
    return Mend("leave_out", {"node": "", "argument": name}, partial(_without_loss_argument, name=name, place=place))


def set_scheduler_argument(name: str, value: Value) -> Mend:
    return Mend(
        "set_argument",
        {"node": "", "argument": name, "value": value},
        partial(_with_scheduler_argument, name=name, value=value),
    )


def _with_scheduler_argument(layout: Layout, name: str, value: Value) -> Layout:
    scheduler = layout.training.scheduler
    if scheduler is None:
        return layout
    chosen = replace(scheduler, arguments={**scheduler.arguments, name: value})
    return with_training(layout, replace(layout.training, scheduler=chosen))


def warmup(steps: int) -> Mend:
    """A warm-up of so many steps, or none."""
    rule = "warmup" if steps else "no_warmup"
    return Mend(rule, {"steps": steps}, partial(_with_warmup, steps=steps))


def _with_warmup(layout: Layout, steps: int) -> Layout:
    return with_training(layout, replace(layout.training, warmup_steps=steps))


def no_clipping() -> Mend:
    """Leave single values as they are; the norm of all can be clipped whatever they are."""
    return Mend("no_clipping", {}, _without_clipping)


def _without_clipping(layout: Layout) -> Layout:
    return with_training(layout, replace(layout.training, clip_value=0.0))


def disconnect(edge: Edge) -> Mend:
    return Mend("disconnect", {"source": edge.source, "target": edge.target}, partial(without_edges, edges=(edge,)))


def unfreeze(node_id: str) -> Mend:
    return Mend("unfreeze", {"node": node_id}, partial(with_frozen, node_id=node_id, frozen=False))


def own_module(node_id: str) -> Mend:
    """A module of its own for a node that shared one: built alike, or with torch's defaults where that one is gone."""
    return Mend("own_module", {"node": node_id}, partial(_with_own_module, node_id=node_id))


def _with_own_module(layout: Layout, node_id: str) -> Layout:
    node = layout.nodes[node_id]
    owner = layout.nodes.get(node.shares or "")
    if owner is not None and owner.layer == node.layer:
        return with_shared(layout, node_id, None)
    return replace(layout, nodes={**layout.nodes, node_id: replace(layout.nodes[node_id], shares=None)})


def use_dataset(name: str) -> Mend:
    return Mend("use_dataset", {"dataset": name}, partial(_with_dataset, name=name))


def _with_dataset(layout: Layout, name: str) -> Layout:
    if name == NO_DATA:
        layout = _with_shapes(layout)
    return with_training(layout, replace(layout.training, dataset=Choice(name)))


def _with_shapes(layout: Layout) -> Layout:
    """Each Input says itself what the data set said for it."""
    known = seen(layout.training)
    for node_id, node in layout.nodes.items():
        if node.layer == "Input":
            for name, value in (("shape", known.shape), ("dtype", known.dtype)):
                if name not in node.arguments and (name, value) != ("dtype", "float32"):
                    layout = with_argument(layout, node_id, name, value)
    return layout


def _with_loss(layout: Layout, choice: Choice, place: int) -> Layout:
    training = layout.training
    if place == 0:
        return with_training(layout, replace(training, loss=choice))
    added = [
        replace(one, loss=choice) if index == place else one for index, one in enumerate(training.added_losses, start=1)
    ]
    return with_training(layout, replace(training, added_losses=tuple(added)))


def _without_loss_argument(layout: Layout, name: str, place: int) -> Layout:
    training = layout.training
    chosen = [training.loss, *(one.loss for one in training.added_losses)][place]
    kept = {key: value for key, value in chosen.arguments.items() if key != name}
    return _with_loss(layout, replace(chosen, arguments=kept), place)


def _with_layer(layout: Layout, node_id: str, layer: str) -> Layout:
    # All uses of one module are of one class.
    owner = layout.nodes[node_id].shares or node_id
    nodes = {
        key: replace(node, layer=layer) if key in (node_id, owner) or node.shares == owner else node
        for key, node in layout.nodes.items()
    }
    return replace(layout, nodes=nodes)
