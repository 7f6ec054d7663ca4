"""What a person asks for in a few words, and which layers fit where a wire was dropped."""

from __future__ import annotations

import pytest

from core.catalogue import ENTRIES
from core.fits import feeding_layers, fitting_layers
from core.layout import Layout, Node
from core.layout_reader import loads
from core.requests import parse_request, request_arguments
from core.shapes import infer, pending
from core.values import Reference, Value
from tests.graphs import block, graph
from tests.repository import REPOSITORY


@pytest.mark.parametrize(
    ("text", "query", "values"),
    [
        ("conv 64 3", "conv", ("64", "3")),
        ("  batch norm   64 ", "batch norm", ("64",)),
        ("conv2d 64 5x5 stride=2 same", "conv2d", ("64", "5x5", "stride=2", "same")),
        ("drop .3", "drop", (".3",)),
        ("softmax -1", "softmax", ("-1",)),
        ("lstm", "lstm", ()),
        ("합성곱 64", "합성곱", ("64",)),
        ("1x1", "1x1", ()),
        ("", "", ()),
    ],
)
def test_values_begin_behind_the_words(text: str, query: str, values: tuple[str, ...]) -> None:
    assert parse_request(text) == (query, values)


@pytest.mark.parametrize(
    ("layer", "text", "wanted"),
    [
        ("Conv2d", "64 3", {"out_channels": 64, "kernel_size": 3, "padding": 1}),
        ("Conv2d", "64 5 2 0", {"out_channels": 64, "kernel_size": 5, "stride": 2, "padding": 0}),
        ("Conv2d", "64 3x5", {"out_channels": 64, "kernel_size": (3, 5), "padding": 1}),
        ("Conv2d", "64 3 same", {"out_channels": 64, "kernel_size": 3, "padding": "same"}),
        ("Conv2d", "64 kernel=7 stride=2", {"out_channels": 64, "kernel_size": 7, "stride": 2, "padding": 1}),
        ("Linear", "10", {"out_features": 10}),
        ("Linear", "784 10", {"in_features": 784, "out_features": 10}),
        ("Dropout", ".3", {"p": 0.3}),
        ("MaxPool2d", "2", {"kernel_size": 2}),
        ("LSTM", "128", {"hidden_size": 128, "batch_first": True}),
        ("LSTM", "128 2 0.5", {"hidden_size": 128, "num_layers": 2, "dropout": 0.5, "batch_first": True}),
        ("LSTM", "128 bidirectional", {"hidden_size": 128, "bidirectional": True, "batch_first": True}),
        ("BatchNorm2d", "64", {"num_features": 64}),
        ("GroupNorm", "8 64", {"num_groups": 8, "num_channels": 64}),
        ("MultiheadAttention", "8", {"num_heads": 8, "batch_first": True}),
        ("MultiheadAttention", "512 8", {"embed_dim": 512, "num_heads": 8, "batch_first": True}),
        ("Input", "3 32 32", {"shape": (3, 32, 32)}),
        ("permute", "0 2 1", {"dims": (0, 2, 1)}),
        ("Unflatten", "1 8 8", {"dim": 1, "unflattened_size": (8, 8)}),
        ("Upsample", "2 bilinear", {"scale_factor": 2.0, "mode": "bilinear"}),
        ("Upsample", "size=16", {"size": 16}),
        ("Linear", "", {"out_features": 64}),
    ],
)
def test_values_are_taken_as_a_person_reads_the_arguments(layer: str, text: str, wanted: dict[str, Value]) -> None:
    assert request_arguments(layer, text.split()) == wanted


@pytest.mark.parametrize("text", ["-5", "0.5.5", "nothing=3", "64 3 1 1 1 1 1 1 1 1 1 1", "ten", "=", "=3", "x"])
def test_what_no_argument_takes_is_left_out(text: str) -> None:
    for layer, entry in ENTRIES.items():
        found = request_arguments(layer, text.split())
        assert set(entry.example) - {"scale_factor", "output_ratio"} <= set(found)


def test_a_block_takes_values_for_its_arguments() -> None:
    inside = block({"fc": Node("Linear", {"out_features": Reference("width")})}, "fc fc", width=8)
    layout = Layout(blocks={"Wide": inside})
    assert request_arguments("Wide", ("32",), layout) == {"width": 32}


def example(name: str) -> Layout:
    return loads((REPOSITORY / "layouts" / f"{name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("layout", "node", "output", "first", "absent"),
    [
        ("digits_cnn", "images", 0, "Conv2d", "Embedding"),
        ("digits_cnn", "conv1", 0, "BatchNorm2d", "Conv1d"),
        ("digits_cnn", "flatten", 0, "Linear", "Conv2d"),
        ("lstm_classifier", "tokens", 0, "Embedding", "Linear"),
        ("lstm_classifier", "embedding", 0, "LSTM", "Conv3d"),
        ("lstm_classifier", "lstm", 0, "select", "Embedding"),
    ],
)
def test_what_people_put_next_comes_first_and_what_cannot_be_is_not_offered(
    layout: str, node: str, output: int, first: str, absent: str
) -> None:
    found = example(layout)
    fitting = fitting_layers(infer(found), found, node, output)
    assert fitting[0] == first
    assert absent not in fitting and len(set(fitting)) == len(fitting)


def test_what_the_value_itself_refuses_comes_last() -> None:
    nodes = {"x": Node("Input", {"shape": (6, 1, 1)}), "conv": Node("Conv2d", {"out_channels": 6, "kernel_size": 1})}
    layout = graph("", nodes, "x conv")
    fitting = fitting_layers(infer(layout), layout, "conv")
    # Nothing is left of one pixel when two of them are pooled, and four groups do not divide six channels.
    assert fitting.index("MaxPool2d") > fitting.index("Conv2d")
    assert fitting.index("GroupNorm") > fitting.index("Linear")


def test_blocks_of_the_network_are_offered_too() -> None:
    layout = example("resnet18")
    assert {"BasicBlock", "ProjectionBlock"} <= set(fitting_layers(infer(layout), layout, "layer1")[:2])


def test_before_shapes_are_known_everything_with_an_input_is_offered() -> None:
    layout = example("digits_cnn")
    fitting = fitting_layers(pending(layout), layout, "conv1")
    assert fitting[0] == "BatchNorm2d"
    assert set(fitting) == {name for name, entry in ENTRIES.items() if entry.inputs}


@pytest.mark.parametrize(
    ("layout", "node", "first", "absent"),
    [
        ("digits_cnn", "conv2", "ReLU", "Conv1d"),
        ("digits_cnn", "flatten", "MaxPool2d", "Output"),
        ("lstm_classifier", "embedding", "Input", "Linear"),
        ("lstm_classifier", "lstm", "Embedding", "Conv2d"),
    ],
)
def test_what_people_put_before_comes_first(layout: str, node: str, first: str, absent: str) -> None:
    feeding = feeding_layers(example(layout), node)
    assert feeding[0] == first
    assert absent not in feeding and len(set(feeding)) == len(feeding)
