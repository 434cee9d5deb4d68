"""EXIF: the few tags that photosort wants, read straight from their TIFF structure.

Our own reader rather than Pillow's, because half of the world's EXIF is damaged in some way: this one takes what is
sound and passes over the rest, never warns, follows no loops, is bounded in what it reads, and needs a tenth of the
time. Source: CIPA DC-008 (Exif 2.32) and TIFF 6.0.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO, Final

from photosort.core.photo import wall_clock_seconds

Value = tuple[float, ...] | str | bytes
"""Numbers, text, or raw bytes of a tag."""

DESCRIPTION: Final = 0x010E
MAKE: Final = 0x010F
MODEL: Final = 0x0110
ORIENTATION: Final = 0x0112
SOFTWARE: Final = 0x0131
DATE_TIME: Final = 0x0132
ARTIST: Final = 0x013B
COPYRIGHT: Final = 0x8298
EXPOSURE_TIME: Final = 0x829A
F_NUMBER: Final = 0x829D
ISO: Final = 0x8827
DATE_TIME_ORIGINAL: Final = 0x9003
DATE_TIME_DIGITIZED: Final = 0x9004
FOCAL_LENGTH: Final = 0x920A
USER_COMMENT: Final = 0x9286
SUBSEC_ORIGINAL: Final = 0x9291
FOCAL_LENGTH_35MM: Final = 0xA405
LENS_MODEL: Final = 0xA434

_CAMERA_IFD = 0x8769
_GPS_IFD = 0x8825
_THUMBNAIL_OFFSET = 0x0201
_THUMBNAIL_LENGTH = 0x0202

_MAIN_TAGS = frozenset(
    {DESCRIPTION, MAKE, MODEL, ORIENTATION, SOFTWARE, DATE_TIME, ARTIST, COPYRIGHT, _CAMERA_IFD, _GPS_IFD}
)
_CAMERA_TAGS = frozenset(
    {EXPOSURE_TIME, F_NUMBER, ISO, DATE_TIME_ORIGINAL, DATE_TIME_DIGITIZED, FOCAL_LENGTH, USER_COMMENT}
    | {SUBSEC_ORIGINAL, FOCAL_LENGTH_35MM, LENS_MODEL}
)
_GPS_TAGS = frozenset(range(1, 7))
_THUMBNAIL_TAGS = frozenset({_THUMBNAIL_OFFSET, _THUMBNAIL_LENGTH})

_FORMATS: Mapping[int, str] = {1: "B", 3: "H", 4: "I", 6: "b", 8: "h", 9: "i", 11: "f", 12: "d", 13: "I"}
_SIZES: Mapping[int, int] = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_MAX_ENTRIES = 1000
_MAX_VALUE_BYTES = 16 * 1024

_DATE = re.compile(r"\s*(\d{4})\D(\d{1,2})\D(\d{1,2})(?:\D+(\d{1,2})\D(\d{1,2})(?:\D(\d{1,2}))?)?")
_FIRST_YEAR = 1900
"""Cameras whose clock was never set write 0000:00:00; nothing earlier than this was photographed digitally."""


@dataclass(frozen=True, slots=True)
class Exif:
    """What was found, by tag.

    Attributes:
        main: tags of the picture (IFD0).
        camera: tags of the shot (the Exif IFD).
        gps: tags of the place.
        thumbnail: where the embedded JPEG lies, as (offset from the start of the TIFF structure, length); None without.
    """

    main: Mapping[int, Value] = field(default_factory=dict)
    camera: Mapping[int, Value] = field(default_factory=dict)
    gps: Mapping[int, Value] = field(default_factory=dict)
    thumbnail: tuple[int, int] | None = None

    @property
    def orientation(self) -> int:
        """How the stored picture lies, 1 (upright) to 8."""
        value = self.number(ORIENTATION)
        return int(value) if value is not None and 1 <= value <= 8 else 1

    @property
    def taken(self) -> float | None:
        """When the shot was taken by the camera's clock, in seconds since 1970-01-01; its time zone does not count."""
        for tag in (DATE_TIME_ORIGINAL, DATE_TIME_DIGITIZED):
            seconds = parse_date(self.text(tag))
            if seconds is not None:
                fraction = (self.text(SUBSEC_ORIGINAL) or "") if tag == DATE_TIME_ORIGINAL else ""
                return seconds + (float(f"0.{fraction}") if re.fullmatch(r"[0-9]{1,9}", fraction) else 0.0)
        return None

    def text(self, tag: int) -> str | None:
        """A tag's text without padding; None where it is missing or blank."""
        value = self.main.get(tag, self.camera.get(tag))
        return (value.strip() or None) if isinstance(value, str) else None

    def number(self, tag: int) -> float | None:
        """A tag's first number; None where it is missing."""
        value = self.main.get(tag, self.camera.get(tag))
        return value[0] if isinstance(value, tuple) and value else None


