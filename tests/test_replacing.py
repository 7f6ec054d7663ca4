"""Another layer in a node's place: what fits stays, what does not goes, and what comes out can be saved."""

from __future__ import annotations

from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.catalogue import ENTRIES
from core.layout import Edge, Layout, Node
from core.layout_reader import loads
from core.layout_writer import dumps
from core.replacing import replaced, replaced_name
from core.values import Reference
from tests.graphs import block, graph, siamese
from tests.random_graphs import layouts


def small() -> Layout:
    nodes = {
        "x": Node("Input", {"shape": (3, 8, 8)}),
        "conv2d": Node("Conv2d", {"out_channels": 8, "kernel_size": 5, "stride": 2}, (40, 100), frozen=True, note="n"),
        "features": Node("MaxPool2d", {"kernel_size": 2, "return_indices": True}),
        "up": Node("MaxUnpool2d", {"kernel_size": 2}),
        "y": Node("Output"),
    }
    return graph("", nodes, "x conv2d, conv2d features, features up, features.1 up.1, up y")


def test_arguments_place_notes_and_wires_that_fit_are_kept() -> None:
    found = replaced(small(), "conv2d", "ConvTranspose2d")
    name = replaced_name(small(), "conv2d", "ConvTranspose2d")
    assert name == "convtranspose2d" and list(found.nodes) == ["x", name, "features", "up", "y"]
    kept = {"out_channels": 8, "kernel_size": 5, "stride": 2}
    assert found.nodes[name] == Node("ConvTranspose2d", kept, (40, 100), frozen=True, note="n")
    assert found.edges[:2] == (Edge("x", name), Edge(name, "features"))


def test_a_name_that_a_person_chose_stays() -> None:
    found = replaced(small(), "features", "AvgPool2d")
    assert found.nodes["features"] == Node("AvgPool2d", {"kernel_size": 2})
    assert replaced_name(small(), "up", "ReLU") == "up"


def test_wires_at_ports_that_are_gone_go() -> None:
    found = replaced(small(), "features", "AvgPool2d")
    assert Edge("features", "up") in found.edges
    assert not [edge for edge in found.edges if edge.output]
    relu = replaced(small(), "up", "ReLU")
    assert [edge for edge in relu.edges if edge.target == "up"] == [Edge("features", "up")]


def test_values_that_the_new_layer_refuses_are_not_kept() -> None:
    layout = graph("", {"pad": Node("Conv2d", {"out_channels": 4, "kernel_size": 3, "padding": "same"})}, "pad pad")
    assert replaced(layout, "pad", "MaxPool2d").nodes["pad"].arguments == {"kernel_size": 3}
    lstm = replaced(graph("", {"a": Node("GRU", {"hidden_size": 5})}, "a a"), "a", "LSTM")
    assert lstm.nodes["a"].arguments == {"hidden_size": 5}
    # A layer of another kind comes as a new one does.
    relu = replaced(graph("", {"a": Node("ReLU")}, "a a"), "a", "LSTM")
    assert relu.nodes["a"].arguments == dict(ENTRIES["LSTM"].example)


def test_all_uses_of_one_module_become_the_other_layer() -> None:
    found = replaced(siamese(), "again", "LazyLinear")
    assert found.nodes["again"].shares == "encoder"
    assert found.nodes["encoder"] == Node("LazyLinear", {"out_features": 4})
    apart = replaced(siamese(), "encoder", "relu")
    assert apart.nodes["again"].shares is None and apart.nodes["again"].layer == "relu"


def test_repeats_and_references_stay_where_they_mean_something() -> None:
    inner = block({"x": Node("Input"), "fc": Node("Linear", {"out_features": Reference("width")}),
                   "y": Node("Output")}, "x fc, fc y", width=4)  # fmt: skip
    nodes = {"x": Node("Input"), "use": Node("One", {"width": 9}, repeat=3), "y": Node("Output")}
    layout = graph("", nodes, "x use, use y", blocks={"One": inner, "Two": inner})
    assert replaced(layout, "use", "Two").nodes["use"] == Node("Two", {"width": 9}, repeat=3)
    assert replaced(layout, "use", "ReLU").nodes["use"] == Node("ReLU")
    inside = Layout("One", inner.nodes, inner.edges, blocks=layout.blocks)
    assert replaced(inside, "fc", "LazyLinear").nodes["fc"].arguments == {"out_features": Reference("width")}


@settings(deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck), max_examples=100)
@given(layout=layouts(), random=st.randoms(use_true_random=False))
def test_whatever_is_replaced_can_be_saved(layout: Layout, random: Random) -> None:
    for _ in range(3):
        node_id = random.choice(list(layout.nodes))
        layer = random.choice((*ENTRIES, *layout.blocks))
        name = replaced_name(layout, node_id, layer)
        found = replaced(layout, node_id, layer)
        assert found.nodes[name].layer == layer and len(found.nodes) == len(layout.nodes)
        assert loads(dumps(found)) == found
        layout = found
