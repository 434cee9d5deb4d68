"""Drives that go away while their mount points stay: an empty folder must not be taken for what lay there.

Only who may mount can try it; elsewhere these tests are skipped.
"""

from __future__ import annotations

import contextlib
import errno
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from photosort.core.catalog import Catalog
from photosort.core.errors import SortingError
from photosort.core.sorting.files import attributes
from photosort.core.sorting.files.attributes import Carried
from photosort.core.sorting.files.run_lock import is_free, sorting_lock
from photosort.core.sorting.runs import engine
from photosort.core.sorting.values import How, RunState, Status
from tests.core.sorting.plans import Album, age, files, finish, tree, write
from tests.core.sorting.worlds import labelled, planned, scanned

PLACES = {"a.jpg": "A", "b.jpg": "B", "c.jpg": "C"}


class Drive:
    """A file system in memory that can be connected and taken away, with all that lies on it.

    Args:
        stand_in: a folder where it stays connected all the time, so that it is not lost.
        mount: where photosort sees it.
    """

    def __init__(self, stand_in: Path, mount: Path) -> None:
        self._stand_in = stand_in
        self.mount = mount
        stand_in.mkdir()
        mount.mkdir()
        if _mount("-t", "tmpfs", "-o", "size=4m", "tmpfs", str(stand_in)):
            pytest.skip("nothing may be mounted here")

    def connect(self) -> None:
        assert not _mount("--bind", str(self._stand_in), str(self.mount))

    def take_away(self) -> None:
        subprocess.run(["umount", str(self.mount)], check=True)

    def only_read(self) -> None:
        assert not _mount("-o", "remount,bind,ro", str(self.mount))

    def fill(self) -> None:
        with contextlib.suppress(OSError), (self.mount / "filler").open("wb", buffering=0) as stream:
            while True:
                stream.write(bytes(4096))

    def give_up(self) -> None:
        for folder in (self.mount, self._stand_in):
            if os.path.ismount(folder):
                subprocess.run(["umount", str(folder)], check=True)


def _mount(*arguments: str) -> int:
    try:
        return subprocess.run(["mount", *arguments], check=False, capture_output=True).returncode
    except FileNotFoundError:
        return 1


@pytest.fixture
def drive(tmp_path: Path) -> Iterator[Drive]:
    found = Drive(tmp_path / "stand-in", tmp_path / "drive")
    try:
        found.connect()
        yield found
    finally:
        found.give_up()


@pytest.fixture
def album(tmp_path: Path, drive: Drive) -> Iterator[Album]:
    """Three photos, to be sorted to the drive."""
    with Catalog(tmp_path / "catalog") as catalog:
        found = Album(tmp_path / "in", drive.mount, catalog)
        for name in PLACES:
            write(found.root / name, name)
        age(found.root)
        yield found


def test_a_drive_that_goes_in_the_middle_is_not_built_anew_at_its_mount_point(album: Album, drive: Drive) -> None:
    before = tree(album.root)
    work = engine.apply(album.catalog, album.plan(PLACES))
    told = [next(work) for _ in range(2)]
    assert told
    drive.take_away()
    run = finish(work)
    assert not list(drive.mount.iterdir())
    failed = [item for item in album.catalog.runs.account(run.id).items if item.status is Status.FAILED]
    assert failed
    assert all("vanished" in item.reason or "no longer" in item.reason for item in failed)
    drive.connect()
    assert {*files(album.root).values(), *files(drive.mount).values()} == set(PLACES)
    album.undo(run)
    assert tree(album.root) == before
    assert not files(drive.mount)


def test_an_original_stays_when_the_drive_goes_before_its_copy_is_durable(album: Album, drive: Drive) -> None:
    work = engine.apply(album.catalog, album.plan(PLACES))
    while not list(drive.mount.glob("A/a.jpg")):
        next(work)
    assert (album.root / "a.jpg").exists()
    drive.take_away()
    finish(work)
    assert sorted(files(album.root).values()) == sorted(PLACES)


@pytest.mark.parametrize("how", [How.MOVE, How.COPY])
def test_an_undo_is_refused_while_the_drive_is_away(album: Album, drive: Drive, how: How) -> None:
    before = tree(album.root)
    run = album.apply(album.plan(PLACES, how=how))
    drive.take_away()
    with pytest.raises(SortingError, match="connect it first"):
        album.undo(run)
    assert album.catalog.runs.run(run.id).state is RunState.APPLIED
    drive.connect()
    assert album.undo(run).restored == 3
    assert tree(album.root) == before
    assert not files(drive.mount)


