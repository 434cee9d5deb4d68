"""What is said of several photos at once: a summary for the details panel, rows for a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from photosort.core.arrange import Arranged, GroupKind, PhotoColumns, Shown
from photosort.core.catalog import PredictionColumns
from photosort.core.photo import VERDICTS, Photo
from photosort.gui.csv_export import Guess, Row
from photosort.gui.details_panel import Share, Summary
from photosort.gui.session import FolderSession

_READ_AT_ONCE = 1000
_MOST = 7
"""Labels of a classifier that a summary tells."""


def summary_of(session: FolderSession, rows: NDArray[np.integer], title: str) -> Summary:
    """What the photos in some rows of a session's columns, at least one, have in common."""
    columns = session.columns
    labels = {}
    for classifier in session.classifiers:
        if classifier.name not in columns.predictions:
            continue
        if shares := _shares(columns.shown(classifier.name), rows):
            labels[classifier.title or classifier.name] = shares
    taken = columns.taken[rows]
    return Summary(title, len(rows), int(columns.sizes[rows].sum()), float(taken.min()), float(taken.max()), labels)


def _shares(shown: Shown, rows: NDArray[np.integer]) -> list[Share]:
    """What a classifier says of some photos; of those that it is asked of where it is not asked of all."""
    counts = np.bincount(shown.code[rows], minlength=len(shown.titles))
    if shown.asked_of is not None:
        if counts[: shown.something_else].sum() == 0:
            return []
        counts = counts[: shown.not_asked]
    words = len(shown.words)
    found = [code for code in np.argsort(-counts[:words], kind="stable").tolist() if counts[code]]
    told, untold = (found, []) if len(found) <= _MOST else (found[: _MOST - 1], found[_MOST - 1 :])
    shares = [Share(shown.titles[code], int(counts[code])) for code in told]
    if untold:
        shares.append(Share(f"{len(untold)} more", int(counts[untold].sum()), quiet=True))
    return shares + [
        Share(shown.titles[code], int(counts[code]), quiet=True) for code in range(words, len(counts)) if counts[code]
    ]


def table_rows(session: FolderSession) -> Iterator[Row]:
    """What the grid shows now, in its order; a job's thread may ask for the rows, which are read as they are needed."""
    columns = session.columns
    predictions = dict(columns.predictions)
    grouped = session.arrangement.group.kind is not GroupKind.NONE
    return _rows(columns, session.arranged, predictions, session.photos, grouped=grouped)


def _rows(
    columns: PhotoColumns,
    arranged: Arranged,
    predictions: Mapping[str, PredictionColumns],
    photos_of: Callable[[list[int]], list[Photo]],
    *,
    grouped: bool,
) -> Iterator[Row]:
    ids = columns.ids[arranged.rows].tolist()
    rows = arranged.rows.tolist()
    titles = np.repeat([group.title for group in arranged.groups], np.diff(arranged.group_starts)).tolist()
    for first in range(0, len(ids), _READ_AT_ONCE):
        photos = {photo.id: photo for photo in photos_of(ids[first : first + _READ_AT_ONCE])}
        for place in range(first, min(first + _READ_AT_ONCE, len(ids))):
            photo, row = photos.get(ids[place]), rows[place]
            if photo is None:
                continue
            guesses = {}
            for name, guessed in predictions.items():
                index = int(guessed.label_index[row])
                if index >= 0:
                    verdict = VERDICTS[int(guessed.verdict[row])]
                    guesses[name] = Guess(guessed.labels[index], float(guessed.confidence[row]), verdict)
            cluster = int(columns.cluster[row])
            yield Row(
                photo=photo,
                group=titles[place] if grouped else "",
                guesses=guesses,
                cluster=None if cluster < 0 else cluster,
                sharpness=float(columns.sharpness[row]),
            )
