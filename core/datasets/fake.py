"""Torchvision's FakeData: noise with labels, to try a network's shapes and speed. Nothing can be learned from it.

Each picture is drawn from a seed of its own, the sum of `seed` and its place.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from core.datasets.source import LOAD_LABELS, Arguments, DataCode, DatasetFacts, Source, split_sizes
from core.fields import Field

if TYPE_CHECKING:
    from core.datasets.load import Splits

FIELDS = (
    Field("samples", "integer", default=1_000, minimum=20, maximum=100_000),
    Field("classes", "integer", default=10, minimum=2, maximum=1_000),
    # Grey, grey and see-through, colours, colours and see-through: what a picture can have.
    Field("channels", "integer", default=3, minimum=1, maximum=4),
    Field("size", "integer", default=32, minimum=1, maximum=224),
    Field("seed", "integer", default=0, minimum=0, maximum=2**32 - 1),
)

CODE = """{head}
{made}
    images, labels = zip(*data, strict=True)
    inputs = torch.stack([pil_to_tensor(image) for image in images]).float() / 255
    targets = torch.tensor(labels)
    return inputs[:{train}], targets[:{train}], inputs[{train}:], targets[{train}:]"""


def _facts(arguments: Arguments) -> DatasetFacts:
    samples, classes, channels, size = (arguments[name] for name in ("samples", "classes", "channels", "size"))
    assert isinstance(samples, int) and isinstance(classes, int)
    assert isinstance(channels, int) and isinstance(size, int)
    names = tuple(map(str, range(classes)))
    return DatasetFacts("FakeData", (channels, size, size), names, *split_sizes(samples), "images", held="uint8")


def _load(arguments: Arguments, _: Path) -> Splits:
    import torch
    from torchvision.datasets import FakeData
    from torchvision.transforms.functional import pil_to_tensor

    from core.datasets.load import Splits

    known = _facts(arguments)
    data = FakeData(
        size=known.train_size + known.test_size,
        image_size=known.shape,
        num_classes=len(known.classes),
        random_offset=arguments["seed"],
    )
    images, labels = zip(*data, strict=True)
    inputs_N, targets_N = torch.stack([pil_to_tensor(image) for image in images]), torch.tensor(labels)
    train = known.train_size
    return Splits(inputs_N[:train], targets_N[:train], inputs_N[train:], targets_N[train:], len(known.classes))


def _code(arguments: Arguments) -> DataCode:
    from core.codegen.calls import keyword_items
    from core.codegen.printing import call, lines

    known = _facts(arguments)
    given = {
        "size": arguments["samples"],
        "image_size": known.shape,
        "num_classes": arguments["classes"],
        "random_offset": arguments["seed"],
    }
    made = "\n".join(lines(4, "data = ", call("FakeData", *keyword_items(given))))
    body = CODE.format(head=LOAD_LABELS, made=made, train=known.train_size)
    imports = (
        "from torchvision.datasets import FakeData",
        "from torchvision.transforms.functional import pil_to_tensor",
    )
    return DataCode((), imports, (), (body,))


SOURCES = (Source("FakeData", _facts, _load, _code, FIELDS),)
