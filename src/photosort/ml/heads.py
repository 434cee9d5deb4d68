"""Heads: embeddings in, predictions out. Fitted in seconds, asked with a few matrix products, stored without pickle.

A head answers three questions about each embedding:

- *Which label?* Multinomial logistic regression. Where photos of other kinds are at hand, they take part as a number
  of nameless classes, so that the labels are also told from everything else; the answer is the best label all the same.
- *How sure?* Temperature scaling (Guo et al., "On Calibration of Modern Neural Networks", ICML 2017) on photos that
  were not fitted, and a threshold for each label under which the answer is *unsure*.
- *Is it one of these at all?* Two kinds of evidence, weighed by a second logistic regression: the odds of the labels
  against the nameless classes, and the distance to what was fitted (Mahalanobis distance to the nearest of several
  centres, Lee et al., NeurIPS 2018, plus the energy outside the fitted subspace, after ViM, Wang et al., CVPR 2022).
  The weights are found on clusters of other photos that were left out of the odds' own fit, since the photos that
  matter later are of kinds nobody has fitted.

Predicting needs NumPy alone; scikit-learn is imported when something is fitted.
"""

from __future__ import annotations

import hashlib
import io
import json
import logging
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from photosort.core.errors import ModelError
from photosort.core.paths import resources
from photosort.core.photo import VERDICTS, Prediction, Verdict

_logger = logging.getLogger(__name__)

Floats = NDArray[np.float32]

SCHEMA = 1
"""Version of the stored form."""

_CARD = "card.json"
_ARRAYS = "head.npz"
_MOST_BYTES = 64 * 2**20
"""Stored heads are under 1 MB; what claims to be larger than this is none of ours."""

_ORDER = ("kinds", "scenes", "animals")
"""The bundled classifiers in the order in which they are shown; others follow by name."""

_SHARE_OUTSIDE = 0.025
"""Share of what was fitted that may be called none of these; the promise is 5 %, on other photos."""

_PRECISION_WANTED = 0.95
_THRESHOLD_RANGE = (0.55, 0.85)
_FEWEST_FOR_DENSITY = 40
"""With fewer photos than this nothing can be said about what is far from them."""

_SHAPES: Mapping[str, tuple[str, ...]] = {
    "weights": ("d", "m"),
    "bias": ("m",),
    "thresholds": ("k",),
    "temperature": (),
    "mean": ("d",),
    "axes": ("d", "r"),
    "variances": ("r",),
    "rest_variance": (),
    "centres": ("c", "r"),
    "known_weights": ("3",),
    "known_threshold": (),
}
"""Stored arrays and their shapes: d embedding, k labels, m labels and nameless classes, r axes, c centres."""


