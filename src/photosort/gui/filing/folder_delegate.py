"""How a folder of the filing list is painted."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from photosort.gui.icons import pixmap
from photosort.gui.line_delegate import paint_ground
from photosort.gui.theme import SPACING, scaled

PATH: Final = Qt.ItemDataRole.UserRole
"""The folder, a Path."""
WHERE: Final = Qt.ItemDataRole.UserRole + 1
"""Where it lies, as text."""
DIGIT: Final = Qt.ItemDataRole.UserRole + 2
"""The key that files into it, "1" to "9"; empty for none."""
THERE: Final = Qt.ItemDataRole.UserRole + 3
"""False for a folder that is made when the first photo comes (or whose drive is away)."""

_ICON = 2 * SPACING
_KEY = 18
_Role = QPalette.ColorRole


class FolderDelegate(QStyledItemDelegate):
    """Paints a line: folder icon, name, where it lies more softly, and its key at the right.

    Attributes:
        target: the row that a drop would go to; -1 for none.
    """

    target = -1

    def __init__(self, parent: QStyledItemDelegate | None = None) -> None:
        super().__init__(parent)
        self._icons: dict[tuple[str, float], QPixmap] = {}

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: ARG002
        """Rows as high as those of what there is above."""
        return QSize(0, max(round(3.5 * SPACING), option.fontMetrics.height() + SPACING))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw one row."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRect(option.rect)
        paint_ground(painter, option, area, target=index.row() == self.target)
        area.adjust(SPACING, 0, -SPACING, 0)
        muted = QGuiApplication.palette().color(_Role.PlaceholderText)
        text_colour = option.palette.color(_Role.Text) if index.data(THERE) else muted
        self._paint_icon(painter, area, text_colour)
        area.setLeft(area.left() + _ICON + SPACING)
        if digit := str(index.data(DIGIT) or ""):
            _paint_key(painter, option.font, area, digit, muted)
            area.setRight(area.right() - _KEY - SPACING)
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        metrics = option.fontMetrics
        name = metrics.elidedText(str(index.data()), Qt.TextElideMode.ElideRight, area.width())
        painter.setPen(text_colour)
        painter.setFont(option.font)
        painter.drawText(area, flags, name)
        area.setLeft(area.left() + metrics.horizontalAdvance(name) + SPACING)
        small = scaled(option.font, 0.85)
        painter.setFont(small)
        painter.setPen(muted)
        # The end of a path tells more than its beginning.
        shown = painter.fontMetrics().elidedText(str(index.data(WHERE)), Qt.TextElideMode.ElideLeft, area.width())
        if area.width() > 3 * SPACING:
            painter.drawText(area, flags, shown)
        painter.restore()

    def _paint_icon(self, painter: QPainter, area: QRect, colour: QColor) -> None:
        scale = painter.device().devicePixelRatioF()
        key = (colour.name(), scale)
        if key not in self._icons:
            self._icons[key] = pixmap("folder", colour.name(), _ICON, scale)
        painter.drawPixmap(area.left(), area.center().y() - _ICON // 2 + 1, self._icons[key])


def _paint_key(painter: QPainter, font: QFont, area: QRect, digit: str, colour: QColor) -> None:
    box = QRectF(area.right() - _KEY, area.center().y() - _KEY / 2 + 0.5, _KEY, _KEY)
    line = QColor(colour)
    line.setAlpha(90)
    painter.setPen(line)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(box, 4, 4)
    painter.setPen(colour)
    painter.setFont(scaled(font, 0.85))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, digit)
