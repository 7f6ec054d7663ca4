"""What a person does with chosen runs: open the network, go on, save weights, export, delete and take that back."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from core.layout import Layout, with_training
from core.runs.export import NoTensorBoard, write_csv, write_tensorboard
from core.runs.folder import BEST, WEIGHTS
from core.runs.notes import write_notes
from core.runs.records import RecordError
from core.runs.store import RunEntry, RunStore
from core.storage import written_whole
from gui.document import Document
from gui.panels.runs_curves import read_layout
from gui.panels.runs_reader import Reader
from gui.panels.training_edits import trained_alike
from gui.theme import Theme
from gui.training_session import TrainingSession
from gui.words import Words

ICONS = {
    "open": "layout", "go_on": "play", "save_best": "download", "save_end": "download", "export_csv": "table",
    "export_tensorboard": "chart", "rename": "edit", "tag": "", "note": "", "delete": "delete",
}  # fmt: skip
LONGEST_STEM = 60

Told = tuple[str, dict[str, object], bool]
"""The text key of a sentence, its values, and whether something went wrong."""


class RunActions(QObject):
    told = Signal(str, dict, bool)
    """A sentence of `runs`: its text key, its values, and whether something went wrong."""
    deleted = Signal(object)
    """The folders in the trash in which runs lie that were just deleted."""
    changed = Signal()
    """Something in the folder of runs is not as it was."""
    open_wanted = Signal(object)
    """A layout is to become a document."""
    write_wanted = Signal(str)
    """A person wants to write a run's name, tags or notes."""
    went_on = Signal()

    def __init__(
        self, document: Document, session: TrainingSession, store: RunStore, reader: Reader, words: Words, theme: Theme,
        window: QWidget,
    ) -> None:  # fmt: skip
        super().__init__(window)
        self._document, self._session, self._store, self._reader = document, session, store, reader
        self._words, self._theme, self._window = words, theme, window
        self._entries: Sequence[RunEntry] = ()
        self.by_name = {name: QAction(self) for name in ICONS}
        deeds: dict[str, Callable[[], object]] = {
            "open": self.open, "go_on": self.go_on, "save_best": partial(self._ask_weights, BEST),
            "save_end": partial(self._ask_weights, WEIGHTS), "export_csv": partial(self._ask_export, "csv"),
            "export_tensorboard": partial(self._ask_export, "tensorboard"), "delete": self.delete,
            "rename": partial(self.write_wanted.emit, "name"), "tag": partial(self.write_wanted.emit, "tags"),
            "note": partial(self.write_wanted.emit, "notes"),
        }  # fmt: skip
        for name, deed in deeds.items():
            self.by_name[name].triggered.connect(lambda _checked=False, do=deed: do())
        session.changed.connect(self.refresh)
        words.changed.connect(self.retranslate)
        theme.changed.connect(self.recolour)
        self.retranslate()
        self.recolour()

    def menu(self, parent: QWidget) -> QMenu:
        """All of them, as a menu at the pointer."""
        menu = QMenu(parent)
        for names in (("open", "go_on"), ("rename", "tag", "note"), ("save_best", "save_end"),
                      ("export_csv", "export_tensorboard"), ("delete",)):  # fmt: skip
            if not menu.isEmpty():
                menu.addSeparator()
            menu.addActions([self.by_name[name] for name in names])
        return menu

    def show_entries(self, entries: Sequence[RunEntry]) -> None:
        """These runs are chosen."""
        self._entries = list(entries)
        self.refresh()

    def refresh(self) -> None:
        chosen = self._entries
        one = chosen[0] if len(chosen) == 1 else None
        possible = {
            "open": one is not None and one.state != "broken",
            "go_on": one is not None and one.can_go_on and not self._session.busy,
            "save_best": one is not None and (one.folder / BEST).is_file(),
            "save_end": one is not None and (one.folder / WEIGHTS).is_file(),
            "export_csv": any(entry.state != "broken" for entry in chosen),
            "export_tensorboard": any(entry.state != "broken" for entry in chosen),
            "rename": one is not None, "tag": one is not None, "note": one is not None,
            "delete": bool(chosen) and all(entry.state != "running" for entry in chosen),
        }  # fmt: skip
        for name, action in self.by_name.items():
            action.setEnabled(possible[name])
        finished = one is not None and one.state == "finished" and one.epoch >= one.epochs
        key = "runs.go_on_further" if finished else "runs.go_on"
        self.by_name["go_on"].setText(self._words.say(key, epochs=one.epochs if one is not None else 0))

    # One run.

    def open(self) -> None:
        """Let the network of the run be a document."""
        layout = self._layout()
        if layout is not None:
            self.open_wanted.emit(layout)

    def go_on(self) -> None:
        """Go on where it was left; one that has come to its end as long again. Its network is the document then."""
        layout = self._layout()
        if layout is None or self._session.busy:
            return
        [entry] = self._entries
        further = None
        if entry.state == "finished" and entry.epoch >= entry.epochs:
            longer = replace(layout.training, epochs=min(entry.epoch + layout.training.epochs, 100_000))
            further = with_training(layout, longer)
        if not trained_alike(self._document.root, further or layout):
            self.open_wanted.emit(further or layout)
        self._session.resume_run(entry.folder, further)
        self.went_on.emit()

    def _layout(self) -> Layout | None:
        [entry] = self._entries
        layout = read_layout(entry.folder)
        if layout is None:
            self.told.emit("runs.no_layout", {"name": entry.label}, True)
        return layout

    def save_weights(self, kind: str, target: Path) -> None:
        """Copy the weights of the best epoch or of the end."""
        [entry] = self._entries
        self._do(partial(_copy, entry.folder / kind, target))

    # Several runs.

    def write(self, folder: Path, what: str, said: Any) -> None:
        """Keep what a person wrote: a run's `name`, `notes` or `tags`."""

        def work() -> Told | None:
            try:
                write_notes(folder, **{what: said})
            except OSError as error:
                return "runs.not_written", {"reason": error.strerror or str(error)}, True
            return None

        self._do(work)

    def export(self, kind: str, target: Path) -> None:
        """Write the numbers of the chosen runs as `csv` or `tensorboard` files into a folder."""
        folders = [(entry.folder, entry.label) for entry in self._entries if entry.state != "broken"]
        self._do(partial(_export, kind, folders, target))

    def delete(self) -> None:
        """Move the chosen runs to the trash; `deleted` says where they are now."""
        folders = [entry.folder for entry in self._entries if entry.state != "running"]

        def work() -> tuple[list[Path], Told | None]:
            gone: list[Path] = []
            for folder in folders:
                try:
                    trashed = self._store.delete(folder)
                    gone += [trashed] if trashed is not None else []
                except (OSError, ValueError) as error:
                    reason = getattr(error, "strerror", None) or str(error)
                    return gone, ("runs.not_deleted", {"name": folder.name, "reason": reason}, True)
            return gone, None

        def done(answer: tuple[list[Path], Told | None]) -> None:
            gone, problem = answer
            self.changed.emit()
            if gone:
                self.deleted.emit(gone)
            if problem is not None:
                self.told.emit(*problem)

        self._reader.ask(work, done)

    def restore(self, trashed: Sequence[Path]) -> None:
        """Take a deletion back."""

        def work() -> Told | None:
            for folder in trashed:
                try:
                    self._store.restore(folder)
                except (OSError, ValueError) as error:
                    reason = getattr(error, "strerror", None) or str(error)
                    return "runs.not_restored", {"name": folder.name, "reason": reason}, True
            return None

        self._do(work)

    def _do(self, work: Callable[[], Told | None]) -> None:
        def done(told: Told | None) -> None:
            self.changed.emit()
            if told is not None:
                self.told.emit(*told)

        self._reader.ask(work, done)

    # Where to.

    def _ask_weights(self, kind: str) -> None:
        [entry] = self._entries
        dialog = QFileDialog(self._window, self._words.say("dialog.weights_title"), f"{_stem(entry)}.safetensors")
        dialog.setNameFilters([f"{self._words.say('dialog.weights_files')} (*.safetensors)"])
        dialog.setDefaultSuffix("safetensors")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        self._open(dialog, partial(self.save_weights, kind))

    def _ask_export(self, kind: str) -> None:
        dialog = QFileDialog(self._window, self._words.say("runs.export_where"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        self._open(dialog, partial(self.export, kind))

    def _open(self, dialog: QFileDialog, act: Callable[[Path], None]) -> None:
        dialog.setObjectName("save-run")
        dialog.fileSelected.connect(lambda path: act(Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        # Open, not exec: a run goes on and the plots with it.
        dialog.open()

    def retranslate(self) -> None:
        for name, action in self.by_name.items():
            action.setText(self._words.say(f"runs.{name}"))
            action.setToolTip(self._words.say(f"runs.{name}_tip"))
        self.refresh()

    def recolour(self) -> None:
        for name, icon in ICONS.items():
            if icon:
                self.by_name[name].setIcon(self._theme.icon(icon, "text_quiet"))


def _copy(source: Path, target: Path) -> Told:
    try:
        with source.open("rb") as read, written_whole(target) as written:
            shutil.copyfileobj(read, written)
    except OSError as error:
        return "run.not_exported", {"file": str(target), "reason": error.strerror or str(error)}, True
    return "runs.weights_saved", {"path": str(target)}, False


def _export(kind: str, folders: Sequence[tuple[Path, str]], target: Path) -> Told:
    try:
        for folder, _ in folders:
            (write_csv if kind == "csv" else write_tensorboard)(folder, target)
    except NoTensorBoard:
        return "run.no_tensorboard", {}, True
    except RecordError as error:
        return f"run.{error.rule}", dict(error.values), True
    except OSError as error:
        return "run.not_exported", {"file": str(target), "reason": error.strerror or str(error)}, True
    return "runs.exported", {"count": len(folders), "path": str(target)}, False


def _stem(entry: RunEntry) -> str:
    """A name for a file that every system takes."""
    plain = "".join(letter if letter.isalnum() or letter in "-_=." else "_" for letter in entry.label)
    return plain.strip("._")[:LONGEST_STEM] or entry.folder.name
