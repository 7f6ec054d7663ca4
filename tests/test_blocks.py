"""Blocks are classes: with arguments, used several times, repeated, nested, their problems said on the use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from core.blocks import LARGEST_NETWORK, block_fields, interior, network_size, resolved, with_interior
from core.codegen import model_code
from core.compiler import compile_model
from core.layout import (
    Block,
    Layout,
    Node,
    sharing,
    with_argument,
    with_blocks,
    with_frozen,
    with_renamed,
    with_repeat,
    with_shared,
    without_nodes,
)
from core.shapes import infer
from core.storage import LayoutFileError, dumps, loads
from core.values import Reference, Value
from tests.examples import chain
from tests.graphs import block, graph, little_resnet, residual_block, siamese
from tests.test_codegen import assert_well_written


class ResidualBlock(nn.Module):
    """`tests.graphs.residual_block`, as a person writes it."""

    def __init__(self, in_channels: int, channels: int = 64, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, channels, 3, stride=stride, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(channels)
        self.relu = nn.ReLU()
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(channels)
        self.shortcut = nn.Conv2d(in_channels, channels, 1, stride=stride, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        out = self.norm2(self.conv2(self.relu(self.norm1(self.conv1(x)))))
        return self.relu(out + self.shortcut(x))


class Stage(nn.Module):
    def __init__(self, in_channels: int, channels: int = 64) -> None:
        super().__init__()
        self.first = ResidualBlock(in_channels, channels, 2)
        self.rest = nn.Sequential(*(ResidualBlock(channels, channels) for _ in range(3)))

    def forward(self, x: Tensor) -> Tensor:
        return self.rest(self.first(x))


class LittleResnet(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(1, 8, 3, padding=1)
        self.stage1 = Stage(8, 16)
        self.stage2 = Stage(16, 32).requires_grad_(False)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten()
        self.logits = nn.Linear(32, 10)

    def forward(self, images: Tensor) -> Tensor:
        return self.logits(self.flatten(self.pool(self.stage2(self.stage1(self.stem(images))))))


def seeded(build: Callable[[], nn.Module]) -> nn.Module:
    torch.manual_seed(5)
    return build()


def printed(layout: Layout) -> nn.Module:
    """What the printed code builds; the last function or class in it builds the whole network."""
    source = model_code(infer(layout))
    assert_well_written(source)
    namespace: dict[str, Any] = {"__name__": "printed"}
    exec(compile(source, "printed.py", "exec"), namespace)
    own = [value for value in namespace.values() if getattr(value, "__module__", "") == "printed"]
    return seeded(own[-1])


def a_step(model: nn.Module) -> list[Tensor]:
    """Outputs, gradients and buffers of one step."""
    torch.manual_seed(1)
    outputs = model(torch.rand(4, 1, 8, 8))
    outputs.square().sum().backward()
    gradients = [parameter.grad for parameter in model.parameters() if parameter.grad is not None]
    return [outputs.detach(), *gradients, *model.state_dict().values()]


def equal(ours: list[Tensor], theirs: list[Tensor]) -> bool:
    return len(ours) == len(theirs) and all(map(torch.equal, ours, theirs))


def rules(layout: Layout) -> set[str]:
    return {problem.rule for problem in infer(layout).problems}


def use_of(inner: Block, **more: Any) -> Layout:
    """A network that is one use of a block on the digits."""
    nodes = {
        "images": Node("Input", {"shape": (1, 8, 8)}),
        "use": Node("Inner", more.pop("arguments", {}), **more),
        "output": Node("Output"),
    }
    return graph("use", nodes, "images use, use output", blocks={"Inner": inner})


def test_a_network_of_blocks_is_the_one_written_by_hand_to_the_last_bit() -> None:
    compiled = seeded(lambda: compile_model(infer(little_resnet())))
    by_hand = seeded(LittleResnet)
    assert list(compiled.state_dict()) == list(by_hand.state_dict())
    assert [p.requires_grad for p in compiled.parameters()] == [p.requires_grad for p in by_hand.parameters()]
    assert equal(a_step(compiled), a_step(by_hand))


def test_the_printed_classes_build_the_compiled_network() -> None:
    assert equal(a_step(printed(little_resnet())), a_step(seeded(lambda: compile_model(infer(little_resnet())))))


def test_a_printed_class_takes_what_its_uses_decide() -> None:
    source = model_code(infer(little_resnet()))
    assert "class ResidualBlock(nn.Module):" in source
    assert "def __init__(self, in_channels: int, channels: int = 64, stride: int = 1) -> None:" in source
    assert "*(ResidualBlock(channels, channels=channels) for _ in range(3))" in source
    assert "self.norm1 = nn.BatchNorm2d(channels)" in source
    # What is too long for one line stands in one between the brackets, where that is enough.
    assert "\n            in_channels, channels, kernel_size=3, stride=stride, padding=1, bias=False\n" in source


def test_parameters_are_counted_through_uses_and_repetitions_and_frozen_ones_apart() -> None:
    inference = infer(little_resnet())
    by_hand = LittleResnet()
    assert inference.problems == ()
    assert inference.parameters == sum(p.numel() for p in by_hand.parameters())
    assert inference.trainable == sum(p.numel() for p in by_hand.parameters() if p.requires_grad)
    assert inference.nodes["stage1"].parameter_shapes == tuple(
        (name, tuple(parameter.shape)) for name, parameter in by_hand.stage1.named_parameters()
    )
    inside = inference.nodes["stage1"].instances[0]
    assert inside.nodes["rest"].outputs[0].shape == ("N", 16, 4, 4)
    assert len(inside.nodes["rest"].instances) == 3


def test_a_layout_with_blocks_is_written_and_read_again() -> None:
    layout = little_resnet()
    assert loads(dumps(layout)) == layout
    assert '"channels": {"argument": "channels"}' in dumps(layout)


def test_a_block_with_several_inputs_and_outputs() -> None:
    inner = block(
        {
            "left": Node("Input"),
            "right": Node("Input"),
            "sum": Node("add"),
            "both": Node("Output"),
            "difference": Node("sub"),
            "other": Node("Output"),
        },
        "left sum, right sum.1, sum both, left difference, right difference.1, difference other",
    )
    nodes = {
        "a": Node("Input", {"shape": (3,)}),
        "b": Node("Input", {"shape": (3,)}),
        "mixed": Node("Mix"),
        "product": Node("mul"),
        "first": Node("Output"),
        "second": Node("Output"),
    }
    text = "a mixed.0, b mixed.1, mixed.0 product.0, mixed.1 product.1, product first, mixed.1 second"
    layout = graph("mix", nodes, text, blocks={"Mix": inner})
    a, b = torch.rand(2, 3), torch.rand(2, 3)
    model, written = compile_model(infer(layout)), printed(layout)
    for network in (model, written):
        first, second = network(a, b)
        assert torch.equal(first, (a + b) * (a - b)) and torch.equal(second, a - b)


def test_a_problem_inside_is_said_on_the_use_and_mended_there() -> None:
    layout = little_resnet()
    layout = with_argument(layout, "stage1", "channels", 0)
    assert rules(layout) == {"field.minimum"}
    broken = residual_block()
    nodes = {**broken.nodes, "norm1": Node("BatchNorm2d", {"num_features": 5})}
    layout = with_blocks(little_resnet(), {**layout.blocks, "ResidualBlock": replace(broken, nodes=nodes)})
    problems = infer(layout).errors
    assert [(problem.node, problem.inside) for problem in problems] == [("stage1", ("first", "norm1"))]
    assert problems[0].mends[0].block == "ResidualBlock"
    assert infer(problems[0].mends[0].edit(layout)).problems == ()


def test_a_mend_for_what_the_use_decides_changes_the_use() -> None:
    inner = block(
        {
            "x": Node("Input"),
            "conv": Node("Conv2d", {"out_channels": 4, "kernel_size": Reference("size")}),
            "y": Node("Output"),
        },
        "x conv, conv y",
        size=3,
    )
    layout = use_of(inner, arguments={"size": 20})
    (problem,) = infer(layout).errors
    mended = problem.mends[0].edit(layout)
    assert mended.blocks is layout.blocks and mended.nodes["use"].arguments == {"size": 8}
    assert infer(mended).problems == ()


@pytest.mark.parametrize(
    ("layout", "rule"),
    [
        (use_of(residual_block(), arguments={"depth": 3}), "argument.unknown"),
        (use_of(residual_block(), repeat=0), "block.repeat_range"),
        (use_of(block({"x": Node("Input"), "a": Node("ReLU")}, "x a")), "graph.no_output"),
        (
            use_of(block({"x": Node("Input", {"shape": (1,)}), "y": Node("Output")}, "x y")),
            "block.input_argument",
        ),
        (
            use_of(
                block(
                    {"x": Node("Input"), "a": Node("Dropout", {"p": Reference("nothing")}), "y": Node("Output")},
                    "x a, a y",
                )
            ),
            "block.reference",
        ),
    ],
)
def test_what_a_use_cannot_be_is_said_on_it(layout: Layout, rule: str) -> None:
    assert rule in rules(layout)
    # Without an Output inside, nothing comes out of the use either.
    assert {"use"} <= {problem.node for problem in infer(layout).errors} <= {"use", "output"}


def test_only_what_has_one_way_in_and_out_is_repeated() -> None:
    two = block({"x": Node("Input"), "y": Node("Output"), "z": Node("Output")}, "x y, x z")
    nodes = {"images": Node("Input", {"shape": (3,)}), "use": Node("Two", repeat=2), "output": Node("Output")}
    layout = graph("two", nodes, "images use, use output", blocks={"Two": two})
    assert "block.repeat_ports" in rules(layout)
    assert "block.repeat_layer" in rules(with_repeat(little_resnet(), "stem", 2))


def test_a_network_that_blocks_make_too_large_is_refused_at_once() -> None:
    chain = block({"x": Node("Input"), "a": Node("ReLU"), "y": Node("Output")}, "x a, a y")
    outer = block({"x": Node("Input"), "a": Node("A", repeat=256), "y": Node("Output")}, "x a, a y")
    nodes = {"images": Node("Input"), "b": Node("B", repeat=256), "output": Node("Output")}
    layout = graph("large", nodes, "images b, b output", blocks={"A": chain, "B": outer})
    assert network_size(layout) > LARGEST_NETWORK
    assert rules(layout) == {"graph.too_large"}


def test_the_inside_of_a_block_is_edited_as_a_layout_and_changes_every_use() -> None:
    layout = little_resnet()
    inside = with_argument(interior(layout, "ResidualBlock"), "conv2", "kernel_size", 1)
    inside = with_argument(inside, "conv2", "padding", 0)
    changed = with_interior(layout, "ResidualBlock", inside)
    assert infer(changed).problems == ()
    assert infer(changed).parameters < infer(layout).parameters


def test_the_form_of_a_block_has_the_fields_of_the_layers_that_use_its_arguments() -> None:
    fields = {field.name: field for field in block_fields(little_resnet(), "Stage")}
    assert fields["channels"].kind == "integer" and fields["channels"].minimum == 1
    assert fields["channels"].default == 64 and not fields["channels"].required


@pytest.mark.parametrize(
    ("reference", "value", "result"),
    [
        (Reference("n", 4), 16, 64),
        (Reference("n", 2), (3, 5), (6, 10)),
        (Reference("n", 2), 0.5, 1.0),
        (Reference("n"), "same", "same"),
    ],
)
def test_a_reference_is_a_multiple_of_what_it_names(reference: Reference, value: Value, result: Value) -> None:
    assert resolved(reference, {"n": value}) == result


def test_what_cannot_be_multiplied_stays_open() -> None:
    assert resolved(Reference("n", 2), {"n": "same"}) == Reference("n", 2)
    assert resolved(Reference("m"), {"n": 1}) == Reference("m")


# One module used in several places.


def test_a_shared_module_is_built_once_and_its_gradients_add_up() -> None:
    layout = siamese()
    model, written = seeded(lambda: compile_model(infer(layout))), printed(layout)
    linear = seeded(lambda: nn.Linear(6, 4))
    assert list(model.state_dict()) == ["encoder.weight", "encoder.bias"]
    assert infer(layout).parameters == 28
    a, b = torch.rand(3, 6), torch.rand(3, 6)
    (linear(a) - linear(b)).square().sum().backward()
    for network in (model, written):
        network(a, b).square().sum().backward()
        assert torch.equal(network.encoder.weight.grad, linear.weight.grad)


def test_the_module_of_a_deleted_node_goes_on_in_the_next_that_shares_it() -> None:
    layout = without_nodes(siamese(), ["encoder"])
    assert layout.nodes["again"] == Node("Linear", {"out_features": 4})
    renamed = with_renamed(siamese(), "encoder", "tower")
    assert renamed.nodes["again"].shares == "tower" and sharing(renamed, "tower") == ("again",)


def test_an_edit_of_a_sharing_node_is_one_of_the_module() -> None:
    layout = with_argument(siamese(), "again", "out_features", 9)
    assert layout.nodes["encoder"].arguments == {"out_features": 9} and not layout.nodes["again"].arguments
    assert with_frozen(layout, "again", True).nodes["encoder"].frozen
    alone = with_shared(layout, "again", None)
    assert alone.nodes["again"] == Node("Linear", {"out_features": 9})
    assert with_shared(alone, "again", "encoder").nodes["again"] == Node("Linear", shares="encoder")


def test_a_module_cannot_be_shared_by_inputs_of_other_sizes() -> None:
    layout = with_argument(siamese(), "right", "shape", (5,))
    (problem,) = infer(layout).errors
    assert problem.node == "again"


# At the door.


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ('"Stage": {\n', '"import": {\n', "bad_block_name"),
        ('"Stage": {\n', '"Linear": {\n', "bad_block_name"),
        ('"Stage": {\n', '"print": {\n', "bad_block_name"),
        ('"Stage": {\n', '"OrderedDict": {\n', "bad_block_name"),
        ('"Stage": {\n', '"main": {\n', "bad_block_name"),
        ('"rest": {"layer": "ResidualBlock"', '"rest": {"layer": "Stage"', "block_in_itself"),
        ('"repeat": 3', '"repeat": 0', "out_of_range"),
        ('"repeat": 3', '"repeat": 1e3', "out_of_range"),
        ('"repeat": 3', '"repeat": true', "out_of_range"),
        ('{"layer": "BatchNorm2d"}', '{"layer": "BatchNorm2d", "repeat": 2}', "repeat_without_block"),
        ('"shares": "relu"', '"shares": "norm1"', "bad_share"),
        ('"shares": "relu"', '"shares": "again"', "bad_share"),
        ('"shares": "relu"', '"shares": 5', "bad_share"),
        ('"shares": "relu"', '"shares": "relu", "arguments": {"inplace": true}', "bad_share"),
        ('"frozen": true', '"frozen": 1', "wrong_kind"),
        ('{"argument": "channels"}', '{"argument": "a b"}', "bad_value"),
        ('{"argument": "channels"}', '{"argument": "channels", "times": 0}', "out_of_range"),
        ('{"argument": "channels"}', '{"argument": "channels", "plus": 1}', "bad_value"),
        ('"arguments": {"channels": 64, "stride": 1}', '"arguments": {"class": 64}', "bad_argument"),
        ('"arguments": {"channels": 64, "stride": 1}', '"arguments": {"n": {"argument": "n"}}', "bad_argument"),
        ('"arguments": {"channels": 64, "stride": 1}', '"arguments": {"Stage": 64}', "bad_argument"),
        ('"arguments": {"channels": 64, "stride": 1}', '"colour": 1', "unknown_key"),
    ],
)
def test_a_file_with_a_wrong_block_is_refused_in_a_sentence(old: str, new: str, rule: str) -> None:
    text = dumps(little_resnet())
    assert old in text
    with pytest.raises(LayoutFileError) as caught:
        loads(text.replace(old, new, 1))
    assert caught.value.rule == rule


def test_blocks_may_not_stand_too_deep_in_blocks() -> None:
    inner = block({"x": Node("Input"), "a": Node("ReLU"), "y": Node("Output")}, "x a, a y")
    blocks = {"B0": inner}
    for level in range(1, 40):
        nodes = {"x": Node("Input"), "a": Node(f"B{level - 1}"), "y": Node("Output")}
        blocks[f"B{level}"] = block(nodes, "x a, a y")
    with pytest.raises(LayoutFileError) as caught:
        loads(dumps(with_blocks(little_resnet(), {**little_resnet().blocks, **blocks})))
    assert caught.value.rule == "blocks_too_deep"


# Lazy layers.


def lazy() -> Layout:
    return chain(
        ("conv", "LazyConv2d", {"out_channels": 4, "kernel_size": 3}),
        ("norm", "LazyBatchNorm2d", {}),
        ("flatten", "Flatten", {}),
        ("drop", "Dropout", {}),
        ("logits", "LazyLinear", {"out_features": 10}),
    )


def test_a_compiled_lazy_network_has_the_weights_that_are_shown() -> None:
    inference = infer(lazy())
    model = compile_model(inference)
    assert inference.parameters == sum(parameter.numel() for parameter in model.parameters())
    assert inference.nodes["logits"].parameter_shapes == (("weight", (10, 144)), ("bias", (10,)))
    written = printed(lazy())
    written.load_state_dict(model.state_dict(), strict=True)
    assert torch.equal(written.eval()(torch.ones(2, 1, 8, 8)), model.eval()(torch.ones(2, 1, 8, 8)))


def test_a_lazy_layer_cannot_be_frozen_not_even_inside_a_block() -> None:
    inner = block({"x": Node("Input"), "a": Node("LazyLinear", {"out_features": 3}), "y": Node("Output")}, "x a, a y")
    layout = use_of(inner, frozen=True)
    assert "lazy.frozen" in rules(layout)
    (problem,) = [problem for problem in infer(layout).problems if problem.rule == "lazy.frozen"]
    assert infer(problem.mends[0].edit(layout)).errors == ()
