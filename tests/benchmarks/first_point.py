"""From pressing Train to the first point of the curve in the window, with the training process up and warm.

    python tests/benchmarks/first_point.py --data ../shared/datasets

Each of the layouts that ship is trained several times; the first time and the median are printed. About a minute.
"""

from __future__ import annotations

from statistics import median
from time import perf_counter

from stage import ROOT, Stage, arguments

from core.storage import load

LAYOUTS = ("digits_mlp", "digits_cnn", "spiral", "residual_cnn", "fashion_mnist_quickstart")
WANTED = 1.0
"""Seconds."""


def main() -> None:
    options = arguments(__doc__.splitlines()[0], times=(int, 5, "runs of each"))
    with Stage() as stage:
        session, window = stage.window.session, stage.window
        for name in LAYOUTS:
            stage.open(load(ROOT / "layouts" / f"{name}.json"), "logits")
            times = []
            for _ in range(options.times):
                began = perf_counter()
                window.train()
                stage.until(lambda: len(session.metrics.losses) > 0 or session.state == "failed")
                if session.state == "failed":
                    assert session.failure is not None
                    print(f"{name}: {window.words.say(session.failure.rule, **session.failure.values)}")
                    break
                # Drawn, too: the plots follow the signal, their picture comes with the next turn.
                stage.application.processEvents()
                times.append(perf_counter() - began)
                session.stop()
                stage.until(lambda: not session.busy)
            if times:
                print(f"{name}: first run {times[0]:.3f} s, median {median(times):.3f} s (wanted {WANTED} s)")


if __name__ == "__main__":
    main()
