"""What the person said of photos, and the list of everything that can be undone."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Mapping
from typing import Any

from photosort.core.catalog.clusters import carry_names
from photosort.core.catalog.rows import chunks
from photosort.core.catalog.values import Action
from photosort.core.errors import CatalogError
from photosort.core.sorting.values import Run, RunState

LABEL = "label"
CLUSTER = "cluster"
"""A group of look-alikes got a name, another one, or none."""
RUN = "run"
"""Files were moved, copied or written; the engine of `photosort.core.sorting` undoes and redoes it."""

_SELECT = "SELECT id, root_id, kind, title, done_at, undone_at FROM actions"


def labels_of_root(connection: sqlite3.Connection, root_id: int, classifier: str) -> dict[int, str]:
    """Photo id -> label, for the photos of a folder, present or missing."""
    rows = connection.execute(
        "SELECT l.photo_id, l.label FROM labels AS l JOIN photos AS p ON p.id = l.photo_id"
        " WHERE p.root_id = ? AND l.classifier = ? ORDER BY l.photo_id",
        (root_id, classifier),
    ).fetchall()
    return dict(rows)


def all_labels_of_root(connection: sqlite3.Connection, root_id: int) -> dict[str, dict[int, str]]:
    """Classifier -> photo id -> label, for the photos of a folder, present or missing."""
    found: dict[str, dict[int, str]] = {}
    for classifier, photo_id, label in connection.execute(
        "SELECT l.classifier, l.photo_id, l.label FROM labels AS l JOIN photos AS p ON p.id = l.photo_id"
        " WHERE p.root_id = ? ORDER BY l.classifier, l.photo_id",
        (root_id,),
    ):
        found.setdefault(classifier, {})[photo_id] = label
    return found


def set_labels(
    connection: sqlite3.Connection, root_id: int, classifier: str, labels: Mapping[int, str | None]
) -> Action | None:
    """Label photos, None takes a label away; returns the action, None if nothing changed."""
    before = _stored(connection, root_id, classifier, labels)
    after = {photo_id: label for photo_id, label in labels.items() if before[photo_id] != label}
    if not after:
        return None
    _write(connection, classifier, after)
    payload = {
        "classifier": classifier,
        "before": [[photo_id, before[photo_id]] for photo_id in after],
        "after": [[photo_id, label] for photo_id, label in after.items()],
    }
    return _record(connection, root_id, LABEL, _title(after), json.dumps(payload))


def _stored(
    connection: sqlite3.Connection, root_id: int, classifier: str, photo_ids: Mapping[int, object]
) -> dict[int, str | None]:
    """The labels that photos of a folder have now; CatalogError for photos of another."""
    found: dict[int, str | None] = {}
    for some in chunks(photo_ids):
        marks = ", ".join("?" * len(some))
        found.update(
            connection.execute(
                "SELECT p.id, l.label FROM photos AS p"  # noqa: S608
                " LEFT JOIN labels AS l ON l.photo_id = p.id AND l.classifier = ?"
                f" WHERE p.root_id = ? AND p.id IN ({marks})",
                (classifier, root_id, *some),
            ).fetchall()
        )
    strangers = photo_ids.keys() - found.keys()
    if strangers:
        message = f"{len(strangers)} of the photos to be labelled are not in this folder."
        raise CatalogError(message)
    return found


def _write(connection: sqlite3.Connection, classifier: str, labels: Mapping[int, str | None]) -> None:
    now = time.time()
    connection.executemany(
        "INSERT INTO labels (photo_id, classifier, label, made_at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (photo_id, classifier) DO UPDATE SET label = excluded.label, made_at = excluded.made_at",
        [(int(photo_id), classifier, label, now) for photo_id, label in labels.items() if label is not None],
    )
    connection.executemany(
        "DELETE FROM labels WHERE photo_id = ? AND classifier = ?",
        [(int(photo_id), classifier) for photo_id, label in labels.items() if label is None],
    )


def _title(labels: Mapping[int, str | None]) -> str:
    photos = "1 photo" if len(labels) == 1 else f"{len(labels):,} photos"
    words = set(labels.values())
    if words == {None}:
        return f"take the label off {photos}"
    return f"label {photos} as {words.pop()}" if len(words) == 1 else f"label {photos}"


def _record(connection: sqlite3.Connection, root_id: int, kind: str, title: str, payload: str) -> Action:
    connection.execute("UPDATE actions SET final = 1 WHERE root_id = ? AND undone_at IS NOT NULL", (root_id,))
    action_id = connection.execute(
        "INSERT INTO actions (root_id, kind, title, payload, done_at) VALUES (?, ?, ?, ?, ?)",
        (root_id, kind, title, payload, time.time()),
    ).lastrowid
    return Action(*connection.execute(f"{_SELECT} WHERE id = ?", (action_id,)).fetchone())


def actions(connection: sqlite3.Connection, root_id: int) -> list[Action]:
    """All actions of a folder, newest first, also undone ones."""
    rows = connection.execute(f"{_SELECT} WHERE root_id = ? ORDER BY id DESC", (root_id,)).fetchall()
    return [Action(*row) for row in rows]


def next_undo(connection: sqlite3.Connection, root_id: int) -> Action | None:
    """The action that an undo would undo: the newest that stands."""
    row = connection.execute(
        f"{_SELECT} WHERE root_id = ? AND undone_at IS NULL ORDER BY id DESC LIMIT 1", (root_id,)
    ).fetchone()
    return None if row is None else Action(*row)


def next_redo(connection: sqlite3.Connection, root_id: int) -> Action | None:
    """The action that a redo would do again: the one undone last, unless something was done since."""
    row = connection.execute(
        f"{_SELECT} WHERE root_id = ? AND undone_at IS NOT NULL AND final = 0 ORDER BY id LIMIT 1", (root_id,)
    ).fetchone()
    return None if row is None else Action(*row)


def undo(connection: sqlite3.Connection, root_id: int) -> Action | None:
    """Undo the newest action of a folder that stands; returns it, None if there is none."""
    action = next_undo(connection, root_id)
    if action is not None:
        _apply(connection, action, "before")
        connection.execute("UPDATE actions SET undone_at = ? WHERE id = ?", (time.time(), action.id))
    return action


def redo(connection: sqlite3.Connection, root_id: int) -> Action | None:
    """Do again what was undone last; returns it, None if there is none."""
    action = next_redo(connection, root_id)
    if action is not None:
        _apply(connection, action, "after")
        connection.execute("UPDATE actions SET undone_at = NULL WHERE id = ?", (action.id,))
    return action


def follow_run(connection: sqlite3.Connection, run: Run) -> None:
    """Keep the action of a run in step with it: there is one from the first photo it placed on."""
    payload = json.dumps({"run": run.id})
    row = connection.execute(
        "SELECT id, undone_at FROM actions WHERE root_id = ? AND kind = ? AND payload = ?", (run.root_id, RUN, payload)
    ).fetchone()
    stands = run.state in {RunState.APPLIED, RunState.STOPPED} and run.standing > 0
    if row is None:
        if stands:
            _record(connection, run.root_id, RUN, run.title, payload)
    elif stands:
        connection.execute(
            "UPDATE actions SET undone_at = NULL, final = 0, title = ? WHERE id = ?", (run.title, row[0])
        )
    elif row[1] is None:
        connection.execute("UPDATE actions SET undone_at = ? WHERE id = ?", (time.time(), row[0]))


def run_of(connection: sqlite3.Connection, action_id: int) -> int | None:
    """The run that an action is of; None for an action of another kind."""
    row = connection.execute("SELECT payload FROM actions WHERE id = ? AND kind = ?", (action_id, RUN)).fetchone()
    return None if row is None else int(json.loads(row[0])["run"])


def name_cluster(
    connection: sqlite3.Connection, root_id: int, clustering_id: int | None, cluster: int, name: str | None
) -> Action | None:
    """Name a group of look-alikes, None takes the name away; returns the action, None if nothing changed."""
    if clustering_id is None:
        message = "There are no groups of look-alikes in this folder yet."
        raise CatalogError(message)
    row = connection.execute(
        "SELECT name FROM cluster_names WHERE clustering_id = ? AND cluster = ?", (clustering_id, cluster)
    ).fetchone()
    before = None if row is None else row[0]
    if name == before:
        return None
    _write_name(connection, clustering_id, cluster, name)
    payload = {"clustering": clustering_id, "cluster": cluster, "before": before, "after": name}
    shown = before or f"group {cluster + 1}"
    title = f"take the name off the group {before}" if name is None else f"call {shown} {name}"
    return _record(connection, root_id, CLUSTER, title, json.dumps(payload))


def _write_name(connection: sqlite3.Connection, clustering_id: int, cluster: int, name: str | None) -> None:
    """Set a name; that of a clustering that is no longer kept matters to nobody."""
    connection.execute("DELETE FROM cluster_names WHERE clustering_id = ? AND cluster = ?", (clustering_id, cluster))
    if name is not None:
        connection.execute(
            "INSERT INTO cluster_names (clustering_id, cluster, name) SELECT id, ?, ? FROM clusterings WHERE id = ?",
            (cluster, name, clustering_id),
        )


def _rename(connection: sqlite3.Connection, root_id: int, payload: dict[str, Any], side: str) -> None:
    """Give a group the name of one side of an action, and those groups that took the other side's name from it."""
    clustering_id, cluster = payload["clustering"], payload["cluster"]
    name, other = payload[side], payload["after" if side == "before" else "before"]
    _write_name(connection, clustering_id, cluster, name)
    rows = connection.execute(
        "SELECT c.id, n.cluster FROM clusterings AS c"
        " LEFT JOIN cluster_names AS n ON n.clustering_id = c.id AND n.name = ?"
        " WHERE c.root_id = ? AND c.id > ?",
        (other, root_id, clustering_id),
    ).fetchall()
    for later, named in rows:
        if named is not None:
            _write_name(connection, later, named, name)
        elif other is None:
            carry_names(connection, clustering_id, later)


def _apply(connection: sqlite3.Connection, action: Action, side: str) -> None:
    if action.kind not in {LABEL, CLUSTER}:
        message = f'"{action.title}" is more than the catalog can undo or redo by itself.'
        raise CatalogError(message)
    text = connection.execute("SELECT payload FROM actions WHERE id = ?", (action.id,)).fetchone()[0]
    payload = json.loads(text)
    if action.kind == CLUSTER:
        _rename(connection, action.root_id, payload, side)
    else:
        _write(connection, payload["classifier"], dict(payload[side]))
