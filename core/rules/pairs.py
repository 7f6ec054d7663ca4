"""Layers that compare or combine two tensors row by row."""

from __future__ import annotations

from collections.abc import Iterator

from core.problems import Problem
from core.rules.site import Site, together
from core.signals import Shape


def bilinear_problems(site: Site) -> Iterator[Problem]:
    """Both inputs must be alike in all dimensions but the last."""
    first, second = site.received
    assert first is not None
    assert second is not None
    if first.shape[:-1] != second.shape[:-1]:
        yield site.problem("pair.shapes", first=first.shape, second=second.shape)


def distance_problems(site: Site) -> Iterator[Problem]:
    first, second = site.received
    assert first is not None
    assert second is not None
    shape = broadcast(first.shape, second.shape)
    if shape is None:
        yield site.problem("pair.shapes", first=first.shape, second=second.shape)
        return
    dim = site.arguments.get("dim")
    if isinstance(dim, int) and not -len(shape) <= dim < len(shape):
        lowest, highest = -len(shape), len(shape) - 1
        yield site.problem("argument.dim", argument="dim", received=shape, given=dim, lowest=lowest, highest=highest)


def broadcast(one: Shape, other: Shape) -> Shape | None:
    """The shape of two tensors combined value by value, as torch spreads them; None where they do not fit."""
    longer, shorter = (one, other) if len(one) >= len(other) else (other, one)
    head = longer[: len(longer) - len(shorter)]
    pairs = list(zip(longer[len(head) :], shorter, strict=True))
    if not all(together(left, right) for left, right in pairs):
        return None
    return (*head, *(right if left == 1 else left for left, right in pairs))
