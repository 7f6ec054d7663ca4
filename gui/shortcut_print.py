"""The shortcut sheet on paper: one page of A4, dark on white whatever the window looks like."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QMarginsF, QSizeF
from PySide6.QtGui import QPageLayout, QPageSize, QTextDocument

from gui.shortcut_groups import Group, groups
from gui.shortcut_sheet import divided
from gui.theme import Theme
from gui.theme.tokens import LIGHT
from gui.words import Words

COLUMNS = 2
SIZES = (9, 8, 7, 6)
"""Points of the words: the largest with which all of it stands on one page."""
PAGE = QPageLayout(
    QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, QMarginsF(12, 10, 12, 10),
    QPageLayout.Unit.Millimeter,
)  # fmt: skip


def printed(words: Words, theme: Theme) -> QTextDocument:
    """The page, one unit of the document for each point of the paper."""
    parts = divided(groups(words), COLUMNS)
    for size in SIZES:
        document = _document(parts, words, theme, size)
        if document.pageCount() == 1:
            break
    return document


def _document(parts: list[list[Group]], words: Words, theme: Theme, size: int) -> QTextDocument:
    document = QTextDocument()
    document.setDefaultFont(theme.canvas_font(size))
    document.setDocumentMargin(0)
    width = 100 // COLUMNS
    cells = "".join(
        f'<td width="{width}%" style="padding-right:16px">{"".join(map(_group, part))}</td>' for part in parts
    )
    title = f"LayerLoom — {escape(words.say('shortcuts.title'))}"
    document.setHtml(
        f'<p style="font-size:{2 * size}px; font-weight:600; margin:0; color:{LIGHT["text"]}">{title}</p>'
        f'<table width="100%" cellspacing="0" cellpadding="0"><tr valign="top">{cells}</tr></table>'
    )
    room = PAGE.paintRect(QPageLayout.Unit.Point)
    document.setPageSize(QSizeF(room.width(), room.height()))
    return document


def _group(group: Group) -> str:
    rows = "".join(
        f'<tr><td style="color:{LIGHT["text"]}; padding:0 8px 1px 0">{escape(shortcut.text)}</td>'
        f'<td align="right" style="color:{LIGHT["text_quiet"]}; padding:0">'
        f"{escape(shortcut.how or ' / '.join(shortcut.keys))}</td></tr>"
        for shortcut in group.shortcuts
    )
    return (
        f'<p style="font-weight:600; color:{LIGHT["accent"]}; margin:5px 0 1px 0">{escape(group.title)}</p>'
        f'<table width="100%" cellspacing="0" cellpadding="0">{rows}</table>'
    )
