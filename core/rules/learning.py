"""What fails, or teaches nothing, once a whole network learns with its batches and its optimizer."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from core.problems import Problem
from core.rules import mends
from core.rules.site import whole
from core.signals import Shape
from core.training.optimizers import OPTIMIZERS

if TYPE_CHECKING:
    from core.datasets import DatasetFacts
    from core.inference import Inference, NodeFacts

BATCH_NORMS = ("BatchNorm", "LazyBatchNorm", "SyncBatchNorm")
GOOD_BATCH = 32
NOT_SPARSE = frozenset(name for name, one in OPTIMIZERS.items() if not one.reads_sparse)
"""Optimizers that cannot read the gradient of an Embedding with sparse=True."""


def learning_problems(found: Inference, dataset: DatasetFacts) -> Iterator[Problem]:
    if dataset.kind == "none":
        return
    last = _last_batch(found.layout.training.batch_size, dataset.train_size)
    for path, node_id, inside in _everywhere(found):
        layer, facts = inside.layout.nodes[node_id].layer, inside.nodes[node_id]
        if facts.inputs and facts.inputs[0] is not None and facts.outputs:
            yield from _small_batch(found, path, node_id, layer, facts, facts.inputs[0].shape, last)
        sparse = layer.startswith("Embedding") and facts.arguments.get("sparse") is True
        if sparse:
            yield from _sparse(found, path, node_id)
        yield from _unfit_parameters(found, path, node_id, facts, sparse)
    if not found.errors and found.nodes and not found.trainable:
        yield Problem(None, "learning.nothing")


def _everywhere(found: Inference, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str, Inference]]:
    """Every node, also those inside of blocks, with the ids that lead to it."""
    for node_id, facts in found.nodes.items():
        if facts.instances:
            # Every repetition has the same nodes; what is wrong with one is said once.
            yield from _everywhere(facts.instances[0], (*path, node_id))
        else:
            yield path, node_id, found


def _last_batch(size: int, samples: int) -> int:
    """How many samples the shortest batch of an epoch has."""
    return size if samples == 0 else min(size, samples % size or size)


def _small_batch(
    found: Inference, path: tuple[str, ...], node_id: str, layer: str, facts: NodeFacts, shape: Shape, last: int
) -> Iterator[Problem]:
    """A batch of one sample leaves BatchNorm with the values of one image, and with one value where there is none."""
    is_batch_norm = layer.startswith(BATCH_NORMS)
    if last != 1 or not (is_batch_norm or layer == "GroupNorm") or shape[:1] != ("N",):
        return
    image = whole(shape[2:])
    values = math.prod(image) if image is not None else 0
    if layer == "GroupNorm":
        channels, groups = facts.arguments["num_channels"], facts.arguments["num_groups"]
        values *= channels // groups if isinstance(channels, int) and isinstance(groups, int) else 0
    size = found.layout.training.batch_size
    whole_epoch = size == 1
    mend = mends.batch_size(GOOD_BATCH if whole_epoch else size + 1)
    details = {"node": node_id, "layer": layer, "batch": size, "received": shape}
    top, inner = _place(path, node_id)
    rule = "norm.batch_of_one" if whole_epoch else "norm.last_batch_of_one"
    if values == 1:
        yield Problem(top, rule, details, (mend,), inside=inner)
    elif whole_epoch and is_batch_norm:
        yield Problem(top, "norm.one_sample", details, (mend,), "warning", inside=inner)


def _sparse(found: Inference, path: tuple[str, ...], node_id: str) -> Iterator[Problem]:
    training = found.layout.training
    optimizer = training.optimizer
    decays = bool(optimizer.arguments.get("weight_decay"))
    top, inner = _place(path, node_id)
    values = {"node": node_id, "optimizer": optimizer.name}
    argument = None if path else "sparse"
    dense = () if path else (mends.leave_out(node_id, "sparse"),)
    if optimizer.name in NOT_SPARSE or decays:
        mend = (*dense, mends.use_optimizer("SGD"))
        yield Problem(top, "optimizer.sparse", values, mend, argument=argument, inside=inner)
    elif training.clip_value:
        mend = (*dense, mends.no_clipping())
        yield Problem(top, "optimizer.sparse_clipped", values, mend, argument=argument, inside=inner)


def _unfit_parameters(
    found: Inference, path: tuple[str, ...], node_id: str, facts: NodeFacts, sparse: bool
) -> Iterator[Problem]:
    """Muon takes matrices alone, whether they learn or not; SparseAdam sparse gradients alone."""
    optimizer = found.layout.training.optimizer.name
    wants = OPTIMIZERS[optimizer].wants
    top, inner = _place(path, node_id)
    values: dict[str, object] = {"node": node_id, "optimizer": optimizer}
    mend = (mends.use_optimizer("AdamW" if wants == "matrices" else "Adam"),)
    unfit = next(((name, shape) for name, shape in facts.parameter_shapes if len(shape) != 2), None)
    if wants == "matrices" and unfit is not None:
        details = {**values, "parameter": unfit[0], "received": unfit[1]}
        yield Problem(top, "optimizer.matrices", details, mend, inside=inner)
    elif wants == "sparse" and facts.trainable and not sparse:
        yield Problem(top, "optimizer.dense", values, mend, inside=inner)


def _place(path: tuple[str, ...], node_id: str) -> tuple[str, tuple[str, ...]]:
    """The node of the whole network, and the ids that lead on from there to the one that is meant."""
    return (path[0], (*path[1:], node_id)) if path else (node_id, ())
