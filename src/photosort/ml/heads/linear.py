"""Logistic regression on embeddings of unit length, and how strongly it is held back."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from photosort.ml.heads.arithmetic import Floats, cooling, mean_loss

_logger = logging.getLogger(__name__)

_MOST_AXES = 512
"""Longer embeddings are fitted along so many of their axes: three times as fast for 1,280, and no worse."""

_AXES_SAMPLE = 6000
"""Photos by which those axes are found."""


@dataclass(frozen=True, slots=True)
class Penalty:
    """What a fit is held back by.

    Attributes:
        strength: Inverse regularisation, per photo.
        balanced: Whether each label weighs alike, however many photos it has.
    """

    strength: float
    balanced: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """A logistic regression on embeddings of unit length.

    Attributes:
        weights: float32 `(d, m)`.
        bias: float32 `(m,)`.
    """

    weights: Floats
    bias: Floats

    def logits(self, unit: Floats) -> Floats:
        """Return float32 `(n, m)`."""
        return unit @ self.weights + self.bias


def nameless_classes(outside: Floats | None, seed: int) -> NDArray[np.int64]:
    """Part other photos into clusters: one class for all of them is no half-space."""
    if outside is None:
        return np.empty(0, np.int64)
    count = int(np.clip(len(outside) // 200, 1, 16))
    if count == 1:
        return np.zeros(len(outside), np.int64)
    from sklearn.cluster import MiniBatchKMeans  # takes a second, and predicting does without

    clusters = MiniBatchKMeans(count, random_state=seed, n_init=3, batch_size=2048).fit_predict(outside)
    # Numbered without gaps: a cluster may have stayed empty.
    return np.unique(clusters, return_inverse=True)[1].astype(np.int64)


def fit_linear(
    unit: Floats,
    truth: NDArray[np.int64],
    outside: Floats | None,
    nameless: NDArray[np.int64],
    labels: int,
    penalty: Penalty,
) -> Linear:
    """Fit labels, and beside them the nameless classes of photos that are none of these.

    Args:
        unit: float32 `(n, d)`, of unit length.
        truth: int64 `(n,)`, the labels.
        outside: float32 `(m, d)`, of unit length; None for none.
        nameless: int64 `(m,)`, their nameless classes.
        labels: How many labels there are.
        penalty: What holds the fit back.

    Returns:
        Weights of the labels, then of the nameless classes.
    """
    from sklearn.linear_model import LogisticRegression

    x = unit if outside is None else np.concatenate([unit, outside])
    y = truth if outside is None else np.concatenate([truth, labels + np.unique(nameless, return_inverse=True)[1]])
    mean = x.mean(0)
    # One scale for all dimensions but the quiet ones: those would be blown up to pure noise.
    scale = np.maximum(x.std(0), 0.1 * float(x.std()) + 1e-9)
    x = (x - mean) / scale
    axes = _main_axes(x)
    # Few photos must not count as little as their number against the penalty: it is set per photo, up to 1,000.
    model = LogisticRegression(C=penalty.strength * max(1.0, 1000 / len(x)), max_iter=200, tol=1e-3)
    share = None
    if penalty.balanced:
        counts = np.bincount(truth, minlength=labels)
        share = np.concatenate([(len(truth) / labels / np.maximum(counts, 1))[truth], np.ones(len(x) - len(truth))])
    model.fit(x if axes is None else x @ axes, y, share)
    weights, bias = model.coef_.T, model.intercept_
    if weights.shape[1] == 1:  # two classes are stored as one column
        weights, bias = np.concatenate([-weights, weights], 1) / 2, np.concatenate([-bias, bias]) / 2
    weights = (weights if axes is None else axes @ weights) / scale[:, None]
    return Linear(weights.astype(np.float32), (bias - mean @ weights).astype(np.float32))


def _main_axes(x: Floats) -> Floats | None:
    """Return float32 `(d, 512)`, the axes of largest variance; None where there are no more than that."""
    if x.shape[1] <= _MOST_AXES:
        return None
    sample = x[:: max(1, len(x) // _AXES_SAMPLE)]
    _, vectors = np.linalg.eigh(sample.T @ sample / len(sample))
    return np.asarray(vectors[:, ::-1][:, :_MOST_AXES], np.float32)


def best_penalty(
    unit: Floats,
    truth: NDArray[np.int64],
    kept: tuple[Floats, NDArray[np.int64]] | None,
    labels: int,
    tried: Sequence[Penalty],
    seed: int,
) -> Penalty:
    """Return the penalty with the best likelihood on the photos kept aside, or else by cross-validation."""
    if len(tried) == 1:
        return tried[0]
    nothing = np.empty(0, np.int64)
    losses = []
    for penalty in tried:
        if kept is not None:
            logits, answers = fit_linear(unit, truth, None, nothing, labels, penalty).logits(kept[0]), kept[1]
        else:
            logits, answers = strange_logits(unit, truth, labels, penalty, seed), truth
        losses.append(mean_loss(logits / fit_temperature(logits, answers), answers))
    _logger.info("strengths %s: losses %s", [p.strength for p in tried], [round(loss, 4) for loss in losses])
    return tried[int(np.argmin(losses))]


def folds_of(truth: NDArray[np.int64], seed: int) -> NDArray[np.int64]:
    """Give every photo the number of the fold that judges it: stratified, 2 to 5 of them."""
    folds = int(np.clip(np.bincount(truth).min(), 2, 5))
    assigned = np.empty(len(truth), np.int64)
    rng = np.random.default_rng(seed)
    for label in np.unique(truth):
        rows = rng.permutation(np.flatnonzero(truth == label))
        assigned[rows] = np.arange(len(rows)) % folds
    return assigned


def strange_logits(unit: Floats, truth: NDArray[np.int64], labels: int, penalty: Penalty, seed: int) -> Floats:
    """Return logits `(n, labels)` of each photo by a fit that has not seen it."""
    folds = folds_of(truth, seed)
    logits = np.empty((len(unit), labels), np.float32)
    for fold in range(int(folds.max()) + 1):
        rest = folds != fold
        linear = fit_linear(unit[rest], truth[rest], None, np.empty(0, np.int64), labels, penalty)
        logits[~rest] = linear.logits(unit[~rest])
    return logits


def fit_temperature(logits: Floats, answers: NDArray[np.int64]) -> float:
    """Find the divisor of the logits that makes the answers likeliest, held near 1 while answers are few."""
    low, high = np.log(0.05), np.log(20.0)
    for _ in range(4):  # a grid that narrows: the loss has one minimum and costs little
        grid = np.linspace(low, high, 21)
        losses = [mean_loss(logits / np.exp(t), answers) + t * t / max(len(answers), 1) for t in grid]
        best = int(np.argmin(losses))
        low, high = grid[max(best - 1, 0)], grid[min(best + 1, 20)]
    return float(np.exp((low + high) / 2))


def fit_cooling(logits: Floats, answers: NDArray[np.int64], nearness: Floats) -> tuple[float, float]:
    """Find temperature and slope (see `Head`) that make the answers likeliest; held near 0 while answers are few."""
    found = []
    for slope in np.linspace(0.0, 1.0, 11):
        scaled = logits * cooling(nearness, float(slope))
        temperature = fit_temperature(scaled, answers)
        loss = mean_loss(scaled / temperature, answers) + 4 * slope**2 / max(len(answers), 1)
        found.append((loss, temperature, float(slope)))
    _, temperature, slope = min(found)
    return temperature, slope
