"""The thumbnails on disk: small JPEGs by content key, in the cache folder, up to a size limit."""

from __future__ import annotations

import io
import logging
import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.JpegImagePlugin import get_sampling

_logger = logging.getLogger(__name__)

THUMBNAIL_SIDE: Final = 384
"""Long side of a thumbnail, pixels."""

_QUALITY = 85
_FULL_COLOUR = 0
"""JPEG's 4:4:4. A quarter larger than with colours at half size, and embeddings of photos and of their thumbnails agree
to a cosine of 0.999 instead of 0.998: photos can be looked at again by their thumbnails."""

_TRIM_TO = 0.9
_TRIM_EVERY_BYTES = 64 * 1024 * 1024
_FIRST_TRIM_BYTES = 4 * 1024 * 1024
_TAG_NAME = "CACHEDIR.TAG"
_TAG = (
    "Signature: 8a477f597d28d172789f06886806bc55\n"
    "# Thumbnails by photosort, made again when needed. Backups and scans leave such folders out:\n"
    "# https://bford.info/cachedir/\n"
)
_JPEG_START, _JPEG_END = b"\xff\xd8\xff", b"\xff\xd9"


class ThumbnailCache:
    """Thumbnails of contents that were seen. May vanish at any time, may be used by several threads and processes.

    Nothing here fails for the caller: a damaged file counts as absent and is removed, a full disk is logged.

    Args:
        directory: where they are kept; made when the first one is stored.
        limit_bytes: beyond this the least recently used ones go.
    """

    def __init__(self, directory: Path, *, limit_bytes: int = 3 * 1024**3) -> None:
        self._directory = directory
        self._limit = limit_bytes
        self._lock = threading.Lock()
        # The first look at the size comes soon: many short sessions must not outgrow the limit together.
        self._written = _TRIM_EVERY_BYTES - _FIRST_TRIM_BYTES
        self._complained = False
        self._marked = False

    def get(self, key: str) -> bytes | None:
        """The JPEG of a content; None where there is none."""
        path = self._path(key)
        try:
            data = path.read_bytes()
        except OSError:
            return None
        if not (data.startswith(_JPEG_START) and data.endswith(_JPEG_END)):
            _logger.info("dropping a damaged thumbnail: %s", path)
            with suppress(OSError):
                path.unlink()
            return None
        # The time of last use, for trim(): access times are not kept on most systems.
        with suppress(OSError):
            os.utime(path)
        return data

    def pixels(self, key: str) -> NDArray[np.uint8] | None:
        """The thumbnail of a content as a network may see it in place of the photo.

        Returns:
            uint8 of shape (height, width, 3), sRGB; None where there is none, or one that was made before thumbnails
            kept their colours at full size: it is for viewing alone.
        """
        return self._decoded(key, for_network=True)

    def view(self, key: str) -> NDArray[np.uint8] | None:
        """The thumbnail of a content for people: uint8 of shape (height, width, 3), sRGB; None where there is none."""
        return self._decoded(key, for_network=False)

    def _decoded(self, key: str, *, for_network: bool) -> NDArray[np.uint8] | None:
        data = self.get(key)
        if data is None:
            return None
        try:
            with Image.open(io.BytesIO(data), formats=("JPEG",)) as image:
                if for_network and get_sampling(image) != _FULL_COLOUR:
                    return None
                return np.asarray(image.convert("RGB"))
        except (OSError, ValueError, SyntaxError) as error:
            _logger.info("a thumbnail cannot be read: %s", error)
            return None

    def has_pixels(self, key: str) -> bool:
        """Whether `pixels` would give some, without decoding them."""
        try:
            with Image.open(self._path(key), formats=("JPEG",)) as image:
                return get_sampling(image) == _FULL_COLOUR
        except (OSError, ValueError, SyntaxError):
            return False

    def has(self, key: str) -> bool:
        """Whether there is a thumbnail of a content (a quick look: not whether it is sound)."""
        try:
            return self._path(key).stat().st_size > 0
        except OSError:
            return False

    def put(self, key: str, pixels: NDArray[np.uint8]) -> None:
        """Store the thumbnail of a content, replacing an older one.

        Args:
            key: the content key.
            pixels: uint8 of shape (height, width, 3), sRGB, upright; reduced here where it is larger.
        """
        data = _encode(pixels)
        path = self._path(key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._mark()
            _write_atomically(path, data)
        except OSError as error:
            with self._lock:
                first, self._complained = not self._complained, True
            _logger.log(logging.WARNING if first else logging.DEBUG, "a thumbnail could not be stored: %s", error)
            return
        with self._lock:
            self._written += len(data)
            due = self._written >= min(_TRIM_EVERY_BYTES, self._limit)
            if due:
                self._written = 0
        if due:
            self.trim()

    def _mark(self) -> None:
        """Say in the folder that it is a cache: our own scan must not take thumbnails for photos."""
        tag = self._directory / _TAG_NAME
        if not self._marked and not tag.exists():
            tag.write_text(_TAG, encoding="ascii")
        self._marked = True

    def size_bytes(self) -> int:
        """Bytes of all thumbnails."""
        return sum(size for _, size, _ in self._sized_entries())

    def clear(self) -> None:
        """Remove all thumbnails."""
        self._remove(list(self._entries()))

    def trim(self) -> int:
        """Remove the least recently used thumbnails if there is more than the limit.

        Returns:
            bytes freed.
        """
        found = list(self._sized_entries())
        excess = sum(size for _, size, _ in found)
        if excess <= self._limit:
            return 0
        excess -= int(self._limit * _TRIM_TO)
        found.sort(key=lambda one: one[0])
        freed, doomed = 0, []
        for _, size, entry in found:
            if freed >= excess:
                break
            freed += size
            doomed.append(entry)
        self._remove(doomed)
        return freed

    def _path(self, key: str) -> Path:
        # Keys are hashed again, so that whatever they hold makes a sound file name, spread evenly over 256 folders.
        name = blake2b(key.encode(), digest_size=16).hexdigest()
        return self._directory / name[:2] / f"{name[2:]}.jpg"

    def _sized_entries(self) -> Iterator[tuple[float, int, os.DirEntry[str]]]:
        """Time of last use, size and entry of every file that is still there."""
        for entry in self._entries():
            with suppress(OSError):
                status = entry.stat()
                yield status.st_mtime, status.st_size, entry

    def _entries(self) -> Iterator[os.DirEntry[str]]:
        """Every file of ours, also unfinished ones that a crash left."""
        try:
            shards = [shard for shard in os.scandir(self._directory) if len(shard.name) == 2 and shard.is_dir()]
        except OSError:
            return
        for shard in shards:
            with suppress(OSError), os.scandir(shard.path) as files:
                yield from (file for file in files if file.name.endswith((".jpg", ".part")))

    @staticmethod
    def _remove(entries: list[os.DirEntry[str]]) -> None:
        for entry in entries:
            try:
                Path(entry.path).unlink(missing_ok=True)
            except OSError as error:
                _logger.info("a thumbnail could not be removed: %s", error)


def _encode(pixels: NDArray[np.uint8]) -> bytes:
    image = Image.fromarray(pixels)
    long_side = max(image.size)
    if long_side > THUMBNAIL_SIDE:
        size = tuple(max(1, round(side * THUMBNAIL_SIDE / long_side)) for side in image.size)
        image = image.resize((size[0], size[1]), Image.Resampling.HAMMING)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=_QUALITY, subsampling=_FULL_COLOUR)
    return buffer.getvalue()


def _write_atomically(path: Path, data: bytes) -> None:
    """A reader sees the old file, the new one, or none; no fsync: a lost thumbnail is made again."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        Path(temporary).replace(path)
    except OSError:
        with suppress(OSError):
            Path(temporary).unlink()
        raise
