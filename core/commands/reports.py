"""How the `train` command tells of a run: JSON lines for programs, a line an epoch and a bar for people."""

from __future__ import annotations

import json
import math
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from core.columns import padded, width
from core.text import Text
from core.training.events import Downloading, EpochEnded, Finished, Noticed, RunEvent, Started, Steps
from core.training.progress import Estimate

BAR = 30
"""Columns of the bar itself."""


class Report(Protocol):
    def take(self, event: RunEvent, run: Path | None) -> None:
        """Tell of an event; `run` is where the run is kept, if it is."""

    def resume(self, step: int, run: Path) -> None:
        """Tell that a kept run goes on after a step."""

    def announce(self, name: str, number: int, count: int) -> None:
        """Tell of the next run of a sweep, counted from 1."""

    def fail(self, node: str | None, sentence: str) -> None:
        """Tell of the end in failure. The sentence itself goes to standard error, which is not done here."""

    def close(self) -> None:
        """Leave nothing half drawn."""


class JsonReport:
    """One JSON object a line: epochs, then finished or failed; in between what the run could not have as asked for."""

    def __init__(self, say: Text) -> None:
        self._say = say

    def take(self, event: RunEvent, run: Path | None) -> None:
        if isinstance(event, EpochEnded):
            names = ("epoch", "train_loss", "test_loss", "test_accuracy", "samples_per_second")
            more = ("step", "seconds", "train_accuracy", "train_scores", "test_scores")
            _write({"event": "epoch", **{name: getattr(event, name) for name in (*names, *more)}})
        elif isinstance(event, Noticed):
            _write({"event": "notice", "message": self._say(event.rule, **event.values)})
        elif isinstance(event, Finished):
            kept = str(run) if run else None
            early = {"early": True} if event.early else {}
            _write({"event": "finished", "test_accuracy": event.test_accuracy, "run": kept, **early})

    def resume(self, step: int, run: Path) -> None:
        _write({"event": "resumed", "step": step, "run": str(run)})

    def announce(self, name: str, number: int, count: int) -> None:
        _write({"event": "variant", "name": name, "number": number, "count": count})

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
            names = ("parameters", "train_size", "test_size", "device", "processes")
            key = "cli.started_together" if event.processes > 1 else "cli.started"
            self._line(key, **{name: getattr(event, name) for name in names})
        elif isinstance(event, Downloading):
            percent = 100 * event.received // max(1, event.total)
            self._draw(
                self._say("cli.downloading", dataset=event.dataset, folder=event.folder, percent=min(100, percent))
            )
        elif isinstance(event, Steps):
            self._draw_progress()
        elif isinstance(event, EpochEnded):
            self._epoch(event)
        elif isinstance(event, Noticed):
            self.close()
            if sys.stderr is not None:
                print(self._say(event.rule, **event.values), file=sys.stderr, flush=True)
        elif isinstance(event, Finished):
            self._finished(event, run)

    def resume(self, step: int, run: Path) -> None:
        self._line("cli.resumed", step=step, run=str(run))

    def announce(self, name: str, number: int, count: int) -> None:
        # Another run's pace says nothing about this one's.
        self._estimate = Estimate()
        self._line("cli.variant", name=name, number=number, count=count)

    def fail(self, node: str | None, sentence: str) -> None:
        self.close()

    def close(self) -> None:
        if self._drawn and sys.stderr is not None:
            print(f"\r{' ' * self._drawn}\r", end="", file=sys.stderr, flush=True)
            self._drawn = 0

    def _epoch(self, event: EpochEnded) -> None:
        score = self._score(event.test_accuracy, event.test_scores)
        self._line(
            "cli.epoch_scored" if score else "cli.epoch_loss",
            epoch=event.epoch,
            digits=len(str(self._epochs)),
            epochs=self._epochs,
            train_loss=event.train_loss,
            test_loss=event.test_loss,
            score=score,
            speed=round(event.samples_per_second),
        )

    def _finished(self, event: Finished, run: Path | None) -> None:
        if event.early:
            self._line("cli.ended_early")
        if event.test_accuracy is None:
            self._line("cli.finished_loss_run" if run else "cli.finished_loss", loss=event.test_loss, run=str(run))
        else:
            key = "cli.finished_run" if run else "cli.finished"
            self._line(key, accuracy=100 * event.test_accuracy, run=str(run))

    def _score(self, accuracy: float | None, scores: Mapping[str, float]) -> str:
        """The one score that says most: the accuracy, or how far a regression is off."""
        if accuracy is not None:
            return self._say("cli.accuracy", accuracy=100 * accuracy)
        return self._say("cli.mae", mae=scores["mae"]) if "mae" in scores else ""

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
    print(json.dumps(_finite(data), ensure_ascii=False, allow_nan=False), flush=True)


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _finite(part) for key, part in value.items()}
    return None if isinstance(value, float) and not math.isfinite(value) else value
