"""Reading photos."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from photosort.core.catalog.problems import failed_photos
from photosort.core.catalog.roots import root_path
from photosort.core.catalog.rows import chunks, fetch_columns
from photosort.core.catalog.textcodes import companions_from_column, from_column
from photosort.core.catalog.values import PhotoListing
from photosort.core.errors import CatalogError
from photosort.core.photo import Photo, PhotoState, TakenSource

STATES: tuple[PhotoState, ...] = (PhotoState.PRESENT, PhotoState.MISSING)
"""States by the number that the table holds."""

_SOURCES = {source.value: source for source in TakenSource}

_SELECT = (
    "SELECT p.id, p.relpath, p.companions, p.size, p.mtime_ns, p.state, p.taken, p.taken_source, p.content_id,"
    " c.key, c.width, c.height, c.sharpness, c.perceptual_hash, c.taken, p.root_id"
    " FROM photos AS p LEFT JOIN contents AS c ON c.id = p.content_id"
)


def listing(connection: sqlite3.Connection, root_id: int, states: Collection[PhotoState]) -> PhotoListing:
    """The photos of a folder that are in one of ``states`` as columns, ordered by path."""
    cursor = connection.execute(
        "SELECT p.id, p.relpath, p.size, ifnull(c.taken, p.taken), c.taken IS NULL AND p.taken_source = ?,"  # noqa: S608
        " c.sharpness, p.state FROM photos AS p LEFT JOIN contents AS c ON c.id = p.content_id"
        f" WHERE p.root_id = ? AND {_in_states(states)} ORDER BY p.relpath",
        (TakenSource.FILE.value, root_id),
    )
    ids, stored, sizes, taken, uncertain, sharpness, state = fetch_columns(cursor, 7)
    relpaths = [from_column(relpath) for relpath in stored]
    photo_ids = np.array(ids, np.int64)
    found = PhotoListing(
        ids=photo_ids,
        relpaths=relpaths,
        sizes=np.array(sizes, np.int64),
        taken=np.array(taken, np.float64),
        taken_uncertain=np.array(uncertain, np.bool_),
        sharpness=np.array(sharpness, np.float32),
        missing=np.array(state, np.int64) == STATES.index(PhotoState.MISSING),
        failed=np.isin(photo_ids, list(failed_photos(connection, root_id))),
    )
    return _sorted(found) if any(isinstance(relpath, bytes) for relpath in stored) else found


def _sorted(found: PhotoListing) -> PhotoListing:
    """By path: those that are stored as bytes come last out of the database."""
    order = np.array(sorted(range(len(found.relpaths)), key=found.relpaths.__getitem__))
    return PhotoListing(
        ids=found.ids[order],
        relpaths=[found.relpaths[row] for row in order],
        sizes=found.sizes[order],
        taken=found.taken[order],
        taken_uncertain=found.taken_uncertain[order],
        sharpness=found.sharpness[order],
        missing=found.missing[order],
        failed=found.failed[order],
    )


def _in_states(states: Collection[PhotoState]) -> str:
    codes = sorted({STATES.index(state) for state in states})
    # Only "= 0", spelled out, lets SQLite walk along the index of present photos, which is in order of their paths.
    return f"p.state = {codes[0]}" if len(codes) == 1 else f"p.state IN ({', '.join(map(str, codes))})"


def photos_of_root(connection: sqlite3.Connection, root_id: int, states: Collection[PhotoState]) -> list[Photo]:
    """The photos of a folder that are in one of ``states``, ordered by path."""
    root = root_path(connection, root_id)
    rows = connection.execute(
        f"{_SELECT} WHERE p.root_id = ? AND {_in_states(states)} ORDER BY p.relpath", (root_id,)
    ).fetchall()
    found = [_photo(root, row) for row in rows]
    # Paths that are stored as bytes come last out of the database; nearly sorted is quickly sorted.
    found.sort(key=lambda photo: photo.relpath)
    return found


def photos_of_ids(connection: sqlite3.Connection, photo_ids: Iterable[int]) -> dict[int, Photo]:
    """Photo id -> photo, whatever its state; ids that are not known are left out."""
    roots: dict[int, Path] = {}
    found: dict[int, Photo] = {}
    for some in chunks(photo_ids):
        marks = ", ".join("?" * len(some))
        for row in connection.execute(f"{_SELECT} WHERE p.id IN ({marks})", some).fetchall():
            root_id = row[-1]
            if root_id not in roots:
                roots[root_id] = root_path(connection, root_id)
            found[row[0]] = _photo(roots[root_id], row)
    return found


def photo(connection: sqlite3.Connection, photo_id: int) -> Photo:
    """One photo, whatever its state."""
    found = photos_of_ids(connection, (photo_id,))
    if photo_id not in found:
        message = f"The catalog knows no photo with the id {photo_id}."
        raise CatalogError(message)
    return found[photo_id]


def _photo(root: Path, row: Sequence[Any]) -> Photo:
    photo_id, relpath, companions, size, mtime_ns, state, taken, source, content_id = row[:9]
    key, width, height, sharpness, perceptual_hash, exif_taken = row[9:15]
    # By position, in the order of the fields: there may be a hundred thousand, and keywords take longer.
    return Photo(
        photo_id,
        root,
        from_column(relpath),
        tuple(file.relpath for file in companions_from_column(companions)) if companions else (),
        size,
        mtime_ns,
        STATES[state],
        taken if exif_taken is None else exif_taken,
        _SOURCES[source] if exif_taken is None else TakenSource.EXIF,
        content_id,
        key,
        width,
        height,
        sharpness,
        perceptual_hash,
    )
