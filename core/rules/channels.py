"""The sizes that an input decides, against those that were given: `in_features`, `in_channels`, `normalized_shape` …"""

from __future__ import annotations

import math
from collections.abc import Iterator

from core.catalogue import ENTRIES
from core.inferring import ONLY_WHERE_DIFFERENT, deciding_size
from core.problems import Mend, Problem
from core.rules import mends
from core.rules.site import Site
from core.signals import Shape, Size, values_in
from core.values import Value

# Without weights and statistics of their own, torch lets these go by with any number of channels.
FORGIVING = ("InstanceNorm", "BatchNorm", "SyncBatchNorm", "GroupNorm")


def channel_problems(site: Site) -> Iterator[Problem]:
    for name, port, axis in ENTRIES[site.entry.name.removeprefix("Lazy")].decided:
        signal = site.received[port] if port < len(site.received) else None
        if signal is None:
            continue
        size = deciding_size(site.received, port, axis)
        if size is None or (len(signal.shape) < 2 and site.entry.category not in ("recurrent", "attention")):
            yield site.problem("shape.no_features", received=signal.shape)
            return
        given: Value = site.arguments.get(name)
        other = ONLY_WHERE_DIFFERENT.get(name)
        if given is None and other is not None:
            given = site.arguments.get(other)
        if isinstance(given, tuple):
            inside = len(given) < len(signal.shape)
            sizes: Size | Shape = signal.shape[-len(given) :] if inside else signal.shape[1:]
            if inside and given == sizes:
                continue
        elif isinstance(size, str):
            yield site.problem("shape.batch_as_size", argument=name, received=signal.shape, size=size)
            return
        elif given is None or given == size:
            continue
        else:
            sizes = size
        yield _mismatch(site, name, port, given, sizes)
        return


def _mismatch(site: Site, name: str, port: int, given: object, size: object) -> Problem:
    signal = site.received[port]
    assert signal is not None
    forgiven = site.entry.name.startswith(FORGIVING) and not (
        site.arguments["affine"] or site.arguments.get("track_running_stats")
    )
    return site.problem(
        "shape.inferred_mismatch",
        *_mends(site, name, port, given, size),
        argument=name,
        severity="warning" if forgiven else "error",
        received=signal.shape,
        given=given,
        size=size,
    )


def _mends(site: Site, name: str, port: int, given: object, size: object) -> Iterator[Mend]:
    signal = site.received[port]
    assert signal is not None
    flattened = all(isinstance(part, int) for part in signal.shape[1:]) and values_in(signal.shape) == given
    if site.entry.name == "Linear" and len(signal.shape) > 2 and flattened:
        yield site.insert("Flatten")
    if site.module_is_shared:
        yield mends.own_module(site.node_id)
    elif name in site.given:
        fits = math.prod(size) if isinstance(size, tuple) else size
        # What has to be divided must stay divisible, or one problem would only take the place of another.
        if _divides(site, fits):
            yield site.leave_out(name)
    elif name not in site.given and name in ONLY_WHERE_DIFFERENT and isinstance(size, int):
        yield site.set(name, size)


def _divides(site: Site, size: object) -> bool:
    for name in ("groups", "num_groups", "num_heads", "nhead"):
        parts = site.arguments.get(name)
        if isinstance(parts, int) and isinstance(size, int) and parts > 0 and size % parts:
            return False
    return True
