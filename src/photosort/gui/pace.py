"""Pace: how fast a job goes, and how long it still takes."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

_WINDOW = 15.0
"""Seconds that are looked back on."""


class Pace:
    """Measures units per second over the last seconds that were not paused.

    Args:
        clock: seconds, monotonic.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen: deque[tuple[float, int]] = deque()
        self._paused_at: float | None = None
        self._paused_for = 0.0

    def _now(self) -> float:
        return (self._clock() if self._paused_at is None else self._paused_at) - self._paused_for

    def update(self, done: int) -> None:
        """Say how many units are done now; a smaller number than before begins a new stretch."""
        if self._seen and done < self._seen[-1][1]:
            self._seen.clear()
        now = self._now()
        self._seen.append((now, done))
        while len(self._seen) > 2 and self._seen[0][0] < now - _WINDOW:
            self._seen.popleft()

    def pause(self) -> None:
        """Time that passes from now on does not count."""
        if self._paused_at is None:
            self._paused_at = self._clock()

    def resume(self) -> None:
        """Time counts again."""
        if self._paused_at is not None:
            self._paused_for += self._clock() - self._paused_at
            self._paused_at = None

    def rate(self) -> float:
        """Units per second; 0 while unknown."""
        if len(self._seen) < 2:
            return 0.0
        (start, first), (end, last) = self._seen[0], self._seen[-1]
        return (last - first) / (end - start) if end > start else 0.0

    def left(self, total: int | None) -> float | None:
        """Seconds until ``total`` units are done; None while unknown."""
        rate = self.rate()
        if total is None or rate <= 0 or not self._seen:
            return None
        return max(total - self._seen[-1][1], 0) / rate
