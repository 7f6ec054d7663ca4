"""The options that change what a layout is trained with, and the layout that comes of them. `train` and `sweep` ask."""

from __future__ import annotations

import argparse
from typing import Any

from core.commands.failure import CommandError
from core.commands.usage import Parser, assignment, matching, real_number, whole_number
from core.layout import Layout
from core.text import Text
from core.training.config import (
    ACCUMULATES,
    BATCH_SIZES,
    EPOCHS,
    PATIENCES,
    PRECISIONS,
    SEEDS,
    THREADS,
    WARMUP_STEPS,
)

PATHS = {"lr": "optimizer.lr"}
"""Options that are no setting's own name."""
NUMBERS = {
    "epochs": EPOCHS,
    "seed": SEEDS,
    "batch_size": BATCH_SIZES,
    "accumulate": ACCUMULATES,
    "warmup_steps": WARMUP_STEPS,
    "patience": PATIENCES,
    "threads": (1, THREADS[1]),
}
REALS = {"lr": (0.0, 1e3), "clip_norm": (0.0, 1e9), "clip_value": (0.0, 1e9), "ema": (0.0, 1.0)}
NAMES = ("dataset", "loss", "optimizer", "scheduler")
ORDER = (*NAMES, *NUMBERS, *REALS, "precision", "compile")
"""A name first: its arguments are another's otherwise."""


def add_configuration(parser: Parser, say: Text) -> None:
    """Every setting of a training as an option, and `--set` for the rest of the layout."""
    group = parser.add_argument_group(say("cli.settings"))
    for name in NAMES:
        group.add_argument(option(name), metavar="NAME", help=say(f"cli.help.{name}"))
    for name, limits in NUMBERS.items():
        group.add_argument(option(name), metavar="N", type=whole_number(say, limits), help=say(f"cli.help.{name}"))
    for name, (lowest, highest) in REALS.items():
        number = real_number(say, lowest, highest)
        group.add_argument(option(name), metavar="X", type=number, help=say(f"cli.help.{name}"))
    precision = matching(say, "|".join(PRECISIONS), PRECISIONS)
    group.add_argument("--precision", metavar="NAME", type=precision, help=say("cli.help.precision"))
    switch = argparse.BooleanOptionalAction
    group.add_argument("--compile", action=switch, default=None, help=say("cli.help.compile"))
    group.add_argument(
        "--set", metavar="PATH=VALUE", type=assignment(say), action="append", default=[], help=say("cli.help.set")
    )


def option(name: str) -> str:
    return "--" + name.replace("_", "-")


def configured(layout: Layout, options: Any, say: Text) -> Layout:
    """The layout with every option that was given. CommandError if one does not fit."""
    given = [
        (PATHS.get(name, name), str(getattr(options, name))) for name in ORDER if getattr(options, name) is not None
    ]
    return changed(layout, [*given, *options.set], say)


def changed(layout: Layout, settings: list[tuple[str, str]], say: Text) -> Layout:
    """The layout with these settings. CommandError if one does not fit."""
    from core.runs.settings import SettingError, assigned

    for path, text in settings:
        try:
            layout = assigned(layout, path, text)
        except SettingError as error:
            raise CommandError(
                say("cli.bad_setting", setting=f"{path}={text}", reason=setting_sentence(error, say))
            ) from None
    return layout


def setting_sentence(error: Any, say: Text) -> str:
    return say(error.rule, **error.values)
