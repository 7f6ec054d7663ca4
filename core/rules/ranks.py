"""A tensor with too many or too few dimensions for a layer."""

from __future__ import annotations

from collections.abc import Iterator

from core.catalogue import ENTRIES
from core.layers import specification
from core.problems import Mend, Problem
from core.rules import mends
from core.rules.site import Severity, Site

FORMS = {1: ("N",), 2: ("N", "C"), 3: ("N", "C", "L"), 4: ("N", "C", "H", "W"), 5: ("N", "C", "D", "H", "W")}
SEQUENCES = {2: ("L", "C"), 3: ("N", "L", "C")}
"""What the layers of sequences call theirs."""
LEAST_RANK = {"LocalResponseNorm": 3, "PixelShuffle": 3, "PixelUnshuffle": 3, "ChannelShuffle": 3, "GroupNorm": 2}
LENIENT = ("ZeroPad", "ConstantPad", "Dropout2d", "Dropout3d")
LEAST_RANK |= {"Dropout1d": 2, "Dropout2d": 2, "Dropout3d": 2, "FeatureAlphaDropout": 2}


def rank_problems(site: Site) -> Iterator[Problem]:
    ranks, rank = site.entry.ranks, len(site.shape)
    least = LEAST_RANK.get(site.entry.name, 0)
    if (not ranks or rank in ranks) and rank >= least:
        return
    usual = ranks[0] if ranks else least
    forms = SEQUENCES if site.entry.category in ("recurrent", "attention") else FORMS
    # Torch takes these as they come, and perhaps not as they are meant.
    lenient = site.entry.name.startswith(LENIENT) and rank >= _least_padded(site.entry.name)
    severity: Severity = "warning" if lenient else "error"
    yield site.problem("shape.rank", *_mends(site, usual), severity=severity, wanted=forms.get(usual, FORMS[usual]))


def _least_padded(layer: str) -> int:
    """The fewest dimensions of which the padded ones leave the batch alone."""
    return int(layer[-2]) + 1 if "Pad" in layer else 2


def _mends(site: Site, wanted: int) -> Iterator[Mend]:
    rank = len(site.shape)
    if wanted == 2 and rank > 2:
        yield site.insert("Flatten")
    flattened = site.edge(0).source
    before = site.layout.nodes[flattened]
    # What stands behind a Flatten and wants the picture is mended by doing without it, if nobody else reads it.
    if before.layer in ("Flatten", "flatten") and wanted > 2 == rank and len(site.layout.out_of(flattened)) == 1:
        yield mends.delete(flattened)
    sibling = _sibling(site.entry.name, rank)
    if sibling is not None and rank != 2 and not site.module_is_shared and _arguments_fit(site, sibling):
        yield mends.replace_layer(site.node_id, sibling)


def _sibling(layer: str, rank: int) -> str | None:
    """The same layer for another number of dimensions: `Conv1d` for `Conv2d`."""
    if not (layer.endswith("d") and layer[-2:-1].isdigit()):
        return None
    found = f"{layer[:-2]}{rank - 2}d"
    return found if found in ENTRIES and found != layer else None


def _arguments_fit(site: Site, layer: str) -> bool:
    fields = {field.name: field for field in specification(layer).fields}
    return all(name in fields and fields[name].check(value) is None for name, value in site.given.items())
