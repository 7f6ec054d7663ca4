"""Running the program's command line as a person does: a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.repository import REPOSITORY


def program(*arguments: str | Path, cwd: Path = REPOSITORY, **environment: str) -> subprocess.CompletedProcess[str]:
    """`python main.py ARGUMENTS` with its output. Environment variables come on top of the tests' own."""
    command = [sys.executable, str(REPOSITORY / "main.py"), *map(str, arguments)]
    # Two CPU threads at most, on every machine the same: results repeat bit for bit at a fixed thread count.
    settings = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONWARNINGS": "error", **environment}
    return subprocess.run(
        command, cwd=cwd, env=settings, capture_output=True, text=True, encoding="utf-8", check=False, timeout=300
    )
