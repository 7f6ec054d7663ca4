"""Looking into a layer before, during and after training, as a person does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from examples import chain, digits_mlp, residual
from learning import digits, stage_for, trained, until
from network_examples import blocks, recurrent
from panel_stage import Stage
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.compiler import compile_model
from core.inspection.tensors import look, view
from core.layout import Layout, with_argument, with_muted, with_positions, without_nodes
from core.shapes import infer
from gui.panels import heat
from gui.panels.dense_cells import EDGE, PADDING, shortened
from gui.panels.parameters import VIEWS, ParametersPanel
from gui.panels.picture_view import PictureView
from gui.panels.tensor_table import COLUMNS, TensorTable
from gui.panels.tiles import GAP, tiled
from gui.panels.value_table import ValueTable
from gui.theme import Theme
from gui.training_session import TrainingSession
from gui.words import Words


def opened(session: TrainingSession, qtbot: QtBot, layout: Layout | None = None, language: str = "en") -> Stage:
    return stage_for(ParametersPanel, session, qtbot, layout or digits(), language=language, size=(320, 440))


def select(stage: Stage, session: TrainingSession, node_id: str) -> None:
    """Select a node and wait for its parameters."""
    stage.document.select([node_id])
    until(stage.qtbot, lambda: session.snapshot is not None and session.snapshot.node == node_id)


def turn(stage: Stage, name: str) -> None:
    """Click on a tab."""
    tabs = stage.panel.tabs
    place = tabs.tabRect(VIEWS.index(name)).center()
    stage.qtbot.mouseClick(tabs, Qt.MouseButton.LeftButton, pos=place)


def row(stage: Stage, name: str) -> dict[str, str]:
    model = stage.panel.table.model()
    for index in range(model.rowCount()):
        cells = [model.index(index, column).data() for column in range(len(COLUMNS))]
        if cells[0] == name:
            return dict(zip(COLUMNS, cells, strict=True))
    raise AssertionError(f"{name} is not in the table")


def number(text: str) -> float:
    return float(text.replace("−", "-").replace(",", ""))


def numbers(stage: Stage) -> np.ndarray:
    model = stage.panel.values.numbers
    shape = (model.rowCount(), model.columnCount())
    return np.array([[number(model.index(r, c).data()) for c in range(shape[1])] for r in range(shape[0])])


def fresh(width: int) -> Layout:
    """A network that no other test trains: what a run has trained is shown wherever the same node is selected."""
    return with_argument(digits(), "hidden", "out_features", width)


def weights_of(layout: Layout) -> dict[str, torch.Tensor]:
    """What training starts with, made here."""
    torch.manual_seed(layout.training.seed)
    return compile_model(infer(layout)).state_dict()


def test_before_training_a_layer_shows_what_the_seed_gives(session: TrainingSession, qtbot: QtBot) -> None:
    stage = opened(session, qtbot, fresh(29))
    select(stage, session, "hidden")
    weight = weights_of(stage.document.layout)["hidden.weight"]
    assert stage.panel.title.text() == "hidden" and stage.panel.source.text() == "before training"
    shown = row(stage, "weight")
    assert shown["shape"] == "29×64"
    assert number(shown["minimum"]) == pytest.approx(float(weight.min()), abs=0.01)
    assert number(shown["maximum"]) == pytest.approx(float(weight.max()), abs=0.01)
    turn(stage, "values")
    assert np.allclose(numbers(stage), weight.numpy(), atol=5e-5)


def test_another_seed_gives_other_parameters_at_once(session: TrainingSession, qtbot: QtBot) -> None:
    stage = opened(session, qtbot, fresh(29))
    select(stage, session, "hidden")
    before = session.snapshot
    stage.document.apply(
        "training.edit_seed", lambda layout: replace(layout, training=replace(layout.training, seed=1))
    )
    until(qtbot, lambda: session.snapshot is not before)
    turn(stage, "values")
    assert np.allclose(numbers(stage), weights_of(stage.document.layout)["hidden.weight"].numpy(), atol=5e-5)


def test_while_training_it_is_live_and_after_it_what_was_learned(session: TrainingSession, qtbot: QtBot) -> None:
    stage = opened(session, qtbot, digits(100_000))
    select(stage, session, "logits")
    turn(stage, "values")
    before = numbers(stage)
    session.start(stage.document.layout)
    until(qtbot, lambda: session.snapshot is not None and session.snapshot.source == "training")
    first = session.snapshot.step
    assert stage.panel.source.text() == f"live · step {first:,}"
    until(qtbot, lambda: session.snapshot is not None and session.snapshot.step > first)
    assert not np.allclose(numbers(stage), before, atol=5e-5)
    session.stop()
    until(qtbot, lambda: session.snapshot is not None and session.snapshot.source == "trained")
    assert stage.panel.source.text() == f"after training · step {session.snapshot.step:,}"


def test_gradients_come_with_the_first_step(session: TrainingSession, qtbot: QtBot) -> None:
    stage = opened(session, qtbot, fresh(32 - 1))
    select(stage, session, "hidden")
    gradients = stage.panel.kinds.buttons["gradients"]
    assert not gradients.isEnabled() and gradients.toolTip() == stage.words.say("parameters.gradients_none_tip")
    trained(session, qtbot, stage.document.layout)
    until(qtbot, lambda: gradients.isEnabled())
    stage.click(gradients)
    turn(stage, "values")
    gradient = session.snapshot.tensor("weight", "gradient")
    # The table rounds to four decimals, or to four digits where a number is small.
    assert np.allclose(numbers(stage), gradient.values.reshape(31, 64), atol=5e-5, rtol=1e-2)
    stage.click(stage.panel.kinds.buttons["weights"])
    assert np.allclose(numbers(stage), session.snapshot.tensor("weight").values.reshape(31, 64), atol=5e-5)


def test_a_tensor_is_chosen_with_the_keys(session: TrainingSession, qtbot: QtBot) -> None:
    stage = opened(session, qtbot, fresh(30))
    select(stage, session, "hidden")
    turn(stage, "values")
    table = stage.panel.table
    table.setFocus(Qt.FocusReason.TabFocusReason)
    stage.press(table, Qt.Key.Key_Down)
    bias = weights_of(stage.document.layout)["hidden.bias"].numpy()
    assert table.tensor.name == "bias" and np.allclose(numbers(stage)[:, 0], bias, atol=5e-5)
    select(stage, session, "logits")
    # The same tensor of another layer, and its view, as one compares layers.
    assert table.tensor.name == "bias" and stage.panel.values.isVisible() and len(numbers(stage)) == 10


def test_buffers_are_shown_as_what_the_layer_keeps(session: TrainingSession, qtbot: QtBot) -> None:
    layout = chain(
        ("conv", "Conv2d", {"out_channels": 4, "kernel_size": 3}), ("norm", "BatchNorm2d", {}),
        ("flatten", "Flatten", {}), ("logits", "Linear", {"out_features": 10}),
    )  # fmt: skip
    stage = opened(session, qtbot, layout)
    select(stage, session, "norm")
    assert row(stage, "running_var")["mean"] in ("1.00", "1.000")


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize(
    ("node", "key"),
    [("relu", "no_parameters"), ("images", "no_parameters_input"), ("output", "no_parameters_output")],
)
def test_where_nothing_is_learned_a_sentence_says_so(
    session: TrainingSession, qtbot: QtBot, node: str, key: str, language: str
) -> None:
    stage = opened(session, qtbot, language=language)
    select(stage, session, node)
    assert stage.panel.empty.text.isVisible() and not stage.panel.table.isVisible()
    assert stage.panel.empty.text.text() == stage.words.say(f"parameters.{key}", layer="ReLU")


def test_a_muted_node_is_not_taken_for_an_identity(session: TrainingSession, qtbot: QtBot) -> None:
    stage = opened(session, qtbot, with_muted(digits(), ["hidden"], True))
    stage.document.select(["hidden"])
    assert stage.panel.empty.text.text() == stage.words.say("parameters.muted")


def test_without_a_single_selected_node_it_says_what_to_do(session: TrainingSession, qtbot: QtBot) -> None:
    stage = opened(session, qtbot)
    assert stage.panel.empty.text.text() == stage.words.say("parameters.none_selected")
    stage.document.select(["hidden", "logits"])
    assert stage.panel.empty.text.text() == stage.words.say("parameters.several_selected", count=2)
    stage.words.set_language("ko")
    assert "2" in stage.panel.empty.text.text() and "노드" in stage.panel.empty.text.text()


def opened_inside(session: TrainingSession, qtbot: QtBot, node_id: str, repeat: int = 2, epochs: int = 2) -> Stage:
    """In the repeated block of a network, with the parameters of a node in there."""
    layout = blocks(repeat)
    stage = opened(session, qtbot, replace(layout, training=replace(layout.training, epochs=epochs)))
    stage.document.enter("body")
    stage.document.select([node_id])
    until(qtbot, lambda: session.snapshot is not None and session.snapshot.node == f"body.0.{node_id}")
    return stage


def test_inside_a_block_a_node_shows_its_own_parameters(session: TrainingSession, qtbot: QtBot) -> None:
    stage = opened_inside(session, qtbot, "conv")
    torch.manual_seed(stage.document.root.training.seed)
    weight = compile_model(infer(stage.document.root)).get_parameter("body.0.conv.weight").detach().numpy()
    assert np.array_equal(numbers_of(session), weight.reshape(-1))
    assert number(row(stage, "weight")["minimum"]) == pytest.approx(float(weight.min()), abs=0.01)
    assert row(stage, "weight")["shape"] == "8×8×3×3"
    assert stage.panel.title.text() == "conv"
    assert stage.panel.source.text() == "body.0.conv · before training"
    # At the top a node of the same name is another one.
    stage.document.leave()
    select(stage, session, "conv")
    assert row(stage, "weight")["shape"] == "8×1×3×3" and stage.panel.source.text() == "before training"


def test_inside_a_block_training_is_live_with_gradients(session: TrainingSession, qtbot: QtBot) -> None:
    stage = opened_inside(session, qtbot, "conv", repeat=3, epochs=3)
    first = numbers_of(session)
    session.start(stage.document.root)
    until(qtbot, lambda: session.snapshot is not None and session.snapshot.source == "training")
    until(qtbot, lambda: stage.panel.kinds.buttons["gradients"].isEnabled())
    assert session.snapshot is not None and session.snapshot.node == "body.0.conv"
    assert session.snapshot.tensor("weight", "gradient") is not None
    until(qtbot, lambda: not session.busy)
    until(qtbot, lambda: session.snapshot is not None and session.snapshot.source == "trained")
    assert not np.array_equal(first, numbers_of(session))
    # Where a node stands in there is no part of what was learned.
    stage.document.apply("canvas.edit.move", lambda layout: with_positions(layout, {"conv": (40.0, 0.0)}))
    select_inside(stage, session, "norm")
    assert session.snapshot is not None and session.snapshot.source == "trained"


def test_inside_a_block_what_has_no_parameters_says_so(session: TrainingSession, qtbot: QtBot) -> None:
    stage = opened_inside(session, qtbot, "drop")
    assert stage.panel.empty.text.text() == "Dropout has no parameters: there is nothing to learn here."
    stage.document.select(["x"])
    assert "Input" not in stage.panel.title.text() and stage.panel.empty.isVisible()


def numbers_of(session: TrainingSession) -> np.ndarray:
    assert session.snapshot is not None
    tensor = session.snapshot.tensor("weight")
    assert tensor is not None
    return tensor.values


def select_inside(stage: Stage, session: TrainingSession, node_id: str) -> None:
    stage.document.select([node_id])
    until(stage.qtbot, lambda: session.snapshot is not None and session.snapshot.node == f"body.0.{node_id}")


def test_a_node_that_was_changed_after_the_start_is_not_part_of_the_run(session: TrainingSession, qtbot: QtBot) -> None:
    stage = opened(session, qtbot, digits(100_000))
    session.start(stage.document.layout)
    until(qtbot, lambda: session.state == "running")
    select(stage, session, "hidden")
    stage.document.apply("x", lambda layout: with_argument(layout, "hidden", "out_features", 8))
    assert stage.panel.empty.text.text() == stage.words.say("parameters.not_running")
    stage.document.undo()
    until(qtbot, lambda: stage.panel.table.isVisible())


def test_a_broken_network_asks_for_a_mend(session: TrainingSession, qtbot: QtBot) -> None:
    stage = opened(session, qtbot, without_nodes(digits(), ["output"]))
    stage.document.select(["hidden"])
    until(qtbot, lambda: stage.panel.empty.text.text() == stage.words.say("parameters.broken"))


def test_a_panel_that_nobody_sees_looks_at_nothing(session: TrainingSession, qtbot: QtBot) -> None:
    stage = opened(session, qtbot)
    select(stage, session, "hidden")
    stage.window.hide()
    until(qtbot, lambda: session.snapshot is None)
    stage.window.show()
    until(qtbot, lambda: stage.panel.table.isVisible())


def test_values_that_are_not_finite_are_counted_in_words(qtbot: QtBot) -> None:
    stage = opened(TrainingSession(), qtbot)
    wrong = view("weight", "parameter", torch.tensor([[float("nan"), 1.0], [float("inf"), 2.0]]))
    stage.panel._show_tensor(wrong)
    assert stage.panel.warning.text().startswith("2 of 4 values") and not stage.panel.warning.isHidden()
    stage.panel._show_tensor(view("weight", "parameter", torch.ones(2, 2)))
    assert stage.panel.warning.isHidden()


def test_every_filter_of_a_convolution_is_a_picture_of_its_own(session: TrainingSession, qtbot: QtBot) -> None:
    stage = opened(session, qtbot, residual())
    select(stage, session, "stem")
    turn(stage, "picture")
    picture = stage.panel.picture
    weight = weights_of(residual())["stem.weight"].numpy()
    place = picture.tiles().cell(5, 2, 1).center().toPoint()
    qtbot.mouseMove(picture, place)
    assert picture.reading.startswith("filter 5 [2, 1] = ")
    assert number(picture.reading.split("= ")[1]) == pytest.approx(float(weight[5, 0, 2, 1]), rel=1e-3)
    assert picture.note == "8 filters, each the mean over its input channels"
    qtbot.mouseMove(picture, QPoint(1, picture.height() - 2))
    assert picture.reading == ""


def test_the_picture_is_read_with_the_keys(session: TrainingSession, qtbot: QtBot) -> None:
    stage = opened(session, qtbot, fresh(29))
    select(stage, session, "hidden")
    turn(stage, "picture")
    picture = stage.panel.picture
    picture.setFocus(Qt.FocusReason.TabFocusReason)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Right):
        stage.press(picture, key)
    weight = weights_of(stage.document.layout)["hidden.weight"].numpy()
    assert picture.reading.startswith("[1, 1] = ") and picture.accessibleDescription() == picture.reading
    assert number(picture.reading.split("= ")[1]) == pytest.approx(float(weight[1, 1]), rel=1e-3)


def test_the_histogram_counts_every_value(session: TrainingSession, qtbot: QtBot) -> None:
    stage = opened(session, qtbot, fresh(29))
    select(stage, session, "hidden")
    histogram = stage.panel.histogram
    histogram.setFocus(Qt.FocusReason.TabFocusReason)
    stage.press(histogram, Qt.Key.Key_Right)
    counts = session.snapshot.tensor("weight").histogram.counts
    assert f": {counts[33]} values" in histogram.reading
    plot = histogram._plot()
    read = []
    for index in range(len(counts)):
        qtbot.mouseMove(histogram, QPoint(round(plot.left() + (index + 0.5) * plot.width() / len(counts)), 60))
        read.append(int(histogram.reading.split(": ")[1].split(" ")[0]))
    assert sum(read) == 29 * 64


def test_words_and_colours_follow_the_menu(session: TrainingSession, qtbot: QtBot) -> None:
    stage = opened(session, qtbot, fresh(28))
    select(stage, session, "hidden")
    stage.words.set_language("ko")
    assert stage.panel.source.text() == "학습 전" and stage.panel.tabs.tabText(0) == "히스토그램"
    header = stage.panel.table.model().headerData(0, Qt.Orientation.Horizontal)
    assert header == "이름" and "이 노드" in stage.panel.table.accessibleName()
    turn(stage, "picture")
    light = stage.panel.picture.grab().toImage()
    stage.theme.set_choice("dark")
    assert stage.panel.picture.grab().toImage() != light
    assert stage.panel.grab().toImage().pixelColor(2, 2) == stage.theme.colour("panel")


# The views themselves, without a process.


def test_colours_stand_for_the_sign_and_the_size(qapp: QApplication) -> None:
    theme = Theme("light")
    values = np.array([[-2.0, 0.0, 1.0, 2.0, np.nan]], np.float32)
    image = heat.image(values, heat.reach(values), theme)
    colours = theme.colormap("diverging")
    seen = [image.pixelColor(column, 0).getRgb()[:3] for column in range(5)]
    assert (
        seen[0] == tuple(colours[1][:3]) and seen[1] == tuple(colours[128][:3]) and seen[3] == tuple(colours[255][:3])
    )
    assert seen[2] == tuple(colours[191][:3]) and image.pixelColor(4, 0) == theme.colour("bad")
    assert heat.reach(values) == 2.0 and heat.reach(np.zeros(3)) == 1.0


def test_names_of_a_block_are_told_apart_in_a_narrow_panel(qtbot: QtBot, qapp: QApplication) -> None:
    table = TensorTable(Words("en"), Theme("light"))
    qtbot.addWidget(table)
    table.resize(316, 200)
    table.show()
    names = [f"{place}.{part}" for place in ("0", "1") for part in ("conv1.weight", "conv2.weight", "bn1.bias")]
    table.show_tensors([view(name, "parameter", torch.randn(256, 128, 3, 3)) for name in names])
    assert not table.horizontalScrollBar().isVisible()
    shown = [column for column in COLUMNS if not table.isColumnHidden(COLUMNS.index(column))]
    assert shown == ["name", "shape", "mean", "std"]
    metrics, room = QFontMetrics(Theme("light").font(11, mono=True)), table.columnWidth(0) - EDGE - PADDING
    assert len({shortened(name, metrics, room) for name in names}) == len(names)
    table.resize(560, 200)
    qtbot.waitUntil(lambda: not any(table.isColumnHidden(column) for column in range(len(COLUMNS))))


@pytest.mark.parametrize("height", [272, 300, 440])
def test_in_a_low_panel_nothing_lies_over_something_else(session: TrainingSession, qtbot: QtBot, height: int) -> None:
    stage = opened(session, qtbot, recurrent())
    select(stage, session, "lstm")
    stage.panel.resize(316, height)
    parts = (stage.panel.title, stage.panel.table, stage.panel.tabs, stage.panel.histogram)
    # The layouts have their say when the events of the resize are handled.
    qtbot.waitUntil(lambda: stage.panel.histogram.mapTo(stage.panel, QPoint(0, 0)).y() < height - 90)
    tops = [part.mapTo(stage.panel, QPoint(0, 0)).y() for part in parts]
    assert all(part.isVisible() for part in parts)
    for part, top, below in zip(parts, tops, [*tops[1:], height], strict=True):
        assert top + part.height() <= below
    assert stage.panel.histogram.height() >= 90 and stage.panel.table.height() >= 3 * 22


def test_a_name_is_cut_behind_its_beginning(qapp: QApplication) -> None:
    metrics = QFontMetrics(Theme("light").font(11, mono=True))
    name = "0.downsample.0.weight"
    for letters in (8, 14, 20):
        cut = shortened(name, metrics, metrics.horizontalAdvance("m" * letters))
        assert cut.startswith("0.…") and name.endswith(cut[3:]) and len(cut) >= letters - 1
    assert shortened(name, metrics, metrics.horizontalAdvance(name)) == name


def test_what_the_picture_paints_is_the_tensor(qtbot: QtBot, qapp: QApplication) -> None:
    theme = Theme("light")
    picture = PictureView(Words("en"), theme)
    qtbot.addWidget(picture)
    picture.resize(300, 200)
    weight = torch.tensor([[1.0, -1.0, 0.0], [0.5, 0.0, -0.5]])
    picture.show_tensor(view("weight", "parameter", weight))
    image = picture.grab().toImage()
    colours = theme.colormap("diverging")
    for r in range(2):
        for c in range(3):
            place = picture.tiles().cell(0, r, c).center().toPoint()
            shade = heat.shades(weight.numpy()[r : r + 1, c : c + 1], 1.0)[0, 0]
            assert image.pixelColor(place).getRgb()[:3] == tuple(colours[shade][:3])


def test_a_large_tensor_shows_its_first_values_and_says_so(qtbot: QtBot, qapp: QApplication) -> None:
    tensor = view("weight", "parameter", torch.randn(700, 300))
    values = ValueTable(Theme("light"))
    qtbot.addWidget(values)
    values.show_tensor(tensor)
    model = values.numbers
    assert (model.rowCount(), model.columnCount()) == (-(-65_536 // 300), 300)
    assert model.index(model.rowCount() - 1, 299).data() is None
    assert number(model.index(100, 7).data()) == pytest.approx(float(tensor.values[30_007]), abs=5e-5)
    assert "[100, 7]" in model.index(100, 7).data(Qt.ItemDataRole.ToolTipRole)


def test_columns_of_a_convolution_are_named_by_all_their_indices(qtbot: QtBot, qapp: QApplication) -> None:
    weight = torch.randn(4, 3, 2, 2)
    values = ValueTable(Theme("light"))
    qtbot.addWidget(values)
    values.show_tensor(view("weight", "parameter", weight))
    model = values.numbers
    assert model.headerData(7, Qt.Orientation.Horizontal) == "1,1,1"
    assert number(model.index(2, 7).data()) == pytest.approx(float(weight[2, 1, 1, 1]), abs=5e-5)


@pytest.mark.parametrize(
    "shape", [(1, 10, 512), (1, 1, 4), (8, 3, 3), (64, 7, 7), (1, 256, 256), (1, 300, 1), (30, 1, 9)]
)
def test_tiles_stay_inside_and_are_found_again(shape: tuple[int, int, int]) -> None:
    tiles = tiled(shape, 10, 20, 280, 160)
    for tile in {0, shape[0] // 2, shape[0] - 1}:
        rect = tiles.rect(tile)
        assert rect.left() >= 10 and rect.top() >= 20 and rect.right() <= 290.01 and rect.bottom() <= 180.01
        for r in {0, shape[1] - 1}:
            for c in {0, shape[2] - 1}:
                place = tiles.cell(tile, r, c).center()
                assert tiles.at(place.x(), place.y()) == (tile, r, c)
    if shape[0] > 1:
        between = tiles.rect(0).right() + GAP / 2
        assert tiles.at(between, 21) is None
    assert tiles.moved((0, 0, 0), -1, 0) == (0, 0, 0)


def test_a_snapshot_of_every_kind_of_layer_can_be_drawn(qtbot: QtBot, qapp: QApplication) -> None:
    from torch import nn

    fresh = TrainingSession()
    stage = opened(fresh, qtbot, digits_mlp())
    modules = [
        nn.Linear(1, 1), nn.Conv1d(2, 3, 5), nn.Conv3d(1, 2, 3), nn.ConvTranspose2d(4, 2, 3), nn.Embedding(1000, 3),
        nn.PReLU(), nn.LayerNorm(5), nn.Linear(2000, 300),
    ]  # fmt: skip
    for module in modules:
        snapshot = look("hidden", module, "initial", 0)
        for tensor in snapshot.tensors:
            for name in VIEWS:
                viewer = stage.panel._views[name]
                viewer.show_tensor(tensor)
                viewer.resize(300, 200)
                assert not viewer.grab().isNull()
