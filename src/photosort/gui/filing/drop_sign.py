"""The words beside the pointer that say what a drop would do."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QLabel, QWidget

from photosort.gui.theme import SPACING

_CLEAR_OF_PICTURE = 12 * SPACING
"""As far as the dragged thumbnails reach to the right of the pointer."""


class DropSign(QLabel):
    """Stands beside the line that something is dragged over, above the photos, where no dragged picture hides it.

    Args:
        window: what it floats over.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setObjectName("dropsign")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def stand_beside(self, line: QRect, words: str) -> None:
        """Say ``words`` right of a line.

        Args:
            line: on the screen.
            words: what a drop would do.
        """
        window = self._window
        self.setText(words)
        self.adjustSize()
        pointer = window.mapFromGlobal(QCursor.pos())
        middle = window.mapFromGlobal(QPoint(line.right(), line.center().y()))
        x = max(middle.x() + 2 * SPACING, pointer.x() + _CLEAR_OF_PICTURE if window.rect().contains(pointer) else 0)
        self.move(min(x, window.width() - self.width() - SPACING), middle.y() - self.height() // 2)
        self.show()
        self.raise_()
