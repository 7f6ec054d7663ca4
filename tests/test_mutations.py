"""A file may hold anything: it gives a layout or a sentence, and what a layout holds gives facts or problems."""

from __future__ import annotations

import random

import pytest

from core.layout import Layout
from core.problems import Problem
from core.shapes import infer
from core.storage import LayoutFileError, dumps, loads
from core.text import Text
from tests.graphs import little_resnet, siamese
from tests.mutations import mutated
from tests.repository import REPOSITORY

SEEDS = [dumps(little_resnet()), dumps(siamese())]
FILES = [path.read_text("utf-8") for path in sorted((REPOSITORY / "layouts").glob("*.json"))]
ROUNDS = 600
"""Of each test. `tests/benchmarks/mutations.py` runs a hundred thousand."""

SAY = [Text("en"), Text("ko")]


def outcome(text: str) -> Layout | LayoutFileError:
    try:
        return loads(text)
    except LayoutFileError as error:
        return error


def assert_said(problem: Problem) -> None:
    for say in SAY:
        assert say(f"problem.{problem.rule}", **problem.values)
        assert say(f"problem.{problem.rule}_short", **problem.values)
        for mend in problem.mends:
            assert say(f"mend.{mend.rule}", **mend.values)


@pytest.mark.parametrize("seed", range(4))
def test_a_mutated_file_gives_a_layout_or_a_sentence(seed: int) -> None:
    chance = random.Random(seed)
    layouts = 0
    for _ in range(ROUNDS):
        found = outcome(mutated(chance.choice(SEEDS + FILES), chance))
        if isinstance(found, LayoutFileError):
            assert all(say(f"file.{found.rule}", **found.values) for say in SAY)
        else:
            layouts += 1
            assert loads(dumps(found)) == found
    assert layouts > ROUNDS // 20


def test_every_layout_gives_facts_or_problems_that_can_be_said() -> None:
    chance = random.Random(99)
    for _ in range(ROUNDS):
        found = outcome(mutated(chance.choice(SEEDS + FILES[:4]), chance))
        if isinstance(found, Layout):
            for problem in infer(found).problems:
                assert_said(problem)
