"""What the window asks of the training process. Frozen and plain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Until: TypeAlias = Literal["end", "epoch", "step"]
"""How far a run goes before it pauses by itself."""


@dataclass(frozen=True)
class Train:
    layout: str
    """JSON, as in a layout file."""
    device: str
    """`auto` or a device's name."""
    folder: str
    """Where data sets live."""
    runs: str | None = None
    """Where the run gets a folder of its own, which keeps it; None if it is not to be kept."""
    resume: str | None = None
    """The folder of a kept run of this layout, which goes on where it was left."""
    threads: int | None = None
    """CPU threads, for a run that goes on; None leaves it to the layout and the process."""
    until: Until = "end"
    name: str = ""
    """What the kept run is called; empty leaves that to its layout."""
    tags: tuple[str, ...] = ()
    """Words that the kept run is found by."""


@dataclass(frozen=True)
class Pause:
    pass


@dataclass(frozen=True)
class Resume:
    pass


@dataclass(frozen=True)
class StepOnce:
    """Train until the next step of the optimizer, then pause."""


@dataclass(frozen=True)
class EpochOnce:
    """Train until the epoch's end, then pause."""


@dataclass(frozen=True)
class SetRate:
    """Go on with another learning rate."""

    rate: float


@dataclass(frozen=True)
class Stop:
    pass


@dataclass(frozen=True)
class Watch:
    """Send the parameters of this node again and again while training; None ends that."""

    node: str | None


@dataclass(frozen=True)
class Inspect:
    """Send the parameters of a node once: of the trained network, or as `layout` would start."""

    node: str
    layout: str | None
    """JSON; None for the network that was trained last."""
    request: int
    """Comes back with the answer."""


@dataclass(frozen=True)
class SaveWeights:
    """Write the parameters and buffers of the trained network as safetensors."""

    path: str


@dataclass(frozen=True)
class Shutdown:
    pass


Command: TypeAlias = (
    Train | Pause | Resume | StepOnce | EpochOnce | SetRate | Stop | Watch | Inspect | SaveWeights | Shutdown
)
