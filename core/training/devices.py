"""Which devices torch can train on here, and why another one is missing. Importing this does not import torch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

KINDS = ("cpu", "cuda", "mps", "xpu")


@dataclass(frozen=True)
class Device:
    name: str
    """As torch writes it: `cpu`, `cuda:0`, `mps`, `xpu:0`; without number where none was found."""
    available: bool
    reason: str = ""
    """Why it is missing: the text key is `device.<reason>`."""
    title: str = ""
    """What its maker calls it."""


def devices() -> tuple[Device, ...]:
    """The processor and everything torch knows of, missing ones with their reason. Imports torch."""
    import torch

    # One kind at a time: that is how torch is built.
    current = torch.accelerator.current_accelerator(check_available=True)
    found = () if current is None else tuple(_found(current.type))
    known = [found if current is not None and kind == current.type else (_missing(kind),) for kind in KINDS[1:]]
    other = found if current is not None and current.type not in KINDS else ()
    return (Device("cpu", True), *(device for devices in known for device in devices), *other)


def resolve(name: str) -> str:
    """The device to train on: `auto` is the first accelerator, else the processor. LookupError if it is not here."""
    found = devices()
    if name == "auto":
        usable = [device.name for device in found if device.available]
        return usable[1] if len(usable) > 1 else "cpu"
    # `cuda` means the first one, as torch has it.
    match = next((device for device in found if name in (device.name, device.name.removesuffix(":0"))), None)
    if match is None or not match.available:
        raise LookupError(match.reason if match is not None and match.reason else "unknown")
    return match.name


def title(device: torch.device) -> str:
    """What its maker calls an accelerator; empty where torch does not know."""
    import torch

    if device.type == "mps":
        return "Apple GPU"
    if device.type in ("cuda", "xpu"):
        return str(torch.get_device_module(device).get_device_name(device))
    return ""


def _found(kind: str) -> Iterator[Device]:
    import torch

    # An Apple GPU is the only one of its kind and bears no number.
    names = ["mps"] if kind == "mps" else [f"{kind}:{index}" for index in range(torch.accelerator.device_count())]
    for name in names:
        yield Device(name, True, title=title(torch.device(name)))


def _missing(kind: str) -> Device:
    """Why there is none of this kind."""
    import torch

    if kind == "cuda":
        if not torch.backends.cuda.is_built():
            return Device("cuda", False, "cuda_not_built")
        return Device("cuda", False, "cuda_unusable" if torch.cuda.device_count() else "cuda_no_driver")
    if kind == "mps":
        return Device("mps", False, "mps_unusable" if torch.backends.mps.is_built() else "mps_not_built")
    xpu = getattr(torch, "xpu", None)
    return Device("xpu", False, "xpu_no_driver" if xpu is not None and xpu._is_compiled() else "xpu_not_built")
