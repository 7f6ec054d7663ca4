"""Everything that a run needs before its first step: data and network on the device, tried on a real batch.

What the device lacks is gone without, and said.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from core.training import optimizers, schedulers
from core.training.averaging import Average
from core.training.compiling import compiled
from core.training.config import TrainingConfig
from core.training.events import Failed, Noticed
from core.training.failures import MEMORY, failure
from core.training.objective import Objective
from core.training.precision import context, refusal
from core.training.randomness import same_random_numbers
from core.training.samples import Resident, Samples, transformed
from core.training.stepping import Stepping
from core.training.trial import Trial, try_batch

if TYPE_CHECKING:
    import torch
    from torch import Tensor, nn

    from core.datasets.load import Splits

# N samples, B batch


@dataclass(frozen=True)
class Ground:
    """What a run stands on."""

    train: Samples
    """With targets as the loss wants them, as of `test`."""
    test: Samples
    train_targets_N: Tensor
    """As they are in the data."""
    test_targets_N: Tensor
    classes: int
    """0 where the targets are numbers."""
    objective: Objective
    stepping: Stepping
    proof: Proof
    train_transform: Callable[[Tensor, torch.Generator], Tensor] | None
    test_transform: Callable[[Tensor, torch.Generator], Tensor] | None
    unused: bool
    """Whether a parameter has no part in the loss."""


def prepare(
    model: nn.Module,
    splits: Splits,
    config: TrainingConfig,
    device: torch.device,
    part: Callable[[int], int] = lambda batch: batch,
) -> Generator[Noticed, None, Ground | Failed]:
    """Put it all on the device and try it. Random numbers afterwards go on as if nothing had happened.

    `part` says how many samples of a batch this process trains on, where several share them.
    """
    model.to(device)
    resident = (
        Resident(splits.train_inputs, splits.train_targets),
        Resident(splits.test_inputs, splits.test_targets),
    )
    train, test = (side.to(device) for side in splits.streamed or resident)
    try:
        objective = Objective(config, splits.classes)
    except (ValueError, TypeError) as error:
        return failure(error, "loss", loss=config.loss.name)
    wrong = objective.wrong_target(train.targets_N) or objective.wrong_target(test.targets_N)
    if wrong is not None:
        return Failed(None, "training_failure.wrong_target", {"loss": wrong[0], "received": wrong[1]})
    refused = refusal(config.precision, device)
    if refused is not None:
        yield Noticed("training_notice.precision", _said(config, device, refused))
        config = replace(config, precision="fp32")
    transforms = _transforms(config)
    proof = Proof(model, objective, train, splits.classes, transforms[0], config, device, part)
    trial = proof.tried()
    failed = trial.failure
    if failed is not None and config.precision != "fp32" and failed.rule != MEMORY:
        # Some layers and losses have no short numbers although the device has.
        longer = replace(proof, config=replace(config, precision="fp32"))
        trial = longer.tried()
        if trial.failure is None:
            yield Noticed("training_notice.precision", _said(config, device, str(failed.values.get("message", ""))))
            proof, config, failed = longer, longer.config, None
    if failed is not None:
        return proof.with_fitting_batch(failed) if failed.rule == MEMORY else failed
    try:
        optimizer = optimizers.build(config.optimizer, model.parameters())
    except (ValueError, TypeError) as error:
        return failure(error, "optimizer", optimizer=config.optimizer.name)
    steps = schedulers.optimizer_steps(len(train), config.batch_size, config.accumulate)
    try:
        schedule = schedulers.build(config.scheduler, config.warmup_steps, optimizer, config.epochs, steps)
    except (ValueError, TypeError, ZeroDivisionError) as error:
        name = config.scheduler.name if config.scheduler is not None else "LinearLR"
        return failure(error, "scheduler", scheduler=name)
    forward: Callable[[Tensor], Tensor] = model
    if config.compile:
        inputs_B, targets_B = proof.batch(part(min(config.batch_size, len(train))))
        prepared_B = objective.prepare(targets_B, trial.features)
        try:
            forward = compiled(model, objective.function, inputs_B, prepared_B, context(config.precision, device))
        # Whatever a compiler may say: without it the same is learned, more slowly.
        except Exception as error:
            said = failure(error, "unexpected").values.get("message", "")
            yield Noticed("training_notice.compile", {"message": said})
    average = Average(model, config.ema) if config.ema else None
    return Ground(
        train=train.with_targets(objective.prepare(train.targets_N, trial.features)),
        test=test.with_targets(objective.prepare(test.targets_N, trial.features)),
        train_targets_N=train.targets_N,
        test_targets_N=test.targets_N,
        classes=splits.classes,
        objective=objective,
        proof=proof,
        stepping=Stepping(config, device, model, forward, objective, optimizer, schedule, average),
        train_transform=transforms[0],
        test_transform=transforms[1],
        unused=trial.unused,
    )


@dataclass(frozen=True)
class Proof:
    """Real batches through the network."""

    model: nn.Module
    objective: Objective
    train: Samples
    """With the targets that the data have."""
    classes: int
    transform: Callable[[Tensor, torch.Generator], Tensor] | None
    config: TrainingConfig
    device: torch.device
    part: Callable[[int], int]
    """How many samples of a batch go through it here."""

    def tried(self) -> Trial:
        """Try the first batch, and one as short as the last, which BatchNorm may refuse at the end of the epoch."""
        size, count = self.config.batch_size, len(self.train)
        trial = Trial()
        for batch in sorted({min(size, count), count % size or min(size, count)}, reverse=True):
            trial = self._try(batch)
            if trial.failure is not None:
                break
        return trial

    def batch(self, size: int) -> tuple[Tensor, Tensor]:
        """The first samples, as a step would get them."""
        import torch

        generator = torch.Generator().manual_seed(self.config.seed)
        with same_random_numbers(self.device):
            cut = self.train.batches(torch.arange(size, device=self.device), size)
            return next(iter(transformed(cut, self.transform, generator)))

    def with_fitting_batch(self, failed: Failed) -> Failed:
        """A lack of memory, with the largest half, quarter … of the batch that there is memory for."""
        size = min(self.config.batch_size, len(self.train))
        while size > 1:
            size //= 2
            _emptied(self.device)
            if self._try(size).failure is None:
                values = {"batch": self.config.batch_size, "fits": size}
                return Failed(failed.node, "training_failure.memory_batch", {**failed.values, **values})
        return failed

    def _try(self, size: int) -> Trial:
        try:
            inputs_B, targets_B = self.batch(self.part(size))
        # The batch itself can be too much.
        except (RuntimeError, MemoryError) as error:
            return Trial(failure=failure(error, "unexpected"))
        precision = context(self.config.precision, self.device)
        loss = self.objective.function
        return try_batch(self.model, loss, self.config, inputs_B, targets_B, self.classes, precision)


def _transforms(config: TrainingConfig) -> tuple[Any, Any]:
    """What batches go through while training, and in a test."""
    if not config.transforms:
        return None, None
    from core.datasets.transforms import pipeline

    return pipeline(config.transforms, training=True), pipeline(config.transforms, training=False)


def _said(config: TrainingConfig, device: torch.device, message: str) -> dict[str, object]:
    return {"precision": config.precision, "device": str(device), "message": message}


def _emptied(device: torch.device) -> None:
    """Give back what torch keeps for the next tensor."""
    import torch

    if device.type != "cpu":
        torch.accelerator.empty_cache()
