"""What would stand elsewhere if the grid were arranged anew: it never moves under the hand, so this is counted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from photosort.core.arrange import Arrangement, Filter, GroupKind, Order, PhotoColumns
from photosort.core.asking import dependents
from photosort.pipeline import Analysed


def depends_on_dates(arrangement: Arrangement, only: Filter) -> bool:
    """True if a new date may move a photo."""
    by_date = arrangement.group.kind in {GroupKind.YEAR, GroupKind.MONTH}
    return by_date or arrangement.order is Order.TAKEN or bool(only.months)


def depends_on_guesses(arrangement: Arrangement, only: Filter, classifier: str, first: str | None) -> bool:
    """True if a new guess of ``classifier`` may move a photo; ``first`` is the classifier that is asked by default."""
    asked = arrangement.classifier or arrangement.group.classifier or first
    by_guess = arrangement.order in {Order.LABEL, Order.CONFIDENCE} or only.confidence is not None
    named = {name for name, _word in only.labels} | {arrangement.group.classifier}
    return classifier in named or bool(only.text) or (by_guess and asked == classifier)


def moved_by(columns: PhotoColumns, news: Analysed, arrangement: Arrangement, only: Filter) -> NDArray[np.int64]:
    """Ids of photos that news of an analysis may move; ask before the columns take the news.

    Args:
        columns: what was known so far.
        news: what is new.
        arrangement: how the grid is arranged.
        only: what it shows.
    """
    ids = [np.empty(0, np.int64)]
    if depends_on_dates(arrangement, only):
        rows = columns.row_of(news.photo_ids)
        other = np.isfinite(news.taken) & (columns.taken[rows] != news.taken) & (rows >= 0)
        ids.append(news.photo_ids[other])
    if arrangement.order is Order.SHARPNESS:
        ids.append(news.photo_ids[np.isfinite(news.sharpness)])
    first = next(iter(columns.classifiers), None)
    told = {name: dependents(columns.asked_of, name) for name in news.outputs}
    if any(depends_on_guesses(arrangement, only, name, first or by) for by, names in told.items() for name in names):
        ids.append(news.photo_ids)
    if news.failures and (only.problems_only or arrangement.group.kind is GroupKind.CLASSIFIER):
        ids.append(np.array([photo_id for photo_id, _failure in news.failures], np.int64))
    return np.unique(np.concatenate(ids))
