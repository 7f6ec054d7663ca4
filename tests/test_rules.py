"""Whatever a real run rejects is an error on that node, in words; what a real run takes is none."""

from __future__ import annotations

import pytest
import torch

from core.catalogue import ENTRIES
from core.layout import Node
from core.rules.dtypes import TAKES_INTEGERS, TAKES_TRUTH
from core.shapes import infer
from core.signals import Signal
from core.text import LANGUAGES, Text
from tests.case_files import Case, read_cases
from tests.examples import with_loss
from tests.graphs import graph
from tests.real_run import errors, refusal

TABLES = ("layers_invalid", "operations_invalid", "invalid")
LAST_RESORT = "torch.refused"
"""The rule that repeats torch's words, because there are none of our own."""
OURS = frozenset({"operation.two_operands", "operation.chunk", "argument.batch_dim", "operation.empty"})
"""What torch takes and a network cannot mean."""


@pytest.mark.parametrize("case", [case for table in TABLES for case in read_cases(table)], ids=str)
def test_what_a_real_run_rejects_is_said_in_words(case: Case) -> None:
    rules = {problem.rule for problem in errors(case.layer, case.arguments, case.inputs)}
    assert rules
    assert LAST_RESORT not in rules
    assert refusal(case.layer, case.arguments, case.inputs) is not None or rules <= OURS


@pytest.mark.parametrize("case", [*read_cases("layers"), *read_cases("operations")], ids=str)
def test_what_a_real_run_takes_is_no_error(case: Case) -> None:
    if refusal(case.layer, case.arguments, case.inputs) is None:
        # A batch that is flattened away is no error for torch: it is ours.
        rules = [problem.rule for problem in errors(case.layer, case.arguments, case.inputs)]
        assert [rule for rule in rules if rule != "shape.batch_lost"] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_problem_of_the_cases_can_be_said(language: str) -> None:
    say = Text(language)
    for case in read_cases("layers_invalid")[::7]:
        for problem in errors(case.layer, case.arguments, case.inputs):
            assert say(f"problem.{problem.rule}", **problem.values)
            assert say(f"problem.{problem.rule}_short", **problem.values)
            for mend in problem.mends:
                assert say(f"mend.{mend.rule}", **mend.values)


SHAPES = {rank: ("N", *(8,) * (rank - 1)) for rank in range(1, 6)}
ARGUMENTS = {"Unflatten": {"dim": 1, "unflattened_size": (2, 4)}, "Fold": {"output_size": 4, "kernel_size": 2}}
INPUTS = {"Unflatten": ("N", 8), "Fold": ("N", 8, 9)}


@pytest.mark.parametrize(("dtype", "table"), [("int64", TAKES_INTEGERS), ("bool", TAKES_TRUTH)])
def test_the_layers_that_take_other_numbers_are_those_of_torch(dtype: str, table: frozenset[str]) -> None:
    taken = set()
    for name, entry in ENTRIES.items():
        if entry.category in ("operation", "in_out") or entry.integers:
            continue
        shape = INPUTS.get(name, SHAPES[(entry.ranks or (4,))[0]])
        signals = tuple(
            None if input_name in entry.optional else Signal(shape, "int64" if entry.kind(port) == "integer" else dtype)
            for port, input_name in enumerate(entry.input_names)
        )
        if refusal(name, {**entry.example, **ARGUMENTS.get(name, {})}, signals) is None:
            taken.add(name)
    assert taken == table


def test_the_random_numbers_of_a_case_are_torchs_own() -> None:
    state = torch.get_rng_state()
    errors("Linear", {"out_features": 3}, (Signal(("N", 4)),))
    assert torch.equal(state, torch.get_rng_state())


@pytest.mark.parametrize("loss", ["CrossEntropyLoss", "NLLLoss", "MSELoss", "BCEWithLogitsLoss"])
@pytest.mark.parametrize("dataset", ["none", "moons"])
def test_one_number_for_the_whole_batch_is_understood(loss: str, dataset: str) -> None:
    nodes = {"x": Node("Input", {"shape": (2,)}), "total": Node("sum"), "y": Node("Output")}
    found = infer(graph("one number", nodes, "x total, total y", with_loss(loss, dataset)))
    assert found.nodes["total"].outputs == (Signal(()),)
    assert [problem.rule for problem in found.errors][:1] == (["loss.batch"] if dataset != "none" else [])
