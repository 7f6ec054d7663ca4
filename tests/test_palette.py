"""The palette: what is found by a few letters, and how a layer is taken from it."""

from __future__ import annotations

import subprocess
import sys

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from core.catalogue import CATEGORIES, ENTRIES
from core.layout import Layout
from gui.layer_search import found
from gui.panels.palette import PalettePanel
from gui.panels.palette_model import LAYER_FORMAT, Role
from gui.panels.palette_rows import node_pixmap
from tests.network_examples import blocks
from tests.panel_stage import Stage, staged

BLOCKS = blocks()


@pytest.fixture
def stage(qtbot: QtBot) -> Stage:
    return staged(qtbot, PalettePanel, Layout())


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("lin", "Linear"),
        ("conv", "Conv2d"),
        ("CONV2D", "Conv2d"),
        ("norm", "norm"),
        ("norm2d", "BatchNorm2d"),
        ("bn2", "BatchNorm2d"),
        ("pool max 2", "MaxPool2d"),
        ("transpose 1d", "ConvTranspose1d"),
        ("convolution", "Conv2d"),
        ("합성곱", "Conv2d"),
        ("활성화", "ReLU"),
        ("통과시키는", "LeakyReLU"),
        ("weighted sum", "Linear"),
        ("출력", "Input"),
        ("add", "add"),
        ("max", "max"),
        ("maxp", "MaxPool2d"),
        ("flatten", "Flatten"),
        ("lstm", "LSTM"),
        ("residual", "ResidualBlock"),
        ("block", "ResidualBlock"),
    ],
)
def test_the_best_match_comes_first(query: str, first: str) -> None:
    assert found(query, BLOCKS.block_entries)[0] == first


@pytest.mark.parametrize(
    ("query", "only"),
    [
        ("output", {"Output", "Linear", "Bilinear"}),
        ("linear", {"Linear", "LazyLinear", "Bilinear", "UpsamplingBilinear2d", "Identity"}),
    ],
)
def test_what_a_name_says_is_not_drowned_in_what_happens_to_hold_it(query: str, only: set[str]) -> None:
    names = found(query)
    assert names[0].casefold() == query
    assert set(names[:5]) <= only


def test_a_name_that_begins_so_comes_before_one_that_holds_it() -> None:
    names = found("max")
    assert names.index("MaxPool3d") < names.index("Softmax")


def test_every_word_must_fit() -> None:
    assert found("conv") and not found("conv xyz")


def test_every_layer_is_found_by_its_own_name() -> None:
    for name in ENTRIES:
        # A layer and an operation may differ by a capital only; then the essential one is first.
        alike = [other for other in ENTRIES if other.casefold() == name.casefold()]
        assert name in found(name)[: len(alike)]
        assert found(name)[0] == name or ENTRIES[found(name)[0]].essential


def test_nothing_typed_finds_nothing() -> None:
    assert found("  ") == ()


def test_all_layers_stand_below_their_category_and_the_essentials_are_open(stage: Stage) -> None:
    tree, model = stage.panel.tree, stage.panel.tree.model()
    titles = [model.index(row, 0).data() for row in range(model.rowCount())]
    assert titles[0] == "Essentials" and titles[1] == "Input and output"
    filled = [category for category in CATEGORIES if any(entry.category == category for entry in ENTRIES.values())]
    assert [tree.isExpanded(model.index(row, 0)) for row in range(model.rowCount())] == [True] + [False] * len(filled)
    below = []
    for row in range(1, model.rowCount()):
        section = model.index(row, 0)
        below += [model.index(child, 0, section).data(Role.LAYER) for child in range(model.rowCount(section))]
    assert sorted(below) == sorted(ENTRIES)


def test_typing_and_enter_choose_the_best_match(stage: Stage) -> None:
    stage.type(stage.panel.search, "flat")
    assert stage.panel.tree.currentIndex().data() == "Flatten"
    with stage.qtbot.waitSignal(stage.panel.layer_chosen) as chosen:
        stage.press(stage.panel.search, Qt.Key.Key_Return)
    assert chosen.args == ["Flatten"]


def test_enter_on_an_empty_field_chooses_nothing(stage: Stage) -> None:
    with stage.qtbot.assertNotEmitted(stage.panel.layer_chosen):
        stage.press(stage.panel.search, Qt.Key.Key_Return)


def test_arrows_lead_from_the_field_into_the_rows_and_back(stage: Stage) -> None:
    panel = stage.panel
    stage.type(panel.search, "conv")
    stage.press(panel.search, Qt.Key.Key_Down)
    assert panel.tree.hasFocus() and panel.tree.currentIndex().row() == 1
    with stage.qtbot.waitSignal(panel.layer_chosen) as chosen:
        stage.press(panel.tree, Qt.Key.Key_Return)
    assert chosen.args == [found("conv")[1]]
    stage.press(panel.tree, Qt.Key.Key_Up)
    stage.press(panel.tree, Qt.Key.Key_Up)
    assert panel.search.hasFocus()


def test_letters_typed_in_the_rows_go_to_the_search(stage: Stage) -> None:
    stage.click(stage.panel.search)
    stage.press(stage.panel.search, Qt.Key.Key_Down)
    stage.qtbot.keyClicks(stage.panel.tree, "g")
    assert stage.panel.search.hasFocus() and stage.panel.search.text() == "g"


