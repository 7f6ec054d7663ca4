"""What the inspector says of nodes that are more than a layer in a chain, and why a tensor has its shape."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from core.cost import kept_bytes
from core.layout import Edge as Wire
from core.layout import Layout, Node, with_argument, with_edge, with_node
from gui.panels.inspector import InspectorPanel
from gui.panels.node_use import lenders
from tests.examples import digits_mlp, residual
from tests.network_examples import attention, blocks, recurrent, shared
from tests.panel_stage import Stage, staged


def inspecting(qtbot: QtBot, layout: Layout, node_id: str, **options: object) -> Stage:
    stage = staged(qtbot, InspectorPanel, layout, size=(320, 1200), **options)  # type: ignore[arg-type]
    stage.document.select([node_id])
    return stage


def node(stage: Stage, node_id: str) -> Node:
    return stage.document.layout.nodes[node_id]


# --- blocks ---


def test_a_block_has_a_form_of_its_own_arguments(qtbot: QtBot) -> None:
    stage = inspecting(qtbot, blocks(), "body")
    assert list(stage.panel.form.rows) == ["width", "dropout"]
    line = stage.panel.form.rows["dropout"].editor.held
    assert line.placeholderText() == "0.1"
    stage.enter(line, "2")
    assert node(stage, "body").arguments == {}
    assert "at most 1" in stage.panel.form.rows["dropout"].note.text()
    stage.enter(line, "0.5")
    assert node(stage, "body").arguments == {"dropout": 0.5}
    stage.click(stage.panel.form.rows["dropout"].reset)
    assert node(stage, "body").arguments == {}


def test_a_blocks_repetition_is_typed_and_stepped(qtbot: QtBot) -> None:
    stage = inspecting(qtbot, blocks(), "body")
    line = stage.panel.use.repeat.editor.held
    assert line.text() == "3"
    stage.enter(line, "12")
    assert node(stage, "body").repeat == 12
    stage.press(line, Qt.Key.Key_Up)
    assert node(stage, "body").repeat == 13
    stage.enter(line, "0")
    assert node(stage, "body").repeat == 13
    assert "at least 1" in stage.panel.use.repeat.note.text()
    stage.enter(line, "1001")
    assert node(stage, "body").repeat == 13
    stage.document.undo()
    stage.document.undo()
    assert node(stage, "body").repeat == 3


def test_a_repetition_that_was_typed_counts_when_another_node_is_selected(qtbot: QtBot) -> None:
    stage = inspecting(qtbot, blocks(), "body")
    stage.type(stage.panel.use.repeat.editor.held, "5")
    stage.document.select(["conv"])
    assert node(stage, "body").repeat == 5
    assert stage.panel.use.repeat.isHidden()


def test_what_is_inside_a_block_is_listed_with_its_parameters(qtbot: QtBot) -> None:
    stage = inspecting(qtbot, blocks(), "body")
    assert stage.panel.inside.isVisible()
    assert stage.panel.inside.texts() == [
        ("x", "Input", ""),
        ("conv", "Conv2d 8→8 · 3×3 · pad 1", "576"),
        ("norm", "BatchNorm2d 8", "16"),
        ("drop", "Dropout p = 0.1", ""),
        ("sum", "add", ""),
        ("y", "Output", ""),
    ]
    stage.document.apply("inspector.edit_argument", lambda layout: with_argument(layout, "body", "dropout", 0.5))
    assert ("drop", "Dropout p = 0.5", "") in stage.panel.inside.texts()
    stage.document.select(["conv"])
    assert not stage.panel.inside.isVisible()


@pytest.mark.parametrize("language", ["en", "ko"])
def test_nobody_scrolls_into_nothing(qtbot: QtBot, language: str) -> None:
    stage = inspecting(qtbot, blocks(), "body", language=language)
    stage.panel.resize(320, 300)
    bar = stage.panel.verticalScrollBar()
    qtbot.waitUntil(bar.isVisible)
    bar.setValue(bar.maximum())
    section = stage.panel.inside
    end = section.mapTo(stage.panel.viewport(), section.rect().bottomLeft()).y()
    assert stage.panel.viewport().height() - 32 <= end < stage.panel.viewport().height()


def test_the_editors_of_a_block_stand_below_each_other(qtbot: QtBot) -> None:
    stage = inspecting(qtbot, with_node(blocks(), "other", Node("ResidualBlock")), "body")
    use, row = stage.panel.use, stage.panel.use.repeat.editor
    assert use.weights.isVisible()
    for end in (QRect.topLeft, QRect.topRight):
        assert (
            use.weights.mapTo(stage.panel, end(use.weights.rect())).x() == row.mapTo(stage.panel, end(row.rect())).x()
        )


def test_a_blocks_parameters_are_those_of_all_its_repetitions(qtbot: QtBot) -> None:
    stage = inspecting(qtbot, blocks(), "body")
    assert stage.panel.facts.texts()["Parameters"] == "1,776"


def test_a_block_can_be_selected_before_torch_is_there(qtbot: QtBot) -> None:
    stage = inspecting(qtbot, blocks(), "body", ready=False)
    assert stage.panel.inside.texts()[1] == ("conv", "Conv2d", "")
    assert stage.panel.use.repeat.isVisible()


# --- weights ---


def test_a_node_is_frozen_and_thawed_by_its_switch(qtbot: QtBot) -> None:
    stage = inspecting(qtbot, digits_mlp(), "hidden")
    switch = stage.panel.use.frozen
    assert switch.isVisible() and not switch.isChecked()
    stage.press(switch, Qt.Key.Key_Space)
    assert node(stage, "hidden").frozen and switch.isChecked()
    assert stage.panel.facts.texts()["Trainable"] == "0"
    stage.press(switch, Qt.Key.Key_Space)
    assert not node(stage, "hidden").frozen
    assert "Trainable" not in stage.panel.facts.texts()


def test_what_has_no_parameters_cannot_be_frozen(qtbot: QtBot) -> None:
    stage = inspecting(qtbot, digits_mlp(), "relu")
    assert not stage.panel.use.isVisible()


def test_the_network_says_how_much_of_it_learns(qtbot: QtBot) -> None:
    stage = staged(qtbot, InspectorPanel, shared())
    texts = stage.panel.facts.texts()
    assert (texts["Parameters"], texts["Trainable"]) == ("4,810", "650")


def test_a_node_that_shares_shows_the_module_that_it_uses(qtbot: QtBot) -> None:
    stage = inspecting(qtbot, shared(), "again")
    use = stage.panel.use
    assert use.weights.currentText() == "those of mix"
    assert stage.panel.facts.texts()["Parameters"] == "= mix"
    # Its arguments are the module's, and so is what is typed into them.
    line = stage.panel.form.rows["out_features"].editor.held
    assert line.text() == "64"
    stage.enter(line, "32")
    assert node(stage, "mix").arguments == {"out_features": 32} and node(stage, "again").arguments == {}
    stage.document.select(["mix"])
    assert "again" in use.findChild(QLabel, "use-others").text()


def test_a_button_gives_a_node_weights_of_its_own(qtbot: QtBot) -> None:
    stage = inspecting(qtbot, shared(), "again")
    stage.click(stage.panel.use.own)
    assert node(stage, "again").shares is None
    assert node(stage, "again").arguments == {"out_features": 64}
    assert not stage.panel.use.own.isVisible()
    stage.document.undo()
    assert node(stage, "again").shares == "mix"


def test_the_weights_of_another_node_are_chosen_by_its_name(qtbot: QtBot) -> None:
    stage = inspecting(qtbot, digits_mlp(), "logits")
    box = stage.panel.use.weights
    assert [box.itemText(index) for index in range(box.count())] == ["its own", "those of hidden"]
    box.setFocus()
    stage.press(box, Qt.Key.Key_Down)
    assert node(stage, "logits").shares == "hidden"
    stage.press(box, Qt.Key.Key_Up)
    assert node(stage, "logits").shares is None


def test_weights_are_lent_only_by_nodes_of_the_same_layer_with_a_module_of_their_own() -> None:
    assert lenders(shared(), "logits") == ("mix",)
    assert lenders(shared(), "relu") == ()
    # The one that shares mix already leads back to it.
    assert lenders(shared(), "mix") == ("logits",)


# --- facts ---


def test_several_tensors_are_called_by_their_names(qtbot: QtBot) -> None:
    stage = inspecting(qtbot, recurrent(), "lstm")
    texts = stage.panel.facts.texts()
    assert texts["Output"] == "output N × 8 × 32\nh_n 1 × N × 32\nc_n 1 × N × 32"
    # What may stay free and does is not worth a line.
    assert texts["Input"] == "input N × 8 × 8"


def test_activations_are_counted_for_the_batch(qtbot: QtBot) -> None:
    stage = inspecting(qtbot, digits_mlp(), "hidden")
    batch = stage.document.layout.training.batch_size
    facts = stage.document.inference.nodes["hidden"]
    assert kept_bytes(facts, batch) == batch * facts.outputs[0].shape[1] * 4
    assert stage.panel.facts.texts()["Activations"]


def test_the_activations_of_a_block_are_all_that_is_inside(qtbot: QtBot) -> None:
    stage = inspecting(qtbot, blocks(), "body")
    facts = stage.document.inference.nodes["body"]
    # Convolution, norm, dropout and sum, three times.
    assert kept_bytes(facts, 2) == 3 * 4 * 2 * 8 * 8 * 8 * 4


def test_the_receptive_field_of_what_looks_at_images_follows_an_edit(qtbot: QtBot) -> None:
    stage = inspecting(qtbot, residual(), "sum")
    before = stage.panel.facts.texts()["Receptive field"]
    conv = next(key for key, node in residual().nodes.items() if node.layer == "Conv2d")
    stage.document.apply(
        "inspector.edit_argument",
        lambda layout: with_argument(with_argument(layout, conv, "kernel_size", 5), conv, "padding", 2),
    )
    assert stage.panel.facts.texts()["Receptive field"] != before
    stage.document.select(["output"])
    assert "Receptive field" not in stage.panel.facts.texts()


def test_what_sees_everything_has_no_receptive_field(qtbot: QtBot) -> None:
    stage = inspecting(qtbot, digits_mlp(), "hidden")
    assert "Receptive field" not in stage.panel.facts.texts()


# --- why this shape ---


def test_nothing_is_explained_until_somebody_asks(qtbot: QtBot) -> None:
    stage = inspecting(qtbot, residual(), "sum")
    assert stage.panel.why.isVisible() and not stage.panel.why.open
    assert stage.panel.why.reasons == []


def test_a_computed_size_is_explained_by_its_formula_with_numbers(qtbot: QtBot) -> None:
    conv = Node("Conv2d", {"out_channels": 4, "kernel_size": 3, "stride": 2, "padding": 1})
    layout = Layout(nodes={"images": Node("Input"), "conv": conv}, edges=(Wire("images", "conv"),))
    stage = inspecting(qtbot, layout, "conv")
    stage.click(stage.panel.why.title)
    lines = [view.lines for view in stage.panel.why.reasons]
    assert [
        "⌊(H + 2·padding − dilation·(kernel_size − 1) − 1) / stride⌋ + 1",
        "⌊(8 + 2·1 − 1·(3 − 1) − 1) / 2⌋ + 1",
        "4",
    ] in lines
    # It stays open for the next edit and the next node, and follows them.
    stage.document.apply("inspector.edit_argument", lambda layout: with_argument(layout, "conv", "stride", 1))
    assert any(view.lines[-1] == "8" for view in stage.panel.why.reasons)
    stage.document.select(["images"])
    assert not stage.panel.why.isVisible()
    stage.document.select(["conv"])
    assert stage.panel.why.isVisible() and stage.panel.why.open


def test_the_reasons_fit_into_a_narrow_column(qtbot: QtBot) -> None:
    conv = Node("ConvTranspose2d", {"out_channels": 4, "kernel_size": 3})
    layout = Layout(nodes={"images": Node("Input"), "conv": conv}, edges=(Wire("images", "conv"),))
    stage = staged(qtbot, InspectorPanel, layout, size=(240, 1200))
    stage.document.select(["conv"])
    stage.click(stage.panel.why.title)
    assert stage.panel.why.reasons
    assert stage.panel.widget().width() <= stage.panel.viewport().width()


def test_the_reasons_speak_the_chosen_language(qtbot: QtBot) -> None:
    stage = inspecting(qtbot, digits_mlp(), "flatten")
    stage.click(stage.panel.why.title)
    before = [label.text() for view in stage.panel.why.reasons for label in view.findChildren(QLabel)]
    stage.words.set_language("ko")
    after = [label.text() for view in stage.panel.why.reasons for label in view.findChildren(QLabel)]
    assert before and before != after


@pytest.mark.parametrize("make", [blocks, recurrent, attention, shared, residual])
@pytest.mark.parametrize("ready", [True, False])
def test_every_node_can_be_inspected(qtbot: QtBot, make, ready: bool) -> None:
    stage = staged(qtbot, InspectorPanel, make(), ready=ready)
    stage.document.select([next(iter(make().nodes))])
    if ready:
        stage.panel.why.title.setChecked(True)
    for node_id in make().nodes:
        stage.document.select([node_id])
        stage.panel.grab()
        assert stage.panel.header.name.text() == node_id


def test_the_tabulator_reaches_weights_and_reasons(qtbot: QtBot) -> None:
    stage = inspecting(qtbot, digits_mlp(), "logits")
    stage.click(stage.panel.form.rows["bias"].editor.held)
    seen = []
    for _ in range(5):
        stage.press(stage.window.focusWidget(), Qt.Key.Key_Tab)
        seen.append(stage.window.focusWidget().objectName())
    assert seen[-4:] == ["use-weights", "use-frozen", "inspector-node-note", "why-this-shape"]


def test_a_mistake_inside_a_block_is_told_on_its_use(qtbot: QtBot) -> None:
    layout = with_node(blocks(), "flat", Node("Flatten"))
    layout = with_edge(with_node(layout, "second", Node("ResidualBlock")), Wire("flat", "second"))
    layout = with_edge(layout, Wire("images", "flat"))
    stage = inspecting(qtbot, layout, "second")
    assert stage.panel.cards and stage.panel.inside.isVisible()
