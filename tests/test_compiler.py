"""What is compiled is what a person would have written in PyTorch: the same keys, bits, gradients and buffers."""

from __future__ import annotations

import copy
import pickle
from collections import OrderedDict
from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from core.compiler import compile_model
from core.layout import Edge, Layout, Node
from core.shapes import infer, pending
from tests.examples import chain, digits_mlp, residual
from tests.graphs import little_resnet


class HandWrittenResidual(nn.Module):
    """`tests.examples.residual`, as a person writes it."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(1, 8, 3, padding=1)
        self.first = nn.Conv2d(8, 8, 3, padding=1)
        self.relu = nn.ReLU()
        self.second = nn.Conv2d(8, 8, 3, padding=1)
        self.flatten = nn.Flatten()
        self.logits = nn.Linear(512, 10)

    def forward(self, images: Tensor) -> Tensor:
        stem = self.stem(images)
        x = self.second(self.relu(self.first(stem)))
        return self.logits(self.flatten(x + stem))


class HandWrittenGates(nn.Module):
    """Every operation, a value that is read three times, buffers and randomness."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(1, 4, 3, padding=1)
        self.norm = nn.BatchNorm2d(4)
        self.gate = nn.Sigmoid()
        self.drop = nn.Dropout(0.5)
        self.flatten = nn.Flatten()
        self.logits = nn.Linear(768, 10)

    def forward(self, images: Tensor) -> Tensor:
        stem = self.stem(images)
        norm = self.norm(stem)
        gated = norm * self.gate(stem)
        difference = norm - stem
        joined = torch.cat([gated, difference, self.drop(stem)], dim=1)
        return self.logits(self.flatten(joined))


def gates() -> Layout:
    nodes = {
        "images": Node("Input"),
        "stem": Node("Conv2d", {"out_channels": 4, "kernel_size": 3, "padding": 1}),
        "norm": Node("BatchNorm2d"),
        "gate": Node("Sigmoid"),
        "gated": Node("mul"),
        "difference": Node("sub"),
        "drop": Node("Dropout"),
        "joined": Node("cat", {"dim": 1}),
        "flatten": Node("Flatten"),
        "logits": Node("Linear", {"out_features": 10}),
        "output": Node("Output"),
    }
    wires = [
        *("images stem 0", "stem norm 0", "stem gate 0", "norm gated 0", "gate gated 1", "norm difference 0"),
        *("stem difference 1", "stem drop 0", "gated joined 0", "difference joined 1", "drop joined 2"),
        *("joined flatten 0", "flatten logits 0", "logits output 0"),
    ]
    edges = tuple(Edge(source, target, input=int(port)) for source, target, port in map(str.split, wires))
    return Layout("gates", nodes, edges)


def hand_written_mlp() -> nn.Module:
    return nn.Sequential(
        OrderedDict(flatten=nn.Flatten(), hidden=nn.Linear(64, 32), relu=nn.ReLU(), logits=nn.Linear(32, 10))
    )


PAIRS = [
    pytest.param(digits_mlp, hand_written_mlp, id="chain"),
    pytest.param(residual, HandWrittenResidual, id="residual"),
    pytest.param(gates, HandWrittenGates, id="every operation"),
]
Build = Callable[[], nn.Module]


def seeded(build: Build) -> nn.Module:
    torch.manual_seed(7)
    return build()


def trained_a_little(model: nn.Module) -> list[Tensor]:
    """Outputs, gradients, parameters and buffers of two steps in train mode and of one look in eval mode."""
    torch.manual_seed(1)
    images, labels = torch.rand(16, 1, 8, 8), torch.randint(10, (16,))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    seen: list[Tensor] = []
    for _ in range(2):
        optimizer.zero_grad()
        outputs = model(images)
        nn.functional.cross_entropy(outputs, labels).backward()
        seen += [outputs.detach(), *(p.grad.clone() for p in model.parameters() if p.grad is not None)]
        optimizer.step()
    model.eval()
    with torch.no_grad():
        seen.append(model(images))
    return [*seen, *model.state_dict().values()]


