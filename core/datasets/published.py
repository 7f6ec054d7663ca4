"""The picture sets that torchvision can download: what is known of them, and how a script reads them.

They lie in the data folder exactly as torchvision puts them there, so that either program reads what the other one
downloaded. Pictures stay uint8 in memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from string import ascii_lowercase, ascii_uppercase, digits
from typing import TYPE_CHECKING

from core.datasets.published_files import SIZES
from core.datasets.source import LOAD_LABELS, Arguments, DataCode, DatasetFacts, Origin, Source
from core.fields import Field

if TYPE_CHECKING:
    from core.datasets.download import Download
    from core.datasets.load import Splits

# N samples, C channels, H height, W width

DIGITS = tuple(digits)
CLOTHES = (
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)  # fmt: skip
KUZUSHIJI = ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo")
CIFAR10 = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
CIFAR100 = tuple(
    """
    apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly camel can castle
    caterpillar cattle chair chimpanzee clock cloud cockroach couch crab crocodile cup dinosaur dolphin elephant
    flatfish forest fox girl hamster house kangaroo keyboard lamp lawn_mower leopard lion lizard lobster man maple_tree
    motorcycle mountain mouse mushroom oak_tree orange orchid otter palm_tree pear pickup_truck pine_tree plain plate
    poppy porcupine possum rabbit raccoon ray road rocket rose sea seal shark shrew skunk skyscraper snail snake spider
    squirrel streetcar sunflower sweet_pepper table tank telephone television tiger tractor train trout tulip turtle
    wardrobe whale willow_tree wolf woman worm
    """.split()
)
STL10 = ("airplane", "bird", "car", "cat", "deer", "dog", "horse", "monkey", "ship", "truck")

BYCLASS = (*digits, *ascii_uppercase, *ascii_lowercase)
MERGED = tuple(one for one in BYCLASS if one not in "cijklmopsuvwxyz")
"""Where the small letter looks like the large one, they are one class."""
EMNIST: dict[str, tuple[tuple[str, ...], int, int]] = {
    "byclass": (BYCLASS, 697_932, 116_323),
    "bymerge": (MERGED, 697_932, 116_323),
    "balanced": (MERGED, 112_800, 18_800),
    # Class 0 stands for nothing: the letters are counted from 1.
    "letters": (("N/A", *ascii_lowercase), 124_800, 20_800),
    "digits": (DIGITS, 240_000, 40_000),
    "mnist": (DIGITS, 60_000, 10_000),
}
"""Classes, training and test samples of each split."""
SPLIT = Field("split", "choice", default="balanced", choices=tuple(EMNIST))


def _images(
    name: str, shape: tuple[int, ...], classes: tuple[str, ...], sizes: tuple[int, int],
    stored: int, page: str, terms: str,
) -> Source:  # fmt: skip
    """`sizes`: samples that train, and that test. `stored`: bytes on the disk."""
    origin = Origin(_PACKED[name], stored, page, f"terms_{terms}")
    known = DatasetFacts(name, shape, classes, *sizes, "images", held="uint8", origin=origin)

    def facts(arguments: Arguments) -> DatasetFacts:
        split = arguments.get("split")
        if split is None:
            return known
        names, train, test = EMNIST[str(split)]
        # The archive stays, so that another split needs no second download.
        stored = origin.received + (train + test) * 785
        return replace(known, classes=names, train_size=train, test_size=test, origin=replace(origin, stored=stored))

    def load(arguments: Arguments, folder: Path) -> Splits:
        import torch

        from core.datasets.load import Splits
        from core.datasets.published_reading import read

        asked = facts(arguments)
        arrays = read(name, arguments, asked, folder)
        train_inputs, train_targets, test_inputs, test_targets = map(torch.from_numpy, arrays)
        return Splits(train_inputs, train_targets, test_inputs, test_targets, len(asked.classes))

    def fetch(arguments: Arguments, folder: Path) -> Iterator[Download]:
        from core.datasets.published_files import missing

        if missing(name, arguments, folder):
            from core.datasets.download import download

            yield from download(facts(arguments), arguments, folder)

    fields = (SPLIT,) if name == "EMNIST" else ()
    return Source(name, facts, load, lambda arguments: _code(name, arguments), fields, fetch=fetch)


FOLDER = 'DATA_FOLDER = os.environ.get("LAYERLOOM_DATA", "data")'

TENSORS_CODE = f"""{LOAD_LABELS}
    train = {{name}}(DATA_FOLDER, train=True, download=True)
    test = {{name}}(DATA_FOLDER, train=False, download=True)
    train_inputs, test_inputs = (
        part.data.unsqueeze(1).float() / 255 for part in (train, test)
    )
    return train_inputs, train.targets, test_inputs, test.targets"""

PARTS_CODE = f"""{LOAD_LABELS}
    data = []
    for {{asked}}:
        part = {{name}}(DATA_FOLDER, {{arguments}}, download=True)
        images = {{images}}
        labels = {{labels}}
        data += [images.contiguous().float() / 255, labels]
    return tuple(data)"""

IMAGES = {
    "EMNIST": "part.data.unsqueeze(1).mT",
    "QMNIST": "part.data.unsqueeze(1)",
    "USPS": "torch.from_numpy(part.data).unsqueeze(1)",
    "SVHN": "torch.from_numpy(part.data)",
    "CIFAR10": "torch.from_numpy(part.data).permute(0, 3, 1, 2)",
    "CIFAR100": "torch.from_numpy(part.data).permute(0, 3, 1, 2)",
    "STL10": "torch.from_numpy(part.data)",
}
"""What torchvision's class keeps, as a tensor (N, C, H, W)."""
LABELS = {
    "EMNIST": "part.targets",
    "QMNIST": "part.targets[:, 0]",
    "SVHN": "torch.from_numpy(part.labels)",
    "STL10": "torch.from_numpy(part.labels).long()",
}
BY_SPLIT = ("SVHN", "STL10")
"""Asked for `split="test"`, where the others are asked for `train=False`."""


