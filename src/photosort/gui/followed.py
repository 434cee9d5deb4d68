"""Followed: a job that something on screen follows until it has finished."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from photosort.core.photo import Progress
from photosort.gui.jobs import Job
from photosort.gui.telling import Telling


class Followed(QObject):
    """Follows one job after the other, and says how it goes."""

    changed = Signal()
    """There is something new to say."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._job: Job | None = None
        self._telling = Telling()

    @property
    def job(self) -> Job | None:
        """The job that runs; None when none does."""
        return self._job if self._job is not None and self._job.running else None

    @property
    def progress(self) -> Progress | None:
        """The job's newest progress; None before there was any."""
        return self._telling.last

    def follow(self, job: Job | None) -> None:
        """Follow ``job``; None follows nothing."""
        self._let_go()
        self._job = job
        self._telling = Telling()
        if job is not None:
            job.state_changed.connect(self._on_state)
            job.progressed.connect(self._on_progressed)
            job.finished.connect(self._on_finished)
        self._on_state()

    def sentence(self) -> str:
        """How the job goes; empty when none runs."""
        job = self.job
        if job is None:
            return ""
        if job.cancelled:
            return "Finishing\N{HORIZONTAL ELLIPSIS}"
        return self._telling.sentence() or f"{job.name}\N{HORIZONTAL ELLIPSIS}"

    def in_short(self) -> str:
        """What the job is, and how much of it is done: "Getting MobileNetV2: 44 %"; empty when none runs."""
        job, progress = self.job, self.progress
        if job is None:
            return ""
        if job.paused:
            return f"{job.name}: paused"
        if progress is None or not progress.total:
            return f"{job.name}\N{HORIZONTAL ELLIPSIS}"
        return f"{job.name}: {100 * progress.done // progress.total}\N{NO-BREAK SPACE}%"

    def _let_go(self) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.state_changed.disconnect(self._on_state)
            job.progressed.disconnect(self._on_progressed)
            job.finished.disconnect(self._on_finished)

    @Slot()
    def _on_finished(self) -> None:
        self._let_go()
        self.changed.emit()

    @Slot()
    def _on_state(self) -> None:
        if self._job is not None:
            self._telling.set_paused(paused=self._job.paused)
        self.changed.emit()

    @Slot(object)
    def _on_progressed(self, progress: object) -> None:
        if isinstance(progress, Progress):
            self._telling.update(progress)
            self.changed.emit()
