"""Whether people with other eyes, hands and ears get through: names for screen readers, text of every size, motion."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid
from widgets import cut, inside, name_of, path_of, private, takes_keys
from window_person import open_window, trigger

from core.layout import Edge, Layout, Node, with_edge, with_node
from core.shapes import infer
from core.text import LANGUAGES, sentences
from gui.canvas.geometry import TEXT_LEFT, TEXT_RIGHT, WIDEST
from gui.canvas.look import Look
from gui.canvas.pulse import Pulse
from gui.main_window import MainWindow
from gui.theme import Theme
from gui.theme.scale import STEPS, nearest, scaled_sheet, stepped

DIALOGS = ("gallery", "about", "first_steps", "shortcuts")


def whole_window(qtbot: QtBot, folder: Path, language: str = "en", scale: float = 1.0) -> MainWindow:
    """With all panels, shapes known, a problem, and a node selected that has arguments of every kind."""
    window = open_window(qtbot, folder, language=language, shown=False)
    window.resize(1440, 932)
    window.theme.set_scale(scale)
    window.document.set_inference(infer)
    window.build_learning_panels()
    with qtbot.waitExposed(window):
        window.show()
    window.document.apply("canvas.edit.add", with_a_problem)
    window.document.select(["conv"])
    return window


def with_a_problem(layout: Layout) -> Layout:
    layout = with_node(layout, "conv", Node("Conv2d", {"in_channels": 3}))
    return with_edge(layout, Edge("hidden", "conv"))


def dialogs(window: MainWindow) -> Iterator[QDialog]:
    for name in DIALOGS:
        trigger(window, name)
        dialog = next(one for one in window.findChildren(QDialog) if one.isVisible())
        yield dialog
        dialog.close()
        dialog.deleteLater()
        QApplication.sendPostedEvents()
        QApplication.processEvents()


def pages(window: MainWindow) -> Iterator[str]:
    """Every page of the bottom area in turn."""
    tabs = window.desk.bottom.tabs
    for at in range(tabs.count()):
        tabs.setCurrentIndex(at)
        QApplication.processEvents()
        yield tabs.tabText(at)


def asked(window: MainWindow) -> list[QWidget]:
    """All that takes the keyboard, now or on a page that is not in front. The search at the pointer is named when it
    opens, after what it searches."""
    popup = window.canvas.findChild(QWidget, "quick_list")
    closed = popup is not None and not popup.isVisible()
    return [widget for widget in inside(window) if takes_keys(widget) and not (closed and popup.isAncestorOf(widget))]


# --- names ---


def test_everything_that_takes_the_focus_has_a_name(qtbot: QtBot, tmp_path: Path) -> None:
    window = whole_window(qtbot, tmp_path)
    window.canvas.add_here("conv")
    window.show_commands()
    for dialog in dialogs(window):
        assert [path_of(widget) for widget in inside(dialog) if takes_keys(widget) and not name_of(widget)] == []
    assert len(asked(window)) > 30
    assert "\n".join(path_of(widget) for widget in asked(window) if not name_of(widget)) == ""


def test_names_are_in_the_language_of_the_window(qtbot: QtBot, tmp_path: Path) -> None:
    window = whole_window(qtbot, tmp_path)
    before = {widget: name_of(widget) for widget in asked(window)}
    window.set_language("ko")
    # A single word may be torch's and the same in both.
    same = [
        path_of(widget)
        for widget, name in before.items()
        if isValid(widget) and name_of(widget) == name and " " in name
    ]
    assert "\n".join(same) == ""
    assert [path_of(widget) for widget in asked(window) if not name_of(widget)] == []


def test_every_menu_and_its_entries_have_names(qtbot: QtBot, tmp_path: Path) -> None:
    window = whole_window(qtbot, tmp_path)
    # One without a name of its own is Qt's, for a menu bar that is too narrow.
    for menu in (menu for menu in window.menuBar().findChildren(QMenu) if menu.objectName()):
        assert menu.title().strip(), menu.objectName()
        menu.aboutToShow.emit()
        assert all(action.text().strip() for action in menu.actions() if not action.isSeparator())


# --- areas ---


def area_of(window: MainWindow) -> str:
    focused = QApplication.focusWidget()
    areas = {
        "palette": window.desk.palette_panel,
        "canvas": window.desk.canvas_area,
        "inspector": window.desk.inspector,
        "parameters": window.desk.parameters,
        "bottom": window.desk.bottom,
        "tool_bar": window.tool_bar,
    }
    return next((name for name, area in areas.items() if focused is not None and area.isAncestorOf(focused)), "")


def active(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitActive(window):
        window.activateWindow()


def test_a_key_goes_through_the_areas_and_back(qtbot: QtBot, tmp_path: Path) -> None:
    window = whole_window(qtbot, tmp_path)
    active(qtbot, window)
    window.canvas.setFocus()
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    seen = []
    for _ in range(7):
        seen.append(area_of(window))
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_F6, control)
    there = [area for area in ("canvas", "inspector", "parameters", "bottom", "tool_bar", "palette") if area in seen]
    assert seen == [*there, *there][:7] and len(there) >= 5, seen
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_F6, control | shift)
    assert area_of(window) == seen[6]


def test_an_area_is_entered_where_it_was_left_and_a_hidden_one_is_passed_by(qtbot: QtBot, tmp_path: Path) -> None:
    window = whole_window(qtbot, tmp_path)
    active(qtbot, window)
    tree = window.desk.palette_panel.tree
    tree.setFocus()
    window.next_area(1)
    assert window.canvas.hasFocus()
    window.next_area(-1)
    assert tree.hasFocus()
    window.desk.show_panel("palette", False)
    window.canvas.setFocus()
    window.next_area(-1)
    assert area_of(window) == "tool_bar"


def test_going_through_the_areas_leaves_the_canvas_alone_when_a_form_goes(qtbot: QtBot, tmp_path: Path) -> None:
    window = whole_window(qtbot, tmp_path)
    active(qtbot, window)
    viewport = window.canvas.viewport()
    window.canvas.setFocus()
    control = Qt.KeyboardModifier.ControlModifier
    for _ in range(7):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_F6, control)
    for node_id in (*window.document.layout.nodes, None):
        window.document.select([node_id] if node_id is not None else ())
        QCoreApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert isValid(viewport)


def test_return_goes_from_a_node_into_its_form(qtbot: QtBot, tmp_path: Path) -> None:
    window = whole_window(qtbot, tmp_path)
    active(qtbot, window)
    window.desk.show_panel("right", False)
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, Qt.Key.Key_Return)
    assert area_of(window) == "inspector"
    focused = QApplication.focusWidget()
    assert focused is window.desk.inspector.form.rows["in_channels"].editor.held


def test_esc_leads_from_a_form_back_to_the_canvas(qtbot: QtBot, tmp_path: Path) -> None:
    window = whole_window(qtbot, tmp_path)
    active(qtbot, window)
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, Qt.Key.Key_Return)
    assert area_of(window) == "inspector"
    selected = window.document.selection
    QTest.keyClicks(QApplication.focusWidget(), "7")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert area_of(window) == "inspector", "the first takes back what was typed"
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert window.canvas.hasFocus() and window.document.selection == selected


def test_before_torch_is_there_return_goes_to_the_name(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    active(qtbot, window)
    window.document.select(["hidden"])
    QTest.keyClick(window.canvas, Qt.Key.Key_Return)
    assert window.desk.inspector.header.name.hasFocus()


# --- text of another size ---


def test_keys_make_text_larger_smaller_and_usual_again(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    active(qtbot, window)
    held = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    before = window.fontMetrics().height()
    for _ in range(3):
        QTest.keyClick(window.canvas, Qt.Key.Key_Equal, held)
    assert window.theme.scale == window.settings.text_scale == 1.5
    assert window.fontMetrics().height() > 1.3 * before
    for _ in range(20):
        QTest.keyClick(window.canvas, Qt.Key.Key_Minus, held)
    assert window.theme.scale == STEPS[0]
    QTest.keyClick(window.canvas, Qt.Key.Key_0, held)
    assert window.theme.scale == 1.0 and window.fontMetrics().height() == before


def test_the_canvas_comes_nearer_with_larger_text_and_its_nodes_stay_as_they_are(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    canvas, percentage = window.canvas, window.desk.canvas_area.zoom.percentage
    canvas.zoom_reset()
    rect = canvas.node_rect("hidden")
    assert (canvas.transform().m11(), percentage.text()) == (1.0, "100 %")
    window.scale_text(3)
    assert (canvas.transform().m11(), percentage.text()) == (1.5, "100 %")
    assert canvas.node_rect("hidden") == rect
    canvas.zoom_in()
    canvas.zoom_reset()
    assert canvas.transform().m11() == pytest.approx(1.5)
    canvas.fit()
    assert canvas.transform().m11() <= 1.5
    window.scale_text(0)
    assert canvas.navigation.full == 1.0


def test_the_text_size_is_kept(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    window.scale_text(2)
    window.settings.write()
    assert open_window(qtbot, tmp_path).settings.text_scale == window.theme.scale


def test_steps_end_and_a_strange_factor_becomes_a_step() -> None:
    assert stepped(2.0, 1) == 2.0 and stepped(0.8, -1) == 0.8 and stepped(1.0, 1) == 1.1
    assert nearest(1.4) == 1.5 and nearest(float("nan")) == 1.0 and nearest(100) == 2.0


def test_a_sheet_of_another_size_keeps_its_hairlines() -> None:
    sheet = "a { border: 1px solid; padding: 4px 12px; font-size: 11px; margin: 0; }"
    assert scaled_sheet(sheet, 2.0) == "a { border: 1px solid; padding: 8px 24px; font-size: 22px; margin: 0; }"
    assert scaled_sheet(sheet, 1.0) == sheet


# --- nothing is cut off ---


@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_of_the_window_is_cut_off(qtbot: QtBot, tmp_path: Path, language: str, scale: float) -> None:
    window = whole_window(qtbot, tmp_path, language, scale)
    for page in pages(window):

        def assert_all_is_read(page: str = page) -> None:
            lost = [f"{path_of(one)}: {words(one)}" for one in seen(window) if cut(one)]
            assert "\n".join(lost) == "", page

        # What is read beside the window, such as the runs, comes when it comes, and is laid out in the turn after.
        qtbot.waitUntil(assert_all_is_read)


@pytest.mark.parametrize("scale", [1.0, 1.5])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_of_a_dialog_is_cut_off(qtbot: QtBot, tmp_path: Path, language: str, scale: float) -> None:
    window = whole_window(qtbot, tmp_path, language, scale)
    for dialog in dialogs(window):
        QApplication.processEvents()
        assert [f"{path_of(one)}: {words(one)}" for one in seen(dialog) if cut(one)] == []


def seen(top: QWidget) -> list[QWidget]:
    """What a person sees now, or would after scrolling."""
    return [widget for widget in inside(top) if widget.isVisible() and not private(widget)]


def words(widget: QWidget) -> str:
    said: Callable[[], str] | None = getattr(widget, "text", None)
    return f"{said()!r} {widget.width()}×{widget.height()} of {widget.sizeHint().toTuple()}" if callable(said) else ""


# --- motion ---


def test_reduced_motion_is_a_choice_that_is_kept(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    assert not window.theme.reduced_motion and not window.commands["reduced_motion"].isChecked()
    trigger(window, "reduced_motion")
    assert window.theme.reduced_motion and window.commands["reduced_motion"].isChecked()
    window.settings.write()
    assert open_window(qtbot, tmp_path).theme.reduced_motion
    trigger(window, "reduced_motion")
    assert not window.theme.reduced_motion


def test_the_line_of_training_does_not_breathe_with_reduced_motion(qtbot: QtBot, tmp_path: Path) -> None:
    window = whole_window(qtbot, tmp_path)
    pulse = window.canvas.findChild(Pulse)
    assert pulse is not None
    beat, node = pulse.findChild(QTimer), window.canvas.items_scene.nodes["hidden"]
    assert beat is not None
    window.canvas.set_training(True)
    with qtbot.waitSignal(beat.timeout):
        pass
    assert node.card.pulse is False
    trigger(window, "reduced_motion")
    for _ in range(2):
        with qtbot.waitSignal(beat.timeout):
            pass
        assert node.card.pulse is True
    window.canvas.set_training(False)
    assert node.card.pulse is None


# --- what a node says ---


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_short_words_of_a_problem_fit_onto_a_node(qapp: QApplication, language: str) -> None:
    room = WIDEST - TEXT_LEFT - TEXT_RIGHT
    metrics = Look(Theme("light")).text_metrics
    own = {"canvas.parameters", "canvas.error", "canvas.warning"}
    said = {
        key: re.sub(r"\{\w+(:[^}]*)?\}", "1,024", text)
        for key, text in sentences(language).items()
        if key in own or (key.startswith("problem.") and key.endswith("_short"))
    }
    assert len(said) > 20
    assert [key for key, text in said.items() if metrics.horizontalAdvance(text) > room] == []


# --- recently used layers ---


def test_layers_that_were_added_stand_at_the_top_of_the_list_also_after_a_new_start(
    qtbot: QtBot, tmp_path: Path
) -> None:
    window = open_window(qtbot, tmp_path)
    for layer in ("Tanh", "Conv2d"):
        window.desk.palette_panel.layer_chosen.emit(layer)
    for shown in (window, open_window(qtbot, tmp_path)):
        model = shown.desk.palette_panel.tree.model()
        first = model.index(0, 0)
        assert first.data() == "Recently used" and shown.desk.palette_panel.tree.isExpanded(first)
        assert {model.index(row, 0, first).data() for row in range(model.rowCount(first))} == {"Tanh", "Conv2d"}
        assert model.index(1, 0).data() == "Essentials"
        window.settings.write()
