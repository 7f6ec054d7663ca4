"""Functions of ours that a printed script contains word for word, so that both compute the same to the last bit."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable
from types import ModuleType


def sources(wanted: Iterable[str], modules: Iterable[ModuleType]) -> list[str]:
    """The functions of these names and those that they call, in the order in which they are written."""
    found: dict[str, str] = {}
    for module in modules:
        for name, function in vars(module).items():
            if inspect.isfunction(function) and function.__module__ == module.__name__:
                found[name] = inspect.getsource(function).rstrip()
    needed: set[str] = set()
    missing = set(wanted) & found.keys()
    while missing:
        needed |= missing
        missing = {name for name in found for user in needed if re.search(rf"\b{name}\(", found[user])} - needed
    return [source for name, source in found.items() if name in needed]
