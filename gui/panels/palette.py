"""The layers to choose from: search, drag onto the canvas, take with a double click or Enter. Needs no torch."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QAction, QDrag, QFontMetrics, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QStackedLayout, QTreeView, QVBoxLayout, QWidget

from core.catalogue import ENTRIES
from gui.document import Document
from gui.panels.palette_model import RECENT, PaletteModel, Role
from gui.panels.palette_rows import PaletteRows, node_pixmap
from gui.panels.styling import label, separator
from gui.theme import Theme
from gui.words import Words

SIDE = 12


class PaletteTree(QTreeView):
    """The rows. Enter and a double click choose a layer or open a section; letters go back to the search field."""

    layer_chosen = Signal(str)
    typed = Signal(str)
    """A letter that belongs into the search field."""
    left_at_top = Signal()
    """Up was pressed on the first row."""
    cleared = Signal()

    def __init__(self, model: PaletteModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows = PaletteRows(theme, self)
        self.setModel(model)
        self.setItemDelegate(self._rows)
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setIndentation(0)
        self.setMouseTracking(True)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setExpandsOnDoubleClick(False)
        self.setFrameShape(QTreeView.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setObjectName("palette-tree")
        self.doubleClicked.connect(self._choose)
        self.clicked.connect(self._toggle)

    def drawBranches(self, painter: object, rect: QRect, index: object) -> None:
        """Nothing: the delegate paints the chevron of a section."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index, key, text = self.currentIndex(), event.key(), event.text()
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(index)
            self._toggle(index)
        elif key == Qt.Key.Key_Up and index == self.model().index(0, 0):
            self.left_at_top.emit()
        elif key == Qt.Key.Key_Escape:
            self.cleared.emit()
        elif plain and text.strip() and text.isprintable():
            self.typed.emit(text)
        else:
            super().keyPressEvent(event)

    def startDrag(self, supported: Qt.DropAction) -> None:
        index = self.currentIndex()
        layer = index.data(Role.LAYER)
        if layer is None:
            return
        drag = QDrag(self)
        drag.setMimeData(self.model().mimeData([index]))
        pixmap = node_pixmap(layer, index.data(Role.CATEGORY), self._theme, self.devicePixelRatioF())
        drag.setPixmap(pixmap)
        drag.setHotSpot(QPoint(20, int(pixmap.height() / pixmap.devicePixelRatio() / 2)))
        drag.exec(Qt.DropAction.CopyAction)

    def _choose(self, index: QModelIndex) -> None:
        if layer := index.data(Role.LAYER):
            self.layer_chosen.emit(layer)

    def _toggle(self, index: QModelIndex) -> None:
        if index.isValid() and index.data(Role.LAYER) is None:
            self.setExpanded(index, not self.isExpanded(index))


