"""Reading photos, and remembering what could not be read of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np

from photosort.core.catalog.roots import root_path
from photosort.core.catalog.textcodes import companions_from_column, from_column
from photosort.core.catalog.values import PhotoListing
from photosort.core.errors import CatalogError
from photosort.core.photo import Failure, Photo, PhotoState, TakenSource

STATES: tuple[PhotoState, ...] = (PhotoState.PRESENT, PhotoState.MISSING)
"""States by the number that the table holds."""

NoteKind = Literal["failed", "ignored"]

_SOURCES = {source.value: source for source in TakenSource}

_SELECT = (
    "SELECT p.id, p.relpath, p.companions, p.size, p.mtime_ns, p.state, p.taken, p.taken_source, p.content_id,"
    " c.key, c.width, c.height, c.sharpness, c.perceptual_hash, c.taken, p.root_id"
    " FROM photos AS p LEFT JOIN contents AS c ON c.id = p.content_id"
)


def listing(connection: sqlite3.Connection, root_id: int, states: Collection[PhotoState]) -> PhotoListing:
    """The photos of a folder that are in one of ``states`` as columns, ordered by path."""
    codes = [STATES.index(state) for state in set(states)]
    marks = ", ".join("?" * len(codes))
    rows = connection.execute(
        "SELECT p.id, p.relpath, p.size, ifnull(c.taken, p.taken), c.taken IS NULL AND p.taken_source = ?,"  # noqa: S608
        " c.sharpness, p.state FROM photos AS p LEFT JOIN contents AS c ON c.id = p.content_id"
        f" WHERE p.root_id = ? AND p.state IN ({marks}) ORDER BY p.relpath",
        (TakenSource.FILE.value, root_id, *codes),
    ).fetchall()
    if any(isinstance(row[1], bytes) for row in rows):
        # Paths that are stored as bytes come last out of the database.
        rows.sort(key=lambda row: from_column(row[1]))
    ids, relpaths, sizes, taken, uncertain, sharpness, state = zip(*rows, strict=True) if rows else ((),) * 7
    photo_ids = np.array(ids, np.int64)
    return PhotoListing(
        ids=photo_ids,
        relpaths=[from_column(relpath) for relpath in relpaths],
        sizes=np.array(sizes, np.int64),
        taken=np.array(taken, np.float64),
        taken_uncertain=np.array(uncertain, np.bool_),
        sharpness=np.array(sharpness, np.float32),
        missing=np.array(state, np.int64) == STATES.index(PhotoState.MISSING),
        failed=np.isin(photo_ids, list(failed_photos(connection, root_id))),
    )


def photos_of_root(connection: sqlite3.Connection, root_id: int, states: Collection[PhotoState]) -> list[Photo]:
    """The photos of a folder that are in one of ``states``, ordered by path."""
    root = root_path(connection, root_id)
    codes = [STATES.index(state) for state in set(states)]
    marks = ", ".join("?" * len(codes))
    rows = connection.execute(
        f"{_SELECT} WHERE p.root_id = ? AND p.state IN ({marks}) ORDER BY p.relpath",
        (root_id, *codes),
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
        for row in connection.execute(
            f"{_SELECT} WHERE p.id IN ({marks})",
            some,
        ).fetchall():
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


def failed_photos(connection: sqlite3.Connection, root_id: int) -> dict[int, Failure]:
    """Photo id -> why it could not be read, for the present photos of a folder as their files are now."""
    rows = connection.execute(
        "SELECT p.id, p.relpath, f.reason FROM photo_failures AS f JOIN photos AS p ON p.id = f.photo_id"
        " WHERE p.root_id = ? AND p.state = 0 AND f.size = p.size AND f.mtime_ns = p.mtime_ns",
        (root_id,),
    ).fetchall()
    return {photo_id: Failure(from_column(relpath), reason) for photo_id, relpath, reason in rows}


def failures(connection: sqlite3.Connection, root_id: int) -> list[Failure]:
    """All problems of a folder, ordered by path: what the scan and what the analysis could not read."""
    found = [Failure(relpath, reason) for relpath, reason in notes(connection, root_id, "failed")]
    found += failed_photos(connection, root_id).values()
    return sorted(found, key=lambda failure: failure.relpath)


def record_failures(
    connection: sqlite3.Connection, root_id: int, found: Sequence[Failure], photo_ids: Sequence[int]
) -> None:
    """Remember why photos could not be read, until their files change."""
    connection.executemany(
        "INSERT INTO photo_failures (photo_id, size, mtime_ns, reason)"
        " SELECT id, size, mtime_ns, ? FROM photos WHERE id = ? AND root_id = ?"
        " ON CONFLICT (photo_id) DO UPDATE SET"
        " size = excluded.size, mtime_ns = excluded.mtime_ns, reason = excluded.reason",
        [(failure.reason, int(photo_id), root_id) for failure, photo_id in zip(found, photo_ids, strict=True)],
    )


def retry_failures(connection: sqlite3.Connection, root_id: int) -> None:
    """Forget what could not be read, so that it is tried again."""
    connection.execute(
        "DELETE FROM photo_failures WHERE photo_id IN (SELECT id FROM photos WHERE root_id = ?)", (root_id,)
    )


def notes(connection: sqlite3.Connection, root_id: int, kind: NoteKind) -> list[tuple[str, str]]:
    """(path, reason) of all that the last scan noted."""
    rows = connection.execute(
        "SELECT relpath, reason FROM scan_notes WHERE root_id = ? AND kind = ? ORDER BY relpath", (root_id, kind)
    ).fetchall()
    return [(from_column(relpath), reason) for relpath, reason in rows]


def chunks(values: Iterable[int], size: int = 900) -> Iterable[list[int]]:
    """Cut ids into lists that fit into one statement's parameters on every SQLite."""
    chunk: list[int] = []
    for value in values:
        chunk.append(int(value))
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
