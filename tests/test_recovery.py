"""Unsaved work after a crash: each document copied at every edit, offered once, gone when it is saved."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from window_person import StandardButton, notices, open_window, press, trigger, when_asked

from core.edits import added
from core.layout import Layout, Node, with_title
from core.storage import dumps, load, loads, save
from gui.document import Document
from gui.main_window import MainWindow
from gui.recovery import Recovery, leftovers
from gui.recovery_offer import moment_words
from gui.tabs import Tabs, fresh
from gui.words import Words

ROOT = Path(__file__).resolve().parent.parent

# Opens a tab for each file (an empty one for "-"), edits each, waits until the copies are written, says so and stays.
LIVING = """
import os, sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from core.edits import added
from core.layout import Layout, with_title
from core.storage import load
from gui.document import Document
from gui.recovery import Recovery
from gui.tabs import Tabs, fresh
from gui.words import Words
application = QCoreApplication([])
document = Document(Layout())
tabs = Tabs(document)
recovery = Recovery(tabs, Words("en"), Path(sys.argv[1]))
for number, name in enumerate(sys.argv[2:]):
    tabs.add(fresh(Layout(), None) if name == "-" else fresh(load(Path(name)), Path(name)))
    document.apply("x", lambda layout: with_title(layout, f"worth keeping {number}"))
    for _ in range(number + 1):
        document.apply("x", lambda layout: added(layout, "ReLU", (0.0, 0.0)))
