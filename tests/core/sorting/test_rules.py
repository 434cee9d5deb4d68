"""Rules are tried in order, the first that is sure names the folder, and what a person said beats every guess."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from photosort.core.asking import AskedOf
from photosort.core.catalog.values import PhotoListing, PredictionColumns
from photosort.core.columns import PhotoColumns
from photosort.core.photo import VERDICTS, Verdict, wall_clock_seconds
from photosort.core.sorting.plans.rules import odds_in_words, place
from photosort.core.sorting.values import Rule, SortRequest

SURE, UNSURE, OTHER = (VERDICTS.index(one) for one in (Verdict.SURE, Verdict.UNSURE, Verdict.NONE_OF_THESE))
JULY = wall_clock_seconds(datetime(2019, 7, 12, 10, 11, 12))  # noqa: DTZ001 - wall clock


def columns(count: int, taken: float = JULY) -> PhotoColumns:
    return PhotoColumns.from_listing(
        PhotoListing(
            ids=np.arange(1, count + 1),
            relpaths=[f"{number:06}.jpg" for number in range(1, count + 1)],
            sizes=np.ones(count, np.int64),
            taken=np.full(count, taken),
            taken_uncertain=np.zeros(count, np.bool_),
            sharpness=np.ones(count, np.float32),
            missing=np.zeros(count, np.bool_),
            failed=np.zeros(count, np.bool_),
        )
    )


def guess(
    of: PhotoColumns, name: str, labels: tuple[str, ...], rows: list[tuple[int, int, float, int]]
) -> PhotoColumns:
    """Guesses as (photo id, label, confidence, verdict)."""
    ids, label, confidence, verdict = (np.array(column) for column in zip(*rows, strict=True))
    return of.with_predictions(
        name,
        PredictionColumns(
            photo_ids=ids.astype(np.int64),
            label_index=label.astype(np.int16),
            confidence=confidence.astype(np.float32),
            known=np.ones(len(ids), np.float32),
            verdict=verdict.astype(np.uint8),
            labels=labels,
        ),
    )


def request(rules: str, **options: object) -> SortRequest:
    return SortRequest(tuple(Rule.parse(rule) for rule in rules.split(",")), Path("/x"), **options)  # type: ignore[arg-type]


def folders(of: PhotoColumns, asked: SortRequest, **options: object) -> list[str | None]:
    placements = place(of, asked, **options)  # type: ignore[arg-type]
    return [placements.folder(row) for row in range(len(of))]


def animals(*rows: tuple[int, int, float, int]) -> PhotoColumns:
    return guess(columns(4), "animals", ("cat", "dog"), list(rows))


class TestOrder:
    def test_the_first_rule_that_is_sure_names_the_folder(self) -> None:
        of = animals((1, 0, 0.99, SURE), (2, 1, 0.6, UNSURE), (3, 1, 0.9, OTHER))
        guess(of, "scenes", ("sea",), [(1, 0, 0.99, SURE), (2, 0, 0.9, SURE)])
        of.with_labels("scenes", {4: "home"})
        assert folders(of, request("animals,scenes")) == ["cat", "sea", None, "home"]
        assert folders(of, request("scenes,animals")) == ["sea", "sea", None, "home"]
        assert folders(of, request("animals,scenes,date")) == ["cat", "sea", "2019/07", "home"]

    def test_a_label_beats_a_guess_of_its_own_classifier_and_as_a_rule_all_others(self) -> None:
        of = animals((1, 0, 0.99, SURE), (2, 0, 0.99, SURE))
        of.with_labels("animals", {1: "dog"}).with_labels("mine", {2: "Rex"})
        assert folders(of, request("animals"))[:2] == ["dog", "cat"]
        assert folders(of, request("labels,animals"))[:2] == ["dog", "Rex"]
        assert folders(of, request("animals,labels"))[:2] == ["dog", "cat"]

    def test_of_several_labels_the_newest_counts_where_it_is_known(self) -> None:
        of = columns(2)
        of.with_labels("a", {1: "old", 2: "two"}).with_labels("b", {1: "new"})
        assert folders(of, request("labels")) == ["old", "two"]
        assert folders(of, request("labels"), said_last={1: "new", 2: "two", 99: "gone"}) == ["new", "two"]

    def test_groups_have_names_or_numbers(self) -> None:
        of = columns(3)
        of.cluster[:] = [6, 0, -1]
        assert folders(of, request("clusters")) == ["Group 7", "Group 1", None]
        assert folders(of, request("clusters"), cluster_names={6: "Rome / 2019"})[0] == "Rome - 2019"

    def test_a_classifier_that_nobody_has_places_nothing(self) -> None:
        assert folders(columns(2), request("birds")) == [None, None]

    def test_a_classifier_is_not_asked_of_other_photos(self) -> None:
        of = columns(2)
        guess(of, "kinds", ("people", "place"), [(1, 0, 0.9, SURE), (2, 1, 0.9, SURE)])
        guess(of, "scenes", ("sea",), [(1, 0, 0.99, SURE), (2, 0, 0.99, SURE)])
        assert folders(of, request("scenes", min_confidence=0.5)) == ["sea", "sea"]
        of.with_asking({"scenes": AskedOf("kinds", ("place",))})
        assert folders(of, request("scenes", min_confidence=0.5)) == [None, "sea"]
        assert place(of, request("scenes")).reason(0) == "scenes are told of place only"

    def test_a_blank_label_is_none(self) -> None:
        of = columns(2).with_labels("mine", {1: " ", 2: "sea"})
        assert folders(of, request("labels")) == [None, "sea"]
        assert folders(of, request("labels,date"), said_last={1: "", 2: "sea"}) == ["2019/07", "sea"]


class TestThreshold:
    def test_is_what_the_classifier_calls_sure_or_what_is_asked_for(self) -> None:
        of = animals((1, 0, 0.9, SURE), (2, 1, 0.6, UNSURE), (3, 1, 0.95, OTHER), (4, 1, 0.3, UNSURE))
        assert folders(of, request("animals")) == ["cat", None, None, None]
        assert folders(of, request("animals", min_confidence=0.5)) == ["cat", "dog", None, None]
        assert folders(of, request("animals", min_confidence=0.9)) == ["cat", None, None, None]
        assert folders(of, request("animals", min_confidence=0.91)) == [None, None, None, None]
        assert folders(of, request("animals", min_confidence=0.0)) == ["cat", "dog", None, "dog"]

    def test_is_told_as_odds_of_the_guesses_alone(self) -> None:
        of = animals((1, 0, 0.9, SURE), (2, 1, 0.8, SURE), (3, 1, 0.7, UNSURE)).with_labels("animals", {2: "cat"})
        found = place(of, request("animals,date", min_confidence=0.5))
        assert found.placed_by_guess == 2
        assert found.expected_wrong == pytest.approx(0.4, abs=1e-6)
        assert found.odds == "about 1 in 5"
        assert found.doubtful.tolist() == [2, 0]
        assert found.by_guess.tolist() == [True, False, True, False]
        assert np.isnan(found.confidence[1])

    @pytest.mark.parametrize(
        ("placed", "wrong", "words"),
        [
            (17_900, 298, "about 1 in 60"),
            (100, 30, "about 1 in 3"),
            (100_000, 12, "about 1 in 8,300"),
            (1000, 0.01, "fewer than 1 in 10,000"),
            (10, 9, "most of them"),
            (0, 0, ""),
        ],
    )
    def test_odds_are_said_as_one_would(self, placed: int, wrong: float, words: str) -> None:
        assert odds_in_words(placed, wrong) == words

    def test_unsure_ones_go_where_they_are_sent_but_not_those_that_nobody_looked_at(self) -> None:
        of = animals((1, 0, 0.9, SURE), (2, 1, 0.6, UNSURE), (3, 1, 0.95, OTHER))
        assert folders(of, request("animals", unsure="to do/later")) == ["cat", "to do/later", "to do/later", None]
        of.set_failed([3])
        found = place(of, request("animals", unsure="later"))
        assert [found.folder(row) for row in range(4)] == ["cat", "later", None, None]
        assert found.rule_index.tolist() == [0, -1, -1, -1]


class TestTemplate:
    @pytest.mark.parametrize(
        ("template", "found"),
        [
            ("", ["cat", "2019/07"]),
            ("{label}/{year}", ["cat/2019", "2019"]),
            ("{year}/{month}/{day}/{label}", ["2019/07/12/cat", "2019/07/12"]),
            ("{year}-{month} {label}", ["2019-07 cat", "2019-07"]),
            ("{label}", ["cat", "2019/07"]),
            ("Pets of {label}/all", ["Pets of cat/all", "all"]),
            ("../{label}", ["_/cat", "_"]),
        ],
    )
    def test_names_folders(self, template: str, found: list[str]) -> None:
        of = animals((1, 0, 0.9, SURE))
        assert folders(of, request("animals,date", template=template))[:2] == found

    def test_of_dates_far_away(self) -> None:
        of = columns(4)
        of.taken[:] = [wall_clock_seconds(datetime(year, 1, 2)) for year in (1, 1899, 2019, 9999)]  # noqa: DTZ001
        days = folders(of, request("date", template="{year}/{month}/{day}"))
        assert days == ["0001/01/02", "1899/01/02", "2019/01/02", "9999/01/02"]

    def test_without_a_date_there_is_no_folder_for_one(self) -> None:
        of = animals((1, 0, 0.9, SURE))
        of.taken[:2] = np.nan
        assert folders(of, request("animals,date", template="{label}/{year}"))[:3] == ["cat", None, "2019"]


class TestReasons:
    def test_say_why_a_photo_goes_there_or_stays(self) -> None:
        of = animals((1, 0, 0.97, SURE), (2, 1, 0.61, UNSURE), (3, 1, 0.9, OTHER)).with_labels("animals", {4: "dog"})
        found = place(of, request("animals"))
        assert [found.reason(row) for row in range(4)] == [
            "guess: cat, 97 %",
            "unsure: perhaps dog, 61 %",
            "something else: none of the labels",
            "your label: dog",
        ]

    def test_of_dates_say_where_they_are_from(self) -> None:
        of = columns(2)
        of.taken_uncertain[1] = True
        found = place(of, request("date"))
        assert found.reason(0) == "taken in July 2019"
        assert "July 2019" in found.reason(1)
        assert "no date of its own" in found.reason(1)

    def test_a_guess_is_never_told_as_certain(self) -> None:
        of = animals((1, 0, 0.9999, SURE))
        assert place(of, request("animals")).reason(0) == "guess: cat, 99 %"
