"""`code FILE`: the network and its training as Python that runs by itself."""

from __future__ import annotations

import io
import sys
from typing import Any

from core.commands.reading import read_layout, sound
from core.commands.usage import FileParser, Parser
from core.text import Text


def parser(say: Text) -> Parser:
    found = FileParser(say, "code")
    found.group.add_argument("--model-only", action="store_true", help=say("cli.help.model_only"))
    return found


def run(options: Any, say: Text) -> int:
    """Print the script. CommandError if the layout has errors."""
    from core.codegen import model_code, training_code

    inference = sound(read_layout(options.file, say), say)
    write = model_code if options.model_only else training_code
    # Python reads its source as UTF-8, also where a terminal or a pipe has another encoding.
    if isinstance(sys.stdout, io.TextIOWrapper) and not sys.stdout.isatty():
        sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    print(write(inference, say.language), end="")
    return 0
