"""What can be wrong with the data set, the losses and the optimizer by themselves. Torch says it after the start."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from core.fields import Field
from core.layout import Layout
from core.problems import Problem
from core.rules import mends
from core.rules.scheduling import scheduling_problems
from core.training import losses, optimizers, schedulers
from core.training.config import Choice
from core.training.objective import losses_of

if TYPE_CHECKING:
    from core.datasets import DatasetFacts


def training_problems(layout: Layout) -> Iterator[Problem]:
    from core.datasets import facts
    from core.datasets import fields as dataset_fields
    from core.datasets.facts import found as found_in_files

    training = layout.training
    dataset = facts(training.dataset)
    own = found_in_files(training.dataset.name)
    yield from choice_problems(training.dataset, dataset_fields(training.dataset.name), own)
    for place, (choice, _) in enumerate(losses_of(training)):
        yield from choice_problems(choice, losses.fields(choice.name))
        yield from _task_problems(choice, dataset, place)
    optimizer = list(_optimizer_problems(training.optimizer))
    yield from optimizer
    if training.scheduler is not None:
        wrong = list(choice_problems(training.scheduler, schedulers.fields(training.scheduler.name)))
        yield from wrong
        if wrong:
            return
    yield from scheduling_problems(training, dataset.train_size)


def choice_problems(choice: Choice, fields: tuple[Field, ...], besides: tuple[str, ...] = ()) -> Iterator[Problem]:
    """Arguments that are unknown, missing or out of range; `besides` are known and looked at elsewhere."""
    known = {field.name: field for field in fields}
    for name, value in choice.arguments.items():
        if name in besides:
            continue
        values = {"node": choice.name, "layer": choice.name, "argument": name}
        if name not in known:
            yield Problem(None, "argument.unknown", values, argument=name)
            continue
        error = known[name].check(value)
        if error is not None:
            yield Problem(None, error.rule, {**values, **error.values}, argument=name)
    for field in fields:
        if field.required and field.name not in choice.arguments:
            values = {"node": choice.name, "layer": choice.name, "argument": field.name}
            yield Problem(None, "argument.missing", values, argument=field.name)


def _task_problems(choice: Choice, dataset: DatasetFacts, place: int) -> Iterator[Problem]:
    """A loss for classes on data with numbers to predict, or the other way round."""
    if dataset.kind == "none":
        return
    values = {"loss": choice.name, "dataset": dataset.name}
    known = losses.spec(choice.name)
    if dataset.task == "regression" and not known.regression:
        yield Problem(None, "loss.of_classes", values, (mends.use_loss("MSELoss", place),))
    elif dataset.task == "classification" and known.form is None:
        yield Problem(None, "loss.of_numbers", values, (mends.use_loss("CrossEntropyLoss", place),))


def _optimizer_problems(choice: Choice) -> Iterator[Problem]:
    """Arguments that torch refuses one by one, and those that it refuses together."""
    wrong = list(choice_problems(choice, optimizers.fields(choice.name)))
    yield from wrong
    if wrong:
        return
    arguments, values = choice.arguments, {"optimizer": choice.name}
    momentum, dampening = arguments.get("momentum"), arguments.get("dampening")
    if choice.name == "SGD" and arguments.get("nesterov") is True and (not momentum or dampening):
        yield Problem(None, "optimizer.nesterov", values, argument="nesterov")
    etas, eps = arguments.get("etas"), arguments.get("eps")
    if isinstance(etas, tuple) and not float(etas[0]) < 1 < float(etas[1]):  # type: ignore[arg-type]
        received = ", ".join(map(str, etas))
        yield Problem(None, "optimizer.etas", {**values, "received": received}, argument="etas")
    if isinstance(eps, tuple) and eps[1] is None:
        yield Problem(None, "optimizer.second_eps", values, argument="eps")
