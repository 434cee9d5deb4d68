"""The folders that a person files photos into by hand, kept for each folder that was opened."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from photosort.core.catalog.store import Store
from photosort.core.catalog.textcodes import from_column, to_column

FOLDERS: Final = "folders"
"""Labels that were learnt from the names of folders belong to the classifier of this name.

No bundled classifier has it, so that "Beach", said by filing, never overwrites what was said of a photo's scene.
"""


@dataclass(frozen=True, slots=True)
class FilingFolder:
    """A folder that photos are filed into.

    Attributes:
        path: absolute; it need not be there yet.
        learn: whether its name becomes a label of the photos that are filed there; None where nobody answered yet.
    """

    path: Path
    learn: bool | None = None

    @property
    def name(self) -> str:
        """What it is called on screen, and as a label."""
        return self.path.name or str(self.path)


class Filing:
    """What the catalog keeps of filing by hand; reached as ``catalog.filing``.

    Methods raise `CatalogError` where the catalog cannot be read or written.

    Args:
        store: the catalog's file.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def folders(self, root_id: int) -> list[FilingFolder]:
        """The folders of an opened folder, in the order of their keys."""
        with self._store.read() as connection:
            return _listed(connection, root_id)

    def arrange(self, root_id: int, paths: Sequence[Path]) -> None:
        """List exactly these absolute paths, in this order; what is known of folders that leave the list is kept."""

        def write(connection: sqlite3.Connection) -> None:
            connection.execute("UPDATE filing_folders SET position = NULL WHERE root_id = ?", (root_id,))
            connection.executemany(
                "INSERT INTO filing_folders (root_id, path, position) VALUES (?, ?, ?)"
                " ON CONFLICT (root_id, path) DO UPDATE SET position = excluded.position",
                [(root_id, to_column(str(path)), place) for place, path in enumerate(dict.fromkeys(paths))],
            )

        self._store.write(write)

    def learns(self, root_id: int, path: Path) -> bool | None:
        """Whether a folder's name becomes a label, listed or not; None where nobody answered yet."""
        with self._store.read() as connection:
            row = connection.execute(
                "SELECT learn FROM filing_folders WHERE root_id = ? AND path = ?", (root_id, to_column(str(path)))
            ).fetchone()
        return None if row is None else _answer(row[0])

    def learn(self, root_id: int, path: Path, answer: bool | None) -> None:
        """Remember the answer for a folder, listed or not; None forgets it."""
        value = None if answer is None else int(answer)
        self._store.write(
            lambda connection: connection.execute(
                "INSERT INTO filing_folders (root_id, path, learn) VALUES (?, ?, ?)"
                " ON CONFLICT (root_id, path) DO UPDATE SET learn = excluded.learn",
                (root_id, to_column(str(path)), value),
            )
        )


def _listed(connection: sqlite3.Connection, root_id: int) -> list[FilingFolder]:
    rows = connection.execute(
        "SELECT path, learn FROM filing_folders WHERE root_id = ? AND position IS NOT NULL ORDER BY position",
        (root_id,),
    ).fetchall()
    return [FilingFolder(Path(from_column(path)), _answer(learn)) for path, learn in rows]


def _answer(value: int | None) -> bool | None:
    return None if value is None else bool(value)
