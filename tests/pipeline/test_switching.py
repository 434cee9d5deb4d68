"""From one network to another: what the old one saw serves until the new one has seen all of it; then all at once."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest

from photosort.core.catalog import Catalog
from photosort.core.imaging import Decoded, decode
from photosort.core.photo import Progress
from photosort.core.thumbnails import ThumbnailCache
from photosort.ml.heads import Head
from photosort.pipeline import Analysed, AnalysisSummary, Switched, analyze, open_folder
from photosort.pipeline.cost import switch_cost
from tests.eyes import Network, head_that_says
from tests.pictures import save_photo

_Result = TypeVar("_Result")
OLD, NEW, THIRD = "compact-0123456789ab-16-p1-f16", "mobilenetv2-ba9876543210-16-p1-f16", "xception-0-16-p1-f16"


def _drive(steps: Generator[Progress, None, _Result]) -> tuple[list[Progress], _Result]:
    told = []
    while True:
        try:
            told.append(next(steps))
        except StopIteration as stop:
            return told, stop.value


class Folder:
    """A folder of photos, its catalog, and what it shows."""

    def __init__(self, folder: Path, catalog: Catalog, thumbnails: ThumbnailCache) -> None:
        self.path = folder
        self.catalog = catalog
        self.thumbnails = thumbnails
        self.root = _drive(open_folder(catalog, folder))[1].root_id

    def rescan(self) -> None:
        _drive(open_folder(self.catalog, self.path))

    def look(
        self, network: Network, *heads: Head, switch: bool = True, beside: tuple[Network, ...] = ()
    ) -> tuple[list[Progress], AnalysisSummary]:
        return _drive(self.looking(network, *heads, switch=switch, beside=beside))

    def looking(
        self, network: Network, *heads: Head, switch: bool = True, beside: tuple[Network, ...] = ()
    ) -> Generator[Analysed | Switched, None, AnalysisSummary]:
        networks = [network, *beside]
        return analyze(self.catalog, self.root, networks, heads, self.thumbnails, switch=switch)

    def shown(self) -> dict[str, dict[str, str]]:
        """By file name and classifier the guess that the grid shows; the details show the same."""
        path_of = {photo.id: photo.name for photo in self.catalog.photos(self.root)}
        found: dict[str, dict[str, str]] = {}
        for row in self.catalog.serving(self.root).classifiers:
            columns = self.catalog.shown_predictions(self.root, row.id)
            for photo_id, label in zip(columns.photo_ids.tolist(), columns.label_index.tolist(), strict=True):
                found.setdefault(path_of[photo_id], {})[row.name] = columns.labels[label]
        for photo_id, name in path_of.items():
            details = self.catalog.predictions_of(photo_id)
            assert {key: guess.label for key, guess in details.items()} == found.get(name, {})
        return found

    def words(self, classifier: str = "scenes") -> set[str]:
        return {guesses[classifier] for guesses in self.shown().values() if classifier in guesses}

    def compared_by(self) -> tuple[str | None, int]:
        """Whose embeddings look-alikes are made of, and how many photos those cover."""
        backbone_id = self.catalog.serving(self.root).backbone_id
        assert backbone_id is not None
        return backbone_id, len(self.catalog.embeddings(self.root, backbone_id).photo_ids)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    """Twenty photos."""
    for number in range(20):
        save_photo(tmp_path / "photos" / f"{number:02}.jpg", number)
    with Catalog(tmp_path / "catalog") as catalog:
        yield Folder(tmp_path / "photos", catalog, ThumbnailCache(tmp_path / "thumbnails"))


@pytest.fixture
def old() -> Network:
    return Network(OLD)


@pytest.fixture
def new() -> Network:
    return Network(NEW)


def test_everything_switches_at_once_and_nothing_before(folder: Folder, old: Network, new: Network) -> None:
    folder.look(old, head_that_says("sea", OLD))
    switched = []
    steps = folder.looking(new, head_that_says("forest", NEW))
    for step in steps:
        if isinstance(step, Switched):
            switched.append(new.embedded)
        else:
            assert not step.outputs
            assert not len(step.photo_ids)
        folder.catalog.flush()
        assert (folder.words(), folder.compared_by()) == (({"forest"}, (NEW, 20)) if switched else ({"sea"}, (OLD, 20)))
    assert switched == [20]


def test_a_folder_that_was_never_seen_shows_guesses_as_they_come(folder: Folder, new: Network) -> None:
    told, _ = folder.look(new, head_that_says("forest", NEW))
    assert not any(isinstance(step, Switched) for step in told)
    assert sum(len(step.outputs.get("scenes", ())) for step in told if isinstance(step, Analysed)) == 20


def test_a_cancelled_switch_leaves_the_old_and_goes_on(folder: Folder, old: Network, new: Network) -> None:
    folder.look(old, head_that_says("sea", OLD))
    steps = folder.looking(new, head_that_says("forest", NEW))
    # It gets no further than the batches in flight before it is cancelled.
    new.go.clear()
    next(steps)
    next(steps)
    new.go.set()
    steps.close()
    folder.catalog.flush()
    assert new.embedded < 20
    assert folder.words() == {"sea"}
    folder.look(new, head_that_says("forest", NEW))
    assert new.embedded == 20
    assert folder.words() == {"forest"}


def test_new_photos_come_first_and_show_what_the_new_network_guesses(
    folder: Folder, old: Network, new: Network
) -> None:
    folder.look(old, head_that_says("sea", OLD))
    for number in range(20, 23):
        save_photo(folder.path / f"{number:02}.jpg", number)
    folder.rescan()
    steps = folder.looking(new, head_that_says("forest", NEW))
    told: list[int] = []
    while len(told) < 3:
        step = next(steps)
        assert isinstance(step, Analysed)
        told += step.photo_ids.tolist()
    steps.close()
    folder.catalog.flush()
    shown = {name: guesses["scenes"] for name, guesses in folder.shown().items()}
    assert {name for name, word in shown.items() if word == "forest"} == {"20.jpg", "21.jpg", "22.jpg"}
    assert sum(word == "sea" for word in shown.values()) == 20


def test_guesses_under_other_labels_wait_for_the_switch(folder: Folder, old: Network, new: Network) -> None:
    folder.look(old, head_that_says("sea", OLD))
    save_photo(folder.path / "new.jpg", 77)
    folder.rescan()
    told, _ = folder.look(new, head_that_says("beach", NEW, labels=("beach", "wood", "town")))
    assert not any(step.outputs for step in told if isinstance(step, Analysed))
    assert folder.words() == {"beach"}
    assert len(folder.shown()) == 21


def test_a_classifier_that_is_new_waits_for_the_switch_too(folder: Folder, old: Network, new: Network) -> None:
    folder.look(old, head_that_says("sea", OLD))
    heads = head_that_says("place", NEW, name="kinds", labels=("people", "place")), head_that_says("forest", NEW)
    steps = folder.looking(new, *heads)
    while new.embedded < 10:
        next(steps)
    folder.catalog.flush()
    assert folder.words("kinds") == set()
    for _step in steps:
        pass
    assert folder.words("kinds") == {"place"}
    assert [row.name for row in folder.catalog.serving(folder.root).classifiers] == ["kinds", "scenes"]


def test_back_again_takes_no_look_at_any_photo(folder: Folder, old: Network, new: Network) -> None:
    folder.look(old, head_that_says("sea", OLD))
    folder.look(new, head_that_says("forest", NEW))
    seen = old.embedded
    told, summary = folder.look(old, head_that_says("sea", OLD))
    assert (old.embedded, summary.analysed) == (seen, 0)
    assert sum(isinstance(step, Switched) for step in told) == 1
    assert (folder.words(), folder.compared_by()) == ({"sea"}, (OLD, 20))


def test_a_photo_that_cannot_be_read_any_more_holds_up_nothing(folder: Folder, old: Network, new: Network) -> None:
    folder.look(old, head_that_says("sea", OLD))
    spoilt = folder.path / "05.jpg"
    time = spoilt.stat().st_mtime_ns
    spoilt.write_bytes(bytes(spoilt.stat().st_size))
    os.utime(spoilt, ns=(time, time))
    _, summary = folder.look(new, head_that_says("forest", NEW))
    assert [failure.relpath for failure in summary.failures] == ["05.jpg"]
    shown = {name: guesses["scenes"] for name, guesses in folder.shown().items()}
    assert shown.pop("05.jpg") == "sea"
    assert set(shown.values()) == {"forest"}


def test_photos_that_are_out_of_reach_keep_the_old_serving(folder: Folder, old: Network, new: Network) -> None:
    folder.look(old, head_that_says("sea", OLD))
    away = folder.path.rename(folder.path.with_name("away"))
    told, _ = folder.look(new, head_that_says("forest", NEW))
    assert not any(isinstance(step, Switched) for step in told)
    assert (folder.words(), folder.compared_by()) == ({"sea"}, (OLD, 20))
    away.rename(folder.path)
    folder.look(new, head_that_says("forest", NEW))
    assert folder.words() == {"forest"}


def test_another_network_for_look_alikes_alone_leaves_the_guesses(folder: Folder, old: Network) -> None:
    head = head_that_says("sea", OLD)
    folder.look(old, head)
    third = Network(THIRD)
    seen = old.embedded
    steps = folder.looking(third, head, beside=(old,))
    while third.embedded < 5:
        next(steps)
    folder.catalog.flush()
    assert (folder.words(), folder.compared_by()) == ({"sea"}, (OLD, 20))
    for _step in steps:
        pass
    assert (folder.words(), folder.compared_by()) == ({"sea"}, (THIRD, 20))
    assert old.embedded == seen


def test_an_analysis_may_compute_without_switching(folder: Folder, old: Network, new: Network) -> None:
    folder.look(old, head_that_says("sea", OLD))
    folder.look(new, head_that_says("forest", NEW), switch=False)
    assert (new.embedded, folder.words(), folder.compared_by()) == (20, {"sea"}, (OLD, 20))
    told, _ = folder.look(new, head_that_says("forest", NEW))
    assert (new.embedded, folder.words()) == (20, {"forest"})
    assert sum(isinstance(step, Switched) for step in told) == 1


def test_large_photos_are_looked_at_again_by_their_thumbnails(
    folder: Folder, old: Network, new: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    _allow_thumbnails(monkeypatch)
    for number in range(3):
        save_photo(folder.path / f"large {number}.jpg", 100 + number, size=(1600, 1200))
    folder.rescan()
    folder.look(old, head_that_says("sea", OLD))
    assert switch_cost(folder.catalog, folder.root, OLD, folder.thumbnails).photos == 0
    cost = switch_cost(folder.catalog, folder.root, NEW, folder.thumbnails)
    assert (cost.photos, cost.from_thumbnails) == (23, 3)
    decoded = _decoded(monkeypatch)
    _, summary = folder.look(new, head_that_says("forest", NEW))
    assert summary.analysed == 23
    assert sorted(decoded) == [f"{number:02}.jpg" for number in range(20)]
    assert folder.words() == {"forest"}
    assert switch_cost(folder.catalog, folder.root, NEW, folder.thumbnails).photos == 0


def test_without_a_fit_thumbnail_the_photo_is_read_and_the_thumbnail_made(
    folder: Folder, old: Network, new: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    _allow_thumbnails(monkeypatch)
    photo = save_photo(folder.path / "large.jpg", 100, size=(1600, 1200))
    folder.rescan()
    folder.look(old, head_that_says("sea", OLD))
    folder.thumbnails.clear()
    before = switch_cost(folder.catalog, folder.root, NEW, folder.thumbnails)
    assert (before.photos, before.from_thumbnails) == (21, 0)
    decoded = _decoded(monkeypatch)
    folder.look(new, head_that_says("forest", NEW))
    assert photo.name in decoded
    third = switch_cost(folder.catalog, folder.root, THIRD, folder.thumbnails)
    assert (third.photos, third.from_thumbnails) == (21, 0)  # its pictures are larger than the short side
    again = switch_cost(folder.catalog, folder.root, "mobilenetv2-another", folder.thumbnails)
    assert (again.photos, again.from_thumbnails) == (21, 1)
    assert again.seconds_estimate < before.seconds_estimate < third.seconds_estimate


def test_a_network_that_was_not_measured_is_shown_the_photos(
    folder: Folder, old: Network, new: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_photo(folder.path / "large.jpg", 100, size=(1600, 1200))
    folder.rescan()
    folder.look(old, head_that_says("sea", OLD))
    assert switch_cost(folder.catalog, folder.root, "xception-1", folder.thumbnails).from_thumbnails == 0
    decoded = _decoded(monkeypatch)
    monkeypatch.setattr("photosort.pipeline.work.BY_THUMBNAIL", frozenset({"compact"}))
    folder.look(new, head_that_says("forest", NEW))
    assert "large.jpg" in decoded


def _allow_thumbnails(monkeypatch: pytest.MonkeyPatch) -> None:
    for place in ("work", "cost"):
        monkeypatch.setattr(f"photosort.pipeline.{place}.BY_THUMBNAIL", frozenset({"mobilenetv2", "xception"}))


def _decoded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the photos that are decoded from here on."""
    names: list[str] = []

    def noting(path: Path, **wanted: Any) -> Decoded:
        names.append(path.name)
        return decode(path, **wanted)

    monkeypatch.setattr("photosort.pipeline.work.decode", noting)
    return names


def test_what_a_person_said_and_grouped_outlives_the_switch(folder: Folder, old: Network, new: Network) -> None:
    folder.look(old, head_that_says("sea", OLD))
    ids = np.array(sorted(photo.id for photo in folder.catalog.photos(folder.root)))
    folder.catalog.set_labels(folder.root, "scenes", {int(ids[3]): "our lake"})
    numbers = (ids % 2).astype(np.int32)
    folder.catalog.store_clustering(folder.root, OLD, "kmeans", 2, ids, numbers, np.ones(len(ids), np.float32))
    folder.look(new, head_that_says("forest", NEW))
    assert folder.catalog.labels(folder.root, "scenes") == {int(ids[3]): "our lake"}
    grouping = folder.catalog.clustering(folder.root)
    assert grouping is not None
    assert (grouping.backbone_id, grouping.cluster.tolist()) == (OLD, numbers.tolist())
    undo = folder.catalog.next_undo(folder.root)
    assert undo is not None
    assert undo.title == "label 1 photo as our lake"
