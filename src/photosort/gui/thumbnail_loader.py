"""Loads thumbnails in the background: what is visible now, first of all."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage

from photosort.core.errors import ImageError
from photosort.core.imaging import content_key, decode
from photosort.core.photo import Photo
from photosort.core.thumbnails import THUMBNAIL_SIDE, ThumbnailCache
from photosort.gui import text

_logger = logging.getLogger(__name__)

_DECODED_SHORT_SIDE = 256
"""What a photo without a cached thumbnail is decoded to at least: enough for the largest tile."""


@dataclass(frozen=True, slots=True)
class _Request:
    photo: Photo
    side: int


def image_of_pixels(pixels: NDArray[np.uint8]) -> QImage:
    """A `QImage` with a buffer of its own from pixels of shape (height, width, 3), sRGB.

    On threads pictures come this way only. Qt's own readers (`QImage.fromData`) take a lock of its objects while they
    hold Python's; the window's thread, which holds the first while it lets go of an object and waits for the second,
    and the whole window with it, would stand still for ever.
    """
    height, width, _ = pixels.shape
    rows = np.ascontiguousarray(pixels)
    return QImage(rows.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()


def pixels_of_image(image: QImage) -> NDArray[np.uint8]:
    """The pixels of a picture, shape (height, width, 3), for a thread to write: Qt's writers lock as its readers do."""
    plain = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.bytesPerLine())
    return rows[:, : 3 * plain.width()].reshape(plain.height(), plain.width(), 3).copy()


def fitted(image: QImage, side: int) -> QImage:
    """Reduce a picture so that its short side is ``side`` pixels (never enlarged), ready to become a pixmap."""
    short = min(image.width(), image.height())
    if short > side:
        # At least a pixel: a panorama a hundred times as wide as high is still a picture.
        width = max(1, round(image.width() * side / short))
        height = max(1, round(image.height() * side / short))
        image = image.scaled(width, height, Qt.AspectRatioMode.IgnoreAspectRatio, _SMOOTH)
    return image.convertToFormat(QImage.Format.Format_RGB32)


_SMOOTH = Qt.TransformationMode.SmoothTransformation


class ThumbnailLoader(QObject):
    """Two threads that turn photos into pictures for tiles.

    Each call of `want` replaces what was wanted before: what scrolled out of sight before its turn came is never read.
    The signals are emitted on the loader's threads and arrive in the receiver's. `close` must be called before the
    program ends.

    Args:
        cache: thumbnails on disk, read first and filled with what had to be decoded.
        threads: how many pictures are read at the same time.
        parent: Qt's owner.
    """

    loaded = Signal(int, QImage, int)
    """Photo id, its picture, and the tile side in device pixels that was asked for."""
    failed = Signal(int, str)
    """Photo id, and why there is no picture, in words for a person."""

    def __init__(self, cache: ThumbnailCache, *, threads: int = 2, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cache = cache
        self._changed = threading.Condition()
        self._waiting: dict[int, _Request] = {}
        self._active: dict[int, _Request] = {}
        self._closed = False
        self._limit = threads
        self._threads: list[threading.Thread] = []

    def want(self, photos: Sequence[Photo], side: int) -> None:
        """Load these photos, in this order, and nothing else that waits.

        Args:
            photos: without those that are at hand already.
            side: of a tile, in device pixels.
        """
        with self._changed:
            requests = (_Request(photo, side) for photo in photos)
            self._waiting = {
                request.photo.id: request for request in requests if self._active.get(request.photo.id) != request
            }
            self._start_threads()

    def request(self, photo: Photo, side: int = THUMBNAIL_SIDE) -> None:
        """Load one more photo, before everything that waits."""
        with self._changed:
            self._waiting.pop(photo.id, None)
            self._waiting = {photo.id: _Request(photo, side), **self._waiting}
            self._start_threads()

    def cancel_all(self) -> None:
        """Forget what waits; what is being read still arrives."""
        with self._changed:
            self._waiting.clear()

    def close(self) -> None:
        """Forget what waits and end the threads; returns when they have ended. Nothing is emitted afterwards."""
        with self._changed:
            self._closed = True
            self._waiting.clear()
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()
        self._threads.clear()

    def _start_threads(self) -> None:
        if self._closed:
            return
        while len(self._threads) < min(self._limit, len(self._waiting)):
            thread = threading.Thread(target=self._work, name=f"thumbnails-{len(self._threads)}", daemon=True)
            self._threads.append(thread)
            thread.start()
        self._changed.notify_all()

    def _work(self) -> None:
        while (request := self._next()) is not None:
            photo = request.photo
            try:
                image = self._read(request)
            except (ImageError, OSError) as error:
                _logger.info("No thumbnail of %s: %s", photo.relpath, error)
                reason = text.reason(error)
                if self._finish(request):
                    self.failed.emit(photo.id, reason)
            else:
                if self._finish(request):
                    self.loaded.emit(photo.id, image, request.side)

    def _next(self) -> _Request | None:
        """Wait for the next request; None when the loader closes."""
        with self._changed:
            while not self._closed:
                for photo_id in self._waiting:
                    # A photo is asked for again in another size while the first is read: one at a time.
                    if photo_id not in self._active:
                        request = self._waiting.pop(photo_id)
                        self._active[photo_id] = request
                        return request
                self._changed.wait()
        return None

    def _finish(self, request: _Request) -> bool:
        with self._changed:
            del self._active[request.photo.id]
            self._changed.notify_all()
            return not self._closed

    def _read(self, request: _Request) -> QImage:
        photo = request.photo
        key = photo.content_key or content_key(photo.path)
        pixels = self._cache.view(key)
        if pixels is not None:
            return fitted(image_of_pixels(pixels), request.side)
        decoded = decode(photo.path, short_side=_DECODED_SHORT_SIDE)
        self._cache.put(decoded.key, decoded.pixels)
        return fitted(image_of_pixels(decoded.pixels), request.side)
