"""Grouping embeddings: quality, order, determinism and edges."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.metrics import normalized_mutual_info_score

from photosort.core.photo import Progress
from photosort.ml.clusters import ClusterResult, kmeans, propose_k


def blobs(
    sizes: list[int], dimension: int = 128, spread: float = 0.6, seed: int = 0
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Embeddings around random directions, of any length, shuffled, with the number of their direction."""
    random = np.random.default_rng(seed)
    truth = random.permutation(np.repeat(np.arange(len(sizes)), sizes))
    centers = random.normal(size=(len(sizes), dimension))
    points = centers[truth] + spread * random.normal(size=(len(truth), dimension))
    return (points * random.uniform(0.5, 20, (len(truth), 1))).astype(np.float32), truth


def run(generator: Generator[Progress, None, ClusterResult]) -> ClusterResult:
    while True:
        try:
            next(generator)
        except StopIteration as stop:
            return stop.value


def test_groups_are_found_whatever_the_length_of_the_vectors() -> None:
    points, truth = blobs([300, 200, 120, 80, 40, 20])
    result = run(kmeans(points, 6))
    assert normalized_mutual_info_score(truth, result.cluster) > 0.98


def test_groups_are_found_in_long_vectors_too() -> None:
    points, truth = blobs([150] * 8, dimension=2048, spread=1.0)
    assert normalized_mutual_info_score(truth, run(kmeans(points, 8)).cluster) > 0.98


def test_groups_are_numbered_by_size() -> None:
    points, _ = blobs([20, 200, 60, 120])
    cluster = run(kmeans(points, 4)).cluster
    assert cluster.dtype == np.int32
    sizes = np.bincount(cluster[cluster >= 0])
    assert len(sizes) == 4
    assert (np.diff(sizes) <= 0).all()


def test_the_most_typical_photo_is_next_to_its_center() -> None:
    points, _ = blobs([80, 60, 40])
    result = run(kmeans(points, 3))
    unit = points / np.linalg.norm(points, axis=1, keepdims=True)
    for index in range(3):
        rows = np.flatnonzero(result.cluster == index)
        distance = np.linalg.norm(unit[rows] - result.centers[index], axis=1)
        typicality = result.typicality[rows]
        assert (typicality.min(), typicality.max()) == (0, 1)
        assert np.corrcoef(distance, typicality)[0, 1] < -0.95


def test_the_same_seed_gives_the_same_groups() -> None:
    points, _ = blobs([60] * 12, spread=1.6)
    first, second = run(kmeans(points, 9, seed=5)), run(kmeans(points, 9, seed=5))
    np.testing.assert_array_equal(first.cluster, second.cluster)
    np.testing.assert_array_equal(first.typicality, second.typicality)


def test_a_photo_unlike_all_others_is_an_outlier_and_hardly_any_else() -> None:
    points, truth = blobs([200, 150], spread=0.3)
    points[17] = -10 * (points[truth == 0].mean(0) + points[truth == 1].mean(0))
    cluster = run(kmeans(points, 2)).cluster
    assert cluster[17] == -1
    assert np.count_nonzero(cluster == -1) <= 3


def test_the_input_stays_as_it_was() -> None:
    points, _ = blobs([20, 20])
    before = points.copy()
    run(kmeans(points, 2))
    np.testing.assert_array_equal(points, before)


def test_embeddings_as_the_catalog_stores_them_do_too() -> None:
    points, truth = blobs([50, 50])
    assert normalized_mutual_info_score(truth, run(kmeans(points.astype(np.float16), 2)).cluster) > 0.95


def test_progress_rises_to_its_end_and_can_be_stopped_anywhere() -> None:
    points, _ = blobs([40] * 5)
    steps = list(kmeans(points, 5))
    done = [step.done for step in steps]
    assert done == sorted(done)
    assert (steps[0].done, steps[-1].done) == (0, steps[-1].total)
    assert len(steps) > 5
    for count in range(1, len(steps) + 1):
        stopped = kmeans(points, 5)
        for _ in range(count):
            next(stopped)
        stopped.close()


@pytest.mark.parametrize("n", [1, 2, 3])
def test_a_few_photos_make_at_most_so_many_groups(n) -> None:
    points, _ = blobs([n])
    result = run(kmeans(points, 5))
    assert sorted(result.cluster) == list(range(n))
    assert (result.typicality == 1).all()


def test_no_photos_make_no_groups() -> None:
    result = run(kmeans(np.empty((0, 8), np.float32), 3))
    assert (len(result.cluster), len(result.typicality), result.centers.shape) == (0, 0, (0, 8))
    assert propose_k(np.empty((0, 8), np.float32)) == 0


def test_copies_of_two_photos_make_two_groups() -> None:
    points = np.repeat(np.eye(8, dtype=np.float32)[:2], [30, 50], axis=0)
    result = run(kmeans(points, 7))
    np.testing.assert_array_equal(result.cluster, np.repeat([1, 0], [30, 50]))
    assert (result.typicality == 1).all()
    assert propose_k(np.repeat(points[:1], 50, axis=0)) == 1
    assert 1 <= propose_k(points) <= 2


def test_black_embeddings_do_no_harm() -> None:
    points, _ = blobs([30, 30])
    points[:5] = 0
    assert np.isfinite(run(kmeans(points, 3)).typicality).all()


@pytest.mark.parametrize("k", [0, -1])
def test_less_than_one_group_is_refused(k) -> None:
    with pytest.raises(ValueError, match="at least one group"):
        run(kmeans(np.ones((3, 2), np.float32), k))


@pytest.mark.parametrize("wrong", [np.full((3, 2), np.nan, np.float32), np.ones(3, np.float32)])
def test_what_is_no_finite_matrix_is_refused(wrong) -> None:
    with pytest.raises(ValueError, match="finite matrix"):
        run(kmeans(wrong, 2))


@pytest.mark.parametrize("groups", [3, 9, 20])
def test_the_proposed_number_is_near_the_true_one(groups) -> None:
    points, _ = blobs([60] * groups, spread=0.5, seed=groups)
    assert 0.7 * groups <= propose_k(points) <= 1.4 * groups


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 10, 70])
def test_the_proposal_is_possible(n) -> None:
    points, _ = blobs([n])
    assert 1 <= propose_k(points) <= n


@pytest.mark.parametrize("n", [50, 65, 200])
def test_more_axes_than_photos_are_no_trouble(n) -> None:
    points, truth = blobs([n // 2, n - n // 2], dimension=512)
    assert normalized_mutual_info_score(truth, run(kmeans(points, 2)).cluster) > 0.95
