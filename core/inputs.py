"""What an Input gives: what the data set says, or itself where there is none, or what flows into a block's use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.inference import NodeFacts
from core.layout import Layout
from core.problems import Problem
from core.rules import mends
from core.signals import Signal
from core.values import Value

if TYPE_CHECKING:
    from core.datasets import DatasetFacts


def input_from(
    layout: Layout, node_id: str, dataset: DatasetFacts, problems: list[Problem]
) -> tuple[NodeFacts, list[Problem]]:
    """The data set decides what an Input gives; what was given is checked against it."""
    given = layout.nodes[node_id].arguments
    inferred: dict[str, Value] = {"shape": dataset.shape, "dtype": dataset.dtype}
    for name, value in inferred.items():
        wanted = (given[name],) if name in given and isinstance(given[name], int) else given.get(name, value)
        if wanted != value and not any(problem.argument == name for problem in problems):
            values = {"node": node_id, "argument": name, "given": wanted, "size": value, "dataset": dataset.name}
            mend = (mends.leave_out(node_id, name), mends.use_dataset("none"))
            problems.append(Problem(node_id, "input.mismatch", values, mend, argument=name))
    outputs = (Signal(("N", *dataset.shape), dataset.dtype),)
    left_out = {name: value for name, value in inferred.items() if name not in given}
    return NodeFacts((), outputs, arguments={**inferred, **given}, inferred=left_out), problems


def free_input(layout: Layout, node_id: str, problems: list[Problem]) -> tuple[NodeFacts, list[Problem]]:
    """Without a data set an Input says itself what it gives."""
    given = layout.nodes[node_id].arguments
    if "shape" not in given:
        mend = (mends.set_argument(node_id, "shape", (1, 28, 28)),)
        problems.append(Problem(node_id, "input.no_shape", {"node": node_id}, mend, argument="shape"))
    if problems:
        return NodeFacts(arguments=given), problems
    shape = given["shape"] if isinstance(given["shape"], tuple) else (given["shape"],)
    dtype = given.get("dtype", "float32")
    left_out = {} if "dtype" in given else {"dtype": dtype}
    outputs = (Signal(("N", *shape), str(dtype)),)  # type: ignore[arg-type]
    return NodeFacts((), outputs, arguments={"shape": shape, "dtype": dtype}, inferred=left_out), problems


def input_of_block(
    layout: Layout, node_id: str, signal: Signal | None, problems: list[Problem]
) -> tuple[NodeFacts, list[Problem]]:
    """Inside a block an Input gives what flows into the block's use, and says nothing of its own."""
    for name in layout.nodes[node_id].arguments:
        mend = (mends.leave_out(node_id, name),)
        problems.append(
            Problem(node_id, "block.input_argument", {"node": node_id, "argument": name}, mend, argument=name)
        )
    return NodeFacts((), () if signal is None else (signal,)), problems
