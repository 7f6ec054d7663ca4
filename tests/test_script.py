"""The printed training script, run in a process of its own, prints the losses of the program to the last bit."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from core.blocks import block_name_problem
from core.codegen import training_code
from core.datasets.facts import NAMES, NO_DATA
from core.layout import Layout, with_title, with_training
from core.shapes import infer
from core.storage import load
from core.training.config import Choice, TrainingConfig
from core.training.events import EpochEnded
from core.training.run import run_training
from tests.examples import chain, digits_mlp, residual
from tests.graphs import little_resnet
from tests.repository import REPOSITORY
from tests.script_forge import ScriptForge
from tests.test_blocks import lazy
from tests.test_codegen import assert_well_written
from tests.test_compiler import gates

NUMBERS = re.compile(r"epoch (\d+): train_loss (\S+), test_loss (\S+), test_accuracy (\S+)")


def shipped(name: str, epochs: int) -> Layout:
    layout = load(REPOSITORY / "layouts" / f"{name}.json")
    return with_training(layout, replace(layout.training, epochs=epochs))


def moons(loss: str, *ends: tuple[str, str, dict]) -> Layout:
    dataset = Choice("moons", {"samples": 300, "noise": 0.2})
    training = TrainingConfig(dataset, Choice(loss), Choice("RMSprop"), batch_size=64, epochs=3, seed=5)
    hidden = (("hidden", "Linear", {"out_features": 8}), ("tanh", "Tanh", {}))
    return chain(*hidden, *ends, training=training)


def told_by_the_program(layout: Layout, folder: Path | None = None) -> list[tuple[str, ...]]:
    """Epoch, train loss, test loss and test accuracy as Python writes them, which is every bit."""
    threads = torch.get_num_threads()
    try:
        events = list(run_training(layout, device="cpu", folder=folder, threads=1))
    finally:
        torch.set_num_threads(threads)
    ended = [event for event in events if isinstance(event, EpochEnded)]
    assert len(ended) == layout.training.epochs, events[-1]
    return [tuple(map(repr, (e.epoch, e.train_loss, e.test_loss, e.test_accuracy))) for e in ended]


def told_by_the_script(layout: Layout, where: Path, forge: ScriptForge | None) -> list[tuple[str, ...]]:
    return NUMBERS.findall(run_script(layout, where, forge))


def run_script(layout: Layout, where: Path, forge: ScriptForge | None, folder: Path | None = None) -> str:
    """What the printed script prints. Without a forge it is run as a person runs it."""
    source = training_code(infer(layout))
    assert_well_written(source)
    (where / "script.py").write_text(source, encoding="utf-8")
    settings = {"OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}
    if folder is not None:
        settings["LAYERLOOM_DATA"] = str(folder)
    if forge is not None:
        done = forge.run(where, settings)
    else:
        done = subprocess.run(
            [sys.executable, "script.py"], cwd=where, env=os.environ | settings, capture_output=True, text=True
        )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    "layout",
    [
        pytest.param(shipped("digits_mlp", 3), id="digits_mlp"),
        pytest.param(shipped("residual_cnn", 1), id="residual_cnn"),
        pytest.param(shipped("spiral", 3), id="spiral"),
        pytest.param(
            with_training(gates(), TrainingConfig(loss=Choice("HuberLoss", {"delta": 0.5}), epochs=1, seed=2**40)),
            id="every operation, dropout, one-hot targets",
        ),
        pytest.param(
            moons("BCEWithLogitsLoss", ("logit", "Linear", {"out_features": 1})), id="one output for two classes"
        ),
        pytest.param(
            moons("NLLLoss", ("logits", "Linear", {"out_features": 2}), ("log", "LogSoftmax", {"dim": 1})),
            id="NLLLoss",
        ),
        pytest.param(with_training(little_resnet(), TrainingConfig(epochs=1)), id="blocks, one of them frozen"),
        pytest.param(with_training(lazy(), TrainingConfig(epochs=1)), id="lazy layers"),
    ],
)
def test_the_script_prints_the_losses_of_the_program(
    layout: Layout, tmp_path: Path, script_forge: ScriptForge | None
) -> None:
    told = told_by_the_script(layout, tmp_path, script_forge)
    assert told == told_by_the_program(layout)


def test_the_script_prints_the_losses_of_the_program_on_fashion_mnist(datasets_folder: Path, tmp_path: Path) -> None:
    layout = shipped("fashion_mnist_quickstart", 1)
    told = NUMBERS.findall(run_script(layout, tmp_path, None, datasets_folder))
    assert told == told_by_the_program(layout, datasets_folder)


@pytest.mark.parametrize(
    "training",
    [
        TrainingConfig(
            dataset=Choice(dataset),
            loss=Choice("CrossEntropyLoss", {"label_smoothing": 0.1}),
            optimizer=Choice("SGD", {"lr": 0.01, "momentum": 0.9, "weight_decay": 1e-4, "nesterov": True}),
        )
        for dataset in ("digits", "MNIST", "FashionMNIST", "spiral", "moons", "circles", "xor")
    ],
    ids=lambda training: training.dataset.name,
)
def test_every_data_set_gives_sound_source(training: TrainingConfig) -> None:
    from core.datasets import facts

    classes = len(facts(training.dataset).classes)
    layout = chain(("flatten", "Flatten", {}), ("logits", "Linear", {"out_features": classes}), training=training)
    source = training_code(infer(layout))
    assert_well_written(source)
    assert "weight_decay=0.0001" in source
    assert "label_smoothing=0.1" in source


def test_a_title_that_is_a_name_of_the_script_gives_no_clash() -> None:
    for title in ("EPOCHS", "SEED", "Tensor", "FashionMNIST", "main", "O"):
        source = training_code(infer(with_title(residual(), title)))
        assert_well_written(source)
        compile(source, "script.py", "exec")


def test_the_script_only_trains_when_it_is_run() -> None:
    source = training_code(infer(digits_mlp()))
    namespace: dict[str, object] = {"__name__": "imported"}
    exec(compile(source, "script.py", "exec"), namespace)
    assert callable(namespace["build_model"])
    assert callable(namespace["load_data"])


@pytest.mark.parametrize("dataset", [name for name in NAMES if name != NO_DATA])
def test_no_block_can_take_a_name_that_the_script_needs(dataset: str) -> None:
    from core.datasets import facts

    known = facts(Choice(dataset))
    tokens = (("embedding", "Embedding", {"num_embeddings": 99, "embedding_dim": 2}),) if known.dtype == "int64" else ()
    flatten = (("flatten", "Flatten", {}),) if tokens or len(known.shape) > 1 else ()
    nodes = (*tokens, *flatten, ("logits", "LazyLinear", {"out_features": 2}))
    for loss in ("CrossEntropyLoss", "MSELoss") if known.task == "classification" else ("MSELoss",):
        layout = chain(*nodes, training=TrainingConfig(Choice(dataset), Choice(loss)))
        # The mend sets the number of classes.
        problems = infer(layout).problems
        layout = problems[0].mends[0].edit(layout) if problems else layout
        for statement in ast.parse(training_code(infer(layout))).body:
            for name in _defined(statement):
                assert block_name_problem(name) is not None, name


def _defined(statement: ast.stmt) -> list[str]:
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return [statement.name]
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return [alias.asname or alias.name for alias in statement.names]
    return [target.id for target in getattr(statement, "targets", ()) if isinstance(target, ast.Name)]
