"""The training form as a person uses it: choose, type, train, pause, go on, stop."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from examples import chain, digits_mlp
from learning import digits, owned, stage_for, trained, until
from network_examples import blocks
from panel_stage import Stage, staged
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from core.layout import Layout, with_argument, with_frozen, with_positions, with_repeat, with_training, without_nodes
from core.text import Text
from core.training.config import Choice
from gui.panels.described_box import NOTE_ROLE
from gui.panels.device_box import DeviceBox
from gui.panels.field_editors import TextEditor
from gui.panels.training import TrainingPanel
from gui.panels.training_edits import trained_alike
from gui.training_session import TrainingSession

# No test is offered to go on with what another one has left.
pytestmark = pytest.mark.usefixtures("own_runs")


def opened(session: TrainingSession, qtbot: QtBot, layout: Layout | None = None, language: str = "en") -> Stage:
    return stage_for(TrainingPanel, session, qtbot, layout or digits(), language=language, size=(320, 420))


def line(stage: Stage, part: str, name: str) -> QWidget:
    editor = stage.panel.form.field(part, name).editor
    assert isinstance(editor, TextEditor)
    return editor.line


def refusals(stage: Stage) -> list[str]:
    labels = stage.panel.findChildren(QLabel, "refusal")
    return [label.text() for label in labels if label.isVisible()]


def choose(stage: Stage, part: str, name: str) -> None:
    """By keyboard: into the box, and the first letters of the name."""
    box = stage.panel.form.boxes[part]
    box.setFocus(Qt.FocusReason.TabFocusReason)
    stage.qtbot.keyClicks(box, name)


def test_an_optimizer_is_chosen_with_the_keyboard_and_undone(session: TrainingSession, qtbot: QtBot) -> None:
    stage = opened(session, qtbot)
    choose(stage, "optimizer", "RMS")
    assert stage.document.layout.training.optimizer.name == "RMSprop"
    assert stage.document.undo_label == "training.edit_optimizer"
    stage.document.undo()
    assert stage.document.layout == digits()
    assert stage.panel.form.boxes["optimizer"].currentText() == "Adam"


def test_arguments_that_both_optimizers_have_stay(session: TrainingSession, qtbot: QtBot) -> None:
    adam = Choice("Adam", {"lr": 0.05, "amsgrad": True, "weight_decay": 0.1})
    stage = opened(session, qtbot, digits(optimizer=adam))
    choose(stage, "optimizer", "SGD")
    assert stage.document.layout.training.optimizer == Choice("SGD", {"lr": 0.05, "weight_decay": 0.1})


def test_what_came_before_a_choice_that_was_undone_does_not_come_back(session: TrainingSession, qtbot: QtBot) -> None:
    stage = opened(session, qtbot, digits(optimizer=Choice("Adam", {"weight_decay": 0.1})))
    choose(stage, "optimizer", "Rpr")
    assert stage.document.layout.training.optimizer == Choice("Rprop")
    while stage.document.layout.training.optimizer.name != "Adam":
        stage.document.undo()
    stage.document.apply("edit", lambda layout: with_adam(layout))
    choose(stage, "optimizer", "Rpr")
    qtbot.keyClick(stage.panel.form.boxes["optimizer"], Qt.Key.Key_Home)
    assert stage.document.layout.training.optimizer == Choice("SGD")


def with_adam(layout: Layout) -> Layout:
    return with_training(layout, replace(layout.training, optimizer=Choice("Adam")))


def test_a_learning_rate_is_entered_and_enter_starts_no_training(session: TrainingSession, qtbot: QtBot) -> None:
    stage = opened(session, qtbot)
    stage.enter(line(stage, "optimizer", "lr"), "0.02")
    assert stage.document.layout.training.optimizer.arguments["lr"] == 0.02
    assert session.run_layout is None and not session.busy


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize(
    ("part", "name", "typed", "rule", "named"),
    [
        ("optimizer", "lr", "0", "above", "0"),
        ("optimizer", "lr", "fast", "not_real", "fast"),
        ("run", "batch_size", "0", "minimum", "1"),
        ("run", "batch_size", "65537", "maximum", "65536"),
        ("run", "epochs", "100001", "maximum", "100000"),
        ("run", "epochs", "2.5", "not_integer", "2.5"),
        ("run", "seed", "-1", "minimum", "0"),
    ],
)
def test_a_value_out_of_range_is_refused_in_place(
    session: TrainingSession, qtbot: QtBot, part: str, name: str, typed: str, rule: str, named: str, language: str
) -> None:
    stage = opened(session, qtbot, language=language)
    before = stage.document.layout
    stage.enter(line(stage, part, name), typed)
    assert stage.document.layout is before
    [sentence] = refusals(stage)
    assert name in sentence and named in sentence
    assert sentence == stage.words.say(f"problem.field.{rule}", **stage.panel.form.field(part, name).error.values)
    stage.press(line(stage, part, name), Qt.Key.Key_Escape)
    assert not refusals(stage)


def test_a_wrong_number_of_a_file_is_marked_without_being_touched(session: TrainingSession, qtbot: QtBot) -> None:
    stage = opened(session, qtbot, digits(optimizer=Choice("SGD", {"lr": -1.0})))
    [sentence] = refusals(stage)
    assert "lr" in sentence and "-1.0" in sentence


@pytest.mark.parametrize(("name", "typed"), [("batch_size", "16"), ("epochs", "7"), ("seed", "42")])
def test_the_numbers_of_a_run_are_edits_that_can_be_undone(
    session: TrainingSession, qtbot: QtBot, name: str, typed: str
) -> None:
    stage = opened(session, qtbot)
    stage.enter(line(stage, "run", name), typed)
    assert getattr(stage.document.layout.training, name) == int(typed)
    stage.document.undo()
    assert stage.document.layout == digits()


def test_an_emptied_number_goes_back_to_its_default(session: TrainingSession, qtbot: QtBot) -> None:
    stage = opened(session, qtbot, digits(batch_size=8))
    stage.enter(line(stage, "run", "batch_size"), "")
    assert stage.document.layout.training.batch_size == 64


def test_toy_points_bring_their_fields_along(session: TrainingSession, qtbot: QtBot) -> None:
    stage = opened(session, qtbot)
    with pytest.raises(KeyError):
        stage.panel.form.field("dataset", "noise")
    choose(stage, "dataset", "spi")
    stage.enter(line(stage, "dataset", "noise"), "0.3")
    assert stage.document.layout.training.dataset == Choice("spiral", {"noise": 0.3})
    # The next one in the list.
    stage.press(stage.panel.form.boxes["dataset"], Qt.Key.Key_Down)
    assert stage.document.layout.training.dataset == Choice("moons", {"noise": 0.3})
    until(qtbot, lambda: line(stage, "dataset", "noise").isVisible())


def test_rare_arguments_are_folded_and_counted_when_they_differ(session: TrainingSession, qtbot: QtBot) -> None:
    adam = Choice("Adam", {"lr": 0.001, "weight_decay": 0.1})
    stage = opened(session, qtbot, digits(optimizer=adam))
    form = stage.panel.form
    details = form.sections["details"]
    assert not line(stage, "optimizer", "weight_decay").isVisible() and "1" in details.summary.text()
    details.title.setFocus(Qt.FocusReason.TabFocusReason)
    stage.press(details.title, Qt.Key.Key_Space)
    assert line(stage, "optimizer", "weight_decay").isVisible()
    qtbot.mouseClick(form.field("optimizer", "amsgrad").editor.held, Qt.MouseButton.LeftButton, pos=QPoint(8, 10))
    assert stage.document.layout.training.optimizer.arguments["amsgrad"] is True


def test_every_choice_has_a_line_about_it_in_both_languages(session: TrainingSession, qtbot: QtBot) -> None:
    stage = opened(session, qtbot)
    notes = []
    for _ in ("en", "ko"):
        boxes = stage.panel.form.boxes.values()
        notes.append([box.itemData(row, NOTE_ROLE) for box in boxes for row in range(box.count())])
        stage.words.set_language("ko")
    assert all(notes[0]) and all(notes[1])
    assert not set(notes[0]) & set(notes[1])


def test_a_device_that_is_missing_cannot_be_chosen_and_says_why(session: TrainingSession, qtbot: QtBot) -> None:
    stage = staged(qtbot, lambda _document, words, theme: DeviceBox(session, words, theme), digits())
    box = stage.panel
    assert box.count() == 1 + len(session.devices) and box.itemData(0) == session.device == "auto"
    assert "(" in box.currentText()
    for row, device in enumerate(session.devices, start=1):
        assert box.itemData(row) == device.name
        assert bool(box.model().item(row).flags() & Qt.ItemFlag.ItemIsEnabled) == device.available
        if not device.available:
            assert box.itemData(row, NOTE_ROLE) == stage.words.say(f"device.{device.reason}")
    try:
        box.setFocus(Qt.FocusReason.TabFocusReason)
        stage.press(box, Qt.Key.Key_Down)
        assert session.device == "cpu"
    finally:
        session.set_device("auto")


def test_train_trains_what_is_on_the_canvas_and_tells_how_far_it_is(session: TrainingSession, qtbot: QtBot) -> None:
    stage = opened(session, qtbot, digits(40))
    run = stage.panel.run
    said = []

    def note() -> None:
        said.append((session.state, run.go.text(), run.state.text()))

    session.changed.connect(note)
    stage.click(run.go)
    assert session.run_layout is stage.document.layout and run.stop.isEnabled()
    until(qtbot, lambda: session.state == "finished")
    session.changed.disconnect(note)
    running = [(button, state) for name, button, state in said if name == "running"]
    assert running and all(button == "Pause" and re.fullmatch(r"epoch \d+ / 40", state) for button, state in running)
    assert run.bar.value() == run.bar.maximum() and not run.stop.isEnabled()
    assert run.go.text() == "Train" and run.state.text() == "Finished"
    accuracy = f"{100 * session.metrics.test_accuracy[-1]:.1f} %"
    assert accuracy in run.numbers.text()


def test_pause_go_on_and_stop(session: TrainingSession, qtbot: QtBot) -> None:
    stage = opened(session, qtbot, digits(100_000))
    run = stage.panel.run
    run.go.setFocus(Qt.FocusReason.TabFocusReason)
    stage.press(run.go, Qt.Key.Key_Space)
    until(qtbot, lambda: session.state == "running" and len(session.metrics.losses))
    stage.press(run.go, Qt.Key.Key_Space)
    assert run.state.text() == stage.words.say("training.pausing") and not run.go.isEnabled()
    until(qtbot, lambda: session.state == "paused")
    steps = len(session.metrics.losses)
    assert run.go.text() == "Go on" and run.state.text() == f"paused in epoch {session.progress.epoch}"
    assert run.left.text() == ""
    stage.press(run.go, Qt.Key.Key_Space)
    until(qtbot, lambda: session.state == "running" and len(session.metrics.losses) > steps)
    until(qtbot, lambda: run.left.text())
    stage.click(run.stop)
    assert run.state.text() == stage.words.say("training.stopping") and not run.stop.isEnabled()
    until(qtbot, lambda: session.state == "stopped")
    assert run.go.text() == "Train" and run.state.text() == "Stopped" and not run.stop.isEnabled()


def test_with_problems_the_button_leads_to_them_instead(session: TrainingSession, qtbot: QtBot) -> None:
    stage = opened(session, qtbot, without_nodes(digits(), ["logits", "output"]))
    run = stage.panel.run
    count = len(stage.document.inference.errors)
    assert count and run.go.text() == ("See 1 problem" if count == 1 else f"See {count} problems")
    with qtbot.waitSignal(stage.panel.problems_wanted):
        stage.click(run.go)
    assert not session.busy and session.run_layout is not stage.document.layout
    stage.document.open(digits(), None)
    assert run.go.text() == "Train"


def test_a_failure_is_said_in_place_and_goes_with_the_next_run(session: TrainingSession, qtbot: QtBot) -> None:
    exploding = digits(optimizer=Choice("SGD", {"lr": 1000.0}), loss=Choice("MSELoss"))
    stage = opened(session, qtbot, exploding)
    run = stage.panel.run
    stage.click(run.go)
    until(qtbot, lambda: session.state == "failed")
    assert run.message.isVisible() and run.message.text() == stage.words.say(
        session.failure.rule, **session.failure.values
    )
    stage.words.set_language("ko")
    assert run.message.text() == Text("ko")(session.failure.rule, **session.failure.values)
    stage.document.open(digits(), None)
    stage.click(run.go)
    assert not run.message.isVisible()
    until(qtbot, lambda: session.state == "finished")


def test_an_edit_after_the_start_is_said_and_moving_a_node_is_none(session: TrainingSession, qtbot: QtBot) -> None:
    stage = opened(session, qtbot, digits(100_000))
    run = stage.panel.run
    stage.click(run.go)
    until(qtbot, lambda: session.state == "running")
    stage.document.apply("canvas.edit.move", lambda layout: with_positions(layout, {"relu": (300.0, 300.0)}))
    assert not run.earlier.isVisible()
    stage.document.apply("canvas.edit.delete", lambda layout: without_nodes(layout, ["relu"]))
    assert run.earlier.isVisible() and run.earlier.text() == stage.words.say("training.earlier")
    stage.document.undo()
    assert not run.earlier.isVisible()
    stage.document.apply("x", lambda layout: with_argument(layout, "hidden", "out_features", 8))
    assert run.earlier.isVisible()
    stage.document.undo()
    stage.enter(line(stage, "run", "batch_size"), "8")
    assert run.earlier.isVisible()


def test_words_and_colours_follow_the_menu(session: TrainingSession, qtbot: QtBot) -> None:
    stage = opened(session, qtbot)
    run, form = stage.panel.run, stage.panel.form
    stage.words.set_language("ko")
    assert run.go.text() == "학습" and form.field("run", "epochs").name.text() == "에포크"
    assert form.field("run", "epochs").editor.held.accessibleName() == "에포크"
    before = stage.panel.grab().toImage().pixelColor(2, 2)
    stage.theme.set_choice("dark")
    assert stage.panel.grab().toImage().pixelColor(2, 2) == stage.theme.colour("panel") != before


@pytest.mark.parametrize("language", ["en", "ko"])
def test_nothing_is_cut_off_where_there_is_little_room(session: TrainingSession, qtbot: QtBot, language: str) -> None:
    stage = opened(session, qtbot, digits(dataset=Choice("spiral")), language=language)
    stage.window.resize(300, 220)
    stage.panel.resize(300, 220)
    parts = [*stage.panel.findChildren(QLabel), *stage.panel.findChildren(QPushButton)]
    for part in parts:
        if (
            part.isVisible()
            and part.parentWidget() is not None
            and (not isinstance(part, QLabel) or not part.wordWrap())
        ):
            assert part.width() >= part.minimumSizeHint().width(), part.text()
    inside = QRect(stage.panel.mapToGlobal(QPoint(0, 0)), stage.panel.size())
    for button in (stage.panel.run.go, stage.panel.run.stop):
        assert inside.contains(QRect(button.mapToGlobal(QPoint(0, 0)), button.size()))


def test_every_field_has_a_name_and_is_reached_with_the_tab_key(session: TrainingSession, qtbot: QtBot) -> None:
    stage = opened(session, qtbot)
    form = stage.panel.form
    form.boxes["dataset"].setFocus(Qt.FocusReason.TabFocusReason)
    reached = []
    for _ in range(16):
        widget = QApplication.focusWidget()
        assert widget is not None
        reached.append(widget.accessibleName() or getattr(widget, "text", str)())
        stage.press(widget, Qt.Key.Key_Tab)
    wanted = ["Data set", "Loss", "Add another loss", "Optimizer", "lr", "Batch size", "Epochs", "Seed"]
    wanted += ["Details", "Schedule", "Gradients", "Early stopping, EMA", "Computing", "Train"]
    assert reached[: len(wanted)] == wanted


def test_before_torch_is_there_train_can_be_pressed_and_waits(qtbot: QtBot) -> None:
    with owned() as cold:
        stage = stage_for(TrainingPanel, cold, qtbot, digits(1), ready=False)
        assert stage.panel.run.state.text() == stage.words.say("session.starting")
        stage.click(stage.panel.run.go)
        until(qtbot, lambda: cold.state == "finished")
        assert len(cold.metrics.epochs) == 1


def test_a_choice_keeps_what_differs_from_its_own_default() -> None:
    from core.training import optimizers
    from gui.panels.training_edits import with_choice

    layout = replace(digits_mlp(), training=replace(digits_mlp().training, optimizer=Choice("SGD", {"lr": 0.01})))
    changed = with_choice(layout, "optimizer", "RMSprop", optimizers.fields("RMSprop"))
    assert changed.training.optimizer == Choice("RMSprop", {})
    assert with_choice(layout, "optimizer", "SGD", optimizers.fields("SGD")) is layout


def test_training_is_an_edit_of_the_layout_alone() -> None:
    from gui.panels.training_edits import with_setting

    layout = chain(("logits", "Linear", {"out_features": 10}))
    assert with_setting(layout, "epochs", 3) == with_training(layout, replace(layout.training, epochs=3))


# --- no data set yet ---


@pytest.mark.parametrize(("language", "called"), [("en", "No data set yet"), ("ko", "아직 없음")])
def test_that_there_is_no_data_set_yet_is_a_choice_in_words(
    session: TrainingSession, qtbot: QtBot, language: str, called: str
) -> None:
    stage = opened(session, qtbot, language=language)
    box = stage.panel.form.boxes["dataset"]
    row = box.findText(called)
    assert row >= 0 and box.itemData(row, NOTE_ROLE) == Text(language)("dataset.none")
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_End)
    assert stage.document.layout.training.dataset == Choice("none")
    assert box.currentText() == called


def test_without_data_the_button_opens_the_list_of_data_sets(session: TrainingSession, qtbot: QtBot) -> None:
    layout = with_argument(digits(), "images", "shape", (1, 8, 8))
    stage = opened(session, qtbot, with_training(layout, replace(layout.training, dataset=Choice("none"))))
    assert stage.document.inference.errors == ()
    go, box = stage.panel.run.go, stage.panel.form.boxes["dataset"]
    assert go.text() == "Choose a data set" and go.toolTip() == Text("en")("training.no_data")
    stage.click(go)
    assert box.view().isVisible() and not session.busy
    stage.press(box.view(), Qt.Key.Key_Home)
    stage.press(box.view(), Qt.Key.Key_Return)
    assert stage.document.layout.training.dataset.name == "digits"
    assert go.text() == "Train" and not box.view().isVisible()


def test_in_a_low_window_the_settings_keep_their_room(session: TrainingSession, qtbot: QtBot) -> None:
    stage = opened(session, qtbot)
    panel = stage.panel
    trained(session, qtbot, stage.document.layout)
    run, said = panel.run, panel.run.state.text()

    def beside_the_buttons() -> bool:
        """What the run says then stands beside its buttons, and not between them and the bar."""
        room = run.bar.mapTo(run, run.bar.rect().topLeft()).y() - run.stop.geometry().bottom()
        return bool(room < run.state.fontMetrics().height())

    for height, low in ((420, False), (180, True), (420, False)):
        panel.resize(320, height)
        qtbot.waitUntil(lambda low=low: beside_the_buttons() is low)  # type: ignore[misc]
        assert run.state.isVisible() and run.state.text() == said


def test_what_changes_a_run_is_more_than_layers_and_wires() -> None:
    layout = blocks()
    inside = layout.blocks["ResidualBlock"]
    moved = {key: replace(node, position=(9, 9)) for key, node in inside.nodes.items()}
    assert trained_alike(layout, replace(layout, blocks={"ResidualBlock": replace(inside, nodes=moved)}))
    assert not trained_alike(layout, with_repeat(layout, "body", 2))
    assert not trained_alike(layout, with_frozen(layout, "conv", True))
    wider = replace(inside, arguments={**inside.arguments, "width": 16})
    assert not trained_alike(layout, replace(layout, blocks={"ResidualBlock": wider}))
