"""The preview's tree as it is seen: lines with pictures in them, which open into their photos."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from photosort.core.arrange import Arranged
from photosort.gui.photo_grid import PhotoGrid, thumbnail_side
from photosort.gui.sorting.band_painter import HEIGHT, BandPainter
from photosort.gui.sorting.fates import ROOT, STAYS, Kind
from photosort.gui.sorting.outline import DOUBTFUL, Band
from photosort.gui.thumbnail_loader import ThumbnailLoader

_TILE = 120

_LINKS = {Kind.KEPT: "Include", Kind.OUT: "Take back in"}


class BandGrid(PhotoGrid):
    """A grid whose headers are the lines of a tree.

    It is one painted view: it costs the same for a hundred thousand photos as for a hundred.

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

    def __init__(self, loader: ThumbnailLoader | None = None, parent: QWidget | None = None) -> None:
        self._bands: Mapping[str, Band] = MappingProxyType({})
        self._sampled: frozenset[int] = frozenset()
        self._target = ""
        self._at = -1
        self._pressed_link = ""
        self.glyph = "folder"
        super().__init__(loader, parent)
        self._painter = BandPainter(self.font())
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
        link = "" if band is None else link_words(band)
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
            link=link_words(band),
            selected=int(np.count_nonzero(self.selected_mask()[first:stop])),
            folded=band.key in self._folded,
            hovered=group == self._hovered_header,
            glyph=self.glyph,
            current=group == self._at and self.hasFocus() and self._keys_in_use,
            target=band.key == self._target,
            floating=floating,
        )

    def _samples_seen(self, band: Band, rect: QRect) -> tuple[int, ...]:
        return band.samples[: self._painter.samples_in(rect, link_words(band))]

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

    # -- the mouse ----------------------------------------------------------------------------------

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


def link_words(band: Band) -> str:
    """What can be done about a line by a click; empty for nothing."""
    return "" if band.key in {ROOT, STAYS} else _LINKS.get(band.kind, "")
