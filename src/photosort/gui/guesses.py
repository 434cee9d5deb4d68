"""Which guesses of a photo are told, and in which order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from photosort.core.photo import Prediction


def told(
    predictions: Mapping[str, Prediction], classifiers: Iterable[str], hidden: Collection[str] = ()
) -> dict[str, Prediction]:
    """Guesses by classifier, in the order in which they are told.

    Args:
        predictions: by classifier.
        classifiers: the order; classifiers that are not here come last.
        hidden: classifiers that are not asked of the photo.
    """
    order = dict.fromkeys((*classifiers, *predictions))
    return {name: predictions[name] for name in order if name in predictions and name not in hidden}
