"""What the cards of the bundled classifiers say about them, in short."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from photosort.core.paths import resources
from photosort.core.photo import Progress
from photosort.ml import heads
from photosort.ml.heads.storing import CARD, read_card

_READING = Progress("Reading about the classifiers", 0, None)


@dataclass(frozen=True, slots=True)
class ClassifierCard:
    """A classifier, as its card describes it.

    Attributes:
        name: its name in the catalog.
        title: its name on screen.
        labels: its labels.
        backbone_id: whose embeddings it works on.
        folder: where the card lies.
        fitted_on: photos of its labels that it was fitted on; None where the card does not say.
        accuracy: share of its guesses that were right on photos kept out, 0 to 1; None where the card does not say.
        kept_out: how many photos that were.
    """

    name: str
    title: str
    labels: tuple[str, ...]
    backbone_id: str
    folder: Path
    fitted_on: int | None
    accuracy: float | None
    kept_out: int | None


def read_cards() -> Generator[Progress, None, tuple[ClassifierCard, ...]]:
    """Read the card of every bundled classifier, for every network, in the order in which classifiers are shown.

    Raises:
        ModelError: a bundled classifier is damaged.
    """
    yield _READING
    found: list[ClassifierCard] = []
    for path in (resources() / "models").glob(f"*/{CARD}"):
        yield _READING
        card = read_card(path.parent)
        if card.get("kind") == "head":
            found.append(_card_of(path.parent, card))
    return tuple(sorted(found, key=lambda card: (*heads.shown_in_order(card.name), card.folder.name)))


def _card_of(folder: Path, card: Mapping[str, Any]) -> ClassifierCard:
    labels = tuple(str(one) for one in card.get("labels", ()))
    training, figures = _mapping(card.get("training")), _mapping(card.get("figures"))
    photos = _mapping(training.get("photos"))
    counts = [photos[one] for one in labels if isinstance(photos.get(one), int)]
    accuracy, kept_out = figures.get("accuracy"), figures.get("photos")
    return ClassifierCard(
        name=str(card.get("name", folder.name)),
        title=str(card.get("title") or card.get("name", folder.name)),
        labels=labels,
        backbone_id=str(card.get("backbone_id", "")),
        folder=folder,
        fitted_on=sum(counts) if counts else None,
        accuracy=float(accuracy) if isinstance(accuracy, int | float) else None,
        kept_out=kept_out if isinstance(kept_out, int) else None,
    )


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
