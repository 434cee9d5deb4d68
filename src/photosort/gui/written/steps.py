"""What is done in the background with stars, colour labels and keywords, as generators for jobs. Knows no Qt."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
from numpy.typing import NDArray

from photosort.core.catalog import Catalog
from photosort.core.photo import Progress
from photosort.core.written import WrittenColumns
from photosort.gui.written.sections import COLOUR, KEYWORDS, LabelEach
from photosort.pipeline import written
from photosort.pipeline.written import LabelsMade

_RECALLING = Progress("Opening", 0, None)
_LABELLING = Progress("Labelling photos", 0, None)


def recall_written(catalog: Catalog, root_id: int) -> Generator[Progress, None, WrittenColumns]:
    """What was read of a folder before."""
    yield _RECALLING
    return catalog.written.columns(root_id)


def read_written(catalog: Catalog, root_id: int) -> Generator[Progress, None, WrittenColumns]:
    """Read the files that have changed; returns what is written of the whole folder."""
    yield from written.read_written(catalog, root_id)
    return catalog.written.columns(root_id)


def label_these(
    catalog: Catalog, root_id: int, ids: NDArray[np.int64], label: str, classifier: str
) -> Generator[Progress, None, LabelsMade]:
    """Label photos with one word."""
    yield _LABELLING
    return written.label_photos(catalog, root_id, dict.fromkeys(ids.tolist(), label), classifier)


def label_each(catalog: Catalog, root_id: int, wanted: LabelEach) -> Generator[Progress, None, LabelsMade]:
    """Label every photo with what is written of it."""
    yield _LABELLING
    if wanted.classifier == KEYWORDS:
        return written.labels_from_keywords(catalog, root_id, below=wanted.below)
    columns = catalog.written.columns(root_id)
    labels = written.colour_labels(columns) if wanted.classifier == COLOUR else written.rating_labels(columns)
    return written.label_photos(catalog, root_id, labels, wanted.classifier)
