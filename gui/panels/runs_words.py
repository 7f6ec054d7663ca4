"""Kept runs in words: when, how long, how well, how one differs from another. The runs page asks here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from core.runs.compare import WIRES, Difference
from core.runs.store import RunEntry, Why
from gui.panels.run_curves import SHARES
from gui.panels.ticks import short
from gui.words import Words

MOST_DIFFERENCES = 3
"""As many as one line names; the tip names all."""
_PATH = re.compile(r"[\w.]+\.(\w+)=")
"""What stands before the name of a setting in the name of a sweep's run."""
SCORE = ("accuracy", "r2", "mae")
"""The first one that a run has is its score in the table."""


def when(moment: datetime | None, now: datetime) -> str:
    """A time of today, a day of this year, or a date."""
    if moment is None:
        return ""
    here = moment.astimezone(now.tzinfo)
    if here.date() == now.date():
        return f"{here:%H:%M}"
    return f"{here:%m-%d %H:%M}" if here.year == now.year else f"{here:%Y-%m-%d}"


def duration(seconds: float, words: Words) -> str:
    if not seconds:
        return ""
    if seconds < 60:
        return words.say("runs.seconds_of", seconds=f"{seconds:.1f}" if seconds < 10 else f"{seconds:.0f}")
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}" if minutes >= 60 else f"{minutes}:{rest:02}"


def score(entry: RunEntry) -> tuple[str, float] | None:
    """The name and the value of what a run is judged by beside its loss."""
    for name in SCORE:
        if name in entry.best_scores:
            return name, entry.best_scores[name]
    return ("accuracy", entry.test_accuracy) if entry.test_accuracy is not None else None


def score_text(entry: RunEntry) -> str:
    found = score(entry)
    if found is None:
        return ""
    name, value = found
    if name in SHARES:
        return f"{100 * value:.1f} %"
    return f"{'R²' if name == 'r2' else name.upper()} {short(value)}"


def reason(why: Why | None, words: Words) -> str:
    """Why a run failed or cannot be read."""
    if why is None or not words.has(why.rule):
        return "" if why is None else why.rule
    return words.say(why.rule, **why.values)


def difference_text(one: Difference, words: Words) -> str:
    """`optimizer.lr 0.1 · 0.01`."""
    what = words.say("runs.wires") if one.what.rpartition(".")[2] == WIRES else one.what
    values = dict.fromkeys("–" if value is None else value for value in one.values)
    return f"{what}  {' · '.join(values)}"


def differences_text(found: Sequence[Difference], words: Words) -> str:
    """One line."""
    if not found:
        return words.say("runs.no_difference")
    named = "     ".join(difference_text(one, words) for one in found[:MOST_DIFFERENCES])
    more = len(found) - MOST_DIFFERENCES
    text = words.say("runs.difference", differences=named)
    return words.say("runs.more_differences", text=text, count=more) if more > 0 else text


def names(entries: Sequence[RunEntry], found: Sequence[Difference], now: datetime) -> list[str]:
    """What each run's curve is called: runs of one name by what tells them apart, or by when they began."""
    labels = [_PATH.sub(r"\1=", entry.label) for entry in entries]
    named = []
    for index, entry in enumerate(entries):
        if labels.count(labels[index]) == 1:
            named.append(labels[index])
            continue
        alike = [at for at, label in enumerate(labels) if label == labels[index]]
        telling = next((one for one in found if len({one.values[at] for at in alike}) == len(alike)), None)
        if telling is None:
            named.append(when(entry.started, now) or entry.folder.name)
        else:
            named.append(f"{telling.what.rpartition('.')[2]}={telling.values[index]}")
    return named
