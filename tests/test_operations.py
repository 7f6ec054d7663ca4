"""Operations: what is said of them is what runs, and torch has the last word. In print: test_operation_code.py."""

from __future__ import annotations

import copy
import inspect
import pickle
import string
import tomllib
import warnings
from collections.abc import Mapping
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from core.calling import flattened
from core.catalogue import ENTRIES, OPERATIONS
from core.layers import specification
from core.operations import FIELDS, READS_OUTPUT, VIEWS, documentation, function, operation_problem
from core.operations.calls import found
from core.operations.forms import Number
from core.operations.spelling import SPELLINGS, Spelling
from core.probe import probe
from core.signals import Signal, sized
from core.text import sentences
from core.values import Value
from tests.case_files import FOLDER, Case, read_cases
from tests.operation_runs import gradients, same, tensors

CASES = read_cases("operations")
INVALID = [
    (case, row["rule"])
    for case, row in zip(
        read_cases("operations_invalid"),
        tomllib.loads((FOLDER / "operations_invalid.toml").read_text(encoding="utf-8"))["cases"],
        strict=True,
    )
]
OTHER_NUMBERS = frozenset({"other", "exponent"})
FIRST = {case.layer: case for case in reversed(CASES)}


def test_every_operation_has_fields_words_and_cases() -> None:
    assert set(FIELDS) == OPERATIONS == {case.layer for case in CASES}
    assert all(sum(case.layer == name for case in CASES) >= 2 for name in OPERATIONS)
    for language in ("en", "ko"):
        assert {f"layer.{name}" for name in OPERATIONS} <= sentences(language).keys()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_is_said_of_an_operation_is_what_a_real_run_gives(case: Case) -> None:
    assert all(_field_error(case.layer, name, value) is None for name, value in case.arguments.items())
    assert operation_problem(case.layer, case.arguments, case.inputs) is None
    outcome = probe(case.layer, case.arguments, case.inputs)
    assert outcome.refusal is None
    assert not outcome.mixes_batch
    assert len(outcome.outputs) == len(ENTRIES[case.layer].outputs_for(case.arguments))
    for batch in (3, 5):
        results = flattened(function(case.layer, case.arguments)(*tensors(case.inputs, batch)))
        assert [sized(signal.shape, batch) for signal in outcome.outputs] == [tuple(one.shape) for one in results]
        assert [f"torch.{signal.dtype}" for signal in outcome.outputs] == [str(one.dtype) for one in results]


def _field_error(layer: str, name: str, value: Value) -> Exception | None:
    field = specification(layer).field(name)
    assert field is not None, f"{layer} has no argument {name}"
    return field.check(value)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_an_operation_can_be_copied_and_pickled(case: Case) -> None:
    original = function(case.layer, case.arguments)
    results = flattened(original(*tensors(case.inputs)))
    for other in (copy.deepcopy(original), pickle.loads(pickle.dumps(original))):
        assert same(results, flattened(other(*tensors(case.inputs))))


class Calling(nn.Module):
    """A network of one operation."""

    def __init__(self, case: Case) -> None:
        super().__init__()
        self.operation = function(case.layer, case.arguments)
        self.wired = [signal is not None for signal in case.inputs]

    def forward(self, *inputs: Tensor) -> Any:
        given = iter(inputs)
        return self.operation(*[next(given) if wired else None for wired in self.wired])


@pytest.mark.parametrize("case", FIRST.values(), ids=str)
def test_an_operation_can_be_exported(case: Case) -> None:
    given = tuple(tensor for tensor in tensors(case.inputs) if tensor is not None)
    with warnings.catch_warnings():
        # Torch warns of its own code here.
        warnings.simplefilter("ignore")
        program = torch.export.export(Calling(case), given)
        results = flattened(program.module()(*given))
    assert same(flattened(Calling(case)(*given)), results)


@pytest.mark.parametrize(("case", "rule"), INVALID, ids=str)
def test_what_torch_refuses_is_refused_before(case: Case, rule: str) -> None:
    assert _torch_refuses(case)
    refusal = operation_problem(case.layer, case.arguments, case.inputs)
    if rule == "torch":
        assert refusal is None
        assert probe(case.layer, case.arguments, case.inputs).refusal is not None
        return
    assert refusal is not None
    assert refusal.rule == rule
    _has_words(refusal.rule, {"node", "layer", "received", *refusal.values})


def _torch_refuses(case: Case) -> bool:
    """Whether a real run fails, or counts other outputs than the node has, for a batch of three or of one."""
    for batch in (3, 1):
        given = tensors(case.inputs, batch)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                results = flattened(function(case.layer, case.arguments)(*given))
                gradients(results, given)
            if len(results) != len(ENTRIES[case.layer].outputs_for(case.arguments)):
                return True
        except Exception:
            return True
    # Torch is never asked with a second tensor and a number in its place.
    return len([signal for signal in case.inputs if signal is not None]) > 1 and not OTHER_NUMBERS.isdisjoint(
        case.arguments
    )


def _has_words(rule: str, known: set[str]) -> None:
    for language in ("en", "ko"):
        for key in (f"problem.{rule}", f"problem.{rule}_short"):
            wanted = {name for _, name, _, _ in string.Formatter().parse(sentences(language)[key]) if name is not None}
            assert wanted <= known, key


