"""What can be looked at beside the loss: a score, the learning rate, the parts of the loss, which class is taken for
which. Which of them suits a run, how its numbers are written, and the button that a person chooses with.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from core.datasets.facts import facts
from core.layout import Layout
from gui.panels.run_curves import SHARES, from_zero, in_percent, up_to_one
from gui.panels.ticks import short
from gui.words import Words

FIRST = ("accuracy", "mae")
"""What is shown until a person chooses, whichever there is."""
LOGARITHMIC = frozenset({"rate", "parts", "mae", "rmse"})
"""What can be looked at on a logarithmic axis beside the loss."""


@dataclass(frozen=True)
class Numbers:
    """How the values of a plot are written, and where its axis ends."""

    show: Callable[[float], str]
    suffix: str
    floor: Callable[[float, float], tuple[float, float]]


def numbers_of(kind: str) -> Numbers:
    if kind in SHARES:
        return Numbers(lambda value: f"{value:.1f} %", " %", in_percent)
    return Numbers(short, "", up_to_one if kind == "r2" else from_zero)


def first_of(offered: Sequence[str], layout: Layout | None) -> str:
    """What suits a run before a person has chosen; by the task while no epoch has ended."""
    found = next((kind for kind in FIRST if kind in offered), None)
    return found or ("mae" if is_regression(layout) else "accuracy")


def is_regression(layout: Layout | None) -> bool:
    try:
        return layout is not None and facts(layout.training.dataset).task == "regression"
    # A data set of another version of the program.
    except KeyError:
        return False


def class_names(layout: Layout | None) -> tuple[str, ...]:
    """Of the data set; empty where they are not known."""
    try:
        return facts(layout.training.dataset).classes if layout is not None else ()
    except KeyError:
        return ()


def loss_names(layout: Layout | None) -> list[str]:
    """Of the losses that add up, in order."""
    if layout is None:
        return []
    config = layout.training
    return [config.loss.name, *(added.loss.name for added in config.added_losses)]


class KindButton(QToolButton):
    """A plot's title that opens the list of what else can be shown in its place."""

    chosen = Signal(str)

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._kinds: tuple[str, ...] = ()
        self._kind = ""
        self.setProperty("kind", "plain")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(self)
        self.setMenu(self._menu)
        self._actions: dict[str, QAction] = {}
        words.changed.connect(self.retell)
        self.retell()

    @property
    def kinds(self) -> tuple[str, ...]:
        return self._kinds

    @property
    def action_of(self) -> dict[str, QAction]:
        """The entry of each kind."""
        return self._actions

    def show_kinds(self, kinds: Sequence[str], kind: str) -> None:
        """Offer these; one of them is shown now."""
        if (tuple(kinds), kind) == (self._kinds, self._kind):
            return
        if tuple(kinds) != self._kinds:
            self._kinds = tuple(kinds)
            self._menu.clear()
            self._actions = {}
            for name in kinds:
                action = self._menu.addAction("")
                action.setCheckable(True)
                action.triggered.connect(partial(self._choose, name))
                self._actions[name] = action
        self._kind = kind
        self.retell()

    def _choose(self, kind: str) -> None:
        self.chosen.emit(kind)
        # Chosen once more, an entry that can be checked would lose its check.
        self.retell()

    def retell(self) -> None:
        for name, action in self._actions.items():
            action.setText(self._words.say(f"plots.{name}"))
            action.setChecked(name == self._kind)
        if self._kind:
            self.setText(self._words.say(f"plots.{self._kind}"))
        self.setToolTip(self._words.say("plots.choose"))
        self.setAccessibleName(self.text() or self._words.say("plots.choose"))
        self.setAccessibleDescription(self.toolTip())
