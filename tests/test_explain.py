"""Why this shape: every formula gives, with plain arithmetic, the size that torch gives."""

from __future__ import annotations

import string
from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from core.catalogue import ENTRIES, OPERATIONS
from core.explain import Reason, reasons, why
from core.explain.formula import computed, filled
from core.outcome import Signals
from core.probe import probe
from core.signals import Signal
from core.text import Text, sentences, shape_text
from core.values import Value
from tests.case_files import FOLDER, Case, read_cases

TABLES = [name for name in ("layers", "operations") if (FOLDER / f"{name}.toml").is_file()]
CASES = [case for name in TABLES for case in read_cases(name)]
SAYS_NOTHING = frozenset({"Input", "Output"})


def explained(layer: str, arguments: Mapping[str, Value], *inputs: Signal | None) -> tuple[Reason, ...]:
    """The reasons for what torch made of a layer, each held against what torch made."""
    outcome = probe(layer, arguments, inputs)
    assert outcome.refusal is None, outcome.refusal
    found = reasons(layer, arguments, inputs, outcome.outputs)
    agree(found, outcome.outputs)
    return found


def agree(found: tuple[Reason, ...], outputs: tuple[Signal, ...]) -> None:
    for reason in found:
        shape = outputs[reason.output].shape
        wanted = shape_text(shape) if reason.dimension is None else shape[reason.dimension]
        assert reason.result == wanted, reason


def unexplained(inputs: Signals, outputs: tuple[Signal, ...], found: tuple[Reason, ...]) -> list[tuple[int, int]]:
    """Dimensions of outputs that differ from the first input and that no reason speaks of."""
    first = inputs[0]
    assert first is not None
    told = {(reason.output, reason.dimension) for reason in found}
    return [
        (output, dimension)
        for output, signal in enumerate(outputs)
        for dimension, size in enumerate(signal.shape)
        if (output, None) not in told and (output, dimension) not in told
        # What was there before at the same place, from the front or from the end, needs no reason.
        if size not in (*first.shape[dimension : dimension + 1], *_from_end(first, len(signal.shape) - dimension))
    ]


def _from_end(signal: Signal, place: int) -> tuple[int | str, ...]:
    return signal.shape[-place:][:1] if place <= len(signal.shape) else ()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_layer_and_operation_tells_why(case: Case) -> None:
    outcome = probe(case.layer, case.complete, case.inputs)
    assert outcome.refusal is None, outcome.refusal
    found = reasons(case.layer, case.complete, case.inputs, outcome.outputs)
    agree(found, outcome.outputs)
    assert found
    assert unexplained(case.inputs, outcome.outputs, found) == []
    assert why(case.layer, case.complete, case.inputs, outcome.outputs) == found


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_reason_is_a_sentence_and_a_formula_in_numbers(case: Case) -> None:
    outcome = probe(case.layer, case.complete, case.inputs)
    for language in ("en", "ko"):
        say = Text(language)
        for reason in reasons(case.layer, case.complete, case.inputs, outcome.outputs):
            wanted = {name for _, name, _, _ in string.Formatter().parse(sentences(language)[f"why.{reason.rule}"])}
            assert wanted - {None} <= set(reason.values)
            assert say(f"why.{reason.rule}", **reason.values)
            assert (reason.dimension is None) == (reason.formula == "") == (reason.name == "")
            # A name that stands for nothing known would still be there.
            assert not set(reason.filled.replace("max", "")) & set(string.ascii_letters.replace("N", ""))


def test_every_layer_has_a_case() -> None:
    met = {case.layer for case in CASES}
    wanted = set(ENTRIES) - SAYS_NOTHING - (set() if "operations" in TABLES else OPERATIONS)
    assert wanted - met == set()


def either(*strategies: st.SearchStrategy[int]) -> st.SearchStrategy[Value]:
    """One number for all dimensions, or one for each."""
    return st.one_of(strategies[0], st.tuples(*strategies))