@pytest.mark.parametrize(("layout", "hand_written"), PAIRS)
def test_the_same_seed_gives_the_same_weights_outputs_gradients_and_buffers(
    layout: Callable[[], Layout], hand_written: Build
) -> None:
    ours = seeded(lambda: compile_model(infer(layout())))
    theirs = seeded(hand_written)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    for mine, other in zip(ours.state_dict().values(), theirs.state_dict().values(), strict=True):
        assert torch.equal(mine, other)
    for mine, other in zip(trained_a_little(ours), trained_a_little(theirs), strict=True):
        assert torch.equal(mine, other)


@pytest.mark.parametrize(("layout", "hand_written"), PAIRS)
def test_weights_go_over_to_the_hand_written_network_and_back(
    layout: Callable[[], Layout], hand_written: Build
) -> None:
    ours, theirs = compile_model(infer(layout())), hand_written()
    theirs.load_state_dict(ours.state_dict(), strict=True)
    ours.load_state_dict(theirs.state_dict(), strict=True)


def test_a_chain_is_a_sequential_and_a_branch_one_small_module() -> None:
    assert type(compile_model(infer(digits_mlp()))) is nn.Sequential
    children = [name for name, _ in compile_model(infer(residual())).named_children()]
    assert children == ["stem", "first", "relu", "second", "flatten", "logits"]


def test_a_layout_with_errors_or_without_inference_is_refused() -> None:
    with pytest.raises(ValueError, match="free of errors"):
        compile_model(infer(chain(("logits", "Linear", {"out_features": 3}))))
    with pytest.raises(ValueError, match="free of errors"):
        compile_model(pending(digits_mlp()))


def test_advice_does_not_forbid_compiling() -> None:
    layout = chain(
        ("flatten", "Flatten", {}), ("logits", "Linear", {"out_features": 10}), ("end", "Softmax", {"dim": 1})
    )
    inference = infer(layout)
    assert inference.problems
    assert torch.allclose(compile_model(inference)(torch.rand(4, 1, 8, 8)).sum(1), torch.ones(4))


def test_a_branching_network_can_be_copied_and_pickled() -> None:
    model = compile_model(infer(residual())).eval()
    images = torch.rand(3, 1, 8, 8)
    for other in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert torch.equal(other(images), model(images))
        assert other.get_submodule("stem") is not model.get_submodule("stem")


def test_a_replaced_layer_is_the_one_that_runs() -> None:
    model = compile_model(infer(residual()))
    model.set_submodule("logits", nn.Linear(512, 3))
    assert model(torch.rand(2, 1, 8, 8)).shape == (2, 3)


def test_evaluation_holds_no_more_values_than_branches_need() -> None:
    layers = [(f"relu_{index}", "ReLU", {}) for index in range(30)]
    layout = residual()
    model = compile_model(infer(layout))
    assert model._slots == 2
    deep = chain(*layers, ("flatten", "Flatten", {}), ("logits", "Linear", {"out_features": 10}))
    assert len(compile_model(infer(deep))) == 32


def test_initial_weights_do_not_depend_on_where_nodes_stand() -> None:
    layout = residual()
    moved = Layout(
        layout.title, {key: Node(n.layer, n.arguments, (5.0, 7.0)) for key, n in layout.nodes.items()}, layout.edges
    )
    ours = seeded(lambda: compile_model(infer(layout))).state_dict()
    theirs = seeded(lambda: compile_model(infer(moved))).state_dict()
    assert all(torch.equal(ours[key], theirs[key]) for key in ours)


EXAMPLES = [residual, gates, little_resnet]


@pytest.mark.parametrize("layout", EXAMPLES)
def test_a_network_can_be_exported(layout: Callable[[], Layout]) -> None:
    model = compile_model(infer(layout())).eval()
    images = torch.rand(3, 1, 8, 8)
    batch = torch.export.Dim("batch", min=2)
    # A network that branches takes any number of tensors, which torch sees as one tuple.
    shapes = {0: batch} if isinstance(model, nn.Sequential) else ({0: batch},)
    exported = torch.export.export(model, (images,), dynamic_shapes=(shapes,))
    other = torch.rand(5, 1, 8, 8)
    assert torch.equal(exported.module()(other), model(other))


@pytest.mark.parametrize("layout", EXAMPLES)
def test_a_network_is_one_graph_for_torch_compile(layout: Callable[[], Layout]) -> None:
    model = compile_model(infer(layout())).eval()
    torch._dynamo.reset()
    compiled = torch.compile(model, backend="eager", fullgraph=True)
    images = torch.rand(3, 1, 8, 8)
    assert torch.equal(compiled(images), model(images))
