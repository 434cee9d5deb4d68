"""Folders that were opened."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

from photosort.core.catalog.textcodes import from_column, to_column
from photosort.core.catalog.values import Root
from photosort.core.errors import CatalogError


def open_root(connection: sqlite3.Connection, folder: Path) -> int:
    """The id of a folder, new or known; it becomes the most recent one. ``folder`` must be absolute."""
    path = to_column(str(folder))
    connection.execute(
        "INSERT INTO roots (path, opened_at) VALUES (?, ?)"
        " ON CONFLICT (path) DO UPDATE SET opened_at = excluded.opened_at, recent = 1",
        (path, time.time()),
    )
    root_id: int = connection.execute("SELECT id FROM roots WHERE path = ?", (path,)).fetchone()[0]
    return root_id


def find_root(connection: sqlite3.Connection, folder: Path) -> int | None:
    """The id of a folder that was opened before; None of any other. ``folder`` must be absolute."""
    row = connection.execute("SELECT id FROM roots WHERE path = ?", (to_column(str(folder)),)).fetchone()
    return None if row is None else int(row[0])


def root_path(connection: sqlite3.Connection, root_id: int) -> Path:
    """Where a root lies."""
    row = connection.execute("SELECT path FROM roots WHERE id = ?", (root_id,)).fetchone()
    if row is None:
        message = f"The catalog knows no folder with the id {root_id}."
        raise CatalogError(message)
    return Path(from_column(row[0]))


def recent_roots(connection: sqlite3.Connection, limit: int) -> list[Root]:
    """The roots opened last, newest first."""
    rows = connection.execute(
        "SELECT id, path, opened_at, (SELECT count(*) FROM photos WHERE root_id = roots.id AND state = 0)"
        " FROM roots WHERE recent = 1 ORDER BY opened_at DESC, id DESC LIMIT ?",
        (limit,),
    ).fetchall()
    return [Root(root_id, Path(from_column(path)), opened_at, photos) for root_id, path, opened_at, photos in rows]


def forget_root(connection: sqlite3.Connection, root_id: int) -> None:
    """Take a root off the list of recent ones; nothing that is known of its photos goes."""
    connection.execute("UPDATE roots SET recent = 0 WHERE id = ?", (root_id,))