def test_escape_clears_the_search_and_shows_the_categories_again(stage: Stage) -> None:
    panel = stage.panel
    stage.type(panel.search, "conv")
    stage.press(panel.search, Qt.Key.Key_Escape)
    assert panel.search.text() == ""
    assert panel.tree.model().index(0, 0).data() == "Essentials"
    assert panel.tree.isExpanded(panel.tree.model().index(0, 0))


def test_enter_on_a_category_opens_it(stage: Stage) -> None:
    tree = stage.panel.tree
    index = tree.model().index(2, 0)
    tree.setCurrentIndex(index)
    tree.setFocus()
    with stage.qtbot.assertNotEmitted(stage.panel.layer_chosen):
        stage.press(tree, Qt.Key.Key_Return)
    assert tree.isExpanded(index)


def test_a_double_click_chooses_a_layer(stage: Stage) -> None:
    tree = stage.panel.tree
    index = tree.model().index(3, 0, tree.model().index(0, 0))
    place = tree.visualRect(index).center()
    with stage.qtbot.waitSignal(stage.panel.layer_chosen) as chosen:
        stage.qtbot.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
        stage.qtbot.mouseDClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert chosen.args == [index.data(Role.LAYER)]


def test_a_click_on_a_category_opens_and_closes_it(stage: Stage) -> None:
    tree = stage.panel.tree
    index = tree.model().index(0, 0)
    for expanded in (False, True):
        stage.qtbot.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=tree.visualRect(index).center())
        assert tree.isExpanded(index) is expanded


def test_a_category_without_layers_is_not_shown(stage: Stage) -> None:
    model = stage.panel.tree.model()
    sections = [model.index(row, 0) for row in range(model.rowCount())]
    assert all(model.rowCount(section) for section in sections)
    assert "Blocks" not in [section.data() for section in sections]


def test_the_blocks_of_the_layout_stand_below_the_essentials(stage: Stage) -> None:
    tree, model = stage.panel.tree, stage.panel.tree.model()
    tree.expand(model.index(2, 0))
    opened = model.index(2, 0).data()
    stage.document.open(BLOCKS, None)
    section = model.index(1, 0)
    assert section.data() == "Blocks"
    assert model.index(0, 0, section).data(Role.LAYER) == "ResidualBlock"
    assert [tree.isExpanded(model.index(row, 0)) for row in (0, 1)] == [True, False]
    assert model.index(3, 0).data() == opened and tree.isExpanded(model.index(3, 0))
    stage.type(stage.panel.search, "resid")
    with stage.qtbot.waitSignal(stage.panel.layer_chosen) as chosen:
        stage.press(stage.panel.search, Qt.Key.Key_Return)
    assert chosen.args == ["ResidualBlock"]
    stage.document.open(Layout(), None)
    stage.press(stage.panel.search, Qt.Key.Key_Escape)
    assert "Blocks" not in [model.index(row, 0).data() for row in range(model.rowCount())]


def test_nothing_found_says_so_kindly(stage: Stage) -> None:
    stage.type(stage.panel.search, "zzz")
    sentence = stage.panel.findChild(QLabel, "palette-nothing")
    assert sentence.isVisible() and "zzz" in sentence.text()
    assert not stage.panel.tree.isVisible()
    with stage.qtbot.assertNotEmitted(stage.panel.layer_chosen):
        stage.press(stage.panel.search, Qt.Key.Key_Return)


def test_a_dragged_layer_carries_its_name_and_looks_like_a_node(stage: Stage) -> None:
    model = stage.panel.tree.model()
    index = model.index(3, 0, model.index(0, 0))
    assert model.flags(index) & Qt.ItemFlag.ItemIsDragEnabled
    assert not model.flags(model.index(0, 0)) & Qt.ItemFlag.ItemIsDragEnabled
    assert bytes(model.mimeData([index]).data(LAYER_FORMAT)) == index.data(Role.LAYER).encode()
    pixmap = node_pixmap("AdaptiveAvgPool2d", "pooling", stage.theme, 2.0)
    assert pixmap.deviceIndependentSize().toSize().width() > 150
    # The corner is clear and the middle is not: a rounded node, not a box.
    assert pixmap.toImage().pixelColor(0, 0).alpha() == 0
    assert pixmap.toImage().pixelColor(pixmap.rect().center() - QPoint(0, 30)).alpha() > 0


def test_what_a_layer_does_is_told_in_the_chosen_language(stage: Stage) -> None:
    about = stage.panel.findChild(QLabel, "palette-about")
    stage.type(stage.panel.search, "relu")
    assert about.text() == stage.words.say("layer.ReLU")
    stage.words.set_language("ko")
    assert about.text() == stage.words.say("layer.ReLU") and stage.panel.search.placeholderText() == "레이어 찾기"
    assert stage.panel.tree.currentIndex().data(Qt.ItemDataRole.ToolTipRole) == about.text()


def test_the_palette_needs_no_torch() -> None:
    code = "import sys, gui.panels.palette; sys.exit('torch' in sys.modules or 'networkx' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
