"""`train` in several processes that torch's launcher has started: the first one speaks, reads and writes for all."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING, NoReturn

from core.commands.failure import CommandError
from core.commands.interruption import Interruption
from core.text import Text
from core.training.place import place

if TYPE_CHECKING:
    from core.training.distributed import Group
    from core.training.run import TrainingRun

FIRST_WORD = 10.0
"""Seconds in which the first process says what is wrong with the command."""
FAILED = 1
INTERRUPTED = 130


def end(status: int) -> NoReturn:
    """End this process with an exit status.

    One of several ends at once: what torch's processes have running to reach each other is now and then still alive
    when Python tidies up, and would end a good training in an abort.
    """
    if os.environ.get("WORLD_SIZE", "1") != "1":
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError, AttributeError):
                stream.flush()
        os._exit(status)
    sys.exit(status)


@contextmanager
def one_voice(environment: Mapping[str, str]) -> Iterator[None]:
    """Only the first process is heard. An exception that nobody expects still shows itself afterwards."""
    try:
        here = place(environment)
    # The command says so.
    except ValueError:
        here = None
    if here is None or here.rank == 0:
        yield
        return
    with open(os.devnull, "w", encoding="utf-8") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
        try:
            yield
        except SystemExit as ending:
            if ending.code:
                # The launcher ends all processes as soon as one has failed: the first is to have spoken by then.
                sleep(FIRST_WORD)
            raise


def joined(say: Text) -> Group | None:
    """The processes that were started to train together; None for one that is alone. CommandError if they cannot."""
    try:
        here = place(os.environ)
    except ValueError as error:
        name = str(error)
        raise CommandError(say("cli.launch_unreadable", name=name, received=os.environ[name])) from None
    if here is None:
        return None
    from core.training.distributed import Group
    from core.training.failures import LONGEST_MESSAGE

    try:
        return Group(here)
    except (RuntimeError, ValueError, OSError) as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0][:LONGEST_MESSAGE]
        raise CommandError(say("cli.launch_failed", reason=reason)) from None


def alone(say: Text) -> None:
    """CommandError for a command that several processes cannot do together."""
    if "RANK" in os.environ and os.environ.get("WORLD_SIZE", "1") != "1":
        raise CommandError(say("cli.launch_train_only"))


def begin(group: Group, training: TrainingRun, say: Text) -> None:
    """Tell the other processes what is trained."""
    from core.training.distributed import LOST, lost

    try:
        group.from_first(training.plan())
    except RuntimeError as error:
        if not lost(error):
            raise
        raise CommandError(say(LOST)) from None


def accompany(group: Group, folder: Path | None) -> int:
    """What every process but the first does: train what that one reads, and say nothing. The exit status."""
    from core.storage import loads
    from core.training.distributed import lost
    from core.training.events import Failed, Started
    from core.training.run import run_training

    try:
        plan = group.from_first()
    # The first process could not begin, and has said why.
    except RuntimeError as error:
        if not lost(error):
            raise
        return FAILED
    layout = loads(plan["layout"])
    training = run_training(layout, plan["device"], folder, plan["threads"], resume=plan["resume"], group=group)
    with Interruption() as interruption:
        group.asked = lambda: interruption.came
        for event in training:
            interruption.waits = interruption.waits or isinstance(event, Started)
            if isinstance(event, Failed):
                return FAILED
            if group.stopping:
                training.close()
                return INTERRUPTED
    group.leave()
    return 0
