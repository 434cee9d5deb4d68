"""Figures of a classifier head for its card, with 95 % intervals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from photosort.core.photo import VERDICTS, Verdict
from photosort.ml import heads, metrics

_NONE, _UNSURE, _SURE = (VERDICTS.index(v) for v in (Verdict.NONE_OF_THESE, Verdict.UNSURE, Verdict.SURE))
_RESAMPLES = 300


def figures_of(head: heads.Head, embeddings: NDArray[np.float32], truth: NDArray[np.int64]) -> dict[str, Any]:
    """Measure a head on photos of its labels.

    Args:
        head: The head.
        embeddings: float32 `(n, d)`.
        truth: int64 `(n,)`, index of the right label.

    Returns:
        Figures for JSON; `*_interval_95` beside each that has one.
    """
    output = head.predict(embeddings)
    said = output.label_index.astype(np.int64)
    found = metrics.evaluate(head.labels, truth, said, output.confidence)
    right = said == truth
    sure = output.verdict == _SURE
    curve = metrics.reliability(output.confidence, right)

    def macro_recall(rows: NDArray[np.int64]) -> float:
        counts = np.bincount(truth[rows], minlength=len(head.labels))
        hits = np.bincount(truth[rows][right[rows]], minlength=len(head.labels))
        return float((hits[counts > 0] / counts[counts > 0]).mean())

    return {
        "measured_on": "photos kept out of all training (seen labels)",
        "photos": found.count,
        "accuracy": rounded(found.accuracy),
        "accuracy_interval_95": _wilson(right),
        "macro_recall": rounded(macro_recall(np.arange(len(truth)))),
        "macro_recall_interval_95": _resampled(macro_recall, len(truth)),
        "calibration_error": rounded(found.calibration_error),
        "calibration_error_interval_95": _resampled(
            lambda rows: metrics.calibration_error(output.confidence[rows], right[rows]), len(truth)
        ),
        "precision": _by_label(head.labels, found.precision),
        "recall": _by_label(head.labels, found.recall),
        "recall_interval_95": {
            label: _wilson(right[truth == i]) for i, label in enumerate(head.labels) if (truth == i).any()
        },
        "confusion": found.confusion.tolist(),
        "reliability": [
            {"photos": int(n), "confidence": rounded(c) if n else None, "accuracy": rounded(a) if n else None}
            for n, c, a in zip(curve.count, curve.confidence, curve.accuracy, strict=True)
        ],
        "sure": rounded(float(sure.mean())),
        "accuracy_where_sure": rounded(float(right[sure].mean())) if sure.any() else None,
        "unsure": rounded(float((output.verdict == _UNSURE).mean())),
        "called_none_of_these": rounded(float((output.verdict == _NONE).mean())),
        "called_none_of_these_interval_95": _wilson(output.verdict == _NONE),
    }


def of_other_photos(
    head: heads.Head, inside: NDArray[np.float32], outside: NDArray[np.float32]
) -> dict[str, Any] | None:
    """Tell how well photos of other kinds are told from those of a head's labels; None where there are none.

    Args:
        head: The head.
        inside: float32 `(n, d)`, photos of its labels.
        outside: float32 `(m, d)`, photos of none of them.
    """
    if not len(outside):
        return None
    known, foreign = head.predict(inside).known, head.predict(outside)
    rng = np.random.default_rng(0)
    areas = [
        metrics.auroc(rng.choice(known, len(known)), rng.choice(foreign.known, len(outside)))
        for _ in range(_RESAMPLES // 3)
    ]
    return {
        "photos": len(outside),
        "auroc_of_known": rounded(metrics.auroc(known, foreign.known)),
        "auroc_of_known_interval_95": [rounded(v) for v in np.quantile(areas, [0.025, 0.975])],
        "called_none_of_these": rounded(float((foreign.verdict == _NONE).mean())),
        "called_none_of_these_interval_95": _wilson(foreign.verdict == _NONE),
    }


def verdicts_on(head: heads.Head, embeddings: NDArray[np.float32]) -> dict[str, Any]:
    """Count the verdicts on photos whose labels are not told."""
    verdict = head.predict(embeddings).verdict
    return {
        "photos": len(verdict),
        "unsure": rounded(float((verdict == _UNSURE).mean())),
        "called_none_of_these": rounded(float((verdict == _NONE).mean())),
        "called_none_of_these_interval_95": _wilson(verdict == _NONE),
    }


def share_called(head: heads.Head, embeddings: NDArray[np.float32], label: str) -> dict[str, Any]:
    """Tell of how many photos the best label is this one, whatever the verdict."""
    hits = head.predict(embeddings).label_index == head.labels.index(label)
    return {"photos": len(hits), "share": rounded(float(hits.mean())), "share_interval_95": _wilson(hits)}


def confusions(figures: dict[str, Any], labels: Sequence[str], least: float = 0.03) -> list[str]:
    """Say in words which labels are taken for which, the commonest first."""
    table = np.array(figures["confusion"], np.float64)
    shares = table / np.maximum(table.sum(1, keepdims=True), 1)
    np.fill_diagonal(shares, 0)
    places = [divmod(int(place), len(labels)) for place in np.argsort(-shares, axis=None)[:6]]
    return [
        f"{labels[true].capitalize()} is called {labels[said]} in {shares[true, said]:.0%} of the photos measured."
        for true, said in places
        if shares[true, said] >= least
    ]


def rounded(value: float) -> float:
    """Round to four digits: more would be noise."""
    return round(float(value), 4)


def _by_label(labels: Sequence[str], values: NDArray[np.float64]) -> dict[str, float | None]:
    return {label: None if np.isnan(v) else rounded(v) for label, v in zip(labels, values, strict=True)}


def _wilson(hits: NDArray[np.bool_]) -> list[float]:
    return [rounded(bound) for bound in metrics.wilson_interval(int(hits.sum()), len(hits))]


def _resampled(measure: Callable[[NDArray[np.int64]], float], count: int) -> list[float]:
    """Return the 95 % interval of a figure over resamples of the photos (bootstrap, Efron 1979).

    A calibration error grows when photos are drawn twice; so the resamples are moved to have the figure as their mean.
    """
    rng = np.random.default_rng(0)
    values = np.array([measure(rng.integers(0, count, count)) for _ in range(_RESAMPLES)])
    values += measure(np.arange(count)) - values.mean()
    return [max(0.0, rounded(bound)) for bound in np.quantile(values, [0.025, 0.975])]
