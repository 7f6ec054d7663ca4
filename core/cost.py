"""What a layer or an operation costs: multiply-adds for one sample, and the memory of what it hands on.

Counted is what multiplies matrices: linear layers, convolutions, recurrent layers, attention, matrix products. Biases,
normalizations, activations and poolings count nothing, as in torch's own `FlopCounterMode`, whose flops are two for
each multiply-add. What walks its input step by step counts itself, in `core.recurrent`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

from core.signals import Shape, Signal, sized, values_in

if TYPE_CHECKING:
    from torch import nn

    from core.inference import NodeFacts

BYTES = {"float64": 8, "int64": 8, "complex64": 8, "complex128": 16, "float16": 2, "bfloat16": 2, "int16": 2}
"""Of one value. Others have four, those below one."""
SMALL = frozenset({"bool", "int8", "uint8"})


def multiply_adds(
    layer: str, module: nn.Module | None, inputs: tuple[Signal | None, ...], outputs: tuple[Signal, ...]
) -> int:
    """Multiply-adds per sample. `module` is None for an operation."""
    shapes = [signal.shape for signal in inputs if signal is not None]
    if module is None:
        return _operation(layer, shapes, outputs[0].shape)
    return _module(module, shapes, outputs[0].shape)


def activation_bytes(outputs: Iterable[Signal], batch: int) -> int:
    """The memory of what a node hands on for a batch."""
    return sum(math.prod(sized(signal.shape, batch)) * value_bytes(signal.dtype) for signal in outputs)


def kept_bytes(facts: NodeFacts, batch: int) -> int:
    """The same of a node, and of a block that of everything inside, which training keeps too."""
    # Facts outlive many edits of other nodes, and after each of those all of the network is asked for.
    known = facts.kept_by_batch
    if batch not in known:
        known[batch] = _inner_bytes(facts, batch) if facts.instances else activation_bytes(facts.outputs, batch)
    return known[batch]


def _inner_bytes(facts: NodeFacts, batch: int) -> int:
    return sum(
        kept_bytes(inner, batch)
        for inside in facts.instances
        for node_id, inner in inside.nodes.items()
        if inside.layout.nodes[node_id].layer != "Input"
    )


def value_bytes(dtype: str) -> int:
    return 1 if dtype in SMALL else BYTES.get(dtype, 4)


def _operation(layer: str, inputs: list[Shape], output: Shape) -> int:
    if layer in ("matmul", "mm", "bmm") and len(inputs) > 1:
        return values_in(output) * sized(inputs[0], 1)[-1]
    if layer == "scaled_dot_product_attention" and len(inputs) > 2:
        query, key, value = (sized(shape, 1) for shape in inputs[:3])
        scores = math.prod(sized(output, 1)[:-1]) * key[-2]
        return scores * (query[-1] + value[-1])
    return 0


def _module(module: nn.Module, inputs: list[Shape], output: Shape) -> int:
    from torch import nn

    if isinstance(module, nn.Linear):
        return values_in(output) * module.in_features
    if isinstance(module, nn.Bilinear):
        return values_in(output) * module.in1_features * module.in2_features
    if isinstance(module, (nn.Conv1d, nn.Conv2d, nn.Conv3d)):
        # Each value of the output reads one filter; each of a transposed convolution's input writes with one.
        return values_in(output) * (module.weight.numel() // module.weight.shape[0])
    if isinstance(module, (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)):
        return values_in(inputs[0]) * (module.weight.numel() // module.weight.shape[0])
    if isinstance(module, (nn.RNNCell, nn.LSTMCell, nn.GRUCell)):
        weights = module.weight_ih.numel() + module.weight_hh.numel()
        return values_in(inputs[0]) // module.input_size * weights
    return _attentive(module, [sized(shape, 1) for shape in inputs])


def _attentive(module: nn.Module, inputs: list[tuple[int, ...]]) -> int:
    """Layers with attention in them: projections, scores, weighted sums, and the layers behind them."""
    from torch import nn

    inner = next((part for part in module.modules() if isinstance(part, nn.MultiheadAttention)), None)
    if inner is None:
        return 0
    # One sequence has two dimensions, or a third one for those of its batch.
    steps, batch = (1, 0) if inner.batch_first and len(inputs[0]) == 3 else (0, 1)
    sequences = inputs[0][batch] if len(inputs[0]) == 3 else 1
    first, second = inputs[0][steps], inputs[min(1, len(inputs) - 1)][steps]
    if isinstance(module, nn.MultiheadAttention):
        return sequences * _attention(module, first, second)
    if isinstance(module, (nn.TransformerEncoderLayer, nn.TransformerEncoder)):
        return sequences * _encoder(module, first)
    if isinstance(module, nn.Transformer):
        return sequences * (_encoder(module.encoder, first) + _decoder(module.decoder, second, first))
    return sequences * _decoder(module, first, second)


def _attention(module: nn.MultiheadAttention, target: int, source: int) -> int:
    width = module.embed_dim
    projections = target * width * width * 2 + source * width * (module.kdim + module.vdim)
    # A learned key and one of zeros are attended to like another step each.
    attended = source + (module.bias_k is not None) + module.add_zero_attn
    return projections + 2 * target * attended * width


def _encoder(module: nn.Module, steps: int) -> int:
    from torch import nn

    if isinstance(module, nn.TransformerEncoder):
        return sum(_encoder(layer, steps) for layer in module.layers)
    assert isinstance(module, nn.TransformerEncoderLayer)
    return _attention(module.self_attn, steps, steps) + steps * _feed_forward(module.linear1, module.linear2)


def _decoder(module: nn.Module, target: int, source: int) -> int:
    from torch import nn

    if isinstance(module, nn.TransformerDecoder):
        return sum(_decoder(layer, target, source) for layer in module.layers)
    assert isinstance(module, nn.TransformerDecoderLayer)
    attention = _attention(module.self_attn, target, target) + _attention(module.multihead_attn, target, source)
    return attention + target * _feed_forward(module.linear1, module.linear2)


def _feed_forward(*layers: nn.Linear) -> int:
    return sum(layer.weight.numel() for layer in layers)
