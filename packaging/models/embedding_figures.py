"""What embeddings are worth: figures of one network on one set of photos."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from photosort.ml.clusters import kmeans

Floats = NDArray[np.float32]


def probe(learn: Floats, answers: NDArray[np.str_], test: Floats, truth: NDArray[np.str_]) -> float:
    """Return the accuracy of a logistic regression."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.03, max_iter=300, tol=1e-3))
    return float(model.fit(learn, answers).score(test, truth))


def neighbours(learn: Floats, answers: NDArray[np.str_], test: Floats, truth: NDArray[np.str_]) -> float:
    """Return the accuracy of the vote of the ten nearest; the nearer of two labels with as many votes wins."""
    names, numbers = np.unique(answers, return_inverse=True)
    near = np.argsort(-(test @ learn.T), axis=1)[:, :10]
    votes = np.zeros((len(test), len(names)))
    for place in range(near.shape[1]):
        votes[np.arange(len(test)), numbers[near[:, place]]] += 1 - 0.001 * place
    return float((names[votes.argmax(1)] == truth).mean())


def clustering(vectors: Floats, truth: NDArray[np.str_]) -> tuple[float, float]:
    """Return NMI and purity of as many groups as there are labels."""
    from sklearn.metrics import normalized_mutual_info_score

    steps = kmeans(vectors, len(np.unique(truth)), seed=0)
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            groups = stop.value.cluster
            break
    _, numbers = np.unique(truth, return_inverse=True)
    best = sum(np.bincount(numbers[groups == group]).max() for group in np.unique(groups))
    return float(normalized_mutual_info_score(truth, groups)), float(best / len(truth))


def by_examples(vectors: Floats, labels: NDArray[np.str_], examples: int = 10, found: int = 50) -> float:
    """Return the share of photos with the label among those found by a few examples of it."""
    rng = np.random.default_rng(0)
    shares = []
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        if len(rows) < examples + found - 10:
            continue
        for _ in range(5):
            shown = rng.choice(rows, examples, replace=False)
            nearness = vectors @ vectors[shown].mean(0)
            nearness[shown] = -np.inf
            nearest = np.argsort(-nearness)[: min(found, len(rows) - examples)]
            shares.append(float((labels[nearest] == label).mean()))
    return float(np.mean(shares))
