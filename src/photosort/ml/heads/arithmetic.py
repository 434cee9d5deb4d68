"""Arithmetic that fitting and predicting share."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def unit_length(embeddings: Floats, dimension: int) -> Floats:
    """Return embeddings at length 1; a ValueError says what is wrong with their shape or values."""
    given = np.asarray(embeddings, np.float32)
    if given.ndim != 2 or given.shape[1] != dimension:
        raise ValueError(f"expected embeddings of shape (n, {dimension}), got {given.shape}")
    if not np.isfinite(given).all():
        raise ValueError("expected finite embeddings, got NaN or infinity")
    return np.asarray(given / np.maximum(np.linalg.norm(given, axis=1, keepdims=True), 1e-12), np.float32)


def softmax(logits: Floats) -> Floats:
    """Return probabilities `(n, k)` of logits `(n, k)`."""
    raised = np.exp(logits - logits.max(1, keepdims=True))
    return np.asarray(raised / raised.sum(1, keepdims=True), np.float32)


def sigmoid(x: Floats) -> Floats:
    """Return the logistic function, without overflow."""
    return np.asarray(0.5 * (1 + np.tanh(0.5 * x)), np.float32)


def log_sum(logits: Floats) -> Floats:
    """Return the logarithm of the sum of the exponentials, by row."""
    top = logits.max(1)
    return np.asarray(top + np.log(np.exp(logits - top[:, None]).sum(1)), np.float32)


def mean_loss(logits: Floats, answers: NDArray[np.int64]) -> float:
    """Return the mean cross-entropy of logits `(n, k)` against the right answers `(n,)`."""
    return float((log_sum(logits) - logits[np.arange(len(answers)), answers]).mean())


def evidence_of(logits: Floats, labels: int, nearness: Floats) -> Floats:
    """Return float32 `(n, 3)`: 1, log odds of the labels against the nameless classes (0 without), nearness."""
    odds = np.zeros(len(logits), np.float32)
    if logits.shape[1] > labels and len(logits):
        odds = log_sum(logits[:, :labels]) - log_sum(logits[:, labels:])
    return np.stack([np.ones(len(logits), np.float32), odds, nearness], axis=1)


def cooling(nearness: Floats, slope: float) -> Floats:
    """Return float32 `(n, 1)`, what logits are multiplied by: the more the nearer, between a seventh and seven."""
    return np.asarray(np.exp(np.clip(slope * nearness, -2.0, 2.0)), np.float32)[:, None]
