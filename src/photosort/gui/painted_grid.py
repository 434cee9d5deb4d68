"""What is seen of the grid: tiles, headers, the sticky header, the rubber band, and what the mouse is over."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

import numpy as np
from PySide6.QtCore import QEvent, QRect, QTimer
from PySide6.QtGui import QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem, QWidget

from photosort.gui.grid_geometry import Box, Metrics
from photosort.gui.grid_view import BELOW_HEADER
from photosort.gui.header_painter import HeaderPainter, paint_rubber_band
from photosort.gui.selecting_grid import SelectingGrid
from photosort.gui.tile_delegate import RING, TileDelegate

_State = QStyle.StateFlag


class PaintedGrid(SelectingGrid):
    """A `SelectingGrid` that can be looked at.

    Args:
        parent: Qt's owner.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        self._hovered_row = -1
        self._hovered_header = -1
        # Where the keys stand is shown to who uses them: with the mouse it would only be one ring more.
        self._keys_in_use = False
        self._band: QRect | None = None
        super().__init__(parent)
        self._headers = HeaderPainter(self.font(), Metrics().margin)
        self._delegate = TileDelegate(self)
        self._late = QTimer(self, singleShot=True, interval=0)
        self._late.timeout.connect(self._on_late)
        self.setItemDelegate(self._delegate)

    def _on_reset(self) -> None:
        self._hovered_row = self._hovered_header = -1
        super()._on_reset()

    def _can_move_pixels(self) -> bool:
        """A rubber band hangs between a place in the content and the mouse."""
        return self._band is None

    def changeEvent(self, event: QEvent) -> None:
        """Take over another font."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._headers = HeaderPainter(self.font(), Metrics().margin)

    def hover(self, row: int, header: int) -> None:
        """Mark the tile or the header below the mouse; -1 for none."""
        if row != self._hovered_row:
            self._update_row(self._hovered_row)
            self._hovered_row = row
            self._update_row(row)
        if header != self._hovered_header:
            self._hovered_header = header
            self.viewport().update()

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is below the mouse any more."""
        super().leaveEvent(event)
        self.hover(-1, -1)

    def show_band(self, band: QRect | None) -> None:
        """Show a rubber band, in content coordinates; None takes it away."""
        self._band = band
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the tiles and headers that the exposed region touches, the sticky header last."""
        photos = self.photos
        if photos is None or not self._geometry.count:
            return
        painter = QPainter(self.viewport())
        try:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            region = event.region()
            self._paint_tiles(painter, region)
            if self._has_headers:
                self._paint_headers(painter, region)
            if self._band is not None:
                paint_rubber_band(painter, self._band.translated(0, -self.scroll_position), self.palette())
        finally:
            # A painter that outlives its event, as it would in a traceback, takes the whole program down.
            painter.end()

    def _paint_tiles(self, painter: QPainter, region: QRegion) -> None:
        scroll, model = self.scroll_position, self.model()
        rows: set[int] = set()
        for rect in cast("Iterable[QRect]", region):
            around = Box(rect.x() - RING, rect.y() + scroll - RING, rect.width() + 2 * RING, rect.height() + 2 * RING)
            rows.update(row for span in self._geometry.rows_in(around) for row in range(*span))
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        plain = _State.State_Enabled | (_State.State_Active if self.isActiveWindow() else _State.State_None)
        selected = self.selected_mask()
        current = self.currentIndex().row() if self.hasFocus() and self._keys_in_use else -1
        delegate = self._delegate
        delegate.begin_frame()
        for row in sorted(rows):
            state = plain
            if selected[row]:
                state |= _State.State_Selected
            if row == current:
                state |= _State.State_HasFocus
            if row == self._hovered_row:
                state |= _State.State_MouseOver
            option.state = state
            option.rect = self._view_rect(self._geometry.tile(row))
            delegate.paint(painter, option, model.index(row, 0))
        if delegate.put_off:
            self._late.start()

    def _on_late(self) -> None:
        """Paint the tiles for which the last frame had no time, wherever they are by now."""
        self.viewport().update()

    def _paint_headers(self, painter: QPainter, region: QRegion) -> None:
        scroll = self.scroll_position
        sticky, sticky_top = self._geometry.sticky(scroll)
        bounds = region.boundingRect()
        for group in self._geometry.groups_between(bounds.top() + scroll, bounds.bottom() + 1 + scroll):
            rect = self._view_rect(self._geometry.header(group)).adjusted(0, 0, 0, -BELOW_HEADER)
            if group != sticky and region.intersects(rect):
                self._paint_header(painter, group, rect, floating=False)
        if sticky >= 0:
            home = self._geometry.header(sticky)
            rect = QRect(0, sticky_top - scroll, home.width, home.height - BELOW_HEADER)
            self._paint_header(painter, sticky, rect, floating=sticky_top > home.y)

    def _paint_header(self, painter: QPainter, group: int, rect: QRect, *, floating: bool) -> None:
        photos = self.photos
        if photos is None:
            return
        first, stop = self._geometry.span_of(group)
        self._headers.paint(
            painter,
            rect,
            self.palette(),
            photos.groups[group].title,
            stop - first,
            selected=int(np.count_nonzero(self.selected_mask()[first:stop])),
            folded=self._geometry.is_folded(group),
            hovered=group == self._hovered_header,
            floating=floating,
        )
