"""Starting the window: the screen, the chosen language and look, the first layout, and torch after the first paint."""

from __future__ import annotations

import atexit
import gc
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from core.layout import Layout
from core.storage import LayoutFileError, load
from gui.document import Document
from gui.examples import LAYOUTS
from gui.housekeeping import Housekeeper
from gui.main_window import MainWindow
from gui.screen import missing_screen
from gui.settings import Settings
from gui.theme import Theme
from gui.training_session import TrainingSession
from gui.words import Words, system_language

STARTER = "digits_mlp"
"""What stands on the canvas when no file is named: it can be trained with one click."""


def run_window(file: str | None, first_painted: Callable[[], None] | None = None) -> int:
    """Open the window, with a layout file if one is named, and return the exit status when it is closed.

    Without a screen the status is 1 and one sentence on standard error says what to do instead.
    `first_painted` is called when the window has been seen, before torch is imported; the benchmark asks for it.
    """
    missing = missing_screen()
    if missing is not None:
        key, library = missing
        print(Words(system_language()).say(key, library=library, file=file or "FILE"), file=sys.stderr)
        return 1
    application = _application()
    settings = Settings()
    words = Words(system_language() if settings.language == "system" else settings.language)
    theme = Theme(settings.appearance, scale=settings.text_scale)
    theme.apply(application)
    window = MainWindow(Document(_starter()), TrainingSession(), words, theme, settings)
    _report_mistakes(window)
    if file is not None:
        window.files.open(Path(file))
    warm_up = WarmUp(window)
    if first_painted is not None:
        window.painted.connect(first_painted)
    window.painted.connect(warm_up.start)
    window.show()
    housekeeper = Housekeeper(window)
    status = application.exec()
    warm_up.wait()
    housekeeper.close()
    sys.excepthook = sys.__excepthook__
    return status


def spare_the_window() -> None:
    """What was imported never becomes garbage: it is not looked through again, which took a sixth of a second."""
    gc.freeze()
    # Else it would not be taken apart at the end, and torch's libraries would say that it was forgotten.
    atexit.register(gc.unfreeze)


class WarmUp(QObject):
    """What waits until the window has been seen: the training process, torch, and the panels that need it."""

    _imported = Signal(str)
    """What went wrong; empty if torch is there."""
    finished = Signal()

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._thread = threading.Thread(target=self._import, name="import torch", daemon=True)
        self._imported.connect(self._take)

    def start(self) -> None:
        self._window.session.start_worker()
        # Before the thread: two imports at once would take turns, and the window would stand still for both.
        self._window.build_learning_panels()
        self._window.offer_recovery()
        self._thread.start()

    def wait(self) -> None:
        """Until the import has ended: a thread that is cut off inside torch takes the process with it."""
        if self._thread.is_alive():
            self._thread.join()

    def _import(self) -> None:
        try:
            from core.shapes import warm_up

            warm_up()
            spare_the_window()
        except Exception as error:
            # Whatever a broken installation raises, from ImportError to OSError of a library.
            self._imported.emit(f"{type(error).__name__}: {error}".splitlines()[0][:300])
        else:
            self._imported.emit("")

    def _take(self, mistake: str) -> None:
        if mistake:
            self._window.notices.tell("bad", "start.no_torch", reason=mistake)
        else:
            from gui.patience import PatientInferrer

            self._window.document.set_inference(PatientInferrer(self._window.document))
        self.finished.emit()


def _application() -> QApplication:
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    application = QApplication(sys.argv[:1])
    application.setApplicationName("LayerLoom" if sys.platform in ("win32", "darwin") else "layerloom")
    application.setApplicationDisplayName("")
    application.setDesktopFileName("layerloom")
    # Ctrl+C in the terminal ends the program; the recovery copy is there for what was unsaved.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return application


def _starter() -> Layout:
    try:
        return load(LAYOUTS / f"{STARTER}.json")
    except (OSError, LayoutFileError):
        # Someone removed the examples: an empty canvas is a beginning too.
        return Layout()


def _report_mistakes(window: MainWindow) -> None:
    """A mistake of the program's own is printed and said; the window lives on."""

    def report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        traceback.print_exception(kind, error, trace)
        window.notices.tell("bad", "window.own_mistake", reason=f"{kind.__name__}: {error}"[:300])

    sys.excepthook = report
