"""Bars of shares with a name and a percentage: the guesses of one photo, or what several photos show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from photosort.gui.theme import SPACING

_ROW = 3 * SPACING
_NAMES = 15 * SPACING
_WIDEST = "100 %"
_DIM, _DIM_TEXT = 0.45, 0.7


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar.

    Attributes:
        title: its name.
        share: 0 to 1.
        value: what is written at its end.
        strong: in the accent colour; others are grey.
        dim: hardly there: the photo shows none of these.
    """

    title: str
    share: float
    value: str
    strong: bool = False
    dim: bool = False


class GuessBars(QWidget):
    """A few bars below each other, aligned with one another."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bars: tuple[Bar, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def bars(self) -> tuple[Bar, ...]:
        """What is shown."""
        return self._bars

    def set_bars(self, bars: Sequence[Bar]) -> None:
        """Show these bars."""
        self._bars = tuple(bars)
        self.setAccessibleDescription(", ".join(f"{bar.title} {bar.value}" for bar in self._bars))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """One row a bar."""
        return QSize(24 * SPACING, _ROW * len(self._bars))

    def minimumSizeHint(self) -> QSize:
        """Bars may become narrow, never lower."""
        return QSize(12 * SPACING, _ROW * len(self._bars))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Draw name, bar and value of each row."""
        palette, metrics = self.palette(), self.fontMetrics()
        # The same for every set of bars in a panel, so that they stand below each other.
        names = min(_NAMES, round(self.width() * 0.45))
        longest = max((metrics.horizontalAdvance(bar.value) for bar in self._bars), default=0)
        values = max(metrics.horizontalAdvance(_WIDEST), longest)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = Qt.AlignmentFlag.AlignVCenter
        for row, bar in enumerate(self._bars):
            area = QRect(0, row * _ROW, self.width(), _ROW)
            role = QPalette.ColorRole.Text if bar.strong else QPalette.ColorRole.PlaceholderText
            painter.setOpacity(_DIM_TEXT if bar.dim else 1.0)
            painter.setPen(palette.color(role))
            name = metrics.elidedText(bar.title, Qt.TextElideMode.ElideRight, names)
            painter.drawText(area, Qt.AlignmentFlag.AlignLeft | middle, name)
            painter.drawText(area, Qt.AlignmentFlag.AlignRight | middle, bar.value)
            painter.setOpacity(_DIM if bar.dim else 1.0)
            track = QRectF(names + SPACING, area.center().y() - 2.0, 0, 5)
            track.setRight(self.width() - values - SPACING)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(palette.color(QPalette.ColorRole.Mid))
            painter.drawRoundedRect(track, 2.5, 2.5)
            if bar.share > 0:
                filled = QRectF(track)
                filled.setWidth(max(track.width() * min(bar.share, 1.0), 5.0))
                painter.setBrush(_fill(palette, strong=bar.strong))
                painter.drawRoundedRect(filled, 2.5, 2.5)
        painter.end()


def _fill(palette: QPalette, *, strong: bool) -> QColor:
    return palette.color(QPalette.ColorRole.Accent if strong else QPalette.ColorRole.Dark)
