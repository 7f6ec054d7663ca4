"""The model in Python: an `nn.Sequential` for a chain, else a class whose forward names values where it branches."""

from __future__ import annotations

import builtins
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from core.codegen.calls import layer_call
from core.codegen.printing import Noted, call, lines, listing, noted, pair
from core.columns import width
from core.names import fresh_name
from core.operations import expression
from core.steps import Forward, Step, forward_of
from core.text import Text, shape_text

if TYPE_CHECKING:
    from core.shapes import Inference

LONGEST_LOCAL = 24
"""Columns. A node with a wider name is `value` in the forward, so that its lines stay readable."""
# Names that are easily taken for digits: the linter refuses them for a variable.
AMBIGUOUS = frozenset({"l", "O", "I"})
# Names that a printed script uses for something else.
TAKEN_CLASSES = frozenset({"OrderedDict", "Tensor", "FashionMNIST", "MNIST", "EPOCHS", "SEED"}) | frozenset(
    dir(builtins)
)


def module_source(inference: Inference, language: str) -> str:
    """A module of its own that holds the model."""
    forward = forward_of(inference)
    parts = [docstring(inference, forward, language), *imports(forward), *model_lines(inference, forward)]
    return "\n".join(parts) + "\n"


def docstring(inference: Inference, forward: Forward, language: str, *more: str) -> str:
    """The module's docstring: the title, what the network takes and gives, and further lines."""
    say = Text(language)
    title = plain(inference.layout.title) or say("code_comment.untitled")
    facts = say(
        "code_comment.facts",
        parameters=inference.parameters,
        input=shape_text(forward.input.shape),
        dtype=forward.input.dtype,
        output=shape_text(forward.output.shape),
    )
    return "\n".join([f'"""{title}', "", facts, *more, '"""', ""])


def plain(text: str) -> str:
    """A text from a layout as it may stand in a docstring: one line, printable, and with no way out of it."""
    text = " ".join("".join(part if part.isprintable() else " " for part in text).split())
    text = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return "\\" + text if text.startswith('"') else text


def imports(forward: Forward) -> list[str]:
    """What the model alone imports."""
    if forward.is_chain:
        return [*(("from collections import OrderedDict", "") if forward.steps else ()), "from torch import nn"]
    joins = any(step.layer == "cat" for step in forward.steps)
    return [*(("import torch",) if joins else ()), "from torch import Tensor, nn"]


def model_lines(inference: Inference, forward: Forward) -> list[str]:
    """The definition of the model, with two empty lines before it."""
    return ["", "", *(_chain(forward) if forward.is_chain else _class(inference, forward))]


def model_call(inference: Inference, forward: Forward) -> str:
    """What builds the model: `build_model()` or `ResidualCnn()`."""
    return "build_model()" if forward.is_chain else f"{class_name(inference.layout.title)}()"


def class_name(title: str) -> str:
    """The title in CamelCase, or `Network` where that gives no name: `residual_cnn` is `ResidualCnn`."""
    words = re.findall(r"[A-Za-z0-9]+", title)
    name = "".join(word[:1].upper() + word[1:] for word in words)
    if not 2 <= len(name) <= 40 or name[0].isdigit() or name in TAKEN_CLASSES:
        return "Network"
    return name


def _chain(forward: Forward) -> list[str]:
    head = ["def build_model() -> nn.Sequential:"]
    if not forward.steps:
        return [*head, "    return nn.Sequential()"]
    layers = [
        Noted(pair(f'"{step.node}"', layer_call(step.layer, step.arguments)), shape_text(step.output.shape))
        for step in forward.steps
    ]
    model = call("nn.Sequential", call("OrderedDict", listing(layers)))
    return [*head, *lines(4, "return ", model)]


def _class(inference: Inference, forward: Forward) -> list[str]:
    found = [f"class {class_name(inference.layout.title)}(nn.Module):"]
    layers = [step for step in forward.steps if not step.is_operation]
    if layers:
        found += ["    def __init__(self) -> None:", "        super().__init__()"]
        for step in layers:
            found += lines(8, f"self.{step.node} = ", layer_call(step.layer, step.arguments))
        found.append("")
    return found + _forward(forward)


def _forward(forward: Forward) -> list[str]:
    names = value_names(forward)
    entry = names[forward.start]
    found = [f"    def forward(self, {entry}: Tensor) -> Tensor:"]
    found.append(f"        # {entry}: {shape_text(forward.input.shape)}")
    for index, step in enumerate(forward.steps):
        leaves = index == len(forward.steps) - 1 and step.node == forward.end
        before = "return " if leaves else f"{names[step.node]} = "
        written = _step_lines(before, step, [names[source] for source in step.sources])
        found += noted(written, shape_text(step.output.shape), 8)
    if not forward.steps or forward.steps[-1].node != forward.end:
        found.append(f"        return {names[forward.end]}")
    return found


def _step_lines(before: str, step: Step, inputs: list[str]) -> list[str]:
    if step.layer == "cat":
        options = [f"{name}={value!r}" for name, value in step.arguments.items()]
        return lines(8, before, call("torch.cat", listing(inputs), *options))
    if step.is_operation:
        return lines(8, before, expression(step.layer, inputs, step.arguments))
    return lines(8, before, call(f"self.{step.node}", *inputs))


def value_names(forward: Forward) -> Mapping[str, str]:
    """The variable that holds each node's output: `x` where the next step alone reads it, else the node's own name."""
    readers: dict[str, set[int]] = {}
    for index, step in enumerate(forward.steps):
        for source in step.sources:
            readers.setdefault(source, set()).add(index)
    order = [forward.start, *(step.node for step in forward.steps)]
    # The Input is a parameter and bears its own name, also where only the first step reads it.
    named = [node for index, node in enumerate(order) if index == 0 or readers.get(node, {index}) != {index}]
    names: dict[str, str] = {}
    for node in named:
        usable = width(node) <= LONGEST_LOCAL and node not in AMBIGUOUS
        names[node] = node if usable else fresh_name("value", {*names.values(), *named})
    running = fresh_name("x", set(names.values()))
    return {node: names.get(node, running) for node in order}
