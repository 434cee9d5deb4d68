"""The system's trash where only the window's toolkit tells the place of what was put there."""

from __future__ import annotations

import errno
from pathlib import Path

from PySide6.QtCore import QFile

from photosort.core.sorting.files.trash import SystemTrash


class WindowTrash:
    """Discards files through Qt, which knows the trash of macOS and Windows."""

    @property
    def tells_places(self) -> bool:
        """True: what is discarded can be brought back by photosort."""
        return True

    def discard(self, path: Path) -> Path | None:
        """Put a file into the trash; see `photosort.core.sorting.files.trash.Trash`."""
        file = QFile(str(path))
        if not file.moveToTrash():
            raise OSError(errno.EIO, file.errorString(), str(path))
        place = file.fileName()
        return Path(place) if place and Path(place) != path else None


def best_trash() -> SystemTrash | WindowTrash:
    """The trash that tells the places of what is put there."""
    system = SystemTrash()
    return system if system.tells_places else WindowTrash()
