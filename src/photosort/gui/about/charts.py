"""Small charts in the theme's colours: how right a classifier is by how sure it is, what is taken for what, a meter."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QGuiApplication, QHelpEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from photosort.gui import text
from photosort.gui.about.card_facts import Bin, Confusion
from photosort.gui.theme import SPACING, scaled

_SMALL = 0.85
_LEFT, _BOTTOM = 7 * SPACING, 6 * SPACING
_DOT, _LARGEST_DOT = 3.0, 8.0
_CELL_HEIGHT = 3.5 * SPACING
_WIDEST_CELL = 9 * SPACING
_WORST = 0.2
"""Share of mistakes from which a cell is as strong as it gets."""


class Meter(QWidget):
    """A bar that fills with a share.

    Args:
        share: 0 to 1.
    """

    def __init__(self, share: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._share = share
        self.setMinimumWidth(6 * SPACING)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def sizeHint(self) -> QSize:
        """As high as a line of text."""
        return QSize(14 * SPACING, 2 * SPACING)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Draw the track and what is filled of it."""
        palette = QGuiApplication.palette()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        track = QRectF(0, self.height() / 2 - 2.5, self.width(), 5)
        for role, share in ((QPalette.ColorRole.Mid, 1.0), (QPalette.ColorRole.Accent, self._share)):
            if share > 0:
                track.setWidth(max(self.width() * share, 5.0))
                painter.setBrush(palette.color(role))
                painter.drawRoundedRect(track, 2.5, 2.5)
        painter.end()


class ReliabilityDiagram(QWidget):
    """How often a classifier is right, by how sure it is; larger dots stand for more photos.

    Args:
        bins: photos of which it was about equally sure.
    """

    def __init__(self, bins: Sequence[Bin], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bins = tuple(bins)
        self.setFixedSize(self.sizeHint())
        self.setAccessibleName("How often it is right, by how sure it is")
        self.setAccessibleDescription("; ".join(_told(one) for one in self._bins))

    def sizeHint(self) -> QSize:
        """Square, beside its axes."""
        side = 30 * SPACING
        return QSize(side + _LEFT + SPACING, side + _BOTTOM + SPACING)

    def event(self, event: QEvent) -> bool:
        """Tell in a tooltip what a dot stands for."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.told_at(event.pos()), self)
            return True
        return super().event(event)

    def told_at(self, where: QPoint) -> str:
        """What the dot at a point stands for; empty where there is none."""
        near = [one for one in self._bins if _distance(self._place(one), where.toPointF()) <= _LARGEST_DOT]
        return _told(near[0]) if near else ""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Draw axes, the line of perfect confidence, and the dots."""
        palette = QGuiApplication.palette()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_axes(painter, palette)
        plot = self._plot()
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Dark), 1.2, Qt.PenStyle.DashLine))
        painter.drawLine(plot.bottomLeft(), plot.topRight())
        accent = palette.color(QPalette.ColorRole.Accent)
        fill = QColor(accent)
        fill.setAlpha(110)
        painter.setPen(QPen(accent, 1.5))
        painter.setBrush(fill)
        most = max((one.photos for one in self._bins), default=1)
        for one in self._bins:
            radius = _DOT + (_LARGEST_DOT - _DOT) * math.sqrt(one.photos / most)
            painter.drawEllipse(self._place(one), radius, radius)
        painter.end()

    def _paint_axes(self, painter: QPainter, palette: QPalette) -> None:
        plot = self._plot()
        painter.setFont(scaled(self.font(), _SMALL))
        line, words = palette.color(QPalette.ColorRole.Mid), palette.color(QPalette.ColorRole.PlaceholderText)
        centre = Qt.AlignmentFlag.AlignCenter
        for share in (0.0, 0.5, 1.0):
            x, y = plot.left() + share * plot.width(), plot.bottom() - share * plot.height()
            painter.setPen(QPen(line, 1))
            painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(words)
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(2 * SPACING, y - 10, plot.left() - 2.75 * SPACING, 20), right, text.percent(share))
            painter.drawText(QRectF(x - 30, plot.bottom() + 4, 60, 20), centre, text.percent(share))
        painter.drawText(QRectF(plot.left(), plot.bottom() + 24, plot.width(), 20), centre, "how sure it is")
        painter.save()
        painter.translate(SPACING, plot.center().y())
        painter.rotate(-90)
        painter.drawText(QRectF(-plot.height() / 2, -10, plot.height(), 20), centre, "how often it is right")
        painter.restore()

    def _plot(self) -> QRectF:
        return QRectF(_LEFT, SPACING, self.width() - _LEFT - 2 * SPACING, self.height() - _BOTTOM - SPACING)

    def _place(self, one: Bin) -> QPointF:
        plot = self._plot()
        return QPointF(plot.left() + one.confidence * plot.width(), plot.bottom() - one.accuracy * plot.height())