class PalettePanel(QWidget):
    """The search field, the rows, and below them what the layer under the pointer or the cursor does."""

    layer_chosen = Signal(str)
    """A layer is to be added behind the selection."""

    def __init__(self, document: Document, words: Words, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document, self._words, self._theme = document, words, theme
        self._model = PaletteModel(words, self)
        self.search = QLineEdit(self)
        self.search.setObjectName("palette-search")
        self.search.setClearButtonEnabled(True)
        self._magnifier = QAction(self)
        self.search.addAction(self._magnifier, QLineEdit.ActionPosition.LeadingPosition)
        self.tree = PaletteTree(self._model, theme, self)
        self._nothing = label(self, voice="quiet", wrap=True)
        self._nothing.setObjectName("palette-nothing")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter)
        self._about = label(self, voice="quiet", wrap=True)
        self._about.setObjectName("palette-about")
        self._about.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._build()
        self._model.show_blocks(document.root)
        self._open_first()
        self.search.installEventFilter(self)
        self.search.textChanged.connect(self._search)
        self.search.returnPressed.connect(self._choose_best)
        self.tree.layer_chosen.connect(self.layer_chosen)
        self.tree.typed.connect(self._type)
        self.tree.left_at_top.connect(self.search.setFocus)
        self.tree.cleared.connect(self._clear)
        self.tree.entered.connect(self._describe)
        self.tree.selectionModel().currentChanged.connect(self._describe)
        self.tree.viewport().installEventFilter(self)
        document.changed.connect(self._show_blocks)
        words.changed.connect(self._retranslate)
        theme.changed.connect(self._recolour)
        self._retranslate()
        self._recolour()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows lead from the field into the rows, Escape empties the field."""
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_PageDown):
                return self._enter_rows()
            if event.key() == Qt.Key.Key_Escape and self.search.text():
                self._clear()
                return True
        if watched is not self.search and event.type() == QEvent.Type.Leave:
            self._describe(self.tree.currentIndex())
        return super().eventFilter(watched, event)

    def _build(self) -> None:
        field = QVBoxLayout()
        field.setContentsMargins(SIDE, 12, SIDE, 8)
        field.addWidget(self.search)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.tree)
        empty = QWidget(self)
        around = QVBoxLayout(empty)
        around.setContentsMargins(16, 16, 16, 16)
        around.addWidget(self._nothing)
        self._stack.addWidget(empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(field)
        column.addLayout(self._stack, 1)
        column.addWidget(separator(self))
        foot = QVBoxLayout()
        foot.setContentsMargins(SIDE, 8, SIDE, 8)
        foot.addWidget(self._about)
        column.addLayout(foot)

    def _search(self, query: str) -> None:
        was_searching = self._model.searching
        self._model.set_query(query)
        none = self._model.rowCount() == 0
        self._stack.setCurrentIndex(1 if none else 0)
        self._nothing.setText(self._words.say("palette.nothing", query=query.strip()))
        if self._model.searching:
            # The best match is marked, so that it is seen what Enter will add.
            self.tree.setCurrentIndex(self._model.index(0, 0))
            self.tree.scrollToTop()
        elif was_searching:
            self._open_first()

    def _choose_best(self) -> None:
        if self._model.searching and self._model.rowCount():
            self.layer_chosen.emit(self._model.index(0, 0).data(Role.LAYER))
            self.search.selectAll()

    def _enter_rows(self) -> bool:
        if self._model.rowCount():
            # The best match is marked already: the first press goes on to the next.
            row = self._model.index(min(1, self._model.rowCount() - 1) if self._model.searching else 0, 0)
            self.tree.setCurrentIndex(row)
            self.tree.setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def _type(self, text: str) -> None:
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)
        self.search.setText(self.search.text() + text)

    def _clear(self) -> None:
        self.search.clear()
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_blocks(self) -> None:
        """Offer the blocks of the layout of now."""
        opened = self._opened()
        if self._model.show_blocks(self._document.root):
            self._open(opened)

    def show_recent(self, layers: Iterable[str]) -> None:
        """Offer first what was used last. The rows that a person sees or points at stay where they are."""
        opened, bar = self._opened(), self.tree.verticalScrollBar()
        above, before = bar.value(), self._height()
        if self._model.show_recent(layers):
            self._open({*opened, RECENT})
            bar.setValue(above + self._height() - before if above or self.tree.underMouse() else 0)

    def _opened(self) -> set[str | None]:
        return {row.data(Role.CATEGORY) for row in self._section_rows() if self.tree.isExpanded(row)}

    def _open(self, categories: Collection[str | None]) -> None:
        """After the rows were divided anew: what was open stays open."""
        if not self._model.searching:
            for row in self._section_rows():
                self.tree.setExpanded(row, row.data(Role.CATEGORY) in categories)

    def _open_first(self) -> None:
        self._open((None, RECENT))

    def _section_rows(self) -> list[QModelIndex]:
        return [self._model.index(row, 0) for row in range(self._model.rowCount())]

    def _height(self) -> int:
        """Of what stands above the essentials, once it has been laid out."""
        first = self._section_rows()[:1]
        if not first or first[0].data(Role.CATEGORY) != RECENT:
            return 0
        below = self._model.rowCount(first[0]) if self.tree.isExpanded(first[0]) else 0
        rows = [first[0], *(self._model.index(row, 0, first[0]) for row in range(below))]
        return sum(self.tree.rowHeight(row) for row in rows)

    def _describe(self, index: QModelIndex, _before: QModelIndex | None = None) -> None:
        layer = index.data(Role.LAYER) if index.isValid() else None
        self._about.setText(index.data(Role.DESCRIPTION) if layer is not None else self._words.say("palette.hint"))

    def _retranslate(self) -> None:
        say = self._words.say
        self.search.setPlaceholderText(say("palette.search"))
        self.search.setAccessibleName(say("palette.search_name"))
        self.tree.setAccessibleName(say("palette.layers_name"))
        self._nothing.setText(say("palette.nothing", query=self.search.text().strip()))
        self._model.retranslate()
        self._describe(self.tree.currentIndex())

    def _recolour(self) -> None:
        self._magnifier.setIcon(self._theme.icon("search", "text_quiet"))
        self._keep_room()
        # Rows are as high as their words.
        self.tree.doItemsLayout()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._keep_room()

    def _keep_room(self) -> None:
        """As much as the longest line about a layer needs, so that the rows do not move while the pointer wanders."""
        metrics, width = QFontMetrics(self._theme.font(11)), max(self.width() - 2 * SIDE, 48)
        said = [self._words.say("palette.hint"), self._words.say("palette.block")]
        said += [self._words.say(f"layer.{name}") for name in ENTRIES if self._words.has(f"layer.{name}")]
        # The longest by far: measuring each would take longer than all else that a resize does.
        said = sorted(said, key=metrics.horizontalAdvance)[-3:]
        wrap = int(Qt.TextFlag.TextWordWrap)
        heights = [metrics.boundingRect(QRect(0, 0, width, 10_000), wrap, text).height() for text in said]
        self._about.setFixedHeight(max(*heights, metrics.lineSpacing() * 2) + 2)
