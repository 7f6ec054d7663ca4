"""How a printed script gets its data: the same samples in the same split as `core.datasets` gives the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.datasets.source import DataCode

if TYPE_CHECKING:
    from core.training.config import Choice


def data_source(choice: Choice) -> DataCode:
    """The data set of a layout. Arguments that do not fit were refused as problems before."""
    from core.datasets.facts import arguments, source

    return source(choice.name).code(arguments(choice))
