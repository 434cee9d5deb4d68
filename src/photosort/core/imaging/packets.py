"""What is written of a picture inside its file: the XMP packet and the IPTC block; nothing else of the file is read.

Sources: ITU-T T.81 and XMP part 3 (ISO 16684-1) for JPEG, TIFF, PNG and WebP; ISO 14496-12 and 23008-12 for HEIF; the
IPTC block lies in Photoshop's resources (JPEG) or in a tag of its own (TIFF).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from photosort.core.imaging.boxes import read_xmp_box, read_xmp_item
from photosort.core.imaging.formats import Format
from photosort.core.imaging.opening import opened_file

MAX_PACKET_BYTES: Final = 16 * 1024 * 1024
"""The largest packet that is read; what a person writes has some kilobytes."""

_MAX_PARTS = 20_000
"""Segments, chunks or tags after which a file is not looked at further; a large PNG has thousands."""

_XMP_SEGMENT = b"http://ns.adobe.com/xap/1.0/\0"
_PHOTOSHOP_SEGMENT = b"Photoshop 3.0\0"
_START_OF_SCAN = 0xDA
_IPTC_RESOURCE = 0x0404
_XMP_TAG, _IPTC_TAG = 700, 33723
_TAG_SIZES = {1: 1, 2: 1, 4: 4, 7: 1}
_PNG_XMP = b"XML:com.adobe.xmp\0"


@dataclass(frozen=True, slots=True)
class Packets:
    """What was found in a file.

    Attributes:
        xmp: the XMP packet as it is there; None without one.
        iptc: the IPTC datasets; None without any.
    """

    xmp: bytes | None = None
    iptc: bytes | None = None


def read_packets(path: Path) -> Packets:
    """Find what is written of a picture in its file, reading as little of it as can be.

    Damage is passed over: whether the picture can be shown is for others to say.

    Raises:
        ImageError: the file is empty, or no picture of a known format.
        OSError: it could not be read.
    """
    with opened_file(path) as (stream, kind):
        find = _FINDERS.get(kind)
        return Packets() if find is None else find(stream)


def _of_jpeg(stream: BinaryIO) -> Packets:
    xmp: bytes | None = None
    resources = b""
    for marker, length in _segments(stream):
        if marker == 0xE1 and xmp is None:
            xmp = _behind(stream, _XMP_SEGMENT, length)
        elif marker == 0xED and len(resources) < MAX_PACKET_BYTES:
            resources += _behind(stream, _PHOTOSHOP_SEGMENT, length) or b""
    return Packets(xmp, _iptc_of_resources(resources))


def _behind(stream: BinaryIO, name: bytes, length: int) -> bytes | None:
    """The content of a segment of ``length`` bytes that begins with a name; None where it begins otherwise."""
    return stream.read(length - len(name)) if length > len(name) and stream.read(len(name)) == name else None


def _segments(stream: BinaryIO) -> Iterator[tuple[int, int]]:
    """(marker, length) of the segments before the pixels; the stream stands at the content of each."""
    at = 2
    for _ in range(_MAX_PARTS):
        stream.seek(at)
        head = stream.read(4)
        if len(head) < 4 or head[0] != 0xFF:
            return
        if head[1] == 0xFF:  # fill bytes
            at += 1
            continue
        length = int.from_bytes(head[2:], "big")
        if head[1] == _START_OF_SCAN or length < 2:
            return
        yield head[1], length - 2
        at += 2 + length


def _iptc_of_resources(data: bytes) -> bytes | None:
    """The IPTC block among Photoshop's resources: signature, number, name, length, content, each padded to even."""
    at = 0
    while data[at : at + 4] == b"8BIM" and at + 12 <= len(data):
        number = int.from_bytes(data[at + 4 : at + 6], "big")
        start = at + 6 + (data[at + 6] + 2) // 2 * 2
        length = int.from_bytes(data[start : start + 4], "big")
        if number == _IPTC_RESOURCE:
            return data[start + 4 : start + 4 + length]
        at = start + 4 + (length + 1) // 2 * 2
    return None


def _of_png(stream: BinaryIO) -> bytes | None:
    at = 8
    for _ in range(_MAX_PARTS):
        stream.seek(at)
        head = stream.read(8)
        if len(head) < 8 or head[4:] == b"IEND":
            return None
        length = int.from_bytes(head[:4], "big")
        if head[4:] == b"iTXt" and length <= MAX_PACKET_BYTES and stream.read(len(_PNG_XMP)) == _PNG_XMP:
            return _international_text(stream.read(length - len(_PNG_XMP)))
        at += 12 + length
    return None


def _international_text(data: bytes) -> bytes | None:
    """The text of an iTXt chunk behind its keyword: compressed?, how, language, translated keyword, text."""
    parts = data[2:].split(b"\0", 2)
    if len(parts) < 3:
        return None
    if data[0] != 1:
        return parts[2]
    try:
        return zlib.decompressobj().decompress(parts[2], MAX_PACKET_BYTES)
    except zlib.error:
        return None


def _of_webp(stream: BinaryIO) -> bytes | None:
    at = 12
    for _ in range(_MAX_PARTS):
        stream.seek(at)
        head = stream.read(8)
        if len(head) < 8:
            return None
        length = int.from_bytes(head[4:], "little")
        if head[:4] == b"XMP ":
            return stream.read(length) if length <= MAX_PACKET_BYTES else None
        at += 8 + length + length % 2
    return None


def _of_tiff(stream: BinaryIO) -> Packets:
    stream.seek(0)
    head = stream.read(8)
    order = {b"II": "<", b"MM": ">"}.get(head[:2])
    if order is None or len(head) < 8 or head[2:4] in (b"+\0", b"\0+"):  # BigTIFF's directories are built otherwise
        return Packets()
    stream.seek(struct.unpack(f"{order}I", head[4:])[0])
    count = int.from_bytes(stream.read(2), "little" if order == "<" else "big")
    entries = stream.read(min(count, _MAX_PARTS) * 12)
    found: dict[int, bytes] = {}
    for tag, kind, length, offset in struct.iter_unpack(f"{order}HHII", entries[: len(entries) // 12 * 12]):
        size = _TAG_SIZES.get(kind, 0) * length
        if tag in (_XMP_TAG, _IPTC_TAG) and tag not in found and 4 < size <= MAX_PACKET_BYTES:
            stream.seek(offset)
            found[tag] = stream.read(size)
    return Packets(found.get(_XMP_TAG), found.get(_IPTC_TAG))


def _of_boxes(stream: BinaryIO) -> Packets:
    return Packets(read_xmp_item(stream, MAX_PACKET_BYTES))


def _of_raw(stream: BinaryIO) -> Packets:
    """Canon's CR3 is built of boxes; all others are kinds of TIFF, or say nothing."""
    found = _of_tiff(stream)
    return found if found != Packets() else Packets(read_xmp_box(stream, MAX_PACKET_BYTES))


_FINDERS: Final[dict[Format, Callable[[BinaryIO], Packets]]] = {
    Format.JPEG: _of_jpeg,
    Format.PNG: lambda stream: Packets(_of_png(stream)),
    Format.WEBP: lambda stream: Packets(_of_webp(stream)),
    Format.TIFF: _of_tiff,
    Format.HEIF: _of_boxes,
    Format.AVIF: _of_boxes,
    Format.RAW: _of_raw,
}
