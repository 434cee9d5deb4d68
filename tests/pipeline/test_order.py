"""What is looked at first."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from photosort.core.photo import Photo, PhotoState, TakenSource
from photosort.pipeline.order import Priority, WorkOrder, even_order


def _photos(folders: dict[str, int]) -> list[Photo]:
    photos = []
    for folder, count in folders.items():
        for n in range(count):
            photo_id = len(photos) + 1
            relpath = f"{folder}/{n:05}.jpg"
            photos.append(
                Photo(photo_id, Path("/p"), relpath, (), 1, 1, PhotoState.PRESENT, float(n), TakenSource.EXIF)
            )
    return photos


def test_every_photo_is_handed_out_exactly_once() -> None:
    photos = _photos({"a": 70, "b": 55})
    order = WorkOrder(photos, Priority(), sample_size=20)
    handed: list[int] = []
    while batch := order.take(8):
        handed += [photo.id for photo in batch]
    assert Counter(handed) == Counter(photo.id for photo in photos)
    assert len(order) == 0
    assert order.take(8) == []


def test_what_is_on_screen_comes_first_even_when_it_changes_midway() -> None:
    photos = _photos({"a": 500})
    priority = Priority()
    order = WorkOrder(photos, priority, sample_size=50)
    priority.set_visible([401, 402, 403])
    assert [photo.id for photo in order.take(3)] == [401, 402, 403]
    priority.set_visible([17, 401])  # 401 is done already
    batch = order.take(2)
    assert batch[0].id == 17
    assert batch[1].id != 401


def test_the_sample_stands_for_every_folder_by_its_share() -> None:
    photos = _photos({"big": 8000, "middle": 1500, "small": 500})
    first = set(even_order(photos, 1000)[:1000])
    share = Counter(photo.folder for photo in photos if photo.id in first)
    assert abs(share["big"] - 800) <= 2
    assert abs(share["middle"] - 150) <= 2
    assert abs(share["small"] - 50) <= 2


def test_already_the_beginning_of_the_sample_comes_from_everywhere() -> None:
    photos = _photos({"a": 3000, "b": 3000})
    by_id = {photo.id: photo for photo in photos}
    first = [by_id[i] for i in even_order(photos, 1000)[:60]]
    assert min(Counter(photo.folder for photo in first).values()) >= 15
    assert max(photo.taken for photo in first) > 2400
    assert min(photo.taken for photo in first) < 600


def test_sampling_ends_when_the_sample_is_handed_out() -> None:
    order = WorkOrder(_photos({"a": 100}), Priority(), sample_size=10)
    assert order.sampling()
    order.take(10)
    assert not order.sampling()
    assert len(order) == 90
