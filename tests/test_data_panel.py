"""The data page: batches of the chosen data, what they hold in numbers, and data that have to be downloaded first."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from learning import until
from looking_at_data import dataset, page, reading, said, settled, view
from panel_stage import Stage
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from window_person import open_window

from core.datasets import load
from core.datasets.facts import NO_DATA
from core.layout import Layout
from core.text import LANGUAGES
from core.training.config import Choice
from gui.data_reader import DataReader


@pytest.fixture(scope="module")
def reader(qapp: QApplication) -> Iterator[DataReader]:
    with reading() as reader:
        yield reader


def labels(stage: Stage) -> list[str]:
    return [sample.label for sample in stage.panel.samples.batch.samples]


def indices(stage: Stage) -> list[int]:
    return [sample.index for sample in stage.panel.samples.batch.samples]


def test_a_batch_of_pictures_is_seen_with_the_labels_of_the_data(reader: DataReader, qtbot: QtBot) -> None:
    stage = page(reader, qtbot, Choice("digits"))
    until(qtbot, lambda: len(labels(stage)) > 10)
    splits = load(Choice("digits"))
    assert labels(stage) == [str(int(splits.train_targets[index])) for index in indices(stage)]
    assert len(set(labels(stage))) > 3
    first = stage.panel.samples.batch.samples[0]
    wanted = (splits.train_inputs[first.index] * 255).round().byte().numpy()
    assert (first.values[:, :, 0] == wanted[0]).all()


def test_the_next_batch_shows_others_until_all_were_seen_and_shuffling_mixes_them(
    reader: DataReader, qtbot: QtBot
) -> None:
    stage = page(reader, qtbot, Choice("digits"))
    until(qtbot, lambda: len(labels(stage)) > 10)
    first = indices(stage)
    stage.click(stage.panel.samples.next)
    until(qtbot, lambda: indices(stage) != first)
    second = indices(stage)
    assert not set(first) & set(second) and len(first) == len(second)
    assert stage.panel.samples.where.text() == f"{len(first) + 1}–{2 * len(first)} of 1,437"
    stage.click(stage.panel.samples.shuffle)
    until(qtbot, lambda: indices(stage) != second)
    assert indices(stage) != first and len(set(indices(stage))) == len(first)


def test_the_test_part_is_another_part(reader: DataReader, qtbot: QtBot) -> None:
    stage = page(reader, qtbot, Choice("digits"))
    until(qtbot, lambda: labels(stage))
    stage.click(stage.panel.samples.part.buttons["test"])
    until(qtbot, lambda: stage.panel.samples.where.text().endswith("of 360"))
    splits = load(Choice("digits"))
    until(qtbot, lambda: labels(stage) == [str(int(splits.test_targets[index])) for index in indices(stage)])


def test_shape_dtype_range_and_counts_are_those_of_the_data(reader: DataReader, qtbot: QtBot) -> None:
    stage = page(reader, qtbot, Choice("digits"))
    until(qtbot, lambda: labels(stage))
    assert said(stage, "data-shape") == "N × 1 × 8 × 8\nfloat32  0\u00a0…\u00a01"
    splits = load(Choice("digits"))
    train, test = splits.train_targets.bincount().tolist(), splits.test_targets.bincount().tolist()
    wanted = tuple((str(number), train[number], test[number]) for number in range(10))
    assert stage.panel.side.bars.counts == wanted
    assert not stage.panel.side.bars.warning


@pytest.mark.parametrize(("name", "kind"), [("spiral", "point"), ("waves", "sequence"), ("syllables", "text")])
def test_other_kinds_of_data_are_seen_too(name: str, kind: str, reader: DataReader, qtbot: QtBot) -> None:
    stage = page(reader, qtbot, Choice(name))
    until(qtbot, lambda: labels(stage))
    assert {sample.kind for sample in stage.panel.samples.batch.samples} == {kind}
    before = stage.panel.samples.batch.grab().toImage()
    stage.click(stage.panel.samples.next)
    first = indices(stage)
    until(qtbot, lambda: indices(stage) != first)
    assert stage.panel.samples.batch.grab().toImage() != before


def test_a_table_is_seen_by_its_rows_and_columns(reader: DataReader, qtbot: QtBot) -> None:
    stage = page(reader, qtbot, Choice("iris"))
    until(qtbot, lambda: stage.panel.samples.rows.samples)
    model = stage.panel.samples.rows.model()
    heads = [model.headerData(column, Qt.Orientation.Horizontal) for column in range(model.columnCount())]
    assert heads == ["class", "sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"]
    assert model.data(model.index(0, 0)) in ("setosa", "versicolor", "virginica")


def test_regression_shows_its_targets_and_no_classes(reader: DataReader, qtbot: QtBot) -> None:
    stage = page(reader, qtbot, Choice("sine"))
    until(qtbot, lambda: labels(stage))
    assert not stage.panel.side.bars.isVisible()
    assert "Targets from" in stage.panel.side.held.text()


def test_another_data_set_is_an_edit_and_is_read(reader: DataReader, qtbot: QtBot) -> None:
    stage = page(reader, qtbot, Choice("digits"))
    until(qtbot, lambda: labels(stage))
    stage.panel.side.box.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClicks(stage.panel.side.box, "moons")
    until(qtbot, lambda: dataset(stage).name == "moons")
    until(qtbot, lambda: labels(stage) and stage.panel.samples.batch.samples[0].kind == "point")
    # Typing passes other names that begin so.
    stage.document.go_to(0)
    until(qtbot, lambda: labels(stage) and stage.panel.samples.batch.samples[0].kind == "picture")
    assert dataset(stage) == Choice("digits")


def test_the_arrow_keys_go_from_sample_to_sample_and_say_which_it_is(reader: DataReader, qtbot: QtBot) -> None:
    stage = page(reader, qtbot, Choice("digits"))
    until(qtbot, lambda: len(labels(stage)) > 10)
    batch = stage.panel.samples.batch
    batch.setFocus(Qt.FocusReason.TabFocusReason)
    stage.press(batch, Qt.Key.Key_Right)
    stage.press(batch, Qt.Key.Key_Right)
    assert batch.current == 1
    assert batch.accessibleDescription() == f"Sample {indices(stage)[1]}: {labels(stage)[1]}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_data_it_says_how_to_get_some(language: str, reader: DataReader, qtbot: QtBot) -> None:
    stage = page(reader, qtbot, Choice(NO_DATA), language=language)
    assert said(stage, "data-message") == stage.words.say("look.no_data")
    assert not reader.busy


def test_a_reader_that_dies_is_said_and_replaced(qtbot: QtBot) -> None:
    with reading() as reader:
        stage = page(reader, qtbot, Choice("digits"))
        until(qtbot, lambda: labels(stage))
        assert reader._process is not None
        reader._process._process.kill()
        stage.click(stage.panel.samples.next)
        until(qtbot, lambda: said(stage, "data-message") == stage.words.say("data.look_died"))
        stage.document.apply_root("training.edit_dataset", lambda layout: _with(layout, Choice("moons")))
        until(qtbot, lambda: labels(stage) and stage.panel.samples.batch.isVisible())


def test_a_window_that_is_closed_takes_the_reader_along(qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window(qtbot, tmp_path)
    window.build_learning_panels()
    from core.shapes import infer

    window.document.set_inference(infer)
    window.desk.show_page("data")
    until(qtbot, lambda: window.desk.data.samples.batch.samples)
    window.close()
    assert not window.desk.data.reader.running


# --- what has to be downloaded ---


class _Endless(http.server.BaseHTTPRequestHandler):
    """A file of which there is always more to come."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "26421880")
        self.end_headers()
        try:
            while not self.server.ended.wait(0.02):  # type: ignore[attr-defined]
                self.wfile.write(b"x" * 50_000)
        except OSError:
            return

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def endless(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever is asked of the network comes from here, slowly."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Endless)
    server.ended = threading.Event()  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{server.server_address[1]}")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    yield
    server.ended.set()  # type: ignore[attr-defined]
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_download_is_offered_with_its_terms_shows_how_far_it_is_and_can_be_cancelled(
    endless: None, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAYERLOOM_DATA", str(tmp_path / "data"))
    with reading() as reader:
        stage = page(reader, qtbot, Choice("FashionMNIST"))
        card = stage.panel.missing
        until(qtbot, card.isVisible)
        assert "31\u00a0MB" in card.about.text() and "Zalando" in card.terms.text()
        stage.click(card.fetch)
        until(qtbot, lambda: card.bar.maximum() == 1000 and card.bar.value() > 0)
        assert card.cancel.isVisible() and not card.fetch.isVisible()
        stage.click(card.cancel)
        until(qtbot, card.fetch.isVisible)
        settled(stage)
        assert not [path for path in (tmp_path / "data").rglob("*") if path.is_file()]


def test_a_download_that_breaks_says_so_and_is_offered_again(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAYERLOOM_DATA", str(tmp_path / "data"))
    for name in ("http_proxy", "HTTP_PROXY"):
        # Nobody listens there.
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with reading() as reader:
        stage = page(reader, qtbot, Choice("FashionMNIST"))
        card = stage.panel.missing
        until(qtbot, card.isVisible)
        stage.click(card.fetch)
        until(qtbot, card.refusal.isVisible)
        assert "could not be downloaded" in card.refusal.text()
        assert card.fetch.isVisible()
        view(stage, "file")
        assert not card.isVisible()


def _with(layout: Layout, choice: Choice) -> Layout:
    from gui.panels.training_edits import with_setting

    return with_setting(layout, "dataset", choice)
