"""The photos of the catalog follow their files when photosort itself moves them."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from photosort.core.catalog.photos import STATES
from photosort.core.catalog.roots import find_root
from photosort.core.catalog.textcodes import companions_to_column, from_column, to_column
from photosort.core.photo import FileInfo, PhotoState

_PRESENT = STATES.index(PhotoState.PRESENT)
_MISSING = STATES.index(PhotoState.MISSING)


@dataclass(frozen=True, slots=True)
class Home:
    """A folder that the catalog knows, and a place in it.

    Attributes:
        root_id: the catalog's id of the folder.
        prefix: of paths below the place, relative to the folder: empty, or ending with a slash.
    """

    root_id: int
    prefix: str


@dataclass(frozen=True, slots=True)
class Follow:
    """Where a photo is now.

    Attributes:
        photo_id: the catalog's id.
        root_id: of the folder it is in.
        relpath: of its picture, relative to that folder; None where it is in no folder any more (in the trash).
        companions: its other files, likewise.
    """

    photo_id: int
    root_id: int
    relpath: str | None
    companions: tuple[FileInfo, ...] = ()


def find_home(connection: sqlite3.Connection, place: Path, root_id: int, root: Path) -> Home | None:
    """The known folder that a place belongs to; None where it belongs to none.

    It is the folder that is being sorted if the place lies in it, else the innermost known one.
    """
    real = place.resolve()
    if _is_below(real, root):
        return Home(root_id, _prefix(real, root))
    for folder in (real, *real.parents):
        found = find_root(connection, folder)
        if found is not None:
            return Home(found, _prefix(real, folder))
    return None


def make_home(connection: sqlite3.Connection, place: Path, root_id: int, root: Path) -> Home:
    """`find_home`; a place that belongs to no known folder becomes one, and is not listed among the recent ones."""
    home = find_home(connection, place, root_id, root)
    if home is not None:
        return home
    new_id = connection.execute(
        "INSERT INTO roots (path, opened_at, recent) VALUES (?, 0, 0)", (to_column(str(place.resolve())),)
    ).lastrowid
    assert new_id is not None
    return Home(new_id, "")


def follow(connection: sqlite3.Connection, photos: Sequence[Follow]) -> None:
    """Let photos be where their files are now: same id, labels, content and groups.

    A photo that the catalog still believes at one of the places is missing: its file cannot be there any more.
    """
    # Who leaves a path must be gone from it before another takes it.
    connection.executemany("UPDATE photos SET state = ? WHERE id = ?", [(_MISSING, photo.photo_id) for photo in photos])
    placed = [(photo, to_column(photo.relpath)) for photo in photos if photo.relpath is not None]
    connection.executemany(
        "UPDATE photos SET state = ? WHERE root_id = ? AND relpath = ? AND state = ?",
        [(_MISSING, photo.root_id, relpath, _PRESENT) for photo, relpath in placed],
    )
    connection.executemany(
        "UPDATE photos SET root_id = ?, relpath = ?, companions = ?, state = ? WHERE id = ?",
        [
            (photo.root_id, relpath, companions_to_column(photo.companions), _PRESENT, photo.photo_id)
            for photo, relpath in placed
        ],
    )


def root_of(connection: sqlite3.Connection, root_id: int) -> Path | None:
    """Where a known folder lies."""
    row = connection.execute("SELECT path FROM roots WHERE id = ?", (root_id,)).fetchone()
    return None if row is None else Path(from_column(row[0]))


def _is_below(place: PurePath, folder: PurePath) -> bool:
    return place == folder or folder in place.parents


def _prefix(place: PurePath, folder: PurePath) -> str:
    relative = place.relative_to(folder).as_posix()
    return "" if relative == "." else f"{relative}/"
