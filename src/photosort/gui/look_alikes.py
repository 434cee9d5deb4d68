"""Look-alikes of an open folder: groups of them, and how alike the photos are to one."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from photosort.core.catalog import Catalog, Clustering
from photosort.core.errors import PhotosortError
from photosort.gui import steps
from photosort.gui.job_keeper import JobKeeper
from photosort.gui.knowledge import Knowledge

_FEWER_OR_MORE = 1.5
_GROUPING = "Grouping look-alike photos"


class LookAlikes(QObject):
    """Compares the photos of a folder, as jobs of its session.

    Args:
        catalog: where embeddings and groups are.
        jobs: who keeps the jobs.
        known: what is known of the photos; what is found is put there.
        parent: who keeps it.
    """

    grouped = Signal()
    """There are new groups."""
    compared = Signal()
    """It is known how alike the photos are to one of them."""
    failed = Signal(object)
    """The exception that tells why there is nothing to compare."""

    def __init__(self, catalog: Catalog, jobs: JobKeeper, known: Knowledge, parent: QObject) -> None:
        super().__init__(parent)
        self._catalog = catalog
        self._jobs = jobs
        self._known = known
        self._groups_wanted = False

    @property
    def grouping(self) -> bool:
        """True while groups are made."""
        return self._jobs.runs(_GROUPING)

    @property
    def count(self) -> int:
        """How many groups there are; 0 before any were made."""
        return self._known.clusters

    def group(self, k: int | None = None) -> None:
        """Make ``k`` groups, or as many as the program proposes; before anything was looked at, as soon as it was."""
        content, backbone_id = self._known.content, self._known.backbone_id
        if content is None or backbone_id is None:
            self._groups_wanted = True
        elif not self.grouping:
            group = partial(steps.group_alike, self._catalog, content.root_id, backbone_id, k)
            self._jobs.start(_GROUPING, group, self._on_grouped)

    def fewer(self) -> None:
        """Make fewer, larger groups."""
        self.group(max(round(self.count / _FEWER_OR_MORE), 2))

    def more(self) -> None:
        """Make more, smaller groups."""
        self.group(max(round(self.count * _FEWER_OR_MORE), self.count + 1, 2))

    def go_on(self) -> None:
        """The photos were looked at: make the groups that were wanted before."""
        if self._groups_wanted:
            self._groups_wanted = False
            self.group()

    def compare(self, photo_id: int) -> None:
        """Find out how alike the photos are to one of them."""
        content, backbone_id = self._known.content, self._known.backbone_id
        if content is None or backbone_id is None:
            self.failed.emit(PhotosortError("No photo was looked at yet, so none can be compared."))
            return
        compare = partial(steps.similar_to, self._catalog, content.root_id, backbone_id, photo_id)
        self._jobs.start("Comparing photos", compare, self._on_compared)

    def _on_grouped(self, clustering: Clustering | None) -> None:
        if clustering is None or self._known.content is None:
            self.failed.emit(PhotosortError("No photo was looked at yet, so there is nothing to group."))
            return
        names = self._catalog.rules.cluster_names(self._known.content.root_id)
        self._known.columns.with_clusters(clustering, names)
        self._known.clusters = clustering.k
        self.grouped.emit()

    def _on_compared(self, result: tuple[NDArray[np.int64], NDArray[np.float32]] | None) -> None:
        if result is None:
            self.failed.emit(PhotosortError("This photo was not looked at yet, so it cannot be compared."))
            return
        self._known.columns.with_similarity(*result)
        self.compared.emit()
