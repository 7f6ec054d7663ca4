"""Why an operation cannot run, as far as arguments and inputs tell: what torch says late, in other words, or never.

What is not asked here, torch is asked on its meta device: how shapes broadcast, and what it thinks of the rest.
"""

from __future__ import annotations

from collections.abc import Mapping

from core.catalogue import ENTRIES
from core.operations import kinds, places, shapes
from core.operations.asked import Call, Check, Refusal
from core.operations.forms import FIELDS
from core.outcome import Signals
from core.values import Value

__all__ = ["Refusal", "operation_problem"]


def operation_problem(name: str, arguments: Mapping[str, Value], inputs: Signals) -> Refusal | None:
    """The first reason why the operation cannot run on these inputs, or None. None is an input that is not wired.

    The arguments are sound by themselves; those that are left out are torch's defaults.
    """
    complete = {**{each.name: each.default for each in FIELDS[name]}, **arguments}
    call = Call(name, ENTRIES[name], complete, inputs)
    for check in (*GENERAL, *CHECKS.get(name, ())):
        refusal = next(check(call), None)
        if refusal is not None:
            return refusal
    return None


GENERAL: tuple[Check, ...] = (
    kinds.operand_problems,
    kinds.kind_problems,
    kinds.number_problems,
    places.dimension_problems,
)
CHECKS: Mapping[str, tuple[Check, ...]] = {
    "chunk": (places.batch_cut_problems, places.chunk_problems),
    "split": (places.batch_cut_problems, places.split_problems),
    "select": (places.select_problems,),
    "narrow": (places.batch_cut_problems, places.narrow_problems),
    "slice": (places.batch_cut_problems, places.slice_problems),
    "reshape": (shapes.reshape_problems,),
    "view": (shapes.reshape_problems,),
    "unflatten": (shapes.unflatten_problems,),
    "flatten": (shapes.flatten_problems,),
    "squeeze": (places.squeeze_problems,),
    "permute": (shapes.permute_problems,),
    "expand": (shapes.expand_problems,),
    "clamp": (kinds.clamp_problems,),
    "pow": (kinds.power_problems,),
    "matmul": (shapes.product_problems,),
    "bmm": (shapes.product_problems,),
    "scaled_dot_product_attention": (shapes.attention_problems,),
    "pad": (shapes.pad_problems,),
    "generate_square_subsequent_mask": (places.mask_sizes_problems,),
    "triu": (shapes.triangle_problems,),
    "tril": (shapes.triangle_problems,),
    "glu": (places.halves_problems,),
}
