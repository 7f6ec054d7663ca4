"""A layer with its arguments as the call a person would write: `nn.Conv2d(1, 16, kernel_size=3, padding=1)`."""

from __future__ import annotations

from collections.abc import Mapping

from core.codegen.printing import Group, call
from core.values import Value

# What everybody writes without its name, as long as nothing before it is left out.
LEADING = frozenset(
    "in_features out_features in_channels out_channels num_features num_groups num_channels num_embeddings "
    "embedding_dim normalized_shape".split()
)
# Written without its name where it is a layer's very first argument: `nn.MaxPool2d(2)`, `nn.Dropout(0.25)`.
FIRST = frozenset({"kernel_size", "output_size", "p", "padding", "upscale_factor", "downscale_factor", "groups"})


def layer_call(layer: str, arguments: Mapping[str, Value]) -> Group:
    """The constructor of a torch.nn layer, with its arguments in the order of its signature."""
    from core.layers import specification

    names = [field.name for field in specification(layer).fields if field.name in arguments]
    signature = [field.name for field in specification(layer).fields]
    items: list[str] = []
    for index, name in enumerate(names):
        leading = signature[index] == name and (name in LEADING or (index == 0 and name in FIRST))
        bare = leading and all("=" not in item for item in items)
        items.append(literal(arguments[name]) if bare else f"{name}={literal(arguments[name])}")
    return call(f"nn.{layer}", *items)


def keyword_items(arguments: Mapping[str, Value]) -> list[str]:
    return [f"{name}={literal(value)}" for name, value in arguments.items()]


def literal(value: Value) -> str:
    """The value as source. Strings come with double quotes and everything escaped, never as code."""
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, tuple):
        return f"({', '.join(literal(part) for part in value)}{',' if len(value) == 1 else ''})"
    # repr of a float is the shortest text that gives the same bits again.
    return repr(value)


def quoted(text: str) -> str:
    """A string literal that holds exactly this text, whatever is in it."""
    return '"' + text.encode("unicode_escape").decode("ascii").replace('"', '\\"') + '"'
