"""RNN, LSTM and GRU by rule: what torch gives, what torch refuses, and no slower for a long sequence."""

from __future__ import annotations

import itertools
import statistics
import time

import pytest
import torch
from torch import nn

from core.calling import flattened
from core.catalogue import ENTRIES
from core.inferring import inferred_arguments
from core.probe import build, probe
from core.recurrent import RULES
from core.signals import Signal, sized
from core.values import Value

GRID = [
    (layer, rank, {"batch_first": batch_first, "bidirectional": both, "num_layers": layers, "bias": bias, **more})
    for layer in ("RNN", "LSTM", "GRU")
    for rank, batch_first, both, layers, bias in itertools.product(
        (2, 3), (False, True), (False, True), (1, 2, 4), (False, True)
    )
    for more in ({}, *(({"proj_size": 2},) if layer == "LSTM" else ()))
]


def first_input(rank: int, batch_first: bool) -> Signal:
    """Seven steps of four values."""
    return Signal((7, 4) if rank == 2 else ("N", 7, 4) if batch_first else (7, "N", 4))


def states(layer: str, rank: int, arguments: dict[str, Value]) -> list[Signal]:
    """The states that fit: of every layer and direction, for every sequence, in torch's order of dimensions."""
    count = int(arguments["num_layers"]) * (2 if arguments["bidirectional"] else 1)
    batch = () if rank == 2 else ("N",)
    widths = [arguments.get("proj_size", 5)] + ([5] if layer == "LSTM" else [])
    return [Signal((count, *batch, width)) for width in widths]


@pytest.mark.parametrize("given", [False, True], ids=["zero states", "given states"])
def test_the_rule_says_what_torch_gives(given: bool) -> None:
    for layer, rank, settings in GRID:
        begin = first_input(rank, settings["batch_first"])
        more = states(layer, rank, settings) if given else []
        inputs = (begin, *more, *[None] * (ENTRIES[layer].inputs - 1 - len(more)))
        arguments: dict[str, Value] = {"hidden_size": 5, **settings}
        arguments = {**inferred_arguments(ENTRIES[layer], arguments, inputs), **arguments}
        module = build(layer, arguments).eval()
        real = [torch.rand(sized(signal.shape, 3)) for signal in (begin, *more)]
        begin_states = () if not given else (tuple(real[1:]),) if layer == "LSTM" else (real[1],)
        results = flattened(module(real[0], *begin_states))
        outcome = probe(layer, arguments, inputs)
        assert [sized(signal.shape, 3) for signal in outcome.outputs] == [tuple(value.shape) for value in results]
        assert outcome.parameter_shapes == tuple((key, tuple(part.shape)) for key, part in module.named_parameters())
        assert outcome.parameters == sum(part.numel() for part in module.parameters())


def test_every_time_step_multiplies_with_every_weight() -> None:
    arguments: dict[str, Value] = {"input_size": 4, "hidden_size": 5, "batch_first": True, "bidirectional": True}
    outcome = probe("LSTM", arguments, (Signal(("N", 7, 4)), None, None))
    assert outcome.multiply_adds == 7 * 2 * (4 * 5 * 4 + 4 * 5 * 5)


@pytest.mark.parametrize("layer", ["RNN", "LSTM", "GRU"])
def test_a_long_sequence_takes_no_longer_than_a_short_one(layer: str) -> None:
    arguments: dict[str, Value] = {"input_size": 8, "hidden_size": 64, "num_layers": 3, "bidirectional": True}
    inputs = (Signal((1_000_000, "N", 8)), *[None] * (ENTRIES[layer].inputs - 1))
    RULES[layer](layer, arguments, inputs)
    # The time of this thread alone: the machine has other things to do.
    seconds: list[float] = []
    for _ in range(9):
        begin = time.thread_time()
        RULES[layer](layer, arguments, inputs)
        seconds.append(time.thread_time() - begin)
    # The promise is 5 ms; running the module on the meta device takes minutes.
    assert statistics.median(seconds) < 0.005


def test_an_lstm_with_one_of_its_states_is_refused() -> None:
    arguments: dict[str, Value] = {"input_size": 4, "hidden_size": 5}
    outcome = probe("LSTM", arguments, (Signal((7, "N", 4)), Signal((1, "N", 5)), None))
    assert outcome.refusal is not None and "c_0" in outcome.refusal


def test_bilinear_is_asked_in_no_time_however_many_values_come_out() -> None:
    pair = (Signal(("N", 6)), Signal(("N", 7)))
    arguments: dict[str, Value] = {"in1_features": 6, "in2_features": 7, "out_features": 10**9}
    begin = time.thread_time()
    outcome = probe("Bilinear", arguments, pair)
    assert time.thread_time() - begin < 0.5
    assert outcome.outputs == (Signal(("N", 10**9)),)
    assert outcome.parameters == 43 * 10**9 and outcome.multiply_adds == 42 * 10**9


def test_the_norm_across_channels_is_asked_in_no_time_and_refuses_as_torch_does() -> None:
    wide = Signal(("N", 10**9, 2, 2))
    assert probe("CrossMapLRN2d", {"size": 5}, (wide,)).outputs == (wide,)
    flat = probe("CrossMapLRN2d", {"size": 5}, (Signal(("N", 8, 2)),))
    with pytest.raises(ValueError, match="4D") as caught:
        nn.CrossMapLRN2d(5)(torch.rand(3, 8, 2))
    assert flat.refusal == str(caught.value)
