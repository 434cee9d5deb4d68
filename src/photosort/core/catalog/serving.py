"""What a folder shows where several networks have seen it: one rule for the grid, the details and everything else.

Embeddings and predictions of several backbones lie side by side. Each folder says which versions of the classifiers
serve, and whose embeddings; `serve` changes all of it in one transaction, so that nobody ever sees half a switch. A
photo that the serving version has not seen (it came while the folder was looked at with another) shows what another
version of the classifier guesses, provided that its labels are the same.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from photosort.core.catalog import predictions
from photosort.core.catalog.contents import find_backbone, require_backbone
from photosort.core.catalog.rows import fetch_ids
from photosort.core.catalog.values import ClassifierRow, PredictionColumns, Serving
from photosort.core.errors import CatalogError
from photosort.core.photo import Prediction


def serve(connection: sqlite3.Connection, root_id: int, classifier_ids: Sequence[int], backbone_id: str) -> None:
    """Have versions of classifiers and a backbone serve a folder; classifiers of other names go on as they did."""
    named = [
        (predictions.classifier(connection, classifier_id).name, classifier_id) for classifier_id in classifier_ids
    ]
    others = [
        (name, classifier_id)
        for name, classifier_id in connection.execute(
            "SELECT name, classifier_id FROM serving WHERE root_id = ? ORDER BY position", (root_id,)
        ).fetchall()
        if name not in dict(named)
    ]
    connection.execute("DELETE FROM serving WHERE root_id = ?", (root_id,))
    connection.executemany(
        "INSERT INTO serving (root_id, name, classifier_id, position) VALUES (?, ?, ?, ?)",
        [(root_id, name, classifier_id, place) for place, (name, classifier_id) in enumerate([*named, *others])],
    )
    changed = connection.execute(
        "UPDATE roots SET backbone_id = ? WHERE id = ?", (require_backbone(connection, backbone_id), root_id)
    )
    if not changed.rowcount:
        message = f"The catalog knows no folder with the id {root_id}."
        raise CatalogError(message)


def serving(connection: sqlite3.Connection, root_id: int) -> Serving:
    """What serves a folder; of one that nothing serves yet, the classifiers that were registered last."""
    known = {row.id: row for row in predictions.classifiers(connection)}
    backbone = connection.execute(
        "SELECT b.name FROM roots AS r JOIN backbones AS b ON b.id = r.backbone_id WHERE r.id = ?", (root_id,)
    ).fetchone()
    if backbone is None:
        return Serving(tuple({row.name: row for row in known.values()}.values()), None)
    ids = fetch_ids(
        connection.execute("SELECT classifier_id FROM serving WHERE root_id = ? ORDER BY position", (root_id,))
    )
    return Serving(tuple(known[classifier_id] for classifier_id in ids.tolist()), backbone[0])


def shown_of_root(connection: sqlite3.Connection, root_id: int, serving_id: int) -> PredictionColumns:
    """What the present photos of a folder show for a classifier: its own guesses, and those that stand in for them."""
    shown = predictions.predictions_of_root(connection, root_id, serving_id)
    looked_at: int = connection.execute(
        "SELECT count(*) FROM photos WHERE root_id = ? AND state = 0 AND content_id IS NOT NULL", (root_id,)
    ).fetchone()[0]
    for other in _stand_ins(connection, serving_id):
        if len(shown.photo_ids) >= looked_at:
            break
        shown = _joined(shown, predictions.predictions_of_root(connection, root_id, other.id))
    return shown


def _stand_ins(connection: sqlite3.Connection, serving_id: int) -> list[ClassifierRow]:
    """Other versions of a classifier with the same labels, the newest first."""
    own = predictions.classifier(connection, serving_id)
    return [
        row
        for row in reversed(predictions.classifiers(connection))
        if row.id != own.id and row.name == own.name and row.labels == own.labels
    ]


def _joined(first: PredictionColumns, second: PredictionColumns) -> PredictionColumns:
    """The rows of both; of a photo that is in both, that of the first."""
    new = ~np.isin(second.photo_ids, first.photo_ids)
    order = np.argsort(np.concatenate([first.photo_ids, second.photo_ids[new]]), kind="stable")
    return PredictionColumns(
        photo_ids=np.concatenate([first.photo_ids, second.photo_ids[new]])[order],
        label_index=np.concatenate([first.label_index, second.label_index[new]])[order],
        confidence=np.concatenate([first.confidence, second.confidence[new]])[order],
        known=np.concatenate([first.known, second.known[new]])[order],
        verdict=np.concatenate([first.verdict, second.verdict[new]])[order],
        labels=first.labels,
    )


def shown_of_photo(connection: sqlite3.Connection, photo_id: int) -> dict[str, Prediction]:
    """Classifier name -> what a photo shows, by the same rule as `shown_of_root`, in the order of the folder."""
    root = connection.execute("SELECT root_id FROM photos WHERE id = ?", (photo_id,)).fetchone()
    if root is None:
        return {}
    made = predictions.predictions_of_photo(connection, photo_id)
    shown = {}
    for row in serving(connection, root[0]).classifiers:
        for version in (row, *_stand_ins(connection, row.id)):
            if version.id in made:
                shown[row.name] = made[version.id]
                break
    return shown


def seen(connection: sqlite3.Connection, root_id: int, what: Serving) -> NDArray[np.int64]:
    """Ids, rising, of the present photos of a folder that have an embedding or a guess of what serves."""
    backbone = None if what.backbone_id is None else find_backbone(connection, what.backbone_id)
    has = [
        "EXISTS (SELECT 1 FROM embeddings AS e WHERE e.content_id = p.content_id AND e.backbone_id = ?)",
        *(
            "EXISTS (SELECT 1 FROM predictions AS q WHERE q.classifier_id = ? AND q.content_id = p.content_id)"
            for _ in what.classifiers
        ),
    ]
    cursor = connection.execute(
        "SELECT p.id FROM photos AS p WHERE p.root_id = ? AND p.state = 0"  # noqa: S608
        f" AND ({' OR '.join(has)}) ORDER BY p.id",
        (root_id, -1 if backbone is None else backbone, *(row.id for row in what.classifiers)),
    )
    return fetch_ids(cursor)
