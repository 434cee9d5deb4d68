"""Which photos are shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from photosort.core.columns import PhotoColumns
from photosort.core.photo import Verdict
from photosort.core.shown import NOT_ASKED
from photosort.core.textkeys import fold, fold_all
from photosort.core.xmp.facts import REJECTED


@dataclass(frozen=True, slots=True)
class Filter:
    """What a photo must be to be shown: all of what is said here; what is left out, it may be or not.

    Attributes:
        text: words that must all occur in the photo's path, in the words for it or in its keywords, case and accents
            aside.
        labels: (classifier, word or value of a `Verdict` or `NOT_ASKED`): one of those of each classifier that is
            named.
        confidence: lowest and highest confidence of ``classifier``; None for any, also for none.
        classifier: whose confidence; None for that of the arrangement.
        problems_only: could not be read, or is missing.
        clusters: number of its cluster; -1 for none.
        folders: in one of these folders or below it; the empty one is everything.
        months: taken in one of these months ("2019-07") or years ("2019").
        ratings: at least that many stars; 0 for those without any, -1 for rejected ones.
        colours: with one of these colour labels.
        keywords: with one of these keywords or a narrower one, case aside.
    """

    text: str = ""
    labels: frozenset[tuple[str, str]] = frozenset()
    confidence: tuple[float, float] | None = None
    classifier: str | None = None
    problems_only: bool = False
    clusters: frozenset[int] = frozenset()
    folders: frozenset[str] = frozenset()
    months: frozenset[str] = frozenset()
    ratings: frozenset[int] = frozenset()
    colours: frozenset[str] = frozenset()
    keywords: frozenset[str] = frozenset()

    @property
    def empty(self) -> bool:
        """True if every photo is shown."""
        return self == Filter(classifier=self.classifier)

    def mask(self, columns: PhotoColumns, classifier: str | None = None) -> NDArray[np.bool_]:
        """Shape (n,), bool: which rows are shown. ``classifier`` is the one of the arrangement."""
        shown = np.ones(len(columns), np.bool_)
        if self.problems_only:
            shown &= columns.failed | columns.missing
        if self.clusters:
            shown &= np.isin(columns.cluster, list(self.clusters))
        if self.folders:
            shown &= _in_folders(columns, self.folders)
        if self.months:
            shown &= _in_months(columns, self.months)
        if self.ratings:
            shown &= _has_rating(columns, self.ratings)
        if self.colours:
            shown &= _any_of(columns, map(columns.written.coloured, self.colours))
        if self.keywords:
            shown &= _any_of(columns, map(columns.written.with_keyword, self.keywords))
        if self.labels:
            shown &= _has_labels(columns, self.labels)
        of = self.classifier or classifier
        if self.confidence is not None:
            low, high = self.confidence
            confidence = columns.shown(of).confidence if of is not None else np.full(len(columns), np.nan, np.float32)
            # Bounds as float32, or a photo of exactly 0.9 would fail to be at least 0.9.
            shown &= (confidence >= np.float32(low)) & (confidence <= np.float32(high))
        for word in fold(self.text.replace("\0", " ")).split():
            shown &= _has_word(columns, word)
        return shown


def _in_folders(columns: PhotoColumns, wanted: frozenset[str]) -> NDArray[np.bool_]:
    folders, code = columns.folder_codes
    inside = [any(not top or folder == top or folder.startswith(f"{top}/") for top in wanted) for folder in folders]
    return np.array(inside, np.bool_)[code]


def _in_months(columns: PhotoColumns, wanted: frozenset[str]) -> NDArray[np.bool_]:
    months = np.nan_to_num(columns.taken).astype("datetime64[s]").astype("datetime64[M]")
    found, code = np.unique(months, return_inverse=True)
    texts = [str(month) for month in found]
    return np.array([text in wanted or text[:-3] in wanted for text in texts], np.bool_)[code]


def _has_rating(columns: PhotoColumns, wanted: frozenset[int]) -> NDArray[np.bool_]:
    rated = columns.written.rated
    mask = _any_of(columns, (rated(least) for least in wanted if least))
    return mask | ~_any_of(columns, (rated(1), rated(REJECTED))) if 0 in wanted else mask


def _any_of(columns: PhotoColumns, ids: Iterable[NDArray[np.int64]]) -> NDArray[np.bool_]:
    return columns.here(np.concatenate([np.zeros(0, np.int64), *ids]))


def _has_labels(columns: PhotoColumns, wanted: frozenset[tuple[str, str]]) -> NDArray[np.bool_]:
    words_of: defaultdict[str, set[str]] = defaultdict(set)
    for classifier, word in wanted:
        words_of[classifier].add(word)
    mask = np.ones(len(columns), np.bool_)
    for classifier, words in words_of.items():
        shown = columns.shown(classifier)
        codes = [code for code, word in enumerate(shown.words) if word in words]
        if Verdict.UNSURE.value in words:
            codes.append(shown.unsure)
        if Verdict.NONE_OF_THESE.value in words:
            codes.append(shown.something_else)
        if NOT_ASKED in words:
            codes.append(shown.not_asked)
        mask &= np.isin(shown.code, codes)
    return mask


def _has_word(columns: PhotoColumns, word: str) -> NDArray[np.bool_]:
    mask = np.fromiter((word in text for text in columns.searchable), np.bool_, len(columns))
    for classifier in columns.classifiers:
        shown = columns.shown(classifier)
        # "other kinds" and "not looked at yet" are no words for a photo.
        codes = [code for code, text in enumerate(fold_all(shown.titles[: shown.not_asked])) if word in text]
        mask |= np.isin(shown.code, codes)
    keywords = zip(fold_all(columns.written.keywords), columns.written.by_keyword(), strict=True)
    return mask | _any_of(columns, (ids for folded, (_keyword, ids) in keywords if word in folded))
