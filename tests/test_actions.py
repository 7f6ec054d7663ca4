"""The table of commands: each with words in both languages, keys of its own, and a place where a person finds it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton
from pytestqt.qtbot import QtBot
from window_person import open_window, trigger

from core.layout import Layout, Node, with_node, with_title
from core.text import LANGUAGES, Text
from gui.commands import COMMANDS
from gui.commands.edit import edit_words
from gui.examples import FIRST_STEPS, LAYOUTS
from gui.menus import MENUS
from gui.words import Words

IN_TOOL_BAR_ONLY = {"toggle_language", "toggle_appearance"}
IN_RECENT_MENU = {"clear_recent"}


def menu_names() -> Iterator[str]:
    for entries in MENUS.values():
        for entry in entries:
            if isinstance(entry, Mapping):
                for names in entry.values():
                    yield from (name for name in names if name is not None)
            elif entry is not None:
                yield entry


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_and_menu_has_words(language: str) -> None:
    text = Text(language)
    missing = [name for name in COMMANDS if not text.has(f"action.{name}")]
    missing += [
        name for name in (*MENUS, "recent", "examples", "language", "appearance") if not text.has(f"menu.{name}")
    ]
    assert missing == []


def test_every_command_is_found_in_a_menu_or_the_tool_bar() -> None:
    assert set(menu_names()) | IN_TOOL_BAR_ONLY | IN_RECENT_MENU == set(COMMANDS)


def test_every_example_of_the_menu_is_shipped() -> None:
    assert set(FIRST_STEPS) <= {path.stem for path in LAYOUTS.glob("*.json")}


def test_no_keys_are_given_twice(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path, shown=False)
    keys = [key.toString() for name in COMMANDS for key in window.commands[name].shortcuts()]
    assert sorted(keys) == sorted(set(keys))


@pytest.mark.parametrize("language", LANGUAGES)
def test_letters_that_open_a_menu_are_given_once(qtbot: QtBot, tmp_path: Path, language: str) -> None:
    window = open_window(qtbot, tmp_path, language=language, shown=False)
    titles = [action.text() for action in window.menuBar().actions()]
    letters = [title[title.index("&") + 1].lower() for title in titles]
    assert len(letters) == len(set(letters)) == len(MENUS)


def test_undo_says_what_it_takes_back(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path, Layout())
    undo, redo = window.commands["undo"], window.commands["redo"]
    assert (undo.text(), undo.isEnabled(), redo.isEnabled()) == ("Undo", False, False)
    window.document.apply("canvas.edit.add", lambda layout: with_node(layout, "relu", Node("ReLU")))
    assert (undo.text(), undo.isEnabled()) == ("Undo: add a node", True)
    trigger(window, "undo")
    assert (redo.text(), redo.isEnabled(), undo.text()) == ("Redo: add a node", True, "Undo")
    trigger(window, "redo")
    assert "relu" in window.document.layout.nodes
    trigger(window, "language_ko")
    assert undo.text().startswith("실행 취소: ")


def test_an_edit_is_named_whatever_made_it() -> None:
    words = Words("en")
    assert edit_words(words, "mend.insert") == "mend a problem"
    assert edit_words(words, "canvas.edit.move") == "move nodes"
    assert edit_words(words, "an edit of a later version") == "edit"


def test_commands_that_need_a_selection_wait_for_one(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    rename, duplicate = window.commands["rename"], window.commands["duplicate"]
    assert not rename.isEnabled() and not duplicate.isEnabled()
    window.document.select(["hidden"])
    assert rename.isEnabled() and duplicate.isEnabled()
    window.document.select(["hidden", "relu"])
    assert not rename.isEnabled() and duplicate.isEnabled()


def test_the_delete_key_deletes_nodes_on_the_canvas_and_letters_in_a_field(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    window.activateWindow()
    window.document.select(["relu"])
    search = window.desk.palette_panel.search
    search.setFocus()
    qtbot.keyClicks(search, "conv")
    qtbot.keyClick(search, Qt.Key.Key_Home)
    qtbot.keyClick(search, Qt.Key.Key_Delete)
    assert search.text() == "onv"
    assert "relu" in window.document.layout.nodes
    search.clear()
    window.canvas.setFocus()
    qtbot.keyClick(window.canvas, Qt.Key.Key_Delete)
    assert "relu" not in window.document.layout.nodes
    assert window.commands["undo"].text() == "Undo: delete"


def test_keys_work_from_anywhere_in_the_window(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    window.activateWindow()
    window.document.apply("canvas.edit.rename", lambda layout: with_title(layout, "edited"))
    qtbot.keyClick(window.canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.document.layout.title != "edited"
    qtbot.keyClick(window.canvas, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert window.desk.palette_panel.search.hasFocus()


def test_a_tool_button_follows_its_command(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path, Layout())
    button = window.tool_bar.button("undo")
    assert isinstance(button, QToolButton) and not button.isEnabled()
    window.document.apply("canvas.edit.rename", lambda layout: with_title(layout, "edited"))
    assert button.isEnabled() and button.toolTip().startswith("Undo: rename")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert window.document.layout.title == ""


def test_the_menu_shows_which_language_and_look_are_chosen(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)

    def on(kind: str) -> list[str]:
        menu = window.findChild(QMenu, f"menu_{kind}")
        assert isinstance(menu, QMenu)
        actions: list[QAction] = menu.actions()
        return [action.objectName() for action in actions if action.isChecked()]

    assert on("language") == ["language_system"] and on("appearance") == ["appearance_system"]
    trigger(window, "language_ko")
    trigger(window, "appearance_dark")
    assert on("language") == ["language_ko"] and on("appearance") == ["appearance_dark"]
    # Choosing again what is chosen leaves it chosen.
    trigger(window, "language_ko")
    assert on("language") == ["language_ko"]
