"""Several documents in one window: each in a tab with its own work, place and history, and none of it ever lost."""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot
from window_person import StandardButton, choose, notices, open_window, press, trigger, when_asked

from core.layout import Frame, Layout, with_title
from core.shapes import infer
from core.storage import load, save
from gui.examples import LAYOUTS
from gui.main_window import MainWindow
from gui.new_window import BESIDE, MAIN, STEP
from gui.tab_bar import TabBar

LEFT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def edit(window: MainWindow, title: str = "edited") -> None:
    window.document.apply_root("canvas.edit.rename", lambda layout: with_title(layout, title))


def bar(window: MainWindow) -> TabBar:
    found = window.findChild(TabBar)
    assert isinstance(found, TabBar)
    return found


def names(window: MainWindow) -> list[str]:
    """What the tabs say, from left to right."""
    row = bar(window)
    return [row.tabText(index) for index in range(row.count())]


def files(folder: Path, *titles: str) -> list[Path]:
    for title in titles:
        save(Layout(title=title), folder / f"{title}.json")
    return [folder / f"{title}.json" for title in titles]


def click(qtbot: QtBot, window: MainWindow, name: str, button: Qt.MouseButton = LEFT) -> None:
    row = bar(window)
    qtbot.mouseClick(row, button, pos=row.tabRect(names(window).index(name)).center())


def three(qtbot: QtBot, folder: Path) -> MainWindow:
    window = open_window(qtbot, folder)
    window.files.open(*files(folder, "one", "two", "three"))
    return window


