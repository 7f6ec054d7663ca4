"""Loss, optimizer and scheduler as the lines of a printed script, each exactly what `core.training` builds.

For one who prints the loop around them:

    definitions     goes before the functions that use the loss: what adds up several losses; usually nothing
    preparation     of the targets, once before the first step: what to say about it and the expression of `labels`
    answers         the expression of `outputs` that gives each sample's class
    loss_lines, optimizer_lines, schedule_lines
                    go into `main`, in this order, behind the model; they name `loss_fn`, `optimizer`, `scheduler` and
                    `warmup`
    after_step      goes behind each `optimizer.step()`
    after_epoch     goes behind each epoch's test, whose loss is `test_loss`
    standard_imports, constants
                    are what these lines use of Python's library, and of numbers at the top of the script beside EPOCHS,
                    BATCH_SIZE and ACCUMULATE
"""

from __future__ import annotations

import re

from core.codegen.calls import keyword_items, literal
from core.codegen.printing import Group, call, lines
from core.training import losses, optimizers, schedulers
from core.training.choices import called_with
from core.training.config import Choice, TrainingConfig
from core.training.losses import Form
from core.training.objective import common_form, losses_of

SUMMED = "SummedLoss"
"""The class that adds up several losses; no class of the network may be called so."""

PLAIN = "targets"
"""What the targets of the losses are called inside of it."""
NAMES: dict[Form, str] = {"class": "targets", "row": "rows", "sign": "signs", "listed": "listed"}


def definitions(training: TrainingConfig, classes: int, features: int) -> list[str]:
    """Classes, without the empty lines between them. `classes` is 0 for a regression."""
    if not training.added_losses:
        return []
    return ["\n".join(_summed(training, classes, features))]


def preparation(training: TrainingConfig, classes: int, features: int) -> tuple[str, str] | None:
    """A sentence about the targets and their expression; None where the data has them as the losses want them."""
    form = common_form(choice for choice, _ in losses_of(training))
    if not classes or form == "class":
        return None
    single = classes == 2 and features == 1
    comments: dict[Form, str] = {
        "row": "One number a sample: 0.0 or 1.0." if single else "A row with 1.0 at the class and 0.0 elsewhere.",
        "sign": "One number a sample: -1.0 or 1.0." if single else "A row with 1.0 at the class and -1.0 elsewhere.",
        "listed": "A row with the number of the class, then -1: no other class.",
    }
    return comments[form], _expression(form, "labels", classes, features)


def answers(training: TrainingConfig, features: int) -> str:
    """The class of each sample, from `outputs`: a tensor of numbers, or of truth values with a single output."""
    known = losses.spec(training.loss.name)
    if known.single and features == 1:
        return f"(outputs[:, 0] > {known.threshold})"
    return "outputs.argmin(1)" if known.output == "distances" else "outputs.argmax(1)"


def loss_lines(training: TrainingConfig) -> list[str]:
    loss = call(SUMMED) if training.added_losses else _loss(training.loss)
    return lines(4, "loss_fn = ", loss)


def optimizer_lines(training: TrainingConfig) -> list[str]:
    name, arguments = training.optimizer.name, training.optimizer.arguments
    options = keyword_items(called_with(optimizers.fields(name), arguments))
    return lines(4, "optimizer = ", call(f"torch.optim.{name}", "model.parameters()", *options))


def schedule_lines(training: TrainingConfig) -> list[str]:
    """The scheduler, and behind it the warm-up: a scheduler may set the rate when it is made."""
    found: list[str] = []
    if training.scheduler is not None:
        name = training.scheduler.name
        if name == "OneCycleLR":
            found.append(f"    steps_per_epoch = {_steps(training)}")
        found += lines(4, "scheduler = ", _scheduler(name, *_schedule_items(training, training.scheduler)))
    if training.warmup_steps:
        items = ("start_factor=1 / (WARMUP_STEPS + 1)", "total_iters=WARMUP_STEPS")
        found += lines(4, "warmup = ", _scheduler("LinearLR", *items))
    return found


def after_step(training: TrainingConfig) -> list[str]:
    """Statements, not indented."""
    found = ["warmup.step()"] if training.warmup_steps else []
    return [*found, "scheduler.step()"] if _moves(training) == "step" else found


