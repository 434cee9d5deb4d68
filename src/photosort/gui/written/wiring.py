"""WrittenLabels: makes labels of stars, colours and keywords where the person asks for it, and tells what it did."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal, Slot

from photosort.core.arrange import Filter
from photosort.core.catalog import Catalog
from photosort.core.errors import PhotosortError
from photosort.gui import text
from photosort.gui.actions import Actions
from photosort.gui.groups_panel import GroupsPanel
from photosort.gui.job_keeper import JobKeeper
from photosort.gui.notice import Notice
from photosort.gui.sections import narrowed
from photosort.gui.session import FolderSession
from photosort.gui.written import steps
from photosort.gui.written.sections import KEYWORDS, LabelEach, LabelThese
from photosort.pipeline.written import LabelsMade

_JOB = "Labelling photos"


class WrittenLabels(QObject):
    """Labels photos by what other programs wrote of them. No file is touched; each time is one thing to undo.

    Args:
        catalog: where labels are kept.
        actions: the entry in the menu, and the way back.
        groups: whose lines offer it.
        notice: where it is told what was done.
        parent: who keeps it.
    """

    failed = Signal(object)
    """An exception to tell the person of."""

    def __init__(
        self, catalog: Catalog, actions: Actions, groups: GroupsPanel, notice: Notice, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._catalog = catalog
        self._actions = actions
        self._notice = notice
        self._session: FolderSession | None = None
        self._jobs = JobKeeper(self)
        self._jobs.failed.connect(self.failed)
        groups.offer_chosen.connect(self._on_offer)
        actions.labels_from_keywords.triggered.connect(lambda: self._on_offer(LabelEach(KEYWORDS)))
        self._enable()

    def set_session(self, session: FolderSession) -> None:
        """Serve this folder from now on, until it has closed."""
        self._session = session
        session.counts_changed.connect(self._enable)
        session.closed.connect(self._on_session_closed)
        self._enable()

    def wait(self) -> None:
        """End, and block until nothing runs any more; for the end of the program."""
        self._jobs.wait()

    @Slot(object)
    def _on_offer(self, wanted: object) -> None:
        session = self._session
        if session is None or session.root_id is None or self._jobs.busy:
            return
        if isinstance(wanted, LabelThese):
            columns = session.columns
            ids: NDArray[np.int64] = columns.ids[narrowed(Filter(), (wanted.choice,)).mask(columns)]
            label = partial(steps.label_these, self._catalog, session.root_id, ids, wanted.label, wanted.classifier)
            self._jobs.start(_JOB, label, partial(self._on_labelled, session, f"\u201c{wanted.label}\u201d"))
        elif isinstance(wanted, LabelEach):
            each = partial(steps.label_each, self._catalog, session.root_id, wanted)
            self._jobs.start(_JOB, each, partial(self._on_labelled, session, ""))

    def _on_labelled(self, session: FolderSession, word: str, made: LabelsMade) -> None:
        if session is not self._session:
            return
        if not made.labelled:
            self.failed.emit(PhotosortError(_nothing_labelled(made)))
            return
        told = f"Labelled {text.photos(made.labelled)} {word}".rstrip()
        if made.passed_over:
            told += f"; {made.passed_over:,} with several keywords were left"
        if made.action is None:
            self._notice.say(f"{told}: they were so already.")
            return
        self._notice.say(f"{told}.", "Undo", self._take_back)
        session.reread()

    def _take_back(self) -> None:
        self._notice.dismiss()
        self._actions.undo.trigger()

    @Slot()
    def _enable(self) -> None:
        session = self._session
        there = session is not None and bool(session.columns.written.keywords)
        self._actions.labels_from_keywords.setEnabled(there and not self._catalog.read_only)

    @Slot()
    def _on_session_closed(self) -> None:
        self._session = None
        self._notice.dismiss()
        self._enable()


def _nothing_labelled(made: LabelsMade) -> str:
    if made.passed_over:
        return f"No photo was labelled: {text.photos(made.passed_over)} have several keywords. Choose one on the left."
    return "No photo was labelled: none has a keyword there."
