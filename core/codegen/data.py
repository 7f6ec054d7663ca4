"""How a printed script gets its data: the same samples in the same split as `core.datasets` gives the program."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.codegen.calls import keyword_items
from core.codegen.printing import call, lines

if TYPE_CHECKING:
    from core.training.config import Choice

HEAD = '''def load_data() -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Inputs and labels to train with, then inputs and labels to test with."""'''

DIGITS = f"""{HEAD}
    images, labels = load_digits(return_X_y=True)
    images = images.reshape(-1, 1, 8, 8).astype("float32") / 16
    split = train_test_split(
        images, labels.astype("int64"), test_size={{share}}, stratify=labels, random_state=0
    )
    train_inputs, test_inputs, train_labels, test_labels = map(torch.from_numpy, split)
    return train_inputs, train_labels, test_inputs, test_labels"""

PUBLISHED = f"""{HEAD}
    train = {{name}}(DATA_FOLDER, train=True, download=True)
    test = {{name}}(DATA_FOLDER, train=False, download=True)
    train_inputs, test_inputs = (
        part.data.unsqueeze(1).float() / 255 for part in (train, test)
    )
    return train_inputs, train.targets, test_inputs, test.targets"""


@dataclass(frozen=True)
class DataSource:
    """The parts of a script that read the data."""

    standard_imports: tuple[str, ...]
    """Of Python's own library."""
    imports: tuple[str, ...]
    constants: tuple[str, ...]
    definitions: tuple[str, ...]
    """Functions, without the empty lines between them; the last one is `load_data`."""


def data_source(choice: Choice) -> DataSource:
    """The data set of a layout. Arguments that do not fit were refused as problems before."""
    from core.datasets.facts import TEST_SHARE, facts

    known = facts(choice)
    if known.kind == "points":
        return _points(choice)
    if known.name == "digits":
        imports = ("from sklearn.datasets import load_digits", "from sklearn.model_selection import train_test_split")
        return DataSource((), imports, (), (DIGITS.format(share=TEST_SHARE),))
    return DataSource(
        ("import os",),
        (f"from torchvision.datasets import {known.name}",),
        ('DATA_FOLDER = os.environ.get("LAYERLOOM_DATA", "data")',),
        (PUBLISHED.format(name=known.name),),
    )


def _points(choice: Choice) -> DataSource:
    from core.datasets import points
    from core.datasets.facts import arguments, facts

    # The very function that the program calls, so that the points are the same to the last bit.
    function = inspect.getsource(getattr(points, choice.name)).rstrip()
    train = facts(choice).train_size
    body = [
        *lines(4, "points, labels = ", call(choice.name, *keyword_items(arguments(choice)))),
        "    inputs, targets = torch.from_numpy(points), torch.from_numpy(labels)",
        f"    return inputs[:{train}], targets[:{train}], inputs[{train}:], targets[{train}:]",
    ]
    return DataSource((), ("import numpy as np",), (), (function, "\n".join([HEAD, *body])))
