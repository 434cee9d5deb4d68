"""FolderSwitch: one folder after the other; the next is opened once the jobs of the one before have ended."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot

from photosort.core.errors import ScanError
from photosort.gui.dropping import Target
from photosort.gui.presenter import Presenter
from photosort.gui.session import FolderSession


class FolderSwitch(QObject):
    """Holds the open folder and who shows it; never blocks.

    Args:
        make_session: makes the session of a target, with the given parent.
        make_presenter: makes what shows a session, with the given parent.
        parent: who keeps it.
    """

    changed = Signal()
    """Another folder is open, or none."""
    left = Signal()
    """The open folder is no longer shown; its jobs are ending."""
    failed = Signal(object)
    """The exception of a job of the open folder."""
    ended = Signal()
    """After `end`: every job has ended."""

    def __init__(
        self,
        make_session: Callable[[Target, QObject], FolderSession],
        make_presenter: Callable[[FolderSession, QObject], Presenter],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._make_session = make_session
        self._make_presenter = make_presenter
        self._session: FolderSession | None = None
        self._presenter: Presenter | None = None
        self._next: Target | None = None
        self._ending = False

    @property
    def session(self) -> FolderSession | None:
        """The open folder, also while its jobs are ending; None when none is open."""
        return self._session

    @property
    def presenter(self) -> Presenter | None:
        """What shows the open folder; None when none is open, or it is being left."""
        return self._presenter

    @property
    def ending(self) -> bool:
        """True from `end` on: nothing is opened any more."""
        return self._ending

    def open(self, target: Target | None) -> None:
        """Open a folder in place of the one that is open; None opens nothing."""
        if self._ending:
            return
        self._next = target
        if self._session is None:
            self._open_next()
        else:
            self._leave(self._session)

    def end(self) -> bool:
        """Leave the open folder and open nothing more.

        Returns:
            True when nothing runs; otherwise `ended` tells when every job has ended, after a batch at most.
        """
        first, self._ending = not self._ending, True
        if self._session is not None and first:
            self._leave(self._session)
        return self._session is None

    def wait(self) -> None:
        """Block until every thread of every folder has ended; for the end of the program."""
        if self._session is not None:
            self._session.wait()
        for presenter in self.findChildren(Presenter):
            presenter.reader.wait()

    def _leave(self, session: FolderSession) -> None:
        if self._presenter is None:
            # It is being left already.
            return
        self._presenter.release()
        self._presenter = None
        session.close()
        self.left.emit()

    def _open_next(self) -> None:
        target, self._next = self._next, None
        if target is not None:
            session = self._make_session(target, self)
            session.failed.connect(self._on_failed)
            session.closed.connect(self._on_closed)
            self._session = session
            self._presenter = self._make_presenter(session, self)
            session.open()
        self.changed.emit()

    @Slot()
    def _on_closed(self) -> None:
        if self._session is not None:
            self._session.deleteLater()
        self._session = None
        if self._ending:
            self.ended.emit()
        else:
            self._open_next()

    @Slot(object)
    def _on_failed(self, error: BaseException) -> None:
        self.failed.emit(error)
        if isinstance(error, ScanError) and self._session is not None and not self._session.loaded:
            # There is nothing to show of it, now or from before.
            self.open(None)
