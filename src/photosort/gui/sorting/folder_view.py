"""The preview's tree: folders that open into their photos, and drag and drop from one to another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QMimeData, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPixmap,
)
from PySide6.QtWidgets import QWidget

from photosort.core.arrange import Arranged
from photosort.core.photo import Photo
from photosort.gui import text
from photosort.gui.grid_drag import IDS_MIME, ids_of_mime, mime_of_photos
from photosort.gui.photo_grid import PhotoGrid, thumbnail_side
from photosort.gui.sorting.band_painter import HEIGHT, BandPainter
from photosort.gui.sorting.fates import ROOT, STAYS, Kind
from photosort.gui.sorting.outline import DOUBTFUL, Band
from photosort.gui.thumbnail_loader import ThumbnailLoader

_SCROLL_EDGE = 40
_SCROLL_STEP = 12
_SCROLL_MS = 16
_TILE = 120

_LINKS = {Kind.KEPT: "Include", Kind.OUT: "Take back in"}


class FolderView(PhotoGrid):
    """What sorting makes of the photos, as a tree whose lines open.

    Photos are dropped on a line, or on any photo of it. It is one painted view: it costs the same for a hundred
    thousand photos as for a hundred.

    Args:
        loader: where thumbnails come from; None shows placeholders.
        parent: Qt's owner.

    Attributes:
        glyph: the icon of lines that photos go to.
    """

    toggled = Signal(str)
    """The key of the line that the person opens or closes."""
    link_clicked = Signal(str)
    """The key of the line whose link was clicked."""
    photos_dropped = Signal(object, str)
    """NDArray[int64]: these photos shall go to the line with this key."""
    take_out_requested = Signal()
    """The selected photos shall stay where they are."""

    def __init__(self, loader: ThumbnailLoader | None = None, parent: QWidget | None = None) -> None:
        self._bands: Mapping[str, Band] = MappingProxyType({})
        self._sampled: frozenset[int] = frozenset()
        self._target = ""
        self._at = -1
        self._pressed_link = ""
        self.glyph = "folder"
        super().__init__(loader, parent)
        self._painter = BandPainter(self.font())
        self._scroller = QTimer(self, interval=_SCROLL_MS)
        self._scroller.timeout.connect(self._on_scroll_tick)
        self._scroll_by = 0
        self.setAccessibleName("Afterwards: folders and their photos")
        self.set_tile_size(_TILE)

    # -- what is shown -------------------------------------------------------------------------------

    def show_bands(self, arranged: Arranged, bands: Mapping[str, Band]) -> None:
        """Show these lines and their photos; what is scrolled to stays.

        Args:
            arranged: rows of the model's columns, one group for each line.
            bands: how the line of each group looks, by its key.
        """
        photos = self.photos
        if photos is None:
            return
        key, position = self._key_of(self._at), self.scroll_position
        self._bands = bands
        self._sampled = frozenset(photo_id for band in bands.values() for photo_id in band.samples)
        self._folded = {key for key, band in bands.items() if not band.open}
        photos.set_arranged(arranged)
        self._at = self._group_of_key(key) if key else -1
        self._anchor = None
        self._scroll_to(position)

    def band(self, key: str) -> Band:
        """The line with a key.

        Raises:
            KeyError: no such line is shown.
        """
        return self._bands[key]

    @property
    def bands(self) -> Mapping[str, Band]:
        """The lines that are shown, by key, from the top."""
        return self._bands

    @property
    def current_line(self) -> str:
        """The key of the line that the keys are at; empty while they are at a photo, or nowhere."""
        return self._key_of(self._at)

    def rect_of(self, key: str) -> QRect:
        """The place of a line in the viewport."""
        return self._view_rect(self.geometry_of_tiles.header(self._group_of_key(key)))

    def link_of(self, key: str) -> QRect:
        """The place of a line's link in the viewport; empty where it has none."""
        band = self._bands.get(key)
        link = "" if band is None else _link(band)
        return self._painter.link_area(self._header_rect(key), link) if link else QRect()

    def toggle_group(self, key: str) -> None:
        """Open a line, or close it."""
        band = self._bands.get(key)
        if band is not None and band.opens and key != DOUBTFUL:
            self.toggled.emit(key)

    def _header_height(self) -> int:
        return HEIGHT

    def _header_rect(self, key: str) -> QRect:
        return self.rect_of(key).adjusted(0, 0, 0, -4)

    def _key_of(self, group: int) -> str:
        photos = self.photos
        groups = () if photos is None else photos.groups
        return groups[group].key if 0 <= group < len(groups) else ""

    # -- painting ------------------------------------------------------------------------------------

    def changeEvent(self, event: QEvent) -> None:
        """Take over another font."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._painter = BandPainter(self.font())

    def _paint_header(self, painter: QPainter, group: int, rect: QRect, *, floating: bool) -> None:
        band = self._bands.get(self._key_of(group))
        if band is None:
            return
        first, stop = self.geometry_of_tiles.span_of(group)
        self._painter.paint(
            painter,
            rect,
            self.palette(),
            band,
            [self._picture(photo_id) for photo_id in self._samples_seen(band, rect)],
            link=_link(band),
            selected=int(np.count_nonzero(self.selected_mask()[first:stop])),
            folded=band.key in self._folded,
            hovered=group == self._hovered_header,
            glyph=self.glyph,
            current=group == self._at and self.hasFocus() and self._keys_in_use,
            target=band.key == self._target,
            floating=floating,
        )

    def _samples_seen(self, band: Band, rect: QRect) -> tuple[int, ...]:
        return band.samples[: self._painter.samples_in(rect, _link(band))]

    def _picture(self, photo_id: int) -> QPixmap | None:
        photos = self.photos
        if photos is None:
            return None
        thumbnail = photos.thumbnail(photo_id)
        return None if thumbnail is None else thumbnail.pixmap

    def _want_thumbnails(self) -> None:
        """Ask first for the samples of what is on the screen; the photos of open lines follow."""
        photos, loader = self.photos, self._loader
        if photos is None or loader is None:
            return
        top, height = self.scroll_position, self.viewport().height()
        side = thumbnail_side(self.geometry_of_tiles.side, self.devicePixelRatioF())
        line = QRect(0, 0, self.viewport().width(), HEIGHT)
        wanted = [
            photo_id
            for group in self.geometry_of_tiles.groups_between(top, top + height)
            if (band := self._bands.get(self._key_of(group))) is not None
            for photo_id in self._samples_seen(band, line)
        ]
        for first, last in ((top, top + height), (top + height, top + 2 * height)):
            for span in self.geometry_of_tiles.rows_between(first, last):
                wanted += photos.ids[span.first : span.stop].tolist()
        missing = [
            one for one in dict.fromkeys(wanted) if photos.thumbnail_side(one) != side and not photos.problem(one)
        ]
        loader.want(photos.photos(missing), side)

    def _on_loaded(self, photo_id: int, image: QImage, side: int) -> None:
        super()._on_loaded(photo_id, image, side)
        if photo_id in self._sampled:
            self.viewport().update()

    # -- mouse and keys --------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Press a link, or else what the grid knows."""
        point = event.position().toPoint()
        self._at = -1
        self._pressed_link = ""
        if event.button() is Qt.MouseButton.LeftButton and self._link_at(point):
            self._pressed_link = self._link_at(point)
            return
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """A link is pointed at with a hand."""
        super().mouseMoveEvent(event)
        hand = bool(self._link_at(event.position().toPoint()))
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if hand else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Click a link, or else what the grid knows."""
        pressed, self._pressed_link = self._pressed_link, ""
        if not pressed:
            super().mouseReleaseEvent(event)
        elif self._link_at(event.position().toPoint()) == pressed:
            self.link_clicked.emit(pressed)

    def _link_at(self, point: QPoint) -> str:
        key = self._key_of(self.header_at(point))
        return key if key and self.link_of(key).contains(point) else ""

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
            link = _link(self._bands[self._key_of(at)])
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


def _link(band: Band) -> str:
    """What can be done about a line by a click; empty for nothing."""
    return "" if band.key in {ROOT, STAYS} else _LINKS.get(band.kind, "")
