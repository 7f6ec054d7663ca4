"""What must be true of every layout, right or wrong, that edits can lead to, as functions that assert it."""

from __future__ import annotations

from functools import cache

from core.inference import Inference
from core.layout import Layout
from core.shapes import infer
from core.storage import dumps, loads
from core.text import LANGUAGES, Text


@cache
def texts() -> tuple[Text, ...]:
    return tuple(Text(language) for language in LANGUAGES)


def assert_saves_and_loads(layout: Layout) -> None:
    """To the same value, where 1, 1.0 and True are three; and to the same text."""
    text = dumps(layout)
    again = loads(text)
    assert again == layout
    assert _exactly(again) == _exactly(layout)
    assert dumps(again) == text


def _exactly(layout: Layout) -> str:
    graphs = [layout, *layout.blocks.values()]
    # A mapping of any kind is one; a position that is a whole number is the same with a point.
    nodes = [
        (key, node.layer, dict(node.arguments), node.repeat, node.shares, node.frozen, node.muted, node.note)
        for graph in graphs
        for key, node in graph.nodes.items()
    ]
    edges = [graph.edges for graph in graphs]
    blocks = [(name, dict(block.arguments)) for name, block in layout.blocks.items()]
    # Frames lie in their order.
    beside = [(list(graph.frames.items()), list(graph.notes.items())) for graph in graphs]
    return repr((layout.title, layout.direction, nodes, edges, blocks, beside))


def assert_inferred_alike(one: Inference, other: Inference) -> None:
    """Whatever way they were found."""
    assert one.order == other.order
    assert one.nodes == other.nodes
    assert one.problems == other.problems
    assert one == other


def assert_problems_are_said_and_mended(layout: Layout) -> None:
    """Every problem has words in every language, and every mend is an edit whose layout can be saved."""
    for problem in infer(layout).problems:
        assert problem.node is None or problem.node in layout.nodes
        for say in texts():
            assert say(f"problem.{problem.rule}", **problem.values)
            assert say(f"problem.{problem.rule}_short", **problem.values)
            for mend in problem.mends:
                assert say(f"mend.{mend.rule}", **mend.values)
        for mend in problem.mends:
            edited = mend.edit(layout)
            assert edited != layout, (problem.rule, mend)
            assert_saves_and_loads(edited)
            infer(edited)
