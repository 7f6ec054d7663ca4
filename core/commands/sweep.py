"""`sweep FILE --grid PATH=VALUE,VALUE …`: train a layout with a few values of some settings, one after the other."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.commands.configuring import add_configuration, configured, setting_sentence
from core.commands.failure import CommandError
from core.commands.reading import read_layout
from core.commands.reports import JsonReport, Report, TextReport
from core.commands.together import alone
from core.commands.train import add_run_options, follow, kept
from core.commands.usage import FileParser, Parser, assignment, whole_number
from core.text import Text
from core.training.config import SEEDS

if TYPE_CHECKING:
    from core.layout import Layout
    from core.runs.sweep import Variant

COUNTS = (1, 1_000)


def parser(say: Text) -> Parser:
    found = FileParser(say, "sweep")
    add = found.group.add_argument
    add(
        "--grid",
        metavar="PATH=VALUE,…",
        type=assignment(say),
        action="extend",
        nargs="+",
        default=[],
        help=say("cli.help.grid"),
    )
    add("--random", metavar="N", type=whole_number(say, COUNTS), help=say("cli.help.random"))
    add("--sweep-seed", metavar="N", type=whole_number(say, SEEDS), default=0, help=say("cli.help.sweep_seed"))
    add("--folder", metavar="DIR", type=Path, help=say("cli.help.runs_folder"))
    add_run_options(found, say)
    add_configuration(found, say)
    return found


def run(options: Any, say: Text) -> int:
    """Train every variant and keep it in the folder of runs. Status 1 if one of them failed, after all were trained."""
    from core.runs.folder import new_folder, runs_folder
    from core.runs.notes import write_notes
    from core.runs.sweep import tag
    from core.training.run import run_training

    alone(say)
    layout = configured(read_layout(options.file, say), options, say)
    variants = _variants(layout, options, say)
    root, now = options.folder or runs_folder(), datetime.now()
    report: Report = JsonReport(say) if options.json else TextReport(say)
    failed: list[str] = []
    for number, variant in enumerate(variants, 1):
        report.announce(variant.name, number, len(variants))
        try:
            folder = new_folder(root, f"{layout.title} {variant.name}", now)
            write_notes(folder, name=variant.name, tags=[tag(now)])
        except OSError as error:
            raise CommandError(say("cli.run_unwritable", run=root, reason=error.strerror or str(error))) from None
        training = run_training(variant.layout, options.device or "auto", options.data, options.threads or None)
        try:
            follow(training, kept(folder, training, say), report, say)
        # The others may do better.
        except CommandError as error:
            failed.append(f"{variant.name}: {error}")
    if failed:
        raise CommandError("\n".join(failed))
    return 0


def _variants(layout: Layout, options: Any, say: Text) -> list[Variant]:
    from core.runs.settings import SettingError
    from core.runs.sweep import drawn, grid, split_values

    values = {path: split_values(text) for path, text in options.grid}
    try:
        if options.random is not None:
            return drawn(layout, values, options.random, options.sweep_seed)
        return grid(layout, values)
    except SettingError as error:
        raise CommandError(setting_sentence(error, say)) from None
