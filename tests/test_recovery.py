"""Unsaved work after a crash: copied while editing, offered once, gone when it is saved."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from window_person import notices, open_window, trigger

from core.layout import Layout, with_title
from core.storage import load, save
from gui.document import Document
from gui.recovery import Recovery, leftovers

ROOT = Path(__file__).resolve().parent.parent

# Edits a layout, waits until its copy is written, and dies without an orderly end.
CRASH = """
import os, sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from core.layout import Layout, with_title
from core.storage import load
from gui.document import Document
from gui.recovery import Recovery
application = QCoreApplication([])
path = Path(sys.argv[2]) if len(sys.argv) > 2 else None
document = Document(load(path) if path else Layout(), path)
recovery = Recovery(document, Path(sys.argv[1]))
recovery.timer.setInterval(0)
document.apply("x", lambda layout: with_title(layout, "worth keeping"))
while not recovery.copy.exists():
    application.processEvents()
os._exit(1)
"""


def crash(folder: Path, *path: Path) -> None:
    subprocess.run([sys.executable, "-c", CRASH, folder, *path], cwd=ROOT, check=False, timeout=60)


def test_an_edit_is_copied_and_saving_takes_the_copy_away(qtbot: QtBot, tmp_path: Path) -> None:
    document = Document(Layout())
    recovery = Recovery(document, tmp_path / "recovery")
    recovery.timer.setInterval(0)
    document.apply("x", lambda layout: with_title(layout, "mine"))
    qtbot.waitUntil(recovery.copy.exists)
    save(document.layout, tmp_path / "mine.json")
    document.mark_saved(tmp_path / "mine.json")
    assert not recovery.copy.exists()
    recovery.close()
    assert not list((tmp_path / "recovery").iterdir())


def test_the_copy_of_a_living_program_is_not_offered(qtbot: QtBot, tmp_path: Path) -> None:
    document = Document(Layout())
    recovery = Recovery(document, tmp_path)
    recovery.timer.setInterval(0)
    document.apply("x", lambda layout: with_title(layout, "mine"))
    qtbot.waitUntil(recovery.copy.exists)
    assert leftovers(tmp_path) == ()
    recovery.close()


def test_what_a_crash_left_is_found_with_its_file(tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    save(Layout(title="before"), file)
    crash(tmp_path / "recovery", file)
    (leftover,) = leftovers(tmp_path / "recovery")
    assert leftover.layout.title == "worth keeping"
    assert leftover.path == file


def test_a_copy_that_makes_no_sense_is_not_offered(tmp_path: Path) -> None:
    for name, content in {"a": "", "b": "[]", "c": '{"path": 3, "layout": "{}"}', "d": "\x00"}.items():
        (tmp_path / f"{name}.recovery").write_text(content)
    assert leftovers(tmp_path) == ()
    assert leftovers(tmp_path / "nowhere") == ()


def test_work_is_copied_where_nothing_can_be_written_without_a_mistake(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "recovery").write_text("a file where the folder should be")
    document = Document(Layout())
    recovery = Recovery(document, tmp_path / "recovery")
    recovery.timer.setInterval(0)
    with qtbot.waitSignal(recovery.timer.timeout):
        document.apply("x", lambda layout: with_title(layout, "mine"))
    assert document.dirty
    recovery.close()


def test_restoring_brings_the_work_back_unsaved_and_can_be_undone(qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    save(Layout(title="before"), file)
    crash(tmp_path / "recovery", file)
    window = open_window(qtbot, tmp_path)
    window.offer_recovery()
    assert notices(window) == ["LayerLoom ended unexpectedly. Unsaved changes of mine.json can be restored."]
    qtbot.mouseClick(window.notices.notices[0].buttons["window.restore"], Qt.MouseButton.LeftButton)
    assert window.document.layout.title == "worth keeping"
    assert window.document.dirty and window.document.path == file
    assert notices(window) == []
    assert leftovers(tmp_path / "recovery") == ()
    assert load(file).title == "before"
    trigger(window, "undo")
    assert window.document.layout.title == "before"


def test_work_that_is_thrown_away_is_not_offered_again(qtbot: QtBot, tmp_path: Path) -> None:
    crash(tmp_path / "recovery")
    window = open_window(qtbot, tmp_path)
    window.offer_recovery()
    qtbot.mouseClick(window.notices.notices[0].buttons["window.discard"], Qt.MouseButton.LeftButton)
    window.offer_recovery()
    assert notices(window) == []
