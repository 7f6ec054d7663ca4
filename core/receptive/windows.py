"""What a window does to receptive fields: convolution, pooling, padding, resizing, and pixels for channels."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from core.explain.windows import stem
from core.receptive import axis
from core.receptive.axis import Stretches
from core.receptive.step import Rule, Step
from core.receptive.track import Track, Tracks

PADS = ("ZeroPad", "ConstantPad", "ReflectionPad", "ReplicationPad", "CircularPad")


def spatial(layer: str) -> bool:
    """Whether a layer works on places of an image, so that the dimensions behind the channels are places."""
    # A fold puts patches back to their places, and a random pooling has windows, wherever they are.
    return layer != "pad" and (layer in WINDOWS or stem(layer) in (*WINDOWS, "FractionalMaxPool", "Fold"))


def _behind_channels(given: Step, change: Callable[[int, Stretches, int], Stretches]) -> Tracks:
    """Channels mix; each dimension behind them changes by itself, from its index, its stretches and its new size."""
    found = []
    for track in given.tracks:
        if track.dim is None:
            found.append(track.mixed())
        elif track.dim < given.first:
            size = given.output[track.dim]
            found.append(track.mixed(size if isinstance(size, int) else None))
        else:
            size = given.output[track.dim]
            assert isinstance(size, int)
            found.append(Track(track.dim, change(track.dim - given.first, track.stretches, size)))
    return tuple(found)


def _convolution(given: Step) -> Tracks:
    def change(index: int, stretches: Stretches, size: int) -> Stretches:
        kernel, dilation = given.along("kernel_size", index, 1), given.along("dilation", index, 1)
        before = given.along("padding", index, 0)
        if given.arguments.get("padding") == "same":
            before = dilation * (kernel - 1) // 2
        return axis.window(stretches, kernel, given.along("stride", index, 1), before, dilation, size)

    return _behind_channels(given, change)


def _pooling(given: Step) -> Tracks:
    def change(index: int, stretches: Stretches, size: int) -> Stretches:
        kernel = given.along("kernel_size", index, 1)
        stride, before = given.along("stride", index, kernel), given.along("padding", index, 0)
        return axis.window(stretches, kernel, stride, before, given.along("dilation", index, 1), size)

    return _behind_channels(given, change)


def _transposed(given: Step) -> Tracks:
    def change(index: int, stretches: Stretches, size: int) -> Stretches:
        kernel = given.along("kernel_size", index, 1)
        stride = given.along("stride", index, kernel if given.layer.startswith("MaxUnpool") else 1)
        before, dilation = given.along("padding", index, 0), given.along("dilation", index, 1)
        return axis.spread(stretches, kernel, stride, before, dilation, size)

    return _behind_channels(given, change)


def _adaptive(given: Step) -> Tracks:
    return _behind_channels(given, lambda _, stretches, size: axis.adaptive(stretches, size))


def _padded(given: Step) -> Tracks:
    """Padding depends on nothing; where it is negative, it crops."""
    padding = given.arguments.get("padding", given.arguments.get("pad", 0))
    rank = len(given.shape)

    def before(dim: int) -> int:
        pair = 2 * (rank - 1 - dim)
        if not isinstance(padding, tuple):
            return padding if isinstance(padding, int) and dim >= given.first else 0
        own = padding[pair] if pair < len(padding) else 0
        return own if isinstance(own, int) else 0

    found = []
    for track in given.tracks:
        size = given.output[track.dim] if track.dim is not None else None
        if track.dim is None or not isinstance(size, int):
            found.append(track)
        else:
            found.append(Track(track.dim, axis.window(track.stretches, 1, 1, before(track.dim), 1, size)))
    return tuple(found)


def _resized(given: Step) -> Tracks:
    bilinear = given.layer == "UpsamplingBilinear2d"
    mode = "bilinear" if bilinear else str(given.arguments.get("mode", "nearest"))
    corners = bilinear or given.arguments.get("align_corners") is True
    factor = given.arguments.get("scale_factor")

    def change(index: int, stretches: Stretches, size: int) -> Stretches:
        own = factor[index] if isinstance(factor, tuple) else factor
        scale = float(own) if isinstance(own, (int, float)) else None
        return axis.resized(stretches, size, mode, scale, corners)

    return _each_alone(given, change)


def _each_alone(given: Step, change: Callable[[int, Stretches, int], Stretches]) -> Tracks:
    """The dimensions behind the channels change, and the channels stay apart."""
    changed = _behind_channels(given, change)
    return tuple(
        old if old.dim is None or old.dim < given.first else new for old, new in zip(given.tracks, changed, strict=True)
    )


def _shuffled(given: Step) -> Tracks:
    return _behind_channels(given, lambda _, stretches, size: stretches.repeat(size // stretches.shape[1], axis=1))


def _unshuffled(given: Step) -> Tracks:
    factor = given.number("downscale_factor", 1)
    return _behind_channels(given, lambda _, stretches, size: axis.window(stretches, factor, factor, 0, 1, size))


def _unfolded(given: Step) -> Tracks:
    """Patches as columns: each is taken as a whole, and their places in rows and columns are mixed up."""
    found = []
    for track in given.tracks:
        if track.dim is None or track.dim < 2:
            found.append(track.mixed())
            continue
        index = track.dim - 2
        size = given.shape[track.dim]
        assert isinstance(size, int)
        kernel, stride = given.along("kernel_size", index, 1), given.along("stride", index, 1)
        before, dilation = given.along("padding", index, 0), given.along("dilation", index, 1)
        count = (size + 2 * before - dilation * (kernel - 1) - 1) // stride + 1
        found.append(Track(None, axis.window(track.stretches, kernel, stride, before, dilation, count)))
    return tuple(found)


WINDOWS: Mapping[str, Rule] = {
    "Conv": _convolution,
    "ConvTranspose": _transposed,
    "MaxUnpool": _transposed,
    **dict.fromkeys(("MaxPool", "AvgPool", "LPPool"), _pooling),
    **dict.fromkeys(("AdaptiveAvgPool", "AdaptiveMaxPool"), _adaptive),
    **dict.fromkeys((*PADS, "pad"), _padded),
    **dict.fromkeys(("Upsample", "UpsamplingNearest2d", "UpsamplingBilinear2d", "interpolate"), _resized),
    "PixelShuffle": _shuffled,
    "PixelUnshuffle": _unshuffled,
    "Unfold": _unfolded,
}
"""By name, or by the name without its dimensions: `Conv` of Conv2d."""
