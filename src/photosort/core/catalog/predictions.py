"""Classifiers, and what they guess."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from photosort.core.catalog.contents import require_backbone
from photosort.core.catalog.rows import fetch_columns, fetch_ids, sorted_by_first
from photosort.core.catalog.values import ClassifierRow, PredictionColumns, PredictionOutput
from photosort.core.errors import CatalogError
from photosort.core.photo import VERDICTS, Prediction

_STORED = np.dtype("<f4")
_SELECT_CLASSIFIERS = (
    "SELECT c.id, c.name, c.title, c.version, b.name, c.labels FROM classifiers AS c"
    " JOIN backbones AS b ON b.id = c.backbone_id"
)


def register_classifier(
    connection: sqlite3.Connection, *, name: str, version: str, backbone_id: str, labels: Sequence[str], title: str
) -> int:
    """The id of a version of a classifier, new or known; its labels cannot change any more."""
    backbone = require_backbone(connection, backbone_id)
    connection.execute(
        "INSERT INTO classifiers (name, title, version, backbone_id, labels, made_at) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (name, version, backbone_id) DO UPDATE SET title = excluded.title",
        (name, title, version, backbone, json.dumps(list(labels), ensure_ascii=False), time.time()),
    )
    row_id, stored = connection.execute(
        "SELECT id, labels FROM classifiers WHERE name = ? AND version = ? AND backbone_id = ?",
        (name, version, backbone),
    ).fetchone()
    if json.loads(stored) != list(labels):
        message = f"Version {version} of the classifier {name} has the labels {stored}, but others came: {labels}."
        raise CatalogError(message)
    return int(row_id)


def classifiers(connection: sqlite3.Connection) -> list[ClassifierRow]:
    """Every version of every classifier, in the order they were registered."""
    return [_classifier(row) for row in connection.execute(f"{_SELECT_CLASSIFIERS} ORDER BY c.id").fetchall()]


def classifier(connection: sqlite3.Connection, classifier_id: int) -> ClassifierRow:
    """One version of a classifier."""
    row = connection.execute(f"{_SELECT_CLASSIFIERS} WHERE c.id = ?", (classifier_id,)).fetchone()
    if row is None:
        message = f"The catalog knows no classifier with the id {classifier_id}."
        raise CatalogError(message)
    return _classifier(row)


def _classifier(row: tuple[int, str, str, str, str, str]) -> ClassifierRow:
    row_id, name, title, version, backbone_id, labels = row
    return ClassifierRow(row_id, name, title, version, backbone_id, tuple(json.loads(labels)))


def store_for_photos(
    connection: sqlite3.Connection, classifier_id: int, photo_ids: NDArray[np.int64], output: PredictionOutput
) -> None:
    """Store predictions by photo; those of photos whose content is unknown (they have changed) are dropped."""
    content_ids: list[int | None] = []
    for photo_id in photo_ids.tolist():
        row = connection.execute("SELECT content_id FROM photos WHERE id = ?", (photo_id,)).fetchone()
        content_ids.append(None if row is None else row[0])
    store_for_contents(connection, classifier_id, content_ids, output)


def store_for_contents(
    connection: sqlite3.Connection, classifier_id: int, content_ids: Sequence[int | None], output: PredictionOutput
) -> None:
    """Store predictions by content; those of no content are dropped."""
    count = len(classifier(connection, classifier_id).labels)
    if output.probabilities.shape != (len(content_ids), count):
        message = (
            f"Predictions for {len(content_ids)} photos and {count} labels were expected, but probabilities of the "
            f"shape {output.probabilities.shape} came."
        )
        raise CatalogError(message)
    probabilities = np.ascontiguousarray(output.probabilities, dtype=_STORED)
    columns = zip(
        content_ids,
        output.label_index.tolist(),
        output.confidence.tolist(),
        output.known.tolist(),
        output.verdict.tolist(),
        (row.tobytes() for row in probabilities),
        strict=True,
    )
    connection.executemany(
        "INSERT INTO predictions (classifier_id, content_id, label_index, confidence, known, verdict, probabilities)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (classifier_id, content_id) DO UPDATE SET"
        " label_index = excluded.label_index, confidence = excluded.confidence, known = excluded.known,"
        " verdict = excluded.verdict, probabilities = excluded.probabilities",
        [(classifier_id, *row) for row in columns if row[0] is not None],
    )


def without_prediction(connection: sqlite3.Connection, root_id: int, classifier_id: int) -> NDArray[np.int64]:
    """Ids, rising, of present photos with an embedding of the classifier's backbone but no prediction of it."""
    cursor = connection.execute(
        "SELECT p.id FROM photos AS p"
        " JOIN embeddings AS e ON e.content_id = p.content_id"
        " AND e.backbone_id = (SELECT backbone_id FROM classifiers WHERE id = ?1)"
        " WHERE p.root_id = ?2 AND p.state = 0 AND NOT EXISTS"
        " (SELECT 1 FROM predictions AS q WHERE q.classifier_id = ?1 AND q.content_id = p.content_id) ORDER BY p.id",
        (classifier_id, root_id),
    )
    return fetch_ids(cursor)


