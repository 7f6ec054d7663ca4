"""Every layer that is offered has a form, builds from its example, and does on meta what it does for real."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from core.catalogue import CATEGORIES, ENTRIES, OPERATIONS
from core.fields import Field, FieldError
from core.layers import specification
from core.names import CODE_NAMES, MODULE_ATTRIBUTES, name_problem
from core.operations import run
from core.probe import build, probe
from core.rules.inplace import READS_OUTPUT
from core.signals import Signal, sized
from core.text import sentences

IMAGE = {1: ("N", 8), 2: ("N", 8), 3: ("N", 8, 12), 4: ("N", 8, 12, 12), 5: ("N", 8, 12, 12, 12)}
LAYERS = [entry for entry in ENTRIES.values() if entry.category not in ("in_out", "operation")]


def example_input(name: str) -> Signal:
    entry = ENTRIES[name]
    if name in ("Unflatten",):
        return Signal(("N", 64))
    rank = entry.ranks[-1] if entry.ranks else (4 if entry.category == "shape" and name != "Flatten" else 2)
    return Signal(("N", 8, 12) if name == "Embedding" else IMAGE[rank], "int64" if entry.integers else "float32")


def complete_arguments(name: str, signal: Signal) -> dict:
    entry = ENTRIES[name]
    inferred = {} if entry.inferred is None else {entry.inferred: signal.shape[entry.axis]}
    return {**inferred, **entry.example}


@pytest.mark.parametrize("name", [entry.name for entry in LAYERS])
def test_meta_says_what_a_real_run_does(name: str) -> None:
    signal = example_input(name)
    arguments = complete_arguments(name, signal)
    outcome = probe(name, arguments, (signal,))
    assert outcome.refusal is None
    module = build(name, arguments).eval()
    real = torch.zeros(sized(signal.shape, 3), dtype=getattr(torch, signal.dtype))
    result = module(real)
    assert sized(outcome.outputs[0].shape, 3) == tuple(result.shape)
    assert outcome.outputs[0].dtype == str(result.dtype).removeprefix("torch.")
    assert outcome.parameters == sum(parameter.numel() for parameter in module.parameters())


@pytest.mark.parametrize("name", [entry.name for entry in LAYERS if not entry.integers])
def test_inplace_is_refused_behind_just_the_layers_whose_gradient_it_spoils(name: str) -> None:
    signal = example_input(name)
    module = build(name, complete_arguments(name, signal))
    inputs = torch.rand(sized(signal.shape, 3), requires_grad=True)
    try:
        nn.ReLU(inplace=True)(module(inputs * 1.0)).sum().backward()
        spoiled = False
    except RuntimeError:
        spoiled = True
    assert spoiled == (name in READS_OUTPUT)


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_an_operation_says_what_torch_does(name: str) -> None:
    left, right = torch.rand(3, 4), torch.rand(3, 4)
    expected = {"add": left + right, "sub": left - right, "mul": left * right, "cat": torch.cat([left, right], 1)}
    assert torch.equal(run(name, [left, right], ENTRIES[name].example), expected[name])


@pytest.mark.parametrize("name", list(ENTRIES))
def test_every_field_has_a_kind_and_accepts_its_default_and_example(name: str) -> None:
    spec = specification(name)
    for field in spec.fields:
        assert field.kind != "choice" or field.choices
        if not field.required and not field.inferred:
            assert field.check(field.default) is None, field
        if field.example is not None:
            assert field.check(field.example) is None, field
    required = {field.name for field in spec.fields if field.required}
    assert required <= set(ENTRIES[name].example)
    assert set(ENTRIES[name].decisive) <= {field.name for field in spec.fields}


def test_every_layer_and_category_has_words_and_a_known_category() -> None:
    for language in ("en", "ko"):
        assert {f"layer.{name}" for name in ENTRIES} <= sentences(language).keys()
        assert {f"category.{name}" for name in CATEGORIES} <= sentences(language).keys()
    assert {entry.category for entry in ENTRIES.values()} == set(CATEGORIES)


def test_no_node_can_take_the_name_of_a_module_attribute() -> None:
    attributes = {name for name in dir(nn.Sequential()) if not name.startswith("_")}
    assert attributes <= MODULE_ATTRIBUTES
    assert all(name_problem(name) for name in attributes | CODE_NAMES)
    assert name_problem("ﬁlter") == "name.not_identifier"  # the ligature would fold to "filter" in the code
    assert name_problem("은닉층") is None


KERNEL = Field("kernel_size", "size", required=True, minimum=1, dimensions=2)
PADDING = Field("padding", "size", default=0, minimum=0, dimensions=2, choices=("valid", "same"))


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        (KERNEL, "3", 3),
        (KERNEL, " (3, 5) ", (3, 5)),
        (KERNEL, "3×5", (3, 5)),
        (PADDING, "same", "same"),
        (Field("p", "real", default=0.5), "1e-3", 0.001),
        (Field("bias", "flag", default=True), "false", False),
        (Field("stride", "size", optional=True), "", None),
        (Field("n", "integer"), "1,000", 1000),
    ],
)
def test_what_a_person_types_is_read_and_shown_again(field: Field, text: str, value: object) -> None:
    assert field.read(text) == value
    assert field.read(field.show(field.read(text))) == value


@pytest.mark.parametrize(
    ("field", "text", "rule"),
    [
        (KERNEL, "", "field.required"),
        (KERNEL, "three", "field.not_size"),
        (KERNEL, "0", "field.minimum"),
        (KERNEL, "1, 2, 3", "field.dimensions"),
        (KERNEL, "9" * 5000, "field.too_large"),
        (Field("p", "real", maximum=1), "1.1", "field.maximum"),
        (Field("lr", "real", above=0), "0", "field.above"),
        (Field("lr", "real"), "nan", "field.not_finite"),
        (Field("n", "integer"), "1.5", "field.not_integer"),
        (Field("mode", "choice", choices=("a", "b")), "c", "field.choice"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_by_rule(field: Field, text: str, rule: str) -> None:
    with pytest.raises(FieldError) as caught:
        field.read(text)
    assert caught.value.rule == rule
    assert f"problem.{rule}" in sentences("en")