@st.composite
def windows(draw: st.DrawFn) -> tuple[str, dict[str, Value], Signal]:
    """A layer that slides a window, with random arguments."""
    count = draw(st.integers(1, 3))
    stem = draw(st.sampled_from(["Conv", "ConvTranspose", "MaxPool", "AvgPool", "LPPool", "MaxUnpool"]))
    sizes = tuple(draw(st.integers(1, 23)) for _ in range(count))
    image = Signal(("N", 4, *sizes))

    def number(low: int, high: int) -> Value:
        return draw(either(*[st.integers(low, high)] * count))

    arguments: dict[str, Value] = {"kernel_size": number(1, 6)}
    if draw(st.booleans()):
        arguments["stride"] = number(1, 5)
    if stem != "LPPool" and draw(st.booleans()):
        arguments["padding"] = number(0, 3)
    if stem in ("Conv", "ConvTranspose", "MaxPool") and draw(st.booleans()):
        arguments["dilation"] = number(1, 3)
    if stem == "ConvTranspose" and draw(st.booleans()):
        arguments["output_padding"] = number(0, 2)
    if stem == "Conv" and draw(st.integers(0, 4)) == 0:
        arguments["padding"] = draw(st.sampled_from(["same", "valid"]))
    if stem in ("MaxPool", "AvgPool", "LPPool") and draw(st.booleans()):
        arguments["ceil_mode"] = True
    if stem.startswith("Conv"):
        arguments |= {"in_channels": 4, "out_channels": draw(st.integers(1, 9))}
    if stem == "LPPool":
        arguments["norm_type"] = 2.0
    return f"{stem}{count}d", arguments, image


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(windows())
def test_formulas_of_windows_are_torchs(drawn: tuple[str, dict[str, Value], Signal]) -> None:
    layer, arguments, image = drawn
    inputs = (image, Signal(image.shape, "int64")) if layer.startswith("MaxUnpool") else (image,)
    outcome = probe(layer, arguments, inputs)
    assume(outcome.refusal is None and outcome.outputs)
    found = reasons(layer, arguments, inputs, outcome.outputs)
    agree(found, outcome.outputs)
    told = {reason.dimension for reason in found}
    assert set(range(2, len(image.shape))) <= told


SIZES = st.integers(1, 12)


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(["ZeroPad", "ConstantPad", "ReflectionPad", "ReplicationPad", "CircularPad"]),
    st.lists(st.integers(3, 12), min_size=1, max_size=3),
    st.data(),
)
def test_formulas_of_padding_are_torchs(stem: str, sizes: list[int], data: st.DataObject) -> None:
    amounts = st.integers(0, 2)
    padding = data.draw(st.one_of(amounts, st.tuples(*[amounts] * (2 * len(sizes)))))
    arguments: dict[str, Value] = {"padding": padding, **({"value": 0.0} if stem == "ConstantPad" else {})}
    found = explained(f"{stem}{len(sizes)}d", arguments, Signal(("N", 2, *sizes)))
    assert [reason.dimension for reason in found] == list(range(2, 2 + len(sizes)))


@settings(max_examples=100, deadline=None)
@given(st.lists(SIZES, min_size=1, max_size=3), st.floats(0.3, 4.0), st.booleans())
def test_formulas_of_upsampling_are_torchs(sizes: list[int], factor: float, single: bool) -> None:
    scale: Value = factor if single else (factor,) * len(sizes)
    signal = Signal(("N", 2, *sizes))
    outcome = probe("Upsample", {"scale_factor": scale}, (signal,))
    assume(outcome.refusal is None)
    agree(reasons("Upsample", {"scale_factor": scale}, (signal,), outcome.outputs), outcome.outputs)


@settings(max_examples=60, deadline=None)
@given(st.lists(SIZES, min_size=1, max_size=4), st.data())
def test_flattening_multiplies(sizes: list[int], data: st.DataObject) -> None:
    rank = len(sizes) + 1
    start = data.draw(st.integers(1, rank - 1))
    end = data.draw(st.integers(start, rank - 1))
    arguments: dict[str, Value] = {"start_dim": start, "end_dim": end - data.draw(st.sampled_from([0, rank]))}
    assert len(explained("Flatten", arguments, Signal(("N", *sizes)))) == 1


