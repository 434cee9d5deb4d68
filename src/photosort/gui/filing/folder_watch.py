"""FolderWatch: notices that something happened in a folder, as far as the system tells, and now and then anyway."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal, Slot

MOST_FOLDERS: Final = 1_000
"""So many folders are watched at most: systems have a limit, and other programs want a share of it."""
QUIET_MS: Final = 2_000
"""A folder is looked at when nothing has happened in it for so long: a camera's card is copied photo by photo."""
EVERY_MS: Final = 5 * 60_000
"""Now and then it is looked at in any case: network drives tell nothing, and not every folder is watched."""


class FolderWatch(QObject):
    """Watches a folder and those below it.

    Args:
        parent: who keeps it.
        quiet_ms: how long nothing may have happened before `changed`.
        every_ms: how often `changed` comes by itself.

    Attributes:
        quiet: the timer that waits until nothing happens any more.
    """

    changed = Signal()
    """Something may have changed."""

    def __init__(self, parent: QObject | None = None, *, quiet_ms: int = QUIET_MS, every_ms: int = EVERY_MS) -> None:
        super().__init__(parent)
        self._watcher = QFileSystemWatcher(self)
        self._watcher.directoryChanged.connect(self._on_directory_changed)
        self.quiet = QTimer(self)
        self.quiet.setSingleShot(True)
        self.quiet.setInterval(quiet_ms)
        self.quiet.timeout.connect(self.changed)
        self._regular = QTimer(self)
        self._regular.setInterval(every_ms)
        self._regular.timeout.connect(self.changed)

    @property
    def on(self) -> bool:
        """True while it watches."""
        return self._regular.isActive()

    def watch(self, folder: Path, below: Iterable[str]) -> None:
        """Watch a folder from now on, and no other.

        Args:
            folder: the folder.
            below: folders in it where photos are, relative to it, POSIX; those between are watched as well.
        """
        wanted = {folder: None}
        for relative in below:
            path = folder / relative
            inside = [path, *path.parents]
            wanted.update(dict.fromkeys(inside[: inside.index(folder)]))
            if len(wanted) >= MOST_FOLDERS:
                break
        paths = [str(path) for path in wanted][:MOST_FOLDERS]
        if gone := set(self._watcher.directories()) - set(paths):
            self._watcher.removePaths(list(gone))
        self._add(paths)
        if not self.on:
            self._regular.start()

    def stop(self) -> None:
        """Watch nothing."""
        self.quiet.stop()
        self._regular.stop()
        if watched := self._watcher.directories():
            self._watcher.removePaths(watched)

    def _add(self, paths: Iterable[str]) -> None:
        known = set(self._watcher.directories())
        room = MOST_FOLDERS - len(known)
        # What cannot be watched is looked at now and then.
        if new := [path for path in paths if path not in known][:room]:
            self._watcher.addPaths(new)

    @Slot(str)
    def _on_directory_changed(self, path: str) -> None:
        try:
            with os.scandir(path) as entries:
                # Whoever makes a folder will put something into it.
                self._add([entry.path for entry in entries if entry.is_dir(follow_symlinks=False)])
        except OSError:
            # It is gone, or the drive is: the next look tells.
            pass
        self.quiet.start()
