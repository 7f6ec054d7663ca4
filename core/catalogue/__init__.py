"""Which layers and operations are offered, in which category, and what the canvas needs to know of each without torch.

Fields come from torch's own signatures (`core.layers`); what a signature cannot say stands here.
"""

from __future__ import annotations

from collections.abc import Mapping

from core.catalogue.entry import Entry, flat
from core.catalogue.layers import layer_entries
from core.catalogue.left_out import NOT_OFFERED
from core.catalogue.operations import operation_entries

__all__ = ["CATEGORIES", "ENTRIES", "NOT_OFFERED", "OPERATIONS", "Entry", "flat"]

CATEGORIES = (
    "in_out",
    "linear",
    "convolution",
    "pooling",
    "normalization",
    "activation",
    "regularization",
    "recurrent",
    "attention",
    "embedding",
    "shape",
    "distance",
    "operation",
    "block",
)

ENTRIES: Mapping[str, Entry] = {entry.name: entry for entry in (*layer_entries(), *operation_entries())}
OPERATIONS = frozenset(entry.name for entry in operation_entries())
