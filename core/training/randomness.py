"""Torch's random numbers on the processor and a device: kept and put back, so that a run can go on where it was."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch
    from torch import Tensor


def random_state(device: torch.device) -> dict[str, Tensor]:
    """Where torch's generators stand: of the processor, and of the device if that is another one."""
    import torch

    state = {"cpu": torch.get_rng_state()}
    if device.type != "cpu":
        backend = torch.get_device_module(device)
        state["device"] = backend.get_rng_state() if device.type == "mps" else backend.get_rng_state(device)
    return state


def set_random_state(state: dict[str, Tensor], device: torch.device) -> None:
    """Let torch's random numbers go on from there. What another kind of device drew cannot go on here."""
    import torch

    torch.set_rng_state(state["cpu"])
    if device.type != "cpu" and "device" in state:
        backend = torch.get_device_module(device)
        if device.type == "mps":
            backend.set_rng_state(state["device"])
        else:
            backend.set_rng_state(state["device"], device)


@contextmanager
def same_random_numbers(device: torch.device) -> Iterator[None]:
    """Afterwards torch's random numbers go on as if nothing had been drawn inside."""
    state = random_state(device)
    try:
        yield
    finally:
        set_random_state(state, device)
