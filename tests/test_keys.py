"""Every key of the table of commands, pressed on a real window; and the canvas' own keys beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot
from window_person import open_window

import gui.actions
from gui.commands import COMMANDS, Command
from gui.commands.command import always
from gui.commands.gestures import CANVAS
from gui.main_window import MainWindow

OWN = [(gesture.name, key) for gesture in CANVAS for key in gesture.keys]


def recording(ran: list[str]) -> Mapping[str, Command]:
    """The table with the same names and keys, each command of which can always be used and says only that it ran."""

    def noting(name: str) -> Callable[[MainWindow], object]:
        return lambda _window: ran.append(name)

    return {name: replace(command, do=noting(name), enabled=always, checked=None) for name, command in COMMANDS.items()}


def pressable() -> list[tuple[str, str]]:
    return [
        (name, sequence.toString())
        for name, command in COMMANDS.items()
        for sequence in command.sequences()
        # Keys of their own, such as Copy on some keyboards, are told by the system in its own way.
        if sequence[0].keyboardModifiers() or sequence[0].key() < Qt.Key.Key_Back
    ]


def press(widget: QWidget, keys: str) -> None:
    pressed = QKeySequence(keys)[0]
    QTest.keyClick(widget, pressed.key(), pressed.keyboardModifiers())


@pytest.fixture
def ran() -> list[str]:
    return []


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ran: list[str]) -> MainWindow:
    monkeypatch.setattr(gui.actions, "COMMANDS", recording(ran))
    window = open_window(qtbot, tmp_path)
    with qtbot.waitActive(window):
        window.activateWindow()
    window.canvas.setFocus()
    return window


def test_every_key_runs_its_command_and_no_other(window: MainWindow, ran: list[str]) -> None:
    wrong = {}
    for name, keys in pressable():
        ran.clear()
        press(window.canvas, keys)
        if ran != [name]:
            wrong[keys] = (name, list(ran))
    assert wrong == {}
    assert len(pressable()) > 60


def test_the_canvas_keys_are_no_commands(window: MainWindow, ran: list[str]) -> None:
    for _, keys in OWN:
        window.canvas.setFocus()
        press(window.canvas, keys)
    assert ran == []


def test_keys_that_mean_something_in_a_field_hold_only_on_the_canvas(window: MainWindow, ran: list[str]) -> None:
    search = window.desk.palette_panel.search
    search.setFocus()
    for name, keys in pressable():
        if COMMANDS[name].on_canvas:
            press(search, keys)
    assert ran == []


def test_a_question_mark_can_be_typed(window: MainWindow, ran: list[str]) -> None:
    search: QLineEdit = window.desk.palette_panel.search
    search.setFocus()
    press(search, "?")
    assert search.text() == "?" and ran == []


def test_keys_hold_while_a_menu_has_been_open(window: MainWindow, ran: list[str], qtbot: QtBot) -> None:
    menu = window.menuBar().actions()[0].menu()
    menu.popup(window.mapToGlobal(window.rect().center()))
    qtbot.waitUntil(menu.isVisible)
    QTest.keyClick(menu, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is None)
    press(window.canvas, "Ctrl+L")
    assert ran == ["arrange"]


def test_no_key_is_given_twice_nor_is_one_of_the_canvas(qapp: QApplication) -> None:
    keys = [sequence.toString() for command in COMMANDS.values() for sequence in command.sequences()]
    # Esc is told twice: what it does on the canvas, and that it leads there from the panels.
    keys += {QKeySequence(key).toString() for _, key in OWN}
    assert sorted(keys) == sorted(set(keys))
    assert all(keys)
