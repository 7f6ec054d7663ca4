"""The shortcut sheet: made of the table, searched in both languages, printed on one page."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot
from window_person import open_window

from core.text import LANGUAGES, Text
from gui.commands import COMMANDS
from gui.commands.gestures import CANVAS, MOUSE
from gui.main_window import MainWindow
from gui.shortcut_groups import groups, shown_keys
from gui.shortcut_print import PAGE, printed
from gui.shortcut_sheet import ShortcutSheet, divided
from gui.theme import Theme
from gui.words import Words


def opened(window: MainWindow) -> ShortcutSheet:
    sheet = window.findChild(ShortcutSheet)
    assert sheet is not None and sheet.isVisible()
    return sheet


def read(sheet: ShortcutSheet) -> list[str]:
    return [label.text() for label in sheet.findChildren(QLabel) if label.isVisible()]


@pytest.mark.parametrize("key", [Qt.Key.Key_F1, Qt.Key.Key_Question])
def test_a_key_opens_it(qtbot: QtBot, tmp_path: Path, key: Qt.Key) -> None:
    window = open_window(qtbot, tmp_path)
    with qtbot.waitActive(window):
        window.activateWindow()
    QTest.keyClick(window.canvas, key)
    sheet = opened(window)
    qtbot.waitUntil(sheet.search.hasFocus)
    # Once more shows the same one.
    window.show_shortcuts()
    assert len(window.findChildren(ShortcutSheet)) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_every_key_of_the_table_and_every_gesture(qtbot: QtBot, tmp_path: Path, language: str) -> None:
    window = open_window(qtbot, tmp_path, language=language)
    window.show_shortcuts()
    said = read(opened(window))
    for name, command in COMMANDS.items():
        for key in shown_keys(command):
            assert key in said, (name, key)
    for gesture in (*CANVAS, *MOUSE):
        assert window.words.say(f"gesture.{gesture.name}") in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_gesture_says_how(language: str) -> None:
    text = Text(language)
    for gesture in (*CANVAS, *MOUSE):
        assert text.has(f"gesture.{gesture.name}")
        assert gesture.keys or text.has(f"gesture.{gesture.name}_how"), gesture.name


@pytest.mark.parametrize(
    ("query", "what"),
    [("zoom", "Zoom in"), ("확대", "Zoom in"), ("ctrl+s", "Save"), ("흔들", "Shake it out of its wires"), ("alt", "")],
)
def test_a_search_in_either_language_leaves_what_fits(qtbot: QtBot, tmp_path: Path, query: str, what: str) -> None:
    window = open_window(qtbot, tmp_path)
    window.show_shortcuts()
    sheet = opened(window)
    before = len(sheet.shown())
    sheet.search.setText(query)
    shown = sheet.shown()
    assert 0 < len(shown) < before
    assert not what or what in [shortcut.text for shortcut in shown]
    assert all(shortcut.text in read(sheet) for shortcut in shown)


def test_nothing_found_says_so(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    window.show_shortcuts()
    sheet = opened(window)
    QTest.keyClicks(sheet.search, "zzzz")
    assert sheet.shown() == [] and any("zzzz" in text for text in read(sheet))


def test_it_follows_the_language(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    window.show_shortcuts()
    sheet = opened(window)
    window.set_language("ko")
    assert "저장" in read(sheet) and sheet.windowTitle() == window.words.say("shortcuts.title")


@pytest.mark.parametrize("columns", [1, 2, 3, 4])
def test_columns_keep_the_order_and_are_about_equally_long(columns: int) -> None:
    all_groups = groups(Words("en"))
    parts = divided(all_groups, columns)
    assert [group for part in parts for group in part] == all_groups and len(parts) == columns
    lengths = [sum(len(group.shortcuts) + 3 for group in part) for part in parts]
    longest = max(len(group.shortcuts) + 3 for group in all_groups)
    assert max(lengths) <= sum(lengths) / columns + longest


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_printed_on_one_page(qapp: QApplication, language: str) -> None:
    page = printed(Words(language), Theme("dark"))
    assert page.pageCount() == 1
    assert page.idealWidth() <= PAGE.paintRect(PAGE.units()).width() * 72 / 25.4 + 1
    text = page.toPlainText()
    assert all(shortcut.text in text for group in groups(Words(language)) for shortcut in group.shortcuts)


def test_a_sheet_can_be_closed_with_escape(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    window.show_shortcuts()
    sheet = opened(window)
    QTest.keyClick(sheet.search, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: window.findChild(ShortcutSheet) is None)
