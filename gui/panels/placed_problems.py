"""Which field of the training form a problem of the configuration belongs to."""

from __future__ import annotations

from collections.abc import Iterable

from core.problems import Problem
from core.training.config import TrainingConfig
from gui.panels.training_edits import Part, choice_of, parts

Place = tuple[Part, str]
"""A part and one of its arguments, or "" for the part itself; `run` and the name of a number."""


def placed(problems: Iterable[Problem], training: TrainingConfig) -> dict[Place, Problem]:
    """The first problem of each field; those of nodes, of the network and of the transforms stand elsewhere."""
    found: dict[Place, Problem] = {}
    for problem in problems:
        place = _place(problem, training) if problem.node is None else None
        if place is not None:
            found.setdefault(place, problem)
    return found


def _place(problem: Problem, training: TrainingConfig) -> Place | None:
    family, argument = problem.rule.partition(".")[0], problem.argument or ""
    if family == "scheduler":
        return ("run", argument) if argument == "warmup_steps" else ("scheduler", argument)
    if family == "optimizer":
        return "optimizer", argument
    named = problem.values.get("loss") if family == "loss" else problem.values.get("node")
    if family not in ("loss", "field", "argument"):
        return None
    owner = next((part for part in parts(training) if choice_of(training, part).name == named), None)
    return None if owner is None else (owner, "" if problem.rule == "argument.unknown" else argument)
