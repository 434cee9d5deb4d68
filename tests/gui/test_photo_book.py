"""Photos are asked of the catalog in handfuls of neighbours, and read again when they have changed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from photosort.core.photo import Photo, PhotoState, TakenSource
from photosort.gui.photo_book import PhotoBook


class Shelf:
    """Gives photos of ids below 10,000 and counts how often it is asked."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []
        self.size = 1

    def __call__(self, ids: Iterable[int]) -> dict[int, Photo]:
        wanted = list(ids)
        self.asked.append(wanted)
        return {
            n: Photo(n, Path("/p"), f"{n}.jpg", (), self.size, 1, PhotoState.PRESENT, 0.0, TakenSource.EXIF)
            for n in wanted
            if n < 10_000
        }


def test_neighbours_come_along() -> None:
    shelf = Shelf()
    book = PhotoBook(shelf)
    order = np.random.default_rng(0).permutation(5_000).astype(np.int64)
    book.set_order(order)
    for photo_id in order[1000:1100].tolist():
        assert book.photo(photo_id).id == photo_id
    assert len(shelf.asked) == 1


def test_a_photo_that_is_not_shown_is_found_too() -> None:
    book = PhotoBook(Shelf())
    book.set_order(np.array([5, 3, 9], np.int64))
    assert book.photo(7).id == 7
    assert PhotoBook(Shelf()).photo(7).id == 7


def test_an_unknown_photo_is_no_photo() -> None:
    with pytest.raises(KeyError):
        PhotoBook(Shelf()).photo(10_001)


def test_what_changed_is_read_again() -> None:
    shelf = Shelf()
    book = PhotoBook(shelf)
    assert book.photo(3).size == 1
    shelf.size = 2
    assert book.photo(3).size == 1
    book.forget([3])
    assert book.photo(3).size == 2


def test_many_come_in_the_order_asked_for_without_those_that_are_gone() -> None:
    assert [photo.id for photo in PhotoBook(Shelf()).photos([9, 20_000, 2])] == [9, 2]


def test_only_so_many_are_kept() -> None:
    shelf = Shelf()
    book = PhotoBook(shelf)
    for photo_id in range(10_000):
        book.photo(photo_id)
    before = len(shelf.asked)
    book.photo(9_999)
    assert len(shelf.asked) == before
    book.photo(0)
    assert len(shelf.asked) == before + 1
