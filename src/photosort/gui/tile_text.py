"""The one word and the one mark that a tile may bear, taken from what classifiers and the person say."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

from photosort.core.arrange import Arrangement, Order, PhotoColumns


class Mark(Enum):
    """The one mark that a tile may bear; the value is what a screen reader says."""

    NONE = ""
    LABELLED = "labelled by you"
    UNSURE = "unsure"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class TileText:
    """What a tile says beside its picture.

    Attributes:
        word: at most one word or number, what the group's header does not say already; may be empty.
        mark: at most one mark.
    """

    word: str = ""
    mark: Mark = Mark.NONE


class TileTexts:
    """Words and marks for one arrangement of photos.

    Photos ordered by a number show that number. Otherwise the word is that of the classifier which knows best, the one
    by which photos are grouped left out: its word stands in the header.

    Args:
        columns: the photos.
        arrangement: how they are grouped and ordered.
    """

    def __init__(self, columns: PhotoColumns, arrangement: Arrangement) -> None:
        self._columns = columns
        self._order = arrangement.order
        self._grouped_by = arrangement.group.classifier
        self._named = arrangement.classifier or arrangement.group.classifier

    def of(self, row: int) -> TileText:
        """What the tile of a photo says.

        Args:
            row: of the columns.
        """
        word, mark = self._word_and_mark(row)
        number = self._number(row)
        return TileText(word if number is None else number, mark)

    def _word_and_mark(self, row: int) -> tuple[str, Mark]:
        if self._columns.failed[row]:
            return "", Mark.PROBLEM
        word, best, unsure, by_person = "", -1.0, False, False
        for classifier in self._columns.classifiers:
            shown = self._columns.shown(classifier)
            code = int(shown.code[row])
            by_person = by_person or bool(shown.by_person[row])
            if classifier == self._grouped_by:
                continue
            if code < len(shown.words):
                # A label of the person's stands above every guess.
                weight = 2.0 if shown.by_person[row] else float(shown.confidence[row])
                if weight > best:
                    word, best = shown.words[code], weight
            elif code == shown.unsure:
                unsure = True
        if by_person:
            return word, Mark.LABELLED
        return word, Mark.UNSURE if unsure and not word else Mark.NONE

    def _number(self, row: int) -> str | None:
        """The number that photos are ordered by; None where they are ordered by something else."""
        columns = self._columns
        match self._order:
            case Order.CONFIDENCE:
                classifier = self._named or next(iter(columns.classifiers), None)
                return None if classifier is None else _percent(float(columns.shown(classifier).confidence[row]))
            case Order.SIMILARITY if columns.similarity is not None:
                return _percent(float(columns.similarity[row]))
            case Order.SHARPNESS:
                value = float(columns.sharpness[row])
                return "" if math.isnan(value) else f"{value:,.0f}"
            case Order.SIZE:
                return _bytes(int(columns.sizes[row]))
            case _:
                return None


def _percent(share: float) -> str:
    return "" if math.isnan(share) else f"{100 * share:.0f} %"


def _bytes(count: int) -> str:
    """A file's size in the unit that leaves a short number."""
    value, units = float(count), iter(("B", "KB", "MB", "GB", "TB"))
    unit = next(units)
    for larger in units:
        if value < 1000:
            break
        value, unit = value / 1000, larger
    return f"{value:.0f} {unit}" if value >= 100 or unit in {"B", "KB"} else f"{value:.1f} {unit}"
