"""What is in the files: dimensions, sharpness, hashes, embeddings."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from photosort.core.catalog.rows import chunks, fetch_ids
from photosort.core.catalog.values import AnalysedPhoto, EmbeddingTable
from photosort.core.errors import CatalogError

_STORED = np.dtype("<f2")


def find_backbone(connection: sqlite3.Connection, backbone_id: str) -> int | None:
    """Row id of a backbone; None if nothing speaks of it yet."""
    row = connection.execute("SELECT id FROM backbones WHERE name = ?", (backbone_id,)).fetchone()
    return None if row is None else row[0]


def require_backbone(connection: sqlite3.Connection, backbone_id: str) -> int:
    """Row id of a backbone, made where it is new."""
    connection.execute("INSERT INTO backbones (name) VALUES (?) ON CONFLICT (name) DO NOTHING", (backbone_id,))
    row_id: int = connection.execute("SELECT id FROM backbones WHERE name = ?", (backbone_id,)).fetchone()[0]
    return row_id


def _require_dimension(connection: sqlite3.Connection, backbone: int, dimension: int) -> None:
    connection.execute("UPDATE backbones SET dimension = ifnull(dimension, ?) WHERE id = ?", (dimension, backbone))
    name, stored = connection.execute("SELECT name, dimension FROM backbones WHERE id = ?", (backbone,)).fetchone()
    if stored != dimension:
        message = f"Embeddings of {name} have {stored} numbers, but {dimension} came."
        raise CatalogError(message)


def contents_known(connection: sqlite3.Connection, keys: Sequence[str], backbone_id: str) -> dict[str, int]:
    """Content key -> content id, for the keys that have an embedding of the backbone."""
    backbone = find_backbone(connection, backbone_id)
    if backbone is None:
        return {}
    found: dict[str, int] = {}
    for start in range(0, len(keys), 900):
        some = keys[start : start + 900]
        marks = ", ".join("?" * len(some))
        found.update(
            connection.execute(
                "SELECT c.key, c.id FROM contents AS c"  # noqa: S608
                " JOIN embeddings AS e ON e.content_id = c.id AND e.backbone_id = ?"
                f" WHERE c.key IN ({marks})",
                (backbone, *some),
            ).fetchall()
        )
    return found


def keys_with_embedding(connection: sqlite3.Connection, backbone_id: str) -> frozenset[str]:
    """All content keys that have an embedding of the backbone."""
    backbone = find_backbone(connection, backbone_id)
    rows = connection.execute(
        "SELECT c.key FROM contents AS c JOIN embeddings AS e ON e.content_id = c.id AND e.backbone_id = ?",
        (-1 if backbone is None else backbone,),
    ).fetchall()
    return frozenset(row[0] for row in rows)


def store_contents(
    connection: sqlite3.Connection, root_id: int, rows: Sequence[AnalysedPhoto], backbone_id: str
) -> list[int | None]:
    """Store what was found in photos' files.

    Returns:
        For each row its content id; None where the row was dropped since the photo has changed.
    """
    current = _still_current(connection, root_id, rows)
    kept = [row for row in rows if row.photo_id in current]
    connection.executemany(
        "INSERT INTO contents (key, width, height, sharpness, perceptual_hash, taken) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (key) DO UPDATE SET width = ifnull(excluded.width, width),"
        " height = ifnull(excluded.height, height), sharpness = ifnull(excluded.sharpness, sharpness),"
        " perceptual_hash = ifnull(excluded.perceptual_hash, perceptual_hash), taken = ifnull(excluded.taken, taken)",
        [(row.key, row.width, row.height, row.sharpness, row.perceptual_hash, row.taken) for row in kept],
    )
    content_of = _content_ids(connection, [row.key for row in kept])
    _store_embeddings(connection, kept, content_of, backbone_id)
    connection.executemany(
        "UPDATE photos SET content_id = ? WHERE id = ?", [(content_of[row.key], row.photo_id) for row in kept]
    )
    connection.executemany("DELETE FROM photo_failures WHERE photo_id = ?", [(row.photo_id,) for row in kept])
    return [content_of[row.key] if row.photo_id in current else None for row in rows]


def _still_current(connection: sqlite3.Connection, root_id: int, rows: Iterable[AnalysedPhoto]) -> set[int]:
    current = set()
    for row in rows:
        found = connection.execute(
            "SELECT 1 FROM photos WHERE id = ? AND root_id = ? AND size = ? AND mtime_ns = ?",
            (row.photo_id, root_id, row.size, row.mtime_ns),
        ).fetchone()
        if found is not None:
            current.add(row.photo_id)
    return current


def _content_ids(connection: sqlite3.Connection, keys: Iterable[str]) -> dict[str, int]:
    return {key: connection.execute("SELECT id FROM contents WHERE key = ?", (key,)).fetchone()[0] for key in set(keys)}


def _store_embeddings(
    connection: sqlite3.Connection, rows: Iterable[AnalysedPhoto], content_of: Mapping[str, int], backbone_id: str
) -> None:
    with np.errstate(over="ignore"):  # what is too large for float16 is infinite then, and refused below
        vectors = {row.key: np.ascontiguousarray(row.embedding, _STORED) for row in rows if row.embedding is not None}
    if not vectors:
        return
    backbone = require_backbone(connection, backbone_id)
    for shape in {vector.shape for vector in vectors.values()}:
        if len(shape) != 1:
            message = f"An embedding is one row of numbers, but an array of shape {shape} came."
            raise CatalogError(message)
        _require_dimension(connection, backbone, shape[0])
    if not all(np.isfinite(vector).all() for vector in vectors.values()):
        message = f"An embedding of {backbone_id} holds numbers that are infinite or none."
        raise CatalogError(message)
    connection.executemany(
        "INSERT INTO embeddings (backbone_id, content_id, vector) VALUES (?, ?, ?)"
        " ON CONFLICT (content_id, backbone_id) DO UPDATE SET vector = excluded.vector",
        [(backbone, content_of[key], vector.tobytes()) for key, vector in vectors.items()],
    )


def set_sharpness(connection: sqlite3.Connection, values: Mapping[int, float]) -> None:
    """Store sharpness that was measured later, by content id."""
    connection.executemany(
        "UPDATE contents SET sharpness = ? WHERE id = ?",
        [(float(sharpness), int(content_id)) for content_id, sharpness in values.items()],
    )


def pending(
    connection: sqlite3.Connection, root_id: int, backbone_id: str, classifier_ids: Sequence[int]
) -> NDArray[np.int64]:
    """Ids of present photos, rising, that can be read and lack an embedding or a prediction."""
    backbone = find_backbone(connection, backbone_id)
    lacks = [
        "p.content_id IS NULL",
        "NOT EXISTS (SELECT 1 FROM embeddings AS e WHERE e.content_id = p.content_id AND e.backbone_id = ?)",
        *(
            "NOT EXISTS (SELECT 1 FROM predictions AS q WHERE q.classifier_id = ? AND q.content_id = p.content_id)"
            for _ in classifier_ids
        ),
    ]
    cursor = connection.execute(
        "SELECT p.id FROM photos AS p WHERE p.root_id = ? AND p.state = 0"  # noqa: S608
        " AND NOT EXISTS (SELECT 1 FROM photo_failures AS f"
        " WHERE f.photo_id = p.id AND f.size = p.size AND f.mtime_ns = p.mtime_ns)"
        f" AND ({' OR '.join(lacks)}) ORDER BY p.id",
        (root_id, -1 if backbone is None else backbone, *(int(classifier_id) for classifier_id in classifier_ids)),
    )
    return fetch_ids(cursor)


def _with_dimension(connection: sqlite3.Connection, backbone_id: str) -> tuple[int, int]:
    """Row id and dimension of a backbone; of one that nothing is stored of, an id that nothing has."""
    row: tuple[int, int] | None = connection.execute(
        "SELECT id, ifnull(dimension, 0) FROM backbones WHERE name = ?", (backbone_id,)
    ).fetchone()
    return (-1, 0) if row is None else row


def embeddings_of_root(connection: sqlite3.Connection, root_id: int, backbone_id: str) -> EmbeddingTable:
    """Embeddings of the present photos of a folder."""
    backbone, dimension = _with_dimension(connection, backbone_id)
    cursor = connection.execute(
        "SELECT p.id, e.vector FROM photos AS p"
        " JOIN embeddings AS e ON e.content_id = p.content_id AND e.backbone_id = ?"
        " WHERE p.root_id = ? AND p.state = 0",
        (backbone, root_id),
    )
    ids: list[int] = []
    blocks: list[bytes] = []
    while some := cursor.fetchmany(4096):
        ids += [photo_id for photo_id, _vector in some]
        blocks.append(b"".join([vector for _photo_id, vector in some]))
    return _table(ids, blocks, dimension)


def embeddings_of_photos(connection: sqlite3.Connection, photo_ids: Iterable[int], backbone_id: str) -> EmbeddingTable:
    """Embeddings of single photos, of those that have one."""
    backbone, dimension = _with_dimension(connection, backbone_id)
    ids: list[int] = []
    blocks: list[bytes] = []
    for some in chunks(photo_ids):
        marks = ", ".join("?" * len(some))
        for photo_id, vector in connection.execute(
            "SELECT p.id, e.vector FROM photos AS p"  # noqa: S608
            " JOIN embeddings AS e ON e.content_id = p.content_id AND e.backbone_id = ?"
            f" WHERE p.id IN ({marks})",
            (backbone, *some),
        ):
            ids.append(photo_id)
            blocks.append(vector)
    return _table(ids, blocks, dimension)


def _table(ids: Sequence[int], blocks: Sequence[bytes], dimension: int) -> EmbeddingTable:
    """Blocks of float16 rows as one float32 matrix, ordered by photo id."""
    photo_ids = np.array(ids, dtype=np.int64)
    order = np.argsort(photo_ids, kind="stable")
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    vectors = np.empty((len(ids), dimension), dtype=np.float32)
    start = 0
    for block in blocks:
        rows = np.frombuffer(block, dtype=_STORED).reshape(-1, dimension)
        vectors[place[start : start + len(rows)]] = rows
        start += len(rows)
    return EmbeddingTable(photo_ids[order], vectors)
