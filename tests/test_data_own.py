"""A person's own file on the data page: dropped or chosen, put right without code, refused in a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from learning import until
from looking_at_data import TABLE, dataset, page, photos, reading, said, settled, view
from panel_stage import Stage
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QWidget
from pytestqt.qtbot import QtBot
from window_person import open_window, when_asked

from core.datasets import facts, load
from core.storage import dumps, loads
from core.training.config import Choice
from gui.data_reader import DataReader
from gui.panels.data_columns import COLUMNS
from gui.panels.field_editors import TextEditor


@pytest.fixture(scope="module")
def reader(qapp: QApplication) -> Iterator[DataReader]:
    with reading() as reader:
        yield reader


def drop(widget: QWidget, path: Path) -> bool:
    """Let go of a file over a widget. Whether it takes it."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    copy, left, plain = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(40, 40), copy, data, left, plain)
    QApplication.sendEvent(widget, enter)
    if not enter.isAccepted():
        return False
    event = QDropEvent(QPointF(40, 40), copy, data, left, plain)
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


def dropped(reader: DataReader, qtbot: QtBot, path: Path) -> Stage:
    stage = page(reader, qtbot, Choice("digits"), size=(1100, 700))
    settled(stage)
    assert drop(stage.panel, path)
    settled(stage)
    return stage


def table(folder: Path, text: str = TABLE, name: str = "penguins.csv") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def cell(stage: Stage, row: int, column: str) -> str:
    text: str = stage.panel.own.view.columns.text(row, column)
    return text


def set_cell(stage: Stage, row: int, column: str, option: str) -> None:
    """Click a cell and choose from its menu with the keys."""
    columns = stage.panel.own.view.columns
    index = columns.model().index(row, COLUMNS.index(column))
    columns.scrollTo(index)
    place = columns.visualRect(index).center()
    stage.qtbot.mouseClick(columns.viewport(), Qt.MouseButton.LeftButton, pos=place)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    action = next(one for one in menu.actions() if one.text() == option)
    menu.setActiveAction(action)
    stage.qtbot.keyClick(menu, Qt.Key.Key_Return)
    settled(stage)


def pick(stage: Stage, name: str, text: str) -> None:
    box = stage.panel.own.view.boxes[name]
    box.setFocus(Qt.FocusReason.TabFocusReason)
    stage.qtbot.keyClicks(box, text)
    settled(stage)


def test_a_dropped_table_becomes_the_data_set_and_can_be_undone(
    reader: DataReader, qtbot: QtBot, tmp_path: Path
) -> None:
    stage = dropped(reader, qtbot, table(tmp_path))
    choice = dataset(stage)
    assert choice.name == "table" and choice.arguments["target"] == "species"
    assert facts(choice).classes == ("Adelie", "Gentoo")
    assert [cell(stage, row, "role") for row in range(4)] == ["input ▾", "input ▾", "input ▾", "target ▾"]
    assert cell(stage, 0, "gaps") == "7 → median ▾"
    assert len(load(choice).train_inputs) == 48
    # It is a part of the layout, in its file too.
    assert loads(dumps(stage.document.root)).training.dataset == choice
    stage.document.undo()
    assert dataset(stage) == Choice("digits")


def test_its_samples_are_seen_and_its_classes_counted(reader: DataReader, qtbot: QtBot, tmp_path: Path) -> None:
    stage = dropped(reader, qtbot, table(tmp_path))
    view(stage, "samples")
    until(qtbot, lambda: stage.panel.samples.rows.samples)
    assert [name for name, _, _ in stage.panel.side.bars.counts] == ["Adelie", "Gentoo"]
    assert "Adelie has 4 times as many" in stage.panel.side.uneven.text()


def test_another_target_a_column_left_out_and_other_gaps(reader: DataReader, qtbot: QtBot, tmp_path: Path) -> None:
    stage = dropped(reader, qtbot, table(tmp_path))
    set_cell(stage, 2, "role", "left out")
    assert [column[0] for column in dataset(stage).arguments["columns"]] == ["height", "colour"]  # type: ignore
    set_cell(stage, 0, "gaps", "leave rows out")
    assert dataset(stage).arguments["rows"] == 53
    set_cell(stage, 0, "role", "target")
    assert facts(dataset(stage)).task == "regression"
    assert cell(stage, 3, "role") == "input ▾" and cell(stage, 0, "role") == "target ▾"
    stage.document.undo()
    settled(stage)
    assert cell(stage, 0, "role") == "input ▾" and cell(stage, 3, "role") == "target ▾"


