"""Which folder each photo goes into, by rules that are tried in order: arithmetic over `PhotoColumns`, no disk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from photosort.core.columns import PhotoColumns
from photosort.core.photo import wall_clock
from photosort.core.shown import Shown
from photosort.core.sorting.names import collision_key
from photosort.core.sorting.templates import Filled, Template, safe_folder
from photosort.core.sorting.values import STAY, Rule, RuleKind, SortRequest

LABEL_TEMPLATE: Final = "{label}"
DATE_TEMPLATE: Final = "{year}/{month}"
"""What an empty template stands for: of rules that have a word, and of dates."""

_NO_NAMES: Mapping[int, str] = MappingProxyType({})
_TABLE = 1 << 22
"""Up to how many combinations of word and date are counted in a table, which is quicker than sorting them."""

_UNITS = {"day": "D", "month": "M", "year": "Y"}
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Placements:
    """Where rules put the photos; row i is that of the columns.

    Attributes:
        columns: the photos.
        request: what was asked for.
        folders: all folders that photos are put into, relative to the destination, POSIX; each in one spelling.
        keywords: for each folder, the same in the person's own words ("Places|Sea").
        code: shape (n,), int32: index into ``folders``; -1 where the photo stays.
        words: all words that rules found.
        word: shape (n,), int32: index into ``words``; -1 where no rule found one (dates have none).
        rule_index: shape (n,), int8: which rule placed it; -1 where none did (it stays, or goes where unsure ones go).
        confidence: shape (n,), float32: of the guess that placed it; NaN where no guess did.
        by_guess: shape (n,), bool: a guess placed it.
    """

    columns: PhotoColumns
    request: SortRequest
    folders: tuple[str, ...]
    keywords: tuple[str, ...]
    code: NDArray[np.int32]
    words: tuple[str, ...]
    word: NDArray[np.int32]
    rule_index: NDArray[np.int8]
    confidence: NDArray[np.float32]
    by_guess: NDArray[np.bool_]

    def folder(self, row: int) -> str | None:
        """Where a photo goes; None where it stays."""
        code = int(self.code[row])
        return None if code < 0 else self.folders[code]

    @property
    def placed_by_guess(self) -> int:
        """How many photos guesses place."""
        return int(np.count_nonzero(self.by_guess))

    @property
    def expected_wrong(self) -> float:
        """How many of those are wrong, as the calibrated confidences have it."""
        return float(np.sum(1.0 - self.confidence[self.by_guess], dtype=np.float64))

    @property
    def odds(self) -> str:
        """The same in words: "about 1 in 60"; empty where no guess places a photo."""
        return odds_in_words(self.placed_by_guess, self.expected_wrong)

    @property
    def doubtful(self) -> NDArray[np.intp]:
        """The rows that guesses placed, the least sure first: shape (m,)."""
        rows = np.flatnonzero(self.by_guess)
        return rows[np.argsort(self.confidence[rows], kind="stable")]

    def reason(self, row: int) -> str:
        """Why a photo goes there or stays, in words for a person."""
        index = int(self.rule_index[row])
        if index < 0:
            return _why_unplaced(self, row)
        rule = self.request.rules[index]
        word = self.words[self.word[row]] if self.word[row] >= 0 else ""
        match rule.kind:
            case RuleKind.DATE:
                return _dated(self.columns, row)
            case RuleKind.CLUSTERS:
                return f"in the group of look-alikes “{word}”"
            case _ if self.by_guess[row]:
                return f"guess: {word}, {percent(float(self.confidence[row]))}"
            case _:
                return f"your label: {word}"


def odds_in_words(placed: int, wrong: float) -> str:
    """How many of those that were placed are wrong: "about 1 in 60" for 298 of 17,900; empty for nothing placed."""
    if placed == 0:
        return ""
    share = wrong / placed
    if share < 1e-4:
        return "fewer than 1 in 10,000"
    one_in = 1.0 / share
    return f"about 1 in {_round(one_in):,}" if one_in >= 1.5 else "most of them"


def percent(confidence: float) -> str:
    """A confidence for reading: "97 %", and never 100 % for what is no certainty."""
    return f"{min(int(confidence * 100 + 0.5), 99)} %" if confidence < 1.0 else "100 %"


def place(
    columns: PhotoColumns,
    request: SortRequest,
    *,
    cluster_names: Mapping[int, str] = _NO_NAMES,
    said_last: Mapping[int, str] | None = None,
) -> Placements:
    """Put every photo into one folder at most: that of the first rule that is sure.

    Args:
        columns: the photos, with guesses, labels and groups; not changed.
        request: the rules, the template, from which confidence on a guess counts, and where unsure ones go.
        cluster_names: number of a cluster -> the name that a person gave it; others are called "Group 7".
        said_last: photo id -> the word that a person said last of it, for whichever classifier; None to take the labels
            of the columns, those of the first classifier winning.

    Raises:
        ValueError: the template cannot be read.
    """
    count = len(columns)
    word = np.full(count, -1, np.int32)
    rule_index = np.full(count, -1, np.int8)
    confidence = np.full(count, np.nan, np.float32)
    by_guess = np.zeros(count, np.bool_)
    words: dict[str, int] = {}
    for index, rule in enumerate(request.rules):
        for answer in _answers(columns, request, rule, cluster_names, said_last):
            take = answer.given & (rule_index < 0)
            if not take.any():
                continue
            rule_index[take] = index
            if answer.code is not None:
                codes = np.array([words.setdefault(text, len(words)) for text in answer.words], np.int32)
                word[take] = codes[answer.code[take]]
            if answer.guessed is not None and answer.confidence is not None:
                by_guess[take] = answer.guessed[take]
                confidence[by_guess & take] = answer.confidence[by_guess & take]
    known = tuple(words)
    folders, code = _Folders(columns, request, known).of(word, rule_index)
    return Placements(
        columns=columns,
        request=request,
        folders=tuple(filled.folder for filled in folders),
        keywords=tuple(filled.keyword for filled in folders),
        code=code,
        words=known,
        word=word,
        rule_index=rule_index,
        confidence=confidence,
        by_guess=by_guess,
    )


@dataclass(frozen=True, slots=True)
class _Answer:
    """What one rule says: for which rows, by which word (none for a date), and whether it is a guess."""

    given: NDArray[np.bool_]
    words: Sequence[str] = ()
    code: NDArray[np.int32] | None = None
    guessed: NDArray[np.bool_] | None = None
    confidence: NDArray[np.float32] | None = None


def _answers(
    columns: PhotoColumns,
    request: SortRequest,
    rule: Rule,
    cluster_names: Mapping[int, str],
    said_last: Mapping[int, str] | None,
) -> Iterator[_Answer]:
    match rule.kind:
        case RuleKind.LABELS if said_last is not None:
            yield _said(columns, said_last)
        case RuleKind.LABELS:
            for name in columns.classifiers:
                shown = columns.shown(name)
                yield _Answer(shown.by_person, shown.words, shown.code)
        case RuleKind.CLASSIFIER:
            yield _of_classifier(columns.shown(rule.classifier), request.min_confidence)
        case RuleKind.CLUSTERS:
            highest = int(columns.cluster.max(initial=-1))
            names = [cluster_names.get(number) or f"Group {number + 1}" for number in range(highest + 1)]
            yield _Answer(columns.cluster >= 0, names, columns.cluster)
        case RuleKind.DATE:
            # Of a file that cannot be read only its name tells a date; its own time says when it was damaged.
            yield _Answer(np.isfinite(columns.taken) & ~(columns.failed & columns.taken_uncertain))


def _said(columns: PhotoColumns, said: Mapping[int, str]) -> _Answer:
    rows = columns.row_of(np.fromiter(said, np.int64, len(said)))
    words = tuple(dict.fromkeys(said.values()))
    code_of = {text: index for index, text in enumerate(words)}
    codes = np.fromiter((code_of[text] for text in said.values()), np.int32, len(said))
    code = np.full(len(columns), -1, np.int32)
    code[rows[rows >= 0]] = codes[rows >= 0]
    return _Answer(code >= 0, words, code)


def _of_classifier(shown: Shown, least: float | None) -> _Answer:
    """The person's label, else the guess where it is sure (or at least as confident as asked)."""
    a_word = shown.code < len(shown.words)
    guessed = a_word & ~shown.by_person
    code = shown.code
    if least is not None:
        # As float32, or a guess of exactly 0.9 would fail to be at least 0.9.
        enough = shown.confidence >= np.float32(least)
        guessed = enough & (guessed | (code == shown.unsure)) & (shown.leaning >= 0)
        code = np.where(guessed, shown.leaning, code)
    return _Answer(guessed | (shown.by_person & a_word), shown.words, code, guessed, shown.confidence)


