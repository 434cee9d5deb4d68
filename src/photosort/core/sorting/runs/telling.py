"""How far a run is, in photos where only names change, in bytes where files are copied or compared."""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import Final, TypeVar

from photosort.core.photo import Progress, Transfer

_T = TypeVar("_T")

TELL_SECONDS: Final = 0.1


class Telling:
    """Counts what is done.

    Args:
        what: what is done, for a status bar.
        photos: how many there are.
        total_bytes: of all their files; None where no content is read or written.
    """

    def __init__(self, what: str, photos: int, total_bytes: int | None) -> None:
        self._what = what
        self._photos = photos
        self._total_bytes = total_bytes
        self._done = 0
        self._done_bytes = 0
        self._told_at = 0.0

    def now(self, partly: int = 0) -> Progress:
        """How far it is, with ``partly`` bytes of a file that is at work."""
        self._told_at = time.monotonic()
        if self._total_bytes is None:
            return Progress(self._what, self._done, self._photos)
        # A photo that failed has not been copied whole.
        done = self._total_bytes if self._done == self._photos else min(self._done_bytes + partly, self._total_bytes)
        return Transfer(self._what, done, self._total_bytes)

    def photo_done(self) -> Progress:
        """How far it is, now that one photo more is dealt with."""
        self._done += 1
        return self.now()

    def watched(self, work: Generator[int, None, _T], size: int) -> Generator[Progress, None, _T]:
        """Do one step, telling ten times a second how far it is.

        Args:
            work: yields bytes, each of them twice: written and read again, or read at both places.
            size: bytes of the file.
        """
        seen = 0
        try:
            while True:
                seen += next(work)
                if time.monotonic() - self._told_at >= TELL_SECONDS:
                    yield self.now(min(seen // 2, size))
        except StopIteration as end:
            self._done_bytes += size
            result: _T = end.value
            return result
        finally:
            work.close()
