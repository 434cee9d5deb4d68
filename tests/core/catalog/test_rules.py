"""What a folder is sorted by again, and names of groups in the one undo order."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from photosort.core.catalog import Catalog
from photosort.core.catalog.rules import Watch
from photosort.core.errors import CatalogError
from photosort.core.photo import FileInfo, Shot, TakenSource
from photosort.core.scan import ScanResult
from photosort.core.sorting.values import How, Rule, SortRequest

REQUEST = SortRequest((Rule.parse("labels"), Rule.parse("date")), Path("/x/Sorted"), How.MOVE)


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog(tmp_path / "catalog") as opened:
        yield opened


@pytest.fixture
def root_id(catalog: Catalog, tmp_path: Path) -> int:
    found = catalog.open_root(tmp_path / "photos")
    shots = tuple(Shot(FileInfo(f"{name}.jpg", 1, 1), (), 0.0, TakenSource.FILE) for name in "abc")
    catalog.reconcile(ScanResult(tmp_path / "photos", shots, (), ()), found, key_of=lambda _path: "x")
    return found


def cluster(catalog: Catalog, root_id: int) -> None:
    ids = np.array([photo.id for photo in catalog.photos(root_id)])
    numbers, typical = np.zeros(len(ids), np.int32), np.ones(len(ids), np.float32)
    catalog.store_clustering(root_id, "backbone", "k-means", 1, ids, numbers, typical)


def test_a_rule_is_kept_changed_and_forgotten(catalog: Catalog, root_id: int) -> None:
    assert catalog.rules.rule(root_id) is None
    catalog.rules.keep(root_id, REQUEST)
    kept = catalog.rules.rule(root_id)
    assert kept is not None
    assert (kept.request, kept.watch) == (REQUEST, Watch.NO)
    assert catalog.rules.watched() == {}
    catalog.rules.keep(root_id, REQUEST, Watch.FILE)
    assert catalog.rules.watched() == {root_id: Watch.FILE}
    catalog.rules.forget(root_id)
    assert catalog.rules.rule(root_id) is None


def test_what_was_said_last_counts_for_whichever_classifier(catalog: Catalog, root_id: int) -> None:
    one, two, three = (photo.id for photo in catalog.photos(root_id))
    catalog.set_labels(root_id, "scenes", {one: "sea", two: "sea"})
    catalog.set_labels(root_id, "animals", {one: "cat"})
    catalog.set_labels(root_id, "scenes", {two: None})
    said = catalog.rules.said(root_id)
    assert {photo_id: one.label for photo_id, one in said.items()} == {one: "cat"}
    catalog.set_labels(root_id, "scenes", {one: "hill", three: "hill"})
    again = catalog.rules.said(root_id)
    assert {photo_id: one.label for photo_id, one in again.items()} == {one: "hill", three: "hill"}
    assert again[one].at >= said[one].at


def test_names_of_groups_are_undone_and_done_again(catalog: Catalog, root_id: int) -> None:
    with pytest.raises(CatalogError, match="no groups"):
        catalog.rules.name_cluster(root_id, 0, "Rome")
    cluster(catalog, root_id)
    action = catalog.rules.name_cluster(root_id, 0, " Rome ")
    assert action is not None
    assert (action.kind, action.title) == ("cluster", "call group 1 Rome")
    assert catalog.rules.name_cluster(root_id, 0, "Rome") is None
    renamed = catalog.rules.name_cluster(root_id, 0, "Roma")
    assert renamed is not None
    assert renamed.title == "call Rome Roma"
    assert catalog.rules.cluster_names(root_id) == {0: "Roma"}
    catalog.undo(root_id)
    assert catalog.rules.cluster_names(root_id) == {0: "Rome"}
    catalog.undo(root_id)
    assert catalog.rules.cluster_names(root_id) == {}
    catalog.redo(root_id)
    assert catalog.rules.cluster_names(root_id) == {0: "Rome"}
    gone = catalog.rules.name_cluster(root_id, 0, "  ")
    assert gone is not None
    assert gone.title == "take the name off the group Rome"
    assert catalog.rules.cluster_names(root_id) == {}


def test_names_that_went_over_to_later_groups_are_undone_there_too(catalog: Catalog, root_id: int) -> None:
    cluster(catalog, root_id)
    catalog.rules.name_cluster(root_id, 0, "Rome")
    cluster(catalog, root_id)
    catalog.rules.name_cluster(root_id, 0, "Roma")
    cluster(catalog, root_id)
    told = [catalog.rules.cluster_names(root_id)]
    for step in (catalog.undo, catalog.undo, catalog.redo, catalog.redo):
        step(root_id)
        told.append(catalog.rules.cluster_names(root_id))
    assert told == [{0: "Roma"}, {0: "Rome"}, {}, {0: "Rome"}, {0: "Roma"}]


def test_undoing_the_name_of_a_group_that_is_no_longer_kept_takes_it_off_the_later_ones(
    catalog: Catalog, root_id: int
) -> None:
    cluster(catalog, root_id)
    catalog.rules.name_cluster(root_id, 0, "Rome")
    for _ in range(6):
        cluster(catalog, root_id)
    catalog.undo(root_id)
    assert catalog.rules.cluster_names(root_id) == {}
    catalog.redo(root_id)
    assert catalog.rules.cluster_names(root_id) == {}
