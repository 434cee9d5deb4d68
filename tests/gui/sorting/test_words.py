"""What the preview says of a plan, and what the slider's places mean."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from photosort.core.sorting.values import (
    How,
    MovePlan,
    PlannedFile,
    PlannedPhoto,
    SortRequest,
    SpaceNeed,
    Status,
)
from photosort.gui.sorting.boldness import USUAL, least_confidence, position_of
from photosort.gui.sorting.scope import Scope, likeliest
from photosort.gui.sorting.words import guesses_words, photo_words, tell, unsure_words


def plan_of(*photos: PlannedPhoto, how: How = How.MOVE, space: tuple[SpaceNeed, ...] = ()) -> MovePlan:
    return MovePlan(Path("/p"), SortRequest((), Path("/p/Sorted"), how), photos, space=space)


def photo(number: int, status: Status = Status.SORTED, reason: str = "guess: sea, 97 %") -> PlannedPhoto:
    folder = "sea" if status is Status.SORTED else ""
    target = f"sea/{number}.jpg" if folder else None
    return PlannedPhoto(number, (PlannedFile(f"a/{number}.jpg", target, 2_000_000, 0),), status, reason, folder)


def test_a_plan_is_told_in_numbers_that_add_up() -> None:
    told = tell(plan_of(photo(1), photo(2), photo(3, Status.LEFT, "unsure: perhaps sea, 40 %")))
    assert told.primary == "Move 2 photos"
    assert told.summary.startswith("2 photos, 1 folder \N{MIDDLE DOT} 1 not touched")
    assert told.summary.endswith("needs no space")
    assert told.more == ""
    assert told.obstacle == ""


def test_what_a_copy_needs_stands_beside_what_is_free() -> None:
    need = SpaceNeed(Path("/p"), 82_000_000_000, 140_000_000_000)
    summary = tell(plan_of(photo(1), how=How.COPY, space=(need,))).summary
    assert "needs 82\N{NO-BREAK SPACE}GB, 140\N{NO-BREAK SPACE}GB free" in summary


def test_clashes_and_folders_that_go_are_told() -> None:
    plan = plan_of(replace(photo(1), conflict="the name is taken"))
    assert "1 photo gets another name" in tell(plan).more
    assert "The folder a becomes empty" in tell(replace(plan, empties=("a",))).more
    assert "2 folders become empty" in tell(replace(plan, empties=("a", "b"))).more


def test_where_nothing_is_to_be_done_it_says_what_would_help() -> None:
    assert "be bolder" in tell(plan_of(photo(1, Status.LEFT, "unsure"))).obstacle
    assert "nothing is new" in tell(plan_of(photo(1, Status.LEFT, "sorted before into “sea”"))).obstacle
    assert tell(plan_of()).primary == "Nothing to sort"
    assert tell(plan_of()).obstacle == "There is nothing to sort."


def test_a_photo_tells_where_it_goes_and_why() -> None:
    assert photo_words(photo(1)) == "a/1.jpg\n\N{RIGHTWARDS ARROW} sea/1.jpg\nGuess: sea, 97 %"
    assert photo_words(photo(1, Status.LEFT, "it has no label")) == "a/1.jpg\nIt has no label"


def test_guesses_are_told_by_their_odds() -> None:
    assert guesses_words(17_900, "about 1 in 60") == "17,900 placed by guesses, about 1 in 60 wrong"
    assert guesses_words(1, "about 1 in 3") == "1 placed by guess, about 1 in 3 wrong"
    assert guesses_words(0, "") == "No photo is placed by a guess."


def test_what_becomes_of_the_unsure_is_another_sentence_for_keywords() -> None:
    assert unsure_words("", How.MOVE) == "stays where it is"
    assert unsure_words("Unsure", How.COPY) == "goes to Unsure"
    assert unsure_words("", How.KEYWORDS) == "gets none"


@pytest.mark.parametrize("usual", [0.5, 0.8, 0.97])
def test_bolder_never_asks_for_more(usual: float) -> None:
    asked = [least_confidence(place, usual) for place in range(101)]
    assert asked[USUAL] is None
    known = [usual if one is None else one for one in asked]
    assert np.all(np.diff(known) <= 1e-4)
    assert known[0] == pytest.approx(0.995, abs=1e-3)
    assert known[100] <= usual
    for place in (0, 10, USUAL, 70, 100):
        assert position_of(asked[place], usual) == pytest.approx(place, abs=1)


def test_what_is_most_likely_meant() -> None:
    every, shown = Scope("all", 90), Scope("shown", 40, frozenset())
    one, some = Scope("selected", 1, frozenset({1})), Scope("selected", 3, frozenset({1, 2, 3}))
    assert likeliest([every]) is every
    assert likeliest([every, shown]) is shown
    assert likeliest([every, shown, some]) is some
    assert likeliest([every, one]) is every, "one photo is selected because it was looked at"
    assert some.words == "the 3 photos selected"
    assert Scope("new", 3, frozenset()).words == "the 3 new photos"
