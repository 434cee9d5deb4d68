"""What a camera wrote beside the picture, for the details panel."""

from __future__ import annotations

import io
import logging
import math
from dataclasses import dataclass
from pathlib import Path

from photosort.core.errors import ImageError
from photosort.core.imaging import exif as tags
from photosort.core.imaging.exif import Exif
from photosort.core.imaging.formats import Format
from photosort.core.imaging.opening import opened_file, read_tags
from photosort.core.imaging.raw import read_raw

_logger = logging.getLogger(__name__)

_LATITUDE_REF, _LATITUDE, _LONGITUDE_REF, _LONGITUDE, _ALTITUDE_REF, _ALTITUDE = range(1, 7)
_CHARSETS = {b"ASCII\0\0\0": "ascii", b"UNICODE\0": "utf-16", b"JIS\0\0\0\0\0": "iso2022_jp", bytes(8): "utf-8"}
_PLACEHOLDERS = frozenset({"OLYMPUS DIGITAL CAMERA", "SAMSUNG", "SONY DSC", "KODAK DIGITAL STILL CAMERA", "default"})
"""What some cameras write as the description of every picture."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """A photo's data; what the file does not say is None.

    Attributes:
        format: the format of the content ("JPEG"), whatever the name says.
        width: upright width, pixels.
        height: upright height, pixels.
        taken: by the camera's clock, wall clock seconds since 1970-01-01.
        camera: maker and model.
        lens: lens model.
        exposure_seconds: exposure time.
        f_number: aperture.
        iso: sensitivity.
        focal_length_mm: true focal length.
        focal_length_35mm: focal length of the same view on 35 mm film.
        latitude: degrees, north positive.
        longitude: degrees, east positive.
        altitude_m: metres above sea level.
        description: the picture's title or the user's comment.
        artist: who took it.
        copyright: whose it is.
        software: what wrote the file.
    """

    format: str | None = None
    width: int | None = None
    height: int | None = None
    taken: float | None = None
    camera: str | None = None
    lens: str | None = None
    exposure_seconds: float | None = None
    f_number: float | None = None
    iso: int | None = None
    focal_length_mm: float | None = None
    focal_length_35mm: float | None = None
    latitude: float | None = None
    longitude: float | None = None
    altitude_m: float | None = None
    description: str | None = None
    artist: str | None = None
    copyright: str | None = None
    software: str | None = None


def read_metadata(path: Path) -> Metadata:
    """Read what a file says of its picture; decodes no pixels.

    Raises:
        ImageError: the file is no picture, or too damaged to say anything.
        OSError: the file could not be read.
    """
    with opened_file(path) as (stream, kind):
        exif, width, height = read_tags(stream, kind)
    if kind is Format.RAW:
        exif, width, height = _raw_tags(path, exif)
    latitude = _degrees(exif, _LATITUDE, _LATITUDE_REF, "S", 90)
    longitude = _degrees(exif, _LONGITUDE, _LONGITUDE_REF, "W", 180)
    iso = _positive(exif, tags.ISO)
    return Metadata(
        format=kind.name,
        width=width or None,
        height=height or None,
        taken=exif.taken,
        camera=_camera(exif),
        lens=exif.text(tags.LENS_MODEL),
        exposure_seconds=_positive(exif, tags.EXPOSURE_TIME),
        f_number=_positive(exif, tags.F_NUMBER),
        iso=round(iso) if iso else None,
        focal_length_mm=_positive(exif, tags.FOCAL_LENGTH),
        focal_length_35mm=_positive(exif, tags.FOCAL_LENGTH_35MM),
        # One without the other is no place; 0, 0 is what devices without a fix write.
        latitude=latitude if latitude is not None and longitude is not None and (latitude or longitude) else None,
        longitude=longitude if latitude is not None and longitude is not None and (latitude or longitude) else None,
        altitude_m=_altitude(exif),
        description=_description(exif),
        artist=exif.text(tags.ARTIST),
        copyright=exif.text(tags.COPYRIGHT),
        software=exif.text(tags.SOFTWARE),
    )


def _raw_tags(path: Path, exif: Exif) -> tuple[Exif, int, int]:
    """Tags and upright size of a RAW file; what is not built like a TIFF has its tags in its preview."""
    raw = read_raw(path, preview_side=1, side_of=None)
    if raw.preview is not None and not (exif.main or exif.camera):
        try:
            exif = read_tags(io.BytesIO(raw.preview), Format.JPEG)[0]
        except ImageError as error:
            _logger.debug("%s: the preview has no tags: %s", path, error)
    return exif, raw.width, raw.height


def _camera(exif: Exif) -> str | None:
    """Maker and model as one name; models often begin with the maker's name."""
    make, model = exif.text(tags.MAKE), exif.text(tags.MODEL)
    if make is None or model is None:
        return model or make
    return model if model.casefold().startswith(make.split()[0].casefold()) else f"{make} {model}"


def _description(exif: Exif) -> str | None:
    description = exif.text(tags.DESCRIPTION)
    if description is not None and description not in _PLACEHOLDERS:
        return description
    comment = exif.camera.get(tags.USER_COMMENT)
    if not isinstance(comment, bytes):
        return None
    charset = _CHARSETS.get(comment[:8])
    text = comment[8:].decode(charset, "replace").strip("\0 \r\n\t") if charset else ""
    return text or None


def _positive(exif: Exif, tag: int) -> float | None:
    value = exif.number(tag)
    return value if value is not None and math.isfinite(value) and value > 0 else None


def _degrees(exif: Exif, tag: int, reference_tag: int, negative: str, limit: float) -> float | None:
    parts, reference = exif.gps.get(tag), exif.gps.get(reference_tag)
    if not isinstance(parts, tuple) or len(parts) != 3:
        return None
    # Unused minutes or seconds are sometimes written as 0/0.
    degrees, minutes, seconds = (part if math.isfinite(part) else 0.0 for part in parts)
    value = degrees + minutes / 60 + seconds / 3600
    if value > limit or not isinstance(reference, str):
        return None
    return -value if reference.strip().upper() == negative else value


def _altitude(exif: Exif) -> float | None:
    value, reference = exif.gps.get(_ALTITUDE), exif.gps.get(_ALTITUDE_REF)
    if not isinstance(value, tuple) or not math.isfinite(value[0]):
        return None
    below = isinstance(reference, tuple) and reference[0] == 1
    return -value[0] if below else value[0]
