"""What a classifier and the person together say of each photo: one word for each, or why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from photosort.core.asking import AskedOf
from photosort.core.catalog.values import PredictionColumns
from photosort.core.photo import VERDICTS, Verdict

NOT_ASKED = "not asked"
"""Stands where a value of `Verdict` may stand, for photos that a classifier is not asked of."""

_SURE = VERDICTS.index(Verdict.SURE)
_UNSURE = VERDICTS.index(Verdict.UNSURE)
_OTHERS = 5
"""Codes that are no words."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a classifier and the person together say of each photo, as one word.

    Attributes:
        words: the classifier's labels in its order, then the words that only the person used, sorted.
        code: shape (n,), int32: index into ``words``, or ``unsure``, ``something_else``, ``not_asked``, ``not_seen``,
            ``failed``.
        confidence: shape (n,), float32: 1 where the person said it, NaN where nobody said anything that is shown.
        by_person: shape (n,), bool: the word is the person's label.
        leaning: shape (n,), int32: index into ``words`` of the best guess, however sure; -1 where there is none.
        asked_of: which photos the classifier is asked of; None for all.
    """

    words: tuple[str, ...]
    code: NDArray[np.int32]
    confidence: NDArray[np.float32]
    by_person: NDArray[np.bool_]
    leaning: NDArray[np.int32]
    asked_of: AskedOf | None = None

    @property
    def unsure(self) -> int:
        """The code of photos that the classifier is unsure of."""
        return len(self.words)

    @property
    def something_else(self) -> int:
        """The code of photos that are none of the classifier's labels."""
        return len(self.words) + 1

    @property
    def not_asked(self) -> int:
        """The code of photos that the classifier is not asked of: the guess there may be for them is not shown."""
        return len(self.words) + 2

    @property
    def not_seen(self) -> int:
        """The code of photos that nobody has looked at yet."""
        return len(self.words) + 3

    @property
    def failed(self) -> int:
        """The code of photos that cannot be read."""
        return len(self.words) + 4

    @property
    def titles(self) -> tuple[str, ...]:
        """The words on screen by code, the five other codes included."""
        others = f"other {self.asked_of.classifier}" if self.asked_of else NOT_ASKED
        return (*self.words, "unsure", "something else", others, "not looked at yet", "could not be read")


def shown_of(
    guesses: PredictionColumns | None,
    failed: NDArray[np.bool_],
    labelled_rows: NDArray[np.int64],
    labels: Sequence[str],
    rule: AskedOf | None = None,
    deciding: Shown | None = None,
) -> Shown:
    """One word for every photo; the person's label beats a guess, and a guess that was not asked for is not shown.

    Args:
        guesses: aligned with the photos, ``label_index`` -1 where there is none; None before any.
        failed: shape (n,), which photos could not be read.
        labelled_rows: shape (m,), the photos that the person labelled.
        labels: what the person said of those.
        rule: which photos the classifier is asked of; None for all.
        deciding: what the classifier of the rule says.
    """
    guessed = () if guesses is None else guesses.labels
    words = (*guessed, *sorted(set(labels) - set(guessed)))
    count = len(failed)
    result = Shown(
        words=words,
        code=np.zeros(count, np.int32),
        confidence=np.full(count, np.nan, np.float32),
        by_person=np.zeros(count, np.bool_),
        leaning=np.full(count, -1, np.int32),
        asked_of=rule,
    )
    code = result.code
    code[:] = np.where(failed, result.failed, result.not_seen)
    if guesses is not None:
        seen = guesses.label_index >= 0
        doubtful = np.where(guesses.verdict == _UNSURE, result.unsure, result.something_else)
        word = np.where(guesses.verdict == _SURE, guesses.label_index, doubtful)
        code[seen] = word[seen]
        result.confidence[seen] = guesses.confidence[seen]
        result.leaning[seen] = guesses.label_index[seen]
    if rule is not None and deciding is not None:
        out = _other_photos(rule, deciding) & (code != result.failed)
        code[out] = result.not_asked
        result.confidence[out] = np.nan
    if len(labels):
        code_of = {word: index for index, word in enumerate(words)}
        code[labelled_rows] = np.fromiter((code_of[label] for label in labels), np.int32, len(labels))
        result.confidence[labelled_rows] = 1.0
        result.by_person[labelled_rows] = True
    return result


def _other_photos(rule: AskedOf, deciding: Shown) -> NDArray[np.bool_]:
    """Shape (n,), bool: the deciding classifier says that these are other photos than those of the rule.

    Where it is unsure its best guess decides: what it rather takes for people is told no animal.
    """
    other_word = np.array([word not in rule.labels for word in deciding.words], np.bool_)
    other = np.concatenate([other_word, np.zeros(_OTHERS, np.bool_)])
    other[[deciding.something_else, deciding.not_asked]] = True
    result: NDArray[np.bool_] = other[deciding.code]
    leaning = (deciding.code == deciding.unsure) & (deciding.leaning >= 0)
    result[leaning] = other_word[deciding.leaning[leaning]]
    return result
