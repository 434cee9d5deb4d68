"""Writing what a scan found."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Generator
from pathlib import Path

from photosort.core.catalog.compare import Difference, Known, compare
from photosort.core.catalog.problems import NoteKind, notes
from photosort.core.catalog.store import Store
from photosort.core.catalog.textcodes import companions_to_column, from_column, to_column
from photosort.core.catalog.values import ScanChanges
from photosort.core.errors import PhotosortError
from photosort.core.photo import Progress, Shot
from photosort.core.scan import ScanResult

_UNREADABLE = ""


def reconcile(
    store: Store, root_id: int, result: ScanResult, *, key_of: Callable[[Path], str], complete: bool
) -> Generator[Progress, None, ScanChanges]:
    """Bring the photos of a folder up to date; nothing is written before the generator returns.

    The difference is found twice: without a lock, to read what must be read of files on disk; and again under the
    lock that writes it, for another process may have been at the same.
    """
    with store.read() as connection:
        difference = _compare(connection, root_id, result, {}, complete=complete)
        same_notes = not _note_changes(connection, root_id, result, complete=complete)
    keys: dict[str, str] = {}
    for done, relpath in enumerate(difference.wanted):
        yield Progress("Looking for moved photos", done, len(difference.wanted))
        keys[relpath] = _key(key_of, result.root / relpath)
    if difference.empty and same_notes:
        return ScanChanges(unchanged=difference.unchanged)

    def write(connection: sqlite3.Connection) -> ScanChanges:
        return _apply(connection, root_id, result, keys, complete=complete)

    return store.write(write)


def _key(key_of: Callable[[Path], str], path: Path) -> str:
    try:
        return key_of(path)
    except (OSError, PhotosortError):
        # The analysis meets the same file and says what is wrong with it.
        return _UNREADABLE


def _compare(
    connection: sqlite3.Connection, root_id: int, result: ScanResult, keys: dict[str, str], *, complete: bool
) -> Difference:
    rows = connection.execute(
        "SELECT p.id, p.relpath, p.companions, p.size, p.mtime_ns, p.state = 0, p.taken, p.taken_source, c.key"
        " FROM photos AS p LEFT JOIN contents AS c ON c.id = p.content_id WHERE p.root_id = ?",
        (root_id,),
    ).fetchall()
    known = [Known(row[0], from_column(row[1]), *row[2:]) for row in rows]
    return compare(known, result.shots, result.failures, keys=keys, complete=complete)


def _apply(
    connection: sqlite3.Connection, root_id: int, result: ScanResult, keys: dict[str, str], *, complete: bool
) -> ScanChanges:
    difference = _compare(connection, root_id, result, keys, complete=complete)
    # Who leaves a path must be gone from it before another takes it.
    leaving = [*difference.missing, *(photo for photo, _shot in (*difference.moved, *difference.changed))]
    connection.executemany("UPDATE photos SET state = 1 WHERE id = ?", [(photo.id,) for photo in leaving])
    placed = (*difference.refreshed, *difference.returned, *difference.changed, *difference.moved)
    connection.executemany(
        "UPDATE photos SET relpath = ?, companions = ?, size = ?, mtime_ns = ?, taken = ?, taken_source = ?, state = 0"
        " WHERE id = ?",
        [(*_columns(shot), photo.id) for photo, shot in placed],
    )
    changed = [(photo.id,) for photo, _shot in difference.changed]
    connection.executemany("UPDATE photos SET content_id = NULL WHERE id = ?", changed)
    connection.executemany("DELETE FROM photo_failures WHERE photo_id = ?", changed)
    # The group of a photo is that of what it showed.
    connection.executemany(
        "DELETE FROM clusters WHERE photo_id = ? AND clustering_id IN (SELECT id FROM clusterings WHERE root_id = ?)",
        [(*one, root_id) for one in changed],
    )
    newest = connection.execute("SELECT ifnull(max(id), 0) FROM photos").fetchone()[0]
    connection.executemany(
        "INSERT INTO photos (relpath, companions, size, mtime_ns, taken, taken_source, state, root_id)"
        " VALUES (?, ?, ?, ?, ?, ?, 0, ?)",
        [(*_columns(shot), root_id) for shot in difference.added],
    )
    added = connection.execute("SELECT id FROM photos WHERE id > ? ORDER BY id", (newest,)).fetchall()
    _write_notes(connection, root_id, result, complete=complete)
    return ScanChanges(
        added=tuple(row[0] for row in added),
        changed=tuple(photo.id for photo, _shot in difference.changed),
        moved=tuple(photo.id for photo, _shot in difference.moved),
        missing=tuple(photo.id for photo in difference.missing),
        returned=tuple(photo.id for photo, _shot in difference.returned),
        unchanged=difference.unchanged,
    )


def _columns(shot: Shot) -> tuple[str | bytes, str | None, int, int, float, str]:
    file = shot.file
    companions = companions_to_column(shot.companions)
    return to_column(file.relpath), companions, file.size, file.mtime_ns, shot.taken, shot.taken_source.value


def _found_notes(result: ScanResult) -> dict[NoteKind, dict[str, str]]:
    return {
        "failed": {failure.relpath: failure.reason for failure in result.failures},
        "ignored": {ignored.relpath: ignored.reason for ignored in result.ignored},
    }


def _note_changes(connection: sqlite3.Connection, root_id: int, result: ScanResult, *, complete: bool) -> bool:
    for kind, found in _found_notes(result).items():
        stored = dict(notes(connection, root_id, kind))
        if complete:
            if stored != found:
                return True
        elif found.items() - stored.items() or any(shot.file.relpath in stored for shot in result.shots):
            return True
    return False


def _write_notes(connection: sqlite3.Connection, root_id: int, result: ScanResult, *, complete: bool) -> None:
    if complete:
        connection.execute("DELETE FROM scan_notes WHERE root_id = ?", (root_id,))
    else:
        looked_at = [
            *(shot.file.relpath for shot in result.shots),
            *(failure.relpath for failure in result.failures),
            *(ignored.relpath for ignored in result.ignored),
        ]
        connection.executemany(
            "DELETE FROM scan_notes WHERE root_id = ? AND relpath = ?",
            [(root_id, to_column(relpath)) for relpath in looked_at],
        )
    connection.executemany(
        "INSERT INTO scan_notes (root_id, kind, relpath, reason) VALUES (?, ?, ?, ?)",
        [
            (root_id, kind, to_column(relpath), reason)
            for kind, found in _found_notes(result).items()
            for relpath, reason in found.items()
        ],
    )
