"""What a classifier's card tells, as values: a card may lack anything, and what is not as expected is left out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import numpy as np
from numpy.typing import NDArray

_CALLED = " called "
"""Stands in a card's keys between what photos show and the label that is counted."""


@dataclass(frozen=True, slots=True)
class Share:
    """A share of photos, 0 to 1.

    Attributes:
        value: the share.
        margin: half the width of its 95 % interval; None where unknown.
        photos: of how many photos; None where unknown.
    """

    value: float
    margin: float | None = None
    photos: int | None = None


@dataclass(frozen=True, slots=True)
class LabelFacts:
    """What is known of one label.

    Attributes:
        label: the label.
        recall: share of its photos that get it; None where unknown.
        precision: share of the photos that get it and are of it; None where unknown.
        fitted_on: photos of it that were learnt from; None where unknown.
    """

    label: str
    recall: float | None
    precision: float | None
    fitted_on: int | None


@dataclass(frozen=True, slots=True)
class Bin:
    """Photos about which the classifier was about equally sure.

    Attributes:
        photos: how many.
        confidence: how sure it was, in the mean.
        accuracy: share of them for which it was right.
    """

    photos: int
    confidence: float
    accuracy: float


@dataclass(frozen=True, slots=True, eq=False)
class Confusion:
    """What was taken for what.

    Attributes:
        labels: k labels.
        counts: shape (k, k), photos of the row's label that got the column's.
    """

    labels: tuple[str, ...]
    counts: NDArray[np.int64]

    @property
    def shares(self) -> NDArray[np.float64]:
        """The same as shares of each row, 0 to 1; rows without photos are 0."""
        totals = self.counts.sum(1, keepdims=True)
        shares = np.zeros(self.counts.shape, np.float64)
        np.divide(self.counts, totals, out=shares, where=totals > 0)
        return shares


@dataclass(frozen=True, slots=True)
class Mistake:
    """A picture of the sample album that the classifier gets wrong.

    Attributes:
        picture: its path in the album.
        shows: the right label.
        called: the label that it gets.
    """

    picture: str
    shows: str
    called: str


@dataclass(frozen=True, slots=True)
class MixedAlbum:
    """How much of an album of all sorts gets no label.

    Attributes:
        photos: how many there are; None where unknown.
        unsure: share that it is unsure of; None where unknown.
        left_out: share that it takes for something else.
    """

    photos: int | None
    unsure: float | None
    left_out: float


@dataclass(frozen=True, slots=True)
class CardFacts:
    """A classifier's card; None and empty are what it does not tell.

    Attributes:
        name: the classifier's name.
        title: what it is called on screen.
        labels: what it tells apart.
        backbone_id: whose embeddings it works on.
        asked_of: of which photos it is asked, labels of another classifier; empty for all.
        notes: what it can and cannot do.
        failures: where it errs, as sentences.
        mistakes: pictures of the sample album that it gets wrong.
        measured_on: which photos the figures are of.
        accuracy: how often it is right.
        other_camera: the same for photos as another camera takes them.
        where_sure: how often it is right where it is sure.
        calibration_error: how far its confidence is off, 0 to 1.
        unsure: share of its own photos that it is unsure of.
        left_out: share of its own photos that it takes for something else.
        recognised: shares of other photos that it takes for something else, by what those are.
        mixed_album: how much of a mixed album gets no label.
        unseen: shares of what it was never shown that get a label, as (what it is, label, share).
        by_label: recall and precision.
        reliability: how right it is by how sure it is; bins without photos left out.
        confusion: what was taken for what.
        others_fitted: photos of other things that it learnt from.
        calibration_photos: photos that its confidence was settled on.
        sets: the sets that it learnt from.
        held_out: what it has never been shown, as "set/class".
        facts: smaller facts with their captions: version, date, licence, hash, command.
    """

    name: str
    title: str
    labels: tuple[str, ...]
    backbone_id: str
    asked_of: tuple[str, ...]
    notes: str
    failures: tuple[str, ...]
    mistakes: tuple[Mistake, ...]
    measured_on: str
    accuracy: Share | None
    other_camera: Share | None
    where_sure: Share | None
    calibration_error: float | None
    unsure: float | None
    left_out: float | None
    recognised: tuple[tuple[str, Share], ...]
    mixed_album: MixedAlbum | None
    unseen: tuple[tuple[str, str, Share], ...]
    by_label: tuple[LabelFacts, ...]
    reliability: tuple[Bin, ...]
    confusion: Confusion | None
    others_fitted: int | None
    calibration_photos: int | None
    sets: tuple[str, ...]
    held_out: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]


def facts_of(card: Mapping[str, Any]) -> CardFacts:
    """Read a card; whatever is in it, this gives what can be shown of it."""
    figures, training = _mapping(card.get("figures")), _mapping(card.get("training"))
    labels = _texts(card.get("labels"))
    name = _text(card.get("name"))
    return CardFacts(
        name=name,
        title=_text(card.get("title")) or name.capitalize(),
        labels=labels,
        backbone_id=_text(card.get("backbone_id")),
        asked_of=_texts(_mapping(card.get("asked_of")).get("labels")),
        notes=_text(card.get("notes")),
        failures=_texts(card.get("known_failures")),
        mistakes=_mistakes(_mapping(figures.get("sample_album")).get("wrong")),
        measured_on=_text(figures.get("measured_on")),
        accuracy=_accuracy(figures),
        other_camera=_accuracy(_mapping(figures.get("by_other_camera"))),
        where_sure=_where_sure(figures),
        calibration_error=_share(figures.get("calibration_error")),
        unsure=_share(figures.get("unsure")),
        left_out=_share(figures.get("called_none_of_these")),
        recognised=_recognised(figures),
        mixed_album=_mixed_album(figures),
        unseen=_unseen(figures),
        by_label=_by_label(labels, figures, _mapping(training.get("photos"))),
        reliability=_reliability(figures.get("reliability")),
        confusion=_confusion(labels, figures.get("confusion")),
        others_fitted=_count(_mapping(training.get("photos")).get("(other)")),
        calibration_photos=_count(training.get("calibration_photos")),
        sets=_texts(training.get("sets")),
        held_out=_texts(card.get("held_out")),
        facts=_small_facts(card, training),
    )


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _texts(value: object) -> tuple[str, ...]:
    return tuple(entry for entry in value if isinstance(entry, str)) if isinstance(value, list) else ()


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _share(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) and 0 <= value <= 1 else None


