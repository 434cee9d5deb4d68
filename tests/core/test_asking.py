"""Which photos a classifier is asked of: whatever the guesses are, every photo is counted once and nothing is lost."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photosort.core.arrange import NOT_ASKED, Arrangement, Filter, Grouping, Order, PhotoColumns, arrange, count_labels
from photosort.core.asking import AskedOf, dependents, in_order, without_circles
from photosort.core.catalog.values import PredictionColumns
from photosort.core.photo import VERDICTS, Photo, PhotoState, TakenSource, Verdict

KINDS = ("people", "place", "animal")
SCENES = ("forest", "sea")
RULES = {"scenes": AskedOf("kinds", ("place",)), "animals": AskedOf("kinds", ("animal",))}
SURE, UNSURE, NONE = (VERDICTS.index(verdict) for verdict in (Verdict.SURE, Verdict.UNSURE, Verdict.NONE_OF_THESE))

Guess = tuple[int, int] | None
"""Label and verdict; None where the classifier has not seen the photo."""


def guesses(labels: tuple[str, ...], of: list[Guess]) -> PredictionColumns:
    known = [(photo, *guess) for photo, guess in enumerate(of) if guess is not None]
    return PredictionColumns(
        photo_ids=np.array([photo for photo, _label, _verdict in known], np.int64),
        label_index=np.array([label for _photo, label, _verdict in known], np.int16),
        confidence=np.full(len(known), 0.75, np.float32),
        known=np.ones(len(known), np.float32),
        verdict=np.array([verdict for _photo, _label, verdict in known], np.uint8),
        labels=labels,
    )


def columns_of(kinds: list[Guess], scenes: list[Guess], rules: dict[str, AskedOf] | None = None) -> PhotoColumns:
    result = PhotoColumns.from_photos(
        [
            Photo(n, Path("/p"), f"{n}.jpg", (), 1, 1, PhotoState.PRESENT, float(n), TakenSource.EXIF)
            for n in range(len(kinds))
        ]
    )
    # In the order in which an old catalog has them: the classifier that decides came last.
    result.with_predictions("scenes", guesses(SCENES, scenes)).with_predictions("kinds", guesses(KINDS, kinds))
    return result.with_asking(RULES if rules is None else rules)


def told(columns: PhotoColumns, classifier: str = "scenes") -> list[str]:
    shown = columns.shown(classifier)
    return [shown.titles[code] for code in shown.code.tolist()]


FOREST, SEA = (0, SURE), (1, SURE)
PEOPLE, PLACE = (0, SURE), (1, SURE)


def test_a_scene_is_told_of_places_and_of_what_may_be_one() -> None:
    rather_place, rather_people = (PLACE[0], UNSURE), (PEOPLE[0], UNSURE)
    kinds: list[Guess] = [PLACE, PEOPLE, rather_place, rather_people, (PLACE[0], NONE), None]
    other = "other kinds"
    assert told(columns_of(kinds, [FOREST] * 6)) == ["forest", other, "forest", other, other, "forest"]


def test_without_the_deciding_classifier_every_photo_is_asked() -> None:
    columns = PhotoColumns.from_photos(
        [Photo(0, Path("/p"), "0.jpg", (), 1, 1, PhotoState.PRESENT, 0.0, TakenSource.EXIF)]
    )
    columns.with_predictions("scenes", guesses(SCENES, [SEA])).with_asking(RULES)
    assert told(columns) == ["sea"]
    assert columns.classifiers == ("scenes",)


def test_the_persons_word_stands_whatever_the_kind_and_decides_for_other_classifiers() -> None:
    columns = columns_of([PEOPLE, PEOPLE, PLACE], [FOREST, FOREST, FOREST])
    columns.update_labels("scenes", {0: "beach"})
    assert told(columns) == ["beach", "other kinds", "forest"]
    columns.update_labels("kinds", {1: "place", 2: "party"})
    assert told(columns) == ["beach", "forest", "other kinds"]
    columns.update_labels("kinds", {1: None, 2: None})
    assert told(columns) == ["beach", "other kinds", "forest"]


def test_a_new_guess_of_the_kind_changes_what_is_told_of_the_scene() -> None:
    columns = columns_of([PEOPLE], [FOREST])
    assert told(columns) == ["other kinds"]
    columns.with_predictions("kinds", guesses(KINDS, [PLACE]))
    assert told(columns) == ["forest"]


def test_what_could_not_be_read_is_no_other_kind() -> None:
    columns = columns_of([None], [None])
    columns.set_failed([0])
    assert told(columns) == ["could not be read"]


def test_other_kinds_come_after_all_that_was_asked_and_are_no_word_to_search_for() -> None:
    columns = columns_of([PEOPLE, PLACE, PLACE, PLACE, None], [FOREST, SEA, (0, UNSURE), (0, NONE), None])
    found = arrange(columns, Arrangement(Grouping.by("scenes")))
    assert [group.title for group in found.groups] == [
        "sea", "unsure", "something else", "other kinds", "not looked at yet",
    ]  # fmt: skip
    assert Filter(text="other kinds").mask(columns).tolist() == [False] * 5
    assert Filter(text="forest").mask(columns).tolist() == [False] * 5
    assert Filter(labels=frozenset({("scenes", NOT_ASKED)})).mask(columns).tolist() == [True, *[False] * 4]


def test_a_guess_that_is_not_shown_takes_no_part_in_order_and_limits() -> None:
    columns = columns_of([PLACE, PEOPLE, PLACE], [FOREST, FOREST, SEA])
    by_share = arrange(columns, Arrangement(order=Order.CONFIDENCE, classifier="scenes", descending=True))
    assert columns.ids[by_share.rows].tolist() == [0, 2, 1]
    by_word = arrange(columns, Arrangement(order=Order.LABEL, classifier="scenes", descending=True))
    assert columns.ids[by_word.rows].tolist() == [2, 0, 1]
    assert Filter(confidence=(0.5, 1.0), classifier="scenes").mask(columns).tolist() == [True, False, True]
    # What is stored stays whole.
    assert columns.predictions["scenes"].label_index.tolist() == [0, 0, 1]


def test_the_deciding_classifier_comes_first() -> None:
    assert columns_of([PLACE], [SEA]).classifiers == ("kinds", "scenes")
    assert in_order({}, ("scenes", "kinds")) == ("scenes", "kinds")
    chain = {"a": AskedOf("b", ("x",)), "b": AskedOf("c", ("y",))}
    assert in_order(chain, ("own", "a", "b", "c")) == ("c", "b", "own", "a")


def test_rules_may_follow_one_another_but_not_go_round() -> None:
    rules = {"scenes": AskedOf("kinds", ("place",)), "kinds": AskedOf("first", ("photo",))}
    assert dependents(rules, "first") == ("first", "kinds", "scenes")
    columns = columns_of([PLACE, PLACE], [SEA, SEA], rules)
    columns.with_predictions("first", guesses(("photo", "drawing"), [(0, SURE), (1, SURE)]))
    assert told(columns, "kinds") == ["place", "other first"]
    assert told(columns) == ["sea", "other kinds"]
    circle = {"scenes": AskedOf("kinds", ("place",)), "kinds": AskedOf("scenes", ("sea",)), "own": AskedOf("own", ())}
    assert without_circles(circle) == {}
    assert told(columns_of([PEOPLE], [SEA], circle)) == ["sea"]


guess_of_three = st.none() | st.tuples(st.integers(0, 2), st.integers(0, 2))
guess_of_two = st.none() | st.tuples(st.integers(0, 1), st.integers(0, 2))
photos = st.lists(
    st.tuples(guess_of_three, guess_of_two, st.booleans(), st.sampled_from([None, "forest", "mine"])), max_size=30
)


@settings(deadline=None)
@given(photos, st.sampled_from(["scenes", "kinds"]))
def test_every_photo_is_counted_once(of: list[tuple[Guess, Guess, bool, str | None]], classifier: str) -> None:
    columns = columns_of([kind for kind, *_rest in of], [scene for _kind, scene, *_rest in of])
    columns.set_failed([photo for photo, (_kind, _scene, failed, _label) in enumerate(of) if failed])
    columns.update_labels("scenes", {photo: label for photo, (*_rest, label) in enumerate(of)})
    counted = count_labels(columns, classifier)
    assert sum(group.count for group in counted) == len(of)
    found = arrange(columns, Arrangement(Grouping.by(classifier)))
    assert sorted(found.rows.tolist()) == list(range(len(of)))
    assert {group.key: group.count for group in found.groups} == {
        group.key: group.count for group in counted if group.count
    }
    words = [*columns.shown(classifier).words, *(verdict.value for verdict in VERDICTS[1:]), NOT_ASKED]
    narrowed = sum(
        int(Filter(labels=frozenset({(classifier, word)})).mask(columns).sum()) for word in dict.fromkeys(words)
    )
    unseen = sum(group.count for group in counted if group.key in {"not seen", "failed"})
    assert narrowed + unseen == len(of)


@settings(deadline=None)
@given(photos)
def test_only_guesses_of_other_kinds_are_left_out(of: list[tuple[Guess, Guess, bool, str | None]]) -> None:
    kinds, scenes = [kind for kind, *_rest in of], [scene for _kind, scene, *_rest in of]
    with_rule, without = told(columns_of(kinds, scenes)), told(columns_of(kinds, scenes, {}))
    for kind, by_rule, plain in zip(kinds, with_rule, without, strict=True):
        other = kind is not None and (kind[1] == NONE or KINDS[kind[0]] != "place")
        assert by_rule == ("other kinds" if other else plain)


@pytest.mark.parametrize("classifier", ["kinds", "scenes"])
def test_without_photos_there_is_nothing_to_count(classifier: str) -> None:
    assert all(group.count == 0 for group in count_labels(columns_of([], []), classifier))
