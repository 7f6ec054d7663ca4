"""What makes a batch vary while training: each sample in its own way, all of them at once, wherever the batch lies.

torchvision.transforms.v2 draws once for a whole batch, so that a flip turns all of it or nothing, and it draws from
torch's one global generator. These draw a number for each sample from the generator that they are given, which lives on
the processor: the same numbers on every device, and a run that goes on draws what it would have drawn. Nothing here
waits for a device. Each function stands by itself or on those above it, so that a printed script can contain it.

Images are (B, C, H, W), float32.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torchvision.transforms import v2


def drawn(
    images: Tensor,
    generator: torch.Generator,
    low: float,
    high: float,
) -> Tensor:
    """A number from low to high for each sample, (B, 1, 1, 1)."""
    numbers = torch.rand(len(images), 1, 1, 1, generator=generator)
    return (low + numbers * (high - low)).to(images.device)


def random_horizontal_flip(
    images: Tensor,
    generator: torch.Generator,
    p: float,
) -> Tensor:
    return torch.where(drawn(images, generator, 0, 1) < p, images.flip(-1), images)


def random_vertical_flip(
    images: Tensor,
    generator: torch.Generator,
    p: float,
) -> Tensor:
    return torch.where(drawn(images, generator, 0, 1) < p, images.flip(-2), images)


def random_crop(
    images: Tensor,
    generator: torch.Generator,
    size: tuple[int, int],
    padding: int | tuple[int, ...],
) -> Tensor:
    """A window of that height and width, once `padding` zeros were put round."""
    images = v2.functional.pad(images, padding=padding)
    height, width = size
    down, right = images.shape[2] - height + 1, images.shape[3] - width + 1
    tops = torch.randint(down, (len(images),), generator=generator).tolist()
    lefts = torch.randint(right, (len(images),), generator=generator).tolist()
    places = zip(images, tops, lefts, strict=True)
    cuts = [image[:, y : y + height, x : x + width] for image, y, x in places]
    return torch.stack(cuts)


def random_resized_crop(
    images: Tensor,
    generator: torch.Generator,
    size: tuple[int, int],
    scale: tuple[float, float],
    ratio: tuple[float, float],
) -> Tensor:
    """A window of a random share of the area and a random ratio, brought to a size."""
    height, width = images.shape[-2:]
    draws = torch.rand(len(images), 4, generator=generator).tolist()
    found = []
    for image, (share, aspect, down, right) in zip(images, draws, strict=True):
        area = height * width * (scale[0] + share * (scale[1] - scale[0]))
        bend = math.log(ratio[0]) + aspect * math.log(ratio[1] / ratio[0])
        # What is too wide or too high for the image ends at its edge.
        h = min(max(round(math.sqrt(area / math.exp(bend))), 1), height)
        w = min(max(round(math.sqrt(area * math.exp(bend))), 1), width)
        top, left = int(down * (height - h + 1)), int(right * (width - w + 1))
        found.append(v2.functional.resized_crop(image, top, left, h, w, list(size)))
    return torch.stack(found)


def central_crop(images: Tensor, size: tuple[int, int]) -> Tensor:
    """The largest window in the middle with the proportions of a size, brought to it."""
    height, width = images.shape[-2:]
    h = max(min(height, width * size[0] // size[1]), 1)
    w = max(min(width, height * size[1] // size[0]), 1)
    top, left = (height - h) // 2, (width - w) // 2
    return v2.functional.resized_crop(images, top, left, h, w, list(size))


def random_erasing(
    images: Tensor,
    generator: torch.Generator,
    p: float,
    scale: tuple[float, float],
    ratio: tuple[float, float],
    value: float,
) -> Tensor:
    """A box of a random share of the area and a random ratio becomes one value."""
    height, width = images.shape[-2:]
    share, bend, down, right, chance = torch.rand(5, len(images), generator=generator)
    area = height * width * (scale[0] + share * (scale[1] - scale[0]))
    bend = torch.exp(math.log(ratio[0]) + bend * math.log(ratio[1] / ratio[0]))
    # Never the whole height or width.
    h = (area * bend).sqrt().round().clamp(max=height - 1)
    w = (area / bend).sqrt().round().clamp(max=width - 1)
    top, left = (down * (height - h + 1)).floor(), (right * (width - w + 1)).floor()
    y, x = torch.arange(height), torch.arange(width)
    high = (y >= top[:, None]) & (y < (top + h)[:, None])
    wide = (x >= left[:, None]) & (x < (left + w)[:, None])
    box = high[:, None, :, None] & wide[:, None, None, :]
    box = box & (chance < p).view(-1, 1, 1, 1)
    return images.masked_fill(box.to(images.device), value)


def gaussian_noise(
    values: Tensor,
    generator: torch.Generator,
    mean: float,
    sigma: float,
) -> Tensor:
    """Every value a little different; also of tables and sequences."""
    noise = torch.randn(values.shape, generator=generator)
    return values + (mean + sigma * noise).to(values.device)


def normalize(
    values: Tensor,
    mean: tuple[float, ...],
    std: tuple[float, ...],
) -> Tensor:
    """Each column less its mean, divided by its deviation."""
    means = torch.tensor(mean, device=values.device)
    return (values - means) / torch.tensor(std, device=values.device)