def _accuracy(figures: Mapping[str, Any]) -> Share | None:
    value = _share(figures.get("accuracy"))
    if value is None:
        return None
    interval = figures.get("accuracy_interval_95")
    bounds = [_share(bound) for bound in interval] if isinstance(interval, list) else []
    margin = None
    if len(bounds) == 2 and bounds[0] is not None and bounds[1] is not None and bounds[0] <= bounds[1]:
        margin = (bounds[1] - bounds[0]) / 2
    return Share(value, margin, _count(figures.get("photos")))


def _where_sure(figures: Mapping[str, Any]) -> Share | None:
    value = _share(figures.get("accuracy_where_sure"))
    return None if value is None else Share(value)


def _recognised(figures: Mapping[str, Any]) -> tuple[tuple[str, Share], ...]:
    found = []
    for key, what in (("other_kinds", "of other kinds"), ("kinds_never_fitted", "of things that it has never seen")):
        told = _mapping(figures.get(key))
        if any(f" {name}".startswith(_CALLED) for name in told):
            # It has a label for those, so that something else is no right answer.
            continue
        if (value := _share(told.get("called_none_of_these"))) is not None:
            found.append((what, Share(value, photos=_count(told.get("photos")))))
    return tuple(found)


def _mixed_album(figures: Mapping[str, Any]) -> MixedAlbum | None:
    told = _mapping(figures.get("mixed_album"))
    value = _share(told.get("called_none_of_these"))
    if value is None:
        return None
    return MixedAlbum(_count(told.get("photos")), _share(told.get("unsure")), value)


def _unseen(figures: Mapping[str, Any]) -> tuple[tuple[str, str, Share], ...]:
    """What keys like "monkeys/* called wild" and "called thing" tell."""
    others = _mapping(figures.get("kinds_never_fitted"))
    told = {**_mapping(figures.get("held_out_sets")), **{f"other things {key}": told for key, told in others.items()}}
    found = []
    for key, measured in told.items():
        what, called, label = key.partition(_CALLED)
        value = _share(_mapping(measured).get("share"))
        if called and value is not None:
            group, _slash, one = what.partition("/")
            name = group if one in {"", "*"} else one
            found.append((name.replace("_", " "), label, Share(value, photos=_count(_mapping(measured).get("photos")))))
    return tuple(found)


def _by_label(labels: tuple[str, ...], figures: Mapping[str, Any], photos: Mapping[str, Any]) -> tuple[LabelFacts, ...]:
    recall, precision = _mapping(figures.get("recall")), _mapping(figures.get("precision"))
    rows = [
        LabelFacts(label, _share(recall.get(label)), _share(precision.get(label)), _count(photos.get(label)))
        for label in labels
    ]
    told = any(value is not None for row in rows for value in (row.recall, row.precision, row.fitted_on))
    return tuple(rows) if told else ()


def _reliability(value: object) -> tuple[Bin, ...]:
    found = []
    for entry in value if isinstance(value, list) else ():
        told = _mapping(entry)
        photos = _count(told.get("photos", told.get("count")))
        confidence, accuracy = _share(told.get("confidence")), _share(told.get("accuracy"))
        if photos and confidence is not None and accuracy is not None:
            found.append(Bin(photos, confidence, accuracy))
    return tuple(found)


def _confusion(labels: tuple[str, ...], value: object) -> Confusion | None:
    rows = value if isinstance(value, list) else []
    counts = [[_count(entry) for entry in row] if isinstance(row, list) else [] for row in rows]
    if not labels or len(counts) != len(labels) or any(len(row) != len(labels) for row in counts):
        return None
    if any(entry is None for row in counts for entry in row):
        return None
    return Confusion(labels, np.array(counts, np.int64))


def _mistakes(value: object) -> tuple[Mistake, ...]:
    found = []
    for entry in value if isinstance(value, list) else ():
        told = _mapping(entry)
        picture, shows, called = (_text(told.get(key)) for key in ("picture", "shows", "called"))
        path = PurePosixPath(picture)
        # Only what lies in the album itself.
        if picture and shows and called and not path.is_absolute() and ".." not in path.parts:
            found.append(Mistake(picture, shows, called))
    return tuple(found)


def _small_facts(card: Mapping[str, Any], training: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    licence, files = _mapping(card.get("licence")), _mapping(card.get("files"))
    hashes = [_text(_mapping(told).get("sha256")) for told in files.values()]
    facts = (
        ("Version", _text(card.get("version"))),
        ("Made on", _text(card.get("date"))),
        ("Made by", _text(training.get("command"))),
        ("Licence", _text(licence.get("weights")) or _text(card.get("licence"))),
        ("Sources", _text(licence.get("sources"))),
        ("SHA-256", "\n".join(found for found in hashes if found)),
    )
    return tuple((caption, value) for caption, value in facts if value)
