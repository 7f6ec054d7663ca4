"""The page of kept runs as a person uses it: look, search, sort, write, compare, open, delete and take back, sweep."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from learning import digits as trained_layout
from learning import idle, until
from panel_stage import Stage, staged
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QComboBox, QFileDialog, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from core.layout import Layout
from core.runs.folder import RUN, TRASH
from core.runs.notes import read_notes, write_notes
from core.runs.store import RunStore, read_entry, run_layout
from core.runs.sweep import grid
from core.training.config import AddedLoss, Choice
from gui.panels.runs import RunsPanel
from gui.panels.runs_rows import COLUMNS
from gui.panels.runs_sweepable import settings
from gui.training_session import TrainingSession
from tests.kept_runs import digits, recorded

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two real runs that differ in one setting, by one name."""
    root = tmp_path_factory.mktemp("trained")
    for name, variant in zip(
        ("20260101-a", "20260102-b"), grid(digits(3), {"optimizer.lr": ["0.1", "0.001"]}), strict=True
    ):
        recorded(root / name, variant.layout)
    return root


@pytest.fixture
def root(trained: Path, tmp_path: Path) -> Path:
    shutil.copytree(trained, tmp_path / "runs")
    return tmp_path / "runs"


@pytest.fixture
def session(process_owner: TrainingSession, qtbot: QtBot, tmp_path: Path) -> Iterator[TrainingSession]:
    """A warm one that keeps its runs in a folder of this test."""
    process_owner._runs = tmp_path / "runs"
    with idle(process_owner, qtbot) as session:
        yield session


def opened(
    qtbot: QtBot, root: Path, session: TrainingSession | None = None, layout: Layout | None = None, **options: object
) -> Stage:
    session = session or TrainingSession(runs=root)
    stage = staged(
        qtbot, lambda document, words, theme: RunsPanel(document, session, words, theme),
        layout or digits(3), **{"size": (900, 320), **options},  # type: ignore[arg-type]
    )  # fmt: skip
    settled(stage)
    return stage


def settled(stage: Stage) -> None:
    """Everything that was to be read has been read and is shown."""
    until(stage.qtbot, lambda: stage.panel.reader.idle)


def folders(stage: Stage) -> list[str]:
    return [entry.folder.name for entry in stage.panel.table.rows.entries]


def cell(stage: Stage, row: int, column: str) -> str:
    rows = stage.panel.table.rows
    return str(rows.data(rows.index(row, COLUMNS.index(column))))


def click(
    stage: Stage, row: int, column: str = "name", modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    table = stage.panel.table
    index = table.rows.index(row, COLUMNS.index(column))
    table.scrollTo(index)
    place = table.visualRect(index).center()
    stage.qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, modifier, place)
    settled(stage)


def written_in(stage: Stage, row: int, column: str, kind: type[QWidget]) -> QWidget:
    """Double-click a cell: the field that a person writes in there."""
    table = stage.panel.table
    index = table.rows.index(row, COLUMNS.index(column))
    table.scrollTo(index)
    place = table.visualRect(index).center()
    stage.qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    stage.qtbot.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    [editor] = [one for one in table.viewport().findChildren(kind, f"run-{column}") if one.isVisible()]
    return editor


def names_of_lines(stage: Stage) -> list[str]:
    return [line.name for line in stage.panel.compare.chart.lines]


def test_without_runs_it_says_what_will_be_kept_and_how_to_begin(qtbot: QtBot, tmp_path: Path) -> None:
    stage = opened(qtbot, tmp_path / "nothing")
    empty = stage.panel.empty
    assert empty.isVisible() and empty.train.isVisible() and not stage.panel.compare.isVisible()
    with qtbot.waitSignal(stage.panel.train_wanted):
        stage.click(empty.train)
    stage.words.set_language("ko")
    assert "남습니다" in empty.title.text()
    stage.click(empty.sweep)
    assert stage.panel.sweep.isVisible()


