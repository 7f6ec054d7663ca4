"""`train FILE`: train a layout in this process and tell of it, with a bar and a line an epoch or in JSON."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.commands.failure import CommandError
from core.commands.reading import problem_sentence, read_layout
from core.commands.reports import JsonReport, Report, TextReport
from core.commands.usage import FileParser, Parser, matching, whole_number
from core.problems import Problem
from core.text import Text
from core.training.config import EPOCHS, SEEDS

if TYPE_CHECKING:
    from core.training.events import Failed, RunEvent
    from core.training.record import RunRecorder
    from core.training.run import TrainingRun

DEVICES = ("auto", "cpu", "cuda", "mps", "xpu")
DEVICE_PATTERN = r"auto|cpu|mps|(cuda|xpu)(:\d{1,3})?"
THREADS = (1, 1024)


def parser(say: Text) -> Parser:
    found = FileParser(say, "train")
    add = found.group.add_argument
    device = matching(say, DEVICE_PATTERN, DEVICES)
    add("--device", metavar="DEVICE", type=device, default="auto", help=say("cli.help.device"))
    add("--epochs", metavar="N", type=whole_number(say, EPOCHS), help=say("cli.help.epochs"))
    add("--seed", metavar="N", type=whole_number(say, SEEDS), help=say("cli.help.seed"))
    add("--data", metavar="DIR", type=Path, help=say("cli.help.data"))
    add("--run", metavar="DIR", type=Path, help=say("cli.help.run"))
    add("--threads", metavar="N", type=whole_number(say, THREADS), help=say("cli.help.threads"))
    add("--json", action="store_true", help=say("cli.help.json"))
    return found


def run(options: Any, say: Text) -> int:
    """Train to the end. CommandError with the failure's sentence if the run fails."""
    from core.training.run import run_training

    layout = read_layout(options.file, say)
    chosen = {key: getattr(options, key) for key in ("epochs", "seed") if getattr(options, key) is not None}
    layout = replace(layout, training=replace(layout.training, **chosen))
    report: Report = JsonReport(say) if options.json else TextReport(say)
    training = run_training(layout, device=options.device, folder=options.data, threads=options.threads)
    try:
        _follow(training, _recorder(options.run, training, say), report, say)
    finally:
        # Also after Ctrl+C: the bar goes and a download is given up.
        report.close()
        training.close()
    return 0


def _follow(training: TrainingRun, recorder: RunRecorder | None, report: Report, say: Text) -> None:
    """Take every event. However it ends, what was learned so far is kept where the person wants it kept."""
    from core.training.events import Failed, Stopped

    ended = False
    try:
        for event in training:
            if recorder is not None:
                _record(recorder, event, say)
            if isinstance(event, Failed):
                ended = True
                raise CommandError(_failed(event, report, say))
            report.take(event, recorder.folder if recorder is not None else None)
        ended = True
    finally:
        if recorder is not None and not ended:
            _record(recorder, Stopped(training.step), say)


def _recorder(folder: Path | None, training: TrainingRun, say: Text) -> RunRecorder | None:
    from core.training.record import RunRecorder

    if folder is None:
        return None
    try:
        return RunRecorder(folder, training)
    except FileExistsError:
        raise CommandError(say("cli.run_taken", run=folder)) from None
    except OSError as error:
        raise CommandError(say("cli.run_unwritable", run=folder, reason=error.strerror or str(error))) from None


def _record(recorder: RunRecorder, event: RunEvent, say: Text) -> None:
    try:
        recorder.take(event)
    except OSError as error:
        reason = error.strerror or str(error)
        raise CommandError(say("cli.run_unwritable", run=recorder.folder, reason=reason)) from None


def _failed(event: Failed, report: Report, say: Text) -> str:
    """Report a failure and return its sentence."""
    sentence = failure_sentence(event, say)
    report.fail(event.node, sentence)
    return sentence


def failure_sentence(event: Failed, say: Text) -> str:
    if event.rule.startswith("device."):
        return say("cli.device_missing", device=event.values["device"], reason=say(event.rule, **event.values))
    kind, _, rule = event.rule.partition(".")
    if kind == "problem":
        return problem_sentence(Problem(event.node, rule, event.values), say)
    return say(event.rule, **event.values)
