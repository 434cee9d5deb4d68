"""What a run, and an undo weeks later, make of files that somebody else has changed meanwhile."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from photosort.core.catalog import Catalog
from photosort.core.errors import SortingError
from photosort.core.sorting.files import system_calls
from photosort.core.sorting.runs import engine
from photosort.core.sorting.values import How, MovePlan, RunState, Status
from tests.core.sorting.plans import OLD_NS, Album, age, files, finish, tree, write


@pytest.fixture
def album(tmp_path: Path) -> Iterator[Album]:
    """Three photos, one of them with a companion, sorted by their names."""
    with Catalog(tmp_path / "catalog") as catalog:
        found = Album(tmp_path / "in", tmp_path / "out", catalog)
        write(found.root / "a.jpg", "a")
        write(found.root / "b.jpg", "b")
        write(found.root / "b.xmp", "b said")
        write(found.root / "c.jpg", "c")
        age(tmp_path / "in")
        yield found


EVERYTHING = {"a.jpg": "A", "b.jpg": "B", "c.jpg": "C"}


def reasons(album: Album, run_id: int) -> dict[str, tuple[Status, str]]:
    """Path -> status and reason."""
    return {item.source: (item.status, item.reason) for item in album.catalog.runs.account(run_id).items}


# -- between plan and run ------------------------------------------------------------------------------


def test_a_photo_that_changed_since_the_plan_stays(album: Album) -> None:
    plan = album.plan(EVERYTHING)
    write(album.root / "a.jpg", "edited", OLD_NS + 10**10)
    run = album.apply(plan)
    assert reasons(album, run.id)["a.jpg"] == (Status.FAILED, "a.jpg was changed since")
    assert files(album.root) == {"a.jpg": "edited"}
    assert run.standing == 2


def test_a_photo_that_vanished_since_the_plan_fails(album: Album) -> None:
    plan = album.plan(EVERYTHING)
    (album.root / "a.jpg").unlink()
    run = album.apply(plan)
    assert reasons(album, run.id)["a.jpg"][0] is Status.FAILED
    assert "no longer" in reasons(album, run.id)["a.jpg"][1]


def test_what_lies_at_the_target_is_never_replaced(album: Album) -> None:
    plan = album.plan(EVERYTHING)
    # Even one that looks the same in every way.
    write(album.destination / "A/a.jpg", "a")
    write(album.destination / "B/b.xmp", "somebody else said")
    before = tree(album.root)
    run = album.apply(plan)
    assert run.counts[Status.FAILED] == 2
    assert files(album.root) == {"a.jpg": "a", "b.jpg": "b", "b.xmp": "b said"}
    assert files(album.destination) == {"A/a.jpg": "a", "B/b.xmp": "somebody else said", "C/c.jpg": "c"}
    status, reason = reasons(album, run.id)["b.jpg"]
    assert status is Status.FAILED
    assert "b.xmp" in reason
    album.undo(run)
    assert tree(album.root) == before
    assert files(album.destination) == {"A/a.jpg": "a", "B/b.xmp": "somebody else said"}


def test_a_folder_that_is_not_empty_after_all_stays(album: Album) -> None:
    write(album.root / "trip/d.jpg", "d")
    plan = album.plan({"trip/d.jpg": "D"}, empties=["trip"])
    write(album.root / "trip/notes.txt", "mine")
    run = album.apply(plan)
    assert (album.root / "trip/notes.txt").read_text() == "mine"
    album.undo(run)
    assert (album.root / "trip/d.jpg").read_text() == "d"


def test_a_plan_that_is_refused_is_not_begun(album: Album) -> None:
    plan = replace(album.plan(EVERYTHING), refusals=("there is not enough space",))
    with pytest.raises(SortingError, match="not enough space"):
        album.apply(plan)
    assert album.catalog.runs.runs() == []


# -- errors of the system ------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [errno.EACCES, errno.EIO, errno.ENOSPC, errno.EROFS])
def test_an_error_at_a_companion_leaves_the_whole_photo(
    album: Album, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = album.plan(EVERYTHING)
    before = tree(album.root)
    rename = system_calls.rename_exclusively

    def fail(source: Path, target: Path) -> None:
        if source.name == "b.xmp":
            raise OSError(code, os.strerror(code), str(source), None, str(target))
        rename(source, target)

    monkeypatch.setattr(system_calls, "rename_exclusively", fail)
    run = album.apply(plan)
    assert (run.state, run.counts[Status.FAILED], run.standing) == (RunState.APPLIED, 1, 2)
    assert files(album.root) == {"b.jpg": "b", "b.xmp": "b said"}
    status, reason = reasons(album, run.id)["b.jpg"]
    assert status is Status.FAILED
    assert reason.startswith("b.xmp: ")
    assert not (album.destination / "B").exists()
    album.undo(run)
    assert tree(album.root) == before


def test_a_destination_that_vanishes_is_not_built_anew(album: Album, tmp_path: Path) -> None:
    plan = album.plan(EVERYTHING)
    work = engine.apply(album.catalog, plan)
    next(work)
    next(work)
    album.destination.rename(tmp_path / "unplugged")
    run = finish(work)
    assert run.counts[Status.FAILED] == 2
    assert not album.destination.exists()
    assert files(album.root) == {"b.jpg": "b", "b.xmp": "b said", "c.jpg": "c"}
    assert "vanished" in " ".join(reason for _status, reason in reasons(album, run.id).values())
    # Plugged in again, all of it can be undone.
    (tmp_path / "unplugged").rename(album.destination)
    assert album.undo(run).restored == 1


@pytest.mark.parametrize("how", [How.MOVE, How.COPY])
@pytest.mark.parametrize("away", ["drive", "in"])
def test_a_drive_that_is_not_connected_is_not_taken_for_files_that_are_gone(
    album: Album, tmp_path: Path, how: How, away: str
) -> None:
    (tmp_path / "drive").mkdir()
    album.destination = tmp_path / "drive/Pictures/Sorted"
    before = tree(album.root)
    run = album.apply(album.plan(EVERYTHING, how=how))
    (tmp_path / away).rename(tmp_path / "unplugged")
    if away == "in" and how is How.MOVE:
        # On one file system it can only have been removed.
        (tmp_path / "unplugged").rmdir()
        assert album.undo(run).restored == 3
        return
    with pytest.raises(SortingError, match="connect it first"):
        album.undo(run)
    assert album.catalog.runs.run(run.id) == run
    (tmp_path / "unplugged").rename(tmp_path / away)
    assert album.undo(run).restored == 3
    assert tree(album.root) == before
    assert not (tmp_path / "drive/Pictures").exists()
    (tmp_path / "drive").rmdir()
    with pytest.raises(SortingError, match="connect it first"):
        finish(engine.redo(album.catalog, run.id))
    assert not (tmp_path / "drive").exists()


# -- between run and undo ------------------------------------------------------------------------------


def sorted_album(album: Album) -> tuple[MovePlan, int]:
    """Apply the plan for everything; the run's id."""
    plan = album.plan(EVERYTHING)
    return plan, album.apply(plan).id


