"""Operations as functions of their tensors. Every piece can be pickled, copied, compiled and exported.

What is called here is what `core.codegen.operations` prints: the same functions of torch with the same arguments.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from core.operations.spelling import INFIX, NUMBER, SPELLINGS, STARRED, Spelling
from core.values import Value

if TYPE_CHECKING:
    from torch import Tensor, dtype

Operation: TypeAlias = Callable[..., Any]
"""Called with a tensor, or None, for every input in its order; gives a tensor or a tuple of them."""

OPERATORS: Mapping[str, Operation] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": operator.pow,
    "@": operator.matmul,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def function(name: str, arguments: Mapping[str, Value]) -> Operation:
    """The operation with its arguments, which have been checked, to be called with its tensors.

    KeyError if there is no such operation; torch refuses what does not fit when the function is called.
    """
    if name in INFIX:
        return _infix(name, arguments)
    own = OWN.get(name)
    if own is not None:
        return own(arguments)
    spelling = SPELLINGS[name]
    call = found(spelling.path)
    values, options = parted(spelling, arguments)
    if spelling.listed:
        return partial(_on_list, call, options)
    if name in STARRED and values and not isinstance(values[0], tuple):
        values = ((values[0],),)
    if values:
        return partial(_with_values, call, tuple(values), options)
    return partial(call, **options) if options else call


def parted(spelling: Spelling, arguments: Mapping[str, Value]) -> tuple[tuple[Value, ...], dict[str, Value]]:
    """The arguments that are written without their names, and the others."""
    values: list[Value] = []
    for name in spelling.positional:
        if name not in arguments:
            break
        values.append(arguments[name])
    named = spelling.positional[: len(values)]
    return tuple(values), {name: value for name, value in arguments.items() if name not in named}


def at_dimension(dim: int, place: int | slice) -> tuple[Any, ...]:
    """The index of `x[:, place]`: the place stands in the dimension, and everything else stays."""
    if dim >= 0:
        return (*(slice(None),) * dim, place)
    return (..., place, *(slice(None),) * (-1 - dim))


def found(path: str) -> Operation:
    """The function of torch that a path leads to."""
    import torch

    root, *names = path.split(".")
    part: Any = {"torch": torch, "nn": torch.nn, "Tensor": torch.Tensor}[root]
    for name in names:
        part = getattr(part, name)
    call: Operation = part
    return call


def _infix(name: str, arguments: Mapping[str, Value]) -> Operation:
    call = OPERATORS[INFIX[name]]
    number = arguments.get(NUMBER.get(name, "other"))
    if number is not None:
        return partial(_number_first if name == "rsub" else _number_second, call, number)
    return partial(_reversed, call) if name == "rsub" else call


def _number_second(call: Operation, number: Value, tensor: Tensor, _: None = None) -> Tensor:
    result: Tensor = call(tensor, number)
    return result


def _number_first(call: Operation, number: Value, tensor: Tensor, _: None = None) -> Tensor:
    result: Tensor = call(number, tensor)
    return result


def _reversed(call: Operation, tensor: Tensor, other: Tensor) -> Tensor:
    result: Tensor = call(other, tensor)
    return result


def _with_values(call: Operation, values: tuple[Value, ...], options: Mapping[str, Value], *tensors: Tensor) -> Any:
    return call(*tensors, *values, **options)


def _on_list(call: Operation, options: Mapping[str, Value], *tensors: Tensor) -> Any:
    return call(tensors, **options)


def _indexed(index: tuple[Any, ...], tensor: Tensor) -> Tensor:
    return tensor[index]


def _cast(kind: dtype, tensor: Tensor) -> Tensor:
    return tensor.to(kind)


def _where(number: Value, condition: Tensor, tensor: Tensor, other: Tensor | None = None) -> Tensor:
    import torch

    return torch.where(condition, tensor, number if other is None else other)  # type: ignore[arg-type]


def _attention(
    options: Mapping[str, Any], query: Tensor, key: Tensor, value: Tensor, attn_mask: Tensor | None = None
) -> Tensor:
    from torch.nn import functional

    return functional.scaled_dot_product_attention(query, key, value, attn_mask=attn_mask, **options)


def _positions(dim: int, tensor: Tensor) -> Tensor:
    import torch

    return torch.arange(tensor.size(dim), device=tensor.device)


def _causal_mask(dim: int, tensor: Tensor) -> Tensor:
    from torch import nn

    return nn.Transformer.generate_square_subsequent_mask(tensor.size(dim), device=tensor.device)


def _cast_to(arguments: Mapping[str, Value]) -> Operation:
    import torch

    return partial(_cast, getattr(torch, str(arguments["dtype"])))


def _slice(arguments: Mapping[str, Value]) -> Operation:
    place = slice(arguments.get("start"), arguments.get("stop"), arguments.get("step"))
    return partial(_indexed, at_dimension(_integer(arguments, "dim"), place))


def _select(arguments: Mapping[str, Value]) -> Operation:
    return partial(_indexed, at_dimension(_integer(arguments, "dim"), _integer(arguments, "index")))


def _integer(arguments: Mapping[str, Value], name: str) -> int:
    value = arguments[name]
    if not isinstance(value, int):
        raise TypeError(f"{name} must be an integer, received {value!r}")
    return value


OWN: Mapping[str, Callable[[Mapping[str, Value]], Operation]] = {
    "neg": lambda _: operator.neg,
    "to": _cast_to,
    "select": _select,
    "slice": _slice,
    "where": lambda arguments: partial(_where, arguments.get("other")),
    "scaled_dot_product_attention": lambda arguments: partial(_attention, dict(arguments)),
    "arange": lambda arguments: partial(_positions, _integer(arguments, "dim")),
    "generate_square_subsequent_mask": lambda arguments: partial(_causal_mask, _integer(arguments, "dim")),
}
"""Those that are no call of one function with their arguments. What they give back is made of module-level pieces."""
