"""The examples: in which group each stands, what is said of it, and how one comes onto the canvas."""

from __future__ import annotations

from pathlib import Path

import pytest
from canvas_person import Person
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot
from window_person import open_window, trigger

from core.layout import Layout
from core.shapes import infer
from core.storage import load
from core.text import LANGUAGES
from gui.examples import FIRST_STEPS, GROUPS, LAYOUTS, Example, about, examples, groups, title
from gui.gallery import Gallery, Role, parameters
from gui.words import Words


def gallery_of(qtbot: QtBot, tmp_path: Path, ready: bool = False, language: str = "en") -> Gallery:
    window = open_window(qtbot, tmp_path, language=language)
    if ready:
        window.document.set_inference(infer)
    trigger(window, "gallery")
    gallery = window.findChild(Gallery)
    qtbot.waitUntil(gallery.isVisible)
    return gallery


def test_every_layout_that_ships_stands_in_one_group() -> None:
    found = examples()
    assert {example.name for example in found} == {path.stem for path in LAYOUTS.glob("*.json")}
    assert [member for _, members in groups(found) for member in members] == list(found)
    assert tuple(example.name for example in found if example.group == "first_steps") == FIRST_STEPS


def test_a_file_finds_its_group_by_how_its_name_begins(tmp_path: Path) -> None:
    for name in ("resnet50", "alexnet", "gru_classifier", "mine", "resnet152", "resnet18", "spiral"):
        (tmp_path / f"{name}.json").write_text("{}")
    found = [(example.name, example.group) for example in examples(tmp_path)]
    assert found == [
        ("spiral", "first_steps"),
        ("alexnet", "convolutional"),
        ("resnet18", "residual"),
        ("resnet50", "residual"),
        ("resnet152", "residual"),
        ("gru_classifier", "text"),
        ("mine", "more"),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_group_has_a_title(language: str) -> None:
    words = Words(language)
    assert all(words.has(f"gallery.group_{group}") for group, _ in GROUPS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_steps_have_a_title_and_a_line(language: str) -> None:
    words = Words(language)
    for name in FIRST_STEPS:
        assert title(Example(name, "first_steps"), words) and about(Example(name, "first_steps"), words)


def test_an_example_without_words_is_called_as_its_file_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gui.examples.LAYOUTS", tmp_path)
    (tmp_path / "new.json").write_text('{"title": "A new one"}')
    (tmp_path / "odd.json").write_text("[1")
    (tmp_path / "list.json").write_text("[1]")
    words = Words("en")
    names = ("new", "odd", "list", "gone")
    assert [title(Example(name, "more"), words) for name in names] == ["A new one", "odd", "list", "gone"]


def test_parameters_are_counted_one_network_after_the_other(qtbot: QtBot, tmp_path: Path) -> None:
    gallery = gallery_of(qtbot, tmp_path, ready=True)
    qtbot.waitUntil(lambda: all(count for _, _, count in gallery.list.texts()))
    first = gallery.list.texts()[0]
    expected = infer(load(LAYOUTS / "digits_mlp.json")).parameters
    assert first[2] == f"{expected:,} parameters"


def test_without_torch_nothing_is_counted(qtbot: QtBot, tmp_path: Path) -> None:
    gallery = gallery_of(qtbot, tmp_path)
    qtbot.waitUntil(lambda: not gallery._timer.isActive())
    assert all(count == "" for _, _, count in gallery.list.texts())


def test_a_file_that_cannot_be_read_has_no_parameters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gui.examples.LAYOUTS", tmp_path)
    (tmp_path / "odd.json").write_text("[1")
    assert parameters(Example("odd", "more")) is None
    assert parameters(Example("gone", "more")) is None


def test_enter_opens_what_the_arrow_keys_chose_as_an_unsaved_copy(qtbot: QtBot, tmp_path: Path) -> None:
    gallery = gallery_of(qtbot, tmp_path)
    window = gallery.parent()
    assert gallery.chosen == FIRST_STEPS[0]
    qtbot.keyClick(gallery.list, Qt.Key.Key_Down)
    assert gallery.chosen == FIRST_STEPS[1]
    qtbot.keyClick(gallery.list, Qt.Key.Key_Return)
    assert window.document.layout == load(LAYOUTS / f"{FIRST_STEPS[1]}.json")
    assert window.document.path is None
    assert not gallery.isVisible()


def test_a_double_click_opens_an_example(qtbot: QtBot, tmp_path: Path) -> None:
    gallery = gallery_of(qtbot, tmp_path)
    window, rows = gallery.parent(), gallery.list
    item = next(rows.item(row) for row in range(rows.count()) if rows.item(row).data(Role.NAME) == "spiral")
    place = rows.visualItemRect(item).center()
    qtbot.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseDClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert window.document.layout == load(LAYOUTS / "spiral.json")


def test_the_title_of_a_group_cannot_be_chosen(qtbot: QtBot, tmp_path: Path) -> None:
    gallery = gallery_of(qtbot, tmp_path)
    head = gallery.list.item(0)
    assert head.data(Role.NAME) is None
    qtbot.mouseClick(gallery.list.viewport(), Qt.MouseButton.LeftButton, pos=gallery.list.visualItemRect(head).center())
    assert gallery.chosen == FIRST_STEPS[0]


def test_closing_leaves_what_is_on_the_canvas(qtbot: QtBot, tmp_path: Path) -> None:
    gallery = gallery_of(qtbot, tmp_path)
    window = gallery.parent()
    before = window.document.layout
    button = gallery.findChild(QPushButton, "gallery-close")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert window.document.layout is before


def test_an_empty_canvas_leads_to_all_examples(qtbot: QtBot) -> None:
    person = Person(qtbot, Layout())
    button = person.view.findChild(QPushButton, "all_examples")
    with qtbot.waitSignal(person.view.gallery_wanted):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
