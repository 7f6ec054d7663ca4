"""A network's parameters and buffers as a safetensors file: numbers and names, nothing that can run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from core.storage import write_whole

if TYPE_CHECKING:
    from torch import Tensor, nn


def save_weights(model: nn.Module, path: Path | str) -> None:
    """Write the state_dict, whole or not at all. OSError if it cannot be written."""
    write_weights(weights_of(model), path)


def weights_of(model: nn.Module) -> dict[str, Tensor]:
    """The state_dict as it is now, on the processor: training on does not change it."""
    import torch

    return {
        name: tensor.detach().to("cpu", copy=True, memory_format=torch.contiguous_format)
        for name, tensor in model.state_dict().items()
    }


def write_weights(weights: Mapping[str, Tensor], path: Path | str) -> None:
    """Write tensors by name, whole or not at all. OSError if they cannot be written."""
    from safetensors.torch import save

    write_whole(Path(path).resolve(), save(dict(weights)))
