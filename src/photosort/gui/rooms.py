"""Rooms: the parts of the window that have pages and jobs of their own, put together and led through its life."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from photosort.core.catalog import Catalog
from photosort.core.thumbnails import ThumbnailCache
from photosort.gui.actions import Actions
from photosort.gui.filing.arrivals_pill import ArrivalsPill
from photosort.gui.filing.folder_watch import FolderWatch
from photosort.gui.filing.watching import Watching
from photosort.gui.filing.wiring import HandFiling
from photosort.gui.group_names import GroupNames
from photosort.gui.groups_panel import GroupsPanel
from photosort.gui.history.wiring import History
from photosort.gui.icons import IconSet
from photosort.gui.lab.wiring import Lab
from photosort.gui.photo_grid import PhotoGrid
from photosort.gui.photos_page import PhotosPage
from photosort.gui.session import FolderSession
from photosort.gui.sorting.wiring import Sorting
from photosort.gui.status_bar import StatusBar
from photosort.gui.theme import Themes
from photosort.gui.written.wiring import WrittenLabels


@dataclass(frozen=True, slots=True)
class Places:
    """Where the rooms have their pages, lines and words.

    Attributes:
        pages: the pages in the middle.
        photos: the page of the grid.
        viewer: the page of one photo.
        grid: the photos.
        groups: the left panel.
        status: below.
    """

    pages: QStackedWidget
    photos: PhotosPage
    viewer: QWidget
    grid: PhotoGrid
    groups: GroupsPanel
    status: StatusBar


class Rooms(QObject):
    """History, filing by hand, watching, names of groups, keywords and sorting, beside the Lab.

    Args:
        lab: is there before the others, since the first page shows a part of it.
        catalog: where everything is kept.
        thumbnails: the small pictures.
        actions: of the window.
        icons: where buttons get their icons.
        themes: the window's colours.
        places: where the rooms are seen.
        window: who keeps them.
    """

    failed = Signal(object)
    """An exception to tell the person of."""
    back_requested = Signal()
    """The person leaves a page of a room."""
    changed = Signal()
    """Something begins or ends that belongs into the status bar."""

    def __init__(
        self,
        lab: Lab,
        catalog: Catalog,
        thumbnails: ThumbnailCache,
        actions: Actions,
        icons: IconSet,
        themes: Themes,
        places: Places,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._ending = False
        self.lab = lab
        lab.join(places.pages, actions, places.groups, places.status)
        self.history = History(catalog, thumbnails, actions, icons, themes, window)
        self.history.join(places.pages, places.status)
        files = self.history.files
        self.filing = HandFiling(catalog, files, actions, icons, window)
        self.filing.join(places.groups, places.grid, places.pages, (places.photos, places.viewer))
        pill, line = ArrivalsPill(icons, places.photos), self.filing.panel.watch_button
        self.watching = Watching(catalog, files, pill, line, FolderWatch(window), window)
        self.group_names = GroupNames(catalog, places.groups, window)
        self.written = WrittenLabels(catalog, actions, places.groups, places.status.notice, window)
        self.sorting = Sorting(catalog, thumbnails, files, actions, icons, window)
        self.sorting.join(places.pages, places.grid)
        self._connect()

    def _connect(self) -> None:
        for room in self._all:
            room.failed.connect(self.failed)
        for room in (self.lab, self.history, self.sorting):
            room.back_requested.connect(self.back_requested)
        self.lab.job_changed.connect(self.changed)
        self.history.files.busy_changed.connect(self.changed)
        self.watching.sort_wanted.connect(self.sorting.show_new)
        self.sorting.rule_kept.connect(self.watching.refresh)

    @property
    def _all(self) -> tuple[Lab | History | HandFiling | Watching | GroupNames | WrittenLabels | Sorting, ...]:
        return (
            self.lab,
            self.history,
            self.filing,
            self.watching,
            self.group_names,
            self.written,
            self.sorting,
        )

    def set_session(self, session: FolderSession) -> None:
        """Serve this folder from now on, until it has closed."""
        for room in self._all:
            room.set_session(session)

    def end(self) -> bool:
        """Stop everything; nothing is started any more.

        Returns:
            True where no file is being moved any more; otherwise the history tells when that is so.
        """
        if not self._ending:
            self._ending = True
            for room in (self.lab, self.sorting, self.watching):
                room.end()
        return self.history.end()

    def wait(self) -> None:
        """End, and block until every thread of every room has ended; for the end of the program."""
        for room in (self.lab, self.history, self.written, self.group_names, self.sorting, self.watching):
            room.wait()
