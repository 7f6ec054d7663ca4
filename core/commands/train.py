"""`train FILE`: train a layout in this process and tell of it, with a bar and a line an epoch or in JSON.

`train --resume DIR` goes on with a run that is kept in a folder.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.commands.configuring import ORDER, add_configuration, configured, option
from core.commands.failure import CommandError
from core.commands.interruption import Interruption
from core.commands.reading import problem_sentence, read_layout
from core.commands.reports import JsonReport, Report, TextReport
from core.commands.together import accompany, begin, joined
from core.commands.usage import FileParser, Parser, matching, real_number
from core.layout import Layout
from core.problems import Problem
from core.text import Text

if TYPE_CHECKING:
    from core.runs.keeper import Keeper
    from core.training.distributed import Group
    from core.training.events import Failed
    from core.training.run import TrainingRun

DEVICES = ("auto", "cpu", "cuda", "mps", "xpu")
DEVICE_PATTERN = r"auto|cpu|mps|(cuda|xpu)(:\d{1,3})?"
LONGEST_INTERVAL = 1e6
"""Seconds between two checkpoints."""
FOR_GOING_ON = ("epochs",)
"""Settings that a run which goes on may change."""


def parser(say: Text) -> Parser:
    found = FileParser(say, "train")
    add = found.group.add_argument
    add_run_options(found, say)
    # torchrun takes --run for an abbreviation of its own, also behind the name of a program.
    add("--run", "--run-dir", metavar="DIR", type=Path, help=say("cli.help.run"))
    add("--resume", metavar="DIR", type=Path, help=say("cli.help.resume"))
    seconds = real_number(say, 0.0, LONGEST_INTERVAL)
    add("--checkpoint", metavar="SECONDS", type=seconds, help=say("cli.help.checkpoint"))
    add_configuration(found, say)
    return found


def add_run_options(parser: Parser, say: Text) -> None:
    """What is no setting of the training itself: where it runs, and how it is told of."""
    add = parser.group.add_argument
    device = matching(say, DEVICE_PATTERN, DEVICES)
    add("--device", metavar="DEVICE", type=device, help=say("cli.help.device"))
    add("--data", metavar="DIR", type=Path, help=say("cli.help.data"))
    add("--json", action="store_true", help=say("cli.help.json"))


def run(options: Any, say: Text) -> int:
    """Train to the end. CommandError with the failure's sentence if the run fails."""
    group = joined(say)
    if group is not None and not group.first:
        return accompany(group, options.data)
    training = _resumed(options, say, group) if options.resume is not None else _new(options, say, group)
    report: Report = JsonReport(say) if options.json else TextReport(say)
    keeper = kept(options.resume or options.run, training, say, options.checkpoint)
    if options.resume is not None:
        report.resume(training.step, options.resume)
    if group is None:
        follow(training, keeper, report, say)
        return 0
    begin(group, training, say)
    try:
        follow(training, keeper, report, say)
    except KeyboardInterrupt:
        # A launcher ends all processes when one has failed.
        elsewhere = group.failure()
        if elsewhere is None:
            raise
        raise CommandError(_failed(elsewhere, report, say)) from None
    group.leave()
    return 0


def _new(options: Any, say: Text, group: Group | None) -> TrainingRun:
    from core.training.run import run_training

    layout = configured(read_layout(options.file, say), options, say)
    return run_training(layout, options.device or "auto", options.data, options.threads or None, group=group)


def _resumed(options: Any, say: Text, group: Group | None) -> TrainingRun:
    """The run that is in a folder, to be gone on with. CommandError says why it cannot be."""
    from core.runs.resuming import ResumeError, kept_run, last_checkpoint
    from core.training.run import run_training

    unwanted = [option(name) for name in ORDER if name not in FOR_GOING_ON and getattr(options, name) is not None]
    if options.set:
        unwanted.append("--set")
    if options.run is not None:
        unwanted.append("--run")
    if options.file is not None:
        unwanted.append(options.file)
    if unwanted:
        raise CommandError(say("cli.resumed_as_it_was", option=unwanted[0]))
    try:
        found = kept_run(options.resume)
        checkpoint = last_checkpoint(options.resume)
    except ResumeError as error:
        raise CommandError(say(error.rule, **error.values)) from None
    layout = _longer(found.layout, options.epochs)
    device = options.device or found.device
    return run_training(layout, device, options.data, found.threads, resume=checkpoint, group=group)


def _longer(layout: Layout, epochs: int | None) -> Layout:
    return layout if epochs is None else replace(layout, training=replace(layout.training, epochs=epochs))


def follow(training: TrainingRun, keeper: Keeper | None, report: Report, say: Text) -> None:
    """Take every event. However it ends, what was learned so far is kept where the person wants it kept.

    CommandError with the failure's sentence if the run fails, or cannot be kept at its beginning or end.
    """
    from core.training.events import Failed, Finished, Started, Stopped

    ended = False
    # Ctrl+C between two steps: one in the middle would leave a network that no run goes through.
    with Interruption() as interruption:
        if training.group is not None:
            training.group.asked = lambda: interruption.came
        try:
            for event in training:
                noticed = keeper.take(event) if keeper is not None else None
                ended = isinstance(event, (Failed, Finished))
                if isinstance(event, Failed):
                    raise CommandError(_failed(event, report, say))
                report.take(event, keeper.folder if keeper is not None and noticed is None else None)
                if noticed is not None and isinstance(event, (Started, Finished)):
                    raise CommandError(say(noticed.rule, **noticed.values))
                if noticed is not None:
                    report.take(noticed, None)
                interruption.waits = interruption.waits or isinstance(event, Started)
                if (interruption.came or training.stopping) and not ended:
                    kept = keeper.folder if keeper is not None and keeper.begun else None
                    raise KeyboardInterrupt(say("cli.interrupted_kept", run=kept) if kept is not None else "")
        finally:
            if not ended and keeper is not None:
                keeper.take(Stopped(training.step))
            # Also after Ctrl+C: the bar goes and a download is given up.
            report.close()
            training.close()


def kept(folder: Path | None, training: TrainingRun, say: Text, every: float | None = None) -> Keeper | None:
    """What keeps the run in a folder. CommandError, before anything is trained, if that cannot be."""
    from core.runs.keeper import Keeper
    from core.runs.recorder import RunRecorder

    if folder is None:
        return None
    try:
        return Keeper(RunRecorder(folder, training, every), training)
    except FileExistsError:
        raise CommandError(say("cli.run_taken", run=folder)) from None
    except BlockingIOError:
        raise CommandError(say("run.in_training", folder=folder)) from None
    except OSError as error:
        raise CommandError(say("cli.run_unwritable", run=folder, reason=error.strerror or str(error))) from None


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
