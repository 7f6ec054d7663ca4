"""What a training run says while it goes: frozen, plain values that travel through a pipe. No tensors, no Qt.

In order: Preparing, Downloading …, Noticed …, Started, then Steps and EpochEnded, and at last one of Finished, Stopped
and Failed. Paused and Resumed come in between. The window, the command line and the recorder of runs read them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from core.training.devices import Device

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from core.inspection.snapshot import Snapshot


@dataclass(frozen=True)
class Ready:
    """The training process has imported torch and waits for a command."""

    devices: tuple[Device, ...]
    threads: int
    """CPU threads that torch computes with there."""
    torch_version: str
    process: int
    """Its process id."""


@dataclass(frozen=True)
class Preparing:
    """The layout is being compiled and the data are being read."""


@dataclass(frozen=True)
class Downloading:
    dataset: str
    folder: str
    """Where the files will lie."""
    received: int
    """Bytes so far."""
    total: int
    """Bytes in all."""


@dataclass(frozen=True)
class Noticed:
    """The run goes on, but not as it was asked to: something is not to be had here, or will be tight."""

    rule: str
    """A whole text key."""
    values: Mapping[str, object] = field(default_factory=dict)
    """What the sentence names."""


@dataclass(frozen=True)
class Started:
    """One real batch went through model, loss and backward; the first step follows. Also the record of the run."""

    device: str
    """`cpu`, `cuda:0`, `mps` …"""
    threads: int
    seed: int
    epochs: int
    steps_per_epoch: int
    train_size: int
    """Samples, as found in the files."""
    test_size: int
    parameters: int
    torch_version: str
    python_version: str
    device_name: str = ""
    """What the maker calls the device; empty for the processor."""
    processes: int = 1
    """How many train together."""


@dataclass(frozen=True)
class Steps:
    """The losses of consecutive optimizer steps."""

    first_step: int
    """Number of the first of them, counted from 1 over the whole run."""
    losses: NDArray[np.float32]
    """(steps,), before each step's update; the mean over the batches that a step accumulates."""
    epoch: int
    """Counted from 1."""
    seconds: float
    """Since the run started, without pauses."""
    parts: NDArray[np.float32] | None = None
    """(P, steps): what each of several losses adds, with its weight. None with a single one."""
    rates: NDArray[np.float32] | None = None
    """(steps,): the learning rate of each step."""


@dataclass(frozen=True)
class EpochEnded:
    epoch: int
    """Counted from 1."""
    step: int
    """The last step of the epoch."""
    train_loss: float
    """Mean over the samples of the epoch's own steps."""
    test_loss: float
    """Mean over the test samples, in eval mode."""
    train_accuracy: float | None
    """0 to 1, of the epoch's own steps, before each update and in train mode. None for a regression."""
    test_accuracy: float | None
    """0 to 1, in eval mode. None for a regression."""
    samples_per_second: float
    """Training samples per second of training, without evaluation and pauses."""
    seconds: float
    """Since the run started, without pauses."""
    train_scores: Mapping[str, float] = field(default_factory=dict)
    """What suits the task, by name: `accuracy`, `top5`, `f1` … or `mae`, `rmse`, `r2`."""
    test_scores: Mapping[str, float] = field(default_factory=dict)
    confusion: NDArray[np.int64] | None = None
    """(C, C) counts of the test samples: a row for each true class, a column for each answer. None for a regression."""


@dataclass(frozen=True)
class Pulse:
    """Nothing new: a moment at which the caller can pause or stop. Stays in the training process."""


@dataclass(frozen=True)
class Paused:
    step: int


@dataclass(frozen=True)
class Resumed:
    step: int


@dataclass(frozen=True)
class Finished:
    """Every epoch was trained, or the test loss fell no more."""

    step: int
    test_loss: float
    test_accuracy: float | None
    """None for a regression."""
    seconds: float
    early: bool = False
    """Whether it ended because the test loss had not fallen for as many epochs as the configuration waits."""


@dataclass(frozen=True)
class Stopped:
    """A person stopped the run. The weights stay as they are at that step."""

    step: int


@dataclass(frozen=True)
class Failed:
    """The run cannot start or go on. `rule` is a whole text key (`data.missing`, `problem.shape.rank` …)."""

    node: str | None
    """The node that causes it, where one does."""
    rule: str
    values: Mapping[str, object] = field(default_factory=dict)
    """What the sentence names."""


@dataclass(frozen=True)
class Keeping:
    """The run is kept in a folder as it goes."""

    folder: str


@dataclass(frozen=True)
class Saving:
    """What going on needs is being written, which takes a while for a large network: do not end the process now."""


@dataclass(frozen=True)
class Inspected:
    """The parameters of the watched node as they are now; None if there is nothing to see."""

    snapshot: Snapshot | None
    request: int = 0
    """The number of the question that this answers; 0 while it is watched."""


@dataclass(frozen=True)
class WeightsSaved:
    path: str


@dataclass(frozen=True)
class WeightsNotSaved:
    path: str
    rule: str
    """A whole text key."""
    values: Mapping[str, object] = field(default_factory=dict)


RunEvent: TypeAlias = (
    Preparing
    | Downloading
    | Noticed
    | Started
    | Steps
    | EpochEnded
    | Pulse
    | Paused
    | Resumed
    | Finished
    | Stopped
    | Failed
)
"""What a run yields."""
Event: TypeAlias = RunEvent | Ready | Keeping | Saving | Inspected | WeightsSaved | WeightsNotSaved
"""What the training process sends."""
