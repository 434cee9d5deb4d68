"""Whatever the system refuses, wherever: it is said in words, nothing is lost or half, and all of it can be undone."""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self

import pytest

from photosort.core.catalog import Catalog
from photosort.core.catalog.writer import Writer
from photosort.core.errors import CatalogError, SortingError
from photosort.core.sorting.files import system_calls
from photosort.core.sorting.runs import engine
from photosort.core.sorting.values import How, MovePlan, Run, RunState, Status
from tests.core.sorting.places import other_file_system
from tests.core.sorting.worlds import contents, finished, labelled, planned, scanned, snapshot

CALLS = ("rename_exclusively", "link", "unlink", "create", "write", "sync", "make_folder", "remove_folder", "set_times")
CODES = (errno.ENOSPC, errno.EACCES, errno.EIO)
WORDS = {
    errno.ENOSPC: "the disk is full",
    errno.EACCES: "no permission",
    errno.EIO: "the drive reports an error",
}
_NOBODY = 65_534
_FILES = {
    "a.jpg": "one",
    "in/b.jpg": "two",
    "in/b.cr2": "raw of two",
    "in/b.xmp": "said of two",
    "in/deep/c.jpg": "three",
    "d.jpg": "four",
    "d.mov": "four moves",
}
_LABELS = {"a.jpg": "sea", "in/b.jpg": "forest", "in/deep/c.jpg": "forest/deep", "d.jpg": "sea"}


class World:
    """Seven files of four photos, a destination with one more, and a catalog that knows them."""

    def __init__(self, top: Path, destination: Path) -> None:
        self.root, self.destination = top / "photos", destination
        self.directory = top / "catalog"
        for name, content in _FILES.items():
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            (self.root / name).write_text(content)
        (destination / "sea").mkdir(parents=True)
        (destination / "sea" / "old.jpg").write_text("was there")
        self.catalog = Catalog(self.directory)
        self.root_id = scanned(self.catalog, self.root)
        labelled(self.catalog, self.root_id, _LABELS)
        self.before = self.look()
        self.contents = contents(self.root, destination)

    def plan(self, how: How) -> MovePlan:
        return planned(self.catalog, self.root_id, self.destination, how)

    def look(self) -> tuple[object, object]:
        return snapshot(self.root), snapshot(self.destination)

    def names(self) -> set[str]:
        return {
            path.name
            for top in (self.root, self.destination)
            for path in top.rglob("*")
            if path.is_file() and path.suffix != ".jsonl"
        }

    def whole(self) -> None:
        """Nothing is lost, nothing is half, and every photo's files lie together."""
        assert not self.contents - contents(self.root, self.destination)
        assert not [name for name in self.names() if name.startswith(".photosort")]
        for photo in ("in/b", "d"):
            files = [name for name in _FILES if name.startswith(f"{photo}.")]
            at_home = [(self.root / name).exists() for name in files]
            assert len(set(at_home)) == 1, f"{photo} is torn apart"


@pytest.fixture(params=["here", "across"])
def world(request, tmp_path) -> Iterator[World]:
    if request.param == "here":
        found = World(tmp_path, tmp_path / "to" / "Sorted")
        yield found
        found.catalog.close()
        return
    with other_file_system(tmp_path) as folder:
        found = World(tmp_path, folder / "Sorted")
        yield found
        found.catalog.close()


class Fault:
    """Makes a call fail, the n-th time or from then on, for files of photos and not for the journal's."""

    def __init__(self, call: str, code: int, first: int, *, once: bool) -> None:
        self._call, self._code, self._first, self._once = call, code, first, once
        self._before: Callable[..., Any] = getattr(system_calls, call)
        self._asked = 0
        self.hit = False

    def __enter__(self) -> Self:
        setattr(system_calls, self._call, self._ask)
        return self

    def __exit__(self, *_: object) -> None:
        setattr(system_calls, self._call, self._before)

    def _ask(self, *arguments: Any) -> Any:
        if not any(".photosort" in str(one) and ".part" not in str(one) for one in arguments):
            self._asked += 1
            if self._asked == self._first or (self._asked > self._first and not self._once):
                self.hit = True
                raise OSError(self._code, os.strerror(self._code), *map(str, arguments[:1]))
        return self._before(*arguments)


@pytest.mark.parametrize("how", [How.MOVE, How.COPY])
@pytest.mark.parametrize("call", CALLS)
def test_what_fails_while_sorting_is_said_and_undone(world: World, how, call) -> None:
    for first, once in ((1, True), (2, False)):
        for code in CODES:
            plan = world.plan(how)
            with Fault(call, code, first, once=once) as fault:
                run = _tried(lambda plan=plan: finished(engine.apply(world.catalog, plan)))
            world.whole()
            if isinstance(run, str):
                assert fault.hit
                assert WORDS[code] in run
                assert world.look() == world.before
                continue
            assert run.state is RunState.APPLIED
            _check_account(world, run, code)
            finished(engine.undo(world.catalog, run.id))
            assert world.look() == world.before, f"after {call} number {first} failed with {errno.errorcode[code]}"


