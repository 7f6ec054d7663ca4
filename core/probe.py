"""One layer run on torch's meta device: the shape that leaves it, its parameters and its cost, without its memory.

Shapes come from torch itself and not from formulas of our own, which would drift. Every answer is remembered by layer,
arguments and what flows in, so that an edit costs only what it changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.catalogue import OPERATIONS
from core.layers import specification
from core.operations import run
from core.signals import PROBE_BATCHES, Signal, fitted, sized, values_in
from core.values import Value

if TYPE_CHECKING:
    from torch import Tensor, nn

LARGEST_MEMO = 50_000
"""Remembered answers. A layout of a thousand nodes needs a few thousand between two edits."""


@dataclass(frozen=True)
class Outcome:
    """What torch made of a layer; `refusal` is its first line where it refused."""

    outputs: tuple[Signal, ...] = ()
    parameters: int = 0
    parameter_shapes: tuple[tuple[str, tuple[int, ...]], ...] = ()
    multiply_adds: int = 0
    """Per sample, of the layer's matrix products and convolutions."""
    refusal: str | None = None
    mixes_batch: bool = False
    """Whether an output size is no multiple of the batch size."""


_memo: dict[tuple[str, str, tuple[Signal, ...]], Outcome] = {}


def probe(layer: str, arguments: Mapping[str, Value], inputs: tuple[Signal, ...]) -> Outcome:
    """Run a layer or operation on these inputs for two batch sizes, in eval mode."""
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
    from torch import nn

    values: dict[str, Any] = dict(arguments)
    if device is not None and specification(layer).accepts_device:
        values["device"] = device
    module: nn.Module = getattr(nn, layer)(**values)
    return module


def _probed(layer: str, arguments: Mapping[str, Value], inputs: tuple[Signal, ...]) -> Outcome:
    import torch

    try:
        with torch.no_grad():
            if layer in OPERATIONS:
                results = [run(layer, _tensors(inputs, batch), arguments) for batch in PROBE_BATCHES]
                return _outcome(results, None, inputs)
            module = build(layer, arguments, device="meta").eval()
            results = [module(*_tensors(inputs, batch)) for batch in PROBE_BATCHES]
            return _outcome(results, module, inputs)
    # Torch refuses with RuntimeError, ValueError, TypeError, IndexError, AssertionError, OverflowError and more.
    except Exception as error:
        return Outcome(refusal=(str(error).strip().splitlines() or [type(error).__name__])[0])


def _tensors(inputs: tuple[Signal, ...], batch: int) -> list[Tensor]:
    import torch

    return [torch.empty(sized(one.shape, batch), dtype=getattr(torch, one.dtype), device="meta") for one in inputs]


def _outcome(results: list[Tensor], module: nn.Module | None, inputs: tuple[Signal, ...]) -> Outcome:
    first, second = results
    shape = fitted(tuple(first.shape), tuple(second.shape)) if first.dim() == second.dim() else None
    if shape is None:
        return Outcome(mixes_batch=True)
    output = Signal(shape, str(first.dtype).removeprefix("torch."))
    if module is None:
        return Outcome((output,))
    shapes = tuple((name, tuple(parameter.shape)) for name, parameter in module.named_parameters())
    count = sum(parameter.numel() for parameter in module.parameters())
    return Outcome((output,), count, shapes, _multiply_adds(module, inputs[0], output))


def _multiply_adds(module: nn.Module, received: Signal, output: Signal) -> int:
    """Multiply-adds per sample: each output value of a convolution or a matrix product reads a row of the weight."""
    from torch import nn

    if isinstance(module, (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d)):
        return values_in(output.shape) * (module.weight.numel() // module.weight.shape[0])
    if isinstance(module, (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)):
        return values_in(received.shape) * (module.weight.numel() // module.weight.shape[0])
    return 0
