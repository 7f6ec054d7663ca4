"""The inspector: a form that edits the layout, refuses in words, and never takes away what a person is typing."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QLabel, QLineEdit, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from core.layout import Layout, with_argument, with_positions, without_nodes
from core.shapes import infer
from core.training.config import Choice, TrainingConfig
from gui.panels.inspector import InspectorPanel
from tests.examples import chain, digits_mlp, residual
from tests.panel_stage import Stage, staged


def convolutions() -> Layout:
    return chain(
        ("conv", "Conv2d", {"out_channels": 8, "kernel_size": 3, "padding": 1}),
        ("drop", "Dropout", {}),
        ("pad", "ZeroPad2d", {"padding": 1}),
        ("flatten", "Flatten", {}),
        ("logits", "Linear", {"out_features": 10}),
    )


@pytest.fixture
def stage(qtbot: QtBot) -> Stage:
    return staged(qtbot, InspectorPanel, digits_mlp(), size=(320, 900))


@pytest.fixture
def conv(qtbot: QtBot) -> Stage:
    made = staged(qtbot, InspectorPanel, convolutions(), size=(320, 900))
    made.document.select(["conv"])
    return made


def field(stage: Stage, name: str) -> QLineEdit:
    line = stage.panel.findChild(QLineEdit, f"field-{name}")
    assert line is not None
    return line


def note(stage: Stage, name: str) -> str:
    row = stage.panel.form.rows[name]
    return row.note.text() if row.note.isVisible() else ""


def arguments(stage: Stage, node_id: str) -> dict[str, object]:
    return dict(stage.document.layout.nodes[node_id].arguments)


def test_in_a_large_network_the_form_follows_once_the_canvas_is_painted(qtbot: QtBot) -> None:
    many = [(f"norm_{index}", "BatchNorm1d", {}) for index in range(301)]
    large = staged(qtbot, InspectorPanel, chain(("flatten", "Flatten", {}), *many), size=(320, 900))
    document = large.document
    document.select(["norm_7"])
    document.apply("edit", lambda layout: with_argument(layout, "norm_7", "momentum", 0.25))
    assert field(large, "momentum").text() != "0.25"
    qtbot.waitUntil(lambda: field(large, "momentum").text() == "0.25")
    document.apply("delete", partial(without_nodes, node_ids=("norm_7",)))
    name = large.panel.header.name
    qtbot.waitUntil(lambda: name.text() != "norm_7")
    # What was typed counts before another node is looked at.
    document.select(["norm_8"])
    large.type(field(large, "momentum"), "0.75")
    document.select(["norm_9"])
    assert arguments(large, "norm_8") == {"momentum": 0.75} and name.text() == "norm_9"


# Good values


def test_a_number_counts_on_enter(stage: Stage) -> None:
    stage.document.select(["hidden"])
    stage.type(field(stage, "out_features"), "48")
    assert arguments(stage, "hidden") == {"out_features": 32}
    stage.press(field(stage, "out_features"), Qt.Key.Key_Return)
    assert arguments(stage, "hidden") == {"out_features": 48}
    assert stage.document.undo_label == "inspector.edit_argument"


def test_a_number_counts_when_the_field_is_left(conv: Stage) -> None:
    conv.type(field(conv, "out_channels"), "12")
    conv.click(field(conv, "groups"))
    assert arguments(conv, "conv")["out_channels"] == 12


@pytest.mark.parametrize(
    ("typed", "value"), [("5", 5), ("3, 5", (3, 5)), ("(3, 5)", (3, 5)), ("3x5", (3, 5)), (" 7 ", 7)]
)
def test_a_size_is_one_number_or_several(conv: Stage, typed: str, value: object) -> None:
    conv.enter(field(conv, "kernel_size"), typed)
    assert arguments(conv, "conv")["kernel_size"] == value


def test_a_size_may_be_a_word_of_torchs(conv: Stage) -> None:
    conv.enter(field(conv, "padding"), "same")
    assert arguments(conv, "conv")["padding"] == "same"


def test_torchs_default_is_left_out_of_the_layout(conv: Stage) -> None:
    conv.enter(field(conv, "stride"), "2")
    assert arguments(conv, "conv")["stride"] == 2
    conv.enter(field(conv, "stride"), "1")
    assert "stride" not in arguments(conv, "conv")


def test_an_emptied_field_goes_back_to_the_default(conv: Stage) -> None:
    conv.enter(field(conv, "padding"), "")
    assert "padding" not in arguments(conv, "conv")
    assert field(conv, "padding").placeholderText() == "0"


def test_the_same_number_written_differently_changes_nothing(conv: Stage) -> None:
    before = conv.document.layout
    conv.enter(field(conv, "out_channels"), "008")
    assert conv.document.layout is before and field(conv, "out_channels").text() == "8"


def test_a_real_number(conv: Stage) -> None:
    conv.document.select(["drop"])
    conv.enter(field(conv, "p"), "0.25")
    assert arguments(conv, "drop") == {"p": 0.25}
    conv.enter(field(conv, "p"), ".5")
    assert arguments(conv, "drop") == {}


def test_a_flag_and_a_choice(conv: Stage) -> None:
    box = conv.panel.form.rows["bias"].editor.box
    conv.click(box)
    assert arguments(conv, "conv")["bias"] is False and box.text() == "False"
    combo = conv.panel.findChild(QComboBox, "field-padding_mode")
    combo.setFocus()
    conv.press(combo, Qt.Key.Key_Down)
    conv.press(combo, Qt.Key.Key_Return)
    assert arguments(conv, "conv")["padding_mode"] == combo.currentText() != "zeros"
    conv.press(combo, Qt.Key.Key_Up)
    conv.press(combo, Qt.Key.Key_Return)
    assert "padding_mode" not in arguments(conv, "conv")


def test_arrow_keys_step_and_one_undo_takes_the_run_back(conv: Stage) -> None:
    line = field(conv, "out_channels")
    conv.click(line)
    for _ in range(3):
        conv.press(line, Qt.Key.Key_Up)
    conv.press(line, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert arguments(conv, "conv")["out_channels"] == 21
    conv.document.undo()
    assert arguments(conv, "conv")["out_channels"] == 8 and line.text() == "8"


def test_the_small_arrows_step_and_stop_at_the_least(conv: Stage) -> None:
    down = conv.panel.form.rows["groups"].editor.findChild(QToolButton, "stepper-down")
    up = conv.panel.form.rows["groups"].editor.findChild(QToolButton, "stepper-up")
    conv.click(down)
    assert "groups" not in arguments(conv, "conv")
    conv.click(up)
    assert arguments(conv, "conv")["groups"] == 2
    conv.click(down)
    assert "groups" not in arguments(conv, "conv")


def test_an_arrow_that_is_held_stops_when_another_window_takes_the_mouse(conv: Stage, qtbot: QtBot) -> None:
    up = conv.panel.form.rows["out_channels"].editor.findChild(QToolButton, "stepper-up")
    QTest.mousePress(up, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: arguments(conv, "conv")["out_channels"] != 8)
    question = QDialog(conv.panel.window())
    qtbot.addWidget(question)
    question.open()
    qtbot.waitUntil(lambda: not up.isDown())


def test_steps_of_two_fields_are_not_joined_into_one_undo(conv: Stage) -> None:
    for name in ("out_channels", "groups", "out_channels"):
        conv.click(conv.panel.form.rows[name].editor.findChild(QToolButton, "stepper-up"))
    conv.document.undo()
    assert arguments(conv, "conv")["groups"] == 2 and arguments(conv, "conv")["out_channels"] == 9


def test_the_reset_button_goes_back_to_the_default(conv: Stage) -> None:
    conv.click(conv.panel.findChild(QToolButton, "reset-padding"))
    assert "padding" not in arguments(conv, "conv")
    assert not conv.panel.findChild(QToolButton, "reset-padding").isVisible()
    # What torch needs cannot be left out.
    assert not conv.panel.findChild(QToolButton, "reset-out_channels").isVisible()


def test_an_inferred_argument_is_shown_and_can_be_given(stage: Stage) -> None:
    stage.document.select(["logits"])
    line = field(stage, "in_features")
    assert line.text() == "" and line.placeholderText() == "32 · inferred"
    stage.enter(line, "32")
    assert arguments(stage, "logits") == {"out_features": 10, "in_features": 32}
    stage.click(stage.panel.findChild(QToolButton, "reset-in_features"))
    assert arguments(stage, "logits") == {"out_features": 10}


def test_the_input_takes_shape_and_dtype_from_the_data(stage: Stage) -> None:
    stage.document.select(["images"])
    assert field(stage, "shape").placeholderText() == "1, 8, 8 · data"
    combo = stage.panel.findChild(QComboBox, "field-dtype")
    assert combo.currentText() == "float32 · data"
    stage.enter(field(stage, "shape"), "1, 8, 8")
    assert arguments(stage, "images") == {"shape": (1, 8, 8)}


# Bad values


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("out_channels", "many", "whole number"),
        ("out_channels", "3.5", "whole number"),
        ("out_channels", "0", "at least 1"),
        ("out_channels", "", "needs a value"),
        ("kernel_size", "3, 3, 3", "2"),
        ("kernel_size", "(a)", "whole number"),
        ("padding", "-1", "at least 0"),
        ("groups", "9" * 60, "larger than any tensor"),
    ],
)
def test_a_bad_value_is_refused_in_place(conv: Stage, name: str, typed: str, said: str) -> None:
    before = conv.document.layout
    line = field(conv, name)
    old = line.text()
    conv.enter(line, typed)
    assert conv.document.layout is before
    assert said in note(conv, name) and line.property("wrong") is True
    assert line.text() == typed
    conv.click(field(conv, "dilation"))
    assert line.text() == typed and said in note(conv, name)
    line.setFocus()
    conv.press(line, Qt.Key.Key_Escape)
    assert line.text() == old and not line.property("wrong") and said not in note(conv, name)


def test_a_corrected_value_counts(conv: Stage) -> None:
    line = field(conv, "kernel_size")
    conv.enter(line, "x")
    conv.enter(line, "5")
    assert arguments(conv, "conv")["kernel_size"] == 5 and not line.property("wrong")


def test_the_refusal_follows_the_language(conv: Stage) -> None:
    conv.enter(field(conv, "kernel_size"), "x")
    conv.words.set_language("ko")
    assert "정수" in note(conv, "kernel_size") and field(conv, "kernel_size").text() == "x"


def test_a_bad_value_is_gone_with_its_node(conv: Stage) -> None:
    conv.enter(field(conv, "kernel_size"), "x")
    conv.document.select(["drop"])
    conv.document.select(["conv"])
    assert field(conv, "kernel_size").text() == "3"


def test_what_was_typed_counts_when_another_node_is_selected(conv: Stage) -> None:
    conv.type(field(conv, "out_channels"), "24")
    conv.document.select(["drop"])
    assert arguments(conv, "conv")["out_channels"] == 24 and arguments(conv, "drop") == {}
    assert conv.panel.header.name.text() == "drop"


# A form that stays


def test_an_edit_elsewhere_neither_takes_the_focus_nor_the_text(conv: Stage) -> None:
    line = field(conv, "out_channels")
    conv.type(line, "1")
    conv.document.apply("elsewhere", partial(with_positions, positions={"conv": (40.0, 0.0)}))
    conv.document.apply("elsewhere", partial(with_argument, node_id="logits", name="out_features", value=9))
    assert field(conv, "out_channels") is line and line.hasFocus() and line.text() == "1"


def test_undo_brings_the_old_value_into_the_field(conv: Stage) -> None:
    conv.enter(field(conv, "out_channels"), "12")
    conv.document.undo()
    assert field(conv, "out_channels").text() == "8"


def test_a_value_that_was_entered_leaves_undo_to_the_document(conv: Stage) -> None:
    from PySide6.QtGui import QKeySequence, QShortcut

    undo = QShortcut(QKeySequence.StandardKey.Undo, conv.window)
    undo.activated.connect(conv.document.undo)
    line = field(conv, "out_channels")
    conv.enter(line, "12")
    conv.press(line, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert arguments(conv, "conv")["out_channels"] == 8
    # While something is typed, undo means the typing.
    conv.qtbot.keyClicks(line, "77")
    conv.press(line, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert arguments(conv, "conv")["out_channels"] == 8 and line.text() == "8"


def test_deleting_the_node_while_a_value_is_typed_is_harmless(conv: Stage) -> None:
    conv.type(field(conv, "out_channels"), "24")
    conv.document.apply("delete", partial(without_nodes, node_ids=("conv",)))
    assert "conv" not in conv.document.layout.nodes
    assert conv.panel.header.name.text() == "a chain"


def test_the_tabulator_goes_down_the_form(conv: Stage) -> None:
    conv.click(conv.panel.header.name)
    seen = []
    for _ in range(4):
        conv.press(QApplication.focusWidget(), Qt.Key.Key_Tab)
        seen.append(QApplication.focusWidget().objectName())
    assert seen == ["field-in_channels", "field-out_channels", "field-kernel_size", "field-stride"]


# The name


def test_renaming_changes_the_layout_and_keeps_the_selection(stage: Stage) -> None:
    stage.document.select(["hidden"])
    line = field(stage, "out_features")
    stage.enter(stage.panel.header.name, "layer_1")
    assert list(stage.document.layout.nodes)[2] == "layer_1"
    assert stage.document.selected == "layer_1" and stage.document.undo_label == "inspector.rename"
    assert field(stage, "out_features") is line and stage.panel.header.name.hasFocus()
    stage.enter(line, "16")
    assert arguments(stage, "layer_1") == {"out_features": 16}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "at least one character"),
        ("2nd", "letters, digits"),
        ("my layer", "letters, digits"),
        ("class", "keyword"),
        ("train", "PyTorch"),
        ("relu", "already"),
    ],
)
def test_a_bad_name_is_refused_in_place(stage: Stage, name: str, said: str) -> None:
    stage.document.select(["hidden"])
    before = stage.document.layout
    stage.enter(stage.panel.header.name, name)
    refusal = stage.panel.findChild(QLabel, "inspector-refusal")
    assert stage.document.layout is before
    assert refusal.isVisible() and said in refusal.text()
    assert stage.panel.header.name.text() == name
    stage.press(stage.panel.header.name, Qt.Key.Key_Escape)
    assert stage.panel.header.name.text() == "hidden" and not refusal.isVisible()


def test_the_title_is_edited_when_nothing_is_selected(stage: Stage) -> None:
    stage.enter(stage.panel.header.name, "My first network")
    assert stage.document.layout.title == "My first network"


# Facts and problems


def test_the_parameters_are_written_as_a_sum(stage: Stage) -> None:
    stage.document.select(["hidden"])
    facts = stage.panel.facts.texts()
    assert facts["Parameters"].replace("\xa0", " ") == "32·64 + 32 = 2,080"
    assert facts["Input"] == "N × 64" and facts["Output"] == "N × 32"
    assert facts["Multiply-adds"] == "2,048"


def test_a_convolutions_sum_has_its_kernel(conv: Stage) -> None:
    facts = conv.panel.facts.texts()
    assert facts["Parameters"].replace("\xa0", " ") == "8·1·3·3 + 8 = 80"
    assert facts["Output"] == "N × 8 × 8 × 8"


def test_facts_follow_an_edit(conv: Stage) -> None:
    conv.enter(field(conv, "out_channels"), "16")
    assert conv.panel.facts.texts()["Output"] == "N × 16 × 8 × 8"


def test_both_inputs_of_an_add_are_shown(qtbot: QtBot) -> None:
    stage = staged(qtbot, InspectorPanel, residual())
    stage.document.select(["sum"])
    assert stage.panel.facts.texts()["Input"] == "input N × 8 × 8 × 8\nother N × 8 × 8 × 8"


@pytest.mark.parametrize("loss", ["CrossEntropyLoss", "NLLLoss", "MSELoss", "L1Loss", "HuberLoss", "BCEWithLogitsLoss"])
@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_output_says_what_the_loss_expects(qtbot: QtBot, loss: str, language: str) -> None:
    layout = chain(("flatten", "Flatten", {}), training=TrainingConfig(loss=Choice(loss)))
    stage = staged(qtbot, InspectorPanel, layout, language=language)
    stage.document.select(["output"])
    said = " ".join(label.text() for label in stage.panel.facts.findChildren(QLabel) if label.isVisible())
    assert loss in said and "digits" in said


def test_a_problem_is_mended_by_its_button(conv: Stage) -> None:
    conv.document.apply("x", partial(with_argument, node_id="logits", name="in_features", value=9))
    conv.document.select(["logits"])
    (card,) = conv.panel.cards
    assert "in_features" in card.accessibleName() and "`" not in card.accessibleName()
    assert field(conv, "in_features").property("wrong") is True
    conv.click(card.findChild(QPushButton, "mend-leave_out"))
    conv.qtbot.waitUntil(lambda: not conv.document.inference.problems)
    assert arguments(conv, "logits") == {"out_features": 10}
    assert not conv.panel.cards and not field(conv, "in_features").property("wrong")


def test_the_whole_network_is_summed_up_when_nothing_is_selected(stage: Stage) -> None:
    facts = stage.panel.facts.texts()
    assert facts["Layers"] == "4" and facts["Parameters"] == "2,410"
    assert facts["Input"] == "N × 1 × 8 × 8" and facts["Output"] == "N × 10"
    assert facts["Memory"] == "9.6 kB"


def test_several_nodes_are_counted(stage: Stage) -> None:
    stage.document.select(["hidden", "logits", "relu"])
    assert stage.panel.header.name.text() == "3 nodes" and stage.panel.header.name.isReadOnly()
    assert stage.panel.facts.texts()["Parameters"] == "2,410" and not stage.panel.form.rows


def test_the_documentation_opens_in_the_browser(stage: Stage) -> None:
    opened = []

    class Browser(QLabel):
        pass

    from PySide6.QtCore import QObject, QUrl, Slot

    class Handler(QObject):
        @Slot(QUrl)
        def open(self, url: QUrl) -> None:
            opened.append(url.toString())

    handler = Handler()
    QDesktopServices.setUrlHandler("https", handler, "open")
    try:
        stage.document.select(["hidden"])
        stage.click(stage.panel.link)
    finally:
        QDesktopServices.unsetUrlHandler("https")
    assert opened == ["https://docs.pytorch.org/docs/stable/generated/torch.nn.Linear.html"]


def test_before_torch_is_there_the_name_shows_and_the_form_follows(qtbot: QtBot) -> None:
    stage = staged(qtbot, InspectorPanel, digits_mlp(), ready=False)
    stage.document.select(["hidden"])
    assert stage.panel.header.name.text() == "hidden" and not stage.panel.form.rows
    assert stage.panel.findChild(QLabel, "inspector-note").text() == "Shapes follow in a moment."
    stage.document.set_inference(infer)
    assert list(stage.panel.form.rows) == ["in_features", "out_features", "bias"]
    assert not stage.panel.findChild(QLabel, "inspector-note").isVisible()


def test_every_layer_has_a_form_that_fits_a_narrow_panel(qtbot: QtBot) -> None:
    from core.catalogue import ENTRIES
    from core.layers import specification
    from core.layout import Node, with_node

    layout = Layout()
    for name in ENTRIES:
        layout = with_node(layout, f"node_{name}", Node(name, specification(name).first_arguments()))
    stage = staged(qtbot, InspectorPanel, layout, size=(260, 700))
    for name in ENTRIES:
        stage.document.select([f"node_{name}"])
        assert list(stage.panel.form.rows) == [one.name for one in specification(name).fields]
        assert stage.panel.widget().minimumSizeHint().width() <= stage.panel.viewport().width(), name


def test_korean_words(qtbot: QtBot, tmp_path: Path) -> None:
    stage = staged(qtbot, InspectorPanel, digits_mlp(), language="ko")
    stage.document.select(["hidden"])
    assert stage.panel.facts.texts()["입력"] == "N × 64"
    stage.words.set_language("en")
    assert stage.panel.facts.texts()["Input"] == "N × 64"
