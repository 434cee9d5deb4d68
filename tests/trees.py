"""A folder as it is told byte by byte: for tests that want all of it back."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

Tree = Mapping[str, tuple[bytes, int]]


def tree_of(folder: Path) -> Tree:
    """By path relative to a folder, content and modification time of everything below it; folders have no content."""
    found = {}
    for path in sorted(folder.rglob("*")):
        content = b"" if path.is_dir() else path.read_bytes()
        found[path.relative_to(folder).as_posix()] = (content, path.stat().st_mtime_ns)
    return found
