"""How long the window does not answer while it trains, with everything open: the longest gap between two beats.

    python tests/benchmarks/responsiveness.py [--seconds S] [--data FOLDER] [NETWORK ...]

A timer in the window's own thread beats every 2 ms. Where the window is busy drawing, beats come late; the longest gap
is how long a click would have waited. The same is measured before training begins, for comparison. A network is one of
the shipped layouts (spiral, fashion_mnist_quickstart and digits_cnn if none is named).
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

BEAT_MS = 2
NETWORKS = ("spiral", "fashion_mnist_quickstart", "digits_cnn")
WATCHED = {"spiral": "Linear", "fashion_mnist_quickstart": "Linear", "digits_cnn": "Conv2d"}
"""The kind of node whose parameters are looked at meanwhile."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("networks", nargs="*", default=NETWORKS)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument(
        "--data", default=os.environ.get("LAYERLOOM_TEST_DATA", str(ROOT.parent / "shared" / "datasets"))
    )
    options = parser.parse_args()
    os.environ["LAYERLOOM_DATA"] = options.data
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtWidgets import QApplication

    application = QApplication([])
    print(f"platform {application.platformName()}, {os.cpu_count()} cores, {options.seconds:g} s each; gaps in ms")
    print(f"{'network':<28}{'idle longest':>14}{'training longest':>18}{'99.9 %':>8}{'steps/s':>10}")
    for network in options.networks:
        measure(application, network, options.seconds)


def measure(application, network: str, seconds: float) -> None:
    from PySide6.QtCore import QTimer

    from core.layout import with_training
    from core.storage import load
    from gui.application import WarmUp
    from gui.document import Document
    from gui.main_window import MainWindow
    from gui.settings import Settings
    from gui.theme import Theme
    from gui.training_session import TrainingSession
    from gui.words import Words

    layout = load(ROOT / "layouts" / f"{network}.json")
    layout = with_training(layout, replace(layout.training, epochs=100_000))
    theme = Theme("light")
    theme.apply(application)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(Path(folder) / "settings.ini")
        window = MainWindow(Document(layout), TrainingSession(), Words("en"), theme, settings)
        warm_up = WarmUp(window)
        window.painted.connect(warm_up.start)
        window.resize(1440, 900)
        window.show()
        run_until(application, lambda: window.document.ready and window.session.state == "ready", 120)
        window.document.select(
            [key for key, node in layout.nodes.items() if node.layer == WATCHED.get(network, "Linear")][:1]
        )
        beats: list[float] = []
        heart = QTimer(window, interval=BEAT_MS)
        heart.timeout.connect(lambda: beats.append(time.perf_counter()))
        heart.start()
        run_until(application, lambda: window.session.snapshot is not None, 30)
        idle = gaps(application, beats, seconds / 4)
        window.train()
        run_until(application, lambda: len(window.session.metrics.losses) > 0, 120)
        before = len(window.session.metrics.losses)
        training = gaps(application, beats, seconds)
        steps = (len(window.session.metrics.losses) - before) / seconds
        high = sorted(training)[int(0.999 * len(training))]
        print(f"{network:<28}{max(idle):>14.1f}{max(training):>18.1f}{high:>8.1f}{steps:>10.0f}", flush=True)
        window.close()
        warm_up.wait()
        window.deleteLater()
        application.processEvents()


def run_until(application, done, patience: float) -> None:
    limit = time.monotonic() + patience
    while not done():
        application.processEvents()
        time.sleep(0.002)
        if time.monotonic() > limit:
            raise TimeoutError("the window did not get there")


def gaps(application, beats: list[float], seconds: float) -> list[float]:
    """Milliseconds between beats for so long, in the event loop as the program runs it."""
    from PySide6.QtCore import QEventLoop, QTimer

    beats.clear()
    loop = QEventLoop()
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()
    return [1000 * (later - earlier) for earlier, later in pairwise(beats)]


# The training process is spawned and imports this file again.
if __name__ == "__main__":
    main()
