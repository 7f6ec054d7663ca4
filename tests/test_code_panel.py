"""The code panel: the code of what is on the canvas, to read, to copy, to save; and why there is none."""

from __future__ import annotations

import ast
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QTextDocument
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from core.codegen import model_code, training_code
from core.layout import Layout, with_argument
from core.shapes import infer
from core.text import LANGUAGES
from gui.panels.code import CodePanel, file_stem
from gui.panels.highlighter import PythonHighlighter, tokens
from tests.examples import chain, digits_mlp
from tests.panel_stage import Stage, staged


@pytest.fixture
def stage(qtbot: QtBot) -> Stage:
    return staged(qtbot, CodePanel, digits_mlp(), size=(700, 400))


def shown(stage: Stage) -> str:
    return str(stage.panel.view.toPlainText()) + "\n"


def said(stage: Stage) -> str:
    label = stage.panel.findChild(QLabel, "code-said")
    return label.text() if label.isVisible() else ""


def out_features(value: int) -> partial[Layout]:
    return partial(with_argument, node_id="logits", name="out_features", value=value)


def test_the_model_is_shown_first_and_the_script_on_demand(stage: Stage) -> None:
    assert shown(stage) == model_code(stage.document.inference)
    stage.click(stage.panel.with_training)
    assert shown(stage) == training_code(stage.document.inference)
    stage.click(stage.panel.model_only)
    assert shown(stage) == model_code(stage.document.inference)


def test_the_code_follows_an_edit(stage: Stage) -> None:
    stage.document.apply("x", partial(with_argument, node_id="hidden", name="out_features", value=77))
    stage.qtbot.waitUntil(lambda: "77" in shown(stage))


def test_a_hidden_panel_waits_until_it_is_looked_at(stage: Stage) -> None:
    stage.window.hide()
    before = shown(stage)
    stage.document.apply("x", partial(with_argument, node_id="hidden", name="out_features", value=77))
    assert not stage.panel._later.isActive() and shown(stage) == before
    stage.window.show()
    assert "77" in shown(stage)


def test_new_code_keeps_the_place_that_is_read(qtbot: QtBot) -> None:
    layers = [(f"tanh_{number}", "Tanh", {}) for number in range(80)]
    layout = chain(("flatten", "Flatten", {}), *layers, ("logits", "Linear", {"out_features": 10}))
    stage = staged(qtbot, CodePanel, layout, size=(500, 300))
    bar = stage.panel.view.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    place = bar.value()
    stage.document.apply("x", partial(with_argument, node_id="logits", name="bias", value=False))
    stage.qtbot.waitUntil(lambda: "bias=False" in shown(stage))
    assert place > 0 and bar.value() == place


def test_copy_puts_the_code_on_the_clipboard_and_says_so_for_a_moment(stage: Stage) -> None:
    QGuiApplication.clipboard().clear()
    stage.click(stage.panel.copy)
    assert QGuiApplication.clipboard().text() == model_code(stage.document.inference)
    assert stage.panel.copy.text() == "Copied"
    stage.qtbot.waitUntil(lambda: stage.panel.copy.text() == "Copy")


def test_save_writes_a_python_file(stage: Stage, tmp_path: Path) -> None:
    stage.click(stage.panel.save)
    dialog = stage.panel.findChild(QFileDialog)
    stage.qtbot.waitUntil(dialog.isVisible)
    assert Path(dialog.selectedFiles()[0]).name == "a_chain.py"
    dialog.setDirectory(str(tmp_path))
    dialog.selectFile("mine")
    dialog.accept()
    assert (tmp_path / "mine.py").read_text(encoding="utf-8") == model_code(stage.document.inference)
    assert "mine.py" in said(stage)


def test_what_prevents_saving_is_one_sentence_in_place(stage: Stage, tmp_path: Path) -> None:
    stage.panel.write(tmp_path / "nowhere" / "mine.py")
    assert said(stage).startswith("mine.py could not be saved in") and "nowhere" in said(stage)
    stage.panel.write(tmp_path / "mine.py")
    assert said(stage) == f"Saved as {tmp_path / 'mine.py'}."


