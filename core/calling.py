"""How a layer is called with several tensors, and what it gives back. Probe, compiler and printed code ask here.

Wires end at numbered inputs and begin at numbered outputs; torch's calls group them: `lstm(x, (h_0, c_0))` returns
`output, (h_n, c_n)`. Inputs that nothing is wired to are left out, and what comes behind them is passed by its name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from core.catalogue import Entry

T = TypeVar("T")


@dataclass(frozen=True)
class Call(Generic[T]):
    """What stands between the parentheses: tensors, tuples of tensors, and tensors with their names."""

    positional: tuple[T | tuple[T, ...], ...]
    keywords: tuple[tuple[str, T], ...]


def grouped(entry: Entry, given: Sequence[T | None]) -> Call[T]:
    """The inputs of a node, by number, as its layer is called with them. None stands for one that is not wired."""
    positional: list[T | tuple[T, ...]] = []
    keywords: list[tuple[str, T]] = []
    port, complete = 0, True
    for group in entry.takes:
        names = (group,) if isinstance(group, str) else group
        present = [value for value in given[port : port + len(names)] if value is not None]
        if len(present) < len(names):
            complete = False
        elif isinstance(group, str) and complete and group not in entry.named:
            positional.append(present[0])
        elif isinstance(group, str):
            keywords.append((group, present[0]))
        else:
            positional.append(tuple(present))
        port += len(names)
    if entry.variadic:
        rest = tuple(value for value in given[port:] if value is not None)
        return Call((*positional, *rest), ())
    return Call(tuple(positional), tuple(keywords))


def flattened(result: Any) -> tuple[Any, ...]:
    """The tensors that a call returned, one after the other: `(output, (h_n, c_n))` gives three."""
    if isinstance(result, (tuple, list)):
        return tuple(tensor for part in result for tensor in flattened(part))
    return (result,)
