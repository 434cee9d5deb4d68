"""What is said of several photos at once: a summary for the details panel, rows for a table."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from photosort.core.photo import VERDICTS
from photosort.gui.csv_export import Guess, Row
from photosort.gui.details_panel import Summary
from photosort.gui.session import FolderSession


def summary_of(session: FolderSession, ids: NDArray[np.int64]) -> Summary:
    """What some photos of a session have in common."""
    columns = session.columns
    rows = columns.row_of(ids)
    rows = rows[rows >= 0]
    labels = {}
    for classifier in session.classifiers:
        if classifier.name not in columns.predictions:
            continue
        shown = columns.shown(classifier.name)
        counts = np.bincount(shown.code[rows], minlength=len(shown.titles))
        most = np.argsort(-counts, kind="stable")
        found = [(shown.titles[code], int(counts[code])) for code in most.tolist() if counts[code]]
        labels[classifier.title or classifier.name] = found
    taken = columns.taken[rows]
    return Summary(len(rows), int(columns.sizes[rows].sum()), float(taken.min()), float(taken.max()), labels)


def table_rows(session: FolderSession) -> Iterator[Row]:
    """What the grid shows, in its order."""
    columns, arranged = session.columns, session.arranged
    titles = np.repeat([group.title for group in arranged.groups], np.diff(arranged.group_starts))
    grouped = len(arranged.groups) > 1 or session.arrangement.group.kind.value != "none"
    photos = {photo.id: photo for photo in session.photos(columns.ids[arranged.rows].tolist())}
    for row, title in zip(arranged.rows.tolist(), titles.tolist(), strict=True):
        photo = photos.get(int(columns.ids[row]))
        if photo is None:
            continue
        guesses = {}
        for name, guessed in columns.predictions.items():
            index = int(guessed.label_index[row])
            if index >= 0:
                verdict = VERDICTS[int(guessed.verdict[row])]
                guesses[name] = Guess(guessed.labels[index], float(guessed.confidence[row]), verdict)
        cluster = int(columns.cluster[row])
        yield Row(
            photo=photo,
            group=title if grouped else "",
            guesses=guesses,
            cluster=None if cluster < 0 else cluster,
            sharpness=float(columns.sharpness[row]),
        )
