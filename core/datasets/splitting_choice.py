"""How a person's own samples are split into those that train and those that test: the form, the sizes, the call.

By a column or by folders where the choice says so (`split_by`: the column, what it says of samples that test, and how
many those are), else by ratio, of each class the same share if it is wanted.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.datasets import found
from core.datasets.errors import DataError
from core.datasets.source import TEST_SHARE, Arguments
from core.fields import Field

if TYPE_CHECKING:
    from numpy.typing import NDArray

FIELDS = (
    Field("test_share", "real", default=TEST_SHARE, above=0, below=1),
    Field("stratify", "flag", default=True),
    Field("seed", "integer", default=0, minimum=0, maximum=2**32 - 1),
)


def split_by(arguments: Arguments) -> tuple[str, tuple[str, ...], int] | None:
    """The column, its values of samples that test, and how many those are."""
    value = arguments.get("split_by")
    if not isinstance(value, tuple) or len(value) != 3:
        return None
    column, values, tested = found.text(value[0]), found.texts(value[1]), found.whole(value[2], 1)
    return None if column is None or not values or tested is None else (column, values, tested)


def sizes(arguments: Arguments, samples: int) -> tuple[int, int]:
    """How many train and how many test."""
    by = split_by(arguments)
    if by is not None:
        return max(samples - by[2], 0), min(by[2], samples)
    test = min(max(round(samples * _share(arguments)), 1), max(samples - 1, 0))
    return samples - test, test


def split(
    arguments: Arguments, file: Path, labels_N: NDArray[Any], classes: bool, values_N: NDArray[Any] | None
) -> tuple[NDArray[Any], NDArray[Any]]:
    """The numbers of the samples that train, and of those that test. DataError if one part would be empty.

    `values_N` is what the column says by which the data are split, where they are.
    """
    from core.datasets import splitting

    by = split_by(arguments)
    if len(labels_N) < 2:
        raise DataError("own_few_rows", file=str(file), rows=len(labels_N))
    if by is not None and values_N is not None:
        train, test = splitting.by_value(values_N, by[1])
        if not len(train) or not len(test):
            raise DataError("own_empty_part", file=str(file), column=by[0])
        return train, test
    if classes and arguments["stratify"]:
        return splitting.stratified(labels_N, _share(arguments), _seed(arguments))
    return splitting.by_ratio(len(labels_N), _share(arguments), _seed(arguments))


def split_call(arguments: Arguments, labels: str, values: str, classes: bool) -> tuple[str, list[str]]:
    """The function and its arguments as source; `labels` and `values` are expressions."""
    from core.codegen.calls import literal

    by = split_by(arguments)
    if by is not None and values:
        return "by_value", [values, f"tested={literal(by[1])}"]
    options = [f"test_share={_share(arguments)!r}", f"seed={_seed(arguments)}"]
    if classes and arguments["stratify"]:
        return "stratified", [labels, *options]
    return "by_ratio", [f"len({labels})", *options]


def _share(arguments: Arguments) -> float:
    share = arguments["test_share"]
    assert isinstance(share, (int, float))
    return float(share)


def _seed(arguments: Arguments) -> int:
    seed = arguments["seed"]
    assert isinstance(seed, int)
    return seed
