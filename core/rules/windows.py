"""Layers that slide a window: kernels that do not fit, paddings that are too wide, outputs that would be empty."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from core.problems import Problem
from core.rules import mends
from core.rules.site import Site, each, whole

# Averages over volumes want the whole kernel in the image, without its padding.
WHOLE_KERNEL = frozenset({"AvgPool3d", "LPPool3d"})
MOST_STARTS = 1_000
"""Windows before the edge of an image that are looked at: a file may ask for as many as there are numbers."""


@dataclass(frozen=True)
class Window:
    """What one dimension of an image and the arguments of it say."""

    size: int
    kernel: int
    stride: int
    padding: int
    dilation: int
    ceil: bool = False

    @property
    def reach(self) -> int:
        """How many values a dilated kernel spans."""
        return self.dilation * (self.kernel - 1) + 1

    @property
    def padded(self) -> int:
        return self.size + 2 * self.padding

    @property
    def outputs(self) -> int:
        """How often the window fits, as torch counts."""
        room = self.padded - self.reach
        count = (-(-room // self.stride) if self.ceil else room // self.stride) + 1
        # A last window that would start in the padding behind the image is left out.
        if self.ceil and (count - 1) * self.stride >= self.size + self.padding:
            count -= 1
        return count

    @property
    def misses(self) -> bool:
        """Whether a window lies so that none of its values is in the image: torch then writes where it must not."""
        # In an image that is wider than the steps of the kernel, a step lands in the image.
        if self.padding == 0 or self.size >= self.dilation:
            return False
        starts = range(-self.padding, min(0, self.outputs * self.stride - self.padding), self.stride)
        # The remainder is the first place of a window at or behind the edge of the image.
        return any(start % self.dilation >= self.size for start in starts[:MOST_STARTS])


def windows(site: Site) -> tuple[Window, ...] | None:
    """One for each dimension of the image; None where a size follows the batch or the padding is a word."""
    dimensions = _dimensions(site)
    image = whole(site.shape[-dimensions:])
    kernel = each(site.arguments["kernel_size"], dimensions)
    stride = each(site.arguments.get("stride"), dimensions) or kernel
    padding = each(site.arguments.get("padding", 0), dimensions)
    dilation = each(site.arguments.get("dilation", 1), dimensions)
    if image is None or kernel is None or stride is None or padding is None or dilation is None:
        return None
    ceil = site.arguments.get("ceil_mode") is True
    parts = zip(image, kernel, stride, padding, dilation, strict=True)
    return tuple(Window(*part, ceil=ceil) for part in parts)


def _dimensions(site: Site) -> int:
    name = site.entry.name
    return int(name[-2]) if name.endswith("d") and name[-2].isdigit() else 2


def convolution_problems(site: Site) -> Iterator[Problem]:
    padding = site.arguments["padding"]
    mode = str(site.arguments["padding_mode"])
    if padding == "same" and any(step != 1 for step in each(site.arguments["stride"], 1) or ()):
        mend = (site.leave_out("stride"), site.leave_out("padding"))
        yield site.problem("conv.same_stride", *mend, argument="padding", stride=site.arguments["stride"])
        return
    sliding = windows(site)
    if sliding is None:
        sliding = _with_words(site)
    if sliding is None:
        return
    for window in sliding:
        most = {"reflect": window.size - 1, "circular": window.size}.get(mode)
        # Torch splits an odd padding of "same" unevenly.
        widest = window.padding if padding != "same" else window.reach // 2
        if most is not None and widest > most:
            yield site.problem(
                "conv.padding_mode",
                site.leave_out("padding_mode"),
                argument="padding_mode",
                mode=mode,
                padding=widest,
                size=window.size,
            )
            return
        if padding != "same" and window.reach > window.padded:
            yield _too_large(site, window)
            return


def _with_words(site: Site) -> tuple[Window, ...] | None:
    """The windows of a convolution whose padding is `same` or `valid`."""
    dimensions = _dimensions(site)
    image = whole(site.shape[-dimensions:])
    kernel = each(site.arguments["kernel_size"], dimensions)
    dilation = each(site.arguments["dilation"], dimensions)
    if image is None or kernel is None or dilation is None:
        return None
    parts = zip(image, kernel, dilation, strict=True)
    return tuple(Window(size, width, 1, 0, spread) for size, width, spread in parts)


def _too_large(site: Site, window: Window) -> Problem:
    mend = [] if site.module_is_shared else [mends.delete(site.node_id)]
    room = window.size if site.entry.name in WHOLE_KERNEL else window.padded
    if window.dilation == 1 and _fits_all(site, room):
        mend.insert(0, site.set("kernel_size", room))
    elif window.dilation > 1 and window.kernel <= window.padded and "dilation" in site.given:
        mend.insert(0, site.leave_out("dilation"))
    return site.problem("shape.kernel_too_large", *mend, argument="kernel_size", kernel=window.reach, size=room)


def _fits_all(site: Site, kernel: int) -> bool:
    """Whether a square kernel of that width fits the image and the padding in every dimension."""
    pooling = site.entry.category == "pooling"
    sliding = windows(site)
    if sliding is None or kernel < (2 if pooling else 1):
        return False
    whole_kernel = site.entry.name in WHOLE_KERNEL
    return all(
        kernel <= (window.size if whole_kernel else window.padded) and not (pooling and 2 * window.padding > kernel)
        for window in sliding
    )


def transposed_problems(site: Site) -> Iterator[Problem]:
    if site.arguments["padding_mode"] != "zeros":
        yield site.problem("conv.transposed_padding_mode", site.leave_out("padding_mode"), argument="padding_mode")
        return
    sliding = windows(site)
    extra = each(site.arguments["output_padding"], _dimensions(site))
    if sliding is None or extra is None:
        return
    for window, more in zip(sliding, extra, strict=True):
        if more >= max(window.stride, window.dilation):
            yield site.problem(
                "conv.output_padding",
                site.leave_out("output_padding"),
                argument="output_padding",
                given=more,
                stride=window.stride,
                dilation=window.dilation,
            )
            return
        output = (window.size - 1) * window.stride - 2 * window.padding + window.reach + more
        if output < 1:
            mend = (site.leave_out("padding"),)
            yield site.problem("conv.transposed_empty", *mend, argument="padding", size=window.size, output=output)
            return


def pooling_problems(site: Site) -> Iterator[Problem]:
    sliding = windows(site)
    if sliding is None:
        return
    for window in sliding:
        if window.padding > window.kernel // 2:
            bare = all(replace(one, padding=0).reach <= one.size for one in sliding)
            mend = (site.leave_out("padding"),) if "padding" in site.given and bare else ()
            yield site.problem(
                "argument.pool_padding",
                *mend,
                argument="padding",
                padding=site.arguments["padding"],
                kernel=site.arguments["kernel_size"],
            )
            return
        if window.outputs < 1 or (site.entry.name in WHOLE_KERNEL and window.kernel > window.size):
            yield _too_large(site, window)
            return
        if window.misses:
            values = {"node": site.node_id, "padding": window.padding, "dilation": window.dilation}
            close = (site.leave_out("dilation"),)
            yield Problem(site.node_id, "pool.outside", values, close, argument="dilation")
            return


def unfold_problems(site: Site) -> Iterator[Problem]:
    sliding = windows(site)
    for window in sliding or ():
        if window.reach > window.padded:
            yield _too_large(site, window)
            return


def fold_problems(site: Site) -> Iterator[Problem]:
    """Fold puts windows together: their number and their size are given by the image."""
    kernel, size = each(site.arguments["kernel_size"], 2), each(site.arguments["output_size"], 2)
    stride, padding = each(site.arguments["stride"], 2), each(site.arguments["padding"], 2)
    dilation = each(site.arguments["dilation"], 2)
    channels, columns = site.shape[-2:]
    if kernel is None or size is None or stride is None or padding is None or dilation is None:
        return
    parts = math.prod(kernel)
    if not isinstance(channels, int) or channels % parts:
        yield site.problem("fold.channels", argument="kernel_size", channels=channels, parts=parts)
        return
    image = [Window(*part) for part in zip(size, kernel, stride, padding, dilation, strict=True)]
    wanted = math.prod(max(0, window.outputs) for window in image)
    if columns != wanted:
        yield site.problem("fold.columns", argument="output_size", columns=columns, wanted=wanted, size=size)


def fractional_problems(site: Site) -> Iterator[Problem]:
    size, ratio = site.arguments["output_size"], site.arguments["output_ratio"]
    if (size is None) == (ratio is None):
        if size is None:
            yield site.problem("fractional.nothing", site.set("output_ratio", 0.5), argument="output_ratio")
        else:
            mend = (site.leave_out("output_size"), site.leave_out("output_ratio"))
            yield site.problem("fractional.both", *mend, argument="output_size")
        return
    dimensions = int(site.entry.name[-2])
    image = whole(site.shape[-dimensions:])
    kernel = each(site.arguments["kernel_size"], dimensions)
    if image is None or kernel is None:
        return
    ratios = ratio if isinstance(ratio, tuple) else (ratio,) * dimensions
    sizes = each(size, dimensions) or tuple(
        int(length * part) for length, part in zip(image, ratios, strict=True) if isinstance(part, (int, float))
    )
    for length, width, output in zip(image, kernel, sizes, strict=True):
        name = "output_ratio" if size is None else "output_size"
        # Over volumes torch wants one value more than the windows need.
        if output + width - (1 if dimensions == 2 else 0) > length or output < 1:
            yield site.problem("fractional.size", argument=name, output=output, kernel=width, size=length)
            return


def unpool_problems(site: Site) -> Iterator[Problem]:
    indices = site.received[1]
    if indices is None:
        return
    if indices.shape != site.shape:
        yield site.problem("unpool.shapes", indices=indices.shape)
        return
    for window in windows(site) or ():
        output = (window.size - 1) * window.stride - 2 * window.padding + window.kernel
        if output < 1:
            mend = (site.leave_out("padding"),)
            yield site.problem("conv.transposed_empty", *mend, argument="padding", size=window.size, output=output)
            return


def adaptive_problems(site: Site) -> Iterator[Problem]:
    """An image without any value has no average and no largest one."""
    sizes = whole(site.shape[1:])
    if sizes is not None and 0 in sizes:
        yield site.problem("shape.empty")
