"""A layout without errors as an `nn.Module`. The trainer, the command line and the tests ask here.

The layers are torch's own, under the ids of their nodes, built in the order in which the code is printed: seeded alike,
the printed code starts from the same weights and computes the same bits.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import TYPE_CHECKING

from torch import Tensor, nn

from core.operations import run
from core.probe import build
from core.steps import Forward, forward_of
from core.values import Value

if TYPE_CHECKING:
    from core.shapes import Inference


def compile_model(inference: Inference) -> nn.Module:
    """The network, freshly initialised from torch's global generator, on the CPU.

    `nn.Sequential` for a chain, else a `Network`; the state_dict's keys begin with node ids. ValueError if the layout
    has errors.
    """
    forward = forward_of(inference)
    layers = OrderedDict(
        (step.node, build(step.layer, step.arguments)) for step in forward.steps if not step.is_operation
    )
    return nn.Sequential(layers) if forward.is_chain else Network(layers, forward)


class Network(nn.Module):
    """A network that branches: a walk over steps that were prepared once, as fast as a forward written by hand."""

    def __init__(self, layers: Mapping[str, nn.Module], forward: Forward) -> None:
        super().__init__()
        for node_id, layer in layers.items():
            self.add_module(node_id, layer)
        # A value lives in a slot until its last reader has run, so that evaluation frees memory as `x = layer(x)` does.
        self._walk, self._end, self._slots = _prepared(forward)

    def forward(self, inputs: Tensor) -> Tensor:
        values: list[Tensor] = [inputs] * self._slots
        layers: Mapping[str, nn.Module] = self._modules  # type: ignore[assignment]
        for node_id, operation, arguments, sources, target in self._walk:
            if operation is None:
                values[target] = layers[node_id](values[sources[0]])
            else:
                values[target] = run(operation, [values[source] for source in sources], arguments)
        return values[self._end]


_Walk = tuple[str, str | None, Mapping[str, Value], tuple[int, ...], int]


def _prepared(forward: Forward) -> tuple[list[_Walk], int, int]:
    """The steps with slots for their values, the slot of what leaves the network, and how many slots there are."""
    last = forward.last_read()
    slots = {forward.start: 0}
    count = 1
    free: list[int] = []
    walk: list[_Walk] = []
    for index, step in enumerate(forward.steps):
        sources = tuple(slots[source] for source in step.sources)
        free += sorted({slots[source] for source in step.sources if last[source] == index})
        if not free:
            free.append(count)
            count += 1
        slots[step.node] = free.pop()
        operation = step.layer if step.is_operation else None
        walk.append((step.node, operation, dict(step.arguments), sources, slots[step.node]))
    return walk, slots[forward.end], count
