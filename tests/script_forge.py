"""Runs printed scripts, each in a process of its own that begins with torch imported, which takes longer than they do.

    python -m tests.script_forge

reads a folder and settings a line, runs the folder's `script.py` with them, and says its exit status.
"""

from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path

from tests.repository import REPOSITORY


class ScriptForge:
    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.script_forge"],
            cwd=REPOSITORY, env={**os.environ, "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def run(self, where: Path, settings: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        """Run `script.py` there; settings are added to the environment."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps([str(where), dict(settings)]) + "\n")
        self._process.stdin.flush()
        status = int(self._process.stdout.readline())
        said, failed = ((where / name).read_text(encoding="utf-8") for name in ("stdout", "stderr"))
        return subprocess.CompletedProcess("script.py", status, said, failed)

    def close(self) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


def serve() -> None:
    import sklearn.datasets
    import sklearn.model_selection  # noqa: F401
    import torch
    import torchvision  # noqa: F401

    # The first optimizer imports half of torch.
    torch.optim.SGD([torch.zeros(1, requires_grad=True)])
    for line in sys.stdin:
        where, settings = json.loads(line)
        child = os.fork()
        if not child:
            run(Path(where), settings)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def run(where: Path, settings: Mapping[str, str]) -> None:
    """Be the process of that script, to its end."""
    os.chdir(where)
    os.environ.update(settings)
    for number, name in ((1, "stdout"), (2, "stderr")):
        os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), number)
    sys.argv, sys.path[0] = ["script.py"], str(where)
    status = 0
    try:
        runpy.run_path("script.py", run_name="__main__")
    except SystemExit as ending:
        status = ending.code if isinstance(ending.code, int) else int(ending.code is not None)
    except BaseException:
        traceback.print_exc()
        status = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    serve()
