"""EXIF as the details panel shows it, also where it is damaged or nonsense."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from photosort.core.errors import ImageError
from photosort.core.imaging import decode, read_metadata
from photosort.core.imaging.exif import parse_date, read_exif
from tests.pictures import picture

EXIF_IFD, GPS_IFD = 0x8769, 0x8825
EVENING = 1562956200.0  # 2019-07-12 18:30:00


def write(path: Path, main: dict[int, object], camera: dict[int, object], gps: dict[int, object]) -> Path:
    exif = Image.Exif()
    exif.update(main)
    for tag, values in ((EXIF_IFD, camera), (GPS_IFD, gps)):
        exif.get_ifd(tag).update(values)
        if path.suffix == ".tif" and values:
            exif[tag] = 0  # Pillow's TIFF writer takes only directories whose tag is there
    picture(1).save(path, exif=exif)
    return path


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".tif", ".avif"])
def test_everything_a_camera_writes(tmp_path: Path, suffix: str) -> None:
    path = write(
        tmp_path / f"photo{suffix}",
        {0x010F: "Canon", 0x0110: "Canon EOS R5", 0x010E: "Am Fluss", 0x013B: "Ada", 0x8298: "CC0", 0x0131: "Firmware"},
        {
            0x9003: "2019:07:12 18:30:00",
            0x9291: "25",
            0x9011: "+05:00",
            0x829A: IFDRational(1, 250),
            0x829D: IFDRational(28, 10),
            0x8827: 400,
            0x920A: IFDRational(35, 1),
            0xA405: 56,
            0xA434: "RF 35mm F1.8",
        },
        {1: "S", 2: (33.0, 51.0, 35.9), 3: "E", 4: (151.0, 12.0, 40.0), 5: b"\x01", 6: IFDRational(25, 2)},
    )
    metadata = read_metadata(path)
    assert (metadata.width, metadata.height) == (320, 240)
    assert metadata.taken == EVENING + 0.25
    assert metadata.camera == "Canon EOS R5"
    assert metadata.lens == "RF 35mm F1.8"
    assert metadata.exposure_seconds == pytest.approx(1 / 250)
    assert metadata.f_number == pytest.approx(2.8)
    assert metadata.iso == 400
    assert metadata.focal_length_mm == 35
    assert metadata.focal_length_35mm == 56
    assert metadata.latitude == pytest.approx(-33.859972, abs=1e-5)
    assert metadata.longitude == pytest.approx(151.211111, abs=1e-5)
    assert metadata.altitude_m == -12.5
    assert (metadata.description, metadata.artist, metadata.copyright) == ("Am Fluss", "Ada", "CC0")
    assert metadata.software == "Firmware"
    assert decode(path, short_side=96).taken == EVENING + 0.25


def test_a_picture_that_says_nothing(tmp_path: Path) -> None:
    picture(1).save(tmp_path / "plain.bmp")
    metadata = read_metadata(tmp_path / "plain.bmp")
    assert (metadata.format, metadata.width, metadata.height) == ("BMP", 320, 240)
    assert metadata.taken is None
    assert metadata.camera is None
    assert metadata.latitude is None


def test_maker_and_model_are_one_name(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jpg", {0x010F: "NIKON CORPORATION", 0x0110: "NIKON D750"}, {}, {})
    assert read_metadata(path).camera == "NIKON D750"
    path = write(tmp_path / "b.jpg", {0x010F: "Apple", 0x0110: "iPhone 12"}, {}, {})
    assert read_metadata(path).camera == "Apple iPhone 12"


@pytest.mark.parametrize(
    "gps",
    [
        {1: "N", 2: (0.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)},
        {1: "N", 2: (48.0, 0.0, 0.0)},
        {1: "N", 2: (95.0, 0.0, 0.0), 3: "E", 4: (10.0, 0.0, 0.0)},
    ],
    ids=["no fix", "half a place", "beyond the pole"],
)
def test_what_is_no_place_is_not_shown_as_one(tmp_path: Path, gps: dict[int, object]) -> None:
    metadata = read_metadata(write(tmp_path / "a.jpg", {}, {}, gps))
    assert metadata.latitude is None
    assert metadata.longitude is None


def test_comment_of_the_user(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jpg", {0x010E: "OLYMPUS DIGITAL CAMERA"}, {0x9286: b"ASCII\0\0\0Oma im Garten\0\0"}, {})
    assert read_metadata(path).description == "Oma im Garten"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2019:07:12 18:30:00", EVENING),
        ("2019-07-12T18:30:00+02:00", EVENING),
        ("2019/07/12 18:30", EVENING),
        ("2019:07:12", EVENING - 18.5 * 3600),
        ("0000:00:00 00:00:00", None),
        ("1850:01:01 00:00:00", None),
        ("2019:13:12 18:30:00", None),
        ("2019:02:30 18:30:00", None),
        ("    :  :     :  :  ", None),
        ("", None),
        (None, None),
    ],
)
def test_dates(text: str | None, seconds: float | None) -> None:
    assert parse_date(text) == seconds


def test_time_of_scanning_serves_where_the_original_time_is_missing(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jpg", {}, {0x9003: "0000:00:00 00:00:00", 0x9004: "2019:07:12 18:30:00"}, {})
    assert read_metadata(path).taken == EVENING


def test_no_picture_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(b"text")
    with pytest.raises(ImageError):
        read_metadata(path)


def test_a_directory_that_leads_to_itself_ends() -> None:
    # IFD0 has one entry, which says that the EXIF directory is IFD0; the next directory is IFD0 again.
    looped = b"II*\0" + struct.pack("<IHHHIII", 8, 1, EXIF_IFD, 4, 1, 8, 8)
    assert read_exif(io.BytesIO(looped)).taken is None


@settings(max_examples=150, deadline=None)
@given(noise=st.binary(max_size=300), order=st.sampled_from([b"II*\0", b"MM\0*"]), first=st.integers(0, 60))
def test_noise_is_no_exif_but_no_error_either(noise: bytes, order: bytes, first: int) -> None:
    offset = struct.pack("<I" if order == b"II*\0" else ">I", first)
    exif = read_exif(io.BytesIO(order + offset + noise))
    assert 1 <= exif.orientation <= 8


@pytest.mark.shared
def test_places_of_real_photos(real_photos: Path) -> None:
    for path in sorted((real_photos / "gps").iterdir()):
        metadata = read_metadata(path)
        assert metadata.latitude == pytest.approx(43.467, abs=0.01)
        assert metadata.longitude == pytest.approx(11.885, abs=0.01)
        assert metadata.camera == "NIKON COOLPIX P6000"
