"""A whole window without a screen, with plots and parameter view open, for the benchmarks of training."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# One torch thread on every side: of two cores one trains and one draws.
os.environ["OMP_NUM_THREADS"] = "1"

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from core.layout import Layout
    from gui.main_window import MainWindow

PATIENCE = 120.0
"""Seconds for anything to happen at all."""
BEAT = 4
"""Milliseconds between two looks at whether the window answers."""


def arguments(description: str, **options: tuple[type, object, str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--data", type=Path, help="folder of data sets (LAYERLOOM_DATA)")
    for name, (kind, default, text) in options.items():
        parser.add_argument(f"--{name}", type=kind, default=default, help=f"{text} ({default})")
    found = parser.parse_args()
    if found.data is not None:
        os.environ["LAYERLOOM_DATA"] = str(found.data.absolute())
    return found


class Stage:
    """Use as a context: the window is open inside and nothing is left afterwards."""

    def __enter__(self) -> Stage:
        from PySide6.QtWidgets import QApplication

        from core.layout import Layout
        from core.shapes import infer
        from gui.document import Document
        from gui.main_window import MainWindow
        from gui.settings import Settings
        from gui.theme import Theme
        from gui.training_session import TrainingSession
        from gui.words import Words

        existing = QApplication.instance()
        self.application: QApplication = existing if isinstance(existing, QApplication) else QApplication([])
        self._folder = tempfile.TemporaryDirectory()
        settings = Settings(Path(self._folder.name) / "settings.ini")
        theme = Theme("light")
        theme.apply(self.application)
        self.window: MainWindow = MainWindow(Document(Layout()), TrainingSession(), Words("en"), theme, settings)
        self.window.resize(1440, 900)
        self.window.show()
        self.application.processEvents()
        self.window.session.start_worker()
        self.window.build_learning_panels()
        self.window.document.set_inference(infer)
        self.until(lambda: bool(self.window.session.devices))
        # What the process still imports once it can be asked.
        self.spend(3.0)
        return self

    def __exit__(self, *_: object) -> None:
        self.window.document.mark_saved(Path("unsaved"))
        self.window.session.close()
        self.window.close()
        self._folder.cleanup()

    def open(self, layout: Layout, node: str) -> None:
        """Put a layout on the canvas and look at the parameters of a node."""
        self.window.document.open(layout, None)
        self.window.document.select([node])
        self.spend(0.3)

    def until(self, fact: Callable[[], bool]) -> None:
        """Let the window live until something is so."""
        self._live(fact, PATIENCE)
        if not fact():
            session = self.window.session
            raise TimeoutError(f"state {session.state}, failure {session.failure}")

    def spend(self, seconds: float) -> float:
        """Let the window live for a while; the longest time it did not answer, in seconds."""
        from PySide6.QtCore import Qt, QTimer

        longest, last = 0.0, time.perf_counter()

        def beat() -> None:
            nonlocal longest, last
            now = time.perf_counter()
            longest, last = max(longest, now - last), now

        # What passes between two beats is what a click would wait.
        heart = QTimer()
        heart.setTimerType(Qt.TimerType.PreciseTimer)
        heart.setInterval(BEAT)
        heart.timeout.connect(beat)
        heart.start()
        self._live(lambda: False, seconds)
        heart.stop()
        return longest - BEAT / 1e3

    def _live(self, fact: Callable[[], bool], seconds: float) -> None:
        """Qt's own loop, which sleeps while there is nothing to do, until something is so or the time is over."""
        from PySide6.QtCore import QEventLoop, Qt, QTimer

        loop, deadline, look = QEventLoop(), time.perf_counter() + seconds, QTimer()
        look.setTimerType(Qt.TimerType.PreciseTimer)
        look.setInterval(BEAT)
        look.timeout.connect(lambda: loop.quit() if fact() or time.perf_counter() >= deadline else None)
        look.start()
        if not fact():
            loop.exec()
        look.stop()
