"""The training loop against a loop written by hand, and everything that can go wrong in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from examples import chain, digits_mlp, residual
from torch import nn

from core.datasets import load
from core.layout import Layout
from core.runs.recorder import RunRecorder
from core.text import Text
from core.training import losses
from core.training.batches import batches
from core.training.clock import Stopwatch
from core.training.config import Choice, TrainingConfig
from core.training.events import EpochEnded, Failed, Finished, RunEvent, Steps
from core.training.run import TrainingRun, run_training
from core.training.trainer import EVALUATION_BATCH, train
from core.training.trial import try_batch
from core.values import Value


def config(**changes: object) -> TrainingConfig:
    return TrainingConfig(**{"epochs": 2, **changes})  # type: ignore[arg-type]


def by_hand(model: nn.Module, training: TrainingConfig) -> tuple[list[float], list[tuple[float, float, float]]]:
    """What a person would write: the losses of the steps, and (train loss, test loss, test accuracy) of the epochs."""
    splits = load(training.dataset)
    optimizer = getattr(torch.optim, training.optimizer.name)(model.parameters(), **training.optimizer.arguments)
    loss_of = getattr(nn, training.loss.name)(**training.loss.arguments)
    shuffle = torch.Generator().manual_seed(training.seed)
    steps, epochs = [], []
    for _ in range(training.epochs):
        model.train()
        order = torch.randperm(len(splits.train_inputs), generator=shuffle)
        total = 0.0
        for start in range(0, len(order), training.batch_size):
            index = order[start : start + training.batch_size]
            optimizer.zero_grad()
            loss = loss_of(model(splits.train_inputs[index]), splits.train_targets[index])
            loss.backward()
            optimizer.step()
            steps.append(loss.item())
            total += loss.item() * len(index)
        model.eval()
        tested, right = 0.0, 0
        with torch.no_grad():
            for start in range(0, len(splits.test_inputs), EVALUATION_BATCH):
                inputs = splits.test_inputs[start : start + EVALUATION_BATCH]
                labels = splits.test_targets[start : start + EVALUATION_BATCH]
                outputs = model(inputs)
                tested += loss_of(outputs, labels).item() * len(inputs)
                right += int((outputs.argmax(1) == labels).sum())
        epochs.append((total / len(order), tested / len(splits.test_inputs), right / len(splits.test_inputs)))
    return steps, epochs


def told(events: list[RunEvent]) -> tuple[list[float], list[tuple[float, float, float]]]:
    steps = [float(loss) for event in events if isinstance(event, Steps) for loss in event.losses]
    ends = [event for event in events if isinstance(event, EpochEnded)]
    return steps, [(end.train_loss, end.test_loss, end.test_accuracy) for end in ends]


def points_net() -> nn.Module:
    return nn.Sequential(nn.Linear(2, 32), nn.Tanh(), nn.Linear(32, 32), nn.Tanh(), nn.Linear(32, 3))


def digits_net() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(1, 8, 3), nn.BatchNorm2d(8), nn.ReLU(), nn.Flatten(), nn.Dropout(0.3), nn.Linear(288, 10)
    )


ADAM = Choice("Adam", {"lr": 0.003})


@pytest.mark.parametrize(
    ("build", "training"),
    [
        (points_net, config(dataset=Choice("spiral"), optimizer=ADAM)),
        (points_net, config(dataset=Choice("spiral"), optimizer=ADAM, batch_size=7)),
        (points_net, config(dataset=Choice("spiral"), optimizer=Choice("SGD", {"lr": 0.1, "momentum": 0.9}), seed=5)),
        (points_net, config(dataset=Choice("spiral", {"samples": 100}), batch_size=65_536, epochs=5)),
        (digits_net, config(optimizer=ADAM, batch_size=32)),
        (digits_net, config(optimizer=ADAM, batch_size=33, seed=2**63 - 1)),
        (digits_net, config(loss=Choice("CrossEntropyLoss", {"label_smoothing": 0.1}), optimizer=Choice("RMSprop"))),
    ],
    ids=["points", "odd batch", "momentum", "one batch", "dropout and batch norm", "odd size", "smoothing"],
)
def test_a_loop_written_by_hand_has_the_same_losses_to_the_last_bit(
    build: Callable[[], nn.Module], training: TrainingConfig
) -> None:
    torch.manual_seed(training.seed)
    model = build()
    expected = by_hand(model, training)
    torch.manual_seed(training.seed)
    ours = build()
    events = list(train(ours, load(training.dataset), training))
    assert told(events) == expected
    assert all(torch.equal(one, other) for one, other in zip(model.parameters(), ours.parameters(), strict=True))
    assert isinstance(events[-1], Finished)


@pytest.mark.parametrize("layout", [digits_mlp(), residual()], ids=["chain", "branch"])
def test_the_same_seed_gives_the_same_run(layout: Layout) -> None:
    layout = with_training(layout, config(epochs=1))
    first, second = (told(list(run_training(layout))) for _ in range(2))
    other = told(list(run_training(with_training(layout, config(epochs=1, seed=1)))))
    assert first == second != other


def with_training(layout: Layout, training: TrainingConfig) -> Layout:
    return Layout(layout.title, layout.nodes, layout.edges, training)


@pytest.mark.parametrize("batch_size", [1, 3, 8, 64, 1_000])
@pytest.mark.parametrize("shape", [(2,), (8,), (1, 8, 8), (3, 700)])
def test_batches_are_the_samples_in_their_order(batch_size: int, shape: tuple[int, ...]) -> None:
    inputs, targets = torch.randn(203, *shape), torch.arange(203)
    order = torch.randperm(203)
    cut = list(batches(inputs, targets, order, batch_size))
    assert [len(part) for part, _ in cut] == [len(part) for part in order.split(batch_size)]
    assert torch.equal(torch.cat([part for part, _ in cut]), inputs[order])
    assert torch.equal(torch.cat([part for _, part in cut]), order)


def test_steps_are_numbered_without_a_gap_and_the_first_is_told_at_once() -> None:
    events = list(run_training(with_training(digits_mlp(), config(epochs=3))))
    steps = [event for event in events if isinstance(event, Steps)]
    assert (steps[0].first_step, len(steps[0].losses)) == (1, 1)
    numbers = [event.first_step + index for event in steps for index in range(len(event.losses))]
    assert numbers == list(range(1, 3 * 23 + 1))
    assert all(event.losses.dtype == np.float32 for event in steps)
    assert [event.step for event in events if isinstance(event, EpochEnded)] == [23, 46, 69]


def test_training_accuracy_is_that_of_the_steps_themselves() -> None:
    class Fixed(nn.Module):
        """Says class 3 whatever comes, and learns nothing that matters."""

        def __init__(self) -> None:
            super().__init__()
            self.weight = nn.Parameter(torch.zeros(1))

        def forward(self, inputs: torch.Tensor) -> torch.Tensor:
            return self.weight * 0 + nn.functional.one_hot(torch.full((len(inputs),), 3), 10).float()

    splits = load(Choice("digits"))
    ends = [event for event in train(Fixed(), splits, config()) if isinstance(event, EpochEnded)]
    share = (splits.train_targets == 3).float().mean().item()
    assert [end.train_accuracy for end in ends] == pytest.approx([share, share])
    assert ends[0].test_accuracy == pytest.approx((splits.test_targets == 3).float().mean().item())


def test_a_model_with_one_output_learns_two_classes() -> None:
    layout = chain(
        ("hidden", "Linear", {"out_features": 16}),
        ("tanh", "Tanh", {}),
        ("logit", "Linear", {"out_features": 1}),
        training=config(
            dataset=Choice("moons"), loss=Choice("BCEWithLogitsLoss"), optimizer=Choice("Adam", {"lr": 0.02}), epochs=15
        ),
    )
    end = list(run_training(layout))[-1]
    assert isinstance(end, Finished) and end.test_accuracy > 0.9


@pytest.mark.parametrize(
    "name", [name for name, one in losses.LOSSES.items() if one.form and name not in ("NLLLoss", "BCELoss")]
)
def test_every_loss_on_logits_learns(name: str) -> None:
    training = config(loss=Choice(name), optimizer=Choice("Adam", {"lr": 0.01}), epochs=4)
    ends = [event for event in run_training(with_training(digits_mlp(), training)) if isinstance(event, EpochEnded)]
    assert ends[-1].train_loss < ends[0].train_loss and ends[-1].test_loss < ends[0].test_loss


def test_the_trial_draws_no_random_number_and_moves_no_weight() -> None:
    model = digits_net()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    torch.manual_seed(3)
    expected = torch.rand(3)
    torch.manual_seed(3)
    splits = load(Choice("digits"))
    trial = try_batch(model, nn.CrossEntropyLoss(), config(), splits.train_inputs[:8], splits.train_targets[:8], 10)
    assert (trial.features, trial.failure) == (10, None)
    assert torch.equal(torch.rand(3), expected)
    assert all(torch.equal(before[name], tensor) for name, tensor in model.state_dict().items())
    assert all(parameter.grad is None for parameter in model.parameters())


def failure(events: list[RunEvent]) -> Failed:
    end = events[-1]
    assert isinstance(end, Failed)
    for language in ("en", "ko"):
        assert "{" not in Text(language)(end.rule, **end.values)
    return end


def test_a_loss_that_is_no_number_ends_the_run_and_keeps_its_metrics() -> None:
    training = config(optimizer=Choice("SGD", {"lr": 1_000.0}), loss=Choice("MSELoss"), epochs=5)
    events = list(run_training(with_training(digits_mlp(), training)))
    end = failure(events)
    steps, _ = told(events)
    assert end.rule == "training_failure.not_finite"
    assert end.values["step"] == len(steps) + 1 > 1
    assert np.isfinite(steps).all()
    assert "100" in Text("en")(end.rule, **end.values)


def normed(batch_size: int, dataset: str) -> Layout:
    return chain(
        ("flatten", "Flatten", {}),
        ("hidden", "Linear", {"out_features": 16}),
        ("norm", "BatchNorm1d", {}),
        ("logits", "Linear", {"out_features": 10}),
        training=config(dataset=Choice(dataset), batch_size=batch_size),
    )


def test_a_last_batch_of_one_is_refused_before_anything_starts() -> None:
    # 1,437 samples: 359 batches of four and a single one.
    end = failure(list(run_training(normed(4, "digits"))))
    assert (end.node, end.rule) == ("norm", "problem.norm.last_batch_of_one")


def test_a_last_batch_of_one_in_the_files_at_hand_is_refused_before_the_first_step(datasets_folder: Path) -> None:
    # Of the published 60,000 images ten would be left; of the 6,000 in this folder it is a single one.
    events = list(run_training(normed(857, "FashionMNIST"), folder=datasets_folder))
    end = failure(events)
    assert (end.node, end.rule) == ("norm", "training_failure.batch_of_one")
    assert not any(isinstance(event, Steps) for event in events)


def test_what_torch_refuses_only_with_real_data_names_the_node() -> None:
    class Picky(nn.Module):
        def forward(self, inputs: torch.Tensor) -> torch.Tensor:
            raise RuntimeError("real data are not like that\nsecond line")

    model = nn.Sequential()
    model.add_module("flatten", nn.Flatten())
    model.add_module("picky", Picky())
    model.add_module("logits", nn.Linear(64, 10))
    end = failure(list(train(model, load(Choice("digits")), config())))
    assert (end.node, end.rule) == ("picky", "training_failure.node")
    assert end.values["message"] == "real data are not like that"


def refusing(error: BaseException) -> nn.Module:
    class Refusing(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.linear = nn.Linear(64, 10)
            self.calls = 0

        def forward(self, inputs: torch.Tensor) -> torch.Tensor:
            self.calls += 1
            # The trial runs on copies; the third call is in the middle of training.
            if self.calls == 3:
                raise error
            return self.linear(inputs.flatten(1))

    return Refusing()


@pytest.mark.parametrize(
    ("error", "rule"),
    [
        (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB"), "memory_batch"),
        (MemoryError(), "memory_batch"),
        (
            RuntimeError("[enforce fail] DefaultCPUAllocator: not enough memory: you tried to allocate 1 bytes."),
            "memory_batch",
        ),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 8 bytes."), "memory_batch"),
        (RuntimeError("something else"), "unexpected"),
        (ZeroDivisionError(), "unexpected"),
    ],
)
def test_an_error_in_mid_training_is_a_sentence_after_the_steps_so_far(error: Exception, rule: str) -> None:
    events = list(train(refusing(error), load(Choice("digits")), config()))
    end = failure(events)
    assert end.rule == f"training_failure.{rule}"
    # A half of the batch is tried then, and fits.
    assert end.values.get("fits") == (32 if rule == "memory_batch" else None)
    assert isinstance(events[1], Steps)


def test_torchs_own_message_for_too_much_memory_is_understood() -> None:
    from core.training.failures import out_of_memory

    with pytest.raises(RuntimeError) as caught:
        torch.empty(2**55)
    assert out_of_memory(caught.value)


@pytest.mark.parametrize(
    ("layers", "training", "rule"),
    [
        ((("flatten", "Flatten", {}), ("logits", "Linear", {"out_features": 7})), config(), "problem.loss.classes"),
        ((("flatten", "Flatten", {}),), config(), "problem.loss.classes"),
        (
            (("flatten", "Flatten", {}), ("logits", "Linear", {"out_features": 10})),
            config(optimizer=Choice("SGD", {"nesterov": True})),
            "problem.optimizer.nesterov",
        ),
        (
            (("flatten", "Flatten", {}), ("logits", "Linear", {"out_features": 10})),
            config(dataset=Choice("MNIST")),
            "data.download",
        ),
    ],
)
def test_what_cannot_be_trained_is_a_sentence(
    layers: tuple[tuple[str, str, dict[str, Value]], ...],
    training: TrainingConfig,
    rule: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert failure(list(run_training(chain(*layers, training=training), folder=tmp_path))).rule == rule


def test_a_device_that_is_not_here_says_why() -> None:
    end = failure(list(run_training(digits_mlp(), device="cuda:17")))
    assert end.rule.startswith("device.")


def test_nothing_to_learn_is_a_sentence() -> None:
    model = nn.Sequential(nn.Flatten(), nn.AdaptiveAvgPool1d(10))
    assert failure(list(train(model, load(Choice("digits")), config()))).rule == "training_failure.no_parameters"


def test_a_pause_counts_in_no_number() -> None:
    clock = Stopwatch()
    clock.pause()
    stood = clock()
    assert clock() == stood
    clock.resume()
    assert stood <= clock() < stood + 1


def test_closing_a_run_stops_it_and_keeps_its_model() -> None:
    run = run_training(with_training(digits_mlp(), config(epochs=1_000)))
    for event in run:
        if isinstance(event, EpochEnded):
            break
    run.close()
    assert run.step >= 23 and run.model is not None
    assert list(run) == []
    # The generator was left in the middle; gradients are still on for whoever goes on in this process.
    assert torch.is_grad_enabled()


def recorded(folder: Path, training: TrainingConfig) -> tuple[TrainingRun, RunEvent]:
    run = run_training(with_training(residual(), training))
    recorder = RunRecorder(folder, run)
    for event in run:
        recorder.take(event)
    return run, event


def test_a_recorded_run_is_all_there(tmp_path: Path) -> None:
    import json

    from safetensors.torch import load_file

    from core.storage import load as load_layout

    run, end = recorded(tmp_path / "new" / "run", config(epochs=2))
    folder = tmp_path / "new" / "run"
    assert sorted(path.name for path in folder.iterdir()) == [
        ".lock", "best.safetensors", "confusion.npy", "last.pt", "layout.json", "metrics.csv", "run.json", "steps.f32",
        "weights.safetensors",
    ]  # fmt: skip
    assert load_layout(folder / "layout.json") == run.layout
    assert run.model is not None and isinstance(end, Finished)
    weights = load_file(folder / "weights.safetensors")
    assert all(torch.equal(weights[name], tensor) for name, tensor in run.model.state_dict().items())
    record = json.loads((folder / "run.json").read_text())
    assert (record["seed"], record["threads"], record["device"]) == (0, torch.get_num_threads(), "cpu")
    assert record["outcome"]["test_accuracy"] == end.test_accuracy
    rows = (folder / "metrics.csv").read_text().splitlines()
    assert rows[0].startswith("epoch,step,train_loss,test_loss,train_accuracy,test_accuracy")
    assert [row.split(",")[0] for row in rows[1:]] == ["1", "2"]
    assert float(rows[2].split(",")[3]) == end.test_loss


def test_a_failed_run_keeps_what_it_has(tmp_path: Path) -> None:
    import json

    recorded(tmp_path, config(optimizer=Choice("SGD", {"lr": 900.0}), loss=Choice("MSELoss"), epochs=3))
    assert json.loads((tmp_path / "run.json").read_text())["outcome"]["rule"] == "training_failure.not_finite"


def test_a_run_is_not_written_over_another(tmp_path: Path) -> None:
    recorded(tmp_path, config(epochs=1))
    kept = (tmp_path / "metrics.csv").read_bytes()
    with pytest.raises(FileExistsError):
        RunRecorder(tmp_path, run_training(digits_mlp()))
    assert (tmp_path / "metrics.csv").read_bytes() == kept


def test_a_number_that_the_loss_cannot_compare_with_is_said_before_the_first_step() -> None:
    training = config(dataset=Choice("sine"), loss=Choice("PoissonNLLLoss"))
    events = list(train(nn.Linear(1, 1), load(training.dataset), training))
    assert [type(event) for event in events] == [Failed]
    failed = events[0]
    assert isinstance(failed, Failed) and failed.rule == "training_failure.wrong_target"
    assert failed.values["loss"] == "PoissonNLLLoss" and float(str(failed.values["received"])) < 0
