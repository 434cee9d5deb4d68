"""A small "i" that stands in a heading while the pointer or the keyboard is there."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from photosort.gui.theme import SPACING

_SIDE = 3 * SPACING
_RADIUS = 6.5
_FROM_RIGHT = 3 * SPACING
"""What is left free at the right for the arrow that folds the section."""


class AboutButton(QAbstractButton):
    """Painted in the theme's colours; reached with Tab from the list that it stands in.

    Args:
        parent: the viewport of the list.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedSize(_SIDE, _SIDE)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip("About this classifier")
        self.about = ""
        self.hide()

    def stand_in(self, heading: QRect, about: str, title: str) -> None:
        """Show at the right of a heading.

        Args:
            heading: where it is painted, in the parent's coordinates.
            about: the classifier's name.
            title: what the heading says.
        """
        self.about = about
        self.setAccessibleName(f"About {title}")
        middle = heading.bottom() - (heading.height() - SPACING) // 2
        self.move(heading.right() - _FROM_RIGHT - self.width(), middle - self.height() // 2)
        self.show()

    def sizeHint(self) -> QSize:
        """A square as high as a line of text."""
        return QSize(_SIDE, _SIDE)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Draw a circle with an i in it; in the accent colour where a click or a key would reach it."""
        palette = QGuiApplication.palette()
        active = self.underMouse() or self.hasFocus()
        role = QPalette.ColorRole.Accent if active else QPalette.ColorRole.PlaceholderText
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(palette.color(role), 1.4, c=Qt.PenCapStyle.RoundCap))
        middle = QRectF(self.rect()).center()
        painter.drawEllipse(middle, _RADIUS, _RADIUS)
        painter.drawLine(middle + QPointF(0, -0.5), middle + QPointF(0, 3))
        painter.drawPoint(middle + QPointF(0, -3.2))
        painter.end()
