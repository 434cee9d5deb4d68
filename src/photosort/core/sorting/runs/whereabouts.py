"""Where the catalog finds the photos of a run, before it and after."""

from __future__ import annotations

from photosort.core.catalog.following import Follow, Home
from photosort.core.photo import FileInfo
from photosort.core.sorting.runs.steps import RunPhoto, Side
from photosort.core.sorting.values import Run


class Whereabouts:
    """Tells where photos of a move are.

    Args:
        run: a move.
        home: the known folder that its destination belongs to.
    """

    def __init__(self, run: Run, home: Home) -> None:
        self._run = run
        self._home = home
        # A folder may be sorted into one above it, and photos of it back into itself: they stay its photos.
        above = run.root != run.destination and run.root.is_relative_to(run.destination)
        self._way_back = f"{run.root.relative_to(run.destination).as_posix()}/" if above else None

    def at(self, photo: RunPhoto, photo_id: int, side: Side) -> Follow:
        """Where a photo is on a side; in no folder at all where it was put into the trash."""
        if side is Side.BEFORE:
            files = tuple(FileInfo(file.source, file.size, file.mtime_ns) for file in photo.companions)
            return Follow(photo_id, self._run.root_id, photo.source, files)
        if photo.target is None:
            return Follow(photo_id, self._run.root_id, None)
        root_id, cut, prefix = self._home.root_id, 0, self._home.prefix
        if self._way_back is not None and photo.target.startswith(self._way_back):
            root_id, cut, prefix = self._run.root_id, len(self._way_back), ""
        files = tuple(
            FileInfo(prefix + file.target[cut:], file.size, file.mtime_ns)
            for file in photo.companions
            if file.target is not None
        )
        return Follow(photo_id, root_id, prefix + photo.target[cut:], files)
