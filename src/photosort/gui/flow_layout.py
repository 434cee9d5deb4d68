"""A layout that sets widgets like words: beside each other, and on the next line where there is no more room."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

TIGHT: Final = "tight"
"""Property of a widget that stands close to the one before it, as a comma does."""


class FlowLayout(QLayout):
    """Lines of widgets, each as wide as it wants to be.

    Args:
        across: between two widgets, device-independent pixels.
        down: between two lines.
        parent: whose widgets it sets.
    """

    def __init__(self, across: int, down: int, parent: QWidget | None = None) -> None:
        self._items: list[QLayoutItem] = []
        self._across = across
        self._down = down
        super().__init__(parent)
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        """Take one more."""
        self._items.append(item)

    def count(self) -> int:
        """How many there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """One of them; None where there is none."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Let one go."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """Neither."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """The narrower, the more lines."""
        return True

    def heightForWidth(self, width: int) -> int:
        """How high all lines are."""
        return self._set(QRect(0, 0, width, 0), apply=False)

    def setGeometry(self, rect: QRect) -> None:
        """Set the widgets."""
        super().setGeometry(rect)
        self._set(rect, apply=True)

    def sizeHint(self) -> QSize:
        """No less than the widest widget."""
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        """The widest widget."""
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size

    def _set(self, rect: QRect, *, apply: bool) -> int:
        """Go through the lines; returns the height of all of them."""
        x, y, height = rect.x(), rect.y(), 0
        line: list[tuple[QLayoutItem, int, QSize]] = []

        def end_line() -> None:
            if apply:
                for item, left, size in line:
                    item.setGeometry(QRect(QPoint(left, y + (height - size.height()) // 2), size))
            line.clear()

        for item in self._items:
            widget = item.widget()
            if widget is not None and widget.isHidden():
                continue
            size = item.sizeHint()
            tight = widget is not None and bool(widget.property(TIGHT))
            if tight and line:
                x -= self._across
            elif line and x + size.width() > rect.right() + 1:
                end_line()
                x, y, height = rect.x(), y + height + self._down, 0
            size.setWidth(min(size.width(), rect.width()))
            line.append((item, x, size))
            x += size.width() + self._across
            height = max(height, size.height())
        end_line()
        return y + height - rect.y()