def predictions_of_root(connection: sqlite3.Connection, root_id: int, classifier_id: int) -> PredictionColumns:
    """What a classifier guesses of the present photos of a folder."""
    labels = classifier(connection, classifier_id).labels
    cursor = connection.execute(
        "SELECT p.id, q.label_index, q.confidence, q.known, q.verdict FROM photos AS p"
        " JOIN predictions AS q ON q.classifier_id = ? AND q.content_id = p.content_id"
        " WHERE p.root_id = ? AND p.state = 0",
        (classifier_id, root_id),
    )
    photo_ids, (label_index, confidence, known, verdict) = sorted_by_first(fetch_columns(cursor, 5))
    return PredictionColumns(
        photo_ids=photo_ids,
        label_index=label_index.astype(np.int16),
        confidence=confidence.astype(np.float32),
        known=known.astype(np.float32),
        verdict=verdict.astype(np.uint8),
        labels=labels,
    )


def probabilities_of_root(
    connection: sqlite3.Connection, root_id: int, classifier_id: int
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Photo ids, rising, and shape (n, k) float32: every label's probability for the present photos of a folder."""
    labels = classifier(connection, classifier_id).labels
    cursor = connection.execute(
        "SELECT p.id, q.probabilities FROM photos AS p"
        " JOIN predictions AS q ON q.classifier_id = ? AND q.content_id = p.content_id"
        " WHERE p.root_id = ? AND p.state = 0 ORDER BY p.id",
        (classifier_id, root_id),
    )
    ids, blobs = fetch_columns(cursor, 2)
    values = np.frombuffer(b"".join(blobs), dtype=_STORED)
    return np.array(ids, np.int64), values.reshape(len(ids), len(labels)).astype(np.float32)


def predictions_of_photo(connection: sqlite3.Connection, photo_id: int) -> dict[int, Prediction]:
    """Classifier id -> prediction, for every version of every classifier that has seen the photo."""
    rows = connection.execute(
        "SELECT c.id, c.labels, q.label_index, q.confidence, q.known, q.verdict, q.probabilities FROM photos AS p"
        " JOIN predictions AS q ON q.content_id = p.content_id JOIN classifiers AS c ON c.id = q.classifier_id"
        " WHERE p.id = ? ORDER BY c.id",
        (photo_id,),
    ).fetchall()
    return {row[0]: _prediction(json.loads(row[1]), *row[2:]) for row in rows}


def _prediction(
    labels: Iterable[str], label_index: int, confidence: float, known: float, verdict: int, blob: bytes
) -> Prediction:
    names = tuple(labels)
    values = np.frombuffer(blob, dtype=_STORED).tolist()
    probabilities = dict(zip(names, values, strict=True))
    return Prediction(names[label_index], confidence, VERDICTS[verdict], known, probabilities)
