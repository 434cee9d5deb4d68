"""Groups of look-alike photos."""

from __future__ import annotations

import sqlite3
import time

import numpy as np
from numpy.typing import NDArray

from photosort.core.catalog.contents import require_backbone
from photosort.core.catalog.rows import fetch_columns, sorted_by_first
from photosort.core.catalog.values import Clustering

_KEPT = 5


def store_clustering(
    connection: sqlite3.Connection,
    root_id: int,
    *,
    backbone_id: str,
    method: str,
    k: int,
    photo_ids: NDArray[np.int64],
    cluster: NDArray[np.int32],
    typicality: NDArray[np.float32],
) -> int:
    """Store a clustering as the folder's newest and return its id; only the newest few are kept.

    A group that is mostly one that the person had named keeps the name.
    """
    before = connection.execute("SELECT max(id) FROM clusterings WHERE root_id = ?", (root_id,)).fetchone()[0]
    clustering_id = connection.execute(
        "INSERT INTO clusterings (root_id, backbone_id, method, k, made_at) VALUES (?, ?, ?, ?, ?)",
        (root_id, require_backbone(connection, backbone_id), method, k, time.time()),
    ).lastrowid
    connection.executemany(
        f"INSERT INTO clusters (clustering_id, photo_id, cluster, typicality) VALUES ({clustering_id}, ?, ?, ?)",  # noqa: S608
        zip(photo_ids.tolist(), cluster.tolist(), typicality.tolist(), strict=True),
    )
    if before is not None:
        carry_names(connection, before, clustering_id or 0)
    connection.execute(
        "DELETE FROM clusterings WHERE root_id = ?1 AND id NOT IN"
        " (SELECT id FROM clusterings WHERE root_id = ?1 ORDER BY id DESC LIMIT ?2)",
        (root_id, _KEPT),
    )
    return int(clustering_id or 0)


def carry_names(connection: sqlite3.Connection, before: int, after: int) -> None:
    """Name the groups of a later clustering that share more than half of their photos with a named one, and it theirs.

    Names that are there already stay.
    """
    connection.execute(
        "WITH sizes AS (SELECT clustering_id, cluster, count(*) AS photos FROM clusters"
        " WHERE clustering_id IN (?1, ?2) GROUP BY clustering_id, cluster)"
        " INSERT OR IGNORE INTO cluster_names (clustering_id, cluster, name)"
        " SELECT ?2, b.cluster, n.name FROM cluster_names AS n"
        " JOIN clusters AS a ON a.clustering_id = n.clustering_id AND a.cluster = n.cluster"
        " JOIN clusters AS b ON b.clustering_id = ?2 AND b.photo_id = a.photo_id AND b.cluster >= 0"
        " JOIN sizes AS old ON old.clustering_id = ?1 AND old.cluster = a.cluster"
        " JOIN sizes AS new ON new.clustering_id = ?2 AND new.cluster = b.cluster"
        " WHERE n.clustering_id = ?1 GROUP BY a.cluster, b.cluster"
        " HAVING 2 * count(*) > max(old.photos) AND 2 * count(*) > max(new.photos)",
        (before, after),
    )


def newest_clustering(connection: sqlite3.Connection, root_id: int) -> Clustering | None:
    """The folder's newest clustering, with the photos that are present; None if there is none."""
    head = connection.execute(
        "SELECT c.id, c.method, c.k, b.name FROM clusterings AS c JOIN backbones AS b ON b.id = c.backbone_id"
        " WHERE c.root_id = ? ORDER BY c.id DESC LIMIT 1",
        (root_id,),
    ).fetchone()
    if head is None:
        return None
    clustering_id, method, k, backbone_id = head
    cursor = connection.execute(
        "SELECT m.photo_id, m.cluster, m.typicality FROM clusters AS m JOIN photos AS p ON p.id = m.photo_id"
        " WHERE m.clustering_id = ? AND p.state = 0",
        (clustering_id,),
    )
    photo_ids, (cluster, typicality) = sorted_by_first(fetch_columns(cursor, 3))
    return Clustering(
        id=clustering_id,
        method=method,
        k=k,
        backbone_id=backbone_id,
        photo_ids=photo_ids,
        cluster=cluster.astype(np.int32),
        typicality=typicality.astype(np.float32),
    )
