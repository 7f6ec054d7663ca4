"""Operations as nodes, named as torch names them: how each is called. Compiler, inference and code ask here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from core.fields import Field
from core.values import Value

if TYPE_CHECKING:
    from torch import Tensor

FIELDS: Mapping[str, tuple[Field, ...]] = {
    "add": (),
    "sub": (),
    "mul": (),
    "cat": (Field("dim", "integer", default=0, example=1, help="Dimension along which the tensors are joined"),),
}
SYMBOLS: Mapping[str, str] = {"add": "+", "sub": "-", "mul": "*"}


def run(name: str, tensors: Sequence[Tensor], arguments: Mapping[str, Value]) -> Tensor:
    """What the operation makes of its inputs."""
    import torch

    if name == "cat":
        return torch.cat(list(tensors), **arguments)  # type: ignore[arg-type]
    first, second = tensors
    if name == "add":
        return first + second
    if name == "sub":
        return first - second
    return first * second


def expression(name: str, inputs: Sequence[str], arguments: Mapping[str, Value]) -> str:
    """The operation as Python source over the names of its inputs: `left + right`, `torch.cat([a, b], dim=1)`."""
    if name == "cat":
        options = "".join(f", {key}={value!r}" for key, value in arguments.items())
        return f"torch.cat([{', '.join(inputs)}]{options})"
    return f" {SYMBOLS[name]} ".join(inputs)
