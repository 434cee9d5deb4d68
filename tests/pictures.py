"""Pictures for tests, made on the spot: every one different, each like a photo as far as files go."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image


def picture(seed: int, width: int = 320, height: int = 240) -> Image.Image:
    """A smooth coloured picture with some edges; the same seed gives the same picture."""
    random = np.random.default_rng(seed)
    coarse = Image.fromarray(random.integers(0, 256, (4, 5, 3), np.uint8))
    smooth = coarse.resize((width, height), Image.Resampling.BICUBIC)
    pixels = np.asarray(smooth).copy()
    top, left = int(random.integers(0, height // 2)), int(random.integers(0, width // 2))
    pixels[top : top + height // 4, left : left + width // 4] = random.integers(0, 256, 3)
    return Image.fromarray(pixels)


def save_photo(path: Path, seed: int = 0, *, taken: str | None = None, size: tuple[int, int] = (320, 240)) -> Path:
    """Write a JPEG as a camera does.

    Args:
        path: where; its folder is made.
        seed: which picture.
        taken: EXIF date as ``2019:07:12 18:30:00``; None for no EXIF.
        size: width and height in pixels.

    Returns:
        ``path``.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    exif = Image.Exif()
    if taken is not None:
        exif[0x010F] = "photosort"
        exif.get_ifd(0x8769)[0x9003] = taken
    picture(seed, *size).save(path, quality=85, exif=exif)
    return path
