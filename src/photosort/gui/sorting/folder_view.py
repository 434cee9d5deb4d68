"""The preview's tree in a person's hands: keys that lead along its lines, and drag and drop from one to another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QMimeData, Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent, QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from photosort.core.photo import Photo
from photosort.gui import text
from photosort.gui.grid_drag import IDS_MIME, ids_of_mime, mime_of_photos
from photosort.gui.sorting.band_grid import BandGrid, link_words
from photosort.gui.sorting.fates import STAYS, Kind
from photosort.gui.sorting.outline import DOUBTFUL
from photosort.gui.thumbnail_loader import ThumbnailLoader

_SCROLL_EDGE = 40
_SCROLL_STEP = 12
_SCROLL_MS = 16


class FolderView(BandGrid):
    """What sorting makes of the photos, as a tree whose lines open; photos are dropped on a line, or on a photo of it.

    Args:
        loader: where thumbnails come from; None shows placeholders.
        parent: Qt's owner.
    """

    photos_dropped = Signal(object, str)
    """NDArray[int64]: these photos shall go to the line with this key."""
    take_out_requested = Signal()
    """The selected photos shall stay where they are."""

    def __init__(self, loader: ThumbnailLoader | None = None, parent: QWidget | None = None) -> None:
        super().__init__(loader, parent)
        self._scroller = QTimer(self, interval=_SCROLL_MS)
        self._scroller.timeout.connect(self._on_scroll_tick)
        self._scroll_by = 0
        self.setAccessibleName("Afterwards: folders and their photos")

    # -- keys ----------------------------------------------------------------------------------------

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The keys begin at the first line."""
        super().focusInEvent(event)
        if self._at < 0 and not self.currentIndex().isValid():
            self._at = 0
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down also lead to lines, which Enter opens and closes; Delete takes photos out."""
        key = Qt.Key(event.key())
        if key is Qt.Key.Key_Delete:
            self.take_out_requested.emit()
        elif event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier or not self._move_among_lines(key):
            super().keyPressEvent(event)

    def _move_among_lines(self, key: Qt.Key) -> bool:
        """Do what a key does at a line, or at the photos beside one; False where it does nothing there."""
        geometry, step = self.geometry_of_tiles, 1 if key is Qt.Key.Key_Down else -1
        row = self.currentIndex().row()
        at = self._at
        if key in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            if at < 0 <= row:
                at = geometry.group_of(row)
                column = geometry.column_of(row)
                below = geometry.above_or_below(row, step, column)
                if below != row and geometry.group_of(below) == at:
                    return False
                self._go_to_line(at if step < 0 else at + 1)
            elif step > 0 and at >= 0 and self._has_tiles(at):
                self._go_to_row(geometry.span_of(at).first)
            elif step < 0 and at > 0 and self._has_tiles(at - 1):
                self._go_to_row(geometry.span_of(at - 1).stop - 1)
            else:
                self._go_to_line(at + step)
            return True
        if at < 0:
            return False
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            link = link_words(self._bands[self._key_of(at)])
            self.link_clicked.emit(self._key_of(at)) if link and key is not Qt.Key.Key_Space else self._toggle_at(at)
            return True
        if key in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
            if (self._key_of(at) in self._folded) == (key is Qt.Key.Key_Right):
                self._toggle_at(at)
            return True
        return False

    def _toggle_at(self, group: int) -> None:
        self.toggle_group(self._key_of(group))

    def _has_tiles(self, group: int) -> bool:
        first, stop = self.geometry_of_tiles.span_of(group)
        return first < stop and not self.geometry_of_tiles.is_folded(group)

    def _go_to_line(self, group: int) -> None:
        self._use_keys(in_use=True)
        self._at = min(max(group, 0), self.geometry_of_tiles.groups - 1)
        self.set_current_row(-1)
        box, height = self.geometry_of_tiles.header(self._at), self.viewport().height()
        position = self.scroll_position
        self._scroll_to(min(max(position, box.bottom - height), box.y))
        if (band := self._bands.get(self.current_line)) is not None:
            self.setAccessibleDescription(f"{band.title}, {text.photos(band.count)}")
        self.viewport().update()

    def _go_to_row(self, row: int) -> None:
        self._at = -1
        self.set_current_row(row)
        self.select_only(row)
        self.scrollTo(self.currentIndex())
        self.viewport().update()

    # -- drag and drop ---------------------------------------------------------------------------------

    def _mime_of(self, ids: NDArray[np.int64], photos: Sequence[Photo]) -> QMimeData:  # noqa: ARG002
        """Only which photos they are: a preview hands no files to other programs, which might move them."""
        return mime_of_photos(ids, ())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take photos of our own."""
        self._point_at(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Show where they would go, and scroll near the edges."""
        self._point_at(event)
        y, height = event.position().y(), self.viewport().height()
        self._scroll_by = -_SCROLL_STEP if y < _SCROLL_EDGE else _SCROLL_STEP if y > height - _SCROLL_EDGE else 0
        self._scroller.start() if self._scroll_by else self._scroller.stop()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """They go elsewhere."""
        super().dragLeaveEvent(event)
        self._aim("")

    def dropEvent(self, event: QDropEvent) -> None:
        """Tell which photos shall go where."""
        self._point_at(event)
        target = self._target
        self._aim("")
        if event.isAccepted():
            self.photos_dropped.emit(ids_of_mime(event.mimeData()), target)

    def _point_at(self, event: QDropEvent) -> None:
        key = ""
        if event.mimeData().hasFormat(IDS_MIME):
            point = event.position().toPoint()
            group = self.header_at(point)
            key = self._key_of(
                self.geometry_of_tiles.group_at(point.y() + self.scroll_position) if group < 0 else group
            )
        band = self._bands.get(key)
        wanted = band is not None and key != DOUBTFUL and (band.kind is Kind.FOLDER or key.startswith(STAYS))
        self._aim(key if wanted else "")
        if self._target:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
        else:
            event.ignore()

    def _aim(self, key: str) -> None:
        if not key:
            self._scroller.stop()
        if key != self._target:
            self._target = key
            self.viewport().update()

    def _on_scroll_tick(self) -> None:
        self._scroll_to(self.scroll_position + self._scroll_by)
