"""Why a tensor has its shape: the formula of every computed dimension with today's numbers. The inspector asks here."""

from __future__ import annotations

from collections.abc import Mapping

from core.explain.layers import layer_reasons
from core.explain.operations import operation_reasons
from core.explain.reason import Reason, of_shape
from core.outcome import Signals
from core.signals import Signal
from core.text import shape_text
from core.values import Value

__all__ = ["Reason", "reasons", "why"]


def why(layer: str, arguments: Mapping[str, Value], inputs: Signals, outputs: tuple[Signal, ...]) -> tuple[Reason, ...]:
    """The reasons for the shapes in `outputs`, from what `NodeFacts` holds; none where there is nothing to tell.

    A formula that does not give the size that torch found is left out: better no reason than a wrong one.
    """
    return tuple(reason for reason in reasons(layer, arguments, inputs, outputs) if _holds(reason, outputs))


def reasons(
    layer: str, arguments: Mapping[str, Value], inputs: Signals, outputs: tuple[Signal, ...]
) -> tuple[Reason, ...]:
    """What our formulas say, whether or not it is what torch found."""
    if not outputs or not inputs or inputs[0] is None:
        return ()
    found = layer_reasons(layer, arguments, inputs, outputs)
    if found is None:
        found = operation_reasons(layer, arguments, inputs, outputs)
    if found is None and outputs[0].shape == inputs[0].shape:
        found = of_shape(outputs[0].shape, "keeps")
    return found or ()


def _holds(reason: Reason, outputs: tuple[Signal, ...]) -> bool:
    shape = outputs[reason.output].shape
    if reason.dimension is None:
        return reason.result == shape_text(shape)
    return reason.dimension < len(shape) and reason.result == shape[reason.dimension]
