"""What of the network a few typed letters mean: nodes by name, layer, problem or note, and frames and notes.

Every part of the network is looked through once, where a person looks first; the find bar asks here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from core.blocks import interior
from core.layout import Layout
from core.placement import places
from core.problems import Problem
from core.scopes import Scope, way_to
from gui.document import Document
from gui.words import Words

EXACT, BEGINNING, INSIDE, ELSEWHERE = range(4)
"""How well a name fits, best first; elsewhere are layers, problems and notes."""


@dataclass(frozen=True)
class Hit:
    scope: Scope
    """The uses of blocks that lead to where it stands."""
    kind: Literal["node", "frame", "note"]
    name: str


@dataclass(frozen=True)
class _Text:
    hit: Hit
    name: str
    """In small letters, as all of it."""
    rest: str


class Finder:
    """Holds what can be found of one state of the document, so that each letter only compares."""

    def __init__(self, document: Document, words: Words) -> None:
        self._here = document.scope
        self._texts = list(_texts(document, words))

    def found(self, query: str) -> tuple[list[Hit], int]:
        """All that every word of the query fits, as one reads, and which of them fits best: one that is in sight first.

        Nothing and 0 where there is no word.
        """
        wanted = query.casefold().split()
        hits: list[Hit] = []
        best = (True, ELSEWHERE + 1, 0)
        for text in self._texts if wanted else ():
            rank = _rank(text, wanted)
            if rank is not None:
                best = min(best, (text.hit.scope != self._here, rank, len(hits)))
                hits.append(text.hit)
        return hits, best[2]


def _rank(text: _Text, wanted: list[str]) -> int | None:
    if not all(word in text.name or word in text.rest for word in wanted):
        return None
    if text.name == " ".join(wanted):
        return EXACT
    if text.name.startswith(wanted[0]):
        return BEGINNING
    return INSIDE if all(word in text.name for word in wanted) else ELSEWHERE


def _texts(document: Document, words: Words) -> Iterator[_Text]:
    problems = _told(document, words)
    for scope in parts(document):
        block = document.block_at(scope)
        layout = document.root if block is None else interior(document.root, block)
        yield from _texts_of(layout, scope, problems.get(block, {}))


def parts(document: Document) -> list[Scope]:
    """A way to every part of the network, the one that is looked at first: a block by the first of its uses."""
    root = document.root
    ways: dict[str | None, Scope] = {document.block: document.scope}
    waiting: list[Scope] = [()]
    looked: set[str | None] = set()
    while waiting:
        scope = waiting.pop(0)
        name = document.block_at(scope)
        if name in looked:
            continue
        looked.add(name)
        ways.setdefault(name, scope)
        nodes = root.nodes if name is None else root.blocks[name].nodes
        waiting += [(*scope, node_id) for node_id, node in nodes.items() if node.layer in root.blocks]
    return list(ways.values())


def _told(document: Document, words: Words) -> Mapping[str | None, Mapping[str, str]]:
    """The words of the problems, by the block in which a node stands and by the node."""
    told: dict[str | None, dict[str, str]] = {}
    for problem in document.root_inference.problems:
        way = way_to(problem)
        # On the way there each use of a block has the problem too.
        for depth in range(1, len(way) + 1):
            nodes = told.setdefault(document.block_at(way[: depth - 1]), {})
            nodes[way[depth - 1]] = f"{nodes.get(way[depth - 1], '')}\n{_sentence(problem, words)}"
    return told


def _sentence(problem: Problem, words: Words) -> str:
    kind, key = words.say(f"problems.{problem.severity}"), f"problem.{problem.rule}"
    return f"{kind} {words.say(key, **problem.values)}" if words.has(key) else kind


def _texts_of(layout: Layout, scope: Scope, problems: Mapping[str, str]) -> Iterator[_Text]:
    stands = places(layout)
    found: list[tuple[float, float, _Text]] = []
    for node_id, node in layout.nodes.items():
        x, y = stands[node_id]
        rest = _small(node.layer, node.note, problems.get(node_id, ""))
        found.append((y, x, _Text(Hit(scope, "node", node_id), node_id.casefold(), rest)))
    for name, frame in layout.frames.items():
        x, y = min(stands[node_id][::-1] for node_id in frame.nodes)[::-1]
        found.append((y, x, _Text(Hit(scope, "frame", name), frame.title.casefold(), "")))
    for name, note in layout.notes.items():
        found.append((note.position[1], note.position[0], _Text(Hit(scope, "note", name), "", _small(note.text))))
    return (text for _, _, text in sorted(found, key=lambda one: one[:2]))


def _small(*texts: str) -> str:
    return "\n".join(texts).casefold()


def nodes_of(hits: Iterable[Hit], scope: Scope) -> frozenset[str]:
    """The nodes among them that stand there."""
    return frozenset(hit.name for hit in hits if hit.kind == "node" and hit.scope == scope)
