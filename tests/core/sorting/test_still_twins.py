"""A duplicate is thrown away only while what it equals is still somewhere else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from photosort.core.photo import Photo, PhotoState, TakenSource
from photosort.core.sorting.runs.still_twins import still_duplicates
from photosort.core.sorting.values import Account, AccountItem, How, Run, RunState, Status


class Place:
    """A sorted folder with one duplicate, and a destination."""

    def __init__(self, base: Path) -> None:
        self.root, self.destination = base / "Pictures", base / "Sorted"
        for folder in (self.root, self.destination):
            folder.mkdir()
        self.items: list[AccountItem] = []

    def write(self, path: Path, content: bytes) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def duplicate(self, name: str, content: bytes, *companions: tuple[str, bytes]) -> Photo:
        self.write(self.root / name, content)
        for other, its_content in companions:
            self.write(self.root / other, its_content)
        beside = tuple(other for other, _ in companions)
        self.items.append(
            AccountItem(name, None, tuple((other, None) for other in beside), Status.DUPLICATE, "", len(self.items) + 1)
        )
        return Photo(
            id=len(self.items),
            root=self.root,
            relpath=name,
            companions=beside,
            size=len(content),
            mtime_ns=0,
            state=PhotoState.PRESENT,
            taken=0.0,
            taken_source=TakenSource.FILE,
        )

    def sorted(self, source: str, target: str | None) -> None:
        self.items.append(AccountItem(source, target, (), Status.SORTED, "", None))

    def still(self, *photos: Photo) -> list[str]:
        run = Run(1, "r", 1, self.root, self.destination, How.MOVE, "move", RunState.APPLIED, 0.0, 1.0)
        steps = still_duplicates(run, Account(1, tuple(self.items)), photos)
        while True:
            try:
                next(steps)
            except StopIteration as stop:
                return [photo.relpath for photo in stop.value]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_a_twin_in_the_destination_counts_by_whatever_name(place: Place) -> None:
    photo = place.duplicate("a.jpg", b"sea" * 100)
    place.write(place.destination / "deep/renamed.jpg", b"sea" * 100)
    assert place.still(photo) == ["a.jpg"]


def test_a_twin_that_was_put_back_counts_where_it_lies_now(place: Place) -> None:
    photo = place.duplicate("a.jpg", b"sea" * 100)
    place.sorted("first.jpg", "Sea/first.jpg")
    place.write(place.root / "first.jpg", b"sea" * 100)
    assert place.still(photo) == ["a.jpg"]


def test_without_a_twin_it_stays(place: Place) -> None:
    photo = place.duplicate("a.jpg", b"sea" * 100)
    place.sorted("first.jpg", "Sea/first.jpg")
    assert place.still(photo) == []


def test_a_file_of_the_same_size_and_other_content_is_no_twin(place: Place) -> None:
    photo = place.duplicate("a.jpg", b"sea" * 100_000)
    place.write(place.destination / "first.jpg", b"sea" * 50_000 + b"lake" + b"sea" * 49_998 + b"so")
    assert place.still(photo) == []


def test_two_duplicates_are_no_twins_of_each_other(place: Place) -> None:
    photos = [place.duplicate(name, b"sea" * 100) for name in ("a.jpg", "b.jpg")]
    assert place.still(*photos) == []


@pytest.mark.parametrize("link", [os.symlink, os.link])
def test_other_names_of_the_same_file_are_no_twins(place: Place, link: object) -> None:
    photo = place.duplicate("a.jpg", b"sea" * 100)
    assert callable(link)
    link(place.root / "a.jpg", place.destination / "first.jpg")
    assert place.still(photo) == []


def test_the_destination_may_be_the_very_folder(place: Place) -> None:
    place.destination = place.root
    photo = place.duplicate("a.jpg", b"sea" * 100)
    assert place.still(photo) == []
    place.write(place.root / "Sea/first.jpg", b"sea" * 100)
    assert place.still(photo) == ["a.jpg"]


def test_a_raw_file_or_a_video_needs_a_twin_too_and_a_sidecar_does_not(place: Place) -> None:
    with_raw = place.duplicate("a.jpg", b"sea" * 100, ("a.cr3", b"raw" * 100))
    with_sidecar = place.duplicate("b.jpg", b"sea" * 100, ("b.xmp", b"<x/>"))
    place.write(place.destination / "first.jpg", b"sea" * 100)
    assert place.still(with_raw, with_sidecar) == ["b.jpg"]
    place.write(place.destination / "first.cr3", b"raw" * 100)
    assert place.still(with_raw, with_sidecar) == ["a.jpg", "b.jpg"]
