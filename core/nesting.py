"""A use of a block: its inside is inferred with what flows in and with the arguments of the use."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial

from core.blocks import block_fields, bound, interior, resolved, with_interior
from core.inference import Inference, NodeFacts
from core.layout import LARGEST_REPEAT, Block, Layout, Node
from core.outcome import Signals
from core.problems import Mend, Problem
from core.rules import mends
from core.values import Reference, Value

LARGEST_MEMO = 2_000
"""Remembered insides: one for each block, with each set of arguments and of what flows in."""

_memo: dict[tuple[object, ...], tuple[Mapping[str, Block], Inference]] = {}


def forget() -> None:
    """Know nothing any more, as at the start of the program. The benchmarks ask for it."""
    _memo.clear()


def use_problems(layout: Layout, node_id: str) -> Iterator[Problem]:
    """What is wrong with the arguments and the repetition of a block's use."""
    node, entry = layout.nodes[node_id], layout.entry(node_id)
    yield from _open_outputs(layout, node_id)
    fields = {field.name: field for field in block_fields(layout, node.layer)}
    for name, value in node.arguments.items():
        values = {"node": node_id, "layer": node.layer, "argument": name}
        if name not in fields:
            yield Problem(node_id, "argument.unknown", values, (mends.leave_out(node_id, name),), argument=name)
        elif (error := fields[name].check(value)) is not None:
            mend = (mends.leave_out(node_id, name),)
            yield Problem(node_id, error.rule, {"node": node_id, **error.values}, mend, argument=name)
    if not 1 <= node.repeat <= LARGEST_REPEAT:
        yield Problem(node_id, "block.repeat_range", {"node": node_id, "largest": LARGEST_REPEAT})
    elif node.repeat > 1 and (entry.inputs, entry.outputs) != (1, 1):
        ports = {"node": node_id, "layer": node.layer, "inputs": entry.inputs, "outputs": entry.outputs}
        yield Problem(node_id, "block.repeat_ports", ports)


def _open_outputs(layout: Layout, node_id: str) -> Iterator[Problem]:
    """An argument that says how many tensors a node returns. In code all uses have one forward, so they must agree."""
    name = layout.nodes[node_id].layer
    block = layout.blocks[name]
    for inner, node in block.nodes.items():
        entry = layout.entry_of(node.layer)
        for argument in (entry.counted, entry.returns_with[0] if entry.returns_with is not None else None):
            value = node.arguments.get(argument or "")
            if argument is None or not isinstance(value, Reference):
                continue
            fixed = resolved(value, block.arguments)
            mend = mends.set_argument(inner, argument, fixed)
            found = (replace(mend, edit=partial(_edited_inside, name=name, edit=mend.edit), block=name),)
            values = {"node": node_id, "block": name, "inner": inner, "argument": argument, "reference": value.argument}
            mending = () if isinstance(fixed, Reference) else found
            yield Problem(node_id, "block.reference_outputs", values, mending, inside=(inner,))


def infer_use(layout: Layout, node_id: str, owner: Node, received: Signals) -> tuple[NodeFacts, list[Problem]]:
    """What is known of a block's use; the problems inside it become problems of the use."""
    node = layout.nodes[node_id]
    instances: list[Inference] = []
    flowing, problems = received, list[Problem]()
    for _ in range(owner.repeat):
        inside = _inside(layout, node.layer, owner.arguments, flowing)
        instances.append(inside)
        problems = [_lifted(layout, node_id, problem) for problem in inside.problems]
        flowing = inside.results("Output")
        if inside.errors or None in flowing:
            break
    ok = not any(problem.severity == "error" for problem in problems)
    own = node.shares is None
    outputs = tuple(signal for signal in flowing if signal is not None) if ok else ()
    facts = NodeFacts(
        inputs=received,
        outputs=outputs,
        parameters=sum(inside.parameters for inside in instances) if own else 0,
        trainable=sum(inside.trainable for inside in instances) if own and not node.frozen else 0,
        parameter_shapes=_parameter_shapes(instances) if own else (),
        multiply_adds=sum(inside.multiply_adds for inside in instances),
        arguments=owner.arguments,
        instances=tuple(instances),
    )
    return facts, problems


def _parameter_shapes(instances: list[Inference]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """By the names that they have in the module: `0.conv.weight` where it is repeated, else `conv.weight`."""
    return tuple(
        (f"{f'{index}.' if len(instances) > 1 else ''}{node_id}.{name}", shape)
        for index, inside in enumerate(instances)
        for node_id in inside.order
        for name, shape in inside.nodes[node_id].parameter_shapes
    )


def _inside(layout: Layout, name: str, arguments: Mapping[str, Value], received: Signals) -> Inference:
    from core.walking import infer_graph

    # The blocks are kept beside the answer, so that their identity names them for as long as it does.
    key = (id(layout.blocks), name, repr(sorted(arguments.items())), received)
    known = _memo.get(key)
    if known is None:
        if len(_memo) >= LARGEST_MEMO:
            _memo.clear()
        block = layout.blocks[name]
        # Without the training, which may change while the answer is kept, and which decides nothing in here.
        inside = Layout(name, bound(block, arguments), block.edges, blocks=layout.blocks)
        known = _memo[key] = (layout.blocks, infer_graph(inside, None, received))
    return known[1]


def _lifted(layout: Layout, node_id: str, problem: Problem) -> Problem:
    """A problem inside a block, said of its use. Its mends change the block, or the argument that the use gives it."""
    name = layout.nodes[node_id].layer
    path = problem.inside if problem.node is None else (problem.node, *problem.inside)
    found = tuple(_lifted_mend(layout, node_id, name, mend) for mend in problem.mends)
    return replace(problem, node=node_id, inside=path, mends=found, argument=None)


def _lifted_mend(layout: Layout, node_id: str, name: str, mend: Mend) -> Mend:
    inner = layout.blocks[name].nodes.get(str(mend.values.get("node")))
    value = inner.arguments.get(str(mend.values.get("argument"))) if inner is not None else None
    wanted = mend.values.get("value")
    # What was lifted before names a node further inside, and no other of the same name here.
    lifted = isinstance(mend.edit, partial) and mend.edit.func is _edited_inside
    if mend.rule == "set_argument" and not lifted and isinstance(value, Reference) and value.times == 1:
        return mends.set_argument(node_id, value.argument, wanted)  # type: ignore[arg-type]
    return replace(mend, edit=partial(_edited_inside, name=name, edit=mend.edit), block=mend.block or name)


def _edited_inside(layout: Layout, name: str, edit: Callable[[Layout], Layout]) -> Layout:
    return with_interior(layout, name, edit(interior(layout, name)))
