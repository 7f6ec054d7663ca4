"""Training in several real processes that torch's own launcher starts, as a person starts it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.repository import REPOSITORY

PATIENCE = 300
"""Seconds: importing torch in each process, on a machine that does something else too."""
SETTINGS = {"OMP_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"}


def command(*arguments: str | Path, processes: int = 2) -> list[str]:
    launcher = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(processes)]
    return [*launcher, *map(str, arguments)]


def launched(*arguments: str | Path, processes: int = 2, **environment: str) -> subprocess.CompletedProcess[str]:
    """`torchrun --nproc-per-node N main.py ARGUMENTS` with its output."""
    return subprocess.run(
        command(REPOSITORY / "main.py", *arguments, processes=processes),
        env={**os.environ, **SETTINGS, **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=PATIENCE,
    )


class Launched:
    """The same, while it goes on. Use as a context: nothing is left running behind it."""

    def __init__(self, *arguments: str | Path, processes: int = 2) -> None:
        self._process = subprocess.Popen(
            command(REPOSITORY / "main.py", *arguments, processes=processes),
            env={**os.environ, **SETTINGS},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def __enter__(self) -> Launched:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.terminate()
            self._process.communicate(timeout=PATIENCE)

    def line(self) -> str:
        """The next one that is printed."""
        assert self._process.stdout is not None
        return self._process.stdout.readline()

    def interrupt(self) -> None:
        """As Ctrl+C does."""
        self._process.send_signal(signal.SIGINT)

    def kill(self, rank: int) -> None:
        """End one of the processes at once."""
        os.kill(self._of_rank(rank), signal.SIGKILL)

    def end(self) -> tuple[int, str, str]:
        """Wait for it. The status, the rest of the output, and what was complained about."""
        out, err = self._process.communicate(timeout=PATIENCE)
        return self._process.returncode, out, err

    def _of_rank(self, rank: int) -> int:
        root = Path("/proc")
        (found,) = (
            int(process)
            for task in (root / str(self._process.pid) / "task").iterdir()
            for process in (task / "children").read_text().split()
            if f"\0RANK={rank}\0".encode() in b"\0" + (root / process / "environ").read_bytes()
        )
        return found
