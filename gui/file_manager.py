"""Layout files as the window handles them: new, open, save, and the question before unsaved work is left.

What goes wrong is said in one sentence above the canvas; the work on the canvas and its unsaved mark stay.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from core.layout import Layout
from core.storage import LayoutFileError, load, save
from gui.document import Document
from gui.examples import LAYOUTS
from gui.notice import NoticeArea
from gui.settings import Settings
from gui.words import Words

SUFFIX = ".json"
FAILURES = ("window.not_opened", "window.not_read", "window.not_saved", "window.not_found")


class FileManager(QObject):
    opened = Signal()
    """Another layout came onto the canvas."""

    def __init__(
        self, document: Document, settings: Settings, words: Words, notices: NoticeArea, window: QWidget
    ) -> None:
        super().__init__(window)
        self._document, self._settings, self._words = document, settings, words
        self._notices, self._window = notices, window
        self._folder = Path.home()

    @property
    def name(self) -> str:
        """What the layout on the canvas is called in the title bar."""
        document = self._document
        if document.path is not None:
            return document.path.stem
        return document.layout.title or self._words.say("window.untitled")

    def new(self) -> None:
        if self.may_leave():
            self._show(Layout(), None)

    def open(self, path: Path | None = None) -> bool:
        """Open a layout file, asking which if none is given. False if nothing was opened."""
        path = path or self._ask_which()
        if path is None or not self.may_leave():
            return False
        layout = self._read(path)
        if layout is None:
            return False
        self._show(layout, path)
        self._remember(path)
        return True

    def open_example(self, name: str) -> None:
        """A copy of a shipped layout: saving it asks where."""
        if self.may_leave():
            layout = self._read(LAYOUTS / f"{name}{SUFFIX}")
            if layout is not None:
                self._show(layout, None)

    def restore(self, layout: Layout, path: Path | None) -> None:
        """Put unsaved work back over the file that it belongs to, as an edit: still unsaved, and undone at a key."""
        before = self._read(path) if path is not None else None
        self._show(before if before is not None else Layout(), path)
        self._document.apply("action.edit_restore", lambda _layout: layout)
        self.opened.emit()

    def save(self) -> bool:
        """Write the layout to its file, asking for one if it has none. False if it was not written."""
        path = self._document.path
        return self._write(path) if path is not None else self.save_as()

    def save_as(self) -> bool:
        path = self._ask_where()
        return path is not None and self._write(path)

    def clear_recent(self) -> None:
        self._settings.clear_recent_files()

    def may_leave(self) -> bool:
        """Whether the layout on the canvas may go: it is saved, or the person saves it now or gives it up."""
        if not self._document.dirty:
            return True
        buttons = QMessageBox.StandardButton
        say = self._words.say
        question = QMessageBox(self._window)
        question.setIcon(QMessageBox.Icon.NoIcon)
        question.setWindowTitle(say("dialog.unsaved_title"))
        question.setText(say("dialog.unsaved_question", name=self.name))
        question.setInformativeText(say("dialog.unsaved_text"))
        question.setStandardButtons(buttons.Save | buttons.Discard | buttons.Cancel)
        question.button(buttons.Save).setText(say("dialog.save"))
        question.button(buttons.Discard).setText(say("dialog.discard"))
        question.button(buttons.Cancel).setText(say("dialog.cancel"))
        question.setDefaultButton(buttons.Save)
        answer = question.exec()
        question.deleteLater()
        if answer == buttons.Save:
            return self.save()
        return answer == buttons.Discard

    def _show(self, layout: Layout, path: Path | None) -> None:
        self._notices.withdraw(*FAILURES)
        self._document.open(layout, path)
        self.opened.emit()

    def _read(self, path: Path) -> Layout | None:
        try:
            return load(path)
        except LayoutFileError as error:
            reason = self._words.say(f"file.{error.rule}", **error.values)
            self._tell("window.not_opened", file=path.name, reason=reason)
        except FileNotFoundError:
            self._tell("window.not_found", file=path.name, folder=str(path.parent))
            self._settings.remove_recent_file(path)
        except OSError as error:
            self._tell("window.not_read", file=path.name, reason=reason_of(error))
        return None

    def _write(self, path: Path) -> bool:
        try:
            save(self._document.layout, path)
        except OSError as error:
            self._tell("window.not_saved", file=path.name, folder=str(path.parent), reason=reason_of(error))
            return False
        self._notices.withdraw(*FAILURES)
        self._document.mark_saved(path)
        self._remember(path)
        return True

    def _tell(self, key: str, **values: object) -> None:
        self._notices.tell("bad", key, (), **values)

    def _remember(self, path: Path) -> None:
        self._folder = path.absolute().parent
        self._settings.add_recent_file(path)

    def _ask_which(self) -> Path | None:
        dialog = self._dialog("dialog.open_title", QFileDialog.AcceptMode.AcceptOpen)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        return _answer(dialog)

    def _ask_where(self) -> Path | None:
        dialog = self._dialog("dialog.save_title", QFileDialog.AcceptMode.AcceptSave)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.setDefaultSuffix(SUFFIX.removeprefix("."))
        path = self._document.path
        dialog.selectFile(path.name if path is not None else file_name(self.name) + SUFFIX)
        return _answer(dialog)

    def _dialog(self, title: str, mode: QFileDialog.AcceptMode) -> QFileDialog:
        say = self._words.say
        dialog = QFileDialog(self._window, say(title), str(self._folder))
        dialog.setAcceptMode(mode)
        dialog.setNameFilters([f"{say('dialog.layout_files')} (*{SUFFIX})", f"{say('dialog.all_files')} (*)"])
        return dialog


def _answer(dialog: QFileDialog) -> Path | None:
    accepted = dialog.exec()
    chosen = dialog.selectedFiles()
    dialog.deleteLater()
    return Path(chosen[0]) if accepted and chosen else None


def file_name(title: str) -> str:
    """A title as a file name: what no file system takes becomes an underscore."""
    safe = "".join(letter if letter.isalnum() or letter in "-_." else "_" for letter in title.strip())
    return safe.strip("._")[:80] or "layout"


def reason_of(error: OSError) -> str:
    """The system's own words: "No space left on device"."""
    return error.strerror or str(error)
