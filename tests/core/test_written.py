"""Stars, colours and keywords as columns, and photos filtered by them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from photosort.core.arrange import Filter, PhotoColumns
from photosort.core.photo import Photo, PhotoState, TakenSource
from photosort.core.written import NOTHING_WRITTEN, WrittenColumns
from photosort.core.xmp.facts import REJECTED, WrittenFacts

NAMES = ("one.jpg", "two.jpg", "three.jpg", "four.jpg", "five.jpg")
FACTS = (
    (1, WrittenFacts(5, "red", ("Places|Italy|Rome", "boat"))),
    (2, WrittenFacts(3, "", ("places|Italy", "Boat"))),
    (3, WrittenFacts(REJECTED, "blue", ())),
    (4, WrittenFacts(None, "", ("Placeswide",))),
    (9, WrittenFacts(4, "red", ("boat",))),  # of a photo that is not among the columns
)


@pytest.fixture
def columns() -> PhotoColumns:
    photos = [
        Photo(row + 1, Path("/photos"), name, (), 1, 1, PhotoState.PRESENT, 0.0, TakenSource.EXIF)
        for row, name in enumerate(NAMES)
    ]
    return PhotoColumns.from_photos(photos).with_written(WrittenColumns.of(FACTS))


def shown(columns: PhotoColumns, **only: object) -> list[str]:
    mask = Filter(**only).mask(columns)  # type: ignore[arg-type]
    return [name for name, there in zip(columns.names, mask.tolist(), strict=True) if there]


@pytest.mark.parametrize(
    ("ratings", "names"),
    [
        ({1}, ["one.jpg", "two.jpg"]),
        ({3}, ["one.jpg", "two.jpg"]),
        ({4}, ["one.jpg"]),
        ({5, 3}, ["one.jpg", "two.jpg"]),
        ({REJECTED}, ["three.jpg"]),
        ({0}, ["four.jpg", "five.jpg"]),
        ({0, 4}, ["one.jpg", "four.jpg", "five.jpg"]),
        ({REJECTED, 5}, ["one.jpg", "three.jpg"]),
    ],
)
def test_photos_are_filtered_by_at_least_so_many_stars(
    columns: PhotoColumns, ratings: set[int], names: list[str]
) -> None:
    assert shown(columns, ratings=frozenset(ratings)) == names


def test_photos_are_filtered_by_colour(columns: PhotoColumns) -> None:
    assert shown(columns, colours=frozenset({"red"})) == ["one.jpg"]
    assert shown(columns, colours=frozenset({"red", "blue"})) == ["one.jpg", "three.jpg"]
    assert shown(columns, colours=frozenset({"green"})) == []


@pytest.mark.parametrize(
    ("keyword", "names"),
    [
        ("Places", ["one.jpg", "two.jpg"]),
        ("Places|Italy", ["one.jpg", "two.jpg"]),
        ("places|italy|rome", ["one.jpg"]),
        ("BOAT", ["one.jpg", "two.jpg"]),
        ("Italy", []),
    ],
)
def test_a_keyword_stands_for_the_narrower_ones_too(columns: PhotoColumns, keyword: str, names: list[str]) -> None:
    assert shown(columns, keywords=frozenset({keyword})) == names


def test_filters_of_different_kinds_must_all_hold(columns: PhotoColumns) -> None:
    assert shown(columns, keywords=frozenset({"boat"}), ratings=frozenset({4})) == ["one.jpg"]


def test_text_finds_keywords(columns: PhotoColumns) -> None:
    assert shown(columns, text="rome") == ["one.jpg"]
    assert shown(columns, text="ítaly two") == ["two.jpg"]


def test_new_photos_have_nothing_written(columns: PhotoColumns) -> None:
    columns.append([Photo(6, Path("/photos"), "six.jpg", (), 1, 1, PhotoState.PRESENT, 0.0, TakenSource.EXIF)])

    assert shown(columns, ratings=frozenset({0})) == ["four.jpg", "five.jpg", "six.jpg"]


def test_keywords_stand_below_their_wider_ones() -> None:
    written = WrittenColumns.of(FACTS)

    assert written.keywords == ("boat", "Places", "Places|Italy", "Places|Italy|Rome", "Placeswide")
    assert [len(ids) for _keyword, ids in written.by_keyword()] == [3, 2, 2, 1, 1]
    assert written.colours == ("blue", "red")


def test_a_photo_with_several_keywords_of_one_kind_counts_once() -> None:
    written = WrittenColumns.of([(7, WrittenFacts(keywords=("Places|Rome", "Places|Paris", "Places")))])

    assert written.with_keyword("places").tolist() == [7]


def test_photos_of_which_nothing_is_said_take_no_room() -> None:
    written = WrittenColumns.of([(1, WrittenFacts()), (2, WrittenFacts(0)), (3, WrittenFacts(1))])

    assert written.photo_ids.tolist() == [3]
    assert len(NOTHING_WRITTEN.photo_ids) == 0
    assert NOTHING_WRITTEN.with_keyword("any").dtype == np.int64
