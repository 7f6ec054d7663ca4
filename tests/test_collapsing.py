"""Nodes become a block and a block comes apart: the same network, bit for bit, drawn in another way."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.block_edits import fresh_block_name
from core.blocks import interior, with_interior
from core.collapsing import collapse_problem, collapsed, use_name
from core.compiler import compile_model
from core.extracting import put_aside
from core.graph import order
from core.layout import Edge, Frame, Layout, Node, Note
from core.layout_reader import loads
from core.layout_writer import dumps
from core.lazies import materialise
from core.placement import TALL, WIDTH, places, settled
from core.shapes import infer
from core.steps import forward_of
from core.unpacking import unpack_problem, unpacked, unpacked_names
from core.values import Reference
from tests.graphs import block, graph, little_resnet, siamese
from tests.network_properties import run
from tests.random_graphs import batch_of, layouts

REPEATED = settings(deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
RANDOM = st.randoms(use_true_random=False)


def chain() -> Layout:
    nodes = {
        "images": Node("Input", {"shape": (1, 8, 8)}, (0, 0)),
        "conv": Node("Conv2d", {"out_channels": 4, "kernel_size": 3, "padding": 1}, (0, 100)),
        "relu": Node("ReLU", {}, (0, 200)),
        "pool": Node("MaxPool2d", {"kernel_size": 2}, (0, 300)),
        "sum": Node("add", {}, (0, 400)),
        "output": Node("Output", {}, (0, 500)),
    }
    return graph("chain", nodes, "images conv, conv relu, relu pool, pool sum, pool sum.1, sum output")


# --- what becomes of the nodes ---


def test_selected_nodes_become_a_block_with_inputs_and_outputs_named_after_what_they_carry() -> None:
    layout = collapsed(chain(), ["conv", "relu"], "Stem")
    assert list(layout.nodes) == ["images", "stem", "pool", "sum", "output"]
    assert layout.nodes["stem"] == Node("Stem", {}, (0, 150))
    assert set(layout.edges) == {
        Edge("images", "stem"), Edge("stem", "pool"), Edge("pool", "sum"), Edge("pool", "sum", input=1),
        Edge("sum", "output"),
    }  # fmt: skip
    stem = layout.blocks["Stem"]
    assert list(stem.nodes) == ["images", "conv", "relu", "relu_out"]
    assert set(stem.edges) == {Edge("images", "conv"), Edge("conv", "relu"), Edge("relu", "relu_out")}
    assert stem.nodes["conv"] == chain().nodes["conv"]


def test_a_value_that_several_nodes_read_goes_in_and_out_once() -> None:
    layout = collapsed(chain(), ["sum"], "Doubled")
    assert [key for key, node in layout.blocks["Doubled"].nodes.items() if node.layer == "Input"] == ["pool"]
    assert layout.edges == (*chain().edges[:3], Edge("pool", "doubled"), Edge("doubled", "output"))
    outer = collapsed(chain(), ["conv", "relu", "pool"], "Features")
    assert {edge for edge in outer.edges if edge.source == "features"} == {
        Edge("features", "sum"),
        Edge("features", "sum", input=1),
    }
    assert not infer(outer).errors


def test_second_outputs_bear_the_names_that_torch_gives_them() -> None:
    nodes = {
        "rows": Node("Input", {"shape": (5, 6)}),
        "lstm": Node("LSTM", {"hidden_size": 4, "batch_first": True}),
        "last": Node("select", {"dim": 0, "index": -1}),
        "a": Node("Output"),
        "b": Node("Output"),
    }
    layout = collapsed(graph("", nodes, "rows lstm, lstm a, lstm.1 last, last b"), ["lstm"], "Reader")
    assert layout.entry_of("Reader").output_names == ("lstm_out", "lstm_h_n")
    assert Edge("reader", "last", output=1) in layout.edges
    assert not infer(layout).errors


def test_what_is_not_wired_yet_becomes_an_input_and_an_output() -> None:
    nodes = {"linear": Node("Linear", {"out_features": 3}), "relu": Node("ReLU")}
    layout = collapsed(graph("", nodes, "linear relu"), ["linear", "relu"], "Part")
    assert layout.entry_of("Part").input_names == ("input",)
    assert layout.entry_of("Part").output_names == ("relu_out",)
    assert layout.edges == ()
    assert unpacked(layout, "part").edges == (Edge("linear", "relu"),)


def test_what_was_put_aside_is_left_out_inside_too() -> None:
    layout = put_aside(chain(), ["relu"])
    found = collapsed(layout, ["conv", "relu", "pool"], "Features")
    features = found.blocks["Features"]
    assert list(features.nodes) == ["images", "conv", "relu", "pool", "pool_out"] and features.nodes["relu"].muted
    assert set(features.edges) == {Edge("images", "conv"), Edge("conv", "pool"), Edge("pool", "pool_out")}
    assert not infer(found).errors
    problem = collapse_problem(layout, ["relu"])
    assert problem is not None and problem.rule == "collapse.no_output"


def test_frames_and_notes_that_lie_inside_go_along() -> None:
    layout = replace(
        chain(),
        frames={"f": Frame("stem", ("conv", "relu")), "g": Frame("most", ("relu", "pool"))},
        notes={"in": Note("here", (10, 110), (100, 60)), "out": Note("there", (400, 0))},
    )
    found = collapsed(layout, ["conv", "relu"], "Stem")
    assert found.frames == {"g": Frame("most", ("stem", "pool"))}
    assert found.blocks["Stem"].frames == {"f": Frame("stem", ("conv", "relu"))}
    assert list(found.notes) == ["out"] and list(found.blocks["Stem"].notes) == ["in"]
    back = unpacked(found, "stem")
    assert back.frames == {"g": Frame("most", ("conv", "relu", "pool")), "f": layout.frames["f"]}
    assert dict(back.notes) == dict(layout.notes)


def test_inside_a_block_arguments_are_handed_on() -> None:
    layout = little_resnet()
    inside = collapsed(interior(layout, "ResidualBlock"), ["conv1", "norm1"], "ConvNorm")
    assert inside.nodes["convnorm"].arguments == {"channels": Reference("channels"), "stride": Reference("stride")}
    assert inside.blocks["ConvNorm"].arguments == {"channels": 64, "stride": 1}
    whole = with_interior(layout, "ResidualBlock", inside)
    assert not infer(whole).errors
    assert infer(whole).parameters == infer(layout).parameters
    back = with_interior(whole, "ResidualBlock", unpacked(interior(whole, "ResidualBlock"), "convnorm"))
    assert settled(interior(back, "ResidualBlock")).nodes == settled(interior(layout, "ResidualBlock")).nodes


@pytest.mark.parametrize(
    ("chosen", "rule"),
    [
        ([], "collapse.nothing"),
        (["images", "conv"], "collapse.ends"),
        (["conv", "pool"], "collapse.around"),
        (["conv", "relu"], None),
        (["conv"], None),
    ],
)
def test_it_says_why_nodes_cannot_be_a_block(chosen: list[str], rule: str | None) -> None:
    problem = collapse_problem(chain(), chosen)
    assert (problem.rule if problem else None) == rule


def test_a_module_that_is_used_inside_and_outside_stays_whole() -> None:
    problem = collapse_problem(siamese(), ["encoder"])
    assert problem is not None and problem.rule == "collapse.shared"
    assert problem.values == {"node": "again", "owner": "encoder"}
    assert collapse_problem(siamese(), ["encoder", "again"]) is None


def test_a_node_whose_value_only_comes_back_is_named() -> None:
    problem = collapse_problem(chain(), ["conv", "sum"])
    assert problem is not None and problem.node in ("relu", "pool")


# --- and back ---


def test_a_repeated_block_comes_out_as_often_as_it_is_repeated() -> None:
    inside = block({"x": Node("Input"), "fc": Node("Linear", {"out_features": 6}), "act": Node("ReLU"),
                    "y": Node("Output")}, "x fc, fc act, act y")  # fmt: skip
    nodes = {"x": Node("Input", {"shape": (6,)}), "deep": Node("Block", repeat=3), "out": Node("Output")}
    layout = unpacked(graph("", nodes, "x deep, deep out", blocks={"Block": inside}), "deep")
    assert list(layout.nodes) == ["x", "fc", "act", "fc_2", "act_2", "fc_3", "act_3", "out"]
    assert set(layout.edges) == {
        Edge("x", "fc"), Edge("fc", "act"), Edge("act", "fc_2"), Edge("fc_2", "act_2"), Edge("act_2", "fc_3"),
        Edge("fc_3", "act_3"), Edge("act_3", "out"),
    }  # fmt: skip
    assert_apart(layout)


def test_a_frozen_block_leaves_its_weights_frozen_and_a_shared_one_leaves_them_shared() -> None:
    nodes = {
        "a": Node("Input", {"shape": (6,)}),
        "b": Node("Input", {"shape": (6,)}),
        "one": Node("Block", {"width": 3}, frozen=True),
        "two": Node("Block", shares="one"),
        "out_a": Node("Output"),
        "out_b": Node("Output"),
    }
    inside = block({"x": Node("Input"), "fc": Node("Linear", {"out_features": Reference("width", 2)}),
                    "act": Node("ReLU"), "y": Node("Output")}, "x fc, fc act, act y", width=5)  # fmt: skip
    layout = graph("", nodes, "a one, b two, one out_a, two out_b", blocks={"Block": inside})
    found = unpacked(layout, "two")
    fc, act = found.nodes["fc"], found.nodes["act"]
    assert (fc.arguments, fc.frozen, act.frozen) == ({"out_features": 6}, True, False)
    assert found.nodes["fc_2"] == Node("Linear", position=found.nodes["fc_2"].position, shares="fc")
    assert found.nodes["act_2"].shares == "act"
    assert (infer(found).parameters, infer(found).trainable) == (42, 0)


def test_what_stands_behind_gives_way_and_nothing_else_moves() -> None:
    layout = collapsed(chain(), ["conv", "relu"], "Stem")
    apart = unpacked(layout, "stem")
    assert {key: node.position for key, node in apart.nodes.items()} == {
        key: node.position for key, node in chain().nodes.items()
    }
    close = replace(layout, nodes={**layout.nodes, "pool": replace(layout.nodes["pool"], position=(0, 250))})
    moved = unpacked(close, "stem")
    assert moved.nodes["images"].position == (0, 0)
    assert_apart(moved)


def test_what_was_written_about_a_block_becomes_a_note() -> None:
    layout = collapsed(chain(), ["conv", "relu"], "Stem")
    layout = replace(layout, nodes={**layout.nodes, "stem": replace(layout.nodes["stem"], note="finds edges")})
    assert [note.text for note in unpacked(layout, "stem").notes.values()] == ["finds edges"]


@pytest.mark.parametrize(
    ("use", "rule"),
    [
        (Node("ReLU"), "unpack.no_block"),
        (Node("Block", muted=True), "unpack.muted"),
        (Node("Block", repeat=256), "unpack.too_many"),
        (Node("Block", {"width": Reference("depth", 600)}), "unpack.times"),
        (Node("Block"), None),
    ],
)
def test_it_says_why_a_block_cannot_come_apart(use: Node, rule: str | None) -> None:
    fields = {f"fc{index}": Node("Linear", {"out_features": Reference("width", 2)}) for index in range(8)}
    inside = block({"x": Node("Input"), **fields, "y": Node("Output")}, "x fc0, fc0 y", width=5)
    problem = unpack_problem(graph("", {"x": Node("Input"), "use": use}, "x use", blocks={"Block": inside}), "use")
    assert (problem.rule if problem else None) == rule


def assert_apart(layout: Layout) -> None:
    stands = list(places(layout).values())
    for index, (x, y) in enumerate(stands):
        for left, top in stands[:index]:
            assert abs(x - left) >= WIDTH or abs(y - top) >= TALL


# --- whatever the network ---


def outputs(layout: Layout, weights: dict[str, torch.Tensor] | None = None) -> tuple[torch.Tensor, ...]:
    """What a network computes of a batch, with these weights."""
    inference = infer(layout)
    model = compile_model(inference).eval()
    materialise(model, forward_of(inference).inputs)
    if weights is not None:
        model.load_state_dict(weights)
    torch.manual_seed(1)
    return run(model, batch_of(inference, 3))


def weights_of(layout: Layout) -> dict[str, torch.Tensor]:
    torch.manual_seed(7)
    inference = infer(layout)
    model = compile_model(inference)
    materialise(model, forward_of(inference).inputs)
    return dict(model.state_dict())


def assert_alike(one: tuple[torch.Tensor, ...], other: tuple[torch.Tensor, ...]) -> None:
    assert len(one) == len(other)
    for ours, theirs in zip(one, other, strict=True):
        assert torch.equal(ours.nan_to_num(), theirs.nan_to_num())


@settings(REPEATED, max_examples=120)
@given(layout=layouts(), random=RANDOM)
def test_a_collapsed_network_computes_the_same_and_comes_apart_as_it_was(layout: Layout, random: Random) -> None:
    inner = [key for key in order(layout) if layout.nodes[key].layer not in ("Input", "Output")]
    if not inner:
        return
    start = random.randrange(len(inner))
    chosen = inner[start : start + random.randint(1, 5)]
    if collapse_problem(layout, chosen) is not None:
        return
    name = fresh_block_name(layout)
    found = collapsed(layout, chosen, name)
    assert loads(dumps(found)) == found
    use = use_name(layout, chosen, name)
    assert found.nodes.keys() - layout.nodes.keys() - {use} == set() and use in found.nodes
    back = unpacked(found, use)
    assert back.nodes == settled(layout).nodes and set(back.edges) == set(layout.edges)
    inference = infer(found)
    if inference.errors:
        # What is written in place may be read outside as well, which a block cannot know.
        assert {problem.rule for problem in inference.errors} == {"inplace.shared"}
        return
    weights = weights_of(layout)
    moved = {f"{use}.{key}" if key.split(".")[0] in chosen else key: value for key, value in weights.items()}
    assert inference.parameters == infer(layout).parameters
    assert inference.trainable == infer(layout).trainable
    assert_alike(outputs(found, moved), outputs(layout, weights))


@settings(REPEATED, max_examples=150)
@given(layout=layouts(), random=RANDOM)
def test_a_block_that_comes_apart_computes_the_same(layout: Layout, random: Random) -> None:
    uses = [key for key, node in layout.nodes.items() if node.layer in layout.blocks]
    if not uses:
        return
    use = random.choice(uses)
    problem = unpack_problem(layout, use)
    if problem is not None:
        assert problem.rule == "unpack.muted"
        return
    found, names = unpacked(layout, use), unpacked_names(layout, use)
    assert loads(dumps(found)) == found
    inference, before = infer(found), infer(layout)
    assert not inference.errors
    assert inference.parameters == before.parameters
    assert inference.trainable == before.trainable
    weights = weights_of(layout)
    moved: dict[str, torch.Tensor] = {}
    for key, value in weights.items():
        first, _, rest = key.partition(".")
        if first in names:
            copies = names[first]
            copy, _, rest = rest.partition(".") if len(copies) > 1 else ("0", "", rest)
            inner, _, rest = rest.partition(".")
            key = f"{copies[int(copy)][inner]}.{rest}"
        moved[key] = value
    assert_alike(outputs(found, moved), outputs(layout, weights))
