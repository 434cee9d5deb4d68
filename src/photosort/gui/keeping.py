"""Keep the photos where they are when a folder is read again."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from photosort.core.arrange import Arranged, Group, PhotoColumns


def keep_order(
    shown: Arranged, before: PhotoColumns, after: PhotoColumns, wanted: Arranged
) -> tuple[Arranged, NDArray[np.int64]]:
    """The old arrangement of photos in new columns.

    Args:
        shown: what is shown, in rows of ``before``.
        before: the columns so far.
        after: the columns from now on.
        wanted: the arrangement that would be made of ``after``.

    Returns:
        the arrangement in rows of ``after``, without the photos that are gone; and the ids of the photos that
        ``wanted`` has elsewhere: in another group, or in it and not yet shown, or the other way round.
    """
    rows = after.row_of(before.ids[shown.rows])
    here = rows >= 0
    counts = np.add.reduceat(here, shown.group_starts[:-1]) if len(shown.groups) else np.zeros(0, np.int64)
    left = counts > 0
    starts = np.concatenate(([0], np.cumsum(counts[left]))).astype(np.int32)
    groups = tuple(
        Group(group.key, group.title, int(count)) for group, count in zip(shown.groups, counts, strict=True) if count
    )
    kept = Arranged(rows[here].astype(np.int32), starts, groups)
    return kept, after.ids[_elsewhere(kept, wanted, len(after))]


def _elsewhere(kept: Arranged, wanted: Arranged, rows: int) -> NDArray[np.int64]:
    """Rows whose group differs (a row that is not shown is in none), or that stand after one they should be before."""
    keys = dict.fromkeys(group.key for group in (*kept.groups, *wanted.groups))
    numbers = {key: number for number, key in enumerate(keys)}
    group_of = []
    for arranged in (kept, wanted):
        group = np.full(rows, -1, np.int64)
        sizes = np.diff(arranged.group_starts)
        group[arranged.rows] = np.repeat([numbers[one.key] for one in arranged.groups], sizes)
        group_of.append(group)
    moved = group_of[0] != group_of[1]
    staying = kept.rows[~moved[kept.rows]]
    place = np.empty(rows, np.int64)
    place[wanted.rows] = np.arange(len(wanted.rows))
    moved[staying[_out_of_order(place[staying])]] = True
    return np.flatnonzero(moved)


def _out_of_order(places: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which numbers stand after a larger one."""
    if not len(places):
        return np.zeros(0, np.bool_)
    highest = np.maximum.accumulate(places)
    return places < highest
