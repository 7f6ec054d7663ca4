"""Transforms on the data page: an ordered list that is edited by hand, and one sample's way through it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from learning import until
from looking_at_data import chosen_transforms, page, reading, said, settled, view
from panel_stage import Stage
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.datasets import load
from core.datasets.transforms import before_after
from core.training.config import Choice
from gui.data_reader import DataReader
from gui.panels.field_editors import TextEditor

RESIZE, FLIP = Choice("Resize", {"size": 16}), Choice("RandomHorizontalFlip", {"p": 1.0})


@pytest.fixture(scope="module")
def reader(qapp: QApplication) -> Iterator[DataReader]:
    with reading() as reader:
        yield reader


def opened(reader: DataReader, qtbot: QtBot, *transforms: Choice, dataset: str = "digits") -> Stage:
    stage = page(reader, qtbot, Choice(dataset), *transforms, size=(1100, 420))
    until(qtbot, lambda: stage.panel.samples.isVisible())
    view(stage, "transforms")
    until(qtbot, lambda: all(step.sample is not None for step in stage.panel.transforms.way.steps))
    return stage


def known(stage: Stage) -> bool:
    """Whether the sample is seen behind each transform."""
    steps = stage.panel.transforms.way.steps
    return len(steps) == 1 + len(chosen_transforms(stage)) and all(step.sample is not None for step in steps)


def choose(stage: Stage, place: int) -> None:
    way = stage.panel.transforms.way
    stage.qtbot.mouseClick(way, Qt.MouseButton.LeftButton, pos=way.card(place).center().toPoint())


def add(stage: Stage, name: str) -> None:
    """Through the menu of the button, as a person does."""
    action = next(one for one in stage.panel.transforms.menu.actions() if one.data() == name)
    action.trigger()


def drag(stage: Stage, place: int, before: int) -> None:
    """Drag a card in front of another."""
    way, qtbot = stage.panel.transforms.way, stage.qtbot
    left = Qt.MouseButton.LeftButton
    start, end = way.card(place).center().toPoint(), way.card(before).left() - 8
    qtbot.mousePress(way, left, pos=start)
    qtbot.mouseMove(way, start + QPoint(20, 0))
    moved(way, start + QPoint(20, 0))
    moved(way, QPoint(int(end), start.y()))
    qtbot.mouseRelease(way, left, pos=QPoint(int(end), start.y()))


def moved(widget: object, place: QPoint) -> None:
    """With the button held, which qtbot's own does not."""
    from PySide6.QtCore import QEvent, QPointF
    from PySide6.QtGui import QMouseEvent

    button = Qt.MouseButton.LeftButton
    at = QPointF(place)
    event = QMouseEvent(
        QEvent.Type.MouseMove, at, widget.mapToGlobal(at), Qt.MouseButton.NoButton, button,  # type: ignore[attr-defined]
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)  # type: ignore[arg-type]


def test_each_card_shows_what_the_transform_makes_of_the_sample(reader: DataReader, qtbot: QtBot) -> None:
    stage = opened(reader, qtbot, RESIZE, FLIP)
    steps = stage.panel.transforms.way.steps
    sample = load(Choice("digits")).train_inputs[0]
    wanted = before_after((RESIZE, FLIP), sample)
    assert [step.name for step in steps] == ["As read", "Resize", "RandomHorizontalFlip"]
    assert [step.shape for step in steps] == [array.shape for array in wanted]
    for step, array in zip(steps, wanted, strict=True):
        assert np.array_equal(step.sample.values[:, :, 0], np.round(array[0] * 255).astype(np.uint8))


def test_an_added_transform_is_an_edit_that_is_seen_and_undone(reader: DataReader, qtbot: QtBot) -> None:
    stage = opened(reader, qtbot, RESIZE)
    add(stage, "RandomVerticalFlip")
    assert chosen_transforms(stage) == ["Resize", "RandomVerticalFlip"]
    until(qtbot, lambda: known(stage))
    stage.document.undo()
    assert chosen_transforms(stage) == ["Resize"]
    until(qtbot, lambda: len(stage.panel.transforms.way.steps) == 2)


def test_normalize_takes_the_numbers_of_the_data_in_the_same_step(reader: DataReader, qtbot: QtBot) -> None:
    stage = opened(reader, qtbot)
    add(stage, "Normalize")
    pixels = load(Choice("digits")).train_inputs
    mean = (float(f"{pixels.double().mean():.4g}"),)
    until(qtbot, lambda: stage.document.root.training.transforms[0].arguments["mean"] == mean)
    stage.document.undo()
    assert chosen_transforms(stage) == []


