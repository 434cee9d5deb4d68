"""Keep the photos where they are when a folder is read again."""

from __future__ import annotations

from bisect import bisect_left

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
    # Groups are never empty, as reduceat needs it.
    counts = np.add.reduceat(here.astype(np.int64), shown.group_starts[:-1]) if shown.groups else np.zeros(0, np.int64)
    left = counts > 0
    starts = np.concatenate(([0], np.cumsum(counts[left]))).astype(np.int32)
    groups = tuple(
        Group(group.key, group.title, int(count)) for group, count in zip(shown.groups, counts, strict=True) if count
    )
    kept = Arranged(rows[here].astype(np.int32), starts, groups)
    return kept, after.ids[_elsewhere(kept, wanted, len(after))]


def _elsewhere(kept: Arranged, wanted: Arranged, rows: int) -> NDArray[np.int64]:
    """Rows whose group differs (a row that is not shown is in none), and those that have to move past others."""
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
    """Which numbers have to move so that all rise: those outside a longest rising subsequence (patience sorting)."""
    moved = np.zeros(len(places), np.bool_)
    if not len(places) or bool(np.all(places[1:] > places[:-1])):
        return moved
    smallest_ends: list[int] = []
    pile_of = np.empty(len(places), np.int64)
    for number, place in enumerate(places.tolist()):
        pile = bisect_left(smallest_ends, place)
        pile_of[number] = pile
        if pile == len(smallest_ends):
            smallest_ends.append(place)
        else:
            smallest_ends[pile] = place
    moved[:] = True
    wanted = len(smallest_ends) - 1
    for number in range(len(places) - 1, -1, -1):
        # A later number of the same pile is smaller, so it always leads on to the pile above.
        if pile_of[number] == wanted:
            moved[number] = False
            wanted -= 1
    return moved
