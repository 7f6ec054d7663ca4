"""Cases in data: what a layer is built with, what flows in. The tables lie in tests/cases, one line a case.

    {layer = "Conv2d", arguments = {out_channels = 4, kernel_size = 3}, inputs = ["N 3 8 8"]}

An input is its shape and, where it is not float32, its dtype: `"N 5 int64"`. `""` is an input that nothing is wired to;
those behind the last one may be left out. `"None"` as an argument is Python's None, which TOML does not have.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.catalogue import ENTRIES
from core.inferring import inferred_arguments
from core.outcome import Signals
from core.signals import Signal
from core.values import Value

FOLDER = Path(__file__).parent / "cases"


@dataclass(frozen=True)
class Case:
    layer: str
    arguments: dict[str, Value]
    inputs: Signals

    def __str__(self) -> str:
        shapes = "; ".join("-" if signal is None else " ".join(map(str, signal.shape)) for signal in self.inputs)
        given = ", ".join(f"{name}={value}" for name, value in self.arguments.items())
        return f"{self.layer}({given}) of {shapes}"

    @property
    def complete(self) -> dict[str, Value]:
        """The arguments with what the inputs decide."""
        return {**inferred_arguments(ENTRIES[self.layer], self.arguments, self.inputs), **self.arguments}


def read_cases(name: str) -> list[Case]:
    """The cases of a table, `layers` for tests/cases/layers.toml."""
    data = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    return [_case(row) for row in data["cases"]]


def _case(row: dict[str, Any]) -> Case:
    entry = ENTRIES[row["layer"]]
    inputs = [_signal(text) for text in row["inputs"]]
    inputs += [None] * (entry.inputs - len(inputs))
    return Case(entry.name, {name: _value(value) for name, value in row.get("arguments", {}).items()}, tuple(inputs))


def _value(value: Any) -> Value:
    if isinstance(value, list):
        return tuple(_value(part) for part in value)
    return None if value == "None" else value


def _signal(text: str) -> Signal | None:
    if not text:
        return None
    *sizes, last = text.split()
    dtype = "float32"
    if last[0].islower():
        dtype = last
    else:
        sizes.append(last)
    return Signal(tuple(int(size) if size.lstrip("-").isdigit() else size for size in sizes), dtype)
