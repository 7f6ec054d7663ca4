"""Which settings of a layout a sweep can go through, and what each of them is now. Pure: no widgets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.fields import Field
from core.layers import specification
from core.layout import Layout
from core.runs.settings import CHOICES, SettingError, argument_fields
from core.runs.sweep import Variant, drawn, grid, split_values
from core.training.config import TrainingConfig
from core.values import Value

PLAIN = (
    "batch_size", "seed", "epochs", "loss", "optimizer", "scheduler", "warmup_steps", "clip_norm", "accumulate",
    "patience", "ema", "precision",
)  # fmt: skip
"""Settings without arguments of their own, in the order of how often they are tried."""
TRIED: Mapping[str, str] = {
    "batch_size": "16, 32, 64, 128", "seed": "0, 1, 2", "optimizer": "SGD, Adam, AdamW",
    "scheduler": "none, CosineAnnealingLR", "precision": "fp32, bf16",
}  # fmt: skip
LEARNING_RATES = "0.0003, 0.001, 0.003, 0.01"


@dataclass(frozen=True)
class Setting:
    path: str
    """As `optimizer.lr` or `hidden.out_features`."""
    now: str
    """Its value in the layout, as a person would type it."""
    tried: str
    """Values to begin with."""


def settings(layout: Layout) -> list[Setting]:
    """Everything that can be tried, what is tried most often first."""
    training = layout.training
    found = _arguments(training, "optimizer")
    found += [_plain(training, name) for name in PLAIN]
    for key in ("scheduler", "loss", "dataset"):
        found += _arguments(training, key)
    for node_id, node in layout.nodes.items():
        if node.layer in layout.blocks or node.layer in ("Input", "Output"):
            continue
        fields = [field for field in specification(node.layer).fields if not field.inferred]
        found += [_argument(f"{node_id}.{field.name}", field, node.arguments.get(field.name)) for field in fields]
    return found


def variants(layout: Layout, texts: Mapping[str, str], at_random: int | None) -> list[Variant]:
    """Every combination, or so many at random. SettingError if a value does not fit."""
    values: dict[str, Sequence[str]] = {path: split_values(text) for path, text in texts.items()}
    return drawn(layout, values, at_random, layout.training.seed) if at_random is not None else grid(layout, values)


def _plain(training: TrainingConfig, name: str) -> Setting:
    value = getattr(training, name)
    now = "none" if value is None else value.name if name in CHOICES else str(value)
    if name in TRIED:
        return Setting(name, now, TRIED[name])
    return Setting(name, now, _around(value) if isinstance(value, int | float) and value else now)


def _arguments(training: TrainingConfig, key: str) -> list[Setting]:
    choice = getattr(training, key)
    if choice is None:
        return []
    try:
        fields = argument_fields(key, choice.name)
    except SettingError:
        return []
    return [_argument(f"{key}.{field.name}", field, choice.arguments.get(field.name)) for field in fields]


def _argument(path: str, field: Field, value: Value) -> Setting:
    value = field.default if value is None else value
    now = "" if value is None else field.show(value)
    if path == "optimizer.lr":
        return Setting(path, now, LEARNING_RATES)
    if field.kind == "flag":
        return Setting(path, now, "true, false")
    if field.kind == "choice":
        return Setting(path, now, ", ".join(field.choices[:3]))
    number = isinstance(value, int | float) and not isinstance(value, bool) and value
    return Setting(path, now, _around(value) if number else now)  # type: ignore[arg-type]


def _around(value: float) -> str:
    """Half of it, itself and twice as much."""
    if isinstance(value, int):
        return ", ".join(str(one) for one in dict.fromkeys((max(value // 2, 1), value, 2 * value)))
    middle = value / 2, value, min(2 * value, (1 + value) / 2) if value < 1 else 2 * value
    return ", ".join(f"{one:.4g}" for one in dict.fromkeys(middle))
