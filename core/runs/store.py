"""All runs that are kept: list, search, delete. The window and the command line ask here. No torch.

A folder that cannot be read is listed as broken; it never stops the others.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from core.layout import Layout
from core.runs.folder import CHECKPOINT, LAYOUT, NOTES, OWN, TRASH, runs_folder
from core.runs.lock import in_training
from core.runs.notes import read_notes
from core.runs.records import ENDS, RecordError, read_record
from core.storage import load


@dataclass(frozen=True)
class Why:
    """A whole text key and what its sentence names."""

    rule: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class RunEntry:
    """A kept run, as a table shows it."""

    folder: Path
    state: str
    """`running`, `finished`, `stopped`, `failed` or `broken`: the text key is `run.state.<state>`."""
    title: str = ""
    """Of the layout."""
    name: str = ""
    """What a person called it; empty where nobody did."""
    notes: str = ""
    tags: tuple[str, ...] = ()
    started: datetime | None = None
    device: str = ""
    threads: int = 0
    seed: int = 0
    epoch: int = 0
    """The last whole one."""
    epochs: int = 0
    step: int = 0
    seconds: float = 0.0
    test_loss: float | None = None
    test_accuracy: float | None = None
    best_loss: float | None = None
    """The lowest on the test data."""
    best_epoch: int = 0
    best_scores: Mapping[str, float] = field(default_factory=dict)
    """On the test data in that epoch, by name: `accuracy`, `f1` … or `mae`, `r2` …"""
    configuration: Mapping[str, Any] = field(default_factory=dict)
    """As in a layout file."""
    versions: Mapping[str, str] = field(default_factory=dict)
    """Of `program`, `torch` and `python`."""
    why: Why | None = None
    """What went wrong, for `failed` and `broken`."""
    can_go_on: bool = False
    """Whether there is something to go on from."""

    @property
    def label(self) -> str:
        """What it is called: by a person, by its layout, or by its folder."""
        return self.name or self.title or self.folder.name


class RunStore:
    """The runs in a folder. What was read stays until the files change."""

    def __init__(self, root: Path | None = None) -> None:
        """`root` is the program's own folder of runs if None. It need not exist."""
        self.root = root or runs_folder()
        self._known: dict[Path, tuple[tuple[int, ...], RunEntry]] = {}

    def runs(self) -> list[RunEntry]:
        """Every run, the newest first; nothing if there is no folder."""
        folders = run_folders(self.root)
        found = [self._entry(folder) for folder in folders]
        self._known = {folder: self._known[folder] for folder in folders if folder in self._known}
        return sorted(found, key=_age, reverse=True)

    def entry(self, folder: Path) -> RunEntry:
        """One run, wherever its folder is."""
        return read_entry(folder)

    def delete(self, folder: Path, for_good: bool = False) -> Path | None:
        """Take a run out of the list. It comes to lie in the trash, where it is told, unless `for_good`.

        ValueError for a folder that is no run of this store, BlockingIOError for one in training, OSError.
        """
        self._own(folder)
        if in_training(folder):
            raise BlockingIOError(11, "it is being trained", str(folder))
        if for_good:
            _remove(folder)
            return None
        trash = self.root / TRASH
        trash.mkdir(exist_ok=True)
        target = _free(trash / folder.name)
        folder.rename(target)
        return target

    def restore(self, trashed: Path) -> Path:
        """Put a run back from the trash. ValueError for another folder, OSError."""
        if trashed.parent != self.root / TRASH:
            raise ValueError(f"{trashed} is not in the trash of {self.root}")
        target = _free(self.root / trashed.name)
        trashed.rename(target)
        return target

    def empty_trash(self) -> None:
        """OSError if something cannot be removed."""
        trash = self.root / TRASH
        if trash.is_dir() and not trash.is_symlink():
            shutil.rmtree(trash)

    def _own(self, folder: Path) -> None:
        if folder.parent != self.root or folder.name in ("", ".", "..", TRASH) or not is_run(folder):
            raise ValueError(f"{folder} is no run of {self.root}")

    def _entry(self, folder: Path) -> RunEntry:
        mark = _mark(folder)
        known = self._known.get(folder)
        # Whether a run is still in training, no file tells.
        if known is None or known[0] != mark or known[1].state == "running":
            known = self._known[folder] = (mark, read_entry(folder))
        return known[1]


def run_folders(root: Path) -> list[Path]:
    """The folders below `root` that hold a run, whole or broken."""
    try:
        with os.scandir(root) as entries:
            found = [Path(entry.path) for entry in entries if not entry.name.startswith(".")]
    except OSError:
        return []
    return [folder for folder in found if is_run(folder)]


