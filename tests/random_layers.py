"""Random arguments and inputs for a layer, good and bad, near the bounds where mistakes are made."""

from __future__ import annotations

from random import Random

from core.catalogue import ENTRIES, Entry
from core.fields import Field
from core.layers import specification
from core.outcome import Signals
from core.signals import Shape, Signal
from core.values import Value
from tests.case_files import Case

SIZES = (1, 2, 3, 4, 6, 8)
DTYPES = {"integer": "int64", "mask": "bool"}


def random_case(layer: str, random: Random) -> Case:
    entry = ENTRIES[layer]
    arguments = {
        field.name: _value(field, random)
        for field in specification(layer).fields
        if random.random() < (0.97 if field.required else 0.15 if field.inferred else 0.4)
    }
    return Case(layer, arguments, _inputs(entry, arguments, random))


def _value(field: Field, random: Random) -> Value:
    if field.kind == "flag":
        return random.random() < 0.5
    if field.choices and (field.kind == "choice" or random.random() < 0.2):
        return random.choice(field.choices)
    if field.optional and random.random() < 0.2:
        return None
    if field.kind == "real":
        return random.choice((0.0, 0.1, 0.5, 1.0, 1.0, 2.0, 2.5, -1.0))
    least = int(field.minimum) if field.minimum is not None else -1
    numbers = (least, least + 1, 2, 3, 4, random.choice((least - 1, 5, 6)))
    if field.kind == "size" and (random.random() < 0.3 or (field.dimensions == 0 and random.random() < 0.5)):
        return tuple(random.choice(numbers) for _ in range(field.dimensions or random.randint(1, 3)))
    return random.choice(numbers)


def _inputs(entry: Entry, arguments: dict[str, Value], random: Random) -> Signals:
    first = _shape(entry, random)
    found: list[Signal | None] = []
    for port, name in enumerate(entry.input_names):
        kind = entry.kind(port)
        dtype = DTYPES.get(kind, "float32") if random.random() < 0.93 else random.choice(("float32", "int64", "bool"))
        shape = first if port == 0 or random.random() < 0.5 else _changed(first, random)
        if name in entry.optional:
            if random.random() < 0.6:
                found.append(None)
                continue
            shape = _state(entry, arguments, first, port) if random.random() < 0.7 else _changed(shape, random)
        found.append(Signal(shape, dtype))
    # The states of an LSTM come together.
    for group in entry.takes:
        if isinstance(group, tuple):
            ports = [entry.input_names.index(name) for name in group]
            if any(found[port] is None for port in ports):
                for port in ports:
                    found[port] = None
    return tuple(found)


def _shape(entry: Entry, random: Random) -> Shape:
    rank = random.choice(entry.ranks) if entry.ranks and random.random() < 0.9 else random.choice((1, 2, 3, 4, 5))
    sizes = [random.choice(SIZES) for _ in range(rank - 1)]
    if entry.category in ("recurrent", "attention") and rank == 3 and random.random() < 0.3:
        return (sizes[0], "N", sizes[1])
    return ("N", *sizes)


def _changed(shape: Shape, random: Random) -> Shape:
    """The shape with one size more, less or different."""
    index = random.randrange(len(shape))
    return random.choice(
        (
            (*shape[:index], random.choice(SIZES), *shape[index + 1 :]),
            (*shape[:index], *shape[index + 1 :]) if len(shape) > 1 else shape,
            (*shape[:index], random.choice(SIZES), *shape[index:]),
        )
    )


def _state(entry: Entry, arguments: dict[str, Value], first: Shape, port: int) -> Shape:
    """What an optional input takes, as far as it is easily said: a state, a mask."""
    if entry.category == "recurrent" and not entry.name.endswith("Cell"):
        layers, hidden = arguments.get("num_layers", 1), arguments.get("hidden_size", 1)
        width = arguments.get("proj_size", 0) if port == 1 else 0
        count = (layers if isinstance(layers, int) else 1) * (2 if arguments.get("bidirectional") else 1)
        batch = () if len(first) != 3 else (first[0 if arguments.get("batch_first") else 1],)
        return (count, *batch, width or hidden)  # type: ignore[return-value]
    if entry.category == "recurrent":
        hidden = arguments.get("hidden_size", 1)
        return (*first[:-1], hidden if isinstance(hidden, int) else 1)
    if entry.category == "attention" and len(first) == 3:
        batch, length = (first[0], first[1]) if arguments.get("batch_first") else (first[1], first[0])
        return (batch, length) if "padding" in entry.input_names[port] else (length, length)
    return first
