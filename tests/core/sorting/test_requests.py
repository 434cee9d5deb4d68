"""What a person asks for survives being kept, and is said in a sentence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from photosort.core.catalog.values import PredictionColumns
from photosort.core.columns import PhotoColumns
from photosort.core.errors import SortingError
from photosort.core.photo import Photo, PhotoState, TakenSource
from photosort.core.sorting.plans.requests import (
    default_how,
    from_json,
    parse_keep,
    parse_rules,
    parse_template,
    proposed,
    sentence,
    to_json,
)
from photosort.core.sorting.values import How, KeepFolders, Rule, RuleKind, SortRequest

ROOT = Path("/home/anna/Pictures")


def columns(*classifiers: str) -> PhotoColumns:
    found = PhotoColumns.from_photos([Photo(1, ROOT, "a.jpg", (), 1, 1, PhotoState.PRESENT, 0.0, TakenSource.EXIF)])
    for name in classifiers:
        one = np.ones(1, np.float32)
        guesses = PredictionColumns(found.ids, np.zeros(1, np.int16), one, one, np.zeros(1, np.uint8), ("x",))
        found.with_predictions(name, guesses)
    return found


@pytest.mark.parametrize(
    "request_",
    [
        SortRequest((Rule.parse("labels"),), ROOT / "Sorted"),
        SortRequest(
            (Rule.parse("animals"), Rule(RuleKind.CLASSIFIER, "date"), Rule.parse("clusters"), Rule.parse("date")),
            ROOT / "Été",
            How.KEYWORDS,
            "{label}/{year}",
            0.9,
            "to be looked at",
            KeepFolders(True, ("Italy",), ("a/b",)),
        ),
    ],
)
def test_a_request_is_kept_as_text(request_: SortRequest) -> None:
    assert from_json(to_json(request_)) == request_


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"rules": [{"kind": "x"}]}', "null"])
def test_another_text_is_no_request(text: str) -> None:
    with pytest.raises(SortingError, match="could not be read"):
        from_json(text)


def test_words_of_a_command() -> None:
    assert [str(rule) for rule in parse_rules("labels, animals,date,animals")] == ["labels", "animals", "date"]
    assert parse_template(" {label} / {year}-{month} ") == "{label}/{year}-{month}"
    assert parse_template("") == ""
    assert parse_keep(["auto", "Italy"]) == KeepFolders(True, ("Italy",))
    assert parse_keep(["none"]) == KeepFolders()
    with pytest.raises(ValueError):
        parse_rules("labels,,date")
    for template in ("{name}", "{label", "label}", "/"):
        with pytest.raises(ValueError):
            parse_template(template)


def test_a_request_is_one_sentence() -> None:
    rules = parse_rules("labels,animals,date")
    told = sentence(SortRequest(rules, ROOT / "Sorted", How.MOVE), ROOT, {"animals": "pets"})
    assert told == "Put my labels, then pets, then dates into Pictures/Sorted, moving them."
    told = sentence(SortRequest(rules[:1], Path("/mnt/x"), How.COPY, unsure="later"), ROOT)
    assert told == "Put my labels into /mnt/x, copying them; unsure ones go to later."
    assert "no file is touched" in sentence(SortRequest(rules, ROOT, How.KEYWORDS), ROOT)


def test_what_there_is_is_proposed(tmp_path: Path) -> None:
    bare = proposed(columns(), tmp_path)
    assert [str(rule) for rule in bare.rules] == ["date"]
    assert (bare.destination, bare.how, bare.keep) == (tmp_path / "Sorted", How.MOVE, KeepFolders(auto=True))
    full = columns("kinds", "scenes", "animals").with_labels("scenes", {1: "sea"})
    assert [str(rule) for rule in proposed(full, tmp_path).rules] == ["labels", "animals", "scenes", "date"]


def test_files_are_copied_to_another_disk(tmp_path: Path) -> None:
    shm = Path("/dev/shm")
    if not shm.is_dir() or shm.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is no other file system here")
    assert default_how(tmp_path, shm / "Sorted") is How.COPY
    assert default_how(tmp_path, tmp_path / "not" / "there") is How.MOVE
