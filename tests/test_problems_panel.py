"""The problems list: what is wrong in words, one click to the node, one click to mend it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from core.layout import (
    Edge,
    Layout,
    Node,
    with_argument,
    with_blocks,
    with_edge,
    with_node,
    without_edges,
    without_nodes,
)
from core.shapes import infer
from core.text import LANGUAGES
from gui.panels.problems import LONGEST_LIST, ProblemsPanel
from tests.examples import chain, digits_mlp
from tests.graphs import little_resnet, residual_block
from tests.panel_stage import Stage, staged


def broken() -> Layout:
    """Seven classes instead of ten (an error) and a softmax before the loss (advice)."""
    layout = chain(
        ("flatten", "Flatten", {}),
        ("logits", "Linear", {"out_features": 7}),
        ("softmax", "Softmax", {"dim": 1}),
    )
    return with_node(layout, "lonely", Node("ReLU"))


@pytest.fixture
def stage(qtbot: QtBot) -> Stage:
    return staged(qtbot, ProblemsPanel, broken(), size=(800, 400))


def rules(stage: Stage) -> list[str]:
    return [card.problem.rule for card in stage.panel.cards]


def test_errors_come_first_and_both_are_counted(stage: Stage) -> None:
    assert rules(stage) == ["loss.classes", "graph.unconnected", "loss.softmax"]
    assert stage.panel.counts == (2, 1)


def test_a_card_says_how_grave_it_is_and_where_in_words(stage: Stage) -> None:
    names = [card.accessibleName() for card in stage.panel.cards]
    assert names[1].startswith("Error. lonely: ") and names[2].startswith("Warning. softmax: ")
    assert stage.panel.cards[0].sentence.text().count("10 classes") == 1


def test_a_card_says_where_inside_a_block_the_problem_lies(qtbot: QtBot) -> None:
    layout, block = little_resnet(), residual_block()
    wrong = replace(block, nodes={**block.nodes, "norm1": Node("BatchNorm2d", {"num_features": 5})})
    layout = with_blocks(layout, {**layout.blocks, "ResidualBlock": wrong})
    stage = staged(qtbot, ProblemsPanel, layout, size=(800, 400))
    (card,) = stage.panel.cards
    path = "stage1 › first › norm1"
    assert path in [part.text() for part in card.findChildren(QLabel) if part.isVisible()]
    assert card.accessibleName().startswith(f"Error. {path}: ")
    # The mend changes the block, and with it every use: it says so.
    assert card.findChildren(QPushButton)[0].text().endswith("in every ResidualBlock")


def test_a_list_that_fits_does_not_scroll(stage: Stage) -> None:
    last = stage.panel.cards[-1]
    assert last.geometry().bottom() < stage.panel.viewport().height()
    assert not stage.panel.verticalScrollBar().isVisible()


def test_a_click_goes_to_the_node(stage: Stage) -> None:
    with stage.qtbot.waitSignal(stage.panel.node_chosen) as chosen:
        stage.click(stage.panel.cards[0])
    assert chosen.args == ["logits"] and stage.document.selected == "logits"


def test_a_click_on_the_words_goes_to_the_node(stage: Stage) -> None:
    with stage.qtbot.waitSignal(stage.panel.node_chosen) as chosen:
        stage.click(stage.panel.cards[0].sentence)
    assert chosen.args == ["logits"]


def test_arrows_and_enter_go_to_the_node(stage: Stage) -> None:
    stage.panel.cards[0].setFocus()
    stage.press(stage.panel.cards[0], Qt.Key.Key_Down)
    stage.press(QApplication.focusWidget(), Qt.Key.Key_Down)
    stage.press(QApplication.focusWidget(), Qt.Key.Key_Up)
    assert stage.panel.cards[1].hasFocus()
    with stage.qtbot.waitSignal(stage.panel.node_chosen) as chosen:
        stage.press(stage.panel.cards[1], Qt.Key.Key_Return)
    assert chosen.args == ["lonely"]


def test_the_tabulator_reaches_the_mend_and_space_presses_it(stage: Stage) -> None:
    stage.panel.cards[0].setFocus()
    stage.press(stage.panel.cards[0], Qt.Key.Key_Tab)
    button = QApplication.focusWidget()
    assert isinstance(button, QPushButton) and button.text() == "Set out_features to 10"
    with stage.qtbot.waitSignal(stage.document.changed):
        stage.press(button, Qt.Key.Key_Space)
    assert stage.document.layout.nodes["logits"].arguments == {"out_features": 10}


def test_one_click_mends_and_undo_takes_it_back(stage: Stage) -> None:
    with stage.qtbot.waitSignal(stage.panel.count_changed) as counted:
        stage.click(stage.panel.cards[1].findChild(QPushButton, "mend-delete"))
    assert counted.args == [1, 1] and "lonely" not in stage.document.layout.nodes
    assert rules(stage) == ["loss.classes", "loss.softmax"]
    stage.document.undo()
    assert "lonely" in stage.document.layout.nodes and len(stage.panel.cards) == 3


def test_a_mend_uses_the_wires_of_now(qtbot: QtBot) -> None:
    """The same problem, in the same words, may come to stand behind another wire while its card stays."""
    layout = chain(("one", "Identity", {}), ("two", "Identity", {}), ("hidden", "Linear", {"out_features": 10}))
    stage = staged(qtbot, ProblemsPanel, layout, size=(800, 400))
    (card,) = stage.panel.cards

    def past_two(layout: Layout) -> Layout:
        wires = (Edge("one", "two"), Edge("two", "hidden"))
        return with_edge(without_nodes(without_edges(layout, wires), ["two"]), Edge("one", "hidden"))

    stage.document.apply("rewire", past_two)
    stage.click(stage.panel.cards[0].findChild(QPushButton, "mend-insert"))
    stage.qtbot.waitUntil(lambda: not stage.document.inference.problems)
    assert stage.panel.cards == [] and card is not None
    assert {(edge.source, edge.target) for edge in stage.document.layout.edges} == {
        ("images", "one"),
        ("one", "flatten"),
        ("flatten", "hidden"),
        ("hidden", "output"),
    }


def test_no_problem_is_said_with_a_good_icon(qtbot: QtBot) -> None:
    stage = staged(qtbot, ProblemsPanel, digits_mlp())
    verdict = stage.panel.findChild(QLabel, "problems-verdict")
    assert verdict.isVisible() and verdict.text() == "No problems. This network can be trained."
    stage.document.apply("x", partial(with_argument, node_id="logits", name="out_features", value=3))
    assert not verdict.isVisible() and rules(stage) == ["loss.classes"]


def test_nothing_is_promised_before_torch_is_there(qtbot: QtBot) -> None:
    stage = staged(qtbot, ProblemsPanel, broken(), ready=False)
    verdict = stage.panel.findChild(QLabel, "problems-verdict")
    assert verdict.isVisible() and "moment" in verdict.text()
    stage.document.set_inference(infer)
    assert not verdict.isVisible() and len(stage.panel.cards) == 3


def test_counts_are_known_while_the_list_is_hidden(stage: Stage) -> None:
    stage.window.hide()
    with stage.qtbot.waitSignal(stage.panel.count_changed) as counted:
        stage.document.apply("x", partial(without_nodes, node_ids=("lonely",)))
    assert counted.args == [1, 1]
    stage.window.show()
    assert rules(stage) == ["loss.classes", "loss.softmax"]


def test_an_edit_that_leaves_the_problems_keeps_the_cards_and_the_focus(stage: Stage) -> None:
    cards = list(stage.panel.cards)
    cards[1].setFocus()
    stage.document.apply("x", lambda layout: with_node(layout, "more", Node("Tanh")))
    assert len(stage.panel.cards) == 4 and stage.panel.cards[1].hasFocus()
    stage.document.undo()
    kept = list(stage.panel.cards)
    stage.document.apply("x", partial(with_argument, node_id="logits", name="bias", value=False))
    assert stage.panel.cards == kept


def test_a_very_long_list_is_cut_and_says_so(qtbot: QtBot) -> None:
    layout = digits_mlp()
    for number in range(LONGEST_LIST + 20):
        layout = with_node(layout, f"lonely_{number}", Node("ReLU"))
    stage = staged(qtbot, ProblemsPanel, layout)
    assert len(stage.panel.cards) == LONGEST_LIST and stage.panel.counts == (LONGEST_LIST + 20, 0)
    assert any("20 more" in label.text() for label in stage.panel.findChildren(QLabel) if label.isVisible())


@pytest.mark.parametrize("width", [260, 500, 1200])
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_cut_off(qtbot: QtBot, width: int, language: str) -> None:
    stage = staged(qtbot, ProblemsPanel, broken(), language=language, size=(width, 500))
    for card in stage.panel.cards:
        assert card.width() <= stage.panel.viewport().width()
        for button in card.findChildren(QPushButton):
            assert button.width() >= button.sizeHint().width()
            assert card.rect().contains(button.geometry().translated(card.buttons.pos()))
        assert card.sentence.height() >= card.sentence.heightForWidth(card.sentence.width())


def test_words_follow_the_language(stage: Stage) -> None:
    stage.words.set_language("ko")
    assert stage.panel.cards[0].accessibleName().startswith("오류. logits: ")
