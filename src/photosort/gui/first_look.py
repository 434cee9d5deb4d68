"""How a folder is shown that nobody has arranged yet: by date while it is looked at, then by what is in it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Slot

from photosort.core.arrange import Grouping
from photosort.core.first_view import first_grouping
from photosort.gui import choices
from photosort.gui.photo_grid import PhotoGrid
from photosort.gui.photos_page import PhotosPage
from photosort.gui.session import FolderSession


class FirstLook(QObject):
    """Groups the photos once their guesses are there; where that would move them under the hand, offers to.

    Args:
        session: the open folder.
        page: where the offer is made.
        grid: where the photos are.
        arranged_before: the person has arranged this folder, today or long ago: nothing is done.
        parent: who keeps it.
    """

    def __init__(
        self,
        session: FolderSession,
        page: PhotosPage,
        grid: PhotoGrid,
        *,
        arranged_before: bool,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._page = page
        self._grid = grid
        self._arranged = arranged_before
        self._offered = Grouping.NONE

    def consider(self) -> None:
        """Look whether the photos can be grouped now: to be called when the grid shows new content."""
        session = self._session
        if self._arranged or session.analysing or session.arrangement != choices.arrangement_of(None):
            return
        grouping = first_grouping(session.columns)
        if grouping == Grouping.NONE:
            return
        if self._in_use():
            self._offer(grouping)
        else:
            session.arrange(replace(session.arrangement, group=grouping))

    def withdraw(self) -> None:
        """The person has arranged the photos in their own way."""
        self._arranged = True
        self._offer(Grouping.NONE)

    @Slot()
    def show_news(self) -> None:
        """Do what is offered, or else put every photo where it belongs by what is known now."""
        offered = self._offered
        if offered == Grouping.NONE:
            self._session.regroup()
        else:
            self._offer(Grouping.NONE)
            self._session.arrange(replace(self._session.arrangement, group=offered))

    def _in_use(self) -> bool:
        """The person has gone to a place in the grid, which they would lose."""
        moved = self._grid.verticalScrollBar().value() > self._grid.verticalScrollBar().minimum()
        return moved or len(self._grid.selected_ids()) > 0 or not self._session.filter.empty

    def _offer(self, grouping: Grouping) -> None:
        self._offered = grouping
        name = choices.group_name(replace(self._session.arrangement, group=grouping), self._session.classifiers)
        self._page.set_offer("" if grouping == Grouping.NONE else f"Show by {name.lower()}")
