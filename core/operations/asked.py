"""An operation at the moment before it is called, and the reason why it cannot be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from core.catalogue import Entry
from core.outcome import Signals
from core.signals import Shape, Signal
from core.values import Value

REALS = frozenset({"float32", "float64", "float16", "bfloat16"})


@dataclass(frozen=True)
class Refusal:
    """The sentence is `problem.<rule>`, filled with the values and with `node`, `layer` and `received`."""

    rule: str
    values: Mapping[str, object] = field(default_factory=dict)
    argument: str | None = None
    """The argument that is wrong, where there is one."""
    suggestion: Value = None
    """A value for it that fits, where there is one."""
    port: int = 0
    """The input that is wrong, where it is one of them."""


@dataclass(frozen=True)
class Call:
    """An operation at the moment before it is called."""

    name: str
    entry: Entry
    arguments: Mapping[str, Value]
    """With torch's defaults; each is sound by itself."""
    inputs: Signals

    @property
    def shape(self) -> Shape:
        return self.signals[0].shape

    @property
    def signals(self) -> tuple[Signal, ...]:
        return tuple(signal for signal in self.inputs if signal is not None)

    def number(self, name: str) -> int:
        value = self.arguments[name]
        assert isinstance(value, int), (self.name, name, value)
        return value

    def optional(self, name: str) -> int | None:
        return None if self.arguments[name] is None else self.number(name)

    def numbers(self, name: str) -> tuple[int, ...]:
        """An argument that is a size or a list of dimensions."""
        value = self.arguments[name]
        given = value if isinstance(value, tuple) else (value,)
        return tuple(part for part in given if isinstance(part, int))

    @property
    def other_dim(self) -> int | None:
        """A dimension that is not the batch's, to suggest: the first behind it, where there is one."""
        places = sorted(range(len(self.shape)), key=lambda place: (place == 0, place))
        return next((place for place in places if isinstance(self.shape[place], int)), None)

    def refused(self, rule: str, argument: str | None = None, suggestion: Value = None, **values: object) -> Refusal:
        given: dict[str, object] = (
            {} if argument is None else {"argument": argument, "given": self.arguments.get(argument)}
        )
        return Refusal(rule, {**given, **values}, argument, suggestion)


Check: TypeAlias = Callable[[Call], Iterator[Refusal]]
