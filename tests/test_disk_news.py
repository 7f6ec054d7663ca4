"""What others do to files that are open here: noticed, said, and never overwritten or lost silently."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot
from window_person import StandardButton, choose, notices, open_window, press, trigger, when_asked

from core.layout import Layout, with_title
from core.storage import load, save
from gui.main_window import MainWindow
from gui.presence import Presence
from gui.watching import FileWatch

LEFT = Qt.MouseButton.LeftButton
ROOT = Path(__file__).resolve().parent.parent

# Says that it has a file open, and stays until it is killed.
OTHER = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from gui.presence import Presence
application = QCoreApplication([])
presence = Presence(Path(sys.argv[1]))
presence.show([Path(sys.argv[2])])
print("open", flush=True)
sys.stdin.read()
"""


def edit(window: MainWindow, title: str = "mine") -> None:
    window.document.apply_root("canvas.edit.rename", lambda layout: with_title(layout, title))


def opened(qtbot: QtBot, folder: Path) -> tuple[MainWindow, Path]:
    file = folder / "net.json"
    save(Layout(title="before"), file)
    window = open_window(qtbot, folder / "settings")
    window.files.open(file)
    return window, file


def key(window: MainWindow) -> list[str]:
    return [notice.key.removeprefix("window.file_") for notice in window.notices.notices]


def offer(qtbot: QtBot, window: MainWindow, name: str) -> None:
    notice = next(notice for notice in window.notices.notices if f"window.{name}" in notice.buttons)
    qtbot.mouseClick(notice.buttons[f"window.{name}"], LEFT)


def write_in_place(path: Path, layout: Layout) -> None:
    """As `echo > file` does: the file stays the same, what is in it does not."""
    save(layout, path.with_suffix(".tmp"))
    path.write_bytes(path.with_suffix(".tmp").read_bytes())
    path.with_suffix(".tmp").unlink()


@pytest.mark.parametrize(
    "write", [write_in_place, lambda path, layout: save(layout, path)], ids=["in_place", "renamed"]
)
def test_a_file_that_others_change_is_said_each_time(qtbot: QtBot, tmp_path: Path, write: object) -> None:
    assert callable(write)
    window, file = opened(qtbot, tmp_path)
    for title in ("theirs", "theirs again", "and again"):
        write(file, Layout(title=title))
        qtbot.waitUntil(lambda: key(window) == ["changed"])
        assert notices(window)[0].startswith("net.json was changed on disk by another program.")
        # What is on the canvas is nowhere else any more.
        assert window.document.root.title == "before" and window.document.dirty
        offer(qtbot, window, "keep_mine")
        assert key(window) == []


def test_loading_anew_takes_what_is_there_and_undo_brings_mine_back(qtbot: QtBot, tmp_path: Path) -> None:
    window, file = opened(qtbot, tmp_path)
    edit(window)
    save(Layout(title="theirs"), file)
    qtbot.waitUntil(lambda: key(window) == ["changed"])
    offer(qtbot, window, "reload")
    assert window.document.root.title == "theirs" and not window.document.dirty
    assert key(window) == []
    trigger(window, "undo")
    assert window.document.root.title == "mine" and window.document.dirty


def test_loading_anew_what_is_no_layout_changes_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    window, file = opened(qtbot, tmp_path)
    file.write_text("nonsense")
    qtbot.waitUntil(lambda: key(window) == ["changed"])
    offer(qtbot, window, "reload")
    assert notices(window)[-1].startswith("net.json was not opened.")
    assert window.document.root.title == "before" and window.document.dirty
    trigger(window, "save")
    assert file.read_text() == "nonsense"


def test_own_saves_are_no_news(qtbot: QtBot, tmp_path: Path) -> None:
    window, file = opened(qtbot, tmp_path)
    watch = window.files.disk.findChild(FileWatch)
    assert isinstance(watch, FileWatch)
    for title in ("one", "two", "three"):
        edit(window, title)
        with qtbot.waitSignal(watch.stirred):
            trigger(window, "save")
        assert key(window) == [] and not window.document.dirty
        assert load(file).title == title


