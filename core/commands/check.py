"""`check FILE`: the shape, the parameters and the cost of every node, and what is wrong."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from core.columns import table
from core.commands.reading import problem_sentence, read_layout
from core.commands.usage import FileParser, Parser
from core.summary import decisive
from core.text import Text, shape_text, value_text

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
        print("\n".join(_rows(inference, say)))
        told = inference.problems
    if sys.stdout is not None:
        sys.stdout.flush()
    for problem in told:
        sentence = problem_sentence(problem, say)
        if problem.severity == "warning":
            sentence = say("cli.advice", sentence=sentence)
        print(sentence, file=sys.stderr)
    return 1 if inference.errors else 0


def _rows(inference: Inference, say: Text) -> list[str]:
    layout = inference.layout
    heads = ("node", "layer", "output", "parameters", "multiply_adds")
    rows = [tuple(say(f"cli.column.{head}") for head in heads)]
    cost = 0
    for node_id in inference.order:
        facts = inference.nodes[node_id]
        cost += facts.multiply_adds
        layer = f"{layout.nodes[node_id].layer} {decisive(layout, node_id, facts)}".strip()
        # An Output hands nothing on: what reaches it is the network's result.
        shown = facts.outputs or tuple(signal for signal in facts.inputs if signal is not None)[:1]
        shapes = ", ".join(shape_text(signal.shape) for signal in shown) or "?"
        rows.append((node_id, layer, shapes, value_text(facts.parameters), value_text(facts.multiply_adds)))
    rows.append((say("cli.total"), "", "", value_text(inference.parameters), value_text(cost)))
    lines = table(rows, right=frozenset({3, 4}))
    rule = "─" * max(len(line) for line in lines)
    return [lines[0], rule, *lines[1:-1], rule, lines[-1]]


def _data(inference: Inference, say: Text) -> dict[str, Any]:
    nodes: dict[str, Any] = {}
    for node_id in (*inference.order, *(key for key in inference.layout.nodes if key not in inference.order)):
        facts = inference.nodes.get(node_id)
        nodes[node_id] = {
            "layer": inference.layout.nodes[node_id].layer,
            "outputs": [list(signal.shape) for signal in facts.outputs] if facts is not None else [],
            "parameters": facts.parameters if facts is not None else 0,
            "multiply_adds": facts.multiply_adds if facts is not None else 0,
        }
    problems = [
        {
            "node": problem.node,
            "rule": problem.rule,
            "message": problem_sentence(problem, say),
            "severity": problem.severity,
        }
        for problem in inference.problems
    ]
    return {"nodes": nodes, "parameters": inference.parameters, "problems": problems}
