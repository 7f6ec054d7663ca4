"""Layout files in the window: nothing that a person made is lost, and what goes wrong is said in one sentence."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QWidget
from pytestqt.qtbot import QtBot
from window_person import StandardButton, choose, notices, open_window, press, texts, trigger, when_asked

from core.layout import Layout, with_title
from core.storage import load, save
from gui.main_window import MainWindow

AS_ROOT = not hasattr(os, "geteuid") or os.geteuid() == 0


def edit(window: MainWindow, title: str = "edited") -> None:
    window.document.apply("canvas.edit.rename", lambda layout: with_title(layout, title))


def drop(window: MainWindow, *paths: Path, onto: QWidget | None = None) -> bool:
    """Drag files onto the window, or something in it, and let go, if it takes them. Whether it did."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    action, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPointF(400, 300).toPoint(), action, data, left, none)
    enter.ignore()
    target = onto or window
    QApplication.sendEvent(target, enter)
    if enter.isAccepted():
        QApplication.sendEvent(target, QDropEvent(QPointF(400, 300), action, data, left, none))
    return enter.isAccepted()


def recent_menu(window: MainWindow) -> QMenu:
    menu = window.findChild(QMenu, "menu_recent")
    assert isinstance(menu, QMenu)
    menu.aboutToShow.emit()
    return menu


def test_the_title_names_the_layout_and_marks_unsaved_work(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path, Layout())
    assert window.windowTitle() == "Untitled — LayerLoom"
    edit(window, "my net")
    marked = "my net[*] — LayerLoom" if sys.platform == "darwin" else "my net ● — LayerLoom"
    assert window.windowTitle() == marked
    window.document.undo()
    assert "●" not in window.windowTitle() and not window.isWindowModified()


