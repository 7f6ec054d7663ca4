"""What each node and wire says, as plain values: the canvas redraws only what says something else than before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

from core.graph import Ports, input_names, output_names, ports
from core.layout import Direction, Edge, Layout, Node
from core.problems import Problem
from core.shapes import Inference, NodeFacts
from core.signals import Shape
from core.summary import decisive
from gui.canvas.miniature import Miniature, miniature
from gui.words import Words

LEARNING = frozenset(
    {"linear", "convolution", "normalization", "recurrent", "attention", "embedding", "block"},
)
"""Categories whose layers have parameters, almost all of them."""

Emphasis: TypeAlias = Literal["quiet", "plain", "changed"]


@dataclass(frozen=True)
class NodeFace:
    name: str
    layer: str
    category: str
    decisive: str
    note: str
    """The third line: a problem in a few words, or how many parameters; empty if neither."""
    severity: Literal["error", "warning"] | None
    inputs: tuple[str, ...]
    """What the ports above are called, from left to right (or those at the left, from above)."""
    outputs: tuple[str, ...]
    optional: frozenset[int]
    """The inputs that may stay free."""
    learns: bool
    """Whether it has parameters, so that training changes it."""
    frozen: bool
    """Whether training leaves its parameters as they are."""
    tall: bool
    """Whether it has a third line, or will have one once shapes are known: it keeps its height meanwhile."""
    muted: bool = False
    """Whether what comes in goes out unchanged."""
    remark: bool = False
    """Whether a person wrote something about it."""
    direction: Direction = "down"
    """Where the network flows: its ports are above and below, or at the left and right."""
    inside: Miniature | None = None
    """A small picture of what is inside, where it is a use of a block."""


@dataclass(frozen=True)
class WireFace:
    parts: tuple[tuple[str, Emphasis], ...]
    """The shape beside it, cut where the emphasis changes; empty while nothing is known."""

    @property
    def text(self) -> str:
        return "".join(part for part, _ in self.parts)


class Body(NamedTuple):
    """What of a node decides where its wires end and what is seen of it from afar."""

    category: str
    inputs: int
    outputs: int
    tall: bool
    direction: Direction
    muted: bool
    severity: Literal["error", "warning"] | None


class Faces:
    """What every node and wire of a layout says, found when it is asked for: of a large network little is seen."""

    __slots__ = ("_words", "_worst", "inference", "layout")

    def __init__(self, layout: Layout, inference: Inference, words: Words) -> None:
        self.layout = layout
        self.inference = inference
        self._words = words
        self._worst = worst_problems(inference)

    @property
    def worst(self) -> Mapping[str, Problem]:
        return self._worst

    def node(self, node_id: str) -> NodeFace:
        return _node_face(
            self.layout, node_id, self.inference.nodes.get(node_id), self._worst.get(node_id), self._words
        )

    def wire(self, edge: Edge) -> WireFace:
        return _wire_face(edge, self.inference)

    def body(self, node_id: str) -> Body:
        """What must be known of a node before it is seen. For ten thousand nodes in a moment: no text is made."""
        layout = self.layout
        node = layout.nodes[node_id]
        entry = layout.entry_of(node.layer)
        # Most layers have as many ports as they always have.
        plain = not entry.variadic and entry.returns_with is None and entry.counted is None
        count = Ports(entry.inputs, entry.outputs) if plain else ports(layout, node_id)
        problem = self._worst.get(node_id)
        return Body(
            entry.category,
            count.inputs,
            count.outputs,
            _is_tall(node, entry.category, self.inference.nodes.get(node_id), problem is not None),
            layout.direction,
            node.muted,
            None if problem is None else problem.severity,
        )


def node_faces(layout: Layout, inference: Inference, words: Words) -> dict[str, NodeFace]:
    faces = Faces(layout, inference, words)
    return {node_id: faces.node(node_id) for node_id in layout.nodes}


def wire_faces(layout: Layout, inference: Inference) -> dict[Edge, WireFace]:
    return {edge: _wire_face(edge, inference) for edge in layout.edges}


def worst_problems(inference: Inference) -> Mapping[str, Problem]:
    """The problem that each node shows: its first error, else its first warning."""
    found: dict[str, Problem] = {}
    for problem in inference.problems:
        if problem.node is not None:
            shown = found.get(problem.node)
            if shown is None or (shown.severity == "warning" and problem.severity == "error"):
                found[problem.node] = problem
    return found


def _is_tall(node: Node, category: str, facts: NodeFacts | None, wrong: bool) -> bool:
    if wrong or node.shares is not None:
        return True
    return facts.parameters > 0 if facts is not None else category in LEARNING


def _node_face(
    layout: Layout, node_id: str, facts: NodeFacts | None, problem: Problem | None, words: Words
) -> NodeFace:
    node, entry = layout.nodes[node_id], layout.entry(node_id)
    owner = layout.nodes.get(node.shares or "", node)
    parameters = facts.parameters if facts is not None else 0
    names = input_names(layout, node_id)
    note = parameters_text(parameters, words) if parameters else ""
    if node.shares is not None:
        note = f"= {node.shares}"
    if problem is not None:
        note = short_problem(problem, words)
    return NodeFace(
        name=node_id,
        layer=node.layer,
        category=entry.category,
        decisive=decisive(layout, node_id, facts),
        note=note,
        severity=problem.severity if problem is not None else None,
        inputs=names,
        outputs=output_names(layout, node_id),
        optional=frozenset(port for port in range(entry.inputs) if not entry.needs(port)),
        learns=parameters > 0 and not owner.frozen,
        frozen=owner.frozen,
        tall=_is_tall(node, entry.category, facts, problem is not None),
        muted=node.muted,
        remark=bool(node.note),
        direction=layout.direction,
        inside=miniature(layout, node.layer) if node.layer in layout.blocks else None,
    )


def parameters_text(count: int, words: Words) -> str:
    return words.say("canvas.parameter" if count == 1 else "canvas.parameters", count=count)


def short_problem(problem: Problem, words: Words) -> str:
    key = f"problem.{problem.rule}_short"
    return words.say(key, **problem.values) if words.has(key) else words.say(f"canvas.{problem.severity}")


def _wire_face(edge: Edge, inference: Inference) -> WireFace:
    facts = inference.nodes.get(edge.source)
    if facts is None:
        # Before torch is there nothing is known of any node, and that is no fault of this one.
        return WireFace((("?", "quiet"),) if inference.nodes else ())
    if edge.output >= len(facts.outputs):
        return WireFace((("?", "quiet"),))
    shape = facts.outputs[edge.output].shape
    before = facts.inputs[0].shape if facts.inputs and facts.inputs[0] is not None else None
    return WireFace(_parts(shape, changed_dimensions(before, shape)))


def changed_dimensions(before: Shape | None, after: Shape) -> frozenset[int]:
    """Which dimensions of `after` a node made: those between what both shapes begin with and what both end with."""
    if before is None or before == after:
        return frozenset()
    if len(before) == len(after):
        return frozenset(index for index, size in enumerate(after) if before[index] != size)
    head = 0
    while head < min(len(before), len(after)) and before[head] == after[head]:
        head += 1
    tail = 0
    while tail < min(len(before), len(after)) - head and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    return frozenset(range(head, len(after) - tail))


def _parts(shape: Shape, changed: frozenset[int]) -> tuple[tuple[str, Emphasis], ...]:
    parts: list[tuple[str, Emphasis]] = []
    for index, size in enumerate(shape):
        if index:
            parts.append((" × ", "quiet"))
        emphasis: Emphasis = "changed" if index in changed else "quiet" if isinstance(size, str) else "plain"
        parts.append((str(size), emphasis))
    return tuple(parts)
