"""The journal of runs as History, plans and the engine read it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from photosort.core.catalog import Catalog
from photosort.core.catalog.following import Follow
from photosort.core.catalog.runs import Notes, PhotoNote, StepNote
from photosort.core.errors import CatalogError
from photosort.core.photo import FileInfo, PhotoState, Shot, TakenSource
from photosort.core.scan import ScanResult
from photosort.core.sorting.runs.steps import (
    FolderRole,
    Mark,
    RunFile,
    RunFolder,
    RunPhoto,
    RunRecord,
    Side,
    Step,
    StepKind,
)
from photosort.core.sorting.values import How, Run, RunState, Status

ROOT, SORTED = Path("/pictures"), Path("/pictures/Sorted")


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    """A catalog that knows two photos of one folder."""
    with Catalog(tmp_path) as opened:
        root_id = opened.open_root(ROOT)
        shots = tuple(
            Shot(FileInfo(name, size, 7), (), 0.0, TakenSource.FILE) for name, size in (("a.jpg", 10), ("b.jpg", 20))
        )
        opened.reconcile(ScanResult(ROOT, shots, (), ()), root_id, key_of=str)
        yield opened


def draft(catalog: Catalog, name: str = "first", how: How = How.MOVE) -> RunRecord:
    """A run that moves one photo with a companion and leaves the other."""
    root_id = catalog.open_root(ROOT)
    ids = [photo.id for photo in catalog.photos(root_id)]
    run = Run(0, name, root_id, ROOT, SORTED, how, "move 1 photo to sea", RunState.APPLYING, time.time(), None)
    companion = RunFile("a.xmp", "sea/a.xmp", 3, 8)
    photos = [
        RunPhoto(0, ids[0], "a.jpg", "sea/a.jpg", "sea", "labels", Status.SORTED, "you said sea", (companion,), 10, 7,
                 Side.AFTER),
        RunPhoto(1, ids[1], "b.jpg", None, "", "", Status.LEFT, "no rule is sure"),
    ]  # fmt: skip
    kind = StepKind.of(how)
    steps = [
        Step(0, 0, kind, "a.jpg", "sea/a.jpg", 10, 7, inode=2**64 - 5, device=2**63 + 1),
        Step(1, 0, kind, "a.xmp", "sea/a.xmp", 3, 8, needs=(0, 1)),
    ]
    folders = [
        RunFolder(ROOT, FolderRole.TOUCHED, 123, 0o755),
        RunFolder(SORTED / "sea", FolderRole.MADE),
    ]
    return RunRecord(run, photos, steps, folders)


def place(catalog: Catalog, record: RunRecord) -> Run:
    """Note that the first photo arrived, and end the run."""
    [photo, _left] = record.photos
    home = catalog.runs.home(record.run)
    notes = Notes(
        [StepNote(step.number, Mark.AFTER, b"digest", step.target) for step in record.steps],
        [PhotoNote(0, Status.SORTED, photo.reason, photo.target, True)],
        [Follow(photo.photo_id or 0, home.root_id, f"{home.prefix}{photo.target}")],
    )
    catalog.runs.note(record.run.id, notes)
    return catalog.runs.end(record.run.id, RunState.APPLIED, record.run.title, seconds=1.5)


def test_what_was_written_down_is_read_again(catalog: Catalog) -> None:
    written = draft(catalog)
    record = catalog.runs.record(written, '{"rules": []}')
    assert record.run.id > 0
    loaded = catalog.runs.load(record.run.id)
    assert (loaded.photos, loaded.steps, loaded.folders) == (written.photos, written.steps, written.folders)
    assert loaded.run == record.run
    assert catalog.runs.request(record.run.id) == '{"rules": []}'
    assert catalog.runs.interrupted() == [record.run]


def test_names_that_are_no_text_survive(catalog: Catalog) -> None:
    written = draft(catalog)
    written.steps[0].source = "caf\udce9.jpg"
    written.photos[0].source = "caf\udce9.jpg"
    record = catalog.runs.record(written)
    loaded = catalog.runs.load(record.run.id)
    assert loaded.steps[0].source == "caf\udce9.jpg"
    assert loaded.photos[0].source == "caf\udce9.jpg"


def test_the_sums_of_a_run_are_of_what_was_placed(catalog: Catalog) -> None:
    run = place(catalog, catalog.runs.record(draft(catalog)))
    assert catalog.runs.run(run.id) == run
    assert (run.state, run.standing, run.folders, run.total_bytes, run.seconds) == (RunState.APPLIED, 1, 1, 13, 1.5)
    assert run.counts == {Status.SORTED: 1, Status.LEFT: 1, Status.DUPLICATE: 0, Status.FAILED: 0}
    assert run.ended_at is not None
    assert catalog.runs.standing(run.id) == {0}
    assert catalog.runs.interrupted() == []


def test_the_account_tells_targets_of_sorted_photos_only(catalog: Catalog) -> None:
    run = place(catalog, catalog.runs.record(draft(catalog)))
    sorted_one, left_one = catalog.runs.account(run.id).items
    assert sorted_one.target == "sea/a.jpg"
    assert sorted_one.companions == (("a.xmp", "sea/a.xmp"),)
    assert (left_one.target, left_one.status, left_one.reason) == (None, Status.LEFT, "no rule is sure")


def test_runs_are_listed_newest_first_and_by_folder(catalog: Catalog, tmp_path: Path) -> None:
    first = catalog.runs.record(draft(catalog)).run
    second = catalog.runs.record(draft(catalog, "second")).run
    other = catalog.open_root(tmp_path)
    assert [run.id for run in catalog.runs.runs()] == [second.id, first.id]
    assert catalog.runs.runs(other) == []
    assert catalog.runs.named("second") == second
    assert catalog.runs.named("third") is None


def test_a_run_that_is_not_known_is_an_error(catalog: Catalog) -> None:
    with pytest.raises(CatalogError, match="no run with the number 99"):
        catalog.runs.run(99)
    with pytest.raises(CatalogError):
        catalog.runs.request(99)


def test_photos_follow_into_a_subfolder_and_push_out_what_cannot_be_there(catalog: Catalog) -> None:
    root_id = catalog.open_root(ROOT)
    first, second = catalog.photos(root_id)
    record = catalog.runs.record(draft(catalog))
    home = catalog.runs.home(record.run)
    assert (home.root_id, home.prefix) == (root_id, "Sorted/")
    # Whatever the catalog believed of the place: a file was just put there, exclusively.
    catalog.runs.note(record.run.id, Notes(follows=[Follow(first.id, root_id, "b.jpg")]))
    assert catalog.photo(first.id).relpath == "b.jpg"
    assert catalog.photo(second.id).state is PhotoState.MISSING


def test_photos_swap_their_places(catalog: Catalog) -> None:
    root_id = catalog.open_root(ROOT)
    first, second = catalog.photos(root_id)
    record = catalog.runs.record(draft(catalog))
    swap = [Follow(first.id, root_id, "b.jpg"), Follow(second.id, root_id, "a.jpg")]
    catalog.runs.note(record.run.id, Notes(follows=swap))
    assert [photo.id for photo in catalog.photos(root_id)] == [second.id, first.id]


def test_a_discarded_photo_is_missing_until_it_is_back(catalog: Catalog) -> None:
    root_id = catalog.open_root(ROOT)
    [first, _second] = catalog.photos(root_id)
    record = catalog.runs.record(draft(catalog))
    catalog.runs.note(record.run.id, Notes(follows=[Follow(first.id, root_id, None)]))
    assert [photo.relpath for photo in catalog.photos(root_id)] == ["b.jpg"]
    catalog.runs.note(record.run.id, Notes(follows=[Follow(first.id, root_id, "a.jpg")]))
    assert catalog.photo(first.id) == first


def test_the_innermost_known_folder_takes_photos_in(catalog: Catalog, tmp_path: Path) -> None:
    outer = catalog.open_root(tmp_path / "library")
    inner = catalog.open_root(tmp_path / "library/2019")
    written = draft(catalog)
    for place_of, root_id, prefix in (
        (tmp_path / "library/2019/Sorted/x", inner, "Sorted/x/"),
        (tmp_path / "library/2020", outer, "2020/"),
        (tmp_path / "library", outer, ""),
    ):
        run = Run(0, "r", written.run.root_id, ROOT, place_of, How.MOVE, "", RunState.APPLYING, 0.0, None)
        home = catalog.runs.home(run)
        assert (home.root_id, home.prefix) == (root_id, prefix)


def test_where_photos_were_sorted_before_is_the_newest_run_that_stands(catalog: Catalog) -> None:
    record = catalog.runs.record(draft(catalog))
    photo_id = record.photos[0].photo_id
    assert photo_id is not None
    assert catalog.runs.sorted_before(record.run.root_id) == {}
    run = place(catalog, record)
    earlier = catalog.runs.sorted_before(run.root_id)
    assert set(earlier) == {photo_id}
    assert (earlier[photo_id].run_id, earlier[photo_id].folder) == (run.id, SORTED / "sea")
    again = place(catalog, catalog.runs.record(draft(catalog, "second")))
    assert catalog.runs.sorted_before(run.root_id)[photo_id].run_id == again.id


def test_copies_are_known_until_they_are_taken_away(catalog: Catalog) -> None:
    record = catalog.runs.record(draft(catalog, how=How.COPY))
    place(catalog, record)
    assert catalog.runs.copies() == {SORTED / "sea/a.jpg", SORTED / "sea/a.xmp"}
    gone = Notes(photos=[PhotoNote(0, Status.SORTED, "", "sea/a.jpg", False)])
    catalog.runs.note(record.run.id, gone)
    assert catalog.runs.copies() == frozenset()


def test_the_undo_order_follows_a_run(catalog: Catalog) -> None:
    record = catalog.runs.record(draft(catalog))
    root_id = record.run.root_id
    assert catalog.next_undo(root_id) is None
    run = place(catalog, record)
    action = catalog.next_undo(root_id)
    assert action is not None
    assert (action.kind, action.title, catalog.runs.of_action(action.id)) == ("run", run.title, run.id)
    with pytest.raises(CatalogError, match="more than the catalog can undo"):
        catalog.undo(root_id)
    catalog.runs.note(run.id, Notes(photos=[PhotoNote(0, Status.SORTED, "", "sea/a.jpg", False)]))
    catalog.runs.end(run.id, RunState.UNDONE, run.title)
    assert catalog.next_undo(root_id) is None
    following = catalog.next_redo(root_id)
    assert following is not None
    assert following.id == action.id


def test_a_photo_of_a_run_is_found_by_its_id(catalog: Catalog) -> None:
    record = catalog.runs.record(draft(catalog))
    known = record.photos[0].photo_id
    assert known is not None
    assert catalog.runs.photo_ids(record.run.id, [known, 12_345]) == {known: 0}


def test_a_goal_is_written_before_anything_is_driven(catalog: Catalog) -> None:
    record = catalog.runs.record(draft(catalog))
    place(catalog, record)
    catalog.runs.begin(record.run.id, RunState.UNDOING, Side.BEFORE, [0])
    loaded = catalog.runs.load(record.run.id)
    assert loaded.run.state is RunState.UNDOING
    assert loaded.photos[0].goal is Side.BEFORE
    # Of a run at work the sums are those of the moment.
    assert loaded.run.standing == 1
