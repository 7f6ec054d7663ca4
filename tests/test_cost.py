"""What a network costs: multiply-adds are half of the flops that torch itself counts."""

from __future__ import annotations

import warnings

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch.utils.flop_counter import FlopCounterMode

from core.calling import flattened, grouped
from core.catalogue import ENTRIES, OPERATIONS
from core.cost import activation_bytes, kept_bytes, value_bytes
from core.operations import function
from core.outcome import Signals
from core.probe import build, probe
from core.shapes import infer
from core.signals import Signal, sized
from core.values import Value
from tests.case_files import FOLDER, Case, read_cases
from tests.graphs import little_resnet

TABLES = [name for name in ("layers", "operations") if (FOLDER / f"{name}.toml").is_file()]
CASES = [case for name in TABLES for case in read_cases(name)]
WALKING = ("RNN", "LSTM", "GRU")
"""Fused on a CPU, where torch counts nothing of them; on the meta device it runs their steps."""
COUNTED = [
    case
    for case in CASES
    if case.layer != "Bilinear"
    and not (case.layer == "matmul" and any(signal is not None and len(signal.shape) == 1 for signal in case.inputs))
]
"""Without what torch's counter leaves out: bilinear layers, and a matrix times a vector."""


def flops(layer: str, arguments: dict[str, Value], inputs: Signals, batch: int) -> int:
    """What torch counts in one call."""
    device = "meta" if layer in WALKING else "cpu"
    tensors = [
        None
        if signal is None
        else torch.zeros(sized(signal.shape, batch), dtype=getattr(torch, signal.dtype), device=device)
        for signal in inputs
    ]
    with warnings.catch_warnings(), FlopCounterMode(display=False) as counter:
        warnings.simplefilter("ignore")
        if layer in OPERATIONS:
            function(layer, arguments)(*tensors)
        else:
            call = grouped(ENTRIES[layer], tensors)
            build(layer, arguments, device).eval()(*call.positional, **dict(call.keywords))
    return int(counter.get_total_flops())


@pytest.mark.parametrize("case", COUNTED, ids=str)
def test_multiply_adds_are_half_of_torchs_flops(case: Case) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        outcome = probe(case.layer, case.complete, case.inputs)
    assert outcome.refusal is None, outcome.refusal
    assert 2 * outcome.multiply_adds == flops(case.layer, case.complete, case.inputs, 1)


def test_many_layers_have_a_cost() -> None:
    """The test above would be content with a counter that counts nothing."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        costly = {case.layer for case in CASES if probe(case.layer, case.complete, case.inputs).multiply_adds}
    assert {"Linear", "Bilinear", "Conv1d", "Conv3d", "ConvTranspose2d", "LSTM", "GRU", "RNNCell"} <= costly
    assert {"MultiheadAttention", "TransformerEncoder", "TransformerDecoderLayer", "Transformer"} <= costly
    assert not {"BatchNorm2d", "MaxPool2d", "ReLU", "Dropout", "Embedding", "LayerNorm"} & costly


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["Conv1d", "Conv2d", "Conv3d", "ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d"]),
    st.integers(1, 4),
    st.integers(1, 3),
    st.integers(1, 3),
    st.integers(1, 2),
    st.integers(1, 2),
    st.integers(4, 9),
)
def test_convolutions_of_any_kind(
    layer: str, kernel: int, stride: int, groups: int, width: int, dilation: int, size: int
) -> None:
    arguments: dict[str, Value] = {
        "in_channels": 2 * groups,
        "out_channels": width * groups,
        "kernel_size": kernel,
        "stride": stride,
        "groups": groups,
        "dilation": dilation,
        "padding": 1,
    }
    inputs = (Signal(("N", 2 * groups, *(size + index for index in range(int(layer[-2]))))),)
    outcome = probe(layer, arguments, inputs)
    assume(outcome.refusal is None)
    assert 2 * 3 * outcome.multiply_adds == flops(layer, arguments, inputs, 3)


def test_a_bilinear_layer_reads_its_whole_weight_for_each_output() -> None:
    arguments: dict[str, Value] = {"in1_features": 3, "in2_features": 5, "out_features": 7}
    inputs = (Signal(("N", 2, 3)), Signal(("N", 2, 5)))
    assert probe("Bilinear", arguments, inputs).multiply_adds == 2 * 7 * 3 * 5


def test_a_vector_is_a_matrix_of_one_column() -> None:
    assert probe("matmul", {}, (Signal(("N", 7, 5)), Signal((5,)))).multiply_adds == 7 * 5


def test_a_sample_costs_the_same_in_any_batch() -> None:
    arguments: dict[str, Value] = {"embed_dim": 8, "num_heads": 2, "batch_first": True}
    inputs = (Signal(("N", 5, 8)),) * 3
    cost = probe("MultiheadAttention", arguments, inputs).multiply_adds
    assert [flops("MultiheadAttention", arguments, inputs, batch) for batch in (1, 2, 7)] == [
        2 * cost * batch for batch in (1, 2, 7)
    ]


@pytest.mark.parametrize(
    "dtype", ["float32", "float64", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8", "bool"]
)
def test_activations_take_the_memory_that_torch_takes(dtype: str) -> None:
    signal = Signal(("N", 3, 5), dtype)
    tensor = torch.zeros(sized(signal.shape, 16), dtype=getattr(torch, dtype))
    assert activation_bytes((signal,), 16) == tensor.numel() * tensor.element_size()


@pytest.mark.parametrize("dtype", ["complex64", "complex128"])
def test_complex_values_take_two(dtype: str) -> None:
    assert value_bytes(dtype) == torch.zeros((), dtype=getattr(torch, dtype)).element_size()


def test_every_output_counts() -> None:
    arguments: dict[str, Value] = {"input_size": 4, "hidden_size": 6, "batch_first": True}
    inputs = (Signal(("N", 7, 4)), None, None)
    outputs = probe("LSTM", arguments, inputs).outputs
    results = flattened(build("LSTM", arguments)(torch.zeros(5, 7, 4)))
    assert activation_bytes(outputs, 5) == sum(result.numel() * result.element_size() for result in results)


def test_a_block_keeps_what_is_inside_it() -> None:
    inference = infer(little_resnet())
    stage = inference.nodes["stage1"]
    assert kept_bytes(stage, 64) > 20 * activation_bytes(stage.outputs, 64)
