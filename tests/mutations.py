"""Layout files as an enemy or a bad disk would make them: mutated in their values, their structure and their bytes."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from typing import Any

from core.catalogue import ENTRIES

NUMBERS = (
    0,
    1,
    -1,
    2,
    3,
    7,
    64,
    255,
    10**6,
    10**9,
    2**31,
    2**62,
    2**63 - 1,
    10**30,
    -(10**9),
    0.5,
    1e-300,
    1e300,
    -0.0,
)
WORDS = (
    "",
    "same",
    "zeros",
    "import os",
    "__class__",
    "forward",
    "none",
    "x" * 5000,
    "가",
    "\u0000",
    "../..",
    "self.x",
)
LAYERS = tuple(ENTRIES)


def value(chance: random.Random) -> Any:
    """Some value of any kind."""
    kind = chance.randrange(8)
    if kind < 3:
        return chance.choice(NUMBERS)
    if kind == 3:
        return chance.choice(WORDS)
    if kind == 4:
        return [chance.choice(NUMBERS) for _ in range(chance.randrange(5))]
    if kind == 5:
        return chance.choice((True, False, None))
    return {"argument": chance.choice(("channels", "stride", "n", "")), "times": chance.choice(NUMBERS)}


def _places(data: Any) -> list[tuple[Any, Any]]:
    """Every container in the data with each of its keys."""
    found: list[tuple[Any, Any]] = []
    waiting = [data]
    while waiting:
        one = waiting.pop()
        keys = list(one) if isinstance(one, dict) else range(len(one))
        for key in keys:
            found.append((one, key))
            if isinstance(one[key], (dict, list)):
                waiting.append(one[key])
    return found


def _graphs(data: Any) -> list[dict[str, Any]]:
    return [data, *data.get("blocks", {}).values()]


def _replace(data: Any, chance: random.Random) -> None:
    container, key = chance.choice(_places(data))
    container[key] = value(chance)


def _remove(data: Any, chance: random.Random) -> None:
    container, key = chance.choice(_places(data))
    del container[key]


def _swap(data: Any, chance: random.Random) -> None:
    (one, first), (other, second) = chance.choice(_places(data)), chance.choice(_places(data))
    one[first], other[second] = copy.deepcopy(other[second]), copy.deepcopy(one[first])


def _relayer(data: Any, chance: random.Random) -> None:
    nodes = chance.choice(_graphs(data))["nodes"]
    node = nodes[chance.choice(list(nodes))]
    node["layer"] = chance.choice((*LAYERS, *data.get("blocks", {})))


def _argue(data: Any, chance: random.Random) -> None:
    """Another value for an argument that is there, or one of the layer's other arguments."""
    from core.layers import specification

    nodes = chance.choice(_graphs(data))["nodes"]
    node = nodes[chance.choice(list(nodes))]
    arguments = node.setdefault("arguments", {})
    names = [field.name for field in specification(node["layer"]).fields] if node["layer"] in ENTRIES else []
    names += list(arguments)
    if names:
        arguments[chance.choice(names)] = value(chance)


def _rewire(data: Any, chance: random.Random) -> None:
    graph = chance.choice(_graphs(data))
    edge = chance.choice(graph["edges"])
    key = chance.choice(("from", "to", "input", "output"))
    edge[key] = chance.choice(list(graph["nodes"])) if key in ("from", "to") else chance.choice((0, 1, 2, 3, -1, 999))


def _extend(data: Any, chance: random.Random) -> None:
    """One more node in the middle of a wire."""
    graph = chance.choice(_graphs(data))
    edge = chance.choice(graph["edges"])
    name = f"extra{chance.randrange(10**6)}"
    layer = chance.choice((*LAYERS, *data.get("blocks", {})))
    example = dict(ENTRIES[layer].example) if layer in ENTRIES else {}
    graph["nodes"][name] = {"layer": layer, "arguments": example}
    graph["edges"].append({"from": name, "to": edge["to"], "input": edge.get("input", 0)})
    edge["to"] = name
    edge.pop("input", None)


def _extras(data: Any, chance: random.Random) -> None:
    nodes = chance.choice(_graphs(data))["nodes"]
    key = chance.choice(("repeat", "shares", "frozen", "position", "muted", "note"))
    nodes[chance.choice(list(nodes))][key] = chance.choice((value(chance), chance.choice(list(nodes))))


def _annotate(data: Any, chance: random.Random) -> None:
    """Frames, notes, a direction and another version, whole or broken."""
    graph = chance.choice(_graphs(data))
    node = chance.choice(list(graph["nodes"]))
    nodes = chance.choice(([node], [node, node], [], [3], ["nobody"], value(chance)))
    size = chance.choice(([40, 40], [39, 4000.5], [1e999, 40], [40], value(chance)))
    key, name = chance.choice(("frames", "notes")), chance.choice(("one", "two", "class", "x y", "", "é"))
    title = chance.choice(("a", "x" * 201, "\ud800", value(chance)))
    colour = chance.choice(("blue", "pink", value(chance)))
    written = {
        "frames": {"title": title, "nodes": nodes, "colour": colour},
        "notes": {"text": title, "position": chance.choice(([0, 1], [1e8, 0], [True, 0], value(chance))), "size": size},
    }
    graph.setdefault(key, {})[name] = written[key]
    data["direction"] = chance.choice(("down", "right", "up", value(chance)))
    data["version"] = chance.choice((1, 2, 2, 2, 3))


def _reshape(data: Any, chance: random.Random) -> None:
    """Another shape or type of what comes in."""
    for graph in _graphs(data):
        for node in graph["nodes"].values():
            if node["layer"] == "Input" and graph is data:
                shape = [chance.choice((1, 2, 3, 7, 8, 64, 10**4, 10**9)) for _ in range(chance.randrange(1, 5))]
                dtype = chance.choice(("float32", "int64", "bool", "float64"))
                node["arguments"] = {"shape": shape, "dtype": dtype}
                data["training"]["dataset"] = {"name": "none"}


MUTATIONS: tuple[Callable[[Any, random.Random], None], ...] = (
    *(_replace, _remove, _swap, _relayer, _argue, _argue, _rewire, _extend, _extend, _extras, _reshape, _annotate),
)


def mutated(text: str, chance: random.Random) -> str:
    """A layout file with one to four things wrong with it, or with other bytes."""
    if chance.random() < 0.1:
        return _other_bytes(text, chance)
    data = json.loads(text)
    for _ in range(chance.randrange(1, 5)):
        mutation = chance.choice(MUTATIONS)
        try:
            mutation(data, chance)
        # What an earlier mutation broke, a later one may not find.
        except (KeyError, IndexError, TypeError, AttributeError, ValueError):
            continue
    return json.dumps(data)


def _other_bytes(text: str, chance: random.Random) -> str:
    start = chance.randrange(len(text))
    length = chance.choice((0, 1, 2, 20, 500))
    put = chance.choice(("", "}", "[" * 2000, '"', "9" * 400, "NaN", text[start : start + length] * 2, ","))
    return text[:start] + put + text[start + length :]
