"""Previews inside of files: used where they are large enough and of the picture's shape, passed over otherwise."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from photosort.core.errors import ImageError
from photosort.core.imaging import decode, measure_sharpness, read_full, read_metadata

FULL, SMALL = (200, 30, 30), (30, 30, 200)
"""Colours of the picture and of its preview: they tell which one was read."""


def jpeg(colour: tuple[int, int, int], width: int, height: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(buffer, "JPEG")
    return buffer.getvalue()


def with_segment(data: bytes, marker: int, content: bytes) -> bytes:
    """A JPEG with one more segment at its beginning."""
    return data[:2] + bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content + data[2:]


def exif_with_thumbnail(thumbnail: bytes, orientation: int = 1) -> bytes:
    """An EXIF block with an empty-but-for-orientation IFD0 and a thumbnail in IFD1, big-endian."""
    first = struct.pack(">HHHIHHI", 1, 0x0112, 3, 1, orientation, 0, 26)
    second = struct.pack(">HHHIIHHIII", 2, 0x0201, 4, 1, 56, 0x0202, 4, 1, len(thumbnail), 0)
    return b"Exif\0\0" + b"MM\0*" + struct.pack(">I", 8) + first + second + thumbnail


def with_multi_picture(full: bytes, small: bytes, kind: int) -> bytes:
    """A JPEG with a second one behind it, and the multi-picture index that tells of it, little-endian."""
    entries_at = 8 + 2 + 3 * 12 + 4
    length = 4 + entries_at + 32
    position = len(full) + 4 + length
    base = 2 + 4 + 4
    entry_full = struct.pack("<IIIHH", 0x030000, position, 0, 0, 0)
    entry_small = struct.pack("<IIIHH", kind, len(small), position - base, 0, 0)
    directory = struct.pack("<H", 3)
    directory += struct.pack("<HHI4s", 0xB000, 7, 4, b"0100")
    directory += struct.pack("<HHII", 0xB001, 4, 1, 2)
    directory += struct.pack("<HHII", 0xB002, 7, 32, entries_at)
    index = b"MPF\0II*\0" + struct.pack("<I", 8) + directory + bytes(4) + entry_full + entry_small
    assert len(index) == length
    return with_segment(full, 0xE2, index) + small


def colour_of(path: Path, short_side: int) -> str:
    middle = decode(path, short_side=short_side).pixels[10, 10].astype(int)
    return min(("full", FULL), ("small", SMALL), key=lambda c: np.abs(middle - c[1]).sum())[0]


@pytest.mark.parametrize(("short_side", "read"), [(96, "small"), (240, "small"), (241, "full")])
def test_large_exif_thumbnail_serves(tmp_path: Path, short_side: int, read: str) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(with_segment(jpeg(FULL, 1600, 1200), 0xE1, exif_with_thumbnail(jpeg(SMALL, 320, 240))))
    assert colour_of(path, short_side) == read
    decoded = decode(path, short_side=short_side)
    assert (decoded.width, decoded.height) == (1600, 1200)
    assert min(decoded.pixels.shape[:2]) == short_side
    assert (decoded.sharpness is None) == (read == "small")
    assert measure_sharpness(path) == pytest.approx(0, abs=1)
    assert read_full(path)[10, 10, 0] > 150


def test_preview_side_lets_a_smaller_preview_serve(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(with_segment(jpeg(FULL, 1600, 1200), 0xE1, exif_with_thumbnail(jpeg(SMALL, 320, 240))))
    decoded = decode(path, short_side=288, preview_side=200)
    assert decoded.pixels.shape == (240, 320, 3)


def test_preview_is_turned_with_its_picture(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    thumbnail = jpeg(SMALL, 320, 240)
    path.write_bytes(with_segment(jpeg(FULL, 1600, 1200), 0xE1, exif_with_thumbnail(thumbnail, orientation=6)))
    decoded = decode(path, short_side=96)
    assert decoded.pixels.shape == (128, 96, 3)
    assert (decoded.width, decoded.height) == (1200, 1600)


@pytest.mark.parametrize(
    "thumbnail",
    [
        jpeg(SMALL, 320, 240)[:500],
        jpeg(SMALL, 320, 180),
        jpeg(SMALL, 240, 320),
        b"not a picture at all",
        b"\xff\xd8\xff\xd9",
    ],
    ids=["cut off", "black bars", "turned", "junk", "empty"],
)
def test_previews_that_do_not_fit_are_passed_over(tmp_path: Path, thumbnail: bytes) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(with_segment(jpeg(FULL, 1600, 1200), 0xE1, exif_with_thumbnail(thumbnail)))
    assert colour_of(path, 96) == "full"


@pytest.mark.parametrize(
    ("kind", "read"), [(0x010001, "small"), (0x010002, "small"), (0x020002, "full"), (0x000000, "full")]
)
def test_only_large_thumbnails_of_a_multi_picture_file_serve(tmp_path: Path, kind: int, read: str) -> None:
    # Other entries are gain maps, the other eye's view, another part of a panorama.
    path = tmp_path / "photo.jpg"
    path.write_bytes(with_multi_picture(jpeg(FULL, 1600, 1200), jpeg(SMALL, 640, 480), kind))
    assert colour_of(path, 288) == read
    assert read_full(path)[10, 10, 0] > 150


def entry(tag: int, kind: int, *values: int) -> tuple[int, int, int, bytes]:
    code = {1: "B", 3: "H", 4: "I", 5: "I", 10: "i"}[kind]
    count = len(values) // 2 if kind in (5, 10) else len(values)
    return tag, kind, count, struct.pack(f"<{len(values)}{code}", *values)


def text(tag: int, value: str) -> tuple[int, int, int, bytes]:
    return tag, 2, len(value) + 1, value.encode() + b"\0"


def directory(entries: list[tuple[int, int, int, bytes]], at: int) -> bytes:
    head, extra = struct.pack("<H", len(entries)), b""
    behind = at + 2 + 12 * len(entries) + 4
    for tag, kind, count, data in sorted(entries):
        if len(data) > 4:
            value = struct.pack("<I", behind + len(extra))
            extra += data + b"\0" * (len(data) % 2)
        else:
            value = data.ljust(4, b"\0")
        head += struct.pack("<HHI", tag, kind, count) + value
    return head + bytes(4) + extra


def dng(preview: bytes | None, *, orientation: int = 1, width: int = 640, height: int = 480) -> bytes:
    """A minimal DNG: 16-bit Bayer data (upper half brighter), with or without an embedded JPEG."""
    mosaic = np.full((height, width), 8000, "<u2")
    mosaic[: height // 2] = 30000
    sensor = mosaic.tobytes()
    identity = [1, 1, 0, 1, 0, 1, 0, 1, 1, 1, 0, 1, 0, 1, 0, 1, 1, 1]
    camera = [
        text(0x010F, "Test"),
        text(0x0110, "Camera"),
        entry(0x0112, 3, orientation),
        entry(0xC612, 1, 1, 4, 0, 0),
        text(0xC614, "Test Camera"),
        entry(0xC621, 10, *identity),
        entry(0xC628, 5, 1, 2, 1, 1, 1, 2),
        entry(0xC65A, 3, 21),
    ]

    def mosaic_tags(at: int) -> list[tuple[int, int, int, bytes]]:
        size = [entry(0x0100, 4, width), entry(0x0101, 4, height), entry(0x0102, 3, 16), entry(0x0103, 3, 1)]
        strip = [entry(0x0111, 4, at), entry(0x0115, 3, 1), entry(0x0116, 4, height), entry(0x0117, 4, len(sensor))]
        bayer = [entry(0x0106, 3, 32803), entry(0x828D, 3, 2, 2), entry(0x828E, 1, 0, 1, 1, 2), entry(0xC61D, 4, 65535)]
        return [entry(0x00FE, 4, 0), *size, *strip, *bayer]

    def preview_tags(at: int, sensor_directory: int) -> list[tuple[int, int, int, bytes]]:
        assert preview is not None
        with Image.open(io.BytesIO(preview)) as image:
            size = [entry(0x0100, 4, image.width), entry(0x0101, 4, image.height)]
            rows = entry(0x0116, 4, image.height)
        kind = [entry(0x00FE, 4, 1), entry(0x0102, 3, 8, 8, 8), entry(0x0103, 3, 7), entry(0x0106, 3, 6)]
        strip = [entry(0x0111, 4, at), entry(0x0115, 3, 3), rows, entry(0x0117, 4, len(preview))]
        return [*size, *kind, *strip, entry(0x014A, 4, sensor_directory)]

    exif = [text(0x9003, "2021:05:06 07:08:09")]
    exif_at, second_at, preview_at = 4096, 5120, 8192
    sensor_at = preview_at + len(preview or b"") + 64
    sensor_at += sensor_at % 2
    file = bytearray(sensor_at + len(sensor))

    def put(at: int, data: bytes) -> None:
        file[at : at + len(data)] = data

    pointer = entry(0x8769, 4, exif_at)
    put(0, struct.pack("<2sHI", b"II", 42, 8))
    put(exif_at, directory(exif, exif_at))
    put(sensor_at, sensor)
    if preview is None:
        put(8, directory([*camera, *mosaic_tags(sensor_at), pointer], 8))
    else:
        put(8, directory([*camera, *preview_tags(preview_at, second_at), pointer], 8))
        put(second_at, directory(mosaic_tags(sensor_at), second_at))
        put(preview_at, preview)
    return bytes(file)


TAKEN = 1620284889.0  # 2021-05-06 07:08:09


def test_raw_is_read_through_its_preview(tmp_path: Path) -> None:
    path = tmp_path / "shot.dng"
    path.write_bytes(dng(jpeg(SMALL, 640, 480)))
    decoded = decode(path, short_side=120)
    assert np.abs(decoded.pixels[5, 5].astype(int) - SMALL).max() < 12
    assert decoded.pixels.shape == (120, 160, 3)
    assert (decoded.width, decoded.height) == (640, 480)
    assert decoded.taken == TAKEN
    assert decoded.sharpness == measure_sharpness(path)
    assert np.abs(read_full(path)[5, 5].astype(int) - SMALL).max() < 12


@pytest.mark.parametrize("preview", [None, jpeg(SMALL, 160, 120), b"\xff\xd8 no picture"], ids=["none", "small", "bad"])
def test_raw_without_a_preview_that_serves_is_developed(tmp_path: Path, preview: bytes | None) -> None:
    if preview is not None and len(preview) < 100:
        path = tmp_path / "bad.dng"
        good = jpeg(SMALL, 640, 480)
        path.write_bytes(dng(good).replace(good, preview.ljust(len(good), b"\0")))
    else:
        path = tmp_path / "shot.dng"
        path.write_bytes(dng(preview))
    decoded = decode(path, short_side=288)
    assert decoded.pixels.shape == (288, 384, 3)
    assert decoded.pixels[10].mean() > decoded.pixels[-10].mean() + 20
    assert np.abs(decoded.pixels[10, 10].astype(int) - SMALL).max() > 40
    assert decoded.taken == TAKEN
    assert decoded.sharpness is not None


@pytest.mark.parametrize("preview", [None, jpeg(SMALL, 640, 480)], ids=["developed", "preview"])
@pytest.mark.parametrize(("orientation", "shape"), [(1, (96, 128)), (3, (96, 128)), (6, (128, 96)), (8, (128, 96))])
def test_raw_is_upright(tmp_path: Path, preview: bytes | None, orientation: int, shape: tuple[int, int]) -> None:
    path = tmp_path / "shot.dng"
    path.write_bytes(dng(preview, orientation=orientation))
    decoded = decode(path, short_side=96)
    assert decoded.pixels.shape[:2] == shape
    assert (decoded.width > decoded.height) == (shape[1] > shape[0])
    metadata = read_metadata(path)
    assert (metadata.width, metadata.height) == (decoded.width, decoded.height)
    if preview is None:
        bright = {
            1: decoded.pixels[:20],
            3: decoded.pixels[-20:],
            6: decoded.pixels[:, -20:],
            8: decoded.pixels[:, :20],
        }[orientation]
        assert bright.mean() > decoded.pixels.mean() + 10


def test_raw_preview_that_was_turned_already_is_not_turned_again(tmp_path: Path) -> None:
    path = tmp_path / "shot.dng"
    path.write_bytes(dng(jpeg(SMALL, 480, 640), orientation=6))
    assert decode(path, short_side=96).pixels.shape == (128, 96, 3)


@pytest.mark.parametrize("kept", [60, 3000, 100_000])
def test_raw_that_is_cut_off_is_refused(tmp_path: Path, kept: int, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "shot.dng"
    path.write_bytes(dng(None)[:kept])
    with pytest.raises(ImageError, match="RAW"):
        decode(path, short_side=96)


def test_raw_metadata(tmp_path: Path) -> None:
    path = tmp_path / "shot.dng"
    path.write_bytes(dng(None))
    metadata = read_metadata(path)
    assert (metadata.format, metadata.camera, metadata.taken) == ("RAW", "Test Camera", TAKEN)
    assert (metadata.width, metadata.height) == (640, 480)


def test_what_only_calls_itself_raw_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "shot.cr2"
    path.write_bytes(b"nothing of the kind" * 100)
    with pytest.raises(ImageError, match="RAW"):
        decode(path, short_side=96)


def test_jpeg_that_calls_itself_raw_is_decoded(tmp_path: Path) -> None:
    path = tmp_path / "shot.nef"
    path.write_bytes(jpeg(FULL, 400, 300))
    assert colour_of(path, 96) == "full"
