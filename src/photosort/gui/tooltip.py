"""What a tile's tooltip says."""

from __future__ import annotations

from collections.abc import Mapping

from photosort.core.photo import Photo, Prediction, Verdict
from photosort.gui import text

_TOLD_GUESSES = 3


def describe(photo: Photo, predictions: Mapping[str, Prediction], titles: Mapping[str, str]) -> str:
    """The photo's name, and the best guesses of each classifier.

    Args:
        photo: the photo.
        predictions: by classifier name.
        titles: titles of the classifiers by name.
    """
    lines = [photo.name]
    for name, guess in predictions.items():
        best = sorted(guess.probabilities.items(), key=lambda entry: -entry[1])[:_TOLD_GUESSES]
        told = ", ".join(f"{label} {text.percent(share)}" for label, share in best)
        if guess.verdict is Verdict.NONE_OF_THESE:
            # The shares say only which of the labels would be the least wrong.
            told = "something else"
        elif guess.verdict is Verdict.UNSURE:
            told = f"unsure: {told}"
        lines.append(f"{titles.get(name, name)}: {told}")
    return "\n".join(lines)
