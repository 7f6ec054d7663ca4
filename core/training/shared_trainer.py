"""The training loop in one of several processes: the same steps as in one process, by DistributedDataParallel.

Every process holds the same network, optimizer and schedule and trains on its part of every batch; DDP makes the
gradients one before each step. At every report all processes tell each other their losses, scores and random numbers,
so that each knows those of the whole, and the first one alone can say and keep them.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from itertools import chain
from time import perf_counter
from typing import TYPE_CHECKING, Any

from core.training.config import TrainingConfig
from core.training.distributed import LOST, SYNCHRONISED, Group, lost
from core.training.evaluation import EVALUATION_BATCH, evaluated
from core.training.events import Failed, Noticed, Pulse, Started, Steps
from core.training.parts import Part, PartObjective
from core.training.preparing import Ground, prepare
from core.training.randomness import random_state, set_random_state
from core.training.samples import transformed
from core.training.scores import Scores
from core.training.shared_tally import SharedTally
from core.training.state import kept
from core.training.tally import Tally
from core.training.trainer import Trainer

if TYPE_CHECKING:
    from torch import Tensor, nn

    from core.datasets.load import Splits

# N samples, K of this process's part, B batch

INTERVAL = 0.25
"""Seconds between two reports. No window looks on, and all processes wait for each other."""


class SharedTrainer(Trainer):
    def __init__(
        self,
        model: nn.Module,
        splits: Splits,
        config: TrainingConfig,
        device: str,
        clock: Callable[[], float] | None,
        resume: dict[str, Any] | None,
        group: Group,
    ) -> None:
        super().__init__(model, splits, config, device, clock, resume)
        self._group = group
        self._part = Part(group.place.rank, group.place.count)
        self._random: list[dict[str, Any]] = []
        """Of each process, when all last spoke to each other."""
        self._due = 1
        """Batches until they do again."""
        self._since = perf_counter()

    def state(self) -> dict[str, Any]:
        return {**super().state(), "processes": self._random}

    def _failure(self, error: Exception) -> Failed:
        return Failed(None, LOST) if lost(error) else super()._failure(error)

    def _prepared(self, splits: Splits) -> Generator[Noticed, None, Ground | Failed]:
        from torch.nn import SyncBatchNorm
        from torch.nn.parallel import DistributedDataParallel

        ground = yield from prepare(self.model, splits, self.config, self.device, self._part.size)
        if isinstance(ground, Failed):
            return ground
        if self._part.count > 1 and _with_batch_norm(self.model):
            if self.device.type not in SYNCHRONISED:
                yield Noticed("training_notice.batch_norm", {"processes": self._part.count})
            else:
                # In place; the optimizer has the parameters already.
                SyncBatchNorm.convert_sync_batchnorm(self.model)
        stepping, index = ground.stepping, self.device.index
        network = DistributedDataParallel(
            stepping.forward,
            device_ids=None if index is None else [index],
            find_unused_parameters=ground.unused,
            # Gradients lie where they are added up: one copy less a step.
            gradient_as_bucket_view=True,
        )

        def forward(inputs_K: Tensor) -> Tensor:
            if stepping.last_of_step:
                return network(inputs_K)
            # The gradients of a step's other batches wait here.
            with network.no_sync():
                return network(inputs_K)

        self._objective = PartObjective(self.config, ground.classes)
        stepping.use(forward, self._objective)
        return ground

    def _begin(self) -> None:
        import torch

        super()._begin()
        # Where chance has a part, no process may draw what another one draws.
        if self._part.rank:
            torch.manual_seed(self.config.seed + self._part.rank)
            self._transforming.manual_seed(self.config.seed + self._part.rank)

    def _go_on(self, state: dict[str, Any]) -> None:
        known, before = state.get("processes", []), self._drawn()
        super()._go_on(state)
        # The first one's are the run's own. With another number of processes the others' begin anew.
        if self._part.rank:
            drawn = known[self._part.rank] if len(known) == self._part.count else before
            set_random_state(drawn["random"], self.device)
            self._transforming.set_state(drawn["transform"])

    def _record(self) -> Started:
        self._exchange({})
        return super()._record()

    @property
    def processes(self) -> int:
        return self._part.count

    def _new_tally(self, parts: Callable[[], list[Tensor]] | None) -> Tally:
        return SharedTally(
            self._scores, self._ground.train_targets_N, self._order_N, self.config, parts, self._part, self._new_scores,
            self._exchange,
        )  # fmt: skip

    def _steps(self, ground: Ground, tally: Tally, order_N: Tensor, began: float) -> Iterator[Steps | Pulse | Failed]:
        assert isinstance(tally, SharedTally)
        whole_K, last_K = self._part.order(order_N, self.config.batch_size)
        tally.take_order(whole_K, last_K)
        size = self._part.size(self.config.batch_size)
        cut = chain(ground.train.batches(whole_K, size), ground.train.batches(last_K, max(1, len(last_K))))
        stepping = ground.stepping
        for inputs_K, targets_K in transformed(cut, ground.train_transform, self._transforming):
            self._objective.weight = tally.weight
            tally.keep(*stepping.advance(inputs_K, targets_K))
            # All report after the same step, so none looks at its own clock.
            if tally.waiting >= self._due and not stepping.inside:
                yield from self._report(ground, tally, began)
        yield from self._report(ground, tally, began)

    def _test(self, ground: Ground, tested: Scores) -> Generator[Pulse, None, float]:
        import torch

        count = len(ground.test)
        start, stop = self._part.bounds(count)
        self._group.as_first(self.tested)
        mine, loss = self._new_scores(confusion=True), 0.0
        if stop > start:
            order_K = torch.arange(start, stop, device=self.device)
            cut = transformed(ground.test.batches(order_K, EVALUATION_BATCH), ground.test_transform, torch.Generator())
            objective, precision = ground.objective.function, ground.stepping.precision
            targets_K = ground.test_targets_N[start:stop]
            loss = yield from evaluated(self.tested, objective, cut, targets_K, precision, mine)
        total = 0.0
        for said in self._exchange({"loss": loss, "samples": stop - start, "scores": kept(mine.state_dict())}):
            total += said["loss"] * said["samples"]
            tested.merge(said["scores"])
        return total / count

    def _exchange(self, said: dict[str, Any]) -> list[dict[str, Any]]:
        """Tell the other processes, and hear what they say, by rank."""
        tally, due = self._tally, self._due
        if isinstance(tally, SharedTally) and tally.waiting:
            # What fits into the interval at the pace since the last time.
            pace = tally.waiting / max(1e-6, perf_counter() - self._since)
            due = max(1, min(int(INTERVAL * pace), tally.most, 4 * due + 4))
        heard = self._group.gather({**said, **self._drawn(), "due": due, "asked": self._group.asked()})
        self._random = [{name: one[name] for name in ("random", "transform")} for one in heard]
        self._group.stopping = any(one["asked"] for one in heard)
        self._due = heard[0]["due"]
        self._since = perf_counter()
        return heard

    def _drawn(self) -> dict[str, Any]:
        """Where this process's random numbers stand."""
        return {"random": random_state(self.device), "transform": self._transforming.get_state()}


def _with_batch_norm(model: nn.Module) -> bool:
    from torch.nn.modules.batchnorm import _BatchNorm

    return any(isinstance(module, _BatchNorm) for module in model.modules())
