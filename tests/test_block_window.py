"""Blocks in the window, by mouse and keys: made of a selection, looked into, left, edited for all uses, unpacked."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from core.layout import Edge, Layout, with_argument, with_blocks, with_renamed, with_title, without_nodes
from core.shapes import infer
from gui.main_window import MainWindow
from tests.examples import digits_mlp
from tests.graphs import little_resnet
from tests.network_examples import blocks
from tests.window_person import notices, open_window, trigger

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
Key = Qt.Key


def opened(qtbot: QtBot, folder: Path, layout: Layout | None = None, language: str = "en") -> MainWindow:
    window = open_window(qtbot, folder, layout or blocks(), language=language)
    with qtbot.waitActive(window):
        window.activateWindow()
    window.resize(1280, 900)
    window.document.set_inference(infer)
    window.canvas.setFocus()
    return window


def pixel(window: MainWindow, node_id: str) -> QPoint:
    """Inside a node, below its name."""
    rect = window.canvas.node_rect(node_id)
    return window.canvas.mapFromScene(rect.left() + 20, rect.bottom() - 12)


def key(which: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
    QTest.keyClick(QApplication.focusWidget(), which, modifiers)


def double_click(window: MainWindow, node_id: str) -> None:
    viewport, place = window.canvas.viewport(), pixel(window, node_id)
    QTest.mouseClick(viewport, LEFT, NONE, place)
    QTest.mouseDClick(viewport, LEFT, NONE, place)


def editor(window: MainWindow) -> QLineEdit | None:
    found = window.canvas.findChildren(QLineEdit, "canvas_block_name")
    return next((one for one in found if one.isVisible()), None)


def hint(window: MainWindow) -> str:
    shown = window.canvas.findChildren(QLabel, "canvas_hint")
    return next((one.accessibleName() for one in shown if one.isVisible()), "")


def crumbs(window: MainWindow) -> list[str]:
    line = window.desk.canvas_area.breadcrumb
    return [crumb.text for crumb in line.crumbs] if line.isVisible() else []


# --- made of a selection ---


def test_a_selection_becomes_a_block_by_its_name(qtbot: QtBot, tmp_path: Path) -> None:
    window = opened(qtbot, tmp_path, digits_mlp())
    window.document.select(["hidden", "relu"])
    key(Key.Key_G, CONTROL)
    line = editor(window)
    assert line is not None and line.hasFocus() and line.text() == "Block"
    QTest.keyClicks(line, "Hidden")
    key(Key.Key_Return)
    assert editor(window) is None and window.canvas.hasFocus()
    root = window.document.root
    assert list(root.blocks) == ["Hidden"]
    use = window.document.selected
    assert use is not None and root.nodes[use].layer == "Hidden"
    assert Edge("flatten", use) in root.edges and Edge(use, "logits") in root.edges
    assert not window.document.root_inference.errors
    key(Key.Key_Z, CONTROL)
    assert window.document.root == digits_mlp()


def test_escape_makes_no_block(qtbot: QtBot, tmp_path: Path) -> None:
    window = opened(qtbot, tmp_path, digits_mlp())
    window.document.select(["hidden", "relu"])
    key(Key.Key_G, CONTROL)
    key(Key.Key_Escape)
    assert editor(window) is None and window.document.root == digits_mlp()
    assert window.document.selection == {"hidden", "relu"} and window.canvas.hasFocus()


def test_pressing_elsewhere_makes_no_block(qtbot: QtBot, tmp_path: Path) -> None:
    window = opened(qtbot, tmp_path, digits_mlp())
    window.document.select(["hidden", "relu"])
    key(Key.Key_G, CONTROL)
    QTest.mouseClick(window.canvas.viewport(), LEFT, NONE, pixel(window, "logits"))
    assert editor(window) is None and window.document.root == digits_mlp()


def test_a_name_that_cannot_be_is_refused_while_it_is_typed(qtbot: QtBot, tmp_path: Path) -> None:
    window = opened(qtbot, tmp_path, digits_mlp())
    window.document.select(["hidden", "relu"])
    key(Key.Key_G, CONTROL)
    line = editor(window)
    assert line is not None and "Enter makes the block" in hint(window)
    QTest.keyClicks(line, "two words")
    assert "Enter makes" not in hint(window) and hint(window)
    key(Key.Key_Return)
    assert editor(window) is line and window.document.root == digits_mlp()
    line.selectAll()
    QTest.keyClicks(line, "Two")
    key(Key.Key_Return)
    assert list(window.document.root.blocks) == ["Two"]


def test_what_cannot_be_a_block_is_refused_in_a_sentence(qtbot: QtBot, tmp_path: Path) -> None:
    window = opened(qtbot, tmp_path, digits_mlp())
    window.document.select(["images"])
    key(Key.Key_G, CONTROL)
    assert editor(window) is None and window.document.root == digits_mlp()
    (said,) = notices(window)
    assert "images" in said and "Input" in said


def test_of_everything_selected_what_lies_between_the_ends_becomes_the_block(qtbot: QtBot, tmp_path: Path) -> None:
    window = opened(qtbot, tmp_path, digits_mlp())
    key(Key.Key_A, CONTROL)
    key(Key.Key_G, CONTROL)
    key(Key.Key_Return)
    root = window.document.root
    assert [node.layer for node in root.nodes.values()] == ["Input", "Block", "Output"]
    assert not notices(window) and not window.document.root_inference.errors


def test_a_block_is_made_inside_a_block_too(qtbot: QtBot, tmp_path: Path) -> None:
    window = opened(qtbot, tmp_path)
    double_click(window, "body")
    window.document.select(["conv", "norm"])
    key(Key.Key_G, CONTROL)
    key(Key.Key_Return)
    root = window.document.root
    assert "Block" in root.blocks and root.blocks["Block"].arguments == {"width": 8}
    assert window.document.scope == ("body",) and not window.document.root_inference.errors
    key(Key.Key_Return, CONTROL)
    assert len(crumbs(window)) == 3


# --- looked into and left ---


def test_a_double_click_looks_into_a_block_and_escape_leaves_it(qtbot: QtBot, tmp_path: Path) -> None:
    window = opened(qtbot, tmp_path)
    assert crumbs(window) == []
    double_click(window, "body")
    assert window.document.scope == ("body",)
    assert set(window.canvas.items_scene.nodes) == {"x", "conv", "norm", "drop", "sum", "y"}
    assert crumbs(window) == ["Blocks", "body  ResidualBlock"]
    key(Key.Key_Escape)
    assert window.document.scope == () and window.document.selection == {"body"}
    assert crumbs(window) == [] and "body" in window.canvas.items_scene.nodes


def test_a_use_that_is_called_as_its_block_is_named_once(qtbot: QtBot, tmp_path: Path) -> None:
    window = opened(qtbot, tmp_path, digits_mlp())
    window.document.select(["hidden", "relu"])
    key(Key.Key_G, CONTROL)
    QTest.keyClicks(QApplication.focusWidget(), "part")
    key(Key.Key_Return)
    key(Key.Key_Return, CONTROL)
    assert window.document.scope == ("part",) and crumbs(window)[-1] == "part"


def test_the_way_in_and_out_by_keys(qtbot: QtBot, tmp_path: Path) -> None:
    window = opened(qtbot, tmp_path, little_resnet())
    window.document.select(["stage1"])
    key(Key.Key_Return, CONTROL)
    window.document.select(["rest"])
    key(Key.Key_Return, CONTROL)
    assert window.document.scope == ("stage1", "rest")
    key(Key.Key_Backspace, CONTROL)
    assert window.document.scope == ("stage1",) and window.document.selection == {"rest"}


def test_the_view_is_where_it_was_once_the_block_is_left(qtbot: QtBot, tmp_path: Path) -> None:
    window = opened(qtbot, tmp_path, little_resnet())
    canvas = window.canvas
    canvas.zoom_in()
    canvas.centre_on("stage2")
    scale, centre = canvas.transform().m11(), canvas.mapToScene(canvas.viewport().rect().center())
    window.document.look_at(("stage2", "first"))
    window.document.leave()
    canvas.zoom_out()
    window.document.leave()
    assert canvas.transform().m11() == scale
    there = canvas.mapToScene(canvas.viewport().rect().center())
    assert (there - centre).manhattanLength() < 4


def test_a_step_of_the_breadcrumb_leads_back_to_it(qtbot: QtBot, tmp_path: Path) -> None:
    window = opened(qtbot, tmp_path, little_resnet())
    window.document.look_at(("stage1", "rest"))
    line = window.desk.canvas_area.breadcrumb
    assert crumbs(window) == ["little resnet", "stage1  Stage", "rest  ResidualBlock"]
    assert line.note.text() == "Edits count at all 4 uses"
    QTest.mouseClick(line.crumbs[1].button, LEFT)
    assert window.document.scope == ("stage1",) and window.document.selection == {"rest"}
    assert line.note.text() == "Edits count at all 2 uses" and window.canvas.hasFocus()
    QTest.mouseClick(line.crumbs[0].button, LEFT)
    assert window.document.scope == () and window.document.selection == {"stage1"}
    assert not line.isVisible()


def test_the_last_step_shows_the_blocks_own_page(qtbot: QtBot, tmp_path: Path) -> None:
    window = opened(qtbot, tmp_path)
    window.document.enter("body")
    window.document.select(["conv"])
    QTest.mouseClick(window.desk.canvas_area.breadcrumb.crumbs[-1].button, LEFT)
    assert window.document.scope == ("body",) and window.document.selection == frozenset()
    assert window.desk.inspector.header.name.text() == "ResidualBlock"


def test_the_breadcrumb_follows_names_language_and_undo(qtbot: QtBot, tmp_path: Path) -> None:
    window = opened(qtbot, tmp_path)
    window.document.enter("body")
    inspector = window.desk.inspector
    inspector.header.name.setFocus()
    inspector.header.name.selectAll()
    QTest.keyClicks(inspector.header.name, "Residual")
    key(Key.Key_Return)
    assert crumbs(window)[-1] == "body  Residual"
    window.words.set_language("ko")
    assert "여기에서만" in window.desk.canvas_area.breadcrumb.note.text()
    window.document.undo()
    assert crumbs(window)[-1] == "body  ResidualBlock"


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("width", [240, 420, 900])
def test_nothing_of_the_breadcrumb_is_cut_off(qtbot: QtBot, tmp_path: Path, language: str, width: int) -> None:
    layout = little_resnet()
    window = opened(qtbot, tmp_path, layout, language)
    window.document.look_at(("stage1", "rest"))
    line = window.desk.canvas_area.breadcrumb
    line.setParent(None)
    qtbot.addWidget(line)
    line.show()
    line.resize(width, 10)
    line.resize(width, line.heightForWidth(width))
    QApplication.processEvents()
    for part in (*line.crumbs, line.note):
        assert line.rect().contains(part.geometry()), (language, width, part.geometry())
    for crumb in line.crumbs:
        needed = crumb.button.fontMetrics().horizontalAdvance(crumb.button.text())
        assert needed <= crumb.button.width()
    assert line.note.height() >= line.note.heightForWidth(line.note.width())


def test_every_step_of_the_breadcrumb_can_be_reached_and_read_aloud(qtbot: QtBot, tmp_path: Path) -> None:
    window = opened(qtbot, tmp_path, little_resnet())
    window.document.look_at(("stage1", "rest"))
    line = window.desk.canvas_area.breadcrumb
    assert line.accessibleName()
    for crumb in line.crumbs:
        assert crumb.button.accessibleName() == crumb.text
        assert crumb.button.focusPolicy() & Qt.FocusPolicy.TabFocus
    line.crumbs[0].button.setFocus()
    key(Key.Key_Space)
    assert window.document.scope == ()


# --- edited ---


def test_an_edit_inside_shows_at_every_use(qtbot: QtBot, tmp_path: Path) -> None:
    window = opened(qtbot, tmp_path, little_resnet())
    window.document.look_at(("stage1", "first"))
    window.document.select(["relu"])
    key(Key.Key_F2)
    found = window.canvas.findChildren(QLineEdit, "canvas_name_editor")
    line = next(one for one in found if one.isVisible())
    QTest.keyClicks(line, "activation")
    QTest.keyClick(line, Key.Key_Return)
    assert "activation" in window.document.root.blocks["ResidualBlock"].nodes
    window.document.look_at(("stage2", "rest"))
    assert "activation" in window.canvas.items_scene.nodes


def test_a_block_put_into_itself_is_refused_in_a_sentence(qtbot: QtBot, tmp_path: Path) -> None:
    window = opened(qtbot, tmp_path)
    window.document.enter("body")
    before = window.document.root
    window.desk.palette_panel.layer_chosen.emit("ResidualBlock")
    assert window.document.root is before
    assert notices(window) == ["ResidualBlock cannot stand inside itself."]
    assert set(window.canvas.items_scene.nodes) == set(window.document.layout.nodes)


def test_undo_looks_at_where_the_edit_was_made(qtbot: QtBot, tmp_path: Path) -> None:
    window = opened(qtbot, tmp_path)
    window.document.enter("body")
    window.document.select(["drop"])
    key(Key.Key_Delete)
    assert "drop" not in window.document.layout.nodes
    key(Key.Key_Escape)
    key(Key.Key_Escape)
    assert window.document.scope == ()
    key(Key.Key_Z, CONTROL)
    assert window.document.scope == ("body",) and crumbs(window)
    assert "drop" in window.canvas.items_scene.nodes


# --- unpacked ---


def test_a_block_is_unpacked_and_its_nodes_are_selected(qtbot: QtBot, tmp_path: Path) -> None:
    window = opened(qtbot, tmp_path, blocks(repeat=1))
    window.document.select(["body"])
    key(Key.Key_U, CONTROL | SHIFT)
    layout = window.document.root
    assert "body" not in layout.nodes and "norm" in layout.nodes
    selected = window.document.selection
    assert {layout.nodes[node_id].layer for node_id in selected} == {"Conv2d", "BatchNorm2d", "Dropout", "add"}
    assert not window.document.root_inference.errors
    key(Key.Key_Z, CONTROL)
    assert window.document.root == blocks(repeat=1)


def test_what_cannot_be_unpacked_is_refused_in_a_sentence(qtbot: QtBot, tmp_path: Path) -> None:
    window = opened(qtbot, tmp_path)
    window.document.select(["body"])
    key(Key.Key_M, CONTROL)
    key(Key.Key_U, CONTROL | SHIFT)
    assert "body" in window.document.root.nodes
    (said,) = notices(window)
    assert "muted" in said and "`" not in said


def test_a_block_that_nothing_uses_can_be_removed(qtbot: QtBot, tmp_path: Path) -> None:
    layout = without_nodes(blocks(), ["body"])
    window = opened(qtbot, tmp_path, layout)
    trigger(window, "remove_unused")
    assert window.document.root.blocks == {}
    assert not window.commands["remove_unused"].isEnabled()
    window.document.undo()
    assert window.document.root == layout


# --- all panels ---


def broken() -> Layout:
    layout = blocks()
    found = layout.blocks["ResidualBlock"]
    inside = with_argument(Layout(nodes=found.nodes), "norm", "num_features", 5)
    return with_blocks(layout, {"ResidualBlock": type(found)(inside.nodes, found.edges, found.arguments)})


def test_a_problem_inside_a_block_is_found_from_the_list(qtbot: QtBot, tmp_path: Path) -> None:
    window = opened(qtbot, tmp_path, broken())
    window.desk.show_page("problems")
    (card,) = window.desk.problems.cards
    QTest.mouseClick(card, LEFT)
    assert window.document.scope == ("body",) and window.document.selection == {"norm"}
    seen = window.canvas.mapToScene(window.canvas.viewport().rect()).boundingRect()
    assert seen.contains(window.canvas.node_rect("norm"))
    # The list is the whole network's, wherever one looks, and mends the whole.
    (card,) = window.desk.problems.cards
    button = card.buttons.children()[1]
    assert button.text().endswith("in every ResidualBlock")
    with qtbot.waitSignal(window.document.changed):
        QTest.mouseClick(button, LEFT)
    assert window.desk.problems.cards == [] and not window.document.root_inference.errors
    assert window.document.scope == ("body",)


def test_the_code_is_the_whole_networks_also_inside_a_block(qtbot: QtBot, tmp_path: Path) -> None:
    window = opened(qtbot, tmp_path)
    window.desk.show_page("code")
    before = window.desk.code.code()
    window.document.enter("body")
    assert before is not None and window.desk.code.code() == before
    assert "class ResidualBlock" in before


def test_training_is_set_for_the_whole_network_also_inside_a_block(qtbot: QtBot, tmp_path: Path) -> None:
    window = opened(qtbot, tmp_path)
    window.build_learning_panels()
    window.document.enter("body")
    line = window.desk.training_panel.findChild(QLineEdit, "field-epochs")
    assert line is not None
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, "7")
    key(Key.Key_Return)
    assert window.document.root.training.epochs == 7 and window.document.scope == ("body",)
    window.session.close()


def test_a_name_that_is_half_typed_inside_a_block_is_not_given_outside(qtbot: QtBot, tmp_path: Path) -> None:
    network = blocks()
    use = next(node_id for node_id, node in network.nodes.items() if node.layer in network.blocks)
    inside = next(iter(network.blocks[network.nodes[use].layer].nodes))
    first = next(iter(network.nodes))
    window = opened(qtbot, tmp_path, with_renamed(network, first, inside))
    window.document.enter(use)
    window.document.select([inside])
    key(Key.Key_F2)
    QTest.keyClicks(QApplication.focusWidget(), "typed")
    # As from the menu, which leaves what is being typed open.
    trigger(window, "leave_block")
    assert inside in window.document.root.nodes and "typed" not in window.document.root.nodes
    assert "typed" in window.document.root.blocks[network.nodes[use].layer].nodes


def test_a_note_that_is_half_written_inside_a_block_is_kept_there(qtbot: QtBot, tmp_path: Path) -> None:
    window = opened(qtbot, tmp_path)
    document = window.document
    use = next(node_id for node_id, node in document.root.nodes.items() if node.layer in document.root.blocks)
    layer = document.root.nodes[use].layer
    document.enter(use)
    trigger(window, "note")
    QTest.keyClicks(QApplication.focusWidget(), "why")
    trigger(window, "leave_block")
    assert [note.text for note in document.root.blocks[layer].notes.values()] == ["why"] and not document.root.notes


def test_the_question_for_a_block_goes_with_another_edit(qtbot: QtBot, tmp_path: Path) -> None:
    window = opened(qtbot, tmp_path, digits_mlp())
    window.document.apply("inspector.edit_title", lambda layout: with_title(layout, "another title"))
    window.document.select(["hidden", "relu"])
    trigger(window, "collapse")
    assert editor(window) is not None
    # As from the menu, which leaves the question open.
    trigger(window, "undo")
    assert editor(window) is None and not window.document.root.blocks
