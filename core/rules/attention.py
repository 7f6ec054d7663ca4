"""What attention refuses: widths that the heads do not divide, sequences and masks that do not fit together."""

from __future__ import annotations

from collections.abc import Iterator

from core.problems import Mend, Problem
from core.rules.site import Site
from core.signals import Shape, Signal, Size

# E values of a position, L positions that ask, S positions that are asked

# By layer: the input that asks and the one that is asked, of each attention in it, and the masks of that attention.
ATTENTIONS = {
    "MultiheadAttention": (("query", "key", "attn_mask", "key_padding_mask"),),
    "TransformerEncoderLayer": (("src", "src", "src_mask", "src_key_padding_mask"),),
    "TransformerEncoder": (("src", "src", "mask", "src_key_padding_mask"),),
    "TransformerDecoderLayer": (
        ("tgt", "tgt", "tgt_mask", "tgt_key_padding_mask"),
        ("tgt", "memory", "memory_mask", "memory_key_padding_mask"),
    ),
    "Transformer": (
        ("src", "src", "src_mask", "src_key_padding_mask"),
        ("tgt", "tgt", "tgt_mask", "tgt_key_padding_mask"),
        ("tgt", "src", "memory_mask", "memory_key_padding_mask"),
    ),
}
ATTENTIONS["TransformerDecoder"] = ATTENTIONS["TransformerDecoderLayer"]


MOST_HEADS = 1_024
"""Heads that a mend suggests at most: a file may ask for as many as there are numbers."""


def head_problems(site: Site) -> Iterator[Problem]:
    """Every head takes an equal part of the width."""
    width, heads = ("embed_dim", "num_heads") if "embed_dim" in site.arguments else ("d_model", "nhead")
    size, parts = site.number(width), site.number(heads)
    if size % parts:
        nearest = min(parts - 1, MOST_HEADS)
        mend = site.set(heads, next(part for part in range(nearest, 0, -1) if size % part == 0))
        yield site.problem("attention.heads", mend, argument=heads, number=parts, whole=width, size=size)


def attention_problems(site: Site) -> Iterator[Problem]:
    """Sequences that attend to each other must agree in their batch, and masks with both."""
    names = site.entry.input_names
    sequences = [
        (name, signal) for name, signal in zip(names, site.received, strict=True) if name not in site.entry.optional
    ]
    first = sequences[0][1]
    assert first is not None
    for name, signal in sequences[1:]:
        assert signal is not None
        if len(signal.shape) != len(first.shape):
            yield _misfit(site, name, signal, (*first.shape[:-2], "L", first.shape[-1]))
            return
        if len(first.shape) == 3 and signal.shape[_batch_dim(site)] != first.shape[_batch_dim(site)]:
            wanted = list(signal.shape)
            wanted[_batch_dim(site)] = first.shape[_batch_dim(site)]
            yield _misfit(site, name, signal, tuple(wanted))
            return
    if site.entry.name == "MultiheadAttention":
        key, value = site.at("key"), site.at("value")
        assert key is not None
        assert value is not None
        if key.shape[:-1] != value.shape[:-1]:
            yield _misfit(site, "value", value, (*key.shape[:-1], value.shape[-1]))
            return
    else:
        width = site.number("d_model")
        for name, signal in sequences:
            if signal is not None and signal.shape[-1] != width:
                port = names.index(name)
                mend = (site.insert("Linear", {"out_features": width}, port),) if port else ()
                yield _misfit(site, name, signal, (*signal.shape[:-1], width), *mend)
                return
    found = list(_mask_problems(site))
    yield from found
    if not found:
        yield from _advice(site, first)


def _batch_dim(site: Site) -> int:
    return 0 if site.arguments["batch_first"] is True else 1


def _lengths(site: Site, signal: Signal) -> tuple[Shape, Size]:
    """The batch, nothing where there is none, and the number of positions."""
    if len(signal.shape) == 2:
        return (), signal.shape[0]
    batch = _batch_dim(site)
    return (signal.shape[batch],), signal.shape[1 - batch]


def _mask_problems(site: Site) -> Iterator[Problem]:
    heads = site.arguments.get("num_heads", site.arguments.get("nhead"))
    assert isinstance(heads, int)
    for asking, asked, attention_mask, padding_mask in ATTENTIONS[site.entry.name]:
        one, other = site.at(asking), site.at(asked)
        assert one is not None
        assert other is not None
        (batch, length), (_, source) = _lengths(site, one), _lengths(site, other)
        mask = site.at(attention_mask)
        # One mask for every head of every sample, one after the other.
        every = f"{heads if heads > 1 else ''}N" if batch == ("N",) else heads
        fitting: tuple[Shape, ...] = ((length, source), (every, length, source))
        if isinstance(every, int) and batch and isinstance(batch[0], int):
            fitting = ((length, source), (heads * batch[0], length, source))
        if mask is not None and mask.shape not in fitting:
            yield _misfit(site, attention_mask, mask, (length, source))
            return
        padding = site.at(padding_mask)
        if padding is not None and padding.shape != (*batch, source):
            yield _misfit(site, padding_mask, padding, (*batch, source))
            return


def _misfit(site: Site, name: str, signal: Signal, wanted: Shape, *mend: Mend) -> Problem:
    return site.problem("attention.shape", *mend, input=name, received=signal.shape, wanted=wanted)


def _advice(site: Site, first: Signal) -> Iterator[Problem]:
    if len(first.shape) == 3 and first.shape[0] == "N" and site.arguments["batch_first"] is not True:
        yield site.problem(
            "recurrent.batch_first", site.set("batch_first", True), argument="batch_first", severity="warning"
        )
    elif len(first.shape) == 2 and first.shape[0] == "N":
        yield site.problem("recurrent.batch_as_time", severity="warning")
