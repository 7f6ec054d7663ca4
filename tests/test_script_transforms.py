"""A printed script with transforms draws what the program draws, and prints the same losses to the last bit."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

import pytest

from core.codegen import training_code
from core.datasets import augmenting, augmenting_colours, augmenting_warps
from core.layout import Layout
from core.names import SCRIPT_NAMES
from core.shapes import infer
from core.training.config import Choice, TrainingConfig
from tests.examples import chain
from tests.script_forge import ScriptForge
from tests.test_codegen import assert_well_written
from tests.test_script import told_by_the_program, told_by_the_script
from tests.test_transforms import CHOICES

NOISE = Choice("FakeData", {"samples": 60, "size": 12, "classes": 3})
JITTER = Choice("ColorJitter", {"brightness": 0.4, "contrast": 0.3, "saturation": 0.5, "hue": 0.1})
NORMALIZE = Choice("Normalize", {"mean": 0.5, "std": (0.25, 0.2, 0.3)})


def net(dataset: Choice, *transforms: Choice) -> Layout:
    training = TrainingConfig(dataset, batch_size=16, epochs=2, seed=1, transforms=transforms)
    flatten = () if dataset.name == "iris" else (("flatten", "Flatten", {}),)
    return chain(*flatten, ("logits", "Linear", {"out_features": 3}), training=training)


@pytest.mark.parametrize(
    "layout",
    [
        net(NOISE, Choice("RandomCrop", {"size": 10, "padding": 2}), Choice("RandomHorizontalFlip"), JITTER, NORMALIZE),
        net(NOISE, Choice("RandomAffine", {"degrees": 20, "translate": (0.1, 0.1)}), Choice("RandomErasing")),
        net(NOISE, Choice("Resize", {"size": 9}), NORMALIZE),
        net(Choice("iris"), Choice("Normalize", {"mean": 0.1, "std": 2.0}), Choice("GaussianNoise")),
    ],
    ids=["crop, flip, jitter, normalize", "affine, erasing", "nothing that varies", "a table"],
)
def test_the_script_prints_the_losses_of_the_program(
    layout: Layout, tmp_path: Path, script_forge: ScriptForge | None
) -> None:
    assert infer(layout).errors == ()
    assert told_by_the_script(layout, tmp_path, script_forge) == told_by_the_program(layout)


@pytest.mark.parametrize("choice", CHOICES, ids=lambda choice: choice.name)
def test_every_transform_gives_sound_source(choice: Choice) -> None:
    assert_well_written(training_code(infer(net(NOISE, choice))))


def test_no_block_can_take_a_name_of_the_script() -> None:
    source = training_code(infer(net(NOISE, *CHOICES[1:])))
    names = {node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)}
    assert {"augment", "transform", "warped"} <= names <= SCRIPT_NAMES
    for module in (augmenting, augmenting_colours, augmenting_warps):
        assert {name for name, one in vars(module).items() if inspect.isfunction(one)} <= SCRIPT_NAMES