def test_only_photos_that_are_where_they_were_put_are_touched(album: Album, tmp_path: Path) -> None:
    _plan, run_id = sorted_album(album)
    (album.destination / "A/a.jpg").rename(tmp_path / "elsewhere.jpg")
    write(album.destination / "C/c.jpg", "edited")
    undone = finish(engine.undo(album.catalog, run_id))
    assert {item.source: (item.status, item.reason) for item in undone.items} == {
        "a.jpg": ("left", f"a.jpg is no longer in {album.destination / 'A'}"),
        "b.jpg": ("restored", ""),
        "c.jpg": ("left", "c.jpg was changed since"),
    }
    assert (undone.run.state, undone.run.standing) == (RunState.UNDONE, 1)
    assert files(album.root) == {"b.jpg": "b", "b.xmp": "b said"}
    assert files(album.destination) == {"C/c.jpg": "edited"}
    assert (tmp_path / "elsewhere.jpg").read_text() == "a"


def test_an_undo_replaces_nothing(album: Album) -> None:
    _plan, run_id = sorted_album(album)
    write(album.root / "a.jpg", "a new one")
    write(album.root / "b.xmp", "a new sidecar")
    undone = finish(engine.undo(album.catalog, run_id))
    assert {item.source: item.status for item in undone.items} == {
        "a.jpg": "left",
        "b.jpg": "left",
        "c.jpg": "restored",
    }
    assert files(album.root) == {"a.jpg": "a new one", "b.xmp": "a new sidecar", "c.jpg": "c"}
    # The picture stays with its own sidecar.
    assert files(album.destination) == {"A/a.jpg": "a", "B/b.jpg": "b", "B/b.xmp": "b said"}
    (album.root / "a.jpg").unlink()
    assert finish(engine.undo(album.catalog, run_id)).restored == 1


def test_sidecars_may_change_and_companions_may_go(album: Album) -> None:
    write(album.root / "c.cr2", "c raw")
    _plan, run_id = sorted_album(album)
    write(album.destination / "B/b.xmp", "a program wrote more", OLD_NS + 10**12)
    (album.destination / "C/c.cr2").unlink()
    undone = finish(engine.undo(album.catalog, run_id))
    assert undone.restored == 3
    assert files(album.root) == {"a.jpg": "a", "b.jpg": "b", "b.xmp": "a program wrote more", "c.jpg": "c"}


def test_a_photo_that_somebody_put_back_by_hand_is_back(album: Album) -> None:
    before = tree(album.root)
    _plan, run_id = sorted_album(album)
    (album.destination / "A/a.jpg").rename(album.root / "a.jpg")
    assert finish(engine.undo(album.catalog, run_id)).restored == 3
    assert tree(album.root) == before


def test_what_somebody_put_beside_sorted_photos_stays(album: Album) -> None:
    _plan, run_id = sorted_album(album)
    write(album.destination / "A/mine.txt", "mine")
    finish(engine.undo(album.catalog, run_id))
    assert files(album.destination) == {"A/mine.txt": "mine"}
    assert not (album.destination / "B").exists()
    assert not (album.destination / ".photosort").exists()


def test_a_removed_folder_is_made_again(album: Album) -> None:
    _plan, run_id = sorted_album(album)
    (album.root).rmdir()
    assert finish(engine.undo(album.catalog, run_id)).restored == 3
    assert len(files(album.root)) == 4


def test_redoing_lists_what_cannot_be_done_again(album: Album) -> None:
    _plan, run_id = sorted_album(album)
    finish(engine.undo(album.catalog, run_id))
    write(album.root / "a.jpg", "edited", OLD_NS + 10**10)
    run = finish(engine.redo(album.catalog, run_id))
    assert (run.standing, run.counts[Status.FAILED]) == (2, 1)
    assert files(album.root) == {"a.jpg": "edited"}
