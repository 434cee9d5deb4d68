"""What the preview shows of a plan: which photos stand in which line, and that the counts add up."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from photosort.core.columns import PhotoColumns
from photosort.core.photo import Photo, PhotoState, TakenSource
from photosort.core.sorting.plans.planning import Changes
from photosort.core.sorting.values import (
    KeepFolders,
    KeptFolder,
    MovePlan,
    PlannedFile,
    PlannedPhoto,
    SortRequest,
    Status,
)
from photosort.gui.sorting.fates import (
    ROOT,
    STAYS,
    Fates,
    Kind,
    fates_before_planning,
    fates_of_folders,
    fates_of_plan,
    with_changes,
    without_changes,
)
from photosort.gui.sorting.outline import DOUBTFUL, SAMPLES, Outline

ROOT_FOLDER = Path("/photos")


def columns_of(*relpaths: str) -> PhotoColumns:
    return PhotoColumns.from_photos(
        [
            Photo(number, ROOT_FOLDER, path, (), 10, 0, PhotoState.PRESENT, 1e9 - number, TakenSource.EXIF)
            for number, path in enumerate(relpaths, start=1)
        ]
    )


def planned(
    photo_id: int | None,
    source: str,
    status: Status,
    reason: str = "",
    folder: str = "",
    confidence: float | None = None,
) -> PlannedPhoto:
    target = f"{folder}/{source.rpartition('/')[2]}" if status is Status.SORTED else None
    return PlannedPhoto(photo_id, (PlannedFile(source, target, 10, 0),), status, reason, folder, confidence=confidence)


def plan_of(*photos: PlannedPhoto, kept: tuple[KeptFolder, ...] = ()) -> MovePlan:
    return MovePlan(ROOT_FOLDER, SortRequest((), ROOT_FOLDER / "Sorted"), photos, kept=kept)


def everything() -> tuple[PhotoColumns, Fates]:
    """Eight photos of every fate, and a file that is no photo."""
    names = ("a/1.jpg", "a/2.jpg", "a/3.jpg", "Italy 2019/4.jpg", "a/5.jpg", "a/6.jpg", "a/7.jpg", "a/8.jpg")
    columns = columns_of(*names)
    plan = plan_of(
        planned(1, names[0], Status.SORTED, folder="forest/2019", confidence=0.6),
        planned(2, names[1], Status.SORTED, folder="forest/2020", confidence=0.9),
        planned(3, names[2], Status.SORTED, folder="sea"),
        planned(4, names[3], Status.LEFT, "“Italy 2019” is a folder of yours: it stays as it is"),
        planned(5, names[4], Status.LEFT, "unsure: perhaps sea, 40 %"),
        planned(6, names[5], Status.LEFT, "unsure: perhaps forest, 30 %"),
        planned(7, names[6], Status.DUPLICATE, "the same picture as “a/1.jpg”"),
        planned(None, "a/broken.jpg", Status.FAILED, "the file is empty"),
        kept=(KeptFolder("Italy 2019", 1),),
    )
    return columns, fates_of_plan(columns, plan, taken_out=())


def arranged(outline: Outline, *opened: str) -> dict[str, list[int]]:
    """Ids of the photos in each line, by date."""
    order = np.argsort(outline.columns.taken)
    found, _bands = outline.arranged(opened, order, np.arange(len(outline.columns)))
    ids = outline.columns.ids[found.rows].tolist()
    starts = found.group_starts.tolist()
    return {
        group.key: ids[first:stop] for group, first, stop in zip(found.groups, starts[:-1], starts[1:], strict=True)
    }


def test_every_photo_stands_in_one_line_and_those_not_asked_about_in_none() -> None:
    columns, fates = everything()
    lines = arranged(Outline(columns, fates, "Sorted"), ROOT, STAYS)
    assert lines == {
        ROOT: [],
        "to:forest": [2, 1],
        "to:sea": [3],
        STAYS: [],
        "stays:unsure": [6, 5],
        "stays:kept:Italy 2019": [4],
        "stays:duplicate": [7],
        "stays:failed": [],
    }


def test_what_is_inside_an_open_folder_stands_below_it_and_of_a_closed_one_in_it() -> None:
    columns, fates = everything()
    outline = Outline(columns, fates, "Sorted")
    opened = arranged(outline, ROOT, "to:forest")
    assert opened["to:forest"] == []
    assert opened["to:forest/2019"] == [1]
    assert opened[STAYS] == [7, 6, 5, 4]
    assert arranged(outline) == {ROOT: [3, 2, 1], STAYS: [7, 6, 5, 4]}


def test_counts_add_up_and_count_files_that_are_no_photos() -> None:
    columns, fates = everything()
    outline = Outline(columns, fates, "Sorted")
    _found, bands = outline.arranged({ROOT, STAYS}, np.arange(8), np.arange(8))
    assert bands[ROOT].count == 3
    assert bands[STAYS].count == 5
    assert bands["stays:failed"].count == 1
    assert not bands["stays:failed"].opens, "there is nothing to be shown of it"
    assert bands["to:forest"].opens
    assert bands["stays:kept:Italy 2019"].kind is Kind.KEPT
    assert outline.folders == [("forest/2019", 1), ("forest/2020", 1), ("sea", 1)]


def test_samples_stay_while_photos_come_and_go() -> None:
    columns = columns_of(*(f"a/{number}.jpg" for number in range(200)))
    shuffled = np.random.default_rng(1).permutation(200)

    def samples(share: int) -> set[int]:
        code = np.where(np.arange(200) % 10 < share, 0, 1).astype(np.int32)
        photos = [
            planned(row + 1, f"a/{row}.jpg", Status.SORTED, folder="x" if code[row] == 0 else "y") for row in range(200)
        ]
        outline = Outline(columns, fates_of_plan(columns, plan_of(*photos)), "Sorted")
        _found, bands = outline.arranged({ROOT}, np.arange(200), shuffled)
        return set(bands["to:x"].samples)

    few, more = samples(5), samples(6)
    assert len(few) == len(more) == SAMPLES
    assert len(few & more) > SAMPLES * 0.6


def test_the_least_sure_come_first_and_only_guesses_are_doubtful() -> None:
    columns, fates = everything()
    found, bands = Outline(columns, fates, "Sorted").doubtful(5)
    assert columns.ids[found.rows].tolist() == [1, 2]
    assert bands[DOUBTFUL].count == 2


def test_a_sketch_moves_what_rules_place_and_leaves_what_stays_for_another_reason() -> None:
    columns, fates = everything()
    codes = np.array([1, -1, 0, 0, 0, -1, 0, -1], np.int32)
    guessed = np.array([0.5, np.nan, np.nan, 0.9, 0.4, np.nan, 0.9, np.nan], np.float32)
    sketch = fates_of_folders(fates, ("sea", "street"), codes, guessed, "unsure")
    lines = arranged(Outline(columns, sketch, "Sorted"), ROOT, STAYS)
    assert lines["to:street"] == [1]
    assert lines["to:sea"] == [5, 3]
    assert lines["stays:unsure"] == [6, 2]
    assert lines["stays:kept:Italy 2019"] == [4]
    assert lines["stays:duplicate"] == [7]
    assert not any(8 in ids for ids in lines.values()), "nobody asked about it"
    assert sketch.doubtful(9).tolist() == [4, 0]


def test_before_the_disk_was_asked_it_is_seen_what_rules_and_hands_would_do() -> None:
    columns = columns_of("DCIM/1.jpg", "DCIM/2.jpg", "Italy 2019/3.jpg", "DCIM/4.jpg", "DCIM/5.jpg")
    base = fates_before_planning(columns, [1, 2, 3, 4], KeepFolders(auto=True))
    codes, guessed = np.array([0, 0, 0, -1, 0], np.int32), np.full(5, 0.9, np.float32)
    sketch = fates_of_folders(base, ("sea",), codes, guessed, "unsure")
    assert arranged(Outline(columns, sketch, "Sorted"), ROOT, STAYS) == {
        ROOT: [],
        "to:sea": [2, 1],
        STAYS: [],
        "stays:unsure": [4],
        "stays:kept:Italy 2019": [3],
    }
    changes = Changes(out=frozenset({1, 5}), elsewhere={3: "sea", 4: "street"})
    changed = with_changes(sketch, columns, changes)
    assert arranged(Outline(columns, changed, "Sorted"), ROOT, STAYS) == {
        ROOT: [],
        "to:sea": [3, 2],
        "to:street": [4],
        STAYS: [],
        "stays:out": [1],
    }
    assert changed.doubtful(9).tolist() == [1], "what a hand has placed is no guess"
    assert without_changes(changes, {1, 3, 4, 5}) == Changes(frozenset(), {})


def test_many_kept_folders_stand_below_a_line_of_their_own() -> None:
    names = [f"Trip {number}/1.jpg" for number in range(8)]
    columns = columns_of(*names)
    folders = [name.partition("/")[0] for name in names]
    plan = plan_of(
        *(
            planned(number, name, Status.LEFT, f"“{folder}” is a folder of yours: it stays as it is")
            for number, (name, folder) in enumerate(zip(names, folders, strict=True), start=1)
        ),
        kept=tuple(KeptFolder(folder, 1) for folder in folders),
    )
    outline = Outline(columns, fates_of_plan(columns, plan), "Sorted")
    assert arranged(outline, ROOT, STAYS) == {ROOT: [], STAYS: [], "stays:kept": [8, 7, 6, 5, 4, 3, 2, 1]}
    assert arranged(outline, STAYS, "stays:kept")["stays:kept:Trip 3"] == [4]
