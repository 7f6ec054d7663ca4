"""Every layer that is offered has a form, builds from its example, and does on meta what it does for real."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import nn

from core.calling import flattened, grouped
from core.catalogue import CATEGORIES, ENTRIES
from core.fields import Field, FieldError
from core.layers import specification
from core.names import CODE_NAMES, MODULE_ATTRIBUTES, name_problem
from core.probe import build, probe
from core.rules.inplace import READS_OUTPUT
from core.signals import Signal, sized
from core.text import sentences
from tests.case_files import Case, read_cases

LAYERS = [entry for entry in ENTRIES.values() if entry.category not in ("in_out", "operation")]
FIRST = {case.layer: case for case in reversed(read_cases("layers"))}
"""The first case of every layer."""


def on_the_canvas(name: str) -> Case:
    """A layer as it is dropped, with inputs that it takes."""
    case = FIRST[name]
    arguments = specification(name).first_arguments()
    if name == "Unflatten":
        return replace(case, arguments=arguments, inputs=(Signal(("N", 64)),))
    if name == "Fold":
        return replace(case, arguments=arguments, inputs=(Signal(("N", 8, 49)),))
    if "num_groups" in arguments or "nhead" in arguments or "num_heads" in arguments:
        # What is split must be a multiple of four.
        assert all(signal is None or signal.shape[-1] == 8 for signal in case.inputs)
    return replace(case, arguments=arguments)


@pytest.mark.parametrize("name", [entry.name for entry in LAYERS])
def test_a_layer_runs_as_it_comes_onto_the_canvas(name: str) -> None:
    case = on_the_canvas(name)
    outcome = probe(name, case.complete, case.inputs)
    assert outcome.refusal is None
    module = build(name, case.complete).eval()
    call = grouped(ENTRIES[name], tensors(case))
    results = flattened(module(*call.positional, **dict(call.keywords)))
    assert [sized(signal.shape, 3) for signal in outcome.outputs] == [tuple(result.shape) for result in results]
    assert outcome.parameters == sum(parameter.numel() for parameter in module.parameters())


def tensors(case: Case) -> list[torch.Tensor | None]:
    """A batch of three; reals that gradients flow to, and zeros for numbers and masks."""
    found: list[torch.Tensor | None] = []
    for signal in case.inputs:
        shape = () if signal is None else sized(signal.shape, 3)
        real = signal is not None and signal.dtype == "float32"
        dtype = torch.float32 if signal is None else getattr(torch, signal.dtype)
        whole = torch.rand(shape, requires_grad=True) * 1.0 if real else torch.zeros(shape, dtype=dtype)
        found.append(None if signal is None else whole)
    return found


# On the CPU their output is a copy; on a GPU cuDNN's backward pass takes the output itself.
BY_CUDNN = frozenset({"RNN", "GRU"})


@pytest.mark.parametrize("name", [entry.name for entry in LAYERS if entry.name not in BY_CUDNN])
def test_inplace_is_refused_behind_just_the_layers_whose_gradient_it_spoils(name: str) -> None:
    case = FIRST[name]
    module = build(name, case.complete)
    call = grouped(ENTRIES[name], tensors(case))
    try:
        output, *_ = flattened(module(*call.positional, **dict(call.keywords)))
        nn.ReLU(inplace=True)(output).sum().backward()
        spoiled = False
    except RuntimeError:
        spoiled = True
    assert spoiled == (name in READS_OUTPUT)


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
        assert {f"layer.{entry.name}" for entry in LAYERS} <= sentences(language).keys()
        assert {f"category.{name}" for name in CATEGORIES} <= sentences(language).keys()
    assert {entry.category for entry in ENTRIES.values()} | {"block"} == set(CATEGORIES)


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
        (Field("output_size", "size", dimensions=2, open=True), "(4, None)", (4, None)),
        (Field("output_size", "size", dimensions=2, open=True), "none × 7", (None, 7)),
        (Field("scale_factor", "real", dimensions=0), "2, 1.5", (2.0, 1.5)),
        (Field("output_ratio", "real", dimensions=2), "(0.5, 0.7)", (0.5, 0.7)),
        (Field("output_ratio", "real", dimensions=2), "0.5", 0.5),
        (Field("shape", "size", dimensions=0, may_be_empty=True), "()", ()),
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
        (KERNEL, "3, None", "field.not_size"),
        (KERNEL, "()", "field.not_size"),
        (Field("output_ratio", "real", dimensions=2, below=1), "0.5, 1", "field.below"),
        (Field("output_ratio", "real", dimensions=2), "0.5, 0.5, 0.5", "field.dimensions"),
        (Field("scale_factor", "real", dimensions=0), "2, nan", "field.not_finite"),
        (Field("p", "real"), "0.5, 0.5", "field.not_real"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_by_rule(field: Field, text: str, rule: str) -> None:
    with pytest.raises(FieldError) as caught:
        field.read(text)
    assert caught.value.rule == rule
    assert f"problem.{rule}" in sentences("en")
