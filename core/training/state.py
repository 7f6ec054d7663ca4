"""What a run keeps of itself to go on from later: copies on the processor in dicts, lists, numbers and strings.

`torch.load(weights_only=True)` reads it, which runs nothing that a file says.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch


def kept(value: Any) -> Any:
    """A copy that nobody changes any more. TypeError for what does not belong into a state."""
    from torch import Tensor

    if isinstance(value, Tensor):
        return value.detach().to("cpu", copy=True)
    if isinstance(value, Mapping):
        return {key: kept(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(kept(one) for one in value)
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise TypeError(f"a {type(value).__name__} cannot be kept in a state: {value!r}")


def placed(value: Any, device: torch.device) -> Any:
    """A copy of a part of a state with its tensors on a device."""
    from torch import Tensor

    if isinstance(value, Tensor):
        return value.to(device, copy=True)
    if isinstance(value, list):
        return [placed(one, device) for one in value]
    return {key: placed(one, device) for key, one in value.items()} if isinstance(value, dict) else value
