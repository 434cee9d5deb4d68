"""What other programs wrote is read once, kept, and made into labels where that is asked."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from photosort.core.catalog import Catalog
from photosort.core.photo import Progress
from photosort.core.xmp.facts import REJECTED, WrittenFacts
from photosort.core.xmp.packet import merged
from photosort.pipeline import open_folder, written
from photosort.pipeline.written import chosen_labels, label_photos, labels_from_keywords, read_written
from tests.core.xmp.examples import write_sidecar
from tests.pictures import picture, save_photo


class Album:
    """A folder of photos with a catalog."""

    def __init__(self, folder: Path, catalog: Catalog) -> None:
        self.folder = folder
        self.catalog = catalog
        self.root_id = 0

    def scan(self) -> None:
        steps = open_folder(self.catalog, self.folder)
        while True:
            try:
                next(steps)
            except StopIteration as stop:
                self.root_id = stop.value.root_id
                return

    def read(self) -> int:
        """Scan and read; returns how many photos were read."""
        self.scan()
        steps = read_written(self.catalog, self.root_id)
        while True:
            try:
                assert isinstance(next(steps), Progress)
            except StopIteration as stop:
                count: int = stop.value
                return count

    def id_of(self, name: str) -> int:
        return next(photo.id for photo in self.catalog.photos(self.root_id) if photo.name == name)

    def facts(self, name: str) -> WrittenFacts:
        return self.catalog.written.facts(self.id_of(name))

    def names(self, ids: list[int]) -> list[str]:
        return sorted(photo.name for photo in self.catalog.photos_of(ids).values())


@pytest.fixture
def album(tmp_path: Path) -> Iterator[Album]:
    with Catalog(tmp_path / "catalog") as catalog:
        folder = tmp_path / "photos"
        folder.mkdir()
        yield Album(folder, catalog)


@pytest.fixture
def sorted_out(album: Album) -> Album:
    """Four photos with sidecars."""
    for seed, name in enumerate(("rome", "paris", "both", "plain")):
        save_photo(album.folder / f"{name}.jpg", seed)
    write_sidecar(album.folder / "rome.jpg.xmp", "Places|Rome", rating=4, label="Red")
    write_sidecar(album.folder / "paris.xmp", "Places|Paris", "boat", rating=REJECTED)
    write_sidecar(album.folder / "both.jpg.xmp", "Places|Rome", "Places|Paris", rating=2, label="red")
    album.read()
    return album


def test_sidecars_and_files_are_read(album: Album) -> None:
    save_photo(album.folder / "a.jpg", 1)
    write_sidecar(album.folder / "a.jpg.xmp", "sea", rating=3, label="Blue")
    picture(2).save(album.folder / "b.jpg", xmp=merged(None, ["Animals|fox"]))
    save_photo(album.folder / "c.jpg", 3)

    assert album.read() == 3
    assert album.facts("a.jpg") == WrittenFacts(3, "blue", ("sea",))
    assert album.facts("b.jpg") == WrittenFacts(None, "", ("Animals|fox",))
    assert album.facts("c.jpg") == WrittenFacts()


def test_only_what_has_changed_is_read_again(album: Album) -> None:
    for number in range(5):
        save_photo(album.folder / f"{number}.jpg", number)
    write_sidecar(album.folder / "0.jpg.xmp", "sea")
    write_sidecar(album.folder / "1.jpg.xmp", "sea")

    assert album.read() == 5
    assert album.read() == 0

    write_sidecar(album.folder / "0.jpg.xmp", "sea", "boat")
    write_sidecar(album.folder / "4.jpg.xmp", "hill")
    (album.folder / "1.jpg.xmp").unlink()
    os.utime(album.folder / "2.jpg", ns=(0, 1_000_000_000))

    assert album.read() == 4
    assert album.facts("0.jpg").keywords == ("sea", "boat")
    assert album.facts("1.jpg").keywords == ()
    assert album.facts("4.jpg").keywords == ("hill",)
    assert album.read() == 0


def test_a_photo_that_was_moved_with_its_sidecar_is_not_read_again(album: Album) -> None:
    save_photo(album.folder / "a.jpg", 1)
    write_sidecar(album.folder / "a.jpg.xmp", "sea")
    album.read()
    (album.folder / "new").mkdir()
    for name in ("a.jpg", "a.jpg.xmp"):
        (album.folder / name).rename(album.folder / "new" / name)

    album.read()

    assert album.facts("a.jpg").keywords == ("sea",)


def test_what_was_read_is_kept_where_it_is_stopped(album: Album, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(written, "_BATCH", 2)
    for number in range(6):
        save_photo(album.folder / f"{number}.jpg", number)
    album.scan()
    steps = read_written(album.catalog, album.root_id)
    for _ in range(3):
        next(steps)
    steps.close()

    assert album.read() == 2


def test_a_photo_that_cannot_be_reached_is_tried_again(album: Album) -> None:
    save_photo(album.folder / "a.jpg", 1)
    save_photo(album.folder / "b.jpg", 2)
    album.scan()
    hidden = (album.folder / "b.jpg").rename(album.folder.parent / "b.jpg")
    steps = read_written(album.catalog, album.root_id)
    assert [progress.total for progress in steps] == [2]
    hidden.rename(album.folder / "b.jpg")

    assert album.read() == 1


def test_photos_of_a_folder_are_listed_with_what_is_written(sorted_out: Album) -> None:
    columns = sorted_out.catalog.written.columns(sorted_out.root_id)

    assert sorted_out.names(columns.rated(1).tolist()) == ["both.jpg", "rome.jpg"]
    assert sorted_out.names(columns.rated(REJECTED).tolist()) == ["paris.jpg"]
    assert sorted_out.names(columns.with_keyword("Places").tolist()) == ["both.jpg", "paris.jpg", "rome.jpg"]
    assert len(sorted_out.catalog.written.columns(sorted_out.root_id + 1).photo_ids) == 0


def test_a_missing_photo_is_not_listed(sorted_out: Album) -> None:
    (sorted_out.folder / "rome.jpg").unlink()
    sorted_out.read()

    columns = sorted_out.catalog.written.columns(sorted_out.root_id)
    assert sorted_out.names(columns.with_keyword("Places").tolist()) == ["both.jpg", "paris.jpg"]


def test_keywords_become_labels_that_can_be_undone(sorted_out: Album) -> None:
    catalog, root_id = sorted_out.catalog, sorted_out.root_id

    made = labels_from_keywords(catalog, root_id, below="Places")

    labels = {sorted_out.id_of("rome.jpg"): "Rome", sorted_out.id_of("paris.jpg"): "Paris"}
    assert catalog.labels(root_id, "keywords") == labels
    assert (made.labelled, made.passed_over) == (2, 1)
    undone = catalog.undo(root_id)
    assert undone is not None
    assert made.action is not None
    assert undone.id == made.action.id
    assert catalog.labels(root_id, "keywords") == {}


def test_the_widest_keywords_become_labels_where_they_are_the_only_ones(sorted_out: Album) -> None:
    made = labels_from_keywords(sorted_out.catalog, sorted_out.root_id, classifier="mine")

    labels = sorted_out.catalog.labels(sorted_out.root_id, "mine")
    assert labels == {sorted_out.id_of("rome.jpg"): "Places", sorted_out.id_of("both.jpg"): "Places"}
    assert made.passed_over == 1


def test_labels_made_twice_are_no_second_action(sorted_out: Album) -> None:
    labels_from_keywords(sorted_out.catalog, sorted_out.root_id, below="places")

    assert labels_from_keywords(sorted_out.catalog, sorted_out.root_id, below="Places").action is None


def test_photos_with_a_keyword_get_one_label(sorted_out: Album) -> None:
    catalog, root_id = sorted_out.catalog, sorted_out.root_id
    columns = catalog.written.columns(root_id)

    made = label_photos(catalog, root_id, dict.fromkeys(columns.coloured("red").tolist(), "to print"))

    assert made.labelled == 2
    assert set(catalog.labels(root_id, "keywords").values()) == {"to print"}
    assert made.action is not None
    assert made.action.title == "label 2 photos as to print"


@pytest.mark.parametrize("below", ["nothing", "Places|Rome", "Plac"])
def test_where_no_keyword_is_below_nothing_is_labelled(sorted_out: Album, below: str) -> None:
    assert chosen_labels(sorted_out.catalog.written.columns(sorted_out.root_id), below) == ({}, 0)


def test_no_pixel_is_needed(album: Album) -> None:
    buffer = save_photo(album.folder / "a.jpg", 1).read_bytes()
    picture(2).save(album.folder / "a.jpg", xmp=merged(None, ["fox"]))
    whole = (album.folder / "a.jpg").read_bytes()
    (album.folder / "a.jpg").write_bytes(whole[: whole.index(b"\xff\xda") + 2] + bytes(len(buffer)))

    album.read()

    assert album.facts("a.jpg").keywords == ("fox",)
