"""WrittenReader: reads what other programs wrote of the photos of an open folder, as jobs of its session."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from photosort.core.catalog import Catalog
from photosort.core.written import WrittenColumns
from photosort.gui.job_keeper import JobKeeper
from photosort.gui.knowledge import Knowledge
from photosort.gui.written import steps

_RECALLING = "Opening the folder"
_READING = "Reading stars and keywords"


class WrittenReader(QObject):
    """Recalls what was read before as soon as the photos are shown, and reads what is new when all else is done.

    Args:
        catalog: where it is kept.
        jobs: who keeps the jobs.
        known: what is known of the photos.
        parent: who keeps it.
    """

    read = Signal(object)
    """WrittenColumns: what is written of the photos."""

    def __init__(self, catalog: Catalog, jobs: JobKeeper, known: Knowledge, parent: QObject) -> None:
        super().__init__(parent)
        self._catalog = catalog
        self._jobs = jobs
        self._known = known
        self._recalled = False

    @property
    def reading(self) -> bool:
        """True while files are read."""
        return self._jobs.runs(_READING)

    def recall(self) -> None:
        """Show what was read before; once is enough."""
        if not self._recalled and self._known.content is not None:
            self._recalled = True
            recall = partial(steps.recall_written, self._catalog, self._known.content.root_id)
            self._jobs.start(_RECALLING, recall, self._on_read)

    def look(self) -> None:
        """Read the files that have changed."""
        content = self._known.content
        if content is not None and not self.reading and not self._catalog.read_only:
            self._jobs.start(_READING, partial(steps.read_written, self._catalog, content.root_id), self._on_read)

    def stop(self) -> None:
        """Read no file any more; what was read counts."""
        self._jobs.cancel(_READING)

    def _on_read(self, written: WrittenColumns | None) -> None:
        if written is not None:
            self.read.emit(written)
