"""Sorting a folder again by the same rule takes up only what is new, or was relabelled since."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photosort.core.catalog import Catalog
from photosort.core.columns import PhotoColumns
from photosort.core.sorting.plans.planning import resolve
from photosort.core.sorting.plans.rules import place
from photosort.core.sorting.plans.survey import History, survey
from photosort.core.sorting.runs import engine
from photosort.core.sorting.values import How, MovePlan, Rule, SortRequest, Status
from tests.core.sorting.trees import Tree, trees
from tests.core.sorting.worlds import finished, labelled, scanned

HOWS = (How.MOVE, How.COPY, How.HARDLINK, How.SYMLINK)


class World:
    """A folder, what is said of its photos, and all that was done with them."""

    def __init__(self, top: Path, tree: Tree, destination: str) -> None:
        self.root = top / "photos"
        self.destination = self.root / destination
        tree.build(self.root, self.root)
        self.catalog = Catalog(top / "catalog")
        self.root_id = scanned(self.catalog, self.root)
        labelled(self.catalog, self.root_id, tree.labels)

    def plan(self, how: How) -> MovePlan:
        request = SortRequest((Rule.parse("labels"),), self.destination, how)
        columns = PhotoColumns.from_listing(self.catalog.listing(self.root_id))
        said = self.catalog.rules.said(self.root_id)
        history = History(
            self.catalog.runs.sorted_before(self.root_id),
            {photo_id: one.at for photo_id, one in said.items()},
            self.catalog.runs.copies(),
        )
        found = finished(
            survey(
                self.root,
                self.catalog.photos(self.root_id),
                self.destination,
                failures=self.catalog.failures(self.root_id),
                history=history,
            )
        )
        words = {photo_id: one.label for photo_id, one in said.items()}
        return resolve(columns, place(columns, request, said_last=words), found, request)

    def sort(self, how: How) -> MovePlan:
        plan = self.plan(how)
        assert not plan.refusals
        finished(engine.apply(self.catalog, plan))
        scanned(self.catalog, self.root)
        return plan

    def label(self, words: dict[str, str]) -> None:
        labelled(self.catalog, self.root_id, words)


def going(plan: MovePlan) -> list[str]:
    return [photo.source for photo in plan.photos if photo.status is Status.SORTED]


@settings(max_examples=60, deadline=None)
@given(tree=trees(), how=st.sampled_from(HOWS), destination=st.sampled_from(["Sorted", ""]))
def test_nothing_is_sorted_twice(tree: Tree, how: How, destination: str) -> None:
    with tempfile.TemporaryDirectory() as top:
        world = World(Path(top), tree, destination)
        with world.catalog:
            world.sort(how)
            assert going(world.plan(how)) == []


@pytest.mark.parametrize("how", HOWS)
@pytest.mark.parametrize("destination", ["Sorted", ""])
def test_what_is_new_or_relabelled_is_sorted_and_nothing_else(tmp_path: Path, how: How, destination: str) -> None:
    world = World(tmp_path, Tree(()), destination)
    with world.catalog:
        for name in "abc":
            (world.root / f"{name}.jpg").write_bytes(name.encode())
        scanned(world.catalog, world.root)
        world.label({"a.jpg": "sea", "b.jpg": "sea", "c.jpg": "forest"})
        assert going(world.sort(how)) == ["a.jpg", "b.jpg", "c.jpg"]
        (world.root / "new.jpg").write_bytes(b"new")
        scanned(world.catalog, world.root)
        prefix = f"{destination}/" if destination else ""
        relabelled = f"{prefix}sea/b.jpg" if how is How.MOVE else "b.jpg"
        world.label({"new.jpg": "sea", relabelled: "forest"})
        plan = world.plan(how)
        assert sorted(going(plan)) == sorted(["new.jpg", relabelled])
        targets = {photo.source: photo.target for photo in plan.photos if photo.target}
        assert targets == {"new.jpg": "sea/new.jpg", relabelled: "forest/b.jpg"}
        world.sort(how)
        assert going(world.plan(how)) == []