def test_a_column_parts_training_from_test(reader: DataReader, qtbot: QtBot, tmp_path: Path) -> None:
    stage = dropped(reader, qtbot, table(tmp_path))
    set_cell(stage, 2, "role", "parts test")
    choice = dataset(stage)
    assert choice.arguments["split_by"] == ("city", ("Seoul",), 45)
    pick(stage, "test_values", "Busan")
    assert dataset(stage).arguments["split_by"] == ("city", ("Busan",), 15)
    assert len(load(dataset(stage)).test_inputs) == 15
    assert not stage.panel.own.view.form.cells["test_share"].editor.isEnabled()


def test_the_split_is_a_number_that_is_typed(reader: DataReader, qtbot: QtBot, tmp_path: Path) -> None:
    stage = dropped(reader, qtbot, table(tmp_path))
    editor = stage.panel.own.view.form.cells["test_share"].editor
    assert isinstance(editor, TextEditor)
    stage.enter(editor.line, "0.5")
    assert facts(dataset(stage)).test_size == 30
    # A correction of the file keeps it.
    set_cell(stage, 2, "role", "left out")
    assert facts(dataset(stage)).test_size == 30


def test_a_text_among_numbers_is_named_by_its_row_and_the_data_set_stays(
    reader: DataReader, qtbot: QtBot, tmp_path: Path
) -> None:
    text = "".join(f"{row},{'oops' if row == 7 else row * 2},{'x' if row % 2 else 'y'}\n" for row in range(120))
    stage = dropped(reader, qtbot, table(tmp_path, f"a,b,kind\n{text}"))
    before = dataset(stage)
    assert before.name == "table" and [column[0] for column in before.arguments["columns"]] == ["a"]  # type: ignore
    # What most of it is, is what it is taken for.
    set_cell(stage, 1, "role", "input")
    assert "row 9" in said(stage, "file-refusal") and "oops" in said(stage, "file-refusal")
    assert dataset(stage) == before
    # It is put right, and the sentence goes.
    set_cell(stage, 1, "kind", "category")
    assert said(stage, "file-refusal") == ""
    assert [column[0] for column in dataset(stage).arguments["columns"]] == ["a", "b"]  # type: ignore


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.csv", b"", "no rows"),
        ("one.csv", b"a,b\n1,x\n2,x\n3,x\n", "one.csv"),
        ("old.xls", b"\xd0\xcf\x11\xe0", "Save it as CSV"),
        ("torn.npz", b"PK\x03\x04nothing", "damaged"),
        ("torn.parquet", b"PAR1", "torn.parquet"),
    ],
)
def test_every_refusal_is_a_sentence_and_the_data_set_stays(
    name: str, content: bytes, words: str, reader: DataReader, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    stage = dropped(reader, qtbot, tmp_path / name)
    if name == "one.csv":
        # Its only class-like column has one class: what is guessed is a number to predict.
        pick(stage, "target", "b")
    assert words in said(stage, "file-refusal")
    if name != "one.csv":
        assert dataset(stage) == Choice("digits")


def test_a_folder_of_images_names_what_is_left_out(reader: DataReader, qtbot: QtBot, tmp_path: Path) -> None:
    stage = dropped(reader, qtbot, photos(tmp_path))
    choice = dataset(stage)
    assert choice.name == "images" and facts(choice).shape == (3, 16, 20)
    listed = said(stage, "file-reports")
    assert "cats/torn.jpg: no image" in listed and "stray.png" in listed
    editor = stage.panel.own.view.form.cells["size"].editor
    assert isinstance(editor, TextEditor)
    stage.enter(editor.line, "8")
    assert facts(dataset(stage)).shape == (3, 8, 8)
    box = stage.panel.own.view.form.cells["colors"].editor.held
    box.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClicks(box, "gray")
    assert facts(dataset(stage)).shape == (1, 8, 8)
    view(stage, "samples")
    until(qtbot, lambda: stage.panel.samples.batch.samples)
    assert stage.panel.samples.batch.samples[0].values.shape == (8, 8, 1)


def test_images_of_one_folder_get_their_classes_from_a_table(reader: DataReader, qtbot: QtBot, tmp_path: Path) -> None:
    folder = photos(tmp_path)
    flat = tmp_path / "flat"
    flat.mkdir()
    for image in folder.rglob("*.png"):
        (flat / image.name).write_bytes(image.read_bytes())
    names = sorted(path.name for path in flat.iterdir())
    labels = table(tmp_path, "file,label\n" + "".join(f"{name},{name[:3]}\n" for name in [*names, "gone.png"]))
    stage = dropped(reader, qtbot, flat)
    assert "have no classes" in said(stage, "file-refusal")
    stage.panel.own._ask_again(_labels(labels))
    settled(stage)
    assert facts(dataset(stage)).classes == ("cat", "dog", "str")
    assert "gone.png" in said(stage, "file-reports")


def test_arrays_are_chosen_by_their_names(reader: DataReader, qtbot: QtBot, tmp_path: Path) -> None:
    np.savez(tmp_path / "odd.npz", pixels=np.random.rand(20, 6).astype("float32"), answers=np.arange(20) % 2)
    stage = dropped(reader, qtbot, tmp_path / "odd.npz")
    assert "pixels" in said(stage, "file-refusal")
    pick(stage, "inputs", "pixels")
    pick(stage, "targets", "answers")
    assert said(stage, "file-refusal") == ""
    assert facts(dataset(stage)).shape == (6,) and facts(dataset(stage)).classes == ("0", "1")


def test_texts_with_labels_are_read_by_words_or_letters(reader: DataReader, qtbot: QtBot, tmp_path: Path) -> None:
    rows = "".join(f"a film with {row} good scenes and one end\t{'good' if row % 2 else 'bad'}\n" for row in range(40))
    stage = dropped(reader, qtbot, table(tmp_path, f"text\tlabel\n{rows}", "reviews.txt"))
    assert dataset(stage).name == "texts"
    words = facts(dataset(stage)).shape
    pick(stage, "level", "letters")
    assert dataset(stage).arguments["level"] == "characters" and facts(dataset(stage)).shape > words
    view(stage, "samples")
    until(qtbot, lambda: stage.panel.samples.batch.samples)
    assert stage.panel.samples.batch.samples[0].text.startswith("a film with")


def test_a_file_of_a_saved_layout_is_shown_again_with_its_corrections(
    reader: DataReader, qtbot: QtBot, tmp_path: Path
) -> None:
    stage = dropped(reader, qtbot, table(tmp_path))
    set_cell(stage, 2, "role", "left out")
    again = page(reader, qtbot, dataset(stage), size=(1100, 700))
    view(again, "file")
    assert [cell(again, row, "role") for row in range(4)] == ["input ▾", "input ▾", "left out ▾", "target ▾"]
    # Looking is no edit.
    assert again.document.undo_label is None


def test_the_buttons_ask_for_a_file_and_for_a_folder(reader: DataReader, qtbot: QtBot, tmp_path: Path) -> None:
    stage = page(reader, qtbot, Choice("digits"), size=(1100, 700))
    path, folder = table(tmp_path), photos(tmp_path)

    def answer(chosen: Path):  # type: ignore[no-untyped-def]
        def choose(dialog: QFileDialog) -> None:
            dialog.selectFile(str(chosen))
            dialog.accept()

        return choose

    timer = when_asked(answer(path))
    stage.click(stage.panel.side.file)
    settled(stage)
    assert dataset(stage).name == "table" and not timer.isActive()
    timer = when_asked(answer(folder))
    stage.click(stage.panel.side.folder)
    settled(stage)
    assert dataset(stage).name == "images" and not timer.isActive()


def test_a_table_dropped_on_the_window_opens_the_data_page(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    window.build_learning_panels()
    assert drop(window, table(tmp_path))
    until(qtbot, lambda: window.document.root.training.dataset.name == "table")
    assert window.desk.bottom.page == "data"


def _labels(path: Path) -> object:
    from core.viewing.messages import Wishes

    return Wishes(labels=str(path))