class _Folders:
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


def _why_unplaced(placements: Placements, row: int) -> str:
    columns, request = placements.columns, placements.request
    shown = [columns.shown(rule.classifier) for rule in request.rules if rule.kind is RuleKind.CLASSIFIER]
    codes = [int(one.code[row]) for one in shown]
    for one, code in zip(shown, codes, strict=True):
        if one.leaning[row] >= 0 and (code == one.unsure or code < len(one.words)):
            return f"unsure: perhaps {one.words[one.leaning[row]]}, {percent(float(one.confidence[row]))}"
    if columns.failed[row]:
        return "it could not be read"
    if any(code == one.something_else for one, code in zip(shown, codes, strict=True)):
        return "something else: none of the labels"
    if shown and all(code == one.not_seen for one, code in zip(shown, codes, strict=True)):
        return "not looked at yet"
    kinds = {rule.kind for rule in request.rules}
    if kinds == {RuleKind.LABELS}:
        return "it has no label"
    return "in no group of look-alikes" if kinds == {RuleKind.CLUSTERS} else "no rule applies to it"


def _dated(columns: PhotoColumns, row: int) -> str:
    try:
        moment = wall_clock(float(columns.taken[row]))
    except (ValueError, OverflowError, OSError):
        return "by its date"
    month = f"{_MONTHS[moment.month - 1]} {moment.year}"
    if columns.taken_uncertain[row]:
        return f"file dated {month}: it tells no date of its own"
    return f"taken in {month}"


def _round(number: float) -> int:
    """As one would say it: 7, 60, 340, 1,200."""
    if number < 20:
        return round(number)
    step = 10 ** (len(str(int(number))) - (1 if number < 100 else 2))
    return int(round(number / step) * step)
