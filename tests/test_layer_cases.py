"""For every layer, from data: what torch runs is inferred as torch gives it, and what torch rejects is real."""

from __future__ import annotations

import collections
import warnings

import pytest
import torch
from torch import Tensor, nn

from core.calling import flattened, grouped
from core.catalogue import ENTRIES, OPERATIONS
from core.codegen.calls import layer_call
from core.codegen.printing import flat
from core.layers import specification
from core.probe import build, probe
from core.signals import Signal, sized
from tests.case_files import Case, read_cases

VALID = read_cases("layers")
INVALID = read_cases("layers_invalid")
BATCH = 3
DTYPES = {
    "real": {"float32"},
    "integer": {"int64"},
    "number": {"float32", "int64"},
    "mask": {"bool", "float32"},
    "any": {"float32", "int64", "bool"},
}
# What the meta device lets pass and a real run does not: the rules of `core.rules` say it before.
LEFT_TO_RULES = 20


def real_run(case: Case) -> tuple[nn.Module, tuple[Tensor, ...]]:
    """The module and what it makes of a batch of three, on the CPU."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        module = build(case.layer, case.complete).eval()
        call = grouped(ENTRIES[case.layer], [None if signal is None else tensor(signal) for signal in case.inputs])
        with torch.no_grad():
            return module, flattened(module(*call.positional, **dict(call.keywords)))


def tensor(signal: Signal) -> Tensor:
    dtype = getattr(torch, signal.dtype)
    shape = sized(signal.shape, BATCH)
    # Zeros are good indices and masks that hide nothing.
    return torch.rand(shape) if dtype.is_floating_point else torch.zeros(shape, dtype=dtype)


@pytest.mark.parametrize("case", VALID, ids=str)
def test_what_is_inferred_is_what_a_real_run_gives(case: Case) -> None:
    module, results = real_run(case)
    outcome = probe(case.layer, case.complete, case.inputs)
    assert outcome.refusal is None
    assert [(sized(signal.shape, BATCH), signal.dtype) for signal in outcome.outputs] == [
        (tuple(result.shape), str(result.dtype).removeprefix("torch.")) for result in results
    ]
    assert len(ENTRIES[case.layer].outputs_for(case.complete)) == len(results)
    assert outcome.parameter_shapes == tuple((name, tuple(value.shape)) for name, value in module.named_parameters())
    assert outcome.parameters == sum(parameter.numel() for parameter in module.parameters())


@pytest.mark.parametrize("case", VALID, ids=str)
def test_a_valid_case_trains(case: Case) -> None:
    module = build(case.layer, case.complete)
    # An in-place layer may not overwrite a leaf: what comes in is computed, as it is behind another layer.
    inputs = [None if signal is None else tensor(signal) for signal in case.inputs]
    reals = [part is not None and part.is_floating_point() for part in inputs]
    inputs = [part.requires_grad_() * 1.0 if real else part for part, real in zip(inputs, reals, strict=True)]
    call = grouped(ENTRIES[case.layer], inputs)
    results = flattened(module(*call.positional, **dict(call.keywords)))
    losses = [result.sum() for result in results if result.requires_grad]
    assert losses or not any(reals)
    for loss in losses[:1]:
        loss.backward()


@pytest.mark.parametrize("case", VALID, ids=str)
def test_a_valid_case_fits_the_fields_and_the_catalogue(case: Case) -> None:
    fields = {field.name: field for field in specification(case.layer).fields}
    for name, value in case.arguments.items():
        assert fields[name].check(value) is None
        if value is not None:
            read = fields[name].read(fields[name].show(value))
            # A size of one number is shown as that number, and means the same.
            assert read == value or (read,) == value
    assert {name for name, field in fields.items() if field.required} <= case.arguments.keys()
    entry = ENTRIES[case.layer]
    first = case.inputs[0]
    assert first is not None and (not entry.ranks or len(first.shape) in entry.ranks)
    for port, signal in enumerate(case.inputs):
        assert signal is None or signal.dtype in DTYPES[entry.kind(port)]


@pytest.mark.parametrize("layer", list(dict.fromkeys(case.layer for case in VALID)))
def test_the_printed_call_builds_the_same_module(layer: str) -> None:
    for case in (case for case in VALID if case.layer == layer):
        printed = flat(layer_call(layer, case.complete))
        assert printed is not None
        torch.manual_seed(5)
        built = build(layer, case.complete)
        torch.manual_seed(5)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            written = eval(printed, {"nn": nn})
        assert repr(built) == repr(written)
        if not ENTRIES[layer].lazy:
            pairs = zip(built.state_dict().values(), written.state_dict().values(), strict=True)
            assert all(torch.equal(one, other) for one, other in pairs)


def test_every_layer_has_several_valid_cases_and_some_that_torch_rejects() -> None:
    layers = {name for name, entry in ENTRIES.items() if name not in OPERATIONS and entry.category != "in_out"}
    valid = collections.Counter(case.layer for case in VALID)
    invalid = collections.Counter(case.layer for case in INVALID)
    assert {name for name in layers if valid[name] < 3} == set()
    # These three take whatever comes.
    assert {name for name in layers if not invalid[name]} == {"Identity", "Sigmoid", "Tanh"}


@pytest.mark.parametrize("case", INVALID, ids=str)
def test_a_real_run_rejects_every_invalid_case(case: Case) -> None:
    with pytest.raises(Exception):  # noqa: B017 - torch refuses with whatever comes to hand
        real_run(case)


def test_fields_catalogue_and_probe_refuse_nearly_all_of_them() -> None:
    missed = [str(case) for case in INVALID if not _refused(case)]
    assert len(missed) <= LEFT_TO_RULES, missed


def _refused(case: Case) -> bool:
    fields = {field.name: field for field in specification(case.layer).fields}
    if any(name not in fields or fields[name].check(value) for name, value in case.arguments.items()):
        return True
    if any(field.required and name not in case.arguments for name, field in fields.items()):
        return True
    entry, first = ENTRIES[case.layer], case.inputs[0]
    if first is not None and entry.ranks and len(first.shape) not in entry.ranks:
        return True
    ports = enumerate(case.inputs)
    if any(signal is not None and signal.dtype not in DTYPES[entry.kind(port)] for port, signal in ports):
        return True
    return probe(case.layer, case.complete, case.inputs).refusal is not None
