"""What is known of a data set before it is read: how many samples and classes, what is downloaded, on what terms."""

from __future__ import annotations

from core.datasets.facts import NO_DATA, DatasetFacts
from gui.words import Words

NO_BREAK = "\u00a0"
"""A space at which no line ends."""


def dataset_note(facts: DatasetFacts, words: Words) -> str:
    """A sentence or three, in lines; empty where there is no data set."""
    say = words.say
    if facts.kind == "none":
        return "" if facts.name == NO_DATA else say("training.no_file")
    if facts.task == "regression":
        numbers = facts.target_shape[0] if facts.target_shape else 1
        what = say("training.one_number") if numbers == 1 else say("training.several_numbers", count=numbers)
    else:
        what = say("training.classes", count=len(facts.classes))
    lines = [say("training.samples", what=what, train=facts.train_size, test=facts.test_size)]
    origin = facts.origin
    if origin is not None:
        received, stored = (megabytes(size) for size in (origin.received, origin.stored))
        lines += [say("training.download", received=received, stored=stored), say(f"dataset.{origin.terms}")]
    return "\n".join(lines)


def megabytes(size: int) -> str:
    """`31 MB`, `2.6 GB`, never on two lines."""
    return f"{size / 1e9:.1f}{NO_BREAK}GB" if size >= 1e9 else f"{max(size / 1e6, 1):.0f}{NO_BREAK}MB"
