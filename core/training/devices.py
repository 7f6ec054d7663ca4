"""Which devices torch can train on here, and why another one is missing. Importing this does not import torch."""

from __future__ import annotations

from dataclasses import dataclass

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
    return (Device("cpu", True), *_cuda(), *_mps(), *_xpu())


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


def _cuda() -> tuple[Device, ...]:
    import torch

    if not torch.backends.cuda.is_built():
        return (Device("cuda", False, "cuda_not_built"),)
    count = torch.cuda.device_count()
    if not count or not torch.cuda.is_available():
        return (Device("cuda", False, "cuda_no_driver" if not count else "cuda_unusable"),)
    return tuple(Device(f"cuda:{index}", True, title=torch.cuda.get_device_name(index)) for index in range(count))


def _mps() -> tuple[Device, ...]:
    import torch

    if not torch.backends.mps.is_built():
        return (Device("mps", False, "mps_not_built"),)
    if not torch.backends.mps.is_available():
        return (Device("mps", False, "mps_unusable"),)
    return (Device("mps", True, title="Apple GPU"),)


def _xpu() -> tuple[Device, ...]:
    import torch

    xpu = getattr(torch, "xpu", None)
    if xpu is None or not xpu._is_compiled():
        return (Device("xpu", False, "xpu_not_built"),)
    count = xpu.device_count()
    if not count:
        return (Device("xpu", False, "xpu_no_driver"),)
    return tuple(Device(f"xpu:{index}", True, title=xpu.get_device_name(index)) for index in range(count))
