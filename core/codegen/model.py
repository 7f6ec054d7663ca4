"""The model in Python: an `nn.Sequential` for a chain, else a class whose forward names values where it branches.

Each block that is used is a class of its own, before the classes that use it.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from core.calling import grouped
from core.codegen.calls import layer_call, literal
from core.codegen.classes import BlockClass, Use, block_classes
from core.codegen.names import target, targets, value_names
from core.codegen.operations import operation_item
from core.codegen.printing import WIDTH, Group, Item, Noted, Repeated, call, lines, listing, noted, pair
from core.columns import width
from core.names import fresh_name
from core.steps import Forward, Source, Step, forward_of
from core.text import Text, shape_text
from core.values import Reference, Value

if TYPE_CHECKING:
    from core.inference import Inference
    from core.signals import Signal

# Names that a printed script uses for something else.
TAKEN_CLASSES = frozenset(
    {"OrderedDict", "Tensor", "FashionMNIST", "MNIST", "SummedLoss", "EPOCHS", "SEED"}
) | frozenset(dir(builtins))


def module_source(inference: Inference, language: str) -> str:
    """A module of its own that holds the model."""
    forward = forward_of(inference)
    model = model_lines(inference, language)
    parts = [docstring(inference, forward, language), *imports(model), *model]
    return "\n".join(parts) + "\n"


def docstring(inference: Inference, forward: Forward, language: str, *more: str) -> str:
    """The module's docstring: the title, what the network takes and gives, and further lines."""
    say = Text(language)
    title = plain(inference.layout.title) or say("code_comment.untitled")
    facts = say(
        "code_comment.facts",
        parameters=inference.parameters,
        input=_shapes(forward.inputs),
        dtype=", ".join(dict.fromkeys(signal.dtype for signal in forward.inputs)),
        output=_shapes(forward.outputs),
    )
    return "\n".join([f'"""{title}', "", facts, *more, '"""', ""])


def plain(text: str) -> str:
    """A text from a layout as it may stand in a docstring: one line, printable, and with no way out of it."""
    text = " ".join("".join(part if part.isprintable() else " " for part in text).split())
    text = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return "\\" + text if text.startswith('"') else text


def imports(model: Iterable[str]) -> list[str]:
    """What the lines of a model need, in the order of the linter."""
    code = "\n".join(line.partition("  #")[0] for line in model if not line.lstrip().startswith("#"))
    found: list[str] = []
    # A node may bear any of these names too, but then behind `self.`.
    if re.search(r"(?<![\w.])OrderedDict\(", code):
        found += ["from collections import OrderedDict", ""]
    # `torch.cat(`, and `getattr(torch, self.dtype)`.
    if re.search(r"(?<![\w.])torch[.,]", code):
        found.append("import torch")
    return [*found, f"from torch import {'Tensor, ' if 'def forward(' in code else ''}nn"]


def model_lines(inference: Inference, language: str) -> list[str]:
    """The definitions of the blocks and of the model, each with two empty lines before it."""
    *blocks, root = block_classes(inference)
    found: list[str] = []
    for block in blocks:
        found += ["", "", *_class(block, block.name, language)]
    written = _chain(root) if root.forward.is_chain else _class(root, _root_name(inference), language)
    return [*found, "", "", *written]


def model_call(inference: Inference, forward: Forward) -> str:
    """What builds the model: `build_model()` or `ResidualCnn()`."""
    return "build_model()" if forward.is_chain else f"{_root_name(inference)}()"


def _root_name(inference: Inference) -> str:
    name = class_name(inference.layout.title)
    taken = set(inference.layout.blocks)
    while name in taken:
        name += "Network"
    return name


def class_name(title: str) -> str:
    """The title in CamelCase, or `Network` where that gives no name: `residual_cnn` is `ResidualCnn`."""
    words = re.findall(r"[A-Za-z0-9]+", title)
    name = "".join(word[:1].upper() + word[1:] for word in words)
    if not 2 <= len(name) <= 40 or name[0].isdigit() or name in TAKEN_CLASSES:
        return "Network"
    return name


def _chain(plan: BlockClass) -> list[str]:
    head = ["def build_model() -> nn.Sequential:"]
    steps = plan.forward.steps
    if not steps:
        return [*head, "    return nn.Sequential()"]
    layers = [Noted(pair(f'"{step.node}"', _module(plan, step)), _shapes(step.outputs)) for step in steps]
    model = call("nn.Sequential", call("OrderedDict", listing(layers)))
    frozen = [f"    model.{step.node}.requires_grad_(False)" for step in steps if step.frozen]
    if not frozen:
        return [*head, *lines(4, "return ", model)]
    return [*head, *lines(4, "model = ", model), *frozen, "    return model"]


def _class(plan: BlockClass, name: str, language: str) -> list[str]:
    found = [f"class {name}(nn.Module):"]
    if not plan.same_shapes:
        found += [f'    """{Text(language)("code_comment.shapes_of_first_use")}"""', ""]
    attributes = _attributes(plan)
    body = [f"        self.{attribute} = {argument}" for argument, attribute in attributes.items()]
    for step in plan.forward.steps:
        if step.is_operation or not step.is_first:
            continue
        body += lines(8, f"self.{step.module} = ", _module(plan, step))
        if step.frozen:
            body.append(f"        self.{step.module}.requires_grad_(False)")
    parameters = _parameters(plan)
    if body or parameters:
        found += _definition("__init__", ["self", *parameters], "None")
        found += ["        super().__init__()", *body, ""]
    return found + _forward(plan, attributes)


