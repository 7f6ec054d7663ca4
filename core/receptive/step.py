"""A node between its tensors, as the rules of receptive fields see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from core.explain.windows import stem
from core.receptive.track import Tracks
from core.signals import Shape
from core.values import Value


@dataclass(frozen=True)
class Step:
    """A node between its tensors: what flows in, with the tracks of each, and what comes out."""

    layer: str
    """Without `Lazy`."""
    arguments: Mapping[str, Value]
    inputs: tuple[tuple[Tracks, Shape], ...]
    output: Shape

    @property
    def tracks(self) -> Tracks:
        """Those of the first input that depends on the Input at all."""
        return next((tracks for tracks, _ in self.inputs if tracks), ())

    @property
    def shape(self) -> Shape:
        return next((shape for tracks, shape in self.inputs if tracks), self.inputs[0][1])

    @property
    def first(self) -> int:
        """The first dimension behind the channels. Pooling also takes a tensor without channels."""
        return len(self.shape) - int(self.layer[-2]) if stem(self.layer) != self.layer else 2

    def number(self, name: str, default: int) -> int:
        value = self.arguments.get(name)
        return value if isinstance(value, int) else default

    def along(self, name: str, index: int, default: int) -> int:
        """An argument for one of the dimensions behind the channels."""
        value = self.arguments.get(name)
        value = value[index] if isinstance(value, tuple) and value else value
        return value if isinstance(value, int) else default


Rule: TypeAlias = Callable[[Step], "Tracks | None"]
"""None where it cannot be said."""
