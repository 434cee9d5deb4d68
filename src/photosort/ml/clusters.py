"""Clusters: embeddings to groups of look-alike photos.

scikit-learn is imported inside the functions: importing this module costs nothing.
"""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from photosort.core.photo import Progress

Floats = NDArray[np.float32]

_WHAT = "Grouping look-alike photos"

_DIMENSIONS = 64
"""Principal axes that KMeans works on: quicker, and what is left out is mostly noise."""

_STARTS = 4
"""Seedings that are tried; the tightest goes on."""

_SAMPLE = 10_000
"""Photos that axes and seedings are found with; the last rounds see all photos."""

_ROUNDS = 60
"""Lloyd's rounds over all photos at most; they have nearly always settled by 30."""

_ROUNDS_PER_STEP = 2

_PROPOSE_SAMPLE = 1_500

_CLOSE = 0.15
"""How much worse than the best silhouette still counts as close. On sets of scenes, pets and birds embedded by
MobileNetV2 it proposes 4 groups for 6 kinds of scenes, 7 for 8 kinds of scenes and pets, 20 for five sets of 124 kinds.
"""


@dataclass(frozen=True, slots=True)
class ClusterResult:
    """A clustering of n photos.

    Attributes:
        cluster: int32 of shape (n,), numbered from 0 by size, largest first; -1 for outliers.
        typicality: float32 of shape (n,): closeness to the centre of the photo's cluster, 1 for its most typical photo
            and 0 for its least typical one; 0 for outliers.
        centers: float32 of shape (clusters, d): mean of the unit-length embeddings of each cluster.
    """

    cluster: NDArray[np.int32]
    typicality: Floats
    centers: Floats


def kmeans(embeddings: Floats, k: int, seed: int = 0, *, threads: int = 1) -> Generator[Progress, None, ClusterResult]:
    """Group photos by KMeans on unit-length embeddings, reduced to their principal axes.

    Seeded by greedy k-means++ (Arthur & Vassilvitskii 2007) several times on a sample; the tightest seeding goes
    through Lloyd's rounds over all photos. The same embeddings, k and seed give the same groups.

    A photo is an *outlier* when it is far off by Tukey's fences (Exploratory Data Analysis, 1977) twice: its distance
    to its centre lies more than 3 quartile ranges above the upper quartile of its cluster, and more than 1.5 above
    that of all photos.

    Args:
        embeddings: float32 (or float16) of shape (n, d), finite.
        k: how many groups, at least 1. There are fewer where fewer different photos are.
        seed: of the chance in the seedings.
        threads: how many threads scikit-learn and BLAS may use. With 1 the other cores are left to an analysis and
            the window; where those are busy, 1 is far quicker, too (measured: PCA in 0.07 s instead of 4).

    Yields:
        progress after every few rounds; it can be stopped there.

    Returns:
        the grouping.

    Raises:
        ValueError: `k` is under 1, or the embeddings are no finite matrix.
    """
    if k < 1:
        message = f"expected at least one group, got {k}"
        raise ValueError(message)
    total = _STARTS + _ROUNDS
    yield Progress(_WHAT, 0, total)
    unit = _unit(embeddings)
    if not len(unit):
        return ClusterResult(np.empty(0, np.int32), np.empty(0, np.float32), np.empty((0, unit.shape[1]), np.float32))
    points = _reduce(unit, seed, threads)
    yield Progress(_WHAT, 1, total)
    k = min(k, _count_distinct(points, k))

    generator = np.random.default_rng(seed)
    best_inertia, centers = math.inf, points[:0]
    for start in range(_STARTS):
        sample = _sample(points, _SAMPLE, generator)
        if _count_distinct(sample, k) < k:
            sample = points
        candidate, inertia, _, _ = _lloyd(sample, k, None, seed + start, 10, threads)
        inertia /= len(sample)
        if inertia < best_inertia:
            best_inertia, centers = inertia, candidate
        yield Progress(_WHAT, start + 1, total)

    labels = np.zeros(len(points), np.int32)
    for done in range(0, _ROUNDS, _ROUNDS_PER_STEP):
        centers, _, labels, settled = _lloyd(points, k, centers, seed, _ROUNDS_PER_STEP, threads)
        yield Progress(_WHAT, _STARTS + done + _ROUNDS_PER_STEP, total)
        if settled:
            break
    result = _describe(unit, points, labels, centers)
    yield Progress(_WHAT, total, total)
    return result


