"""A part of a network on its own and put into another: valid, at a free place, and computing what it did."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.blocks import interior, nesting_problem, with_interior
from core.clipping import clipped, pasted
from core.layout import Block, Edge, Frame, Layout, Node, Note, with_positions
from core.layout_reader import loads
from core.layout_writer import dumps
from core.placement import TALL, WIDTH, places
from core.shapes import infer
from core.values import Reference
from tests.graphs import block, graph, little_resnet, siamese
from tests.random_graphs import layouts


def two() -> Layout:
    nodes = {
        "x": Node("Input", {"shape": (4,)}, (0, 0)),
        "fc": Node("Linear", {"out_features": 4}, (0, 100), note="wide"),
        "fc_2": Node("ReLU", {}, (0, 200), muted=True),
        "y": Node("Output", {}, (0, 300)),
    }
    layout = graph("two", nodes, "x fc, fc fc_2, fc_2 y")
    return replace(
        layout,
        frames={"f": Frame("both", ("fc", "fc_2"), "blue"), "g": Frame("all", ("x", "fc", "fc_2"))},
        notes={"n": Note("inside", (10, 110), (50, 40)), "m": Note("outside", (500, 0))},
    )


def test_a_part_holds_the_nodes_with_all_that_lies_among_them() -> None:
    clip = clipped(two(), ["fc", "fc_2"])
    assert dict(clip.nodes) == {key: two().nodes[key] for key in ("fc", "fc_2")}
    assert clip.edges == (Edge("fc", "fc_2"),)
    assert (list(clip.frames), list(clip.notes)) == (["f"], ["n"])
    assert loads(dumps(clip)) == clip


def test_what_is_put_in_counts_its_names_on_and_stands_free() -> None:
    layout, names = pasted(two(), clipped(two(), ["fc", "fc_2"]))
    assert names == {"fc": "fc_3", "fc_2": "fc_4"}
    assert layout.nodes["fc_3"].note == "wide" and layout.nodes["fc_4"].muted
    assert layout.edges[-1] == Edge("fc_3", "fc_4")
    assert layout.frames["f_2"] == Frame("both", ("fc_3", "fc_4"), "blue")
    (x, y), (left, top) = layout.nodes["fc_3"].position or (0, 0), layout.notes["n_2"].position
    assert (left - x, top - y) == (10, 10)
    assert_apart(layout)
    assert {key: layout.nodes[key] for key in two().nodes} == dict(two().nodes)


def test_it_is_put_around_the_point_that_was_meant_if_that_is_free() -> None:
    layout, _ = pasted(two(), clipped(two(), ["fc", "fc_2"]), (1000, 1000))
    # Two nodes are 164 high together.
    assert layout.nodes["fc_3"].position == (900, 916)
    again, _ = pasted(layout, clipped(two(), ["fc", "fc_2"]), (1000, 1000))
    assert_apart(again)


def test_a_block_comes_along_and_one_that_is_here_already_is_used() -> None:
    layout = little_resnet()
    clip = clipped(layout, ["stage1"])
    assert set(clip.blocks) == {"Stage", "ResidualBlock"}
    alone, _ = pasted(Layout(), clip)
    assert dict(alone.blocks) == dict(layout.blocks)
    again, names = pasted(layout, clip)
    assert dict(again.blocks) == dict(layout.blocks) and again.nodes[names["stage1"]].layer == "Stage"


def test_another_block_of_the_same_name_gets_a_new_one() -> None:
    layout = little_resnet()
    other = replace(layout, blocks={**layout.blocks, "ResidualBlock": block({"x": Node("Input")}, "x x")})
    other = replace(other, blocks={key: replace(value, edges=()) for key, value in other.blocks.items()})
    found, names = pasted(other, clipped(layout, ["stage1"]))
    assert list(found.blocks) == ["ResidualBlock", "Stage", "ResidualBlock2", "Stage2"]
    assert found.nodes[names["stage1"]].layer == "Stage2"
    assert found.blocks["Stage2"].nodes["rest"].layer == "ResidualBlock2"
    assert found.blocks["Stage"] == other.blocks["Stage"]
    again, names = pasted(found, clipped(layout, ["stage1"]))
    assert list(again.blocks) == list(found.blocks) and again.nodes[names["stage1"]].layer == "Stage2"


def test_an_argument_that_would_hide_a_block_is_called_otherwise() -> None:
    wide = block({"x": Node("Input"), "fc": Node("Linear", {"out_features": Reference("width")}),
                  "y": Node("Output")}, "x fc, fc y", width=4)  # fmt: skip
    clip = Layout("", {"use": Node("Wide", {"width": 8})}, blocks={"Wide": wide})
    here = Layout("", blocks={"width": block({"x": Node("Input"), "y": Node("Output")}, "x y")})
    found, _ = pasted(here, clip)
    assert found.nodes["use"].arguments == {"width_2": 8}
    assert loads(dumps(found)) == found


def test_a_shared_module_stays_shared_only_where_its_owner_comes_along() -> None:
    both = clipped(siamese(), ["encoder", "again"])
    found, names = pasted(siamese(), both)
    assert found.nodes[names["again"]].shares == names["encoder"] == "encoder_2"
    alone = clipped(siamese(), ["again"])
    assert alone.nodes["again"].arguments == {"out_features": 4} and alone.nodes["again"].shares is None
    assert loads(dumps(alone)) == alone


def test_references_stay_where_the_argument_is_known_and_become_values_elsewhere() -> None:
    layout = little_resnet()
    inside = interior(layout, "ResidualBlock")
    clip = clipped(inside, ["conv1", "norm1"])
    same, names = pasted(inside, loads(dumps(clip)))
    assert same.nodes[names["conv1"]].arguments["out_channels"] == Reference("channels")
    whole, names = pasted(layout, loads(dumps(clip)))
    assert whole.nodes[names["conv1"]].arguments["out_channels"] == 64
    assert list(whole.blocks) == list(layout.blocks)
    # The whole has no arguments, also where it is called as a block is.
    named, names = pasted(replace(layout, title="ResidualBlock"), loads(dumps(clip)))
    assert named.nodes[names["conv1"]].arguments["out_channels"] == 64
    stage, names = pasted(interior(layout, "Stage"), clip)
    # A stage has channels too, but no stride.
    assert stage.nodes[names["conv1"]].arguments["out_channels"] == Reference("channels")
    assert stage.nodes[names["conv1"]].arguments["stride"] == 1


def test_a_block_put_into_itself_can_be_refused() -> None:
    layout = little_resnet()
    inside, _ = pasted(interior(layout, "ResidualBlock"), clipped(layout, ["stage1"]))
    assert nesting_problem(with_interior(layout, "ResidualBlock", inside).blocks) is not None


def test_a_part_from_the_edge_of_the_canvas_stays_on_it() -> None:
    layout = with_positions(two(), {"fc": (1e7, 1e7)})
    found, _ = pasted(layout, clipped(layout, ["fc"]))
    assert loads(dumps(found)) == found


def assert_apart(layout: Layout) -> None:
    stands = list(places(layout).values())
    for index, (x, y) in enumerate(stands):
        for left, top in stands[:index]:
            assert abs(x - left) >= WIDTH or abs(y - top) >= TALL


@settings(deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck), max_examples=100)
@given(layout=layouts(), other=layouts(), random=st.randoms(use_true_random=False))
def test_whatever_is_cut_out_and_put_in_can_be_saved_and_the_rest_stays(
    layout: Layout, other: Layout, random: Random
) -> None:
    if layout.blocks and random.random() < 0.4:
        layout = interior(layout, random.choice(list(layout.blocks)))
    chosen = random.sample(list(layout.nodes), random.randint(1, len(layout.nodes)))
    clip = loads(dumps(clipped(layout, chosen)))
    for place in (other, layout):
        found, names = pasted(place, clip, random.choice((None, (0.0, 0.0))))
        assert {key: node.layer for key, node in found.nodes.items() if key in place.nodes} == {
            key: node.layer for key, node in place.nodes.items()
        }
        assert found.edges[: len(place.edges)] == place.edges
        assert set(names) == set(chosen) and not set(names.values()) & place.nodes.keys()
        assert {(edge.source, edge.target) for edge in found.edges[len(place.edges) :]} == {
            (names[edge.source], names[edge.target])
            for edge in layout.edges
            if {edge.source, edge.target} <= set(names)
        }
        whole = found if found.title not in found.blocks else replace(found, title="")
        if nesting_problem(whole.blocks) is None:
            assert loads(dumps(whole)) == whole


@settings(deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck), max_examples=60)
@given(layout=layouts())
def test_a_whole_network_put_into_an_empty_one_is_that_network(layout: Layout) -> None:
    found, names = pasted(Layout(layout.title, training=layout.training), clipped(layout, layout.nodes))
    assert all(key == name for key, name in names.items())
    used: dict[str, Block] = {name: layout.blocks[name] for name in found.blocks}
    assert infer(replace(layout, blocks=used)).parameters == infer(found).parameters
    assert not infer(found).errors