def parse_date(text: str | None) -> float | None:
    """Seconds of wall clock time since 1970-01-01 of an EXIF date ("2019:07:12 18:30:00"); None for nonsense."""
    found = _DATE.match(text) if text else None
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    if year < _FIRST_YEAR:
        return None
    try:
        return wall_clock_seconds(datetime(year, month, day, hour, minute, min(second, 59)))  # noqa: DTZ001
    except ValueError:
        return None


def read_exif(stream: BinaryIO, base: int = 0) -> Exif:
    """Read the TIFF structure that begins at ``base`` (an EXIF block's, or that of a whole TIFF or RAW file).

    Args:
        stream: where to read; must be seekable.
        base: position of the byte order mark, in bytes.

    Returns:
        what was sound of it; an empty `Exif` for something that is no EXIF at all.

    Raises:
        OSError: the stream could not be read.
    """
    reader = _Reader.at(stream, base)
    if reader is None:
        return Exif()
    main, second = reader.directory(reader.first, _MAIN_TAGS)
    camera = reader.linked(main, _CAMERA_IFD, _CAMERA_TAGS)
    gps = reader.linked(main, _GPS_IFD, _GPS_TAGS)
    small, _ = reader.directory(second, _THUMBNAIL_TAGS) if second else ({}, 0)
    offset, length = small.get(_THUMBNAIL_OFFSET), small.get(_THUMBNAIL_LENGTH)
    place = (int(offset[0]), int(length[0])) if isinstance(offset, tuple) and isinstance(length, tuple) else None
    return Exif(main, camera, gps, place if place and place[1] > 0 else None)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads directories (IFDs) of one TIFF structure."""

    stream: BinaryIO
    base: int
    order: str
    first: int

    @classmethod
    def at(cls, stream: BinaryIO, base: int) -> _Reader | None:
        stream.seek(base)
        head = stream.read(8)
        order = {b"II": "<", b"MM": ">"}.get(head[:2])
        if order is None or len(head) < 8:
            return None
        return cls(stream, base, order, struct.unpack(f"{order}I", head[4:])[0])

    def directory(self, offset: int, wanted: frozenset[int]) -> tuple[dict[int, Value], int]:
        """The wanted tags of the directory at ``offset``, and the offset of the next one (0 for none)."""
        self.stream.seek(self.base + offset)
        head = self.stream.read(2)
        if offset == 0 or len(head) < 2:
            return {}, 0
        count = min(struct.unpack(f"{self.order}H", head)[0], _MAX_ENTRIES)
        block = self.stream.read(count * 12 + 4)
        values: dict[int, Value] = {}
        for start in range(0, min(count, len(block) // 12) * 12, 12):
            tag, kind, length = struct.unpack_from(f"{self.order}HHI", block, start)
            if tag in wanted:
                value = self._value(kind, length, block[start + 8 : start + 12])
                if value is not None:
                    values[tag] = value
        following = block[count * 12 :]
        return values, struct.unpack(f"{self.order}I", following)[0] if len(following) == 4 else 0

    def linked(self, parent: Mapping[int, Value], tag: int, wanted: frozenset[int]) -> dict[int, Value]:
        """The directory that a tag of another one points to."""
        pointer = parent.get(tag)
        if not isinstance(pointer, tuple) or not pointer:
            return {}
        return self.directory(int(pointer[0]), wanted)[0]

    def _value(self, kind: int, length: int, inline: bytes) -> Value | None:
        size = _SIZES.get(kind, 0) * length
        if not 0 < size <= _MAX_VALUE_BYTES:
            return None
        data = inline[:size]
        if size > 4:
            self.stream.seek(self.base + struct.unpack(f"{self.order}I", inline)[0])
            data = self.stream.read(size)
        if len(data) < size:
            return None
        if kind == 2:
            return data.partition(b"\0")[0].decode("utf-8", "replace")
        if kind == 7 or (kind == 1 and length > 4):  # some programs write comments as plain bytes
            return data
        if kind in (5, 10):
            parts = struct.unpack(f"{self.order}{2 * length}{'I' if kind == 5 else 'i'}", data)
            pairs = zip(parts[::2], parts[1::2], strict=True)
            return tuple(above / below if below else float("nan") for above, below in pairs)
        return struct.unpack(f"{self.order}{length}{_FORMATS[kind]}", data)
