"""What the left panel lists of stars, colour labels and keywords."""

from __future__ import annotations

from pathlib import Path

import pytest

from photosort.core.arrange import Filter, PhotoColumns
from photosort.core.photo import Photo, PhotoState, TakenSource
from photosort.core.written import WrittenColumns
from photosort.core.xmp.facts import WrittenFacts
from photosort.gui.panel_lines import Line, Section
from photosort.gui.sections import narrowed, sections_of
from photosort.gui.written.sections import KeywordChoice, RatingChoice, written_sections
from photosort.gui.written.words import facts_told


def columns_of(*facts: WrittenFacts, unsaid: int = 0) -> PhotoColumns:
    photos = [
        Photo(number, Path("/p"), f"{number}.jpg", (), 1, 1, PhotoState.PRESENT, 0.0, TakenSource.EXIF)
        for number in range(1, len(facts) + unsaid + 1)
    ]
    return PhotoColumns.from_photos(photos).with_written(WrittenColumns.of(enumerate(facts, 1)))


def told(lines: tuple[Line, ...]) -> list[tuple[str, int]]:
    return [(line.title, line.count) for line in lines]


def section(columns: PhotoColumns, title: str) -> Section:
    return next(one for one in written_sections(columns) if one.title == title)


def test_where_nothing_is_written_there_is_no_section() -> None:
    assert written_sections(columns_of(unsaid=3)) == []
    assert written_sections(columns_of(WrittenFacts(0), unsaid=3)) == []


def test_only_the_kinds_there_are_have_a_section() -> None:
    assert [one.title for one in written_sections(columns_of(WrittenFacts(3)))] == ["Rating"]
    assert [one.title for one in written_sections(columns_of(WrittenFacts(colour="red")))] == ["Colour label"]
    assert [one.title for one in written_sections(columns_of(WrittenFacts(keywords=("a",))))] == ["Keywords"]


def test_stars_are_listed_as_so_many_or_more() -> None:
    rating = section(columns_of(*map(WrittenFacts, (5, 5, 3, 1, -1)), unsaid=2), "Rating")

    assert told(rating.lines) == [
        ("★★★★★", 2), ("★★★ or more", 3), ("★ or more", 4), ("rejected", 1), ("no stars", 2),
    ]  # fmt: skip
    assert [line.words for line in rating.lines[:2]] == ["5 stars", "3 stars or more"]


def test_a_section_of_stars_is_never_longer_than_seven_lines() -> None:
    rating = section(columns_of(*map(WrittenFacts, (5, 4, 3, 2, 1, -1)), unsaid=1), "Rating")

    assert len(rating.lines) == 7


def test_every_count_is_what_a_click_shows() -> None:
    columns = columns_of(
        WrittenFacts(5, "red", ("Places|Rome", "boat")),
        WrittenFacts(2, "Zu drucken", ("places|paris", "Places|Rome")),
        WrittenFacts(-1, "", ("boat",)),
        unsaid=2,
    )
    waiting = [line for one in written_sections(columns) for line in one.lines]
    seen = 0
    while waiting:
        line = waiting.pop()
        waiting += line.children
        assert narrowed(Filter(), [line.choice]).mask(columns).sum() == line.count
        seen += 1
    assert seen == 10


def test_colours_have_dots_and_other_words_have_none() -> None:
    colours = section(columns_of(*(WrittenFacts(colour=one) for one in ("red", "red", "Zu drucken"))), "Colour label")

    assert told(colours.lines) == [("red", 2), ("Zu drucken", 1)]
    assert [bool(line.dot) for line in colours.lines] == [True, False]


def test_narrower_keywords_stand_below_the_wider_ones() -> None:
    keywords = section(
        columns_of(*(WrittenFacts(keywords=(one,)) for one in ("Places|Italy|Rome", "Places|Spain", "a", "b", "b"))),
        "Keywords",
    )

    assert told(keywords.lines) == [("b", 2), ("Places", 2), ("a", 1)]
    places = keywords.lines[1]
    assert told(places.children) == [("Italy", 1), ("Spain", 1)]
    assert told(places.children[0].children) == [("Rome", 1)]
    assert places.children[0].words == "Places \u203a Italy"


def test_photos_that_are_not_in_the_folder_are_not_counted() -> None:
    columns = columns_of(WrittenFacts(3, "red", ("a|b",)), unsaid=1)
    columns.with_written(
        WrittenColumns.of([(1, WrittenFacts(keywords=("a|b",))), (99, WrittenFacts(4, "red", ("c",)))])
    )

    assert [one.title for one in written_sections(columns)] == ["Keywords"]
    assert told(section(columns, "Keywords").lines) == [("a", 1)]


def test_choices_of_the_panel_become_a_filter() -> None:
    only = narrowed(Filter(text="x"), [RatingChoice(3), KeywordChoice("a")])

    assert only == Filter(text="x", ratings=frozenset({3}), keywords=frozenset({"a"}))
    assert narrowed(only, []) == Filter(text="x")


def test_the_sections_stand_in_the_panel() -> None:
    columns = columns_of(WrittenFacts(3, "red", ("a",)))

    assert [one.title for one in sections_of(columns, (), None)] == ["", "Rating", "Colour label", "Keywords"]


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (WrittenFacts(), []),
        (WrittenFacts(0), []),
        (WrittenFacts(2), [("Rating", "★★☆☆☆")]),
        (WrittenFacts(-1), [("Rating", "rejected")]),
        (
            WrittenFacts(None, "red", ("a|b", "c")),
            [("Colour label", "red"), ("Keywords", "a \u203a b, c")],
        ),
    ],
)
def test_what_is_written_of_one_photo_is_told(facts: WrittenFacts, words: list[tuple[str, str]]) -> None:
    assert facts_told(facts) == words
