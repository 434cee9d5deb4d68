"""The cache of thumbnails: whole or absent, bounded, and never the reason that something fails."""

from __future__ import annotations

import io
import logging
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from photosort.core.thumbnails import THUMBNAIL_SIDE, ThumbnailCache
from tests.pictures import picture

PIXELS = np.asarray(picture(1, 600, 400))


def files(directory: Path) -> list[Path]:
    return [path for path in directory.rglob("*") if path.is_file() and path.name != "CACHEDIR.TAG"]


def test_a_network_sees_nearly_what_was_put(tmp_path: Path) -> None:
    # Red and green pixels side by side: colours at half the size would mix them.
    pixels = np.zeros((240, THUMBNAIL_SIDE, 3), np.uint8)
    pixels[:, ::2, 0] = pixels[:, 1::2, 1] = 200
    cache = ThumbnailCache(tmp_path / "thumbnails")
    cache.put("1-a", pixels)
    seen = cache.pixels("1-a")
    assert seen is not None
    assert cache.has_pixels("1-a")
    assert np.abs(seen.astype(int) - pixels).mean() < 8
    assert cache.pixels("1-b") is None
    assert not cache.has_pixels("1-b")


def test_a_thumbnail_of_coarse_colours_is_for_viewing_alone(tmp_path: Path) -> None:
    cache = ThumbnailCache(tmp_path / "thumbnails")
    cache.put("1-a", PIXELS)
    [path] = files(tmp_path / "thumbnails")
    Image.fromarray(PIXELS).save(path, quality=85, subsampling=2)  # as thumbnails were made before
    assert cache.get("1-a") is not None
    assert cache.pixels("1-a") is None
    assert not cache.has_pixels("1-a")
    path.write_bytes(path.read_bytes()[:100] + b"\xff\xd9")
    assert cache.pixels("1-a") is None
    assert not cache.has_pixels("1-a")


def test_what_was_put_can_be_got(tmp_path: Path) -> None:
    cache = ThumbnailCache(tmp_path / "thumbnails")
    assert cache.get("1-a") is None
    assert not cache.has("1-a")
    cache.put("1-a", PIXELS)
    assert cache.has("1-a")
    assert not cache.has("1-b")
    data = cache.get("1-a")
    assert data is not None
    with Image.open(io.BytesIO(data)) as image:
        assert image.format == "JPEG"
        assert image.size == (THUMBNAIL_SIDE, 256)
        difference = np.asarray(image).astype(int) - np.asarray(picture(1, 600, 400).resize(image.size))
    assert np.abs(difference).mean() < 4
    assert ThumbnailCache(tmp_path / "thumbnails").get("1-a") == data


def test_small_and_narrow_pictures_are_not_enlarged(tmp_path: Path) -> None:
    cache = ThumbnailCache(tmp_path)
    for key, size in {"dot": (1, 1), "line": (2000, 1), "small": (30, 40)}.items():
        cache.put(key, np.zeros((size[1], size[0], 3), np.uint8))
        data = cache.get(key)
        assert data is not None
        with Image.open(io.BytesIO(data)) as image:
            assert image.size == (min(size[0], THUMBNAIL_SIDE), size[1])


def test_newer_replaces_older(tmp_path: Path) -> None:
    cache = ThumbnailCache(tmp_path)
    cache.put("1-a", PIXELS)
    before = cache.get("1-a")
    cache.put("1-a", 255 - PIXELS)
    assert cache.get("1-a") != before
    assert len(files(tmp_path)) == 1


@pytest.mark.parametrize("key", ["../../escape", "a/b\\c:d*?", "x" * 5000, "写真", ""])
def test_any_key_is_a_sound_file_name_inside(tmp_path: Path, key: str) -> None:
    cache = ThumbnailCache(tmp_path / "thumbnails")
    cache.put(key, PIXELS)
    assert cache.get(key) is not None
    assert [path.is_relative_to(tmp_path / "thumbnails") for path in files(tmp_path)] == [True]


@pytest.mark.parametrize("keep", [0, 3, 500, -2])
def test_damaged_file_counts_as_absent_and_goes(tmp_path: Path, keep: int) -> None:
    cache = ThumbnailCache(tmp_path)
    cache.put("1-a", PIXELS)
    (path,) = files(tmp_path)
    path.write_bytes(path.read_bytes()[:keep])
    assert cache.get("1-a") is None
    assert not cache.has("1-a")
    assert files(tmp_path) == []
    cache.put("1-a", PIXELS)
    assert cache.get("1-a") is not None


