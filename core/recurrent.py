"""Which tensors leave the layers that walk their input step by step, by rule: running them takes as long as they walk.

torch's meta device runs every time step of a recurrent layer, seconds for a long sequence. The weights still come from
torch: a module of two layers is built without memory, and every further layer is as its second. What torch refuses is
refused here in torch's words.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from core.construction import built, construction
from core.outcome import Outcome, Signals
from core.signals import Shape, Signal, Size, values_in
from core.values import Value

Rule = Callable[[str, Mapping[str, Value], Signals], Outcome]
Shapes = tuple[tuple[str, tuple[int, ...]], ...]


def recurrent(layer: str, arguments: Mapping[str, Value], inputs: Signals) -> Outcome:
    """RNN, LSTM and GRU. ValueError with torch's sentence where torch refuses."""
    layers = arguments.get("num_layers", 1)
    if not isinstance(layers, int):
        raise TypeError(f"num_layers should be of type int, got: {type(layers).__name__}")
    module: Any = built(construction(layer, {**arguments, "num_layers": min(layers, 2)}), "meta")
    received, states = inputs[0], inputs[1:]
    assert received is not None
    _check_input(layer, module, received)
    batch = _batch(module, received.shape)
    directions = 2 if module.bidirectional else 1
    hidden = module.proj_size or module.hidden_size
    expected = [_shape(layers * directions, batch, hidden)]
    if layer == "LSTM":
        expected.append(_shape(layers * directions, batch, module.hidden_size))
    _check_states(layer, received, states, expected)
    shapes = _parameters(module, layers)
    weights = sum(math.prod(shape) for _, shape in shapes if len(shape) == 2)
    # Every time step of a sample multiplies with every weight once.
    steps = values_in(received.shape) // module.input_size
    outputs = (*received.shape[:-1], directions * hidden), *expected
    return Outcome(
        tuple(Signal(shape, received.dtype) for shape in outputs),
        sum(math.prod(shape) for _, shape in shapes),
        shapes,
        weights * steps,
    )


def cross_channel_norm(layer: str, arguments: Mapping[str, Value], inputs: Signals) -> Outcome:
    """CrossMapLRN2d, whose forward is a loop in Python over the channels: what comes in goes out."""
    built(construction(layer, arguments))
    received = inputs[0]
    assert received is not None
    if len(received.shape) != 4:
        raise ValueError(f"CrossMapLRN2d: Expected input to be 4D, got {len(received.shape)}D instead.")
    if received.dtype != "float32":
        raise ValueError(f"result type Float can't be cast to the desired output type {received.dtype}")
    return Outcome((received,))


def bilinear(layer: str, arguments: Mapping[str, Value], inputs: Signals) -> Outcome:
    """Bilinear, which goes over its out_features one by one."""
    module: Any = built(construction(layer, arguments), "meta")
    first, second = inputs[0], inputs[1]
    assert first is not None and second is not None
    if first.dtype != "float32" or second.dtype != "float32":
        raise ValueError(f"expected all inputs to be float32, but found {first.dtype} and {second.dtype}")
    if first.shape[:-1] != second.shape[:-1]:
        received = f"got {_written(first.shape)} and {_written(second.shape)}"
        raise ValueError(f"bilinear(): input dimensions do not match besides the last: {received}")
    for which, signal, size in (("input1", first, module.in1_features), ("input2", second, module.in2_features)):
        if signal.shape[-1:] != (size,):
            raise ValueError(f"bilinear(): {which} size does not match weight size: {signal.shape[-1]} and {size}")
    output = Signal((*first.shape[:-1], module.out_features))
    shapes: Shapes = tuple((name, tuple(parameter.shape)) for name, parameter in module.named_parameters())
    count = sum(math.prod(shape) for _, shape in shapes)
    # Every output value weighs each pair of values of the two inputs.
    pairs = module.in1_features * module.in2_features
    return Outcome((output,), count, shapes, values_in(output.shape) * pairs)


RULES: Mapping[str, Rule] = {
    **dict.fromkeys(("RNN", "LSTM", "GRU"), recurrent),
    "Bilinear": bilinear,
    "CrossMapLRN2d": cross_channel_norm,
}


def _check_input(layer: str, module: Any, received: Signal) -> None:
    rank = len(received.shape)
    if rank not in (2, 3):
        raise ValueError(f"{layer}: Expected input to be 2D or 3D, got {rank}D instead")
    if received.dtype != "float32":
        raise ValueError(f"RNN input dtype (torch.{received.dtype}) does not match weight dtype (torch.float32).")
    if received.shape[-1] != module.input_size:
        wanted = f"Expected {module.input_size}, got {received.shape[-1]}"
        raise ValueError(f"input.size(-1) must be equal to input_size. {wanted}")
    if 0 in received.shape:
        raise ValueError("Expected sequence length to be larger than 0 in RNN")


def _check_states(layer: str, received: Signal, states: Signals, expected: list[Shape]) -> None:
    """States that are given must be of the sizes that the layer would begin with by itself."""
    given = [state for state in states if state is not None]
    if not given:
        return
    if len(given) < len(expected):
        raise ValueError("LSTM needs h_0 and c_0 together, or neither of them")
    for index, (state, shape) in enumerate(zip(given, expected, strict=True)):
        which = f"hidden[{index}]" if layer == "LSTM" else "hidden"
        if state.shape != shape:
            raise ValueError(f"Expected {which} size {_written(shape)}, got {_written(state.shape)}")
        if state.dtype != received.dtype:
            raise ValueError(f"input and hidden must have the same dtype, got {received.dtype} and {state.dtype}")


def _batch(module: Any, shape: Shape) -> Size | None:
    """How many sequences go through at once; None for a single one without a batch dimension."""
    if len(shape) == 2:
        return None
    return shape[0] if module.batch_first else shape[1]


def _shape(layers: int, batch: Size | None, width: int) -> Shape:
    return (layers, width) if batch is None else (layers, batch, width)


def _written(shape: Shape) -> str:
    return f"({', '.join(map(str, shape))})"


def _parameters(module: Any, layers: int) -> Shapes:
    """The names and shapes of all weights, from those of the first two layers."""
    found = [(name, tuple(parameter.shape)) for name, parameter in module.named_parameters()]
    second = [(name, shape) for name, shape in found if "_l1" in name]
    found += [(name.replace("_l1", f"_l{index}"), shape) for index in range(2, layers) for name, shape in second]
    return tuple(found)
