"""`check FILE`: the shape, the parameters and the cost of every node, and what is wrong."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from core.columns import width
from core.commands.overview import rows, totals
from core.commands.reading import problem_sentence, read_layout
from core.commands.usage import FileParser, Parser
from core.text import Text

if TYPE_CHECKING:
    from core.shapes import Inference


def parser(say: Text) -> Parser:
    found = FileParser(say, "check")
    found.group.add_argument("--json", action="store_true", help=say("cli.help.json"))
    return found


def run(options: Any, say: Text) -> int:
    """Print what is known. Problems go to standard error; the status is 1 if one of them is an error."""
    from core.shapes import infer

    inference = infer(read_layout(options.file, say))
    if options.json:
        print(json.dumps(_data(inference, say), ensure_ascii=False))
        told = inference.errors[:1]
    else:
        print("\n".join(_lines(inference, say)))
        told = inference.problems
    if sys.stdout is not None:
        sys.stdout.flush()
    for problem in told:
        sentence = problem_sentence(problem, say)
        if problem.severity == "warning":
            sentence = say("cli.advice", sentence=sentence)
        print(sentence, file=sys.stderr)
    return 1 if inference.errors else 0


def _lines(inference: Inference, say: Text) -> list[str]:
    """The table, and below it the sums, between rules as wide as the widest line."""
    head, *lines = rows(inference, say)
    counts, sizes = totals(inference, say)
    rule = "─" * max(width(line) for line in (head, *lines))
    return [head, rule, *lines, rule, *counts, rule, *sizes]


def _data(inference: Inference, say: Text) -> dict[str, Any]:
    problems = [
        {
            "node": problem.node,
            "rule": problem.rule,
            "message": problem_sentence(problem, say),
            "severity": problem.severity,
            **({"inside": list(problem.inside)} if problem.inside else {}),
        }
        for problem in inference.problems
    ]
    return {
        "nodes": _nodes(inference),
        "parameters": inference.parameters,
        "trainable": inference.trainable,
        "multiply_adds": inference.multiply_adds,
        "problems": problems,
    }


def _nodes(inference: Inference) -> dict[str, Any]:
    """What is known of each node; of a block's use also what is inside, once for each repetition."""
    found: dict[str, Any] = {}
    layout = inference.layout
    for node_id in (*inference.order, *(key for key in layout.nodes if key not in inference.order)):
        facts, node = inference.nodes.get(node_id), layout.nodes[node_id]
        found[node_id] = {
            "layer": node.layer,
            "outputs": [list(signal.shape) for signal in facts.outputs] if facts is not None else [],
            "parameters": facts.parameters if facts is not None else 0,
            "trainable": facts.trainable if facts is not None else 0,
            "multiply_adds": facts.multiply_adds if facts is not None else 0,
        }
        if node.shares is not None:
            found[node_id]["shares"] = node.shares
        if facts is not None and facts.instances:
            found[node_id]["inside"] = [_nodes(inside) for inside in facts.instances]
    return found
