"""What inputs can go through before the network gets them: torchvision's transforms, as an ordered list of choices.

Most are torchvision.transforms.v2's own functions, on a whole batch. What varies is drawn for each sample by itself
(augmenting.py says why), and only while training: in a test a random crop is the one in the middle, and a flip nothing.
The trainer scales bytes to 0 … 1 before. `facts` needs no torch: the window asks for shapes before it paints.

    pipeline(choices, training)              a function (batch, generator) -> batch, or None where nothing is to do
    transformed_shape(choices, shape)        of one sample, behind them all
    seen(training)                           the facts of the data as the network gets them
    before_after(choices, sample)            the sample after each step, as arrays, for pictures
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from core.datasets import transform_steps
from core.datasets.facts import DatasetFacts, facts
from core.datasets.transform_steps import Shape, Step, Transform
from core.datasets.transforms_known import TRANSFORMS
from core.fields import Field
from core.training.config import Choice, TrainingConfig
from core.values import Value

if TYPE_CHECKING:
    import torch
    from numpy.typing import NDArray
    from torch import Tensor

    from core.datasets.load import Splits

# B batch

NAMES = tuple(TRANSFORMS)
"""Every transform, in the order in which they are offered."""


def transform(name: str) -> Transform:
    """KeyError if there is no such transform."""
    return TRANSFORMS[name]


def fields(name: str) -> tuple[Field, ...]:
    """KeyError if there is no such transform."""
    return TRANSFORMS[name].fields


def arguments(choice: Choice) -> dict[str, Value]:
    """Every argument, given or default; what does not fit is replaced by its default (the problems name it)."""
    return transform_steps.arguments(TRANSFORMS[choice.name], choice.arguments)


def steps(choices: Sequence[Choice], shape: Shape, training: bool) -> list[Step]:
    """The calls that a batch goes through, whose samples come in with this shape."""
    found = []
    for choice in choices:
        known, given = TRANSFORMS[choice.name], arguments(choice)
        step = known.step(given, shape, training)
        if step is not None:
            found.append(step)
        shape = known.shape(given, shape)
    return found


def transformed_shape(choices: Sequence[Choice], shape: Shape) -> Shape:
    """Of one sample behind all transforms. One that does not fit leaves the shape; `transform_problems` names it."""
    for choice in choices:
        shape = TRANSFORMS[choice.name].shape(arguments(choice), shape)
    return shape


def seen(training: TrainingConfig) -> DatasetFacts:
    """What is known of the data as the network gets them: behind the transforms."""
    known = facts(training.dataset)
    if not training.transforms or known.kind == "none":
        return known
    return replace(known, shape=transformed_shape(training.transforms, known.shape))


def pipeline(choices: Sequence[Choice], training: bool) -> Callable[[Tensor, torch.Generator], Tensor] | None:
    """What a batch (B, *shape) of floats goes through; None if nothing is to do.

    Only the generator is drawn from, one that lives on the processor, and only while training.
    """
    chosen = tuple(choices)
    if not chosen or not any(training or not TRANSFORMS[choice.name].varies for choice in chosen):
        return None
    known: dict[Shape, list[Callable[[Tensor, torch.Generator], Tensor]]] = {}

    def through(inputs_B: Tensor, generator: torch.Generator) -> Tensor:
        shape = tuple(inputs_B.shape[1:])
        if shape not in known:
            known[shape] = [_function(step) for step in steps(chosen, shape, training)]
        for function in known[shape]:
            inputs_B = function(inputs_B, generator)
        return inputs_B

    return through


def _function(step: Step) -> Callable[[Tensor, torch.Generator], Tensor]:
    function = resolve(step.function)
    given: dict[str, Any] = dict(step.arguments)
    if step.random:
        return lambda inputs_B, generator: function(inputs_B, generator, **given)
    return lambda inputs_B, generator: function(inputs_B, **given)


def resolve(name: str) -> Any:
    """The function that a step names: torchvision's, or one of ours."""
    if name.startswith(V2):
        from torchvision.transforms import v2

        return getattr(v2.functional, name.removeprefix(V2))
    from core.datasets import augmenting, augmenting_colours, augmenting_warps

    return next(getattr(one, name) for one in (augmenting, augmenting_colours, augmenting_warps) if hasattr(one, name))


V2 = "v2.functional."


def before_after(
    choices: Sequence[Choice], sample: NDArray[Any] | Tensor, training: bool = True, seed: int = 0
) -> list[NDArray[Any]]:
    """One sample as it comes in, from 0 to 1 if it was bytes, and after each choice; another seed draws anew.

    Steps that do nothing (a flip in a test) repeat what was there, so that each choice has its picture. ValueError or
    RuntimeError if one does not fit; the problems say so before.
    """
    import torch

    one = torch.as_tensor(sample)[None]
    one = one.float() / 255 if one.dtype == torch.uint8 else one.float()
    found, generator = [one[0].numpy()], torch.Generator().manual_seed(seed)
    for choice in choices:
        through = pipeline((choice,), training)
        one = one if through is None else through(one, generator)
        found.append(one[0].numpy())
    return found


def normalizing(splits: Splits, before: Sequence[Choice] = ()) -> Choice:
    """A Normalize with the training part's own means and deviations: a pair for each channel, or for each column.

    `before` are the transforms that stand in front of it, as they are in a test. A channel that never differs keeps
    a deviation of 1. Imports torch.
    """
    import torch

    inputs_N, through = splits.train_inputs, pipeline(before, training=False)
    totals = squares = torch.zeros(1, dtype=torch.float64)
    count = 0
    for inputs_B in inputs_N.split(1_000):
        values = inputs_B.float() / 255 if inputs_B.dtype == torch.uint8 else inputs_B
        if through is not None:
            values = through(values, torch.Generator())
        # Images by channel, all else by its last dimension.
        values = values.movedim(1 if values.dim() == 4 else -1, 0).flatten(1).double()
        totals, squares = totals + values.sum(1), squares + values.square().sum(1)
        count += values.shape[1]
    mean = totals / count
    std = (squares / count - mean.square()).clamp(min=0).sqrt()
    std = torch.where(std < 1e-6, 1.0, std)
    return Choice("Normalize", {"mean": _plain(mean), "std": _plain(std)})


def _plain(values: Tensor) -> tuple[float, ...]:
    """Short enough to read."""
    return tuple(float(f"{value:.4g}") for value in values.tolist())
