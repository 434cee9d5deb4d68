"""From the catalog and the disk to a plan: which photos, by what, and what was done with them before."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from photosort.core.asking import AskedOf
from photosort.core.catalog import Catalog
from photosort.core.sorting.files.run_lock import sorting_lock
from photosort.core.sorting.plans.planning import Changes
from photosort.core.sorting.runs import engine
from photosort.core.sorting.values import How, MovePlan, Rule, RuleKind, SortRequest, Status
from photosort.ml import heads
from photosort.pipeline.analysis import analyze
from photosort.pipeline.folder import open_folder
from photosort.pipeline.sorting import make_plan, sort_columns, unread, wait_for_others
from tests.eyes import Network, head_that_says
from tests.pictures import save_photo

_Result = TypeVar("_Result")

LABELS = Rule(RuleKind.LABELS)
DATE = Rule(RuleKind.DATE)
SCENES = Rule(RuleKind.CLASSIFIER, "scenes")


def run(steps: Generator[Any, None, _Result]) -> _Result:
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            result: _Result = stop.value
            return result


class World:
    """A folder, a catalog that knows it, and a destination."""

    def __init__(self, place: Path) -> None:
        self.folder, self.destination = place / "photos", place / "sorted"
        self.catalog = Catalog(place / "catalog")
        for n, name in enumerate(("a/1.jpg", "a/2.jpg", "b/3.jpg")):
            save_photo(self.folder / name, n)
        self.scan()

    def scan(self) -> None:
        self.root_id = run(open_folder(self.catalog, self.folder)).root_id
        self.ids = {photo.relpath: photo.id for photo in self.catalog.photos(self.root_id)}

    def say(self, **labels: str) -> None:
        names = {f"{key[0]}/{key[1]}.jpg": label for key, label in labels.items()}
        self.catalog.set_labels(self.root_id, "scenes", {self.ids[name]: label for name, label in names.items()})

    def look(self, **says: str) -> dict[str, int]:
        """Look at all photos with classifiers that each say one word of every photo; gives their ids."""
        network = Network("compact-0123456789ab-16-p1-f16")
        those = [
            head_that_says(word, network.id, name=name, labels=("food", "place", "sea")) for name, word in says.items()
        ]
        run(analyze(self.catalog, self.root_id, [network], those, None))
        return {
            head.name: self.catalog.register_classifier(
                head.name, head.version, head.backbone_id, head.labels, head.title
            )
            for head in those
        }

    def request(self, *rules: Rule, how: How = How.COPY) -> SortRequest:
        return SortRequest(rules, self.destination, how)

    def plan(self, *rules: Rule, how: How = How.COPY, as_shown: bool = False, **more: Any) -> MovePlan:
        steps = make_plan(self.catalog, self.root_id, self.request(*rules, how=how), as_shown=as_shown, **more)
        return run(steps)


@pytest.fixture
def world(tmp_path: Path) -> Generator[World, None, None]:
    world = World(tmp_path)
    yield world
    world.catalog.close()


def _told(plan: MovePlan) -> dict[str, str | None]:
    return {photo.source: photo.target for photo in plan.photos}


def test_what_was_said_last_names_the_folder_whatever_it_was_said_for(world: World) -> None:
    world.say(a1="sea", a2="street")
    world.catalog.set_labels(world.root_id, "animals", {world.ids["a/1.jpg"]: "seal"})
    assert _told(world.plan(LABELS)) == {"a/1.jpg": "seal/1.jpg", "a/2.jpg": "street/2.jpg", "b/3.jpg": None}


def test_only_the_photos_that_are_asked_about_are_in_the_plan(world: World) -> None:
    (world.folder / "empty.jpg").touch()
    world.scan()
    world.say(a1="sea", a2="sea", b3="sea")
    everything = world.plan(LABELS)
    assert {photo.source: photo.status for photo in everything.photos}["empty.jpg"] is Status.FAILED
    some = world.plan(LABELS, photo_ids=[world.ids["a/2.jpg"], world.ids["b/3.jpg"]])
    assert _told(some) == {"a/2.jpg": "sea/2.jpg", "b/3.jpg": "sea/3.jpg"}


def test_what_a_person_changed_by_hand_counts(world: World) -> None:
    world.say(a1="sea", a2="sea")
    changes = Changes(frozenset({world.ids["a/1.jpg"]}), {world.ids["b/3.jpg"]: "odd"})
    assert _told(world.plan(LABELS, changes=changes)) == {
        "a/1.jpg": None,
        "a/2.jpg": "sea/2.jpg",
        "b/3.jpg": "odd/3.jpg",
    }


def test_again_takes_what_is_new_or_was_said_since(world: World) -> None:
    world.say(a1="sea", a2="sea")
    run(engine.apply(world.catalog, world.plan(LABELS)))
    again = world.plan(LABELS)
    assert again.counts[Status.SORTED] == 0
    world.say(a2="street", b3="street")
    assert _told(world.plan(LABELS)) == {"a/1.jpg": None, "a/2.jpg": "street/2.jpg", "b/3.jpg": "street/3.jpg"}
    save_photo(world.folder / "a" / "4.jpg", 44)
    world.scan()
    world.say(a4="sea")
    assert _told(world.plan(LABELS))["a/4.jpg"] == "sea/4.jpg"


def test_copies_that_were_made_are_not_taken_in(world: World) -> None:
    world.destination = world.folder / "Sorted"
    world.say(a1="sea")
    run(engine.apply(world.catalog, world.plan(LABELS)))
    world.scan()
    copy = world.ids["Sorted/sea/1.jpg"]
    world.catalog.set_labels(world.root_id, "scenes", {copy: "street"})
    world.destination = world.folder.parent / "elsewhere"
    # The copy is no photo of the person's; the original is, although its copy lies elsewhere already.
    assert {source: target for source, target in _told(world.plan(LABELS)).items() if target} == {
        "a/1.jpg": "sea/1.jpg"
    }


@pytest.mark.parametrize(("kind", "shown"), [("food", None), ("place", "sea/1.jpg")])
def test_guesses_count_as_they_were_made_or_as_they_are_shown(
    kind: str, shown: str | None, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heads, "asked_of", lambda: {"scenes": AskedOf("kinds", ("place",))})
    classifiers = world.look(kinds=kind, scenes="sea")
    assert _told(world.plan(SCENES, classifiers=classifiers))["a/1.jpg"] == "sea/1.jpg"
    assert _told(world.plan(SCENES, classifiers=classifiers, as_shown=True))["a/1.jpg"] == shown


def test_the_classifiers_that_serve_are_asked_where_none_are_named(world: World) -> None:
    world.look(scenes="sea")
    columns = sort_columns(world.catalog, world.root_id, None, as_shown=False)
    assert columns.classifiers == ("scenes",)
    assert sort_columns(world.catalog, world.root_id, {}, as_shown=False).classifiers == ()


def test_keywords_compare_no_files(world: World) -> None:
    (world.folder / "b" / "same.jpg").write_bytes((world.folder / "b" / "3.jpg").read_bytes())
    world.scan()
    world.catalog.set_labels(world.root_id, "scenes", dict.fromkeys(world.ids.values(), "sea"))
    assert world.plan(LABELS, how=How.COPY).counts[Status.DUPLICATE] == 1
    world.destination = world.folder
    written = world.plan(LABELS, how=How.KEYWORDS)
    assert written.counts[Status.SORTED] == 4


def test_a_photo_that_nobody_has_read_has_no_date_of_its_own_yet(world: World) -> None:
    (world.folder / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 this is no picture")
    world.scan()
    assert unread(world.catalog, world.root_id)
    world.look(scenes="sea")
    assert not unread(world.catalog, world.root_id)


def test_waiting_ends_when_the_other_has_let_go(world: World) -> None:
    with sorting_lock(world.catalog.directory, "photosort sort elsewhere"):
        waiting = wait_for_others(world.catalog)
        said = next(waiting)
        assert said.what == f"Waiting for photosort sort elsewhere (pid {os.getpid()})"
    with pytest.raises(StopIteration):
        next(waiting)
