"""Heads: embeddings in, predictions out. Fitted in seconds, asked with a few matrix products, stored without pickle.

A head answers three questions about each embedding:

- *Which label?* Multinomial logistic regression. Where photos of other kinds are at hand, they take part as a number
  of nameless classes, so that the labels are also told from everything else; the answer is the best label all the same.
- *How sure?* Temperature scaling (Guo et al., "On Calibration of Modern Neural Networks", ICML 2017) on photos that
  were not fitted, and a threshold for each label under which the answer is *unsure*.
- *Is it one of these at all?* Two kinds of evidence, weighed by a second logistic regression: the odds of the labels
  against the nameless classes, and the distance to what was fitted (Mahalanobis distance to the nearest of several
  centres, Lee et al., NeurIPS 2018, plus the energy outside the fitted subspace, after ViM, Wang et al., CVPR 2022).
  The weights are found on clusters of other photos that were left out of the odds' own fit, since the photos that
  matter later are of kinds nobody has fitted.

Predicting needs NumPy alone; scikit-learn is imported when something is fitted.
"""

from __future__ import annotations

from photosort.core.paths import resources
from photosort.ml.heads.arithmetic import Floats
from photosort.ml.heads.fitting import Calibration, fit
from photosort.ml.heads.head import AskedOf, Head, HeadOutput
from photosort.ml.heads.storing import CARD, SCHEMA, read_card

__all__ = ["SCHEMA", "AskedOf", "Calibration", "Floats", "Head", "HeadOutput", "bundled", "fit"]

_ORDER = ("kinds", "scenes", "animals")
"""The bundled classifiers in the order in which they are shown; others follow by name."""


def bundled(backbone_id: str | None = None) -> list[Head]:
    """Load the classifiers that come with the program.

    Args:
        backbone_id: Only those fitted on this backbone; None for all.

    Returns:
        The heads in the order in which they are shown.

    Raises:
        ModelError: If one of them is damaged.
    """
    folders = [path.parent for path in sorted((resources() / "models").glob(f"*/{CARD}"))]
    found = [Head.load(folder) for folder in folders if read_card(folder).get("kind") == "head"]
    found.sort(key=lambda head: (_ORDER.index(head.name) if head.name in _ORDER else len(_ORDER), head.name))
    return [head for head in found if backbone_id in (None, head.backbone_id)]
