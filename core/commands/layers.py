"""`layers`: every layer and operation that is offered, with its fields."""

from __future__ import annotations

import json
from typing import Any

from core.catalogue import CATEGORIES, ENTRIES
from core.commands.usage import Parser
from core.fields import Field
from core.layers import LayerSpec, specification
from core.text import Text


def parser(say: Text) -> Parser:
    found = Parser(say, "layers", say("cli.about.layers"))
    found.group.add_argument("--json", action="store_true", help=say("cli.help.json"))
    return found


def run(options: Any, say: Text) -> int:
    if options.json:
        print(json.dumps([_data(specification(name), say) for name in ENTRIES], ensure_ascii=False, indent=1))
        return 0
    for category in CATEGORIES:
        print(say(f"category.{category}"))
        for name, entry in ENTRIES.items():
            if entry.category == category:
                print(f"  {_signature(specification(name), say)}\n      {say(f'layer.{name}')}")
        print()
    return 0


def _signature(layer: LayerSpec, say: Text) -> str:
    """The layer as it is called: `Linear(in_features (inferred), out_features, bias=True)`."""
    return f"{layer.name}({', '.join(_argument(field, say) for field in layer.fields)})"


def _argument(field: Field, say: Text) -> str:
    if field.inferred:
        return f"{field.name} ({say('cli.inferred')})"
    return field.name if field.required else f"{field.name}={field.default!r}"


def _data(layer: LayerSpec, say: Text) -> dict[str, Any]:
    return {
        "name": layer.name,
        "category": layer.category,
        "description": say(f"layer.{layer.name}"),
        "url": layer.url,
        "fields": [_field_data(field) for field in layer.fields],
    }


def _field_data(field: Field) -> dict[str, Any]:
    """What is known of a field; bounds and choices only where there are some."""
    data: dict[str, Any] = {"name": field.name, "kind": field.kind, "required": field.required}
    if field.inferred:
        data["inferred"] = True
    elif not field.required:
        data["default"] = field.default
    for key in ("minimum", "maximum", "above", "below"):
        if getattr(field, key) is not None:
            data[key] = getattr(field, key)
    if field.choices:
        data["choices"] = list(field.choices)
    if field.help:
        data["help"] = field.help
    return data
