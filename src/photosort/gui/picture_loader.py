"""Reads whole pictures for the viewer on a thread of its own, and keeps a few of them, bounded in bytes."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from PySide6.QtCore import QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage

from photosort.core.errors import ImageError
from photosort.core.imaging import read_full, read_metadata
from photosort.core.photo import Photo
from photosort.gui import text
from photosort.gui.thumbnail_loader import image_of_pixels

_logger = logging.getLogger(__name__)

_LIMIT_BYTES = 384 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Wanted:
    """A picture that is asked for.

    Attributes:
        photo: whose picture.
        max_side: long side in pixels beyond which nothing is gained; None for every pixel there is.
    """

    photo: Photo
    max_side: int | None

    @property
    def key(self) -> tuple[int, int, int | None]:
        """What tells one picture from another; a file that has changed is another."""
        return self.photo.id, self.photo.mtime_ns, self.max_side


@dataclass(frozen=True, slots=True)
class Picture:
    """What was read.

    Attributes:
        image: upright.
        full_size: of the photo itself, in its own pixels; `image` may be smaller.
    """

    image: QImage
    full_size: QSize


class PictureLoader(QObject):
    """Reads what is wanted, one picture at a time, the first first; `close` must be called before the program ends.

    All signals are emitted in the GUI thread.

    Args:
        limit_bytes: what the pictures that are kept may take; the one read last is always kept.
        parent: Qt's owner.
    """

    loaded = Signal(object, object)
    """Wanted, and its Picture."""
    failed = Signal(object, str)
    """Wanted, and why there is no picture, in words for a person."""
    _arrived = Signal(object, object, str)

    def __init__(self, *, limit_bytes: int = _LIMIT_BYTES, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._limit = limit_bytes
        self._kept: OrderedDict[tuple[int, int, int | None], Picture] = OrderedDict()
        self._queue: list[Wanted] = []
        self._reading: Wanted | None = None
        self._closed = threading.Event()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="photosort-viewer")
        self._pending: Future[None] | None = None
        self._arrived.connect(self._on_arrived, Qt.ConnectionType.QueuedConnection)

    @property
    def size_bytes(self) -> int:
        """What the kept pictures take."""
        return sum(picture.image.sizeInBytes() for picture in self._kept.values())

    def get(self, wanted: Wanted) -> Picture | None:
        """A picture that is at hand."""
        picture = self._kept.get(wanted.key)
        if picture is not None:
            self._kept.move_to_end(wanted.key)
        return picture

    def want(self, wanted: Sequence[Wanted]) -> None:
        """Read these, in this order, and nothing else that waits; those at hand are passed over."""
        reading = None if self._reading is None else self._reading.key
        self._queue = [one for one in wanted if one.key not in self._kept and one.key != reading]
        self._read_next()

    def forget(self) -> None:
        """Let go of everything."""
        self._queue.clear()
        self._kept.clear()

    def close(self) -> None:
        """Forget everything and end the thread; returns when it has ended."""
        self._closed.set()
        self.forget()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _read_next(self) -> None:
        if self._reading is not None or self._closed.is_set():
            return
        if self._queue:
            self._reading = self._queue.pop(0)
            self._pending = self._pool.submit(self._read, self._reading)

    def _read(self, wanted: Wanted) -> None:
        """Runs on the loader's thread."""
        picture, reason = None, "It could not be read."
        try:
            picture = _picture_of(wanted)
        except (ImageError, OSError) as error:
            _logger.info("No picture of %s: %s", wanted.photo.relpath, error)
            reason = text.reason(error)
        finally:
            # Also when a defect was raised: the next picture must not wait for ever.
            if not self._closed.is_set():
                self._arrived.emit(wanted, picture, reason)

    @Slot(object, object, str)
    def _on_arrived(self, wanted: Wanted, picture: Picture | None, reason: str) -> None:
        if self._closed.is_set():
            return
        self._reading = None
        if picture is None:
            self.failed.emit(wanted, reason)
        else:
            self._kept[wanted.key] = picture
            while self.size_bytes > self._limit and len(self._kept) > 1:
                self._kept.popitem(last=False)
            self.loaded.emit(wanted, picture)
        self._read_next()


def _picture_of(wanted: Wanted) -> Picture:
    """Read a picture, and find out how large the photo is when the picture does not tell."""
    photo, limit = wanted.photo, wanted.max_side
    image = image_of_pixels(read_full(photo.path, max_side=limit))
    if limit is None or max(image.width(), image.height()) < limit:
        return Picture(image, image.size())
    width, height = photo.width, photo.height
    if width is None or height is None:
        metadata = read_metadata(photo.path)
        width, height = metadata.width, metadata.height
    if width is None or height is None or (width < height) != (image.width() < image.height()):
        return Picture(image, image.size())
    return Picture(image, QSize(max(width, image.width()), max(height, image.height())))
