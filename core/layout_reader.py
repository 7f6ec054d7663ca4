"""The door through which a layout comes in: a text is checked piece by piece, and nothing of it is evaluated.

An id that could not be a Python attribute, a layer that is not offered, an edge that leads nowhere: each is refused in
one sentence that says where.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from core.catalogue import ENTRIES
from core.layout import Edge, Layout, Node, Position
from core.layout_writer import FORMAT, VERSION
from core.names import name_problem
from core.training.config import BATCH_SIZES, EPOCHS, SEEDS, Choice, TrainingConfig
from core.values import Value

FARTHEST = 1e7
"""Canvas units from the origin; beyond that a scene loses precision."""


class LayoutFileError(ValueError):
    """A file that is no layout. The sentence is `file.<rule>`, filled with `values`."""

    def __init__(self, rule: str, **values: object) -> None:
        super().__init__(f"{rule} {values}")
        self.rule = rule
        self.values = {key: _shortened(value) for key, value in values.items()}


def loads(text: str) -> Layout:
    """The layout in a text that `dumps` or a person wrote. LayoutFileError says what is wrong and where."""
    try:
        data = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise LayoutFileError("not_json", line=error.lineno, column=error.colno) from None
    except LayoutFileError:
        raise
    # A number of many thousand digits is a ValueError, a hundred thousand brackets a RecursionError.
    except (ValueError, RecursionError):
        raise LayoutFileError("not_layout") from None
    return _layout(data)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise LayoutFileError("twice", key=twice)
    return data


def _no_constant(name: str) -> float:
    raise LayoutFileError("not_finite", number=name)


def _layout(data: Any) -> Layout:
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise LayoutFileError("not_layout")
    version = data.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise LayoutFileError("no_version")
    if version > VERSION:
        raise LayoutFileError("newer", version=version, known=VERSION)
    unknown = sorted(set(data) - {"format", "version", "title", "nodes", "edges", "training"})
    if unknown:
        raise LayoutFileError("unknown_key", key=unknown[0])
    nodes = {key: _node(key, value) for key, value in _table(data, "nodes", "the file").items()}
    edges = data.get("edges", [])
    if not isinstance(edges, list):
        raise LayoutFileError("wrong_kind", where="edges", wanted="[ ]")
    found: list[Edge] = []
    ends: set[tuple[str, int]] = set()
    for index, value in enumerate(edges):
        edge = _edge(index + 1, value, nodes)
        if (edge.target, edge.input) in ends:
            raise LayoutFileError("edge_occupied", edge=index + 1, node=edge.target, input=edge.input)
        ends.add((edge.target, edge.input))
        found.append(edge)
    title = data.get("title", "")
    if not isinstance(title, str):
        raise LayoutFileError("wrong_kind", where="title", wanted='" "')
    return Layout(title[:200], nodes, tuple(found), _training(_table(data, "training", "the file")))


def _table(data: Mapping[str, Any], key: str, where: str) -> dict[str, Any]:
    value = data.get(key, {})
    if not isinstance(value, dict):
        raise LayoutFileError("wrong_kind", where=key if where == "the file" else f"{where} · {key}", wanted="{ }")
    return value


def _node(node_id: str, data: Any) -> Node:
    rule = name_problem(node_id)
    if rule is not None:
        raise LayoutFileError("bad_name", node=node_id)
    if not isinstance(data, dict):
        raise LayoutFileError("wrong_kind", where=node_id, wanted="{ }")
    layer = data.get("layer")
    if not isinstance(layer, str) or layer not in ENTRIES:
        raise LayoutFileError("unknown_layer", node=node_id, layer=layer)
    unknown = sorted(set(data) - {"layer", "arguments", "position"})
    if unknown:
        raise LayoutFileError("unknown_key", key=f"{node_id} · {unknown[0]}")
    return Node(layer, _arguments(data, node_id), _position(data.get("position"), node_id))


def _arguments(data: Mapping[str, Any], where: str) -> dict[str, Value]:
    arguments = _table(data, "arguments", where)
    for name in arguments:
        if not name.isidentifier() or len(name) > 80:
            raise LayoutFileError("bad_argument", where=where, argument=name)
    return {name: _value(value, f"{where} · {name}") for name, value in arguments.items()}


def _value(value: Any, where: str, depth: int = 0) -> Value:
    if isinstance(value, list) and depth < 2 and len(value) <= 64:
        return tuple(_value(part, where, depth + 1) for part in value)
    if isinstance(value, float) and not math.isfinite(value):
        raise LayoutFileError("not_finite", number=where)
    if value is None or isinstance(value, (bool, int, float)) or (isinstance(value, str) and len(value) <= 1000):
        return value
    raise LayoutFileError("bad_value", where=where)


def _position(value: Any, node_id: str) -> Position | None:
    if value is None:
        return None
    numbers = isinstance(value, list) and len(value) == 2
    if not numbers or any(isinstance(part, bool) or not isinstance(part, (int, float)) for part in value):
        raise LayoutFileError("bad_position", node=node_id)
    if any(not abs(part) <= FARTHEST for part in value):
        raise LayoutFileError("bad_position", node=node_id)
    return (float(value[0]), float(value[1]))


def _edge(number: int, data: Any, nodes: Mapping[str, Node]) -> Edge:
    if not isinstance(data, dict) or not set(data) <= {"from", "to", "output", "input"}:
        raise LayoutFileError("bad_edge", edge=number)
    source, target = (_end(number, data.get(key), nodes) for key in ("from", "to"))
    output, entry = data.get("output", 0), ENTRIES[nodes[target].layer]
    port = data.get("input", 0)
    limits = ((output, ENTRIES[nodes[source].layer].outputs), (port, 1000 if entry.variadic else entry.inputs))
    for given, limit in limits:
        if not isinstance(given, int) or isinstance(given, bool) or not 0 <= given < limit:
            raise LayoutFileError("edge_without_port", edge=number, source=source, target=target)
    return Edge(source, target, output, port)


def _end(number: int, node_id: Any, nodes: Mapping[str, Node]) -> str:
    if not isinstance(node_id, str) or node_id not in nodes:
        raise LayoutFileError("edge_without_node", edge=number, node=node_id)
    return node_id


def _training(data: Mapping[str, Any]) -> TrainingConfig:
    from core.datasets import NAMES
    from core.training.losses import LOSSES
    from core.training.optimizers import OPTIMIZERS

    known = {"dataset", "loss", "optimizer", "batch_size", "epochs", "seed"}
    unknown = sorted(set(data) - known)
    if unknown:
        raise LayoutFileError("unknown_key", key=f"training · {unknown[0]}")
    standard = TrainingConfig()
    return TrainingConfig(
        _choice(data, "dataset", tuple(NAMES), standard.dataset),
        _choice(data, "loss", tuple(LOSSES), standard.loss),
        _choice(data, "optimizer", tuple(OPTIMIZERS), standard.optimizer),
        _number(data, "batch_size", BATCH_SIZES, standard.batch_size),
        _number(data, "epochs", EPOCHS, standard.epochs),
        _number(data, "seed", SEEDS, standard.seed),
    )


def _choice(data: Mapping[str, Any], key: str, names: tuple[str, ...], standard: Choice) -> Choice:
    value = data.get(key)
    if value is None:
        return standard
    if not isinstance(value, dict) or not set(value) <= {"name", "arguments"}:
        raise LayoutFileError("wrong_kind", where=f"training · {key}", wanted='{ "name": … }')
    name = value.get("name")
    if not isinstance(name, str) or name not in names:
        raise LayoutFileError("unknown_choice", where=f"training · {key}", name=name, names=", ".join(names))
    return Choice(name, _arguments(value, f"training · {key}"))


def _number(data: Mapping[str, Any], key: str, limits: tuple[int, int], standard: int) -> int:
    value = data.get(key, standard)
    if not isinstance(value, int) or isinstance(value, bool) or not limits[0] <= value <= limits[1]:
        raise LayoutFileError("out_of_range", where=f"training · {key}", lowest=limits[0], highest=limits[1])
    return value


def _shortened(value: object) -> object:
    """A value from a file as it may stand in a sentence: short, in one line."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e15:
        return value
    text = "".join(part if part.isprintable() else "·" for part in str(value)[:61])
    return text if len(text) <= 60 else text[:59] + "…"
