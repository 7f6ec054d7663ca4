"""The command line: which command was meant, and how it ends. Each command is a module of `core.commands`.

Status 0 if all went well, 1 with a sentence on standard error, 2 for wrong usage, 130 after Ctrl+C, 141 when what read
the output has gone away. Nothing slow is imported before a command needs it.
"""

from __future__ import annotations

import importlib
import io
import os
import sys
from collections.abc import Callable, Sequence

from core.commands.failure import CommandError
from core.commands.language import command_language
from core.commands.together import one_voice
from core.text import Text

COMMANDS = ("check", "code", "layers", "train", "runs", "sweep")
INTERRUPTED = 130
BROKEN_PIPE = 141
"""As a shell counts them: 128 and the number of the signal."""


def run(argv: Sequence[str], open_window: Callable[[str | None], int]) -> int:
    """Do what the arguments say and return the exit status. Without a command `open_window` gets the file, if any."""
    first = argv[0] if argv else None
    if len(argv) < 2 and (first is None or not first.startswith("-")) and first not in COMMANDS:
        return open_window(first)
    say = Text(command_language(os.environ))
    with one_voice(os.environ):
        return _guarded(say, lambda: _dispatched(say, list(argv)))


def _dispatched(say: Text, argv: list[str]) -> int:
    from core.commands.usage import overview

    if argv[0] in COMMANDS:
        module = importlib.import_module(f"core.commands.{argv[0]}")
        options = module.parser(say).parse_args(argv[1:])
        status: int = module.run(options, say)
        return status
    overview(say).parse_args(argv)
    return 0


def _guarded(say: Text, command: Callable[[], int]) -> int:
    """The command's status, with every way in which a command ends early put into words."""
    _tolerate_encodings()
    try:
        status = command()
        if sys.stdout is not None:
            sys.stdout.flush()
        return status
    except CommandError as error:
        _tell(str(error))
        return 1
    except KeyboardInterrupt as interruption:
        _tell(str(interruption) or say("cli.interrupted"))
        return INTERRUPTED
    except BrokenPipeError:
        _forget_output()
        return BROKEN_PIPE
    except OSError as error:
        _forget_output()
        _tell(say("cli.output_failed", reason=error.strerror or str(error)))
        return 1


def _tell(sentence: str) -> None:
    if sys.stderr is not None:
        print(sentence, file=sys.stderr)


def _tolerate_encodings() -> None:
    """Let a terminal that cannot show a letter show a question mark instead of ending the program."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _forget_output() -> None:
    """Let nothing be written any more: Python flushes at its end and would complain once again."""
    if sys.stdout is None:
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
