"""JPEG files from outside: size, EXIF, colour profile and embedded previews, without decoding anything.

Sources: ITU-T T.81 (markers), ICC.1 annex B.4 (profiles in APP2), CIPA DC-007 (multi-picture format).
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from typing import BinaryIO

from photosort.core.errors import ImageError
from photosort.core.imaging.exif import Exif, read_exif

_START_OF_SCAN = 0xDA
_FRAMES = frozenset({0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF})
_PROGRESSIVE = frozenset({0xC2, 0xC6, 0xCA, 0xCE})
_PARAMETERLESS = frozenset({0x01, *range(0xD0, 0xD9)})
_APP1, _APP2 = 0xE1, 0xE2
_METADATA = frozenset({_APP1, _APP2, *range(0xE3, 0xEE), 0xEF, 0xFE})
"""Segments that the decoding of pixels does not need: all APPn but JFIF's and Adobe's, and comments."""

_MAX_SEGMENTS = 2000
_MP_ENTRIES = 0xB002
_LARGE_THUMBNAILS = frozenset({0x010001, 0x010002})
"""Types of a multi-picture entry that are the same picture, smaller; others are panoramas, gain maps, 3D pairs."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """A smaller JPEG of the same picture inside a file.

    Attributes:
        offset: where it begins in the file.
        length: its size in bytes.
    """

    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class JpegHeader:
    """What precedes the pixels.

    Attributes:
        width: stored width, pixels.
        height: stored height, pixels.
        progressive: the decoder must hold the whole picture's coefficients.
        exif: the EXIF tags.
        icc: the colour profile, None without one.
        previews: embedded JPEGs of the same picture.
        kept: (start, end) of the segments that decoding needs, before the pixels.
        scan: where the first scan begins.
    """

    width: int
    height: int
    progressive: bool
    exif: Exif
    icc: bytes | None
    previews: tuple[Embedded, ...]
    kept: tuple[tuple[int, int], ...]
    scan: int


def read_header(stream: BinaryIO) -> JpegHeader:
    """Read a JPEG up to its pixels.

    Raises:
        ImageError: the file ends or breaks before there is a picture.
        OSError: the stream could not be read.
    """
    scanner = _Scanner(stream)
    scanner.run()
    if scanner.frame is None:
        raise ImageError("the file is damaged: it has no picture size, or ends before the picture begins")
    progressive, height, width, layers = scanner.frame
    if width == 0 or height == 0 or layers not in (1, 3, 4):
        raise ImageError(f"the file is damaged: it claims to be {width} x {height} pixels in {layers} colours")
    exif = read_exif(stream, scanner.exif_at) if scanner.exif_at else Exif()
    previews = []
    if exif.thumbnail is not None:
        previews.append(Embedded(scanner.exif_at + exif.thumbnail[0], exif.thumbnail[1]))
    if scanner.mpf_at:
        previews.extend(_multi_picture_thumbnails(stream, scanner.mpf_at))
    return JpegHeader(
        width, height, progressive, exif, scanner.profile(), tuple(previews), tuple(scanner.kept), scanner.scan
    )


def without_metadata(data: bytes, header: JpegHeader) -> io.BytesIO:
    """The same picture without EXIF and the like, so that Pillow does not parse (and complain of) what we have read."""
    view = memoryview(data)
    parts: list[bytes | memoryview] = [b"\xff\xd8", *(view[start:end] for start, end in header.kept)]
    parts.append(view[header.scan :])
    return io.BytesIO(b"".join(parts))


class _Scanner:
    """Walks over the segments before the pixels."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._profile_parts: dict[int, bytes] = {}
        self._profile_count = 0
        self.frame: tuple[bool, int, int, int] | None = None
        self.exif_at = 0
        self.mpf_at = 0
        self.kept: list[tuple[int, int]] = []
        self.scan = 0

    def run(self) -> None:
        stream = self._stream
        stream.seek(2)
        for _ in range(_MAX_SEGMENTS):
            marker = self._next_marker()
            if marker is None:
                return
            start = stream.tell() - 2
            if marker == _START_OF_SCAN:
                self.scan = start
                return
            length = int.from_bytes(stream.read(2), "big")
            if length < 2:
                return
            self._segment(marker, length - 2)
            end = start + 2 + length
            if marker not in _METADATA:
                self.kept.append((start, end))
            stream.seek(end)

    def profile(self) -> bytes | None:
        """The colour profile, where all of its parts are there."""
        if not self._profile_count or set(self._profile_parts) != set(range(1, self._profile_count + 1)):
            return None
        return b"".join(self._profile_parts[i] for i in sorted(self._profile_parts))

    def _next_marker(self) -> int | None:
        """The next marker with parameters; junk before it is passed over, as every decoder does."""
        byte = self._stream.read(1)
        while byte:
            if byte != b"\xff":
                byte = self._stream.read(1)
                continue
            byte = self._stream.read(1)
            if byte and byte[0] not in (0x00, 0xFF) and byte[0] not in _PARAMETERLESS:
                return byte[0]
        return None

    def _segment(self, marker: int, size: int) -> None:
        stream = self._stream
        if marker in _FRAMES and self.frame is None:
            block = stream.read(6)
            if len(block) == 6:
                _, height, width, layers = struct.unpack(">BHHB", block)
                self.frame = (marker in _PROGRESSIVE, height, width, layers)
        elif marker == _APP1 and not self.exif_at:
            if stream.read(6)[:4] == b"Exif":
                self.exif_at = stream.tell()
        elif marker == _APP2:
            block = stream.read(min(size, 14))
            if block.startswith(b"ICC_PROFILE\0") and len(block) == 14:
                self._profile_parts[block[12]] = stream.read(size - 14)
                self._profile_count = block[13]
            elif block.startswith(b"MPF\0"):
                self.mpf_at = stream.tell() - len(block) + 4


def _multi_picture_thumbnails(stream: BinaryIO, base: int) -> list[Embedded]:
    """Large thumbnails of the multi-picture index whose TIFF structure begins at ``base``."""
    stream.seek(base)
    head = stream.read(8)
    order = {b"II": "<", b"MM": ">"}.get(head[:2])
    if order is None or len(head) < 8:
        return []
    stream.seek(base + struct.unpack(f"{order}I", head[4:])[0])
    count = int.from_bytes(stream.read(2), "little" if order == "<" else "big")
    block = stream.read(min(count, 100) * 12)
    for start in range(0, len(block) // 12 * 12, 12):
        tag, _, size, offset = struct.unpack_from(f"{order}HHII", block, start)
        if tag == _MP_ENTRIES and size <= 1600:
            stream.seek(base + offset)
            entries = stream.read(size)
            found = struct.iter_unpack(f"{order}IIIHH", entries[: len(entries) // 16 * 16])
            return [
                Embedded(base + at, length)
                for attribute, length, at, _, _ in found
                if attribute & 0xFFFFFF in _LARGE_THUMBNAILS and at and length
            ]
    return []