def propose_k(embeddings: Floats, seed: int = 0) -> int:
    """Propose how many groups to make of these photos.

    Candidates run geometrically from 2 to the square root of the number of photos (48 at most). On a sample, the
    number wins whose groups have the best mean silhouette (Rousseeuw 1987); among those that come close to it the
    largest, since a person sees more in fine groups than in coarse ones.

    Args:
        embeddings: float32 (or float16) of shape (n, d), finite.
        seed: of the chance in it.

    Returns:
        from 1 to n; 1 where there are too few different photos to tell groups; 0 without photos.
    """
    if len(embeddings) < 4:
        return min(1, len(embeddings))
    from sklearn.metrics import silhouette_score
    from threadpoolctl import threadpool_limits

    generator = np.random.default_rng(seed)
    points = _reduce(_sample(_unit(embeddings), _PROPOSE_SAMPLE, generator), seed, 1)
    most = min(48, max(2, math.isqrt(len(embeddings))), _count_distinct(points, 49) - 1)
    if most < 2:
        return 1
    candidates = sorted({round(float(value)) for value in np.geomspace(2, most, 10)})
    scores = []
    for candidate in candidates:
        _, _, labels, _ = _lloyd(points, candidate, None, seed, 20, 1)
        with threadpool_limits(limits=1):
            scores.append(float(silhouette_score(points, labels)))
    enough = max(scores) - _CLOSE * abs(max(scores))
    return max(candidate for candidate, score in zip(candidates, scores, strict=True) if score >= enough)


def _unit(embeddings: Floats) -> Floats:
    """Scale to length 1, so that Euclidean distance ranks like the cosine; all-zero rows stay zero."""
    matrix = np.array(embeddings, np.float32, copy=True)
    if matrix.ndim != 2 or not np.isfinite(matrix).all():
        message = f"expected a finite matrix of embeddings, got shape {matrix.shape}"
        raise ValueError(message)
    matrix /= np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), 1e-12)
    return matrix


def _sample(points: Floats, size: int, generator: np.random.Generator) -> Floats:
    if len(points) <= size:
        return points
    rows = np.sort(generator.choice(len(points), size, replace=False))
    return np.ascontiguousarray(points[rows])


def _reduce(unit: Floats, seed: int, threads: int) -> Floats:
    """Project onto the principal axes, which a sample tells."""
    if unit.shape[1] <= _DIMENSIONS or len(unit) <= _DIMENSIONS:
        return unit
    from sklearn.decomposition import PCA
    from threadpoolctl import threadpool_limits

    sample = _sample(unit, _SAMPLE, np.random.default_rng(seed))
    with threadpool_limits(limits=threads):
        axes = PCA(_DIMENSIONS, svd_solver="randomized", random_state=seed).fit(sample)
        return np.asarray(axes.transform(unit), np.float32)


def _count_distinct(points: Floats, enough: int) -> int:
    """Count different rows, but no further than `enough`."""
    seen: set[bytes] = set()
    for row in points:
        seen.add(row.tobytes())
        if len(seen) >= enough:
            break
    return len(seen)


def _lloyd(
    points: Floats, k: int, centers: Floats | None, seed: int, rounds: int, threads: int
) -> tuple[Floats, float, NDArray[np.int32], bool]:
    """Run some of Lloyd's rounds; returns centers, inertia, labels, and whether it has settled."""
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits

    model = KMeans(
        k, init="k-means++" if centers is None else centers, n_init=1, max_iter=rounds, random_state=seed, tol=1e-4
    )
    with threadpool_limits(limits=threads):
        model.fit(points)
    found = np.asarray(model.cluster_centers_, np.float32)
    return found, float(model.inertia_), np.asarray(model.labels_, np.int32), model.n_iter_ < rounds


def _describe(unit: Floats, points: Floats, labels: NDArray[np.int32], centers: Floats) -> ClusterResult:
    """Find outliers, number clusters by size, and tell how typical each photo is."""
    distance = np.linalg.norm(points - centers[labels], axis=1)
    far = _far(distance, labels, len(centers))
    sizes = np.bincount(labels[~far], minlength=len(centers))
    # A stable sort, so that clusters of one size keep one order.
    order = np.argsort(-sizes, kind="stable")[: int(np.count_nonzero(sizes))]
    number = np.full(len(centers), -1, np.int32)
    number[order] = np.arange(len(order), dtype=np.int32)
    cluster = np.where(far, np.int32(-1), number[labels]).astype(np.int32)

    typicality = np.zeros(len(unit), np.float32)
    means = np.zeros((len(order), unit.shape[1]), np.float32)
    for index in range(len(order)):
        rows = np.flatnonzero(cluster == index)
        near, span = distance[rows].min(), np.ptp(distance[rows])
        typicality[rows] = 1 - (distance[rows] - near) / span if span > 0 else 1
        means[index] = unit[rows].mean(0)
    return ClusterResult(cluster, typicality, means)


def _far(distance: Floats, labels: NDArray[np.int32], clusters: int) -> NDArray[np.bool_]:
    lower, upper = np.quantile(distance, (0.25, 0.75))
    far: NDArray[np.bool_] = distance > upper + 1.5 * (upper - lower)
    for index in range(clusters):
        rows = labels == index
        if rows.any():
            lower, upper = np.quantile(distance[rows], (0.25, 0.75))
            far[rows] &= distance[rows] > upper + 3 * (upper - lower)
    return far
