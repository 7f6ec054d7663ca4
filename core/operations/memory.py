"""Which operations hand on the memory of their input, and which still need their output: what in-place layers ask."""

from __future__ import annotations

VIEWS = frozenset(
    "chunk contiguous expand expand_as flatten narrow permute reshape select slice split squeeze to transpose "
    "unflatten unsqueeze view".split()
)
"""What they give may be their first input itself, seen in another shape. Some copy where they must."""

READS_OUTPUT = frozenset(
    "amax amin chunk exp expand expand_as log_softmax logsumexp norm pow reciprocal relu rsqrt "
    "scaled_dot_product_attention sigmoid softmax split sqrt std tanh".split()
)
"""Torch refuses to go backward where what they gave was overwritten: it computes gradients from it, or knows it as one
of several views."""
