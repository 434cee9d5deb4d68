"""What the left panel lists, and what it reckons from a sample."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from photosort.core.arrange import Filter, PhotoColumns
from photosort.core.asking import AskedOf
from photosort.core.photo import Photo, PhotoState, TakenSource, wall_clock_seconds
from photosort.gui.groups_panel import Line, Section
from photosort.gui.sections import (
    ClusterChoice,
    DateChoice,
    EverythingChoice,
    FolderChoice,
    LabelChoice,
    narrowed,
    sections_of,
)
from photosort.gui.steps import Classifier
from photosort.ml.heads import HeadOutput

SCENES = Classifier("scenes", "Scene", ("forest", "sea"), "b")


def columns_of(paths: list[str], year: int = 2019) -> PhotoColumns:
    taken = wall_clock_seconds(datetime(year, 7, 12))  # noqa: DTZ001
    return PhotoColumns.from_photos(
        [
            Photo(n, Path("/p"), path, (), 1, 1, PhotoState.PRESENT, taken, TakenSource.EXIF)
            for n, path in enumerate(paths)
        ]
    )


def guess(columns: PhotoColumns, ids: list[int], labels: list[int], verdicts: list[int] | None = None) -> None:
    count = len(ids)
    output = HeadOutput(
        label_index=np.array(labels, np.int16),
        confidence=np.full(count, 0.9, np.float32),
        known=np.ones(count, np.float32),
        verdict=np.array(verdicts or [0] * count, np.uint8),
        probabilities=np.full((count, 2), 0.5, np.float32),
    )
    columns.update_predictions("scenes", np.array(ids, np.int64), output, SCENES.labels)


def section(columns: PhotoColumns, key: str, sample: NDArray[np.int64] | None = None) -> Section | None:
    found = [section for section in sections_of(columns, [SCENES], sample) if section.key == key]
    return found[0] if found else None


def told(found: Section | None) -> dict[str, int]:
    assert found is not None
    return {line.title: line.count for line in found.lines}


def test_labels_come_by_count_and_the_doubtful_last() -> None:
    columns = columns_of([f"{n}.jpg" for n in range(8)])
    guess(columns, list(range(7)), [1, 1, 1, 0, 0, 0, 0], [0, 0, 0, 0, 0, 1, 2])
    found = section(columns, "scenes")
    assert told(found) == {"sea": 3, "forest": 2, "unsure": 1, "something else": 1}
    assert found is not None
    assert [line.quiet for line in found.lines] == [False, False, True, True]
    assert found.lines[0].choice == LabelChoice("scenes", "sea")


def test_before_any_guess_there_is_no_classifier() -> None:
    assert section(columns_of(["a.jpg"]), "scenes") is None


def test_a_sample_speaks_for_all_once_it_is_large_enough() -> None:
    columns = columns_of([f"{n}.jpg" for n in range(1000)])
    guess(columns, list(range(100)), [1] * 75 + [0] * 25)
    found = section(columns, "scenes", np.arange(100))
    assert told(found) == {"sea": 750, "forest": 250}
    assert found is not None
    assert all(line.about for line in found.lines)
    small = section(columns, "scenes", np.arange(10))
    assert told(small) == {"sea": 75, "forest": 25}
    assert small is not None
    assert not any(line.about for line in small.lines)


def test_what_was_counted_is_never_told_as_less() -> None:
    columns = columns_of([f"{n}.jpg" for n in range(200)])
    guess(columns, list(range(180)), [1] * 60 + [0] * 120)
    assert told(section(columns, "scenes", np.arange(60)))["forest"] == 120


def test_folders_are_a_tree_that_counts_what_lies_below() -> None:
    columns = columns_of(["a/1.jpg", "a/b/2.jpg", "a/b/3.jpg", "c/4.jpg", "5.jpg"])
    found = section(columns, "folders")
    assert told(found) == {"a": 3, "c": 1}
    assert found is not None
    [below] = found.lines[0].children
    assert below == Line("folder/a/b", "b", 2, FolderChoice("a/b"))


def test_one_folder_and_one_month_are_not_worth_a_section() -> None:
    columns = columns_of(["1.jpg", "2.jpg"])
    assert section(columns, "folders") is None
    assert section(columns, "dates") is None


def test_choices_of_one_kind_add_up_and_kinds_narrow_each_other() -> None:
    only = narrowed(
        Filter(text="x"), [LabelChoice("s", "a"), LabelChoice("s", "b"), FolderChoice("f"), DateChoice("2019")]
    )
    assert only.text == "x"
    assert only.labels == {("s", "a"), ("s", "b")}
    assert only.folders == {"f"}
    assert only.months == {"2019"}
    assert narrowed(only, [ClusterChoice(3)]) == Filter(text="x", clusters=frozenset({3}))
    assert narrowed(only, [EverythingChoice(), FolderChoice("f")]) == Filter(text="x")


def test_labels_keep_their_places_while_counts_rise() -> None:
    columns = columns_of([f"{n}.jpg" for n in range(3)])
    guess(columns, [0, 1, 2], [0, 1, 1])
    for settled, order in ((True, ["sea", "forest"]), (False, ["forest", "sea"])):
        [scenes] = [one for one in sections_of(columns, [SCENES], None, settled=settled) if one.key == "scenes"]
        assert [line.title for line in scenes.lines] == order


def kinds(columns: PhotoColumns, labels: list[int]) -> None:
    count = len(labels)
    output = HeadOutput(
        label_index=np.array(labels, np.int16),
        confidence=np.full(count, 0.9, np.float32),
        known=np.ones(count, np.float32),
        verdict=np.zeros(count, np.uint8),
        probabilities=np.full((count, 2), 0.5, np.float32),
    )
    columns.update_predictions("kinds", np.arange(count), output, ("place", "food"))
    columns.with_asking({"scenes": AskedOf("kinds", ("place",))})


def test_photos_that_were_not_asked_are_counted_last_and_can_be_chosen() -> None:
    columns = columns_of([f"{n}.jpg" for n in range(6)])
    guess(columns, list(range(6)), [0, 0, 1, 1, 1, 0], [0, 0, 0, 0, 0, 2])
    kinds(columns, [0, 0, 0, 1, 1, 0])
    found = section(columns, "scenes")
    assert told(found) == {"forest": 2, "sea": 1, "something else": 1, "other kinds": 2}
    assert found is not None
    assert sum(told(found).values()) == len(columns)
    assert found.lines[-1].quiet
    only = narrowed(Filter(), [found.lines[-1].choice])
    assert np.flatnonzero(only.mask(columns)).tolist() == [3, 4]


def test_a_section_without_a_photo_to_ask_is_left_out() -> None:
    columns = columns_of(["1.jpg", "2.jpg"])
    guess(columns, [0, 1], [0, 1])
    kinds(columns, [1, 1])
    assert section(columns, "scenes") is None


def test_what_was_not_asked_is_reckoned_from_the_sample_too() -> None:
    columns = columns_of([f"{n}.jpg" for n in range(1000)])
    guess(columns, list(range(100)), [1] * 100)
    kinds(columns, [0] * 40 + [1] * 60)
    assert told(section(columns, "scenes", np.arange(100))) == {"sea": 400, "other kinds": 600}
