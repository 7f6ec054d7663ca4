"""Says what others did to the files that are open here, and what can be done: nothing is overwritten or lost silently.

A sentence stands above the canvas while its tab is looked at. What is only on the canvas any more counts as unsaved.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from core.layout import Layout
from core.storage import LayoutFileError, parsed
from gui.disk import accepted, looked_at, on_disk
from gui.notice import NoticeArea, Offer
from gui.presence import Presence
from gui.tabs import Tab, Tabs
from gui.watching import FileWatch

CHANGED, SINCE = "window.file_changed", "window.file_changed_since"
GONE, SHARED = "window.file_gone", "window.file_shared"


class DiskNews(QObject):
    reload_wanted = Signal()
    """Take what is in the file of the tab that is looked at."""
    write_wanted = Signal()
    """Save it, whatever is in its file now."""
    save_as_wanted = Signal()

    def __init__(self, tabs: Tabs, folder: Path, notices: NoticeArea, parent: QObject | None = None) -> None:
        """`folder` is where all windows of a person see each other."""
        super().__init__(parent)
        self._tabs, self._notices = tabs, notices
        self._watch = FileWatch(self)
        self._presence = Presence(folder, self)
        self._watch.stirred.connect(self.look)
        self._presence.changed.connect(self._tell)
        tabs.changed.connect(self._follow)
        tabs.shown.connect(self._tell)

    def know(self, tab: Tab, path: Path, content: bytes | None, agreed: str = "") -> None:
        """`content` was just read from the file of a tab, or written to it; None if there is no such file any more.

        `agreed` is the SHA-256, in hex, of what the work began with, where that is something else.
        """
        tab.disk = on_disk(path, content, agreed)
        tab.seen = frozenset()
        self._follow()
        self._tell()

    def look(self) -> None:
        """Look at the files of all tabs, and at the other windows, now."""
        for tab in self._tabs:
            self._look_at(tab)
        self._presence.look()

    def may_write(self) -> bool:
        """Whether saving would overwrite nothing that is not known here; else the sentence that asks stands there."""
        tab = self._tabs.current
        self._look_at(tab)
        if tab.disk is None or tab.disk.state != "changed":
            return True
        tab.seen -= {CHANGED}
        self._tell(asked=True)
        return False

    def close(self) -> None:
        self._tabs.changed.disconnect(self._follow)
        self._tabs.shown.disconnect(self._tell)
        self._watch.close()
        self._presence.close()

    def _follow(self) -> None:
        files = [tab.disk.path for tab in self._tabs if tab.disk is not None]
        self._watch.watch(files)
        self._presence.show(files)

    def _look_at(self, tab: Tab) -> None:
        if tab.disk is None:
            return
        before = tab.disk
        tab.disk, content = looked_at(before)
        if tab.disk.found != before.found:
            tab.seen -= {CHANGED, GONE}
            self._tabs.mark_unsaved(tab, _layout(content))
            self._tell()

    def _tell(self, asked: bool = False) -> None:
        """Let the sentences of the tab that is looked at stand, and no others."""
        tab = self._tabs.current
        self._notices.withdraw(CHANGED, SINCE, GONE, SHARED)
        if tab.disk is None:
            return
        reload = Offer("window.reload", self.reload_wanted.emit)
        if tab.disk.state == "changed" and asked:
            elsewhere = Offer("window.save_elsewhere", self.save_as_wanted.emit)
            anyway = Offer("window.save_anyway", self.write_wanted.emit)
            self._say(tab, SINCE, (reload, elsewhere, anyway))
        elif tab.disk.state == "changed":
            self._say(tab, CHANGED, (reload, Offer("window.keep_mine", partial(self._keep, tab))))
        elif tab.disk.state == "gone":
            again = Offer("window.save_again", self.write_wanted.emit)
            self._say(tab, GONE, (again,), folder=str(tab.disk.path.parent))
        if tab.disk.path in self._presence.elsewhere:
            self._say(tab, SHARED, ())
        else:
            tab.seen -= {SHARED}

    def _say(self, tab: Tab, key: str, offers: tuple[Offer, ...], **values: object) -> None:
        kind = CHANGED if key == SINCE else key
        if kind in tab.seen or tab.disk is None:
            return
        notice = self._notices.tell("info" if key == SHARED else "warn", key, offers, file=tab.disk.path.name, **values)
        see: Callable[[], None] = partial(_see, tab, kind)
        notice.closed.connect(see)

    def _keep(self, tab: Tab) -> None:
        if tab.disk is not None:
            tab.disk = accepted(tab.disk)
            self._tabs.changed.emit()


def _see(tab: Tab, kind: str) -> None:
    tab.seen |= {kind}


def _layout(content: bytes | None) -> Layout | None:
    """The layout that the file holds now; None if it holds none."""
    if content is None:
        return None
    try:
        return parsed(content)
    except LayoutFileError:
        return None
