"""Runs whose program died, other programs that want to change files, and an undo without the catalog."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from photosort.core.catalog import Catalog
from photosort.core.errors import BusyError, SortingError
from photosort.core.sorting.files.run_lock import sorting_lock
from photosort.core.sorting.runs import engine
from photosort.core.sorting.values import How, RunState, Status
from tests.core.sorting.places import other_file_system
from tests.core.sorting.plans import Album, age, files, finish, tree, write

_DIE = """
import os, sys
from pathlib import Path
from photosort.core.catalog import Catalog
from photosort.core.sorting.files import system_calls
from photosort.core.sorting.runs import engine
from photosort.core.sorting.values import How
from tests.core.sorting.plans import Album, finish

where, destination, how, work, calls = sys.argv[1:]
left = int(calls)

def counted(call):
    def wrapper(*arguments):
        global left
        left -= 1
        if left < 0:
            os._exit(9)
        return call(*arguments)
    return wrapper

with Catalog(Path(where) / "catalog") as catalog:
    album = Album(Path(where) / "in", Path(destination), catalog)
    folders = {"a.jpg": "A", "trip/b.jpg": "B", "trip/c.jpg": "B"}
    plan = album.plan(folders, how=How(how), empties=["trip"] if how == "move" else [])
    if work == "undo":
        run = album.apply(plan)
    for name in ("rename_exclusively", "link", "symlink", "unlink", "create", "write", "sync", "make_folder",
                 "remove_folder", "set_times"):
        setattr(system_calls, name, counted(getattr(system_calls, name)))
    # Names that were taken before.
    from photosort.core.sorting.files import placing
    placing.make_folder, placing.remove_folder = system_calls.make_folder, system_calls.remove_folder
    finish(engine.apply(catalog, plan) if work == "apply" else engine.undo(catalog, run.id))
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Three photos, one with a companion, in a folder with times of its own."""
    write(tmp_path / "in/a.jpg", "a")
    write(tmp_path / "in/trip/b.jpg", "b")
    write(tmp_path / "in/trip/b.xmp", "b said")
    write(tmp_path / "in/trip/c.jpg", "c" * 10_000)
    age(tmp_path / "in")
    return tmp_path


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Path]:
    """A folder on another file system."""
    with other_file_system(tmp_path) as found:
        yield found


@pytest.fixture
def album(place: Path) -> Iterator[Album]:
    with Catalog(place / "catalog") as catalog:
        yield Album(place / "in", place / "out", catalog)


EVERYTHING = {"a.jpg": "A", "trip/b.jpg": "B", "trip/c.jpg": "B"}


def die(place: Path, destination: Path, how: How, work: str, calls: int) -> bool:
    """Apply, or undo, in another process that is killed after so many calls; False where it got to its end."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    arguments = [sys.executable, "-c", _DIE, str(place), str(destination), how.value, work, str(calls)]
    code = subprocess.run(arguments, env=environment, check=False).returncode
    assert code in {0, 9}
    return code == 9


def forget_marks(catalog: Path) -> None:
    """As after a power cut that took the last commits away: all marks, and where photos of the catalog had moved."""
    with closing(sqlite3.connect(catalog / "catalog.sqlite3")) as connection, connection:
        connection.execute("UPDATE run_steps SET mark = 0, digest = NULL")
        connection.execute("UPDATE run_photos SET standing = 1 - goal WHERE status = 'sorted'")


@pytest.mark.parametrize("calls", [4, 13])
@pytest.mark.parametrize(("how", "across"), [(How.MOVE, False), (How.MOVE, True), (How.COPY, False)])
def test_an_interrupted_run_is_rolled_back_or_finished(
    place: Path, elsewhere: Path, how: How, across: bool, calls: int
) -> None:
    before = tree(place / "in")
    destination = elsewhere / "out" if across else place / "out"
    died = die(place, destination, how, "apply", calls)
    for end in ("roll back", "finish"):
        # Each way from the same state.
        world = shutil.copytree(place / "catalog", place / f"catalog {end}")
        if end == "finish" and died:
            die_again(place, destination, how, calls)
            shutil.rmtree(world)
            shutil.copytree(place / "catalog", world)
        if died:
            forget_marks(world)
        with Catalog(world) as catalog:
            runs = engine.interrupted(catalog)
            assert bool(runs) == died
            if not died:
                return
            if end == "roll back":
                run = finish(engine.roll_back(catalog, runs[0].id))
                assert (run.state, run.standing) == (RunState.ROLLED_BACK, 0)
                assert tree(place / "in") == before
                assert not destination.exists()
                assert catalog.next_undo(run.root_id) is None
            else:
                run = finish(engine.finish(catalog, runs[0].id))
                assert (run.state, run.standing) == (RunState.APPLIED, 3)
                assert files(destination) == {
                    "A/a.jpg": "a",
                    "B/b.jpg": "b",
                    "B/b.xmp": "b said",
                    "B/c.jpg": "c" * 10_000,
                }
                assert len(files(place / "in")) == (0 if how is How.MOVE else 4)
                found = {photo.path for photo in catalog.photos_of(range(100)).values()}
                base = destination if how is How.MOVE else place / "in"
                assert all(path.is_relative_to(base) for path in found)
                assert finish(engine.undo(catalog, run.id)).restored == 3
                assert tree(place / "in") == before
                assert not destination.exists()