def test_the_table_says_what_the_folders_say(qtbot: QtBot, root: Path) -> None:
    stage = opened(qtbot, root)
    entries = {entry.folder.name: entry for entry in RunStore(root).runs()}
    assert folders(stage) == sorted(entries, key=lambda name: (entries[name].started, name), reverse=True)
    assert cell(stage, 0, "state") == "finished" and cell(stage, 0, "epochs") == "3/3"
    assert cell(stage, 0, "dataset") == "digits" and cell(stage, 0, "score").endswith(" %")
    assert float(cell(stage, 0, "best_loss")) == pytest.approx(entries[folders(stage)[0]].best_loss, rel=1e-3)


def test_what_matters_is_in_sight_in_a_small_window(qtbot: QtBot, root: Path) -> None:
    stage = opened(qtbot, root, size=(720, 240))
    table = stage.panel.table
    for column in ("name", "state", "epochs", "best_loss", "score"):
        index = table.rows.index(0, COLUMNS.index(column))
        assert table.viewport().rect().contains(table.visualRect(index)), column


def test_a_broken_run_says_why_and_stops_no_other(qtbot: QtBot, root: Path) -> None:
    (root / "20260102-b" / RUN).write_text("{")
    stage = opened(qtbot, root)
    assert len(folders(stage)) == 2
    row = folders(stage).index("20260102-b")
    assert cell(stage, row, "state") == "broken"
    click(stage, row)
    assert "run.json" in stage.panel.compare.line.text() and stage.panel.compare.line.isVisible()
    actions = stage.panel.actions_of.by_name
    assert not actions["open"].isEnabled() and not actions["go_on"].isEnabled() and actions["delete"].isEnabled()
    click(stage, 1 - row)
    assert names_of_lines(stage) == ["train", "test"] and actions["open"].isEnabled()


def test_the_search_finds_words_in_names_notes_and_settings(qtbot: QtBot, root: Path) -> None:
    write_notes(root / "20260101-a", notes="Far too fast.", tags=["week 3"])
    stage = opened(qtbot, root)
    stage.type(stage.panel.search, "week fast")
    until(qtbot, lambda: folders(stage) == ["20260101-a"])
    assert "1 of 2" in stage.panel.count.text()
    stage.type(stage.panel.search, "0.001")
    until(qtbot, lambda: folders(stage) == ["20260102-b"])
    stage.type(stage.panel.search, "nowhere")
    until(qtbot, stage.panel.empty.isVisible)
    stage.click(stage.panel.empty.show_all)
    until(qtbot, lambda: len(folders(stage)) == 2)


