"""What could not be read of a folder, and what was left out."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Literal

from photosort.core.catalog.textcodes import from_column
from photosort.core.photo import Failure

NoteKind = Literal["failed", "ignored"]


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
