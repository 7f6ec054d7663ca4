"""The kinds of argument a layer, an optimizer or a data set takes: how one is read, checked and shown."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from core.values import Value

Kind: TypeAlias = Literal["integer", "real", "choice", "flag", "size"]

LARGEST_INTEGER = 2**63 - 1
"""What torch keeps a size in."""


class FieldError(ValueError):
    """A value that a field refuses. The sentence is `problem.<rule>`, filled with `values`."""

    def __init__(self, rule: str, **values: object) -> None:
        super().__init__(f"{rule} {values}")
        self.rule = rule
        self.values = values


@dataclass(frozen=True)
class Field:
    """One argument. A `size` is an integer or `dimensions` integers (`kernel_size`); 0 dimensions means any number.

    A real with other than one dimension may be that many reals as well (`scale_factor`), or, where it is a row, is
    always that many (`betas`).
    """

    name: str
    kind: Kind
    default: Value = None
    """Torch's own default, where the field is not required."""
    required: bool = False
    minimum: float | None = None
    maximum: float | None = None
    above: float | None = None
    """An exclusive lower bound."""
    below: float | None = None
    """An exclusive upper bound."""
    choices: tuple[str, ...] = ()
    """What a choice chooses from; on a size, words that stand for one (`same`)."""
    optional: bool = False
    """Whether None is a value."""
    inferred: bool = False
    """Whether the input decides it when it is left out."""
    example: Value = None
    """A good first value for a field without default."""
    dimensions: int = 1
    open: bool = False
    """Whether a part of several may be None, as in `AdaptiveAvgPool2d((4, None))`: that one stays as it comes in."""
    row: bool = False
    """Whether a single number is no value of a field of several: `betas` are two, `milestones` stand in a row."""
    may_be_empty: bool = False
    """Whether no number at all is a size, written `()`: the shape of a sample that is a single value."""
    help: str = ""
    """A sentence of torch's own documentation."""
    topic: str = ""
    """What our own words call it, where its name means something else in most layers."""

    @property
    def text_key(self) -> str:
        """Where its words stand, if there are any."""
        return f"field.{self.topic or self.name}"

    def read(self, text: str) -> Value:
        """The value that a person typed. FieldError if it is not one of this field's."""
        text = text.strip()
        if self.optional and text.lower() in ("", "none"):
            return None
        value = self._parse(text)
        error = self.check(value)
        if error is not None:
            raise error
        return value

    def show(self, value: Value) -> str:
        """The value as a person would type it."""
        if isinstance(value, tuple):
            return "()" if not value else ", ".join(self.show(part) for part in value)
        if isinstance(value, float):
            return repr(value) if not value.is_integer() or abs(value) >= 1e15 else f"{value:.1f}"
        return str(value)

    def check(self, value: Value) -> FieldError | None:
        """Why the value does not fit, or None."""
        if value is None:
            return None if self.optional else FieldError("field.required", argument=self.name)
        if self.kind == "flag":
            return None if isinstance(value, bool) else FieldError("field.not_flag", **self._received(value))
        if self.kind == "choice" or (isinstance(value, str) and self.choices):
            if isinstance(value, str) and value in self.choices:
                return None
            return FieldError("field.choice", **self._received(value), choices=" · ".join(self.choices))
        if self.kind == "real":
            return self._check_real(value)
        if self.kind == "integer":
            return self._check_integer(value)
        return self._check_size(value)

    def _parse(self, text: str) -> Value:
        if not text:
            raise FieldError("field.required", argument=self.name)
        if self.kind == "choice" or text in self.choices:
            return text
        if self.kind == "flag":
            if text.lower() in ("true", "false"):
                return text.lower() == "true"
            raise FieldError("field.not_flag", **self._received(text))
        if self.kind == "real":
            return self._parse_reals(text)
        if self.kind == "integer":
            return self._parse_integer(text, "field.not_integer")
        parts = [part.strip() for part in text.strip("()[] ").replace("×", ",").replace("x", ",").split(",")]
        numbers = tuple(self._parse_part(part) for part in parts if part)
        if not numbers and not (self.may_be_empty and text == "()"):
            raise FieldError("field.not_size", **self._received(text))
        return numbers[0] if len(numbers) == 1 and self.dimensions else numbers

    def _parse_part(self, part: str) -> int | None:
        if self.open and part.lower() == "none":
            return None
        return self._parse_integer(part, "field.not_size")

    def _parse_reals(self, text: str) -> Value:
        try:
            if self.dimensions == 1 or "," not in text:
                return float(text.strip("()[] ") if self.dimensions != 1 else text)
            parts = [part.strip() for part in text.strip("()[] ").split(",") if part.strip()]
            return tuple(None if self.open and part.lower() == "none" else float(part) for part in parts)
        except ValueError:
            raise FieldError("field.not_real", **self._received(text)) from None

    def _parse_integer(self, text: str, rule: str) -> int:
        try:
            # int() also reads "1_000"; a person means the same by it. A longer text is no size and slow to read.
            return int(text.replace(",", "")) if len(text) <= 40 else LARGEST_INTEGER + 1
        except ValueError:
            raise FieldError(rule, **self._received(text)) from None

    def _check_real(self, value: Value) -> FieldError | None:
        if isinstance(value, tuple) and self.dimensions != 1:
            return self._check_parts(value, self._check_real_number)
        return self._row_error(value) if self.row else self._check_real_number(value)

    def _row_error(self, value: Value) -> FieldError:
        if not self.dimensions:
            return FieldError("field.several", **self._received(value))
        return FieldError("field.exactly", **self._received(value), dimensions=self.dimensions)

    def _check_real_number(self, value: Value) -> FieldError | None:
        if value is None and self.open:
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return FieldError("field.not_real", **self._received(value))
        if isinstance(value, int) and abs(value) > LARGEST_INTEGER:
            return FieldError("field.too_large", **self._received(value))
        if not math.isfinite(value):
            return FieldError("field.not_finite", **self._received(value))
        return self._check_range(value)

    def _check_integer(self, value: Value) -> FieldError | None:
        if isinstance(value, bool) or not isinstance(value, int):
            return FieldError("field.not_integer", **self._received(value))
        if abs(value) > LARGEST_INTEGER:
            return FieldError("field.too_large", **self._received(value))
        return self._check_range(value)

    def _check_size(self, value: Value) -> FieldError | None:
        if isinstance(value, tuple):
            return self._check_parts(value, self._check_part)
        if isinstance(value, int) and not isinstance(value, bool):
            return self._row_error(value) if self.row else self._check_integer(value)
        return FieldError("field.not_size", **self._received(value))

    def _check_part(self, value: Value) -> FieldError | None:
        return None if value is None and self.open else self._check_integer(value)

    def _check_parts(self, value: tuple[Value, ...], check: Callable[[Value], FieldError | None]) -> FieldError | None:
        if len(value) != (self.dimensions or len(value)) or not (value or self.may_be_empty):
            if self.row:
                return self._row_error(value)
            return FieldError("field.dimensions", **self._received(value), dimensions=self.dimensions or 1)
        return next((error for error in map(check, value) if error is not None), None)

    def _check_range(self, value: float) -> FieldError | None:
        received = self._received(value)
        if self.minimum is not None and value < self.minimum:
            return FieldError("field.minimum", **received, minimum=self.show(_plain(self.minimum)))
        if self.maximum is not None and value > self.maximum:
            return FieldError("field.maximum", **received, maximum=self.show(_plain(self.maximum)))
        if self.above is not None and value <= self.above:
            return FieldError("field.above", **received, above=self.show(_plain(self.above)))
        if self.below is not None and value >= self.below:
            return FieldError("field.below", **received, below=self.show(_plain(self.below)))
        return None

    def _received(self, value: Value) -> dict[str, object]:
        shown = self.show(value)
        return {"argument": self.name, "received": shown if len(shown) <= 40 else shown[:39] + "…"}


def _plain(bound: float) -> float | int:
    return int(bound) if float(bound).is_integer() else bound