def test_attention_over_fewer_keys_than_values_is_refused() -> None:
    # Torch itself reads beyond the end of the keys and brings the interpreter down.
    shapes = [("N", 5, 8), ("N", 5, 8), ("N", 6, 8)]
    refusal = operation_problem("scaled_dot_product_attention", {}, (*map(Signal, shapes), None))
    assert refusal is not None
    assert refusal.rule == "operation.attention"


@pytest.mark.parametrize(
    ("name", "arguments", "shape"),
    [
        ("slice", {"dim": 1, "start": 6}, ("N", 6)),
        ("slice", {"dim": 1, "start": 3, "stop": 3}, ("N", 6)),
        ("slice", {"dim": 0, "stop": 5}, ("N", 6)),
        ("squeeze", {"dim": 0}, ("N", 6)),
        ("narrow", {"dim": 0, "start": 0, "length": 2}, ("N", 6)),
        ("generate_square_subsequent_mask", {"dim": 0}, ("N", 6)),
        ("glu", {"dim": 0}, ("N", 6)),
    ],
)
def test_what_would_depend_on_the_batch_or_leave_nothing_is_refused(
    name: str, arguments: Mapping[str, Value], shape: tuple[int | str, ...]
) -> None:
    refusal = operation_problem(name, arguments, (Signal(shape),))
    assert refusal is not None
    _has_words(refusal.rule, {"node", "layer", "received", *refusal.values})


KINDS = ("float32", "float64", "float16", "int64", "int32", "bool")


@pytest.mark.parametrize("case", FIRST.values(), ids=str)
def test_every_kind_of_number_is_refused_just_where_torch_refuses_it(case: Case) -> None:
    for port, signal in enumerate(case.inputs):
        if signal is None:
            continue
        for dtype in KINDS:
            changed = (*case.inputs[:port], Signal(signal.shape, dtype), *case.inputs[port + 1 :])
            tried = Case(case.layer, case.arguments, changed)
            refused = operation_problem(tried.layer, tried.arguments, changed) is not None
            refused = refused or probe(tried.layer, tried.arguments, changed).refusal is not None
            given = tensors(changed)
            try:
                gradients(flattened(function(tried.layer, tried.arguments)(*given)), given)
                fails = False
            except (RuntimeError, IndexError):
                fails = True
            assert refused == fails, (str(tried), port, dtype)


@pytest.mark.parametrize("name", FIRST)
def test_an_output_shares_memory_just_where_it_is_said(name: str) -> None:
    assert any(_shares(case) for case in CASES if case.layer == name) == (name in VIEWS)


def _shares(case: Case) -> bool:
    given = tensors(case.inputs)
    results = flattened(function(case.layer, case.arguments)(*given))
    memory = {tensor.untyped_storage().data_ptr() for tensor in given if tensor is not None}
    return any(result.untyped_storage().data_ptr() in memory for result in results)


@pytest.mark.parametrize("name", FIRST)
def test_inplace_behind_an_operation_spoils_its_gradient_just_where_it_is_said(name: str) -> None:
    assert any(_spoiled(case) for case in CASES if case.layer == name) == (name in READS_OUTPUT)


def _spoiled(case: Case) -> bool:
    given = [tensor * 1.0 if tensor is not None and tensor.requires_grad else tensor for tensor in tensors(case.inputs)]
    result, *_ = flattened(function(case.layer, case.arguments)(*given))
    if not result.requires_grad:
        return False
    try:
        nn.ReLU(inplace=True)(result).sum().backward()
    except RuntimeError:
        return True
    return False


def test_a_typed_number_stays_whole_where_it_is_whole() -> None:
    field = Number("other", "real", optional=True)
    assert [(value, type(value)) for value in map(field.read, ("1", "-2", "1.0", "1e3"))] == [
        (1, int),
        (-2, int),
        (1.0, float),
        (1000.0, float),
    ]
    assert field.check(2**70) is not None
    assert specification("mean").field("dim").read("1") == 1  # type: ignore[union-attr]
    assert specification("mean").field("dim").read("1, 2") == (1, 2)  # type: ignore[union-attr]
    assert specification("split").field("split_size_or_sections").check(2) is not None  # type: ignore[union-attr]


def test_every_argument_is_one_that_torch_has() -> None:
    for name, spelling in SPELLINGS.items():
        try:
            parameters = inspect.signature(found(spelling.path)).parameters
        except ValueError:
            # A builtin has no signature; the cases call it with every argument.
            continue
        starred = any(parameter.kind is parameter.VAR_POSITIONAL for parameter in parameters.values())
        assert starred or _named(name, spelling) <= parameters.keys(), name


def _named(name: str, spelling: Spelling) -> set[str]:
    """The arguments that are passed by their names."""
    return {field.name for field in FIELDS[name]} - set(spelling.positional)


def test_every_argument_is_given_in_a_case() -> None:
    given = {(case.layer, name) for case in CASES for name in case.arguments}
    wanted = {(name, field.name) for name, fields in FIELDS.items() for field in fields}
    assert wanted - given == set()


def test_the_documentation_of_each_is_named() -> None:
    assert [documentation(name) for name in ("cat", "relu", "view", "rsub", "select")] == [
        "cat",
        "nn.functional.relu",
        "Tensor.view",
        "sub",
        "select",
    ]