def after_epoch(training: TrainingConfig) -> list[str]:
    """Statements, not indented."""
    if _moves(training) != "epoch":
        return []
    assert training.scheduler is not None
    reads = schedulers.spec(training.scheduler.name).reads_loss
    return ["scheduler.step(test_loss)" if reads else "scheduler.step()"]


def standard_imports(training: TrainingConfig) -> list[str]:
    one_cycle = training.scheduler is not None and training.scheduler.name == "OneCycleLR"
    return ["import math"] if one_cycle else []


def constants(training: TrainingConfig) -> list[str]:
    return [f"WARMUP_STEPS = {training.warmup_steps}"] if training.warmup_steps else []


def _loss(choice: Choice) -> Group:
    return call(f"nn.{choice.name}", *keyword_items(called_with(losses.fields(choice.name), choice.arguments)))


def _scheduler(name: str, *items: str) -> Group:
    return call(f"torch.optim.lr_scheduler.{name}", "optimizer", *items)


def _schedule_items(training: TrainingConfig, choice: Choice) -> list[str]:
    arguments = schedulers.complete(choice, optimizers.rate(training.optimizer), training.epochs)
    written = dict(zip(arguments, keyword_items(arguments), strict=True))
    if choice.name == "CosineAnnealingLR" and "T_max" not in choice.arguments:
        written["T_max"] = "T_max=EPOCHS"
    items = list(written.values())
    if choice.name == "OneCycleLR":
        items[1:1] = ["epochs=EPOCHS", "steps_per_epoch=steps_per_epoch"]
    return items


def _steps(training: TrainingConfig) -> str:
    batches = "BATCH_SIZE" if training.accumulate == 1 else "(BATCH_SIZE * ACCUMULATE)"
    return f"math.ceil(len(train_inputs) / {batches})"


def _moves(training: TrainingConfig) -> str:
    return "" if training.scheduler is None else schedulers.spec(training.scheduler.name).moves


def _expression(form: Form, labels: str, classes: int, features: int) -> str:
    """As `core.training.losses.written` computes it."""
    if form == "class":
        return labels
    if form == "listed":
        return f"nn.functional.pad({labels}.unsqueeze(1), (0, {classes - 1}), value=-1)"
    single = classes == 2 and features == 1
    rows = f"{labels}.unsqueeze(1).float()" if single else f"nn.functional.one_hot({labels}, {classes}).float()"
    return rows if form == "row" else f"2.0 * {rows} - 1.0"


def _summed(training: TrainingConfig, classes: int, features: int) -> list[str]:
    chosen = losses_of(training)
    common = common_form(choice for choice, _ in chosen)
    forms = [losses.spec(choice.name).form or "class" for choice, _ in chosen]
    attributes = _attributes([choice.name for choice, _ in chosen])
    found = [f"class {SUMMED}(nn.Module):", '    """Several losses added up, each with its weight."""', ""]
    found += ["    def __init__(self) -> None:", "        super().__init__()"]
    for name, (choice, _) in zip(attributes, chosen, strict=True):
        found += lines(8, f"self.{name} = ", _loss(choice))
    found += ["", "    def forward(self, outputs: Tensor, targets: Tensor) -> Tensor:"]
    if classes:
        for form in dict.fromkeys(form for form in forms if form != common):
            found.append(f"        {NAMES[form]} = {_expression(form, PLAIN, classes, features)}")
    for index, (name, (_, weight), form) in enumerate(zip(attributes, chosen, forms, strict=True)):
        targets = NAMES[form] if classes and form != common else PLAIN
        times = "" if weight == 1 else f"{literal(weight)} * "
        before = "loss = " if not index else "return loss + " if index == len(chosen) - 1 else "loss = loss + "
        found += lines(8, before, call(f"{times}self.{name}", "outputs", targets))
    return found


def _attributes(names: list[str]) -> list[str]:
    """`BCEWithLogitsLoss` → `bce_with_logits`; one that comes again is `mse_2`."""
    plain = [
        re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name.removesuffix("Loss")).lower()
        for name in names
    ]
    return [
        name if name not in plain[:index] else f"{name}_{plain[:index].count(name) + 1}"
        for index, name in enumerate(plain)
    ]
