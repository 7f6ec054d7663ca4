"""Values of fields at their bounds, a little inside and outside of them, and of kinds that they are not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product

from core.fields import Field
from core.values import Value

WRONG: tuple[Value, ...] = (None, True, "other", (), (1,), (0.5, 0.5, 0.5), float("nan"), float("inf"))


def at_bounds(fields: Iterable[Field]) -> Iterator[tuple[str, Value]]:
    """Names of fields with values, many of which no field takes."""
    for field in fields:
        yield from ((field.name, value) for value in (*_of_kind(field), *WRONG))


def _of_kind(field: Field) -> Iterator[Value]:
    if field.kind == "flag":
        yield from (True, False)
    elif field.kind == "choice":
        yield from field.choices
    elif field.kind == "size":
        yield from (3, (0,), (3,), (5, 2, 2), (True,), (1.5,))
    elif field.row:
        numbers: list[Value] = [*_numbers(field), None]
        yield from product(numbers, repeat=field.dimensions)
    else:
        yield from _numbers(field)


def _numbers(field: Field) -> list[Value]:
    numbers: set[float] = {-1, 0, 1, 2, 1e-9, 0.5, 7, 10**9}
    if not field.row:
        numbers |= {1e300, 2**63 - 1}
    for bound in (field.minimum, field.maximum, field.above, field.below):
        if bound is not None:
            step = 1 if field.kind == "integer" else 1e-9
            numbers |= {bound - step, bound, bound + step}
    if field.kind == "integer":
        return [int(number) for number in sorted(numbers)]
    # A person may type a whole number where torch wants a real.
    return [*map(float, sorted(numbers)), 0, 1]
