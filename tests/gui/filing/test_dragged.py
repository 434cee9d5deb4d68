"""What is dragged, where typed folders lie, and how a folder's place is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from photosort.core.catalog import Catalog
from photosort.core.columns import PhotoColumns
from photosort.core.sorting.values import How
from photosort.gui.filing.dragged import Dragged, folder_called, known_among, on_same_disk, sentence, where
from photosort.pipeline import open_folder
from tests.gui.conftest import drive
from tests.gui.filing.dragging import urls
from tests.pictures import save_photo


def test_files_and_folders_of_another_program_are_told_apart(tmp_path: Path) -> None:
    photo = save_photo(tmp_path / "a.jpg")
    dragged = Dragged.of(urls(photo, tmp_path))
    assert (dragged.files, dragged.folders) == ((photo,), (tmp_path,))
    assert sentence(dragged.words(), "Beach", How.COPY) == "Copy 1 file to Beach"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Beach", "Album/Beach"),
        ("Trips/Beach 2019", "Album/Trips/Beach 2019"),
        (" Sand ", "Album/Sand"),
        ("a:b?", "Album/a-b_"),
        ("../Beach", "Album/_/Beach"),
    ],
)
def test_typed_names_lie_in_the_open_folder(tmp_path: Path, typed: str, expected: str) -> None:
    assert folder_called(typed, tmp_path / "Album") == tmp_path / expected


def test_a_whole_path_may_be_typed(tmp_path: Path) -> None:
    assert folder_called(str(tmp_path / "Else"), tmp_path / "Album") == tmp_path / "Else"
    assert folder_called("~/Beach", tmp_path) == Path.home() / "Beach"


def test_where_a_folder_lies_is_told_from_the_open_folder_or_home() -> None:
    album = Path("/somewhere/Album")
    assert where(album / "Beach", album) == "Album"
    assert where(album / "Trips" / "Beach", album) == "Album/Trips"
    assert where(Path.home() / "Pictures" / "Beach", album) == "~/Pictures"
    assert where(Path("/mnt/drive/Beach"), album) == "/mnt/drive"


def test_a_folder_that_is_not_there_lies_on_the_disk_of_the_next_one_above(tmp_path: Path) -> None:
    assert on_same_disk(tmp_path, tmp_path / "not" / "there")


def test_files_of_the_open_folder_are_its_photos(tmp_path: Path) -> None:
    album = tmp_path / "Album"
    photo = save_photo(album / "July" / "a.jpg", 1)
    save_photo(album / "a.jpg", 2)
    (album / "July" / "a.cr2").write_bytes(b"raw")
    outside = save_photo(tmp_path / "a.jpg", 3)
    with Catalog(tmp_path / "catalog") as catalog:
        opened = drive(open_folder(catalog, album))
        listing = catalog.listing(opened.root_id)
        columns = PhotoColumns.from_listing(listing)
        ids, strangers = known_among([photo, album / "July" / "a.cr2", outside], columns, album)
        assert [catalog.photo(one).relpath for one in ids] == ["July/a.jpg"]
    assert strangers == [outside]
