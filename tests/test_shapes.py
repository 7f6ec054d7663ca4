"""What the inference says is what torch does: shapes, parameters, and the problems of a learner's first networks."""

from __future__ import annotations

import pytest
from torch import nn

from core.layout import Edge, Node, with_argument, with_edge, with_node, without_edges, without_nodes
from core.shapes import Inference, infer, pending
from core.training.config import Choice, TrainingConfig
from tests.examples import chain, digits_mlp, residual, with_loss
from tests.graphs import graph

FLATTEN = ("flatten", "Flatten", {})
LOGITS = ("logits", "Linear", {"out_features": 10})


def rules(inference: Inference, node: str | None = "any") -> list[str]:
    return [problem.rule for problem in inference.problems if node == "any" or problem.node == node]


def mended(inference: Inference, rule: str, choice: int = 0) -> Inference:
    """The inference after the first mend of a problem was clicked."""
    problem = next(problem for problem in inference.problems if problem.rule == rule)
    return infer(problem.mends[choice].edit(inference.layout))


def test_a_sound_network_has_shapes_parameters_and_no_problem() -> None:
    inference = infer(digits_mlp())
    assert inference.problems == ()
    assert inference.order == ("images", "flatten", "hidden", "relu", "logits", "output")
    assert inference.nodes["images"].outputs[0].shape == ("N", 1, 8, 8)
    assert inference.nodes["flatten"].outputs[0].shape == ("N", 64)
    assert inference.nodes["hidden"].inferred == {"in_features": 64}
    assert inference.nodes["hidden"].parameters == sum(p.numel() for p in nn.Linear(64, 32).parameters())
    assert inference.nodes["hidden"].multiply_adds == 64 * 32
    assert inference.parameters == 64 * 32 + 32 + 32 * 10 + 10


def test_a_branch_and_an_add_are_followed() -> None:
    inference = infer(residual())
    assert inference.problems == ()
    assert inference.nodes["sum"].outputs[0].shape == ("N", 8, 8, 8)
    assert inference.nodes["sum"].parameters == 0
    assert inference.nodes["first"].multiply_adds == 8 * 8 * 8 * 8 * 9


def test_before_torch_is_there_the_order_is_known_and_no_shape() -> None:
    assert pending(digits_mlp()).order == infer(digits_mlp()).order
    assert not pending(digits_mlp()).nodes


def test_a_forgotten_flatten_is_said_on_the_first_linear_and_mended_by_one_edit() -> None:
    inference = infer(chain(("hidden", "Linear", {"out_features": 32}), ("relu", "ReLU", {}), LOGITS))
    problem = inference.errors[0]
    assert (problem.node, problem.rule, problem.values["received"]) == ("hidden", "loss.flatten_first", ("N", 1, 8, 10))
    after = mended(inference, "loss.flatten_first")
    assert after.problems == ()
    assert after.order[1] == "flatten"


def test_the_number_of_classes_is_checked_through_an_activation_and_mended() -> None:
    layout = chain(FLATTEN, ("logits", "Linear", {"out_features": 7}), ("end", "LogSoftmax", {"dim": 1}))
    inference = infer(layout)
    assert inference.errors[0].rule == "loss.classes"
    assert inference.errors[0].node == "logits"
    assert mended(inference, "loss.classes").errors == ()


@pytest.mark.parametrize(
    ("end", "loss", "rule"),
    [
        (("end", "Softmax", {"dim": 1}), "CrossEntropyLoss", "loss.softmax"),
        (("end", "LogSoftmax", {"dim": 1}), "CrossEntropyLoss", "loss.log_softmax"),
        (("end", "ReLU", {}), "CrossEntropyLoss", "loss.bends"),
        (("end", "Dropout", {}), "CrossEntropyLoss", "loss.bends"),
        (("end", "Softmax", {"dim": 1}), "NLLLoss", "loss.nll"),
    ],
)
def test_what_the_last_layer_does_to_the_loss_is_advice(end: tuple, loss: str, rule: str) -> None:
    inference = infer(chain(FLATTEN, LOGITS, end, training=with_loss(loss)))
    assert rules(inference, "end") == [rule]
    assert inference.errors == ()
    assert mended(inference, rule).problems == ()


