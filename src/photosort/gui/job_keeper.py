"""Keeps the jobs of an open folder until each of them has finished."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from photosort.gui.jobs import Job


class JobKeeper(QObject):
    """Starts jobs, keeps them until they have finished, and ends them all together."""

    current_changed = Signal(object)
    """The Job to follow now, the one that was started last; None when nothing is going on."""
    failed = Signal(object)
    """The exception of a job that failed."""
    finished = Signal(object)
    """A Job that has finished, before it is let go."""
    all_ended = Signal()
    """After `end`: every job has finished."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs: list[Job] = []
        self._ending = False

    @property
    def busy(self) -> bool:
        """True while any job has not finished."""
        return bool(self._jobs)

    @property
    def ending(self) -> bool:
        """True from `end` on: no job is started any more."""
        return self._ending

    def runs(self, name: str) -> bool:
        """True while a job of that name has not finished."""
        return any(job.name == name for job in self._jobs)

    def start(
        self,
        name: str,
        make: Callable[[], Generator[Any, None, Any]],
        on_returned: Callable[[Any], None],
        on_yielded: Callable[[tuple[Any, ...]], None] | None = None,
    ) -> Job | None:
        """Start a job; does nothing once the keeper is ending.

        Args:
            name: what the job does, in words.
            make: makes its generator.
            on_returned: takes its result.
            on_yielded: takes what it yields.

        Returns:
            the job, whose signals arrive no sooner than the event loop runs again; None when nothing was started.
        """
        if self._ending:
            return None
        job = Job(make, name=name, parent=self)
        job.returned.connect(on_returned)
        if on_yielded is not None:
            job.yielded.connect(on_yielded)
        job.failed.connect(self.failed)
        job.finished.connect(lambda: self._on_finished(job))
        self._jobs.append(job)
        job.start()
        self.current_changed.emit(job)
        return job

    def cancel(self, name: str) -> None:
        """Cancel the jobs of that name."""
        for job in self._jobs:
            if job.name == name:
                job.cancel()

    def end(self) -> None:
        """Cancel every job; `all_ended` tells when they have finished, never within this call."""
        self._ending = True
        for job in self._jobs:
            job.cancel()
        if not self._jobs:
            # With its receiver named, so that it comes to nothing where the keeper is gone by then.
            QTimer.singleShot(0, self, self.all_ended.emit)

    def wait(self) -> None:
        """End, and block until every job has finished."""
        self._ending = True
        for job in tuple(self._jobs):
            job.cancel()
            job.wait()

    def _on_finished(self, job: Job) -> None:
        self._jobs.remove(job)
        job.deleteLater()
        self.current_changed.emit(self._jobs[-1] if self._jobs else None)
        if not self._ending:
            self.finished.emit(job)
        elif not self._jobs:
            self.all_ended.emit()
