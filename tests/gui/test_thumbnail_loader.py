"""Thumbnails in the background, from real files and a real cache."""

import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtGui import QImage

from photosort.core.imaging import content_key
from photosort.core.photo import Photo, PhotoState, TakenSource
from photosort.core.thumbnails import ThumbnailCache
from photosort.gui import thumbnail_loader
from photosort.gui.thumbnail_loader import ThumbnailLoader, fitted, image_of_pixels, pixels_of_image

COLOURS = [(200, 30, 30), (30, 180, 30), (40, 40, 210), (200, 200, 40), (120, 30, 160), (20, 160, 170)]


@pytest.fixture
def photos(tmp_path):
    found = []
    for place, colour in enumerate(COLOURS):
        path = tmp_path / f"{place}.jpg"
        Image.new("RGB", (600, 400), colour).save(path, quality=95)
        stat = path.stat()
        found.append(
            Photo(
                place,
                tmp_path,
                path.name,
                (),
                stat.st_size,
                stat.st_mtime_ns,
                PhotoState.PRESENT,
                0.0,
                TakenSource.FILE,
            )
        )
    return found


@pytest.fixture
def cache(tmp_path):
    return ThumbnailCache(tmp_path / "thumbnails")


@pytest.fixture
def loader(cache):
    loader = ThumbnailLoader(cache)
    yield loader
    loader.close()


class Heard:
    """What a loader has told, in order."""

    def __init__(self, loader):
        self.images, self.failures, self.order, self.sides = {}, {}, [], []
        loader.loaded.connect(self.on_loaded)
        loader.failed.connect(self.on_failed)

    def on_loaded(self, photo_id, image, side):
        self.images[photo_id] = image
        self.order.append(photo_id)
        self.sides.append(side)

    def on_failed(self, photo_id, reason):
        self.failures[photo_id] = reason


def colour_of(image):
    return image.pixelColor(image.width() // 2, image.height() // 2).getRgb()[:3]


def test_photos_arrive_in_the_asked_size_and_are_cached(qtbot, loader, cache, photos):
    heard = Heard(loader)
    loader.want(photos, 128)
    qtbot.waitUntil(lambda: len(heard.images) == len(photos))
    for photo, colour in zip(photos, COLOURS, strict=True):
        image = heard.images[photo.id]
        assert (image.width(), image.height()) == (192, 128)
        assert np.allclose(colour_of(image), colour, atol=5)
        assert cache.has(content_key(photo.path))
    assert set(heard.sides) == {128}


def test_a_cached_thumbnail_needs_no_file(qtbot, loader, cache, photos):
    cache.put("some-key", np.full((200, 300, 3), (10, 200, 10), np.uint8))
    gone = replace(photos[0], relpath="gone.jpg", content_key="some-key")
    heard = Heard(loader)
    loader.want([gone], 96)
    qtbot.waitUntil(lambda: 0 in heard.images)
    assert np.allclose(colour_of(heard.images[0]), (10, 200, 10), atol=5)


def test_broken_and_missing_files_fail_with_a_reason_and_the_rest_arrives(qtbot, loader, photos, tmp_path):
    (tmp_path / "1.jpg").write_bytes(b"\xff\xd8\xff\xe0 nothing")
    (tmp_path / "2.jpg").unlink()
    heard = Heard(loader)
    loader.want(photos[:4], 128)
    qtbot.waitUntil(lambda: len(heard.images) + len(heard.failures) == 4)
    assert sorted(heard.images) == [0, 3]
    assert sorted(heard.failures) == [1, 2]
    assert all(heard.failures.values())
    assert str(tmp_path) not in heard.failures[2]


class Gate:
    """A cache that holds every reader until it is opened, and notes who came."""

    def __init__(self):
        self.open, self.asked = threading.Event(), []

    def view(self, key):
        self.asked.append(key)
        self.open.wait(10)

    def put(self, key, pixels):
        pass


def test_what_scrolled_out_is_dropped_and_the_newest_wish_comes_first(qtbot, photos):
    gate = Gate()
    keyed = [replace(photo, content_key=f"key{photo.id}") for photo in photos]
    loader = ThumbnailLoader(gate, threads=1)
    try:
        heard = Heard(loader)
        loader.want(keyed[:3], 128)
        qtbot.waitUntil(lambda: gate.asked == ["key0"])
        loader.want(keyed[3:5], 128)
        loader.request(keyed[5], 128)
        gate.open.set()
        qtbot.waitUntil(lambda: len(heard.order) == 4)
        assert heard.order == [0, 5, 3, 4]
    finally:
        gate.open.set()
        loader.close()


def test_the_same_photo_in_another_size_is_read_again(qtbot, loader, photos):
    heard = Heard(loader)
    loader.want(photos[:1], 96)
    qtbot.waitUntil(lambda: heard.sides == [96])
    loader.want(photos[:1], 256)
    qtbot.waitUntil(lambda: heard.sides == [96, 256])
    assert heard.images[0].height() == 256


def test_closing_drops_what_waits_ends_the_threads_and_says_nothing_more(qtbot, photos):
    before = set(threading.enumerate())
    gate = Gate()
    keyed = [replace(photo, content_key=f"key{photo.id}") for photo in photos]
    loader = ThumbnailLoader(gate, threads=2)
    heard = Heard(loader)
    loader.want(keyed, 128)
    qtbot.waitUntil(lambda: len(gate.asked) == 2)
    assert len(set(threading.enumerate()) - before) == 2
    threading.Timer(0.05, gate.open.set).start()
    loader.close()
    assert not [thread for thread in set(threading.enumerate()) - before if thread.name.startswith("thumbnails")]
    loader.want(keyed, 128)
    assert len(gate.asked) == 2
    assert heard.order == []


def test_an_image_keeps_its_pixels_when_the_array_is_gone():
    pixels = np.zeros((5, 7, 3), np.uint8)
    pixels[2, 3] = (1, 2, 3)
    image = image_of_pixels(pixels[:, ::-1])
    pixels[:] = 255
    assert (image.width(), image.height()) == (7, 5)
    assert image.pixelColor(3, 2).getRgb()[:3] == (1, 2, 3)


@pytest.mark.parametrize(
    ("width", "height", "expected"),
    [(400, 300, (133, 100)), (300, 400, (100, 133)), (80, 60, (80, 60)), (3000, 2, (3000, 2)), (100, 100, (100, 100))],
)
def test_pictures_are_reduced_to_the_tile_and_never_enlarged(width, height, expected):
    image = fitted(QImage(width, height, QImage.Format.Format_RGB888), 100)
    assert (image.width(), image.height()) == expected


def test_pixels_go_into_a_picture_and_come_out_of_it() -> None:
    # A width whose rows Qt fills up to four bytes.
    pixels = np.arange(5 * 7 * 3, dtype=np.uint8).reshape(5, 7, 3)
    assert np.array_equal(pixels_of_image(image_of_pixels(pixels)), pixels)


def test_no_thread_reads_or_writes_pictures_by_qt() -> None:
    """Qt's readers and writers can lock the window up on a thread; `image_of_pixels` says how."""
    package = Path(thumbnail_loader.__file__).parent
    found = [
        f"{path.relative_to(package)}: {reader}"
        for path in sorted(package.rglob("*.py"))
        for reader in ("QImage.fromData(", "QImageReader(", "loadFromData(", "QImage(str(", ".save(str(")
        if reader in path.read_text(encoding="utf-8").replace("`QImage.fromData`", "")
    ]
    assert found == []
