"""How much memory a training takes, and how much is free, before anything is touched. The window and a run ask.

Importing needs no torch, and `need` uses none: the window asks at every edit.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.cost import kept_bytes, value_bytes
from core.machine import memory
from core.training.config import Choice, TrainingConfig
from core.training.events import Failed, Noticed

if TYPE_CHECKING:
    import torch

    from core.datasets.load import Splits
    from core.inference import Inference

WEIGHT = 4
"""Bytes of a weight, of its gradient and of what an optimizer remembers of it: they stay fp32 in every precision."""
_CGROUP = Path("/sys/fs/cgroup")

# How many numbers an optimizer remembers for each weight. A factored one keeps a row and a column of a matrix: nothing.
_REMEMBERED: Mapping[str, int] = {
    "SGD": 0, "Adam": 2, "AdamW": 2, "RMSprop": 1, "Adagrad": 1, "Adadelta": 2, "Adafactor": 0, "Adamax": 2,
    "NAdam": 2, "RAdam": 2, "ASGD": 1, "Rprop": 2, "Muon": 1, "SparseAdam": 2,
}  # fmt: skip
_WITH: Mapping[str, int] = {"amsgrad": 1, "centered": 1, "momentum": 1}
"""And how many more with an argument that is not 0 or off."""


@dataclass(frozen=True)
class Need:
    """Bytes, about: what torch's layers need inside while they compute is not known beforehand."""

    weights: int
    """And buffers' like; with the averaged ones."""
    gradients: int
    optimizer: int
    activations: int
    """What the layers hand on for one batch and keep for the backward pass."""
    data: int

    @property
    def fixed(self) -> int:
        """What no smaller batch makes less."""
        return self.weights + self.gradients + self.optimizer + self.data

    @property
    def total(self) -> int:
        return self.fixed + self.activations


def need(inference: Inference, data: int | None = None) -> Need:
    """Of the layout's training; `data` are the bytes of the data set, if they are known better than from its facts."""
    config = inference.layout.training
    trainable = WEIGHT * inference.trainable
    weights = WEIGHT * inference.parameters * (2 if config.ema else 1)
    return Need(
        weights=weights,
        gradients=trainable,
        optimizer=trainable * remembered(config.optimizer),
        activations=_activations(inference, config.batch_size),
        data=_data(config) if data is None else data,
    )


def remembered(optimizer: Choice) -> int:
    """How many numbers an optimizer keeps for each weight."""
    more = {"Muon": ()}.get(optimizer.name, _WITH)
    return _REMEMBERED.get(optimizer.name, 2) + sum(_WITH[name] for name in more if optimizer.arguments.get(name))


def fitting_batch(inference: Inference, needed: Need, free: int) -> int:
    """The largest power of two that fits beside the rest; 0 if not even a single sample does."""
    size = 2 ** int(math.log2(inference.layout.training.batch_size))
    while size and needed.fixed + _activations(inference, size) > free:
        size //= 2
    return size


def shortage(inference: Inference, splits: Splits, device: str) -> Noticed | Failed | None:
    """What is to be said before the start: that it cannot fit, or that it will be tight. Imports torch."""
    # On the processor the data are there already.
    data = 0 if device == "cpu" else _bytes(splits)
    needed, available = need(inference, data), free(device)
    if available is None or needed.total <= available:
        return None
    values: dict[str, object] = {"device": device, "free": written(available)}
    if needed.fixed > available:
        return Failed(None, "training_failure.no_room", {**values, "needed": written(needed.fixed)})
    batch, fits = inference.layout.training.batch_size, fitting_batch(inference, needed, available)
    values |= {"batch": batch, "fits": max(1, fits), "needed": written(needed.total)}
    return Noticed("training_notice.memory", values)


def free(device: str) -> int | None:
    """Bytes that a training could have on a device now; None where nobody tells. Imports torch for an accelerator."""
    if device == "cpu":
        return _system()
    import torch

    kind = torch.device(device).type
    if kind == "mps":
        return max(0, torch.mps.recommended_max_memory() - torch.mps.driver_allocated_memory())
    try:
        backend = torch.get_device_module(torch.device(device))
        return int(backend.mem_get_info(torch.device(device))[0]) + _cached(backend, torch.device(device))
    # A kind of device that does not tell.
    except (AttributeError, RuntimeError, NotImplementedError):
        return None


def written(size: int) -> str:
    if size < 1e8:
        return f"{size / 1e6:.1f} MB"
    return f"{size / 1e9:,.0f} GB" if size >= 1e10 else f"{size / 1e9:.1f} GB"


def _activations(inference: Inference, batch: int) -> int:
    return sum(kept_bytes(facts, batch) for facts in inference.nodes.values())


def _data(config: TrainingConfig) -> int:
    from core.datasets.facts import facts

    known = facts(config.dataset)
    return (known.train_size + known.test_size) * math.prod(known.shape) * value_bytes(known.held or known.dtype)


def _bytes(splits: Splits) -> int:
    tensors = (splits.train_inputs, splits.train_targets, splits.test_inputs, splits.test_targets)
    return sum(tensor.numel() * tensor.element_size() for tensor in tensors)


def _cached(backend: object, device: torch.device) -> int:
    """What torch holds of the device for the next tensor."""
    return int(backend.memory_reserved(device) - backend.memory_allocated(device))  # type: ignore[attr-defined]


def _system() -> int | None:
    """What programs can have without swapping, and no more than a container may."""
    found = [size for size in (_available(), _allowed()) if size is not None]
    return min(found) if found else memory()


def _available() -> int | None:
    try:
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return 1024 * int(line.split()[1])
    except (OSError, ValueError, IndexError):
        pass
    return None


def _allowed() -> int | None:
    """Of the control group that a container or a cluster's job runs in."""
    try:
        limit, used = ((_CGROUP / name).read_text().strip() for name in ("memory.max", "memory.current"))
        # Files that were read are counted too, and given back when memory is wanted.
        given_back = dict(line.split() for line in (_CGROUP / "memory.stat").read_text().splitlines())
        return max(0, int(limit) - int(used) + int(given_back.get("inactive_file", 0)))
    # Without a limit it says `max`.
    except (OSError, ValueError):
        return None
