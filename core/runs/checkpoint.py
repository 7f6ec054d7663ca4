"""Everything that going on needs, in one file: written whole or not at all, read without running anything in it."""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from core.storage import written_whole

FORMAT = "layerloom-checkpoint"
VERSION = 1


class CheckpointError(Exception):
    """A file that cannot be gone on from. The sentence is `run.<rule>`, filled with `values`."""

    def __init__(self, rule: str, **values: object) -> None:
        super().__init__(f"{rule} {values}")
        self.rule = rule
        self.values = values


def write(path: Path, state: Mapping[str, Any]) -> None:
    """Put a state where `path` is; what was there stays until the new one is on the disk. OSError if it cannot be."""
    import torch

    with written_whole(path) as file:
        try:
            torch.save({"format": FORMAT, "version": VERSION, "state": state}, file)
        # Torch says of a full disk that its writer failed; the file itself says why.
        except RuntimeError as error:
            raise _reason(file, error) from None


def read(path: Path) -> dict[str, Any]:
    """The state, its tensors in the processor's memory. CheckpointError if it is none or damaged, OSError."""
    import torch

    if not path.is_file():
        raise FileNotFoundError(2, os.strerror(2), str(path))
    try:
        # Torch does not look at the checksums that it writes.
        with zipfile.ZipFile(path) as archive:
            if archive.testzip() is not None:
                raise CheckpointError("damaged_checkpoint", file=str(path))
        content = torch.load(path, map_location="cpu", weights_only=True)
    except (CheckpointError, OSError):
        raise
    # A damaged or foreign file is whatever zip, pickle or torch make of it.
    except Exception:
        raise CheckpointError("damaged_checkpoint", file=str(path)) from None
    if not isinstance(content, dict) or content.get("format") != FORMAT or not isinstance(content.get("state"), dict):
        raise CheckpointError("foreign_checkpoint", file=str(path))
    if content.get("version") != VERSION:
        raise CheckpointError("newer_checkpoint", file=str(path), version=content.get("version"))
    state: dict[str, Any] = content["state"]
    return state


def _reason(file: BinaryIO, error: RuntimeError) -> OSError:
    """What the operating system says against one more byte in the file, or else torch's own words."""
    try:
        file.write(bytes(zlib.DEF_BUF_SIZE))
        file.flush()
        os.fsync(file.fileno())
    except OSError as refused:
        return refused
    return OSError(str(error).splitlines()[0])
