"""Stars, colours and keywords that other programs wrote: read once, kept, and made into labels where that is asked."""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from photosort.core.catalog import Action, Catalog
from photosort.core.catalog.written import Unread
from photosort.core.photo import Progress
from photosort.core.written import WrittenColumns
from photosort.core.xmp.facts import SEPARATOR, WrittenFacts, key_of, rating_in_words
from photosort.core.xmp.reading import read_photo

_logger = logging.getLogger(__name__)

KEYWORDS: Final = "keywords"
"""The classifier that labels made of what is written belong to, where the caller names no other.

No bundled classifier has this name: a keyword never overwrites what a person said of a photo's kind or scene.
"""

_WHAT = "Reading stars and keywords"
_BATCH = 32


def read_written(catalog: Catalog, root_id: int) -> Generator[Progress, None, int]:
    """Read what is written of the photos of a folder, of those whose files have changed since they were read.

    Stopped in between, it goes on from there the next time. A photo whose files cannot be reached is tried again then.

    Returns:
        how many photos were read.
    """
    folder = catalog.root_path(root_id)
    unread = catalog.written.unread(root_id)
    done = 0
    for start in range(0, len(unread), _BATCH):
        yield Progress(_WHAT, start, len(unread))
        read = read_batch(folder, unread[start : start + _BATCH])
        catalog.written.store(read)
        done += len(read)
    catalog.flush()
    return done


def read_batch(folder: Path, photos: Iterable[Unread]) -> list[tuple[Unread, WrittenFacts]]:
    """Read what is written of a few photos of a folder; those whose files cannot be reached are left out."""
    read = []
    for photo in photos:
        try:
            reading = read_photo(folder / photo.relpath, [folder / sidecar for sidecar in photo.sidecars])
        except OSError as error:
            _logger.info("%s: what is written of the photo could not be read: %s", photo.relpath, error)
            continue
        for problem in reading.problems:
            _logger.info("%s: %s", photo.relpath, problem)
        read.append((photo, reading.facts))
    return read


@dataclass(frozen=True, slots=True)
class LabelsMade:
    """Labels that were made of what is written.

    Attributes:
        action: what undoes them; None where every photo had its label already.
        labelled: photos that have one of the labels now.
        passed_over: photos that have several of the words, so that none can be chosen for them.
    """

    action: Action | None
    labelled: int
    passed_over: int


def label_photos(catalog: Catalog, root_id: int, labels: Mapping[int, str], classifier: str = KEYWORDS) -> LabelsMade:
    """Label photos, photo id -> label, as one action that can be undone.

    Raises:
        CatalogError: a photo is not in the folder; then none is labelled.
    """
    return LabelsMade(catalog.set_labels(root_id, classifier, dict(labels)), len(labels), 0)


def labels_from_keywords(catalog: Catalog, root_id: int, *, below: str = "", classifier: str = KEYWORDS) -> LabelsMade:
    """Make labels of keywords, as one action that can be undone.

    A photo has one label for a classifier, and often many keywords: it is labelled with the one keyword that it has
    among those right below ``below``, and passed over where it has several of them.

    Args:
        catalog: where the labels go.
        root_id: the folder.
        below: a keyword whose narrower ones become the labels ("Places": Italy, France); empty for the widest ones.
        classifier: whose labels they are.
    """
    labels, passed_over = chosen_labels(catalog.written.columns(root_id), below)
    action = catalog.set_labels(root_id, classifier, dict(labels))
    return LabelsMade(action, len(labels), passed_over)


def rating_labels(written: WrittenColumns) -> dict[int, str]:
    """Photo id -> "4 stars" or "rejected", for the photos that have either."""
    pairs = zip(written.photo_ids.tolist(), written.rating.tolist(), strict=True)
    return {photo_id: rating_in_words(rating) for photo_id, rating in pairs if rating}


def colour_labels(written: WrittenColumns) -> dict[int, str]:
    """Photo id -> colour label, for the photos that have one."""
    pairs = zip(written.photo_ids.tolist(), written.colour.tolist(), strict=True)
    return {photo_id: written.colours[code] for photo_id, code in pairs if code >= 0}


def chosen_labels(written: WrittenColumns, below: str = "") -> tuple[dict[int, str], int]:
    """Photo id -> the one keyword right below another that a photo has; and how many photos have several."""
    prefix = f"{key_of(below)}{SEPARATOR}" if below else ""
    labels: dict[int, str] = {}
    several: set[int] = set()
    for keyword, ids in written.by_keyword():
        key = key_of(keyword)
        if not key.startswith(prefix) or SEPARATOR in key[len(prefix) :]:
            continue
        word = keyword.rpartition(SEPARATOR)[2]
        for photo_id in ids.tolist():
            if labels.setdefault(photo_id, word) is not word:
                several.add(photo_id)
    return {photo_id: word for photo_id, word in labels.items() if photo_id not in several}, len(several)
