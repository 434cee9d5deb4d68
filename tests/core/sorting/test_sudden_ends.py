"""Killed at any point, on folders made by chance: what is recovered is all there was, or all that was planned.

`test_crash` kills real processes, on one folder; here a process that is only told that it is dead dies on many.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from photosort.core.catalog import Catalog
from photosort.core.catalog.writer import Writer
from photosort.core.errors import CatalogError
from photosort.core.sorting.files import system_calls
from photosort.core.sorting.runs import engine
from photosort.core.sorting.values import How, RunState
from tests.core.sorting.crash_harness import CALLS
from tests.core.sorting.places import other_file_system, without_exclusive_rename, without_links
from tests.core.sorting.trees import Tree, elsewhere, trees
from tests.core.sorting.worlds import contents, finished, labelled, planned, scanned, snapshot

tried = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Killed(BaseException):
    """What a killed process would not have lived to raise."""


class Death:
    """Ends everything that lasts at the n-th point: from then on nothing is changed, on the disk or in the catalog."""

    def __init__(self, fatal: int) -> None:
        self._fatal = fatal
        self._passed = 0
        self._kept: list[tuple[Any, str, Any]] = []

    @property
    def came(self) -> bool:
        """Whether there were so many points."""
        return self._passed >= self._fatal

    def __enter__(self) -> Self:
        for name in CALLS:
            self._replace(system_calls, name, self._around(getattr(system_calls, name)))
        self._replace(Writer, "_transact", self._around(Writer._transact))
        return self

    def __exit__(self, *_: object) -> None:
        for owner, name, before in reversed(self._kept):
            setattr(owner, name, before)

    def _replace(self, owner: Any, name: str, new: Any) -> None:
        self._kept.append((owner, name, getattr(owner, name)))
        setattr(owner, name, new)

    def _around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def around(*arguments: Any) -> Any:
            self._point()
            result = call(*arguments)
            self._point()
            return result

        return around

    def _point(self) -> None:
        self._passed += 1
        if self.came:
            raise Killed


class World:
    """A generated tree and its catalog, which can be opened again."""

    def __init__(self, top: Path, tree: Tree, destination: Path) -> None:
        self.root, self.destination = top / "photos", destination
        self._directory = top / "catalog"
        tree.build(self.root, destination)
        self.catalog = Catalog(self._directory)
        self.root_id = scanned(self.catalog, self.root)
        labelled(self.catalog, self.root_id, tree.labels)
        self.before = self.look()
        self.contents = self.all_contents()

    @property
    def _tops(self) -> tuple[Path, ...]:
        return self.root, elsewhere(self.root), self.destination

    def all_contents(self) -> Counter[str]:
        return contents(*self._tops)

    def look(self) -> list[object]:
        return [snapshot(top) for top in self._tops]

    def files(self) -> list[object]:
        return [snapshot(top, journals=False, folder_times=False) for top in self._tops]

    def killed(self, fatal: int, work: Callable[[], object]) -> bool:
        """Do something until the n-th point, and start the program again; False where it was done before."""
        with Death(fatal) as death:
            with contextlib.suppress(Killed, CatalogError):
                work()
            came = death.came
            with contextlib.suppress(Killed, CatalogError):
                self.catalog.close()
        self.catalog = Catalog(self._directory)
        return came

    def missing(self) -> list[Path]:
        """Photos that the catalog believes to be where they are not."""
        found = []
        for folder in {self.root, self.destination}:
            root_id = self.catalog.find_root(folder)
            if root_id is not None:
                found += [folder / photo.relpath for photo in self.catalog.photos(root_id)]
        return [path for path in found if not (path.is_file() or path.is_symlink())]


@pytest.fixture(params=["kernel", "links", "copies"])
def system(request, monkeypatch) -> str:
    """File systems with an exclusive rename, with links only, and with neither."""
    if request.param != "kernel":
        without_exclusive_rename(monkeypatch)
    if request.param == "copies":
        without_links(monkeypatch)
    return request.param


@contextlib.contextmanager
def _world(tmp_path: Path, tree: Tree, where: str) -> Iterator[World]:
    with ExitStack() as stack:
        top = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=tmp_path)))
        if where == "other":
            destination = stack.enter_context(other_file_system(tmp_path)) / "Sorted"
        else:
            destination = {"inside": top / "photos" / "Sorted", "beside": top / "Sorted", "root": top / "photos"}[where]
        world = World(top, tree, destination)
        try:
            yield world
        finally:
            # It may have been opened again.
            world.catalog.close()


@tried
@given(
    tree=trees(),
    how=st.sampled_from((How.MOVE, How.MOVE, How.COPY, How.SYMLINK)),
    where=st.sampled_from(("inside", "beside", "root", "other")),
    deed=st.sampled_from(("apply", "undo", "redo")),
    mend=st.sampled_from(("finish", "roll back")),
    fatal=st.integers(1, 250),
    again=st.none() | st.integers(1, 60),
)
def test_a_killed_run_is_recovered(tmp_path, system, tree, how, where, deed, mend, fatal, again) -> None:
    with _world(tmp_path, tree, where) as world:
        plan = planned(world.catalog, world.root_id, world.destination, how)
        if plan.refusals:
            return
        applied = None
        if deed != "apply":
            run = finished(engine.apply(world.catalog, plan))
            applied = world.files()
            if deed == "redo":
                finished(engine.undo(world.catalog, run.id))

        def act() -> None:
            if deed == "apply":
                finished(engine.apply(world.catalog, plan))
            elif deed == "undo":
                finished(engine.undo(world.catalog, world.catalog.runs.runs()[0].id))
            else:
                finished(engine.redo(world.catalog, world.catalog.runs.runs()[0].id))

        def recover() -> None:
            for interrupted in engine.interrupted(world.catalog):
                finished((engine.finish if mend == "finish" else engine.roll_back)(world.catalog, interrupted.id))

        world.killed(fatal, act)
        assert not world.contents - world.all_contents()
        if again is not None:
            world.killed(again, recover)
        recover()
        assert not engine.interrupted(world.catalog)
        assert world.missing() == []
        runs = world.catalog.runs.runs()
        if runs and runs[0].state is RunState.APPLIED:
            if applied is not None:
                assert world.files() == applied
            undone = finished(engine.undo(world.catalog, runs[0].id))
            assert [item for item in undone.items if item.status != "restored"] == []
        assert world.look() == world.before