def _code(name: str, arguments: Arguments) -> DataCode:
    if name not in IMAGES:
        body = TENSORS_CODE.format(name=name)
    else:
        asked, given = ("train in (True, False)", "train=train")
        if name in BY_SPLIT:
            asked, given = ('split in ("train", "test")', "split=split")
        if name == "EMNIST":
            given = f'split="{arguments["split"]}", {given}'
        labels = LABELS.get(name, "torch.tensor(part.targets)")
        body = PARTS_CODE.format(name=name, asked=asked, arguments=given, images=IMAGES[name], labels=labels)
    return DataCode(("import os",), (f"from torchvision.datasets import {name}",), (FOLDER,), (body,))


# A picture of 28 x 28 and its label.
_MNIST = 70_000 * 785
# A picture of 32 x 32 in three colours, its label, and the name of the picture's file.
_CIFAR = 60_000 * 3_100
_CIFAR_PAGE = "https://www.cs.toronto.edu/~kriz/cifar.html"
_PACKED = {name: sum(sizes.values()) for name, sizes in SIZES.items()}

SOURCES = (
    _images("MNIST", (1, 28, 28), DIGITS, (60_000, 10_000), _MNIST, "http://yann.lecun.com/exdb/mnist/", "mnist"),
    _images(
        "FashionMNIST", (1, 28, 28), CLOTHES, (60_000, 10_000),
        _MNIST, "https://github.com/zalandoresearch/fashion-mnist", "fashion_mnist",
    ),
    _images(
        "KMNIST", (1, 28, 28), KUZUSHIJI, (60_000, 10_000),
        _MNIST, "https://github.com/rois-codh/kmnist", "kmnist",
    ),
    # What it takes depends on the split.
    _images(
        "EMNIST", (1, 28, 28), MERGED, (112_800, 18_800),
        0, "https://www.nist.gov/itl/products-and-services/emnist-dataset", "emnist",
    ),
    # Its labels are eight integers each.
    _images(
        "QMNIST", (1, 28, 28), DIGITS, (60_000, 60_000),
        120_000 * (784 + 32), "https://github.com/facebookresearch/qmnist", "qmnist",
    ),
    _images(
        "USPS", (1, 16, 16), DIGITS, (7_291, 2_007),
        _PACKED["USPS"], "https://www.csie.ntu.edu.tw/~cjlin/libsvmtools/datasets/", "usps",
    ),
    _images(
        "SVHN", (3, 32, 32), DIGITS, (73_257, 26_032),
        _PACKED["SVHN"], "http://ufldl.stanford.edu/housenumbers/", "svhn",
    ),
    _images("CIFAR10", (3, 32, 32), CIFAR10, (50_000, 10_000), _CIFAR, _CIFAR_PAGE, "cifar"),
    _images("CIFAR100", (3, 32, 32), CIFAR100, (50_000, 10_000), _CIFAR, _CIFAR_PAGE, "cifar"),
    # With 100,000 pictures without labels, which torchvision wants to find there.
    _images(
        "STL10", (3, 96, 96), STL10, (5_000, 8_000),
        113_000 * 27_648 + 13_000, "https://cs.stanford.edu/~acoates/stl10/", "stl10",
    ),
)  # fmt: skip
