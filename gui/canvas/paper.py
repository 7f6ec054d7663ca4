"""The text of a note, laid out to be read: Markdown, of which nothing reaches out of the program.

Nothing is fetched for it, an image shows what it is called, HTML is shown as it is written, and no link is followed.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, QUrl
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QFont,
    QPainter,
    QPalette,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)

from gui.canvas.look import Look, thick

Feature = QTextDocument.MarkdownFeature
LONGEST_ALT = 200
INDENT = 20
"""Of a list and a quotation, in canvas units."""
BOX = 11
"""Side of the box before a task."""
GAP = 6
"""Below a paragraph, and above a heading."""
HEADINGS = (2, 1, 0)
"""Sizes of the first levels, as Qt counts steps: 1.5 times the text, 1.2 times, and as large as the text."""


class Paper(QTextDocument):
    def __init__(self, text: str, look: Look, width: float) -> None:
        super().__init__()
        self._look = look
        self._tasks: list[tuple[int, bool]] = []
        """Which blocks are tasks, and whether they are done."""
        font = QFont(look.name_font)
        font.setWeight(QFont.Weight.Normal)
        self.setDefaultFont(font)
        self.setDocumentMargin(0)
        self.setIndentWidth(INDENT)
        self.setUndoRedoEnabled(False)
        self.setMarkdown(text, Feature.MarkdownDialectGitHub | Feature.MarkdownNoHTML)
        self._dress()
        self.setTextWidth(width)

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """Nothing comes in, neither from the network nor from the disk."""
        return None

    def links(self) -> list[str]:
        """Where its links lead, each once, in the order of the text."""
        found: dict[str, None] = {}
        for _block, form, _start, _length in self._pieces():
            if form.isAnchor() and form.anchorHref():
                found[form.anchorHref()] = None
        return list(found)

    def link_at(self, point: QPointF) -> str:
        """Where the link at a point of the text leads; empty where there is none."""
        return self.documentLayout().anchorAt(point)

    def paint(self, painter: QPainter, seen: QRectF) -> None:
        """With its top left at the origin; `seen` is what of it can be seen."""
        context = QAbstractTextDocumentLayout.PaintContext()
        context.palette.setColor(QPalette.ColorRole.Text, self._look.text)
        context.clip = seen
        self.documentLayout().draw(painter, context)
        for number, done in self._tasks:
            self._paint_task(painter, self.findBlockByNumber(number), done)

    def bars(self) -> list[QRectF]:
        """Where its lines are, for when they are too small to be read."""
        bars = []
        block = self.begin()
        while block.isValid():
            place = self.documentLayout().blockBoundingRect(block)
            for index in range(block.layout().lineCount()):
                line = block.layout().lineAt(index).naturalTextRect().translated(place.topLeft())
                if line.width() > 0:
                    bars.append(line)
            block = block.next()
        return bars

    def _dress(self) -> None:
        """Links and code in the canvas' colours and fonts, an image as a link with its name, air between paragraphs."""
        cursor = QTextCursor(self)
        block = self.begin()
        while block.isValid():
            cursor.setPosition(block.position())
            cursor.mergeBlockFormat(_spaced(block))
            self._take_task(block)
            if block.blockFormat().headingLevel():
                cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
                cursor.mergeCharFormat(_heading(block.blockFormat().headingLevel()))
            block = block.next()
        for _block, form, start, length in reversed(self._pieces()):
            cursor.setPosition(start)
            cursor.setPosition(start + length, QTextCursor.MoveMode.KeepAnchor)
            if form.isImageFormat():
                image = form.toImageFormat()
                name = str(image.property(QTextFormat.Property.ImageAltText) or "") or image.name()
                linked = QTextCharFormat()
                linked.setAnchor(True)
                linked.setAnchorHref(form.anchorHref() or image.name())
                self._colour_link(linked)
                cursor.insertText(" ".join(name.split())[:LONGEST_ALT], linked)
            elif form.isAnchor():
                linked = QTextCharFormat()
                self._colour_link(linked)
                cursor.mergeCharFormat(linked)
            elif form.fontFixedPitch():
                code = QTextCharFormat()
                code.setFontFamilies(self._look.mono_font.families())
                cursor.mergeCharFormat(code)

    def _take_task(self, block: QTextBlock) -> None:
        """The box before a task is painted here: Qt's own shows on a canvas nothing of whether it is done."""
        marker, within = block.blockFormat().marker(), block.textList()
        if within is not None and marker != QTextBlockFormat.MarkerType.NoMarker:
            within.remove(block)
            self._tasks.append((block.blockNumber(), marker == QTextBlockFormat.MarkerType.Checked))

    def _paint_task(self, painter: QPainter, block: QTextBlock, done: bool) -> None:
        if not block.isValid() or not block.layout().lineCount():
            return
        corner = self.documentLayout().blockBoundingRect(block).topLeft()
        line = block.layout().lineAt(0).rect().translated(corner)
        box = QRectF(line.left() - BOX - 6, line.center().y() - BOX / 2, BOX, BOX)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(thick(self._look.quiet, 1))
        painter.drawRoundedRect(box, 2, 2)
        if done:
            painter.setPen(thick(self._look.text, 1.5))
            hook = ((0.22, 0.52), (0.42, 0.72), (0.8, 0.28))
            painter.drawPolyline([box.topLeft() + QPointF(x, y) * BOX for x, y in hook])

    def _colour_link(self, form: QTextCharFormat) -> None:
        form.setForeground(self._look.accent)
        form.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SingleUnderline)

    def _pieces(self) -> list[tuple[QTextBlock, QTextCharFormat, int, int]]:
        pieces = []
        block = self.begin()
        while block.isValid():
            walk = block.begin()
            while not walk.atEnd():
                piece = walk.fragment()
                if piece.isValid():
                    pieces.append((block, piece.charFormat(), piece.position(), piece.length()))
                walk += 1
            block = block.next()
        return pieces


def _spaced(block: QTextBlock) -> QTextBlockFormat:
    form, spaced = block.blockFormat(), QTextBlockFormat()
    spaced.setTopMargin(GAP if form.headingLevel() and block.position() else 0)
    spaced.setBottomMargin(_gap_below(block))
    if form.leftMargin():
        spaced.setLeftMargin(INDENT * max(1, form.intProperty(QTextFormat.Property.BlockQuoteLevel)))
        spaced.setRightMargin(0)
    return spaced


def _gap_below(block: QTextBlock) -> float:
    following = block.next()
    if not following.isValid():
        return 0
    if _is_code(block) and _is_code(following):
        return 0
    return 2 if block.textList() is not None and following.textList() is not None else GAP


def _is_code(block: QTextBlock) -> bool:
    return block.blockFormat().hasProperty(QTextFormat.Property.BlockCodeFence)


def _heading(level: int) -> QTextCharFormat:
    form = QTextCharFormat()
    form.setFontWeight(QFont.Weight.DemiBold)
    form.setProperty(QTextFormat.Property.FontSizeAdjustment, HEADINGS[min(level, len(HEADINGS)) - 1])
    return form


def may_open(address: str) -> bool:
    """Whether a link leads to where a browser or a mail program takes it; files and programs are not opened."""
    return QUrl(address).scheme().lower() in ("http", "https", "mailto")


def first_line(text: str) -> str:
    """A note's first words, for lists and for who hears it."""
    lines = (line.strip(" #*>-\t") for line in text.splitlines())
    return next(filter(None, lines), "")[:120]
