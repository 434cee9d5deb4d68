"""Fitting heads; scikit-learn is imported when it is called."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from photosort.core.asking import AskedOf
from photosort.ml.heads.arithmetic import Floats, cooling, evidence_of, sigmoid, softmax, unit_length
from photosort.ml.heads.head import Density, Head
from photosort.ml.heads.linear import Penalty, best_penalty, fit_cooling, fit_linear, folds_of, nameless_classes

_logger = logging.getLogger(__name__)

_PRECISION_WANTED = 0.95
_THRESHOLD_RANGE = (0.55, 0.85)
_ENOUGH_FOR_ODDS = 10_000
_FEWEST_FOR_DENSITY = 40
"""With fewer photos than this nothing can be said about what is far from them."""


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """Photos that a fit must not learn from, to measure its confidence on.

    Best are photos that the backbone has not been trained on either: it knows the labels of those by heart.

    Attributes:
        embeddings: float32 `(n, d)`.
        label_index: integers `(n,)`.
    """

    embeddings: Floats
    label_index: NDArray[Any]


def fit(
    embeddings: Floats,
    label_index: NDArray[Any],
    labels: Sequence[str],
    *,
    name: str,
    backbone_id: str,
    title: str = "",
    version: str = "1",
    others: Floats | None = None,
    calibration: Calibration | None = None,
    strengths: Sequence[float] = (0.003, 0.03, 0.3),
    balanced: bool = False,
    share_outside: float = 0.025,
    asked_of: AskedOf | None = None,
    seed: int = 0,
) -> Head:
    """Fit a head.

    Args:
        embeddings: float `(n, d)`.
        label_index: integers `(n,)`, index into `labels`; every label needs at least two photos.
        labels: At least two.
        name: See `Head`.
        backbone_id: Whose embeddings these are.
        title: See `Head`; the name with a capital where empty.
        version: See `Head`.
        others: float `(m, d)`, embeddings of photos that are none of these; without them *none of these* rests on
            distance alone.
        calibration: Photos kept aside; without them, each photo is judged by a fit that has not seen it
            (cross-validation), which costs more fits.
        strengths: Inverse regularisation, tried in turn; the one with the best likelihood on the photos kept aside
            is taken.
        balanced: Let each label weigh alike, however many photos it has.
        share_outside: Share of the photos kept aside that may be called none of these.
        asked_of: See `Head`.
        seed: Seeds folds and clusters.

    Returns:
        The head; the same input gives the same head.

    Raises:
        ValueError: If shapes do not fit, a value is not finite, or a label has fewer than two photos.
    """
    unit = unit_length(embeddings, embeddings.shape[-1])
    truth = np.asarray(label_index).astype(np.int64)
    _check(unit, truth, labels)
    outside = None if others is None or not len(others) else unit_length(others, unit.shape[1])
    nameless = nameless_classes(outside, seed)
    kept = None
    if calibration is not None and len(calibration.embeddings):
        answers = np.asarray(calibration.label_index).astype(np.int64)
        kept = (unit_length(calibration.embeddings, unit.shape[1]), answers)
    tried = [Penalty(strength, balanced) for strength in strengths]
    penalty = best_penalty(unit, truth, kept, len(labels), tried, seed)
    linear = fit_linear(unit, truth, outside, nameless, len(labels), penalty)
    density = _fit_density(unit, truth, len(labels), seed)
    if kept is not None:
        logits, answers, nearness = linear.logits(kept[0]), kept[1], density.nearness(kept[0])
    else:
        logits, nearness = _judged_by_strangers(unit, truth, outside, nameless, len(labels), penalty, seed)
        answers = truth
    temperature, slope = fit_cooling(logits[:, : len(labels)], answers, nearness)
    probabilities = softmax(logits[:, : len(labels)] / temperature * cooling(nearness, slope))
    evidence = evidence_of(logits, len(labels), nearness)
    known_weights = _weigh(evidence, unit, truth, outside, nameless, density, len(labels), penalty)
    known = sigmoid(evidence @ known_weights)
    judged_by_distance = density.rest_variance > 0 or outside is not None
    return Head(
        name=name,
        title=title or name.capitalize(),
        version=version,
        backbone_id=backbone_id,
        labels=tuple(labels),
        thresholds=_thresholds(probabilities, answers),
        temperature=temperature,
        weights=linear.weights,
        bias=linear.bias,
        density=density,
        known_weights=known_weights,
        known_threshold=float(np.quantile(known, share_outside)) if judged_by_distance else 0.0,
        temperature_slope=slope,
        asked_of=asked_of,
    )


def _check(unit: Floats, truth: NDArray[np.int64], labels: Sequence[str]) -> None:
    if len(labels) < 2 or len(set(labels)) != len(labels):
        raise ValueError(f"a head needs at least two different labels, got {list(labels)}")
    if truth.shape != (len(unit),):
        raise ValueError(f"expected one label per embedding, got {truth.shape} labels for {len(unit)} embeddings")
    if len(truth) and not 0 <= truth.min() <= truth.max() < len(labels):
        raise ValueError(f"label_index must lie in 0..{len(labels) - 1}, got {truth.min()}..{truth.max()}")
    counts = np.bincount(truth, minlength=len(labels))
    if counts.min() < 2:
        raise ValueError(f"the label {labels[int(counts.argmin())]!r} needs at least 2 photos, got {counts.min()}")


def _judged_by_strangers(
    unit: Floats,
    truth: NDArray[np.int64],
    outside: Floats | None,
    nameless: NDArray[np.int64],
    labels: int,
    penalty: Penalty,
    seed: int,
) -> tuple[Floats, Floats]:
    """Return logits `(n, m)` and nearness `(n,)` of each photo by a fit that has not seen it."""
    folds = folds_of(truth, seed)
    width = labels + (0 if outside is None else len(np.unique(nameless)))
    logits, nearness = np.empty((len(unit), width), np.float32), np.empty(len(unit), np.float32)
    for fold in range(int(folds.max()) + 1):
        rest = folds != fold
        logits[~rest] = fit_linear(unit[rest], truth[rest], outside, nameless, labels, penalty).logits(unit[~rest])
        nearness[~rest] = _fit_density(unit[rest], truth[rest], labels, seed).nearness(unit[~rest])
    return logits, nearness


def _fit_density(unit: Floats, truth: NDArray[np.int64], labels: int, seed: int) -> Density:
    dimension = unit.shape[1]
    if len(unit) < _FEWEST_FOR_DENSITY:
        empty = np.zeros((dimension, 1), np.float32)
        ones = np.ones(1, np.float32)
        return Density(np.zeros(dimension, np.float32), empty, ones, 0.0, np.zeros((1, 1), np.float32))
    mean = unit.mean(0)
    centred = (unit - mean).astype(np.float64)
    _, vectors = np.linalg.eigh(centred.T @ centred / len(unit))
    rank = int(min(96, dimension // 2, len(unit) // 4))
    axes = vectors[:, ::-1][:, :rank]
    along = centred @ axes
    rest = float(((centred**2).sum(1) - (along**2).sum(1)).mean())
    within = along.copy()
    for label in range(labels):
        rows = truth == label
        within[rows] -= along[rows].mean(0)
    variances = (within**2).mean(0)
    variances += 0.01 * variances.mean()
    whitened = along / np.sqrt(variances)
    centres = np.concatenate([_centres(whitened[truth == label], seed) for label in range(labels)])
    return Density(
        mean.astype(np.float32),
        axes.astype(np.float32),
        variances.astype(np.float32),
        max(rest, 1e-9),
        centres.astype(np.float32),
    )


def _centres(points: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    """Return several centres of a class: wild animals or streets are no single heap."""
    count = int(np.clip(len(points) // 100, 1, 12))
    if count == 1:
        return np.asarray(points.mean(0, keepdims=True), np.float64)
    from sklearn.cluster import MiniBatchKMeans

    found = MiniBatchKMeans(count, random_state=seed, n_init=3, batch_size=1024).fit(points)
    return np.asarray(found.cluster_centers_, np.float64)


def _thresholds(probabilities: Floats, answers: NDArray[np.int64]) -> Floats:
    """Find, by label, the confidence from which what is called so is so in 95 of 100 photos, within bounds."""
    best, confidence = probabilities.argmax(1), probabilities.max(1)
    found = np.full(probabilities.shape[1], _THRESHOLD_RANGE[0], np.float32)
    for label in range(probabilities.shape[1]):
        rows = np.flatnonzero(best == label)
        if len(rows) < 20:
            continue
        ordered = rows[np.argsort(-confidence[rows])]
        precision = np.cumsum(answers[ordered] == label) / np.arange(1, len(ordered) + 1)
        enough = np.flatnonzero(precision >= _PRECISION_WANTED)
        last = int(enough[-1]) if len(enough) else 0
        found[label] = np.clip(confidence[ordered[last]], *_THRESHOLD_RANGE)
    return found


def _weigh(
    evidence: Floats,
    unit: Floats,
    truth: NDArray[np.int64],
    outside: Floats | None,
    nameless: NDArray[np.int64],
    density: Density,
    labels: int,
    penalty: Penalty,
) -> Floats:
    """Weigh odds and nearness.

    Args:
        evidence: float32 `(n, 3)` of photos that belong and were kept aside.
        unit: The fitted embeddings.
        truth: Their labels.
        outside: Embeddings that do not belong, or None.
        nameless: Their clusters.
        density: Where the fitted photos lie.
        labels: How many.
        penalty: What holds the fits back.

    Returns:
        float32 `(3,)`.
    """
    if outside is None:
        # Nothing to compare with: 0.95 in the middle of what was fitted, 0.5 where the farthest hundredth lies.
        if density.rest_variance <= 0:
            return np.array([10.0, 0.0, 0.0], np.float32)
        middle, far = np.quantile(evidence[:, 2], [0.5, 0.01])
        slope = 2.944 / max(float(middle - far), 1e-3)
        return np.array([-slope * far, 0.0, slope], np.float32)
    from sklearn.linear_model import LogisticRegression

    clusters = len(np.unique(nameless))
    strange = np.empty((len(outside), 3), np.float32)
    nearness = density.nearness(outside)
    parts = min(4, clusters)
    # Odds alone are wanted of these fits: each so many-th photo gives them, held back as the whole would be.
    step = max(1, (len(unit) + len(outside)) // _ENOUGH_FOR_ODDS)
    lighter = replace(penalty, strength=penalty.strength * step)
    for part in range(parts):
        judged = nameless % parts == part if parts > 1 else np.ones(len(outside), bool)
        taught = ~judged if parts > 1 else judged
        others, classes = outside[taught][::step], nameless[taught][::step]
        linear = fit_linear(unit[::step], truth[::step], others, classes, labels, lighter)
        strange[judged] = evidence_of(linear.logits(outside[judged]), labels, nearness[judged])
    x = np.concatenate([evidence, strange])[:, 1:]
    y = np.concatenate([np.ones(len(evidence)), np.zeros(len(strange))])
    model = LogisticRegression(class_weight="balanced", C=10.0, max_iter=1000).fit(x, y)
    return np.array([model.intercept_[0], *model.coef_[0]], np.float32)
