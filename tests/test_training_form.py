"""The folded and the added parts of the training form: every value of the configuration, as a person sets it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace

import pytest
from learning import digits, owned, stage_for, until
from panel_stage import Stage
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QLabel, QToolButton
from pytestqt.qtbot import QtBot

from core.text import LANGUAGES, Text
from core.training.config import LOSSES, AddedLoss, Choice, TrainingConfig
from core.training.schedule import rates
from gui.panels.commit_line import CommitLine
from gui.panels.field_editors import TextEditor
from gui.panels.training import TrainingPanel
from gui.training_session import TrainingSession


@pytest.fixture(scope="module")
def process_owner(qapp: QApplication) -> Iterator[TrainingSession]:
    # The first optimizer imports half of torch: here, not in a thread beside the tests' windows.
    rates(TrainingConfig(), 1)
    with owned() as session:
        yield session


def opened(session: TrainingSession, qtbot: QtBot, language: str = "en", **changes: object) -> Stage:
    layout = digits(**changes)  # type: ignore[arg-type]
    return stage_for(TrainingPanel, session, qtbot, layout, language=language, size=(320, 900))


def line(stage: Stage, part: str, name: str) -> CommitLine:
    editor = stage.panel.form.field(part, name).editor
    assert isinstance(editor, TextEditor)
    return editor.line


def unfold(stage: Stage, section: str) -> None:
    title = stage.panel.form.sections[section].title
    if not title.isChecked():
        stage.click(title)


def pick(stage: Stage, part: str, name: str) -> None:
    box = stage.panel.form.boxes[part]
    box.setFocus(Qt.FocusReason.TabFocusReason)
    stage.qtbot.keyClicks(box, name)


def training(stage: Stage) -> TrainingConfig:
    return stage.document.layout.training


def refusals(stage: Stage) -> list[str]:
    return [label.text() for label in stage.panel.findChildren(QLabel, "refusal") if label.isVisible()]


@pytest.mark.parametrize(
    ("section", "name", "typed", "wanted"),
    [
        ("schedule", "warmup_steps", "30", 30),
        ("gradients", "clip_norm", "1", 1.0),
        ("gradients", "clip_value", "0.5", 0.5),
        ("gradients", "accumulate", "4", 4),
        ("stopping", "patience", "5", 5),
        ("stopping", "ema", "0.999", 0.999),
        ("computing", "threads", "1", 1),
    ],
)
def test_every_number_of_the_configuration_is_an_edit_that_can_be_undone(
    session: TrainingSession, qtbot: QtBot, section: str, name: str, typed: str, wanted: float
) -> None:
    stage = opened(session, qtbot)
    before, shown = stage.document.layout, stage.panel.form.sections[section].summary
    said = shown.text()
    assert not line(stage, "run", name).isVisible()
    unfold(stage, section)
    stage.enter(line(stage, "run", name), typed)
    assert getattr(training(stage), name) == wanted and stage.document.undo_label == f"training.edit_{name}"
    assert shown.text() != said
    stage.enter(line(stage, "run", name), "")
    assert stage.document.layout == before
    stage.document.undo()
    stage.document.undo()
    assert stage.document.layout == before and shown.text() == said


def test_precision_and_compiling_are_chosen(session: TrainingSession, qtbot: QtBot) -> None:
    stage = opened(session, qtbot)
    unfold(stage, "computing")
    form = stage.panel.form
    precision = form.field("run", "precision").editor.held
    precision.setFocus(Qt.FocusReason.TabFocusReason)
    stage.press(precision, Qt.Key.Key_Down)
    qtbot.mouseClick(form.field("run", "compile").editor.held, Qt.MouseButton.LeftButton, pos=QPoint(8, 10))
    assert (training(stage).precision, training(stage).compile) == ("bf16", True)
    assert form.sections["computing"].summary.text() == "bf16 · compiled"


def test_the_form_shows_the_whole_configuration(session: TrainingSession, qtbot: QtBot) -> None:
    form = opened(session, qtbot, scheduler=Choice("CosineAnnealingLR"), added_losses=(AddedLoss(Choice("NLLLoss")),))
    shown = {name for part, name in form.panel.form.cells.places if part == "run"} | {"added_losses"}
    shown |= set(form.panel.form.boxes)
    # The data have a page of their own.
    assert {field.name for field in fields(TrainingConfig)} - {"transforms"} <= shown


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("section", "name", "typed", "rule"),
    [
        ("gradients", "clip_norm", "-1", "minimum"),
        ("gradients", "accumulate", "5000", "maximum"),
        ("stopping", "ema", "1", "below"),
        ("computing", "threads", "many", "not_integer"),
    ],
)
def test_a_folded_value_out_of_range_is_refused_in_place(
    session: TrainingSession, qtbot: QtBot, language: str, section: str, name: str, typed: str, rule: str
) -> None:
    stage = opened(session, qtbot, language=language)
    unfold(stage, section)
    before = stage.document.layout
    stage.enter(line(stage, "run", name), typed)
    assert stage.document.layout is before
    values = stage.panel.form.field("run", name).error.values
    assert refusals(stage) == [Text(language)(f"problem.field.{rule}", **values)]


# --- schedulers ---


def test_a_scheduler_comes_with_good_first_values_and_its_curve(session: TrainingSession, qtbot: QtBot) -> None:
    stage = opened(session, qtbot, epochs=30)
    form = stage.panel.form
    unfold(stage, "schedule")
    assert not form.curve.isVisible()
    pick(stage, "scheduler", "Step")
    assert training(stage).scheduler == Choice("StepLR", {"step_size": 10})
    assert stage.document.undo_label == "training.edit_scheduler"
    until(qtbot, lambda: form.curve.rates is not None)
    assert form.curve.isVisible() and form.curve.rates[0] == pytest.approx(
        10 * form.curve.rates[len(form.curve.rates) // 2]
    )
    stage.enter(line(stage, "scheduler", "gamma"), "0.5")
    until(qtbot, lambda: form.curve.rates[0] == pytest.approx(4 * form.curve.rates[-1]))
    assert "StepLR" in form.sections["schedule"].summary.text()
    stage.press(form.boxes["scheduler"], Qt.Key.Key_Home)
    assert training(stage).scheduler is None and not form.curve.isVisible()
    with pytest.raises(KeyError):
        form.field("scheduler", "gamma")


def test_what_the_run_decides_stands_there_quietly(session: TrainingSession, qtbot: QtBot) -> None:
    stage = opened(session, qtbot, epochs=12, scheduler=Choice("CosineAnnealingLR"))
    unfold(stage, "schedule")
    field = line(stage, "scheduler", "T_max")
    assert field.text() == "" and field.placeholderText() == "12"
    stage.enter(line(stage, "run", "epochs"), "7")
    assert field.placeholderText() == "7"


def test_nothing_is_computed_for_a_curve_that_nobody_sees(session: TrainingSession, qtbot: QtBot) -> None:
    stage = opened(session, qtbot, scheduler=Choice("CosineAnnealingLR"))
    curve = stage.panel.form.curve
    stage.enter(line(stage, "run", "epochs"), "9")
    qtbot.waitUntil(lambda: not curve.waiting)
    assert curve.rates is None
    unfold(stage, "schedule")
    until(qtbot, lambda: curve.rates is not None)


def test_what_does_not_go_together_is_said_at_its_field_with_a_mend(session: TrainingSession, qtbot: QtBot) -> None:
    stage = opened(session, qtbot, scheduler=Choice("OneCycleLR"), warmup_steps=10)
    # What stops the training is not hidden in a fold.
    assert line(stage, "run", "warmup_steps").isVisible()
    [problem] = stage.document.root_inference.errors
    said = stage.words.say(f"problem.{problem.rule}", **problem.values).replace("`", "")
    assert refusals(stage) == [said]
    [button] = [one for one in stage.panel.findChildren(QToolButton, "mend") if one.isVisible()]
    stage.click(button)
    assert training(stage).warmup_steps == 0 and refusals(stage) == []
    assert stage.document.undo_label == f"mend.{problem.mends[0].rule}"


def test_a_loss_that_does_not_suit_the_data_is_said_below_it(session: TrainingSession, qtbot: QtBot) -> None:
    stage = opened(session, qtbot, loss=Choice("PoissonNLLLoss"))
    wanted = stage.words.say("problem.loss.of_numbers", loss="PoissonNLLLoss", dataset="digits").replace("`", "")
    assert wanted in refusals(stage)


# --- several losses ---


def test_losses_are_added_weighed_chosen_and_removed(session: TrainingSession, qtbot: QtBot) -> None:
    stage = opened(session, qtbot)
    form, before = stage.panel.form, stage.document.layout
    stage.click(form.add_loss)
    [added] = training(stage).added_losses
    assert added.weight == 1.0 and added.loss.name != "CrossEntropyLoss"
    assert not stage.document.root_inference.errors
    stage.enter(line(stage, "loss_2", "weight"), "0.25")
    assert training(stage).added_losses[0].weight == 0.25 and stage.document.undo_label == "training.edit_weight"
    form.boxes["loss_2"].setFocus(Qt.FocusReason.TabFocusReason)
    for letter in "MSE":
        # Wherever the letters before have led.
        qtbot.keyClick(QApplication.focusWidget(), letter)
    assert training(stage).added_losses == (AddedLoss(Choice("MSELoss"), 0.25),)
    assert training(stage).loss == Choice("CrossEntropyLoss")
    stage.enter(line(stage, "loss_2", "weight"), "0")
    assert refusals(stage) and training(stage).added_losses[0].weight == 0.25
    stage.click(form.findChild(QToolButton, "remove-loss_2"))
    assert stage.document.layout == before and "loss_2" not in form.boxes
    stage.document.undo()
    assert (
        form.field("loss_2", "weight").editor.held.text() == "0.25" and form.boxes["loss_2"].currentText() == "MSELoss"
    )
    while stage.document.undo_label is not None:
        stage.document.undo()
    assert stage.document.layout == before and "loss_2" not in form.boxes


def test_the_arguments_of_an_added_loss_are_its_own(session: TrainingSession, qtbot: QtBot) -> None:
    huber = AddedLoss(Choice("HuberLoss"), 0.5)
    stage = opened(session, qtbot, loss=Choice("HuberLoss"), added_losses=(huber,))
    unfold(stage, "details")
    stage.enter(line(stage, "loss_2", "delta"), "2")
    assert training(stage).loss == Choice("HuberLoss")
    assert training(stage).added_losses[0] == replace(huber, loss=Choice("HuberLoss", {"delta": 2.0}))


def test_no_more_losses_are_added_than_may_be(session: TrainingSession, qtbot: QtBot) -> None:
    stage = opened(session, qtbot)
    add = stage.panel.form.add_loss
    for _ in range(LOSSES - 1):
        assert add.isEnabled()
        stage.click(add)
    assert len(training(stage).added_losses) == LOSSES - 1 and not add.isEnabled()


# --- data ---


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_download_brings_is_said_before_it(session: TrainingSession, qtbot: QtBot, language: str) -> None:
    stage = opened(session, qtbot, language=language, dataset=Choice("EMNIST", {"split": "letters"}))
    said = stage.panel.form.note.text()
    assert "27" in said and "124,800" in said and "562\u00a0MB" in said
    assert Text(language)("dataset.terms_emnist") in said
    assert stage.panel.form.field("dataset", "split").editor.held.isVisible()


def test_what_is_to_be_predicted_is_said(session: TrainingSession, qtbot: QtBot) -> None:
    stage = opened(session, qtbot, dataset=Choice("diabetes"))
    assert stage.panel.form.note.text().startswith("a number to predict")
    stage.document.open(digits(dataset=Choice("none")), None)
    assert not stage.panel.form.note.isVisible()


@pytest.mark.parametrize(("name", "argument"), [("waves", "length"), ("spiral", "noise"), ("FakeData", "classes")])
def test_the_decisive_arguments_of_data_are_always_in_sight(
    session: TrainingSession, qtbot: QtBot, name: str, argument: str
) -> None:
    stage = opened(session, qtbot, dataset=Choice(name))
    assert line(stage, "dataset", argument).isVisible() and not stage.panel.form.sections["details"].open


# --- how it looks and is reached ---


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [300, 336])
def test_with_everything_open_nothing_is_cut_off(
    session: TrainingSession, qtbot: QtBot, language: str, width: int
) -> None:
    losses = (AddedLoss(Choice("MultiMarginLoss"), 0.25),)
    stage = opened(
        session, qtbot, language, dataset=Choice("EMNIST"), scheduler=Choice("CyclicLR"), added_losses=losses
    )
    stage.window.resize(width, 620)
    stage.panel.resize(width, 620)
    form = stage.panel.form
    for section in form.sections.values():
        section.title.setChecked(True)
    qtbot.waitUntil(lambda: form.sections["computing"].summary.height() > 0)
    assert stage.panel.minimumSizeHint().width() <= width and form.minimumSizeHint().width() <= width - 16
    for part in form.findChildren(QLabel):
        if part.isVisible() and not part.wordWrap():
            assert part.width() >= part.minimumSizeHint().width(), part.text()
    for button in form.findChildren(QToolButton):
        if button.isVisible() and button.parentWidget() is not None:
            right = button.mapTo(form, QPoint(button.width(), 0)).x()
            assert right <= form.width(), button.objectName()


def test_every_field_of_an_open_form_has_a_name_and_help(session: TrainingSession, qtbot: QtBot) -> None:
    stage = opened(session, qtbot, scheduler=Choice("OneCycleLR"), added_losses=(AddedLoss(Choice("NLLLoss")),))
    form = stage.panel.form
    for language in LANGUAGES:
        stage.words.set_language(language)
        nameless = [place for place in form.cells.places if not form.cells[place].editor.held.accessibleName()]
        helpless = [place for place in form.cells.places if not form.cells[place].editor.toolTip()]
        assert nameless == [] and helpless == []


def test_the_tab_key_goes_through_an_open_section_as_it_is_read(session: TrainingSession, qtbot: QtBot) -> None:
    stage = opened(session, qtbot, scheduler=Choice("StepLR", {"step_size": 5}))
    form = stage.panel.form
    unfold(stage, "schedule")
    form.sections["schedule"].title.setFocus(Qt.FocusReason.TabFocusReason)
    reached = []
    for _ in range(6):
        widget = QApplication.focusWidget()
        assert widget is not None
        reached.append(widget.accessibleName() or getattr(widget, "text", str)())
        stage.press(widget, Qt.Key.Key_Tab)
    assert reached == ["Schedule", "Scheduler", "step_size", "gamma", "Warm-up steps", "Gradients"]


def test_an_open_section_stays_in_view_below_its_name(session: TrainingSession, qtbot: QtBot) -> None:
    stage = opened(session, qtbot)
    title = stage.panel.form.sections["gradients"].title
    unfold(stage, "gradients")
    field = line(stage, "run", "clip_norm")
    assert QRect(QPoint(0, 0), stage.panel.size()).contains(field.mapTo(stage.panel, QPoint(0, 0)))
    assert field.mapTo(stage.panel, QPoint(0, 0)).y() > title.mapTo(stage.panel, QPoint(0, 0)).y()
