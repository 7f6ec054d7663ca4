"""The layouts that ship: sound, tidy, as the design names them, and they learn what they are there to show."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from core.layout import Layout, with_training
from core.shapes import infer
from core.storage import dumps, load
from core.training.config import Choice
from core.training.events import EpochEnded, Finished
from core.training.run import run_training
from tests.repository import REPOSITORY

FOLDER = REPOSITORY / "layouts"
FILES = sorted(FOLDER.glob("*.json"))
COLUMN, LEVEL = 116, 100
"""Canvas units between the half columns and the levels of a tidy layout."""


def layout(name: str) -> Layout:
    return load(FOLDER / f"{name}.json")


def test_the_five_first_layouts_are_there() -> None:
    # The gallery behind them is `tests/test_gallery.py`'s.
    names = {path.stem for path in FILES}
    assert names >= {"digits_mlp", "digits_cnn", "fashion_mnist_quickstart", "spiral", "residual_cnn"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_shipped_layout_is_sound_and_written_as_the_program_writes(path: Path) -> None:
    shipped = load(path)
    assert infer(shipped).problems == ()
    assert dumps(shipped) == path.read_text(encoding="utf-8")
    assert shipped.title


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_shipped_layout_stands_on_a_grid_and_flows_downward(path: Path) -> None:
    shipped = load(path)
    positions = {key: node.position for key, node in shipped.nodes.items()}
    assert None not in positions.values()
    places = [place for place in positions.values() if place is not None]
    assert len(set(places)) == len(places)
    assert all(x % COLUMN == 0 and y % LEVEL == 0 for x, y in places)
    for edge in shipped.edges:
        above, below = positions[edge.source], positions[edge.target]
        assert above is not None
        assert below is not None
        assert above[1] < below[1]


def test_the_quickstart_is_the_network_of_the_first_lesson() -> None:
    quickstart = layout("fashion_mnist_quickstart")
    layers = [(node.layer, dict(node.arguments)) for node in quickstart.nodes.values()]
    assert layers == [
        ("Input", {}),
        ("Flatten", {}),
        ("Linear", {"out_features": 512}),
        ("ReLU", {}),
        ("Linear", {"out_features": 512}),
        ("ReLU", {}),
        ("Linear", {"out_features": 10}),
        ("Output", {}),
    ]
    training = quickstart.training
    assert (training.dataset, training.loss) == (Choice("FashionMNIST"), Choice("CrossEntropyLoss"))
    assert training.optimizer == Choice("SGD", {"lr": 0.001})
    assert (training.batch_size, training.epochs, training.seed) == (64, 5, 0)


def test_the_residual_network_branches_and_adds() -> None:
    residual = layout("residual_cnn")
    assert [node.layer for node in residual.nodes.values()].count("add") == 1
    assert any(len(residual.out_of(node_id)) > 1 for node_id in residual.nodes)


@pytest.mark.parametrize(
    ("name", "wanted", "epochs"), [("digits_mlp", 0.95, 20), ("digits_cnn", 0.97, 20), ("spiral", 0.97, 60)]
)
def test_a_shipped_layout_learns_what_it_promises(name: str, wanted: float, epochs: int) -> None:
    shipped = layout(name)
    assert shipped.training.epochs <= epochs
    assert shipped.training.seed == 0
    *_, last = run_training(shipped, device="cpu")
    assert isinstance(last, Finished)
    assert last.test_accuracy >= wanted


def test_the_same_seed_gives_the_same_losses_and_another_one_others() -> None:
    shipped = layout("digits_mlp")

    def losses(seed: int) -> list[tuple[float, float]]:
        layout = with_training(shipped, replace(shipped.training, seed=seed, epochs=2))
        events = run_training(layout, device="cpu", threads=torch.get_num_threads())
        return [(event.train_loss, event.test_loss) for event in events if isinstance(event, EpochEnded)]

    assert losses(0) == losses(0)
    assert losses(0) != losses(1)
