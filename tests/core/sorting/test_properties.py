"""What holds of every run, whatever the folder: nothing is lost, all is accounted for, all of it can be undone."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from photosort.core.catalog import Catalog
from photosort.core.sorting.runs import engine
from photosort.core.sorting.values import Account, How, KeepFolders, MovePlan, RunState, Status
from tests.core.sorting.places import other_file_system
from tests.core.sorting.trees import Tree, elsewhere, trees
from tests.core.sorting.worlds import contents, finished, labelled, planned, scanned, snapshot

HOWS = st.sampled_from((How.MOVE, How.MOVE, How.COPY, How.HARDLINK, How.SYMLINK))
PLACES = st.sampled_from(("inside", "beside", "root", "other"))

tried = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class World:
    """A tree on the disk, and a catalog that knows it."""

    def __init__(self, top: Path, tree: Tree, destination: Path) -> None:
        self.root = top / "photos"
        self.destination = destination
        tree.build(self.root, destination)
        self.catalog = Catalog(top / "catalog")
        self.root_id = scanned(self.catalog, self.root)
        labelled(self.catalog, self.root_id, tree.labels)
        self.before = self.look()
        self.contents = self.all_contents()

    def plan(self, how: How, **options) -> MovePlan:
        return planned(self.catalog, self.root_id, self.destination, how, **options)

    @property
    def _tops(self) -> tuple[Path, ...]:
        return self.root, elsewhere(self.root), self.destination

    def all_contents(self) -> Counter[str]:
        return contents(*self._tops)

    def look(self) -> list[object]:
        return [snapshot(top) for top in self._tops]

    def files(self) -> list[object]:
        """What lies where, but for journals and for when folders were modified."""
        return [snapshot(top, journals=False, folder_times=False) for top in self._tops]

    def paths(self) -> dict[int, Path]:
        """Where the catalog believes its photos to be."""
        found = {}
        for root in (self.root_id, *([] if (other := self._other()) is None else [other])):
            found.update(
                {photo.id: self.catalog.root_path(root) / photo.relpath for photo in self.catalog.photos(root)}
            )
        return found

    def relpaths(self) -> list[str]:
        return [photo.relpath for photo in self.catalog.photos(self.root_id)]

    def _other(self) -> int | None:
        return None if self.destination.is_relative_to(self.root) else self.catalog.find_root(self.destination)


@contextmanager
def _world(tmp_path: Path, tree: Tree, where: str) -> Iterator[World]:
    with ExitStack() as stack:
        top = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=tmp_path)))
        destinations = {"inside": top / "photos" / "Sorted", "beside": top / "to" / "Sorted", "root": top / "photos"}
        if where == "other":
            destination = stack.enter_context(other_file_system(tmp_path)) / "Sorted"
        else:
            destination = destinations[where]
        world = World(top, tree, destination)
        stack.callback(world.catalog.close)
        yield world


def _check_account(account: Account, plan: MovePlan, photos: int) -> None:
    assert [item.source for item in account.items] == [photo.source for photo in plan.photos]
    assert len(account.items) == photos
    counts = Counter(item.status for item in account.items)
    assert sum(counts[status] for status in Status) == photos
    assert all(item.reason for item in account.items)
    assert all((item.target is not None) == (item.status is Status.SORTED) for item in account.items)


def _check_catalog(world: World) -> None:
    """The catalog knows every photo where it is."""
    for path in world.paths().values():
        # A link stays what it is, also where the file that it leads to was itself sorted by another way.
        assert path.is_file() or path.is_symlink(), f"the catalog believes {path} to be there"


@tried
@given(tree=trees(), how=HOWS, where=PLACES, keep=st.booleans(), unsure=st.sampled_from(("", "", "later")))
def test_apply_undo_redo_undo(tmp_path, tree, how, where, keep, unsure) -> None:
    with _world(tmp_path, tree, where) as world:
        plan = world.plan(how, keep=KeepFolders(auto=keep), unsure=unsure)
        known = len(world.catalog.photos(world.root_id)) + len(world.catalog.failures(world.root_id))
        if plan.refusals:
            return
        assert world.look() == world.before, "planning changed something"

        run = finished(engine.apply(world.catalog, plan))
        assert run.state is RunState.APPLIED
        account = world.catalog.runs.account(run.id)
        _check_account(account, plan, known)
        for planned_photo, item in zip(plan.photos, account.items, strict=True):
            # Nothing interferes here: what was planned is what is done.
            assert (item.status, item.target) == (planned_photo.status, planned_photo.target)
        _check_contents(world, how, account)
        _check_catalog(world)
        applied = world.files()

        undone = finished(engine.undo(world.catalog, run.id))
        assert undone.run.state is RunState.UNDONE
        assert [item for item in undone.items if item.status != "restored"] == []
        assert world.look() == world.before
        _check_catalog(world)

        again = finished(engine.redo(world.catalog, run.id))
        assert again.state is RunState.APPLIED
        assert world.files() == applied
        _check_catalog(world)

        finished(engine.undo(world.catalog, run.id))
        assert world.look() == world.before


def _check_contents(world: World, how: How, account: Account) -> None:
    now = world.all_contents()
    if how in {How.MOVE, How.SYMLINK}:
        assert now == world.contents
    else:
        assert not world.contents - now, "a content is gone"
    for item in account.items:
        if item.target is not None:
            assert (world.destination / item.target).is_file()
            assert (world.root / item.source).is_file() == (how is not How.MOVE) or _replaced(
                item.source, account, world
            )


def _replaced(source: str, account: Account, world: World) -> bool:
    """Whether another photo was put where one was taken away."""
    place = world.root / source
    return any(item.target is not None and world.destination / item.target == place for item in account.items)


@tried
@given(tree=trees(), how=HOWS, where=PLACES, data=st.data())
def test_photo_by_photo(tmp_path, tree, how, where, data) -> None:
    with _world(tmp_path, tree, where) as world:
        plan = world.plan(how)
        if plan.refusals:
            return
        run = finished(engine.apply(world.catalog, plan))
        ids = sorted(photo.photo_id for photo in plan.photos if photo.status is Status.SORTED and photo.photo_id)
        while ids:
            some = data.draw(st.sets(st.sampled_from(ids), min_size=1))
            finished(engine.undo(world.catalog, run.id, photo_ids=some))
            ids = [photo_id for photo_id in ids if photo_id not in some]
            assert not world.contents - world.all_contents()
            _check_catalog(world)
        finished(engine.undo(world.catalog, run.id))
        assert world.look() == world.before


@tried
@given(tree=trees(), how=HOWS, where=PLACES, stop=st.integers(1, 30))
def test_stopping_leaves_each_photo_whole_at_one_place(tmp_path, tree, how, where, stop) -> None:
    with _world(tmp_path, tree, where) as world:
        plan = world.plan(how)
        if plan.refusals:
            return
        steps = engine.apply(world.catalog, plan)
        for _, _progress in zip(range(stop), steps, strict=False):
            pass
        steps.close()
        runs = world.catalog.runs.runs(world.root_id)
        assert not engine.interrupted(world.catalog)
        assert not world.contents - world.all_contents()
        for run in runs:
            for item in world.catalog.runs.account(run.id).items:
                if item.target is not None:
                    files = [(item.source, item.target), *item.companions]
                    assert all(
                        (world.destination / target).is_file() for _source, target in files if target is not None
                    )
            finished(engine.undo(world.catalog, run.id))
        assert world.look() == world.before


@tried
@given(tree=trees(), how=HOWS, where=PLACES, data=st.data())
def test_an_undo_touches_only_what_is_still_where_it_was_put(tmp_path, tree, how, where, data) -> None:
    """A person renames, edits and removes photos between a run and its undo."""
    with _world(tmp_path, tree, where) as world:
        plan = world.plan(how)
        if plan.refusals:
            return
        run = finished(engine.apply(world.catalog, plan))
        placed = [photo for photo in plan.photos if photo.status is Status.SORTED]
        mine: dict[Path, bytes] = {}
        for photo in placed:
            target = world.destination / (photo.target or "")
            match data.draw(st.sampled_from(("nothing", "nothing", "edited", "renamed", "taken"))):
                case "edited" if not target.is_symlink() and target.stat().st_nlink == 1:
                    target.chmod(0o644)
                    mine[target] = target.read_bytes() + b"edited"
                    target.write_bytes(mine[target])
                case "renamed" if not (target.parent / f"mine {target.name[:20]}").exists() and not target.is_symlink():
                    mine[target.parent / f"mine {target.name[:20]}"] = target.read_bytes()
                    target.rename(target.parent / f"mine {target.name[:20]}")
                case "taken" if how is How.MOVE and not (world.root / photo.source).exists():
                    (world.root / photo.source).parent.mkdir(parents=True, exist_ok=True)
                    mine[world.root / photo.source] = b"another"
                    (world.root / photo.source).write_bytes(b"another")
                case _:
                    pass
        before = world.all_contents()
        undone = finished(engine.undo(world.catalog, run.id))
        for path, content in mine.items():
            assert path.read_bytes() == content, "an undo changed what a person made"
        assert all(item.reason for item in undone.items if item.status == "left")
        now = world.all_contents()
        if how is How.MOVE:
            assert now == before
        else:
            assert not set(before) - set(now)


@pytest.mark.parametrize("how", [How.MOVE, How.COPY])
def test_a_plan_of_nothing_is_no_run(tmp_path, how) -> None:
    with _world(tmp_path, Tree(files=()), "inside") as world:
        plan = world.plan(how)
        assert plan.photos == ()
        assert world.look() == world.before


@tried
@given(tree=trees(), how=HOWS, where=PLACES)
def test_the_journal_alone_gives_everything_back(tmp_path, tree, how, where) -> None:
    with _world(tmp_path, tree, where) as world:
        plan = world.plan(how)
        if plan.refusals:
            return
        run = finished(engine.apply(world.catalog, plan))
        if not run.standing:
            # A run that placed nothing leaves nothing.
            assert world.look() == world.before
            return
        file = world.destination / ".photosort" / f"{run.name}.jsonl"
        undone = finished(engine.undo_journal(file, directory=tmp_path / "another computer"))
        assert [item for item in undone.items if item.status != "restored"] == []
        assert world.look() == world.before


@tried
@given(tree=trees(), first=HOWS, second=HOWS, where=PLACES, data=st.data())
def test_two_runs_are_undone_in_either_order(tmp_path, tree, first, second, where, data) -> None:
    with _world(tmp_path, tree, where) as world:
        runs = []
        for how in (first, second):
            plan = world.plan(how)
            if plan.refusals:
                return
            runs.append(finished(engine.apply(world.catalog, plan)))
            others = {path: data.draw(st.sampled_from(("sea", "forest", "later"))) for path in world.relpaths()}
            labelled(world.catalog, world.root_id, others)
        in_order = data.draw(st.booleans())
        for run in runs if in_order else runs[::-1]:
            finished(engine.undo(world.catalog, run.id))
            assert not world.contents.keys() - world.all_contents().keys()
            _check_catalog(world)
        if not in_order:
            assert world.look() == world.before
