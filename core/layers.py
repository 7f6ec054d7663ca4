"""The form of every layer, read from torch's own signatures, with what a signature cannot say written by hand.

The inspector builds its form from here and the inference checks arguments against it. Importing torch takes a second,
so it happens at the first question.
"""

from __future__ import annotations

import inspect
import re
import types
import typing
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from core.catalogue import ENTRIES, OPERATIONS, Entry
from core.construction import STACKS
from core.curation import (
    ABOVE,
    ANY_PADDING,
    BELOW,
    CHOICES,
    DTYPES,
    HIDDEN,
    KINDS,
    MAXIMUM,
    MINIMUM,
    PADDING_WORDS,
    TOPICS,
    UNBOUNDED,
)
from core.fields import Field, Kind
from core.operations import FIELDS, documentation
from core.values import Value

DOCUMENTATION = "https://docs.pytorch.org/docs/stable/generated/torch."


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
        shape = Field("shape", "size", inferred=True, dimensions=0, minimum=1, example=(1, 28, 28), may_be_empty=True)
        dtype = Field("dtype", "choice", inferred=True, choices=DTYPES)
        return LayerSpec(name, entry.category, (shape, dtype), "", "", False)
    if name == "Output":
        return LayerSpec(name, entry.category, (), "", "", False)
    if name in OPERATIONS:
        return LayerSpec(name, entry.category, FIELDS[name], "", f"{DOCUMENTATION}{documentation(name)}.html", False)
    return _layer(entry)


def _layer(entry: Entry) -> LayerSpec:
    from torch import nn

    cls = getattr(nn, entry.name)
    doc = inspect.getdoc(cls) or ""
    parameters, fields = _read_signature(entry, cls, doc)
    if entry.name in STACKS:
        # The layer that is stacked comes first, as in the call.
        inner = specification(STACKS[entry.name][1]).fields
        decided = {name for name, _, _ in entry.decided}
        fields = (*(replace(field, inferred=field.name in decided) for field in inner), *fields)
    accepts_device = "device" in parameters
    url = f"{DOCUMENTATION}nn.{entry.name}.html"
    return LayerSpec(entry.name, entry.category, fields, _first_sentence(doc), url, accepts_device)


def _read_signature(entry: Entry, cls: type, doc: str) -> tuple[frozenset[str], tuple[Field, ...]]:
    """The names of all parameters of a constructor, and the fields of those that are offered."""
    # A recurrent layer's constructor is written for any arguments; its typed form is the first overload.
    written = inspect.getattr_static(cls, "__init__")
    constructor = next(iter(typing.get_overloads(written)), written)
    hints = typing.get_type_hints(constructor)
    parameters = list(inspect.signature(constructor).parameters.values())[1:]
    fields = tuple(
        _field(entry, parameter, hints.get(parameter.name), _help(doc, parameter.name))
        for parameter in parameters
        if parameter.name not in HIDDEN and not parameter.name.startswith("_")
    )
    return frozenset(parameter.name for parameter in parameters), fields


def _field(entry: Entry, parameter: inspect.Parameter, hint: Any, help_text: str) -> Field:
    name, default = parameter.name, parameter.default
    required = default is inspect.Parameter.empty
    if entry.name in STACKS and name == "norm":
        # Torch wants a module here; the stack gets the one that `nn.Transformer` would give it.
        return Field(name, "flag", default=False, help=help_text)
    kind, optional, dimensions, choices = _read_hint(hint) if hint is not None else _read_default(default)
    if (entry.name, name) in CHOICES:
        kind, choices = "choice", CHOICES[entry.name, name]
        # Torch's default for an activation is a function; the word for it is the same.
        default = default.__name__ if callable(default) and not required else default
    elif name == "padding" and (str in typing.get_args(hint) or entry.name.startswith("LazyConv")):
        # The hints of the lazy convolutions leave out the words that the others know.
        choices = () if "Transpose" in entry.name else PADDING_WORDS
    free = (entry.name, name) in UNBOUNDED or (name == "padding" and entry.name.startswith(ANY_PADDING))
    inferred = any(name == decided for decided, _, _ in entry.decided)
    return Field(
        name,
        KINDS.get((entry.name, name), kind),
        default=None if required else default,
        required=required and not inferred,
        minimum=None if free else MINIMUM.get(name),
        maximum=None if free else MAXIMUM.get(name),
        above=ABOVE.get(name),
        below=BELOW.get(name),
        choices=choices,
        optional=_is_optional(entry, name, optional, default, hint),
        inferred=inferred,
        example=entry.example.get(name),
        dimensions=_dimensions(entry, name, kind, dimensions),
        open=_is_open(hint),
        help=help_text,
        topic=TOPICS.get((entry.name, name), ""),
    )


def _is_optional(entry: Entry, name: str, hinted: bool, default: Any, hint: Any) -> bool:
    """Whether None is a value. Hints say so for a size as a whole where only its parts may be None."""
    if default is inspect.Parameter.empty:
        return hinted and not _is_open(hint)
    # Some hints leave out the None that their default is; a lazy norm has no hints at all.
    return hinted or default is None or (entry.lazy and name == "momentum")


def _read_hint(hint: Any) -> tuple[Kind, bool, int, tuple[str, ...]]:
    """Kind, whether None is allowed, the numbers in a full size (0 for any), and the choices of a type hint."""
    if typing.get_origin(hint) is typing.Literal:
        return "choice", False, 1, tuple(typing.get_args(hint))
    members = _members(hint)
    optional = type(None) in members
    tuples = [member for member in members if typing.get_origin(member) in (tuple, list)]
    if tuples:
        lengths = typing.get_args(tuples[0])
        fixed = typing.get_origin(tuples[0]) is tuple and ... not in lengths
        return ("real" if float in members else "size"), optional, len(lengths) if fixed else 0, ()
    if bool in members:
        return "flag", optional, 1, ()
    return ("real" if float in members else "integer"), optional, 1, ()


def _read_default(default: Any) -> tuple[Kind, bool, int, tuple[str, ...]]:
    """The same for an argument without a hint: its default tells."""
    if isinstance(default, bool):
        return "flag", False, 1, ()
    return ("real" if isinstance(default, float) else "integer"), default is None, 1, ()


def _members(hint: Any) -> tuple[Any, ...]:
    return typing.get_args(hint) if typing.get_origin(hint) in (typing.Union, types.UnionType) else (hint,)


def _is_open(hint: Any) -> bool:
    """Whether a hint allows None for a part of a size: that part stays as it comes in."""
    tuples = [member for member in _members(hint) if typing.get_origin(member) is tuple]
    return any(type(None) in _members(part) for member in tuples for part in typing.get_args(member))


def _dimensions(entry: Entry, name: str, kind: Kind, found: int) -> int:
    """A pooling layer's hint leaves the length of its sizes open; the layer's rank does not."""
    if entry.name == "Fold":
        return 2
    if found == 0 and entry.ranks and kind == "size":
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