def test_the_formula_is_the_one_of_the_textbook() -> None:
    arguments: dict[str, Value] = {"in_channels": 1, "out_channels": 8, "kernel_size": 3, "padding": 1}
    channels, height, width = explained("Conv2d", arguments, Signal(("N", 1, 28, 14)))
    assert (channels.name, channels.formula, channels.filled, channels.result) == ("C", "out_channels", "8", 8)
    assert height == Reason(
        output=0,
        dimension=2,
        name="H",
        rule="convolution",
        formula="⌊(H + 2·padding − dilation·(kernel_size − 1) − 1) / stride⌋ + 1",
        filled="⌊(28 + 2·1 − 1·(3 − 1) − 1) / 1⌋ + 1",
        result=28,
    )
    assert width.filled == "⌊(14 + 2·1 − 1·(3 − 1) − 1) / 1⌋ + 1"


def test_arguments_for_each_dimension_say_which() -> None:
    arguments: dict[str, Value] = {"kernel_size": (2, 3), "stride": 2}
    height, width = explained("MaxPool2d", arguments, Signal(("N", 3, 9, 9)))
    assert height.formula == "⌊(H + 2·padding − dilation·(kernel_size[0] − 1) − 1) / stride⌋ + 1"
    assert width.filled == "⌊(9 + 2·0 − 1·(3 − 1) − 1) / 2⌋ + 1"


def test_a_last_window_in_the_padding_is_left_out() -> None:
    arguments: dict[str, Value] = {"kernel_size": 1, "stride": 3, "ceil_mode": True}
    (reason,) = explained("MaxPool1d", arguments, Signal(("N", 1, 3)))
    assert (reason.rule, reason.result) == ("pooling_ceil_less", 1)
    assert reason.formula.endswith("⌉ + 1 − 1")


def test_sizes_in_the_batch_stay_symbols() -> None:
    rows = Signal(("N", 6))
    (reason,) = explained("cat", {"dim": 0}, rows, rows)
    assert (reason.filled, reason.result) == ("N + N", "2N")


def test_a_wrong_formula_is_not_shown() -> None:
    signal = Signal(("N", 1, 8, 8))
    arguments: dict[str, Value] = {"in_channels": 1, "out_channels": 2, "kernel_size": 3}
    outputs = (Signal(("N", 2, 5, 6)),)
    assert [reason.dimension for reason in why("Conv2d", arguments, (signal,), outputs)] == [1, 3]


def test_without_outputs_there_is_nothing_to_tell() -> None:
    assert why("Conv2d", {}, (Signal(("N", 1, 8, 8)),), ()) == ()
    assert why("Conv2d", {}, (None,), (Signal(("N", 1, 8, 8)),)) == ()


@pytest.mark.parametrize(
    ("formula", "known", "text", "result"),
    [
        ("⌈a / b⌉·2", {"a": 7, "b": 2}, "⌈7 / 2⌉·2", 8),
        ("a − b", {"a": 1, "b": -2}, "1 − (−2)", 3),
        ("a / b²", {"a": 18, "b": 3}, "18 / 3²", 2),
        ("a / b", {"a": 7, "b": 2}, "7 / 2", None),
        ("max(a₁, a₂)", {"a₁": 1, "a₂": "N"}, "max(1, N)", "N"),
        ("a·b", {"a": "2N+1", "b": 3}, "(2N+1)·3", "6N+3"),
        ("a·a", {"a": "N"}, "N·N", None),
        ("⌊a·b⌋", {"a": 7, "b": 1.5}, "⌊7·1.5⌋", 10),
        ("10 − 2 − 3", {}, "10 − 2 − 3", 5),
        ("12 / 2·3", {}, "12 / 2·3", 18),
    ],
)
def test_formulas_are_read_as_people_do(formula: str, known: dict[str, int], text: str, result: int) -> None:
    assert filled(formula, known) == text
    assert computed(formula, known) == result
