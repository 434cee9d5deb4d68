"""The sample album: its pictures come out of the script as they are in the repository, with what cameras note."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image, ImageOps

REPOSITORY = Path(__file__).resolve().parents[2]
ALBUM = REPOSITORY / "resources" / "album"
PICTURES = sorted(path for path in ALBUM.rglob("*") if path.suffix.lower() in {".jpg", ".png", ".webp"})
WITHOUT_EXIF = {
    "IMG-20190712-WA0003.jpg",
    "IMG-20190714-WA0011.jpg",
    "Screenshot 2024-11-09 at 10.14.22.png",
}


def difference(one: Path, other: Path) -> float:
    """Mean difference of two pictures of the same size, 0 to 255, each reduced: blind to grain and JPEG noise."""
    small = []
    for path in (one, other):
        with Image.open(path) as image:
            small.append(np.asarray(image.convert("RGB").reduce(8), np.float32))
    assert small[0].shape == small[1].shape
    return float(np.abs(small[0] - small[1]).mean())


def test_the_script_paints_the_pictures_that_are_here(tmp_path):
    wanted = ["Lake trip/P1010038.JPG", "Downloads/letter.jpg"]
    script = REPOSITORY / "packaging" / "make_album.py"
    subprocess.run([sys.executable, str(script), "--album", str(tmp_path), *wanted], check=True, capture_output=True)
    made = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file())
    assert made == sorted(wanted)
    for name in wanted:
        assert difference(tmp_path / name, ALBUM / name) < 1.5
    # The measure tells pictures apart: two different ones are far from each other.
    assert difference(ALBUM / "Lake trip/P1010041.JPG", ALBUM / "Lake trip/P1010044.JPG") > 15


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.name)
def test_a_picture_has_what_its_camera_noted(path):
    with Image.open(path) as image:
        exif = image.getexif()
        upright = ImageOps.exif_transpose(image).size
    assert upright in {(1200, 800), (800, 1200)}
    if path.name in WITHOUT_EXIF:
        assert not exif
        return
    details = exif.get_ifd(ExifTags.IFD.Exif)
    taken = details[ExifTags.Base.DateTimeOriginal]
    assert re.fullmatch(r"20(19|2[0-4]):\d\d:\d\d \d\d:\d\d:\d\d", taken)
    assert exif[ExifTags.Base.Model] == "photosort sample"
    assert details[ExifTags.Base.ExposureTime] > 0
    assert details[ExifTags.Base.FNumber] > 0


def test_the_album_is_as_messy_as_a_real_folder_and_small():
    with_place, on_their_side = 0, 0
    for path in PICTURES:
        with Image.open(path) as image:
            exif = image.getexif()
            with_place += ExifTags.IFD.GPSInfo in exif
            on_their_side += exif.get(ExifTags.Base.Orientation) == 6
    assert len(PICTURES) >= 40
    assert with_place >= 5
    assert on_their_side == 1
    assert len({path.parent for path in PICTURES}) >= 5
    assert [path.name for path in ALBUM.rglob("*.xmp")] == ["P1010021.xmp"]
    assert sum(path.stat().st_size for path in ALBUM.rglob("*") if path.is_file()) < 3_500_000
