"""Which folder each photo goes into, by rules that are tried in order: arithmetic over `PhotoColumns`, no disk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from photosort.core.columns import PhotoColumns
from photosort.core.shown import Shown
from photosort.core.sorting.plans.filling import Folders
from photosort.core.sorting.plans.reasons import odds_in_words, why_placed, why_unplaced
from photosort.core.sorting.values import Rule, RuleKind, SortRequest

__all__ = ["Placements", "odds_in_words", "place"]

_NO_NAMES: Mapping[int, str] = MappingProxyType({})


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
            return why_unplaced(self.columns, self.request, row)
        word = self.words[self.word[row]] if self.word[row] >= 0 else ""
        guess = float(self.confidence[row]) if self.by_guess[row] else None
        return why_placed(self.columns, self.request.rules[index], row, word, guess)


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
            take = answer.given & (rule_index < 0) & ~_blank(answer)
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
    folders, code = Folders(columns, request, known).of(word, rule_index)
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


def _blank(answer: _Answer) -> NDArray[np.bool_] | np.bool_:
    """Shape (n,), bool: the word is nothing but blanks, of which no folder can be made."""
    blank = np.array([not word.strip() for word in answer.words], np.bool_)
    if answer.code is None or not blank.any():
        return np.False_
    # The last one stands for rows without a word.
    result: NDArray[np.bool_] = np.append(blank, False)[np.where(answer.given, answer.code, len(blank))]
    return result


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
