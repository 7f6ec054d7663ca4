"""Arguments of a command line, with help and complaints in the reader's language. Wrong usage ends with status 2."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from core.text import Text
from core.version import VERSION


class Parser(argparse.ArgumentParser):
    """argparse, whose own English is replaced where a person meets it."""

    def __init__(self, say: Text, command: str, description: str, **options: Any) -> None:
        self.say = say
        super().__init__(
            prog=f"{program()} {command}".strip(),
            description=description,
            add_help=False,
            allow_abbrev=False,
            exit_on_error=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            **options,
        )
        self.group = self.add_argument_group(say("cli.arguments"))
        self.group.add_argument("-h", "--help", action="help", help=say("cli.help.help"))

    def parse_args(self, args: Sequence[str] | None = None, namespace: Any = None) -> Any:  # type: ignore[override]
        try:
            options, unknown = self.parse_known_args(args, namespace)
        except argparse.ArgumentError as error:
            # A missing value is argparse's own complaint; every other one comes from the functions below.
            if error.argument_name and error.message.startswith("expected"):
                self.error(self.say("cli.value_missing", option=error.argument_name))
            self.error(f"{error.argument_name}: {error.message}" if error.argument_name else error.message)
        if unknown:
            self.error(self.say("cli.unknown_argument", argument=unknown[0]))
        return options

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.format_usage()}{self.say('cli.wrong_usage', message=message)}\n")

    def format_usage(self) -> str:
        return self._translated(super().format_usage())

    def format_help(self) -> str:
        return self._translated(super().format_help())

    def _translated(self, text: str) -> str:
        return text.replace("usage: ", self.say("cli.usage") + " ", 1)


class FileParser(Parser):
    """The parser of a command that reads one layout file."""

    def __init__(self, say: Text, command: str) -> None:
        super().__init__(say, command, say(f"cli.about.{command}"))
        # Optional for argparse, so that the complaint about a missing one is ours.
        self.group.add_argument("file", metavar="FILE", nargs="?", help=say("cli.help.file"))

    def parse_args(self, args: Sequence[str] | None = None, namespace: Any = None) -> Any:  # type: ignore[override]
        options = super().parse_args(args, namespace)
        if options.file is None and not getattr(options, "resume", None):
            self.error(self.say("cli.no_file"))
        return options

    def format_usage(self) -> str:
        return super().format_usage().replace("[FILE]", "FILE")

    def format_help(self) -> str:
        return super().format_help().replace("[FILE]", "FILE", 1)


def overview(say: Text) -> Parser:
    """The parser of the program without a command: it knows --help and --version, and refuses everything else."""
    from core.cli import COMMANDS

    commands = "\n".join(f"  {program()} {name:<8} {say(f'cli.about.{name}')}" for name in COMMANDS)
    parser = Parser(say, "", say("cli.about.program"), epilog=f"{say('cli.commands')}\n{commands}")
    parser.group.add_argument("file", metavar="FILE", nargs="?", help=say("cli.help.window_file"))
    parser.group.add_argument(
        "--version", action="version", version=f"LayerLoom {VERSION}", help=say("cli.help.version")
    )
    return parser


def program() -> str:
    """How the program was called: `python main.py` from its folder, `layerloom` when it is installed."""
    name = Path(sys.argv[0]).name if sys.argv else ""
    return "python main.py" if name.endswith(".py") else "layerloom"


def whole_number(say: Text, limits: tuple[int, int]) -> Callable[[str], int]:
    """Reads a whole number between two limits."""

    def read(text: str) -> int:
        lowest, highest = limits
        # A longer text is no such number and slow to read.
        number = int(text) if re.fullmatch(r"[+-]?\d{1,20}", text, re.ASCII) else None
        if number is None or not lowest <= number <= highest:
            raise argparse.ArgumentTypeError(say("cli.not_a_number", received=text, lowest=lowest, highest=highest))
        return number

    return read


def real_number(say: Text, lowest: float, highest: float) -> Callable[[str], float]:
    """Reads a number between two limits, which it may be."""

    def read(text: str) -> float:
        number = float(text) if re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", text, re.ASCII) else None
        if number is None or not lowest <= number <= highest:
            raise argparse.ArgumentTypeError(say("cli.not_a_real", received=text, lowest=lowest, highest=highest))
        return number

    return read


def assignment(say: Text) -> Callable[[str], tuple[str, str]]:
    """Reads PATH=VALUE."""

    def read(text: str) -> tuple[str, str]:
        path, equals, value = text.partition("=")
        if not equals or not path.strip():
            raise argparse.ArgumentTypeError(say("cli.no_assignment", received=text))
        return path.strip(), value.strip()

    return read


def matching(say: Text, pattern: str, choices: Iterable[str]) -> Callable[[str], str]:
    """Reads a word of a certain form; `choices` are named where another one came."""

    def read(text: str) -> str:
        if re.fullmatch(pattern, text) is None:
            raise argparse.ArgumentTypeError(say("cli.not_a_choice", received=text, choices=", ".join(choices)))
        return text

    return read
