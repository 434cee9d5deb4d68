"""Sorting: joins the preview to the window, the open folder, the kept rules and what moves files."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QWidget

from photosort.core.catalog import Catalog
from photosort.core.catalog.rules import Watch
from photosort.core.photo import Progress
from photosort.core.sorting.values import SortRequest
from photosort.core.thumbnails import ThumbnailCache
from photosort.gui.actions import Actions
from photosort.gui.error_bar import sentence_of
from photosort.gui.icons import IconSet
from photosort.gui.photo_grid import PhotoGrid
from photosort.gui.session import FolderSession
from photosort.gui.sorting.file_jobs import FileJobs
from photosort.gui.sorting.scope import Scope, likeliest
from photosort.gui.telling import Telling
from photosort.gui.thumbnail_loader import ThumbnailLoader

if TYPE_CHECKING:
    from photosort.gui.sorting.later import Later
    from photosort.gui.sorting.page import SortPage
    from photosort.gui.sorting.preview import Preview
    from photosort.gui.sorting.proposal import Proposal
    from photosort.gui.sorting.room import Room
    from photosort.gui.sorting.word_menus import WordMenus

_LOOKING = "Looking at where photos go\N{HORIZONTAL ELLIPSIS}"


class Sorting(QObject):
    """Everything of the preview. The window tells which folder is open.

    Args:
        catalog: where everything is kept.
        thumbnails: the small pictures.
        files: moves the files.
        actions: of the window.
        icons: where buttons get their icons.
        window: above which dialogs open.
    """

    back_requested = Signal()
    """The person leaves the preview, or what it showed is being done."""
    photo_opened = Signal(object, int)
    """list[int] and a place in it: show this photo large, with those beside it; `come_back` is wanted afterwards."""
    rule_kept = Signal()
    """The rule of the open folder is another, or newly kept."""
    failed = Signal(object)
    """An exception to tell the person of."""

    def __init__(
        self,
        catalog: Catalog,
        thumbnails: ThumbnailCache,
        files: FileJobs,
        actions: Actions,
        icons: IconSet,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._catalog = catalog
        self._files = files
        self._actions = actions
        self._window = window
        self._session: FolderSession | None = None
        self._grid: PhotoGrid | None = None
        self._pages: QStackedWidget | None = None
        self._new: Scope | None = None
        self._scope = Scope("all", 0)
        self._scopes: list[Scope] = []
        self._telling = Telling()
        self._looks_closely = False
        self._icons = icons
        self._loader = ThumbnailLoader(thumbnails)
        self._room: Room | None = None
        actions.sort.triggered.connect(self.show)
        files.busy_changed.connect(self._enable)
        self._enable()

    @property
    def page(self) -> SortPage:
        """The page of the preview."""
        return self._built().page

    @property
    def proposal(self) -> Proposal:
        """What is asked for, and what it comes to."""
        return self._built().proposal

    @property
    def menus(self) -> WordMenus:
        """What opens below the words of the sentence."""
        return self._built().menus

    @property
    def preview(self) -> Preview:
        """Shows the proposal on the page."""
        return self._built().preview

    @property
    def later(self) -> Later:
        """What becomes of photos that come later."""
        return self._built().later

    def _built(self) -> Room:
        if self._room is None:
            from photosort.gui.sorting.room import Room

            self._room = Room.build(self._catalog, self._loader, self._icons, self)
            self._connect(self._room)
            if self._pages is not None:
                self._pages.addWidget(self._room.page)
        return self._room

    def _connect(self, room: Room) -> None:
        room.later.rule_kept.connect(self.rule_kept)
        room.later.failed.connect(self.failed)
        room.page.back_requested.connect(self._leave)
        room.page.refresh_button.clicked.connect(self._on_refresh)
        room.page.apply_requested.connect(self.apply)
        room.page.after.photo_activated.connect(self._on_photo_activated)
        room.page.export_button.clicked.connect(self._on_export)
        room.menus.scope_chosen.connect(self._on_scope_chosen)
        room.proposal.busy_changed.connect(self._show_busy)
        room.proposal.progressed.connect(self._on_progressed)
        room.proposal.changed.connect(self._show_busy)
        room.proposal.failed.connect(self._on_failed)

    def join(self, pages: QStackedWidget, grid: PhotoGrid) -> None:
        """Take a place in the window.

        Args:
            pages: the pages in the middle.
            grid: whose photos, shown or selected, may be sorted.
        """
        self._pages, self._grid = pages, grid

    def set_session(self, session: FolderSession) -> None:
        """Serve this folder from now on, until it has closed."""
        self._session = session
        session.counts_changed.connect(self._enable)
        session.content_changed.connect(self._on_content_changed)
        session.closed.connect(self._on_session_closed)
        self._enable()

    def end(self) -> None:
        """Stop everything; nothing is started any more."""
        if self._room is not None:
            self._room.proposal.end()

    def wait(self) -> None:
        """End, and block until every thread has ended; for the end of the program."""
        if self._room is not None:
            self._room.proposal.wait()
        self._loader.close()

    # -- showing ---------------------------------------------------------------------------------------

    @Slot()
    def show(self) -> None:
        """Show a proposal for what a person most likely means."""
        if self.shown:
            return
        self._new = None
        self._begin(None)

    @Slot(object, object)
    def show_new(self, ids: Collection[int], request: SortRequest) -> None:
        """Show what the folder's rule would do with some photos that are new in it."""
        self._new = Scope("new", len(ids), frozenset(ids))
        self._begin(request)

    def _begin(self, request: SortRequest | None) -> None:
        session = self._session
        if session is None or not len(session.columns):
            return
        # As they are now: what is selected later, while photos of the preview are looked at, is not meant.
        scopes = self._scopes = self.scopes()
        self._scope = likeliest(scopes)
        self.menus.set_scopes(scopes, self._scope.name)
        self.page.refresh_button.hide()
        self.preview.reset(self._scope.words)
        self.proposal.begin(session.folder, self._scope.ids, request)
        self.preview.show()
        self._show_busy()
        self.later.begin(session.root_id)
        if self._pages is not None:
            self._pages.setCurrentWidget(self.page)
        self.page.setFocus()

    @property
    def looks_closely(self) -> bool:
        """True while a photo of the preview is shown large."""
        return self._looks_closely

    @Slot(int)
    def _on_photo_activated(self, photo_id: int) -> None:
        after = self.page.after
        if (model := after.photos) is not None:
            row = model.row_of_id(photo_id)
            first, stop = after.geometry_of_tiles.span_of(after.geometry_of_tiles.group_of(row))
            self._looks_closely = True
            self.photo_opened.emit(model.ids[first:stop].tolist(), row - first)

    def come_back(self, photo_id: int | None) -> None:
        """Show the preview again as it was, with the photo that was looked at."""
        self._looks_closely = False
        if self._pages is not None:
            self._pages.setCurrentWidget(self.page)
        if photo_id is not None:
            self.page.after.set_current_id(photo_id)
        self.page.after.setFocus()

    def scopes(self) -> list[Scope]:
        """The sets of photos that can be sorted now."""
        session, grid = self._session, self._grid
        if session is None:
            return []
        columns, total = session.columns, len(session.columns)
        found = [Scope("all", total)]
        if self._new is not None:
            found.append(self._new)
        if not session.filter.empty and 0 < len(session.arranged.rows) < total:
            ids = frozenset(columns.ids[session.arranged.rows].tolist())
            found.append(Scope("shown", len(ids), ids))
        if grid is not None and len(selected := grid.selected_ids()):
            found.append(Scope("selected", len(selected), frozenset(selected.tolist())))
        return found

    @Slot(str)
    def _on_scope_chosen(self, name: str) -> None:
        self._scope = next((scope for scope in self._scopes if scope.name == name), self._scope)
        self.menus.set_scopes(self._scopes, name)
        self.preview.set_scope(self._scope.words)
        self.proposal.ask_about(self._scope.ids)

    @Slot()
    def _show_busy(self) -> None:
        looking = self._session is not None and self._session.analysing
        ground = self.proposal.ground
        told = ""
        if looking:
            told = "Photos are still being looked at: this is what is known by now."
        elif ground is not None and ground.kept:
            told = "As last time: shows what is new, and what you labelled since."
        waiting = self.proposal.busy and self.proposal.plan is None
        if not waiting:
            self._telling = Telling()
        self.page.show_busy((self._telling.sentence() or _LOOKING) if waiting else "", told)
        self.page.export_button.setEnabled(self.proposal.plan is not None)

    @Slot(object)
    def _on_progressed(self, progress: Progress) -> None:
        self._telling.update(progress)
        self._show_busy()

    @property
    def shown(self) -> bool:
        """True while the preview is in the middle of the window."""
        return self._room is not None and self._pages is not None and self._pages.currentWidget() is self._room.page

    @Slot()
    def _on_content_changed(self) -> None:
        self._enable()
        if self._room is not None:
            # What the hand is at does not change by itself.
            self._room.page.refresh_button.setVisible(self.shown and self._room.proposal.ground is not None)

    @Slot()
    def _on_refresh(self) -> None:
        self.page.refresh_button.hide()
        self.proposal.refresh()

    @Slot()
    def _leave(self) -> None:
        self.proposal.clear()
        self.preview.forget()
        self.back_requested.emit()

    # -- doing -----------------------------------------------------------------------------------------

    @Slot()
    def apply(self) -> None:
        """Do what the preview shows, and keep it as the folder's rule."""
        plan, session = self.proposal.plan, self._session
        if plan is None or plan.refusals or session is None:
            return
        if self._files.apply(plan):
            if self._scope.name != "selected" or self.later.watch is not Watch.NO:
                self.later.keep(plan.request)
            self._leave()

    @Slot()
    def _on_export(self) -> None:
        plan = self.proposal.plan
        if plan is None:
            return
        start = str(Path.home() / "sorting.csv")
        chosen, _kind = QFileDialog.getSaveFileName(self._window, "Save as a table", start, "Table (*.csv)")
        if chosen:
            from photosort.core.sorting.plans.account import plan_csv

            try:
                plan_csv(plan, Path(chosen))
            except OSError as error:
                self.failed.emit(error)
            else:
                self.page.note.setText(f"Saved as {chosen}")

    # -- the window ------------------------------------------------------------------------------------

    @Slot()
    def _enable(self) -> None:
        session = self._session
        there = session is not None and len(session.columns) > 0 and not session.away
        self._actions.sort.setEnabled(there and not self._catalog.read_only and not self._files.busy)

    @Slot(object)
    def _on_failed(self, error: BaseException) -> None:
        if self.proposal.fates is None:
            self.failed.emit(error)
            self._leave()
        elif self.proposal.plan is None:
            # The sentence still stands there, to be changed.
            self.page.show_verdict(self.page.primary.text(), "", "", (sentence_of(error),), ready=False)

    @Slot()
    def _on_session_closed(self) -> None:
        self._session = None
        self._looks_closely = False
        if self._room is not None:
            self._room.proposal.clear()
            self._room.preview.forget()
        self._enable()
