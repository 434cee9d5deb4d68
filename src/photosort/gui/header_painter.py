"""How a group's header looks: fold arrow, title, count, and how many of it are selected."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPalette, QPen, QPolygonF

from photosort.gui.tile_delegate import blend, translucent

_Role = QPalette.ColorRole
_ARROW = 4.0


class HeaderPainter:
    """Paints group headers with one font.

    Args:
        font: of the view; titles are a little larger and bolder.
        margin: from the left and right edge, in device-independent pixels.
    """

    def __init__(self, font: QFont, margin: int) -> None:
        self._margin = margin
        self._title_font = QFont(font)
        self._title_font.setWeight(QFont.Weight.DemiBold)
        if font.pixelSize() > 0:
            self._title_font.setPixelSize(font.pixelSize() + 1)
        else:
            self._title_font.setPointSizeF(font.pointSizeF() * 1.08)
        self._count_font = QFont(font)
        self._title_metrics = QFontMetrics(self._title_font)

    def paint(
        self,
        painter: QPainter,
        rect: QRect,
        palette: QPalette,
        title: str,
        count: int,
        *,
        selected: int = 0,
        folded: bool = False,
        hovered: bool = False,
        floating: bool = False,
    ) -> None:
        """Paint one header.

        Args:
            painter: of the viewport.
            rect: the header's place.
            palette: of the view.
            title: of the group.
            count: photos in the group.
            selected: how many of them are selected.
            folded: whether its photos are hidden.
            hovered: whether the mouse is over it.
            floating: whether photos are scrolled behind it, which asks for a line below.
        """
        base, text = palette.color(_Role.Base), palette.color(_Role.Text)
        painter.fillRect(rect, base)
        if floating:
            painter.fillRect(rect.adjusted(0, rect.height() - 1, 0, 0), blend(base, text, 0.12))
        muted = blend(base, text, 0.6)
        self._paint_arrow(painter, rect, text if hovered else muted, folded=folded)

        left = rect.left() + self._margin + 20
        room = max(40, rect.width() - left - 2 * self._margin - 150)
        shown = self._title_metrics.elidedText(title, Qt.TextElideMode.ElideMiddle, room)
        painter.setFont(self._title_font)
        painter.setPen(text)
        line = QRect(left, rect.top(), rect.width() - left - self._margin, rect.height())
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(line, flags, shown)

        painter.setFont(self._count_font)
        painter.setPen(muted)
        line.setLeft(left + self._title_metrics.horizontalAdvance(shown) + 10)
        said = f"{count:,}"
        if selected:
            painter.drawText(line, flags, said)
            line.setLeft(line.left() + painter.fontMetrics().horizontalAdvance(said) + 10)
            painter.setPen(palette.color(_Role.Highlight))
            said = f"{selected:,} selected"
        painter.drawText(line, flags, said)

    def _paint_arrow(self, painter: QPainter, rect: QRect, colour: QColor, *, folded: bool) -> None:
        """A chevron: right when folded, down when open."""
        x = rect.left() + self._margin + 7.0
        y = rect.center().y() + 0.5
        size = _ARROW
        points = (
            [QPointF(x - size / 2, y - size), QPointF(x + size / 2, y), QPointF(x - size / 2, y + size)]
            if folded
            else [QPointF(x - size, y - size / 2), QPointF(x, y + size / 2), QPointF(x + size, y - size / 2)]
        )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour, 1.8, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        painter.drawPolyline(QPolygonF(points))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def paint_rubber_band(painter: QPainter, rect: QRect, palette: QPalette) -> None:
    """Paint the frame of a selection that is being drawn."""
    accent = palette.color(_Role.Highlight)
    painter.fillRect(rect, translucent(accent, 48))
    painter.setPen(QPen(accent, 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(rect.adjusted(0, 0, -1, -1))
