"""The data sets that come with scikit-learn: pictures of digits, and tables to classify and to predict a number from.

None has a test set of its own: a fixed fifth of the samples is kept for testing, of each class the same share. Columns
of tables are standardized: mean 0 and deviation 1 in the training part, and the test part by the same two numbers.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from core.datasets.source import LOAD_LABELS, LOAD_TARGETS, TEST_SHARE, Arguments, DataCode, DatasetFacts, Source
from core.fields import Field

if TYPE_CHECKING:
    from core.datasets.load import Splits

# N samples, F features, H height, W width

STANDARDIZE = Field("standardize", "flag", default=True)
STANDARDIZE_TARGET = Field("standardize_target", "flag", default=True)

IRIS = ("sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)")
WINE = (
    "alcohol", "malic_acid", "ash", "alcalinity_of_ash", "magnesium", "total_phenols", "flavanoids",
    "nonflavanoid_phenols", "proanthocyanins", "color_intensity", "hue", "od280/od315_of_diluted_wines", "proline",
)  # fmt: skip
CELLS = (
    "radius", "texture", "perimeter", "area", "smoothness", "compactness", "concavity", "concave points", "symmetry",
    "fractal dimension",
)  # fmt: skip
BREAST_CANCER = (
    *(f"mean {one}" for one in CELLS),
    *(f"{one} error" for one in CELLS),
    *(f"worst {one}" for one in CELLS),
)
DIABETES = ("age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6")

DIGITS_CODE = f"""{LOAD_LABELS}
    images, labels = load_digits(return_X_y=True)
    images = images.reshape(-1, 1, 8, 8).astype("float32") / 16
    split = train_test_split(
        images, labels.astype("int64"), test_size={TEST_SHARE}, stratify=labels, random_state=0
    )
    train_inputs, test_inputs, train_labels, test_labels = map(torch.from_numpy, split)
    return train_inputs, train_labels, test_inputs, test_labels"""

STANDARDIZE_CODE = """    mean, deviation = train.mean(axis=0), train.std(axis=0)
    train, test = (train - mean) / deviation, (test - mean) / deviation
"""
STANDARDIZE_TARGET_CODE = """    mean, deviation = train_targets.mean(), train_targets.std()
    train_targets = (train_targets - mean) / deviation
    test_targets = (test_targets - mean) / deviation
"""
RETURN_LABELS_CODE = """    return (
        torch.from_numpy(train.astype("float32")),
        torch.from_numpy(train_labels.astype("int64")),
        torch.from_numpy(test.astype("float32")),
        torch.from_numpy(test_labels.astype("int64")),
    )"""
RETURN_TARGETS_CODE = """    return (
        torch.from_numpy(train.astype("float32")),
        torch.from_numpy(train_targets.astype("float32")).unsqueeze(1),
        torch.from_numpy(test.astype("float32")),
        torch.from_numpy(test_targets.astype("float32")).unsqueeze(1),
    )"""


def _digits_facts(_: Arguments) -> DatasetFacts:
    return DatasetFacts("digits", (1, 8, 8), tuple(map(str, range(10))), 1_437, 360, "images")


def _load_digits(_: Arguments, __: Path) -> Splits:
    """Scikit-learn's own 1,797 digits: 1,437 to train and 360 to test, each class in the same share."""
    import torch
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    from core.datasets.load import Splits

    images_NHW, labels_N = load_digits(return_X_y=True)
    # Values are whole numbers from 0 to 16, so that dividing is exact in float32.
    images_NHW = images_NHW.reshape(-1, 1, 8, 8).astype("float32") / 16
    split = train_test_split(
        images_NHW, labels_N.astype("int64"), test_size=TEST_SHARE, stratify=labels_N, random_state=0
    )
    train_inputs, test_inputs, train_targets, test_targets = (torch.from_numpy(part) for part in split)
    return Splits(train_inputs, train_targets, test_inputs, test_targets, 10)


def _digits_code(_: Arguments) -> DataCode:
    return DataCode((), (_import("digits"), _SPLIT), (), (DIGITS_CODE,))


