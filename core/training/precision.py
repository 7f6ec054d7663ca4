"""What a network computes in: full numbers, or half as long ones where the device has them. The trainer asks.

Weights and gradients stay fp32; torch.autocast picks for each layer what bears the shorter numbers.
"""

from __future__ import annotations

import warnings
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

from core.training.config import Precision

if TYPE_CHECKING:
    import torch

DTYPES = {"bf16": "bfloat16", "fp16": "float16"}


def context(precision: Precision, device: torch.device) -> AbstractContextManager[Any]:
    """Of a forward pass and its loss."""
    import torch

    return nullcontext() if precision == "fp32" else torch.autocast(device.type, getattr(torch, DTYPES[precision]))


def refusal(precision: Precision, device: torch.device) -> str | None:
    """What torch says against a precision on a device; None if it computes in it."""
    import torch

    if precision == "fp32":
        return None
    if precision == "bf16" and device.type == "cuda" and not torch.cuda.is_bf16_supported(including_emulation=False):
        return "bfloat16"
    try:
        # Torch switches an autocast that it does not have off, and warns.
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            with context(precision, device):
                rows = torch.ones(2, 8, device=device)
                weights = torch.ones(8, 8, device=device, requires_grad=True)
                product = rows @ weights
        if product.dtype != getattr(torch, DTYPES[precision]):
            return str(said[0].message) if said else DTYPES[precision]
        product.float().sum().backward()
        return None
    except (RuntimeError, NotImplementedError, AssertionError) as error:
        return str(error)


def scaler(precision: Precision, device: torch.device) -> torch.amp.GradScaler | None:
    """What keeps small gradients of fp16 above its smallest number; None where nothing is to be kept."""
    import torch

    return torch.amp.GradScaler(device.type) if precision == "fp16" else None
