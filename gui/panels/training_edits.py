"""The edits of what a network is trained with, and the fields that its numbers are typed into. No Qt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

from core.fields import Field
from core.layout import Layout, Node, with_training
from core.training.config import BATCH_SIZES, EPOCHS, SEEDS, Choice, TrainingConfig
from core.values import Value

Part = Literal["dataset", "loss", "optimizer"]
PARTS: tuple[Part, ...] = ("dataset", "loss", "optimizer")

NUMBERS: tuple[Field, ...] = tuple(
    Field(name, "integer", default=getattr(TrainingConfig(), name), minimum=low, maximum=high)
    for name, (low, high) in (("batch_size", BATCH_SIZES), ("epochs", EPOCHS), ("seed", SEEDS))
)


@dataclass(frozen=True)
class Offer:
    """What a part of the training can be chosen from, and the arguments of each choice."""

    names: tuple[str, ...]
    fields: Callable[[str], tuple[Field, ...]]

    def known(self, name: str) -> tuple[Field, ...]:
        """The arguments of a choice; none for a name that is not offered."""
        return self.fields(name) if name in self.names else ()


def offers() -> dict[Part, Offer]:
    from core import datasets
    from core.training import losses, optimizers

    return {
        "dataset": Offer(datasets.NAMES, datasets.fields),
        "loss": Offer(tuple(losses.LOSSES), losses.fields),
        "optimizer": Offer(tuple(optimizers.OPTIMIZERS), optimizers.fields),
    }


def with_choice(layout: Layout, part: Part, name: str, known: tuple[Field, ...]) -> Layout:
    """The layout with another data set, loss or optimizer; arguments that both have (`lr`, `noise`) stay."""
    before: Choice = getattr(layout.training, part)
    if before.name == name:
        return layout
    fields = {field.name: field for field in known}
    kept = {
        key: value
        for key, value in before.arguments.items()
        if key in fields and fields[key].check(value) is None and value != fields[key].default
    }
    return _with(layout, part, Choice(name, kept))


def with_choice_argument(layout: Layout, part: Part, name: str, value: Value) -> Layout:
    choice: Choice = getattr(layout.training, part)
    return _with(layout, part, replace(choice, arguments={**choice.arguments, name: value}))


def without_choice_argument(layout: Layout, part: Part, name: str) -> Layout:
    choice: Choice = getattr(layout.training, part)
    kept = {key: value for key, value in choice.arguments.items() if key != name}
    return _with(layout, part, replace(choice, arguments=kept))


def with_number(layout: Layout, name: str, value: int) -> Layout:
    """The layout with another `batch_size`, `epochs` or `seed`."""
    return _with(layout, name, value)


def trained_alike(layout: Layout, other: Layout) -> bool:
    """Whether two layouts give the same run: positions, notes and the title are no part of it."""
    if layout is other:
        return True

    def networks(one: Layout) -> list[tuple[str, Node]]:
        return [(node_id, replace(node, position=None, note="")) for node_id, node in one.nodes.items()]

    def insides(one: Layout) -> list[tuple[object, ...]]:
        blocks = one.blocks.items()
        return [(name, networks(Layout(nodes=block.nodes)), block.edges, block.arguments) for name, block in blocks]

    same = layout.training == other.training and layout.edges == other.edges
    same = same and (layout.blocks is other.blocks or insides(layout) == insides(other))
    return same and networks(layout) == networks(other)


def _with(layout: Layout, name: str, value: object) -> Layout:
    changes: dict[str, Any] = {name: value}
    return with_training(layout, replace(layout.training, **changes))
