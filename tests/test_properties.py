"""Random valid networks and random edits of them: what is inferred, printed, saved and undone is what it should be."""

from __future__ import annotations

import collections
import subprocess
import sys
from random import Random
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from core.catalogue import ENTRIES
from core.compiler import compile_model
from core.history import History
from core.layout import Layout
from core.muting import effective
from core.shapes import Inferrer, infer
from tests.edit_properties import (
    assert_inferred_alike,
    assert_problems_are_said_and_mended,
    assert_saves_and_loads,
)
from tests.network_properties import (
    assert_code_is_the_compiled_network,
    assert_inference_is_what_runs,
    assert_model_travels,
    run,
)
from tests.random_edits import random_edit
from tests.random_graphs import batch_of, layouts, random_layout, used_layers

# The same graphs each time, so that a red run can be repeated. Change `derandomize` to hunt for more.
REPEATED = settings(
    deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck), print_blob=True
)
RANDOM = st.randoms(use_true_random=False)


@pytest.fixture(scope="module")
def sample() -> list[Layout]:
    """Networks that together use nearly every layer and operation."""
    return [random_layout(Random(seed)) for seed in range(200)]


def test_random_networks_use_nearly_all_layers_operations_and_ways_to_combine_them(sample: list[Layout]) -> None:
    used = set().union(*map(used_layers, sample))
    assert len(used) > 0.85 * len(ENTRIES), sorted(ENTRIES.keys() - used)
    found = collections.Counter(feature for layout in sample for feature in set(_features(layout)))
    assert {feature for feature in FEATURES if found[feature] < 5} == set()


FEATURES = (
    *("block", "nested", "used twice", "repeated", "reference"),
    *("shared", "frozen", "inputs", "outputs", "second output"),
    *("muted", "muted inside", "left out", "frame", "note", "words"),
)


def _features(layout: Layout) -> list[str]:
    graphs = (layout.nodes, *(block.nodes for block in layout.blocks.values()))
    nodes = [node for graph in graphs for node in graph.values()]
    layers = [node.layer for node in layout.nodes.values()]
    inside = [node.layer for block in layout.blocks.values() for node in block.nodes.values()]
    having = {
        "block": bool(layout.blocks),
        "nested": any(layer in layout.blocks for layer in inside),
        "used twice": any(layers.count(name) > 1 for name in layout.blocks),
        "repeated": any(node.repeat > 1 for node in nodes),
        "reference": any(block.arguments for block in layout.blocks.values()),
        "shared": any(node.shares for node in nodes),
        "frozen": any(node.frozen for node in nodes),
        "inputs": layers.count("Input") > 1,
        "outputs": layers.count("Output") > 1,
        "second output": any(edge.output for edge in layout.edges),
        "muted": any(node.muted for node in layout.nodes.values()),
        "muted inside": any(node.muted for block in layout.blocks.values() for node in block.nodes.values()),
        "left out": len(effective(layout).nodes) < len(layout.nodes),
        "frame": bool(layout.frames) and any(block.frames for block in layout.blocks.values()),
        "note": bool(layout.notes) and any(block.notes for block in layout.blocks.values()),
        "words": any(node.note for node in nodes),
    }
    return [feature for feature, has in having.items() if has]


@settings(REPEATED, max_examples=150)
@given(layout=layouts())
def test_what_is_inferred_is_what_a_real_run_gives(layout: Layout) -> None:
    assert_inference_is_what_runs(layout)


@settings(REPEATED, max_examples=200)
@given(layout=layouts())
def test_the_printed_code_builds_and_computes_what_the_compiled_network_does(layout: Layout) -> None:
    assert_code_is_the_compiled_network(layout)


def test_printed_code_is_laid_out_as_ruff_lays_it_out(sample: list[Layout], tmp_path: Any) -> None:
    for index, layout in enumerate(sample):
        source = assert_code_is_the_compiled_network(layout)
        (tmp_path / f"network_{index}.py").write_text(source, encoding="utf-8")
    # `x <= x` is what was drawn.
    for command in (["format", "--diff"], ["check", "--ignore", "PLR0124"]):
        arguments = [sys.executable, "-m", "ruff", *command, "--isolated", str(tmp_path)]
        done = subprocess.run(arguments, capture_output=True, text=True, encoding="utf-8", check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_networks_can_be_copied_pickled_and_moved(sample: list[Layout]) -> None:
    for layout in sample:
        assert_model_travels(layout)


def test_networks_can_be_exported() -> None:
    exported = 0
    for seed in range(8):
        inference = infer(random_layout(Random(seed)))
        model, inputs = compile_model(inference).eval(), batch_of(inference, 3)
        torch.manual_seed(0)
        wanted = run(model, inputs)
        program = torch.export.export(model, inputs).module()
        torch.manual_seed(0)
        for ours, theirs in zip(run(program, inputs), wanted, strict=True):
            assert torch.equal(ours.nan_to_num(), theirs.nan_to_num())
        exported += 1
    assert exported == 8


@settings(REPEATED, max_examples=150)
@given(layout=layouts())
def test_a_network_is_written_and_read_again(layout: Layout) -> None:
    assert_saves_and_loads(layout)


@settings(REPEATED, max_examples=120)
@given(layout=layouts(), random=RANDOM)
def test_what_was_known_before_an_edit_makes_no_difference(layout: Layout, random: Random) -> None:
    found, inferrer = infer(layout), Inferrer()
    inferrer(layout)
    for _ in range(random.randint(1, 5)):
        layout = random_edit(layout, random)
        found = infer(layout, before=found)
        fresh = infer(layout)
        assert_inferred_alike(found, fresh)
        assert_inferred_alike(inferrer(layout), fresh)


class Editing(RuleBasedStateMachine):
    """Somebody edits, undoes and redoes, wisely and unwisely."""

    @initialize(layout=layouts())
    def begin(self, layout: Layout) -> None:
        self.history = History(layout)
        self.layouts = [layout]
        """What redo and undo lead through."""
        self.place = 0

    @rule(random=RANDOM)
    def edit(self, random: Random) -> None:
        layout = random_edit(self.history.present, random)
        applied = self.history.applied("edit.any", layout)
        if applied is not self.history:
            self.layouts = [*self.layouts[: self.place + 1], layout]
            self.place += 1
        self.history = applied

    @precondition(lambda self: self.place > 0)
    @rule()
    def undo(self) -> None:
        self.history = self.history.undone()
        self.place -= 1

    @precondition(lambda self: self.place < len(self.layouts) - 1)
    @rule()
    def redo(self) -> None:
        self.history = self.history.redone()
        self.place += 1

    @rule()
    def undo_everything_and_come_back(self) -> None:
        history = self.history
        while history.past:
            history = history.undone()
        assert history.present == self.layouts[0]
        while history.future:
            history = history.redone()
        assert history.present == self.layouts[-1]

    @invariant()
    def is_where_it_should_be(self) -> None:
        assert self.history.present == self.layouts[self.place]
        assert_saves_and_loads(self.history.present)

    @invariant()
    def says_and_mends_its_problems(self) -> None:
        assert_problems_are_said_and_mended(self.history.present)


TestEditing = Editing.TestCase
TestEditing.settings = settings(REPEATED, max_examples=40, stateful_step_count=12)
