"""The XMP packet of files that are built of boxes: HEIF and AVIF keep it as an item, Canon's CR3 in a box of its own.

Sources: ISO 14496-12 (boxes, iinf, iloc, idat) and ISO 16684-3 (the box).
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

_MAX_BOXES = 10_000
_MAX_META_BYTES = 16 * 1024 * 1024
_XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_XMP_TYPE = b"application/rdf+xml"


def read_xmp_item(stream: BinaryIO, most: int) -> bytes | None:
    """The XMP item of a HEIF or AVIF file; None where there is none of at most ``most`` bytes."""
    for name, start, end in _boxes(stream, 0, None):
        if name == b"meta" and end - start <= _MAX_META_BYTES:
            stream.seek(start)
            return _item_of_meta(stream, stream.read(end - start), most)
    return None


def read_xmp_box(stream: BinaryIO, most: int) -> bytes | None:
    """The XMP of a file that keeps it in a box of its own; None where there is none of at most ``most`` bytes."""
    for name, start, end in _boxes(stream, 0, None):
        if name == b"uuid" and 16 < end - start <= most:
            stream.seek(start)
            if stream.read(16) == _XMP_UUID:
                return stream.read(end - start - 16)
    return None


def _boxes(stream: BinaryIO, at: int, end: int | None) -> Iterator[tuple[bytes, int, int]]:
    """(name, where its content begins, where it ends) of the boxes in a part of a stream."""
    last = stream.seek(0, io.SEEK_END) if end is None else end
    for _ in range(_MAX_BOXES):
        if at + 8 > last:
            return
        stream.seek(at)
        head = stream.read(16)
        size, name, start = int.from_bytes(head[:4]), head[4:8], at + 8
        if size == 1:
            size, start = int.from_bytes(head[8:16]), at + 16
        stop = last if size == 0 else at + size
        if stop < start or stop > last:
            return
        yield name, start, stop
        at = stop


@dataclass(slots=True)
class _Cursor:
    """Reads numbers out of bytes; past the end there is nothing but zeros."""

    data: bytes
    at: int = 0

    def number(self, size: int) -> int:
        value = int.from_bytes(self.data[self.at : self.at + size])
        self.at += size
        return value

    def text(self) -> bytes:
        end = self.data.find(b"\0", self.at)
        end = len(self.data) if end < 0 else end
        value, self.at = self.data[self.at : end], end + 1
        return value


def _item_of_meta(stream: BinaryIO, meta: bytes, most: int) -> bytes | None:
    # Version and flags come before the boxes.
    inner = io.BytesIO(meta)
    parts = {name: meta[start:end] for name, start, end in _boxes(inner, 4, len(meta))}
    wanted = _xmp_item_id(parts.get(b"iinf", b""))
    if wanted is None:
        return None
    found = b""
    for in_file, offset, length in _extents(parts.get(b"iloc", b""), wanted):
        if len(found) + length > most:
            return None
        if in_file:
            stream.seek(offset)
            found += stream.read(length)
        else:
            found += parts.get(b"idat", b"")[offset : offset + length]
    return found or None


def _xmp_item_id(iinf: bytes) -> int | None:
    """The number of the item whose type says that it is XMP."""
    if len(iinf) < 6:
        return None
    first = 6 if iinf[0] == 0 else 8
    for name, start, end in _boxes(io.BytesIO(iinf), first, len(iinf)):
        entry = _Cursor(iinf[start:end])
        version = entry.number(1)
        entry.number(3)
        if name != b"infe" or version < 2:
            continue
        item_id = entry.number(2 if version == 2 else 4)
        entry.number(2)
        kind = entry.number(4).to_bytes(4)
        entry.text()
        if kind == b"mime" and entry.text() == _XMP_TYPE:
            return item_id
    return None


def _extents(iloc: bytes, wanted: int) -> list[tuple[bool, int, int]]:
    """(in the file?, offset, length) of the pieces of an item; those that are not in the file are in idat."""
    cursor = _Cursor(iloc)
    version = cursor.number(1)
    cursor.number(3)
    sizes = cursor.number(2)
    offset_size, length_size, base_size, index_size = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
    count = cursor.number(2 if version < 2 else 4)
    for _ in range(min(count, len(iloc))):
        item_id = cursor.number(2 if version < 2 else 4)
        method = cursor.number(2) & 15 if version else 0
        cursor.number(2)
        base = cursor.number(base_size)
        extents = []
        for _extent in range(min(cursor.number(2), len(iloc))):
            if version and index_size:
                cursor.number(index_size)
            offset = base + cursor.number(offset_size)
            extents.append((method == 0, offset, cursor.number(length_size)))
        if item_id == wanted:
            return extents if method in (0, 1) else []
    return []
