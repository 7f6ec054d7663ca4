"""The edits of the list of transforms, and which of them has which problem. No Qt."""

from __future__ import annotations

from dataclasses import replace

from core.datasets import transforms
from core.datasets.facts import DatasetFacts
from core.layout import Layout, with_training
from core.problems import Problem
from core.rules.transforming import transform_problems
from core.training.config import TRANSFORMS, Choice
from core.values import Value


def added(layout: Layout, name: str, place: int) -> Layout:
    """With one more transform, with good first values; as it was if there are as many as may be."""
    chosen = layout.training.transforms
    if len(chosen) >= TRANSFORMS:
        return layout
    given = {field.name: field.example for field in transforms.fields(name) if field.required}
    return _with(layout, (*chosen[:place], Choice(name, given), *chosen[place:]))


def removed(layout: Layout, place: int) -> Layout:
    return _with(layout, tuple(one for index, one in enumerate(layout.training.transforms) if index != place))


def moved(layout: Layout, place: int, to: int) -> Layout:
    """The transform at `place` comes to stand at `to`, counted without it."""
    chosen = list(layout.training.transforms)
    one = chosen.pop(place)
    chosen.insert(min(max(to, 0), len(chosen)), one)
    return layout if tuple(chosen) == layout.training.transforms else _with(layout, tuple(chosen))


def replaced(layout: Layout, place: int, choice: Choice) -> Layout:
    """With another choice at a place; as it was if there is none any more."""
    chosen = layout.training.transforms
    if not 0 <= place < len(chosen) or chosen[place] == choice:
        return layout
    return _with(layout, (*chosen[:place], choice, *chosen[place + 1 :]))


def with_argument(layout: Layout, place: int, name: str, value: Value) -> Layout:
    choice = layout.training.transforms[place]
    return replaced(layout, place, replace(choice, arguments={**choice.arguments, name: value}))


def without_argument(layout: Layout, place: int, name: str) -> Layout:
    choice = layout.training.transforms[place]
    kept = {key: value for key, value in choice.arguments.items() if key != name}
    return replaced(layout, place, replace(choice, arguments=kept))


def problems_at(layout: Layout, dataset: DatasetFacts) -> list[tuple[Problem, ...]]:
    """Of each transform in turn; behind one that does not fit nothing is known."""
    found: list[tuple[Problem, ...]] = []
    chosen, before = layout.training.transforms, 0
    for count in range(1, len(chosen) + 1):
        problems = tuple(transform_problems(_with(layout, chosen[:count]), dataset))
        # Those of the ones before come first, and are the same again.
        found.append(problems[before:])
        before = len(problems)
    return found


def _with(layout: Layout, chosen: tuple[Choice, ...]) -> Layout:
    return with_training(layout, replace(layout.training, transforms=chosen))
