"""What random networks and random edits of them once brought to light."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.blocks import interior, with_interior
from core.codegen import model_code
from core.layout import Layout, Node, with_argument, with_node, with_training, without_nodes
from core.shapes import infer
from core.storage import dumps, loads
from core.training.config import Choice, TrainingConfig
from core.values import Reference, Value
from tests.graphs import block, graph
from tests.network_properties import assert_code_is_the_compiled_network
from tests.test_codegen import assert_well_written

PAIR = block(
    {"a": Node("Input"), "b": Node("Input"), "sum": Node("add"), "x": Node("Output"), "y": Node("Output")},
    "a sum, b sum.1, a x, sum y",
)


def errors(layout: Layout) -> dict[str | None, str]:
    return {problem.node: problem.rule for problem in infer(layout).errors}


def paired() -> Layout:
    """A block with two Inputs and two Outputs, used at the top and in another block."""
    outer = block(
        {"p": Node("Input"), "q": Node("Input"), "inner": Node("Pair"), "r": Node("Output")},
        "p inner, q inner.1, inner.1 r",
    )
    nodes = {
        "left": Node("Input", {"shape": (3,)}),
        "right": Node("Input", {"shape": (3,)}),
        "pair": Node("Pair"),
        "outer": Node("Outer"),
        "first": Node("Output"),
        "second": Node("Output"),
        "third": Node("Output"),
    }
    text = "left pair, right pair.1, left outer, right outer.1, pair first, pair.1 second, outer third"
    return graph("paired", nodes, text, blocks={"Pair": PAIR, "Outer": outer})


def test_wires_stay_at_a_blocks_ports_when_another_port_goes() -> None:
    layout = paired()
    edited = with_interior(layout, "Pair", without_nodes(interior(layout, "Pair"), ["a", "x"]))
    assert loads(dumps(edited)) == edited
    assert [(edge.source, edge.input) for edge in edited.into("pair")] == [("right", 0)]
    assert [(edge.target, edge.output) for edge in edited.out_of("pair")] == [("second", 0)]
    inner = interior(edited, "Outer")
    assert [(edge.source, edge.input) for edge in inner.into("inner")] == [("q", 0)]
    assert [(edge.target, edge.output) for edge in inner.out_of("inner")] == [("r", 0)]


def test_an_edit_of_a_block_inside_a_block_moves_the_wires_everywhere() -> None:
    layout = paired()
    outer = interior(layout, "Outer")
    edited = with_interior(layout, "Outer", with_interior(outer, "Pair", without_nodes(interior(outer, "Pair"), ["b"])))
    assert loads(dumps(edited)) == edited
    assert [edge.source for edge in edited.into("pair")] == ["left"]
    assert [edge.source for edge in interior(edited, "Outer").into("inner")] == ["p"]


def test_a_new_or_renamed_port_leaves_the_wires_where_they_are() -> None:
    layout = paired()
    inside = with_node(interior(layout, "Pair"), "c", Node("Input"))
    assert with_interior(layout, "Pair", inside).edges == layout.edges


@pytest.mark.parametrize("arguments", [{"out_features": 4}, {"out_features": 4, "bias": False}])
def test_a_lazy_module_is_not_shared_by_inputs_of_other_sizes(arguments: dict[str, Value]) -> None:
    nodes = {
        "x": Node("Input", {"shape": (8,)}),
        "lazy": Node("LazyLinear", arguments),
        "again": Node("LazyLinear", shares="lazy"),
        "y": Node("Output"),
    }
    layout = graph("lazy", nodes, "x lazy, lazy again, again y")
    assert errors(layout) == {"again": "shared.other_sizes"}
    (mend,) = next(problem for problem in infer(layout).problems if problem.mends).mends
    assert errors(mend.edit(layout)) == {}
    assert errors(with_argument(layout, "lazy", "out_features", 8)) == {}


def test_a_block_is_not_shared_by_inputs_of_other_sizes() -> None:
    inner = block(
        {"a": Node("Input"), "dense": Node("Linear", {"out_features": 4}), "z": Node("Output")}, "a dense, dense z"
    )
    nodes = {
        "x": Node("Input", {"shape": (8,)}),
        "use": Node("Inner"),
        "again": Node("Inner", shares="use"),
        "y": Node("Output"),
    }
    layout = graph("block", nodes, "x use, use again, again y", blocks={"Inner": inner})
    assert errors(layout) == {"again": "shared.other_sizes"}
    wider = {**inner.nodes, "dense": Node("Linear", {"out_features": 8})}
    assert errors(replace(layout, blocks={"Inner": replace(inner, nodes=wider)})) == {}


def test_what_shares_a_module_that_cannot_be_built_is_silent() -> None:
    arguments = {"kernel_size": 2, "output_size": (3, 3), "output_ratio": 0.5}
    nodes = {
        "x": Node("Input", {"shape": (2, 6, 6, 6)}),
        "pool": Node("FractionalMaxPool3d", arguments),
        "again": Node("FractionalMaxPool3d", shares="pool"),
        "y": Node("Output"),
    }
    layout = graph("pools", nodes, "x pool, pool again, again y")
    for edited in (layout, with_argument(layout, "pool", "output_ratio", None)):
        assert set(errors(edited)) == {"pool"}


def test_what_was_found_inside_a_block_does_not_depend_on_the_training() -> None:
    layout = paired()
    edited = with_training(layout, TrainingConfig(dataset=Choice("none"), epochs=3))
    assert infer(edited, before=infer(layout)) == infer(edited)
    inside = infer(edited).nodes["pair"].instances[0].layout
    assert inside.training == infer(layout).nodes["pair"].instances[0].layout.training


def test_a_blocks_argument_that_is_overwriting_is_seen_through_its_default() -> None:
    inner = block(
        {"a": Node("Input"), "relu": Node("ReLU", {"inplace": Reference("quick")}), "z": Node("Output")},
        "a relu, relu z",
        quick=True,
    )
    middle = block({"m": Node("Input"), "inner": Node("Inner"), "n": Node("Output")}, "m inner, inner n")
    nodes = {
        "x": Node("Input", {"shape": (4,)}),
        "dense": Node("Linear", {"out_features": 4}),
        "use": Node("Middle"),
        "sum": Node("add"),
        "y": Node("Output"),
    }
    layout = graph(
        "in place", nodes, "x dense, dense use, use sum, dense sum.1, sum y", blocks={"Inner": inner, "Middle": middle}
    )
    assert errors(layout) == {"use": "inplace.shared"}


def test_an_argument_of_a_block_does_not_decide_how_many_tensors_leave_a_node() -> None:
    inner = block(
        {"a": Node("Input"), "pool": Node("MaxPool1d", {"kernel_size": 2, "return_indices": Reference("both")}),
         "z": Node("Output")},
        "a pool, pool z",
        both=True,
    )  # fmt: skip
    nodes = {"x": Node("Input", {"shape": (2, 8)}), "use": Node("Inner"), "y": Node("Output")}
    layout = graph("outputs", nodes, "x use, use y", blocks={"Inner": inner})
    (problem,) = infer(layout).errors
    assert (problem.rule, problem.inside) == ("block.reference_outputs", ("pool",))
    edited = problem.mends[0].edit(layout)
    assert edited.blocks["Inner"].nodes["pool"].arguments["return_indices"] is True
    assert errors(edited) == {}


def test_a_class_that_casts_to_a_given_dtype_imports_torch() -> None:
    inner = block(
        {"a": Node("Input"), "cast": Node("to", {"dtype": Reference("dtype")}), "z": Node("Output")},
        "a cast, cast z",
        dtype="int32",
    )
    nodes = {"x": Node("Input", {"shape": (2,)}), "use": Node("Inner"), "y": Node("Output")}
    assert_code_is_the_compiled_network(graph("cast", nodes, "x use, use y", blocks={"Inner": inner}))


def test_many_outputs_are_printed_one_a_line() -> None:
    count = 14
    nodes = {"x": Node("Input", {"shape": (count,)}), "a_rather_long_name": Node("chunk", {"chunks": count, "dim": 1})}
    nodes |= {f"y{index}": Node("Output") for index in range(count)}
    text = "x a_rather_long_name, " + ", ".join(f"a_rather_long_name.{index} y{index}" for index in range(count))
    source = model_code(infer(graph("many", nodes, text)))
    assert_well_written(source)
    assert "    ) -> tuple[\n        Tensor,\n" in source


def test_a_cast_is_offered_where_the_dtype_is_the_data_sets() -> None:
    nodes = {
        "x": Node("Input", {"shape": (1, 8, 8), "dtype": "int64"}),
        "ids": Node("Embedding", {"num_embeddings": 4, "embedding_dim": 2}),
        "y": Node("Output"),
    }
    layout = graph("digits", nodes, "x ids, ids y", TrainingConfig())
    (problem,) = (problem for problem in infer(layout).problems if problem.rule == "dtype.integers_needed")
    assert problem.mends
    assert all(mend.edit(layout) != layout for mend in problem.mends)


def test_outputs_that_grow_with_the_batch_are_refused_in_words() -> None:
    nodes = {
        "x": Node("Input"),
        "rows": Node("flatten", {"start_dim": 1}),
        "turned": Node("transpose", {"dim0": 0, "dim1": 1}),
        "product": Node("matmul"),
        "y": Node("Output"),
    }
    layout = graph("gram", nodes, "x rows, rows turned, rows product, turned product.1, product y", TrainingConfig())
    assert errors(layout) == {"product": "loss.batch"}


def test_another_layer_in_place_of_a_shared_one_is_that_layer_at_every_use() -> None:
    from core.rules.mends import replace_layer

    nodes = {
        "x": Node("Input", {"shape": (4,)}),
        "act": Node("ReLU"),
        "again": Node("ReLU", shares="act"),
        "y": Node("Output"),
    }
    layout = graph("shared", nodes, "x act, act again, again y")
    for node_id in ("act", "again"):
        edited = replace_layer(node_id, "GELU").edit(layout)
        assert [edited.nodes[key].layer for key in ("act", "again")] == ["GELU", "GELU"]
        assert loads(dumps(edited)) == edited


def test_the_places_that_a_pooling_remembers_are_not_overwritten() -> None:
    nodes = {
        "images": Node("Input", {"shape": (2, 6, 6)}),
        "pool": Node("AdaptiveMaxPool2d", {"output_size": 3, "return_indices": True}),
        "bounded": Node("Hardtanh", {"inplace": True}),
        "values": Node("Output"),
        "places": Node("Output"),
    }
    layout = graph("places", nodes, "images pool, pool values, pool.1 bounded, bounded places")
    assert [(problem.node, problem.rule) for problem in infer(layout).errors] == [("bounded", "inplace.shared")]


def test_a_circle_inside_a_block_ends_the_search_for_what_is_overwritten() -> None:
    inner = block(
        {
            "x": Node("Input"),
            "a": Node("ReLU", {"inplace": True}),
            "b": Node("ReLU", {"inplace": True}),
            "y": Node("Output"),
        },
        "a b, b a, b y",
    )
    nodes = {
        "images": Node("Input", {"shape": (3,)}),
        "use": Node("Circle"),
        "after": Node("ReLU", {"inplace": True}),
        "output": Node("Output"),
    }
    layout = graph("circle", nodes, "images use, use after, after output", blocks={"Circle": inner})
    assert "graph.cycle" in {problem.rule for problem in infer(layout).errors}
