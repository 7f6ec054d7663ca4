"""The form of every layer, read from torch's own signatures, with what a signature cannot say written by hand.

The inspector builds its form from here and the inference checks arguments against it. Importing torch takes a second,
so it happens at the first question.
"""

from __future__ import annotations

import inspect
import re
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from core.catalogue import ENTRIES, OPERATIONS, Entry
from core.fields import Field, Kind
from core.operations import FIELDS
from core.values import Value

DOCUMENTATION = "https://docs.pytorch.org/docs/stable/generated/torch."

# Arguments that say where a tensor lies, that torch calls deprecated, or that change what a layer returns.
HIDDEN = frozenset(
    {"device", "dtype", "size_average", "reduce", "args", "kwargs", "min_value", "max_value", "return_indices"}
    | {"recompute_scale_factor"}
)

# A size or a count starts at one, a padding at zero; torch finds out only when it runs, or not at all.
MINIMUM: Mapping[str, float] = {
    **dict.fromkeys(
        "in_features out_features in_channels out_channels num_features num_channels num_groups num_embeddings "
        "embedding_dim num_parameters kernel_size stride dilation groups output_size size upscale_factor "
        "downscale_factor divisor_override normalized_shape".split(),
        1,
    ),
    "padding": 0,
    "output_padding": 0,
    "p": 0,
    "momentum": 0,
    "eps": 0,
}
MAXIMUM: Mapping[str, float] = {"p": 1, "momentum": 1}
ABOVE: Mapping[str, float] = {"scale_factor": 0, "norm_type": 0}
# ZeroPad and ConstantPad crop where their padding is negative.
ANY_PADDING = ("ZeroPad", "ConstantPad")

CHOICES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("GELU", "approximate"): ("none", "tanh"),
    ("Upsample", "mode"): ("nearest", "linear", "bilinear", "bicubic", "trilinear", "nearest-exact"),
}
PADDING_WORDS = ("valid", "same")
DTYPES = ("float32", "int64")


@dataclass(frozen=True)
class LayerSpec:
    name: str
    category: str
    fields: tuple[Field, ...]
    doc: str
    """The first sentence of torch's documentation."""
    url: str
    accepts_device: bool
    """Whether the constructor takes `device`, so that it can be built without memory."""

    def field(self, name: str) -> Field | None:
        return next((field for field in self.fields if field.name == name), None)

    def first_arguments(self) -> dict[str, Value]:
        """Arguments with which the layer comes onto the canvas."""
        return dict(ENTRIES[self.name].example)


@cache
def specification(name: str) -> LayerSpec:
    """The form of a layer or operation of the catalogue. KeyError if it is not offered."""
    entry = ENTRIES[name]
    if name == "Input":
        shape = Field("shape", "size", inferred=True, dimensions=0, minimum=1, example=(1, 28, 28))
        dtype = Field("dtype", "choice", inferred=True, choices=DTYPES)
        return LayerSpec(name, entry.category, (shape, dtype), "", "", False)
    if name == "Output":
        return LayerSpec(name, entry.category, (), "", "", False)
    if name in OPERATIONS:
        return LayerSpec(name, entry.category, FIELDS[name], "", f"{DOCUMENTATION}{name}.html", False)
    return _layer(entry)


def _layer(entry: Entry) -> LayerSpec:
    from torch import nn

    cls = getattr(nn, entry.name)
    doc = inspect.getdoc(cls) or ""
    hints = typing.get_type_hints(cls.__init__)
    parameters = list(inspect.signature(cls.__init__).parameters.values())[1:]
    fields = tuple(
        _field(entry, parameter, hints.get(parameter.name), _help(doc, parameter.name))
        for parameter in parameters
        if parameter.name not in HIDDEN and not parameter.name.startswith("_")
    )
    accepts_device = any(parameter.name == "device" for parameter in parameters)
    url = f"{DOCUMENTATION}nn.{entry.name}.html"
    return LayerSpec(entry.name, entry.category, fields, _first_sentence(doc), url, accepts_device)


def _field(entry: Entry, parameter: inspect.Parameter, hint: Any, help_text: str) -> Field:
    name = parameter.name
    kind, optional, dimensions, choices = _read_hint(hint)
    if (entry.name, name) in CHOICES:
        kind, choices = "choice", CHOICES[entry.name, name]
    elif name == "padding" and str in typing.get_args(hint):
        choices = PADDING_WORDS
    free = name == "padding" and entry.name.startswith(ANY_PADDING)
    return Field(
        name,
        kind,
        default=None if parameter.default is inspect.Parameter.empty else parameter.default,
        required=parameter.default is inspect.Parameter.empty and name != entry.inferred,
        minimum=None if free else MINIMUM.get(name),
        maximum=MAXIMUM.get(name),
        above=ABOVE.get(name),
        choices=choices,
        # Some hints leave out the None that their default is.
        optional=optional or parameter.default is None,
        inferred=name == entry.inferred,
        example=entry.example.get(name),
        dimensions=_dimensions(entry, name, dimensions),
        help=help_text,
    )


def _read_hint(hint: Any) -> tuple[Kind, bool, int, tuple[str, ...]]:
    """Kind, whether None is allowed, the numbers in a full size (0 for any), and the choices of a type hint."""
    if typing.get_origin(hint) is typing.Literal:
        return "choice", False, 1, tuple(typing.get_args(hint))
    members = typing.get_args(hint) if typing.get_origin(hint) in (typing.Union, types.UnionType) else (hint,)
    optional = type(None) in members
    tuples = [member for member in members if typing.get_origin(member) in (tuple, list)]
    if tuples:
        lengths = typing.get_args(tuples[0])
        fixed = typing.get_origin(tuples[0]) is tuple and ... not in lengths
        # A tuple of reals (a factor for each dimension) is rare: one factor for all is offered.
        return ("real" if float in members else "size"), optional, len(lengths) if fixed else 0, ()
    if bool in members:
        return "flag", optional, 1, ()
    return ("real" if float in members else "integer"), optional, 1, ()


def _dimensions(entry: Entry, name: str, found: int) -> int:
    """A pooling layer's hint leaves the length of its sizes open; the layer's rank does not."""
    if found == 0 and entry.ranks and name != "normalized_shape":
        return entry.ranks[0] - 2
    return found


def _help(doc: str, name: str) -> str:
    """What torch's docstring says of an argument, as one plain sentence."""
    match = re.search(rf"^ +{name}(?: \([^)\n]*\))?: *(.+(?:\n {{8,}}.+)*)", doc, flags=re.MULTILINE)
    return _first_sentence(match.group(1)) if match else ""


def _first_sentence(text: str) -> str:
    """The first sentence without the mark-up of torch's documentation."""
    paragraph = " ".join(text.split("\n\n")[0].split())
    plain = re.sub(r":\w+:`([^`<]*?)(?: <[^>]*>)?`", r"\1", paragraph)
    plain = plain.replace("``", "").replace("\\times", "×").replace("\\text", "").replace("\\", "")
    return re.split(r"(?<=[a-z)])\. ", plain)[0].rstrip(". ")
