"""Files that can be data: which ones are dragged over the window, and the dialogs that ask for one."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QFileDialog, QWidget

from gui.words import Words

TABLES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".parquet", ".pq")
ARRAYS = (".npz", ".npy")
REFUSED = (".xls", ".ods")
"""Taken, to say what to do with them."""


def dragged_data(data: QMimeData) -> Path | None:
    """The file or folder of data that is dragged; None if it is something else, or several."""
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    if len(paths) != 1:
        return None
    return paths[0] if paths[0].suffix.lower() in (*TABLES, *ARRAYS, *REFUSED) or paths[0].is_dir() else None


def ask_file(parent: QWidget, words: Words, title: str = "look.file_title", arrays: bool = True) -> Path | None:
    """None if the person thought better of it."""
    kinds = " ".join(f"*{suffix}" for suffix in (*TABLES, *(ARRAYS if arrays else ())))
    dialog = QFileDialog(parent, words.say(title))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters([f"{words.say('look.data_files')} ({kinds})", f"{words.say('dialog.all_files')} (*)"])
    return _chosen(dialog)


def ask_folder(parent: QWidget, words: Words) -> Path | None:
    dialog = QFileDialog(parent, words.say("look.folder_title"))
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    return _chosen(dialog)


def _chosen(dialog: QFileDialog) -> Path | None:
    accepted = dialog.exec()
    chosen = dialog.selectedFiles() if accepted else []
    dialog.deleteLater()
    return Path(chosen[0]) if chosen else None
