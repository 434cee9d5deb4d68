"""Which photo is looked at next: what the person sees, then a sample of the whole folder, then the rest."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from photosort.core.photo import Photo

SAMPLE_SIZE = 1000
"""Photos that stand for the whole folder: the share of a label among them is right to about 3 percent points."""


class Priority:
    """The photos that somebody is looking at, told by the window's thread and read by the job's.

    Thread-safe. Asking again replaces what was asked before: what scrolled out of sight is no longer urgent.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._visible: tuple[int, ...] = ()

    def set_visible(self, photo_ids: Sequence[int] | NDArray[np.int64]) -> None:
        """Say which photos are on screen now, most wanted first."""
        visible = tuple(int(photo_id) for photo_id in photo_ids)
        with self._lock:
            self._visible = visible

    def visible(self) -> tuple[int, ...]:
        """The photos on screen, as last told."""
        with self._lock:
            return self._visible


class WorkOrder:
    """Hands out the photos of one analysis, each exactly once.

    Args:
        photos: what is to be looked at.
        priority: what is on screen; asked anew at every hand-out.
        sample_size: how many photos, spread over folders and dates, come before the rest.
    """

    def __init__(self, photos: Sequence[Photo], priority: Priority, *, sample_size: int = SAMPLE_SIZE) -> None:
        self._remaining = {photo.id: photo for photo in photos}
        self._priority = priority
        order = even_order(photos, sample_size)
        self._sample = frozenset(order[:sample_size])
        self._order: Iterator[int] = iter(order)

    def __len__(self) -> int:
        """Photos that were not handed out yet."""
        return len(self._remaining)

    def take(self, count: int) -> list[Photo]:
        """The next photos, at most ``count``; an empty list when all are handed out."""
        taken = [self._remaining.pop(i) for i in self._visible_first(count)]
        rest = (i for i in self._order if i in self._remaining)
        taken.extend(self._remaining.pop(i) for i in islice(rest, count - len(taken)))
        return taken

    def sampling(self) -> bool:
        """True while some of the sample is still to be handed out."""
        return not self._sample.isdisjoint(self._remaining)

    def _visible_first(self, count: int) -> list[int]:
        return list(islice((i for i in self._priority.visible() if i in self._remaining), count))


def even_order(photos: Sequence[Photo], sample_size: int) -> list[int]:
    """Ids of photos: first a sample spread evenly over folders and dates, then the rest in that order.

    The sample takes every n-th photo of the folder sorted by folder and date, so that each folder and each year is in
    it by its share; it is shuffled (always the same way), so that even its first photos come from everywhere.
    """
    ordered = [photo.id for photo in sorted(photos, key=lambda p: (p.folder, p.taken, p.relpath))]
    if len(ordered) <= sample_size:
        picked = np.arange(len(ordered))
    else:
        picked = np.linspace(0, len(ordered) - 1, sample_size).round().astype(np.int64)
    shuffled = np.random.default_rng(0).permutation(picked)
    chosen = set(picked.tolist())
    return [ordered[i] for i in shuffled] + [i for n, i in enumerate(ordered) if n not in chosen]