@pytest.mark.parametrize("how", [How.MOVE, How.COPY])
@pytest.mark.parametrize("call", CALLS)
def test_what_fails_while_undoing_is_said_and_undone_later(world: World, how, call) -> None:
    for first, once in ((1, True), (2, False)):
        for code in CODES:
            run = finished(engine.apply(world.catalog, world.plan(how)))
            with Fault(call, code, first, once=once):
                undone = finished(engine.undo(world.catalog, run.id))
            world.whole()
            left = [item for item in undone.items if item.status == "left"]
            assert all(WORDS[code] in item.reason for item in left), left
            assert undone.run.standing == len(left)
            again = finished(engine.undo(world.catalog, run.id))
            assert [item.status for item in again.items] == ["restored"] * len(left)
            if call in {"rename_exclusively", "link", "unlink", "create", "write", "sync"}:
                assert world.look() == world.before
            else:
                # Folders whose times could not be set have others now; nothing else is different.
                assert _without_times(world) == _without_times_of(world.before)
                world.before = world.look()


def _tried(work: Callable[[], Run]) -> Run | str:
    """A run, or in what words it could not be."""
    try:
        return work()
    except (SortingError, CatalogError) as error:
        return str(error)


def _check_account(world: World, run: Run, code: int) -> None:
    items = world.catalog.runs.account(run.id).items
    counts = Counter(item.status for item in items)
    assert len(items) == 4
    assert dict(counts) == {status: number for status, number in run.counts.items() if number}
    for item in items:
        if item.status is Status.FAILED:
            assert WORDS[code] in item.reason
            assert (world.root / item.source).is_file()
        else:
            assert item.target is not None
            assert (world.destination / item.target).is_file()


def _without_times(world: World) -> list[object]:
    return _without_times_of(world.look())


def _without_times_of(look: Any) -> list[object]:
    return [
        {path: (entry.kind, entry.content) for path, entry in part.items() if entry.kind != "folder" or path}
        for part in look
    ]


@pytest.mark.parametrize("how", [How.MOVE, How.COPY])
def test_a_file_made_at_the_last_moment_is_not_replaced(world: World, how, monkeypatch) -> None:
    """Another program makes the target between the engine's look and the system's call."""
    rename = system_calls.rename_exclusively
    made: list[Path] = []

    def race(source: Path, target: Path) -> None:
        if not made and target.is_relative_to(world.destination):
            target.write_text("made by another program")
            made.append(target)
        rename(source, target)

    monkeypatch.setattr(system_calls, "rename_exclusively", race)
    run = finished(engine.apply(world.catalog, world.plan(how)))
    assert made[0].read_text() == "made by another program"
    failed = [item for item in world.catalog.runs.account(run.id).items if item.status is Status.FAILED]
    assert [("nothing is replaced" in item.reason) for item in failed] == [True]
    world.whole()
    finished(engine.undo(world.catalog, run.id))
    made[0].unlink()
    assert _without_times(world) == _without_times_of(world.before)


@pytest.mark.parametrize("change", ["edited", "gone", "exchanged"])
@pytest.mark.parametrize("how", [How.MOVE, How.COPY, How.SYMLINK])
def test_a_source_that_changed_since_the_plan_is_left(world: World, how, change) -> None:
    plan = world.plan(how)
    photo = world.root / "in" / "b.jpg"
    if change == "edited":
        photo.write_text("edited")
    else:
        photo.unlink()
    if change == "exchanged":
        photo.write_text("2wo")
    there = photo.read_text() if photo.exists() else None
    run = finished(engine.apply(world.catalog, plan))
    items = {item.source: item for item in world.catalog.runs.account(run.id).items}
    assert items["in/b.jpg"].status is Status.FAILED
    assert ("no longer" if change == "gone" else "was changed") in items["in/b.jpg"].reason
    assert run.counts[Status.SORTED] == 3
    assert (photo.read_text() if photo.exists() else None) == there
    # Its other files stay with it.
    assert (world.root / "in" / "b.cr2").exists()
    assert not (world.destination / "forest" / "b.cr2").exists()


@pytest.mark.parametrize("how", [How.MOVE, How.COPY])
def test_a_destination_that_vanishes_is_said_and_nothing_is_lost(world: World, how) -> None:
    steps = engine.apply(world.catalog, world.plan(how))
    aside = world.destination.with_name("unplugged")
    for progress in steps:
        if progress.done >= 1 and not aside.exists():
            world.destination.rename(aside)
    run = world.catalog.runs.runs()[0]
    failed = [item for item in world.catalog.runs.account(run.id).items if item.status is Status.FAILED]
    assert failed
    assert all(str(world.destination) in item.reason for item in failed), failed
    assert not world.destination.exists()
    assert sum(run.counts.values()) == 4
    aside.rename(world.destination)
    world.whole()
    finished(engine.undo(world.catalog, run.id))
    assert not world.contents - contents(world.root, world.destination)
    assert _without_times(world)[0] == _without_times_of(world.before)[0]


