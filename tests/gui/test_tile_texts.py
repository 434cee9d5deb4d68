"""What a tile says: at most one word and one mark, nothing that is said above it already."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from photosort.core.arrange import Arrangement, Filter, Grouping, Order, PhotoColumns
from photosort.core.asking import AskedOf
from photosort.core.photo import Photo, PhotoState, Prediction, TakenSource, Verdict
from photosort.gui.photo_model import Mark, TileText
from photosort.gui.tile_texts import TileTexts
from photosort.gui.tooltip import describe
from photosort.ml.heads import HeadOutput


def photo(number: int) -> Photo:
    return Photo(number, Path("/p"), f"{number}.jpg", (), 4_200_000, 1, PhotoState.PRESENT, 0.0, TakenSource.EXIF)


@pytest.fixture
def columns() -> PhotoColumns:
    """Photos 0: forest 0.9; 1: forest 0.6 and dog 0.8; 2: unsure and none; 3: never seen; 4: could not be read."""
    result = PhotoColumns.from_photos([photo(number) for number in range(5)])
    for name, labels, index, confidence, verdict in (
        ("scenes", ("forest", "sea"), [0, 0, 1], [0.9, 0.6, 0.4], [0, 0, 1]),
        ("animals", ("cat", "dog"), [0, 1, 0], [0.5, 0.8, 0.5], [2, 0, 2]),
    ):
        output = HeadOutput(
            label_index=np.array(index, np.int16),
            confidence=np.array(confidence, np.float32),
            known=np.ones(3, np.float32),
            verdict=np.array(verdict, np.uint8),
            probabilities=np.full((3, 2), 0.5, np.float32),
        )
        result.update_predictions(name, np.arange(3), output, labels)
    result.set_failed([4])
    return result


def told(columns: PhotoColumns, arrangement: Arrangement, only: Filter | None = None) -> list[TileText]:
    texts = TileTexts(columns, arrangement, only or Filter())
    return [texts(row) for row in range(len(columns))]


def test_the_surest_word_and_one_mark(columns: PhotoColumns) -> None:
    assert told(columns, Arrangement()) == [
        TileText("forest"),
        TileText("dog"),
        TileText("", Mark.UNSURE),
        TileText(),
        TileText("", Mark.PROBLEM),
    ]


def test_the_header_is_not_repeated(columns: PhotoColumns) -> None:
    words = [text.word for text in told(columns, Arrangement(Grouping.by("scenes")))]
    assert words == ["", "dog", "", "", ""]
    assert told(columns, Arrangement(Grouping.by("scenes")))[2].mark is Mark.NONE


def test_the_one_word_that_was_asked_for_is_not_repeated(columns: PhotoColumns) -> None:
    one = Filter(labels=frozenset({("scenes", "forest")}))
    assert [text.word for text in told(columns, Arrangement(), one)][:2] == ["", "dog"]
    two = Filter(labels=frozenset({("scenes", "forest"), ("scenes", "sea")}))
    assert [text.word for text in told(columns, Arrangement(), two)][:2] == ["forest", "dog"]


@pytest.fixture
def kinds(columns: PhotoColumns) -> PhotoColumns:
    """The same photos: 0 a place, 1 an animal, 2 of an unknown kind, 3 people whose scene nobody has guessed."""
    output = HeadOutput(
        label_index=np.array([0, 1, 2, 2], np.int16),
        confidence=np.array([0.99, 0.99, 0.4, 0.99], np.float32),
        known=np.ones(4, np.float32),
        verdict=np.array([0, 0, 1, 0], np.uint8),
        probabilities=np.full((4, 3), 0.3, np.float32),
    )
    columns.update_predictions("kinds", np.arange(4), output, ("place", "animal", "people"))
    return columns.with_asking({"scenes": AskedOf("kinds", ("place",)), "animals": AskedOf("kinds", ("animal",))})


def test_the_word_that_tells_most_is_said_and_only_what_was_asked(kinds: PhotoColumns) -> None:
    assert [text.word for text in told(kinds, Arrangement())] == ["forest", "dog", "", "people", ""]
    kinds.update_labels("kinds", {0: "place"})
    assert told(kinds, Arrangement())[0] == TileText("place", Mark.LABELLED)


def test_what_the_header_implies_is_not_said(kinds: PhotoColumns) -> None:
    by_kind = [text.word for text in told(kinds, Arrangement(Grouping.by("kinds")))]
    assert by_kind == ["forest", "dog", "", "", ""]
    by_scene = [text.word for text in told(kinds, Arrangement(Grouping.by("scenes")))]
    assert by_scene == ["", "dog", "", "people", ""]
    only = Filter(labels=frozenset({("scenes", "forest")}))
    assert told(kinds, Arrangement(), only)[0] == TileText()


def test_what_is_ordered_by_is_shown(columns: PhotoColumns) -> None:
    by_share = told(columns, Arrangement(order=Order.CONFIDENCE, classifier="scenes"))
    assert [text.word.replace("\N{NO-BREAK SPACE}", " ") for text in by_share][:3] == ["90 %", "60 %", "40 %"]
    assert {text.word for text in told(columns, Arrangement(order=Order.SIZE))} == {"4.2\N{NO-BREAK SPACE}MB", ""}
    columns.set_sharpness([0], [1234.5])
    assert [text.word for text in told(columns, Arrangement(order=Order.SHARPNESS))][:2] == ["1,234", "dog"]
    columns.with_similarity([0, 1], [1.0000001, -0.2])
    similar = [
        text.word.replace("\N{NO-BREAK SPACE}", " ") for text in told(columns, Arrangement(order=Order.SIMILARITY))
    ]
    assert similar[:2] == ["100 %", "0 %"]


def test_a_label_of_the_persons_stands_above_every_guess(columns: PhotoColumns) -> None:
    columns.update_labels("scenes", {1: "sea"})
    assert told(columns, Arrangement())[1] == TileText("sea", Mark.LABELLED)


def test_the_tooltip_tells_the_best_three() -> None:
    shares = {"a": 0.05, "b": 0.6, "c": 0.3, "d": 0.05}
    said = describe(photo(1), {"scenes": Prediction("b", 0.6, Verdict.SURE, 1.0, shares)}, {"scenes": "Scene"})
    assert said.replace("\N{NO-BREAK SPACE}", " ") == "1.jpg\nScene: b 60 %, c 30 %, a 5 %"


def test_a_tooltip_tells_what_was_asked_the_kind_first() -> None:
    guesses = {name: Prediction("x", 0.9, Verdict.SURE, 1.0, {"x": 0.9}) for name in ("animals", "scenes", "kinds")}
    titles = {"kinds": "Kind", "scenes": "Scene", "animals": "Animal"}
    lines = describe(photo(1), guesses, titles, {"scenes"}).replace("\N{NO-BREAK SPACE}", " ").splitlines()
    assert lines[1:] == ["Kind: x 90 %", "Animal: x 90 %"]


@pytest.mark.parametrize(
    ("verdict", "said"), [(Verdict.NONE_OF_THESE, "Scene: something else"), (Verdict.UNSURE, "Scene: unsure: b 60 %")]
)
def test_a_tooltip_claims_no_more_than_the_classifier(verdict: Verdict, said: str) -> None:
    told = describe(photo(1), {"scenes": Prediction("b", 0.6, verdict, 0.1, {"b": 0.6})}, {"scenes": "Scene"})
    assert told.splitlines()[1].replace("\N{NO-BREAK SPACE}", " ") == said
