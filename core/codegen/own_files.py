"""Where a printed script finds a person's own file: where the program finds it."""

from __future__ import annotations

from pathlib import Path

from core.codegen.calls import quoted
from core.codegen.printing import WIDTH, Group, call, lines
from core.columns import width
from core.values import Value

DATA_FOLDER = 'DATA_FOLDER = os.environ.get("LAYERLOOM_DATA", "data")'


def place(file: Value, name: str = "FILE") -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Imports of Python's own library, and the lines that set the constant."""
    where = quoted(str(file))
    if Path(str(file)).is_absolute():
        return (), _wrapped(f"{name} = ", where)
    return ("import os",), (DATA_FOLDER, *lines(0, f"{name} = ", call("os.path.join", "DATA_FOLDER", where)))


def _wrapped(before: str, text: str) -> tuple[str, ...]:
    """In brackets on a line of its own where it fits there and not behind its name."""
    if width(before + text) <= WIDTH or width(text) + 4 > WIDTH:
        return (before + text,)
    return (f"{before}(", f"    {text}", ")")


def texts(values: tuple[str, ...]) -> str | Group:
    """A tuple of texts, broken into lines where it is long."""
    if len(values) == 1:
        return f"({quoted(values[0])},)"
    return Group("(", tuple(map(quoted, values)), ")")
