"""The one field that is open over the canvas: the name of a node, or of a block that is being made."""

from __future__ import annotations

from core.layout import Layout
from gui.canvas.block_naming import BlockNameEditor
from gui.canvas.naming import NameEditor
from gui.canvas.stage import Stage


class Editors:
    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._editor: NameEditor | BlockNameEditor | None = None

    def rename(self, node_id: str) -> None:
        self.close()
        self._editor = NameEditor(self._stage, node_id)

    def name_block(self) -> None:
        self.close()
        self._editor = BlockNameEditor(self._stage, self._stage.document.selection)

    def close(self) -> None:
        """Keep the name that is being typed, if it can be one."""
        editor, self._editor = self._editor, None
        if editor is not None:
            editor.finish()

    def follow(self) -> None:
        """Stay over the nodes while the canvas moves below."""
        if self._open is not None:
            self._open.follow()

    def keep_up(self, layout: Layout) -> None:
        """The layout changed: what is named must still be there."""
        if self._open is not None and not self._open.holds_in(layout):
            self.close()

    @property
    def _open(self) -> NameEditor | BlockNameEditor | None:
        """Enter and Esc end it by themselves; Qt then takes it away, and it cannot be asked anything any more."""
        return self._editor if self._editor is not None and not self._editor.finished else None
