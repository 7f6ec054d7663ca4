"""How soon the window is seen: from starting `python main.py` to its first paint, with warm disk caches.

    python tests/benchmarks/first_paint.py [--runs N]

Prints the median of N starts in seconds, and the same for a bare PySide6 window, one after the other in the same run,
so that the ratio says what the program itself costs. On a machine without a screen Qt's offscreen platform is used.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent

# main.py as the shell starts it, with one thing more: it says when the window was seen, and goes.
PROGRAM = """
import sys, time
sys.argv = ["main.py"]
import main
def open_window(file):
    from gui.application import run_window
    from PySide6.QtWidgets import QApplication
    def seen():
        moment = time.time()
        heavy = {"torch", "torchvision", "sklearn", "networkx", "pyqtgraph"} & set(sys.modules)
        print("seen", moment, *sorted(heavy), flush=True)
        sys.stdout.flush()
        import os
        os._exit(0)
    return run_window(file, first_painted=seen)
main.open_window = open_window
main.main()
"""
BARE = """
import os, time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        QTimer.singleShot(0, self.seen)
    def seen(self):
        print("seen", time.time(), flush=True)
        os._exit(0)
application = QApplication([])
window = Window()
window.resize(1440, 900)
window.show()
application.exec()
"""


def first_paint(source: str, environment: dict[str, str]) -> tuple[float, list[str]]:
    """Seconds from the start of the process to the first paint, and which slow packages it had imported by then."""
    began = time.time()
    done = subprocess.run(
        [sys.executable, "-c", source], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60
    )
    for line in done.stdout.splitlines():
        word, *rest = line.split()
        if word == "seen":
            return float(rest[0]) - began, rest[1:]
    raise RuntimeError(f"no window was painted:\n{done.stderr}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--runs", type=int, default=7)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        environment = dict(os.environ, XDG_CONFIG_HOME=folder, XDG_DATA_HOME=folder)
        if sys.platform.startswith("linux") and not (environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")):
            environment["QT_QPA_PLATFORM"] = "offscreen"
        for source in (PROGRAM, BARE):
            first_paint(source, environment)  # fills the disk caches
        ours, bare = [], []
        for _ in range(runs):
            seconds, imported = first_paint(PROGRAM, environment)
            assert not imported, f"imported before the first paint: {imported}"
            ours.append(seconds)
            bare.append(first_paint(BARE, environment)[0])
    ours_median, bare_median = statistics.median(ours), statistics.median(bare)
    print(f"window of LayerLoom  {ours_median:.3f} s  ({min(ours):.3f} to {max(ours):.3f}, {runs} runs)")
    print(f"bare PySide6 window  {bare_median:.3f} s  ({min(bare):.3f} to {max(bare):.3f}, {runs} runs)")
    print(f"ratio                {ours_median / bare_median:.2f}")


if __name__ == "__main__":
    main()
