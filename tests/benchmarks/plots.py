"""How long the plots of a run of 1,000,000 steps take to be drawn anew, and how much memory the window holds for them.

    python tests/benchmarks/plots.py [--steps N] [--redraws N]

The real panel, 1100 x 300 pixels, of a run whose numbers come as the training process sends them, 30 times a second's
worth at a time. A redraw is all that happens when numbers arrive: choosing points, laying out, painting both plots.
What is told is the time of the processor, so that other programs on it change little.
Each way of looking at it is measured: across epochs, steps and time, smoothed, logarithmic, and zoomed in. One step far
above and one far below all others must be among the drawn points each time.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

STEPS_PER_EPOCH = 500
BATCH = 130
"""Steps in one message: 4,000 a second in 30 pictures."""
LIMIT = 16.0
"""Milliseconds that a redraw may take."""
HIGH, LOW = 777_777, 333_333


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--steps", type=int, default=1_000_000)
    parser.add_argument("--redraws", type=int, default=30)
    options = parser.parse_args()
    from PySide6.QtWidgets import QApplication

    application = QApplication([])
    measure(application, options.steps, options.redraws)


def measure(application: Any, steps: int, redraws: int) -> None:
    import numpy as np

    from core.storage import load
    from core.training.events import EpochEnded, Steps
    from gui.document import Document
    from gui.panels.plots import PlotsPanel
    from gui.theme import Theme
    from gui.training_session import TrainingSession
    from gui.words import Words

    theme = Theme("light")
    theme.apply(application)
    layout = load(ROOT / "layouts" / "digits_mlp.json")
    session = TrainingSession()
    panel = PlotsPanel(Document(layout), session, Words("en"), theme)
    panel.resize(1100, 300)
    panel.show()
    session._story.begin(layout)
    rng = np.random.default_rng(0)
    losses = (0.2 + 2 / (1 + np.arange(steps) / 5e4) + 0.1 * rng.standard_normal(steps)).astype(np.float32)
    high, low = HIGH * steps // 1_000_000, LOW * steps // 1_000_000
    losses[high], losses[low] = 9.0, 0.001
    losses[1:] = np.maximum(losses[1:], 0.001)
    rates = np.full(steps, 1e-3, np.float32)
    application.processEvents()

    def feed(first: int, last: int) -> None:
        for start in range(first, last, BATCH):
            end = min(start + BATCH, last)
            story = session._story
            story.take(Steps(start + 1, losses[start:end], 1, end / 4000, rates=rates[start:end]))
            for epoch in range(start // STEPS_PER_EPOCH, end // STEPS_PER_EPOCH):
                step = (epoch + 1) * STEPS_PER_EPOCH
                at = float(losses[step - STEPS_PER_EPOCH : step].mean())
                scores = {"accuracy": 1 - at / 5, "f1": 1 - at / 4}
                story.take(
                    EpochEnded(epoch + 1, step, at, at, 1 - at / 5, 1 - at / 5, 1e5, step / 4000, scores, scores)
                )

    feed(0, min(10_000, steps))
    panel.refresh()
    panel.loss.viewport().repaint()
    before = held()
    feed(10_000, steps)
    print(f"{steps:,} steps, {len(session.metrics.epochs):,} epochs, panel {panel.width()} x {panel.height()}")
    print(f"{'view':<28}{'median ms':>12}{'longest ms':>12}{'points':>10}")
    worst = 0.0
    views: dict[str, Callable[[], object]] = {
        "epochs": lambda: None,
        "epochs, smoothed": lambda: panel.smoothing.slider.setValue(4),
        "epochs, smoothed, log": lambda: panel.commands.log.setChecked(True),
        "learning rate beside it": lambda: panel.show_kind("rate"),
        "steps": lambda: panel.show_across("steps"),
        "time": lambda: panel.show_across("time"),
        "half of it": lambda: panel.loss.zoom(2.0),
    }
    for name, prepare in views.items():
        prepare()
        application.processEvents()
        taken = []
        for _ in range(redraws):
            began = time.process_time()
            panel.refresh()
            for chart in (panel.loss, panel.accuracy):
                chart.viewport().repaint()
            taken.append(1000 * (time.process_time() - began))
        drawn = panel.loss._curves[0].getData()[1]
        shown = 10**drawn if panel.loss.log else drawn
        assert abs(shown.max() - 9.0) < 1e-3, "the highest step is not drawn"
        assert name == "half of it" or abs(shown.min() - 0.001) < 1e-5, "the lowest step is not drawn"
        worst = max(worst, statistics.median(taken))
        print(f"{name:<28}{statistics.median(taken):>12.2f}{max(taken):>12.2f}{len(drawn):>10,}")
    print(f"worst median {worst:.2f} ms of {LIMIT:g} ms; memory grew by {held() - before:.0f} MB")
    panel.close()
    session.close()


def held() -> float:
    """Megabytes of this process in memory now, or at most so far where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


if __name__ == "__main__":
    main()
