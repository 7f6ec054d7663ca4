"""What a person asks for in a few words, "conv 64 3": what to search for, and the arguments that the values mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from core.blocks import block_fields
from core.catalogue import ENTRIES, Entry
from core.fields import Field, FieldError
from core.layout import Layout
from core.values import Value

_VALUE = re.compile(r"[(\[]?[-+]?(\d|\.\d)[\d.,x×e+\-()\[\]]*|\w+=\S+", re.IGNORECASE)
# Where one of two arguments is given, torch wants the other left out.
_EITHER = {"size": "scale_factor", "scale_factor": "size", "output_size": "output_ratio"}


def parse_request(text: str) -> tuple[str, tuple[str, ...]]:
    """What to search for, and the values behind it: "conv 64 3" is `("conv", ("64", "3"))`.

    Values begin at the first word that is a number, a size (`3x3`) or names an argument (`stride=2`).
    """
    words = text.split()
    for index, word in enumerate(words):
        if index and _VALUE.fullmatch(word):
            return " ".join(words[:index]), tuple(words[index:])
    return " ".join(words), ()


def request_arguments(layer: str, values: Sequence[str], layout: Layout | None = None) -> dict[str, Value]:
    """The arguments with which a layer, or a block of `layout`, comes onto the canvas when these values were typed.

    They are taken in the order in which a person reads the arguments; what an input decides is left to it, unless
    there are so many values that it must be meant. What no argument takes is left out.
    """
    entry = layout.entry_of(layer) if layout is not None else ENTRIES[layer]
    example = dict(entry.example)
    if not values:
        return example
    fields = {field.name: field for field in _fields(entry, layout)}
    given = _named(fields, [value for value in values if "=" in value])
    rest = [value for value in values if "=" not in value]
    free = {name: field for name, field in fields.items() if name not in given}
    given |= _in_order(entry, free, rest)
    for name in given:
        if _EITHER.get(name) not in given:
            example.pop(_EITHER.get(name, ""), None)
    return {**example, **given}


def _fields(entry: Entry, layout: Layout | None) -> Iterable[Field]:
    if entry.category == "block":
        assert layout is not None
        return block_fields(layout, entry.name)
    from core.layers import specification

    return specification(entry.name).fields


def _named(fields: Mapping[str, Field], values: Iterable[str]) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for value in values:
        name, _, text = value.partition("=")
        # `k=5` is enough where one argument begins like that.
        fitting = [name] if name in fields else [key for key in fields if key.startswith(name)]
        read = _read(fields[fitting[0]], text) if len(fitting) == 1 else None
        if read is not None:
            found[fitting[0]] = read[0]
    return found


def _in_order(entry: Entry, fields: Mapping[str, Field], values: Sequence[str]) -> dict[str, Value]:
    """The values as the first of four readings that takes them all, or else as many as the plainest one takes."""
    decisive = [fields[name] for name in entry.decisive if name in fields]
    asked = [field for field in decisive if not field.inferred]
    others = [field for field in fields.values() if field not in decisive and not field.inferred]
    readings = (
        # Conv2d 64 3, then Linear 784 10, then LSTM 128 2 0.5, then what names a choice or a flag.
        _taken(asked, values, skipping=False),
        _taken(decisive, values, skipping=False),
        _taken([*asked, *others], values, skipping=True),
        _taken([*decisive, *others], values, skipping=True),
    )
    whole = next((found for found, left in readings if not left), None)
    return whole if whole is not None else readings[2][0]


def _taken(fields: Sequence[Field], values: Sequence[str], skipping: bool) -> tuple[dict[str, Value], Sequence[str]]:
    """What the fields read one after the other, and the values that were left from the first that nothing reads."""
    found: dict[str, Value] = {}
    waiting, left = list(fields), list(values)
    while left:
        flag = next((field for field in fields if field.kind == "flag" and field.name == left[0]), None)
        if flag is not None:
            found[flag.name] = flag.default is not True
            left = left[1:]
            continue
        index = next((index for index, field in enumerate(waiting) if _read(field, left[0]) is not None), None)
        if index is None or (index and not skipping):
            break
        field = waiting[index]
        waiting = waiting[index + 1 :]
        # A shape of any length takes all that it can: "input 3 32 32".
        count = _longest(field, left) if field.kind == "size" and field.dimensions == 0 else 1
        read = _read(field, ",".join(left[:count]))
        assert read is not None
        found[field.name] = read[0]
        left = left[count:]
    return found, left


def _longest(field: Field, values: Sequence[str]) -> int:
    fitting = (count for count in range(len(values), 1, -1) if _read(field, ",".join(values[:count])) is not None)
    return next(fitting, 1)


def _read(field: Field, text: str) -> tuple[Value] | None:
    """The value in a tuple, so that none differs from the value None."""
    try:
        return (field.read(text),)
    except FieldError:
        return None