def test_an_undo_is_refused_while_the_drive_that_the_photos_came_from_is_away(tmp_path: Path, drive: Drive) -> None:
    with Catalog(tmp_path / "catalog") as catalog:
        album = Album(drive.mount, tmp_path / "out", catalog)
        for name in PLACES:
            write(album.root / name, name)
        run = album.apply(album.plan(PLACES))
        drive.take_away()
        with pytest.raises(SortingError, match="connect it first"):
            album.undo(run)
        assert not list(drive.mount.iterdir())
        drive.connect()
        assert album.undo(run).restored == 3
        assert sorted(files(drive.mount)) == sorted(PLACES)


def test_nothing_is_recovered_while_the_drive_is_away(album: Album, drive: Drive, tmp_path: Path) -> None:
    before = tree(album.root)
    plan = album.plan(PLACES)
    child = os.fork()
    if child == 0:
        with Catalog(tmp_path / "catalog") as catalog:
            for _ in engine.apply(catalog, plan):
                if (drive.mount / "B" / "b.jpg").exists():
                    os._exit(0)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    (run,) = engine.interrupted(album.catalog)
    drive.take_away()
    for way in (engine.finish, engine.roll_back):
        with pytest.raises(SortingError, match="connect it first"):
            finish(way(album.catalog, run.id))
    assert engine.interrupted(album.catalog)
    drive.connect()
    finish(engine.roll_back(album.catalog, run.id))
    assert tree(album.root) == before
    assert not files(drive.mount)


def test_a_drive_that_somebody_emptied_is_not_away(album: Album, drive: Drive) -> None:
    run = album.apply(album.plan(PLACES, how=How.COPY))
    subprocess.run(["find", str(drive.mount), "-mindepth", "1", "-delete"], check=True)
    assert album.undo(run).restored == 3


def test_copies_are_taken_away_when_the_drive_of_the_originals_can_only_be_read(tmp_path: Path, drive: Drive) -> None:
    with Catalog(tmp_path / "catalog") as catalog:
        album = Album(drive.mount, tmp_path / "out", catalog)
        for name in PLACES:
            write(album.root / name, name)
            (album.root / name).chmod(0o640)
        plan = album.plan(PLACES)
        drive.only_read()
        run = album.apply(plan)
        items = catalog.runs.account(run.id).items
        assert {item.status for item in items} == {Status.FAILED}
        assert all("only be read" in item.reason and "put back" not in item.reason for item in items)
        assert not album.destination.exists()
        assert len(files(drive.mount)) == 3


def test_a_full_disk_keeps_nobody_from_the_lock(tmp_path: Path, drive: Drive) -> None:
    catalog = drive.mount / "catalog"
    with sorting_lock(catalog, "the first"):
        pass
    drive.fill()
    with sorting_lock(catalog, "photosort recover"):
        assert not is_free(catalog)
    assert is_free(catalog)


def test_what_was_undone_does_not_ask_for_its_drive_again(album: Album, drive: Drive) -> None:
    run = album.apply(album.plan(PLACES, destination=drive.mount / "Sorted"))
    assert album.undo(run).restored == 3
    assert not (drive.mount / "Sorted").exists()
    (album.root / "a.jpg").unlink()
    assert not album.undo(run).items


def test_a_plan_is_refused_when_its_drive_went_away_since(tmp_path: Path, drive: Drive) -> None:
    with Catalog(tmp_path / "catalog") as catalog:
        root = tmp_path / "in"
        write(root / "a.jpg", "a")
        root_id = scanned(catalog, root)
        labelled(catalog, root_id, {"a.jpg": "sea"})
        plan = planned(catalog, root_id, drive.mount / "Sorted", How.MOVE)
        drive.take_away()
        with pytest.raises(SortingError, match="nothing was changed"):
            finish(engine.apply(catalog, plan))
        assert not list(drive.mount.iterdir())
        drive.connect()
        assert finish(engine.apply(catalog, plan)).standing == 1


def test_a_copy_that_cannot_get_all_it_carried_is_not_left_in_the_way(
    album: Album, drive: Drive, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tree(album.root)
    run = album.apply(album.plan(PLACES))

    def refuse(path: Path, carried: Carried) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), os.fspath(path))

    with monkeypatch.context() as patched:
        patched.setattr(attributes, "restore_carried", refuse)
        undone = album.undo(run)
    assert undone.restored == 0
    assert all("full" in item.reason for item in undone.items)
    assert not files(album.root)
    assert len(files(drive.mount)) == 3
    assert album.undo(run).restored == 3
    assert tree(album.root) == before
