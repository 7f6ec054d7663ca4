"""Every extra of a step against the loop that a person would write with torch's own functions, to the last bit."""

from __future__ import annotations

import math
import sys
import warnings
from collections.abc import Callable

import pytest
import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from core.datasets import load
from core.text import Text
from core.training.averaging import Average
from core.training.config import AddedLoss, Choice, TrainingConfig
from core.training.events import EpochEnded, Failed, Finished, Noticed, RunEvent, Started, Steps
from core.training.precision import refusal
from core.training.trainer import Trainer

SPIRAL = Choice("spiral", {"samples": 300})


def config(**changes: object) -> TrainingConfig:
    """15 batches of 16 in an epoch."""
    values = {"dataset": SPIRAL, "optimizer": Choice("SGD", {"lr": 0.1}), "epochs": 2, "batch_size": 16, **changes}
    return TrainingConfig(**values)  # type: ignore[arg-type]


def net() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(2, 16), nn.BatchNorm1d(16), nn.Tanh(), nn.Linear(16, 3))


def trained(training: TrainingConfig, model: nn.Module | None = None) -> tuple[list[RunEvent], Trainer]:
    trainer = Trainer(model or net(), load(training.dataset), training)
    return list(trainer.events()), trainer


def steps(events: list[RunEvent]) -> list[float]:
    return [loss for event in events if isinstance(event, Steps) for loss in event.losses.tolist()]


def same(one: nn.Module, other: nn.Module) -> bool:
    ours, theirs = one.state_dict(), other.state_dict()
    return ours.keys() == theirs.keys() and all(torch.equal(ours[name], theirs[name]) for name in ours)


def by_hand(
    training: TrainingConfig, change: Callable[[nn.Module], None], after: Callable[[nn.Module], None]
) -> nn.Module:
    """`change` alters the gradients before the step, `after` looks at the network behind it."""
    model, splits = net(), load(training.dataset)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    shuffle = torch.Generator().manual_seed(training.seed)
    for _ in range(training.epochs):
        model.train()
        order = torch.randperm(len(splits.train_inputs), generator=shuffle)
        groups = list(order.split(training.batch_size))
        while groups:
            together, groups = groups[: training.accumulate], groups[training.accumulate :]
            optimizer.zero_grad()
            for batch in together:
                loss = nn.functional.cross_entropy(model(splits.train_inputs[batch]), splits.train_targets[batch])
                (loss / len(together)).backward()
            change(model)
            optimizer.step()
            after(model)
    return model


def nothing(_: nn.Module) -> None:
    pass


@pytest.mark.parametrize("count", [2, 4, 15, 100])
def test_accumulated_batches_make_a_step_of_their_mean_gradient(count: int) -> None:
    training = config(accumulate=count)
    events, trainer = trained(training)
    assert same(trainer.model, by_hand(training, nothing, nothing))
    (started,) = [event for event in events if isinstance(event, Started)]
    assert started.steps_per_epoch == math.ceil(15 / count)
    assert len(steps(events)) == trainer.step == 2 * started.steps_per_epoch


def test_a_step_that_accumulates_tells_the_mean_of_its_batches() -> None:
    """Without a step between them, batches have the same losses either way."""
    alone, _ = trained(config(optimizer=Choice("SGD", {"lr": 1e-30}), epochs=1))
    together, _ = trained(config(optimizer=Choice("SGD", {"lr": 1e-30}), epochs=1, accumulate=4))
    losses = steps(alone)
    means = [sum(part) / len(part) for part in (losses[start : start + 4] for start in range(0, 15, 4))]
    assert steps(together) == pytest.approx(means, rel=1e-6)
    ends = [next(event for event in events if isinstance(event, EpochEnded)) for events in (alone, together)]
    assert ends[0].train_loss == ends[1].train_loss


def test_gradients_are_clipped_by_torchs_own_functions() -> None:
    norms: list[float] = []

    def clip(model: nn.Module) -> None:
        nn.utils.clip_grad_value_(model.parameters(), 0.05)
        norms.append(nn.utils.clip_grad_norm_(model.parameters(), 0.1).item())

    training = config(clip_norm=0.1, clip_value=0.05)
    assert same(trained(training)[1].model, by_hand(training, clip, nothing))
    assert max(norms) > 0.1
    assert not same(trained(training)[1].model, trained(config())[1].model)