def _import(name: str) -> str:
    return f"from sklearn.datasets import load_{name}"


_SPLIT = "from sklearn.model_selection import train_test_split"


def _load_table(name: str, arguments: Arguments) -> Splits:
    import torch
    from sklearn import datasets
    from sklearn.model_selection import train_test_split

    from core.datasets.load import Splits

    features_NF, targets_N = getattr(datasets, f"load_{name}")(return_X_y=True)
    numbers = "standardize_target" in arguments
    train, test, train_targets, test_targets = train_test_split(
        features_NF, targets_N, test_size=TEST_SHARE, stratify=None if numbers else targets_N, random_state=0
    )
    if arguments["standardize"]:
        mean_F, deviation_F = train.mean(axis=0), train.std(axis=0)
        train, test = (train - mean_F) / deviation_F, (test - mean_F) / deviation_F
    if arguments.get("standardize_target"):
        mean, deviation = train_targets.mean(), train_targets.std()
        train_targets, test_targets = (train_targets - mean) / deviation, (test_targets - mean) / deviation
    inputs = [torch.from_numpy(part.astype("float32")) for part in (train, test)]
    if numbers:
        targets = [torch.from_numpy(part.astype("float32")).unsqueeze(1) for part in (train_targets, test_targets)]
    else:
        targets = [torch.from_numpy(part.astype("int64")) for part in (train_targets, test_targets)]
    classes = 0 if numbers else int(targets_N.max()) + 1
    return Splits(inputs[0], targets[0], inputs[1], targets[1], classes)


def _table_code(name: str, arguments: Arguments) -> DataCode:
    from core.codegen.printing import call, lines

    numbers = "standardize_target" in arguments
    targets = "targets" if numbers else "labels"
    stratify = [] if numbers else ["stratify=labels"]
    options = ["features", targets, f"test_size={TEST_SHARE}", *stratify, "random_state=0"]
    body = f"{LOAD_TARGETS if numbers else LOAD_LABELS}\n"
    body += f"    features, {targets} = load_{name}(return_X_y=True)\n"
    body += "\n".join(lines(4, "split = ", call("train_test_split", *options))) + "\n"
    body += f"    train, test, train_{targets}, test_{targets} = split\n"
    body += STANDARDIZE_CODE if arguments["standardize"] else ""
    body += STANDARDIZE_TARGET_CODE if arguments.get("standardize_target") else ""
    body += RETURN_TARGETS_CODE if numbers else RETURN_LABELS_CODE
    return DataCode((), (_import(name), _SPLIT), (), (body,))


def _classes(name: str, features: tuple[str, ...], classes: tuple[str, ...], train: int, test: int) -> Source:
    known = DatasetFacts(name, (len(features),), classes, train, test, "table", features=features)
    return Source(
        name,
        facts=lambda _: known,
        load=lambda arguments, _: _load_table(name, arguments),
        code=lambda arguments: _table_code(name, arguments),
        fields=(STANDARDIZE,),
    )


def _numbers(name: str, features: tuple[str, ...], target: str, train: int, test: int) -> Source:
    known = DatasetFacts(
        name,
        (len(features),),
        (),
        train,
        test,
        "table",
        task="regression",
        target_shape=(1,),
        features=features,
        target=target,
    )
    return Source(
        name,
        facts=lambda _: known,
        load=lambda arguments, _: _load_table(name, arguments),
        code=lambda arguments: _table_code(name, arguments),
        fields=(STANDARDIZE, STANDARDIZE_TARGET),
    )


SOURCES = (
    Source("digits", _digits_facts, _load_digits, _digits_code),
    _classes("iris", IRIS, ("setosa", "versicolor", "virginica"), 120, 30),
    _classes("wine", WINE, ("class_0", "class_1", "class_2"), 142, 36),
    _classes("breast_cancer", BREAST_CANCER, ("malignant", "benign"), 455, 114),
    _numbers("diabetes", DIABETES, "disease progression", 353, 89),
)
