"""What the window asks of the training process. Frozen and plain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Train:
    layout: str
    """JSON, as in a layout file."""
    device: str
    """`auto` or a device's name."""
    folder: str
    """Where data sets live."""


@dataclass(frozen=True)
class Pause:
    pass


@dataclass(frozen=True)
class Resume:
    pass


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


Command: TypeAlias = Train | Pause | Resume | Stop | Watch | Inspect | SaveWeights | Shutdown
