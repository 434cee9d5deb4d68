"""What other programs wrote of photos, as the catalog remembers it: read again only where a file has changed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from photosort.core.catalog.rows import fetch_columns
from photosort.core.catalog.store import Store
from photosort.core.catalog.textcodes import companions_from_column, from_column
from photosort.core.written import WrittenColumns
from photosort.core.xmp.facts import WrittenFacts
from photosort.core.xmp.sidecars import in_turn

_READER = 1
"""Raised when more is read of files than before, so that all are read again."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A photo whose files were not read yet as they are now.

    Attributes:
        photo_id: the photo.
        relpath: its picture file, relative to the root, POSIX.
        sidecars: its XMP sidecars, the one that is believed first.
        stamp: says which state of the files that is.
    """

    photo_id: int
    relpath: str
    sidecars: tuple[str, ...]
    stamp: str


class Written:
    """What is written of photos in their files and sidecars.

    Args:
        store: the catalog's file.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def unread(self, root_id: int) -> list[Unread]:
        """The present photos of a folder whose files have changed since they were read, ordered by path."""
        with self._store.read() as connection:
            columns = fetch_columns(
                connection.execute(
                    "SELECT p.id, p.relpath, p.companions, p.size, p.mtime_ns, w.stamp FROM photos AS p"
                    " LEFT JOIN written AS w ON w.photo_id = p.id WHERE p.root_id = ? AND p.state = 0"
                    # Only photos with other files need a closer look: most of a large folder is told here.
                    " AND (p.companions IS NOT NULL OR w.stamp IS NULL"
                    " OR w.stamp <> ? || ' ' || p.size || ' ' || p.mtime_ns) ORDER BY p.relpath",
                    (root_id, _READER),
                ),
                6,
            )
        found = []
        for photo_id, stored_path, companions, size, mtime_ns, stamp in zip(*columns, strict=True):
            relpath = from_column(stored_path)
            files = {file.relpath: file for file in companions_from_column(companions)}
            sidecars = in_turn(relpath, tuple(files))
            # By name: a photo that is moved with its sidecar is still the same.
            parts = (f"{path.rpartition('/')[2]} {files[path].size} {files[path].mtime_ns}" for path in sidecars)
            now = " ".join((f"{_READER} {size} {mtime_ns}", *parts))
            if now != stamp:
                found.append(Unread(photo_id, relpath, sidecars, now))
        return found

    def store(self, read: Sequence[tuple[Unread, WrittenFacts]]) -> None:
        """Remember what was read. Queued."""
        rows = [
            (one.photo_id, one.stamp, facts.rating, facts.colour, json.dumps(facts.keywords, ensure_ascii=False))
            for one, facts in read
        ]

        def write(connection: sqlite3.Connection) -> None:
            connection.executemany(
                "INSERT INTO written (photo_id, stamp, rating, colour, keywords) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (photo_id) DO UPDATE SET stamp = excluded.stamp, rating = excluded.rating,"
                " colour = excluded.colour, keywords = excluded.keywords",
                rows,
            )

        self._store.queue(write)

    def columns(self, root_id: int) -> WrittenColumns:
        """What is written of the present photos of a folder."""
        with self._store.read() as connection:
            ids, ratings, colours, keywords = fetch_columns(
                connection.execute(
                    "SELECT p.id, w.rating, w.colour, w.keywords FROM written AS w"
                    " JOIN photos AS p ON p.id = w.photo_id"
                    # As the index in the schema has it, or SQLite does not see that the index serves.
                    " WHERE (w.rating <> 0 OR w.colour <> '' OR w.keywords <> '[]')"
                    " AND p.root_id = ? AND p.state = 0 ORDER BY p.id",
                    (root_id,),
                ),
                4,
            )
        # Many photos have the same keywords: one list serves them all.
        parsed = {text: tuple(json.loads(text)) for text in set(keywords)}
        rows = zip(ids, ratings, colours, keywords, strict=True)
        return WrittenColumns.of((one, WrittenFacts(r, colour, parsed[text])) for one, r, colour, text in rows)

    def facts(self, photo_id: int) -> WrittenFacts:
        """What is written of one photo, as far as its files were read."""
        with self._store.read() as connection:
            row = connection.execute(
                "SELECT rating, colour, keywords FROM written WHERE photo_id = ?", (photo_id,)
            ).fetchone()
        return WrittenFacts() if row is None else WrittenFacts(row[0], row[1], tuple(json.loads(row[2])))
