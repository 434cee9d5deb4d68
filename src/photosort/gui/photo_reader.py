"""Reads what the details panel shows of one photo, on a thread of its own, dropping what is no longer wanted."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QImage

from photosort.core.catalog import Catalog
from photosort.core.errors import CatalogError, ImageError
from photosort.core.imaging import Metadata, read_full, read_metadata
from photosort.core.photo import Photo, PhotoState, Prediction
from photosort.core.thumbnails import ThumbnailCache
from photosort.core.xmp.reading import Reading, read_photo
from photosort.core.xmp.sidecars import sidecars_of
from photosort.gui import text
from photosort.gui.thumbnail_loader import image_of_pixels

_logger = logging.getLogger(__name__)

_PREVIEW_SIDE = 1024


@dataclass(frozen=True, slots=True)
class PhotoRead:
    """A part of what was read of a photo; parts arrive one after the other, the quickest first.

    Attributes:
        photo_id: which photo.
        predictions: by classifier name; None when not in this part.
        thumbnail: the small picture from the cache; None when not in this part.
        metadata: what the file says of itself; None when not in this part.
        preview: the large picture; None when not in this part.
        written: stars, colour label and keywords, as files and sidecars say; None when not in this part.
        problem: why there is no large picture, for a person; empty when there is one or it is not in this part.
    """

    photo_id: int
    predictions: dict[str, Prediction] | None = None
    thumbnail: QImage | None = None
    metadata: Metadata | None = None
    preview: QImage | None = None
    written: Reading | None = None
    problem: str = ""


class PhotoReader(QObject):
    """Reads one photo at a time; asking for another drops the one before.

    Args:
        catalog: where predictions are.
        thumbnails: where small pictures are.
    """

    read = Signal(object)
    """PhotoRead"""
    _arrived = Signal(int, object)

    def __init__(self, catalog: Catalog, thumbnails: ThumbnailCache, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._catalog = catalog
        self._thumbnails = thumbnails
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="photosort-details")
        self._wanted = 0
        self._closed = threading.Event()
        self._waiting: Future[None] | None = None
        self._arrived.connect(self._on_arrived, Qt.ConnectionType.QueuedConnection)

    def request(self, photo: Photo) -> None:
        """Read ``photo``; `read` tells what is found."""
        self.drop()
        if not self._closed.is_set():
            self._waiting = self._pool.submit(self._read, self._wanted, photo)

    def drop(self) -> None:
        """Nothing that was asked for is wanted any longer."""
        self._wanted += 1
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def close(self) -> None:
        """End the thread once it has read what it is reading."""
        self.drop()
        self._closed.set()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def wait(self) -> None:
        """Close, and block until the thread has ended."""
        self.close()
        self._pool.shutdown(wait=True)

    def _read(self, ticket: int, photo: Photo) -> None:
        """Runs on the reader's thread."""
        if not self._is_wanted(ticket):
            return
        self._arrived.emit(ticket, PhotoRead(photo.id, predictions=self._predictions(photo.id)))
        if photo.content_key is not None and (small := self._thumbnails.view(photo.content_key)) is not None:
            self._arrived.emit(ticket, PhotoRead(photo.id, thumbnail=image_of_pixels(small)))
        if photo.state is PhotoState.MISSING:
            self._arrived.emit(ticket, PhotoRead(photo.id, written=self._read_before(photo.id)))
            self._arrived.emit(ticket, PhotoRead(photo.id, problem="the file is not there now"))
            return
        try:
            # Out of the files themselves: those of a large folder are read last, and other programs write meanwhile.
            self._arrived.emit(ticket, PhotoRead(photo.id, written=read_photo(photo.path, sidecars_of(photo))))
            self._arrived.emit(ticket, PhotoRead(photo.id, metadata=read_metadata(photo.path)))
            if self._is_wanted(ticket):
                large = image_of_pixels(read_full(photo.path, max_side=_PREVIEW_SIDE))
                self._arrived.emit(ticket, PhotoRead(photo.id, preview=large))
        except (ImageError, OSError) as error:
            _logger.info("%s: %s", photo.relpath, error)
            self._arrived.emit(ticket, PhotoRead(photo.id, problem=text.reason(error)))

    def _is_wanted(self, ticket: int) -> bool:
        return ticket == self._wanted and not self._closed.is_set()

    def _predictions(self, photo_id: int) -> dict[str, Prediction]:
        try:
            return dict(self._catalog.predictions_of(photo_id))
        except CatalogError as error:
            _logger.warning("The guesses of photo %d could not be read: %s", photo_id, error)
            return {}

    def _read_before(self, photo_id: int) -> Reading:
        try:
            return Reading(self._catalog.written.facts(photo_id))
        except CatalogError as error:
            _logger.warning("What is written of photo %d could not be read: %s", photo_id, error)
            return Reading()

    @Slot(int, object)
    def _on_arrived(self, ticket: int, part: object) -> None:
        if self._is_wanted(ticket):
            self.read.emit(part)