def test_a_file_that_is_only_touched_is_no_news(qtbot: QtBot, tmp_path: Path) -> None:
    window, file = opened(qtbot, tmp_path)
    watch = window.files.disk.findChild(FileWatch)
    assert isinstance(watch, FileWatch)
    with qtbot.waitSignal(watch.stirred):
        shutil.copy(file, tmp_path / "copy")
        os.replace(tmp_path / "copy", file)
    assert key(window) == [] and not window.document.dirty


def test_saving_over_what_others_changed_asks_first(qtbot: QtBot, tmp_path: Path) -> None:
    window, file = opened(qtbot, tmp_path)
    edit(window)
    save(Layout(title="theirs"), file)
    # At once: no watcher has told yet.
    trigger(window, "save")
    assert load(file).title == "theirs" and window.document.dirty
    assert key(window) == ["changed_since"]
    offer(qtbot, window, "save_anyway")
    assert load(file).title == "mine" and not window.document.dirty
    assert key(window) == []


def test_a_version_that_is_kept_is_saved_without_a_further_question(qtbot: QtBot, tmp_path: Path) -> None:
    window, file = opened(qtbot, tmp_path)
    save(Layout(title="theirs"), file)
    qtbot.waitUntil(lambda: key(window) == ["changed"])
    offer(qtbot, window, "keep_mine")
    assert window.document.dirty
    trigger(window, "save")
    assert load(file).title == "before" and not window.document.dirty


def test_mine_can_be_saved_elsewhere(qtbot: QtBot, tmp_path: Path) -> None:
    window, file = opened(qtbot, tmp_path)
    edit(window)
    save(Layout(title="theirs"), file)
    trigger(window, "save")
    asked = when_asked(choose(tmp_path / "mine.json"))
    offer(qtbot, window, "save_elsewhere")
    assert not asked.isActive()
    assert load(file).title == "theirs" and load(tmp_path / "mine.json").title == "mine"
    assert key(window) == [] and window.document.path == tmp_path / "mine.json"


def test_a_window_whose_file_others_changed_is_not_closed_silently(qtbot: QtBot, tmp_path: Path) -> None:
    """The work was saved once, but nobody could get it back from the disk any more."""
    window, file = opened(qtbot, tmp_path)
    save(Layout(title="theirs"), file)
    qtbot.waitUntil(lambda: window.document.dirty)
    asked = when_asked(press(StandardButton.Save))
    assert not window.close()
    assert not asked.isActive()
    assert key(window) == ["changed_since"] and load(file).title == "theirs"


def test_a_file_that_is_gone_is_said_and_saving_brings_it_back(qtbot: QtBot, tmp_path: Path) -> None:
    window, file = opened(qtbot, tmp_path)
    file.unlink()
    qtbot.waitUntil(lambda: key(window) == ["gone"])
    assert str(tmp_path) in notices(window)[0] and window.document.dirty
    offer(qtbot, window, "save_again")
    assert load(file).title == "before" and not window.document.dirty
    save(Layout(title="theirs"), file)
    qtbot.waitUntil(lambda: key(window) == ["changed"])


def test_a_file_that_comes_back_as_it_was_is_no_news_any_more(qtbot: QtBot, tmp_path: Path) -> None:
    window, file = opened(qtbot, tmp_path)
    file.rename(tmp_path / "elsewhere.json")
    qtbot.waitUntil(lambda: key(window) == ["gone"])
    (tmp_path / "elsewhere.json").rename(file)
    qtbot.waitUntil(lambda: key(window) == [])
    assert not window.document.dirty


