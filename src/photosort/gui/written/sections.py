"""What the left panel lists of stars, colour labels and keywords, where there are any."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from photosort.core.columns import PhotoColumns
from photosort.core.xmp.facts import MOST_STARS, REJECTED, SEPARATOR, key_of, rating_in_words
from photosort.gui import text
from photosort.gui.panel_lines import Line, Offer, Section
from photosort.gui.written import words

_STAR = "\N{BLACK STAR}"

RATING: Final = "rating"
COLOUR: Final = "colour label"
KEYWORDS: Final = "keywords"
"""The sections, and the classifiers that labels made of their lines belong to."""


@dataclass(frozen=True, slots=True)
class RatingChoice:
    """Only photos with at least so many stars; 0 for those without any, -1 for those that are rejected."""

    least: int


@dataclass(frozen=True, slots=True)
class ColourChoice:
    """Only photos with this colour label."""

    colour: str


@dataclass(frozen=True, slots=True)
class KeywordChoice:
    """Only photos with this keyword or a narrower one."""

    keyword: str


@dataclass(frozen=True, slots=True)
class LabelThese:
    """Label the photos of a line with one word.

    Attributes:
        choice: which photos.
        label: the word.
        classifier: whose label it is.
    """

    choice: RatingChoice | ColourChoice | KeywordChoice
    label: str
    classifier: str


@dataclass(frozen=True, slots=True)
class LabelEach:
    """Label every photo with what is written of it.

    Attributes:
        classifier: `RATING`, `COLOUR` or `KEYWORDS`: what is taken, and whose labels they become.
        below: of keywords, those right below this one; empty for the widest.
    """

    classifier: str
    below: str = ""


def written_sections(columns: PhotoColumns) -> list[Section]:
    """The sections of what is written, none of them empty."""
    written = columns.written
    if not len(written.photo_ids):
        return []
    here = columns.row_of(written.photo_ids) >= 0
    found = (_rating(written.rating[here], len(columns)), _colours(columns, here), _keywords(columns, here))
    return [section for section in found if section is not None]


def _rating(ratings: NDArray[np.int8], total: int) -> Section | None:
    rejected, _none, *starred = np.bincount(ratings - REJECTED, minlength=MOST_STARS + 2).tolist()
    if not rejected and not any(starred):
        return None
    lines = []
    count = 0
    for least in range(MOST_STARS, 0, -1):
        if own := starred[least - 1]:
            count += own
            more = "" if least == MOST_STARS else " or more"
            words_for = f"{rating_in_words(least)}{more}"
            lines.append(
                Line(
                    f"rating/{least}",
                    f"{_STAR * least}{more}",
                    count,
                    RatingChoice(least),
                    words=words_for,
                    offers=(_offer(count, RatingChoice(least), words_for, RATING),),
                )
            )
    if rejected:
        choice = RatingChoice(REJECTED)
        offer = _offer(rejected, choice, "rejected", RATING)
        lines.append(Line("rating/rejected", "rejected", rejected, choice, quiet=True, offers=(offer,)))
    without = total - count - rejected
    if without:
        lines.append(Line("rating/none", "no stars", without, RatingChoice(0), quiet=True))
    each = Offer("Label every photo by its stars", LabelEach(RATING))
    return Section(RATING, "Rating", tuple(lines), offers=(each,))


def _colours(columns: PhotoColumns, here: NDArray[np.bool_]) -> Section | None:
    written = columns.written
    codes = written.colour[here]
    counts = np.bincount(codes[codes >= 0], minlength=len(written.colours)).tolist()
    found = sorted((-count, colour) for colour, count in zip(written.colours, counts, strict=True) if count)
    lines = tuple(
        Line(
            f"colour/{colour}",
            colour,
            -count,
            ColourChoice(colour),
            dot=words.DOTS.get(colour, ""),
            offers=(_offer(-count, ColourChoice(colour), colour, COLOUR),),
        )
        for count, colour in found
    )
    each = Offer("Label every photo by its colour", LabelEach(COLOUR))
    return Section(COLOUR, "Colour label", lines, offers=(each,)) if lines else None


@dataclass(slots=True)
class _Node:
    """A keyword with those below it."""

    keyword: str
    count: int
    below: list[_Node] = field(default_factory=list)

    def line(self) -> Line:
        name = self.keyword.rpartition(SEPARATOR)[2]
        choice = KeywordChoice(self.keyword)
        offers = [_offer(self.count, choice, name, KEYWORDS)]
        if self.below:
            offers.append(
                Offer(f"Label them by the keywords below \u201c{name}\u201d", LabelEach(KEYWORDS, self.keyword))
            )
        return Line(
            f"keyword/{key_of(self.keyword)}",
            name,
            self.count,
            choice,
            children=_in_order(self.below),
            words=words.keyword(self.keyword),
            offers=tuple(offers),
        )


def _keywords(columns: PhotoColumns, here: NDArray[np.bool_]) -> Section | None:
    written = columns.written
    # All counts in one go: there may be thousands of keywords, and they are counted while somebody looks.
    upto = np.concatenate(([0], np.cumsum(here[written.members])))
    counts = np.diff(upto[written.starts]).tolist()
    nodes: dict[str, _Node] = {}
    top: list[_Node] = []
    for keyword, count in zip(written.keywords, counts, strict=True):
        if count:
            node = nodes[key_of(keyword)] = _Node(keyword, count)
            wider = keyword.rpartition(SEPARATOR)[0]
            (nodes[key_of(wider)].below if wider else top).append(node)
    each = Offer("Label every photo by its keyword", LabelEach(KEYWORDS))
    return Section(KEYWORDS, "Keywords", _in_order(top), offers=(each,)) if top else None


def _in_order(nodes: list[_Node]) -> tuple[Line, ...]:
    """The most frequent first; equal ones stay in natural order."""
    return tuple(node.line() for node in sorted(nodes, key=lambda node: -node.count))


def _offer(count: int, choice: RatingChoice | ColourChoice | KeywordChoice, label: str, classifier: str) -> Offer:
    these = "this photo" if count == 1 else f"these {text.photos(count)}"
    return Offer(f"Label {these} \u201c{label}\u201d", LabelThese(choice, label, classifier))
