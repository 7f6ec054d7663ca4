"""Schedulers and warm-up: torch's own names and defaults, the rates they give, a person's change, a checkpoint."""

from __future__ import annotations

import inspect
import io
import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn
from torch.optim import lr_scheduler

from core.training import optimizers, schedulers
from core.training.config import Choice, TrainingConfig
from core.training.schedule import Schedule, rates, set_rate
from core.training.schedulers import HIDDEN, HIDDEN_OF, LEFT_OUT, SCHEDULERS, build, first_choice
from core.values import Value
from tests.at_bounds import at_bounds

STEPS = 5
"""Of an epoch."""


def config(name: str | None, warmup: int = 0, epochs: int = 8, **arguments: Value) -> TrainingConfig:
    plain = TrainingConfig(optimizer=Choice("SGD", {"lr": 0.1}), epochs=epochs, warmup_steps=warmup)
    if name is None:
        return plain
    first = first_choice(name, plain)
    return replace(plain, scheduler=replace(first, arguments={**first.arguments, **arguments}))


def test_loss(epoch: int) -> float:
    """Of an epoch; it stops falling, so that a plateau is reached."""
    return max(1.0 - 0.2 * epoch, 0.5)


test_loss.__test__ = False  # type: ignore[attr-defined]


def begun(run: TrainingConfig) -> tuple[torch.optim.Optimizer, Schedule | None]:
    optimizer = optimizers.build(run.optimizer, [nn.Parameter(torch.ones(2, 2))])
    return optimizer, build(run.scheduler, run.warmup_steps, optimizer, run.epochs, STEPS)