def test_a_card_is_dragged_to_another_place(reader: DataReader, qtbot: QtBot) -> None:
    stage = opened(reader, qtbot, RESIZE, FLIP)
    drag(stage, 1, 0)
    assert chosen_transforms(stage) == ["RandomHorizontalFlip", "Resize"]
    until(qtbot, lambda: known(stage))
    drag(stage, 0, 2)
    assert chosen_transforms(stage) == ["Resize", "RandomHorizontalFlip"]


def test_the_keys_choose_move_and_remove(reader: DataReader, qtbot: QtBot) -> None:
    stage = opened(reader, qtbot, RESIZE, FLIP)
    way = stage.panel.transforms.way
    way.setFocus(Qt.FocusReason.TabFocusReason)
    stage.press(way, Qt.Key.Key_Right)
    assert way.current == 0
    stage.press(way, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert chosen_transforms(stage) == ["RandomHorizontalFlip", "Resize"] and way.current == 1
    stage.press(way, Qt.Key.Key_Delete)
    assert chosen_transforms(stage) == ["RandomHorizontalFlip"]
    stage.document.undo()
    stage.document.undo()
    assert chosen_transforms(stage) == ["Resize", "RandomHorizontalFlip"]


def test_an_argument_is_typed_and_the_picture_follows(reader: DataReader, qtbot: QtBot) -> None:
    stage = opened(reader, qtbot, RESIZE)
    choose(stage, 0)
    editor = stage.panel.transforms.form.cells["size"].editor
    assert isinstance(editor, TextEditor)
    stage.enter(editor.line, "12, 20")
    assert stage.document.root.training.transforms[0].arguments["size"] == (12, 20)
    until(qtbot, lambda: stage.panel.transforms.way.steps[1].shape == (1, 12, 20))
    stage.document.undo()
    until(qtbot, lambda: stage.panel.transforms.way.steps[1].shape == (1, 16, 16))


def test_what_does_not_fit_is_said_on_its_card_and_can_be_left_out(reader: DataReader, qtbot: QtBot) -> None:
    stage = opened(reader, qtbot, RESIZE)
    add(stage, "RandomCrop")
    form = stage.panel.transforms.form
    stage.enter(form.cells["size"].editor.line, "40")
    assert "cuts" in said(stage, "transform-problem")
    assert stage.panel.transforms.way.steps[2].tone == "bad"
    settled(stage)
    assert stage.panel.transforms.way.steps[1].sample is not None
    stage.click(form.mend)
    assert chosen_transforms(stage) == ["Resize"]


def test_a_transform_of_images_on_a_table_is_said_in_words(reader: DataReader, qtbot: QtBot) -> None:
    stage = opened(reader, qtbot, dataset="iris")
    add(stage, "Resize")
    assert "is for images" in said(stage, "transform-problem")
    stage.document.undo()
    add(stage, "GaussianNoise")
    until(qtbot, lambda: known(stage))
    assert stage.panel.transforms.way.steps[1].sample.kind == "row"


def test_in_the_test_part_what_varies_does_nothing(reader: DataReader, qtbot: QtBot) -> None:
    stage = opened(reader, qtbot, RESIZE, FLIP)
    stage.click(stage.panel.transforms.part.buttons["test"])
    until(qtbot, lambda: stage.panel.transforms.way.steps[2].idle)
    settled(stage)
    steps = stage.panel.transforms.way.steps
    assert np.array_equal(steps[1].sample.values, steps[2].sample.values) and not steps[1].idle


def test_drawing_again_and_the_next_sample_show_others(reader: DataReader, qtbot: QtBot) -> None:
    stage = opened(reader, qtbot, Choice("RandomRotation", {"degrees": 90.0}))
    before = stage.panel.transforms.way.steps[1].sample.values
    stage.click(stage.panel.transforms.redraw)
    until(qtbot, lambda: not np.array_equal(stage.panel.transforms.way.steps[1].sample.values, before))
    label = stage.panel.transforms.way.steps[0].sample.label
    stage.click(stage.panel.transforms.sample)
    until(qtbot, lambda: stage.panel.transforms.way.steps[0].sample.index == 1)
    assert stage.panel.transforms.way.steps[0].sample.label != label
