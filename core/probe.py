"""One layer run on torch's meta device: the shape that leaves it, its parameters and its cost, without its memory.

Shapes come from torch itself and not from formulas of our own, which would drift. Every answer is remembered by layer,
arguments and what flows in, so that an edit costs only what it changes.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING

from core import recurrent
from core.calling import flattened, grouped
from core.catalogue import ENTRIES, OPERATIONS
from core.construction import DEPTH, built, construction
from core.cost import multiply_adds
from core.operations import function
from core.outcome import Outcome, Signals
from core.signals import PROBE_BATCHES, Signal, fitted, sized
from core.values import Value

if TYPE_CHECKING:
    from torch import Tensor, nn

LARGEST_MEMO = 50_000
"""Remembered answers. A layout of a thousand nodes needs a few thousand between two edits."""

# A stack of Transformer layers looks into its mask to see whether it is the causal one. On meta there is nothing to
# see, and the shapes are the same.
MASK_IS_NOT_READ: Mapping[str, Mapping[str, bool]] = {
    "TransformerEncoder": {"is_causal": False},
    "TransformerDecoder": {"tgt_is_causal": False},
    "Transformer": {"src_is_causal": False, "tgt_is_causal": False},
}


_memo: dict[tuple[str, str, Signals], Outcome] = {}


def forget() -> None:
    """Know nothing any more, as at the start of the program. The benchmarks ask for it."""
    _memo.clear()


def probe(layer: str, arguments: Mapping[str, Value], inputs: Signals) -> Outcome:
    """Run a layer or operation on these inputs for two batch sizes, in eval mode. None is an input left out."""
    # repr, because 1, 1.0 and True are the same key of a dictionary and not the same argument.
    key = (layer, repr(sorted(arguments.items())), inputs)
    outcome = _memo.get(key)
    if outcome is None:
        if len(_memo) >= LARGEST_MEMO:
            _memo.clear()
        outcome = _memo[key] = _probed(layer, arguments, inputs)
    return outcome


def build(layer: str, arguments: Mapping[str, Value], device: str | None = None) -> nn.Module:
    """The torch.nn module, on a device where its constructor lets one choose."""
    return built(construction(layer, arguments), device)


def _probed(layer: str, arguments: Mapping[str, Value], inputs: Signals) -> Outcome:
    import torch

    try:
        with torch.no_grad(), warnings.catch_warnings():
            # What torch warns of is a problem with words of our own, or none.
            warnings.simplefilter("ignore")
            if layer in OPERATIONS:
                call = function(layer, arguments)
                results = [flattened(call(*_tensors(inputs, batch))) for batch in PROBE_BATCHES]
                return _outcome(layer, results, None, inputs)
            rule = recurrent.RULES.get(layer)
            if rule is not None:
                return rule(layer, arguments, inputs)
            module = build(layer, arguments, device="meta").eval()
            calls = [grouped(ENTRIES[layer], _tensors(inputs, batch)) for batch in PROBE_BATCHES]
            runs = _shallow(layer, arguments) or module
            more = MASK_IS_NOT_READ.get(layer, {})
            results = [flattened(runs(*call.positional, **dict(call.keywords), **more)) for call in calls]
            return _outcome(layer, results, module, inputs)
    # Torch refuses with RuntimeError, ValueError, TypeError, IndexError, AssertionError, OverflowError and more.
    except Exception as error:
        return Outcome(refusal=(str(error).strip().splitlines() or [type(error).__name__])[0])


def _shallow(layer: str, arguments: Mapping[str, Value]) -> nn.Module | None:
    """A stack of layers with one layer of each kind: its outputs are those of the deep one, and it runs in no time."""
    if layer not in DEPTH:
        return None
    # With a padding mask the stack packs the batch in eval mode, which the meta device cannot; the shapes are the same.
    plain = {"enable_nested_tensor": False} if layer == "TransformerEncoder" else {}
    return build(layer, {**arguments, **dict.fromkeys(DEPTH[layer], 1), **plain}, device="meta").eval()


def _tensors(inputs: Signals, batch: int) -> list[Tensor | None]:
    import torch

    return [
        None
        if signal is None
        else torch.empty(sized(signal.shape, batch), dtype=getattr(torch, signal.dtype), device="meta")
        for signal in inputs
    ]


def _outcome(layer: str, results: list[tuple[Tensor, ...]], module: nn.Module | None, inputs: Signals) -> Outcome:
    outputs: list[Signal] = []
    for first, second in zip(*results, strict=True):
        shape = fitted(tuple(first.shape), tuple(second.shape)) if first.dim() == second.dim() else None
        if shape is None:
            return Outcome(mixes_batch=True)
        outputs.append(Signal(shape, str(first.dtype).removeprefix("torch.")))
    cost = multiply_adds(layer, module, inputs, tuple(outputs))
    if module is None:
        return Outcome(tuple(outputs), multiply_adds=cost)
    shapes = tuple((name, tuple(parameter.shape)) for name, parameter in module.named_parameters())
    count = sum(parameter.numel() for parameter in module.parameters())
    return Outcome(tuple(outputs), count, shapes, cost)
