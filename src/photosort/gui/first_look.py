"""How a folder is shown that nobody has arranged yet: by what is in it where that is known, else by date."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Slot

from photosort.core.arrange import Grouping
from photosort.core.first_view import first_grouping
from photosort.gui import choices
from photosort.gui.photos_page import PhotosPage
from photosort.gui.session import FolderSession


class FirstLook(QObject):
    """Groups the photos of a folder that comes with its guesses; where those come later, offers to.

    Photos that are on screen already are never moved unasked, however long their guesses have taken.

    Args:
        session: the open folder.
        page: where the offer is made.
        arranged_before: the person has arranged this folder, today or long ago: nothing is done.
        parent: who keeps it.
    """

    def __init__(
        self,
        session: FolderSession,
        page: PhotosPage,
        *,
        arranged_before: bool,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._page = page
        self._arranged = arranged_before
        self._on_screen = False
        self._offered = Grouping.NONE

    def consider(self) -> None:
        """Look whether the photos can be grouped now: to be called when the grid shows new content."""
        session, on_screen = self._session, self._on_screen
        self._on_screen = on_screen or len(session.columns) > 0
        if self._arranged or session.analysing or session.arrangement != choices.arrangement_of(None):
            return
        grouping = first_grouping(session.columns)
        if grouping == Grouping.NONE:
            return
        if on_screen:
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

    def _offer(self, grouping: Grouping) -> None:
        self._offered = grouping
        name = choices.group_name(replace(self._session.arrangement, group=grouping), self._session.classifiers)
        self._page.set_offer("" if grouping == Grouping.NONE else f"Show by {name.lower()}")
