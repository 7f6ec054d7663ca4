"""A monkey at the real window: random mouse, wheel and key events, and Qt's own warnings on standard error.

    python -m tests.monkey EVENTS SEED

It does not press what leaves the program or asks the system: quitting, file dialogs, printing, other windows.
"""

from __future__ import annotations

import sys
from random import Random

from PySide6.QtCore import QCoreApplication, QObject, QPoint, QPointF, Qt, QTimer, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from gui.application import WarmUp, run_window
from gui.main_window import MainWindow

BUTTONS = (Qt.MouseButton.LeftButton,) * 6 + (Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton)
MODIFIERS = (
    *(Qt.KeyboardModifier.NoModifier,) * 5,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
)
KEYS = (
    *(Qt.Key(code) for code in range(Qt.Key.Key_A.value, Qt.Key.Key_Z.value + 1)),
    *(Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_Space),
    *(Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_F2, Qt.Key.Key_1, Qt.Key.Key_3),
)
LEAVE_ALONE = frozenset(
    {"quit", "close_tab", "new_window", "open", "save", "save_as", "export_code", "export_picture", "print"}
    | {"save_weights", "data_folder", "train", "gallery", "first_steps", "about"}
)


class Links(QObject):
    """Takes the links that are pressed: there need not be a browser."""

    @Slot(QUrl)
    def swallow(self, _url: QUrl) -> None:
        pass


class Monkey:
    def __init__(self, window: MainWindow, events: int, random: Random) -> None:
        self._window, self._left, self._events, self._random = window, events, events, random
        for name in LEAVE_ALONE:
            # A command that cannot be used swallows its keys and its click.
            action = window.commands[name]
            action.setVisible(False)
            action.setShortcuts([])
        self._links = Links()
        QDesktopServices.setUrlHandler("https", self._links, "swallow")
        # The cross of a tab asks about unsaved work.
        window.documents.bar.close_wanted.disconnect()
        QTimer.singleShot(0, self._step)

    def _step(self) -> None:
        if self._left == 0:
            return
        self._left -= 1
        if self._left == 0:
            QTimer.singleShot(0, self._finish)
            return
        # Before it acts: a dialog or a drag that stops everything else is gone on in, and ended, by the next step.
        QTimer.singleShot(0, self._step)
        self._act()

    def _act(self) -> None:
        target = self._target()
        place = self._place(target)
        modifiers = self._random.choice(MODIFIERS)
        kind = self._random.randrange(10)
        if kind < 3:
            QTest.mouseClick(target, self._random.choice(BUTTONS), modifiers, place)
        elif kind == 3:
            QTest.mouseDClick(target, Qt.MouseButton.LeftButton, modifiers, place)
        elif kind == 4:
            end, pressed = self._place(target), self._random.choice(BUTTONS)
            QTest.mousePress(target, pressed, modifiers, place)
            QTest.mouseMove(target, (place + end) / 2)
            QTest.mouseMove(target, end)
            if self._random.random() < 0.2:
                QTest.keyClick(target, Qt.Key.Key_Escape)
            # Another one may come up first; what is down comes up in the end.
            for button in dict.fromkeys((self._random.choice(BUTTONS), pressed)):
                QTest.mouseRelease(target, button, modifiers, end)
        elif kind == 5:
            self._wheel(target, place, modifiers)
        elif kind == 6:
            QTest.mouseMove(target, place)
        else:
            QTest.keyClick(QApplication.focusWidget() or target, self._random.choice(KEYS), modifiers)

    def _place(self, target: QWidget) -> QPoint:
        return QPoint(self._random.randrange(max(1, target.width())), self._random.randrange(max(1, target.height())))

    def _target(self) -> QWidget:
        """What an event would reach: a menu or a popup that is open, a dialog, else the canvas or any other part."""
        for opened in (QApplication.activePopupWidget(), QApplication.activeModalWidget()):
            if opened is not None:
                # A menu that is open would take every event for ever: most often it is closed again.
                if self._random.random() < 0.3:
                    QTest.keyClick(opened, Qt.Key.Key_Escape)
                    break
                return opened
        if self._random.random() < 0.6:
            return self._window.canvas.viewport()
        shown = [child for child in self._window.findChildren(QWidget) if child.isVisible()]
        return self._random.choice(shown)

    def _wheel(self, target: QWidget, place: QPoint, modifiers: Qt.KeyboardModifier) -> None:
        turn = QPoint(0, self._random.choice((-240, -120, 120, 240)))
        where = QPointF(place)
        event = QWheelEvent(
            where, QPointF(target.mapToGlobal(place)), QPoint(), turn,
            Qt.MouseButton.NoButton, modifiers, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QCoreApplication.sendEvent(target, event)

    def _finish(self) -> None:
        window = self._window
        for dialog in QApplication.topLevelWidgets():
            if isinstance(dialog, QDialog) and dialog.isVisible():
                dialog.reject()
        window.document.select(())
        assert window.isVisible()
        # Still able to do what it is for: an edit is made, shown and taken back.
        window.document.look_at(())
        before = window.document.root
        window.canvas.add_layer("ReLU")
        assert len(window.document.root.nodes) == len(before.nodes) + 1
        window.document.undo()
        assert window.document.root == before
        print(f"alive after {self._events} events", flush=True)
        # Nothing is to be saved, in any tab: the window would ask.
        window.document.open(before, None)
        while len(window.files.tabs) > 1:
            window.files.close_tab()
            window.document.open(window.document.root, None)
        QTimer.singleShot(0, window.close)


def begin() -> None:
    """Called at the first paint: the monkey waits until torch is there."""
    window = next(widget for widget in QApplication.topLevelWidgets() if isinstance(widget, MainWindow))
    warm_up = window.findChild(WarmUp)
    assert warm_up is not None
    events, seed = int(sys.argv[1]), int(sys.argv[2])
    monkeys: list[Monkey] = []
    warm_up.finished.connect(lambda: monkeys.append(Monkey(window, events, Random(seed))))


if __name__ == "__main__":
    sys.exit(run_window(None, first_painted=begin))
