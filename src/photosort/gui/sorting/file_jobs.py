"""FileJobs: the only place in the window from which files are moved, copied, put back or discarded."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Generator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from photosort.core.catalog import Catalog
from photosort.core.errors import BusyError
from photosort.core.photo import Photo
from photosort.core.sorting.files.trash import Trash
from photosort.core.sorting.values import How, MovePlan, Run
from photosort.gui.jobs import Job
from photosort.gui.session import FolderSession
from photosort.gui.sorting import file_steps

COMMAND = "the photosort window"
"""Who holds the lock, as another process is told."""

_BUSY = "Files are being moved already: wait for that, or cancel it."


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A job whose turn comes.

    Attributes:
        name: what it does, in words.
        make: makes its generator.
        run_id: the run it is about; None for one that will be made.
        planned: a whole plan is applied.
    """

    name: str
    make: Callable[[], Generator[Any, None, Any]]
    run_id: int | None = None
    planned: bool = False


class FileJobs(QObject):
    """Runs one file job at a time, while nothing else of the window looks at files.

    Before a job the open folder's scan and analysis end (what they did counts); after it the folder is read again and
    the photos keep their places. Filing by hand waits for its turn, so that keys can be pressed one after the other;
    everything else is refused while a job runs.

    Args:
        catalog: where it is kept what was done.
        trash: where duplicates go.
        parent: who keeps it.
    """

    job_changed = Signal(object)
    """The Job to follow now; None when nothing is being moved."""
    done = Signal(object)
    """Run or Undone: how it came out; also of a job that was cancelled after it had begun."""
    planned_done = Signal(object)
    """Run: what was asked for by `apply` is done; after `done`."""
    failed = Signal(object)
    """The exception of a job that failed or was refused; what it had done by then stands, and is in the catalog."""
    busy_changed = Signal(bool)
    ended = Signal()
    """After `end`: nothing runs any more."""

    def __init__(self, catalog: Catalog, trash: Trash, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._catalog = catalog
        self._trash = trash
        self._session: FolderSession | None = None
        self._waiting: deque[_Wanted] = deque()
        self._job: Job | None = None
        self._newest_before: int | None = None
        self._busy = False
        self._ending = False

    @property
    def busy(self) -> bool:
        """True from the moment a job is asked for until the last one has ended."""
        return self._busy

    @property
    def job(self) -> Job | None:
        """The job that runs."""
        return self._job

    def set_session(self, session: FolderSession) -> None:
        """This folder is open from now on, until it has closed."""
        self._session = session
        session.stilled.connect(self._begin_next)
        session.closed.connect(self._on_session_closed)
        if self._busy:
            session.hold()

    # -- what can be asked for -------------------------------------------------------------------------

    def apply(self, plan: MovePlan, *, asked: bool = True) -> bool:
        """Do what was planned; False where it was refused, which `failed` has told.

        Args:
            plan: what to do.
            asked: the person asked for it now, and will want to see how it came out: `planned_done` tells.
        """
        make = partial(file_steps.apply, self._catalog, plan, COMMAND)
        return self._ask(_Wanted("Sorting", make, planned=asked))

    def undo(self, run_id: int, photo_ids: Collection[int] | None = None) -> bool:
        """Put back what a run has moved, or just these photos of it; False where it was refused."""
        make = partial(file_steps.undo, self._catalog, run_id, photo_ids, self._trash, COMMAND)
        return self._ask(_Wanted("Putting back", make, run_id))

    def redo(self, run_id: int) -> bool:
        """Do again what was undone; False where it was refused."""
        return self._ask(_Wanted("Sorting again", partial(file_steps.redo, self._catalog, run_id, COMMAND), run_id))

    def finish(self, run_id: int) -> bool:
        """Go on with an interrupted run; False where it was refused."""
        make = partial(file_steps.finish, self._catalog, run_id, self._trash, COMMAND)
        return self._ask(_Wanted("Finishing", make, run_id))

    def roll_back(self, run_id: int) -> bool:
        """Put back everything of an interrupted run; False where it was refused."""
        make = partial(file_steps.roll_back, self._catalog, run_id, self._trash, COMMAND)
        return self._ask(_Wanted("Putting back", make, run_id))

    def discard(self, root_id: int, photos: Sequence[Photo]) -> bool:
        """Put photos into the trash; False where it was refused."""
        make = partial(file_steps.discard, self._catalog, root_id, photos, self._trash, COMMAND)
        return self._ask(_Wanted("Putting into the trash", make))

    def discard_duplicates(self, run_id: int, photos: Sequence[Photo]) -> bool:
        """Put duplicates that a run found into the trash, if they still are; False where it was refused."""
        make = partial(file_steps.discard_duplicates, self._catalog, run_id, tuple(photos), self._trash, COMMAND)
        return self._ask(_Wanted("Putting into the trash", make))

    def file(self, photos: Sequence[Photo], folder: Path, how: How) -> bool:
        """File photos of the open folder into another by hand, as a run of its own; waits for its turn."""
        session = self._session
        if session is None or not photos:
            return False
        make = partial(file_steps.file_photos, self._catalog, session.folder, tuple(photos), folder, how, COMMAND)
        return self._queue(_Wanted(f"Filing into {folder.name}", make))

    def bring(self, files: Sequence[Path], folder: Path, how: How) -> bool:
        """File files of this computer that are not of the open folder, as `file` does with photos."""
        make = partial(file_steps.bring_files, self._catalog, tuple(files), folder, how, COMMAND)
        return self._queue(_Wanted(f"Filing into {folder.name}", make))

    @Slot()
    def cancel(self) -> None:
        """Stop: what is done is done, and what waits is dropped."""
        self._waiting.clear()
        if self._job is not None:
            self._job.cancel()
        else:
            self._rest()

    def end(self) -> bool:
        """Cancel, and begin nothing more.

        Returns:
            True where nothing runs; otherwise `ended` tells when nothing does any more.
        """
        self._ending = True
        self._waiting.clear()
        if self._job is not None:
            self._job.cancel()
        return self._job is None

    def wait(self) -> None:
        """End, and block until nothing runs any more; for the end of the program."""
        self.end()
        if (job := self._job) is not None:
            job.wait()

    # -- one after the other ---------------------------------------------------------------------------

    def _ask(self, wanted: _Wanted) -> bool:
        if self._busy:
            self.failed.emit(BusyError(_BUSY))
            return False
        return self._queue(wanted)

    def _queue(self, wanted: _Wanted) -> bool:
        if self._ending:
            return False
        self._waiting.append(wanted)
        if not self._busy:
            self._busy = True
            self.busy_changed.emit(True)
            if self._session is not None:
                self._session.hold()
        self._begin_next()
        return True

    @Slot()
    def _begin_next(self) -> None:
        if self._job is not None or not self._waiting or self._ending:
            return
        if self._session is not None and not self._session.still:
            # It will tell.
            return
        wanted = self._waiting.popleft()
        self._newest_before = self._newest_run()
        job = Job(wanted.make, name=wanted.name, parent=self)
        self._job = job
        job.returned.connect(self.done)
        if wanted.planned:
            job.returned.connect(self.planned_done)
        job.failed.connect(self.failed)
        job.finished.connect(partial(self._on_finished, wanted))
        job.start()
        self.job_changed.emit(job)

    def _on_finished(self, wanted: _Wanted) -> None:
        job, self._job = self._job, None
        if job is None:
            return
        if job.cancelled:
            self._waiting.clear()
            self._tell_cancelled(wanted)
        job.deleteLater()
        if self._waiting and not self._ending:
            # On the event loop, so that no job is begun within the signal of another.
            QTimer.singleShot(0, self, self._begin_next)
        else:
            self._rest()

    def _rest(self) -> None:
        self.job_changed.emit(None)
        if self._busy:
            self._busy = False
            if self._session is not None and not self._ending:
                self._session.go_on()
            self.busy_changed.emit(False)
        if self._ending:
            self.ended.emit()

    def _tell_cancelled(self, wanted: _Wanted) -> None:
        """A cancelled job returns nothing; what it had done is in the catalog."""
        run_id = wanted.run_id
        if run_id is None:
            newest = self._newest_run()
            run_id = None if newest == self._newest_before else newest
        if run_id is not None:
            self.done.emit(self._catalog.runs.run(run_id))

    def _newest_run(self) -> int | None:
        runs: list[Run] = self._catalog.runs.runs()
        return runs[0].id if runs else None

    @Slot()
    def _on_session_closed(self) -> None:
        self._session = None
        self._begin_next()
