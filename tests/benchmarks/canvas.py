"""How quick the canvas is: building, panning, zooming, dragging and editing networks of 1,000 and 10,000 nodes.

    python tests/benchmarks/canvas.py [--x] [--rounds N]

Prints medians and 95th percentiles in milliseconds, with a QGraphicsView of plain items (a rectangle, a name, a line)
as the other side in the same run: on a busy machine the ratio is what counts. A frame is what passes from the mouse
event to the end of the painting that it causes. `--x` draws on an X server (DISPLAY, or an Xvfb of its own) instead of
Qt's offscreen platform. The limits are those of the issue; the last column says how much of each was used.
"""

from __future__ import annotations

import argparse
import gc
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, thread_time
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "benchmarks")]
os.environ["OMP_NUM_THREADS"] = "1"

if TYPE_CHECKING:
    from PySide6.QtWidgets import QGraphicsView

    from core.inference import Inference
    from core.layout import Layout

SIZE = (1440, 900)
FRAMES = 60
COLUMN, ROW = 280.0, 100.0


clock: Callable[[], float] = perf_counter
"""Or `thread_time`, which a busy machine disturbs less: what passes while others have the processor does not count."""


def told(name: str, times: list[float], limit: float | None = None) -> None:
    late = quantiles(times, n=20, method="inclusive")[-1] if len(times) > 1 else times[0]
    used = "" if limit is None else f"  of {limit:6.0f}: {100 * late / limit:4.0f} %"
    print(f"{name:46} median {median(times):8.2f}  p95 {late:8.2f}{used}", flush=True)


