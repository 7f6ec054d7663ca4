"""The areas of the window that the keyboard goes through with one key, and the way from the canvas into a form.

Tab walks through everything inside an area; these two keys go from one area to the next, and come back to where the
focus was there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

if TYPE_CHECKING:
    from gui.main_window import MainWindow

SHORTCUT = Qt.FocusReason.ShortcutFocusReason


class Areas:
    """Remembers where the focus was in each area that it left."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._last: dict[QWidget, QWidget] = {}

    def step(self, steps: int) -> None:
        """Give the focus to the area so many further on; areas that are hidden are left out."""
        areas = self._shown()
        focused = QApplication.focusWidget()
        here = next((area for area in areas if focused is not None and holds(area, focused)), None)
        if here is not None and focused is not None:
            self._last[here] = focused
        at = areas.index(here) if here is not None else -1 if steps > 0 else 0
        # The first area that takes the focus: one may have nothing that does.
        for step in range(1, len(areas) + 1):
            if self._enter(areas[(at + step * (1 if steps > 0 else -1)) % len(areas)]):
                return

    def edit_arguments(self) -> None:
        """Go into the first field of the selected node's form, else to its name while there is no form yet."""
        desk = self._window.desk
        desk.show_panel("right", True)
        stops = [stop for stop in desk.inspector.form.stops() if takes_focus(stop)]
        field = stops[0] if stops else desk.inspector.header.name
        field.setFocus(SHORTCUT)
        desk.inspector.ensureWidgetVisible(field)

    def _shown(self) -> list[QWidget]:
        window, desk = self._window, self._window.desk
        areas: tuple[QWidget, ...] = (desk.palette_panel, desk.canvas_area, desk.inspector, desk.bottom)
        parameters = getattr(desk, "parameters", None)
        if isinstance(parameters, QWidget):
            areas = (*areas[:3], parameters, *areas[3:])
        return [area for area in (*areas, window.tool_bar) if area.isVisible()]

    def _enter(self, area: QWidget) -> bool:
        before = self._last.get(area)
        # A form may have gone meanwhile, and its fields with it.
        if before is not None and isValid(before) and takes_focus(before):
            wanted: QWidget | None = before
        elif area is self._window.desk.canvas_area:
            wanted = self._window.canvas
        else:
            wanted = next(filter(takes_focus, self._beginning(area)), None)
        if wanted is None:
            return False
        wanted.setFocus(SHORTCUT)
        return True

    def _beginning(self, area: QWidget) -> Sequence[QWidget]:
        """What an area is entered at, the first of these that takes the focus.

        Not Qt's own `nextInFocusChain`: PySide takes each widget of that chain for a child of the one before it, and
        lets go of all that follow, on to the viewport of the canvas, as soon as one of them is deleted.
        """
        desk, tool_bar = self._window.desk, self._window.tool_bar
        if area is desk.palette_panel:
            return (desk.palette_panel.search,)
        if area is desk.inspector:
            return (desk.inspector.header.name,)
        if area is desk.bottom:
            return (desk.bottom.tabs,)
        if area is tool_bar:
            return tool_bar.stops()
        return desk.parameters.stops()


def holds(area: QWidget, widget: QWidget) -> bool:
    return area is widget or area.isAncestorOf(widget)


def takes_focus(widget: QWidget) -> bool:
    """Whether Tab would stop here now."""
    return widget.isVisible() and widget.isEnabled() and bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
