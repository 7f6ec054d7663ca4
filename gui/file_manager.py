"""Layout files as the window handles them: new, open, save and close, each in a tab, and the question before work goes.

What goes wrong is said in one sentence above the canvas; the work on the canvas and its unsaved mark stay.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from core.layout import Layout
from core.storage import LayoutFileError, parsed, read_whole, save
from gui.disk_news import DiskNews
from gui.examples import LAYOUTS
from gui.file_dialogs import SUFFIX, FileDialogs, file_name, reason_of
from gui.new_window import open_new_window
from gui.notice import NoticeArea
from gui.settings import Settings
from gui.sheets import Sheet, fresh, name_of
from gui.tabs import Tab, Tabs, untouched
from gui.words import Words

__all__ = ["FileManager", "file_name"]

FAILURES = ("window.not_opened", "window.not_read", "window.not_saved", "window.not_found")


class FileManager(QObject):
    opened = Signal()
    """Another layout came onto the canvas."""

    def __init__(self, tabs: Tabs, settings: Settings, words: Words, notices: NoticeArea, window: QWidget) -> None:
        super().__init__(window)
        self.tabs = tabs
        self.dialogs = FileDialogs(words, window)
        self.disk = DiskNews(tabs, settings.folder / "presence", notices, self)
        self._document, self._settings, self._words, self._notices = tabs.document, settings, words, notices
        self.disk.reload_wanted.connect(self.reload)
        self.disk.write_wanted.connect(self._write_anyway)
        self.disk.save_as_wanted.connect(self.save_as)

    @property
    def name(self) -> str:
        """What the layout on the canvas is called in the title bar."""
        return self.name_of(self.tabs.current)

    def name_of(self, tab: Tab) -> str:
        return name_of(self.tabs.sheet(tab), self._words)

    # --- into a tab ---

    def new(self) -> None:
        self._bring(fresh(Layout()))

    def new_window(self) -> int | None:
        """Start the program once more; its process id, or None with a sentence if that did not work."""
        process = open_new_window()
        if process is None:
            self._tell("window.no_new_window")
        return process

    def open(self, *paths: Path) -> bool:
        """Open layout files, asking which if none is given. Each comes into a tab. False if none could be opened."""
        # Every one of them, whatever becomes of the one before.
        opened = [self._open(path.absolute()) for path in paths or self.dialogs.ask_which()]
        return any(opened)

    def open_copy(self, layout: Layout) -> None:
        """A layout as a new document, such as that of a kept run: saving it asks where."""
        self._bring(fresh(layout))

    def open_example(self, name: str) -> None:
        """A copy of a shipped layout: saving it asks where."""
        read = self._read(LAYOUTS / f"{name}{SUFFIX}")
        if read is not None:
            self._bring(fresh(read[0]))

    def restore(self, layout: Layout, path: Path | None, agreed: str) -> Tab:
        """Put unsaved work back over the file that it belongs to, as an edit: still unsaved, and undone at a key.

        `agreed` is the SHA-256 of what the file held when the work began: if it holds something else now, that is said.
        """
        already = self._tab_of(path) if path is not None else None
        if already is not None and self.tabs.sheet(already).dirty:
            # What is being done there now stays; the restored work is saved beside it.
            path = None
        read = self._read(path) if path is not None else None
        if already is not None and path is not None:
            self.tabs.show(already)
        else:
            self._bring(fresh(read[0] if read is not None else Layout(), path))
        if path is not None:
            self.disk.know(self.tabs.current, path, read[1] if read is not None else None, agreed)
        self._document.apply_root("action.edit_restore", lambda _layout: layout)
        self.opened.emit()
        return self.tabs.current

    def reload(self) -> None:
        """Take what is in the file now, as an edit: what was here comes back with undo."""
        path = self._document.path
        read = self._read(path) if path is not None else None
        if path is None or read is None:
            return
        layout, content = read
        self._document.apply_root("action.edit_reload", lambda _layout: layout)
        if self._document.root == layout:
            self._document.mark_saved(path)
            self.disk.know(self.tabs.current, path, content)

    # --- into a file ---

    def save(self) -> bool:
        """Write the layout to its file, asking for one if it has none. False if it was not written."""
        path = self._document.path
        if path is None:
            return self.save_as()
        return self.disk.may_write() and self._write(path)

    def save_as(self) -> bool:
        current = self._document.path
        name = current.name if current is not None else file_name(self.name) + SUFFIX
        path = self.dialogs.ask_where(name)
        return path is not None and self._write(path.absolute())

    def clear_recent(self) -> None:
        self._settings.clear_recent_files()

    # --- away ---

    def close_tab(self, tab: Tab | None = None) -> bool:
        """Close a tab, the one that is looked at if None is given. False if its work is to stay."""
        tab = tab or self.tabs.current
        if not self.may_leave(tab):
            return False
        last = len(self.tabs) == 1
        self.tabs.close(tab)
        if last:
            self.opened.emit()
        return True

    def step_tab(self, steps: int) -> None:
        self.tabs.step(steps)

    def may_close(self) -> bool:
        """Whether the window may go: of each tab with unsaved work the person said what becomes of it."""
        return all(self.may_leave(tab) for tab in self.tabs)

    def may_leave(self, tab: Tab) -> bool:
        """Whether a tab may go: its work is saved, or the person saves it now or gives it up."""
        if tab is self.tabs.current:
            # A name or a number may be half typed.
            self.tabs.leaving.emit()
        if not self.tabs.sheet(tab).dirty:
            return True
        self.tabs.show(tab)
        answer = self.dialogs.ask_unsaved(self.name)
        return self.save() if answer == "save" else answer == "discard"

    # --- how ---

    def _open(self, path: Path) -> bool:
        already = self._tab_of(path)
        if already is not None:
            self._notices.withdraw(*FAILURES)
            self.tabs.show(already)
            self.disk.look()
        else:
            read = self._read(path)
            if read is None:
                return False
            tab = self._bring(fresh(read[0], path))
            self.disk.know(tab, path, read[1])
        self._remember(path)
        return True

    def _bring(self, sheet: Sheet) -> Tab:
        """A document onto the canvas: in a tab of its own, or in one in which nothing was done yet."""
        self._notices.withdraw(*FAILURES)
        current = self.tabs.current
        empty = untouched(current, self.tabs.sheet(current))
        tab = self.tabs.replace(sheet) if empty else self.tabs.add(sheet)
        self.opened.emit()
        return tab

    def _tab_of(self, path: Path) -> Tab | None:
        """The tab that has a file open, by whatever name."""
        wanted = path.resolve()
        for tab in self.tabs:
            own = self.tabs.sheet(tab).path
            if own is not None and own.resolve() == wanted:
                return tab
        return None

    def _read(self, path: Path) -> tuple[Layout, bytes] | None:
        try:
            content = read_whole(path)
            return parsed(content), content
        except LayoutFileError as error:
            reason = self._words.say(f"file.{error.rule}", **error.values)
            self._tell("window.not_opened", file=path.name, reason=reason)
        except FileNotFoundError:
            self._tell("window.not_found", file=path.name, folder=str(path.parent))
            self._settings.remove_recent_file(path)
        except OSError as error:
            self._tell("window.not_read", file=path.name, reason=reason_of(error))
        return None

    def _write_anyway(self) -> None:
        if self._document.path is not None:
            self._write(self._document.path)

    def _write(self, path: Path) -> bool:
        try:
            content = save(self._document.root, path)
        except OSError as error:
            self._tell("window.not_saved", file=path.name, folder=str(path.parent), reason=reason_of(error))
            return False
        self._notices.withdraw(*FAILURES)
        self._document.mark_saved(path)
        self.disk.know(self.tabs.current, path, content)
        self._remember(path)
        return True

    def _tell(self, key: str, **values: object) -> None:
        self._notices.tell("bad", key, (), **values)

    def _remember(self, path: Path) -> None:
        self.dialogs.folder = path.parent
        self._settings.add_recent_file(path)
