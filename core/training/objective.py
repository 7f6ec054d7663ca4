"""What a training makes small: one loss, or several of the same output and target that add up with their weights."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from core.training.config import Choice, TrainingConfig
from core.training.losses import Form, build, spec, written, wrong_target

if TYPE_CHECKING:
    from torch import Tensor

# N samples, B of a batch, C classes, F features that leave the network


def losses_of(config: TrainingConfig) -> tuple[tuple[Choice, float], ...]:
    """Each loss with its weight, the main one first."""
    return (config.loss, 1.0), *((added.loss, added.weight) for added in config.added_losses)


def common_form(choices: Iterable[Choice]) -> Form:
    """The form that all these losses want their classes in; the plain number where they differ."""
    forms = {spec(choice.name).form for choice in choices}
    (form,) = forms if len(forms) == 1 else (None,)
    return form or "class"


class Objective:
    """Called with outputs and prepared targets it gives the loss of a batch.

    With one loss `function` is that loss itself, so that nothing comes between it and the loop.
    """

    def __init__(self, config: TrainingConfig, classes: int) -> None:
        """`classes` is 0 where the targets are numbers. ValueError or TypeError if torch refuses an argument."""
        chosen = losses_of(config)
        self.modules = tuple(build(choice) for choice, _ in chosen)
        self.weights = tuple(weight for _, weight in chosen)
        self.parts = part_names([choice.name for choice, _ in chosen]) if len(chosen) > 1 else ()
        """What each part is called, in order; none with a single loss, which is its own only part."""
        self._names = tuple(choice.name for choice, _ in chosen)
        self._classes = classes
        self._form = common_form(choice for choice, _ in chosen)
        self._forms = tuple(spec(name).form or "class" for name in self._names)
        self.function: Callable[[Tensor, Tensor], Tensor] = self._total if self.parts else self.modules[0]

    def __call__(self, outputs_BF: Tensor, targets_B: Tensor) -> Tensor:
        return self.function(outputs_BF, targets_B)

    def prepare(self, targets_N: Tensor, output_features: int) -> Tensor:
        """The targets as the losses want them, made once before the first step where all want the same."""
        if not self._classes:
            return targets_N
        return written(self._form, targets_N, self._classes, output_features)

    def values(self, outputs_BF: Tensor, targets_B: Tensor) -> list[Tensor]:
        """Each part times its weight, in order; `targets_B` come from `prepare`. Their `total` is the loss."""
        known: dict[Form, Tensor] = {self._form: targets_B}
        found = []
        for module, weight, form in zip(self.modules, self.weights, self._forms, strict=True):
            if self._classes and form not in known:
                known[form] = written(form, targets_B, self._classes, outputs_BF.shape[1])
            value = module(outputs_BF, known[form] if self._classes else targets_B)
            found.append(value if weight == 1 else weight * value)
        return found

    @staticmethod
    def total(values: Sequence[Tensor]) -> Tensor:
        """One after the other, as a person writes the sum: another order gives other last bits."""
        total = values[0]
        for value in values[1:]:
            total = total + value
        return total

    def wrong_target(self, targets_N: Tensor) -> tuple[str, float] | None:
        """A loss and the smallest of the numbers to learn, where that loss can compare with none so small."""
        for name in self._names:
            smallest = wrong_target(name, targets_N) if not self._classes else None
            if smallest is not None:
                return name, smallest
        return None

    def _total(self, outputs_BF: Tensor, targets_B: Tensor) -> Tensor:
        return self.total(self.values(outputs_BF, targets_B))


def part_names(names: Sequence[str]) -> tuple[str, ...]:
    """The losses by name, numbered where one comes again: `MSELoss`, `MSELoss 2`."""
    return tuple(
        name if name not in names[:index] else f"{name} {names[:index].count(name) + 1}"
        for index, name in enumerate(names)
    )
