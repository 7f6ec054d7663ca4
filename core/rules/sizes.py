"""Arguments that must fit a size: dimensions that exist, parts that divide, factors, outputs of a given size."""

from __future__ import annotations

import math
from collections.abc import Iterator

from core.problems import Problem
from core.rules.site import Site, each, whole

SOFTMAXES = frozenset({"Softmax", "LogSoftmax", "Softmin"})
# By mode of Upsample: the ranks that it takes.
MODES = {"linear": (3,), "bilinear": (4,), "bicubic": (4,), "trilinear": (5,)}
ANY_IMAGE = (3, 4, 5)
# By rank: the mode that interpolates there.
SMOOTH = {3: "linear", 4: "bilinear", 5: "trilinear"}


def dimension_problems(site: Site) -> Iterator[Problem]:
    """`dim`, `start_dim` and `end_dim` that the tensor has not got."""
    rank = len(site.shape)
    for name in ("dim", "start_dim", "end_dim"):
        value = site.arguments.get(name)
        if isinstance(value, int) and not -rank <= value < rank:
            mend = (site.leave_out(name),) if name in site.given and name != "dim" else ()
            if name == "dim" and site.entry.name in SOFTMAXES and rank > 1:
                mend = (site.set("dim", 1),)
            yield site.problem("argument.dim", *mend, argument=name, given=value, lowest=-rank, highest=rank - 1)
            return


def softmax_problems(site: Site) -> Iterator[Problem]:
    """A softmax over the batch is no mistake for torch: it would mix the samples without a word."""
    dim, rank = site.arguments["dim"], len(site.shape)
    # Left out, torch takes 0 or 1 by the number of dimensions, with a warning.
    over = dim % rank if isinstance(dim, int) else (0 if rank in (0, 1, 3) else 1)
    if site.shape[over] == "N" or dim is None:
        mend = (site.set("dim", 1),) if rank > 1 and site.shape[1] != "N" else ()
        yield site.problem("argument.softmax_dim", *mend, severity="warning", argument="dim")


def flatten_problems(site: Site) -> Iterator[Problem]:
    rank = len(site.shape)
    start, end = site.number("start_dim"), site.number("end_dim")
    if start % rank > end % rank:
        mend = [site.leave_out(name) for name in ("start_dim", "end_dim") if name in site.given][:1]
        yield site.problem("shape.flatten_order", *mend, argument="start_dim", start=start, end=end)


def unflatten_problems(site: Site) -> Iterator[Problem]:
    dim, sizes = site.number("dim"), each(site.arguments["unflattened_size"], 1) or ()
    size = site.shape[dim]
    if not isinstance(size, int):
        yield site.problem("argument.batch_dim", argument="dim", given=dim)
        return
    known = math.prod(part for part in sizes if part != -1)
    bad = any(part < -1 or part == 0 for part in sizes) or sizes.count(-1) > 1 or not sizes
    if bad or (known != size if -1 not in sizes else size % known):
        mend = [site.set("unflattened_size", (-1, *sizes[1:]))] if not bad and _rest_fits(sizes, size) else []
        yield site.problem("shape.unflatten", *mend, argument="unflattened_size", given=sizes, size=size)


def _rest_fits(sizes: tuple[int, ...], size: int) -> bool:
    rest = math.prod(sizes[1:])
    return -1 not in sizes and len(sizes) > 1 and size % rest == 0


def halving_problems(site: Site) -> Iterator[Problem]:
    """GLU splits a dimension into two halves."""
    size = site.shape[site.number("dim")]
    if not isinstance(size, int) or size % 2:
        yield site.problem("shape.glu_odd", argument="dim", given=site.number("dim"), size=size)


def prelu_problems(site: Site) -> Iterator[Problem]:
    count = site.number("num_parameters")
    size = site.shape[1] if len(site.shape) > 1 else 1
    if count not in (1, size):
        fitting = [site.set("num_parameters", size)] if isinstance(size, int) and size > 1 else []
        mend = (*fitting, site.leave_out("num_parameters"))
        yield site.problem("shape.prelu", *mend, argument="num_parameters", given=count, size=size)


MOST_GROUPS = 4_096
"""Groups that a mend suggests at most: a file may ask for as many as there are numbers."""


