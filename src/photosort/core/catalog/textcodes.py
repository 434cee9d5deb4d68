"""How paths become values of the catalog, and back.

A file name need not be valid text: Python hands undecodable bytes over as lone surrogates, which SQLite refuses. Such
names are stored as bytes; all others as text, so that one can read them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from photosort.core.photo import FileInfo

_ENCODING = "utf-8"
_ERRORS = "surrogatepass"


def to_column(text: str) -> str | bytes:
    """What is stored for a path: itself, or bytes where it holds lone surrogates."""
    if text.isascii():
        return text
    try:
        text.encode(_ENCODING)
    except UnicodeEncodeError:
        return text.encode(_ENCODING, _ERRORS)
    return text


def from_column(value: str | bytes) -> str:
    """The path that was given to `to_column`."""
    return value if isinstance(value, str) else value.decode(_ENCODING, _ERRORS)


def legible(text: str) -> str:
    """Words for a person, with escapes for what is no text: the name of a folder may stand among them."""
    return text if text.isascii() else text.encode(_ENCODING, "backslashreplace").decode(_ENCODING)


def companions_to_column(companions: Iterable[FileInfo]) -> str | None:
    """A photo's other files as JSON, None for none; equal for equal files."""
    rows = [(file.relpath, file.size, file.mtime_ns) for file in companions]
    return json.dumps(rows, separators=(",", ":")) if rows else None


def companions_from_column(value: str | None) -> tuple[FileInfo, ...]:
    """The files that were given to `companions_to_column`."""
    if value is None:
        return ()
    return tuple(FileInfo(relpath, size, mtime_ns) for relpath, size, mtime_ns in json.loads(value))
