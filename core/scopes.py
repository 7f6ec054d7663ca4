"""Ways into a network by the uses of its blocks: where one leads, and what is known of the whole as seen from there.

The document asks, and whoever shows where a problem lies.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TypeAlias

from core.inference import Inference
from core.layout import Layout
from core.problems import Problem
from core.shapes import pending

Scope: TypeAlias = tuple[str, ...]
"""The uses of blocks that lead from the whole to what is looked at; empty for the whole."""


def block_at(layout: Layout, scope: Scope) -> str | None:
    """The block whose use stands at the end of a way; None for the whole, or if the way leads nowhere."""
    nodes, name = layout.nodes, None
    for node_id in scope:
        node = nodes.get(node_id)
        if node is None or node.layer not in layout.blocks:
            return None
        name = node.layer
        nodes = layout.blocks[name].nodes
    return name


def seen_from(whole: Inference, layout: Layout, scope: Scope) -> Inference:
    """What is known inside a block, at its use `scope`; `layout` is the inside, with its training.

    Of a block that is repeated the first is seen, or the first in which something is wrong. The problems are those of
    the whole that lie in there, with mends that edit the whole. The arguments of the block have their values.
    """
    if not scope:
        return whole
    inside = whole
    for node_id in scope:
        facts = inside.nodes.get(node_id)
        if facts is None or not facts.instances:
            inside = pending(layout)
            break
        inside = next((one for one in facts.instances if one.errors), facts.instances[0])
    problems = tuple(problem for each in whole.problems for problem in _seen(each, scope))
    known = replace(inside.layout, training=layout.training, direction=layout.direction)
    return Inference(known, inside.order, inside.nodes, problems)


def way_to(problem: Problem) -> Scope:
    """The uses of blocks, and last the node, that lead to what causes a problem; empty where the whole does."""
    return problem.inside if problem.node is None else (problem.node, *problem.inside)


def _seen(problem: Problem, scope: Scope) -> Iterator[Problem]:
    """A problem of the whole, said of the node inside that causes it; nothing where it lies elsewhere."""
    way, depth = way_to(problem), len(scope)
    if len(way) > depth and way[:depth] == scope:
        yield replace(problem, node=way[depth], inside=way[depth + 1 :])
