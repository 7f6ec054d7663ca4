"""Arguments that bound each other: the lower one must be below the upper one."""

from __future__ import annotations

from collections.abc import Iterator

from core.problems import Problem
from core.rules.site import Site

# By layer: the lower and the upper argument, and whether they may be equal.
PAIRS = {"Hardtanh": ("min_val", "max_val", False), "RReLU": ("lower", "upper", True)}
PAIRS["hardtanh"] = PAIRS["Hardtanh"]


def bound_problems(site: Site) -> Iterator[Problem]:
    low, high, equal = PAIRS[site.entry.name]
    lower, upper = site.arguments[low], site.arguments[high]
    assert isinstance(lower, (int, float))
    assert isinstance(upper, (int, float))
    if lower > upper or (lower == upper and not equal):
        mend = [site.leave_out(name) for name in (low, high) if name in site.given]
        # Only one of them may be at fault, and torch's default for the other can still be wrong.
        mend = mend if len(mend) == 1 else []
        yield site.problem("argument.bounds", *mend, argument=high, low=low, high=high, lower=lower, upper=upper)


def zero_problems(site: Site) -> Iterator[Problem]:
    """CELU divides by its alpha."""
    if site.arguments["alpha"] == 0:
        yield site.problem("argument.zero", site.leave_out("alpha"), argument="alpha")


def negative_problems(site: Site) -> Iterator[Problem]:
    """Softshrink takes its threshold away on both sides."""
    value = site.arguments["lambd"]
    assert isinstance(value, (int, float))
    if value < 0:
        yield site.problem("field.minimum", site.leave_out("lambd"), argument="lambd", minimum="0", received=value)


def dropout_problems(site: Site) -> Iterator[Problem]:
    """Torch lets all values be dropped."""
    if site.arguments["p"] == 1:
        yield site.problem("advice.dropout_all", site.leave_out("p"), argument="p", severity="warning")


SLOPES = {"ELU": "alpha", "CELU": "alpha", "LeakyReLU": "negative_slope", "RReLU": "lower"}


def slope_problems(site: Site) -> Iterator[Problem]:
    """Written over its input, a slope below 0 leaves no trace of the sign, and there is no way backward."""
    name = SLOPES[site.entry.name]
    value = site.arguments[name]
    assert isinstance(value, (int, float))
    if value < 0 and site.arguments["inplace"] is True:
        mend = (site.leave_out("inplace"), site.leave_out(name))
        yield site.problem("inplace.slope", *mend, argument="inplace", name=name, given=value)
