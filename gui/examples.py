"""The layouts that are shipped, in groups, easiest first. The gallery and the menus ask here."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gui.words import Words

LAYOUTS = Path(__file__).resolve().parent.parent / "layouts"
"""They are opened as unsaved copies, so that they stay what they are."""

FIRST_STEPS = ("digits_mlp", "digits_cnn", "fashion_mnist_quickstart", "spiral", "residual_cnn")
"""Those that train in seconds, in the order in which a learner would open them."""

# A group and how the names of its files begin. Whatever fits none of them stands in the last one.
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("first_steps", FIRST_STEPS),
    ("convolutional", ("lenet", "alexnet", "vgg", "squeezenet", "inception", "googlenet")),
    ("residual", ("resnet", "mobilenet", "densenet", "unet", "u_net")),
    ("text", ("rnn", "lstm", "gru", "attention", "transformer", "text")),
    ("more", ()),
)


@dataclass(frozen=True)
class Example:
    name: str
    """Of the file, without its suffix."""
    group: str
    """The text key is `gallery.group_<group>`."""

    @property
    def path(self) -> Path:
        return LAYOUTS / f"{self.name}.json"


def examples(folder: Path = LAYOUTS) -> tuple[Example, ...]:
    """Every layout in the folder, group by group, in the order of the table, then of the alphabet and of depth."""
    found = [Example(path.stem, _group(path.stem)) for path in folder.glob("*.json")]
    ranks = {group: index for index, (group, _) in enumerate(GROUPS)}
    beginnings = dict(GROUPS)

    def rank(example: Example) -> tuple[int, int, list[tuple[str, int]]]:
        among = beginnings[example.group]
        first = next((index for index, start in enumerate(among) if example.name.startswith(start)), len(among))
        # resnet18 stands before resnet152.
        parts = [(word, int(number or 0)) for word, number in re.findall(r"(\D*)(\d*)", example.name)]
        return ranks[example.group], first, parts

    return tuple(sorted(found, key=rank))


def groups(found: tuple[Example, ...]) -> Iterator[tuple[str, tuple[Example, ...]]]:
    """The groups that have an example, each with its examples."""
    for group, _ in GROUPS:
        members = tuple(example for example in found if example.group == group)
        if members:
            yield group, members


def title(example: Example, words: Words) -> str:
    """What an example is called in the chosen language, else as its file says, else as the file is called."""
    key = f"action.example_{example.name}"
    if words.has(key):
        return words.say(key)
    try:
        data = json.loads(example.path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return example.name
    given = data.get("title") if isinstance(data, dict) else None
    return given if isinstance(given, str) and given else example.name


def about(example: Example, words: Words) -> str:
    """A line about an example; empty where there is none."""
    key = f"gallery.about_{example.name}"
    return words.say(key) if words.has(key) else ""


def _group(name: str) -> str:
    for group, beginnings in GROUPS:
        if any(name == start if group == "first_steps" else name.startswith(start) for start in beginnings):
            return group
    return "more"
