"""Where data sets live and are downloaded to."""

from __future__ import annotations

import os
import sys
from pathlib import Path

VARIABLE = "LAYERLOOM_DATA"


def data_folder() -> Path:
    """The folder that LAYERLOOM_DATA names, else the platform's place for a program's data. It may not exist yet."""
    chosen = os.environ.get(VARIABLE)
    return Path(chosen).expanduser().absolute() if chosen else program_folder() / "data"


def program_folder() -> Path:
    """The platform's place for what a program keeps for a person. It may not exist yet."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return base / ("LayerLoom" if sys.platform in ("win32", "darwin") else "layerloom")
