"""Pictures in a folder as arrays. Each function stands by itself, so that a printed script can contain it.

C channels, H height, W width
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps


def image_files(folder: str) -> list[str]:
    """Every picture in a folder and below: its place from there, in alphabetical order."""
    kinds = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff")
    found = []
    for home, _, names in os.walk(folder):
        inside = Path(home).relative_to(folder)
        shown = [name for name in names if not name.startswith(".")]
        found += [(inside / name).as_posix() for name in shown]
    return sorted(name for name in found if name.lower().endswith(kinds))


def read_image(
    file: str,
    channels: int,
    size: tuple[int, int],
    fit: str,
) -> np.ndarray:
    """(C, H, W), uint8. It is stretched to the size, cropped to it, or padded with black."""
    with Image.open(file) as picture:
        image = ImageOps.exif_transpose(picture)
        if image.mode.startswith("I"):
            # 16 bits for each pixel: the upper 8 are kept.
            high = np.asarray(image).astype("int64") >> 8
            image = Image.fromarray(high.clip(0, 255).astype("uint8"))
        image = image.convert("L" if channels == 1 else "RGB")
    height, width = size
    if image.size != (width, height) and fit == "stretch":
        image = image.resize((width, height))
    elif image.size != (width, height) and fit == "crop":
        image = ImageOps.fit(image, (width, height))
    elif image.size != (width, height):
        image = ImageOps.pad(image, (width, height))
    return np.asarray(image).reshape(height, width, channels).transpose(2, 0, 1)


def known_names(files: list[str]) -> dict[str, str]:
    """Each file by its place, and by its name with or without its ending if no other has it."""
    known: dict[str, list[str]] = {}
    for file in files:
        path = Path(file)
        for name in {file, path.name, path.stem, path.with_suffix("").as_posix()}:
            known.setdefault(name, []).append(file)
    alone = {name: found[0] for name, found in known.items() if len(found) == 1}
    return alone | {file: file for file in files}


def labelled(
    files: list[str],
    names: list[str],
    labels: list[str],
) -> dict[str, str]:
    """The label of each file that is named; the first one if there are several."""
    known = known_names(files)
    found: dict[str, str] = {}
    for name, label in zip(names, labels, strict=True):
        if name in known:
            found.setdefault(known[name], label)
    return found
