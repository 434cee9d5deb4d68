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


@dataclass(frozen=True, slots=True)
class Reliability:
    """What confidence was worth, in 15 equal bins from 0 to 1.

    Attributes:
        count: photos in each bin, int64 of shape (15,).
        confidence: their mean confidence, float64 of shape (15,); NaN in empty bins.
        accuracy: the share of them whose label was right, float64 of shape (15,); NaN in empty bins.
    """

    count: NDArray[np.int64]
    confidence: NDArray[np.float64]
    accuracy: NDArray[np.float64]

    @property
    def error(self) -> float:
        """The mean distance of confidence from accuracy, weighted by photos; NaN without photos."""
        if not self.count.any():
            return float("nan")
        gaps = np.abs(self.confidence - self.accuracy)[self.count > 0]
        return float((gaps * self.count[self.count > 0]).sum() / self.count.sum())


def reliability(confidence: NDArray[np.float32], right: NDArray[np.bool_]) -> Reliability:
    """Compare confidence with accuracy, bin by bin: the data of a reliability diagram.

    Args:
        confidence: probability of the label that was said, shape (n,).
        right: whether it was right, shape (n,).
    """
    given = confidence.astype(np.float64)
    bins = np.minimum((given * _BINS).astype(np.int64), _BINS - 1)
    count = np.bincount(bins, minlength=_BINS)
    sums = [np.bincount(bins, weights=values, minlength=_BINS) for values in (given, right)]
    means = [np.divide(s, count, out=np.full(_BINS, np.nan), where=count > 0) for s in sums]
    return Reliability(count, means[0], means[1])


def calibration_error(confidence: NDArray[np.float32], right: NDArray[np.bool_]) -> float:
    """Expected calibration error over 15 equal bins of confidence.

    Guo et al., "On Calibration of Modern Neural Networks", ICML 2017, equation 3.

    Args:
        confidence: probability of the label that was said, shape (n,).
        right: whether it was right, shape (n,).

    Returns:
        the mean distance of confidence from accuracy, weighted by photos; NaN without photos.
    """
    return reliability(confidence, right).error


def wilson_interval(hits: int, count: int) -> tuple[float, float]:
    """95 % interval of a share.

    Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22, 1927: unlike the usual
    one it stays within 0 and 1, and is right for shares near them.

    Args:
        hits: how many were so.
        count: of how many.

    Returns:
        lower and upper bound; NaN without photos.
    """
    if not count:
        return float("nan"), float("nan")
    z, share = 1.959964, hits / count
    middle = share + z * z / (2 * count)
    spread = z * float(np.sqrt(share * (1 - share) / count + z * z / (4 * count * count)))
    scale = 1 + z * z / count
    return (middle - spread) / scale, (middle + spread) / scale


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
