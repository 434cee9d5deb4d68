"""One decode per photo: thumbnail, a network's input, sharpness and perceptual hash from the same pixels."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from photosort.core.imaging.colour import plain, to_srgb
from photosort.core.imaging.formats import Format
from photosort.core.imaging.measures import (
    SHARPNESS_DECODE_SIDE,
    difference_hash,
    fitted,
    reduced,
    sharpness_of,
    stream_key,
)
from photosort.core.imaging.opening import Opened, Wanted, open_picture, opened_file

_VIEW_PREVIEW_SIDE = 1000
"""Least short side, in pixels, of a RAW file's preview that the viewer shows instead of developing the picture."""

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True, slots=True)
class Decoded:
    """What one decode of a photo gives.

    Attributes:
        key: the content key (size and hash of the file's ends).
        width: full upright width, pixels.
        height: full upright height, pixels.
        pixels: uint8 of shape (h, w, 3), sRGB, upright; its short side is what was asked for, or that of an embedded
            preview, or less where the picture is smaller.
        sharpness: see `photosort.core.imaging.measures.sharpness_of`; None where only a preview was read.
        perceptual_hash: 64-bit difference hash, signed.
        taken: when the camera says it was taken, wall clock seconds since 1970-01-01; None where it does not say.
    """

    key: str
    width: int
    height: int
    pixels: NDArray[np.uint8]
    sharpness: float | None
    perceptual_hash: int
    taken: float | None


def decode(path: Path, *, short_side: int, preview_side: int | None = None) -> Decoded:
    """Decode the least of a photo that serves.

    A JPEG is decoded at a fraction of its size. A preview embedded in the file (HEIC thumbnail, multi-picture and RAW
    previews, large EXIF thumbnail) is decoded instead where it has the picture's shape and is large enough.
    A file that is cut off is refused, however much of it could be shown: it must not pass for the whole photo.

    Args:
        path: the file.
        short_side: wanted short side of the pixels.
        preview_side: least short side of a preview that serves; ``short_side`` by default. A phone's HEIC holds 240.

    Raises:
        ImageError: with the reason, for whatever is wrong with the file.
        OSError: the file could not be read (gone, locked, broken disk).
    """
    least = short_side if preview_side is None else min(preview_side, short_side)
    with opened_file(path) as (stream, kind):
        key = stream_key(stream)
        wanted = Wanted(max(short_side, SHARPNESS_DECODE_SIDE), None, least, raw_preview_side=least)
        picture = open_picture(path, stream, kind, wanted)
    image = plain(picture.image)
    # Cameras sharpen their small previews: only RAW files are always judged by theirs.
    measurable = kind is Format.RAW or not picture.is_preview
    sharpness = sharpness_of(_grey(image)) if measurable else None
    upright = _upright(reduced(image, short_side), picture)
    return Decoded(
        key,
        picture.width,
        picture.height,
        np.asarray(upright),
        sharpness,
        difference_hash(upright.convert("L")),
        picture.exif.taken,
    )


def measure_sharpness(path: Path) -> float:
    """Sharpness of a photo of which only a preview was read; the same figure as a decode without preview gives.

    Raises:
        ImageError: with the reason, for whatever is wrong with the file.
        OSError: the file could not be read.
    """
    wanted = Wanted(SHARPNESS_DECODE_SIDE, None, None, raw_preview_side=SHARPNESS_DECODE_SIDE)
    with opened_file(path) as (stream, kind):
        picture = open_picture(path, stream, kind, wanted)
    return sharpness_of(_grey(plain(picture.image)))


def read_full(path: Path, *, max_side: int | None = None) -> NDArray[np.uint8]:
    """Read a photo for viewing.

    Args:
        path: the file.
        max_side: long side, in pixels, beyond which nothing is gained; None for full size.

    Returns:
        uint8 of shape (h, w, 3), sRGB, upright, its long side at most ``max_side``. RAW files give their embedded
        preview where it is large.

    Raises:
        ImageError: with the reason, for whatever is wrong with the file.
        OSError: the file could not be read.
    """
    with opened_file(path) as (stream, kind):
        # No preview but a RAW file's: the viewer is where a person looks closely.
        preview_side = min(max_side or _VIEW_PREVIEW_SIDE, _VIEW_PREVIEW_SIDE)
        wanted = Wanted(None, max_side, None, raw_preview_side=preview_side)
        picture = open_picture(path, stream, kind, wanted)
    image = plain(picture.image)
    return np.asarray(_upright(image if max_side is None else fitted(image, max_side), picture))


def write_png(pixels: NDArray[np.uint8], path: Path) -> None:
    """Write a picture, not a photo, as PNG.

    Args:
        pixels: uint8 of shape (height, width, 3), sRGB.
        path: of the file; what lies there is replaced.

    Raises:
        OSError: it could not be written.
    """
    Image.fromarray(pixels).save(path, "PNG")


def _upright(image: Image.Image, picture: Opened) -> Image.Image:
    """Colours and orientation of a picture put right, after it was made small."""
    image = to_srgb(image, picture.icc)
    turn = _TURNS.get(picture.orientation)
    return image if turn is None else image.transpose(turn)


def _grey(image: Image.Image) -> Image.Image:
    """Brightness for sharpness, which needs no colour management; transparent pixels count as what lies in them."""
    if image.mode == "L":
        return image
    return (image.convert("RGB") if image.mode == "CMYK" else image).convert("L")
