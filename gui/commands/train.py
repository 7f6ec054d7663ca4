"""Commands for training and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui.commands.command import Command, Condition

if TYPE_CHECKING:
    from gui.main_window import MainWindow


def _pause_name(window: MainWindow) -> str:
    return "action.resume" if window.session.state == "paused" else "action.pause"


def _going(window: MainWindow) -> bool:
    return window.session.state in ("running", "paused")


def _can_step(window: MainWindow) -> bool:
    return _going(window) or (bool(window.document.root.nodes) and not window.session.busy)


_running = Condition("not_training", _going)
_steppable = Condition("cannot_step", _can_step)


def _one_step(window: MainWindow) -> None:
    if _going(window):
        window.session.step_once()
    else:
        window.train("step")


def _one_epoch(window: MainWindow) -> None:
    if _going(window):
        window.session.epoch_once()
    else:
        window.train("epoch")


COMMANDS = (
    Command(
        "train", lambda window: window.train(), "play", "F5",
        # With mistakes or without data it can be pressed too: it then shows what is missing.
        enabled=Condition("cannot_train", lambda window: bool(window.document.root.nodes) and not window.session.busy),
    ),
    Command(
        "pause", lambda window: window.pause_or_resume(), "pause", "F6", enabled=_running,
        text=lambda window: window.words.say(_pause_name(window)),
    ),
    Command("step_once", _one_step, "step", "F8", enabled=_steppable),
    Command("epoch_once", _one_epoch, "epoch", "Shift+F8", enabled=_steppable),
    Command("stop", lambda window: window.session.stop(), "stop", "Shift+F5",
            enabled=Condition("not_training", lambda window: window.session.busy)),
    Command("start_over", lambda window: window.session.start_over(), "reset", "Ctrl+Shift+F5",
            enabled=Condition("no_run", lambda window: window.session.run_layout is not None)),
    Command(
        "save_weights", lambda window: window.save_weights(), "download",
        enabled=Condition("no_weights", lambda window: window.session.has_weights),
    ),
)  # fmt: skip
