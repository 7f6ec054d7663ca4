"""A layer with its arguments as the call a person would write: `nn.Conv2d(1, 16, kernel_size=3, padding=1)`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from core.codegen.printing import Group, Item, call
from core.values import Reference, Value

if TYPE_CHECKING:
    from core.construction import Construction

# What everybody writes without its name, as long as nothing before it is left out.
LEADING = frozenset(
    "in_features out_features in_channels out_channels num_features num_groups num_channels num_embeddings "
    "embedding_dim normalized_shape in1_features in2_features input_size hidden_size".split()
)
# Written without its name where it is a layer's very first argument: `nn.MaxPool2d(2)`, `nn.Dropout(0.25)`.
FIRST = frozenset(
    {"kernel_size", "output_size", "p", "padding", "upscale_factor", "downscale_factor", "groups"}
    | {"encoder_layer", "decoder_layer"}
)


def layer_call(layer: str, arguments: Mapping[str, Value]) -> Group:
    """The constructor of a torch.nn layer, with its arguments in the order of its signature."""
    from core.construction import construction

    return _constructor(construction(layer, arguments))


def _constructor(made: Construction) -> Group:
    from core.construction import STACKS, Construction
    from core.layers import specification

    # A stack's own signature begins with the layer that it repeats.
    signature = [STACKS[made.layer][0]] if made.layer in STACKS else []
    signature += [field.name for field in specification(made.layer).fields]
    items: list[Item] = []
    for index, (name, value) in enumerate(made.arguments.items()):
        leading = signature[index : index + 1] == [name] and (name in LEADING or (index == 0 and name in FIRST))
        bare = leading and all(isinstance(item, str) and "=" not in item for item in items)
        before = "" if bare else f"{name}="
        if isinstance(value, Construction):
            inner = _constructor(value)
            items.append(Group(before + inner.opening, inner.items, inner.closing))
        else:
            items.append(before + literal(value))
    return call(f"nn.{made.layer}", *items)


def keyword_items(arguments: Mapping[str, Value]) -> list[str]:
    return [f"{name}={literal(value)}" for name, value in arguments.items()]


def literal(value: Value) -> str:
    """The value as source. Strings come with double quotes and everything escaped, never as code.

    A reference is the name of the block's argument, which was checked when the layout was read.
    """
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, Reference):
        return value.argument if value.times == 1 else f"{value.times} * {value.argument}"
    if isinstance(value, tuple):
        return f"({', '.join(literal(part) for part in value)}{',' if len(value) == 1 else ''})"
    # repr of a float is the shortest text that gives the same bits again.
    return repr(value)


def quoted(text: str) -> str:
    """A string literal that holds exactly this text, whatever is in it."""
    return '"' + text.encode("unicode_escape").decode("ascii").replace('"', '\\"') + '"'
