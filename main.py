"""The program's door: the window by default, or one of the commands that need none."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program with these arguments (those of the process if None) and return its exit status."""
    from core.cli import run

    return run(sys.argv[1:] if argv is None else argv, open_window)


def open_window(file: str | None) -> int:
    """The window, with a layout file on its canvas if one is given. Qt is imported here and nowhere before."""
    from gui.application import run_window

    return run_window(file)


# The training process is spawned: it imports this file again and must not open a second window.
if __name__ == "__main__":
    status = main()
    from core.commands.together import end

    end(status)
