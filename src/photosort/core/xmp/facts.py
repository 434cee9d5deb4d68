"""What people and other programs write of a photo: stars, a colour, keywords."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

SEPARATOR: Final = "|"
"""Between the levels of a keyword, from the widest to the narrowest: ``Places|Italy|Rome``, as Lightroom writes it."""

REJECTED: Final = -1
"""The rating of a photo that its owner wants to be rid of."""

MOST_STARS: Final = 5


@dataclass(frozen=True, slots=True)
class WrittenFacts:
    """What is written of one photo.

    Attributes:
        rating: 1 to 5 stars, 0 for none, `REJECTED`; None where nothing is said of it.
        colour: the colour label: a colour in lower case ("red"), or the words that somebody uses in its place; empty
            for none.
        keywords: each with the wider ones above it (``Places|Italy``), in the order in which they are written; none
            twice, by `key_of`.
    """

    rating: int | None = None
    colour: str = ""
    keywords: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """True where nothing is said of the photo that anybody could look for."""
        return not (self.rating or self.colour or self.keywords)


def rating_in_words(rating: int) -> str:
    """Stars where no stars can be read: "3 stars", "rejected"."""
    if rating == REJECTED:
        return "rejected"
    return "1 star" if rating == 1 else f"{rating} stars"


def normal_keyword(text: str, separator: str = SEPARATOR) -> str:
    """A keyword as it is kept: levels divided by `SEPARATOR`, no blanks around them, nothing that XML cannot hold.

    Args:
        text: as somebody wrote it.
        separator: what divides its levels there.

    Returns:
        the keyword in Unicode's composed form; empty where nothing is left of it.
    """
    levels = (" ".join(_legal(level).split()) for level in text.split(separator))
    return unicodedata.normalize("NFC", SEPARATOR.join(level for level in levels if level))


def key_of(keyword: str) -> str:
    """By what keywords are one: case aside."""
    return unicodedata.normalize("NFC", keyword.casefold())


def distinct(keywords: Iterable[str]) -> tuple[str, ...]:
    """Normal keywords, none empty and none twice; the first way of writing one stands."""
    found: dict[str, str] = {}
    for keyword in keywords:
        if keyword:
            found.setdefault(key_of(keyword), keyword)
    return tuple(found.values())


def _legal(text: str) -> str:
    """The text without what XML 1.0 cannot hold: control characters, surrogates, noncharacters."""
    if text.isprintable():
        return text
    return "".join(
        character
        for character in text
        if character.isspace()
        or not (unicodedata.category(character) in {"Cc", "Cs"} or ord(character) & 0xFFFE == 0xFFFE)
    )
