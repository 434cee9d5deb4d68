"""Learning: the name of a folder that photos are filed into can become their label too, where the person wants it."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from photosort.core.catalog import Catalog
from photosort.core.catalog.filing import FOLDERS
from photosort.core.errors import CatalogError
from photosort.core.sorting.values import Run, Status
from photosort.gui.filing.learn_card import LearnCard


class Learning(QObject):
    """Asks once for each folder, and labels what is filed into those that were answered with yes.

    Guesses never become labels, and neither do folders by themselves: this is the one way, and it is asked for. What
    it labels is an action of its own that can be undone.

    Args:
        catalog: where answers and labels are kept.
        card: where it is asked.
        parent: who keeps it.
    """

    learnt = Signal()
    """Photos were labelled: there is something new to undo."""
    failed = Signal(object)
    """The exception of what could not be kept."""
    answered = Signal()
    """What is known of a folder has changed."""

    def __init__(self, catalog: Catalog, card: LearnCard, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._catalog = catalog
        self._card = card
        self._root_id: int | None = None
        self._not_now: set[Path] = set()
        self._waiting: list[Path] = []
        self._asked_for: tuple[int, ...] = ()
        card.answered.connect(self._on_answered)

    def set_root(self, root_id: int | None) -> None:
        """Another folder is open, or none: nothing of the one before is asked any more."""
        if root_id != self._root_id:
            self._root_id = root_id
            self._not_now.clear()
            self._waiting.clear()
            self._card.drop()

    def begin(self, folder: Path, ids: Collection[int]) -> None:
        """Photos are about to be filed into a folder at the person's wish.

        Where its name is to be learnt they are labelled at once, before any file moves: the newest thing to undo is
        then the filing itself.
        """
        if self._root_id is None:
            return
        self._waiting.append(folder)
        if self._catalog.filing.learns(self._root_id, folder):
            self._label(self._root_id, folder, ids)

    def end(self, run: Run) -> None:
        """A run has ended: ask about its folder, if photos were filed into it by hand and nobody was asked before."""
        place = run.destination.resolve()
        folder = next((waiting for waiting in self._waiting if waiting.resolve() == place), None)
        if self._root_id is None or folder is None:
            return
        self._waiting.remove(folder)
        if folder in self._not_now or self._catalog.filing.learns(self._root_id, folder) is not None:
            return
        items = self._catalog.runs.account(run.id).items
        ids = tuple(item.photo_id for item in items if item.status is Status.SORTED and item.photo_id is not None)
        if ids:
            if self._card.folder == folder:
                ids = tuple(dict.fromkeys((*self._asked_for, *ids)))
            self._asked_for = ids
            self._card.ask(folder, len(ids))

    def undone(self, run: Run) -> None:
        """What a run did was put back: nothing is asked about it any more."""
        asked = self._card.folder
        if asked is not None and asked.resolve() == run.destination.resolve():
            self._card.drop()

    def give_up(self) -> None:
        """A filing has failed: nothing is asked about it."""
        self._waiting.clear()

    @Slot(object, object)
    def _on_answered(self, folder: Path, answer: bool | None) -> None:
        if self._root_id is None:
            return
        if answer is None:
            self._not_now.add(folder)
            return
        try:
            self._catalog.filing.learn(self._root_id, folder, answer)
        except CatalogError as error:
            self.failed.emit(error)
            return
        self.answered.emit()
        if answer:
            # The photos may lie in another folder's part of the catalog by now: what is labelled there is undone there.
            found = self._catalog.photos_of(self._asked_for)
            for root in {photo.root for photo in found.values()}:
                root_id = self._catalog.find_root(root)
                if root_id is not None:
                    self._label(root_id, folder, [one.id for one in found.values() if one.root == root])

    def _label(self, root_id: int, folder: Path, ids: Collection[int]) -> None:
        try:
            action = self._catalog.set_labels(root_id, FOLDERS, dict.fromkeys(ids, folder.name))
        except CatalogError as error:
            self.failed.emit(error)
            return
        if action is not None:
            self.learnt.emit()
