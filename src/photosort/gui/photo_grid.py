"""The photo grid: mouse, wheel, keys, drag and drop, and thumbnails, on top of `PaintedGrid`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import (
    Property,
    QMimeData,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QDrag,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPixmap,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QWidget

from photosort.core.photo import Photo
from photosort.gui.grid_drag import drag_pixmap, files_of_mime, mime_of_photos
from photosort.gui.grid_mouse import GridMouse
from photosort.gui.grid_view import LARGEST_TILE, SMALLEST_TILE, GridView
from photosort.gui.painted_grid import PaintedGrid
from photosort.gui.thumbnail_loader import ThumbnailLoader

_Actions = QAbstractItemView.CursorAction
_MOVES = {
    Qt.Key.Key_Left: _Actions.MoveLeft,
    Qt.Key.Key_Right: _Actions.MoveRight,
    Qt.Key.Key_Up: _Actions.MoveUp,
    Qt.Key.Key_Down: _Actions.MoveDown,
    Qt.Key.Key_Home: _Actions.MoveHome,
    Qt.Key.Key_End: _Actions.MoveEnd,
    Qt.Key.Key_PageUp: _Actions.MovePageUp,
    Qt.Key.Key_PageDown: _Actions.MovePageDown,
}
_OPENING_KEYS = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space})
_NOTCH = 120


class PhotoGrid(PaintedGrid):
    """Thumbnails in groups, as a person uses them.

    Args:
        loader: where thumbnails come from; None shows placeholders (and tests need no threads).
        parent: Qt's owner.
    """

    photo_activated = Signal(int)
    """A photo was double-clicked, or Enter or Space was pressed on it: open it."""
    files_dropped = Signal(list)
    """list[Path]: files and folders were dropped from outside."""
    dragged_out = Signal(list)
    """list[Path]: these pictures were dropped on another program, which may move them away."""
    context_menu_requested = Signal(QPoint)
    """A menu for the selected photos is asked for, at this point of the screen."""

    def __init__(self, loader: ThumbnailLoader | None = None, parent: QWidget | None = None) -> None:
        self._goal: int | None = None
        self._wheel_rest = 0
        super().__init__(parent)
        self._loader = loader
        self._mouse = GridMouse(self)
        self.setAcceptDrops(True)
        self.setAccessibleName("Photos")
        if loader is not None:
            loader.loaded.connect(self._on_loaded)
            loader.failed.connect(self._on_failed)

    # -- tile size ---------------------------------------------------------------------------------

    def _get_tile_size(self) -> int:
        return self._tile_size

    def set_tile_size(self, size: int, at: QPoint | None = None) -> None:
        """Make tiles larger or smaller.

        Args:
            size: side of a tile in device-independent pixels; brought into the limits.
            at: point of the viewport whose photo stays below it; None keeps the uppermost photo in place.
        """
        size = min(max(SMALLEST_TILE, size), LARGEST_TILE)
        if size == self._tile_size:
            return
        photos = self.photos
        row = self.row_at(at) if at is not None else -1
        if at is not None and photos is not None and row >= 0:
            box = self.geometry_of_tiles.tile(row)
            share = (at.y() + self.scroll_position - box.y) / box.height
            self._anchor = self._anchor_of(photos.id_at(row), row, share)
        self._tile_size = size
        self._rebuild()
        self.tileSizeChanged.emit(size)

    tile_size = Property(int, _get_tile_size, set_tile_size, notify=GridView.tileSizeChanged)
    """The side that tiles should have, in device-independent pixels; they grow a little to fill a line."""

    def zoom(self, steps: int, at: QPoint) -> None:
        """Show fewer and larger tiles in a line (``steps`` > 0), or more and smaller ones; each step is seen."""
        geometry = self.geometry_of_tiles
        columns = geometry.columns
        for _ in range(abs(steps)):
            columns += max(1, round(columns * 0.12)) * (-1 if steps > 0 else 1)
        columns = max(1, columns)
        usable = geometry.width - 2 * geometry.metrics.margin
        self.set_tile_size((usable - (columns - 1) * geometry.metrics.gap) // columns, at)

    # -- mouse -------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select, begin a rubber band, or press a header."""
        self._goal = None
        self._use_keys(in_use=False)
        self._mouse.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Hover, draw a rubber band, or begin to drag photos."""
        self._mouse.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End what the press began."""
        self._mouse.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open the photo; on a header or beside the tiles it is one more click."""
        row = self.row_at(event.position().toPoint())
        if event.button() is Qt.MouseButton.LeftButton and row >= 0 and not event.modifiers():
            self._activate(row)
        else:
            self._mouse.press(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll smoothly; with Ctrl, change the tile size around the photo below the mouse."""
        delta = event.angleDelta().y()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._wheel_rest += delta
            steps = int(self._wheel_rest / _NOTCH)
            self._wheel_rest -= steps * _NOTCH
            if steps:
                self.zoom(steps, event.position().toPoint())
        elif not event.pixelDelta().isNull():
            self._scroll_to(self.scroll_position - event.pixelDelta().y())
        else:
            step = min(self.geometry_of_tiles.pitch, self.viewport().height() // 3)
            self.glide.by(-round(delta / _NOTCH * step))
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for a menu: at the mouse, or below the current photo when a key was pressed."""
        point = event.globalPos()
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            rect = self.visualRect(self.currentIndex())
            if rect.isValid():
                point = self.viewport().mapToGlobal(rect.center())
        self.context_menu_requested.emit(point)
        event.accept()

    # -- keys --------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move, select, open; every other key belongs to the window."""
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        row = self.currentIndex().row()
        key = Qt.Key(event.key())
        if key in _MOVES:
            self._move(_MOVES[key], event.modifiers())
        elif key is Qt.Key.Key_Space and control and row >= 0:
            self.toggle(row)
        elif key in _OPENING_KEYS and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier and row >= 0:
            self._activate(row)
        elif key is Qt.Key.Key_A and control:
            self.selectAll()
        else:
            event.ignore()

    def _use_keys(self, *, in_use: bool) -> None:
        if in_use != self._keys_in_use:
            self._keys_in_use = in_use
            self._update_row(self.currentIndex().row())

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keys stand when a key led here."""
        super().focusInEvent(event)
        self._use_keys(in_use=event.reason() in {Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason})

    def _move(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> None:
        vertical = action in {_Actions.MoveUp, _Actions.MoveDown}
        if vertical and self._goal is None and self.currentIndex().isValid():
            self._goal = self.geometry_of_tiles.column_of(self.currentIndex().row())
        self._use_keys(in_use=True)
        index = self.moveCursor(action, modifiers)
        if not index.isValid():
            return
        self.set_current_row(index.row())
        control = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        if modifiers & Qt.KeyboardModifier.ShiftModifier:
            self.extend_to(index.row(), add=control)
        elif not control:
            self.select_only(index.row())
        self.scrollTo(index)
        if not vertical:
            self._goal = None

    def _goal_column(self, row: int) -> int:
        """Up and down keep to the column where they began, also past shorter lines."""
        return super()._goal_column(row) if self._goal is None else self._goal

    def _activate(self, row: int) -> None:
        photos = self.photos
        if photos is not None:
            self.photo_activated.emit(photos.id_at(row))

    # -- drag and drop -----------------------------------------------------------------------------

    def startDrag(self, supportedActions: Qt.DropAction = Qt.DropAction.CopyAction) -> None:  # noqa: N803, ARG002
        """Drag the selected photos: where they are dropped, it is decided whether files are copied or moved."""
        photos = self.photos
        ids = self.selected_ids()
        if photos is None or not len(ids):
            return
        dragged = photos.photos(ids.tolist())
        drag = QDrag(self)
        drag.setMimeData(self._mime_of(ids, dragged))
        pixmaps = self._pixmaps_of(ids[:3])
        drag.setPixmap(drag_pixmap(pixmaps, len(ids), self.palette(), self.font(), self.devicePixelRatioF()))
        # Below the pointer and to its right: the name of the folder that is pointed at can be read.
        drag.setHotSpot(QPoint(0, 0))
        # Another program that wants to know is told to copy; with Shift, to move.
        done = drag.exec(Qt.DropAction.CopyAction | Qt.DropAction.MoveAction, Qt.DropAction.CopyAction)
        if drag.target() is None and done is not Qt.DropAction.IgnoreAction:
            self.dragged_out.emit([photo.path for photo in dragged])

    def _mime_of(self, ids: NDArray[np.int64], photos: Sequence[Photo]) -> QMimeData:
        """What is handed to where the photos are dropped."""
        return mime_of_photos(ids, photos)

    def _pixmaps_of(self, ids: Iterable[int]) -> list[QPixmap]:
        photos = self.photos
        if photos is None:
            return []
        found = (photos.tile(photos.row_of_id(int(photo_id))).thumbnail for photo_id in ids)
        return [thumbnail.pixmap for thumbnail in found if thumbnail is not None]

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept files and folders from outside."""
        self._consider(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Accept files and folders from outside, wherever on the grid."""
        self._consider(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Tell which files and folders were dropped."""
        self._consider(event)
        if event.isAccepted():
            self.files_dropped.emit(files_of_mime(event.mimeData()))

    def _consider(self, event: QDropEvent) -> None:
        if files_of_mime(event.mimeData()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
        else:
            event.ignore()

    # -- thumbnails --------------------------------------------------------------------------------

    def _on_settled(self) -> None:
        super()._on_settled()
        self._want_thumbnails()

    def _want_thumbnails(self) -> None:
        """Ask for what is on the screen from the top, then for a screen below and half a one above."""
        photos = self.photos
        if photos is None or self._loader is None:
            return
        geometry, top, height = self.geometry_of_tiles, self.scroll_position, self.viewport().height()
        side = thumbnail_side(geometry.side, self.devicePixelRatioF())
        wanted = []
        for first, last in ((top, top + height), (top + height, top + 2 * height), (top - height // 2, top)):
            for span in geometry.rows_between(first, last):
                for photo_id in photos.ids[span.first : span.stop].tolist():
                    if photos.thumbnail_side(photo_id) != side and not photos.problem(photo_id):
                        wanted.append(photo_id)  # noqa: PERF401 - three loops in one comprehension are no help
        self._loader.want(photos.photos(dict.fromkeys(wanted)), side)

    def _on_loaded(self, photo_id: int, image: QImage, side: int) -> None:
        photos = self.photos
        if photos is not None:
            photos.set_thumbnail(photo_id, image, side)

    def _on_failed(self, photo_id: int, reason: str) -> None:
        photos = self.photos
        if photos is not None:
            photos.set_problem(photo_id, reason)


def thumbnail_side(tile: int, scale: float) -> int:
    """The side in device pixels that thumbnails are made for: a step up from the tile's, so that resizing is calm.

    Args:
        tile: side of a tile in device-independent pixels.
        scale: device pixel ratio.
    """
    side = tile * scale
    return next((step for step in (96, 128, 160, 192, 224, 256, 320) if step >= side), 384)
