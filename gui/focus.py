"""Whether a field has lost the keyboard for good. Fields that keep what was typed when they are left ask here."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent

LENT = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)


def lent(event: QFocusEvent) -> bool:
    """Whether a menu or another window only borrows the keyboard: the person comes back to what is half typed."""
    return event.reason() in LENT
