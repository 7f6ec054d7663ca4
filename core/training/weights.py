"""A network's parameters and buffers as a safetensors file: numbers and names, nothing that can run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from core.storage import write_whole

if TYPE_CHECKING:
    from torch import nn


def save_weights(model: nn.Module, path: Path | str) -> None:
    """Write the state_dict, whole or not at all. OSError if it cannot be written."""
    from safetensors.torch import save

    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in model.state_dict().items()}
    write_whole(Path(path).resolve(), save(tensors))
