"""Starting the program: the first paint before anything slow, a machine without a screen, a file that is none."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from window_person import notices, open_window

from gui.application import WarmUp
from gui.screen import missing_screen

ROOT = Path(__file__).resolve().parent.parent
LINUX = sys.platform.startswith("linux")

# Starts the window as main.py does, and says at its first paint what had been imported and what is on the canvas.
FIRST_PAINT = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from gui.application import run_window
def seen():
    slow = {"torch", "torchvision", "sklearn", "networkx", "pyqtgraph"}
    (window,) = [w for w in QApplication.topLevelWidgets() if w.objectName() == "main_window"]
    print(sorted(slow & set(sys.modules)), len(window.document.layout.nodes), window.windowTitle(), flush=True)
    QTimer.singleShot(0, window.close)
print(run_window(sys.argv[1] if len(sys.argv) > 1 else None, first_painted=seen))
"""


# A person adds layers with values at the first paint, and replaces one; then waits until torch is there.
IMPATIENT = """
import sys
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from gui.application import WarmUp, run_window
from gui.main_window import MainWindow
def ask(text):
    canvas.quick_add.isVisible() or QTest.keyClicks(canvas, text[0])
    QTest.keyClicks(canvas.quick_add.field, text[1:])
    QTest.keyClick(canvas.quick_add.field, Qt.Key.Key_Return)
def seen():
    global window, canvas
    (window,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow)]
    canvas, document = window.canvas, window.document
    document.select(["hidden"])
    ask("linear 7 bias=False")
    ask("dropout 0.25")
    document.select(["relu"])
    window.commands["replace"].trigger()
    ask("xgelu")
    print("torch" in sys.modules, [n.layer for n in document.layout.nodes.values()], window.notices.notices[0].key)
    window.findChild(WarmUp).finished.connect(lambda: QTimer.singleShot(0, look))
def look():
    window.document.ready or QTimer.singleShot(20, look)
    if window.document.ready:
        QTimer.singleShot(0, lambda: QTimer.singleShot(0, end))
def end():
    document = window.document
    nodes = document.layout.nodes
    print([dict(n.arguments) for k, n in nodes.items() if k in ("linear", "dropout")])
    document.undo()
    print(document.redo_label, document.layout.nodes["dropout"].arguments["p"])
    document.undo()
    print("dropout" in document.layout.nodes, "linear" in document.layout.nodes)
    document.open(document.root, None)
    window.close()
print(run_window(None, first_painted=seen))
"""


def start(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **variables}
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300
    )


def without_screen(**variables: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    environment |= {"QT_QPA_PLATFORM": "", "LANG": "C", **variables}
    return subprocess.run(
        [sys.executable, "main.py"], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300
    )


def test_the_window_is_seen_with_a_network_before_anything_slow_is_imported() -> None:
    done = start("-c", FIRST_PAINT)
    first, status = done.stdout.splitlines()
    assert first == "[] 6 Digits MLP — LayerLoom", done.stderr
    assert status == "0"
    assert "Traceback" not in done.stderr


def test_what_is_asked_for_while_torch_is_imported_waits_for_it_and_the_window_does_not(tmp_path: Path) -> None:
    done = start("-c", IMPATIENT, XDG_CONFIG_HOME=str(tmp_path), XDG_DATA_HOME=str(tmp_path))
    first, second, third, fourth, status = done.stdout.splitlines()
    layers = ["Input", "Flatten", "Linear", "ReLU", "Linear", "Output", "Linear", "Dropout"]
    assert first == f"False {layers} canvas.replace_later", done.stderr
    assert second == "[{'out_features': 7, 'bias': False}, {'p': 0.25}]", done.stderr
    # The values of the layer that came last are part of its coming.
    assert third == "inspector.edit_argument 0.25" and fourth == "False True"
    assert status == "0" and "Traceback" not in done.stderr


def test_a_layout_named_on_the_command_line_is_on_the_canvas() -> None:
    done = start("-c", FIRST_PAINT, str(ROOT / "layouts" / "spiral.json"))
    assert done.stdout.splitlines()[0].endswith("spiral — LayerLoom"), done.stderr


def test_a_file_that_is_no_layout_leaves_the_starter_on_the_canvas(tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text("nonsense")
    done = start("-c", FIRST_PAINT, str(tmp_path / "bad.json"))
    assert done.stdout.splitlines()[0] == "[] 6 Digits MLP — LayerLoom", done.stderr


@pytest.mark.skipif(not LINUX, reason="only Linux can be without a screen")
def test_without_a_screen_one_sentence_says_how_to_train() -> None:
    done = without_screen()
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == (
        "There is no screen here to open a window on. Train without one: python main.py train FILE\n"
    )


@pytest.mark.skipif(not LINUX, reason="only Linux can be without a screen")
def test_a_display_that_does_not_answer_is_no_screen() -> None:
    done = without_screen(DISPLAY=":4094")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1 and "python main.py train" in done.stderr


def test_every_platform_but_linux_has_a_screen() -> None:
    assert missing_screen({}, "win32") is None
    assert missing_screen({}, "darwin") is None
    assert missing_screen({}, "linux") == ("start.no_screen", "")


def test_a_platform_that_needs_no_screen_is_taken_at_its_word() -> None:
    assert missing_screen({"QT_QPA_PLATFORM": "offscreen"}, "linux") is None
    assert missing_screen({"QT_QPA_PLATFORM": "vnc:size=800x600"}, "linux") is None


@pytest.mark.skipif(not LINUX, reason="Wayland is Linux'")
def test_a_wayland_compositor_that_answers_is_a_screen(tmp_path: Path) -> None:
    environment = {"XDG_RUNTIME_DIR": str(tmp_path), "WAYLAND_DISPLAY": "wayland-0"}
    assert missing_screen(environment, "linux") == ("start.no_screen", "")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as compositor:
        compositor.bind(str(tmp_path / "wayland-0"))
        compositor.listen()
        assert missing_screen(environment, "linux") is None


@pytest.mark.xwindow
def test_an_x_server_that_answers_is_a_screen(x_display: str) -> None:
    found = missing_screen({"DISPLAY": x_display}, "linux")
    # Where a library of Qt's is missing, it is named.
    assert found is None or found[0] == "start.missing_library"


def test_shapes_come_once_torch_is_there_and_the_window_lives_meanwhile(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    warm_up = WarmUp(window)
    assert not window.document.ready
    with qtbot.waitSignal(warm_up.finished):
        warm_up.start()
    warm_up.wait()
    assert window.document.ready
    assert window.document.inference.parameters == 4_810
    assert notices(window) == []
    assert window.desk.training_panel.isVisible() and window.desk.parameters.isVisible()


def test_a_torch_that_cannot_be_loaded_is_said_and_editing_goes_on(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    warm_up = WarmUp(window)
    warm_up._imported.emit("OSError: libcudart.so.12: cannot open shared object file")
    (told,) = notices(window)
    assert told.startswith("PyTorch could not be loaded") and "libcudart.so.12" in told
    window.canvas.add_layer("ReLU")
    assert window.document.dirty
