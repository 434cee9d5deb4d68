"""From any of Pillow's pixel formats to 8-bit sRGB without alpha."""

from __future__ import annotations

import io
import logging
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

_logger = logging.getLogger(__name__)

_MAX_PROFILE_BYTES = 8 * 1024 * 1024
_NARROW_RANGE = 1 / 32
"""A deep grey picture that uses less of its range than this is a measurement (heat, depth, X-ray) and is stretched."""

_SPACES: Final = {"RGB": "RGB ", "RGBA": "RGB ", "L": "GRAY", "CMYK": "CMYK"}
"""Modes that are converted by profiles, and the colour space that such a profile must be of."""


def plain(image: Image.Image) -> Image.Image:
    """Turn rare pixel formats into one of L, RGB, RGBA, CMYK, which can be reduced without loss of colour.

    Deep formats are scaled to 8 bits, never clipped; palettes are resolved; transparency becomes alpha.
    """
    mode = image.mode
    if mode in {"I", "F"} or mode.startswith("I;16"):
        return Image.fromarray(_eight_bits(np.asarray(image)))
    if mode == "LAB":
        return _from_lab(image)
    if image.has_transparency_data:
        return image if mode == "RGBA" else image.convert("RGBA")
    if mode in {"L", "RGB", "CMYK"}:
        return image
    return image.convert("L" if mode == "1" else "RGB")


def to_srgb(image: Image.Image, icc: bytes | None) -> Image.Image:
    """Convert a `plain` picture to RGB in sRGB, alpha laid on white. Cheapest after the picture was reduced.

    Args:
        image: mode L, RGB, RGBA or CMYK.
        icc: its colour profile; one that does not fit or is damaged is passed over.
    """
    if icc and len(icc) <= _MAX_PROFILE_BYTES:
        transform = _transform(icc, image.mode)
        if transform is not None:
            image = transform.apply(image)
    if image.mode == "RGBA":
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image)
    return image if image.mode == "RGB" else image.convert("RGB")


@lru_cache(maxsize=32)
def _transform(icc: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """The transform of a profile to sRGB; None where there is nothing to do, or nothing that can be done.

    Transforms are kept: making one costs more than using it. Used by several threads at once, hence without
    LittleCMS's cache of the last pixel.
    """
    space = _SPACES.get(mode)
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(icc))
        description = ImageCms.getProfileDescription(profile)
        if space is None or profile.profile.xcolor_space != space or "srgb" in description.lower():
            return None
        return ImageCms.buildTransform(
            profile,
            _srgb_profile(),
            mode,
            "RGBA" if mode == "RGBA" else "RGB",
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
            ImageCms.Flags.NOCACHE | ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError) as error:
        _logger.debug("a colour profile of %d bytes is passed over: %s", len(icc), error)
        return None


def _srgb_profile() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def _from_lab(image: Image.Image) -> Image.Image:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    transform = ImageCms.buildTransform(lab, _srgb_profile(), "LAB", "RGB")
    return transform.apply(image)


def _eight_bits(deep: NDArray[np.generic]) -> NDArray[np.uint8]:
    """Scale 16-bit, 32-bit or float grey levels to 8 bits.

    16-bit levels keep their meaning (0 black, 65535 white). What uses only a sliver of its range, or has no agreed
    range at all, is stretched from its darkest to its brightest level.
    """
    values = deep.astype(np.float32)
    finite = np.isfinite(values)
    if not finite.all():
        values = np.where(finite, values, 0.0)
    low, high = float(values.min()), float(values.max())
    if deep.dtype.kind == "f" and low >= 0 and high <= 1:
        full = 1.0
    elif deep.dtype.kind != "f" and low >= 0 and high <= 255 and deep.dtype.itemsize > 2:
        full = 255.0
    else:
        full = 65535.0
    if low < 0 or high > full or high - low < full * _NARROW_RANGE:
        spread = high - low
        values = (values - low) * (255.0 / spread) if spread > 0 else np.clip(values * (255.0 / full), 0, 255)
    else:
        values *= 255.0 / full
    return np.rint(values).astype(np.uint8)
