"""What the canvas needs to know of a layer, an operation or a block without torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, TypeAlias

from core.values import Value

Names: TypeAlias = tuple["str | tuple[str, ...]", ...]
"""Tensors as a call groups them: `("input", ("h_0", "c_0"))` is `lstm(input, (h_0, c_0))`."""


InputKind: TypeAlias = Literal["real", "integer", "number", "mask", "any"]
"""Which values an input takes: a number is real or integer, a mask is of truth values or of reals that are added to the
scores, and any is all of them."""

LARGEST_COUNT = 256
"""Tensors that a node may return."""


@dataclass(frozen=True)
class Entry:
    name: str
    category: str
    essential: bool = False
    takes: Names = ("input",)
    """The tensors that it is called with, in torch's names. The wires end at them, counted from left to right."""
    optional: tuple[str, ...] = ()
    """Which of them may be left out; those of one group only together."""
    returns: Names = ("output",)
    """The tensors that the call returns; more than one is a tuple. Wires begin at them, counted from left to right."""
    returns_with: tuple[str, Names] | None = None
    """A flag and what is returned where it is set: `("return_indices", ("output", "indices"))`."""
    counted: str | None = None
    """The argument whose number, or whose length, says how many tensors are returned, as in `chunk`."""
    variadic: bool = False
    """Whether it takes a list of tensors, so that one more input is always free; `takes` are the least."""
    decisive: tuple[str, ...] = ()
    """The arguments that a person reads first."""
    example: Mapping[str, Value] = field(default_factory=dict)
    """Values for arguments without a default, when the layer comes onto the canvas."""
    inferred: str | None = None
    """The argument that the size of the first input decides."""
    axis: int = 1
    """The dimension of the input that decides it, counting the batch."""
    also_inferred: tuple[tuple[str, str, int], ...] = ()
    """Further arguments that inputs decide: the argument, the input's name, and its dimension."""
    ranks: tuple[int, ...] = ()
    """How many dimensions the first input may have, with the batch; the usual first, empty if any."""
    integers: bool = False
    """Whether the first input must be whole numbers (indices) instead of reals."""
    kinds: Mapping[str, InputKind] = field(default_factory=dict)
    """By input: the values that it takes, where they are not what `integers` says."""
    named: tuple[str, ...] = ()
    """Inputs that the call passes by their names, because torch's signature has something else before them."""
    lazy: bool = False
    """Whether the layer has no parameters until its first batch has come through."""

    @cached_property
    def input_names(self) -> tuple[str, ...]:
        return flat(self.takes)

    @cached_property
    def output_names(self) -> tuple[str, ...]:
        return flat(self.returns)

    @cached_property
    def inputs(self) -> int:
        """How many wires may end here; the least, where `variadic`."""
        return len(self.input_names)

    @cached_property
    def outputs(self) -> int:
        return len(self.output_names)

    @cached_property
    def decided(self) -> tuple[tuple[str, int, int], ...]:
        """What inputs decide, in torch's order: the argument, the number of the input, and its dimension."""
        first = () if self.inferred is None else ((self.inferred, 0, self.axis),)
        more = tuple((name, self.input_names.index(source), axis) for name, source, axis in self.also_inferred)
        return first + more

    def kind(self, port: int) -> InputKind:
        """Which values an input takes."""
        name = self.input_names[min(port, self.inputs - 1)]
        return self.kinds.get(name, "integer" if self.integers else "real")

    def outputs_for(self, arguments: Mapping[str, Value]) -> tuple[str, ...]:
        """The names of what is returned when it is called with these arguments."""
        if self.returns_with is not None and arguments.get(self.returns_with[0]) is True:
            return flat(self.returns_with[1])
        if self.counted is not None:
            given = arguments.get(self.counted, self.example.get(self.counted))
            count = len(given) if isinstance(given, tuple) else given if isinstance(given, int) else 1
            return tuple(f"{self.returns[0]}_{index}" for index in range(min(max(count, 1), LARGEST_COUNT)))
        return self.output_names

    def needs(self, port: int) -> bool:
        """Whether a wire must end at this input."""
        return port < self.inputs and self.input_names[port] not in self.optional


def flat(names: Names) -> tuple[str, ...]:
    """The names one after the other, out of their groups."""
    return tuple(name for group in names for name in ((group,) if isinstance(group, str) else group))
