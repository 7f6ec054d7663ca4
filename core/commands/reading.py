"""A layout from a file as a command takes it, and the sentences for what is wrong with either."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.commands.failure import CommandError
from core.layout import Layout
from core.problems import Problem
from core.text import Text

if TYPE_CHECKING:
    from core.shapes import Inference


def read_layout(file: str, say: Text) -> Layout:
    """The layout in a file. CommandError says why there is none."""
    from core.storage import LayoutFileError, load

    try:
        return load(file)
    except LayoutFileError as error:
        raise CommandError(say("cli.bad_file", file=file, reason=say(f"file.{error.rule}", **error.values))) from None
    except FileNotFoundError:
        raise CommandError(say("cli.no_such_file", file=file)) from None
    except OSError as error:
        raise CommandError(say("cli.unreadable", file=file, reason=error.strerror or str(error))) from None


def sound(layout: Layout, say: Text) -> Inference:
    """The inference of a layout. CommandError with its first error, and how many more there are."""
    from core.shapes import infer

    inference = infer(layout)
    refuse_errors(inference, say)
    return inference


def refuse_errors(inference: Inference, say: Text) -> None:
    errors = inference.errors
    if errors:
        first = problem_sentence(errors[0], say)
        raise CommandError(f"{first} {say('cli.more_errors', count=len(errors) - 1)}" if len(errors) > 1 else first)


def problem_sentence(problem: Problem, say: Text) -> str:
    """The problem in words, with its node named in front where the sentence itself does not.

    Inside a block it is named by the way to it, as in `state_dict`: `stage.block.conv`.
    """
    sentence = say(f"problem.{problem.rule}", **problem.values)
    if problem.node is None:
        return sentence
    path = (problem.node, *problem.inside)
    named = f"`{path[-1]}`" in sentence
    if problem.inside:
        return say("cli.inside", path=".".join(path[:-1] if named else path), sentence=sentence)
    return sentence if named else f"`{problem.node}`: {sentence}"
