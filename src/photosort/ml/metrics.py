"""How good a classifier is on labelled photos."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_BINS = 15


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Figures of one classifier on labelled photos.

    Attributes:
        labels: the classifier's labels.
        confusion: int64 of shape (labels, labels): rows are the truth, columns what was said.
        calibration_error: expected calibration error over 15 equal bins of confidence, 0 is best.
    """

    labels: tuple[str, ...]
    confusion: NDArray[np.int64]
    calibration_error: float

    @property
    def count(self) -> int:
        """Photos measured."""
        return int(self.confusion.sum())

    @property
    def accuracy(self) -> float:
        """Share of photos whose best label is right; NaN without photos."""
        return float(np.trace(self.confusion) / self.count) if self.count else float("nan")

    @property
    def precision(self) -> NDArray[np.float64]:
        """By label, the share of those called so that are so; NaN where nothing was."""
        return _share(np.diag(self.confusion), self.confusion.sum(axis=0))

    @property
    def recall(self) -> NDArray[np.float64]:
        """By label, the share of those that are so which were called so; NaN where there was none."""
        return _share(np.diag(self.confusion), self.confusion.sum(axis=1))


def evaluate(
    labels: tuple[str, ...],
    truth: NDArray[np.int64],
    predicted: NDArray[np.int64],
    confidence: NDArray[np.float32],
) -> Evaluation:
    """Measure predictions against the truth.

    Args:
        labels: the classifier's labels.
        truth: index of the right label, int64 of shape (n,).
        predicted: index of the label that was said, int64 of shape (n,).
        confidence: its calibrated probability, float32 of shape (n,).

    Returns:
        the figures.
    """
    confusion = np.zeros((len(labels), len(labels)), np.int64)
    np.add.at(confusion, (truth, predicted), 1)
    return Evaluation(labels, confusion, calibration_error(confidence, predicted == truth))


def calibration_error(confidence: NDArray[np.float32], right: NDArray[np.bool_]) -> float:
    """Expected calibration error over 15 equal bins of confidence.

    Guo et al., "On Calibration of Modern Neural Networks", ICML 2017, equation 3.

    Args:
        confidence: probability of the label that was said, shape (n,).
        right: whether it was right, shape (n,).

    Returns:
        the mean distance of confidence from accuracy, weighted by photos; NaN without photos.
    """
    if not len(confidence):
        return float("nan")
    bins = np.minimum((confidence.astype(np.float64) * _BINS).astype(np.int64), _BINS - 1)
    gap = np.bincount(bins, weights=confidence, minlength=_BINS) - np.bincount(bins, weights=right, minlength=_BINS)
    return float(np.abs(gap).sum() / len(confidence))


def auroc(inside: NDArray[np.float32], outside: NDArray[np.float32]) -> float:
    """Probability that a photo from inside scores higher than one from outside (ties count half).

    The Mann-Whitney form of the area under the ROC curve; Hanley and McNeil, Radiology 143, 1982.

    Args:
        inside: scores of photos that belong, shape (n,).
        outside: scores of photos that do not, shape (m,).

    Returns:
        0 to 1; NaN where either is empty.
    """
    if not len(inside) or not len(outside):
        return float("nan")
    ordered = np.sort(outside)
    below = np.searchsorted(ordered, inside, side="left")
    not_above = np.searchsorted(ordered, inside, side="right")
    return float((below + not_above).sum() / (2 * len(inside) * len(outside)))


def _share(part: NDArray[np.int64], whole: NDArray[np.int64]) -> NDArray[np.float64]:
    shares: NDArray[np.float64] = np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)
    return shares