@dataclass(frozen=True, slots=True)
class HeadOutput:
    """Predictions of n photos as columns.

    Attributes:
        label_index: int16 `(n,)`, index of the best label, whatever the verdict.
        confidence: float32 `(n,)`, calibrated probability of that label.
        known: float32 `(n,)`, 0 to 1, higher is more like what was fitted.
        verdict: uint8 `(n,)`, index into `photosort.core.photo.VERDICTS`.
        probabilities: float32 `(n, k)`, rows sum to 1.
    """

    label_index: NDArray[np.int16]
    confidence: Floats
    known: Floats
    verdict: NDArray[np.uint8]
    probabilities: Floats

    def __len__(self) -> int:
        return len(self.label_index)

    def prediction(self, row: int, labels: Sequence[str]) -> Prediction:
        """Return one row as a value.

        Args:
            row: Row number.
            labels: The head's labels.
        """
        return Prediction(
            label=labels[int(self.label_index[row])],
            confidence=float(self.confidence[row]),
            verdict=VERDICTS[int(self.verdict[row])],
            known=float(self.known[row]),
            probabilities={label: float(p) for label, p in zip(labels, self.probabilities[row], strict=True)},
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Density:
    """Where the fitted photos lie on the unit sphere of embeddings.

    Attributes:
        mean: float32 `(d,)`.
        axes: float32 `(d, r)`, orthonormal, of largest variance.
        variances: float32 `(r,)`, within classes, along the axes.
        rest_variance: Mean energy outside the axes; 0 switches the distance off.
        centres: float32 `(c, r)`, in whitened coordinates.
    """

    mean: Floats
    axes: Floats
    variances: Floats
    rest_variance: float
    centres: Floats

    def nearness(self, unit: Floats) -> Floats:
        """Return minus the logarithm of the mean squared distance per axis; float32 `(n,)`, around 0 inside."""
        if self.rest_variance <= 0:
            return np.zeros(len(unit), np.float32)
        centred = unit - self.mean
        along = centred @ self.axes
        rest = np.maximum((centred * centred).sum(1) - (along * along).sum(1), 0) / self.rest_variance
        whitened = along / np.sqrt(self.variances)
        squares = (whitened * whitened).sum(1)[:, None] + (self.centres * self.centres).sum(1)
        nearest = np.maximum((squares - 2 * whitened @ self.centres.T).min(1), 0) / len(self.variances)
        return np.asarray(-np.log(0.5 * nearest + 0.5 * rest + 1e-6), np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """A fitted head.

    Attributes:
        name: What it is called in JSON and in the catalog, as `scenes`.
        title: What a person reads.
        version: Grows with every fit that replaces another.
        backbone_id: Whose embeddings it understands, and no others.
        labels: Its labels, in the order of the probabilities.
        thresholds: float32 `(k,)`, the confidence under which each label is *unsure*.
        temperature: Divides the logits.
        weights: float32 `(d, m)` on embeddings of unit length; the first k columns are the labels'.
        bias: float32 `(m,)`.
        density: Where the fitted photos lie.
        known_weights: float32 `(3,)`: constant, weight of the odds, weight of the nearness.
        known_threshold: `known` under which the verdict is *none of these*.
    """

    name: str
    title: str
    version: str
    backbone_id: str
    labels: tuple[str, ...]
    thresholds: Floats
    temperature: float
    weights: Floats
    bias: Floats
    density: _Density
    known_weights: Floats
    known_threshold: float

    @property
    def dimension(self) -> int:
        """Length of the embeddings that it takes."""
        return int(self.weights.shape[0])

    def predict(self, embeddings: Floats) -> HeadOutput:
        """Predict.

        Args:
            embeddings: float `(n, d)`, of this head's backbone, not normalised.

        Returns:
            One row per embedding; none for none.

        Raises:
            ValueError: If the shape is another one.
        """
        unit = _unit(embeddings, self.dimension)
        labels = len(self.labels)
        logits = unit @ self.weights + self.bias
        probabilities = _softmax(logits[:, :labels] / self.temperature)
        best = probabilities.argmax(1)
        confidence = probabilities.max(1)
        evidence = _evidence(logits, labels, self.density.nearness(unit))
        known = _sigmoid(evidence @ self.known_weights)
        verdict = np.full(len(unit), VERDICTS.index(Verdict.SURE), np.uint8)
        verdict[confidence < self.thresholds[best]] = VERDICTS.index(Verdict.UNSURE)
        verdict[known < self.known_threshold] = VERDICTS.index(Verdict.NONE_OF_THESE)
        return HeadOutput(best.astype(np.int16), confidence, known, verdict, probabilities)

    def save(self, folder: Path, *, card: Mapping[str, Any] | None = None) -> None:
        """Write the head into a folder, the arrays first: a card without its arrays never stands there.

        Args:
            folder: Is made where it is missing; a head that lies in it is replaced.
            card: More to say about it (data, figures, licences); may not repeat the head's own keys.

        Raises:
            ValueError: If `card` repeats a key.
            OSError: If the folder cannot be written.
        """
        stored = {
            "weights": self.weights,
            "bias": self.bias,
            "thresholds": self.thresholds,
            "temperature": np.float32(self.temperature),
            "mean": self.density.mean,
            "axes": self.density.axes,
            "variances": self.density.variances,
            "rest_variance": np.float32(self.density.rest_variance),
            "centres": self.density.centres,
            "known_weights": self.known_weights,
            "known_threshold": np.float32(self.known_threshold),
        }
        buffer = io.BytesIO()
        np.savez_compressed(
            buffer, allow_pickle=False, **{name: np.asarray(a, np.float32) for name, a in stored.items()}
        )
        content = buffer.getvalue()
        own: dict[str, Any] = {
            "schema": SCHEMA,
            "kind": "head",
            "name": self.name,
            "title": self.title,
            "version": self.version,
            "backbone_id": self.backbone_id,
            "labels": list(self.labels),
            "files": {_ARRAYS: {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}},
        }
        if card is not None and (repeated := own.keys() & card.keys()):
            raise ValueError(f"the card may not repeat {sorted(repeated)}")
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder / _ARRAYS, content)
        text = json.dumps({**own, **(card or {})}, indent=2, ensure_ascii=False) + "\n"
        _write(folder / _CARD, text.encode())

    @classmethod
    def load(cls, folder: Path) -> Head:
        """Read what `save` wrote.

        Args:
            folder: A folder with `card.json` and `head.npz`.

        Raises:
            ModelError: If something is missing, damaged, foreign or of a newer program; the message says what.
        """
        card = _read_card(folder)
        if card.get("kind") != "head":
            raise ModelError(f"{folder / _CARD}: expected the card of a classifier head, found {card.get('kind')!r}")
        labels = card.get("labels")
        texts = {key: card.get(key) for key in ("name", "title", "version", "backbone_id")}
        if not isinstance(labels, list) or len(labels) < 2 or not all(isinstance(label, str) for label in labels):
            raise ModelError(f"{folder / _CARD}: expected a list of at least two labels, found {labels!r}")
        for key, value in texts.items():
            if not isinstance(value, str):
                raise ModelError(f"{folder / _CARD}: expected a text for {key!r}, found {value!r}")
        arrays = _read_arrays(folder, card, len(labels))
        return cls(
            name=str(texts["name"]),
            title=str(texts["title"]),
            version=str(texts["version"]),
            backbone_id=str(texts["backbone_id"]),
            labels=tuple(labels),
            thresholds=arrays["thresholds"],
            temperature=float(arrays["temperature"]),
            weights=arrays["weights"],
            bias=arrays["bias"],
            density=_Density(
                arrays["mean"],
                arrays["axes"],
                arrays["variances"],
                float(arrays["rest_variance"]),
                arrays["centres"],
            ),
            known_weights=arrays["known_weights"],
            known_threshold=float(arrays["known_threshold"]),
        )


def bundled(backbone_id: str | None = None) -> list[Head]:
    """Load the classifiers that come with the program.

    Args:
        backbone_id: Only those fitted on this backbone; None for all.

    Returns:
        The heads in the order in which they are shown.

    Raises:
        ModelError: If one of them is damaged.
    """
    folders = [path.parent for path in sorted((resources() / "models").glob(f"*/{_CARD}"))]
    found = [Head.load(folder) for folder in folders if _read_card(folder).get("kind") == "head"]
    found.sort(key=lambda head: (_ORDER.index(head.name) if head.name in _ORDER else len(_ORDER), head.name))
    return [head for head in found if backbone_id in (None, head.backbone_id)]


# ---------------------------------------------------------------- fitting


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


@dataclass(frozen=True, slots=True, eq=False)
class _Linear:
    """A logistic regression on embeddings of unit length."""

    weights: Floats
    bias: Floats

    def logits(self, unit: Floats) -> Floats:
        return unit @ self.weights + self.bias


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
        seed: Seeds folds and clusters.

    Returns:
        The head; the same input gives the same head.

    Raises:
        ValueError: If shapes do not fit, a value is not finite, or a label has fewer than two photos.
    """
    unit = _unit(embeddings, embeddings.shape[-1])
    truth = np.asarray(label_index).astype(np.int64)
    _check(unit, truth, labels)
    outside = None if others is None or not len(others) else _unit(others, unit.shape[1])
    nameless = _nameless(outside, seed)
    kept = None
    if calibration is not None and len(calibration.embeddings):
        kept = (_unit(calibration.embeddings, unit.shape[1]), np.asarray(calibration.label_index).astype(np.int64))
    strength = _best_strength(unit, truth, kept, len(labels), strengths, seed)
    linear = _fit_linear(unit, truth, outside, nameless, len(labels), strength)
    density = _fit_density(unit, truth, len(labels), seed)
    if kept is not None:
        logits, answers, nearness = linear.logits(kept[0]), kept[1], density.nearness(kept[0])
    else:
        logits, nearness = _judged_by_strangers(unit, truth, outside, nameless, len(labels), strength, seed)
        answers = truth
    temperature = _fit_temperature(logits[:, : len(labels)], answers)
    probabilities = _softmax(logits[:, : len(labels)] / temperature)
    evidence = _evidence(logits, len(labels), nearness)
    known_weights = _weigh(evidence, unit, truth, outside, nameless, density, len(labels), strength)
    known = _sigmoid(evidence @ known_weights)
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
        known_threshold=float(np.quantile(known, _SHARE_OUTSIDE)) if judged_by_distance else 0.0,
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


def _nameless(outside: Floats | None, seed: int) -> NDArray[np.int64]:
    """Part other photos into clusters: one class for all of them is no half-space."""
    if outside is None:
        return np.empty(0, np.int64)
    count = int(np.clip(len(outside) // 200, 1, 24))
    if count == 1:
        return np.zeros(len(outside), np.int64)
    from sklearn.cluster import MiniBatchKMeans  # takes a second, and predicting does without

    clusters = MiniBatchKMeans(count, random_state=seed, n_init=3, batch_size=2048).fit_predict(outside)
    # Numbered without gaps: a cluster may have stayed empty.
    return np.unique(clusters, return_inverse=True)[1].astype(np.int64)


def _fit_linear(
    unit: Floats,
    truth: NDArray[np.int64],
    outside: Floats | None,
    nameless: NDArray[np.int64],
    labels: int,
    strength: float,
) -> _Linear:
    from sklearn.linear_model import LogisticRegression

    x = unit if outside is None else np.concatenate([unit, outside])
    y = truth if outside is None else np.concatenate([truth, labels + np.unique(nameless, return_inverse=True)[1]])
    mean = x.mean(0)
    # One scale for all dimensions but the quiet ones: those would be blown up to pure noise.
    scale = np.maximum(x.std(0), 0.1 * float(x.std()) + 1e-9)
    model = LogisticRegression(C=strength, max_iter=200, tol=1e-3)
    # Few photos must not count as little as their number against the penalty: it is set per photo, up to 1,000.
    model.C = strength * max(1.0, 1000 / len(x))
    model.fit((x - mean) / scale, y)
    weights, bias = model.coef_.T, model.intercept_
    if weights.shape[1] == 1:  # two classes are stored as one column
        weights, bias = np.concatenate([-weights, weights], 1) / 2, np.concatenate([-bias, bias]) / 2
    weights = weights / scale[:, None]
    return _Linear(weights.astype(np.float32), (bias - mean @ weights).astype(np.float32))


def _best_strength(
    unit: Floats,
    truth: NDArray[np.int64],
    kept: tuple[Floats, NDArray[np.int64]] | None,
    labels: int,
    strengths: Sequence[float],
    seed: int,
) -> float:
    if len(strengths) == 1:
        return strengths[0]
    nothing = np.empty(0, np.int64)
    losses = []
    for strength in strengths:
        if kept is not None:
            logits, answers = _fit_linear(unit, truth, None, nothing, labels, strength).logits(kept[0]), kept[1]
        else:
            logits, answers = _strange_logits(unit, truth, labels, strength, seed), truth
        losses.append(_loss(logits / _fit_temperature(logits, answers), answers))
    best = int(np.argmin(losses))
    _logger.info("strengths %s: losses %s", list(strengths), [round(loss, 4) for loss in losses])
    return strengths[best]


def _folds(truth: NDArray[np.int64], seed: int) -> NDArray[np.int64]:
    """Give every photo the number of the fold that judges it: stratified, 2 to 5 of them."""
    folds = int(np.clip(np.bincount(truth).min(), 2, 5))
    assigned = np.empty(len(truth), np.int64)
    rng = np.random.default_rng(seed)
    for label in np.unique(truth):
        rows = rng.permutation(np.flatnonzero(truth == label))
        assigned[rows] = np.arange(len(rows)) % folds
    return assigned


def _strange_logits(unit: Floats, truth: NDArray[np.int64], labels: int, strength: float, seed: int) -> Floats:
    folds = _folds(truth, seed)
    logits = np.empty((len(unit), labels), np.float32)
    for fold in range(int(folds.max()) + 1):
        rest = folds != fold
        linear = _fit_linear(unit[rest], truth[rest], None, np.empty(0, np.int64), labels, strength)
        logits[~rest] = linear.logits(unit[~rest])
    return logits


def _judged_by_strangers(
    unit: Floats,
    truth: NDArray[np.int64],
    outside: Floats | None,
    nameless: NDArray[np.int64],
    labels: int,
    strength: float,
    seed: int,
) -> tuple[Floats, Floats]:
    """Return logits `(n, m)` and nearness `(n,)` of each photo by a fit that has not seen it."""
    folds = _folds(truth, seed)
    width = labels + (0 if outside is None else len(np.unique(nameless)))
    logits, nearness = np.empty((len(unit), width), np.float32), np.empty(len(unit), np.float32)
    for fold in range(int(folds.max()) + 1):
        rest = folds != fold
        logits[~rest] = _fit_linear(unit[rest], truth[rest], outside, nameless, labels, strength).logits(unit[~rest])
        nearness[~rest] = _fit_density(unit[rest], truth[rest], labels, seed).nearness(unit[~rest])
    return logits, nearness


def _fit_density(unit: Floats, truth: NDArray[np.int64], labels: int, seed: int) -> _Density:
    dimension = unit.shape[1]
    if len(unit) < _FEWEST_FOR_DENSITY:
        empty = np.zeros((dimension, 1), np.float32)
        ones = np.ones(1, np.float32)
        return _Density(np.zeros(dimension, np.float32), empty, ones, 0.0, np.zeros((1, 1), np.float32))
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
    return _Density(
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


def _fit_temperature(logits: Floats, answers: NDArray[np.int64]) -> float:
    """Find the divisor of the logits that makes the answers likeliest, held near 1 while answers are few."""
    low, high = np.log(0.05), np.log(20.0)
    for _ in range(4):  # a grid that narrows: the loss has one minimum and costs little
        grid = np.linspace(low, high, 21)
        losses = [_loss(logits / np.exp(t), answers) + t * t / max(len(answers), 1) for t in grid]
        best = int(np.argmin(losses))
        low, high = grid[max(best - 1, 0)], grid[min(best + 1, 20)]
    return float(np.exp((low + high) / 2))


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
    density: _Density,
    labels: int,
    strength: float,
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
        strength: Inverse regularisation.

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
    for part in range(parts):
        judged = nameless % parts == part if parts > 1 else np.ones(len(outside), bool)
        taught = ~judged if parts > 1 else judged
        linear = _fit_linear(unit, truth, outside[taught], nameless[taught], labels, strength)
        strange[judged] = _evidence(linear.logits(outside[judged]), labels, nearness[judged])
    x = np.concatenate([evidence, strange])[:, 1:]
    y = np.concatenate([np.ones(len(evidence)), np.zeros(len(strange))])
    model = LogisticRegression(class_weight="balanced", C=10.0, max_iter=1000).fit(x, y)
    return np.array([model.intercept_[0], *model.coef_[0]], np.float32)


# ---------------------------------------------------------------- arithmetic and files


def _unit(embeddings: Floats, dimension: int) -> Floats:
    given = np.asarray(embeddings, np.float32)
    if given.ndim != 2 or given.shape[1] != dimension:
        raise ValueError(f"expected embeddings of shape (n, {dimension}), got {given.shape}")
    if not np.isfinite(given).all():
        raise ValueError("expected finite embeddings, got NaN or infinity")
    return np.asarray(given / np.maximum(np.linalg.norm(given, axis=1, keepdims=True), 1e-12), np.float32)


def _softmax(logits: Floats) -> Floats:
    raised = np.exp(logits - logits.max(1, keepdims=True))
    return np.asarray(raised / raised.sum(1, keepdims=True), np.float32)


def _sigmoid(x: Floats) -> Floats:
    return np.asarray(0.5 * (1 + np.tanh(0.5 * x)), np.float32)


def _log_sum(logits: Floats) -> Floats:
    top = logits.max(1)
    return np.asarray(top + np.log(np.exp(logits - top[:, None]).sum(1)), np.float32)


def _loss(logits: Floats, answers: NDArray[np.int64]) -> float:
    return float((_log_sum(logits) - logits[np.arange(len(answers)), answers]).mean())


def _evidence(logits: Floats, labels: int, nearness: Floats) -> Floats:
    """Return float32 `(n, 3)`: 1, log odds of the labels against the nameless classes (0 without), nearness."""
    odds = np.zeros(len(logits), np.float32)
    if logits.shape[1] > labels and len(logits):
        odds = _log_sum(logits[:, :labels]) - _log_sum(logits[:, labels:])
    return np.stack([np.ones(len(logits), np.float32), odds, nearness], axis=1)


def _write(path: Path, content: bytes) -> None:
    temporary = path.with_name(path.name + ".tmp")
    temporary.write_bytes(content)
    temporary.replace(path)


def _read_card(folder: Path) -> dict[str, Any]:
    path = folder / _CARD
    try:
        card = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ModelError(f"{path}: cannot be read: {error.strerror or error}") from error
    except ValueError as error:
        raise ModelError(f"{path}: expected a model card in JSON, and it is none: {error}") from error
    if not isinstance(card, dict):
        raise ModelError(f"{path}: expected a model card, found {type(card).__name__}")
    schema = card.get("schema")
    if not isinstance(schema, int) or schema < 1:
        raise ModelError(f"{path}: expected a schema number, found {schema!r}")
    if schema > SCHEMA:
        raise ModelError(f"{path}: was written by a newer photosort (schema {schema}, this one knows {SCHEMA})")
    return card


def _read_arrays(folder: Path, card: Mapping[str, Any], labels: int) -> dict[str, Floats]:
    path = folder / _ARRAYS
    files = card.get("files")
    told = files.get(_ARRAYS) if isinstance(files, dict) else None
    expected = told.get("sha256") if isinstance(told, dict) else None
    if not isinstance(expected, str):
        raise ModelError(f"{folder / _CARD}: expected the SHA-256 of {_ARRAYS}, and it is not there")
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise ModelError(f"{path}: expected a head of at most {_MOST_BYTES >> 20} MB, found a larger file")
        content = path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path}: cannot be read: {error.strerror or error}") from error
    if (found := hashlib.sha256(content).hexdigest()) != expected:
        raise ModelError(
            f"{path}: is damaged or not the file of its card (SHA-256 {found[:12]}..., not {expected[:12]}...)"
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as opened:
            unpacked = sum(member.file_size for member in opened.infolist())
        if unpacked > _MOST_BYTES:
            raise ModelError(f"{path}: expected a head of at most {_MOST_BYTES >> 20} MB, found {unpacked >> 20} MB")
        with np.load(io.BytesIO(content), allow_pickle=False) as opened:
            arrays = {name: np.asarray(opened[name]) for name in _SHAPES}
    except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise ModelError(f"{path}: expected the arrays of a head: {error}") from error
    _check_arrays(path, arrays, labels)
    return arrays


def _check_arrays(path: Path, arrays: Mapping[str, NDArray[Any]], labels: int) -> None:
    sizes: dict[str, int] = {"k": labels, "3": 3}
    for name, shape in _SHAPES.items():
        array = arrays[name]
        if array.dtype != np.float32 or array.ndim != len(shape):
            raise ModelError(
                f"{path}: expected {name} as float32 with {len(shape)} axes, found {array.dtype}, {array.ndim}"
            )
        if not np.isfinite(array).all():
            raise ModelError(f"{path}: {name} holds NaN or infinity")
        for letter, size in zip(shape, array.shape, strict=True):
            if sizes.setdefault(letter, size) != size:
                raise ModelError(f"{path}: {name} is {array.shape}, which does not fit the other arrays")
    if sizes["m"] < labels or not arrays["temperature"] > 0 or not (arrays["variances"] > 0).all():
        raise ModelError(f"{path}: the arrays are not those of a fitted head with {labels} labels")
