"""How a careful person writes each operation: as a symbol, as a method of its first tensor, or as a function of torch.

Only names that stand here become code; arguments are printed as literals.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

INFIX: Mapping[str, str] = {
    **{"add": "+", "sub": "-", "rsub": "-", "mul": "*", "div": "/", "pow": "**", "matmul": "@"},
    **{"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="},
}
"""Between two tensors, or a tensor and a number. `rsub` has them the other way round."""

NUMBER: Mapping[str, str] = {"pow": "exponent", "matmul": ""}
"""The argument that stands for the second tensor, where it is not `other`."""


@dataclass(frozen=True)
class Spelling:
    """A call. `Tensor.mean` is a method of the first tensor: `x.mean(dim=1)`."""

    path: str
    positional: tuple[str, ...] = ()
    """Arguments that are written without their names, as long as none before them is left out."""
    listed: bool = False
    """Whether the tensors come as one list."""

    @property
    def method(self) -> str | None:
        name = self.path.removeprefix("Tensor.")
        return name if name != self.path else None


def _methods(names: str, *positional: str) -> dict[str, Spelling]:
    return {name: Spelling(f"Tensor.{name}", positional) for name in names.split()}


def _functions(space: str, names: str, *positional: str) -> dict[str, Spelling]:
    return {name: Spelling(f"{space}.{name}", positional) for name in names.split()}


SPELLINGS: Mapping[str, Spelling] = {
    **_functions("torch", "maximum minimum where exp log sqrt rsqrt square reciprocal sin cos bmm"),
    **_functions("torch", "sigmoid tanh zeros_like ones_like"),
    **_functions("torch", "full_like", "fill_value"),
    **{name: Spelling(f"torch.{name}", listed=True) for name in ("cat", "stack")},
    **_methods("abs logical_not clamp contiguous expand_as"),
    **_methods("masked_fill", "value"),
    **_methods("flatten", "start_dim", "end_dim"),
    **_methods("reshape view", "shape"),
    **_methods("unflatten", "dim", "sizes"),
    **_methods("squeeze unsqueeze", "dim"),
    **_methods("permute flip", "dims"),
    **_methods("transpose", "dim0", "dim1"),
    **_methods("expand", "size"),
    **_methods("triu tril", "diagonal"),
    **_methods("chunk", "chunks"),
    **_methods("split", "split_size_or_sections"),
    **_methods("narrow", "dim", "start", "length"),
    **_methods("mean sum amax amin max min argmax argmin std var norm logsumexp cumsum"),
    **_functions("nn.functional", "relu gelu silu mish selu relu6 elu celu leaky_relu softplus softsign tanhshrink"),
    **_functions("nn.functional", "logsigmoid hardsigmoid hardswish hardtanh glu softmax log_softmax"),
    **_functions("nn.functional", "interpolate normalize scaled_dot_product_attention"),
    **_functions("nn.functional", "pad", "pad"),
    **_functions("nn.functional", "one_hot", "num_classes"),
}
"""Those that are neither symbols nor written in a way of their own: `neg`, `select`, `slice`, `to`, `arange`, masks."""

STARRED = frozenset({"reshape", "view", "permute", "flip", "expand"})
"""Methods whose sizes or dimensions are written without parentheses: `x.permute(0, 2, 1)`."""

_PAGES: Mapping[str, str] = {
    "rsub": "sub",
    "slice": "narrow",
    "generate_square_subsequent_mask": "nn.Transformer",
    **{name: f"Tensor.{name}" for name in ("view", "expand", "expand_as", "contiguous", "masked_fill", "to")},
}


def documentation(name: str) -> str:
    """The page of torch's documentation: `Tensor.view`, `nn.functional.relu`, `cat`."""
    spelling = SPELLINGS.get(name)
    path = spelling.path if spelling is not None else name
    return _PAGES.get(name, path if path.startswith("nn.") else name)
