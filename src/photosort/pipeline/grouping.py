"""Group look-alike photos of an analysed folder."""

from __future__ import annotations

import logging
from collections.abc import Generator

import numpy as np

from photosort.core.catalog import Catalog, Clustering
from photosort.core.photo import Progress
from photosort.ml import clusters

_logger = logging.getLogger(__name__)


def cluster(
    catalog: Catalog, root_id: int, backbone_id: str, k: int | None = None
) -> Generator[Progress, None, Clustering | None]:
    """Group the photos of a folder by their stored embeddings, and remember the grouping.

    Args:
        catalog: where embeddings are read and the grouping is kept.
        root_id: the folder.
        backbone_id: which embeddings.
        k: how many groups; None lets the program propose.

    Yields:
        progress, often enough to be stopped.

    Returns:
        the grouping; None when no photo has an embedding.
    """
    yield Progress("Reading what was seen", 0, None)
    table = catalog.embeddings(root_id, backbone_id)
    if not len(table.photo_ids):
        return None
    yield Progress("Choosing how many groups", 0, None)
    chosen = clusters.propose_k(table.vectors) if k is None else min(k, len(table.photo_ids))
    result = yield from clusters.kmeans(table.vectors, chosen)
    _logger.info("%d photos in %d groups", len(table.photo_ids), int(np.max(result.cluster)) + 1)
    catalog.store_clustering(root_id, backbone_id, "kmeans", chosen, table.photo_ids, result.cluster, result.typicality)
    return catalog.clustering(root_id)