def _definition(name: str, parameters: list[str], returns: str) -> list[str]:
    *written, last = lines(4, "", Group(f"def {name}(", tuple(parameters), f") -> {returns}:"))
    if width(last) <= WIDTH:
        return [*written, last]
    # A tuple of many tensors: one of them a line.
    head, _, parts = returns.removesuffix("]").partition("[")
    return [*written, f"    ) -> {head}[", *(f"        {part}," for part in parts.split(", ")), "    ]:"]


def _parameters(plan: BlockClass) -> list[str]:
    """The constructor's arguments: what the uses decide, then the block's own with their defaults."""
    decided = [f"{name}: {_annotation(sizes)}" for name, sizes in plan.sizes.items()]
    own = [
        f"{name}: {_annotation((default, *plan.given[name]))} = {literal(default)}"
        for name, default in plan.declared.items()
    ]
    return decided + own


def _annotation(values: Iterable[Value]) -> str:
    kinds = dict.fromkeys(_kind(value) for value in values)
    # A class annotation in torch's own style: float takes whole numbers too.
    if "float" in kinds:
        kinds.pop("int", None)
    return " | ".join(kinds)


def _kind(value: Value) -> str:
    if isinstance(value, tuple):
        return f"tuple[{', '.join(_kind(part) for part in value)}]" if value else "tuple[()]"
    return "None" if value is None else type(value).__name__


def _module(plan: BlockClass, step: Step) -> Group:
    """The call that builds a step's module."""
    if not step.inside:
        return layer_call(step.layer, plan.arguments[step.node])
    uses = plan.uses[step.node]
    if len(uses) == 1:
        return _use_call(uses[0])
    items: list[Item] = []
    for index, use in enumerate(uses):
        if index == 0 or use != uses[index - 1]:
            items.append(_repeated(uses, index))
    return call("nn.Sequential", *items)


def _repeated(uses: tuple[Use, ...], start: int) -> Item:
    """The calls of a repeated block from one on, as long as they are alike."""
    count = next((index for index in range(start, len(uses)) if uses[index] != uses[start]), len(uses)) - start
    written = _use_call(uses[start])
    return written if count == 1 else Repeated(written, count)


def _use_call(use: Use) -> Group:
    # What the uses decide comes first in the class's signature, as `in_channels` does in torch's.
    decided = [literal(value) for value in use.decided.values()]
    return call(use.block, *decided, *(f"{name}={literal(value)}" for name, value in use.arguments.items()))


def _attributes(plan: BlockClass) -> Mapping[str, str]:
    """The block's arguments that its forward needs, with the attribute that keeps each."""
    taken = {step.node for step in plan.forward.steps}
    found: dict[str, str] = {}
    for step in plan.forward.steps:
        for value in plan.arguments.get(step.node, {}).values() if step.is_operation else ():
            if isinstance(value, Reference) and value.argument not in found:
                name = value.argument
                found[name] = fresh_name(f"{name}_argument", taken) if name in taken else name
                taken.add(found[name])
    return found


def _forward(plan: BlockClass, attributes: Mapping[str, str]) -> list[str]:
    forward, names = plan.forward, value_names(plan.forward)
    entries = [names[start, 0] for start in forward.starts]
    returns = "Tensor" if len(forward.ends) == 1 else f"tuple[{', '.join('Tensor' for _ in forward.ends)}]"
    found = _definition("forward", ["self", *(f"{entry}: Tensor" for entry in entries)], returns)
    for entry, signal in zip(entries, forward.inputs, strict=True):
        found.append(f"        # {entry}: {shape_text(signal.shape)}")
    ends = ", ".join(names[end] for end in forward.ends)
    for index, step in enumerate(forward.steps):
        alone = len(step.outputs) == 1 and step.entry.counted is None
        leaves = alone and index == len(forward.steps) - 1 and forward.ends == ((step.node, 0),)
        before = "return " if leaves else f"{target(step, names)} = "
        arguments = _in_forward(plan.arguments.get(step.node, {}), attributes) if step.is_operation else {}
        parts, item = targets(step, names), _step_item(step, arguments, names)
        written = lines(8, before, item)
        if len(parts) > 1 and width(f"        {before}(") > WIDTH:
            # So many results that there is no room for anything behind them: one of them a line.
            written = ["        (", *(f"            {part}," for part in parts), *lines(8, ") = ", item)]
        read = [signal for output, signal in enumerate(step.outputs) if (step.node, output) in names]
        found += noted(written, _shapes(read), 8)
        if leaves:
            return found
    if width(f"        return {ends}") <= WIDTH:
        return [*found, f"        return {ends}"]
    return [*found, *lines(8, "return ", Group("(", tuple(names[end] for end in forward.ends), ")"))]


def _in_forward(arguments: Mapping[str, Value], attributes: Mapping[str, str]) -> Mapping[str, Value]:
    """The same arguments where a block's own are attributes of `self`."""
    return {
        name: replace(value, argument=f"self.{attributes[value.argument]}") if isinstance(value, Reference) else value
        for name, value in arguments.items()
    }


def _step_item(step: Step, arguments: Mapping[str, Value], names: Mapping[Source, str]) -> str | Group:
    inputs = [None if source is None else names[source] for source in step.sources]
    if step.is_operation:
        return operation_item(step.layer, inputs, arguments)
    grouping = grouped(step.entry, inputs)
    items = [part if isinstance(part, str) else f"({', '.join(part)})" for part in grouping.positional]
    return call(f"self.{step.module}", *items, *(f"{name}={value}" for name, value in grouping.keywords))


def _shapes(signals: Iterable[Signal]) -> str:
    return ", ".join(shape_text(signal.shape) for signal in signals)
