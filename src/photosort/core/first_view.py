"""How to group a folder that nobody has arranged yet."""

from __future__ import annotations

import numpy as np

from photosort.core.arrange import Grouping, PhotoColumns

_NEARLY_ALL = 0.9
"""Share of photos of one kind from which its own classifier tells more: an album of landscapes goes by scene."""


def first_grouping(columns: PhotoColumns) -> Grouping:
    """The grouping that tells most at first sight: by the classifier that decides what others are asked.

    Where nearly all photos have one word of it, by the classifier that is asked of just those. None where that would
    make no two groups, or as long as no classifier decides for others.
    """
    deciding = {rule.classifier for rule in columns.asked_of.values()}
    first = next((name for name in columns.classifiers if name in deciding), None)
    if first is None:
        return Grouping.NONE
    counts = _counts(columns, first)
    if not counts or sum(counts.values()) == 0:
        return Grouping.NONE
    word, count = max(counts.items(), key=lambda entry: entry[1])
    if count >= _NEARLY_ALL * sum(counts.values()):
        narrower = [name for name, rule in columns.asked_of.items() if rule.classifier == first and word in rule.labels]
        for name in narrower:
            if np.count_nonzero(list(_counts(columns, name).values())) > 1:
                return Grouping.by(name)
    return Grouping.by(first) if np.count_nonzero(list(counts.values())) > 1 else Grouping.NONE


def _counts(columns: PhotoColumns, classifier: str) -> dict[str, int]:
    """Photos of each of a classifier's words."""
    shown = columns.shown(classifier)
    counts = np.bincount(shown.code, minlength=shown.failed + 1)
    return dict(zip(shown.words, counts[: len(shown.words)].tolist(), strict=True))
