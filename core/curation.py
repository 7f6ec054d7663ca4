"""What torch's signatures do not say of their arguments: ranges, choices, and which are no matter of a layer."""

from __future__ import annotations

from collections.abc import Mapping

from core.fields import Kind

# Arguments that say where a tensor lies, that torch calls deprecated, or that are objects instead of plain values.
HIDDEN = frozenset(
    {"device", "dtype", "size_average", "reduce", "args", "kwargs", "min_value", "max_value", "recompute_scale_factor"}
    | {"process_group", "custom_encoder", "custom_decoder", "encoder_layer", "decoder_layer"}
)

DEEPEST = 256
"""Layers in one stack. Each is built by torch one by one, and a file may ask for any number."""

# A size or a count starts at one, a padding at zero; torch finds out only when it runs, or not at all.
MINIMUM: Mapping[str, float] = {
    **dict.fromkeys(
        "in_features in1_features in2_features out_features in_channels out_channels num_features num_channels "
        "num_groups num_embeddings embedding_dim num_parameters kernel_size stride dilation groups output_size size "
        "upscale_factor downscale_factor divisor_override normalized_shape input_size hidden_size num_layers embed_dim "
        "num_heads kdim vdim d_model nhead dim_feedforward num_encoder_layers num_decoder_layers".split(),
        1,
    ),
    **dict.fromkeys("padding output_padding p dropout momentum eps layer_norm_eps proj_size".split(), 0),
}
MAXIMUM: Mapping[str, float] = {
    **dict.fromkeys(("p", "dropout", "momentum"), 1),
    **dict.fromkeys(("num_layers", "num_encoder_layers", "num_decoder_layers"), DEEPEST),
}
ABOVE: Mapping[str, float] = {"scale_factor": 0, "norm_type": 0, "output_ratio": 0, "max_norm": 0}
BELOW: Mapping[str, float] = {"output_ratio": 1}
UNBOUNDED = frozenset({("PairwiseDistance", "p")})
"""Arguments that bear the name of another one: here p is the order of a norm and no probability."""
# ZeroPad and ConstantPad crop where their padding is negative.
ANY_PADDING = ("ZeroPad", "ConstantPad")

CHOICES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("GELU", "approximate"): ("none", "tanh"),
    ("Upsample", "mode"): ("nearest", "linear", "bilinear", "bicubic", "trilinear", "nearest-exact"),
    ("EmbeddingBag", "mode"): ("mean", "sum", "max"),
    **dict.fromkeys((("RNN", "nonlinearity"), ("RNNCell", "nonlinearity")), ("tanh", "relu")),
    **dict.fromkeys(
        ((name, "activation") for name in ("Transformer", "TransformerEncoderLayer", "TransformerDecoderLayer")),
        ("relu", "gelu"),
    ),
}
TOPICS: Mapping[tuple[str, str], str] = {
    ("PairwiseDistance", "p"): "norm_type",
    ("EmbeddingBag", "mode"): "bag_mode",
    ("LocalResponseNorm", "size"): "neighbours",
    ("CrossMapLRN2d", "size"): "neighbours",
}
"""Arguments whose name means something else in most layers, with the key of their words."""
PADDING_WORDS = ("valid", "same")
# Arguments whose hint is not what torch takes: LPPool1d multiplies with its kernel_size.
KINDS: Mapping[tuple[str, str], Kind] = {("LPPool1d", "kernel_size"): "integer"}
DTYPES = ("float32", "int64", "bool")
"""What an Input may give: reals, whole numbers such as tokens, and truth values such as masks."""
