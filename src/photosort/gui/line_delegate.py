"""How a line of the left panel is painted."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from photosort.gui.theme import SPACING, scaled

KEY: Final = Qt.ItemDataRole.UserRole
"""What names the line for good."""
COUNT: Final = Qt.ItemDataRole.UserRole + 1
"""The count as text."""
KIND: Final = Qt.ItemDataRole.UserRole + 2
"""One of the following."""
TARGET: Final = Qt.ItemDataRole.UserRole + 3
"""True while something is dragged over the line that would be dropped on it."""
DOT: Final = Qt.ItemDataRole.UserRole + 4
"""The colour of a dot before the title, ``#rrggbb``; empty for none."""
SECTION, LINE, QUIET, MORE = "section", "line", "quiet", "more"


class LineDelegate(QStyledItemDelegate):
    """Paints a line: title left, count right, a soft rounded ground where selected; headings small and muted."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Rows of equal height; a heading gets air above it."""
        height = max(round(3.5 * SPACING), option.fontMetrics.height() + SPACING)
        return QSize(0, height + (SPACING if index.data(KIND) == SECTION else 0))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw one row."""
        palette, area, kind = option.palette, QRect(option.rect), index.data(KIND)
        text_colour = palette.color(QPalette.ColorRole.Text)
        # The program's palette: a style sheet makes a widget's own a translucent version of its text colour.
        muted = QGuiApplication.palette().color(QPalette.ColorRole.PlaceholderText)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if kind != SECTION:
            paint_ground(painter, option, area, target=bool(index.data(TARGET)))
        area.adjust(SPACING, 0, -SPACING, 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        if kind == SECTION:
            area.setTop(area.top() + SPACING)
            painter.setFont(scaled(option.font, 0.85, QFont.Weight.DemiBold))
            painter.setPen(text_colour if option.state & QStyle.StateFlag.State_HasFocus else muted)
            painter.drawText(area, Qt.AlignmentFlag.AlignLeft | middle, str(index.data()).upper())
            self._paint_arrow(painter, option, area, muted)
            painter.restore()
            return
        count = str(index.data(COUNT) or "")
        painter.setPen(muted)
        painter.drawText(area, Qt.AlignmentFlag.AlignRight | middle, count)
        metrics = option.fontMetrics
        if dot := str(index.data(DOT) or ""):
            area.setLeft(_paint_dot(painter, area, QColor(dot), muted))
        room = area.width() - metrics.horizontalAdvance(count) - SPACING
        painter.setPen(text_colour if kind == LINE else muted)
        title = metrics.elidedText(str(index.data()), Qt.TextElideMode.ElideRight, room)
        painter.drawText(area, Qt.AlignmentFlag.AlignLeft | middle, title)
        painter.restore()

    def _paint_arrow(self, painter: QPainter, option: QStyleOptionViewItem, area: QRect, colour: QColor) -> None:
        if not option.state & QStyle.StateFlag.State_MouseOver and option.state & QStyle.StateFlag.State_Open:
            return
        x, y = area.right() - 8, area.center().y()
        pen = painter.pen()
        pen.setColor(colour)
        pen.setWidthF(1.5)
        painter.setPen(pen)
        if option.state & QStyle.StateFlag.State_Open:
            painter.drawPolyline([QPoint(x - 4, y - 2), QPoint(x, y + 2), QPoint(x + 4, y - 2)])
        else:
            painter.drawPolyline([QPoint(x - 2, y - 4), QPoint(x + 2, y), QPoint(x - 2, y + 4)])


def _paint_dot(painter: QPainter, area: QRect, colour: QColor, edge: QColor) -> int:
    """Draw a dot at the left of an area; returns where the words begin beside it."""
    painter.save()
    # White and black dots have an edge, or they would not be seen on panels of their colour.
    painter.setPen(edge)
    painter.setBrush(colour)
    radius = SPACING * 0.55
    painter.drawEllipse(QPointF(area.left() + radius, area.center().y() + 0.5), radius, radius)
    painter.restore()
    return area.left() + round(2 * radius) + SPACING


def paint_ground(painter: QPainter, option: QStyleOptionViewItem, area: QRect, *, target: bool) -> None:
    """Draw what lies behind a line: a soft tint where selected or pointed at, a frame where a drop would go.

    Args:
        painter: at work on the list.
        option: the line's state and palette.
        area: the line.
        target: something is dragged over the line.
    """
    state = option.state
    ground = QColor(option.palette.color(QPalette.ColorRole.Accent))
    frame: QColor | Qt.PenStyle = Qt.PenStyle.NoPen
    if target:
        frame = QColor(ground)
        ground.setAlpha(56)
    elif state & QStyle.StateFlag.State_Selected:
        ground.setAlpha(48)
    elif state & QStyle.StateFlag.State_MouseOver:
        ground = option.palette.color(QPalette.ColorRole.Light)
    else:
        return
    painter.setPen(frame)
    painter.setBrush(ground)
    painter.drawRoundedRect(area.adjusted(0, 1, 0, -1), 6, 6)
