"""What differs between the layouts and settings of several runs: a short list, as the line over their curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import fields as fields_of
from typing import TypeAlias

from core.fields import Field
from core.layout import Block, Layout, Node
from core.runs.settings import CHOICES, SettingError, argument_fields
from core.runs.store import RunEntry
from core.training.config import AddedLoss, Choice, TrainingConfig
from core.values import Value

WIRES = "wires"
_MISSING = object()

Values: TypeAlias = Mapping[str, Value]


@dataclass(frozen=True)
class Difference:
    what: str
    """A path as `optimizer.lr`, a node as `hidden` or one of its arguments as `hidden.out_features`; or `wires`."""
    values: tuple[str | None, ...]
    """Of each run, in their order; None where there is no such thing."""


def differences(layouts: Sequence[Layout]) -> list[Difference]:
    """Settings first, then the network. Where nodes stand and what is written beside them makes no difference."""
    found = _training([layout.training for layout in layouts])
    found += _graphs(layouts, "")
    for name in dict.fromkeys(name for layout in layouts for name in layout.blocks):
        blocks = [layout.blocks.get(name) for layout in layouts]
        present = [block for block in blocks if block is not None]
        if len(present) == len(blocks):
            found += _graphs(present, f"{name}.")
        else:
            found.append(Difference(name, tuple(None if block is None else _block(block) for block in blocks)))
    return found


def run_differences(entries: Sequence[RunEntry]) -> list[Difference]:
    """What differs around the layouts: device, threads and versions."""
    told: dict[str, list[str]] = {
        "device": [entry.device for entry in entries],
        "threads": [str(entry.threads) for entry in entries],
        **{
            name: [entry.versions.get(name, "") for entry in entries]
            for name in dict.fromkeys(name for entry in entries for name in entry.versions)
        },
    }
    return [Difference(what, tuple(values)) for what, values in told.items() if len(set(values)) > 1]


def _training(configs: Sequence[TrainingConfig]) -> list[Difference]:
    found: list[Difference] = []
    for field in fields_of(TrainingConfig):
        values = [getattr(config, field.name) for config in configs]
        if field.name not in CHOICES:
            found += _row(field.name, [_text(value) for value in values])
            continue
        names = [choice.name if choice is not None else None for choice in values]
        found += _row(field.name, names)
        if len(set(names)) == 1 and names[0] is not None:
            known = _fields(field.name, names[0])
            found += _arguments(f"{field.name}.", [choice.arguments for choice in values], known)
        else:
            found += _shared_arguments(field.name, values)
    return found


def _shared_arguments(key: str, choices: Sequence[Choice | None]) -> list[Difference]:
    """Of different choices: what is set of any, such as each one's learning rate."""
    found: list[Difference] = []
    names = dict.fromkeys(name for choice in choices if choice is not None for name in choice.arguments)
    for name in names:
        values = [_MISSING if choice is None else _argument(key, choice, name) for choice in choices]
        found += _row(f"{key}.{name}", [None if value is _MISSING else _text(value) for value in values])
    return found


def _argument(key: str, choice: Choice, name: str) -> object:
    default = next((field.default for field in _fields(key, choice.name) if field.name == name), _MISSING)
    return choice.arguments.get(name, default)


def _graphs(graphs: Sequence[Layout | Block], before: str) -> list[Difference]:
    found: list[Difference] = []
    for node_id in dict.fromkeys(node_id for graph in graphs for node_id in graph.nodes):
        nodes = [graph.nodes.get(node_id) for graph in graphs]
        present = [node for node in nodes if node is not None]
        if len(present) < len(nodes) or len({node.layer for node in present}) > 1:
            found += _row(f"{before}{node_id}", [None if node is None else _call(node) for node in nodes])
            continue
        path = f"{before}{node_id}."
        found += _arguments(path, [node.arguments for node in present], _layer_fields(present[0].layer))
        for name in ("repeat", "shares", "frozen", "muted"):
            found += _row(f"{path}{name}", [_text(getattr(node, name)) for node in present])
    edges = [{(edge.source, edge.output, edge.target, edge.input) for edge in graph.edges} for graph in graphs]
    common = set.intersection(*edges) if edges else set()
    # A node that is there or not brings its wires along.
    if not any("." not in one.what.removeprefix(before) for one in found):
        own = [", ".join(sorted(f"{edge[0]}→{edge[2]}" for edge in one - common)) or "–" for one in edges]
        found += _row(f"{before}{WIRES}", own)
    return found


def _arguments(before: str, given: Sequence[Values], known: Sequence[Field]) -> list[Difference]:
    defaults = {field.name: field.default for field in known if not field.required and not field.inferred}
    found: list[Difference] = []
    for name in dict.fromkeys(name for arguments in given for name in arguments):
        values = [arguments.get(name, defaults.get(name, _MISSING)) for arguments in given]
        found += _row(before + name, [None if value is _MISSING else _text(value) for value in values])
    return found


def _row(what: str, values: Sequence[str | None]) -> list[Difference]:
    return [Difference(what, tuple(values))] if len(set(values)) > 1 else []


def _fields(key: str, name: str) -> Sequence[Field]:
    try:
        return argument_fields(key, name)
    except SettingError:
        return ()


def _layer_fields(layer: str) -> Sequence[Field]:
    from core.catalogue import ENTRIES
    from core.layers import specification

    return specification(layer).fields if layer in ENTRIES or layer in ("Input", "Output") else ()


def _call(node: Node) -> str:
    return f"{node.layer}({_call_arguments(node.arguments)})"


def _call_arguments(arguments: Values) -> str:
    return ", ".join(f"{name}={_text(value)}" for name, value in arguments.items())


def _block(block: Block) -> str:
    return " ".join(node.layer for node in block.nodes.values() if node.layer not in ("Input", "Output"))


def _text(value: object) -> str:
    if isinstance(value, Choice):
        return f"{value.name}({_call_arguments(value.arguments)})" if value.arguments else value.name
    if isinstance(value, AddedLoss):
        return f"{_text(value.weight)} × {_text(value.loss)}"
    if isinstance(value, tuple):
        return ", ".join(map(_text, value)) or "–"
    return "–" if value is None else str(value)
