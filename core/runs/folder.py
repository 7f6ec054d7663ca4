"""Where runs are kept, and which files one consists of.

layout.json          what was trained
run.json             with what: versions, device, threads, configuration; and how it went
metrics.csv          a row an epoch
steps.f32            the numbers of every step
confusion.npy        of the last epoch, where there are classes
best.safetensors     the weights of the lowest test loss
weights.safetensors  the weights of the end
last.pt              everything that going on needs
notes.json           what a person wrote about it
"""

from __future__ import annotations

import os
import re
from datetime import datetime
from itertools import count
from pathlib import Path

from core.datasets.folder import program_folder

VARIABLE = "LAYERLOOM_RUNS"
LAYOUT, RUN, METRICS, STEPS, CONFUSION = "layout.json", "run.json", "metrics.csv", "steps.f32", "confusion.npy"
BEST, WEIGHTS, CHECKPOINT, NOTES, LOCK = "best.safetensors", "weights.safetensors", "last.pt", "notes.json", ".lock"
OWN = frozenset({LAYOUT, RUN, METRICS, STEPS, CONFUSION, BEST, WEIGHTS, CHECKPOINT})
"""Files of which one alone says that a folder holds a run."""
TRASH = ".trash"
LONGEST_NAME = 40


def runs_folder() -> Path:
    """The folder that LAYERLOOM_RUNS names, else the platform's place for a program's data. It may not exist yet."""
    chosen = os.environ.get(VARIABLE)
    return Path(chosen).expanduser().absolute() if chosen else program_folder() / "runs"


def new_folder(root: Path, title: str, now: datetime) -> Path:
    """Make a folder for a run, named by when and what. OSError if it cannot be made."""
    root.mkdir(parents=True, exist_ok=True)
    name = f"{now:%Y%m%d-%H%M%S}-{_plain(title)}".rstrip("-")
    for number in count(1):
        folder = root / (name if number == 1 else f"{name}-{number}")
        try:
            folder.mkdir()
        # Two windows, or two runs within a second.
        except FileExistsError:
            continue
        return folder
    raise AssertionError


def _plain(title: str) -> str:
    """Letters and digits of any script, joined by hyphens: a name that every file system takes."""
    return re.sub(r"[\W_]+", "-", title).strip("-").lower()[:LONGEST_NAME].strip("-")
