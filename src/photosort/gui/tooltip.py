"""What a tile's tooltip says."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from photosort.core.photo import Photo, Prediction, Verdict
from photosort.gui import text
from photosort.gui.guesses import told

_TOLD_GUESSES = 3


def describe(
    photo: Photo, predictions: Mapping[str, Prediction], titles: Mapping[str, str], hidden: Collection[str] = ()
) -> str:
    """The photo's name, and the best guesses of each classifier.

    Args:
        photo: the photo.
        predictions: by classifier name.
        titles: titles of the classifiers by name, in the order in which they are told.
        hidden: classifiers that are not asked of the photo.
    """
    lines = [photo.name]
    for name, guess in told(predictions, titles, hidden).items():
        best = sorted(guess.probabilities.items(), key=lambda entry: -entry[1])[:_TOLD_GUESSES]
        shares = ", ".join(f"{label} {text.percent(share)}" for label, share in best)
        if guess.verdict is Verdict.NONE_OF_THESE:
            # The shares say only which of the labels would be the least wrong.
            shares = "something else"
        elif guess.verdict is Verdict.UNSURE:
            shares = f"unsure: {shares}"
        lines.append(f"{titles.get(name, name)}: {shares}")
    return "\n".join(lines)