def test_the_averaged_network_is_torchs_and_is_tested() -> None:
    average: list[AveragedModel] = []

    def follow(model: nn.Module) -> None:
        if not average:
            average.append(AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(0.9), use_buffers=True))
        average[0].update_parameters(model)

    training = config(ema=0.9)
    model = by_hand(training, nothing, follow)
    events, trainer = trained(training)
    assert same(trainer.model, model) and same(trainer.tested, average[0].module)
    assert not same(trainer.tested, trainer.model)
    end = events[-1]
    assert isinstance(end, Finished)
    splits = load(training.dataset)
    with torch.no_grad():
        outputs = average[0].eval()(splits.test_inputs)
    assert end.test_loss == nn.functional.cross_entropy(outputs, splits.test_targets).item()


def test_the_average_is_torchs_for_numbers_of_every_kind() -> None:
    model = net().double()
    model.register_buffer("count", torch.tensor(3))
    ours = Average(model, 0.75)
    theirs = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(0.75), use_buffers=True)
    for step in range(4):
        with torch.no_grad():
            for tensor in model.state_dict().values():
                tensor.add_(step + 1)
        ours.update(model)
        theirs.update_parameters(model)
        assert same(ours.model, theirs.module)


def test_several_losses_add_up_and_each_is_told() -> None:
    events, _ = trained(config(added_losses=(AddedLoss(Choice("MSELoss"), 0.5), AddedLoss(Choice("L1Loss"), 2.0))))
    alone, _ = trained(config())
    for event in events:
        if isinstance(event, Steps):
            assert event.parts is not None and event.parts.shape == (3, len(event.losses))
            assert event.parts.sum(0) == pytest.approx(event.losses, rel=1e-6)
    assert all(event.parts is None for event in alone if isinstance(event, Steps))
    first = [next(event for event in run if isinstance(event, Steps)) for run in (events, alone)]
    assert first[0].parts is not None and first[0].parts[0, 0] == first[1].losses[0]


def test_a_run_ends_early_once_the_test_loss_falls_no_more() -> None:
    events, _ = trained(config(optimizer=Choice("SGD", {"lr": 3.0}), epochs=200, patience=3))
    losses = [event.test_loss for event in events if isinstance(event, EpochEnded)]
    end = events[-1]
    assert isinstance(end, Finished) and end.early and len(losses) < 200
    best = losses.index(min(losses))
    assert len(losses) == best + 1 + 3 and end.test_loss == losses[-1]
    # The rule looked at every epoch, not at the last ones alone.
    for count in range(len(losses)):
        since = count - losses[: count + 1].index(min(losses[: count + 1]))
        assert since < 3 or count == len(losses) - 1
    assert not trained(config(patience=200))[0][-1].early  # type: ignore[union-attr]


def test_every_step_tells_its_rate_and_a_person_may_change_it() -> None:
    splits = load(SPIRAL)
    for scheduler in (None, Choice("ExponentialLR", {"gamma": 0.5})):
        trainer = Trainer(net(), splits, config(scheduler=scheduler))
        trainer.report_every_step = True
        rates: list[float] = []
        for event in trainer.events():
            if isinstance(event, Steps):
                assert event.rates is not None and len(event.rates) == len(event.losses)
                rates += event.rates.tolist()
                if trainer.step == 5:
                    trainer.set_rate(0.01)
                    assert trainer.rate == 0.01
        then = 0.01 if scheduler is None else 0.005
        assert rates == pytest.approx([0.1] * 5 + [0.01] * 10 + [then] * 15)


@pytest.mark.parametrize("precision", ["bf16", "fp16"])
def test_short_numbers_are_torchs_autocast(precision: str) -> None:
    if refusal(precision, torch.device("cpu")) is not None:  # type: ignore[arg-type]
        pytest.skip("this processor has none")
    dtype = {"bf16": torch.bfloat16, "fp16": torch.float16}[precision]
    model, splits = net(), load(SPIRAL)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    scaler = torch.amp.GradScaler("cpu", enabled=precision == "fp16")
    order = torch.randperm(len(splits.train_inputs), generator=torch.Generator().manual_seed(0))
    losses = []
    for batch in order.split(16):
        optimizer.zero_grad()
        with torch.autocast("cpu", dtype):
            loss = nn.functional.cross_entropy(model(splits.train_inputs[batch]), splits.train_targets[batch])
        scaler.scale(loss).backward()
        scaler.step(optimizer)
        scaler.update()
        losses.append(loss.item())
    events, trainer = trained(config(precision=precision, epochs=1))
    assert not any(isinstance(event, Noticed) for event in events)
    assert steps(events) == losses and same(trainer.model, model)


