"""Random arguments and inputs for every layer: what a real run rejects is an error, and what it takes is none."""

from __future__ import annotations

import warnings
from random import Random

import pytest

from core.catalogue import ENTRIES, OPERATIONS
from tests.random_layers import random_case
from tests.real_run import errors, refusal

LAYERS = sorted(name for name, entry in ENTRIES.items() if entry.category != "in_out")
CASES = 4
"""For each layer in a run of the tests. Longer runs found the rules; a few keep them."""

OURS = frozenset(
    "shape.batch_lost shape.rank shape.batch_as_size shape.no_features argument.batch_dim argument.missing "
    "operation.two_operands operation.chunk operation.empty".split()
)
"""What torch takes and a network cannot mean: samples mixed or taken for channels, sizes that follow the batch, a
dimension that nobody chose, fewer pieces than there are wires."""
DANGEROUS = frozenset({"pool.outside", "operation.attention"})
"""What makes torch write where it must not: it may end the program instead of refusing."""


@pytest.mark.parametrize("layer", LAYERS)
def test_a_real_run_and_the_inference_reject_the_same(layer: str) -> None:
    random = Random(f"rules {layer}")
    for _ in range(CASES):
        case = random_case(layer, random)
        found = {problem.rule for problem in errors(case.layer, case.arguments, case.inputs)}
        if found & DANGEROUS:
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            refused = refusal(case.layer, case.arguments, case.inputs)
        if refused is not None:
            assert found, f"{case} was not refused. Torch says: {refused}"
        else:
            # A bound of an argument may be narrower than torch's own, as for a padding below 0.
            found = {rule for rule in found if not rule.startswith("field.")}
            assert found <= OURS, f"{case} was refused with {found}"


def test_every_family_is_searched() -> None:
    assert {ENTRIES[layer].category for layer in LAYERS} >= {"linear", "convolution", "recurrent", "attention"}
    assert set(LAYERS) > OPERATIONS
