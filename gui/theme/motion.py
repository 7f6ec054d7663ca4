"""Whether the system asks programs to hold still. Only where Qt passes that on; a person can say it in the menu too."""

from __future__ import annotations

import sys

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication


def system_reduces_motion() -> bool:
    """Windows' switch for animations, of all that Qt 6 knows. A Linux without a desktop says no, and means nothing."""
    return sys.platform == "win32" and not QApplication.isEffectEnabled(Qt.UIEffect.UI_General)
