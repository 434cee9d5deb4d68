"""Telling: how a job goes, in one line of words."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtWidgets import QProgressBar

from photosort.core.photo import Progress, Transfer
from photosort.gui import text
from photosort.gui.pace import Pace

_DOT = " \N{MIDDLE DOT} "
_ENOUGH = 8
_ENOUGH_BYTES = 512 * 1024
"""Fewer foretell nothing."""
_KIBIBYTE = 1024


class Telling:
    """Follows the progress of one job, and says what is done, how much of it, how fast, and how long it still takes.

    Args:
        clock: seconds, monotonic.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._pace = Pace(clock)
        self._paused = False
        self._last: Progress | None = None

    @property
    def last(self) -> Progress | None:
        """The newest progress; None before there was any."""
        return self._last

    def update(self, progress: Progress) -> None:
        """Take in how far the job is; a job that turns to another thing has another pace."""
        if self._last is not None and progress.what != self._last.what:
            self._pace = Pace(self._clock)
            if self._paused:
                self._pace.pause()
        self._last = progress
        self._pace.update(progress.done)

    def set_paused(self, *, paused: bool) -> None:
        """Time that passes while the job is held does not count."""
        self._paused = paused
        (self._pace.pause if paused else self._pace.resume)()

    def sentence(self) -> str:
        """What to say now; empty before anything is known."""
        progress = self._last
        if progress is None:
            return ""
        parts = [f"{progress.what}{_amount(progress)}"]
        if self._paused:
            return _DOT.join([*parts, "paused"])
        told = getattr(progress, "photos_per_second", 0.0)
        rate = told or (self._pace.rate() if progress.total is not None else 0.0)
        if progress.done < (_ENOUGH_BYTES if isinstance(progress, Transfer) else _ENOUGH):
            return _DOT.join(parts)
        if told:
            parts.append(f"{told:,.0f} photos/s" if told >= 10 else f"{told:.1f} photos/s")
        if progress.total is not None and rate > 0 and progress.done < progress.total:
            parts.append(f"{text.duration((progress.total - progress.done) / rate)} left")
        return _DOT.join(parts)


def show_share(bar: QProgressBar, progress: Progress | None) -> None:
    """Show on a bar how much is done; a bar without an end where nobody knows."""
    if progress is None or not progress.total:
        bar.setRange(0, 0)
        return
    # A bar counts to 2^31: of bytes, that is a file of 2 GB.
    unit = _KIBIBYTE if isinstance(progress, Transfer) else 1
    bar.setRange(0, max(progress.total // unit, 1))
    bar.setValue(progress.done // unit)


def _amount(progress: Progress) -> str:
    if progress.total is None and not progress.done:
        return ""
    if isinstance(progress, Transfer):
        done = text.file_size(progress.done)
        return f": {done if progress.total is None else text.file_sizes(progress.done, progress.total)}"
    return f": {progress.done:,}" if progress.total is None else f": {progress.done:,} of {progress.total:,}"
