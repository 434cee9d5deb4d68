"""What is computed of a photo's bytes and pixels: content key, sharpness, perceptual hash, a network's input."""

from __future__ import annotations

import os
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO, Final, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from photosort.core.errors import ImageError
from photosort.core.files import openable

SHARPNESS_SIDE: Final = 192
"""Short side, in pixels, at which sharpness is measured: figures are comparable only at one scale."""

SHARPNESS_DECODE_SIDE: Final = SHARPNESS_SIDE * 3 // 2
"""Least short side of a decode that sharpness is measured on: then the figure of a JPEG that was reduced by its decoder
is within 5 % (standard deviation) of that of the whole picture, while photos differ by a factor of three."""

_KEY_PART = 64 * 1024
_HASH_SIZE = 8


def content_key(path: Path) -> str:
    """The key of a file's content: its size and a hash of its first and last 64 KiB. A hint, no proof.

    Raises:
        ImageError: the file is empty.
        OSError: the file could not be read.
    """
    with open(openable(path), "rb") as stream:  # noqa: PTH123 - long names on Windows
        return stream_key(stream)


def stream_key(stream: BinaryIO) -> str:
    """The content key of an open file; leaves the position anywhere.

    Raises:
        ImageError: the file is empty.
        OSError: the file could not be read.
    """
    size = os.fstat(stream.fileno()).st_size
    if size == 0:
        raise ImageError("the file is empty (0 bytes)")
    stream.seek(0)
    digest = blake2b(stream.read(_KEY_PART), digest_size=16)
    if size > _KEY_PART:
        stream.seek(max(_KEY_PART, size - _KEY_PART))
        digest.update(stream.read(_KEY_PART))
    return f"{size}-{digest.hexdigest()}"


def sharpness_of(grey: Image.Image) -> float:
    """Variance of the Laplacian at a fixed scale (short side `SHARPNESS_SIDE`, smaller pictures as they are).

    Source: Pech-Pacheco et al., "Diatom autofocusing in brightfield microscopy: a comparative study", ICPR 2000.

    Args:
        grey: picture of mode L, any size.

    Returns:
        the variance in squared grey levels, 0 for a picture of fewer than 3 pixels a side.
    """
    pixels = np.asarray(reduced(grey, SHARPNESS_SIDE), dtype=np.int16)
    if min(pixels.shape) < 3:
        return 0.0
    laplacian = pixels[:-2, 1:-1] + pixels[2:, 1:-1]
    laplacian += pixels[1:-1, :-2]
    laplacian += pixels[1:-1, 2:]
    laplacian -= 4 * pixels[1:-1, 1:-1]
    return float(laplacian.var(dtype=np.float32))


def difference_hash(grey: Image.Image) -> int:
    """64-bit difference hash: whether each of 8 x 8 cells is darker than its right neighbour.

    Source: N. Krawetz, "Kind of Like That", The Hacker Factor Blog, 2013.

    Args:
        grey: upright picture of mode L.

    Returns:
        the hash as a signed 64-bit integer; pictures that look alike differ in few bits.
    """
    cells = np.asarray(grey.resize((_HASH_SIZE + 1, _HASH_SIZE), Image.Resampling.BOX))
    bits = np.packbits(cells[:, :-1] < cells[:, 1:])
    return int.from_bytes(bits.tobytes(), "big", signed=True)


def reduced(image: Image.Image, short_side: int) -> Image.Image:
    """The picture with its short side at ``short_side`` pixels, antialiased; a smaller one as it is."""
    return _scaled(image, short_side / min(image.size))


def fitted(image: Image.Image, long_side: int) -> Image.Image:
    """The picture with its long side at ``long_side`` pixels, antialiased; a smaller one as it is."""
    return _scaled(image, long_side / max(image.size))


def _scaled(image: Image.Image, scale: float) -> Image.Image:
    if scale >= 1:
        return image
    width, height = image.size
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    # Hamming: nearly as sharp as bicubic when reducing, at half of its cost.
    return image.resize(size, Image.Resampling.HAMMING, reducing_gap=3.0)


def model_input(pixels: NDArray[np.uint8], size: int, *, fit: Literal["crop", "stretch"] = "crop") -> NDArray[np.uint8]:
    """Make a network's square input of a decoded photo.

    Args:
        pixels: uint8 of shape (height, width, 3).
        size: side of the result, pixels.
        fit: "crop" scales the short side to ``size`` and takes the middle; "stretch" squeezes the whole photo in.

    Returns:
        uint8 of shape (size, size, 3), antialiased.
    """
    if fit == "crop":
        height, width = pixels.shape[:2]
        side = min(height, width)
        left, top = (width - side) // 2, (height - side) // 2
        pixels = pixels[top : top + side, left : left + side]
    return np.asarray(Image.fromarray(pixels).resize((size, size), Image.Resampling.BILINEAR))
