"""What is common to everything that the training chooses by name: its arguments as torch takes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.fields import Field
from core.values import Value


def called_with(fields: Sequence[Field], arguments: Mapping[str, Value]) -> dict[str, Value]:
    """The arguments in the order of the signature, with every real written as one.

    A person types 0 and means 0.0; torch refuses `Adam(betas=(0, 0))` and `OneCycleLR(pct_start=0)`.
    """
    reals = {field.name for field in fields if field.kind == "real"}
    ordered = {field.name: arguments[field.name] for field in fields if field.name in arguments}
    # An argument that torch does not know is torch's to refuse.
    ordered |= {name: value for name, value in arguments.items() if name not in ordered}
    return {name: _real(value) if name in reals else value for name, value in ordered.items()}


def _real(value: Value) -> Value:
    if isinstance(value, tuple):
        return tuple(_real(part) for part in value)
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value