def test_what_only_hands_on_is_not_the_last_layer() -> None:
    inference = infer(chain(FLATTEN, LOGITS, ("end", "Identity", {}), training=with_loss("NLLLoss")))
    assert [(problem.node, problem.rule) for problem in inference.problems] == [("logits", "loss.nll")]
    assert mended(inference, "loss.nll").problems == ()
    assert mended(inference, "loss.nll", 1).problems == ()


def test_bce_needs_probabilities() -> None:
    training = with_loss("BCELoss", "moons")
    inference = infer(chain(("logit", "Linear", {"out_features": 1}), training=training))
    assert inference.errors[0].rule == "loss.bce"
    assert mended(inference, "loss.bce", 0).problems == ()
    assert mended(inference, "loss.bce", 1).problems == ()


def test_a_size_that_does_not_fit_says_what_fits() -> None:
    inference = infer(chain(FLATTEN, ("hidden", "Linear", {"in_features": 100, "out_features": 10})))
    problem = inference.errors[0]
    assert (problem.node, problem.argument, problem.values["size"]) == ("hidden", "in_features", 64)
    assert mended(inference, problem.rule).problems == ()


def test_a_linear_that_expects_the_flattened_image_is_offered_a_flatten() -> None:
    inference = infer(chain(("logits", "Linear", {"in_features": 64, "out_features": 10})))
    assert mended(inference, "shape.inferred_mismatch").problems == ()


@pytest.mark.parametrize(
    ("node", "rule"),
    [
        (("a", "Conv2d", {"out_channels": 0, "kernel_size": 3}), "field.minimum"),
        (("a", "Conv2d", {"out_channels": 8}), "argument.missing"),
        (("a", "Conv2d", {"out_channels": 8, "kernel_size": 3, "colour": 1}), "argument.unknown"),
        (("a", "Conv2d", {"out_channels": 8, "kernel_size": 30}), "shape.kernel_too_large"),
        (("a", "Conv2d", {"out_channels": 8, "kernel_size": (3, 3, 3)}), "field.dimensions"),
        (("a", "Conv2d", {"out_channels": 8, "kernel_size": 3, "dilation": 0}), "field.minimum"),
        (("a", "Conv2d", {"out_channels": 8, "kernel_size": 3, "groups": 3}), "argument.groups"),
        (("a", "Conv2d", {"out_channels": 8, "kernel_size": 3, "padding": "some"}), "field.choice"),
        (("a", "Conv1d", {"out_channels": 8, "kernel_size": 3}), "shape.rank"),
        (("a", "BatchNorm1d", {}), "shape.rank"),
        (("a", "MaxPool2d", {"kernel_size": 2, "padding": 2}), "argument.pool_padding"),
        (("a", "MaxPool2d", {"kernel_size": 9}), "shape.kernel_too_large"),
        (("a", "Dropout", {"p": 1.5}), "field.maximum"),
        (("a", "Dropout", {"p": "half"}), "field.not_real"),
        (("a", "Softmax", {"dim": 7}), "argument.dim"),
        (("a", "Embedding", {"num_embeddings": 10, "embedding_dim": 4}), "dtype.integers_needed"),
        (("a", "ReLU", {"inplace": True}), "inplace.shared"),
        (("a", "Flatten", {"start_dim": 0}), "shape.batch_lost"),
        (("a", "GroupNorm", {"num_groups": 3}), "argument.groups"),
        (("a", "PixelShuffle", {"upscale_factor": 2}), "shape.channel_parts"),
        (("a", "Linear", {"out_features": 10**12}), "memory.activations"),
        (("a", "Linear", {"out_features": 2**62}), "torch.refused"),
        (("a", "Linear", {"out_features": 10**30}), "field.too_large"),
    ],
)
def test_a_wrong_argument_is_said_on_its_node(node: tuple, rule: str) -> None:
    inference = infer(chain(node, FLATTEN, LOGITS))
    assert rule in rules(inference, "a")
    assert any(problem.rule == rule for problem in inference.errors)