def test_a_file_is_watched_by_the_link_that_it_was_opened_by(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    save(Layout(title="before"), tmp_path / "far" / "net.json")
    (tmp_path / "link.json").symlink_to(tmp_path / "far" / "net.json")
    window = open_window(qtbot, tmp_path / "settings")
    window.files.open(tmp_path / "link.json")
    save(Layout(title="theirs"), tmp_path / "far" / "net.json")
    qtbot.waitUntil(lambda: key(window) == ["changed"])


def test_news_of_another_tab_are_marked_there_and_said_when_it_is_looked_at(qtbot: QtBot, tmp_path: Path) -> None:
    window, file = opened(qtbot, tmp_path)
    save(Layout(title="other"), tmp_path / "other.json")
    window.files.open(tmp_path / "other.json")
    save(Layout(title="theirs"), file)
    bar = window.documents.bar
    qtbot.waitUntil(lambda: "Changed on disk" in bar.accessibleTabName(0))
    assert key(window) == [] and not bar.tabIcon(0).isNull() and bar.tabIcon(1).isNull()
    trigger(window, "previous_tab")
    assert key(window) == ["changed"]
    trigger(window, "next_tab")
    assert key(window) == []
    # What a person has closed is not said again.
    trigger(window, "previous_tab")
    qtbot.mouseClick(window.notices.notices[0].close_button, LEFT)
    trigger(window, "next_tab")
    trigger(window, "previous_tab")
    assert key(window) == []


def test_saving_one_tab_over_the_file_of_another_is_news_there(qtbot: QtBot, tmp_path: Path) -> None:
    window, file = opened(qtbot, tmp_path)
    trigger(window, "example_spiral")
    window.files.new()
    sure: list[QTimer] = []

    def overwrite(dialog: QDialog) -> None:
        sure.append(when_asked(press(StandardButton.Yes)))
        choose(file)(dialog)

    asked = when_asked(overwrite)
    trigger(window, "save_as")
    assert not asked.isActive() and not sure[0].isActive()
    assert load(file) == Layout()
    window.files.tabs.show(next(iter(window.files.tabs)))
    window.files.disk.look()
    assert key(window) == ["changed"] and window.document.root.title == "before"


def test_a_network_that_has_no_file_is_saved_without_looking_for_one(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    edit(window)
    asked = when_asked(choose(tmp_path / "mine.json"))
    trigger(window, "save")
    assert not asked.isActive() and key(window) == [] and load(tmp_path / "mine.json").title == "mine"


def test_two_windows_on_one_file_both_say_so_until_one_closes_it(qtbot: QtBot, tmp_path: Path) -> None:
    first, file = opened(qtbot, tmp_path)
    assert key(first) == []
    second = open_window(qtbot, tmp_path / "settings")
    second.files.open(file)
    assert key(second) == ["shared"]
    assert notices(second)[0].startswith("net.json is open in another LayerLoom window too.")
    qtbot.waitUntil(lambda: key(first) == ["shared"])
    trigger(second, "close_tab")
    qtbot.waitUntil(lambda: key(first) == [])
    second.files.open(file)
    qtbot.waitUntil(lambda: key(first) == ["shared"])
    second.close()
    qtbot.waitUntil(lambda: key(first) == [])


def test_windows_on_other_files_say_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    first, _ = opened(qtbot, tmp_path)
    save(Layout(), tmp_path / "other.json")
    second = open_window(qtbot, tmp_path / "settings")
    presence = first.files.disk.findChild(Presence)
    assert isinstance(presence, Presence)
    with qtbot.waitSignal(presence.changed):
        second.files.open(tmp_path / "other.json")
    assert key(first) == [] == key(second)


def test_a_program_that_was_killed_has_no_files_open(qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "net.json"
    save(Layout(), file)
    folder = tmp_path / "settings" / "presence"
    other = subprocess.Popen(
        [sys.executable, "-c", OTHER, folder, file.resolve()],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert other.stdout is not None and other.stdout.readline() == "open\n"
        window = open_window(qtbot, tmp_path / "settings")
        window.files.open(file)
        assert key(window) == ["shared"]
    finally:
        other.kill()
        other.communicate(timeout=180)
    # Nobody says that a program was killed: it is seen when the person comes back to the window.
    window.files.disk.look()
    assert key(window) == []
    assert len(list(folder.glob("*.json"))) == 1


def test_a_folder_that_cannot_be_written_costs_nothing_but_the_notice(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "settings").mkdir()
    (tmp_path / "settings" / "presence").write_text("a file where the folder should be")
    window, _ = opened(qtbot, tmp_path)
    assert key(window) == [] and window.document.root.title == "before"


def test_an_end_leaves_no_list_of_open_files(qtbot: QtBot, tmp_path: Path) -> None:
    window, _ = opened(qtbot, tmp_path)
    assert len(list((tmp_path / "settings" / "presence").glob("*.json"))) == 1
    assert window.close()
    assert list((tmp_path / "settings" / "presence").iterdir()) == []
