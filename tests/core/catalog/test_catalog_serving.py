"""Which guesses a folder shows where several networks have seen its photos."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import numpy as np
import pytest

from photosort.core.errors import CatalogError

OTHER = "other-ba9876543210-8-p1-f32"
LABELS = ["forest", "sea"]
FOREST, SEA = [0.9, 0.1], [0.1, 0.9]


@pytest.fixture
def two(album):
    album.write("a.jpg", "one")
    album.write("b.jpg", "two")
    album.scan()
    album.analyse()
    return album


def _guess(album, output, backbone, probabilities, *, version="1", labels=LABELS, name="scenes"):
    """Registers a version of a classifier that guesses of the photos named; returns its id."""
    photos = album.photos()
    classifier = album.catalog.register_classifier(name, version, backbone, labels)
    ids = np.array([photos[path].id for path in probabilities], np.int64)
    if len(ids):
        album.catalog.store_predictions(classifier, ids, output.of(list(probabilities.values())))
    return classifier


def _shown(album):
    """What every photo shows, once as the grid asks and once as the details ask: always the same."""
    catalog, root_id = album.catalog, album.root_id
    grid, details = {}, {}
    for row in catalog.serving(root_id).classifiers:
        columns = catalog.shown_predictions(root_id, row.id)
        path_of = {photo.id: path for path, photo in album.photos().items()}
        for photo_id, label in zip(columns.photo_ids.tolist(), columns.label_index.tolist(), strict=True):
            grid[path_of[photo_id], row.name] = columns.labels[label]
    for path, photo in album.photos().items():
        for name, prediction in catalog.predictions_of(photo.id).items():
            details[path, name] = prediction.label
    assert grid == details
    return grid


def test_what_serves_goes_on_until_another_is_told_to(two, backbone, output):
    old = _guess(two, output, backbone, {"a.jpg": FOREST, "b.jpg": FOREST})
    two.catalog.serve(two.root_id, [old], backbone)
    new = _guess(two, output, OTHER, {"a.jpg": SEA, "b.jpg": SEA})
    assert set(_shown(two).values()) == {"forest"}
    two.catalog.serve(two.root_id, [new], OTHER)
    assert set(_shown(two).values()) == {"sea"}
    two.catalog.serve(two.root_id, [old], backbone)
    assert set(_shown(two).values()) == {"forest"}
    assert two.catalog.serving(two.root_id).backbone_id == backbone


def test_a_photo_that_only_another_version_has_seen_shows_its_guess(two, backbone, output):
    old = _guess(two, output, backbone, {"a.jpg": FOREST})
    two.catalog.serve(two.root_id, [old], backbone)
    _guess(two, output, OTHER, {"a.jpg": SEA, "b.jpg": SEA})
    assert _shown(two) == {("a.jpg", "scenes"): "forest", ("b.jpg", "scenes"): "sea"}


def test_a_version_with_other_labels_never_stands_in(two, backbone, output):
    old = _guess(two, output, backbone, {"a.jpg": FOREST})
    two.catalog.serve(two.root_id, [old], backbone)
    _guess(two, output, OTHER, {"b.jpg": SEA}, labels=["wood", "sea"])
    assert _shown(two) == {("a.jpg", "scenes"): "forest"}


def test_a_classifier_that_does_not_serve_shows_nothing(two, backbone, output):
    old = _guess(two, output, backbone, {"a.jpg": FOREST, "b.jpg": FOREST})
    two.catalog.serve(two.root_id, [old], backbone)
    _guess(two, output, OTHER, {"a.jpg": SEA}, name="kinds")
    assert {name for _path, name in _shown(two)} == {"scenes"}


def test_classifiers_are_shown_in_the_order_told_and_others_stay(two, backbone, output):
    scenes = _guess(two, output, backbone, {"a.jpg": FOREST})
    mine = _guess(two, output, backbone, {"a.jpg": SEA}, name="mine")
    two.catalog.serve(two.root_id, [scenes, mine], backbone)
    kinds = _guess(two, output, OTHER, {"a.jpg": SEA}, name="kinds")
    better = _guess(two, output, OTHER, {"a.jpg": SEA})
    two.catalog.serve(two.root_id, [kinds, better], OTHER)
    assert [row.id for row in two.catalog.serving(two.root_id).classifiers] == [kinds, better, mine]


def test_every_folder_has_its_own(two, backbone, output, tmp_path):
    old = _guess(two, output, backbone, {"a.jpg": FOREST, "b.jpg": FOREST})
    two.catalog.serve(two.root_id, [old], backbone)
    new = _guess(two, output, OTHER, {"a.jpg": SEA, "b.jpg": SEA})
    elsewhere = two.catalog.open_root(tmp_path / "elsewhere")
    two.catalog.serve(elsewhere, [new], OTHER)
    assert set(_shown(two).values()) == {"forest"}
    fresh = two.catalog.serving(two.catalog.open_root(tmp_path / "fresh"))
    assert (fresh.settled, [row.id for row in fresh.classifiers]) == (False, [new])


def test_seen_are_the_photos_that_an_embedding_or_a_guess_serves(two, backbone, output):
    ids = {path: photo.id for path, photo in two.photos().items()}
    only_guessed = _guess(two, output, OTHER, {"b.jpg": SEA})
    two.catalog.serve(two.root_id, [only_guessed], "third-0-8-p1-f32")
    assert two.catalog.seen(two.root_id, two.catalog.serving(two.root_id)).tolist() == [ids["b.jpg"]]
    two.catalog.serve(two.root_id, [only_guessed], backbone)
    assert two.catalog.seen(two.root_id, two.catalog.serving(two.root_id)).tolist() == sorted(ids.values())


def test_half_a_switch_is_none(two, backbone, output):
    old = _guess(two, output, backbone, {"a.jpg": FOREST})
    two.catalog.serve(two.root_id, [old], backbone)
    before = two.catalog.serving(two.root_id)
    with pytest.raises(CatalogError, match="no classifier with the id 99"):
        two.catalog.serve(two.root_id, [old, 99], OTHER)
    with pytest.raises(CatalogError, match="no folder with the id 99"):
        two.catalog.serve(99, [], OTHER)
    assert two.catalog.serving(two.root_id) == before


def test_a_catalog_of_the_first_version_goes_on_with_what_it_showed(two, backbone, output):
    _guess(two, output, backbone, {"a.jpg": SEA, "b.jpg": SEA})
    newest = _guess(two, output, backbone, {"a.jpg": FOREST, "b.jpg": FOREST}, version="2")
    _guess(two, output, OTHER, {}, version="3")  # registered, and stopped before it had seen anything
    two.catalog.close()
    path = two.catalog.path
    later = (
        "run_folders",
        "run_steps",
        "run_photos",
        "runs",
        "sort_rules",
        "filing_folders",
        "cluster_names",
        "written",
    )
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            "".join(f"DROP TABLE {table};" for table in later)
            + "DROP TABLE serving; ALTER TABLE roots DROP COLUMN backbone_id; PRAGMA user_version = 1;"
        )
    two.catalog = type(two.catalog)(two.catalog.directory)
    with two.catalog:
        assert set(_shown(two).values()) == {"forest"}
        serving = two.catalog.serving(two.root_id)
        assert (serving.backbone_id, [row.id for row in serving.classifiers]) == (backbone, [newest])
