"""`run.json`: with what a run was trained and how it went. Reading it needs no torch."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.runs.folder import RUN
from core.storage import write_whole

FORMAT = "layerloom-run"
VERSION = 1
LARGEST_RECORD = 16 * 2**20
"""Bytes. One has two thousand."""
ENDS = frozenset({"finished", "stopped", "failed"})


class RecordError(Exception):
    """A record that cannot be read. The sentence is `run.<rule>`, filled with `values`."""

    def __init__(self, rule: str, **values: object) -> None:
        super().__init__(f"{rule} {values}")
        self.rule = rule
        self.values = values


def read_record(folder: Path) -> dict[str, Any]:
    """What `run.json` says. RecordError if it is missing or no record."""
    path = folder / RUN
    try:
        if not path.is_file():
            raise RecordError("no_record", folder=str(folder))
        if path.stat().st_size > LARGEST_RECORD:
            raise RecordError("damaged_record", file=str(path))
        record = json.loads(path.read_bytes())
    except OSError as error:
        raise RecordError("unreadable", file=str(path), reason=error.strerror or str(error)) from None
    except (ValueError, RecursionError):
        raise RecordError("damaged_record", file=str(path)) from None
    if not isinstance(record, dict) or record.get("format") != FORMAT:
        raise RecordError("damaged_record", file=str(path))
    if record.get("version") != VERSION:
        raise RecordError("newer_record", file=str(path), version=str(record.get("version")))
    if not isinstance(record.get("outcome"), dict):
        raise RecordError("damaged_record", file=str(path))
    return record


def write_record(folder: Path, record: Mapping[str, Any]) -> None:
    """OSError if it cannot be written; what was there stays."""
    write_whole(folder / RUN, (json.dumps(plain(record), indent=2, ensure_ascii=False) + "\n").encode())


def mark_ended(folder: Path, state: str, rule: str = "", values: Mapping[str, object] | None = None) -> None:
    """Say of a run whose process is gone how it ended. One that has ended itself, or cannot be read, is left alone."""
    try:
        record = read_record(folder)
        if record["outcome"].get("state") in ENDS:
            return
        why = {"rule": rule, "node": None, "values": plain(values or {})} if rule else {}
        write_record(folder, {**record, "outcome": {**record["outcome"], "state": state, **why}})
    # The store finds out by itself that nobody trains it any more.
    except (RecordError, OSError):
        return


def plain(value: Any) -> Any:
    """A value as JSON can hold it: what it does not know, such as infinity, becomes text."""
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)
