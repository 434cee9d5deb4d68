"""Counting of an analysis: what was read, served, failed, and how fast."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field

from photosort.core.photo import Failure
from photosort.pipeline.work import BatchResult

_RATE_WINDOW = 10.0
"""Seconds over which photos/s is told: long enough to be calm, short enough to notice a slow disk."""


@dataclass(slots=True)
class Tally:
    """What has been counted so far.

    Attributes:
        analysed: photos whose content was read, or its thumbnail, and computed.
        served: photos that stored results serve: copies of others.
        failures: photos that could not be read.
        decode_seconds: summed over the threads.
        embed_seconds: summed over the threads.
    """

    analysed: int = 0
    served: int = 0
    failures: list[Failure] = field(default_factory=list)
    decode_seconds: float = 0.0
    embed_seconds: float = 0.0
    _finished: deque[tuple[float, int]] = field(default_factory=deque)

    def add(self, result: BatchResult) -> None:
        """Count a batch."""
        fresh = sum(one.pixels is not None for one in result.looked)
        self.analysed += fresh
        self.served += len(result.looked) - fresh
        self.failures.extend(one.failure for one in result.failures)
        self.decode_seconds += result.decode_seconds
        self.embed_seconds += result.embed_seconds
        self._finished.append((time.perf_counter(), len(result.looked) + len(result.failures)))

    @property
    def done(self) -> int:
        """Photos dealt with, one way or another."""
        return self.analysed + self.served + len(self.failures)

    def rate(self) -> float:
        """Photos per second over the last seconds; 0 while unknown."""
        now = time.perf_counter()
        while self._finished and self._finished[0][0] < now - _RATE_WINDOW:
            self._finished.popleft()
        if len(self._finished) < 2:
            return 0.0
        # The first entry only opens the window: what it counted was done before.
        counted = sum(count for _, count in self._finished) - self._finished[0][1]
        return counted / max(now - self._finished[0][0], 1e-3)
