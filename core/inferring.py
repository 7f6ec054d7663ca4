"""The arguments that what flows in decides: `in_features`, `in_channels`, `input_size`, `embed_dim` and their like."""

from __future__ import annotations

from collections.abc import Mapping

from core.catalogue import Entry
from core.outcome import Signals
from core.signals import Size
from core.values import Value

# Attention takes keys and values to be as wide as its queries unless it is told otherwise.
ONLY_WHERE_DIFFERENT: Mapping[str, str] = {"kdim": "embed_dim", "vdim": "embed_dim"}


def inferred_arguments(entry: Entry, given: Mapping[str, Value], inputs: Signals) -> dict[str, Value]:
    """What the inputs decide and nobody gave, in torch's order. An input that is not known decides nothing.

    A size that depends on the batch decides nothing either: no layer can be built for it.
    """
    found: dict[str, Value] = {}
    for name, port, axis in entry.decided:
        size = deciding_size(inputs, port, axis)
        if name in given or not isinstance(size, int):
            continue
        other = ONLY_WHERE_DIFFERENT.get(name)
        if other is None or size != {**found, **given}.get(other):
            found[name] = size
    return found


def deciding_size(inputs: Signals, port: int, axis: int) -> Size | None:
    """The size of an input in a dimension; None where the input is not known or has no such dimension."""
    signal = inputs[port] if port < len(inputs) else None
    if signal is None or not -len(signal.shape) <= axis < len(signal.shape):
        return None
    return signal.shape[axis]
