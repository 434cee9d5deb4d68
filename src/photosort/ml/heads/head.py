"""A fitted head: embeddings in, predictions out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from photosort.core.asking import AskedOf
from photosort.core.errors import ModelError
from photosort.core.photo import VERDICTS, Prediction, Verdict
from photosort.ml.heads.arithmetic import Floats, cooling, evidence_of, sigmoid, softmax, unit_length
from photosort.ml.heads.storing import (
    ARRAYS,
    CARD,
    SCHEMA,
    pack_arrays,
    read_arrays,
    read_asked_of,
    read_card,
    write_file,
)


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
class Density:
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
        temperature: Divides the logits of a photo at nearness 0.
        weights: float32 `(d, m)` on embeddings of unit length; the first k columns are the labels'.
        bias: float32 `(m,)`.
        density: Where the fitted photos lie.
        known_weights: float32 `(3,)`: constant, weight of the odds, weight of the nearness.
        known_threshold: `known` under which the verdict is *none of these*.
        temperature_slope: How fast the temperature falls as nearness grows: what is far from the fitted photos is
            judged with less confidence; 0 for one temperature for all.
        asked_of: Of which photos the answer is shown on screen; None for all.
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
    density: Density
    known_weights: Floats
    known_threshold: float
    temperature_slope: float = 0.0
    asked_of: AskedOf | None = None

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
        unit = unit_length(embeddings, self.dimension)
        labels = len(self.labels)
        logits = unit @ self.weights + self.bias
        nearness = self.density.nearness(unit)
        cooled = logits[:, :labels] / self.temperature * cooling(nearness, self.temperature_slope)
        probabilities = softmax(cooled)
        best = probabilities.argmax(1)
        confidence = probabilities.max(1)
        evidence = evidence_of(logits, labels, nearness)
        known = sigmoid(evidence @ self.known_weights)
        verdict = np.full(len(unit), VERDICTS.index(Verdict.SURE), np.uint8)
        verdict[confidence < self.thresholds[best]] = VERDICTS.index(Verdict.UNSURE)
        verdict[known < self.known_threshold] = VERDICTS.index(Verdict.NONE_OF_THESE)
        return HeadOutput(best.astype(np.int16), confidence, known, verdict, probabilities)

    def rounded(self) -> Head:
        """Return this head with its large arrays rounded to float16 values: half the size when stored."""

        def half(array: Floats) -> Floats:
            return array.astype(np.float16).astype(np.float32)

        old = self.density
        density = Density(half(old.mean), half(old.axes), old.variances, old.rest_variance, half(old.centres))
        return replace(self, weights=half(self.weights), density=density)

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
            "temperature_slope": np.float32(self.temperature_slope),
            "mean": self.density.mean,
            "axes": self.density.axes,
            "variances": self.density.variances,
            "rest_variance": np.float32(self.density.rest_variance),
            "centres": self.density.centres,
            "known_weights": self.known_weights,
            "known_threshold": np.float32(self.known_threshold),
        }
        content = pack_arrays({name: np.asarray(array, np.float32) for name, array in stored.items()})
        own: dict[str, Any] = {
            "schema": SCHEMA,
            "kind": "head",
            "name": self.name,
            "title": self.title,
            "version": self.version,
            "backbone_id": self.backbone_id,
            "labels": list(self.labels),
            "files": {ARRAYS: {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}},
        }
        if self.asked_of is not None:
            own["asked_of"] = {"classifier": self.asked_of.classifier, "labels": list(self.asked_of.labels)}
        if card is not None and (repeated := own.keys() & card.keys()):
            raise ValueError(f"the card may not repeat {sorted(repeated)}")
        folder.mkdir(parents=True, exist_ok=True)
        write_file(folder / ARRAYS, content)
        text = json.dumps({**own, **(card or {})}, indent=2, ensure_ascii=False) + "\n"
        write_file(folder / CARD, text.encode())

    @classmethod
    def load(cls, folder: Path) -> Head:
        """Read what `save` wrote.

        Args:
            folder: A folder with `card.json` and `head.npz`.

        Raises:
            ModelError: If something is missing, damaged, foreign or of a newer program; the message says what.
        """
        card = read_card(folder)
        if card.get("kind") != "head":
            raise ModelError(f"{folder / CARD}: expected the card of a classifier head, found {card.get('kind')!r}")
        labels = card.get("labels")
        texts = {key: card.get(key) for key in ("name", "title", "version", "backbone_id")}
        if not isinstance(labels, list) or len(labels) < 2 or not all(isinstance(label, str) for label in labels):
            raise ModelError(f"{folder / CARD}: expected a list of at least two labels, found {labels!r}")
        for key, value in texts.items():
            if not isinstance(value, str):
                raise ModelError(f"{folder / CARD}: expected a text for {key!r}, found {value!r}")
        arrays = read_arrays(folder, card, len(labels))
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
            density=Density(
                arrays["mean"],
                arrays["axes"],
                arrays["variances"],
                float(arrays["rest_variance"]),
                arrays["centres"],
            ),
            known_weights=arrays["known_weights"],
            known_threshold=float(arrays["known_threshold"]),
            temperature_slope=float(arrays["temperature_slope"]),
            asked_of=read_asked_of(folder, card),
        )
