"""A layout without errors as an `nn.Module`. The trainer, the command line and the tests ask here.

The layers are torch's own, under the ids of their nodes, built in the order in which the code is printed: seeded alike,
the printed code starts from the same weights and computes the same bits.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from torch import Tensor, nn

from core.calling import Call, flattened, grouped
from core.lazies import materialise
from core.operations import function
from core.probe import build
from core.steps import Forward, Source, Step, forward_of

if TYPE_CHECKING:
    from core.inference import Inference


def compile_model(inference: Inference) -> nn.Module:
    """The network, freshly initialised from torch's global generator, on the CPU.

    `nn.Sequential` for a chain, else a `Network`; the state_dict's keys begin with node ids. ValueError if the layout
    has errors. Lazy layers have their weights.
    """
    forward = forward_of(inference)
    model = _network(forward)
    materialise(model, forward.inputs)
    return model


def _network(forward: Forward) -> nn.Module:
    layers: OrderedDict[str, nn.Module] = OrderedDict()
    for step in forward.steps:
        if not step.is_operation and step.is_first:
            layers[step.module] = _module(step)
    return nn.Sequential(layers) if forward.is_chain else Network(layers, forward)


def _module(step: Step) -> nn.Module:
    module = _block(step.inside) if step.inside else build(step.layer, step.arguments)
    return module.requires_grad_(False) if step.frozen else module


def _block(instances: tuple[Forward, ...]) -> nn.Module:
    """The inside of a block, or a chain of them where it is repeated."""
    if len(instances) == 1:
        return _network(instances[0])
    return nn.Sequential(*(_network(instance) for instance in instances))


class Network(nn.Module):
    """A network that branches: a walk over steps that were prepared once, as fast as a forward written by hand."""

    def __init__(self, layers: Mapping[str, nn.Module], forward: Forward) -> None:
        super().__init__()
        for node_id, layer in layers.items():
            self.add_module(node_id, layer)
        # A value lives in a slot until its last reader has run, so that evaluation frees memory as `x = layer(x)` does.
        self._walk, self._starts, self._ends, self._slots = _prepared(forward)

    def forward(self, *inputs: Tensor) -> Tensor | tuple[Tensor, ...]:
        values: list[Any] = [None] * self._slots
        for slot, tensor in zip(self._starts, inputs, strict=True):
            values[slot] = tensor
        layers: Mapping[str, nn.Module] = self._modules  # type: ignore[assignment]
        for move in self._walk:
            call = move.operation if move.operation is not None else layers[move.module]
            if move.simple:
                values[move.targets[0]] = call(values[move.slots[0]])  # type: ignore[index]
            elif move.call is None:
                result = call(*[None if slot is None else values[slot] for slot in move.slots])
                _put(values, move.targets, result)
            else:
                _put(values, move.targets, _called(call, move.call, values))
        if len(self._ends) == 1:
            only: Tensor = values[self._ends[0]]
            return only
        return tuple([values[slot] for slot in self._ends])


@dataclass(frozen=True)
class _Move:
    """A step, with slots of values where the layout has wires."""

    module: str
    operation: Callable[..., Any] | None
    slots: tuple[int | None, ...]
    """Where its inputs are."""
    call: Call[int] | None
    """The same grouped as a layer with several inputs is called; None for an operation, which takes them in a row."""
    targets: tuple[int | None, ...]
    """Where its outputs go; None for one that nobody reads."""
    simple: bool
    """Whether one tensor goes in and one comes out."""


def _called(call: Callable[..., Any], grouping: Call[int], values: list[Any]) -> Any:
    positional = [
        values[part] if isinstance(part, int) else tuple([values[slot] for slot in part])
        for part in grouping.positional
    ]
    return call(*positional, **{name: values[slot] for name, slot in grouping.keywords})


def _put(values: list[Any], targets: tuple[int | None, ...], result: Any) -> None:
    for slot, tensor in zip(targets, flattened(result), strict=True):
        if slot is not None:
            values[slot] = tensor


def _prepared(forward: Forward) -> tuple[tuple[_Move, ...], tuple[int, ...], tuple[int, ...], int]:
    """The steps with slots for their values, the slots of what comes in and goes out, and how many slots there are."""
    last = forward.last_read()
    slots: dict[Source, int] = {(start, 0): index for index, start in enumerate(forward.starts)}
    starts = tuple(slots.values())
    count = len(starts)
    free: list[int] = []
    walk: list[_Move] = []
    for index, step in enumerate(forward.steps):
        sources = tuple(None if source is None else slots[source] for source in step.sources)
        free += sorted({slots[source] for source in step.read if last[source] == index})
        targets: list[int | None] = []
        for output in range(len(step.outputs)):
            if (step.node, output) not in last:
                targets.append(None)
                continue
            if not free:
                free.append(count)
                count += 1
            slots[step.node, output] = free.pop()
            targets.append(slots[step.node, output])
        walk.append(_move(step, sources, tuple(targets)))
    return tuple(walk), starts, tuple(slots[end] for end in forward.ends), count


def _move(step: Step, sources: tuple[int | None, ...], targets: tuple[int | None, ...]) -> _Move:
    simple = len(step.read) == 1 and sources[0] is not None and len(targets) == 1 and targets[0] is not None
    operation = function(step.layer, step.arguments) if step.is_operation else None
    # An operation may ask whether an input is there; a layer is not called with what is left out.
    simple = simple and step.entry.counted is None and (operation is None or len(sources) == 1)
    call = grouped(step.entry, sources) if operation is None else None
    return _Move(step.module, operation, sources, call, targets, simple)
