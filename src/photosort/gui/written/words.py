"""How stars, colour labels and keywords are told on screen."""

from __future__ import annotations

from typing import Final

from photosort.core.xmp.facts import MOST_STARS, REJECTED, SEPARATOR, WrittenFacts

_STAR = "\N{BLACK STAR}"
_NO_STAR = "\N{WHITE STAR}"
_BELOW = " \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} "

DOTS: Final = {
    "red": "#e0443e",
    "orange": "#e8862d",
    "yellow": "#e0b416",
    "green": "#4caf50",
    "cyan": "#26a5b8",
    "blue": "#3b82e0",
    "purple": "#9b59d0",
    "violet": "#9b59d0",
    "magenta": "#d6409f",
    "pink": "#e56fa5",
    "brown": "#8d6748",
    "gray": "#8a8a8a",
    "grey": "#8a8a8a",
    "black": "#202020",
    "white": "#f4f4f4",
}
"""The colours that are shown for the names of colours; what a person calls a label by other words has no dot."""


def stars(rating: int) -> str:
    """Stars of one photo: three of five filled; "rejected" for what its owner wants to be rid of."""
    return "rejected" if rating == REJECTED else _STAR * rating + _NO_STAR * (MOST_STARS - rating)


def keyword(path: str) -> str:
    """A keyword with the wider ones before it."""
    return path.replace(SEPARATOR, _BELOW)


def facts_told(facts: WrittenFacts) -> list[tuple[str, str]]:
    """Captions and values for what is written of a photo; what is not is left out."""
    told = []
    if facts.rating:
        told.append(("Rating", stars(facts.rating)))
    if facts.colour:
        told.append(("Colour label", facts.colour))
    if facts.keywords:
        told.append(("Keywords", ", ".join(keyword(one) for one in facts.keywords)))
    return told
