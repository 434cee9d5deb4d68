"""Heads: embeddings in, predictions out. Fitted in seconds, asked with a few matrix products, stored without pickle.

A head answers three questions about each embedding:

- *Which label?* Multinomial logistic regression. Where photos of other kinds are at hand, they take part as a number
  of nameless classes, so that the labels are also told from everything else; the answer is the best label all the same.
- *How sure?* Temperature scaling (Guo et al., "On Calibration of Modern Neural Networks", ICML 2017) on photos that
  were not fitted, the temperature being higher for photos far from the fitted ones, and a threshold for each label
  under which the answer is *unsure*.
- *Is it one of these at all?* Two kinds of evidence, weighed by a second logistic regression: the odds of the labels
  against the nameless classes, and the distance to what was fitted (Mahalanobis distance to the nearest of several
  centres, Lee et al., NeurIPS 2018, plus the energy outside the fitted subspace, after ViM, Wang et al., CVPR 2022).
  The weights are found on clusters of other photos that were left out of the odds' own fit, since the photos that
  matter later are of kinds nobody has fitted.

Predicting needs NumPy alone; scikit-learn is imported when something is fitted.
"""

from __future__ import annotations

import logging

from photosort.core.asking import AskedOf
from photosort.core.errors import ModelError
from photosort.core.paths import resources
from photosort.ml.heads.arithmetic import Floats
from photosort.ml.heads.fitting import Calibration, fit
from photosort.ml.heads.head import Head, HeadOutput
from photosort.ml.heads.storing import CARD, SCHEMA, read_asked_of, read_card

_logger = logging.getLogger(__name__)

__all__ = [
    "SCHEMA",
    "AskedOf",
    "Calibration",
    "Floats",
    "Head",
    "HeadOutput",
    "asked_of",
    "bundled",
    "fit",
    "shown_in_order",
]

_ORDER = ("kinds", "scenes", "animals")
"""The bundled classifiers in the order in which they are shown."""


def bundled(backbone_id: str | None = None) -> list[Head]:
    """Load the classifiers that come with the program.

    Args:
        backbone_id: Only those fitted on this backbone; None for all.

    Returns:
        The heads in the order in which they are shown.

    Raises:
        ModelError: If one of them is damaged.
    """
    found = []
    for path in sorted((resources() / "models").glob(f"*/{CARD}")):
        card = read_card(path.parent)
        if card.get("kind") == "head" and backbone_id in (None, card.get("backbone_id")):
            found.append(Head.load(path.parent))
    return sorted(found, key=lambda head: shown_in_order(head.name))


def shown_in_order(name: str) -> tuple[int, str]:
    """What classifiers are sorted by where they are shown: the bundled ones first, in their order, others by name."""
    return (_ORDER.index(name) if name in _ORDER else len(_ORDER), name)


def asked_of() -> dict[str, AskedOf]:
    """Of which photos the classifiers that come with the program are asked, by name; others are asked of all.

    Reads cards alone, so that a folder opens without any network. A card that cannot be read says nothing here;
    `bundled` tells what is wrong with it.
    """
    found: dict[str, AskedOf] = {}
    for path in sorted((resources() / "models").glob(f"*/{CARD}")):
        try:
            card = read_card(path.parent)
            rule = read_asked_of(path.parent, card)
        except ModelError as error:
            _logger.warning("A model card cannot be used: %s", error)
            continue
        if rule is not None and isinstance(name := card.get("name"), str):
            found[name] = rule
    return found