@pytest.mark.parametrize("how", [How.MOVE, How.COPY])
@pytest.mark.parametrize("mend", ["finish", "roll back"])
@pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
def test_a_full_disk_under_the_catalog_interrupts_and_is_recovered(
    world: World, how, mend, number, monkeypatch
) -> None:
    plan = world.plan(how)
    transact = Writer._transact
    asked = 0

    def full(writer: Writer, work: Any) -> Any:
        nonlocal asked
        asked += 1
        if asked < number:
            return transact(writer, work)
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise writer._explain(error)

    monkeypatch.setattr(Writer, "_transact", full)
    tried = _tried(lambda: finished(engine.apply(world.catalog, plan)))
    assert not isinstance(tried, str) or "the disk is full" in tried
    monkeypatch.setattr(Writer, "_transact", transact)
    world.whole()
    # The window is closed, space is made, and it is started again.
    with contextlib.suppress(CatalogError):
        world.catalog.close()
    world.catalog = Catalog(world.directory)
    for run in engine.interrupted(world.catalog):
        finished((engine.finish if mend == "finish" else engine.roll_back)(world.catalog, run.id))
    runs = world.catalog.runs.runs()
    if not runs or runs[0].state is RunState.ROLLED_BACK:
        assert world.look() == world.before
    else:
        assert runs[0].state is RunState.APPLIED
        assert runs[0].counts[Status.SORTED] == 4
        finished(engine.undo(world.catalog, runs[0].id))
        assert world.look() == world.before


@pytest.fixture
def owned() -> Iterator[World]:
    """Files of an ordinary person; root, who may do everything, becomes nobody for as long as that."""
    if not hasattr(os, "geteuid"):
        pytest.skip("permissions of folders are others here")
    is_root = os.geteuid() == 0
    with tempfile.TemporaryDirectory(prefix="photosort-test-") as top:
        if is_root:
            os.chown(top, _NOBODY, _NOBODY)
            os.setresuid(_NOBODY, _NOBODY, 0)
        try:
            found = World(Path(top), Path(top) / "to" / "Sorted")
            yield found
            found.catalog.close()
        finally:
            for folder in (path for path in Path(top).rglob("*") if path.is_dir()):
                folder.chmod(0o755)
            if is_root:
                os.setresuid(0, 0, 0)


@pytest.mark.parametrize("when", ["before the plan", "after the plan"])
def test_a_folder_that_may_only_be_read_keeps_its_photos(owned: World, when) -> None:
    folder = owned.root / "in"
    if when == "before the plan":
        folder.chmod(0o555)
    plan = owned.plan(How.MOVE)
    folder.chmod(0o555)
    before = owned.look()
    run = finished(engine.apply(owned.catalog, plan))
    items = {item.source: item for item in owned.catalog.runs.account(run.id).items}
    assert items["in/b.jpg"].status is Status.FAILED
    assert "permission" in items["in/b.jpg"].reason
    assert [items[path].status for path in ("a.jpg", "d.jpg", "in/deep/c.jpg")] == [Status.SORTED] * 3
    owned.whole()
    undone = finished(engine.undo(owned.catalog, run.id))
    assert [item for item in undone.items if item.status != "restored"] == []
    assert owned.look() == before


def test_photos_that_may_not_be_put_back_are_listed_and_put_back_later(owned: World) -> None:
    run = finished(engine.apply(owned.catalog, owned.plan(How.MOVE)))
    (owned.root / "in").mkdir(exist_ok=True)
    (owned.root / "in").chmod(0o555)
    undone = finished(engine.undo(owned.catalog, run.id))
    left = {item.source: item.reason for item in undone.items if item.status == "left"}
    assert left.keys() == {"in/b.jpg", "in/deep/c.jpg"}
    assert all("permission" in reason for reason in left.values())
    owned.whole()
    (owned.root / "in").chmod(0o755)
    finished(engine.undo(owned.catalog, run.id))
    assert owned.look() == owned.before


def test_a_destination_that_may_not_be_written_to_is_refused(owned: World) -> None:
    owned.destination.chmod(0o555)
    plan = owned.plan(How.COPY)
    assert any("permission" in refusal for refusal in plan.refusals)
    with pytest.raises(SortingError, match="permission"):
        finished(engine.apply(owned.catalog, plan))
    owned.destination.chmod(0o755)
    assert owned.look() == owned.before
    assert owned.catalog.runs.runs() == []
