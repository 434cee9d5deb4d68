"""Names that a person gave to groups of look-alikes: kept, undone, and carried over when the groups are made anew."""

from __future__ import annotations

import numpy as np
import pytest

from photosort.core.errors import CatalogError
from tests.core.catalog.conftest import BACKBONE, Album


@pytest.fixture
def grouped(album: Album) -> Album:
    """Eight photos in two groups of four."""
    for number in range(8):
        album.write(f"{number}.jpg", f"photo {number}")
    album.scan()
    album.analyse()
    group(album, [0, 0, 0, 0, 1, 1, 1, 1])
    return album


def group(album: Album, cluster: list[int]) -> None:
    ids = np.array([album.photos()[f"{number}.jpg"].id for number in range(len(cluster))])
    typicality = np.ones(len(cluster), np.float32)
    album.catalog.store_clustering(
        album.root_id, BACKBONE, "kmeans", max(cluster) + 1, ids, np.array(cluster, np.int32), typicality
    )


def test_a_name_is_kept_and_undone_and_done_again(grouped: Album) -> None:
    catalog, root_id = grouped.catalog, grouped.root_id
    action = catalog.rules.name_cluster(root_id, 1, "  Garden ")
    assert action.title == "call group 2 Garden"
    assert catalog.rules.cluster_names(root_id) == {1: "Garden"}
    assert catalog.rules.name_cluster(root_id, 1, "Garden") is None
    catalog.rules.name_cluster(root_id, 1, None)
    assert catalog.rules.cluster_names(root_id) == {}
    catalog.undo(root_id)
    assert catalog.rules.cluster_names(root_id) == {1: "Garden"}
    catalog.undo(root_id)
    assert catalog.rules.cluster_names(root_id) == {}
    catalog.redo(root_id)
    assert catalog.rules.cluster_names(root_id) == {1: "Garden"}


def test_groups_made_anew_keep_the_name_of_what_they_mostly_are(grouped: Album) -> None:
    catalog, root_id = grouped.catalog, grouped.root_id
    catalog.rules.name_cluster(root_id, 1, "Garden")
    # Three of its four, and one that is new to it; the fourth stands alone.
    group(grouped, [1, 1, 1, 0, 0, 0, 0, 2])
    assert catalog.rules.cluster_names(root_id) == {0: "Garden"}


@pytest.mark.parametrize("cluster", [[0] * 8, [0, 0, 0, 0, 1, 1, 2, 2]], ids=["merged with another", "in two halves"])
def test_a_name_is_not_lent_to_what_is_only_half_of_it(grouped: Album, cluster: list[int]) -> None:
    grouped.catalog.rules.name_cluster(grouped.root_id, 1, "Garden")
    group(grouped, cluster)
    assert grouped.catalog.rules.cluster_names(grouped.root_id) == {}


def test_without_groups_there_is_nothing_to_name(album: Album) -> None:
    album.write("a.jpg", "a")
    album.scan()
    with pytest.raises(CatalogError, match="no groups"):
        album.catalog.rules.name_cluster(album.root_id, 0, "Garden")
