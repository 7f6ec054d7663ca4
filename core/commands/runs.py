"""`runs [WORD …]`: the runs that are kept, newest first; what differs between them, and files for other programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.columns import table
from core.commands.failure import CommandError
from core.commands.usage import Parser
from core.text import Text

if TYPE_CHECKING:
    from core.runs.store import RunEntry

COLUMNS = ("run", "state", "started", "epochs", "test_loss", "accuracy", "folder")


def parser(say: Text) -> Parser:
    found = Parser(say, "runs", say("cli.about.runs"))
    add = found.group.add_argument
    add("words", metavar="WORD", nargs="*", help=say("cli.help.words"))
    add("--folder", metavar="DIR", type=Path, help=say("cli.help.runs_folder"))
    add("--compare", action="store_true", help=say("cli.help.compare"))
    add("--csv", metavar="DIR", type=Path, help=say("cli.help.csv"))
    add("--tensorboard", metavar="DIR", type=Path, help=say("cli.help.tensorboard"))
    add("--json", action="store_true", help=say("cli.help.json"))
    return found


def run(options: Any, say: Text) -> int:
    """Print the runs in which every word occurs. CommandError if a file cannot be written."""
    from core.runs.store import RunStore, search

    entries = search(RunStore(options.folder).runs(), " ".join(options.words))
    compared = _compared(entries) if options.compare else []
    if options.json:
        runs = [_data(entry, say) for entry in entries]
        shown = {"runs": runs, "differences": [vars(one) for one in compared]} if options.compare else runs
        print(json.dumps(shown, ensure_ascii=False))
    else:
        _print(entries, compared, RunStore(options.folder).root, say)
    sys.stdout.flush()
    if options.csv is not None or options.tensorboard is not None:
        _export(entries, options.csv, options.tensorboard, say)
    return 0


def _print(entries: Sequence[RunEntry], compared: Sequence[Any], root: Path, say: Text) -> None:
    if not entries:
        print(say("cli.no_runs", folder=root))
        return
    heads = tuple(say(f"cli.column.{head}") for head in COLUMNS)
    print("\n".join(table([heads, *(_row(entry, say) for entry in entries)], right=frozenset({3, 4, 5}))))
    for entry in entries:
        if entry.why is not None:
            print(f"\n{entry.folder.name}: {say(entry.why.rule, **entry.why.values)}")
    if compared:
        print()
        rows = [(one.what, *("–" if value is None else value for value in one.values)) for one in compared]
        names = ("", *(entry.label for entry in entries))
        print("\n".join(table([names, *rows], right=frozenset())))


def _row(entry: RunEntry, say: Text) -> tuple[str, ...]:
    accuracy = "" if entry.test_accuracy is None else f"{100 * entry.test_accuracy:.1f} %"
    return (
        entry.label,
        say(f"run.state.{entry.state}"),
        f"{entry.started.astimezone():%Y-%m-%d %H:%M}" if entry.started is not None else "",
        f"{entry.epoch}/{entry.epochs}",
        "" if entry.test_loss is None else f"{entry.test_loss:.4f}",
        accuracy,
        entry.folder.name,
    )


def _data(entry: RunEntry, say: Text) -> dict[str, Any]:
    plain = {key: value for key, value in vars(entry).items() if key not in ("why", "started", "folder")}
    return {
        "run": str(entry.folder),
        **{key: list(value) if isinstance(value, tuple) else value for key, value in plain.items()},
        "started": entry.started.isoformat() if entry.started is not None else None,
        "message": say(entry.why.rule, **entry.why.values) if entry.why is not None else None,
    }


def _compared(entries: Sequence[RunEntry]) -> list[Any]:
    """What differs between those whose layout can be read."""
    from core.runs.compare import differences, run_differences
    from core.runs.store import run_layout
    from core.storage import LayoutFileError

    layouts = []
    for entry in entries:
        try:
            layouts.append(run_layout(entry.folder))
        except (LayoutFileError, OSError):
            return run_differences(entries)
    return [*differences(layouts), *run_differences(entries)] if len(entries) > 1 else []


def _export(entries: Sequence[RunEntry], csv: Path | None, tensorboard: Path | None, say: Text) -> None:
    from core.runs.export import NoTensorBoard, write_csv, write_tensorboard
    from core.runs.records import RecordError

    for entry in entries:
        try:
            if csv is not None:
                write_csv(entry.folder, csv)
            if tensorboard is not None:
                write_tensorboard(entry.folder, tensorboard)
        except NoTensorBoard:
            raise CommandError(say("run.no_tensorboard")) from None
        except RecordError as error:
            raise CommandError(say(f"run.{error.rule}", **error.values)) from None
        # A run that was broken off before its first numbers has none to write.
        except FileNotFoundError:
            continue
        except OSError as error:
            file = error.filename or csv or tensorboard
            raise CommandError(say("run.not_exported", file=file, reason=error.strerror or str(error))) from None
    if entries:
        for folder in dict.fromkeys(where for where in (csv, tensorboard) if where is not None):
            print(say("cli.exported", folder=folder), file=sys.stderr)
