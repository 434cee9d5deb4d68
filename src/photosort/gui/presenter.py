"""Presenter: shows one folder session in the window's widgets, and tells the session what the person does there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, SignalInstance, Slot

from photosort.core.arrange import Filter, Grouping, GroupKind, Order
from photosort.core.catalog import Catalog
from photosort.core.settings import SettingsStore
from photosort.core.thumbnails import ThumbnailCache
from photosort.gui import choices, text
from photosort.gui.actions import Actions
from photosort.gui.arrange_bar import ArrangeBar
from photosort.gui.choices import OrderChoice
from photosort.gui.details_panel import DetailsPanel
from photosort.gui.filter_bar import FilterBar
from photosort.gui.first_look import FirstLook
from photosort.gui.groups_panel import GroupsPanel
from photosort.gui.jobs import Job
from photosort.gui.photo_grid import PhotoGrid
from photosort.gui.photo_model import PhotoModel
from photosort.gui.photo_reader import PhotoReader
from photosort.gui.photos_page import PhotosPage
from photosort.gui.problems_page import ProblemsPage
from photosort.gui.sections import narrowed, sections_of
from photosort.gui.selection import summary_of, table_rows
from photosort.gui.session import FolderSession
from photosort.gui.status_bar import StatusBar
from photosort.gui.tile_texts import TileTexts
from photosort.gui.tooltip import describe

_COUNT_EVERY_MS = 400
_DOTS = "\N{HORIZONTAL ELLIPSIS}"


@dataclass(frozen=True, slots=True)
class Parts:
    """The widgets that show a folder."""

    actions: Actions
    bar: ArrangeBar
    filters: FilterBar
    groups: GroupsPanel
    page: PhotosPage
    grid: PhotoGrid
    details: DetailsPanel
    status: StatusBar
    problems: ProblemsPage


class Presenter(QObject):
    """Lives as long as its session.

    Args:
        session: the open folder.
        parts: where it is shown.
        catalog: where single photos are asked for.
        thumbnails: the small pictures.
        settings: where the arrangement of the folder is remembered.
        parent: who keeps it.
    """

    def __init__(
        self,
        session: FolderSession,
        parts: Parts,
        catalog: Catalog,
        thumbnails: ThumbnailCache,
        settings: SettingsStore,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._parts = parts
        self._catalog = catalog
        self._settings = settings
        self._wanted_selection = frozenset(session.target.only)
        self._content_is_new = False
        arranged_before = settings.current.view_of(session.folder) is not None
        self._first_look = FirstLook(session, parts.page, arranged_before=arranged_before, parent=self)
        self.reader = PhotoReader(catalog, thumbnails, self)
        self.model = PhotoModel(session.photo, describe=self._describe, parent=self)
        self._recount = QTimer(self)
        self._recount.setSingleShot(True)
        self._recount.setInterval(_COUNT_EVERY_MS)
        self._recount.timeout.connect(self._count)
        parts.grid.set_model(self.model)
        self._connect()
        self._show_arrangement()
        self._show_emptiness()

    def _connect(self) -> None:
        session, parts = self._session, self._parts
        self._connections: tuple[tuple[SignalInstance, Callable[..., object]], ...] = (
            (session.content_changed, self._on_content_changed),
            (session.arranged_changed, self._on_arranged),
            (session.photos_updated, self._on_photos_updated),
            (session.files_changed, self.model.forget_thumbnails),
            (session.counts_changed, self._on_counts_changed),
            (session.news_changed, parts.page.set_news),
            (session.problems_changed, self._on_problems_changed),
            (session.device_changed, self._on_device_changed),
            (session.job_changed, self._on_job_changed),
            (self.reader.read, parts.details.add),
            (parts.page.show_news_requested, self._first_look.show_news),
            (parts.page.empty_action_requested, self._on_empty_action),
            (parts.grid.visible_changed, session.priority.set_visible),
            (parts.grid.selection_changed, self._on_selection_changed),
            (parts.grid.current_changed, self._on_selection_changed),
            (parts.groups.chosen, self._on_chosen),
            (parts.filters.text_changed, self._on_text_changed),
            (parts.filters.limits_changed, self._on_limits_changed),
            (parts.bar.direction_toggled, self._on_direction_toggled),
            (parts.bar.fewer_requested, session.look_alikes.fewer),
            (parts.bar.more_requested, session.look_alikes.more),
            (parts.problems.retry_requested, self._on_retry),
        )
        for connection in self._connections:
            connection[0].connect(connection[1])

    def release(self) -> None:
        """Show nothing of the session any longer; its jobs may still be ending."""
        parts = self._parts
        self._recount.stop()
        self.reader.close()
        for connection in self._connections:
            connection[0].disconnect(connection[1])
        self.model.set_columns(None)
        parts.filters.reset()
        parts.groups.set_sections([])
        parts.details.clear()
        parts.page.set_news(0)
        parts.page.set_offer("")
        parts.page.set_empty("")
        parts.problems.set_problems((), ())
        parts.status.set_problems(0)

    # -- the session has news --------------------------------------------------------------------------

    @Slot()
    def _on_content_changed(self) -> None:
        self.model.set_columns(self._session.columns)
        for photo_id in self._session.columns.ids[self._session.columns.failed].tolist():
            self.model.set_problem(photo_id, self._session.problem_of(photo_id))
        # As soon as the grid shows it.
        self._content_is_new = True

    @Slot()
    def _on_arranged(self) -> None:
        session = self._session
        self.model.set_texts(TileTexts(session.columns, session.arrangement, session.filter))
        self.model.set_arranged(session.arranged)
        self._show_arrangement()
        self._show_emptiness()
        self._show_rest()
        if len(ids := self._selected()) != 1:
            self._show_summary(ids)
        elif self._content_is_new and session.photo(int(ids[0])) != self._parts.details.photo:
            # It lies elsewhere by now.
            self._show_details()
        self._select_what_was_asked_for()
        if self._content_is_new:
            self._content_is_new = False
            self._first_look.consider()

    @Slot(object)
    def _on_photos_updated(self, ids: NDArray[np.int64]) -> None:
        self.model.update_rows(ids)
        shown = self._parts.details.photo
        if shown is not None and shown.id in ids:
            self._show_details()

    @Slot()
    def _on_counts_changed(self) -> None:
        if not self._recount.isActive():
            self._recount.start()
        if not self._session.analysing:
            self._recount.stop()
            self._count()

    @Slot()
    def _count(self) -> None:
        session = self._session
        self._parts.groups.set_sections(
            sections_of(session.columns, session.classifiers, session.sample(), settled=not session.analysing)
            if len(session.columns)
            else []
        )
        self._offer()
        self._show_rest()
        if len(ids := self._selected()) != 1:
            self._show_summary(ids)

    @Slot()
    def _on_problems_changed(self) -> None:
        session = self._session
        self._parts.problems.set_problems(
            [(failure.relpath, failure.reason) for failure in session.failures],
            [(one.relpath, one.reason) for one in session.ignored],
        )
        self._parts.status.set_problems(len(session.failures))
        for photo_id in session.columns.ids[session.columns.failed].tolist():
            if not self.model.problem(photo_id):
                self.model.set_problem(photo_id, session.problem_of(photo_id))
        if not self._parts.details.note.isHidden():
            # The folder was looked at again: what was said of the photo may be true no longer.
            self._show_details()

    @Slot(object)
    def _on_job_changed(self, job: Job | None) -> None:
        self._parts.status.set_job(job)
        self._parts.bar.set_group_control(enabled=not self._session.look_alikes.grouping)
        self._show_rest()
        self._show_emptiness()

    @Slot(object)
    def _on_device_changed(self, device: object) -> None:
        name, reason = getattr(device, "name", ""), getattr(device, "reason", "")
        self._parts.status.set_device(name, f"Why not a GPU: {reason}" if reason else "")

    # -- the person does something ---------------------------------------------------------------------

    def group_by(self, grouping: Grouping) -> None:
        """Show the photos in other groups."""
        arrangement = replace(self._session.arrangement, group=grouping)
        if grouping.kind is GroupKind.CLUSTER:
            # The most typical first.
            arrangement = replace(arrangement, order=Order.CLUSTER, descending=False)
        self._session.arrange(arrangement)
        self._remember()

    def order_by(self, choice: OrderChoice) -> None:
        """Show the photos in another order."""
        self._session.arrange(choices.reordered(self._session.arrangement, choice))
        self._remember()

    @Slot()
    def _on_direction_toggled(self) -> None:
        arrangement = self._session.arrangement
        self._session.arrange(replace(arrangement, descending=not arrangement.descending))
        self._remember()

    @Slot(object)
    def _on_chosen(self, chosen: tuple[object, ...]) -> None:
        self._show_only(narrowed(self._session.filter, chosen))

    @Slot(str)
    def _on_text_changed(self, words: str) -> None:
        self._show_only(replace(self._session.filter, text=words))

    @Slot(int, int, bool)
    def _on_limits_changed(self, low: int, high: int, problems_only: bool) -> None:
        confidence = None if (low, high) == (0, 100) else (low / 100, high / 100)
        self._show_only(replace(self._session.filter, confidence=confidence, problems_only=problems_only))

    def _show_only(self, only: Filter) -> None:
        self._session.show_only(only)
        if not only.empty and not len(self._selected()):
            # What was looked for begins at the top, wherever the photo that was looked at stands in it.
            self._parts.grid.scroll_to_top()

    @Slot()
    def _on_empty_action(self) -> None:
        if len(self._session.columns):
            self.show_everything()
        else:
            self._session.rescan()

    @Slot()
    def show_everything(self) -> None:
        """Empty every filter."""
        self._parts.filters.reset()
        self._parts.groups.select(())
        self._session.show_only(Filter())

    @Slot()
    def _on_retry(self) -> None:
        columns = self._session.columns
        self.model.forget_thumbnails(columns.ids[columns.failed].tolist())
        self._session.rescan(retry=True)

    @Slot()
    def _on_selection_changed(self) -> None:
        ids = self._selected()
        self._parts.actions.set_photo_selected(selected=len(ids) > 0)
        if len(ids) == 1:
            self._show_details()
        else:
            self.reader.drop()
            self._show_summary(ids)

    def _show_summary(self, selected: NDArray[np.int64]) -> None:
        """Say what the selected photos have in common, or all that are shown where none is selected."""
        session = self._session
        if len(selected):
            found = session.columns.row_of(selected)
            rows: NDArray[np.integer] = found[found >= 0]
            title = f"{text.photos(len(rows))} selected"
        else:
            rows = session.arranged.rows
            title = text.photos(len(rows)) if session.filter.empty else f"{text.photos(len(rows))} shown"
        if len(rows):
            self._parts.details.show_summary(summary_of(session, rows, title))
        else:
            self._parts.details.clear()

    def _show_details(self) -> None:
        ids = self._selected()
        if len(ids) != 1:
            return
        photo = self._session.photo(int(ids[0]))
        titles = {one.name: one.title or one.name for one in self._session.classifiers}
        hidden = self._session.columns.not_asked(photo.id)
        self._parts.details.show_photo(photo, titles, hidden=hidden, problem=self._session.problem_of(photo.id))
        self.reader.request(photo)

    @property
    def session(self) -> FolderSession:
        """The open folder."""
        return self._session

    def export_table(self, path: Path) -> None:
        """Write what the grid shows as CSV, as a job."""
        self._session.export(path, table_rows(self._session), len(self._session.arranged.rows))

    def selected_paths(self) -> list[Path]:
        """Where the selected photos lie."""
        return [photo.path for photo in self._session.photos(self._selected().tolist())]

    def current_id(self) -> int | None:
        """The photo that has the keyboard if it is selected, or the first selected one; None for none."""
        ids, current = self._selected(), self._parts.grid.current_id
        if current is not None and current in ids:
            return current
        return int(ids[0]) if len(ids) else None

    def group_alike(self) -> None:
        """Group look-alike photos, and show the groups."""
        self.group_by(Grouping.CLUSTER)

    def _selected(self) -> NDArray[np.int64]:
        return self._parts.grid.selected_ids()

    # -- words -----------------------------------------------------------------------------------------

    def _show_arrangement(self) -> None:
        session, bar = self._session, self._parts.bar
        arrangement = session.arrangement
        bar.show_arrangement(
            choices.group_name(arrangement, session.classifiers),
            choices.order_name(arrangement),
            descending=arrangement.descending,
        )
        bar.show_group_control(visible=arrangement.group.kind is GroupKind.CLUSTER and session.look_alikes.count > 0)
        self._offer()

    def _offer(self) -> None:
        session, actions = self._session, self._parts.actions
        arrangement = session.arrangement
        choices.fill_menu(actions.group_menu, choices.groupings(session.classifiers), arrangement.group, self.group_by)
        of = arrangement.classifier or arrangement.group.classifier or next(iter(session.columns.classifiers), None)
        named = arrangement.order in {Order.LABEL, Order.CONFIDENCE}
        choices.fill_menu(
            actions.order_menu,
            choices.orders(session.classifiers, similarity=session.columns.similarity is not None),
            OrderChoice(arrangement.order, of if named else None),
            self.order_by,
        )

    @Slot()
    def _show_rest(self) -> None:
        session = self._session
        total, shown = len(session.columns), len(session.arranged.rows)
        message = text.photos(total) if shown == total else f"{shown:,} of {text.photos(total)}"
        if session.away:
            message += f" \N{MIDDLE DOT} {session.folder.name} is away: shown as it was when last seen"
        self._parts.status.rest(message)

    def _show_emptiness(self) -> None:
        session, page = self._session, self._parts.page
        if len(session.arranged.rows):
            page.set_empty("")
        elif len(session.columns):
            page.set_empty("No photo matches", "Nothing here is all that was asked for.", "Show everything")
        elif session.scanned:
            where = session.folder.name or str(session.folder)
            others = len(session.ignored)
            told = f"There are {others:,} other files here." if others else ""
            page.set_empty(f"No photos in {where}", told)
        elif session.busy:
            page.set_empty(f"Looking for photos{_DOTS}", str(session.folder))
        else:
            page.set_empty("Stopped", "This folder was not looked through.", "Look again")

    def _describe(self, photo_id: int) -> str:
        titles = {one.name: one.title or one.name for one in self._session.classifiers}
        hidden = self._session.columns.not_asked(photo_id)
        return describe(self._session.photo(photo_id), self._catalog.predictions_of(photo_id), titles, hidden)

    def _remember(self) -> None:
        self._first_look.withdraw()
        self._settings.remember_view(self._session.folder, choices.view_of(self._session.arrangement))

    def _select_what_was_asked_for(self) -> None:
        """Files that were dropped or named are selected as soon as they are shown."""
        if not self._wanted_selection or not self._session.scanned:
            return
        wanted, self._wanted_selection = self._wanted_selection, frozenset()
        folder, columns = self._session.folder, self._session.columns
        # By what the columns know: to ask for every photo of a large folder would take seconds.
        names = {path.name for path in wanted}
        rows = [
            row
            for row in self._session.arranged.rows.tolist()
            if columns.names[row] in names and folder / columns.folders[row] / columns.names[row] in wanted
        ]
        ids = columns.ids[rows].tolist()
        if ids:
            self._parts.grid.select_ids(np.array(ids, np.int64))
            self._parts.grid.scroll_to_id(ids[0])
