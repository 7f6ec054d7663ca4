"""The whole training as one script: model, data, loop and test, which prints the losses that the program shows.

Random numbers are drawn in the program's order: seed, weights, then one generator that shuffles the samples.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.blocks import holds_lazy
from core.codegen import transforming
from core.codegen.data import data_source
from core.codegen.loop import Loop
from core.codegen.model import docstring, model_call, model_lines
from core.codegen.objective import standard_imports
from core.signals import sized
from core.steps import Forward, forward_of
from core.text import Text

if TYPE_CHECKING:
    from core.shapes import Inference


def script_source(inference: Inference, language: str) -> str:
    """The script. ValueError if the layout has errors."""
    from core.datasets.facts import facts

    forward = forward_of(inference)
    training = inference.layout.training
    data = data_source(training.dataset)
    shape = forward.output.shape
    loop = Loop(training, len(facts(training.dataset).classes), sized(shape, 1)[1] if len(shape) > 1 else 1)
    about = Text(language)("code_comment.training", dataset=training.dataset.name)
    standard = [*data.standard_imports, *standard_imports(training), *transforming.standard_imports(training)]
    standard = sorted(set(standard) | ({ORDERED} if _needs_ordered(forward) else set()), key=_import_rank)
    other = sorted([*data.imports, *loop.imports(), "import torch", "from torch import Tensor, nn"], key=_import_rank)
    constants = [*data.constants, *(f"{name.upper()} = {getattr(training, name)}" for name in SETTINGS)]
    parts = [docstring(inference, forward, language, about), *standard, *([""] if standard else []), *other, ""]
    parts += [*constants, *loop.constants(), *model_lines(inference, language)]
    main = loop.main(_model(inference, forward, Text(language)))
    for definition in (*data.definitions, *loop.definitions(), main):
        parts += ["", "", definition]
    return "\n".join(parts) + "\n"


SETTINGS = ("batch_size", "epochs", "seed")
ORDERED = "from collections import OrderedDict"


def _needs_ordered(forward: Forward) -> bool:
    return forward.is_chain and bool(forward.steps)


def _import_rank(line: str) -> tuple[bool, str]:
    """The order of the linter: `import` before `from`, each by name."""
    return (line.startswith("from"), line.split()[1])


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