def test_one_document_has_no_row_of_tabs(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    assert not bar(window).isVisible()
    window.files.open(*files(tmp_path, "one"))
    assert not bar(window).isVisible()
    window.files.open(*files(tmp_path, "two"))
    assert bar(window).isVisible() and names(window) == ["one", "two"]
    trigger(window, "close_tab")
    assert not bar(window).isVisible() and window.document.root.title == "one"


def test_a_file_takes_the_place_of_a_network_in_which_nothing_was_done(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    (path,) = files(tmp_path, "one")
    window.files.open(path)
    assert len(window.files.tabs) == 1 and window.document.path == path


@pytest.mark.parametrize("name", ["new", "example_spiral"])
def test_unsaved_work_stays_in_its_tab(qtbot: QtBot, tmp_path: Path, name: str) -> None:
    window = open_window(qtbot, tmp_path)
    edit(window)
    trigger(window, name)
    assert len(window.files.tabs) == 2 and window.document.root.title != "edited"
    trigger(window, "previous_tab")
    assert window.document.root.title == "edited" and window.document.dirty


def test_work_that_was_undone_can_still_be_redone_so_its_tab_stays(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    edit(window)
    trigger(window, "undo")
    window.files.open(*files(tmp_path, "one"))
    assert len(window.files.tabs) == 2


def test_a_tab_is_looked_at_by_a_click_and_by_keys(qtbot: QtBot, tmp_path: Path) -> None:
    window = three(qtbot, tmp_path)
    click(qtbot, window, "one")
    assert window.document.root.title == "one"
    QTest.keyClick(window, Qt.Key.Key_Tab, CONTROL)
    assert window.document.root.title == "two"
    QTest.keyClick(window, Qt.Key.Key_Tab, CONTROL | SHIFT)
    QTest.keyClick(window, Qt.Key.Key_Backtab, CONTROL | SHIFT)
    assert window.document.root.title == "three"
    assert bar(window).currentIndex() == 2


def test_a_tab_is_closed_by_its_cross_by_the_middle_button_and_by_a_key(qtbot: QtBot, tmp_path: Path) -> None:
    window = three(qtbot, tmp_path)
    click(qtbot, window, "one", MIDDLE)
    assert names(window) == ["two", "three"] and window.document.root.title == "three"
    qtbot.mouseClick(bar(window).tab_close_button(1), LEFT)
    assert [tab.sheet.path for tab in window.files.tabs] != [] and window.document.root.title == "two"
    edit(window)
    window.files.new()
    QTest.keyClick(window, Qt.Key.Key_W, CONTROL)
    assert window.document.root.title == "edited"


def test_the_middle_button_let_go_elsewhere_closes_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    window = three(qtbot, tmp_path)
    row = bar(window)
    qtbot.mousePress(row, MIDDLE, pos=row.tabRect(0).center())
    qtbot.mouseRelease(row, MIDDLE, pos=row.tabRect(1).center())
    assert len(window.files.tabs) == 3


def test_tabs_are_put_elsewhere_by_dragging(qtbot: QtBot, tmp_path: Path) -> None:
    window = three(qtbot, tmp_path)
    row = bar(window)
    start, end = row.tabRect(0).center(), row.tabRect(2).center() + QPoint(20, 0)
    qtbot.mousePress(row, LEFT, pos=start)
    for part in range(1, 11):
        qtbot.mouseMove(row, start + (end - start) * part / 10)
    qtbot.mouseRelease(row, LEFT, pos=end)
    qtbot.waitUntil(lambda: names(window) == ["two", "three", "one"])
    assert [window.files.name_of(tab) for tab in window.files.tabs] == ["two", "three", "one"]
    assert window.document.root.title == "one"
    click(qtbot, window, "two")
    assert window.document.root.title == "two"


def test_each_tab_keeps_its_history_its_selection_and_its_unsaved_mark(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    window.document.select(["relu"])
    edit(window, "first")
    trigger(window, "new")
    edit(window, "second")
    click(qtbot, window, "first")
    assert window.document.selected == "relu" and window.document.dirty
    trigger(window, "undo")
    assert window.document.root.title == "Digits MLP" and not window.document.dirty
    row = bar(window)
    assert not row.tab_close_button(0).unsaved and row.tab_close_button(1).unsaved
    trigger(window, "next_tab")
    assert window.document.root.title == "second" and window.document.undo_label is not None


def test_each_tab_keeps_the_place_that_is_looked_at(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    edit(window)
    window.canvas.zoom_in()
    window.canvas.zoom_in()
    window.canvas.centre_on("logits")
    centre = window.canvas.mapToScene(window.canvas.viewport().rect().center())
    scale = window.canvas.transform().m11()
    trigger(window, "example_residual_cnn")
    window.canvas.fit()
    assert window.canvas.transform().m11() != scale
    trigger(window, "previous_tab")
    assert window.canvas.transform().m11() == pytest.approx(scale)
    now = window.canvas.mapToScene(window.canvas.viewport().rect().center())
    # The row of tabs took a little of the height.
    assert QPointF(now - centre).manhattanLength() < 40


def test_a_name_that_is_half_typed_goes_to_the_node_that_it_was_typed_for(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    edit(window)
    trigger(window, "example_digits_mlp")
    trigger(window, "previous_tab")
    window.document.select(["relu"])
    trigger(window, "rename")
    editor = window.findChild(QLineEdit, "canvas_name_editor")
    qtbot.keyClicks(editor, "mine")
    trigger(window, "next_tab")
    assert "relu" in window.document.root.nodes and not window.document.dirty
    trigger(window, "previous_tab")
    assert "mine" in window.document.root.nodes


def test_a_number_that_is_half_typed_goes_to_the_node_that_it_was_typed_for(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    window.document.set_inference(infer)
    edit(window)
    trigger(window, "example_digits_mlp")
    window.document.select(["hidden"])
    trigger(window, "previous_tab")
    window.document.select(["hidden"])
    editor = window.desk.inspector.form.rows["out_features"].editor.held
    assert isinstance(editor, QLineEdit)
    qtbot.mouseClick(editor, LEFT)
    editor.selectAll()
    qtbot.keyClicks(editor, "77")
    QTest.keyClick(window, Qt.Key.Key_Tab, CONTROL)
    assert window.document.root.nodes["hidden"].arguments["out_features"] == 64
    QTest.keyClick(window, Qt.Key.Key_Tab, CONTROL)
    assert window.document.root.nodes["hidden"].arguments["out_features"] == 77


def test_a_file_that_is_open_is_not_opened_twice(qtbot: QtBot, tmp_path: Path) -> None:
    window = three(qtbot, tmp_path)
    edit(window)
    (tmp_path / "link.json").symlink_to(tmp_path / "one.json")
    window.files.open(tmp_path / "one.json")
    assert window.document.root.title == "one" and len(window.files.tabs) == 3
    window.files.open(tmp_path / "three.json")
    window.files.open(tmp_path / "link.json")
    assert window.document.root.title == "one" and len(window.files.tabs) == 3


def test_a_file_that_cannot_be_read_takes_no_tab_and_the_others_come(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    edit(window)
    (tmp_path / "bad.json").write_text("nonsense")
    assert window.files.open(*files(tmp_path, "one"), tmp_path / "bad.json")
    assert names(window) == ["edited", "one"]
    assert notices(window)[0].startswith("bad.json was not opened.")


def test_several_files_are_chosen_at_once(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    (path,) = files(tmp_path, "one")
    asked = when_asked(choose(path))
    trigger(window, "open")
    assert not asked.isActive() and window.document.path == path


def test_closing_a_tab_with_unsaved_work_asks_and_cancel_keeps_it(qtbot: QtBot, tmp_path: Path) -> None:
    window = three(qtbot, tmp_path)
    click(qtbot, window, "two")
    edit(window)
    click(qtbot, window, "three")
    seen: list[str] = []

    def look(dialog: object) -> None:
        # What is asked about is what is seen.
        seen.append(window.document.root.title)
        press(StandardButton.Cancel)(dialog)  # type: ignore[arg-type]

    asked = when_asked(look)
    click(qtbot, window, "two", MIDDLE)
    assert not asked.isActive() and seen == ["edited"]
    assert len(window.files.tabs) == 3 and window.document.dirty


def test_closing_the_window_asks_for_each_unsaved_tab(qtbot: QtBot, tmp_path: Path) -> None:
    window = three(qtbot, tmp_path)
    for name in ("one", "three"):
        click(qtbot, window, name)
        edit(window, f"{name} edited")
    asked = when_asked(press(StandardButton.Save), press(StandardButton.Discard))
    assert window.close()
    assert not asked.isActive()
    assert [load(tmp_path / f"{name}.json").title for name in ("one", "two", "three")] == ["one edited", "two", "three"]


def test_cancelling_at_the_last_of_several_questions_keeps_all_of_the_work(qtbot: QtBot, tmp_path: Path) -> None:
    window = three(qtbot, tmp_path)
    for name in ("one", "three"):
        click(qtbot, window, name)
        edit(window, f"{name} edited")
    asked = when_asked(press(StandardButton.Discard), press(StandardButton.Cancel))
    assert not window.close()
    assert not asked.isActive()
    titles = [window.files.tabs.sheet(tab).history.present.title for tab in window.files.tabs]
    assert titles == ["one edited", "two", "three edited"] and window.isVisible()


def test_closing_the_last_tab_leaves_an_empty_canvas(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    trigger(window, "close_tab")
    assert window.document.root == Layout() and len(window.files.tabs) == 1 and window.isVisible()


def test_files_of_one_name_are_told_apart(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        window.files.open(*files(tmp_path / folder, "net"))
    assert names(window) == ["net — a", "net — b"]
    assert bar(window).tabToolTip(0) == str(tmp_path / "a" / "net.json")


def test_what_a_tab_says_is_said_to_a_screen_reader_in_the_language_of_now(qtbot: QtBot, tmp_path: Path) -> None:
    window = three(qtbot, tmp_path)
    edit(window)
    row = bar(window)
    assert row.accessibleTabName(2) == "three, Not saved yet"
    assert row.tab_close_button(2).accessibleName() == "Close three"
    trigger(window, "language_ko")
    assert row.accessibleTabName(2) == "three, 아직 저장하지 않았습니다"
    assert row.accessibleName() == "열린 문서"


def test_many_tabs_make_the_window_no_wider(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    window.resize(window.minimumSize())
    size = window.size()
    window.files.open(*files(tmp_path, *(f"a network with a long name {number}" for number in range(30))))
    assert len(window.files.tabs) == 30
    qtbot.waitUntil(lambda: bar(window).isVisible())
    assert window.size() == size
    row = bar(window)
    # The one that is looked at is in sight.
    assert row.rect().contains(row.tabRect(row.currentIndex()).center())


def test_a_run_belongs_to_the_tab_that_it_was_started_from(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    window.session.start(window.document.root)
    assert window.session.elsewhere == ""
    # Its network was trained, so it stays when another comes.
    window.files.open(*files(tmp_path, "one"))
    assert names(window) == ["Digits MLP", "one"]
    assert window.session.elsewhere == "Digits MLP" and window.session.busy
    assert bar(window).accessibleTabName(0) == "Digits MLP, Is being trained"
    trigger(window, "previous_tab")
    assert window.session.elsewhere == ""
    window.session.stop()
    assert bar(window).accessibleTabName(0) == "Digits MLP"
    window.session.close()


def test_a_run_keeps_its_name_when_its_tab_is_closed(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    window.session.start(window.document.root)
    window.files.open(*files(tmp_path, "one"))
    click(qtbot, window, "Digits MLP", MIDDLE)
    assert window.session.elsewhere == "Digits MLP" == window.documents.run_name
    window.session.stop()
    window.session.close()


def test_notices_and_shapes_are_those_of_the_tab_that_is_looked_at(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    window.document.set_inference(infer)
    edit(window)
    known = window.document.inference.parameters
    trigger(window, "example_spiral")
    assert window.document.inference.parameters not in (known, None)
    trigger(window, "previous_tab")
    assert window.document.inference.parameters == known


def test_the_canvas_shows_the_tab_that_is_looked_at(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    edit(window)
    trigger(window, "example_spiral")
    assert set(window.canvas.items_scene.nodes) == set(window.document.root.nodes)
    trigger(window, "previous_tab")
    assert set(window.canvas.items_scene.nodes) == set(window.document.root.nodes) >= {"hidden", "logits"}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
def test_a_new_window_is_a_program_of_its_own(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    process = window.files.new_window()
    assert process is not None and process != os.getpid()
    try:
        said = Path(f"/proc/{process}/cmdline")
        qtbot.waitUntil(lambda: said.read_bytes().split(b"\0")[1:2] == [str(MAIN).encode()])
        assert notices(window) == []
    finally:
        os.kill(process, signal.SIGKILL)


def test_a_window_that_another_opened_does_not_hide_it(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = open_window(qtbot, tmp_path)
    first.resize(first.minimumSize())
    first.close()
    place = open_window(qtbot, tmp_path).pos()
    monkeypatch.setenv(BESIDE, "1")
    # Not to the pixel: the frame is the system's.
    assert (open_window(qtbot, tmp_path).pos() - place - STEP).manhattanLength() < 8
    # Only once: a window that this one opens steps aside from it, not from the first.
    assert (open_window(qtbot, tmp_path).pos() - place).manhattanLength() < 8


@pytest.mark.parametrize("language", ["en", "ko"])
def test_what_is_said_about_files_is_never_cut_off(qtbot: QtBot, tmp_path: Path, language: str) -> None:
    window = open_window(qtbot, tmp_path, language=language)
    window.resize(window.minimumSize())
    window.files.open(*files(tmp_path, "one", "two"))
    edit(window)
    save(Layout(title="theirs"), tmp_path / "two.json")
    trigger(window, "save")
    (notice,) = window.notices.notices
    qtbot.waitUntil(lambda: notice.text.height() >= notice.text.heightForWidth(notice.text.width()))
    for button in notice.buttons.values():
        assert button.width() >= button.sizeHint().width() and button.height() >= button.sizeHint().height()
        assert notice.rect().contains(QRect(button.mapTo(notice, QPoint()), button.size()))


def twins(qtbot: QtBot, folder: Path) -> MainWindow:
    """A window with two files of the same network, both with a frame of the same name; the second is looked at."""
    network = load(LAYOUTS / "digits_mlp.json")
    network = replace(network, frames={"frame": Frame("Head", ("hidden", "logits"))})
    paths = [folder / "one.json", folder / "two.json"]
    for path in paths:
        save(network, path)
    window = open_window(qtbot, folder)
    with qtbot.waitActive(window):
        window.activateWindow()
    window.files.open(*paths)
    window.canvas.setFocus()
    return window


def test_a_wire_that_is_chosen_in_one_tab_is_not_deleted_in_another(qtbot: QtBot, tmp_path: Path) -> None:
    window = twins(qtbot, tmp_path)
    canvas, before = window.canvas, window.document.root
    edge = before.edges[0]
    middle = canvas.mapFromScene(canvas.items_scene.wires[edge].path.pointAtPercent(0.5))
    qtbot.mouseClick(canvas.viewport(), LEFT, pos=middle)
    assert canvas.items_scene.selected_wires == {edge}
    trigger(window, "previous_tab")
    qtbot.keyClick(canvas, Qt.Key.Key_Delete)
    assert window.document.root == before and window.document.path == tmp_path / "one.json"


def test_a_frame_that_is_chosen_in_one_tab_is_not_deleted_in_another(qtbot: QtBot, tmp_path: Path) -> None:
    window = twins(qtbot, tmp_path)
    trigger(window, "next_annotation")
    assert window.canvas.annotations.selected == {("frame", "frame")}
    trigger(window, "previous_tab")
    qtbot.keyClick(window.canvas, Qt.Key.Key_Delete)
    assert window.document.root.frames == {"frame": Frame("Head", ("hidden", "logits"))}


def test_a_search_begins_again_in_another_tab(qtbot: QtBot, tmp_path: Path) -> None:
    window = twins(qtbot, tmp_path)
    trigger(window, "find")
    bar = window.desk.canvas_area.find_bar
    qtbot.keyClicks(bar.field, "linear")
    qtbot.keyClick(bar.field, Qt.Key.Key_Return)
    assert bar.count.text() == "1 of 2" and window.document.selected is not None
    trigger(window, "previous_tab")
    assert bar.count.text() == "2 found" and window.document.selected is None
