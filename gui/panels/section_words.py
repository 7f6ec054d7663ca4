"""The folded sections of the training form: which settings each holds, and what it says of them while it is folded."""

from __future__ import annotations

from collections.abc import Mapping

from core.fields import Field
from core.training.config import TrainingConfig
from gui.panels import training_edits as edits
from gui.panels.ticks import short
from gui.words import Words

SECTIONS: Mapping[str, tuple[Field, ...]] = {
    "details": (),
    "schedule": (edits.WARMUP,),
    "gradients": edits.GRADIENTS,
    "stopping": edits.STOPPING,
    "computing": edits.COMPUTING,
}
"""By name, in order. `details` holds the rarer arguments of what is chosen, `schedule` the scheduler too."""


def summary(section: str, training: TrainingConfig, changed: int, words: Words) -> str:
    """What a section holds; `changed` is how many of the rarer arguments differ from torch's own."""
    say = words.say
    if section == "details":
        return say("training.changed", count=changed) if changed else say("training.as_in_torch")
    told = {"schedule": _schedule, "gradients": _gradients, "stopping": _stopping, "computing": _computing}
    return " · ".join(told[section](training, words)) or say("training.off")


def _schedule(training: TrainingConfig, words: Words) -> list[str]:
    said = [training.scheduler.name] if training.scheduler is not None else []
    if training.warmup_steps:
        said.append(words.say("training.warmup_of", steps=training.warmup_steps))
    return said or [words.say("training.constant")]


def _gradients(training: TrainingConfig, words: Words) -> list[str]:
    said = []
    if training.clip_norm:
        said.append(words.say("training.norm_to", norm=short(training.clip_norm)))
    if training.clip_value:
        said.append(words.say("training.value_to", value=short(training.clip_value)))
    if training.accumulate > 1:
        said.append(words.say("training.batches_a_step", count=training.accumulate))
    return said


def _stopping(training: TrainingConfig, words: Words) -> list[str]:
    said = []
    if training.patience:
        said.append(words.say("training.patience_of", epochs=training.patience))
    if training.ema:
        said.append(f"EMA {training.ema:g}")
    return said


def _computing(training: TrainingConfig, words: Words) -> list[str]:
    said: list[str] = [training.precision]
    if training.compile:
        said.append(words.say("training.compiled"))
    if training.threads:
        said.append(words.say("training.threads_of", count=training.threads))
    return said
