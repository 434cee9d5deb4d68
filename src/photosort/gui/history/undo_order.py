"""Undo and redo: one order over everything that was done in the open folder."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction

from photosort.core.catalog import Action, Catalog
from photosort.core.photo import Progress
from photosort.gui.actions import Actions
from photosort.gui.history import words
from photosort.gui.job_keeper import JobKeeper
from photosort.gui.session import FolderSession
from photosort.gui.sorting.file_jobs import FileJobs

_WAITING = "{}: waits until the files are moved"


class UndoOrder(QObject):
    """Undoes the newest thing that was done in the open folder and stands, and does it again.

    Labels and names are changed in the catalog at once; what moved files runs as a job, and waits for the one that
    runs. What moved many files is shown first.

    Args:
        catalog: where it is kept what was done.
        files: runs the jobs that move files.
        actions: the entries of the menu.
        parent: who keeps it.
    """

    page_requested = Signal(int)
    """Show the run with this id: it is more than is undone or done again at a key."""
    failed = Signal(object)

    def __init__(self, catalog: Catalog, files: FileJobs, actions: Actions, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._catalog = catalog
        self._files = files
        self._undo, self._redo = actions.undo, actions.redo
        self._session: FolderSession | None = None
        self._pressed: deque[Callable[[], None]] = deque()
        self._jobs = JobKeeper(self)
        self._jobs.failed.connect(self.failed)
        self._jobs.finished.connect(self._go_on)
        self._undo.triggered.connect(partial(self._press, self._undo_newest))
        self._redo.triggered.connect(partial(self._press, self._redo_oldest))
        files.busy_changed.connect(self._go_on)
        self.refresh()

    @property
    def busy(self) -> bool:
        """True while a label is being undone, or a key waits for its turn."""
        return bool(self._pressed) or self._jobs.busy

    def set_session(self, session: FolderSession) -> None:
        """This folder is open from now on, until it has closed."""
        self._session = session
        session.content_changed.connect(self.refresh)
        session.closed.connect(self._on_session_closed)
        self.refresh()

    def end(self) -> None:
        """Begin nothing more."""
        self._pressed.clear()
        self._jobs.end()

    def wait(self) -> None:
        """End, and block until nothing runs any more; for the end of the program."""
        self._jobs.wait()

    @Slot()
    def refresh(self) -> None:
        """Name in the menu what would be undone and done again."""
        undo = redo = None
        if (root_id := self._root_id()) is not None and not self._catalog.read_only:
            undo, redo = self._catalog.next_undo(root_id), self._catalog.next_redo(root_id)
        _name(self._undo, "&Undo", undo, busy=self._files.busy)
        _name(self._redo, "&Redo", redo, busy=self._files.busy)

    def _press(self, do: Callable[[], None]) -> None:
        self._pressed.append(do)
        self._go_on()

    @Slot()
    def _go_on(self) -> None:
        while self._pressed and not self._files.busy and not self._jobs.busy:
            self._pressed.popleft()()
        self.refresh()

    def _undo_newest(self) -> None:
        root_id = self._root_id()
        action = None if root_id is None else self._catalog.next_undo(root_id)
        if root_id is not None and action is not None:
            self._do(action, self._files.undo, partial(_undo_said, self._catalog, root_id))

    def _redo_oldest(self) -> None:
        root_id = self._root_id()
        action = None if root_id is None else self._catalog.next_redo(root_id)
        if root_id is not None and action is not None:
            self._do(action, self._files.redo, partial(_redo_said, self._catalog, root_id))

    def _do(
        self, action: Action, with_files: Callable[[int], bool], said: Callable[[], Generator[Progress, None, None]]
    ) -> None:
        run_id = self._catalog.runs.of_action(action.id)
        if run_id is None:
            self._jobs.start(action.title, said, self._on_said)
            return
        run = self._catalog.runs.run(run_id)
        if max(run.standing, words.sorted_count(run)) > words.MUCH:
            self._pressed.clear()
            self.page_requested.emit(run_id)
        else:
            with_files(run_id)

    def _root_id(self) -> int | None:
        return None if self._session is None else self._session.root_id

    def _on_said(self, _nothing: object) -> None:
        if self._session is not None:
            self._session.reread()

    @Slot()
    def _on_session_closed(self) -> None:
        self._session = None
        self._pressed.clear()
        self.refresh()


def _undo_said(catalog: Catalog, root_id: int) -> Generator[Progress, None, None]:
    yield Progress("Undoing", 0, None)
    catalog.undo(root_id)


def _redo_said(catalog: Catalog, root_id: int) -> Generator[Progress, None, None]:
    yield Progress("Doing it again", 0, None)
    catalog.redo(root_id)


def _name(entry: QAction, verb: str, action: Action | None, *, busy: bool) -> None:
    # An ampersand in a folder's name is no shortcut.
    named = verb if action is None else f"{verb}: {action.title.replace('&', '&&')}"
    entry.setText(_WAITING.format(verb) if busy else named)
    entry.setEnabled(action is not None or busy)
