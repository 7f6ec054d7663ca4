"""What the shortcut sheet says: every key of the table of commands by its menu, and what the mouse does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtGui import QKeySequence

from core.text import LANGUAGES, sentences
from gui.command_rows import plain, titles
from gui.commands import GROUPS, Command
from gui.commands.gestures import ARROWS, CANVAS, MOUSE, Gesture
from gui.commands.search import fit
from gui.words import Words

MOST_KEYS = 2
"""How many ways of pressing the same are shown."""


@dataclass(frozen=True)
class Shortcut:
    text: str
    keys: tuple[str, ...]
    """As they are written on this system; any of them does it."""
    how: str = ""
    """What to do with the mouse."""


@dataclass(frozen=True)
class Group:
    title: str
    shortcuts: tuple[Shortcut, ...]


def groups(words: Words, query: str = "") -> list[Group]:
    """Everything that fits a query in either language, by group; groups with nothing in them are left out."""
    found = [
        _gestures("mouse", MOUSE, words, query),
        _gestures("canvas", CANVAS, words, query),
        *(_commands(name, commands, words, query) for name, commands in GROUPS.items()),
    ]
    return [group for group in found if group.shortcuts]


def shown_keys(command: Command) -> tuple[str, ...]:
    """The keys that are worth knowing: not those that a keyboard may have for one purpose, such as `Undo`."""
    written = [
        sequence.toString(QKeySequence.SequenceFormat.NativeText)
        for sequence in command.sequences()
        if sequence.toString() not in _OWN_KEYS
    ]
    # Of the keys that a system has for a thing the first is the one that people know.
    return tuple(written[: 1 if isinstance(command.keys, QKeySequence.StandardKey) else MOST_KEYS])


_OWN_KEYS = frozenset({"Undo", "Redo", "Cut", "Copy", "Paste", "Find", "New", "Open", "Save", "Print"})


def _commands(name: str, commands: Iterable[Command], words: Words, query: str) -> Group:
    shortcuts = []
    for command in commands:
        keys = shown_keys(command)
        menus = tuple(plain(sentences(language)[f"menu.{name}"]) for language in LANGUAGES)
        if keys and _fits(query, titles(command.name), (*menus, *keys)):
            shortcuts.append(Shortcut(words.say(f"action.{command.name}").removesuffix("…"), keys))
    return Group(plain(words.say(f"menu.{name}")), tuple(shortcuts))


def _gestures(name: str, gestures: Iterable[Gesture], words: Words, query: str) -> Group:
    shortcuts = []
    for gesture in gestures:
        key, how = f"gesture.{gesture.name}", f"gesture.{gesture.name}_how"
        said = [sentences(language)[key] for language in LANGUAGES]
        done = [sentences(language).get(how, "") for language in LANGUAGES]
        if _fits(query, said, (*done, *gesture.keys)):
            told = words.say(how) if words.has(how) else ""
            shortcuts.append(Shortcut(words.say(key), _written(gesture.keys), told))
    return Group(words.say(f"shortcuts.{name}"), tuple(shortcuts))


def _written(keys: tuple[str, ...]) -> tuple[str, ...]:
    if len(keys) == len(ARROWS):
        # One box for all four: what is held comes before them. The arrow has a word in each language, a letter has not.
        held = QKeySequence(keys[0].replace("Up", "A")).toString(QKeySequence.SequenceFormat.NativeText)[:-1]
        return (f"{held}← ↑ ↓ →",)
    return tuple(QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) for key in keys)


def _fits(query: str, said: Iterable[str], about: Iterable[str]) -> bool:
    return not query.strip() or fit(query, tuple(said), about) is not None