def test_size_and_clear(tmp_path: Path) -> None:
    cache = ThumbnailCache(tmp_path / "thumbnails")
    assert cache.size_bytes() == 0
    for number in range(5):
        cache.put(f"{number}", PIXELS)
    assert cache.size_bytes() == sum(path.stat().st_size for path in files(tmp_path)) > 0
    cache.clear()
    assert cache.size_bytes() == 0
    assert files(tmp_path) == []
    cache.clear()


def test_clear_leaves_what_is_not_ours(tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").write_bytes(b"mine")
    (tmp_path / "ab").mkdir()
    (tmp_path / "ab" / "letter.txt").write_bytes(b"mine")
    cache = ThumbnailCache(tmp_path)
    cache.put("1-a", PIXELS)
    cache.clear()
    assert {path.name for path in files(tmp_path)} == {"holiday.jpg", "letter.txt"}


def test_trim_takes_the_least_recently_used(tmp_path: Path) -> None:
    cache = ThumbnailCache(tmp_path, limit_bytes=10**9)
    keys = [str(number) for number in range(10)]
    for age, key in enumerate(keys):
        known = set(files(tmp_path))
        cache.put(key, PIXELS)
        (new,) = set(files(tmp_path)) - known
        os.utime(new, (1_000_000 + age, 1_000_000 + age))
    assert cache.get("0") is not None  # used now: no longer the oldest
    one = cache.size_bytes() // 10
    small = ThumbnailCache(tmp_path, limit_bytes=int(5.5 * one))
    freed = small.trim()
    assert freed > 0
    assert small.size_bytes() <= 5.5 * one
    left = [key for key in keys if small.has(key)]
    assert "0" in left
    assert left[1:] == keys[-len(left) + 1 :]
    assert small.trim() == 0


def test_the_limit_holds_by_itself(tmp_path: Path) -> None:
    one = ThumbnailCache(tmp_path / "measure")
    one.put("a", PIXELS)
    limit = 4 * one.size_bytes()
    cache = ThumbnailCache(tmp_path / "thumbnails", limit_bytes=limit)
    for number in range(30):
        cache.put(str(number), PIXELS)
    assert 0 < cache.size_bytes() <= 2 * limit


def test_unfinished_files_of_a_crash_are_counted_and_cleared(tmp_path: Path) -> None:
    cache = ThumbnailCache(tmp_path)
    cache.put("1-a", PIXELS)
    (path,) = files(tmp_path)
    (path.parent / "tmp123.part").write_bytes(b"x" * 100)
    before = cache.size_bytes()
    assert before == path.stat().st_size + 100
    cache.clear()
    assert files(tmp_path) == []


def test_a_place_that_cannot_be_written_is_logged_once_and_no_error(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way")
    cache = ThumbnailCache(tmp_path / "file" / "thumbnails")
    with caplog.at_level(logging.WARNING):
        cache.put("1-a", PIXELS)
        cache.put("1-b", PIXELS)
    assert cache.get("1-a") is None
    assert not cache.has("1-a")
    assert cache.size_bytes() == 0
    assert len(caplog.records) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full is the full disk of Linux")
def test_a_full_disk_leaves_no_half_thumbnail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.fdopen

    def on_full_disk(handle: int, mode: str) -> object:
        os.close(handle)
        return real(os.open("/dev/full", os.O_WRONLY), mode)

    cache = ThumbnailCache(tmp_path)
    monkeypatch.setattr("photosort.core.thumbnails.os.fdopen", on_full_disk)
    cache.put("1-a", PIXELS)
    assert files(tmp_path) == []
    monkeypatch.undo()
    cache.put("1-a", PIXELS)
    assert cache.get("1-a") is not None


def test_many_threads_and_two_caches_on_one_folder(tmp_path: Path) -> None:
    caches = [ThumbnailCache(tmp_path, limit_bytes=200_000), ThumbnailCache(tmp_path, limit_bytes=200_000)]

    def work(number: int) -> None:
        cache = caches[number % 2]
        for step in range(20):
            cache.put(str(step % 7), PIXELS)
            data = cache.get(str((step + number) % 7))
            assert data is None or data.endswith(b"\xff\xd9")
            if step % 5 == 0:
                cache.trim()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert not [path for path in files(tmp_path) if path.suffix != ".jpg"]
