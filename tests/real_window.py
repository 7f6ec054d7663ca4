"""The program as `main.py` starts it, which also tells where things are on the screen: run by test_real_window.

    python -m tests.real_window FILE

prints one JSON line once shapes are known: the middle of a palette row, of a node and of a wire, in screen pixels. Then
a line each time the training has something new on the plots.
"""

from __future__ import annotations

import json
import sys

from PySide6.QtCore import QPoint, QPointF, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from gui.application import WarmUp, run_window
from gui.main_window import MainWindow
from gui.panels.palette_model import Role


def tell_places() -> None:
    """Called at the first paint: ask the warm-up to tell once it is done."""
    window = next(widget for widget in QApplication.topLevelWidgets() if isinstance(widget, MainWindow))
    warm_up = window.findChild(WarmUp)
    assert warm_up is not None
    warm_up.finished.connect(lambda: QTimer.singleShot(0, lambda: _tell(window)))


def _tell(window: MainWindow) -> None:
    canvas, tree = window.canvas, window.desk.palette_panel.tree
    above, below = canvas.port_point("hidden", True), canvas.port_point("relu", False)
    row = next(
        index
        for section in range(tree.model().rowCount())
        for index in [tree.model().index(line, 0, tree.model().index(section, 0)) for line in range(40)]
        if index.data(Role.LAYER) == "Conv2d"
    )
    places = {
        "row": _screen(tree.viewport(), tree.visualRect(row).center()),
        "node": _screen(canvas.viewport(), canvas.mapFromScene(canvas.node_rect("logits").center())),
        "wire": _screen(canvas.viewport(), canvas.mapFromScene(QPointF((above + below) / 2))),
    }
    window.session.measured.connect(lambda: print("measured", flush=True))
    print(json.dumps(places), flush=True)


def _screen(widget: QWidget, point: QPoint) -> tuple[int, int]:
    place = widget.mapToGlobal(point)
    return place.x(), place.y()


if __name__ == "__main__":
    sys.exit(run_window(sys.argv[1], first_painted=tell_places))
