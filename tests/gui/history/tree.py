"""What lies in a folder, to be compared."""

from __future__ import annotations

from pathlib import Path


def tree_of(folder: Path) -> dict[str, tuple[str, int]]:
    """Relative path -> what it is: its content where it is a file, and its modification time."""
    found = {}
    for path in sorted(folder.rglob("*")):
        content = path.read_bytes().hex() if path.is_file() else "folder"
        found[path.relative_to(folder).as_posix()] = (content, path.stat().st_mtime_ns)
    return found


def files_of(folder: Path) -> dict[str, bytes]:
    """Relative path -> content, without what photosort writes down of its own."""
    paths = (path for path in folder.rglob("*") if path.is_file() and ".photosort" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
