"""A mistake in a layout is data: the node, the rule, the values, and the edits that would mend it. Words come later."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from core.layout import Layout

Edit: TypeAlias = Callable[[Layout], Layout]


@dataclass(frozen=True)
class Mend:
    """One edit that mends a problem."""

    rule: str
    """The text key is `mend.<rule>`."""
    values: Mapping[str, object]
    edit: Edit = field(compare=False)
    block: str | None = None
    """The block whose inside it changes, and with that every use of it; None where it changes only what is seen."""


@dataclass(frozen=True)
class Problem:
    node: str | None
    """The node that causes it; None where the layout as a whole does."""
    rule: str
    """The text key is `problem.<rule>`, and `problem.<rule>_short` on the node's badge."""
    values: Mapping[str, object] = field(default_factory=dict)
    """What the sentence names. Shapes are tuples such as `("N", 28, 10)`."""
    mends: tuple[Mend, ...] = ()
    severity: Literal["error", "warning"] = "error"
    """An error forbids training; a warning is advice."""
    argument: str | None = None
    """The argument of the node that is wrong, where there is one."""
    inside: tuple[str, ...] = ()
    """Where the node is a block: the ids that lead down to the node inside it that causes the problem."""