def test_an_error_stands_in_the_place_of_the_code_with_its_mend(stage: Stage) -> None:
    stage.document.apply("x", out_features(3))
    stage.qtbot.waitUntil(lambda: bool(stage.panel.cards))
    assert not stage.panel.view.isVisible() and not stage.panel.copy.isEnabled() and not stage.panel.save.isEnabled()
    with stage.qtbot.waitSignal(stage.panel.node_chosen) as chosen:
        stage.click(stage.panel.cards[0])
    assert chosen.args == ["logits"] and stage.document.selected == "logits"
    stage.click(stage.panel.cards[0].findChild(QPushButton, "mend-set_argument"))
    stage.qtbot.waitUntil(stage.panel.view.isVisible)
    assert shown(stage) == model_code(stage.document.inference) and not stage.panel.cards


def test_advice_prevents_nothing(qtbot: QtBot) -> None:
    layout = chain(
        ("flatten", "Flatten", {}), ("logits", "Linear", {"out_features": 10}), ("softmax", "Softmax", {"dim": 1})
    )
    stage = staged(qtbot, CodePanel, layout)
    assert stage.document.inference.problems and shown(stage) == model_code(stage.document.inference)


def test_before_torch_is_there_the_code_follows(qtbot: QtBot) -> None:
    stage = staged(qtbot, CodePanel, digits_mlp(), ready=False)
    assert not stage.panel.view.isVisible() and not stage.panel.copy.isEnabled()
    stage.document.set_inference(infer)
    stage.qtbot.waitUntil(stage.panel.view.isVisible)


def test_the_code_can_be_selected_and_not_changed(stage: Stage) -> None:
    before = shown(stage)
    stage.click(stage.panel.view.viewport())
    stage.qtbot.keyClicks(stage.panel.view, "x")
    assert shown(stage) == before
    stage.press(stage.panel.view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    stage.press(stage.panel.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() + "\n" == before


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [320, 400, 900])
def test_every_button_fits(qtbot: QtBot, width: int, language: str) -> None:
    stage = staged(qtbot, CodePanel, digits_mlp(), language=language, size=(width, 300))
    assert stage.panel.width() == width
    for button in (stage.panel.model_only, stage.panel.with_training, stage.panel.copy, stage.panel.save):
        assert button.width() >= button.sizeHint().width() and stage.panel.rect().contains(button.geometry())
        assert button.accessibleName() or button.text()


@pytest.mark.parametrize(
    ("title", "stem"),
    [("Digits CNN", "digits_cnn"), ("", "model"), ("  …  ", "model"), ("숫자 읽기", "숫자_읽기"), ("../../etc", "etc")],
)
def test_a_title_becomes_a_file_name(title: str, stem: str) -> None:
    assert file_stem(title) == stem


def kinds(line: str, state: int = -1) -> list[tuple[str, str]]:
    return [(line[start:end], kind) for start, end, kind, _ in tokens(line, state)]


def test_python_is_told_apart_by_colour() -> None:
    assert kinds("class Net(nn.Module):  # mine") == [("class", "keyword"), ("Net", "name"), ("# mine", "comment")]
    assert kinds("x = self.conv1(x, 3, 1e-3)") == [("self", "keyword"), ("3", "number"), ("1e-3", "number")]
    assert kinds("(\"a # b\", f'{x}')") == [('"a # b"', "string"), ("f'{x}'", "string")]
    assert kinds("print(rangefinder, range(2))") == [("print", "name"), ("range", "name"), ("2", "number")]


def test_a_text_over_several_lines_is_one_text(qtbot: QtBot, stage: Stage) -> None:
    document = QTextDocument('"""A\n\nfor # b"""\nfor x in y: pass')
    highlighter = PythonHighlighter(document, stage.theme)
    blocks = [document.findBlockByNumber(number) for number in range(4)]
    colours = [
        [(one.start, one.length, one.format.foreground().color()) for one in block.layout().formats()]
        for block in blocks
    ]
    string, keyword = stage.theme.colour("code.string"), stage.theme.colour("code.keyword")
    assert colours[0] == [(0, 4, string)] and colours[2] == [(0, 10, string)]
    assert [colour for _, _, colour in colours[3]] == [keyword] * 3
    assert highlighter.document() is document


def test_colours_follow_the_theme(stage: Stage) -> None:
    def colour() -> QColor:
        (text,) = stage.panel.view.document().findBlockByNumber(0).layout().formats()
        return text.format.foreground().color()

    light = colour()
    stage.theme.set_choice("dark")
    stage.qtbot.waitUntil(lambda: colour() == stage.theme.colour("code.string"))
    assert colour() != light


def test_what_is_shown_is_python(stage: Stage) -> None:
    ast.parse(shown(stage))
