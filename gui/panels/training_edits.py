"""The edits of what a network is trained with, and the fields that its numbers are typed into. No Qt.

A part is what is chosen by name: the data set, the loss, each loss added to it (`loss_2` …), optimizer and scheduler.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from core.fields import Field
from core.layout import Block, Layout, Node, with_training
from core.training import config
from core.training.config import AddedLoss, Choice, TrainingConfig
from core.values import Value

Part: TypeAlias = str
PARTS: tuple[Part, ...] = ("dataset", "loss", "optimizer")
"""Those that are always there."""
NO_SCHEDULER = "none"

_FIRST = TrainingConfig()


def _number(name: str, bounds: tuple[int, int]) -> Field:
    return Field(name, "integer", default=getattr(_FIRST, name), minimum=bounds[0], maximum=bounds[1])


NUMBERS: tuple[Field, ...] = (
    _number("batch_size", config.BATCH_SIZES),
    _number("epochs", config.EPOCHS),
    _number("seed", config.SEEDS),
)
"""What every run has."""
WARMUP = _number("warmup_steps", config.WARMUP_STEPS)
GRADIENTS: tuple[Field, ...] = (
    *(
        Field(name, "real", default=0.0, minimum=config.CLIPS[0], maximum=config.CLIPS[1])
        for name in ("clip_norm", "clip_value")
    ),
    _number("accumulate", config.ACCUMULATES),
)
STOPPING: tuple[Field, ...] = (
    _number("patience", config.PATIENCES),
    Field("ema", "real", default=0.0, minimum=0, below=config.LARGEST_EMA),
)
COMPUTING: tuple[Field, ...] = (
    Field("precision", "choice", default="fp32", choices=config.PRECISIONS),
    Field("compile", "flag", default=False),
    _number("threads", config.THREADS),
)
WEIGHT = Field("weight", "real", default=1.0, above=0, maximum=config.LARGEST_WEIGHT)


@dataclass(frozen=True)
class Offer:
    """What a part of the training can be chosen from, and the arguments of each choice."""

    names: tuple[str, ...]
    fields: Callable[[str], tuple[Field, ...]]

    def known(self, name: str) -> tuple[Field, ...]:
        """The arguments of a choice; none for a name that is not offered."""
        return self.fields(name) if name in self.names else ()


def offers() -> dict[str, Offer]:
    """By kind of part."""
    from core import datasets
    from core.training import losses, optimizers, schedulers

    return {
        "dataset": Offer(datasets.NAMES, datasets.fields),
        "loss": Offer(tuple(losses.LOSSES), losses.fields),
        "optimizer": Offer(tuple(optimizers.OPTIMIZERS), optimizers.fields),
        "scheduler": Offer(tuple(schedulers.SCHEDULERS), schedulers.fields),
    }


def kind(part: Part) -> str:
    """What texts and offers call a part: every loss is a `loss`."""
    return part.partition("_")[0]


def loss_part(place: int) -> Part:
    """The part of the loss at this place, 0 for the first."""
    return "loss" if place == 0 else f"loss_{place + 1}"


def is_added(part: Part) -> bool:
    """Whether it is a loss that is added to the first one."""
    return _place(part) is not None


def parts(training: TrainingConfig) -> list[Part]:
    """All parts in the order of the form."""
    losses = [loss_part(place + 1) for place in range(len(training.added_losses))]
    return ["dataset", "loss", *losses, "optimizer", *(["scheduler"] if training.scheduler is not None else [])]


def choice_of(training: TrainingConfig, part: Part) -> Choice:
    """KeyError if there is no such part."""
    place = _place(part)
    if place is not None:
        if place >= len(training.added_losses):
            raise KeyError(part)
        return training.added_losses[place].loss
    found: Choice | None = getattr(training, part)
    if found is None:
        raise KeyError(part)
    return found


def weight_of(training: TrainingConfig, part: Part) -> float:
    """Of an added loss."""
    place = _place(part)
    assert place is not None
    return training.added_losses[place].weight


def with_choice(
    layout: Layout, part: Part, name: str, known: tuple[Field, ...], passed: Mapping[str, Value] | None = None
) -> Layout:
    """The layout with another data set, loss or optimizer; arguments that both have (`lr`, `noise`) stay.

    `passed` are arguments that the choice before this one had no room for.
    """
    before = choice_of(layout.training, part)
    if before.name == name:
        return layout
    fields = {field.name: field for field in known}
    kept = {
        key: value
        for key, value in {**(passed or {}), **before.arguments}.items()
        if key in fields and fields[key].check(value) is None and value != fields[key].default
    }
    return _with_choice(layout, part, Choice(name, kept))


def with_scheduler(layout: Layout, name: str) -> Layout:
    """The layout with a scheduler and good first values for this run, or with none: then the rate stays."""
    from core.training.schedulers import first_choice

    before = layout.training.scheduler
    if (before.name if before is not None else NO_SCHEDULER) == name:
        return layout
    return with_setting(layout, "scheduler", None if name == NO_SCHEDULER else first_choice(name, layout.training))


def with_choice_argument(layout: Layout, part: Part, name: str, value: Value) -> Layout:
    choice = choice_of(layout.training, part)
    return _with_choice(layout, part, replace(choice, arguments={**choice.arguments, name: value}))


def without_choice_argument(layout: Layout, part: Part, name: str) -> Layout:
    choice = choice_of(layout.training, part)
    kept = {key: value for key, value in choice.arguments.items() if key != name}
    return _with_choice(layout, part, replace(choice, arguments=kept))


def with_added_loss(layout: Layout, name: str) -> Layout:
    """The layout with one loss more; as it was if there are as many as may be."""
    added = layout.training.added_losses
    if len(added) + 1 >= config.LOSSES:
        return layout
    return with_setting(layout, "added_losses", (*added, AddedLoss(Choice(name))))


def without_added_loss(layout: Layout, part: Part) -> Layout:
    place = _place(part)
    added = layout.training.added_losses
    return with_setting(layout, "added_losses", tuple(one for index, one in enumerate(added) if index != place))


def with_weight(layout: Layout, part: Part, weight: float) -> Layout:
    place = _place(part)
    added = layout.training.added_losses
    weighed = tuple(replace(one, weight=weight) if index == place else one for index, one in enumerate(added))
    return with_setting(layout, "added_losses", weighed)


def further_loss(training: TrainingConfig) -> str:
    """What a person who adds a loss is offered first: one like those that are there, but none of them."""
    from core.training.losses import LOSSES, spec

    first = spec(training.loss.name)
    chosen = {training.loss.name, *(one.loss.name for one in training.added_losses)}
    others = [one for one in LOSSES.values() if one.name not in chosen and one.regression == first.regression]
    alike = [one for one in others if one.output == first.output and (one.form is None) == (first.form is None)]
    return next((one.name for one in (*alike, *others)), training.loss.name)


def with_setting(layout: Layout, name: str, value: object) -> Layout:
    """The layout with another value of the configuration."""
    if getattr(layout.training, name) == value:
        return layout
    changes: dict[str, Any] = {name: value}
    return with_training(layout, replace(layout.training, **changes))


def trained_alike(layout: Layout, other: Layout) -> bool:
    """Whether two layouts give the same run: positions, notes and the title are no part of it."""
    if layout is other:
        return True
    same = layout.training == other.training and layout.edges == other.edges
    same = same and _nodes_alike(layout.nodes, other.nodes) and list(layout.blocks) == list(other.blocks)
    return same and all(_blocks_alike(block, other.blocks[name]) for name, block in layout.blocks.items())


def _blocks_alike(one: Block, other: Block) -> bool:
    if one is other:
        return True
    return one.edges == other.edges and one.arguments == other.arguments and _nodes_alike(one.nodes, other.nodes)


def _nodes_alike(some: Mapping[str, Node], others: Mapping[str, Node]) -> bool:
    def alike(one: Node, other: Node) -> bool:
        # Two layouts of which one became the other share most of their nodes; it is asked at every edit.
        return one is other or replace(one, position=None, note="") == replace(other, position=None, note="")

    return list(some) == list(others) and all(map(alike, some.values(), others.values()))


def _place(part: Part) -> int | None:
    """Where an added loss stands among them; None for the other parts."""
    head, _, number = part.partition("_")
    return int(number) - 2 if head == "loss" and number else None


def _with_choice(layout: Layout, part: Part, choice: Choice) -> Layout:
    place = _place(part)
    if place is None:
        return with_setting(layout, part, choice)
    added = layout.training.added_losses
    changed = tuple(replace(one, loss=choice) if index == place else one for index, one in enumerate(added))
    return with_setting(layout, "added_losses", changed)
