"""What the person says of photos, and taking it back."""

from __future__ import annotations

import sqlite3

import pytest

from photosort.core.catalog import Catalog
from photosort.core.errors import CatalogError


@pytest.fixture
def root_id(album):
    for name in "abc":
        album.write(f"{name}.jpg", name)
    album.scan()
    return album.root_id


def test_labels_are_kept_by_classifier(catalog, root_id):
    action = catalog.set_labels(root_id, "scenes", {1: "sea", 2: "sea"})
    assert action.title == "label 2 photos as sea"
    assert catalog.labels(root_id, "scenes") == {1: "sea", 2: "sea"}
    assert catalog.labels(root_id, "animals") == {}
    assert catalog.all_labels(root_id) == {"scenes": {1: "sea", 2: "sea"}}
    assert catalog.set_labels(root_id, "scenes", {2: None}).title == "take the label off 1 photo"
    assert catalog.labels(root_id, "scenes") == {1: "sea"}
    assert catalog.set_labels(root_id, "scenes", {1: "sea", 3: None}) is None
    assert len(catalog.actions(root_id)) == 2


def test_labels_go_along_with_a_moved_photo_and_stay_with_a_missing_one(album, root_id):
    album.analyse()
    ids = {relpath: photo.id for relpath, photo in album.photos().items()}
    labels = {ids["a.jpg"]: "sea", ids["b.jpg"]: "forest"}
    album.catalog.set_labels(root_id, "scenes", labels)
    album.move("a.jpg", "sub/renamed.jpg")
    (album.folder / "b.jpg").unlink()
    album.scan()
    assert album.catalog.labels(root_id, "scenes") == labels
    assert album.photos()["sub/renamed.jpg"].id == ids["a.jpg"]


def test_undo_and_redo_go_through_the_actions_in_order_also_after_a_restart(album, root_id):
    steps = [{1: "sea"}, {1: "forest", 2: "sea"}, {1: None}]
    states = [{}]
    for step in steps:
        album.catalog.set_labels(root_id, "scenes", step)
        states.append(album.catalog.labels(root_id, "scenes"))
    album.catalog.close()
    with Catalog(album.catalog.directory) as catalog:
        assert catalog.next_redo(root_id) is None
        for state in reversed(states[:-1]):
            named = catalog.next_undo(root_id)
            assert catalog.undo(root_id).id == named.id
            assert catalog.labels(root_id, "scenes") == state
        assert catalog.undo(root_id) is None
        for state in states[1:]:
            named = catalog.next_redo(root_id)
            assert catalog.redo(root_id).id == named.id
            assert catalog.labels(root_id, "scenes") == state
        assert catalog.redo(root_id) is None


def test_a_new_action_ends_what_could_be_redone_for_good(catalog, root_id):
    for label in ("sea", "forest"):
        catalog.set_labels(root_id, "scenes", {1: label})
    catalog.undo(root_id)
    newest = catalog.set_labels(root_id, "scenes", {1: "street"})
    assert catalog.next_redo(root_id) is None
    catalog.undo(root_id)
    assert catalog.labels(root_id, "scenes") == {1: "sea"}
    assert catalog.redo(root_id).id == newest.id
    assert catalog.labels(root_id, "scenes") == {1: "street"}
    assert catalog.redo(root_id) is None
    assert [action.undone_at is None for action in catalog.actions(root_id)] == [True, False, True]


def test_each_folder_has_an_order_of_its_own(catalog, root_id, tmp_path):
    other = catalog.open_root(tmp_path / "other")
    catalog.set_labels(root_id, "scenes", {1: "sea"})
    assert catalog.next_undo(other) is None
    assert catalog.undo(other) is None
    with pytest.raises(CatalogError, match="1 of the photos"):
        catalog.set_labels(other, "scenes", {1: "forest"})
    assert catalog.labels(root_id, "scenes") == {1: "sea"}


def test_an_action_of_another_kind_is_not_undone_by_half(catalog, root_id):
    def run(connection: sqlite3.Connection) -> None:
        connection.execute(
            "INSERT INTO actions (root_id, kind, title, payload, done_at) VALUES (?, 'run', 'move', '{}', 0)",
            (root_id,),
        )

    catalog.set_labels(root_id, "scenes", {1: "sea"})
    catalog._store.write(run)
    with pytest.raises(CatalogError, match="move"):
        catalog.undo(root_id)
    assert catalog.next_undo(root_id).kind == "run"


def test_a_thousand_labels_at_once(catalog, album):
    for number in range(1000):
        album.write(f"{number}.jpg", "x")
    album.scan()
    ids = [photo.id for photo in album.photos().values()]
    catalog.set_labels(album.root_id, "scenes", dict.fromkeys(ids, "sea"))
    assert catalog.next_undo(album.root_id).title == "label 1,000 photos as sea"
    catalog.undo(album.root_id)
    assert catalog.labels(album.root_id, "scenes") == {}
