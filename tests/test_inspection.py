"""What is seen of a tensor, against numpy and torch."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from core.blocks import interior, with_interior
from core.inspection.snapshot import TensorView
from core.inspection.tensors import BINS, look, view
from core.inspection.watching import Watching, same_network, same_node, same_parameters
from core.layout import Layout, with_argument, with_frozen, with_positions, with_repeat, with_title


def seen(tensor: torch.Tensor, **options: bool) -> TensorView:
    return view("weight", "parameter", tensor, **options)


def test_numbers_are_those_of_torch() -> None:
    tensor = torch.randn(37, 11)
    statistics = seen(tensor).statistics
    assert statistics.mean == pytest.approx(tensor.mean().item(), abs=1e-6)
    assert statistics.std == pytest.approx(tensor.std(correction=0).item(), rel=1e-5)
    assert (statistics.minimum, statistics.maximum) == (tensor.min().item(), tensor.max().item())
    assert statistics.not_finite == 0


def test_the_histogram_is_that_of_numpy() -> None:
    tensor = torch.randn(10_000, generator=torch.Generator().manual_seed(0))
    histogram = seen(tensor).histogram
    counts, edges = np.histogram(tensor.numpy(), BINS)
    assert histogram.counts.sum() == 10_000
    assert np.abs(histogram.counts - counts).max() <= 2
    assert np.allclose(histogram.edges, edges, atol=1e-6)


@pytest.mark.parametrize(
    ("shape", "picture"),
    [
        ((), (1, 1)),
        ((5,), (1, 5)),
        ((3, 4), (3, 4)),
        ((8, 2, 3, 3), (8, 18)),
        ((512, 784), (256, 256)),
        ((300,), (1, 256)),
        ((0, 4), (1, 1)),
        ((257, 1), (256, 1)),
    ],
)
def test_a_picture_has_a_row_for_each_output_and_fits_a_panel(shape: tuple[int, ...], picture: tuple[int, int]) -> None:
    one = seen(torch.randn(shape))
    assert one.shape == shape and one.picture.shape == picture and one.picture.dtype == np.float32
    assert one.size == torch.Size(shape).numel()


def test_a_small_picture_shows_every_value_and_a_large_one_the_means_of_blocks() -> None:
    tensor = torch.randn(6, 9)
    assert np.array_equal(seen(tensor).picture, tensor.numpy())
    tensor = torch.randn(512, 1024)
    blocks = tensor.reshape(256, 2, 256, 4).mean((1, 3)).numpy()
    assert np.allclose(seen(tensor).picture, blocks, atol=1e-6)
    tensor = torch.randn(300, 2)
    assert seen(tensor).picture.mean() == pytest.approx(tensor.mean().item(), abs=0.05)


def test_filters_of_a_convolution_are_small_images() -> None:
    layer = nn.Conv2d(3, 100, (5, 4))
    filters = look("conv", layer, "initial", 0).tensors[0].filters
    assert filters is not None and filters.shape == (64, 5, 4)
    assert np.allclose(filters, layer.weight.detach().mean(1)[:64], atol=1e-6)


def test_filters_of_a_transposed_convolution_belong_to_its_outputs() -> None:
    layer = nn.ConvTranspose2d(3, 7, 2)
    filters = look("conv", layer, "initial", 0).tensors[0].filters
    assert filters is not None and filters.shape == (7, 2, 2)
    assert np.allclose(filters, layer.weight.detach().mean(0), atol=1e-6)


def test_filters_in_one_dimension_have_one_row_and_other_layers_have_none() -> None:
    one = look("conv", nn.Conv1d(2, 4, 3), "initial", 0).tensors[0]
    assert one.filters is not None and one.filters.shape == (4, 1, 3)
    assert look("conv", nn.Conv1d(2, 4, 3), "initial", 0).tensors[1].filters is None
    assert look("linear", nn.Linear(2, 3), "initial", 0).tensors[0].filters is None


def test_values_are_the_first_of_a_table_in_torchs_order() -> None:
    tensor = torch.randn(300, 300)
    values = seen(tensor).values
    assert len(values) == 65_536 and np.array_equal(values, tensor.flatten()[:65_536].numpy())


def test_values_that_are_no_numbers_are_counted_and_left_out() -> None:
    tensor = torch.tensor([1.0, float("nan"), 3.0, float("inf"), float("-inf")])
    one = seen(tensor)
    assert (one.statistics.not_finite, one.statistics.mean, one.statistics.maximum) == (3, 2.0, 3.0)
    assert one.histogram.counts.sum() == 2
    nothing = seen(torch.full((4,), float("nan")))
    assert nothing.statistics.not_finite == 4 and nothing.histogram.counts.sum() == 0


@pytest.mark.parametrize("value", [0.0, 1.5, -3e30, 1e-40])
def test_equal_values_have_a_histogram_with_room_around_them(value: float) -> None:
    histogram = seen(torch.full((9,), value)).histogram
    assert histogram.counts.sum() == 9 and (np.diff(histogram.edges) > 0).all()


@pytest.mark.parametrize("dtype", [torch.float64, torch.float16, torch.bfloat16, torch.int64, torch.bool])
def test_every_kind_of_number_can_be_seen(dtype: torch.dtype) -> None:
    one = seen(torch.ones(3, 3).to(dtype))
    assert one.values.dtype == np.float32 and one.statistics.mean == 1


def test_a_layer_shows_parameters_then_their_gradients_then_buffers() -> None:
    layer = nn.BatchNorm1d(4)
    layer(torch.randn(8, 4)).sum().backward()
    snapshot = look("norm", layer, "training", 7)
    assert [(one.name, one.kind) for one in snapshot.tensors] == [
        ("weight", "parameter"),
        ("weight", "gradient"),
        ("bias", "parameter"),
        ("bias", "gradient"),
        ("running_mean", "buffer"),
        ("running_var", "buffer"),
        ("num_batches_tracked", "buffer"),
    ]
    assert (snapshot.node, snapshot.layer, snapshot.source, snapshot.step) == ("norm", "BatchNorm1d", "training", 7)
    assert snapshot.tensor("bias", "gradient") is snapshot.tensors[3]
    assert look("add", None, "trained", 7).tensors == look("relu", nn.ReLU(), "trained", 7).tensors == ()


def test_a_snapshot_is_a_copy_that_travels() -> None:
    layer = nn.Linear(3, 2)
    snapshot = look("linear", layer, "training", 1)
    before = snapshot.tensors[0].values.copy()
    with torch.no_grad():
        layer.weight.add_(1)
    assert np.array_equal(snapshot.tensors[0].values, before)
    assert np.array_equal(snapshot.tensors[0].picture.reshape(-1), before)
    assert np.array_equal(pickle.loads(pickle.dumps(snapshot)).tensors[0].values, before)


def test_moving_a_node_asks_nothing_and_changing_an_argument_does(digits: Layout) -> None:
    watching = Watching()
    assert watching.look_at(digits, "hidden")
    assert not watching.look_at(with_positions(digits, {"hidden": (5.0, 5.0)}), "hidden")
    assert not watching.look_at(with_title(digits, "other"), "hidden")
    assert watching.look_at(digits, "logits")
    assert watching.look_at(with_argument(digits, "hidden", "out_features", 9), "logits")
    assert same_network(digits, digits) and not same_network(digits, None)


def test_only_one_question_is_on_its_way_and_the_newest_is_asked_again() -> None:
    watching = Watching()
    assert watching.next_request() == 1
    assert watching.next_request() is None
    assert not watching.answered(1)
    assert watching.next_request() == 2
    assert watching.answered(2) and not watching.asked


@pytest.fixture
def digits() -> Layout:
    from examples import digits_mlp

    return digits_mlp()


def test_weights_of_a_block_are_those_of_its_inside_and_its_repetition() -> None:
    from tests.graphs import little_resnet

    layout = little_resnet()
    assert same_network(layout, with_positions(layout, {"stem": (9.0, 9.0)}))
    assert same_node(layout, with_frozen(layout, "stage1", True), "stage1")
    assert not same_node(layout, with_repeat(layout, "stage1", 2), "stage1")
    inside = with_argument(interior(layout, "ResidualBlock"), "conv2", "kernel_size", 5)
    assert not same_network(layout, with_interior(layout, "ResidualBlock", inside))


def test_weights_inside_a_block_stay_the_same_while_nodes_in_there_are_moved_and_written_on() -> None:
    from tests.graphs import little_resnet

    layout = little_resnet()
    inside = with_positions(interior(layout, "ResidualBlock"), {"conv2": (9.0, 9.0)})
    noted = replace(inside, nodes={**inside.nodes, "norm1": replace(inside.nodes["norm1"], note="centres")})
    moved = with_interior(layout, "ResidualBlock", noted)
    assert moved != layout and same_network(layout, moved)
    for way in ("stage1.first.conv2", "stage1.rest.0.norm1", "stage1"):
        assert same_node(layout, moved, way) and same_parameters(layout, moved, way)
    wider = with_interior(layout, "ResidualBlock", with_argument(inside, "conv2", "kernel_size", 5))
    assert not same_node(layout, wider, "stage1.first.conv1")
    assert not same_node(layout, moved, "nowhere.conv1")
