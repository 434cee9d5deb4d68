"""Runs that move photos on one file system, there and back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from photosort.core.catalog import Catalog
from photosort.core.errors import SortingError
from photosort.core.photo import PhotoState, Progress
from photosort.core.sorting.runs import engine
from photosort.core.sorting.values import MovePlan, RunState, Status
from tests.core.sorting.plans import Album, age, files, finish, planned_file, tree, write


@pytest.fixture
def album(tmp_path: Path) -> Iterator[Album]:
    """Four photos, one of them with companions, to be sorted into a folder beside theirs."""
    with Catalog(tmp_path / "catalog") as catalog:
        found = Album(tmp_path / "in", tmp_path / "out", catalog)
        write(found.root / "sea.jpg", "sea")
        write(found.root / "trip/wood.jpg", "wood")
        write(found.root / "trip/dog.jpg", "dog")
        write(found.root / "trip/dog.cr2", "dog raw")
        write(found.root / "trip/dog.xmp", "dog said")
        write(found.root / "trip/deep/cat.jpg", "cat")
        age(tmp_path / "in")
        yield found


SORTED = {"sea.jpg": "sea", "trip/dog.jpg": "animals/dog", "trip/deep/cat.jpg": "animals/cat"}


def test_files_move_with_their_companions_and_come_back_with_all_times(album: Album) -> None:
    before = tree(album.root)
    run = album.apply(album.plan(SORTED, empties=["trip/deep"]))
    assert files(album.root) == {"trip/wood.jpg": "wood"}
    assert files(album.destination) == {
        "sea/sea.jpg": "sea",
        "animals/dog/dog.jpg": "dog",
        "animals/dog/dog.cr2": "dog raw",
        "animals/dog/dog.xmp": "dog said",
        "animals/cat/cat.jpg": "cat",
    }
    assert not (album.root / "trip/deep").exists()
    assert (run.state, run.standing, run.folders) == (RunState.APPLIED, 3, 3)
    assert run.counts == {Status.SORTED: 3, Status.LEFT: 1, Status.DUPLICATE: 0, Status.FAILED: 0}
    assert run.total_bytes == len("sea" + "dog" + "dog raw" + "dog said" + "cat")

    undone = album.undo(run)
    assert (undone.restored, undone.run.state, undone.run.standing) == (3, RunState.UNDONE, 0)
    assert {item.status for item in undone.items} == {"restored"}
    assert tree(album.root) == before
    assert not album.destination.exists()


def test_sorting_within_the_folder_leaves_no_trace_after_undo(album: Album) -> None:
    album.destination = album.root / "Sorted"
    before = tree(album.root)
    run = album.apply(album.plan(SORTED))
    assert (album.root / "Sorted/animals/dog/dog.cr2").is_file()
    album.undo(run)
    assert tree(album.root) == before


def test_the_account_has_every_photo(album: Album) -> None:
    run = album.apply(album.plan(SORTED))
    account = album.catalog.runs.account(run.id)
    assert account.run == run.id
    items = {item.source: item for item in account.items}
    assert items["trip/wood.jpg"].status is Status.LEFT
    assert items["trip/wood.jpg"].target is None
    dog = items["trip/dog.jpg"]
    assert dog.target == "animals/dog/dog.jpg"
    assert dog.companions == (("trip/dog.cr2", "animals/dog/dog.cr2"), ("trip/dog.xmp", "animals/dog/dog.xmp"))


def test_photos_keep_their_identity_within_the_folder(album: Album) -> None:
    album.destination = album.root / "Sorted"
    known = album.scan()
    album.catalog.set_labels(album.root_id, "mine", {known["trip/dog.jpg"].id: "Rex"})
    run = album.apply(album.plan(SORTED))
    dog = album.catalog.photo(known["trip/dog.jpg"].id)
    assert dog.relpath == "Sorted/animals/dog/dog.jpg"
    assert dog.companions == ("Sorted/animals/dog/dog.cr2", "Sorted/animals/dog/dog.xmp")
    again = album.scan()
    assert {photo.id for photo in again.values()} == {photo.id for photo in known.values()}
    assert album.catalog.labels(album.root_id, "mine") == {dog.id: "Rex"}
    album.undo(run)
    assert album.catalog.photo(dog.id) == known["trip/dog.jpg"]


def test_photos_move_to_another_known_folder_and_back(album: Album, tmp_path: Path) -> None:
    write(tmp_path / "library/old.jpg", "old")
    other = album.catalog.open_root(tmp_path / "library")
    album.destination = tmp_path / "library/new"
    known = album.scan()
    run = album.apply(album.plan({"sea.jpg": "sea"}))
    moved = album.catalog.photo(known["sea.jpg"].id)
    assert (moved.root, moved.relpath) == (tmp_path / "library", "new/sea/sea.jpg")
    assert [photo.id for photo in album.catalog.photos(other)] == [moved.id]
    # The scan of the other folder recognises it, too.
    assert album.scan(tmp_path / "library")["new/sea/sea.jpg"].id == moved.id
    album.undo(run)
    assert album.catalog.photo(moved.id) == known["sea.jpg"]


def test_a_destination_that_nobody_opened_is_known_but_not_recent(album: Album) -> None:
    known = album.scan()
    album.apply(album.plan({"sea.jpg": ""}))
    moved = album.catalog.photo(known["sea.jpg"].id)
    assert (moved.root, moved.relpath, moved.state) == (album.destination, "sea.jpg", PhotoState.PRESENT)
    assert [root.path for root in album.catalog.recent_roots()] == [album.root]


def test_a_folder_is_sorted_into_the_one_above_it(album: Album, tmp_path: Path) -> None:
    known = album.scan()
    album.destination = tmp_path
    run = album.apply(album.plan({"sea.jpg": "sea", "trip/dog.jpg": "in/animals"}))
    sea, dog = (album.catalog.photo(known[name].id) for name in ("sea.jpg", "trip/dog.jpg"))
    assert (sea.root, sea.relpath) == (tmp_path, "sea/sea.jpg")
    # What went back into the folder itself stays a photo of it.
    assert (dog.root, dog.relpath) == (album.root, "animals/dog.jpg")
    assert dog.companions == ("animals/dog.cr2", "animals/dog.xmp")
    assert album.scan()["animals/dog.jpg"].id == dog.id
    album.undo(run)
    assert album.catalog.photo(sea.id) == known["sea.jpg"]


def test_a_run_is_the_newest_thing_to_undo_and_then_to_redo(album: Album) -> None:
    known = album.scan()
    album.catalog.set_labels(album.root_id, "mine", {known["sea.jpg"].id: "sea"})
    run = album.apply(album.plan(SORTED))
    action = album.catalog.next_undo(album.root_id)
    assert action is not None
    assert (action.kind, action.title) == ("run", "move 3 photos to out")
    assert album.catalog.runs.of_action(action.id) == run.id
    album.undo(run)
    following = album.catalog.next_undo(album.root_id)
    assert following is not None
    assert following.kind == "label"
    again = album.catalog.next_redo(album.root_id)
    assert again is not None
    assert again.id == action.id
    redone = finish(engine.redo(album.catalog, run.id))
    assert (redone.state, redone.standing) == (RunState.APPLIED, 3)
    assert files(album.destination)["sea/sea.jpg"] == "sea"
    assert album.catalog.next_redo(album.root_id) is None
    album.undo(run)
    assert len(files(album.root)) == 6


def test_a_run_that_places_nothing_is_nothing_to_undo(album: Album) -> None:
    run = album.apply(album.plan({}))
    assert (run.state, run.standing) == (RunState.APPLIED, 0)
    assert album.catalog.next_undo(album.root_id) is None
    assert not album.destination.exists()
    finish(engine.redo(album.catalog, run.id))
    assert not album.destination.exists()


def test_a_run_whose_photos_all_fail_leaves_nothing_behind(album: Album) -> None:
    plan = album.plan({"sea.jpg": "sea"})
    write(album.root / "sea.jpg", "edited")
    before = tree(album.root)
    run = album.apply(plan)
    assert (run.standing, run.counts[Status.FAILED]) == (0, 1)
    assert not album.destination.exists()
    assert tree(album.root) == before


def shared_plan(album: Album) -> MovePlan:
    """Two photos that need one sidecar, which lies with the first of them."""
    write(album.root / "trip/dog.png", "dog drawn")
    plan = album.plan({"trip/dog.jpg": "A", "trip/dog.png": "B"})
    photos = []
    for photo in plan.photos:
        found = [replace(file, shared=file.source.endswith(".xmp")) for file in photo.files]
        if photo.source == "trip/dog.png" and not any(file.shared for file in found):
            found.append(planned_file(album.root, "trip/dog.xmp", None, shared=True))
        photos.append(replace(photo, files=tuple(found)))
    return replace(plan, photos=tuple(photos))


def test_a_shared_sidecar_goes_and_returns_with_its_last_photo(album: Album) -> None:
    plan = shared_plan(album)
    age(album.root)
    before = tree(album.root)
    ids = {photo.source: photo.photo_id for photo in plan.photos}
    work = engine.apply(album.catalog, plan)
    next(work)
    next(work)
    # The first has gone; the other one still needs it.
    assert (album.destination / "A/dog.jpg").exists()
    assert (album.root / "trip/dog.xmp").exists()
    run = finish(work)
    assert run.standing == 2
    assert (album.destination / "A/dog.xmp").read_text() == "dog said"
    album.undo(run, [ids["trip/dog.jpg"] or 0])
    assert (album.destination / "A/dog.xmp").exists()
    album.undo(run, [ids["trip/dog.png"] or 0])
    assert tree(album.root) == before


def test_a_shared_sidecar_stays_where_one_of_its_photos_must(album: Album) -> None:
    plan = shared_plan(album)
    write(album.destination / "B/dog.png", "taken")
    run = album.apply(plan)
    assert (run.standing, run.counts[Status.FAILED]) == (1, 1)
    assert (album.root / "trip/dog.xmp").exists()
    assert (album.root / "trip/dog.png").exists()
    assert (album.destination / "A/dog.jpg").exists()
    [item] = [item for item in album.catalog.runs.account(run.id).items if item.status is Status.SORTED]
    assert dict(item.companions)["trip/dog.xmp"] is None


def test_single_photos_are_put_back(album: Album) -> None:
    known = album.scan()
    before = tree(album.root)
    run = album.apply(album.plan(SORTED, empties=["trip/deep"]))
    undone = album.undo(run, [known["trip/dog.jpg"].id])
    assert [item.source for item in undone.items] == ["trip/dog.jpg"]
    assert (undone.run.state, undone.run.standing) == (RunState.APPLIED, 2)
    assert not (album.destination / "animals/dog").exists()
    assert files(album.root).keys() == {"trip/wood.jpg", "trip/dog.jpg", "trip/dog.cr2", "trip/dog.xmp"}
    rest = album.undo(run)
    assert (rest.restored, rest.run.state) == (2, RunState.UNDONE)
    assert tree(album.root) == before


def test_cancelling_leaves_what_is_done_and_lists_the_rest(album: Album) -> None:
    before = tree(album.root)
    work = engine.apply(album.catalog, album.plan(SORTED))
    progress = [next(work), next(work)]
    assert progress == [Progress("Moving photos", 0, 3), Progress("Moving photos", 1, 3)]
    work.close()
    [run] = album.catalog.runs.runs()
    assert (run.state, run.standing, run.title) == (RunState.STOPPED, 1, "move 1 photo to sea")
    assert run.counts[Status.SORTED] == 1
    account = album.catalog.runs.account(run.id)
    assert sorted(item.reason for item in account.items if item.status is Status.LEFT) == [
        "no rule is sure",
        engine.STOPPED,
        engine.STOPPED,
    ]
    assert files(album.destination) == {"sea/sea.jpg": "sea"}
    assert album.undo(run).restored == 1
    assert tree(album.root) == before


def test_an_undo_can_be_cancelled_and_gone_on_with(album: Album) -> None:
    before = tree(album.root)
    run = album.apply(album.plan(SORTED))
    work = engine.undo(album.catalog, run.id)
    next(work)
    next(work)
    work.close()
    assert album.catalog.runs.run(run.id).standing == 2
    assert album.catalog.runs.run(run.id).state is RunState.APPLIED
    assert album.undo(run).restored == 2
    assert tree(album.root) == before


def test_nothing_is_begun_where_the_destination_cannot_be_written_to(album: Album) -> None:
    write(album.destination, "a file lies there")
    before = tree(album.root)
    with pytest.raises(SortingError, match="nothing was changed"):
        album.apply(album.plan(SORTED))
    assert tree(album.root) == before
    [run] = album.catalog.runs.runs()
    assert run.state is RunState.ROLLED_BACK
    assert run.counts[Status.FAILED] == 3
    assert album.catalog.next_undo(album.root_id) is None
    album.destination.unlink()
    album.destination.mkdir()
    undone = album.undo(run)
    assert (undone.items, undone.run.state) == ((), RunState.ROLLED_BACK)


@pytest.mark.parametrize("folder", ["../elsewhere", "/tmp"])
def test_no_plan_reaches_out_of_its_destination(album: Album, folder: str) -> None:
    with pytest.raises(SortingError, match="inside the folder"):
        album.apply(album.plan({"sea.jpg": folder}))
    assert album.catalog.runs.runs() == []


def test_runs_of_a_photo_one_after_the_other(album: Album) -> None:
    known = album.scan()
    album.destination = album.root
    first = album.apply(album.plan({"sea.jpg": "a"}))
    second = album.apply(album.plan({"a/sea.jpg": "b"}, empties=["a"]))
    earlier = album.catalog.runs.sorted_before(album.root_id)
    assert earlier[known["sea.jpg"].id].run_id == second.id
    assert earlier[known["sea.jpg"].id].folder == album.root / "b"
    # Its file is no longer where the first run put it.
    undone = album.undo(first)
    assert [(item.status, item.reason) for item in undone.items] == [
        ("left", f"sea.jpg is no longer in {album.root / 'a'}")
    ]
    assert album.undo(second).restored == 1
    assert files(album.root)["a/sea.jpg"] == "sea"
    assert album.undo(first).restored == 1
    assert files(album.root)["sea.jpg"] == "sea"
    assert album.catalog.photo(known["sea.jpg"].id) == known["sea.jpg"]
