"""A training process that the tests of a file share, and runs on it: what the learning panels' tests begin with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from examples import digits_mlp
from panel_stage import Stage, staged
from pytestqt.qtbot import QtBot

from core.layout import Layout
from gui.training_session import TrainingSession


@contextmanager
def owned() -> Iterator[TrainingSession]:
    """A session whose process starts now and ends with the block."""
    session = TrainingSession()
    session.start_worker()
    try:
        yield session
    finally:
        session.close()


@contextmanager
def idle(session: TrainingSession, qtbot: QtBot) -> Iterator[TrainingSession]:
    """The session with a warm process that trains nothing, before and after."""
    until(qtbot, lambda: session.devices)
    yield session
    session.stop()
    until(qtbot, lambda: not session.busy)
    session.watch(digits_mlp(), None)


def until(qtbot: QtBot, fact: Callable[[], object]) -> None:
    qtbot.waitUntil(lambda: bool(fact()))


def digits(epochs: int = 2, **changes: object) -> Layout:
    """A small network on the digits, to be trained for so many epochs."""
    layout = digits_mlp()
    return replace(layout, training=replace(layout.training, epochs=epochs, **changes))  # type: ignore[arg-type]


def trained(session: TrainingSession, qtbot: QtBot, layout: Layout) -> None:
    """Train a layout to its end."""
    session.start(layout)
    until(qtbot, lambda: not session.busy)
    assert session.failure is None


def stage_for(panel: type, session: TrainingSession, qtbot: QtBot, layout: Layout, **options: object) -> Stage:
    """A learning panel in a window of its own."""
    return staged(
        qtbot,
        lambda document, words, theme: panel(document, session, words, theme),
        layout,
        **options,  # type: ignore[arg-type]
    )
