"""Operations as a careful person writes them: `left + right`, `x[:, -1]`, `torch.cat([left, right], dim=1)`.

What stands here runs as `core.operations.function` does, bit for bit. Arguments are literals or `self.argument`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.catalogue import ENTRIES
from core.codegen.calls import keyword_items, literal
from core.codegen.printing import Group, call, listing
from core.operations.calls import parted
from core.operations.forms import DTYPES, FIELDS
from core.operations.spelling import INFIX, NUMBER, SPELLINGS, STARRED
from core.values import Reference, Value


def operation_item(name: str, inputs: Sequence[str | None], arguments: Mapping[str, Value]) -> str | Group:
    """The call over the names of its inputs; None for one that is left out."""
    given = [one for one in inputs if one is not None]
    if name in INFIX:
        return _infix(name, given, arguments)
    if name == "neg":
        return f"-{given[0]}"
    if name == "to":
        return call(f"{given[0]}.to", _dtype(arguments["dtype"]))
    if name in ("select", "slice"):
        return _indexed(given[0], arguments["dim"], _place(name, arguments))
    if name == "where":
        return call("torch.where", *given, *([literal(arguments["other"])] if len(given) == 2 else []))
    if name in ("arange", "generate_square_subsequent_mask"):
        path = "torch.arange" if name == "arange" else f"nn.Transformer.{name}"
        return call(path, f"{given[0]}.size({literal(arguments['dim'])})", f"device={given[0]}.device")
    return _call(name, inputs, arguments)


def _infix(name: str, given: Sequence[str], arguments: Mapping[str, Value]) -> str:
    number = arguments.get(NUMBER.get(name, "other"))
    second = given[1] if len(given) > 1 else _operand(number)
    # As ruff has it: no spaces round a power of something short.
    space = "" if name == "pow" and not second.startswith("(") else " "
    sides = (second, given[0]) if name == "rsub" else (given[0], second)
    return f"{space}{INFIX[name]}{space}".join(sides)


def _operand(value: Value) -> str:
    """A number beside a symbol; a multiple of a block's argument keeps together."""
    text = literal(value)
    return f"({text})" if isinstance(value, Reference) and value.times != 1 else text


def _dtype(value: Value) -> str:
    if isinstance(value, Reference):
        # The block's argument is the dtype's name.
        return f"getattr(torch, {literal(value)})"
    if value not in DTYPES:
        raise ValueError(f"dtype must be one of {', '.join(DTYPES)}, received {value!r}")
    return f"torch.{value}"


def _place(name: str, arguments: Mapping[str, Value]) -> str:
    if name == "select":
        return literal(arguments["index"])
    start, stop, step = (arguments.get(key) for key in ("start", "stop", "step"))
    # As ruff has it: spaces round the colon where more than a number stands beside it.
    space = " " if any(isinstance(part, Reference) for part in (start, stop, step)) else ""
    before = "" if start is None else f"{literal(start)}{space}"
    text = f"{before}:{'' if stop is None else f'{space}{literal(stop)}'}"
    return text if step is None else f"{text}{space}:{space}{literal(step)}"


def _indexed(tensor: str, dim: Value, place: str) -> str:
    if isinstance(dim, Reference):
        # Where the dimension is not known in writing, it comes to the front, and what is left goes back.
        moved = f"{tensor}.movedim({literal(dim)}, 0)[{place}]"
        return f"{moved}.movedim(0, {literal(dim)})" if ":" in place else moved
    if not isinstance(dim, int):
        raise TypeError(f"dim must be an integer, received {dim!r}")
    parts = [*(":",) * dim, place] if dim >= 0 else ["...", place, *(":",) * (-1 - dim)]
    return f"{tensor}[{', '.join(parts)}]"


def _call(name: str, inputs: Sequence[str | None], arguments: Mapping[str, Value]) -> Group:
    """`torch.cat([a, b], dim=1)`, `x.permute(0, 2, 1)`, `nn.functional.relu(x)`."""
    spelling, entry = SPELLINGS[name], ENTRIES[name]
    # In the order of torch's signature, in whatever order a file has them.
    ordered = {each.name: arguments[each.name] for each in FIELDS[name] if each.name in arguments}
    values, options = parted(spelling, ordered)
    items = [part for value in values for part in _positional(name, value)] + keyword_items(options)
    wired = [(port, one) for port, one in enumerate(inputs) if one is not None]
    given = [one for port, one in wired if entry.variadic or entry.needs(port)]
    named = [f"{entry.input_names[port]}={one}" for port, one in wired if not entry.variadic and not entry.needs(port)]
    if spelling.listed:
        return call(spelling.path, listing(given), *items)
    if spelling.method is not None:
        return call(f"{given[0]}.{spelling.method}", *given[1:], *named, *items)
    return call(spelling.path, *given, *named, *items)


def _positional(name: str, value: Value) -> list[str]:
    if isinstance(value, tuple) and name in STARRED:
        return [literal(part) for part in value]
    if isinstance(value, tuple) and name == "split":
        return [f"[{', '.join(literal(part) for part in value)}]"]
    return [literal(value)]