def network(size: int) -> Layout:
    """A residual network that stands in columns, as nobody would draw it but everybody can see it whole."""
    from inference import residual

    from core.layout import with_positions

    layout = residual(size)
    rows = 40 if size <= 1000 else 100
    return with_positions(
        layout, {key: (COLUMN * (index // rows), ROW * (index % rows)) for index, key in enumerate(layout.nodes)}
    )


class Eyes:
    """Sees when a view has been painted."""

    def __init__(self, view: QGraphicsView) -> None:
        from PySide6.QtCore import QEvent, QObject
        from PySide6.QtWidgets import QApplication

        class Watcher(QObject):
            painted = 0
            area = 0

            def eventFilter(self, watched: QObject, event: QEvent) -> bool:
                if event.type() == QEvent.Type.Paint:
                    self.painted += 1
                    self.area = sum(r.width() * r.height() for r in event.region())  # type: ignore[attr-defined]
                return False

        self._application = QApplication.instance()
        self._watcher = Watcher()
        self._view = view
        view.viewport().installEventFilter(self._watcher)

    @property
    def area(self) -> int:
        """Pixels that were painted last."""
        return self._watcher.area

    def frame(self, work: Callable[[], object]) -> float:
        """Milliseconds from an action to the end of the painting that it causes."""
        assert self._application is not None
        self._application.processEvents()
        before = self._watcher.painted
        start, began = clock(), perf_counter()
        work()
        # What is posted comes before what timers do, as in the program's own loop: a frame does not wait for those.
        self._application.sendPostedEvents()
        while self._watcher.painted == before:
            self._application.processEvents()
            if perf_counter() - began > 20:
                raise TimeoutError("nothing was painted")
        return 1000 * (clock() - start)

    def frames(self, work: Callable[[int], object], count: int = FRAMES) -> list[float]:
        found = []
        for turn in range(count):
            found.append(self.frame(lambda turn=turn: work(turn)))
        return found


# --- the two sides ---


def plain_view(layout: Layout) -> QGraphicsView:
    """The least that Qt's items show of a network: a rectangle and a name for a node, a straight line for a wire."""
    from PySide6.QtCore import QPointF, QRectF
    from PySide6.QtGui import QBrush, QColor, QPainter, QPen
    from PySide6.QtWidgets import QGraphicsRectItem, QGraphicsScene, QGraphicsSimpleTextItem, QGraphicsView

    scene = QGraphicsScene()
    pen, brush = QPen(QColor("#888")), QBrush(QColor("#fff"))
    for node_id, node in layout.nodes.items():
        item = QGraphicsRectItem(QRectF(0, 0, 200, 64))
        item.setPos(QPointF(*(node.position or (0, 0))))
        item.setPen(pen)
        item.setBrush(brush)
        item.setFlag(QGraphicsRectItem.GraphicsItemFlag.ItemIsMovable)
        item.setFlag(QGraphicsRectItem.GraphicsItemFlag.ItemIsSelectable)
        QGraphicsSimpleTextItem(node_id, item).setPos(36, 8)
        scene.addItem(item)
    for edge in layout.edges:
        (x, y), (right, bottom) = (layout.nodes[key].position or (0, 0) for key in (edge.source, edge.target))
        scene.addLine(x + 100, y + 64, right + 100, bottom, pen).setZValue(-1)
    view = QGraphicsView(scene)
    scene.setParent(view)
    view.setRenderHint(QPainter.RenderHint.Antialiasing)
    return view


def our_view(layout: Layout, infer: Callable[[Layout], Inference]) -> QGraphicsView:
    from gui.canvas.view import CanvasView
    from gui.document import Document
    from gui.theme import Theme
    from gui.words import Words

    document = Document(layout)
    document.set_inference(infer)
    return CanvasView(document, Words("en"), Theme("light"))


# --- what is measured ---


@contextmanager
def shown(view: QGraphicsView) -> Iterator[Eyes]:
    from PySide6.QtWidgets import QApplication

    eyes = Eyes(view)
    view.resize(*SIZE)
    view.show()
    QApplication.processEvents()
    try:
        yield eyes
    finally:
        view.close()
        view.deleteLater()
        QApplication.processEvents()


def built(make: Callable[[], QGraphicsView], rounds: int) -> list[float]:
    """From the layout to the first painting."""
    from PySide6.QtWidgets import QApplication

    # The first of all views loads fonts and modules.
    first = make()
    first.grab()
    first.deleteLater()
    found = []
    for _ in range(rounds):
        gc.collect()
        start = clock()
        view = make()
        view.resize(*SIZE)
        view.grab()
        found.append(1000 * (clock() - start))
        view.deleteLater()
        QApplication.processEvents()
    return found


def pan(view: QGraphicsView, eyes: Eyes, right: int = 23, below: int = 31) -> list[float]:
    """By as much as a quick hand moves the mouse between two frames, there and back."""
    across, down = view.horizontalScrollBar(), view.verticalScrollBar()

    def move(turn: int) -> None:
        way = 1 if turn % 40 < 20 else -1
        across.setValue(across.value() + right * way)
        down.setValue(down.value() + below * way)

    return eyes.frames(move)


def zoom(view: QGraphicsView, eyes: Eyes) -> list[float]:
    """In and out by a few percent each, as a touch pad does: every frame paints everything anew."""

    middle = view.mapToScene(view.viewport().rect()).boundingRect().center()

    def step(turn: int) -> None:
        factor = 1.03 if turn % 10 < 5 else 1 / 1.03
        view.scale(factor, factor)
        view.centerOn(middle)

    return eyes.frames(step)


def whole(view: QGraphicsView) -> None:
    view.resetTransform()
    rect = view.scene().itemsBoundingRect() if not hasattr(view, "items_scene") else view.items_scene.content()
    scale = min(SIZE[0] / (rect.width() + 100), SIZE[1] / (rect.height() + 100))
    view.setSceneRect(rect.adjusted(-9999, -9999, 9999, 9999))
    view.scale(scale, scale)
    view.centerOn(rect.center())


def at_full_size(view: QGraphicsView) -> None:
    view.resetTransform()
    view.centerOn(COLUMN * 5, ROW * 20)


def drag(view: QGraphicsView, eyes: Eyes, layout: Layout, count: int) -> list[float]:
    """Selected nodes are carried about with the mouse."""
    from PySide6.QtCore import QPoint, Qt
    from PySide6.QtTest import QTest

    at_full_size(view)
    names = list(layout.nodes)
    first = 40 * 5
    chosen = names[first : first + count]
    view.document.select(chosen)  # type: ignore[attr-defined]
    rect = view.node_rect(names[first + 20])  # type: ignore[attr-defined]
    start = view.mapFromScene(rect.center())
    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(view.viewport(), start + QPoint(12, 12))

    def move(turn: int) -> None:
        way = turn % 40 if turn % 40 < 20 else 40 - turn % 40
        QTest.mouseMove(view.viewport(), start + QPoint(20 + 9 * way, 20 + 16 * (turn % 2) + 10 * way))

    found = eyes.frames(move)
    QTest.keyClick(view, Qt.Key.Key_Escape)
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=start)
    return found


def memory(side: str) -> None:
    """Prints the megabytes that 1,000 nodes add to a process that has shown a small network before."""
    from core.shapes import infer, warm_up

    _application()
    warm_up()
    make = plain_view if side == "plain" else (lambda layout: our_view(layout, infer))
    views = []
    sizes = []
    for size in (20, 1000):
        view = make(network(size))
        view.resize(*SIZE)
        view.show()
        view.grab()
        whole(view)
        view.grab()
        views.append(view)
        gc.collect()
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        sizes.append(pages * os.sysconf("SC_PAGE_SIZE") / 1e6)
    print(f"{sizes[1] - sizes[0]:.1f}")


def edits(rounds: int) -> None:
    """In the whole window: from the key press, or what a panel asks for, to the painted canvas."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest
    from stage import Stage

    from core.edits import inserted
    from core.layout import with_argument
    from core.shapes import Inferrer
    from gui.application import spare_the_window
    from gui.housekeeping import Housekeeper

    with Stage() as stage:
        window = stage.window
        view, document = window.canvas, window.document
        document.set_inference(Inferrer())
        # As the program does once torch is there; and garbage is collected as in `run_window`.
        spare_the_window()
        housekeeper = Housekeeper(window)
        document.open(network(1000), None)
        stage.spend(0.5)
        window.activateWindow()
        view.setFocus()
        stage.until(window.isActiveWindow)
        eyes = Eyes(view)
        layout = document.layout
        at_full_size(view)
        view.centre_on("relu_a40")

        def undone(work: Callable[[int], object]) -> tuple[list[float], list[float]]:
            there, back = [], []
            for turn in range(rounds):
                there.append(eyes.frame(lambda turn=turn: work(turn)))
                stage.spend(0.1)
                back.append(eyes.frame(lambda: QTest.keyClick(view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)))
                assert document.layout is layout
                stage.spend(0.1)
            return there, back

        document.select(["conv_a40"])
        # What is seen for the first time is not what is measured here.
        stage.spend(0.5)
        there, back = undone(
            lambda turn: document.apply(
                "canvas.edit.add", lambda one: with_argument(one, "conv_a40", "out_channels", 17 + turn)
            )
        )
        told("edit an argument (out_channels)", there, 30)
        told("  and undo it", back, 30)
        there, back = undone(
            lambda turn: document.apply(
                "canvas.edit.insert", lambda one: inserted(one, one.into("relu_a40")[0], "ReLU")
            )
        )
        told("insert a node, others move down", there, 30)
        told("  and undo it", back, 30)
        times: tuple[list[float], list[float]] = ([], [])
        for _ in range(rounds):
            document.select(["norm_a40"])
            stage.spend(0.1)
            times[0].append(eyes.frame(lambda: QTest.keyClick(view, Qt.Key.Key_Delete)))
            stage.spend(0.1)
            times[1].append(eyes.frame(lambda: QTest.keyClick(view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)))
        told("delete a node", times[0], 30)
        told("  and undo it", times[1], 30)
        housekeeper.close()


def opened(rounds: int) -> None:
    """A file of 10,000 nodes in the whole window: from its path to the painted canvas, and to its shapes."""
    from stage import Stage

    from core.layout import Layout
    from core.storage import save
    from gui.patience import PatientInferrer

    with Stage() as stage, tempfile.TemporaryDirectory() as folder:
        window = stage.window
        path = Path(folder) / "large.json"
        save(network(10_000), path)
        eyes = Eyes(window.canvas)
        painted, known = [], []
        for _ in range(rounds):
            window.document.open(Layout(), None)
            window.document.set_inference(PatientInferrer(window.document))
            stage.spend(0.5)
            start = clock()
            painted.append(eyes.frame(lambda: window.files.open(path)))
            stage.until(lambda: len(window.document.inference.nodes) > 10_000)
            known.append(1000 * (clock() - start))
        told("10,000 nodes: open the file", painted, 1500)
        told("  until all shapes are known", known)


def canvas(rounds: int) -> None:
    from core.shapes import Inferrer, warm_up

    warm_up()
    inferrer = Inferrer()
    layout = network(1000)
    known = inferrer(layout)

    def infer(one: Layout) -> Inference:
        return known if one is layout else inferrer(one)

    for name, make in (("plain", lambda: plain_view(layout)), ("ours", lambda: our_view(layout, infer))):
        ours = name == "ours"
        print(f"--- {name}: {len(layout.nodes)} nodes, {len(layout.edges)} wires")
        told("build and paint", built(make, rounds), 100 if ours else None)
        with shown(make()) as eyes:
            view = eyes._view
            at_full_size(view)
            told("pan at 1:1", pan(view, eyes), 8 if ours else None)
            told("zoom about 1:1", zoom(view, eyes))
            whole(view)
            told("whole network: first frame", [eyes.frame(view.viewport().update)])
            told("whole network: pan", pan(view, eyes, 2, 3), 8 if ours else None)
            told("whole network: zoom", zoom(view, eyes), 8 if ours else None)
            if ours:
                told("drag 200 nodes", drag(view, eyes, layout, 200), 16)
    large = network(10_000)
    known_large = inferrer(large)
    with shown(our_view(large, lambda one: known_large)) as eyes:
        view = eyes._view
        print(f"--- ours: {len(large.nodes)} nodes, {len(large.edges)} wires")
        at_full_size(view)
        told("pan at 1:1", pan(view, eyes), 16)
        whole(view)
        told("whole network: first frame", [eyes.frame(view.viewport().update)])
        told("whole network: pan", pan(view, eyes, 2, 3), 16)
        told("whole network: zoom", zoom(view, eyes))


def _application() -> None:
    from PySide6.QtWidgets import QApplication

    from gui.theme import Theme

    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    Theme("light").apply(application)
    global _held
    _held = application


_held: object = None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--x", action="store_true", help="on an X server instead of offscreen")
    parser.add_argument("--cpu", action="store_true", help="count the processor time of the window's thread")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--part", choices=("canvas", "edits", "open", "memory"), help="only this")
    parser.add_argument("--side", choices=("plain", "ours"), default="ours")
    chosen = parser.parse_args()
    if chosen.x:
        os.environ["QT_QPA_PLATFORM"] = "xcb"
        if not os.environ.get("DISPLAY"):
            if shutil.which("xvfb-run") is None:
                sys.exit("there is no X server: set DISPLAY or install xvfb-run")
            command = ["xvfb-run", "-a", "-s", "-screen 0 1600x1000x24", sys.executable, *sys.argv]
            sys.exit(subprocess.run(command).returncode)
    else:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    if chosen.cpu:
        global clock
        clock = thread_time
    from company import Company

    company = Company()
    if chosen.part == "memory":
        memory(chosen.side)
        return
    if chosen.part in (None, "canvas"):
        _application()
        canvas(chosen.rounds)
    if chosen.part is None:
        for side in ("plain", "ours"):
            arguments = [sys.executable, __file__, "--part", "memory", "--side", side, *(["--x"] if chosen.x else [])]
            found = subprocess.run(arguments, capture_output=True, text=True, check=True).stdout.split()[-1]
            print(f"{f'memory of 1,000 nodes, {side}':46} {found} MB" + ("  of 40" if side == "ours" else ""))
    if chosen.part in (None, "edits"):
        edits(chosen.rounds)
    if chosen.part in (None, "open"):
        opened(min(chosen.rounds, 3))
    cores = company.cores()
    if cores is not None:
        print(f"other programs used {cores:.1f} cores meanwhile")


if __name__ == "__main__":
    main()