class HeatTable(QWidget):
    """What is taken for what: a row for each label, a column for each answer, in photos of 100.

    Args:
        confusion: the counts.
    """

    def __init__(self, confusion: Confusion, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._confusion = confusion
        self._shares = confusion.shares
        self._font = scaled(self.font(), _SMALL)
        metrics = QFontMetricsF(self._font)
        self._longest = max(metrics.horizontalAdvance(label) for label in confusion.labels)
        self._rows_from = self._longest + 2 * SPACING
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName("What is taken for what")
        told = [self._told(row, column) for row in range(self._size) for column in range(self._size) if row != column]
        self.setAccessibleDescription("; ".join(words for words in told if words))

    @property
    def _size(self) -> int:
        return len(self._confusion.labels)

    def sizeHint(self) -> QSize:
        """Cells as wide as the labels above them."""
        width = round(self._rows_from + self._size * _WIDEST_CELL)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """Cells wide enough for a number."""
        width = round(self._rows_from + self._size * 4 * SPACING)
        return QSize(width, self.heightForWidth(self.width()))

    def heightForWidth(self, width: int) -> int:
        """Higher where the labels above the cells have to slant."""
        return math.ceil(self._above(width) + self._size * _CELL_HEIGHT)

    def event(self, event: QEvent) -> bool:
        """Tell in a tooltip what a cell says."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.told_at(event.pos()), self)
            return True
        return super().event(event)

    def told_at(self, where: QPoint) -> str:
        """What the cell at a point says in a sentence; empty outside, and where nothing was taken for that."""
        cell = self._cell(0, 0)
        column = math.floor((where.x() - cell.left()) / cell.width())
        row = math.floor((where.y() - cell.top()) / cell.height())
        return self._told(row, column) if 0 <= row < self._size and 0 <= column < self._size else ""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Draw labels and cells."""
        palette = QGuiApplication.palette()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font)
        for number, label in enumerate(self._confusion.labels):
            self._paint_labels(painter, palette, number, label)
            for column in range(self._size):
                self._paint_cell(painter, palette, number, column)
        painter.end()

    def _paint_labels(self, painter: QPainter, palette: QPalette, number: int, label: str) -> None:
        painter.setPen(palette.color(QPalette.ColorRole.Text))
        row = self._cell(number, 0)
        left = QRectF(0, row.top(), self._rows_from - SPACING, row.height())
        painter.drawText(left, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, label)
        painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
        top = self._cell(0, number)
        if not self._slanted(self.width()):
            above = QRectF(top.left(), 0, top.width(), top.top() - SPACING / 2)
            painter.drawText(above, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignHCenter, label)
            return
        painter.save()
        painter.translate(top.center().x(), top.top() - SPACING / 2)
        painter.rotate(-45)
        painter.drawText(QPointF(0, 0), label)
        painter.restore()

    def _paint_cell(self, painter: QPainter, palette: QPalette, row: int, column: int) -> None:
        share, area = float(self._shares[row, column]), self._cell(row, column).adjusted(1, 1, -1, -1)
        right = row == column
        ground = palette.color(QPalette.ColorRole.Accent if right else QPalette.ColorRole.BrightText)
        ground.setAlphaF(0.1 + 0.4 * share if right else 0.7 * min(share / _WORST, 1.0))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.color(QPalette.ColorRole.AlternateBase))
        painter.drawRoundedRect(area, 3, 3)
        painter.setBrush(ground)
        painter.drawRoundedRect(area, 3, 3)
        if share >= 0.005:
            painter.setPen(palette.color(QPalette.ColorRole.Text))
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, f"{share * 100:.0f}")

    def _cell(self, row: int, column: int) -> QRectF:
        # Slanted labels lean to the right, beyond the last cell.
        beyond = self._longest * 0.75 if self._slanted(self.width()) else 0.0
        width = min((self.width() - self._rows_from - beyond) / self._size, _WIDEST_CELL)
        top = self._above(self.width())
        return QRectF(self._rows_from + column * width, top + row * _CELL_HEIGHT, width, _CELL_HEIGHT)

    def _slanted(self, width: int) -> bool:
        return self._longest + SPACING / 2 > min((width - self._rows_from) / self._size, _WIDEST_CELL)

    def _above(self, width: int) -> float:
        high = self._longest * 0.75 if self._slanted(width) else 0.0
        return max(high, QFontMetricsF(self._font).height()) + SPACING

    def _told(self, row: int, column: int) -> str:
        count, total = int(self._confusion.counts[row, column]), int(self._confusion.counts[row].sum())
        if not count:
            return ""
        true, said = self._confusion.labels[row], self._confusion.labels[column]
        return f"{text.number(count)} of {text.number(total)} photos of {true} are called {said}"


def _told(one: Bin) -> str:
    sure, right = text.percent(one.confidence), text.percent(one.accuracy)
    return f"{text.photos(one.photos)} of which it was {sure} sure: right for {right}"


def _distance(first: QPointF, second: QPointF) -> float:
    return math.hypot(first.x() - second.x(), first.y() - second.y())
