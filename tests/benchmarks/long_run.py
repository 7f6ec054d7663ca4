"""The memory of the window and of its training process over a run of 1,000,000 steps.

    python tests/benchmarks/long_run.py [--steps N]

A network of one layer learns points in the whole window, with its plots in front and its parameters open; what both
processes hold is told along the way. The run is kept in its folder, as every run is. About three minutes.
"""

from __future__ import annotations

import os
from pathlib import Path
from time import perf_counter

from stage import Stage, arguments

from core.training.config import Choice, TrainingConfig

BEGINNING = 0.05
"""Of the steps: what the first ones set up is there by then."""
TIMES = 8
WANTED = 50.0
"""Megabytes."""


def held(process: int) -> float:
    """Megabytes in memory. Linux only."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def main() -> None:
    options = arguments(__doc__.splitlines()[0], steps=(int, 1_000_000, "steps"))
    from tests.examples import chain

    dataset = Choice("moons", {"samples": 4_000})
    training = TrainingConfig(dataset, optimizer=Choice("SGD", {"lr": 0.001}), batch_size=8, epochs=100_000)
    layout = chain(("logits", "Linear", {"out_features": 2}), training=training)
    with Stage() as stage:
        session = stage.window.session
        stage.open(layout, "logits")
        began = perf_counter()
        session.start(layout)
        marks = [round(options.steps * (BEGINNING + (1 - BEGINNING) * turn / TIMES)) for turn in range(TIMES + 1)]
        found = []
        for mark in marks:
            stage.until(lambda mark=mark: len(session.metrics.losses) >= mark)  # type: ignore[misc]
            assert session.process_id is not None
            found.append((held(os.getpid()), held(session.process_id)))
            silence = stage.spend(1.0)
            print(
                f"{len(session.metrics.losses):>12,} steps, {len(session.metrics.epochs):>6,} epochs:"
                f" window {found[-1][0]:7.0f} MB, training {found[-1][1]:7.0f} MB,"
                f" silence of the window {1e3 * silence:4.0f} ms",
                flush=True,
            )
        pace = len(session.metrics.losses) / (perf_counter() - began)
        session.stop()
        stage.until(lambda: not session.busy)
    grown = [found[-1][side] - found[0][side] for side in (0, 1)]
    print(
        f"{pace:,.0f} steps a second; grown by {grown[0]:+.0f} MB and {grown[1]:+.0f} MB (wanted {WANTED:.0f} at most)"
    )


if __name__ == "__main__":
    main()
