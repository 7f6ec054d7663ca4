"""What is said of losses, optimizers and schedulers before the start, where it is said, and what mends it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.layout import Layout
from core.shapes import Inference, infer
from core.text import Text
from core.training.config import AddedLoss, Choice, TrainingConfig
from core.training.losses import LOSSES
from core.values import Value
from tests.examples import chain

FLATTEN = ("flatten", "Flatten", {})
RELU = ("relu", "ReLU", {})


def linear(width: int, name: str = "last") -> tuple[str, str, dict[str, Value]]:
    return (name, "Linear", {"out_features": width})


def trained(*nodes: tuple[str, str, dict[str, Value]], **changes: object) -> Inference:
    """A chain of nodes with a training that differs so from the plain one."""
    training = replace(TrainingConfig(), **changes)  # type: ignore[arg-type]
    return infer(chain(*nodes, training=training))


def on_numbers(*nodes: tuple[str, str, dict[str, Value]], loss: str = "MSELoss", **changes: object) -> Inference:
    return trained(*nodes, dataset=Choice("diabetes"), loss=Choice(loss), **changes)


def rules(inference: Inference) -> list[str]:
    for problem in inference.problems:
        for language in ("en", "ko"):
            said = Text(language)(f"problem.{problem.rule}", **problem.values)
            short = Text(language)(f"problem.{problem.rule}_short", **problem.values)
            assert said and short and "{" not in said + short
            assert all(Text(language)(f"mend.{mend.rule}", **mend.values) for mend in problem.mends)
    return [problem.rule for problem in inference.problems]


def mended(inference: Inference, choice: int = 0) -> Inference:
    return infer(inference.problems[0].mends[choice].edit(inference.layout))


def test_a_network_for_numbers_is_sound() -> None:
    assert rules(on_numbers(linear(16, "hidden"), RELU, linear(1))) == []
    assert rules(on_numbers(linear(1), loss="HuberLoss")) == []


@pytest.mark.parametrize("name", LOSSES)
def test_each_loss_fits_a_task_and_is_refused_for_the_other(name: str) -> None:
    on_classes = trained(FLATTEN, linear(10), loss=Choice(name))
    numbers = on_numbers(linear(1), loss=name)
    assert ("loss.of_numbers" in rules(on_classes)) == (LOSSES[name].form is None)
    assert ("loss.of_classes" in rules(numbers)) == (not LOSSES[name].regression)
    for found in (on_classes, numbers):
        if found.problems and found.problems[0].rule in ("loss.of_numbers", "loss.of_classes"):
            assert mended(found).errors == ()


def test_more_values_than_there_are_numbers_are_told_and_mended() -> None:
    found = on_numbers(linear(10))
    assert rules(found) == ["loss.numbers"]
    problem = found.problems[0]
    assert (problem.node, problem.argument, problem.values["numbers"]) == ("last", "out_features", 1)
    assert mended(found).problems == ()


def test_a_class_loss_with_ten_outputs_on_numbers_is_mended_by_two_edits() -> None:
    found = on_numbers(linear(10), loss="CrossEntropyLoss")
    assert set(rules(found)) == {"loss.of_classes", "loss.numbers"}
    for _ in range(2):
        found = mended(found)
    assert found.problems == ()


def test_numbers_from_a_sequence_want_a_flatten() -> None:
    found = trained(linear(1), dataset=Choice("sine_pieces"), loss=Choice("MSELoss"))
    assert rules(found) == ["loss.flatten_target"]
    assert mended(found).errors == ()


def test_an_output_without_a_dimension_for_the_number_is_told() -> None:
    found = on_numbers(linear(1), ("squeeze", "squeeze", {"dim": 1}))
    assert rules(found) == ["loss.target_shape"]


@pytest.mark.parametrize("layer", ["ReLU", "Sigmoid", "Tanh"])
def test_a_last_layer_that_cannot_give_every_number_is_advised_against(layer: str) -> None:
    found = on_numbers(linear(1), ("end", layer, {}))
    assert rules(found) == ["loss.bounded"] and found.errors == ()
    assert mended(found).problems == ()


@pytest.mark.parametrize(
    ("loss", "end", "rule"),
    [
        (Choice("KLDivLoss"), None, "loss.nll"),
        (Choice("KLDivLoss"), ("end", "LogSoftmax", {"dim": 1}), ""),
        (Choice("SoftMarginLoss"), ("end", "Sigmoid", {}), "loss.sigmoid"),
        (Choice("MultiLabelSoftMarginLoss"), ("end", "Sigmoid", {}), "loss.sigmoid"),
        (Choice("MultiMarginLoss"), ("end", "ReLU", {}), "loss.bends"),
        (Choice("MultiMarginLoss"), None, ""),
        (Choice("SmoothL1Loss"), ("end", "LogSoftmax", {"dim": 1}), "loss.never_reached"),
        (Choice("HingeEmbeddingLoss"), None, "loss.distances"),
        (Choice("HingeEmbeddingLoss"), ("end", "Softplus", {}), ""),
    ],
)
def test_what_a_loss_expects_of_the_last_layer(
    loss: Choice, end: tuple[str, str, dict[str, Value]] | None, rule: str
) -> None:
    nodes = (FLATTEN, linear(10), *(() if end is None else (end,)))
    found = trained(*nodes, loss=loss)
    assert rules(found) == ([rule] if rule else [])
    for choice in range(len(found.problems[0].mends) if rule else 0):
        assert mended(found, choice).problems == ()


def test_counts_come_from_logarithms_or_from_positive_values() -> None:
    assert rules(on_numbers(linear(1), loss="PoissonNLLLoss")) == []
    counts = Choice("PoissonNLLLoss", {"log_input": False})
    found = trained(linear(1), dataset=Choice("diabetes"), loss=counts)
    assert rules(found) == ["loss.positive"]
    assert mended(found, 0).problems == () and mended(found, 1).problems == ()


def test_one_output_for_two_classes_is_enough_where_the_loss_says_so() -> None:
    for name, one in LOSSES.items():
        if one.form is not None:
            found = trained(linear(1), dataset=Choice("moons"), loss=Choice(name))
            assert ("loss.classes" in rules(found)) == (not one.single), name


def test_each_of_several_losses_is_looked_at_and_one_reason_said_once() -> None:
    added = (AddedLoss(Choice("MSELoss")), AddedLoss(Choice("BCELoss"), 0.5))
    found = trained(FLATTEN, linear(7), added_losses=added)
    assert rules(found) == ["loss.classes", "loss.bce"]
    found = trained(FLATTEN, linear(10), added_losses=added)
    assert rules(found) == ["loss.bce"]
    other = mended(found, 1)
    assert other.problems == () and [one.loss.name for one in other.layout.training.added_losses] == [
        "MSELoss",
        "BCEWithLogitsLoss",
    ]
    assert other.layout.training.added_losses[1].weight == 0.5
    wrong = (AddedLoss(Choice("HuberLoss", {"delta": 0})),)
    assert rules(trained(FLATTEN, linear(10), added_losses=wrong)) == ["field.above"]


def scheduled(name: str, optimizer: str = "Adam", epochs: int = 20, warmup: int = 0, **arguments: Value) -> Inference:
    changes = {"optimizer": Choice(optimizer), "epochs": epochs, "warmup_steps": warmup}
    return trained(FLATTEN, linear(10), scheduler=Choice(name, arguments), **changes)


@pytest.mark.parametrize(
    ("found", "rule"),
    [
        (lambda: scheduled("StepLR"), "argument.missing"),
        (lambda: scheduled("StepLR", step_size=0), "field.minimum"),
        (lambda: scheduled("StepLR", step_size=5, speed=1), "argument.unknown"),
        (lambda: scheduled("MultiStepLR", milestones=5), "field.several"),
        (lambda: scheduled("OneCycleLR", "Adagrad"), "scheduler.momentum"),
        (lambda: scheduled("OneCycleLR", "Adagrad", cycle_momentum=False), ""),
        (lambda: scheduled("OneCycleLR", warmup=5), "scheduler.two_warmups"),
        (lambda: scheduled("CyclicLR", warmup=5, max_lr=0.1), "scheduler.two_warmups"),
        # The digits make 23 steps in an epoch.
        (lambda: scheduled("OneCycleLR", epochs=10, pct_start=1 / 230), "scheduler.stands_still"),
        (lambda: scheduled("CosineAnnealingWarmRestarts", T_0=5, warmup=24), "scheduler.long_warmup"),
        (lambda: scheduled("CosineAnnealingWarmRestarts", T_0=5, warmup=23), ""),
        (lambda: scheduled("CosineAnnealingLR", eta_min=0.001, warmup=24), "scheduler.long_warmup"),
        (lambda: scheduled("CosineAnnealingLR", warmup=24), ""),
        (lambda: scheduled("ExponentialLR", gamma=0.9, epochs=2, warmup=46), "scheduler.only_warmup"),
        (lambda: scheduled("ReduceLROnPlateau", warmup=30), ""),
        (lambda: trained(FLATTEN, linear(10), warmup_steps=10_000), "scheduler.only_warmup"),
    ],
)
def test_what_does_not_go_together_is_said_and_mended(found: object, rule: str) -> None:
    assert callable(found)
    inference: Inference = found()
    assert rules(inference) == ([rule] if rule else [])
    for choice in range(len(inference.problems[0].mends) if rule else 0):
        assert mended(inference, choice).problems == ()


def embedded(optimizer: Choice, sparse: bool = True, **changes: object) -> Inference:
    table = ("table", "Embedding", {"num_embeddings": 40, "embedding_dim": 4, **({"sparse": True} if sparse else {})})
    return trained(table, FLATTEN, linear(3), dataset=Choice("syllables"), optimizer=optimizer, **changes)


def test_sparse_gradients_are_kept_from_what_cannot_take_them() -> None:
    assert rules(embedded(Choice("SGD"))) == []
    assert rules(embedded(Choice("Adafactor"))) == ["optimizer.sparse"]
    assert rules(embedded(Choice("SGD", {"weight_decay": 0.1}))) == ["optimizer.sparse"]
    assert rules(embedded(Choice("SGD"), clip_norm=1.0)) == []
    clipped = embedded(Choice("SGD"), clip_value=1.0)
    assert rules(clipped) == ["optimizer.sparse_clipped"]
    assert mended(clipped, 0).problems == () and mended(clipped, 1).problems == ()


def test_an_optimizer_for_sparse_gradients_alone_names_what_is_dense() -> None:
    found = embedded(Choice("SparseAdam"))
    assert rules(found) == ["optimizer.dense"] and found.problems[0].node == "last"
    frozen = replace(found.layout.nodes["last"], frozen=True)
    assert rules(infer(replace(found.layout, nodes={**found.layout.nodes, "last": frozen}))) == []


def test_an_optimizer_for_matrices_names_what_is_none() -> None:
    found = trained(FLATTEN, linear(10), optimizer=Choice("Muon"))
    assert rules(found) == ["optimizer.matrices"]
    assert (found.problems[0].node, found.problems[0].values["parameter"]) == ("last", "bias")
    assert mended(found).problems == ()
    plain = ("last", "Linear", {"out_features": 10, "bias": False})
    assert rules(trained(FLATTEN, plain, optimizer=Choice("Muon"))) == []


def test_without_data_nothing_is_said_of_numbers_and_classes() -> None:
    layout: Layout = chain(linear(1), training=TrainingConfig(dataset=Choice("none"), loss=Choice("PoissonNLLLoss")))
    assert not {"loss.of_classes", "loss.of_numbers", "loss.numbers"} & set(rules(infer(layout)))
