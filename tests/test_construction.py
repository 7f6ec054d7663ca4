"""A stack of Transformer layers from plain arguments: the modules and the code that a person would write."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from core.catalogue import ENTRIES
from core.codegen.calls import layer_call
from core.codegen.printing import flat
from core.inferring import inferred_arguments
from core.probe import build
from core.signals import Signal
from core.values import Value

WIDTHS: dict[str, Value] = {"d_model": 8, "nhead": 2, "dim_feedforward": 16, "batch_first": True}


def same_weights(one: nn.Module, other: nn.Module) -> bool:
    pairs = zip(one.state_dict().items(), other.state_dict().items(), strict=True)
    return all(name == key and torch.equal(value, same) for (name, value), (key, same) in pairs)


def test_an_encoder_is_built_as_by_hand() -> None:
    torch.manual_seed(3)
    ours = build("TransformerEncoder", {**WIDTHS, "num_layers": 3, "norm": True, "bias": False, "layer_norm_eps": 0.5})
    torch.manual_seed(3)
    layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True, bias=False, layer_norm_eps=0.5)
    by_hand = nn.TransformerEncoder(layer, 3, norm=nn.LayerNorm(8, eps=0.5, bias=False))
    assert repr(ours) == repr(by_hand) and same_weights(ours, by_hand)
    tokens = torch.rand(4, 5, 8)
    assert torch.equal(ours.eval()(tokens), by_hand.eval()(tokens))


def test_both_stacks_with_a_norm_are_the_halves_of_a_whole_transformer() -> None:
    whole = nn.Transformer(8, 2, 2, 3, 16, batch_first=True)
    encoder = build("TransformerEncoder", {**WIDTHS, "num_layers": 2, "norm": True})
    decoder = build("TransformerDecoder", {**WIDTHS, "num_layers": 3, "norm": True})
    encoder.load_state_dict(whole.encoder.state_dict(), strict=True)
    decoder.load_state_dict(whole.decoder.state_dict(), strict=True)
    source, target = torch.rand(4, 5, 8), torch.rand(4, 6, 8)
    whole.eval()
    assert torch.equal(decoder.eval()(target, encoder.eval()(source)), whole(source, target))


@pytest.mark.parametrize(
    ("layer", "arguments", "printed"),
    [
        (
            "TransformerEncoder",
            {"d_model": 64, "nhead": 4, "num_layers": 2},
            "nn.TransformerEncoder(nn.TransformerEncoderLayer(d_model=64, nhead=4), num_layers=2)",
        ),
        (
            "TransformerDecoder",
            {"num_layers": 2, "norm": True, "nhead": 4, "d_model": 64, "bias": False},
            "nn.TransformerDecoder(nn.TransformerDecoderLayer(d_model=64, nhead=4, bias=False), num_layers=2, "
            "norm=nn.LayerNorm(64, bias=False))",
        ),
        ("TransformerEncoderLayer", {"nhead": 4, "d_model": 64}, "nn.TransformerEncoderLayer(d_model=64, nhead=4)"),
        ("LSTM", {"batch_first": True, "input_size": 8, "hidden_size": 64}, "nn.LSTM(8, 64, batch_first=True)"),
        ("AdaptiveAvgPool2d", {"output_size": (4, None)}, "nn.AdaptiveAvgPool2d((4, None))"),
        ("Upsample", {"scale_factor": (2.0, 1.5)}, "nn.Upsample(scale_factor=(2.0, 1.5))"),
    ],
)
def test_a_layer_is_printed_as_a_person_writes_it(layer: str, arguments: dict[str, Value], printed: str) -> None:
    assert flat(layer_call(layer, arguments)) == printed


@pytest.mark.parametrize(
    ("layer", "given", "shapes", "inferred"),
    [
        ("Linear", {}, [("N", 5, 6)], {"in_features": 6}),
        ("Linear", {"in_features": 7}, [("N", 6)], {}),
        ("Linear", {}, [("N",)], {}),
        ("Conv2d", {}, [("N", 3, 8, 8)], {"in_channels": 3}),
        ("LSTM", {}, [(7, "N", 4), None, None], {"input_size": 4}),
        ("Bilinear", {}, [("N", 6), ("N", 7)], {"in1_features": 6, "in2_features": 7}),
        ("Bilinear", {"in1_features": 6}, [("N", 6), ("N", 7)], {"in2_features": 7}),
        ("MultiheadAttention", {}, [("N", 5, 8)] * 3, {"embed_dim": 8}),
        ("MultiheadAttention", {}, [("N", 5, 8), ("N", 4, 6), ("N", 4, 8)], {"embed_dim": 8, "kdim": 6}),
        ("MultiheadAttention", {"embed_dim": 8}, [("N", 5, 8), ("N", 4, 8), ("N", 4, 3)], {"vdim": 3}),
        ("Transformer", {}, [("N", 5, 8), ("N", 4, 8)], {"d_model": 8}),
        ("LazyLinear", {}, [("N", 6)], {}),
    ],
)
def test_what_flows_in_decides_what_nobody_gave(
    layer: str, given: dict[str, Value], shapes: list[tuple[int | str, ...] | None], inferred: dict[str, Value]
) -> None:
    inputs = tuple(None if shape is None else Signal(shape) for shape in shapes)
    assert inferred_arguments(ENTRIES[layer], given, inputs) == inferred