def die_again(place: Path, destination: Path, how: How, calls: int) -> None:
    """The same once more, from the start, with a catalog of its own."""
    shutil.rmtree(place / "catalog")
    assert die(place, destination, how, "apply", calls)


@pytest.mark.parametrize(("calls", "end"), [(3, engine.finish), (8, engine.roll_back)])
@pytest.mark.parametrize(("how", "across"), [(How.MOVE, False), (How.MOVE, True), (How.COPY, False)])
def test_an_interrupted_undo_is_gone_on_with(
    place: Path, elsewhere: Path, how: How, across: bool, calls: int, end: object
) -> None:
    before = tree(place / "in")
    destination = elsewhere / "out" if across else place / "out"
    died = die(place, destination, how, "undo", calls)
    if died:
        forget_marks(place / "catalog")
    with Catalog(place / "catalog") as catalog:
        runs = engine.interrupted(catalog)
        assert bool(runs) == died
        if died:
            run = finish(end(catalog, runs[0].id))  # type: ignore[operator]
            assert (run.state, run.standing) == (RunState.UNDONE, 0)
    assert tree(place / "in") == before
    assert not destination.exists()


@pytest.mark.parametrize("end", [engine.finish, engine.roll_back])
def test_a_recovery_that_is_stopped_is_offered_again(album: Album, end: object) -> None:
    """Photos that it has not got to may have been moved before the program died, without a mark of it."""
    before = tree(album.root)
    run = album.apply(album.plan(EVERYTHING, empties=["trip"]))
    with closing(sqlite3.connect(album.catalog.path)) as connection, connection:
        connection.execute("UPDATE runs SET state = 'applying'")
    album.catalog.close()
    forget_marks(album.catalog.directory)
    with Catalog(album.catalog.directory) as catalog:
        work = end(catalog, run.id)  # type: ignore[operator]
        next(work)
        next(work)
        work.close()
        assert [one.id for one in engine.interrupted(catalog)] == [run.id]
        ended = finish(end(catalog, run.id))  # type: ignore[operator]
        if end is engine.finish:
            assert (ended.state, ended.standing) == (RunState.APPLIED, 3)
            assert finish(engine.undo(catalog, run.id)).restored == 3
    assert tree(album.root) == before
    assert not album.destination.exists()


def test_a_run_at_work_is_not_interrupted(album: Album) -> None:
    work = engine.apply(album.catalog, album.plan(EVERYTHING))
    next(work)
    [run] = album.catalog.runs.runs()
    assert run.state is RunState.APPLYING
    assert engine.interrupted(album.catalog) == []
    with pytest.raises(BusyError):
        finish(engine.undo(album.catalog, run.id))
    finish(work)


