"""By which rules a folder is sorted again, what groups of look-alikes are called, and what was said of photos last."""

from __future__ import annotations

import sqlite3
import time
from dataclasses import dataclass
from enum import IntEnum

from photosort.core.catalog import actions
from photosort.core.catalog.store import Store
from photosort.core.catalog.values import Action
from photosort.core.sorting.plans.requests import from_json, to_json
from photosort.core.sorting.values import SortRequest


class Watch(IntEnum):
    """What happens to new photos of a folder with a rule; the numbers are those of the table."""

    NO = 0
    PROPOSE = 1
    FILE = 2
    """Those that the rule is sure of are filed without asking."""


@dataclass(frozen=True, slots=True)
class KeptRule:
    """The plan that a folder is sorted by again.

    Attributes:
        request: what was asked for.
        watch: what happens to new photos.
        made_at: when it was kept, seconds since the epoch (UTC).
    """

    request: SortRequest
    watch: Watch
    made_at: float


@dataclass(frozen=True, slots=True)
class Said:
    """What a person said last of a photo.

    Attributes:
        label: the word.
        at: when, seconds since the epoch (UTC).
    """

    label: str
    at: float


class Rules:
    """What the catalog keeps for sorting again; reached as ``catalog.rules``.

    Args:
        store: the catalog's file.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    # The rule of a folder

    def rule(self, root_id: int) -> KeptRule | None:
        """The rule of a folder; None if it has none.

        Raises:
            SortingError: it was written by something else.
        """
        with self._store.read() as connection:
            row = connection.execute(
                "SELECT request, watch, made_at FROM sort_rules WHERE root_id = ?", (root_id,)
            ).fetchone()
        return None if row is None else KeptRule(from_json(row[0]), Watch(row[1]), row[2])

    def watched(self) -> dict[int, Watch]:
        """Ids of the folders whose new photos are proposed or filed."""
        with self._store.read() as connection:
            rows = connection.execute("SELECT root_id, watch FROM sort_rules WHERE watch > 0 ORDER BY root_id")
            return {root_id: Watch(watch) for root_id, watch in rows}

    def keep(self, root_id: int, request: SortRequest, watch: Watch = Watch.NO) -> None:
        """Make a request the rule of a folder, in place of the one that it had."""
        self._store.write(
            lambda connection: _execute(
                connection,
                "INSERT INTO sort_rules (root_id, request, watch, made_at) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (root_id) DO UPDATE SET request = excluded.request, watch = excluded.watch,"
                " made_at = excluded.made_at",
                (root_id, to_json(request), int(watch), time.time()),
            )
        )

    def forget(self, root_id: int) -> None:
        """Take the rule of a folder away."""
        self._store.write(
            lambda connection: _execute(connection, "DELETE FROM sort_rules WHERE root_id = ?", (root_id,))
        )

    # What rules go by

    def said(self, root_id: int) -> dict[int, Said]:
        """Photo id -> what a person said of it last, for whichever classifier, for the photos of a folder."""
        with self._store.read() as connection:
            rows = connection.execute(
                "SELECT l.photo_id, l.label, l.made_at FROM labels AS l JOIN photos AS p ON p.id = l.photo_id"
                " WHERE p.root_id = ? ORDER BY l.made_at, l.classifier",
                (root_id,),
            ).fetchall()
        return {photo_id: Said(label, at) for photo_id, label, at in rows}

    # Names of groups

    def cluster_names(self, root_id: int) -> dict[int, str]:
        """Number of a cluster of the folder's newest clustering -> the name that a person gave it."""
        with self._store.read() as connection:
            clustering = _newest_clustering(connection, root_id)
            rows = connection.execute(
                "SELECT cluster, name FROM cluster_names WHERE clustering_id = ? ORDER BY cluster", (clustering,)
            ).fetchall()
        return dict(rows)

    def name_cluster(self, root_id: int, cluster: int, name: str | None) -> Action | None:
        """Name a cluster of the folder's newest clustering; None or nothing but blanks takes its name away.

        Returns:
            the action, which can be undone; None if it is called so already.

        Raises:
            CatalogError: the folder has no clustering.
        """
        return self._store.write(
            lambda connection: actions.name_cluster(
                connection, root_id, _newest_clustering(connection, root_id), cluster, (name or "").strip() or None
            )
        )


def _newest_clustering(connection: sqlite3.Connection, root_id: int) -> int | None:
    row = connection.execute("SELECT max(id) FROM clusterings WHERE root_id = ?", (root_id,)).fetchone()
    return None if row[0] is None else int(row[0])


def _execute(connection: sqlite3.Connection, statement: str, values: tuple[object, ...]) -> None:
    connection.execute(statement, values)
