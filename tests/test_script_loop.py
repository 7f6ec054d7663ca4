"""Whatever is configured of the training, the printed script does it too and prints the same losses to the last bit."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from core.codegen import training_code
from core.layout import Layout, with_training
from core.shapes import infer
from core.training.config import AddedLoss, Choice, TrainingConfig
from core.training.events import EpochEnded, Finished, Noticed
from core.training.run import run_training
from tests.examples import chain
from tests.script_forge import ScriptForge
from tests.test_script import run_script

NUMBERS = re.compile(r"epoch (\d+): train_loss ([^\s,]+), test_loss ([^\s,]+)(?:, test_accuracy (\S+))?")
HIDDEN = (("hidden", "Linear", {"out_features": 16}), ("norm", "BatchNorm1d", {}), ("relu", "ReLU", {}))
SPIRAL = Choice("spiral", {"samples": 400})
MOMENTUM = Choice("SGD", {"lr": 0.05, "momentum": 0.9})


def net(**changes: object) -> Layout:
    """Batches of 32 of 320 points, so that nothing divides evenly into groups of 3."""
    values = {"dataset": SPIRAL, "optimizer": MOMENTUM, "batch_size": 32, "epochs": 3, "seed": 3, **changes}
    training = TrainingConfig(**values)  # type: ignore[arg-type]
    ends = (("drop", "Dropout", {"p": 0.2}), ("logits", "Linear", {"out_features": 3}))
    return chain(*HIDDEN, *ends, training=training)


def told_by_the_program(layout: Layout) -> list[tuple[str, ...]]:
    threads = torch.get_num_threads()
    try:
        events = list(run_training(layout, device="cpu", threads=1))
    finally:
        torch.set_num_threads(threads)
    assert isinstance(events[-1], Finished), events[-1]
    assert [event for event in events if isinstance(event, Noticed)] == []
    return [
        (str(e.epoch), repr(e.train_loss), repr(e.test_loss), "" if e.test_accuracy is None else repr(e.test_accuracy))
        for e in events
        if isinstance(e, EpochEnded)
    ]


CASES = {
    "accumulated and averaged": net(ema=0.9, accumulate=4),
    "clipped, with a warm-up": net(
        clip_norm=0.5, clip_value=0.1, scheduler=Choice("StepLR", {"step_size": 1}), warmup_steps=7
    ),
    "one cycle": net(scheduler=Choice("OneCycleLR"), accumulate=3),
    "plateau": net(scheduler=Choice("ReduceLROnPlateau", {"patience": 0, "threshold": 0.5}), epochs=5),
    "several losses": net(added_losses=(AddedLoss(Choice("MSELoss"), 0.5), AddedLoss(Choice("CrossEntropyLoss"), 2.0))),
    "patience": net(patience=2, epochs=60, optimizer=Choice("SGD", {"lr": 2.0})),
    "fp16": net(precision="fp16", accumulate=2, clip_norm=1.0),
    "everything": net(
        optimizer=Choice("AdamW", {"lr": 0.02}), scheduler=Choice("CosineAnnealingLR"), warmup_steps=9, clip_norm=0.4,
        clip_value=0.3, accumulate=3, ema=0.95, patience=3, precision="bf16", epochs=4, threads=1,
        added_losses=(AddedLoss(Choice("MultiMarginLoss"), 0.1),),
    ),
}  # fmt: skip


@pytest.mark.parametrize("layout", CASES.values(), ids=CASES)
def test_the_script_trains_as_the_program_does(
    layout: Layout, tmp_path: Path, script_forge: ScriptForge | None
) -> None:
    assert NUMBERS.findall(run_script(layout, tmp_path, script_forge)) == told_by_the_program(layout)


def test_numbers_are_learned_alike(tmp_path: Path, script_forge: ScriptForge | None) -> None:
    loss, optimizer = Choice("HuberLoss"), Choice("Adam", {"lr": 0.01})
    training = TrainingConfig(Choice("diabetes"), loss, optimizer, epochs=2, patience=5)
    layout = chain(*HIDDEN, ("value", "Linear", {"out_features": 1}), training=training)
    told = NUMBERS.findall(run_script(layout, tmp_path, script_forge))
    assert told == told_by_the_program(layout)
    assert [row[3] for row in told] == ["", ""]


def test_batches_go_through_transforms_in_full_numbers(tmp_path: Path, script_forge: ScriptForge | None) -> None:
    flip, normalize = Choice("RandomHorizontalFlip"), Choice("Normalize", {"mean": (0.5,), "std": (0.25,)})
    training = TrainingConfig(transforms=(flip, normalize), epochs=2, precision="bf16")
    layout = chain(("flatten", "Flatten", {}), ("logits", "Linear", {"out_features": 10}), training=training)
    assert NUMBERS.findall(run_script(layout, tmp_path, script_forge)) == told_by_the_program(layout)


@pytest.mark.skipif(shutil.which("c++") is None, reason="torch.compile needs a C++ compiler on the processor")
def test_a_compiled_network_is_printed_so(tmp_path: Path) -> None:
    layout = net(compile=True, epochs=2)
    assert NUMBERS.findall(run_script(layout, tmp_path, None)) == told_by_the_program(layout)


def test_what_is_not_configured_is_not_printed() -> None:
    source = training_code(infer(net()))
    words = "ACCUMULATE clip_grad average autocast compile scheduler warmup waited THREADS augment transform"
    assert [word for word in words.split() if word in source] == []
    other = with_training(net(), replace(net().training, accumulate=2, clip_value=0.5))
    assert "ACCUMULATE = 2" in training_code(infer(other)) and "CLIP_VALUE = 0.5" in training_code(infer(other))
