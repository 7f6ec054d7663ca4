"""One setting of a layout by its path, as the command line and sweeps name it.

optimizer.lr=0.01   batch_size=32   scheduler=StepLR   dataset.noise=0.2   hidden.out_features=64   nodes.loss.p=0.1

What is set goes the same way as a layout file, so it is checked like one.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields as fields_of
from typing import Any

from core.fields import Field, FieldError
from core.layout import Layout
from core.layout_writer import VERSION
from core.storage import LayoutFileError, dumps, loads
from core.training.config import TrainingConfig

CHOICES = ("dataset", "loss", "optimizer", "scheduler")
NODES = "nodes"
CONFIGURATION = tuple(field.name for field in fields_of(TrainingConfig))


class SettingError(ValueError):
    """A path or value that does not fit. `rule` is a whole text key, filled with `values`."""

    def __init__(self, rule: str, **values: object) -> None:
        super().__init__(f"{rule} {values}")
        self.rule = rule
        self.values = values


def assigned(layout: Layout, path: str, text: str) -> Layout:
    """The layout with a setting changed to what `text` says. SettingError if there is no such setting or value."""
    head, _, rest = path.partition(".")
    data = json.loads(dumps(layout))
    # The newest form holds every setting; the layout is written in the lowest one that does.
    data["version"] = VERSION
    if head == NODES and rest:
        node, _, argument = rest.partition(".")
        _set_node(layout, data, node, argument, text)
    elif head in CONFIGURATION:
        _set_training(layout.training, data["training"], head, rest, text)
    elif head in layout.nodes:
        _set_node(layout, data, head, rest, text)
    else:
        raise SettingError("setting.unknown", path=path, known=", ".join((*CONFIGURATION, *layout.nodes)))
    try:
        return loads(json.dumps(data))
    except LayoutFileError as error:
        raise SettingError(f"file.{error.rule}", **error.values) from None


def _set_training(training: TrainingConfig, data: dict[str, Any], key: str, argument: str, text: str) -> None:
    if not argument:
        value = plain_value(text)
        if key in CHOICES and isinstance(value, str):
            # The same name keeps its arguments.
            value = data[key] if key in data and data[key]["name"] == value else {"name": value}
        data[key] = value
        if value is None:
            del data[key]
        return
    choice = data.get(key) if key in CHOICES else None
    if choice is None:
        raise SettingError("setting.nothing_chosen" if key in CHOICES else "setting.no_arguments", path=key)
    choice.setdefault("arguments", {})[argument] = _read(
        f"{key}.{argument}", argument_fields(key, choice["name"]), text
    )


def _set_node(layout: Layout, data: dict[str, Any], node: str, argument: str, text: str) -> None:
    from core.layers import specification

    if node not in layout.nodes:
        raise SettingError("setting.no_node", node=node, known=", ".join(layout.nodes))
    layer = layout.nodes[node].layer
    found = data["nodes"][node]
    if layer in layout.blocks:
        known: Sequence[Field] = ()
    else:
        known = specification(layer).fields
    if argument in ("repeat", "frozen", "muted"):
        found[argument] = plain_value(text)
        return
    value = _read(f"{node}.{argument}", known, text) if known or layer not in layout.blocks else plain_value(text)
    found.setdefault("arguments", {})[argument] = value


def argument_fields(key: str, name: str) -> tuple[Field, ...]:
    """The arguments of a data set, a loss, an optimizer or a scheduler. SettingError if there is no such one."""
    from core.datasets.facts import fields
    from core.training import losses, optimizers, schedulers

    asked = {
        "dataset": fields,
        "loss": losses.fields,
        "optimizer": optimizers.fields,
        "scheduler": schedulers.fields,
    }
    try:
        return tuple(asked[key](name))
    except KeyError:
        raise SettingError("setting.no_choice", path=key, received=name) from None


def _read(path: str, known: Sequence[Field], text: str) -> Any:
    argument = path.rpartition(".")[2]
    field = next((field for field in known if field.name == argument), None)
    if field is None:
        raise SettingError("setting.unknown", path=path, known=", ".join(field.name for field in known) or "–")
    try:
        value = field.read(text)
    except FieldError as error:
        raise SettingError(f"problem.{error.rule}", **error.values) from None
    return list(value) if isinstance(value, tuple) else value


def plain_value(text: str) -> Any:
    """The value that a text is in JSON or in Python's words, or else the text itself."""
    word = {"none": None, "true": True, "false": False}
    if text.strip().lower() in word:
        return word[text.strip().lower()]
    try:
        return json.loads(text)
    except ValueError:
        return text.strip()
