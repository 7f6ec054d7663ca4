"""Colours and sharpness that vary while training, each sample's by its own numbers; see augmenting.py.

Images are (B, C, H, W), float32 from 0 to 1.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torchvision.transforms import v2

from core.datasets.augmenting import drawn


def random_invert(
    images: Tensor,
    generator: torch.Generator,
    p: float,
) -> Tensor:
    return torch.where(drawn(images, generator, 0, 1) < p, 1.0 - images, images)


def random_grayscale(
    images: Tensor,
    generator: torch.Generator,
    p: float,
) -> Tensor:
    """Without colours, still in as many channels."""
    grey = v2.functional.rgb_to_grayscale(images, num_output_channels=images.shape[1])
    return torch.where(drawn(images, generator, 0, 1) < p, grey, images)


def color_jitter(
    images: Tensor,
    generator: torch.Generator,
    brightness: float,
    contrast: float,
    saturation: float,
    hue: float,
) -> Tensor:
    """Each brighter or darker and so on by its own factors, in an order drawn for the batch."""
    for change in torch.randperm(4, generator=generator).tolist():
        amount = (brightness, contrast, saturation, hue)[change]
        if amount == 0:
            continue
        if change == 3:
            shifts = drawn(images, generator, -amount, amount).flatten().tolist()
            adjust, pairs = v2.functional.adjust_hue, zip(images, shifts, strict=True)
            images = torch.stack([adjust(image, shift) for image, shift in pairs])
            continue
        factors = drawn(images, generator, max(0.0, 1 - amount), 1 + amount)
        other = torch.zeros_like(images[:, :1])
        if change > 0:
            other = v2.functional.rgb_to_grayscale(images, num_output_channels=1)
        if change == 1:
            other = other.mean(dim=(1, 2, 3), keepdim=True)
        if change < 2 or images.shape[1] == 3:
            images = (images * factors + other * (1 - factors)).clamp(0, 1)
    return images


def gaussian_blur(
    images: Tensor,
    generator: torch.Generator,
    kernel_size: int,
    sigma: tuple[float, float],
) -> Tensor:
    """Each as blurred as its own sigma, in pixels, makes it."""
    count, channels = images.shape[:2]
    sigmas = drawn(images, generator, *sigma).view(count, 1)
    # As torchvision spaces it.
    far = (kernel_size - 1) / (2 * math.sqrt(2))
    steps = torch.linspace(-far, far, kernel_size, device=images.device)
    line = torch.softmax(-((steps / sigmas) ** 2), dim=1)
    kernels = (line.unsqueeze(2) * line.unsqueeze(1)).repeat_interleave(channels, 0)
    edges = [kernel_size // 2] * 4
    images = nn.functional.pad(images, edges, mode="reflect").flatten(0, 1)
    blurred = nn.functional.conv2d(images[None], kernels[:, None], groups=len(kernels))
    return blurred.view(count, channels, *blurred.shape[-2:])
