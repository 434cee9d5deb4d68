"""A slider with two handles: from - to."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from photosort.gui.theme import SPACING

_HANDLE = 14


class RangeSlider(QWidget):
    """Two whole numbers from 0 to 100, the first never above the second; mouse and arrow keys move the nearer one."""

    range_changed = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values = [0, 100]
        self._active = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._describe()

    @property
    def values(self) -> tuple[int, int]:
        """From and to."""
        return self._values[0], self._values[1]

    def set_values(self, low: int, high: int) -> None:
        """Move both handles, without telling."""
        self._values = sorted((min(max(low, 0), 100), min(max(high, 0), 100)))
        self._describe()

    def sizeHint(self) -> QSize:
        """Wide enough to hit a percent or two."""
        return QSize(28 * SPACING, 3 * SPACING)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the nearer handle along."""
        if event.button() == Qt.MouseButton.LeftButton:
            value = self._value_at(event.position().x())
            low, high = self._values
            nearer_high = abs(value - high) < abs(value - low) or (low == high and value > high)
            self._active = 1 if nearer_high else 0
            self._move_active(value)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the handle that was taken."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._move_active(self._value_at(event.position().x()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move the active handle by one, Page Up and Down by ten; Home and End take the other handle."""
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Down: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: 1,
            Qt.Key.Key_PageDown: -10,
            Qt.Key.Key_PageUp: 10,
        }
        key = Qt.Key(event.key())
        if key in steps:
            self._move_active(self._values[self._active] + steps[key])
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._active = 0 if key == Qt.Key.Key_Home else 1
            self.update()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Draw the track, the part between the handles, and the handles."""
        palette = self.palette()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        middle = self.height() / 2
        painter.setBrush(palette.color(QPalette.ColorRole.Mid))
        painter.drawRoundedRect(QRectF(0, middle - 1.5, self.width(), 3), 1.5, 1.5)
        left, right = (self._place_of(value) for value in self._values)
        painter.setBrush(palette.color(QPalette.ColorRole.Accent))
        painter.drawRect(QRectF(left, middle - 1.5, right - left, 3))
        for number, x in enumerate((left, right)):
            focused = self.hasFocus() and number == self._active
            role = QPalette.ColorRole.Accent if focused else QPalette.ColorRole.Dark
            painter.setPen(QPen(palette.color(role), 1.5 if focused else 1))
            painter.setBrush(palette.color(QPalette.ColorRole.Button))
            painter.drawEllipse(QPointF(x, middle), _HANDLE / 2 - 0.5, _HANDLE / 2 - 0.5)
        painter.end()

    def _move_active(self, value: int) -> None:
        low, high = self._values
        limits = (0, high) if self._active == 0 else (low, 100)
        value = min(max(value, limits[0]), limits[1])
        if value != self._values[self._active]:
            self._values[self._active] = value
            self._describe()
            self.range_changed.emit(*self._values)

    def _value_at(self, x: float) -> int:
        return round((x - _HANDLE / 2) / max(self.width() - _HANDLE, 1) * 100)

    def _place_of(self, value: int) -> float:
        return _HANDLE / 2 + (self.width() - _HANDLE) * value / 100

    def _describe(self) -> None:
        self.setAccessibleDescription(f"{self._values[0]} to {self._values[1]} percent")
        self.update()
