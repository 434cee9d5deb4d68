"""What the mouse does on the grid between a press and its release: clicks, rubber band, the beginning of a drag."""

from __future__ import annotations

from enum import Enum

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from photosort.gui.grid_geometry import Box
from photosort.gui.grid_selection import mask_of_spans
from photosort.gui.painted_grid import PaintedGrid

_SCROLL_MS = 16
_MOST_PER_TICK = 40

_Buttons = Qt.MouseButton
_Modifiers = Qt.KeyboardModifier


class _Gesture(Enum):
    NONE = 0
    CLICK = 1
    HEADER = 2
    BAND = 3


class GridMouse(QObject):
    """Turns mouse events into selections of one grid, as a file manager does.

    A press selects at once, except on a tile that is selected already: that may become a drag of everything selected,
    so it waits for the release.

    Args:
        grid: whose mouse it is.
    """

    def __init__(self, grid: PaintedGrid) -> None:
        super().__init__(grid)
        self._grid = grid
        self._gesture = _Gesture.NONE
        self._from = QPoint()
        self._row = -1
        self._group = -1
        self._modifiers = _Modifiers.NoModifier
        self._waits = False
        self._before: NDArray[np.bool_] = np.zeros(0, np.bool_)
        self._pointer = QPoint()
        self._scroller = QTimer(self, interval=_SCROLL_MS)
        self._scroller.timeout.connect(self._on_scroll_tick)
        # Rows mean something else after a reset: whatever was begun is off.
        grid.model_was_reset.connect(self.cancel)

    def press(self, event: QMouseEvent) -> None:
        """Begin."""
        self.cancel()
        grid, point = self._grid, event.position().toPoint()
        if grid.photos is None or event.button() not in {_Buttons.LeftButton, _Buttons.RightButton}:
            return
        self._modifiers = event.modifiers()
        self._from = self._pointer = point
        group, row = grid.header_at(point), grid.row_at(point)
        left = event.button() is _Buttons.LeftButton
        control = bool(self._modifiers & _Modifiers.ControlModifier)
        shift = bool(self._modifiers & _Modifiers.ShiftModifier)
        if group >= 0:
            if control or shift or not left:
                grid.select_group(group, add=control or shift)
            else:
                self._gesture, self._group = _Gesture.HEADER, group
        elif row >= 0:
            self._press_tile(row, left=left, control=control, shift=shift)
        else:
            self._press_ground(left=left, adds=control or shift)

    def _press_tile(self, row: int, *, left: bool, control: bool, shift: bool) -> None:
        grid = self._grid
        grid.set_current_row(row)
        selected = bool(grid.selected_mask()[row])
        if not left:
            if not selected:
                grid.select_only(row)
            return
        self._gesture, self._row = _Gesture.CLICK, row
        if shift:
            grid.extend_to(row, add=control)
        elif selected:
            self._waits = True
        elif control:
            grid.toggle(row)
        else:
            grid.select_only(row)

    def _press_ground(self, *, left: bool, adds: bool) -> None:
        grid = self._grid
        if not adds:
            grid.select_mask(np.zeros(grid.geometry_of_tiles.count, np.bool_))
        if left:
            self._gesture = _Gesture.BAND
            self._before = grid.selected_mask().copy()
            self._from = QPoint(self._from.x(), self._from.y() + grid.scroll_position)

    def move(self, event: QMouseEvent) -> None:
        """Go on."""
        grid, point = self._grid, event.position().toPoint()
        self._pointer = point
        if not event.buttons() & _Buttons.LeftButton:
            grid.hover(grid.row_at(point), grid.header_at(point))
        elif self._gesture is _Gesture.BAND:
            self._draw_band()
            self._scroller.start() if self._beyond() else self._scroller.stop()
        elif self._gesture is _Gesture.CLICK:
            far = (point - self._from).manhattanLength() >= QApplication.startDragDistance()
            if far and bool(grid.selected_mask()[self._row]):
                self.cancel()
                grid.startDrag(Qt.DropAction.CopyAction)

    def release(self, event: QMouseEvent) -> None:
        """End."""
        grid, gesture, waits, row = self._grid, self._gesture, self._waits, self._row
        point = event.position().toPoint()
        if event.button() is not _Buttons.LeftButton:
            return
        self.cancel()
        if gesture is _Gesture.HEADER and grid.header_at(point) == self._group and grid.photos is not None:
            grid.toggle_group(grid.photos.groups[self._group].key)
        elif gesture is _Gesture.CLICK and waits:
            if self._modifiers & _Modifiers.ControlModifier:
                grid.toggle(row)
            else:
                grid.select_only(row)

    def cancel(self) -> None:
        """Give up what was begun; what is selected by now stays so."""
        self._scroller.stop()
        self._waits = False
        if self._gesture is _Gesture.BAND:
            self._grid.show_band(None)
        self._gesture = _Gesture.NONE

    def _draw_band(self) -> None:
        """Select what the band touches, on top of what was selected before it when Ctrl or Shift was held."""
        grid = self._grid
        to = QPoint(self._pointer.x(), self._pointer.y() + grid.scroll_position)
        band = QRect(self._from, to).normalized()
        grid.show_band(band)
        spans = grid.geometry_of_tiles.rows_in(Box(band.x(), band.y(), band.width(), band.height()))
        mask = mask_of_spans(spans, grid.geometry_of_tiles.count)
        if self._modifiers & _Modifiers.ControlModifier:
            mask ^= self._before
        else:
            mask |= self._before
        grid.select_mask(mask)

    def _beyond(self) -> int:
        """How far the pointer is above (negative) or below the viewport."""
        y, height = self._pointer.y(), self._grid.viewport().height()
        return min(0, y) + max(0, y - height + 1)

    def _on_scroll_tick(self) -> None:
        step = max(-_MOST_PER_TICK, min(_MOST_PER_TICK, self._beyond() // 3 or self._beyond()))
        bar = self._grid.verticalScrollBar()
        bar.setValue(bar.value() + step)
        self._draw_band()