def test_one_process_changes_files_at_a_time(album: Album) -> None:
    plan = album.plan(EVERYTHING)
    before = tree(album.root)
    holder = (
        "import sys; from pathlib import Path; from photosort.core.sorting.files.run_lock import sorting_lock\n"
        "with sorting_lock(Path(sys.argv[1]), 'photosort sort'):\n"
        "    print('held', flush=True); sys.stdin.readline()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holder, str(album.catalog.directory)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(BusyError, match=f"pid {other.pid}, photosort sort"):
            album.apply(plan)
        other.communicate(b"\n")
    assert tree(album.root) == before
    assert album.catalog.runs.runs() == []
    assert album.apply(plan).standing == 3


def test_an_interrupted_run_must_be_dealt_with_first(album: Album) -> None:
    run = album.apply(album.plan(EVERYTHING))
    with closing(sqlite3.connect(album.catalog.path)) as connection, connection:
        connection.execute("UPDATE runs SET state = 'applying'")
    for work in (engine.undo(album.catalog, run.id), engine.redo(album.catalog, run.id)):
        with pytest.raises(SortingError, match="interrupted"):
            finish(work)
    assert finish(engine.finish(album.catalog, run.id)).state is RunState.APPLIED
    for work in (engine.finish(album.catalog, run.id), engine.roll_back(album.catalog, run.id)):
        with pytest.raises(SortingError, match="not interrupted"):
            finish(work)


@pytest.mark.parametrize("how", [How.MOVE, How.COPY, How.HARDLINK])
@pytest.mark.parametrize("end", [engine.finish, engine.roll_back])
def test_a_target_that_is_the_source_by_another_way_is_never_taken_away(album: Album, how: How, end: object) -> None:
    """The destination is a link to the folder itself, and no plan has noticed."""
    album.destination.symlink_to(album.root)
    write(album.root / "b.jpg", "b")
    os.link(album.root / "b.jpg", album.root.parent / "another name.jpg")
    plan = album.plan({"a.jpg": "", "b.jpg": ""}, how=how)
    run = album.apply(plan)
    assert run.counts[Status.FAILED] == 2
    with closing(sqlite3.connect(album.catalog.path)) as connection, connection:
        connection.execute("UPDATE runs SET state = 'applying'")
        connection.execute("UPDATE run_photos SET status = 'sorted' WHERE goal = 1")
        connection.execute("UPDATE run_steps SET mark = 0")
    finish(end(album.catalog, run.id))  # type: ignore[operator]
    finish(engine.undo(album.catalog, run.id))
    assert (album.root / "a.jpg").read_text() == "a"
    assert (album.root / "b.jpg").read_text() == "b"


# -- without the catalog -------------------------------------------------------------------------------


def journal_of(destination: Path) -> Path:
    [found] = (destination / ".photosort").glob("*.jsonl")
    return found


@pytest.mark.parametrize("how", [How.MOVE, How.COPY, How.HARDLINK, How.SYMLINK])
def test_a_run_is_undone_by_its_journal_alone(album: Album, how: How, tmp_path: Path) -> None:
    plan = album.plan(EVERYTHING, how=how, empties=["trip"] if how is How.MOVE else [])
    before = tree(album.root)
    album.apply(plan)
    undone = finish(engine.undo_journal(journal_of(album.destination), directory=tmp_path / "another catalog"))
    assert (undone.restored, len(undone.items)) == (3, 3)
    assert tree(album.root) == before
    assert not album.destination.exists()


def test_the_journal_serves_on_another_computer(album: Album, tmp_path: Path) -> None:
    """A drive that holds both folders is mounted elsewhere, and the run was cut off before its last line."""
    album.apply(album.plan(EVERYTHING, empties=["trip"]))
    drive = tmp_path / "mnt"
    drive.mkdir()
    for name in ("in", "out"):
        (tmp_path / name).rename(drive / name)
    journal = journal_of(drive / "out")
    lines = journal.read_text().splitlines(keepends=True)
    assert "end" in json.loads(lines[-1])
    journal.write_text("".join(lines[:-1]) + lines[-1][:20])
    assert finish(engine.undo_journal(journal, directory=tmp_path / "data")).restored == 3
    assert len(files(drive / "in")) == 4
    assert not (drive / "out").exists()


def test_what_the_journal_cannot_put_back_is_listed_and_the_journal_stays(album: Album, tmp_path: Path) -> None:
    album.apply(album.plan(EVERYTHING))
    write(album.root / "a.jpg", "another")
    journal = journal_of(album.destination)
    undone = finish(engine.undo_journal(journal, directory=tmp_path / "data"))
    assert {item.source: item.status for item in undone.items}["a.jpg"] == "left"
    assert journal.is_file()
    assert files(album.destination) == {"A/a.jpg": "a"}


@pytest.mark.parametrize("text", ["", "not json\n", '{"photosort": 99}\n', '{"name": "x"}\n'])
def test_a_file_that_is_no_journal_is_refused(tmp_path: Path, text: str) -> None:
    journal = write(tmp_path / "out/.photosort/x.jsonl", text)
    with pytest.raises(SortingError):
        finish(engine.undo_journal(journal, directory=tmp_path / "data"))
    assert journal.read_text() == text


def test_a_journal_that_reaches_elsewhere_is_refused(album: Album, tmp_path: Path) -> None:
    album.apply(album.plan(EVERYTHING))
    journal = journal_of(album.destination)
    journal.write_text(journal.read_text().replace('"source":"a.jpg"', '"source":"../a.jpg"'))
    with pytest.raises(SortingError, match="inside the folder"):
        finish(engine.undo_journal(journal, directory=tmp_path / "data"))
    assert len(files(album.destination)) == 4


def test_a_lock_of_another_window_holds_here_too(album: Album) -> None:
    plan = album.plan(EVERYTHING)
    with sorting_lock(album.catalog.directory, "photosort"), pytest.raises(BusyError):
        album.apply(plan)
    assert album.catalog.runs.runs() == []


def test_counts_add_up_whatever_happens(album: Album) -> None:
    plan = album.plan({"a.jpg": "A", "trip/b.jpg": "B"})
    (album.root / "a.jpg").unlink()
    run = album.apply(plan)
    assert run.counts == {Status.SORTED: 1, Status.FAILED: 1, Status.LEFT: 1, Status.DUPLICATE: 0}
