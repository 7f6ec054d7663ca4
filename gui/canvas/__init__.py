"""The canvas on which networks are drawn."""

from __future__ import annotations

from gui.canvas.view import CanvasView

__all__ = ["CanvasView"]
