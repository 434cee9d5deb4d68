"""The thumbnails at hand for painting: pixmaps by photo, bounded in bytes, those painted longest ago go first."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from PySide6.QtGui import QPixmap

DEFAULT_LIMIT = 128 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A pixmap and what it was made for.

    Attributes:
        pixmap: the picture, upright.
        side: the tile side in device pixels that it was scaled for; a larger tile deserves a new one.
    """

    pixmap: QPixmap
    side: int

    @property
    def size_bytes(self) -> int:
        """What the pixmap takes in memory."""
        return self.pixmap.width() * self.pixmap.height() * max(1, self.pixmap.depth() // 8)


class PixmapCache:
    """Thumbnails by photo id. For the GUI thread alone.

    Args:
        limit_bytes: what all pixmaps together may take.
    """

    def __init__(self, limit_bytes: int = DEFAULT_LIMIT) -> None:
        self._limit = limit_bytes
        self._held: OrderedDict[int, Thumbnail] = OrderedDict()
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._held)

    def __contains__(self, photo_id: int) -> bool:
        return photo_id in self._held

    @property
    def size_bytes(self) -> int:
        """What all pixmaps take now."""
        return self._bytes

    def get(self, photo_id: int) -> Thumbnail | None:
        """The thumbnail of a photo, which thereby becomes the one used last."""
        thumbnail = self._held.get(photo_id)
        if thumbnail is not None:
            self._held.move_to_end(photo_id)
        return thumbnail

    def side(self, photo_id: int) -> int:
        """The tile side that a photo's thumbnail was made for; 0 where there is none. Counts as no use."""
        thumbnail = self._held.get(photo_id)
        return 0 if thumbnail is None else thumbnail.side

    def put(self, photo_id: int, thumbnail: Thumbnail) -> None:
        """Keep a thumbnail, and let go of those unused longest while there are too many bytes."""
        self.drop(photo_id)
        self._held[photo_id] = thumbnail
        self._bytes += thumbnail.size_bytes
        while self._bytes > self._limit and len(self._held) > 1:
            _, oldest = self._held.popitem(last=False)
            self._bytes -= oldest.size_bytes

    def drop(self, photo_id: int) -> None:
        """Forget a photo's thumbnail, if there is one."""
        old = self._held.pop(photo_id, None)
        if old is not None:
            self._bytes -= old.size_bytes

    def clear(self) -> None:
        """Forget everything."""
        self._held.clear()
        self._bytes = 0
