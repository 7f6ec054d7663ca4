"""A batch of samples with their labels: pictures, curves or texts side by side, points together in one plane."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from core.datasets.looking import Sample
from gui.panels.data_drawing import class_colour, draw_picture, draw_points, draw_sample, image_of
from gui.panels.ticks import ticks
from gui.theme import Theme
from gui.words import Words

GAP, EDGE, LABEL = 8, 12, 18
BOXES = {"picture": (64, 64), "sequence": (136, 56), "text": (232, 34), "values": (136, 64)}
"""Least width and height of a sample, without its label."""
SMALL, LOW = 44, 172
"""The side of a picture where the page is lower than this, so that there are two rows of them."""
LARGEST = 112
"""Pixels of a picture's side from which it grows no more."""


class BatchView(QWidget):
    chosen = Signal(int)
    """The number of the sample that was clicked, or that the keys went to."""

    def __init__(self, words: Words, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words, self._theme = words, theme
        self._samples: tuple[Sample, ...] = ()
        self._images: list[QImage] = []
        self._classes: tuple[str, ...] = ()
        self._axes: tuple[str, str] = ("", "")
        self._current: int | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self.update)
        words.changed.connect(self._describe)
        self._describe()

    @property
    def samples(self) -> tuple[Sample, ...]:
        return self._samples

    @property
    def current(self) -> int | None:
        """The place of the chosen sample in the batch."""
        return self._current

    def show_samples(
        self, samples: tuple[Sample, ...], classes: tuple[str, ...] = (), axes: tuple[str, str] = ("", "")
    ) -> None:
        self._samples, self._classes, self._axes = samples, classes, axes
        self._images = [image_of(one) for one in samples if one.kind == "picture"]
        self._current = None
        self._describe()
        self.update()

    def room_for(self, kind: str) -> int:
        """How many samples of a kind there is room for."""
        if kind == "point":
            return 400
        across, down = self._grid(kind, 10_000)
        return max(across * down, 1)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 80)

    def sizeHint(self) -> QSize:
        return QSize(480, 200)

    # Where samples lie.

    def _grid(self, kind: str, count: int) -> tuple[int, int]:
        width, height = (self._theme.scaled(side) for side in BOXES.get(kind, BOXES["values"]))
        if kind == "picture" and self.height() < self._theme.scaled(LOW):
            width, height = self._theme.scaled(SMALL), self._theme.scaled(SMALL)
        height += self._theme.scaled(LABEL)
        across = max(int((self.width() - 2 * EDGE + GAP) // (width + GAP)), 1)
        down = max(int((self.height() - EDGE + GAP) // (height + GAP)), 1)
        return min(across, max(count, 1)), down

    def boxes(self) -> list[QRectF]:
        """Of each sample, with its label below."""
        if not self._samples or self._samples[0].kind == "point":
            return []
        kind, count = self._samples[0].kind, len(self._samples)
        across, _ = self._grid(kind, count)
        down = -(-count // across)
        width = (self.width() - 2 * EDGE - GAP * (across - 1)) / across
        height = (self.height() - EDGE - GAP * (down - 1)) / down
        if kind == "picture":
            width, height = min(width, self._theme.scaled(LARGEST)), min(height, self._theme.scaled(LARGEST + LABEL))
        return [
            QRectF(EDGE + (place % across) * (width + GAP), (place // across) * (height + GAP), width, height)
            for place in range(count)
        ]

    def _at(self, event: QMouseEvent) -> int | None:
        return next((place for place, box in enumerate(self.boxes()) if box.contains(event.position())), None)

    # Drawing.

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._samples and self._samples[0].kind == "point":
            self._paint_points(painter)
            return
        pictures = iter(self._images)
        below = self._theme.scaled(LABEL)
        for place, (sample, box) in enumerate(zip(self._samples, self.boxes(), strict=True)):
            inner = box.adjusted(0, 0, 0, -below)
            if sample.kind == "picture":
                draw_picture(painter, next(pictures), inner, self._theme)
            else:
                draw_sample(painter, sample, inner, self._theme)
            painter.setFont(self._theme.font(11))
            painter.setPen(self._theme.colour("text"))
            words = painter.fontMetrics().elidedText(sample.label, Qt.TextElideMode.ElideRight, int(box.width()))
            side = Qt.AlignmentFlag.AlignLeft if sample.kind == "text" else Qt.AlignmentFlag.AlignHCenter
            painter.drawText(
                QRectF(box.left(), inner.bottom(), box.width(), below), side | Qt.AlignmentFlag.AlignVCenter, words
            )
            if place == self._current:
                painter.setPen(QPen(self._theme.colour("focus"), 1))
                painter.drawRoundedRect(box.adjusted(-3.5, -2.5, 3.5, 0.5), 4, 4)

    def _paint_points(self, painter: QPainter) -> None:
        theme, below = self._theme, self._theme.scaled(LABEL)
        known = {name: place for place, name in enumerate(self._classes)}
        points = []
        for sample in self._samples:
            values = sample.values.reshape(-1).tolist()
            if self._classes:
                colour = class_colour(known.get(sample.label, 0), theme)
                points.append((values[0], values[1] if len(values) > 1 else 0.0, colour))
            elif len(values) > 1:
                points.append((values[0], values[1], theme.colour("plot.train")))
            else:
                points.append((values[0], _number(sample.label), theme.colour("plot.train")))
        side = self.height() - EDGE - below
        wide = min(self.width() - 2 * EDGE - 40, side * 2.2)
        box = QRectF(EDGE + 36, 4, max(wide, 20.0), max(side - 4, 20.0))
        draw_points(painter, points, box, theme)
        self._paint_axes(painter, box, points)

    def _paint_axes(self, painter: QPainter, box: QRectF, points: Sequence[tuple[float, float, object]]) -> None:
        """The ends of both axes in numbers, and what the colours mean."""
        theme = self._theme
        painter.setFont(theme.font(11, mono=True))
        painter.setPen(theme.colour("text_quiet"))
        metrics = painter.fontMetrics()
        xs, ys = [one[0] for one in points], [one[1] for one in points]
        for value, words in ticks(min(xs), max(xs), max(int(box.width() / 64), 2)):
            x = box.left() + (value - min(xs)) / ((max(xs) - min(xs)) or 1) * box.width()
            painter.drawText(int(x - metrics.horizontalAdvance(words) / 2), int(box.bottom() + 14), words)
        for value, words in ticks(min(ys), max(ys), max(int(box.height() / 32), 2)):
            y = box.bottom() - (value - min(ys)) / ((max(ys) - min(ys)) or 1) * box.height()
            painter.drawText(
                int(box.left() - 8 - metrics.horizontalAdvance(words)), int(y + metrics.ascent() / 2), words
            )
        painter.setFont(theme.font(11))
        left, top = box.right() + 20, box.top() + 10
        for index, name in enumerate(self._classes[:12]):
            painter.setPen(class_colour(index, theme))
            painter.drawText(int(left), int(top), "●")
            painter.setPen(theme.colour("text"))
            painter.drawText(int(left + 16), int(top), name)
            top += theme.scaled(18)
        if not self._classes and any(self._axes):
            painter.setPen(theme.colour("text_quiet"))
            painter.drawText(int(left), int(top), f"{self._axes[0]} → {self._axes[1]}")

    # Choosing one.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._at(event)
        if place is not None:
            self._choose(place)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            position = event.pos()  # type: ignore[attr-defined]
            found = next((i for i, box in enumerate(self.boxes()) if box.contains(position)), None)
            if found is not None:
                QToolTip.showText(event.globalPos(), self._said(found), self)  # type: ignore[attr-defined]
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        boxes = self.boxes()
        if not boxes:
            super().keyPressEvent(event)
            return
        across = sum(box.top() == boxes[0].top() for box in boxes)
        keys = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -across, Qt.Key.Key_Down: across}
        if event.key() in keys:
            start = self._current if self._current is not None else -keys[Qt.Key(event.key())]
            to = start + keys[Qt.Key(event.key())]
            self._choose(to if 0 <= to < len(boxes) else min(max(start, 0), len(boxes) - 1))
        else:
            super().keyPressEvent(event)

    def _choose(self, place: int) -> None:
        self._current = place
        self.setAccessibleDescription(self._said(place))
        self.update()
        self.chosen.emit(self._samples[place].index)

    def _said(self, place: int) -> str:
        sample = self._samples[place]
        said = self._words.say("look.sample", number=sample.index, label=sample.label)
        return f"{said}\n{sample.text}" if sample.text else said

    def _describe(self) -> None:
        labels = ", ".join(sample.label for sample in self._samples[:20])
        self.setAccessibleName(self._words.say("look.batch_name", count=len(self._samples), labels=labels))


def _number(label: str) -> float:
    try:
        return float(label.split(",")[0])
    except ValueError:
        return 0.0
