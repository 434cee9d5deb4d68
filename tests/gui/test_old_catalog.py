"""A catalog that the program before the serving classifiers made, opened with a compact network of another id."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from photosort.core.catalog import Catalog
from photosort.core.paths import UserPaths
from photosort.core.thumbnails import ThumbnailCache
from photosort.gui import steps
from photosort.gui.steps import Content
from photosort.pipeline import AnalysisSummary, Priority
from tests.eyes import Eyes
from tests.gui.conftest import drive

_OLD = Path(__file__).resolve().parent.parent / "data" / "old_catalog"
_WRITTEN = 1_600_000_000
SCENES = ("buildings", "forest", "glacier", "mountain", "sea", "street")
ANIMALS = ("cat", "dog", "wild")


class Person:
    """Somebody with an old catalog, who has updated the program."""

    def __init__(self, directory: Path) -> None:
        self.folder = shutil.copytree(_OLD / "photos", directory / "photos")
        for number, path in enumerate(sorted(self.folder.rglob("*.jpg"))):
            os.utime(path, (_WRITTEN + number, _WRITTEN + number))
        self.paths = UserPaths.below(directory / "catalog")
        self.paths.data.mkdir()
        file = self.paths.data / "catalog.sqlite3"
        shutil.copyfile(_OLD / file.name, file)
        with closing(sqlite3.connect(file)) as connection, connection:
            assert connection.execute("PRAGMA user_version").fetchone() == (1,)
            connection.execute("UPDATE roots SET path = ?", (str(self.folder.resolve()),))
            self.old_id = connection.execute("SELECT name FROM backbones").fetchone()[0]
            self.guessed = {
                (path, name): labels[index]
                for path, name, labels, index in (
                    (row[0], row[1], SCENES if row[1] == "scenes" else ANIMALS, row[2])
                    for row in connection.execute(
                        "SELECT p.relpath, c.name, q.label_index FROM photos AS p"
                        " JOIN predictions AS q ON q.content_id = p.content_id"
                        " JOIN classifiers AS c ON c.id = q.classifier_id"
                    )
                )
            }

    def opens(self, catalog: Catalog) -> Content:
        content = drive(steps.read_known(catalog, self.folder))
        assert content is not None
        opened, changed = drive(steps.scan_folder(catalog, self.folder, (), shown=True))
        assert changed is None
        assert opened.changes is not None
        assert opened.changes.unchanged == 10
        return content

    def looks(self, catalog: Catalog, root_id: int) -> AnalysisSummary | None:
        cache = ThumbnailCache(self.paths.thumbnails)
        return drive(steps.look_at_photos(catalog, root_id, self.paths, cache, Priority()))


def _guesses(content: Content) -> dict[tuple[str, str], str]:
    columns = content.columns
    return {
        (columns.relpaths[row], name): guesses.labels[label]
        for name, guesses in columns.predictions.items()
        for row, label in enumerate(guesses.label_index.tolist())
        if label >= 0
    }


@pytest.fixture
def person(tmp_path: Path) -> Person:
    return Person(tmp_path)


@pytest.fixture
def updated(monkeypatch: pytest.MonkeyPatch) -> Eyes:
    """The program after an update: its compact network has another id, and a classifier more."""
    eyes = Eyes()
    eyes.add("compact", "fedcba987654")
    network = eyes.there["compact"].id
    eyes.says("kinds", "place", network, ("people", "place"))
    eyes.says("scenes", "glacier", network, SCENES)
    eyes.says("animals", "wild", network, ANIMALS)
    eyes.put_on(monkeypatch)
    return eyes


def test_old_guesses_serve_until_the_new_network_has_seen_all(person: Person, updated: Eyes) -> None:
    assert len(person.guessed) == 20
    with Catalog(person.paths.data) as catalog:
        content = person.opens(catalog)
        assert _guesses(content) == person.guessed
        assert content.backbone_id == person.old_id
        assert content.clustering is not None
        assert content.clustering.k == 3
        summary = person.looks(catalog, content.root_id)
        assert summary is not None
        assert (summary.analysed, summary.failures) == (10, ())
        now = drive(steps.read_content(catalog, content.root_id))
        assert [one.name for one in now.classifiers] == ["kinds", "scenes", "animals"]
        assert {(name, word) for (_path, name), word in _guesses(now).items()} == {
            ("kinds", "place"),
            ("scenes", "glacier"),
            ("animals", "wild"),
        }
        assert len(_guesses(now)) == 30
        assert now.backbone_id == updated.there["compact"].id
        # The groups stay until they are made anew; what the old network saw stays for a way back.
        assert now.clustering is not None
        assert np.array_equal(now.clustering.cluster, content.clustering.cluster)
        assert len(catalog.embeddings(content.root_id, person.old_id).photo_ids) == 10
        assert person.looks(catalog, content.root_id) is None


def test_a_stopped_update_shows_the_old_guesses_at_the_next_start(person: Person, updated: Eyes) -> None:
    with Catalog(person.paths.data) as catalog:
        content = person.opens(catalog)
        cache = ThumbnailCache(person.paths.thumbnails)
        looking = steps.look_at_photos(catalog, content.root_id, person.paths, cache, Priority())
        while not updated.there["compact"].embedded:
            next(looking)
        looking.close()
    with Catalog(person.paths.data) as catalog:
        assert _guesses(person.opens(catalog)) == person.guessed
        assert person.looks(catalog, content.root_id) is not None
        assert _guesses(person.opens(catalog)) != person.guessed
    assert updated.there["compact"].embedded == 10


def test_labels_and_the_list_of_what_can_be_undone_are_what_they_were(person: Person, updated: Eyes) -> None:
    with Catalog(person.paths.data) as catalog:
        root_id = person.opens(catalog).root_id
        person.looks(catalog, root_id)
        path_of = {photo.id: photo.relpath for photo in catalog.photos(root_id)}
        labels = {path_of[photo_id]: word for photo_id, word in catalog.labels(root_id, "scenes").items()}
        assert labels == {"Sea 2021/DSC_0412.jpg": "sea", "Lake trip/P1010021.jpg": "our lake"}
        titles = [(action.title, action.undone_at is None) for action in catalog.actions(root_id)]
        assert titles == [
            ("label 1 photo as cat", False),
            ("label 1 photo as our lake", True),
            ("label 1 photo as sea", True),
        ]
        redone = catalog.redo(root_id)
        assert redone is not None
        assert redone.title == "label 1 photo as cat"
        for _ in range(3):
            catalog.undo(root_id)
        assert catalog.labels(root_id, "scenes") == catalog.labels(root_id, "animals") == {}
