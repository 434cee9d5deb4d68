"""Camera RAW: the preview that the camera put into the file, or the sensor's data developed where there is none."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from photosort.core.errors import ImageError
from photosort.core.files import openable
from photosort.core.imaging.jpeg import read_header

_logger = logging.getLogger(__name__)

_ORIENTATION_OF_FLIP = {0: 1, 3: 3, 5: 8, 6: 6}
"""LibRaw's flip (of dcraw) as EXIF orientation: 5 is a quarter turn to the left, 6 to the right."""


@dataclass(frozen=True, slots=True)
class RawPicture:
    """What a RAW file holds for the eye.

    Attributes:
        width: full upright width, pixels.
        height: full upright height, pixels.
        orientation: how the stored data lies, EXIF 1 to 8.
        preview: the embedded JPEG's bytes; None without one that is large enough.
        image: RGB; a bitmap preview (lies as ``orientation`` says), or the developed picture (upright).
        developed: True where ``image`` was developed from the sensor's data and not embedded.
    """

    width: int
    height: int
    orientation: int
    preview: bytes | None
    image: Image.Image | None
    developed: bool


def read_raw(path: Path, *, preview_side: int, side_of: Callable[[int, int], int] | None) -> RawPicture:
    """Read a RAW file's preview, and develop the picture only where no preview is large enough.

    Args:
        path: the file.
        preview_side: least short side of a preview, pixels; that of the picture itself counts where it is smaller.
        side_of: tells of a full size the short side that a developed picture needs; half of the sides is several times
            quicker. None to go without a picture where there is no preview.

    Raises:
        ImageError: the file is damaged, or of a camera that LibRaw does not know.
        OSError: the file could not be read.
    """
    # Imported here: it loads LibRaw, and most folders hold no RAW file.
    import rawpy

    with open(openable(path), "rb") as stream:  # noqa: PTH123 - LibRaw cannot open long names on Windows
        try:
            with rawpy.imread(stream) as raw:
                sizes = raw.sizes
                orientation = _ORIENTATION_OF_FLIP.get(sizes.flip, 1)
                turned = orientation in (6, 8)
                width, height = (sizes.height, sizes.width) if turned else (sizes.width, sizes.height)
                preview, bitmap = _preview(raw, min(preview_side, width, height))
                developed = side_of is not None and preview is None and bitmap is None
                if side_of is not None and developed:
                    half_size = min(width, height) // 2 >= side_of(width, height)
                    pixels = raw.postprocess(use_camera_wb=True, half_size=half_size, output_bps=8)
                    bitmap, orientation = Image.fromarray(pixels), 1
        except rawpy.LibRawFileUnsupportedError as error:
            raise ImageError("the file is damaged, or the RAW format of a camera that is not known yet") from error
        except rawpy.LibRawIOError as error:
            raise ImageError("the RAW file is cut off or damaged") from error
        except rawpy.LibRawError as error:
            raise ImageError(f"the RAW file is damaged ({_words(error)})") from error
    return RawPicture(width, height, orientation, preview, bitmap, developed)


def _preview(raw: Any, least_side: int) -> tuple[bytes | None, Image.Image | None]:
    """The embedded preview as JPEG bytes or as a bitmap; neither where there is none of that size."""
    import rawpy

    try:
        thumbnail = raw.extract_thumb()
    except (rawpy.LibRawNoThumbnailError, rawpy.LibRawUnsupportedThumbnailError) as error:
        _logger.debug("no preview: %s", _words(error))
        return None, None
    if thumbnail.format == rawpy.ThumbFormat.JPEG:
        return (thumbnail.data, None) if _short_side(thumbnail.data) >= least_side else (None, None)
    bitmap = Image.fromarray(thumbnail.data)
    return None, bitmap if min(bitmap.size) >= least_side else None


def _short_side(jpeg: bytes) -> int:
    try:
        header = read_header(io.BytesIO(jpeg))
    except ImageError:
        return 0
    return min(header.width, header.height)


def _words(error: Exception) -> str:
    """LibRaw gives its messages as bytes."""
    first = error.args[0] if error.args else error
    return first.decode("utf-8", "replace") if isinstance(first, bytes) else str(first)