def group_problems(site: Site) -> Iterator[Problem]:
    """Channels that cannot be split into so many groups."""
    for groups, counts in (("groups", ("in_channels", "out_channels")), ("num_groups", ("num_channels",))):
        number = site.arguments.get(groups)
        for count in counts:
            channels = site.arguments.get(count)
            if isinstance(number, int) and isinstance(channels, int) and number > 0 and channels % number:
                every = math.gcd(*(site.number(one) for one in counts))
                nearest = min(number - 1, MOST_GROUPS)
                mend = site.set(groups, next(part for part in range(nearest, 0, -1) if every % part == 0))
                yield site.problem(
                    "argument.groups",
                    mend,
                    argument=groups,
                    groups=groups,
                    number=number,
                    whole=count,
                    channels=channels,
                )
                return


def shuffle_problems(site: Site) -> Iterator[Problem]:
    """Channels or pixels that a shuffle cannot split."""
    if site.entry.name == "PixelUnshuffle":
        factor = site.number("downscale_factor")
        for size in site.shape[-2:]:
            if not isinstance(size, int) or size % factor:
                yield site.problem("shape.pixels", argument="downscale_factor", factor=factor, size=size)
                return
        return
    name = "groups" if site.entry.name == "ChannelShuffle" else "upscale_factor"
    factor = site.number(name)
    channels = site.shape[1] if name == "groups" else site.shape[-3]
    parts = factor if name == "groups" else factor * factor
    if not isinstance(channels, int) or channels % parts:
        yield site.problem("shape.channel_parts", argument=name, factor=factor, parts=parts, channels=channels)


def upsample_problems(site: Site) -> Iterator[Problem]:
    size, scale = site.arguments["size"], site.arguments["scale_factor"]
    if (size is None) == (scale is None):
        if size is None:
            yield site.problem("upsample.nothing", site.set("scale_factor", 2.0), argument="scale_factor")
        else:
            yield site.problem("upsample.both", site.leave_out("size"), site.leave_out("scale_factor"), argument="size")
        return
    rank = len(site.shape)
    mode = str(site.arguments.get("mode", "bilinear" if "Bilinear" in site.entry.name else "nearest"))
    if rank not in MODES.get(mode, ANY_IMAGE):
        mend = [site.set("mode", SMOOTH[rank])] if rank in SMOOTH and "mode" in site.given else []
        yield site.problem("upsample.mode", *mend, argument="mode", mode=mode, rank=rank)
        return
    if mode not in MODES and site.arguments.get("align_corners") is not None:
        yield site.problem("upsample.align", site.leave_out("align_corners"), argument="align_corners", mode=mode)
        return
    name, value = ("size", size) if scale is None else ("scale_factor", scale)
    if isinstance(value, tuple) and len(value) != rank - 2:
        yield site.problem("upsample.length", argument=name, given=len(value), wanted=rank - 2)
        return
    image = whole(site.shape[2:])
    factors = value if isinstance(value, tuple) else (value,) * (rank - 2)
    if scale is not None and image is not None:
        for length, factor in zip(image, factors, strict=True):
            if isinstance(factor, (int, float)) and math.floor(length * factor) < 1:
                kept = site.set("scale_factor", 1.0)
                yield site.problem("upsample.vanishes", kept, argument=name, size=length, factor=factor)
                return


def embedding_problems(site: Site) -> Iterator[Problem]:
    count, padding = site.number("num_embeddings"), site.arguments.get("padding_idx")
    if isinstance(padding, int) and not -count <= padding < count:
        yield site.problem(
            "embedding.padding_idx",
            site.leave_out("padding_idx"),
            argument="padding_idx",
            given=padding,
            highest=count - 1,
        )
        return
    if site.arguments.get("scale_grad_by_freq") is True and site.arguments.get("sparse") is True:
        mend = (site.leave_out("sparse"), site.leave_out("scale_grad_by_freq"))
        yield site.problem("embedding.sparse_scaled", *mend, argument="sparse")
        return
    if site.entry.name == "EmbeddingBag":
        yield from _bag_problems(site)


def _bag_problems(site: Site) -> Iterator[Problem]:
    if site.arguments["mode"] == "max":
        for name in ("scale_grad_by_freq", "sparse"):
            if site.arguments.get(name) is True:
                yield site.problem("embedding.bag_max", site.leave_out(name), argument=name)
                return
    weights, offsets = site.at("per_sample_weights"), site.at("offsets")
    if weights is not None and site.arguments["mode"] != "sum":
        yield site.problem("embedding.bag_weights", site.set("mode", "sum"), argument="mode")
    elif weights is not None and weights.shape != site.shape:
        yield site.problem("embedding.bag_weight_shape", weights=weights.shape)
    elif offsets is not None and (len(site.shape) == 2 or len(offsets.shape) != 1):
        yield site.problem("embedding.bag_offsets", offsets=offsets.shape)
    elif offsets is None and len(site.shape) == 1:
        yield site.problem("embedding.bag_row")
