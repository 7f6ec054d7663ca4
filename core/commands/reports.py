"""How the `train` command tells of a run: JSON lines for programs, a line an epoch and a bar for people."""

from __future__ import annotations

import json
import math
import shutil
import sys
from pathlib import Path
from typing import Any, Protocol

from core.columns import padded, width
from core.text import Text
from core.training.events import Downloading, EpochEnded, Finished, RunEvent, Started, Steps
from core.training.progress import Estimate

BAR = 30
"""Columns of the bar itself."""


class Report(Protocol):
    def take(self, event: RunEvent, run: Path | None) -> None:
        """Tell of an event; `run` is where the run is kept, if it is."""

    def fail(self, node: str | None, sentence: str) -> None:
        """Tell of the end in failure. The sentence itself goes to standard error, which is not done here."""

    def close(self) -> None:
        """Leave nothing half drawn."""


class JsonReport:
    """One JSON object a line: epochs, then finished or failed."""

    def __init__(self, say: Text) -> None:
        self._say = say

    def take(self, event: RunEvent, run: Path | None) -> None:
        if isinstance(event, EpochEnded):
            names = ("epoch", "train_loss", "test_loss", "test_accuracy", "samples_per_second")
            _write({"event": "epoch", **{name: getattr(event, name) for name in names}})
        elif isinstance(event, Finished):
            _write({"event": "finished", "test_accuracy": event.test_accuracy, "run": str(run) if run else None})

    def fail(self, node: str | None, sentence: str) -> None:
        _write({"event": "failed", "node": node, "message": sentence})

    def close(self) -> None:
        pass


class TextReport:
    """Lines on standard output; the bar on standard error, where that is a terminal."""

    def __init__(self, say: Text) -> None:
        self._say = say
        self._estimate = Estimate()
        self._epochs = 0
        self._drawn = 0
        """Columns that the bar takes now."""

    def take(self, event: RunEvent, run: Path | None) -> None:
        self._estimate.take(event)
        if isinstance(event, Started):
            self._epochs = event.epochs
            names = ("parameters", "train_size", "test_size", "device")
            self._line("cli.started", **{name: getattr(event, name) for name in names})
        elif isinstance(event, Downloading):
            percent = 100 * event.received // max(1, event.total)
            self._draw(
                self._say("cli.downloading", dataset=event.dataset, folder=event.folder, percent=min(100, percent))
            )
        elif isinstance(event, Steps):
            self._draw_progress()
        elif isinstance(event, EpochEnded):
            self._epoch(event)
        elif isinstance(event, Finished):
            key = "cli.finished_run" if run else "cli.finished"
            self._line(key, accuracy=100 * event.test_accuracy, run=str(run))

    def fail(self, node: str | None, sentence: str) -> None:
        self.close()

    def close(self) -> None:
        if self._drawn and sys.stderr is not None:
            print(f"\r{' ' * self._drawn}\r", end="", file=sys.stderr, flush=True)
            self._drawn = 0

    def _epoch(self, event: EpochEnded) -> None:
        self._line(
            "cli.epoch",
            epoch=event.epoch,
            digits=len(str(self._epochs)),
            epochs=self._epochs,
            train_loss=event.train_loss,
            test_loss=event.test_loss,
            accuracy=100 * event.test_accuracy,
            speed=round(event.samples_per_second),
        )

    def _line(self, key: str, **values: object) -> None:
        self.close()
        print(self._say(key, **values), flush=True)

    def _draw_progress(self) -> None:
        progress = self._estimate.progress
        if progress is None:
            return
        full = round(progress.fraction * BAR)
        self._draw(
            self._say(
                "cli.bar",
                epoch=progress.epoch,
                epochs=progress.epochs,
                bar="#" * full + "·" * (BAR - full),
                percent=math.floor(100 * progress.fraction),
                left=_clock(progress.seconds_left),
            )
        )

    def _draw(self, text: str) -> None:
        if sys.stderr is None or not sys.stderr.isatty():
            return
        # A bar that wraps into the next line could not be wiped any more.
        room = shutil.get_terminal_size().columns - 1
        while width(text) > room:
            text = text[:-1]
        print(f"\r{padded(text, self._drawn)}", end="", file=sys.stderr, flush=True)
        self._drawn = width(text)


def _clock(seconds: float | None) -> str:
    """Minutes and seconds, `1:05`."""
    if seconds is None:
        return "–:––"
    whole = math.ceil(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


def _write(data: dict[str, Any]) -> None:
    # JSON knows no infinity: a loss that is none is null.
    plain = {
        key: None if isinstance(value, float) and not math.isfinite(value) else value for key, value in data.items()
    }
    print(json.dumps(plain, ensure_ascii=False, allow_nan=False), flush=True)
