"""What a tile says beside its picture: at most one word and one mark."""

from __future__ import annotations

import math

from photosort.core.arrange import Arrangement, Filter, Order, PhotoColumns
from photosort.gui import text
from photosort.gui.photo_model import Mark, TileText

_BY_PERSON = 2.0
"""A label of the person's stands above every guess."""


class TileTexts:
    """Gives word and mark for a row of the columns.

    Photos ordered by a number show that number. Otherwise the word is the one that tells most: what the person said,
    then what is only asked of certain photos ("cat" of an animal), then what is asked of all; of several the surest.
    Left out is the classifier by which photos are grouped, since its word stands in the header, and what that word
    implies: whoever reads "forest" knows that it is a place.

    Args:
        columns: what is known of the photos.
        arrangement: how they are shown.
        only: which are shown: a single word that was asked for is on all of them, and is not said again.
    """

    def __init__(self, columns: PhotoColumns, arrangement: Arrangement, only: Filter) -> None:
        self._columns = columns
        self._order = arrangement.order
        self._told = {arrangement.group.classifier}
        if len(only.labels) == 1:
            self._told.update(classifier for classifier, _word in only.labels)
        rules = [rule for name, rule in columns.asked_of.items() if name in self._told]
        self._implied = {(rule.classifier, word) for rule in rules for word in rule.labels}
        self._asked = arrangement.classifier or arrangement.group.classifier

    def __call__(self, row: int) -> TileText:
        """Word and mark of the photo in ``row``."""
        if self._columns.failed[row] or self._columns.missing[row]:
            return TileText(mark=Mark.PROBLEM)
        word, mark = self._word_and_mark(row)
        return TileText(self._number(row) or word, mark)

    def _word_and_mark(self, row: int) -> tuple[str, Mark]:
        word, best, unsure, labelled = "", (-1.0, -1.0), False, False
        for name in self._columns.classifiers:
            shown = self._columns.shown(name)
            code, by_person = int(shown.code[row]), bool(shown.by_person[row])
            labelled = labelled or by_person
            if name in self._told:
                continue
            unsure = unsure or code == shown.unsure
            if code >= len(shown.words) or (name, shown.words[code]) in self._implied:
                continue
            rank = _BY_PERSON if by_person else float(shown.asked_of is not None)
            weight = rank, float(shown.confidence[row])
            if weight > best:
                word, best = shown.words[code], weight
        if labelled:
            return word, Mark.LABELLED
        return word, Mark.UNSURE if unsure and not word else Mark.NONE

    def _number(self, row: int) -> str:
        """What the photos are ordered by, where that is a number worth seeing; empty otherwise and where unknown."""
        columns = self._columns
        match self._order:
            case Order.CONFIDENCE:
                name = self._asked or next(iter(columns.classifiers), None)
                share = math.nan if name is None else float(columns.shown(name).confidence[row])
                return "" if math.isnan(share) else text.percent(share)
            case Order.SIMILARITY if columns.similarity is not None:
                share = float(columns.similarity[row])
                return "" if math.isnan(share) else text.percent(min(max(share, 0.0), 1.0))
            case Order.SHARPNESS:
                value = float(columns.sharpness[row])
                return "" if math.isnan(value) else f"{value:,.0f}"
            case Order.SIZE:
                return text.file_size(int(columns.sizes[row]))
            case _:
                return ""
