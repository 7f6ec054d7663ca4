"""The variable that holds each value in a printed forward, and what stands to the left of the `=`."""

from __future__ import annotations

from collections.abc import Mapping

from core.catalogue.entry import Names, flat
from core.columns import width
from core.names import fresh_name
from core.steps import Forward, Source, Step

LONGEST_LOCAL = 24
"""Columns. A node with a wider name is `value` in the forward, so that its lines stay readable."""
# Names that are easily taken for digits: the linter refuses them for a variable.
AMBIGUOUS = frozenset({"l", "O", "I"})


def value_names(forward: Forward) -> Mapping[Source, str]:
    """By output its variable: `x` where the next step alone reads it, else the node's name. Unread ones have none."""
    readers: dict[Source, set[int]] = {}
    for index, step in enumerate(forward.steps):
        for source in step.read:
            readers.setdefault(source, set()).add(index)
    for end in forward.ends:
        readers.setdefault(end, set()).add(len(forward.steps))
    produced: list[tuple[int, Source]] = [(-1, (start, 0)) for start in forward.starts]
    for index, step in enumerate(forward.steps):
        produced += [(index, (step.node, output)) for output in range(len(step.outputs))]
    # An Input is a parameter and bears its own name, also where only the first step reads it.
    passing = {source for index, source in produced if index >= 0 and readers.get(source) == {index + 1}}
    # Where several values leave, each says which it is: `return coarse, fine`.
    if len(forward.ends) > 1:
        passing -= set(forward.ends)
    # Two values that live at once cannot both be `x`.
    passing = {source for source in passing if sum(other[0] == source[0] for other in passing) == 1}
    named = [source for index, source in produced if (index < 0 or source in readers) and source not in passing]
    wanted = {source: _wanted(forward, source) for source in named}
    names: dict[Source, str] = {}
    for source, name in wanted.items():
        usable = width(name) <= LONGEST_LOCAL and name not in AMBIGUOUS and name not in names.values()
        names[source] = name if usable else fresh_name("value", {*names.values(), *wanted.values()})
    return {**names, **dict.fromkeys(passing, _running(forward, names, readers))}


def _running(forward: Forward, names: Mapping[Source, str], readers: Mapping[Source, set[int]]) -> str:
    """The name of what is read at once and never again: `x`, also of an Input that only the first step reads."""
    taken = set(names.values())
    if names.get((forward.starts[0], 0)) == "x" and readers.get((forward.starts[0], 0)) == {0}:
        return "x"
    return "x" if "x" not in taken else fresh_name("out", taken)


def _wanted(forward: Forward, source: Source) -> str:
    """The node's own name for its first output, with the output's name behind it for the others: `lstm_h_n`."""
    node, output = source
    step = next((step for step in forward.steps if step.node == node), None)
    if step is None or len(step.names) == 1 or (output == 0 and step.entry.counted is None):
        return node
    # The node's name says already that it is attention.
    name = step.names[output].removeprefix("attn_output_")
    return f"{node}_{name}" if step.entry.counted is None else f"{node}_{output}"


def target(step: Step, names: Mapping[Source, str]) -> str:
    """What a step's value is assigned to: `x`, or `lstm, (_, lstm_c_n)`. What nobody reads is `_`."""
    parts = targets(step, names)
    return f"({parts[0]},)" if len(parts) == 1 and _is_tuple(step) else ", ".join(parts)


def targets(step: Step, names: Mapping[Source, str]) -> list[str]:
    """The parts of it: `lstm` and `(_, lstm_c_n)`."""
    found = iter([names.get((step.node, output), "_") for output in range(len(step.outputs))])
    if not _is_tuple(step):
        return [next(found)]
    parts: list[str] = []
    for group in _returns(step):
        if isinstance(group, str):
            parts.append(next(found))
            continue
        inner = [next(found) for _ in group]
        parts.append("_" if set(inner) == {"_"} else f"({', '.join(inner)})")
    return parts


def _is_tuple(step: Step) -> bool:
    return len(_returns(step)) > 1 or step.entry.counted is not None


def _returns(step: Step) -> Names:
    return step.entry.returns if flat(step.entry.returns) == step.names else step.names