recovery.finish()
print("written", flush=True)
sys.stdin.read()
"""


@contextmanager
def living(folder: Path, *files: Path | str) -> Iterator[subprocess.Popen[str]]:
    """Another program with unsaved work, which is killed at the end."""
    program = subprocess.Popen(
        [sys.executable, "-c", LIVING, folder, *files],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert program.stdout is not None
        assert program.stdout.readline() == "written\n"
        yield program
    finally:
        program.kill()
        program.communicate(timeout=180)


def crash(folder: Path, *files: Path | str) -> None:
    with living(folder, *(files or ("-",))):
        pass


def retitle(document: Document, title: str) -> None:
    document.apply("x", lambda layout: with_title(layout, title))


@contextmanager
def kept(tabs: Tabs, folder: Path) -> Iterator[Recovery]:
    recovery = Recovery(tabs, Words("en"), folder)
    try:
        yield recovery
    finally:
        recovery.close()


def copies(folder: Path) -> list[Layout]:
    return [loads(json.loads(path.read_text())["layout"]) for path in sorted(folder.glob("*.recovery"))]


def test_an_edit_is_copied_and_saving_takes_the_copy_away(qapp: object, tmp_path: Path) -> None:
    document = Document(Layout())
    tabs = Tabs(document)
    with kept(tabs, tmp_path / "recovery") as recovery:
        retitle(document, "mine")
        recovery.finish()
        assert [layout.title for layout in copies(tmp_path / "recovery")] == ["mine"]
        save(document.layout, tmp_path / "mine.json")
        document.mark_saved(tmp_path / "mine.json")
        recovery.finish()
        assert copies(tmp_path / "recovery") == []
    assert not list((tmp_path / "recovery").iterdir())


def test_undo_to_what_is_saved_takes_the_copy_away(qapp: object, tmp_path: Path) -> None:
    document = Document(Layout())
    with kept(Tabs(document), tmp_path) as recovery:
        retitle(document, "mine")
        recovery.finish()
        document.undo()
        recovery.finish()
        assert copies(tmp_path) == []


def test_each_tab_has_a_copy_of_its_own_also_while_another_is_looked_at(qapp: object, tmp_path: Path) -> None:
    document = Document(Layout())
    tabs = Tabs(document)
    with kept(tabs, tmp_path) as recovery:
        retitle(document, "one")
        first = tabs.current
        tabs.add(fresh(Layout()))
        retitle(document, "two")
        tabs.add(fresh(Layout()))
        recovery.finish()
        assert sorted(layout.title for layout in copies(tmp_path)) == ["one", "two"]
        tabs.close(first)
        recovery.finish()
        assert [layout.title for layout in copies(tmp_path)] == ["two"]


def test_the_last_of_many_quick_edits_is_what_the_copy_holds(qapp: object, tmp_path: Path) -> None:
    document = Document(Layout())
    with kept(Tabs(document), tmp_path) as recovery:
        for number in range(300):
            retitle(document, f"edit {number}")
        recovery.finish()
        assert [layout.title for layout in copies(tmp_path)] == ["edit 299"]


def test_an_edit_of_a_large_network_does_not_wait_for_its_copy(qapp: object, tmp_path: Path) -> None:
    nodes = {f"relu_{number}": Node("ReLU", {}, (0.0, 80.0 * number)) for number in range(10_000)}
    document = Document(Layout(nodes=nodes))
    with kept(Tabs(document), tmp_path) as recovery:
        retitle(document, "large")
        # The window is back before the copy is there: it is another thread's work.
        assert copies(tmp_path) == []
        recovery.finish()
        assert len(copies(tmp_path)[0].nodes) == 10_000


def test_what_was_just_edited_is_written_before_the_end(qapp: object, tmp_path: Path) -> None:
    """An end that keeps nothing for later leaves nothing behind either, however early it comes."""
    document = Document(Layout())
    with kept(Tabs(document), tmp_path):
        retitle(document, "mine")
    assert list(tmp_path.iterdir()) == []


def test_the_copies_of_a_living_program_are_not_offered_until_it_dies(qapp: object, tmp_path: Path) -> None:
    with living(tmp_path, "-", "-"):
        assert leftovers(tmp_path) == ()
    assert len(leftovers(tmp_path)) == 2


def test_own_copies_are_not_offered(qapp: object, tmp_path: Path) -> None:
    document = Document(Layout())
    with kept(Tabs(document), tmp_path) as recovery:
        retitle(document, "mine")
        recovery.finish()
        assert len(copies(tmp_path)) == 1
        assert leftovers(tmp_path) == ()


def test_what_is_offered_in_one_window_is_not_offered_in_another(qapp: object, tmp_path: Path) -> None:
    crash(tmp_path)
    offered = leftovers(tmp_path)
    assert len(offered) == 1
    assert leftovers(tmp_path) == ()
    del offered
    assert len(leftovers(tmp_path)) == 1


def test_what_a_crash_left_is_found_with_its_file_its_name_and_its_time(qapp: object, tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    save(Layout(title="before"), file)
    before = datetime.now() - timedelta(seconds=2)
    crash(tmp_path / "recovery", file, "-")
    found = {leftover.name: leftover for leftover in leftovers(tmp_path / "recovery")}
    assert set(found) == {"mine.json", "worth keeping 1"}
    mine = found["mine.json"]
    assert mine.layout.title == "worth keeping 0" and len(mine.layout.nodes) == 1
    assert mine.path == file and found["worth keeping 1"].path is None
    assert before < mine.when < datetime.now() + timedelta(seconds=2)


def test_a_copy_of_an_older_version_of_the_program_is_offered(qapp: object, tmp_path: Path) -> None:
    content = {"path": str(tmp_path / "mine.json"), "layout": dumps(Layout(title="old"))}
    (tmp_path / "0123.recovery").write_text(json.dumps(content))
    (leftover,) = leftovers(tmp_path)
    assert leftover.name == "mine.json" and leftover.layout.title == "old"


def test_a_copy_that_makes_no_sense_is_not_offered(tmp_path: Path) -> None:
    for name, content in {"a": "", "b": "[]", "c": '{"path": 3, "layout": "{}"}', "d": "\x00"}.items():
        (tmp_path / f"{name}.recovery").write_text(content)
    assert leftovers(tmp_path) == ()
    assert leftovers(tmp_path / "nowhere") == ()


def test_work_is_copied_where_nothing_can_be_written_without_a_mistake(qapp: object, tmp_path: Path) -> None:
    (tmp_path / "recovery").write_text("a file where the folder should be")
    document = Document(Layout())
    with kept(Tabs(document), tmp_path / "recovery") as recovery:
        retitle(document, "mine")
        recovery.finish()
        assert document.dirty


def offered(window: MainWindow) -> str:
    window.offer_recovery()
    (sentence,) = notices(window)
    return sentence


def press_offer(qtbot: QtBot, window: MainWindow, key: str) -> None:
    notice = next(notice for notice in window.notices.notices if notice.key == "window.recovered")
    qtbot.mouseClick(notice.buttons[key], Qt.MouseButton.LeftButton)


def test_the_offer_says_what_is_there(qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    save(Layout(title="before"), file)
    crash(tmp_path / "recovery", file, "-")
    window = open_window(qtbot, tmp_path)
    sentence = offered(window)
    assert sentence.startswith("LayerLoom ended unexpectedly. Unsaved work can be restored: ")
    assert "mine.json (1 node, " in sentence and "worth keeping 1 (2 nodes, " in sentence


def test_the_time_is_of_today_or_has_its_day() -> None:
    now = datetime.now().replace(hour=14, minute=5)
    assert moment_words(now, "ko") == "오후 2:05"
    earlier = moment_words(datetime(2024, 2, 29, 14, 5), "en")
    assert "24" in earlier and "29" in earlier and "05" in earlier


def test_restored_work_comes_into_tabs_of_its_own_unsaved_and_is_undone_at_a_key(qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    save(Layout(title="before"), file)
    crash(tmp_path / "recovery", file, "-")
    window = open_window(qtbot, tmp_path)
    window.document.apply("x", lambda layout: added(layout, "Tanh", (0.0, 0.0)))
    offered(window)
    press_offer(qtbot, window, "window.restore")
    assert notices(window) == []
    assert len(window.files.tabs) == 3
    found = {window.files.name_of(tab): tab for tab in window.files.tabs}
    assert set(found) == {"Digits MLP", "mine", "worth keeping 1"}
    window.files.tabs.show(found["mine"])
    assert window.document.root.title == "worth keeping 0"
    assert window.document.dirty and window.document.path == file
    assert load(file).title == "before"
    trigger(window, "undo")
    assert window.document.root.title == "before" and not window.document.dirty


def test_restored_work_is_safe_from_the_next_crash_at_once(qtbot: QtBot, tmp_path: Path) -> None:
    crash(tmp_path / "recovery")
    (old,) = (tmp_path / "recovery").glob("*.recovery")
    window = open_window(qtbot, tmp_path)
    offered(window)
    press_offer(qtbot, window, "window.restore")
    window.documents.recovery.finish()
    # The old copy went when the new one was there, and not before.
    (new,) = (tmp_path / "recovery").glob("*.recovery")
    assert new != old
    assert loads(json.loads(new.read_text())["layout"]).title == "worth keeping 0"


def test_restored_work_that_is_saved_at_once_is_not_offered_again(qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    save(Layout(title="before"), file)
    crash(tmp_path / "recovery", file)
    window = open_window(qtbot, tmp_path)
    offered(window)
    press_offer(qtbot, window, "window.restore")
    trigger(window, "save")
    window.documents.recovery.finish()
    assert copies(tmp_path / "recovery") == []
    assert load(file).title == "worth keeping 0"


def test_restoring_over_a_file_that_was_saved_since_asks_before_it_overwrites(qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    save(Layout(title="before"), file)
    window = open_window(qtbot, tmp_path / "first")
    window.files.open(file)
    retitle(window.document, "worth keeping")
    window.documents.recovery.finish()
    (copy,) = (tmp_path / "first" / "recovery").glob("*.recovery")
    (tmp_path / "second" / "recovery").mkdir(parents=True)
    copy.rename(tmp_path / "second" / "recovery" / "dead.1.recovery")
    save(Layout(title="of somebody else"), file)
    second = open_window(qtbot, tmp_path / "second")
    offered(second)
    press_offer(qtbot, second, "window.restore")
    trigger(second, "save")
    assert load(file).title == "of somebody else"
    assert "would overwrite" in notices(second)[-1]
    assert second.document.root.title == "worth keeping" and second.document.dirty


def test_work_of_a_file_that_is_being_edited_here_is_restored_beside_it(qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    save(Layout(title="before"), file)
    crash(tmp_path / "recovery", file)
    window = open_window(qtbot, tmp_path)
    window.files.open(file)
    retitle(window.document, "edited now")
    offered(window)
    press_offer(qtbot, window, "window.restore")
    titles = {window.files.tabs.sheet(tab).history.present.title for tab in window.files.tabs}
    assert titles == {"edited now", "worth keeping 0"}
    assert window.document.path is None and window.document.dirty


def test_work_whose_file_is_gone_is_restored_all_the_same(qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    save(Layout(title="before"), file)
    crash(tmp_path / "recovery", file)
    file.unlink()
    window = open_window(qtbot, tmp_path)
    offered(window)
    press_offer(qtbot, window, "window.restore")
    assert window.document.root.title == "worth keeping 0" and window.document.dirty
    trigger(window, "save")
    assert load(file).title == "worth keeping 0"


def test_work_that_is_thrown_away_is_not_offered_again(qtbot: QtBot, tmp_path: Path) -> None:
    crash(tmp_path / "recovery", "-", "-")
    window = open_window(qtbot, tmp_path)
    offered(window)
    press_offer(qtbot, window, "window.discard")
    window.offer_recovery()
    assert notices(window) == []
    assert copies(tmp_path / "recovery") == []


def test_an_offer_that_is_closed_comes_again_at_the_next_start(qtbot: QtBot, tmp_path: Path) -> None:
    crash(tmp_path / "recovery")
    window = open_window(qtbot, tmp_path)
    offered(window)
    qtbot.mouseClick(window.notices.notices[0].close_button, Qt.MouseButton.LeftButton)
    assert len(copies(tmp_path / "recovery")) == 1
    window.close()
    again = open_window(qtbot, tmp_path)
    assert "worth keeping 0" in offered(again)


def test_an_orderly_end_leaves_no_copies(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    retitle(window.document, "mine")
    trigger(window, "new")
    retitle(window.document, "mine too")
    window.documents.recovery.finish()
    assert len(copies(tmp_path / "recovery")) == 2
    asked = when_asked(press(StandardButton.Discard), press(StandardButton.Discard))
    assert window.close()
    assert not asked.isActive()
    assert list((tmp_path / "recovery").iterdir()) == []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="sends a signal")
def test_the_program_itself_leaves_a_copy_when_it_is_killed(tmp_path: Path) -> None:
    """The whole program: an edit by the keyboard, and no end of its own."""
    source = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from gui.application import run_window
def seen():
    (window,) = [w for w in QApplication.topLevelWidgets() if w.objectName() == "main_window"]
    window.canvas.add_layer("ReLU")
    window.documents.recovery.finish()
    print(window.settings.folder, flush=True)
run_window(None, first_painted=seen)
"""
    environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    program = subprocess.Popen(
        [sys.executable, "-c", source], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        assert program.stdout is not None
        folder = Path(program.stdout.readline().strip())
        assert leftovers(folder / "recovery") == ()
    finally:
        program.send_signal(signal.SIGKILL)
        program.communicate(timeout=180)
    (leftover,) = leftovers(folder / "recovery")
    assert leftover.name == "Digits MLP" and len(leftover.layout.nodes) == 7
    assert abs(time.time() - leftover.when.timestamp()) < 600
