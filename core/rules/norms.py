"""What normalization refuses while it learns: a single value has no spread."""

from __future__ import annotations

import math
from collections.abc import Iterator

from core.problems import Problem
from core.rules import mends
from core.rules.site import Site, whole


def instance_problems(site: Site) -> Iterator[Problem]:
    """InstanceNorm takes the spread over one channel of one sample, so that needs more than one value."""
    image = whole(site.shape[2:])
    if image is not None and math.prod(image) == 1:
        mend = () if site.module_is_shared else (mends.delete(site.node_id),)
        yield site.problem("norm.one_value", *mend, values=1)


def eps_problems(site: Site) -> Iterator[Problem]:
    """BatchNorm wants something to divide by where a batch has no spread."""
    if site.arguments["eps"] == 0:
        yield site.problem("norm.eps", site.leave_out("eps"), argument="eps")


def neighbour_problems(site: Site) -> Iterator[Problem]:
    """CrossMapLRN2d cannot go backward over one channel alone."""
    if site.arguments["size"] == 1:
        yield site.problem("norm.lrn_size", site.set("size", 5), argument="size")