def test_what_is_saved_is_what_is_on_the_canvas(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    edit(window)
    asked = when_asked(choose(tmp_path / "mine.json"))
    trigger(window, "save")
    assert not asked.isActive()
    assert load(tmp_path / "mine.json") == window.document.layout
    assert not window.document.dirty
    assert window.windowTitle().startswith("mine")
    edit(window, "edited again")
    trigger(window, "save")
    assert load(tmp_path / "mine.json").title == "edited again"


def test_saving_elsewhere_leaves_the_first_file(qtbot: QtBot, tmp_path: Path) -> None:
    save(Layout(title="one"), tmp_path / "one.json")
    window = open_window(qtbot, tmp_path)
    window.files.open(tmp_path / "one.json")
    edit(window, "two")
    asked = when_asked(choose(tmp_path / "two"))
    trigger(window, "save_as")
    assert not asked.isActive()
    assert load(tmp_path / "one.json").title == "one"
    # The suffix is added to a name without one.
    assert load(tmp_path / "two.json").title == "two"
    assert window.document.path == tmp_path / "two.json"


def test_opening_asks_which_file_and_shows_it(qtbot: QtBot, tmp_path: Path) -> None:
    save(Layout(title="one"), tmp_path / "one.json")
    window = open_window(qtbot, tmp_path)
    asked = when_asked(choose(tmp_path / "one.json"))
    trigger(window, "open")
    assert not asked.isActive()
    assert window.document.layout.title == "one"
    assert not window.document.dirty


@pytest.mark.parametrize("name", ["close_tab", "quit"])
def test_leaving_unsaved_work_asks_and_cancel_keeps_it(qtbot: QtBot, tmp_path: Path, name: str) -> None:
    window = open_window(qtbot, tmp_path)
    edit(window)
    asked = when_asked(press(StandardButton.Cancel))
    trigger(window, name)
    assert not asked.isActive()
    assert window.isVisible()
    assert window.document.layout.title == "edited" and window.document.dirty


def test_unsaved_work_that_is_saved_when_asked_is_in_its_file(qtbot: QtBot, tmp_path: Path) -> None:
    save(Layout(title="one"), tmp_path / "one.json")
    window = open_window(qtbot, tmp_path)
    window.files.open(tmp_path / "one.json")
    edit(window)
    asked = when_asked(press(StandardButton.Save))
    trigger(window, "close_tab")
    assert not asked.isActive()
    assert load(tmp_path / "one.json").title == "edited"
    # The last tab leaves an empty canvas.
    assert window.document.layout == Layout() and window.document.path is None


def test_unsaved_work_that_is_given_up_is_not_written(qtbot: QtBot, tmp_path: Path) -> None:
    save(Layout(title="one"), tmp_path / "one.json")
    window = open_window(qtbot, tmp_path)
    window.files.open(tmp_path / "one.json")
    edit(window)
    asked = when_asked(press(StandardButton.Discard))
    assert window.close()
    assert not asked.isActive()
    assert load(tmp_path / "one.json").title == "one"


def test_cancelling_the_file_dialog_of_a_question_keeps_the_work(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    edit(window)
    kept = []

    def save_then_cancel(dialog: QDialog) -> None:
        kept.append(when_asked(lambda files: files.reject()))
        press(StandardButton.Save)(dialog)

    asked = when_asked(save_then_cancel)
    trigger(window, "quit")
    assert not asked.isActive() and not kept[0].isActive()
    assert window.isVisible() and window.document.dirty


def test_a_saved_layout_is_left_without_a_question(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    trigger(window, "example_digits_cnn")
    assert "Conv2d" in {node.layer for node in window.document.layout.nodes.values()}
    trigger(window, "new")
    assert window.document.layout == Layout()


def test_an_example_is_opened_as_a_copy(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path, Layout())
    trigger(window, "example_residual_cnn")
    assert window.document.layout.nodes
    assert window.document.path is None
    assert window.settings.recent_files == ()


DAMAGED = {
    "empty": ("", "stops making sense in line 1, column 1"),
    "cut": ('{"format": "layerloom-layout", "version": 1, "nodes": {', "stops making sense in line 1"),
    "foreign": ('{"cells": []}', "no LayerLoom layout"),
    "newer": ('{"format": "layerloom-layout", "version": 99}', "update LayerLoom"),
}


@pytest.mark.parametrize("kind", DAMAGED)
def test_a_damaged_file_is_refused_in_one_sentence_and_the_work_stays(qtbot: QtBot, tmp_path: Path, kind: str) -> None:
    content, sentence = DAMAGED[kind]
    (tmp_path / "bad.json").write_text(content)
    window = open_window(qtbot, tmp_path)
    before = window.document.layout
    assert not window.files.open(tmp_path / "bad.json")
    (told,) = notices(window)
    assert told.startswith("bad.json was not opened.") and sentence in told
    assert window.document.layout is before
    assert window.settings.recent_files == ()


def test_a_sentence_changes_its_language_and_goes_when_it_no_longer_holds(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text("")
    save(Layout(title="good"), tmp_path / "good.json")
    window = open_window(qtbot, tmp_path)
    window.files.open(tmp_path / "bad.json")
    window.files.open(tmp_path / "bad.json")
    assert len(notices(window)) == 1
    trigger(window, "language_ko")
    assert notices(window)[0].startswith("bad.json 파일을 열지 못했습니다.")
    window.files.open(tmp_path / "good.json")
    assert notices(window) == [] and not window.notices.isVisible()


def test_a_notice_closes_with_its_cross(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    window.files.open(tmp_path / "nowhere.json")
    assert notices(window) == [f"nowhere.json is not in {tmp_path} any more. Look for it with Open."]
    qtbot.mouseClick(window.notices.notices[0].close_button, Qt.MouseButton.LeftButton)
    assert notices(window) == []


@contextmanager
def full_disk() -> Iterator[None]:
    """No file may grow, which is what writing onto a full disk comes to."""
    resource = pytest.importorskip("resource", reason="Windows has no limit of this kind")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (16, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_a_full_disk_keeps_the_work_the_old_file_and_the_unsaved_mark(qtbot: QtBot, tmp_path: Path) -> None:
    save(Layout(title="before"), tmp_path / "mine.json")
    window = open_window(qtbot, tmp_path)
    window.files.open(tmp_path / "mine.json")
    edit(window)
    edited = window.document.layout
    with full_disk():
        trigger(window, "save")
    (told,) = notices(window)
    assert told.startswith(f"mine.json was not saved in {tmp_path}: ") and "Your work is still here" in told
    assert window.document.layout is edited and window.document.dirty
    assert load(tmp_path / "mine.json").title == "before"
    assert not list(tmp_path.glob("*.part"))
    trigger(window, "save")
    assert notices(window) == [] and load(tmp_path / "mine.json") == edited


def test_a_window_whose_work_could_not_be_saved_stays_open(qtbot: QtBot, tmp_path: Path) -> None:
    save(Layout(title="before"), tmp_path / "mine.json")
    window = open_window(qtbot, tmp_path)
    window.files.open(tmp_path / "mine.json")
    edit(window)
    asked = when_asked(press(StandardButton.Save))
    with full_disk():
        trigger(window, "quit")
    assert not asked.isActive()
    assert window.isVisible() and window.document.dirty


@pytest.mark.skipif(AS_ROOT, reason="root may write everywhere")
def test_a_read_only_folder_is_named(qtbot: QtBot, tmp_path: Path) -> None:
    save(Layout(), tmp_path / "mine.json")
    window = open_window(qtbot, tmp_path)
    window.files.open(tmp_path / "mine.json")
    edit(window)
    tmp_path.chmod(0o500)
    try:
        trigger(window, "save")
    finally:
        tmp_path.chmod(0o700)
    assert "Permission denied" in notices(window)[0]
    assert window.document.dirty


def test_a_file_dropped_onto_the_window_is_opened(qtbot: QtBot, tmp_path: Path) -> None:
    save(Layout(title="dropped"), tmp_path / "one.json")
    window = open_window(qtbot, tmp_path)
    assert drop(window, tmp_path / "one.json")
    qtbot.waitUntil(lambda: window.document.layout.title == "dropped")
    assert window.document.path == tmp_path / "one.json"


def test_several_files_dropped_come_each_into_a_tab_and_what_is_no_layout_is_left_out(
    qtbot: QtBot, tmp_path: Path
) -> None:
    for name in ("one", "two"):
        save(Layout(title=name), tmp_path / f"{name}.json")
    window = open_window(qtbot, tmp_path)
    edit(window)
    assert drop(window, tmp_path / "one.json", tmp_path / "picture.png", tmp_path / "two.json")
    qtbot.waitUntil(lambda: window.document.layout.title == "two")
    assert [window.files.name_of(tab) for tab in window.files.tabs] == ["edited", "one", "two"]


def test_a_file_is_dropped_onto_the_canvas_too(qtbot: QtBot, tmp_path: Path) -> None:
    save(Layout(title="dropped"), tmp_path / "one.json")
    window = open_window(qtbot, tmp_path)
    assert drop(window, tmp_path / "one.json", onto=window.canvas.viewport())
    qtbot.waitUntil(lambda: window.document.layout.title == "dropped")


def test_other_things_that_are_dropped_are_not_taken(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    assert not drop(window, tmp_path / "picture.png")
    assert not drop(window)


def test_recent_files_can_be_opened_again_and_cleared(qtbot: QtBot, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        save(Layout(title=folder), tmp_path / folder / "net.json")
    save(Layout(title="other"), tmp_path / "other.json")
    window = open_window(qtbot, tmp_path)
    assert texts(recent_menu(window).actions()) == ["No files yet"]
    for path in (tmp_path / "a" / "net.json", tmp_path / "b" / "net.json", tmp_path / "other.json"):
        window.files.open(path)
    menu = recent_menu(window)
    expected = ["other.json", f"net.json — {tmp_path / 'b'}", f"net.json — {tmp_path / 'a'}", "Clear recent files"]
    assert texts(menu.actions()) == expected
    menu.actions()[2].trigger()
    assert window.document.layout.title == "a"
    trigger(window, "clear_recent")
    assert texts(recent_menu(window).actions()) == ["No files yet"]


def test_a_recent_file_that_is_gone_is_said_and_forgotten(qtbot: QtBot, tmp_path: Path) -> None:
    save(Layout(), tmp_path / "gone.json")
    window = open_window(qtbot, tmp_path)
    window.files.open(tmp_path / "gone.json")
    trigger(window, "close_tab")
    (tmp_path / "gone.json").unlink()
    recent_menu(window).actions()[0].trigger()
    assert "is not in" in notices(window)[0]
    assert texts(recent_menu(window).actions()) == ["No files yet"]