def test_a_click_on_a_head_sorts_and_what_is_chosen_stays(qtbot: QtBot, root: Path) -> None:
    stage = opened(qtbot, root)
    chosen = [entry.folder for entry in stage.panel.table.entries]
    header, rows = stage.panel.table.horizontalHeader(), stage.panel.table.rows
    column = COLUMNS.index("best_loss")
    place = QPoint(header.sectionViewportPosition(column) + 20, header.height() // 2)
    orders = []
    for _ in range(2):
        qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
        orders.append([entry.best_loss for entry in rows.entries])
    assert sorted(orders[0]) == orders[0] or sorted(orders[0], reverse=True) == orders[0]
    assert orders[1] == orders[0][::-1]
    assert [entry.folder for entry in stage.panel.table.entries] == chosen


def test_a_run_without_a_value_stands_last_in_both_directions(qtbot: QtBot, root: Path) -> None:
    (root / "20260102-b" / RUN).write_text("{")
    stage = opened(qtbot, root)
    for order in (Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder):
        stage.panel.table.sortByColumn(COLUMNS.index("best_loss"), order)
        assert folders(stage) == ["20260101-a", "20260102-b"]


def test_names_tags_and_notes_are_written_where_they_stand(qtbot: QtBot, root: Path) -> None:
    stage = opened(qtbot, root)
    folder = root / folders(stage)[0]
    line = written_in(stage, 0, "name", QLineEdit)
    stage.enter(line, "the slow one")
    until(qtbot, lambda: cell(stage, 0, "name") == "the slow one")
    assert read_notes(folder).name == "the slow one"
    stage.enter(written_in(stage, 0, "tags", QLineEdit), "course, #week 3,")
    until(qtbot, lambda: read_notes(folder).tags == ("course", "week 3"))
    page = written_in(stage, 0, "notes", QPlainTextEdit)
    qtbot.keyClicks(page, "Overfits.")
    stage.press(page, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClicks(page, "Try dropout.")
    stage.press(page, Qt.Key.Key_Return)
    until(qtbot, lambda: read_notes(folder).notes == "Overfits.\nTry dropout.")
    page = written_in(stage, 0, "notes", QPlainTextEdit)
    qtbot.keyClicks(page, "Not this")
    stage.press(page, Qt.Key.Key_Escape)
    settled(stage)
    assert read_notes(folder).notes == "Overfits.\nTry dropout."


def test_the_list_waits_while_a_person_writes(qtbot: QtBot, root: Path, trained: Path) -> None:
    stage = opened(qtbot, root)
    line = written_in(stage, 0, "name", QLineEdit)
    qtbot.keyClicks(line, "half")
    shutil.copytree(trained / "20260101-a", root / "20260103-c")
    stage.panel.reload()
    settled(stage)
    assert line.isVisible() and line.text().endswith("half") and len(folders(stage)) == 2
    stage.press(line, Qt.Key.Key_Return)
    until(qtbot, lambda: len(folders(stage)) == 3)


def test_several_runs_are_compared_and_named_by_what_differs(qtbot: QtBot, root: Path) -> None:
    stage = opened(qtbot, root)
    click(stage, 0)
    click(stage, 1, modifier=CONTROL)
    compare = stage.panel.compare
    assert len(compare.compared.entries) == 2
    rates = [str(run_layout(entry.folder).training.optimizer.arguments["lr"]) for entry in compare.compared.entries]
    assert names_of_lines(stage) == [f"lr={rate}" for rate in rates]
    assert "optimizer.lr" in compare.line.text() and all(rate in compare.line.text() for rate in rates)
    for line, entry in zip(compare.chart.lines, compare.compared.entries, strict=True):
        assert line.series.values.min() == pytest.approx(entry.best_loss) and line.style == "dashed"
    assert len({line.token for line in compare.chart.lines}) == 2
    # The same colours stand before their names in the table.
    rows = stage.panel.table.rows
    for row, line in enumerate(compare.chart.lines):
        dot = rows.data(rows.index(row, 0), Qt.ItemDataRole.DecorationRole).toImage()
        assert dot.pixelColor(dot.width() // 2, dot.height() // 2) == stage.theme.colour(line.token)


def test_runs_can_be_compared_by_steps_scores_and_time(qtbot: QtBot, root: Path) -> None:
    stage = opened(qtbot, root)
    stage.panel.table.selectAll()
    settled(stage)
    compare = stage.panel.compare
    steps = read_entry(root / "20260101-a").step
    compare.measure_button.action_of["step_loss"].trigger()
    assert [len(line.series) for line in compare.chart.lines] == [steps, steps]
    compare.across_button.action_of["steps"].trigger()
    assert compare.chart.x_range == (0.0, float(steps))
    compare.across_button.action_of["time"].trigger()
    ends = [max(one.metrics.seconds[-1], one.metrics.marks[1][-1]) for one in compare.compared.numbers]
    assert compare.chart.x_range == (0.0, max(ends))
    compare.measure_button.action_of["f1"].trigger()
    assert all(0 < line.series.values.max() <= 100 for line in compare.chart.lines)
    assert not compare.log_button.isEnabled()
    compare.measure_button.action_of["rate"].trigger()
    assert sorted(float(line.series.values[0]) for line in compare.chart.lines) == pytest.approx([0.001, 0.1])


def test_smoothing_keeps_the_values_faint_behind(qtbot: QtBot, root: Path) -> None:
    stage = opened(qtbot, root)
    chart, slider = stage.panel.compare.chart, stage.panel.compare.smoothing.slider
    slider.setFocus(Qt.FocusReason.TabFocusReason)
    stage.press(slider, Qt.Key.Key_Right)
    raw, mean = chart._curves[2:4]
    assert raw.isVisible() and mean.isVisible()
    assert np.ptp(mean.getData()[1]) < np.ptp(raw.getData()[1])


def test_the_network_of_a_run_comes_as_a_document(qtbot: QtBot, root: Path) -> None:
    stage = opened(qtbot, root)
    with qtbot.waitSignal(stage.panel.open_wanted) as told:
        stage.click(stage.panel.buttons["open"])
    assert told.args == [run_layout(root / folders(stage)[0])]


def chosen_in_dialog(stage: Stage, act: str, path: Path) -> None:
    stage.panel.actions_of.by_name[act].trigger()
    [dialog] = [one for one in stage.panel.findChildren(QFileDialog, "save-run") if one.isVisible()]
    stage.qtbot.waitExposed(dialog)
    name = dialog.findChild(QLineEdit)
    name.setText(str(path))
    stage.press(name, Qt.Key.Key_Return)
    until(stage.qtbot, lambda: stage.panel.said.message.isVisible())


def test_weights_and_numbers_are_written_where_a_person_says(qtbot: QtBot, root: Path, tmp_path: Path) -> None:
    stage = opened(qtbot, root)
    folder = root / folders(stage)[0]
    chosen_in_dialog(stage, "save_best", tmp_path / "best.safetensors")
    assert (tmp_path / "best.safetensors").read_bytes() == (folder / "best.safetensors").read_bytes()
    (tmp_path / "numbers").mkdir()
    chosen_in_dialog(stage, "export_csv", tmp_path / "numbers")
    until(qtbot, lambda: str(tmp_path / "numbers") in stage.panel.said.message.text())
    written = sorted(path.name for path in (tmp_path / "numbers").iterdir())
    assert written == [f"{folder.name}-epochs.csv", f"{folder.name}-steps.csv"]


def test_a_deleted_run_lies_in_the_trash_and_comes_back(qtbot: QtBot, root: Path) -> None:
    stage = opened(qtbot, root)
    before = folders(stage)
    click(stage, 0)
    stage.press(stage.panel.table, Qt.Key.Key_Delete)
    until(qtbot, lambda: folders(stage) == before[1:])
    assert (root / TRASH / before[0]).is_dir() and stage.panel.said.undo.isVisible()
    assert [entry.folder.name for entry in stage.panel.table.entries] == before[1:]
    stage.click(stage.panel.said.undo)
    until(qtbot, lambda: sorted(folders(stage)) == sorted(before))
    assert not stage.panel.said.message.isVisible()


def test_a_stopped_run_goes_on_and_its_network_is_opened(
    session: TrainingSession, qtbot: QtBot, tmp_path: Path
) -> None:
    layout = trained_layout(3000)
    session.start(layout)
    until(qtbot, lambda: len(session.metrics.epochs) > 2)
    session.stop()
    until(qtbot, lambda: not session.busy)
    steps = len(session.metrics.losses)
    stage = opened(qtbot, tmp_path / "runs", session, trained_layout(5, batch_size=7))
    assert cell(stage, 0, "state") == "stopped"
    with qtbot.waitSignals([stage.panel.open_wanted, stage.panel.training_wanted]):
        stage.click(stage.panel.buttons["go_on"])
    until(qtbot, lambda: len(session.metrics.losses) > steps)
    until(qtbot, lambda: cell(stage, 0, "state") == "training")
    assert not stage.panel.actions_of.by_name["delete"].isEnabled()
    assert len(folders(stage)) == 1


def test_a_sweep_fills_the_table_by_itself(session: TrainingSession, qtbot: QtBot, tmp_path: Path) -> None:
    stage = opened(qtbot, tmp_path / "runs", session, trained_layout(1))
    sweep = stage.panel.sweep
    stage.click(stage.panel.sweep_button)
    [row] = sweep.rows
    assert row.path == "optimizer.lr"
    stage.type(row.values, "0.1, zero")
    assert not sweep.begin.isEnabled() and "zero" in sweep.sentence.text()
    stage.type(row.values, "0.1, 0.01")
    stage.click(sweep.add)
    second = sweep.rows[1]
    box = second.findChild(QComboBox, "sweep-setting")
    box.setFocus()
    qtbot.keyClicks(box, "batch")
    box.activated.emit(box.currentIndex())
    assert second.path == "batch_size"
    stage.type(second.values, "64")
    assert "2" in sweep.begin.text()
    stage.click(sweep.begin)
    assert not sweep.isVisible() and session.busy
    until(qtbot, lambda: not session.busy and session.sweep_left == 0)
    until(qtbot, lambda: [cell(stage, row, "state") for row in range(len(folders(stage)))] == ["finished"] * 2)
    names = {cell(stage, row, "name") for row in range(2)}
    assert names == {"optimizer.lr=0.1 batch_size=64", "optimizer.lr=0.01 batch_size=64"}
    assert cell(stage, 0, "tags").startswith("sweep-")


def test_a_sweep_can_be_stopped(session: TrainingSession, qtbot: QtBot, tmp_path: Path) -> None:
    stage = opened(qtbot, tmp_path / "runs", session, trained_layout(3000))
    sweep = stage.panel.sweep
    stage.click(stage.panel.sweep_button)
    stage.click(sweep.random)
    stage.type(sweep.rows[0].values, "0.0001..0.1")
    assert "8" in sweep.begin.text()
    stage.click(sweep.begin)
    until(qtbot, lambda: len(session.metrics.losses) > 0 and stage.panel.said.end_sweep.isVisible())
    assert "7" in stage.panel.said.progress.text()
    stage.click(stage.panel.said.end_sweep)
    until(qtbot, lambda: not session.busy)
    assert session.sweep_left == 0 and not stage.panel.said.end_sweep.isVisible()
    until(qtbot, lambda: len(folders(stage)) == 1 and cell(stage, 0, "state") == "stopped")


def test_every_setting_that_is_offered_can_be_swept_with_what_is_offered() -> None:
    """Nobody is offered values that are then refused."""
    layout = digits(
        3, scheduler=Choice("StepLR", {"step_size": 2}), added_losses=(AddedLoss(Choice("CrossEntropyLoss")),)
    )
    layout = replace(layout, training=replace(layout.training, dataset=Choice("moons")))
    for one in settings(layout):
        values = [text for text in one.tried.split(", ") if text and "," not in one.now and "(" not in one.now]
        for text in values:
            assert grid(layout, {one.path: [text]}), one


def test_both_languages_fit_into_a_small_window(qtbot: QtBot, root: Path) -> None:
    from widgets import cut, inside, name_of, path_of, takes_keys

    for language in ("en", "ko"):
        stage = opened(qtbot, root, size=(720, 240), language=language)
        stage.click(stage.panel.sweep_button)
        # What was just written is laid out in the next turn of the loop.
        until(qtbot, lambda: not [path_of(one) for one in inside(stage.panel) if one.isVisible() and cut(one)])  # noqa: B023
        seen = [widget for widget in inside(stage.panel) if widget.isVisible()]
        assert [path_of(widget) for widget in seen if takes_keys(widget) and not name_of(widget)] == []
