"""Transforms in a printed script: `augment` for batches to train with, `transform` for those of a test.

What varies is printed as the very functions that the program calls, so that both draw the same numbers.
"""

from __future__ import annotations

import re
from types import ModuleType

from core.codegen.calls import keyword_items
from core.codegen.functions import sources
from core.codegen.printing import call, lines
from core.datasets import transforms
from core.datasets.facts import facts
from core.datasets.transform_steps import Step
from core.training.config import TrainingConfig

AUGMENT = '''def augment(inputs: Tensor, generator: torch.Generator) -> Tensor:
    """What each batch goes through while training."""'''
TRANSFORM = '''def transform(inputs: Tensor) -> Tensor:
    """What each batch goes through{}."""'''


def varies(training: TrainingConfig) -> bool:
    """Whether a batch is drawn anew while training, so that `train_epoch` needs a generator."""
    return any(step.random for step in _steps(training, True))


def prepared(training: TrainingConfig, batch: str, train: bool) -> str:
    """The expression of a batch as the network gets it."""
    if not _steps(training, train):
        return batch
    return f"augment({batch}, generator)" if train and varies(training) else f"transform({batch})"


def imports(training: TrainingConfig) -> list[str]:
    return ["from torchvision.transforms import v2"] if "v2." in "\n".join(definitions(training)) else []


def standard_imports(training: TrainingConfig) -> list[str]:
    return ["import math"] if re.search(r"\bmath\.", "\n".join(definitions(training))) else []


def definitions(training: TrainingConfig) -> list[str]:
    """Functions, without the empty lines between them."""
    if not training.transforms:
        return []
    train, test = _steps(training, True), _steps(training, False)
    found = sources({step.function for step in (*train, *test)}, _modules())
    if varies(training):
        found.append("\n".join([AUGMENT, *_body(train)]))
    if test:
        found.append("\n".join([TRANSFORM.format(" in a test" if varies(training) else ""), *_body(test)]))
    return found


def _steps(training: TrainingConfig, train: bool) -> list[Step]:
    known = facts(training.dataset)
    return transforms.steps(training.transforms, known.shape, train) if known.kind != "none" else []


def _body(steps: list[Step]) -> list[str]:
    found = []
    for step in steps:
        items = ["inputs", *(["generator"] if step.random else []), *keyword_items(step.arguments)]
        before = "return " if step is steps[-1] else "inputs = "
        found += lines(4, before, call(step.function, *items))
    return found


def _modules() -> tuple[ModuleType, ...]:
    from core.datasets import augmenting, augmenting_colours, augmenting_warps

    return augmenting, augmenting_colours, augmenting_warps
