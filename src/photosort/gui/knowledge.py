"""Knowledge: what is known of an open folder, read from its catalog and learnt from an analysis since."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from photosort.core.arrange import Arranged, Arrangement, Filter, PhotoColumns, arrange
from photosort.core.photo import Failure
from photosort.core.written import NOTHING_WRITTEN, WrittenColumns
from photosort.gui.keeping import keep_order
from photosort.gui.news import moved_by
from photosort.gui.steps import Classifier, Content, Ready
from photosort.pipeline import Analysed


class Knowledge:
    """What is known of the photos of a folder, and how they are shown by it. Knows no Qt.

    Attributes:
        content: what was read last; None before anything was.
        columns: what is known of every photo.
        classifiers: whose guesses are shown, in the order in which they are shown.
        backbone_id: whose embeddings are compared; None before anything was looked at.
        clusters: how many groups of look-alike photos there are.
        arranged: which photos are shown, in what order and groups.
        moved: ids of the photos that would stand elsewhere by now.
    """

    def __init__(self) -> None:
        self.content: Content | None = None
        self.columns = PhotoColumns()
        self.classifiers: tuple[Classifier, ...] = ()
        self.backbone_id: str | None = None
        self.clusters = 0
        self.arranged = arrange(self.columns, Arrangement())
        self.moved: NDArray[np.int64] = np.empty(0, np.int64)
        self._written = NOTHING_WRITTEN
        self._switching = False
        self._sample: list[NDArray[np.int64]] = []
        self._failures: dict[str, Failure] = {}
        self._problem_of: dict[int, str] = {}

    @property
    def failures(self) -> tuple[Failure, ...]:
        """What could not be read, by path."""
        return tuple(self._failures[path] for path in sorted(self._failures))

    def problem_of(self, photo_id: int) -> str:
        """Why a photo could not be read; empty when it could, or was not tried."""
        return self._problem_of.get(photo_id, "")

    def sample(self) -> NDArray[np.int64] | None:
        """Ids of the photos that stand for the whole folder in the analysis that runs; None for none."""
        return np.concatenate(self._sample) if self._sample else None

    def start_sample(self) -> None:
        """An analysis begins: the next photos stand for the whole folder."""
        self._sample = []

    def arrange(self, arrangement: Arrangement, only: Filter) -> Arranged:
        """Put every photo where it belongs by what is known now."""
        self.arranged = arrange(self.columns, arrangement, None if only.empty else only)
        self.moved = np.empty(0, np.int64)
        return self.arranged

    def take(self, content: Content, arrangement: Arrangement, only: Filter) -> None:
        """Take what was read; photos that are shown already keep their places."""
        before = self.columns if self.content is not None else None
        self.content = content
        self.columns = content.columns.with_written(self._written)
        self.clusters = 0 if content.clustering is None else content.clustering.k
        self._failures = {failure.relpath: failure for failure in content.failures}
        self._problem_of = {photo_id: failure.reason for photo_id, failure in content.failed_photos.items()}
        if content.backbone_id is not None or not self.classifiers:
            self.classifiers = content.classifiers
        self.backbone_id = content.backbone_id or self.backbone_id
        if before is not None and before.similarity is not None:
            self.columns.with_similarity(before.ids, before.similarity)
        wanted = arrange(self.columns, arrangement, None if only.empty else only)
        if before is None or not len(self.arranged.rows):
            self.arranged, self.moved = wanted, np.empty(0, np.int64)
        else:
            self.arranged, self.moved = keep_order(self.arranged, before, self.columns, wanted)

    def take_written(self, written: WrittenColumns, arrangement: Arrangement, only: Filter) -> None:
        """Take stars, colours and keywords; photos that are shown keep their places."""
        self._written = written
        self.columns.with_written(written)
        if only.empty:
            return
        wanted = only.mask(self.columns, self._asked(arrangement))
        shown = np.zeros(len(self.columns), np.bool_)
        shown[self.arranged.rows] = True
        self.moved = np.union1d(self.moved, self.columns.ids[wanted != shown])

    def get_ready(self, ready: Ready) -> None:
        """The networks are loaded: know whose guesses will come."""
        self.classifiers = ready.classifiers
        self.backbone_id = ready.backbone_id

    def expect_switch(self) -> None:
        """Other classifiers serve: news speak of those from here on, but what is shown does not until it was read."""
        self._switching = True

    def switch(self) -> None:
        """What other classifiers have guessed was read; take it next."""
        self._switching = False

    def learn(self, news: Analysed, arrangement: Arrangement, only: Filter) -> NDArray[np.int64]:
        """Take news into the columns; returns the ids of the photos that they are about."""
        if self._switching:
            news = replace(news, outputs={})
        columns = self.columns
        moved = moved_by(columns, news, arrangement, only)
        columns.set_taken(news.photo_ids, news.taken)
        columns.set_sharpness(news.photo_ids, news.sharpness)
        labels = {classifier.name: classifier.labels for classifier in self.classifiers}
        for name, output in news.outputs.items():
            columns.update_predictions(name, news.photo_ids, output, labels[name])
        failed = [photo_id for photo_id, _failure in news.failures]
        columns.set_failed(failed)
        for photo_id, failure in news.failures:
            self._failures[failure.relpath] = failure
            self._problem_of[photo_id] = failure.reason
        if news.sampling and news.outputs:
            self._sample.append(news.photo_ids)
        self.moved = np.union1d(self.moved, self._concerned(moved, arrangement, only))
        return np.concatenate([news.photo_ids, np.array(failed, np.int64)])

    def _concerned(self, moved: NDArray[np.int64], arrangement: Arrangement, only: Filter) -> NDArray[np.int64]:
        """Those of some photos that are shown, or would be."""
        if only.empty or not len(moved):
            return moved
        shown = only.mask(self.columns, self._asked(arrangement))
        shown[self.arranged.rows] = True
        rows = self.columns.row_of(moved)
        return moved[shown[rows] & (rows >= 0)]

    def _asked(self, arrangement: Arrangement) -> str | None:
        """The classifier whose confidence a filter speaks of."""
        asked = arrangement.classifier or arrangement.group.classifier
        return asked or next(iter(self.columns.classifiers), None)
