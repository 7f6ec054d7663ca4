"""The whole training as one script: model, data, loop and test, which prints the losses that the program shows.

Random numbers are drawn in the program's order: seed, weights, then one generator that shuffles the samples.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.blocks import holds_lazy
from core.codegen.calls import keyword_items
from core.codegen.data import data_source
from core.codegen.model import docstring, model_call, model_lines
from core.codegen.printing import call, lines
from core.signals import sized
from core.steps import Forward, forward_of
from core.text import Text

if TYPE_CHECKING:
    from core.shapes import Inference

TRAIN_EPOCH = '''def train_epoch(
    model: nn.Module,
    loss_fn: nn.Module,
    optimizer: torch.optim.Optimizer,
    inputs: Tensor,
    targets: Tensor,
    order: Tensor,
) -> float:
    """Train on every sample once, in this order. The mean loss of the steps."""
    model.train()
    total = 0.0
    for batch in order.split(BATCH_SIZE):
        optimizer.zero_grad()
        loss = loss_fn(model(inputs[batch]), targets[batch])
        loss.backward()
        optimizer.step()
        total += loss.item() * len(batch)
    return total / len(order)'''

EVALUATE = '''def evaluate(
    model: nn.Module, loss_fn: nn.Module, inputs: Tensor, labels: Tensor
) -> tuple[float, float]:
    """Mean loss and accuracy on samples that were not trained on."""
    model.eval()
    total, right = 0.0, 0
    with torch.no_grad():
        for start in range(0, len(inputs), {batch}):
            part = slice(start, start + {batch})
            outputs = model(inputs[part])
            loss = loss_fn(outputs, {targets})
            total += loss.item() * len(outputs)
            right += ({answers} == labels[part]).sum().item()
    return total / len(inputs), right / len(inputs)'''

PREPARE = '''def prepare_targets(labels: Tensor) -> Tensor:
    """{comment}"""
    return {expression}'''

MAIN = """def main() -> None:
    device = torch.accelerator.current_accelerator(check_available=True) or "cpu"
    data = [part.to(device) for part in load_data()]
    train_inputs, train_labels, test_inputs, test_labels = data

    torch.manual_seed(SEED)
{model}
{loss}
{optimizer}
    shuffle = torch.Generator().manual_seed(SEED)
{targets}    for epoch in range(1, EPOCHS + 1):
        order = torch.randperm(len(train_inputs), generator=shuffle).to(device)
        train_loss = train_epoch(
            model, loss_fn, optimizer, train_inputs, {name}, order
        )
        test_loss, test_accuracy = evaluate(model, loss_fn, test_inputs, test_labels)
        print(
            f"epoch {{epoch}}: train_loss {{train_loss}}, test_loss {{test_loss}}, "
            f"test_accuracy {{test_accuracy}}"
        )


if __name__ == "__main__":
    main()"""


def script_source(inference: Inference, language: str) -> str:
    """The script. ValueError if the layout has errors."""
    forward = forward_of(inference)
    training = inference.layout.training
    data = data_source(training.dataset)
    about = Text(language)("code_comment.training", dataset=training.dataset.name)
    standard = [*data.standard_imports, *(["from collections import OrderedDict"] if _needs_ordered(forward) else [])]
    other = sorted([*data.imports, "import torch", "from torch import Tensor, nn"], key=_import_rank)
    constants = [*data.constants, *(f"{name.upper()} = {getattr(training, name)}" for name in SETTINGS)]
    parts = [docstring(inference, forward, language, about), *standard, *([""] if standard else []), *other, ""]
    parts += [*constants, *model_lines(inference, language)]
    for definition in (
        *data.definitions,
        TRAIN_EPOCH,
        *_loss_definitions(inference, forward),
        _main(inference, forward, Text(language)),
    ):
        parts += ["", "", definition]
    return "\n".join(parts) + "\n"


SETTINGS = ("batch_size", "epochs", "seed")


def _needs_ordered(forward: Forward) -> bool:
    return forward.is_chain and bool(forward.steps)


def _import_rank(line: str) -> tuple[bool, str]:
    """The order of the linter: `import` before `from`, each by name."""
    return (line.startswith("from"), line.split()[1])


def _wants_labels(inference: Inference) -> bool:
    from core.training.losses import spec

    return spec(inference.layout.training.loss.name).wants_labels


def _loss_definitions(inference: Inference, forward: Forward) -> list[str]:
    """`evaluate`, and before it `prepare_targets` for a loss that compares with numbers instead of class numbers."""
    from core.datasets.facts import facts
    from core.training.losses import spec
    from core.training.trainer import EVALUATION_BATCH

    loss = spec(inference.layout.training.loss.name)
    if loss.wants_labels:
        values = {"targets": "labels[part]", "answers": "outputs.argmax(1)"}
        return [EVALUATE.format(batch=EVALUATION_BATCH, **values)]
    values = {"targets": "prepare_targets(labels[part])", "answers": "outputs.argmax(1)"}
    classes = len(facts(inference.layout.training.dataset).classes)
    single = classes == 2 and forward.output.shape[1] == 1
    if single:
        values["answers"] = f"(outputs[:, 0] > {loss.threshold})"
        comment, expression = "One number a sample: 0.0 or 1.0.", "labels.unsqueeze(1).float()"
    else:
        comment = "A row with 1.0 at the class and 0.0 elsewhere."
        expression = f"nn.functional.one_hot(labels, {classes}).float()"
    prepare = PREPARE.format(comment=comment, expression=expression)
    return [prepare, EVALUATE.format(batch=EVALUATION_BATCH, **values)]


DRY_RUN = """    model = {model}
    # {comment}
    model.eval()
    with torch.no_grad():
        model(torch.zeros({shape}))
    model.train()
    model.to(device)"""


def _model(inference: Inference, forward: Forward, say: Text) -> str:
    """The lines that build the model; lazy layers draw their weights before the optimizer asks for them."""
    from core.lazies import DRY_BATCH

    written = model_call(inference, forward)
    if not holds_lazy(inference.layout):
        return f"    model = {written}.to(device)"
    shape = ", ".join(map(str, sized(forward.input.shape, DRY_BATCH)))
    if forward.input.dtype != "float32":
        shape += f", dtype=torch.{forward.input.dtype}"
    return DRY_RUN.format(model=written, comment=say("code_comment.dry_run"), shape=shape)


def _main(inference: Inference, forward: Forward, say: Text) -> str:
    training = inference.layout.training
    labels = _wants_labels(inference)
    loss = call(f"nn.{training.loss.name}", *keyword_items(training.loss.arguments))
    options = ["model.parameters()", *keyword_items(training.optimizer.arguments)]
    return MAIN.format(
        model=_model(inference, forward, say),
        loss="\n".join(lines(4, "loss_fn = ", loss)),
        optimizer="\n".join(lines(4, "optimizer = ", call(f"torch.optim.{training.optimizer.name}", *options))),
        targets="" if labels else "    train_targets = prepare_targets(train_labels)\n",
        name="train_labels" if labels else "train_targets",
    )
