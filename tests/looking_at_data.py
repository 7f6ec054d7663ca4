"""The process that reads data, shared by the tests of a file, and the data page over it: what such tests begin with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
from examples import digits_mlp
from learning import until
from panel_stage import Stage, staged
from PIL import Image
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from core.training.config import Choice
from gui.data_reader import DataReader
from gui.panels.data import DataPanel

TABLE = "height,colour,city,species\n" + "".join(
    f"{'' if row % 9 == 0 else 180 + row / 10},{'red' if row % 3 else ''},{'Seoul' if row % 4 else 'Busan'},"
    f"{'Gentoo' if row % 5 == 0 else 'Adelie'}\n"
    for row in range(60)
)


@contextmanager
def reading() -> Iterator[DataReader]:
    reader = DataReader()
    reader.start()
    try:
        yield reader
    finally:
        reader.close()


def page(
    reader: DataReader, qtbot: QtBot, dataset: Choice, *transforms: Choice, size: tuple[int, int] = (1100, 300),
    language: str = "en",
) -> Stage:  # fmt: skip
    """The data page over a layout with this data set, in a window of its own."""
    layout = digits_mlp()
    layout = replace(layout, training=replace(layout.training, dataset=dataset, transforms=transforms))
    return staged(
        qtbot,
        lambda document, words, theme: DataPanel(document, words, theme, reader),
        layout,
        language=language,
        size=size,
    )


def settled(stage: Stage) -> None:
    """All that was asked has been answered."""
    until(stage.qtbot, lambda: not stage.panel.reader.busy)


def view(stage: Stage, name: str) -> None:
    stage.click(stage.panel.views.buttons[name])
    settled(stage)


def dataset(stage: Stage) -> Choice:
    return stage.document.root.training.dataset


def chosen_transforms(stage: Stage) -> list[str]:
    return [one.name for one in stage.document.root.training.transforms]


def said(stage: Stage, name: str) -> str:
    """What a label says that is seen; empty if it is not."""
    found = stage.panel.findChild(QLabel, name)
    assert found is not None
    return found.text() if found.isVisible() else ""


def photos(folder: Path) -> Path:
    """A folder with a folder for each of two classes, a file that is no image, and an image without a class."""
    for name, count in (("cats", 12), ("dogs", 3)):
        home = folder / "photos" / name
        home.mkdir(parents=True)
        for number in range(count):
            values = np.full((16, 20, 3), 10 * number, np.uint8)
            Image.fromarray(values).save(home / f"{name}_{number}.png")
    (folder / "photos" / "cats" / "torn.jpg").write_bytes(b"no picture")
    Image.fromarray(np.zeros((16, 20, 3), np.uint8)).save(folder / "photos" / "stray.png")
    return folder / "photos"