def is_run(folder: Path) -> bool:
    """Whether a folder holds at least one of the files that a run consists of."""
    return folder.is_dir() and any((folder / name).is_file() for name in OWN)


def read_entry(folder: Path) -> RunEntry:
    """What a run's folder says of it. Never raises."""
    said = read_notes(folder)
    person: dict[str, Any] = {"name": said.name, "notes": said.notes, "tags": said.tags}
    try:
        return _read(folder, read_record(folder), person)
    except RecordError as error:
        why = Why(f"run.{error.rule}", error.values)
    # A record that somebody has edited may hold anything anywhere.
    except (AttributeError, KeyError, TypeError, ValueError):
        why = Why("run.damaged_record", {"file": str(folder)})
    return RunEntry(folder, "broken", why=why, **person)


def run_layout(folder: Path) -> Layout:
    """What was trained. LayoutFileError or OSError if it cannot be read."""
    return load(folder / LAYOUT)


def search(entries: Iterable[RunEntry], words: str) -> list[RunEntry]:
    """The runs in which every word occurs: in their name, notes, tags, title, folder, device or configuration."""
    wanted = words.casefold().split()
    found = []
    for entry in entries:
        tags = " ".join(f"#{tag}" for tag in entry.tags)
        configuration = json.dumps(entry.configuration, ensure_ascii=False)
        parts = (
            entry.name,
            entry.notes,
            tags,
            entry.title,
            entry.folder.name,
            entry.device,
            entry.state,
            configuration,
        )
        text = "\n".join(parts).casefold()
        if all(word in text for word in wanted):
            found.append(entry)
    return found


def _read(folder: Path, record: dict[str, Any], person: dict[str, Any]) -> RunEntry:
    outcome, best = record["outcome"], record.get("best") or {}
    state, why = str(outcome.get("state")), None
    if state == "failed":
        values = {key: tuple(value) if isinstance(value, list) else value for key, value in _table(outcome, "values")}
        why = Why(str(outcome.get("rule") or "run.broken_off"), {**values, "node": outcome.get("node")})
    elif state not in ENDS:
        state = "running"
        if not in_training(folder):
            state, why = "failed", Why("run.broken_off", {"step": int(outcome.get("step") or 0)})
    return RunEntry(
        folder,
        state,
        title=str(record.get("title") or ""),
        started=datetime.fromisoformat(record["started"]),
        device=str(record.get("device") or ""),
        threads=int(record.get("threads") or 0),
        seed=int(record.get("seed") or 0),
        epoch=int(outcome.get("epoch") or 0),
        epochs=int(record.get("epochs") or 0),
        step=int(outcome.get("step") or 0),
        seconds=float(outcome.get("seconds") or 0.0),
        test_loss=_real(outcome.get("test_loss")),
        test_accuracy=_real(outcome.get("test_accuracy")),
        best_loss=_real(best.get("test_loss")),
        best_epoch=int(best.get("epoch") or 0),
        best_scores={name: float(value) for name, value in _table(best, "test_scores")},
        configuration=dict(_table(record, "configuration")),
        versions={key: str(record[key]) for key in ("program", "torch", "python") if record.get(key)},
        why=why,
        can_go_on=state != "running"
        and (folder / LAYOUT).is_file()
        and (state != "finished" or (folder / CHECKPOINT).is_file()),
        **person,
    )


def _table(record: Mapping[str, Any], key: str) -> Iterable[tuple[str, Any]]:
    value = record.get(key)
    return value.items() if isinstance(value, dict) else ()


def _real(value: Any) -> float | None:
    return None if value is None else float(value)


def _mark(folder: Path) -> tuple[int, ...]:
    """Changes whenever something does that an entry is read from."""
    found: list[int] = []
    for name in ("run.json", NOTES, CHECKPOINT, LAYOUT):
        try:
            status = (folder / name).stat()
            found += (status.st_mtime_ns, status.st_size, status.st_ino)
        except OSError:
            found += (0, 0, 0)
    return tuple(found)


def _age(entry: RunEntry) -> tuple[float, str]:
    if entry.started is not None:
        return entry.started.timestamp(), entry.folder.name
    try:
        return entry.folder.stat().st_mtime, entry.folder.name
    except OSError:
        return 0.0, entry.folder.name


def _free(wanted: Path) -> Path:
    number, target = 2, wanted
    while target.exists():
        target, number = wanted.with_name(f"{wanted.name}-{number}"), number + 1
    return target


def _remove(folder: Path) -> None:
    # A link to a run elsewhere: the link goes, the run stays.
    if stat.S_ISLNK(folder.lstat().st_mode):
        folder.unlink()
    else:
        shutil.rmtree(folder)