def test_a_layer_that_takes_the_samples_for_rows_is_refused() -> None:
    pool = Node("FractionalMaxPool2d", {"kernel_size": (3, 2), "output_size": (4, 3)})
    nodes = {
        "rows": Node("Input", {"shape": (5, 4)}),
        "turned": Node("transpose", {"dim0": 0, "dim1": 1}),
        "pool": pool,
        "out": Node("Output"),
    }
    inference = infer(graph("", nodes, "rows turned, turned pool, pool out"))
    assert rules(inference, "pool") == ["shape.batch_lost"]


def test_ten_to_the_twelve_parameters_are_refused_without_memory() -> None:
    inference = infer(
        chain(FLATTEN, ("a", "Linear", {"out_features": 10**6}), ("b", "Linear", {"out_features": 10**6}))
    )
    assert inference.nodes["b"].parameters == 10**12 + 10**6
    assert "memory.parameters" in rules(inference, "b")


def test_loose_ends_and_roots_are_named() -> None:
    layout = digits_mlp()
    alone = infer(with_node(layout, "spare", Node("ReLU")))
    assert rules(alone) == ["graph.unconnected"]
    cut = infer(without_edges(layout, [Edge("relu", "logits")]))
    assert rules(cut) == ["graph.loose_end", "graph.root"]
    assert mended(cut, "graph.root").problems == ()
    headless = infer(without_nodes(layout, ["images"]))
    assert "graph.no_input" in rules(headless, None)
    endless = infer(without_nodes(layout, ["output"]))
    assert mended(endless, "graph.no_output").problems == ()


def test_inplace_behind_a_sigmoid_is_refused_also_through_a_view() -> None:
    sigmoid, view, relu = ("sigmoid", "Sigmoid", {}), ("view", "Identity", {}), ("relu", "ReLU", {"inplace": True})
    assert rules(infer(chain(FLATTEN, sigmoid, view, relu, LOGITS))) == ["inplace.shared"]
    assert rules(infer(chain(FLATTEN, sigmoid, ("drop", "Dropout", {}), relu, LOGITS))) == []
    assert mended(infer(chain(FLATTEN, sigmoid, relu, LOGITS)), "inplace.shared").problems == ()


def test_nesterov_without_momentum_is_said_before_the_start() -> None:
    def with_sgd(**arguments: float | bool) -> list[str]:
        training = TrainingConfig(optimizer=Choice("SGD", {"lr": 0.1, **arguments}))
        return rules(infer(chain(FLATTEN, LOGITS, training=training)))

    assert with_sgd(nesterov=True) == ["optimizer.nesterov"]
    assert with_sgd(nesterov=True, momentum=0.9) == []
    assert with_sgd(nesterov=True, momentum=0.9, dampening=0.1) == ["optimizer.nesterov"]


def test_no_mend_offers_a_wire_that_cannot_be() -> None:
    layout = chain(FLATTEN, ("norm", "BatchNorm1d", {}))
    alone = infer(without_nodes(layout, ["images", "output"]))
    assert rules(alone, "flatten") == ["graph.root"]
    assert alone.of("flatten")[0].mends == ()


def test_a_cycle_is_a_problem_and_not_a_hang() -> None:
    layout = with_edge(without_edges(digits_mlp(), [Edge("flatten", "hidden")]), Edge("relu", "hidden"))
    assert "graph.cycle" in rules(infer(layout))


def test_inplace_behind_a_branch_point_is_refused_also_through_a_view() -> None:
    layout = with_argument(residual(), "relu", "inplace", True)
    assert infer(layout).problems == ()
    layout = with_node(residual(), "view", Node("Identity"))
    layout = without_edges(layout, [Edge("stem", "first"), Edge("first", "relu")])
    layout = with_edge(with_edge(with_edge(layout, Edge("stem", "view")), Edge("view", "relu")), Edge("relu", "first"))
    layout = without_edges(layout, [Edge("relu", "second")])
    layout = with_edge(layout, Edge("first", "second"))
    assert infer(layout).problems == ()
    assert rules(infer(with_argument(layout, "relu", "inplace", True))) == ["inplace.shared"]
