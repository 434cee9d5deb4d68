"""When a folder is read again, photos stay where they are, and those that belong elsewhere are counted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from photosort.core.arrange import Arrangement, Grouping, Order, PhotoColumns, arrange
from photosort.core.photo import Photo, PhotoState, TakenSource
from photosort.gui.keeping import keep_order

BY_NAME = Arrangement(order=Order.NAME)


def columns_of(photos: dict[int, str]) -> PhotoColumns:
    return PhotoColumns.from_photos(
        [Photo(i, Path("/p"), path, (), 1, 1, PhotoState.PRESENT, 0.0, TakenSource.EXIF) for i, path in photos.items()]
    )


def kept(
    before: dict[int, str], after: dict[int, str], arrangement: Arrangement = BY_NAME
) -> tuple[list[int], set[int]]:
    old, new = columns_of(before), columns_of(after)
    shown, moved = keep_order(arrange(old, arrangement), old, new, arrange(new, arrangement))
    sizes = np.diff(shown.group_starts).tolist()
    assert [group.count for group in shown.groups] == sizes
    assert all(sizes)
    return new.ids[shown.rows].tolist(), set(moved.tolist())


def test_nothing_new_moves_nothing() -> None:
    photos = {1: "a.jpg", 2: "b.jpg", 3: "c.jpg"}
    assert kept(photos, photos) == ([1, 2, 3], set())


def test_a_new_photo_waits_and_is_counted() -> None:
    assert kept({1: "a.jpg", 3: "c.jpg"}, {1: "a.jpg", 2: "b.jpg", 3: "c.jpg"}) == ([1, 3], {2})


def test_a_photo_that_is_gone_leaves_at_once() -> None:
    assert kept({1: "a.jpg", 2: "b.jpg"}, {2: "b.jpg"}) == ([2], set())


def test_a_renamed_photo_keeps_its_place_and_alone_is_counted() -> None:
    before = {1: "a.jpg", 2: "b.jpg", 3: "c.jpg", 4: "d.jpg"}
    assert kept(before, {**before, 1: "z.jpg"}) == ([1, 2, 3, 4], {1})


def test_a_photo_that_belongs_in_another_group_is_counted() -> None:
    folders = Arrangement(Grouping.FOLDER, Order.NAME)
    before = {1: "x/a.jpg", 2: "x/b.jpg", 3: "y/c.jpg"}
    assert kept(before, {**before, 2: "y/b.jpg"}, folders) == ([1, 2, 3], {2})


def test_a_group_whose_photos_are_all_gone_is_gone() -> None:
    folders = Arrangement(Grouping.FOLDER, Order.NAME)
    assert kept({1: "x/a.jpg", 2: "y/b.jpg", 3: "z/c.jpg"}, {1: "x/a.jpg", 3: "z/c.jpg"}, folders) == ([1, 3], set())


@given(st.permutations(range(12)))
def test_taking_out_those_that_are_counted_leaves_an_ordered_rest(places: list[int]) -> None:
    before = {n: f"{n:02}.jpg" for n in range(12)}
    after = {n: f"{places[n]:02}.jpg" for n in range(12)}
    order, moved = kept(before, after)
    assert order == list(range(12))
    rest = [after[n] for n in order if n not in moved]
    assert rest == sorted(rest)
    # No smaller set would do: dropping them leaves a longest rising subsequence.
    best = [1] * 12
    for right in range(12):
        best[right] = 1 + max((best[left] for left in range(right) if places[left] < places[right]), default=0)
    assert len(rest) == max(best)