def noticed(events: list[RunEvent]) -> list[str]:
    found = [event for event in events if isinstance(event, Noticed)]
    for event in found:
        for language in ("en", "ko"):
            assert "{" not in Text(language)(event.rule, **event.values)
    return [event.rule for event in found]


def test_a_network_without_short_numbers_trains_in_full_ones() -> None:
    class Whole(nn.Linear):
        def forward(self, inputs: torch.Tensor) -> torch.Tensor:
            if torch.is_autocast_enabled("cpu"):
                raise NotImplementedError("no short numbers here")
            return super().forward(inputs)

    def model() -> nn.Module:
        torch.manual_seed(0)
        return Whole(2, 3)

    events, _ = trained(config(precision="bf16"), model())
    assert noticed(events) == ["training_notice.precision"] and isinstance(events[-1], Finished)
    assert steps(events) == steps(trained(config(), model())[0])


def test_without_a_compiler_the_network_trains_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("CXX", "/nowhere/c++")
    monkeypatch.setattr("torch._inductor.config.cpp.cxx", (None, "/nowhere/c++"))
    monkeypatch.setattr("torch._inductor.config.force_disable_caches", True)
    torch.compiler.reset()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        events, trainer = trained(config(compile=True))
    assert noticed(events) == ["training_notice.compile"]
    plain, other = trained(config())
    assert steps(events) == steps(plain) and same(trainer.model, other.model)


def test_the_number_of_threads_is_that_of_the_run_alone() -> None:
    before = torch.get_num_threads()
    events, _ = trained(config(threads=before + 1))
    (started,) = [event for event in events if isinstance(event, Started)]
    assert (started.threads, torch.get_num_threads()) == (before + 1, before)


def test_numbers_are_learned_without_an_accuracy() -> None:
    training = config(dataset=Choice("diabetes"), loss=Choice("MSELoss"), optimizer=Choice("Adam", {"lr": 0.05}))
    torch.manual_seed(0)
    events, _ = trained(training, nn.Linear(10, 1))
    ends = [event for event in events if isinstance(event, EpochEnded)]
    assert ends[1].test_loss < ends[0].test_loss
    assert {(end.train_accuracy, end.test_accuracy) for end in ends} == {(None, None)}
    assert isinstance(events[-1], Finished) and events[-1].test_accuracy is None


@pytest.mark.parametrize("outputs", [2, 3])
def test_outputs_that_are_not_as_many_as_the_numbers_are_refused(outputs: int) -> None:
    events, _ = trained(config(dataset=Choice("diabetes"), loss=Choice("MSELoss")), nn.Linear(10, outputs))
    end = events[-1]
    assert isinstance(end, Failed) and end.rule == "training_failure.numbers"
    assert Text("en")(end.rule, **end.values).count("N") >= 2
    flat, _ = trained(
        config(dataset=Choice("diabetes"), loss=Choice("MSELoss")), nn.Sequential(nn.Linear(10, 1), nn.Flatten(0))
    )
    assert isinstance(flat[-1], Failed) and flat[-1].rule == "training_failure.numbers"


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited as Linux does it")
def test_a_lack_of_memory_names_a_batch_that_fits() -> None:
    import subprocess

    done = subprocess.run([sys.executable, "-c", LITTLE_MEMORY], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    rule, batch, fits = done.stdout.split()
    assert (rule, batch) == ("training_failure.memory_batch", "8192")
    assert 64 <= int(fits) < 8192


# 8,192 samples through a layer of 16,384 values take half a gigabyte, again and again.
LITTLE_MEMORY = """
import resource
import torch
from torch import nn
from core.datasets.load import Splits
from core.training.config import Choice, TrainingConfig
from core.training.trainer import train

torch.set_num_threads(1)
inputs, labels = torch.randn(8192, 4), torch.zeros(8192, dtype=torch.int64)
splits = Splits(inputs, labels, inputs[:8], labels[:8], 2)
model = nn.Sequential(nn.Linear(4, 16384), nn.ReLU(), nn.Linear(16384, 2))
config = TrainingConfig(optimizer=Choice("SGD", {"lr": 0.1}), batch_size=8192, epochs=1)
torch.optim.SGD(model.parameters())
model(inputs[:2]).sum().backward()
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + 900_000_000, used + 900_000_000))
end = list(train(model, splits, config))[-1]
print(end.rule, end.values["batch"], end.values["fits"])
"""
