"""How everything looks: colours, fonts, icons and the style sheet, light or dark. Every view asks here."""

from __future__ import annotations

from gui.theme.theme import CHOICES, Theme, restyle

__all__ = ["CHOICES", "Theme", "restyle"]
