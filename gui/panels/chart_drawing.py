"""Curves over x with their axes, drawn in a few milliseconds however many points they have. `Chart` makes them move."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import log10

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QResizeEvent
from PySide6.QtWidgets import QWidget

from gui.panels.chart_frame import Axes, Frame
from gui.panels.chart_lines import Line, bounds, snapped
from gui.panels.chart_marks import EndLabel, Marks, Reading, line_pen
from gui.panels.chart_view import PanZoom
from gui.panels.curve import smoothed, thinned
from gui.panels.ticks import log_ticks, ticks
from gui.theme import Theme

TOP, BOTTOM = 10, 24
"""Room around the curves for the words of the axes, in pixels."""
ROOM = 88
"""Pixels that a short name and its number take behind a curve, however narrow the chart."""
DENSE = 300
"""Points from which a curve is drawn so that its strokes cost little: a wide, soft, jagged one takes 50 ms."""
MOST_DOTS = 40
"""Curves with no more points than this show them."""
LOWEST = 1e-12
"""What a logarithmic axis shows a value of zero as."""
WIDEST = (100.0, 0.08888)
"""What takes the most room behind a line: a full accuracy, a small loss."""


class DrawnChart(pg.PlotWidget):
    def __init__(
        self, theme: Theme, show: Callable[[float], str], suffix: str = "", parent: QWidget | None = None
    ) -> None:
        """`show` writes a value of y in full; `suffix` follows the round numbers on its axis."""
        self._view = PanZoom()
        super().__init__(parent, viewBox=self._view, enableMenu=False)
        self._theme, self._show, self._suffix = theme, show, suffix
        self._lines: tuple[Line, ...] = ()
        self._curves: list[pg.PlotCurveItem] = []
        self._end, self._least = 1.0, 0.01
        self._unit = ""
        self._factor = 1.0
        self._heading: Callable[[float], str] = lambda x: ""
        self._log = False
        self._span = 1
        self._aside = False
        self._following = True
        self._floor: Callable[[float, float], tuple[float, float]] = lambda low, high: (low, high)
        self._reading_x: float | None = None
        self._refreshing = False
        item = self.getPlotItem()
        item.hideButtons()
        for side in ("left", "bottom"):
            item.hideAxis(side)
        self._frame, self._marks = Frame(theme), Marks(theme)
        self.scene().addItem(self._frame)
        self.scene().addItem(self._marks)
        self.setMinimumSize(160, 96)
        self._view.sigRangeChanged.connect(lambda *_: self.refresh())
        theme.changed.connect(self.recolour)
        self.recolour()

    @property
    def following(self) -> bool:
        return self._following

    @property
    def lines(self) -> tuple[Line, ...]:
        return self._lines

    @property
    def log(self) -> bool:
        return self._log

    @property
    def x_range(self) -> tuple[float, float]:
        low, high = self._view.viewRange()[0]
        return float(low), float(high)

    @property
    def y_range(self) -> tuple[float, float]:
        """As on the axis: on a logarithmic one the base-10 logarithms."""
        low, high = self._view.viewRange()[1]
        return float(low), float(high)

    @property
    def reading(self) -> Reading | None:
        """What is read now, under the pointer or by the keys."""
        return self._marks.reading

    def plot_rect(self) -> QRectF:
        """Where the curves are, in pixels."""
        return self._view.sceneBoundingRect()

    def pixel(self, x: float, y: float) -> QPointF:
        """Where a value is, in pixels; y as on the axis."""
        return self._view.mapViewToScene(QPointF(x, y))

    def set_words(self, unit: str, heading: Callable[[float], str], factor: float = 1.0) -> None:
        """What x counts, and the words that name a place on it. One unit of the axis' numbers is `factor` of x."""
        self._unit, self._heading, self._factor = unit, heading, factor
        self.refresh()

    def set_numbers(self, show: Callable[[float], str], suffix: str = "") -> None:
        """How a value of y is written in full, and what follows the round numbers on its axis."""
        self._show, self._suffix = show, suffix

    def set_floor(self, bounds: Callable[[float, float], tuple[float, float]]) -> None:
        """How the lowest and the highest value become the ends of the y axis while the view follows."""
        self._floor = bounds

    def show_lines(self, lines: Sequence[Line], end: float, least: float) -> None:
        """Show these curves; `end` is the last x while the view follows, `least` the narrowest range it zooms to."""
        styles = [(line.token, line.style) for line in lines]
        self._lines = tuple(lines)
        self._end, self._least = end, least
        while len(self._curves) < 2 * len(styles):
            curve = pg.PlotCurveItem(connect="finite")
            # The view's range is set here; a curve must not be asked for its bounds at every change.
            self.addItem(curve, ignoreBounds=True)
            self._curves.append(curve)
        for curve in self._curves[2 * len(styles) :]:
            curve.hide()
        self.refresh()

    def set_log(self, log: bool) -> None:
        if log != self._log:
            self._log = log
            self.follow()

    def set_smoothing(self, span: int) -> None:
        """Draw the mean over `span` values of the curves that can be smoothed; 1 is none."""
        self._span = span
        self.refresh()

    def set_labels_aside(self, aside: bool) -> None:
        """Whether the names of curves stand beside the plot, for curves that end long before each other."""
        self._aside = aside
        self.refresh()

    def follow(self) -> None:
        """Show everything, and go on doing so while the curves grow."""
        self._following = True
        self.refresh()

    def point_at(self, x: float | None) -> None:
        """Read the curves at x; None ends it."""
        self._reading_x = x
        self._marks.show_reading(self._reading())

    def recolour(self) -> None:
        self.setBackground(self._theme.colour("panel"))
        self.refresh()

    # What is drawn.

    def refresh(self) -> None:
        if self._refreshing:
            return
        self._refreshing = True
        try:
            self._lay_out()
            if self._following:
                self._fit()
            self._draw_curves()
            self._draw_axes()
            self._draw_marks()
        finally:
            self._refreshing = False

    def _lay_out(self) -> None:
        """Room on the left for the widest number and on the right for the names of the curves."""
        numbers = QFontMetricsF(self._theme.font(11, mono=True))
        names = QFontMetricsF(self._theme.font(11, weight=500))
        widest = max(map(self._show, WIDEST), key=len)
        labels = [f"{line.name} {widest}" for line in self._lines if line.labelled] or [self._unit]
        right = max([names.horizontalAdvance(label) for label in (*labels, self._unit)]) + 14
        below, most = self._theme.scaled(BOTTOM), max(self.width() * 0.35, self._theme.scaled(ROOM))
        margins = (numbers.horizontalAdvance("0.0000") + 8, TOP, min(right, most), below)
        layout = self.getPlotItem().layout
        if layout.getContentsMargins() != margins:
            layout.setContentsMargins(*margins)
            layout.activate()

    def _fit(self) -> None:
        low, high = bounds(self._lines)
        if self._log:
            low, high = log10(max(low, LOWEST)), log10(max(high, LOWEST))
            margin = max(high - low, 0.1) * 0.05
            low, high = low - margin, high + margin
        else:
            low, high = self._floor(low, high)
        # Limits first: a range beyond the old ones would be cut.
        self._view.setLimits(minXRange=self._least, maxXRange=3 * self._end, xMin=-self._end, xMax=2 * self._end)
        self._view.setRange(xRange=(0.0, self._end), yRange=(low, high), padding=0)

    def _draw_curves(self) -> None:
        left, right = self.x_range
        buckets = max(int(self.plot_rect().width()), 100)
        for line, curve, mean in zip(self._lines, self._curves[::2], self._curves[1::2], strict=False):
            series = line.series
            first, last = series.window(left, right)
            light = line.style in ("faint", "thin")
            smooth = (light or line.smooth) and self._span > 1
            if first >= last:
                curve.hide()
                mean.hide()
                continue
            chosen = thinned(series.values, first, last, buckets)
            self._take_pen(curve, line.token, "faint" if smooth else line.style, len(chosen))
            # A thick line looks rough without smoothing; a thin one of thousands of points is quicker and no worse.
            curve.opts["antialias"] = not light or len(chosen) < 1500
            curve.setData(series.x(chosen), self._on_axis(series.values[chosen]))
            curve.setOpacity(0.5 if smooth else 1.0)
            curve.show()
            mean.setVisible(smooth)
            if smooth:
                places, means = smoothed(series.values, first, last, buckets, self._span)
                self._take_pen(mean, line.token, "mean" if light else line.style, len(places))
                mean.opts["antialias"] = True
                mean.setData(series.x(places), self._on_axis(means))

    def _take_pen(self, curve: pg.PlotCurveItem, token: str, style: str, points: int) -> None:
        pen = line_pen(self._theme, token, style)
        dense = points > DENSE
        if dense and style == "dashed":
            pen.setWidthF(1.0)
        elif dense and style in ("solid", "mean"):
            # Piece by piece: where two pieces meet, what shines through would be seen.
            pen.setColor(self._theme.colour(token))
        curve.setSegmentedLineMode("on" if dense and style in ("solid", "mean") else "off")
        curve.setPen(pen)

    def _on_axis(self, values: np.ndarray) -> np.ndarray:
        if not self._log:
            return np.asarray(values, dtype=np.float64)
        return np.log10(np.maximum(values, LOWEST, dtype=np.float64))

    def _draw_axes(self) -> None:
        plot = self.plot_rect()
        (left, right), (low, high) = self.x_range, self.y_range
        across, up = max(int(plot.width() / 56), 2), max(int(plot.height() / 28), 2)
        factor = self._factor
        round_x = ticks(left / factor, right / factor, across)
        horizontal = [(self.pixel(x * factor, low).x(), words) for x, words in round_x if x >= 0]
        places = log_ticks(low, high, up) if self._log else ticks(low, high, up)
        vertical = [(self.pixel(left, y).y(), words + self._suffix) for y, words in places]
        self._frame.show_axes(Axes(plot, horizontal, vertical, self._unit), self._bounds())

    def _draw_marks(self) -> None:
        plot = self.plot_rect()
        labels: list[EndLabel] = []
        dots: list[tuple[QPointF, str]] = []
        for line in self._lines:
            series = line.series
            if not len(series):
                continue
            points = self._on_axis(series.values[-MOST_DOTS:])
            end = self.pixel(float(series.x(len(series) - 1)), float(points[-1]))
            if line.labelled and np.isfinite(points[-1]) and plot.adjusted(-1, -1, 1, 1).contains(end):
                place = QPointF(plot.right(), end.y()) if self._aside else end
                words = self._fitting(line.name, self._show(float(series.values[-1])), self.width() - place.x() - 9)
                labels.append(EndLabel(place, words, line.token))
            if line.style not in ("faint", "thin") and len(series) <= MOST_DOTS:
                places = [self.pixel(float(series.x(index)), float(y)) for index, y in enumerate(points)]
                dots += [(place, line.token) for place in places if plot.adjusted(-1, -1, 1, 1).contains(place)]
        self._marks.show_marks(plot, self._bounds(), labels, dots)
        self._marks.show_reading(self._reading())

    def _fitting(self, name: str, number: str, room: float) -> str:
        """A name and a number behind a curve, the name as far as there is room for it."""
        metrics = QFontMetricsF(self._theme.font(11, weight=500))
        room -= metrics.horizontalAdvance(f" {number}")
        return f"{metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, max(room, 0))} {number}".strip()

    def _reading(self) -> Reading | None:
        if self._reading_x is None or not any(len(line.series) for line in self._lines):
            return None
        x = snapped(self._lines, self._reading_x)
        rows, points = [], []
        for line in self._lines:
            index = line.series.nearest(x)
            if index is None:
                continue
            value = float(line.series.values[index])
            rows.append((line.token, line.style, line.name, self._show(value)))
            place = self.pixel(float(line.series.x(index)), float(self._on_axis(np.array([value]))[0]))
            if self.plot_rect().adjusted(-1, -1, 1, 1).contains(place):
                points.append((place, line.token))
        return Reading(self.pixel(x, 0.0).x(), self._heading(x), rows, points)

    def _bounds(self) -> QRectF:
        return QRectF(0, 0, self.width(), self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # The first resize comes while the widget is being made.
        if hasattr(self, "_marks"):
            self.refresh()
