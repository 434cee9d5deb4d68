"""The folders of rules: templates filled for every combination of word and date that there is, once each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from photosort.core.columns import PhotoColumns
from photosort.core.sorting.plans.names import collision_key
from photosort.core.sorting.plans.templates import Filled, Template, safe_folder
from photosort.core.sorting.values import STAY, RuleKind, SortRequest

LABEL_TEMPLATE: Final = "{label}"
DATE_TEMPLATE: Final = "{year}/{month}"
"""What an empty template stands for: of rules that have a word, and of dates."""

_TABLE = 1 << 22
"""Up to how many combinations of word and date are counted in a table, which is quicker than sorting them."""

_UNITS = {"day": "D", "month": "M", "year": "Y"}


class Folders:
    """Fills templates, once for every combination of word and date that there is."""

    def __init__(self, columns: PhotoColumns, request: SortRequest, words: Sequence[str]) -> None:
        self._columns = columns
        self._request = request
        self._words = words
        self._codes: dict[str, int] = {}
        self._found: list[Filled] = []

    def of(self, word: NDArray[np.int32], rule_index: NDArray[np.int8]) -> tuple[list[Filled], NDArray[np.int32]]:
        """All folders, and for each row the index of its own, -1 for none."""
        code = np.full(len(rule_index), -1, np.int32)
        dated = np.array([rule.kind is RuleKind.DATE for rule in self._request.rules] + [False], np.bool_)[rule_index]
        for rows, default in ((~dated, LABEL_TEMPLATE), (dated, DATE_TEMPLATE)):
            these = np.flatnonzero(rows & (rule_index >= 0))
            if len(these):
                template = Template.parse(self._request.template or default)
                code[these] = self._fill(template, Template.parse(default), these, word[these])
        if self._request.unsure != STAY:
            rest = (rule_index < 0) & _was_looked_at(self._columns, self._request)
            folder = safe_folder(self._request.unsure)
            code[rest] = self._code(Filled(folder, folder.replace("/", "|")))
        return self._found, code

    def _fill(
        self, template: Template, default: Template, rows: NDArray[np.intp], word: NDArray[np.int32]
    ) -> NDArray[np.int32]:
        moments, dates = self._dates(template.fields | default.fields, rows)
        combined = (word.astype(np.int64) + 1) * len(moments) + dates
        present, index = _distinct(combined, (len(self._words) + 1) * len(moments))
        values_of = [_date_values(moment) for moment in moments]
        codes = []
        for one in present.tolist():
            at, date = divmod(one, len(moments))
            values = {"label": self._words[at - 1] if at else "", **values_of[date]}
            filled = template.fill(values)
            codes.append(self._code(filled if filled.folder else default.fill(values)))
        return np.array(codes, np.int32)[index]

    def _dates(
        self, fields: frozenset[str], rows: NDArray[np.intp]
    ) -> tuple[NDArray[np.datetime64], NDArray[np.int64]]:
        """The dates there are, as finely as the template tells them, and the index of each row's."""
        unit = next((unit for field, unit in _UNITS.items() if field in fields), None)
        if unit is None:
            return np.array(["NaT"], "datetime64[D]"), np.zeros(len(rows), np.int64)
        taken = self._columns.taken[rows]
        seconds = np.where(np.isfinite(taken), np.floor(taken), np.iinfo(np.int64).min).astype("datetime64[s]")
        numbers = seconds.astype(f"datetime64[{unit}]").astype(np.int64)
        known = numbers[np.isfinite(taken)]
        lowest = int(known.min()) if len(known) else 0
        size = int(known.max()) - lowest + 2 if len(known) else 1
        # The first stands for no date at all.
        present, index = _distinct(np.where(np.isfinite(taken), numbers - lowest + 1, 0), size)
        moments = (present + lowest - 1).astype(f"datetime64[{unit}]")
        moments[present == 0] = np.datetime64("NaT")
        return moments, index

    def _code(self, filled: Filled) -> int:
        # "Beach" and "beach" are one folder on many systems, and so they are on all.
        key = collision_key(filled.folder)
        if key not in self._codes:
            self._codes[key] = len(self._found)
            self._found.append(filled)
        return self._codes[key]


def _distinct(values: NDArray[np.int64], size: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Values between 0 and ``size``, each once and rising, and for each value its place among those."""
    if size > _TABLE:
        found, index = np.unique(values, return_inverse=True)
        return found, index.astype(np.int64)
    there = np.zeros(size, np.bool_)
    there[values] = True
    return np.flatnonzero(there).astype(np.int64), (np.cumsum(there) - 1)[values]


def _date_values(moment: np.datetime64) -> dict[str, str]:
    """Year, month and day as texts, as far as the moment tells them."""
    if np.isnat(moment):
        return {}
    parts = str(moment).rsplit("-", 2) if str(moment)[0] == "-" else str(moment).split("-")
    return dict(zip(("year", "month", "day"), parts, strict=False))


def _was_looked_at(columns: PhotoColumns, request: SortRequest) -> NDArray[np.bool_]:
    """Shape (n,), bool: readable, and some classifier of the rules (if there is one) has seen it."""
    seen = ~columns.failed
    shown = [columns.shown(rule.classifier) for rule in request.rules if rule.kind is RuleKind.CLASSIFIER]
    if shown:
        seen &= np.any([one.code != one.not_seen for one in shown], axis=0)
    return seen
