"""Why a command cannot do what it was asked for."""

from __future__ import annotations


class CommandError(Exception):
    """Holds the whole sentence that goes to standard error, in the reader's language. The exit status is 1."""
