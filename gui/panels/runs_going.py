"""A run that goes on, as the table of runs shows it: the session knows more of it than its folder says."""

from __future__ import annotations

from dataclasses import replace

from core.runs.store import RunEntry
from gui.training_session import TrainingSession


def as_it_goes(entry: RunEntry, session: TrainingSession) -> RunEntry:
    """The entry as far as its run has come; as it was if another run goes on, or none."""
    if entry.folder != session.run_folder or not session.busy:
        return entry
    metrics, progress = session.metrics, session.progress
    reached = len(metrics.epochs)
    seconds = float(metrics.marks[1][-1]) if len(metrics.marks[1]) else entry.seconds
    if not reached or progress is None:
        return replace(entry, state="running", seconds=seconds)
    best = int(metrics.test_loss.argmin())
    scores = {
        name.removeprefix("test_"): float(values[best])
        for name, values in metrics.scores.items() if name.startswith("test_")
    }  # fmt: skip
    return replace(
        entry, state="running", why=None, epoch=int(metrics.epochs[-1]), seconds=seconds,
        best_loss=float(metrics.test_loss[best]), best_epoch=int(metrics.epochs[best]), best_scores=scores,
    )  # fmt: skip
