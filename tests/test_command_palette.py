"""The command palette: what is found, in which order, and what happens at Enter."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot
from window_person import open_window, trigger

from core.layout import Layout
from core.text import LANGUAGES, Text
from gui.command_palette import CommandPalette
from gui.command_rows import Role, menu_path, plain
from gui.commands import COMMANDS
from gui.commands.search import fit, folded
from gui.main_window import MainWindow

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> MainWindow:
    return _window(qtbot, tmp_path)


def _window(qtbot: QtBot, folder: Path, language: str = "en", layout: Layout | None = None) -> MainWindow:
    window = open_window(qtbot, folder, layout, language=language)
    with qtbot.waitActive(window):
        window.activateWindow()
    return window


def palette(window: MainWindow) -> CommandPalette:
    """Open it with its key."""
    QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_P, CONTROL | SHIFT)
    opened = window.findChild(CommandPalette)
    assert opened is not None and opened.isVisible() and opened.search.hasFocus()
    return opened


def names(opened: CommandPalette) -> list[str]:
    return [opened.model.index(row, 0).data(Role.NAME) for row in range(opened.model.rowCount())]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("tidy", "arrange"),
        ("tidy right", "arrange_right"),
        ("dark", "appearance_dark"),
        ("zoom in", "zoom_in"),
        ("undo", "undo"),
        ("export pic", "export_picture"),
        ("pic exp", "export_picture"),
        ("slct lds", "select_upstream"),
        ("실행", "undo"),
        ("붙여", "paste"),
        ("붙ㅇ", "paste"),
        ("ㅂㅅ", "copy"),
        ("그림", "export_picture"),
        ("텍스트", "none"),
        ("korean", "none"),
        ("shortcuts", "shortcuts"),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_few_letters_of_either_language_find_a_command(
    qtbot: QtBot, tmp_path: Path, language: str, query: str, first: str
) -> None:
    opened = palette(_window(qtbot, tmp_path, language))
    QTest.keyClicks(opened.search, query) if query.isascii() else opened.search.setText(query)
    assert (names(opened) or ["none"])[0] == first


def test_korean_fits_while_a_syllable_is_still_being_typed() -> None:
    # What an input method shows on the way to 보기.
    for typed in ("ㅂ", "보", "복", "보기"):
        assert fit(typed, ["보기"]) is not None, typed
    assert fit("기보", ["보기"]) is None
    assert folded("값") == folded("갑ㅅ")


def test_a_word_at_the_beginning_comes_before_one_inside_and_scattered_letters_come_last() -> None:
    ranks = [fit("fit", [title]) for title in ("Fit to window", "Window fit", "Outfit", "Find a text")]
    assert None not in ranks and ranks == sorted(ranks, key=str)
    assert fit("fit", ["Tidy"]) is None
    # A command's name counts for more than its menu's.
    assert fit("view", ["View all"]) < fit("view", ["Zoom"], ["View"])


def test_every_command_but_its_own_is_offered_with_its_menu_and_keys(window: MainWindow) -> None:
    opened = palette(window)
    assert set(names(opened)) == set(COMMANDS) - {"command_palette"}
    row = names(opened).index("save")
    index = opened.model.index(row, 0)
    assert (index.data(), index.data(Role.PLACE), index.data(Role.KEYS)) == ("Save", "File", "Ctrl+S")
    assert all(menu_path(name) for name in names(opened))


def test_a_command_that_cannot_be_used_says_why_and_stays(window: MainWindow) -> None:
    opened = palette(window)
    QTest.keyClicks(opened.search, "rename")
    index = opened.list.currentIndex()
    assert index.data(Role.NAME) == "rename" and index.data(Role.PLACE) == "Select one node first"
    QTest.keyClick(opened.search, Qt.Key.Key_Return)
    assert opened.isVisible()
    assert "Select one node first" in opened.search.accessibleDescription()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_has_words(language: str) -> None:
    text = Text(language)
    assert [command.why for command in COMMANDS.values() if command.why and not text.has(command.why)] == []


def test_enter_runs_the_command_after_the_palette_closed_with_the_focus_back(window: MainWindow, qtbot: QtBot) -> None:
    window.document.select(["hidden"])
    window.canvas.setFocus()
    seen: list[tuple[bool, bool]] = []
    opened = palette(window)
    window.commands["duplicate"].triggered.connect(lambda: seen.append((opened.isVisible(), window.canvas.hasFocus())))
    QTest.keyClicks(opened.search, "dupl")
    QTest.keyClick(opened.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(seen) == 1)
    assert seen == [(False, True)]
    assert len(window.document.layout.nodes) == len(window.document.history.past[-1].layout.nodes) + 1


def test_what_was_chosen_last_comes_first_also_after_a_new_start(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    for query in ("zoom out", "fit to"):
        opened = palette(window)
        QTest.keyClicks(opened.search, query)
        QTest.keyClick(opened.search, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda shown=opened: not shown.isVisible())
    assert names(palette(window))[:2] == ["fit", "zoom_out"]
    window.settings.write()
    assert names(palette(_window(qtbot, tmp_path)))[:2] == ["fit", "zoom_out"]


def test_escape_closes_it_and_the_focus_goes_back(window: MainWindow) -> None:
    search = window.desk.palette_panel.search
    search.setFocus()
    opened = palette(window)
    QTest.keyClick(opened.search, Qt.Key.Key_Escape)
    assert not opened.isVisible() and search.hasFocus()
    assert window.document.undo_label is None


def test_its_own_key_closes_it(window: MainWindow) -> None:
    opened = palette(window)
    QTest.keyClick(opened.search, Qt.Key.Key_P, CONTROL | SHIFT)
    assert not opened.isVisible() and window.canvas.hasFocus()


def test_arrows_go_round_and_tab_stays(window: MainWindow) -> None:
    opened = palette(window)
    QTest.keyClick(opened.search, Qt.Key.Key_Up)
    assert opened.list.currentIndex().row() == opened.model.rowCount() - 1
    QTest.keyClick(opened.search, Qt.Key.Key_Down)
    assert opened.list.currentIndex().row() == 0
    QTest.keyClick(opened.search, Qt.Key.Key_Tab)
    assert opened.search.hasFocus()


def test_a_click_on_a_row_runs_it_and_one_beside_the_card_closes(window: MainWindow, qtbot: QtBot) -> None:
    opened = palette(window)
    QTest.keyClicks(opened.search, "dark")
    place = opened.list.visualRect(opened.list.currentIndex()).center()
    QTest.mouseClick(opened.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: window.theme.name == "dark")
    trigger(window, "appearance_light")
    opened = palette(window)
    QTest.mouseClick(opened, Qt.MouseButton.LeftButton, pos=QPoint(4, opened.height() - 4))
    assert not opened.isVisible()


def test_nothing_found_says_so(window: MainWindow) -> None:
    opened = palette(window)
    QTest.keyClicks(opened.search, "zzzz")
    sentence = opened.findChild(QLabel, "command-nothing")
    assert sentence is not None and sentence.isVisible() and "zzzz" in sentence.text()
    QTest.keyClick(opened.search, Qt.Key.Key_Return)
    QTest.keyClick(opened.search, Qt.Key.Key_Down)
    assert opened.isVisible()


def test_going_on_elsewhere_closes_it(window: MainWindow) -> None:
    opened = palette(window)
    QTest.keyClick(opened.search, Qt.Key.Key_K, CONTROL)
    assert not opened.isVisible() and window.desk.palette_panel.search.hasFocus()


def test_it_fits_into_the_smallest_window_with_the_largest_text(window: MainWindow) -> None:
    window.resize(window.minimumSize())
    window.scale_text(99)
    opened = palette(window)
    assert opened.rect().contains(opened.findChild(QLabel, "command-nothing").parentWidget().geometry())
    window.scale_text(0)


def test_a_menu_title_is_read_without_its_letter() -> None:
    assert (plain("&File"), plain("파일(&F)")) == ("File", "파일")
