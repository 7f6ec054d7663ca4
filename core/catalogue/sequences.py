"""The layers of sequences, of tokens and of pairs of vectors: recurrent, attention, embedding, distance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from core.catalogue.entry import Entry, InputKind
from core.values import Value


def sequence_entries() -> Iterable[Entry]:
    yield from _recurrent()
    yield from _attention()
    yield from _transformer()
    yield from _embedding()
    yield from _distance()


def _recurrent() -> Iterable[Entry]:
    sizes = ("input_size", "hidden_size")
    # Batch first, as everything else on the canvas: torch's own default is a habit of its early days.
    example: dict[str, Value] = {"hidden_size": 64, "batch_first": True}
    for name in ("RNN", "GRU"):
        yield Entry(
            name,
            "recurrent",
            essential=True,
            takes=("input", "h_0"),
            optional=("h_0",),
            returns=("output", "h_n"),
            decisive=(*sizes, "num_layers", "bidirectional", "batch_first"),
            example=example,
            inferred="input_size",
            axis=-1,
            ranks=(3, 2),
        )
    yield Entry(
        "LSTM",
        "recurrent",
        essential=True,
        takes=("input", ("h_0", "c_0")),
        optional=("h_0", "c_0"),
        returns=("output", ("h_n", "c_n")),
        decisive=(*sizes, "num_layers", "bidirectional", "batch_first"),
        example=example,
        inferred="input_size",
        axis=-1,
        ranks=(3, 2),
    )
    cell: dict[str, Value] = {"hidden_size": 64}
    for name in ("RNNCell", "GRUCell"):
        yield Entry(
            name,
            "recurrent",
            takes=("input", "hidden"),
            optional=("hidden",),
            returns=("h_1",),
            decisive=sizes,
            example=cell,
            inferred="input_size",
            axis=-1,
            ranks=(2,),
        )
    yield Entry(
        "LSTMCell",
        "recurrent",
        takes=("input", ("h_0", "c_0")),
        optional=("h_0", "c_0"),
        returns=("h_1", "c_1"),
        decisive=sizes,
        example=cell,
        inferred="input_size",
        axis=-1,
        ranks=(2,),
    )


def _attention() -> Iterable[Entry]:
    masks = ("key_padding_mask", "attn_mask")
    yield Entry(
        "MultiheadAttention",
        "attention",
        essential=True,
        takes=("query", "key", "value", *masks),
        optional=masks,
        named=masks,
        returns=("attn_output", "attn_output_weights"),
        decisive=("embed_dim", "num_heads", "batch_first"),
        example={"num_heads": 4, "batch_first": True},
        inferred="embed_dim",
        axis=-1,
        also_inferred=(("kdim", "key", -1), ("vdim", "value", -1)),
        ranks=(3, 2),
        kinds=_masks(masks),
    )


def _transformer() -> Iterable[Entry]:
    layer: dict[str, Value] = {"nhead": 4, "batch_first": True}
    stack: dict[str, Value] = {**layer, "num_layers": 2}
    encoder_masks = ("src_mask", "src_key_padding_mask")
    stack_masks = ("mask", "src_key_padding_mask")
    decoder_masks = ("tgt_mask", "memory_mask", "tgt_key_padding_mask", "memory_key_padding_mask")
    paddings = ("src_key_padding_mask", "tgt_key_padding_mask", "memory_key_padding_mask")
    all_masks = ("src_mask", "tgt_mask", "memory_mask", *paddings)
    for name, takes, masks, example in (
        ("TransformerEncoderLayer", ("src",), encoder_masks, layer),
        ("TransformerEncoder", ("src",), stack_masks, stack),
        ("TransformerDecoderLayer", ("tgt", "memory"), decoder_masks, layer),
        ("TransformerDecoder", ("tgt", "memory"), decoder_masks, stack),
        ("Transformer", ("src", "tgt"), all_masks, layer),
    ):
        depth = ("num_encoder_layers", "num_decoder_layers") if name == "Transformer" else ("num_layers",)
        yield Entry(
            name,
            "attention",
            essential="Encoder" in name,
            takes=(*takes, *masks),
            optional=masks,
            named=masks,
            decisive=("d_model", "nhead", *(() if name.endswith("Layer") else depth), "batch_first"),
            example=example,
            inferred="d_model",
            axis=-1,
            ranks=(3, 2),
            kinds=_masks(masks),
        )


def _masks(names: tuple[str, ...]) -> Mapping[str, InputKind]:
    return dict.fromkeys(names, "mask")


def _embedding() -> Iterable[Entry]:
    sizes = ("num_embeddings", "embedding_dim")
    example: dict[str, Value] = {"num_embeddings": 1000, "embedding_dim": 32}
    yield Entry("Embedding", "embedding", essential=True, decisive=sizes, example=example, integers=True)
    yield Entry(
        "EmbeddingBag",
        "embedding",
        takes=("input", "offsets", "per_sample_weights"),
        optional=("offsets", "per_sample_weights"),
        decisive=(*sizes, "mode"),
        example=example,
        ranks=(2, 1),
        integers=True,
        kinds={"per_sample_weights": "real"},
    )


def _distance() -> Iterable[Entry]:
    yield Entry("CosineSimilarity", "distance", takes=("x1", "x2"), decisive=("dim",))
    yield Entry("PairwiseDistance", "distance", takes=("x1", "x2"), decisive=("p", "keepdim"))
