"""The window as a whole: panels that work together, languages, looks, sizes, and what it remembers."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QSplitter, QWidget
from pytestqt.qtbot import QtBot
from window_person import notices, open_window, trigger

from core.layout import Layout, Node, with_node, without_edges
from core.shapes import infer
from core.storage import load
from gui.canvas.empty import EmptyCanvas
from gui.document import Document
from gui.examples import LAYOUTS
from gui.main_window import SMALLEST, MainWindow
from gui.settings import Settings
from gui.theme import Theme
from gui.training_session import TrainingSession
from gui.words import Words

LEFT = Qt.MouseButton.LeftButton


def cut_off(window: MainWindow) -> list[str]:
    """Buttons and one-line labels that are seen but have less room than their words need."""
    found = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or not isinstance(widget, (QAbstractButton, QLabel)):
            continue
        # What a scroll bar leads to is not cut off, only somewhere else.
        if widget.visibleRegion().isEmpty():
            continue
        if isinstance(widget, QLabel) and (widget.wordWrap() or not widget.text()):
            continue
        inside = QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())
        needed = widget.sizeHint() if isinstance(widget, QLabel) else widget.minimumSizeHint()
        if widget.width() < needed.width() or not window.rect().contains(inside):
            text = widget.text() or widget.toolTip() or widget.objectName()
            found.append(f"{type(widget).__name__} {text}: {widget.width()} of {needed.width()}")
    return found


def test_a_layer_chosen_in_the_palette_comes_behind_the_selected_node(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    window.document.select(["hidden"])
    search = window.desk.palette_panel.search
    search.setFocus()
    qtbot.keyClicks(search, "tanh")
    qtbot.keyClick(search, Qt.Key.Key_Return)
    layout = window.document.layout
    assert "tanh" in layout.nodes
    assert {(edge.source, edge.target) for edge in layout.edges} >= {("hidden", "tanh"), ("tanh", "relu")}


def test_a_problem_leads_to_its_node(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    window.desk.problems.node_chosen.emit("relu")
    assert window.document.selected == "relu"
    assert (
        window.canvas.viewport().rect().contains(window.canvas.mapFromScene(window.canvas.node_rect("relu").center()))
    )


def test_training_with_mistakes_shows_them_instead(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    window.document.set_inference(infer)
    window.document.apply("canvas.edit.delete", lambda layout: without_edges(layout, layout.edges[:1]))
    qtbot.waitUntil(lambda: "Problems  " in window.desk.bottom.tabs.tabText(3))
    trigger(window, "toggle_appearance")
    trigger(window, "train")
    assert window.desk.bottom.page == "problems"
    assert not window.session.busy


def test_the_language_changes_everywhere_at_once_and_is_remembered(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    qtbot.mouseClick(window.tool_bar.button("toggle_language"), LEFT)
    assert window.menuBar().actions()[0].text() == "파일(&F)"
    assert window.tool_bar.button("train").text() == "학습"
    tabs = [window.desk.bottom.tabs.tabText(index) for index in range(5)]
    assert tabs == ["학습", "데이터", "실행 기록", "문제", "코드"]
    assert window.desk.palette_panel.search.placeholderText() == "레이어 찾기"
    window.settings.write()
    assert Settings(tmp_path / "settings.ini").language == "ko"
    qtbot.mouseClick(window.tool_bar.button("toggle_language"), LEFT)
    assert window.tool_bar.button("train").text() == "Train"


def test_the_look_changes_at_once_and_is_remembered(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    light = window.grab().toImage().pixelColor(4, 100)
    qtbot.mouseClick(window.tool_bar.button("toggle_appearance"), LEFT)
    assert window.theme.name == "dark"
    assert window.grab().toImage().pixelColor(4, 100).lightness() < light.lightness() - 100
    assert window.settings.appearance == "dark"


def test_panels_can_be_hidden_and_brought_back(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    for name, panel in {"palette": window.desk.palette_panel, "bottom": window.desk.bottom}.items():
        assert window.commands[f"show_{name}"].isChecked() and panel.isVisible()
        trigger(window, f"show_{name}")
        assert not window.commands[f"show_{name}"].isChecked() and not panel.isVisible()
    # A command that needs a hidden panel shows it.
    trigger(window, "search_layer")
    assert window.desk.palette_panel.isVisible() and window.commands["show_palette"].isChecked()


def test_arranging_is_one_edit(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    before = window.document.layout
    for number in range(3):
        window.document.apply("canvas.edit.add", lambda layout, n=number: with_node(layout, f"relu_{n}", Node("ReLU")))
    trigger(window, "arrange")
    positions = [node.position for node in window.document.layout.nodes.values()]
    assert None not in positions and len(set(positions)) == len(positions)
    assert window.commands["undo"].text() == "Undo: tidy"
    for _ in range(4):
        trigger(window, "undo")
    assert window.document.layout == before


def test_the_corner_shows_the_zoom_and_changes_it(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    zoom = window.desk.canvas_area.zoom
    trigger(window, "zoom_reset")
    assert zoom.percentage.text() == "100 %"
    trigger(window, "zoom_in")
    assert int(zoom.percentage.text().removesuffix(" %")) > 100
    qtbot.mouseClick(zoom.percentage, LEFT)
    assert zoom.percentage.text() == "100 %"
    corner = zoom.geometry()
    assert window.canvas.rect().contains(corner)
    assert (window.canvas.width() - corner.right(), window.canvas.height() - corner.bottom()) == (13, 13)


@pytest.mark.parametrize("size", [QSize(1024, 700), QSize(1440, 932)])
@pytest.mark.parametrize("name", ["unet", "digits_mlp", "residual_cnn"])
def test_fitted_into_the_window_no_node_lies_below_the_zoom(
    qtbot: QtBot, tmp_path: Path, size: QSize, name: str
) -> None:
    window = open_window(qtbot, tmp_path, load(LAYOUTS / f"{name}.json"))
    window.resize(size)
    canvas, corner = window.canvas, window.desk.canvas_area.zoom
    qtbot.waitUntil(lambda: corner.geometry().bottom() < canvas.height())
    trigger(window, "fit")
    transform = canvas.viewportTransform()
    nodes = [transform.mapRect(canvas.node_rect(key)) for key in window.document.layout.nodes]
    assert all(QRectF(canvas.viewport().rect()).contains(rect) for rect in nodes)
    assert not any(rect.intersects(QRectF(corner.geometry())) for rect in nodes)


def test_what_an_empty_canvas_says_stands_in_its_middle(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    window.resize(1280, 760)
    trigger(window, "zoom_in")
    trigger(window, "new")
    (empty,) = window.canvas.findChildren(EmptyCanvas)

    def in_the_middle() -> None:
        apart = empty.geometry().center() - window.canvas.viewport().rect().center()
        assert empty.isVisible() and apart.manhattanLength() <= 2

    qtbot.waitUntil(in_the_middle)


def test_an_empty_canvas_offers_networks_to_begin_with(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path, Layout())
    window.canvas.starter_chosen.emit("spiral")
    assert window.document.layout.training.dataset.name == "spiral"
    assert window.document.path is None and not window.document.dirty


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("size", [SMALLEST, QSize(1024, 680), QSize(1280, 800), QSize(1600, 1000)])
def test_nothing_is_cut_off(qtbot: QtBot, tmp_path: Path, language: str, size: QSize) -> None:
    window = open_window(qtbot, tmp_path, language=language, shown=False)
    window.document.set_inference(infer)
    window.build_learning_panels()
    window.resize(size)
    with qtbot.waitExposed(window):
        window.show()
    assert window.size() == size
    for page in ("training", "problems", "code"):
        window.desk.bottom.show_page(page)
        window.document.select(["hidden"])

        def everything_has_room(page: str = page) -> None:
            assert cut_off(window) == [], page

        # Qt lays out what has changed a little later.
        qtbot.waitUntil(everything_has_room)


def test_the_panels_come_back_as_wide_as_they_were_left(qtbot: QtBot, tmp_path: Path) -> None:
    first = open_window(qtbot, tmp_path)
    first.build_learning_panels()
    first.resize(1200, 760)
    sizes = {}
    for name, shares in {"across": [840, 359], "upper": [260, 579], "right": [300, 300]}.items():
        splitter = first.findChild(QSplitter, name)
        splitter.setSizes(shares)
        sizes[name] = splitter.sizes()
    assert first.close()
    second = open_window(qtbot, tmp_path)
    second.build_learning_panels()
    second.resize(1200, 760)
    assert {name: second.findChild(QSplitter, name).sizes() for name in sizes} == sizes


def test_the_device_that_was_chosen_is_chosen_again_only_if_it_is_there(qtbot: QtBot, tmp_path: Path) -> None:
    settings = Settings(tmp_path / "settings.ini")
    settings.device = "cuda:7"
    settings.write()
    window = open_window(qtbot, tmp_path)
    assert window.session.device == "auto"
    window.session.set_device("cpu")
    assert window.settings.device == "cpu"


@pytest.mark.parametrize("language", ["en", "ko"])
def test_help_is_a_window_beside_the_window(qtbot: QtBot, tmp_path: Path, language: str) -> None:
    window = open_window(qtbot, tmp_path, language=language)
    for name in ("first_steps", "about"):
        trigger(window, name)
        (dialog,) = [child for child in window.findChildren(QWidget) if child.isWindow() and child.isVisible()]
        assert not dialog.isModal()
        labels = [label for label in dialog.findChildren(QLabel) if label.isVisible()]
        assert labels and all(dialog.rect().contains(label.geometry()) for label in labels if label.parent() is dialog)
        with qtbot.waitSignal(dialog.destroyed):
            dialog.close()


def test_a_message_above_the_canvas_makes_room_for_itself(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    height = window.canvas.height()
    window.notices.tell("info", "window.data_folder", folder="/somewhere")
    qtbot.waitUntil(lambda: window.canvas.height() < height)
    assert notices(window) == ["Data sets are in /somewhere."]


@pytest.mark.parametrize("above", [0, 1])
def test_a_message_moves_nothing_that_a_person_is_looking_at(qtbot: QtBot, tmp_path: Path, above: int) -> None:
    window = open_window(qtbot, tmp_path)
    window.resize(1000, 700)
    canvas = window.canvas
    for number in range(above):
        window.notices.tell("info", "window.data_folder", folder=f"/elsewhere/{number}")
    qtbot.waitUntil(lambda: above == 0 or canvas.y() > 30)
    QTest.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(8, 40))
    height = canvas.height()

    def on_screen() -> QPoint:
        return canvas.viewport().mapToGlobal(canvas.mapFromScene(canvas.node_rect("hidden").center()))

    before, scale = on_screen(), canvas.transform().m11()
    window.document.refused.emit("canvas.nothing_to_paste", {})
    qtbot.waitUntil(lambda: canvas.height() < height - 20)
    assert on_screen() == before and canvas.transform().m11() == scale
    window.notices.notices[-1].close_button.click()
    qtbot.waitUntil(lambda: canvas.height() == height)
    assert on_screen() == before


def test_a_window_that_is_closed_at_once_begins_nothing_that_takes_long(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path, shown=False)
    begun, waited = [], []
    window.painted.connect(lambda: begun.append("what takes long"))
    window.show()
    # The first picture of it, and closed before the loop comes to what waits for that.
    window.grab()
    QTimer.singleShot(0, lambda: waited.append("a turn of the loop"))
    window.close()
    qtbot.waitUntil(lambda: bool(waited))
    assert not begun


def test_a_window_that_is_gone_leaves_nothing_behind(qtbot: QtBot, tmp_path: Path) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    theme = Theme("light")
    window = MainWindow(Document(Layout()), TrainingSession(), Words("en"), theme, Settings(tmp_path / "settings.ini"))
    parts = [weakref.ref(part) for part in (window, window.document, window.canvas, window.desk, window.files)]
    window.show()
    window.build_learning_panels()
    window.close()
    window.deleteLater()
    del window
    application.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    assert [part() for part in parts] == [None] * len(parts)
