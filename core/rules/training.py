"""What can be wrong with the data set, the loss and the optimizer by themselves."""

from __future__ import annotations

from collections.abc import Iterator

from core.fields import Field
from core.layout import Layout
from core.problems import Problem
from core.training.config import Choice


def training_problems(layout: Layout) -> Iterator[Problem]:
    from core.datasets import fields as dataset_fields
    from core.training.losses import fields as loss_fields
    from core.training.optimizers import fields as optimizer_fields

    training = layout.training
    yield from _choice_problems(training.dataset, dataset_fields(training.dataset.name))
    yield from _choice_problems(training.loss, loss_fields(training.loss.name))
    yield from _choice_problems(training.optimizer, optimizer_fields(training.optimizer.name))
    arguments = training.optimizer.arguments
    # Torch refuses this when the optimizer is built, which is after Train was pressed.
    if arguments.get("nesterov") is True and (not arguments.get("momentum") or arguments.get("dampening")):
        yield Problem(None, "optimizer.nesterov", {"optimizer": training.optimizer.name}, argument="nesterov")


def _choice_problems(choice: Choice, fields: tuple[Field, ...]) -> Iterator[Problem]:
    known = {field.name: field for field in fields}
    for name, value in choice.arguments.items():
        values = {"node": choice.name, "layer": choice.name, "argument": name}
        if name not in known:
            yield Problem(None, "argument.unknown", values, argument=name)
            continue
        error = known[name].check(value)
        if error is not None:
            yield Problem(None, error.rule, {**values, **error.values}, argument=name)
