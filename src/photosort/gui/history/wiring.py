"""History: joins what was done, and the ways back, to the window and the open folder."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QWidget

from photosort.core.catalog import Catalog
from photosort.core.sorting.values import AccountItem, Run
from photosort.core.thumbnails import ThumbnailCache
from photosort.gui import desktop
from photosort.gui.actions import Actions
from photosort.gui.dropping import Target
from photosort.gui.history import words
from photosort.gui.history.list_page import HistoryPage
from photosort.gui.history.notices import Notices
from photosort.gui.history.recover_bar import RecoverBar
from photosort.gui.history.report import Report, read_report
from photosort.gui.history.run_page import RunPage, Wish
from photosort.gui.history.saving import Saving
from photosort.gui.history.undo_order import UndoOrder
from photosort.gui.history.window_trash import best_trash
from photosort.gui.icons import IconSet
from photosort.gui.job_keeper import JobKeeper
from photosort.gui.session import FolderSession
from photosort.gui.sorting.file_jobs import FileJobs
from photosort.gui.sorting.file_steps import interrupted
from photosort.gui.status_bar import StatusBar
from photosort.gui.theme import Themes

if TYPE_CHECKING:
    from photosort.core.sorting.runs.engine import Undone

_READING = "Reading what was done"


class History(QObject):
    """Everything of History. The window puts `recover_bar` above its pages and tells which folder is open.

    Args:
        catalog: where it is kept what was done.
        thumbnails: the small pictures.
        actions: the window's actions.
        icons: where buttons get their icons.
        themes: the window's colours.
        window: who keeps it, and above which dialogs open.

    Attributes:
        files: moves, copies, puts back and discards files, for everybody in the window.
    """

    back_requested = Signal()
    """The person leaves History."""
    open_requested = Signal(object)
    """Target or None: open this folder, which had to wait for files that were being moved."""
    failed = Signal(object)
    """The exception of what could not be done."""
    ended = Signal()
    """After `end`: nothing is being moved any more."""

    def __init__(
        self,
        catalog: Catalog,
        thumbnails: ThumbnailCache,
        actions: Actions,
        icons: IconSet,
        themes: Themes,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._catalog = catalog
        self._thumbnails = thumbnails
        self._session: FolderSession | None = None
        self._pages: QStackedWidget | None = None
        self._notices: Notices | None = None
        self._stayed: dict[int, dict[str, str]] = {}
        self._from_list = False
        self._next: tuple[Target | None] | None = None
        trash = best_trash()
        self.files = FileJobs(catalog, trash, self)
        self.undo_order = UndoOrder(catalog, self.files, actions, self)
        self.list_page = HistoryPage(icons)
        self.run_page = RunPage(icons, themes, tells_places=trash.tells_places)
        self.recover_bar = RecoverBar(icons, themes)
        self._reading = JobKeeper(self)
        self._saving = Saving(window)
        self._connect(actions)

    def _connect(self, actions: Actions) -> None:
        actions.history.triggered.connect(self.show)
        for source in (self.files, self.undo_order, self._reading, self._saving):
            source.failed.connect(self.failed)
        self.files.done.connect(self._on_done)
        self.files.planned_done.connect(self._on_planned_done)
        self.files.busy_changed.connect(self._on_busy_changed)
        self.files.ended.connect(self.ended)
        self.undo_order.page_requested.connect(self._on_much)
        self._saving.saved.connect(self.run_page.tell_saved)
        self.list_page.back_requested.connect(self.back_requested)
        self.list_page.open_requested.connect(self._on_entry_opened)
        self.list_page.undo_requested.connect(self.files.undo)
        self.list_page.redo_requested.connect(self.files.redo)
        self.run_page.back_requested.connect(self._on_run_left)
        self.run_page.wished.connect(self._on_wished)
        self.run_page.show_requested.connect(self._on_file_wanted)
        self.recover_bar.open_requested.connect(self.show_run)
        self.recover_bar.finish_requested.connect(self.files.finish)
        self.recover_bar.roll_back_requested.connect(self.files.roll_back)

    def join(self, pages: QStackedWidget, status: StatusBar) -> None:
        """Take a place in the window: pages in the middle, and the status bar's words."""
        self._pages = pages
        pages.addWidget(self.list_page)
        pages.addWidget(self.run_page)
        self._notices = Notices(status.notice, self.files, self.show_run)
        self.files.job_changed.connect(status.set_file_job)

    def set_session(self, session: FolderSession) -> None:
        """This folder is open from now on, until it has closed."""
        self._session = session
        self.files.set_session(session)
        self.undo_order.set_session(session)
        session.content_changed.connect(self._on_content_changed)
        session.closed.connect(self._on_session_closed)
        self.look_for_interrupted()

    def hold_back(self, target: Target | None) -> bool:
        """Whether another folder has to wait for files that are being moved; it is then asked for again."""
        if not self.files.busy:
            return False
        self._next = (target,)
        if self._notices is not None:
            self._notices.tell_held_back(None if target is None else target.folder)
        return True

    def end(self) -> bool:
        """Cancel what moves files, and begin nothing more.

        Returns:
            True where nothing runs; otherwise `ended` tells when nothing does any more.
        """
        self._reading.end()
        self._saving.end()
        self.undo_order.end()
        return self.files.end()

    def wait(self) -> None:
        """End, and block until nothing runs any more; for the end of the program."""
        self.end()
        for one in (self.files, self.undo_order, self._reading, self._saving):
            one.wait()

    @Slot()
    def look_for_interrupted(self) -> None:
        """Offer what was interrupted, here or in another window, and nobody works on."""
        found = [] if self.files.busy or self._catalog.read_only else interrupted(self._catalog)
        self.recover_bar.offer(found[0] if found else None)

    # -- pages -----------------------------------------------------------------------------------------

    @Slot()
    def show(self) -> None:
        """Show what was done, in this folder and in all."""
        self._refresh_list()
        # Another window may have been killed since this one looked.
        self.look_for_interrupted()
        self._go_to(self.list_page)
        self.list_page.focus()

    @Slot(int)
    def show_run(self, run_id: int) -> None:
        """Show all of one run; back leads to the photos."""
        self._from_list = self._current() is self.list_page
        self._read(run_id)

    @Slot(int)
    def _on_entry_opened(self, run_id: int) -> None:
        self._from_list = True
        self._read(run_id)

    @Slot(int)
    def _on_much(self, run_id: int) -> None:
        """A key asked for more than is done at a key."""
        self._from_list = self._current() is self.list_page
        self._read(run_id, asked_by_key=True)

    def _read(self, run_id: int, *, show: bool = True, asked_by_key: bool = False) -> None:
        read = partial(read_report, self._catalog, self._thumbnails, run_id)
        self._reading.cancel(_READING)
        asked_on = self._current() if show else None
        self._reading.start(_READING, read, partial(self._on_report, asked_on, asked_by_key))

    def _on_report(self, asked_on: QWidget | None, asked_by_key: bool, report: Report) -> None:
        self.run_page.show_report(report, self._stayed.get(report.run.id))
        # Who has gone to another page meanwhile is not called back.
        if asked_on is not None and asked_on is self._current():
            self._go_to(self.run_page)
            self.run_page.focus()
            if asked_by_key:
                self.run_page.ask_first()

    @Slot()
    def _on_run_left(self) -> None:
        if self._from_list:
            self.show()
        else:
            self.back_requested.emit()

    def _refresh_list(self) -> None:
        root_id = None if self._session is None else self._session.root_id
        waiting = [run.id for run in interrupted(self._catalog)]
        self.list_page.show_runs(self._catalog.runs.runs(), root_id, waiting)

    def _current(self) -> QWidget | None:
        return None if self._pages is None else self._pages.currentWidget()

    def _go_to(self, page: QWidget) -> None:
        if self._pages is not None:
            self._pages.setCurrentWidget(page)

    # -- something was done ----------------------------------------------------------------------------

    @Slot(object)
    def _on_done(self, result: Run | Undone) -> None:
        if isinstance(result, Run):
            run = result
            self._stayed.pop(run.id, None)
        else:
            run = result.run
            self._stayed[run.id] = {item.source: item.reason for item in result.items if item.status == "left"}
        if self._notices is not None:
            self._notices.tell_done(result)
        shown = self.run_page.report
        if shown is not None and self._current() is self.run_page:
            # Also of another run: its duplicates may have been discarded, its photos moved on.
            self._read(shown.run.id, show=False)

    @Slot(object)
    def _on_planned_done(self, run: Run) -> None:
        """The end of what was planned is a page worth keeping."""
        if words.sorted_count(run):
            self._from_list = False
            self._read(run.id)

    @Slot(bool)
    def _on_busy_changed(self, busy: bool) -> None:
        self.run_page.set_busy(busy=busy)
        self.recover_bar.set_busy(busy=busy)
        self.list_page.set_busy(busy=busy)
        if busy:
            return
        if self._current() is self.list_page:
            self._refresh_list()
        self.look_for_interrupted()
        if self._next is not None:
            (target,), self._next = self._next, None
            self.open_requested.emit(target)

    @Slot()
    def _on_content_changed(self) -> None:
        session = self._session
        if session is not None and session.root_id is not None and self._notices is not None:
            self._notices.tell_sorted_before(session.root_id, self._catalog.runs.runs)

    @Slot()
    def _on_session_closed(self) -> None:
        self._session = None
        if self._notices is not None:
            self._notices.forget()

    # -- the person wants something --------------------------------------------------------------------

    @Slot(object)
    def _on_wished(self, wish: Wish) -> None:
        report = self.run_page.report
        if report is None:
            return
        run, name = report.run, f"photosort {words.day_of_file(report.run.started_at)}"
        match wish:
            case Wish.UNDO:
                self.files.undo(run.id)
            case Wish.UNDO_SELECTED:
                self.files.undo(run.id, self.run_page.account.selected())
            case Wish.REDO:
                self.files.redo(run.id)
            case Wish.FINISH:
                self.files.finish(run.id)
            case Wish.ROLL_BACK:
                self.files.roll_back(run.id)
            case Wish.DISCARD:
                self.files.discard_duplicates(run.id, report.duplicates)
            case Wish.PICTURE:
                self._saving.picture(self.run_page.keepsake.picture, name)
            case Wish.CSV:
                self._saving.table(report.account, name)
            case Wish.JSON:
                self._saving.json(report.account, name)

    @Slot(object)
    def _on_file_wanted(self, item: AccountItem) -> None:
        report = self.run_page.report
        if report is None:
            return
        run = report.run
        places: list[Path] = [] if item.target is None else [run.destination / item.target]
        for path in (*places, run.root / item.source):
            if path.exists():
                desktop.show_in_file_manager(path)
                return
