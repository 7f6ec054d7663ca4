"""Layers that pad an image by what is in it, or cut from it: how far that can go."""

from __future__ import annotations

from collections.abc import Iterator

from core.problems import Problem
from core.rules.site import Severity, Site, each, whole


def padding_problems(site: Site) -> Iterator[Problem]:
    """A side is padded by more than the image has there, or cut to nothing."""
    name = site.entry.name
    dimensions = int(name[-2])
    padding = each(site.arguments["padding"], 2 * dimensions)
    image = whole(site.shape[-dimensions:])
    if padding is None or image is None:
        return
    # Torch lists the sides from the last dimension to the first.
    for index, size in enumerate(reversed(image)):
        before, after = padding[2 * index], padding[2 * index + 1]
        most = size - 1 if name.startswith("Reflection") else size if name.startswith("Circular") else None
        widest = max(before, after)
        if most is not None and widest > most:
            mend = [site.set("padding", most)] if isinstance(site.arguments["padding"], int) and most > 0 else []
            yield site.problem("shape.padding_wide", *mend, argument="padding", padding=widest, size=size, most=most)
            return
        left = size + min(before, 0) + min(after, 0)
        if left < 0 or size + before + after <= 0:
            # An empty image goes through torch without a word, and its mean is no number.
            severity: Severity = "warning" if left == 0 else "error"
            yield site.problem("shape.padding_cuts", argument="padding", severity=severity, size=size, cut=size - left)
            return
