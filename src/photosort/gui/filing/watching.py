"""Watching: a rule that runs: new photos of the open folder are proposed, or filed where the person said so."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import QMenu, QPushButton

from photosort.core.catalog import Catalog
from photosort.core.catalog.rules import KeptRule, Watch
from photosort.core.errors import PhotosortError
from photosort.gui.filing.arrivals import Arrivals, plan_arrivals
from photosort.gui.filing.arrivals_pill import ArrivalsPill
from photosort.gui.filing.folder_watch import FolderWatch
from photosort.gui.job_keeper import JobKeeper
from photosort.gui.session import FolderSession
from photosort.gui.sorting.file_jobs import FileJobs

_PLANNING = "Looking where new photos belong"
_DOWN: Final = "\N{BLACK DOWN-POINTING SMALL TRIANGLE}"
_SAID: Final = {Watch.PROPOSE: f"New photos are proposed  {_DOWN}", Watch.FILE: f"New photos are filed  {_DOWN}"}
_OFFERED: Final = {
    Watch.PROPOSE: "Propose what to do with new photos",
    Watch.FILE: "File new photos where it is sure",
    Watch.NO: "Watch this folder no longer",
}


class Watching(QObject):
    """Looks at a watched folder when something happens in it, and at what is new once it was analysed.

    Photos that photosort itself moved keep their ids in the catalog, so they are never new; its copies, and whatever
    lies in the rule's own destination, are left out too. So nothing goes in circles.

    Args:
        catalog: where rules are kept.
        jobs: files what may be filed without asking.
        pill: where new photos are proposed.
        line: says that the folder is watched, and offers to stop.
        watch: notices changes on the disk.
        parent: who keeps it.
    """

    sort_wanted = Signal(object, object)
    """tuple of photo ids, SortRequest: the person wants to see what the rule would do with new photos."""
    failed = Signal(object)
    """The exception of a job that failed."""

    def __init__(
        self,
        catalog: Catalog,
        jobs: FileJobs,
        pill: ArrivalsPill,
        line: QPushButton,
        watch: FolderWatch,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._catalog = catalog
        self._jobs = jobs
        self.pill = pill
        self._line = line
        self.watch = watch
        self._session: FolderSession | None = None
        self._rule: KeptRule | None = None
        self._came: set[int] = set()
        self._news: dict[int, None] = {}
        self._planned = True
        self._thinking = JobKeeper(self)
        self._thinking.failed.connect(self.failed)
        pill.wanted.connect(self._on_wanted)
        pill.put_off.connect(self._on_put_off)
        line.clicked.connect(self._on_line_clicked)
        watch.changed.connect(self._on_changed)
        jobs.busy_changed.connect(self._consider)

    @property
    def rule(self) -> KeptRule | None:
        """The rule that runs on the open folder; None where none does."""
        return self._rule

    def set_session(self, session: FolderSession) -> None:
        """Watch this folder from now on, if it has a rule that says so, until it has closed."""
        self._session = session
        self._came.clear()
        session.photos_added.connect(self._on_added)
        session.files_changed.connect(self._on_files_changed)
        session.content_changed.connect(self.refresh)
        session.job_changed.connect(self._consider)
        session.closed.connect(self._on_session_closed)

    def end(self) -> None:
        """Stop; nothing is started any more."""
        self.watch.stop()
        self._thinking.end()

    def wait(self) -> None:
        """End, and block until every thread has ended; for the end of the program."""
        self.watch.stop()
        self._thinking.wait()

    @Slot()
    def refresh(self) -> None:
        """The rule of the open folder, or the folders in it, may be others than before."""
        session = self._session
        self._rule = self._read_rule()
        if session is None or self._rule is None:
            self.watch.stop()
            self._forget()
        else:
            folders, _codes = session.columns.folder_codes
            self.watch.watch(session.folder, folders)
            self._consider()
        self._line.setVisible(self._rule is not None)
        if self._rule is not None:
            self._line.setText(_SAID[self._rule.watch])

    def menu(self) -> QMenu:
        """What can be done about the rule that runs."""
        menu = QMenu(self._line)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for watch, name in _OFFERED.items():
            action = menu.addAction(name, partial(self.choose, watch))
            action.setCheckable(True)
            action.setChecked(self._rule is not None and self._rule.watch is watch)
        return menu

    def choose(self, watch: Watch) -> None:
        """Let the rule of the open folder do this with new photos from now on."""
        rule, session = self._rule, self._session
        if rule is None or session is None or session.root_id is None:
            return
        try:
            self._catalog.rules.keep(session.root_id, rule.request, watch)
        except PhotosortError as error:
            self.failed.emit(error)
        self.refresh()

    @Slot()
    def _on_line_clicked(self) -> None:
        menu = self.menu()
        menu.popup(self._line.mapToGlobal(QPoint(0, -menu.sizeHint().height())))

    def _read_rule(self) -> KeptRule | None:
        session = self._session
        # Of a part of a folder nobody can say what is new in it.
        if session is None or session.root_id is None or session.target.only:
            return None
        try:
            rule = self._catalog.rules.rule(session.root_id)
        except PhotosortError as error:
            self.failed.emit(error)
            return None
        return None if rule is None or rule.watch is Watch.NO else rule

    @Slot()
    def _on_changed(self) -> None:
        if self._session is not None and not self._jobs.busy:
            self._session.rescan()

    @Slot(object)
    def _on_added(self, ids: Iterable[int]) -> None:
        self._came.update(ids)
        self._news.update(dict.fromkeys(ids))
        self._planned = False

    @Slot(object)
    def _on_files_changed(self, ids: Iterable[int]) -> None:
        # Seen while another program was still writing them.
        if again := self._came.intersection(ids):
            self._on_added(again)

    @Slot()
    def _consider(self) -> None:
        """Once what is new was looked at, and nothing else looks at files or moves them: ask the rule."""
        session, rule = self._session, self._rule
        if self._planned or not self._news or session is None or rule is None or session.root_id is None:
            return
        if session.busy or self._jobs.busy or self._thinking.busy:
            # Each of them tells when it has ended.
            return
        self._planned = True
        work = partial(
            plan_arrivals,
            self._catalog,
            session.root_id,
            rule.request,
            tuple(self._news),
            file_sure=rule.watch is Watch.FILE,
        )
        self._thinking.start(_PLANNING, work, partial(self._on_planned, session))

    def _on_planned(self, session: FolderSession, arrivals: Arrivals) -> None:
        if session is not self._session or self._rule is None:
            return
        if arrivals.plan is not None:
            if self._jobs.busy:
                # What was planned may be true no longer when the person's own filing has ended.
                self._planned = False
                return
            self._jobs.apply(arrivals.plan, asked=False)
        self._news = dict.fromkeys(arrivals.proposed)
        self.pill.tell(len(arrivals.proposed))

    @Slot()
    def _on_wanted(self) -> None:
        if self._rule is not None:
            ids, request = tuple(self._news), self._rule.request
            self._forget()
            self.sort_wanted.emit(ids, request)

    @Slot()
    def _on_put_off(self) -> None:
        self._forget()

    @Slot()
    def _on_session_closed(self) -> None:
        self._session = self._rule = None
        self.watch.stop()
        self._line.hide()
        self._forget()

    def _forget(self) -> None:
        self._news.clear()
        self._planned = True
        self.pill.tell(0)
