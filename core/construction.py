"""How a layer is built from plain arguments. Most are one call of one class; a Transformer's stack takes a layer.

    construction("TransformerEncoder", {"d_model": 64, "nhead": 4, "num_layers": 2})

says `nn.TransformerEncoder(nn.TransformerEncoderLayer(d_model=64, nhead=4), num_layers=2)`. Probe and compiler build
it, the code generator prints it: so both do the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.values import Value

if TYPE_CHECKING:
    from torch import nn

STACKS: Mapping[str, tuple[str, str]] = {
    "TransformerEncoder": ("encoder_layer", "TransformerEncoderLayer"),
    "TransformerDecoder": ("decoder_layer", "TransformerDecoderLayer"),
}
"""By class: the argument that takes a layer, and the class of that layer. The node has the arguments of both."""

DEPTH: Mapping[str, tuple[str, ...]] = {
    "TransformerEncoder": ("num_layers",),
    "TransformerDecoder": ("num_layers",),
    "Transformer": ("num_encoder_layers", "num_decoder_layers"),
}
"""By class: the arguments that say how many layers of one width stand one behind the other."""


@dataclass(frozen=True)
class Construction:
    """A call of a torch.nn class; an argument may be such a call itself."""

    layer: str
    arguments: Mapping[str, Value | Construction]


def construction(layer: str, arguments: Mapping[str, Value]) -> Construction:
    """What builds a layer with these complete arguments, in the order of its signature."""
    from core.layers import specification

    ordered = {field.name: arguments[field.name] for field in specification(layer).fields if field.name in arguments}
    # An argument that torch does not know is torch's to refuse.
    ordered |= {name: value for name, value in arguments.items() if name not in ordered}
    if layer not in STACKS:
        return Construction(layer, ordered)
    name, inner = STACKS[layer]
    of_inner = {field.name for field in specification(inner).fields}
    made: dict[str, Value | Construction] = {
        name: Construction(inner, {key: value for key, value in ordered.items() if key in of_inner})
    }
    for key, value in ordered.items():
        if key == "norm":
            if value:
                made[key] = _norm(ordered)
        elif key not in of_inner:
            made[key] = value
    return Construction(layer, made)


def _norm(arguments: Mapping[str, Value]) -> Construction:
    """The LayerNorm behind a stack, made as `nn.Transformer` makes it."""
    names = {"d_model": "normalized_shape", "layer_norm_eps": "eps", "bias": "bias"}
    return Construction("LayerNorm", {names[key]: value for key, value in arguments.items() if key in names})


def built(made: Construction, device: str | None = None) -> nn.Module:
    """The torch.nn module, on a device where its constructor lets one choose."""
    from torch import nn

    from core.layers import specification

    values: dict[str, Any] = {
        name: built(value, device) if isinstance(value, Construction) else value
        for name, value in made.arguments.items()
    }
    if device is not None and specification(made.layer).accepts_device:
        values["device"] = device
    module: nn.Module = getattr(nn, made.layer)(**values)
    return module
