"""The networks of the gallery are torchvision's, or a person's, to the last bit: same weights, same step."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

import main
from core.arrangement import arranged
from core.blocks import interior
from core.codegen import model_code
from core.compiler import compile_model
from core.inference import Inference
from core.layout import Layout, Position
from core.placement import GAP, TALL, WIDTH
from core.shapes import infer
from core.signals import sized
from core.storage import load
from tests.repository import REPOSITORY
from tests.test_codegen import assert_well_written
from tests.twins import TWINS, Twin

BATCH = 2


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    # The last bits of a sum depend on how many threads share it.
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def path_of(name: str) -> Path:
    return REPOSITORY / "layouts" / f"{name}.json"


def seeded(build: Any) -> nn.Module:
    torch.manual_seed(7)
    return build()


def printed(source: str) -> nn.Module:
    """What printed code builds; the last function or class in it builds the whole network."""
    namespace: dict[str, Any] = {"__name__": "printed"}
    exec(compile(source, "printed.py", "exec"), namespace)
    own = [value for value in namespace.values() if getattr(value, "__module__", "") == "printed"]
    return seeded(own[-1])


def batch_for(inference: Inference, twin: Twin) -> Tensor:
    (signal,) = inference.results("Input")
    assert signal is not None
    shape = sized(signal.shape, BATCH)
    torch.manual_seed(3)
    if signal.dtype == "int64":
        return torch.randint(0, 10_000, shape)
    return torch.rand(shape if twin.size is None else (*shape[:2], twin.size, twin.size))


def shaken(model: nn.Module) -> nn.Module:
    """The model with no two vectors alike: a norm begins with ones and zeros, which would hide a mistaken key."""
    torch.manual_seed(11)
    for tensor in model.state_dict().values():
        if tensor.is_floating_point() and tensor.dim() == 1:
            tensor.uniform_(0.5, 1.5)
    return model


def a_step(model: nn.Module, batch: Tensor) -> list[Tensor]:
    """Outputs, gradients and buffers of a training step, with the dropout of one seed."""
    model.train()
    torch.manual_seed(5)
    outputs = model(batch)
    outputs.square().mean().backward()
    gradients = [parameter.grad for parameter in model.parameters() if parameter.grad is not None]
    return [outputs.detach(), *gradients, *model.buffers()]


def assert_equal(ours: list[Tensor], theirs: list[Tensor]) -> None:
    assert len(ours) == len(theirs)
    assert [index for index, pair in enumerate(zip(ours, theirs, strict=True)) if not torch.equal(*pair)] == []


@pytest.mark.parametrize("name", TWINS)
def test_a_network_of_the_gallery_computes_what_its_twin_computes(name: str) -> None:
    twin, inference = TWINS[name], infer(load(path_of(name)))
    theirs, ours = seeded(twin.build), seeded(lambda: compile_model(inference))
    assert [twin.key(key) for key in theirs.state_dict()] == list(ours.state_dict())
    if twin.same_start:
        assert_equal(list(ours.state_dict().values()), list(theirs.state_dict().values()))
    weights = shaken(theirs).state_dict()
    ours.load_state_dict({twin.key(key): tensor for key, tensor in weights.items()}, strict=True)
    batch = batch_for(inference, twin)
    # An in-place layer would change the batch for the second model.
    untouched = batch.clone()
    with torch.no_grad():
        assert torch.equal(ours.eval()(batch), theirs.eval()(batch))
    assert_equal(a_step(ours, batch), a_step(theirs, batch))
    assert torch.equal(batch, untouched)


@pytest.mark.parametrize("name", TWINS)
def test_the_printed_code_of_the_gallery_builds_the_same_network(name: str) -> None:
    inference = infer(load(path_of(name)))
    source = model_code(inference)
    assert_well_written(source)
    ours, written = seeded(lambda: compile_model(inference)), printed(source)
    assert list(written.state_dict()) == list(ours.state_dict())
    assert_equal(list(written.state_dict().values()), list(ours.state_dict().values()))
    batch = batch_for(inference, TWINS[name])
    with torch.no_grad():
        torch.manual_seed(5)
        expected = ours(batch)
        torch.manual_seed(5)
        assert torch.equal(written(batch), expected)


@pytest.mark.parametrize("name", TWINS)
def test_the_gallery_is_counted_as_its_twins_are_published(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["check", str(path_of(name)), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["problems"] == []
    with torch.device("meta"):
        count = sum(parameter.numel() for parameter in TWINS[name].build().parameters())
    assert found["parameters"] == count == (TWINS[name].parameters or count)


def insides(layout: Layout) -> Iterator[Layout]:
    yield layout
    yield from (interior(layout, name) for name in layout.blocks)


def assert_tidy(layout: Layout, places: Mapping[str, Position]) -> None:
    assert set(places) == set(layout.nodes)
    for (one, (x, y)), (other, (u, v)) in combinations(places.items(), 2):
        assert abs(x - u) >= WIDTH + 16 or abs(y - v) >= TALL + GAP, (layout.title, one, other)
    for edge in layout.edges:
        assert places[edge.source][1] + TALL < places[edge.target][1], (layout.title, edge)


@pytest.mark.parametrize("name", TWINS)
def test_the_gallery_stands_tidily_and_flows_downward(name: str) -> None:
    for inside in insides(load(path_of(name))):
        given = {key: node.position for key, node in inside.nodes.items() if node.position is not None}
        assert_tidy(inside, given)
        assert_tidy(inside, arranged(inside))


def test_every_network_of_the_gallery_has_a_twin() -> None:
    learners = {"digits_mlp", "digits_cnn", "fashion_mnist_quickstart", "spiral", "residual_cnn"}
    assert {path.stem for path in (REPOSITORY / "layouts").glob("*.json")} == learners | set(TWINS)


def test_the_encoder_layers_are_those_of_torch() -> None:
    inference = infer(load(path_of("transformer_encoder")))
    layers = compile_model(inference).get_submodule("layers")
    layer = nn.TransformerEncoderLayer(128, 4, 512, batch_first=True)
    theirs = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
    theirs.load_state_dict({f"layers.{key}": tensor for key, tensor in layers.state_dict().items()}, strict=True)
    words = torch.rand(BATCH, 64, 128)
    # torch leaves the attention weights out there and sums in another order.
    assert torch.allclose(layers.eval()(words), theirs.eval()(words), atol=1e-5)


def test_opening_the_gallery_waits_for_no_large_library() -> None:
    command = (
        "import sys; from pathlib import Path; from core.storage import load\n"
        "for path in Path('layouts').glob('*.json'): load(path)\n"
        "print({'torch', 'networkx', 'numpy'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", command], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("set()\n", "")