def walked(
    optimizer: torch.optim.Optimizer, schedule: Schedule | None, steps: range, change: tuple[int, float] = (-1, 0.0)
) -> list[float]:
    """The rate of each of these steps; `change` multiplies it before one of them."""
    found = []
    for step in steps:
        if step == change[0]:
            set_rate(optimizer, schedule, optimizer.param_groups[0]["lr"] * change[1])
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if schedule is not None:
            schedule.step()
            if (step + 1) % STEPS == 0:
                schedule.epoch(test_loss(step // STEPS))
    return found


def test_every_scheduler_of_torch_is_offered_or_left_out_with_a_reason() -> None:
    of_torch = {
        name
        for name, one in vars(lr_scheduler).items()
        if inspect.isclass(one) and issubclass(one, lr_scheduler.LRScheduler) and not name.startswith("_")
    }
    assert of_torch - {"LRScheduler"} == {*SCHEDULERS, *LEFT_OUT}
    assert not SCHEDULERS.keys() & LEFT_OUT.keys()


@pytest.mark.parametrize("name", SCHEDULERS)
def test_fields_are_torchs_arguments_with_its_defaults(name: str) -> None:
    parameters = inspect.signature(getattr(lr_scheduler, name)).parameters
    shown = {field.name: field for field in schedulers.fields(name)}
    hidden = {*HIDDEN, *HIDDEN_OF.get(name, ())}
    assert set(shown) | (hidden & set(parameters)) == set(parameters) and not set(shown) & hidden
    for field in shown.values():
        default = parameters[field.name].default
        if default is inspect.Parameter.empty:
            assert field.required or field.inferred
        else:
            assert field.default == default and field.check(field.default) is None
        assert not field.required or field.check(field.example) is None


@pytest.mark.parametrize("name", SCHEDULERS)
@pytest.mark.parametrize("epochs", [1, 2, 20])
def test_first_values_fit(name: str, epochs: int) -> None:
    for optimizer in optimizers.OPTIMIZERS:
        run = config(name, epochs=epochs)
        run = replace(run, optimizer=Choice(optimizer))
        choice = first_choice(name, run)
        known = {field.name: field for field in schedulers.fields(name)}
        assert all(known[key].check(value) is None for key, value in choice.arguments.items())
        assert all(field.name in choice.arguments for field in known.values() if field.required)
        begun(replace(run, scheduler=choice))


def by_hand(run: TrainingConfig) -> list[float]:
    """The rates of a loop that a person writes after torch's documentation."""
    optimizer = torch.optim.SGD([nn.Parameter(torch.ones(2, 2))], lr=0.1)
    choice, main, warmup = run.scheduler, None, None
    if choice is not None:
        arguments = dict(choice.arguments)
        if choice.name == "CosineAnnealingLR":
            arguments.setdefault("T_max", run.epochs)
        if choice.name == "OneCycleLR":
            arguments |= {"max_lr": 0.1, "total_steps": run.epochs * STEPS}
        if choice.name == "CyclicLR":
            arguments["base_lr"] = 0.1
        main = getattr(lr_scheduler, choice.name)(optimizer, **arguments)
    if run.warmup_steps:
        start = 1 / (run.warmup_steps + 1)
        warmup = lr_scheduler.LinearLR(optimizer, start_factor=start, total_iters=run.warmup_steps)
    by_step = choice is not None and choice.name in ("OneCycleLR", "CyclicLR")
    found = []
    for epoch in range(run.epochs):
        for _ in range(STEPS):
            found.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            if warmup is not None:
                warmup.step()
            if main is not None and by_step:
                main.step()
        if main is not None and not by_step:
            main.step(*((test_loss(epoch),) if choice.name == "ReduceLROnPlateau" else ()))  # type: ignore[union-attr]
    return found


CASES = [
    *((name, {}) for name in SCHEDULERS),
    (None, {}),
    ("ReduceLROnPlateau", {"patience": 1, "factor": 0.5}),
    ("MultiStepLR", {"milestones": (2, 2, 5)}),
    ("CosineAnnealingLR", {"T_max": 3, "eta_min": 0.01}),
    ("OneCycleLR", {"three_phase": True, "anneal_strategy": "linear", "cycle_momentum": False}),
    ("CyclicLR", {"step_size_up": 3, "step_size_down": 5, "mode": "triangular2"}),
    ("CosineAnnealingWarmRestarts", {"T_0": 2, "T_mult": 2, "eta_min": 0.001}),
]


@pytest.mark.parametrize(("name", "arguments"), CASES)
@pytest.mark.parametrize("warmup", [0, 1, 4, 17])
def test_the_rates_are_those_of_a_loop_written_by_hand(
    name: str | None, arguments: dict[str, Value], warmup: int
) -> None:
    run = config(name, warmup, **arguments)
    assert walked(*begun(run), range(run.epochs * STEPS)) == by_hand(run)


def warmups(name: str | None) -> tuple[int, ...]:
    """Those that are no problem with a scheduler."""
    if name is not None and schedulers.spec(name).begins_low:
        return (0,)
    return (0, 1, 4) if name in ("CosineAnnealingLR", "CosineAnnealingWarmRestarts") else (0, 1, 4, 17, 100)


PREVIEWS = [
    (name, arguments, warmup) for name, arguments in CASES for warmup in warmups(name) if "patience" not in arguments
]


@pytest.mark.parametrize(("name", "arguments", "warmup"), PREVIEWS)
def test_a_preview_shows_the_rates_of_the_run(name: str | None, arguments: dict[str, Value], warmup: int) -> None:
    run = config(name, warmup, **arguments)
    steps, found = rates(run, STEPS)
    assert steps.tolist() == list(range(1, run.epochs * STEPS + 1))
    np.testing.assert_allclose(found, walked(*begun(run), range(run.epochs * STEPS)), rtol=1e-9, atol=1e-15)


def test_a_preview_of_a_long_run_shows_some_of_its_steps() -> None:
    run = config("CosineAnnealingLR", 1_000, epochs=10_000)
    steps, found = rates(run, 1_000, most=500)
    assert len(steps) == len(found) == 500 and steps[0] == 1 and steps[-1] == 10_000_000
    assert found.max() <= 0.1 and found[-1] < 1e-7 and found[0] == pytest.approx(0.1 / 1_001)


def test_a_warm_up_rises_in_equal_steps_to_the_rate() -> None:
    found = walked(*begun(config(None, 4)), range(8))
    np.testing.assert_allclose(found, [0.02, 0.04, 0.06, 0.08, 0.1, 0.1, 0.1, 0.1], rtol=1e-12)


def test_without_scheduler_and_warm_up_there_is_no_schedule() -> None:
    optimizer, schedule = begun(config(None))
    assert schedule is None and "initial_lr" not in optimizer.param_groups[0]


@pytest.mark.parametrize(("name", "arguments"), [case for case in CASES if case[0] is not None])
@pytest.mark.parametrize("change", [(0, 0.5), (7, 3.0), (12, 0.01)])
def test_a_rate_changed_by_a_person_changes_all_that_is_to_come(
    name: str, arguments: dict[str, Value], change: tuple[int, float]
) -> None:
    for warmup in warmups(name):
        run = config(name, warmup, **arguments)
        plain, changed = (walked(*begun(run), range(run.epochs * STEPS), one) for one in ((-1, 0.0), change))
        expected = [rate * (change[1] if step >= change[0] else 1) for step, rate in enumerate(plain)]
        np.testing.assert_allclose(changed, expected, rtol=1e-9, atol=1e-12)


def test_a_rate_that_had_come_down_to_nothing_can_be_raised_again() -> None:
    run = config("PolynomialLR", total_iters=2)
    optimizer, schedule = begun(run)
    assert walked(optimizer, schedule, range(3 * STEPS))[-1] == 0.0
    set_rate(optimizer, schedule, 0.25)
    assert optimizer.param_groups[0]["lr"] == 0.25
    assert all(math.isfinite(rate) for rate in walked(optimizer, schedule, range(3 * STEPS, 6 * STEPS)))


def test_a_rate_can_be_changed_without_a_schedule() -> None:
    optimizer, schedule = begun(config(None))
    assert walked(optimizer, schedule, range(4), (2, 0.1)) == pytest.approx([0.1, 0.1, 0.01, 0.01])


@pytest.mark.parametrize(("name", "arguments"), [case for case in CASES if case[0] is not None])
@pytest.mark.parametrize("stop", [3, 12, 25])
def test_a_checkpoint_goes_on_with_the_same_rates(name: str, arguments: dict[str, Value], stop: int) -> None:
    for warmup in warmups(name):
        run = config(name, warmup, **arguments)
        whole = walked(*begun(run), range(run.epochs * STEPS), (2, 0.5))
        optimizer, schedule = begun(run)
        assert schedule is not None
        first = walked(optimizer, schedule, range(stop), (2, 0.5))
        kept = io.BytesIO()
        torch.save({"optimizer": optimizer.state_dict(), "schedule": schedule.state_dict()}, kept)
        assert all(plain(part) for part in schedule.state_dict().values())
        kept.seek(0)
        state = torch.load(kept, weights_only=True)
        optimizer, schedule = begun(run)
        assert schedule is not None
        optimizer.load_state_dict(state["optimizer"])
        schedule.load_state_dict(state["schedule"])
        assert first + walked(optimizer, schedule, range(stop, run.epochs * STEPS)) == whole


def plain(value: object) -> bool:
    if type(value) is dict:
        return all(plain(key) and plain(part) for key, part in value.items())
    if type(value) is list:
        return all(map(plain, value))
    return value is None or type(value) in (bool, int, float, str)


def test_a_one_cycle_that_is_over_keeps_its_last_rate() -> None:
    run = config("OneCycleLR")
    optimizer, schedule = begun(run)
    walked(optimizer, schedule, range(run.epochs * STEPS))
    assert len(set(walked(optimizer, schedule, range(20)))) == 1


@pytest.mark.parametrize("name", SCHEDULERS)
def test_what_torch_refuses_is_refused_before(name: str) -> None:
    fields = {field.name: field for field in schedulers.fields(name)}
    accepted = 0
    for key, value in at_bounds(schedulers.fields(name)):
        if fields[key].check(value) is not None:
            continue
        if value is None and not fields[key].optional:
            continue
        run = config(name, **{key: value})
        assert run.scheduler is not None
        if schedulers.stands_still(run.scheduler, run.epochs * STEPS):
            continue
        found = walked(*begun(run), range(run.epochs * STEPS))
        assert all(rate >= -1e-15 for rate in found), (key, value)
        accepted += 1
    assert accepted >= len(fields)


def test_a_one_cycle_of_which_a_part_takes_no_time_is_known_before() -> None:
    refused = 0
    for start, three, total in itertools.product(
        (0.0, 0.1, 0.2, 0.25, 0.3, 0.5, 2 / 3, 0.75), (False, True), range(1, 25)
    ):
        choice = Choice("OneCycleLR", {"pct_start": start, "three_phase": three})
        optimizer = torch.optim.SGD([nn.Parameter(torch.ones(1))], lr=0.1)
        try:
            schedule = build(choice, 0, optimizer, 1, total)
            assert schedule is not None
            for _ in range(total):
                optimizer.step()
                schedule.step()
        except ZeroDivisionError:
            assert schedulers.stands_still(choice, total), (start, three, total)
            refused += 1
    assert refused


def test_steps_of_an_epoch_are_counted_as_the_loop_takes_them() -> None:
    for samples, size, group in itertools.product((1, 7, 64, 65, 1_437), (1, 7, 64), (1, 2, 5)):
        batches = len(torch.arange(samples).split(size))
        assert schedulers.optimizer_steps(samples, size, group) == len(torch.arange(batches).split(group))
