"""One reason why a tensor has the shape it has: a dimension, its formula, and the formula with today's numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.explain.formula import Known, computed, filled, renamed
from core.signals import Shape, Size
from core.text import shape_text
from core.values import Value


@dataclass(frozen=True)
class Reason:
    output: int
    """Which of the node's outputs, from 0."""
    dimension: int | None
    """Which dimension of it, counting the batch; None where the reason is one for the whole shape."""
    name: str
    """What the dimension is called: `H`, `W`, `L`, `C`, `features`, `dim 1`; empty for the whole shape."""
    rule: str
    """The text key is `why.<rule>`, filled with `values`."""
    formula: str
    """In torch's names: `⌊(H + 2·padding − dilation·(kernel_size − 1) − 1) / stride⌋ + 1`. Empty for a whole shape."""
    filled: str
    """The formula with numbers: `⌊(28 + 2·1 − 1·(3 − 1) − 1) / 1⌋ + 1`."""
    result: Size
    """What the formula gives; for the whole shape the shape in words, `N × 64`."""
    values: Mapping[str, object] = field(default_factory=dict)


def about(
    dimension: int, name: str, rule: str, formula: str, known: Known, output: int = 0, **values: object
) -> tuple[Reason, ...]:
    """The reason for one dimension; none where the formula gives no size."""
    result = computed(formula, known)
    if result is None:
        return ()
    return (Reason(output, dimension, name, rule, formula, filled(formula, known), result, values),)


def of_shape(shape: Shape, rule: str, output: int = 0, **values: object) -> tuple[Reason, ...]:
    """The reason for a whole shape, without a formula."""
    return (Reason(output, None, "", rule, "", "", shape_text(shape), values),)


def given(
    dimension: int, name: str, argument: str, size: Size, output: int = 0, rule: str = "given"
) -> tuple[Reason, ...]:
    """The reason for a size that an argument asks for."""
    return about(dimension, name, rule, argument, {argument: size}, output, argument=argument)


def part(arguments: Mapping[str, Value], name: str, index: int, default: Value) -> tuple[str, int | float]:
    """An argument for one of several dimensions, and its name: `kernel_size[0]`, or `kernel_size` if it is for all."""
    value = arguments.get(name)
    value = default if value is None else value
    label = name
    if isinstance(value, tuple):
        label = f"{name}[{index}]"
        value = value[index]
    assert isinstance(value, (int, float)), (name, value)
    return label, value


def spelled(formula: str, parts: Mapping[str, tuple[str, Size | float]]) -> tuple[str, dict[str, Size | float]]:
    """A formula in general names as one in these labels, and what each label stands for."""
    return renamed(formula, {name: label for name, (label, _) in parts.items()}), dict(parts.values())


def product(names: list[str]) -> str:
    return "·".join(names)


def bracketed(names: list[str]) -> str:
    """A product behind a division sign."""
    return f"({product(names)})" if len(names) > 1 else product(names)


def indexed(letter: str, index: int) -> str:
    """`d₁`: a letter with a number below the line."""
    return letter + "".join(chr(ord("₀") + int(digit)) for digit in str(index))
