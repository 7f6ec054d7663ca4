"""Images that are turned, moved, enlarged and sheared while training, each by its own numbers; see augmenting.py.

Images are (B, C, H, W), float32; what comes in from outside is 0.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


def warped(
    images: Tensor,
    degrees: Tensor,
    shifts: Tensor,
    scales: Tensor,
    shears: Tensor,
    interpolation: str,
) -> Tensor:
    """Turned clockwise, moved, enlarged and sheared, each by its own numbers.

    All are float32 on the processor: degrees (B,), shifts in pixels (B, 2), scales (B,),
    shears in degrees (B, 2). The matrix is the one of torchvision's affine.
    """
    height, width = images.shape[-2:]
    turn, (x_shear, y_shear) = degrees.deg2rad(), shears.deg2rad().unbind(1)
    a = (turn - y_shear).cos() / y_shear.cos()
    b = -(a * x_shear.tan() + turn.sin())
    c = (turn - y_shear).sin() / y_shear.cos()
    d = turn.cos() - c * x_shear.tan()
    rows = torch.stack([d, -b, -c, a], dim=1).view(-1, 2, 2) / scales.view(-1, 1, 1)
    matrices = torch.cat([rows, -rows @ shifts.unsqueeze(2)], dim=2).to(images.device)
    y = torch.arange(height, device=images.device) - (height - 1) / 2
    x = torch.arange(width, device=images.device) - (width - 1) / 2
    x, y = (part.flatten() for part in torch.meshgrid(x, y, indexing="xy"))
    places = torch.stack([x, y, torch.ones_like(x)], dim=1) @ matrices.mT
    # From pixels to -1 … 1.
    across, down = places[..., 0] * (2 / width), places[..., 1] * (2 / height)
    grid = torch.stack([across, down], dim=2).view(len(images), height, width, 2)
    sample = nn.functional.grid_sample
    return sample(images, grid, mode=interpolation, align_corners=False)


def random_affine(
    images: Tensor,
    generator: torch.Generator,
    degrees: tuple[float, float],
    translate: tuple[float, float],
    scale: tuple[float, float],
    shear: tuple[float, float],
    interpolation: str,
) -> Tensor:
    """Each turned, moved by up to a share of its width and height, enlarged and sheared."""
    draws = torch.rand(len(images), 5, generator=generator)
    height, width = images.shape[-2:]
    reach = torch.tensor([width * translate[0], height * translate[1]])
    shears = torch.zeros(len(images), 2)
    shears[:, 0] = shear[0] + draws[:, 4] * (shear[1] - shear[0])
    return warped(
        images,
        degrees[0] + draws[:, 0] * (degrees[1] - degrees[0]),
        # Whole pixels, as torchvision moves them.
        ((draws[:, 1:3] * 2 - 1) * reach).round(),
        scale[0] + draws[:, 3] * (scale[1] - scale[0]),
        shears,
        interpolation,
    )


def random_rotation(
    images: Tensor,
    generator: torch.Generator,
    degrees: tuple[float, float],
    interpolation: str,
) -> Tensor:
    """Each turned about its middle, counterclockwise."""
    draws = torch.rand(len(images), generator=generator)
    angles = -(degrees[0] + draws * (degrees[1] - degrees[0]))
    none = torch.zeros(len(images), 2)
    return warped(images, angles, none, torch.ones(len(images)), none, interpolation)
