"""NetworkJobs: what is being done with the networks: fetching, importing, checking, removing. Outlives every page."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal

from photosort.core.paths import UserPaths
from photosort.core.photo import Progress
from photosort.gui import text
from photosort.gui.error_bar import sentence_of
from photosort.gui.job_keeper import JobKeeper
from photosort.gui.jobs import Job
from photosort.gui.lab.doing import Doing, Outcome, Task
from photosort.gui.telling import Telling
from photosort.ml.networks import NetworkStatus, Verified

_DOTS = "\N{HORIZONTAL ELLIPSIS}"


class Engine(Protocol):
    """What is asked of the networks; `photosort.ml.networks` is one, and a test may pass another."""

    def status(self, paths: UserPaths, /) -> tuple[NetworkStatus, ...]:
        """What is there; cheap: the GUI thread calls this one and `best` itself."""

    def best(self, paths: UserPaths, /) -> str:
        """The network that serves where none was chosen; cheap."""

    def get(self, name: str, paths: UserPaths, /) -> Generator[Progress, None, NetworkStatus]:
        """Fetch and prepare a network."""

    def take_file(self, name: str, file: Path, paths: UserPaths, /) -> Generator[Progress, None, NetworkStatus]:
        """Import a file of weights."""

    def remove(self, name: str, paths: UserPaths, /) -> int:
        """Delete a network; returns the bytes freed."""

    def verify(self, name: str, paths: UserPaths, /) -> Generator[Progress, None, Verified]:
        """Check a network."""


@dataclass(slots=True)
class _Running:
    task: Task
    job: Job
    telling: Telling


class NetworkJobs(QObject):
    """Runs what is done with the networks, at most one thing at a time with each of them, and tells how it goes.

    Args:
        engine: does the work, on the jobs' threads.
        paths: where weights and networks are kept.
        parent: who keeps it.
    """

    changed = Signal(str)
    """The name of a network of which `status`, `doing` or `outcome` says something new."""
    inventory_changed = Signal()
    """Other networks than before can be used."""
    job_changed = Signal(object)
    """The Job to follow now; None when nothing is going on."""

    def __init__(self, engine: Engine, paths: UserPaths, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._paths = paths
        self._jobs = JobKeeper(self)
        self._jobs.current_changed.connect(self.job_changed)
        self._running: dict[str, _Running] = {}
        self._outcomes: dict[str, Outcome] = {}
        self._status = self._read()

    # -- what is known -------------------------------------------------------------------------------

    @property
    def names(self) -> tuple[str, ...]:
        """The networks, in the order in which they are shown."""
        return tuple(self._status)

    @property
    def busy(self) -> bool:
        """True while anything is done with any network."""
        return self._jobs.busy

    def status(self, name: str) -> NetworkStatus:
        """What is there of a network.

        Raises:
            KeyError: there is no such network.
        """
        return self._status[name]

    def usable(self, name: str) -> bool:
        """Whether a network is here and can be used; False also for one that nobody knows."""
        status = self._status.get(name)
        return status is not None and status.state.usable

    def best(self) -> str:
        """The name of the network that serves where none was chosen."""
        return self._engine.best(self._paths)

    def serving(self, choice: str) -> str:
        """The name of the network that looks at photos: the one that was chosen, while it is here; else the best."""
        return choice if self.usable(choice) else self.best()

    def doing(self, name: str) -> Doing | None:
        """What is being done with a network; None when nothing is."""
        running = self._running.get(name)
        if running is None:
            return None
        job, telling = running.job, running.telling
        going_on = telling.sentence() or f"{job.name}{_DOTS}"
        sentence = f"Stopping{_DOTS}" if job.cancelled else going_on
        return Doing(running.task, sentence, telling.last, job.paused, job.cancelled)

    def outcome(self, name: str) -> Outcome | None:
        """How the last thing that was done with a network ended; None once it is out of date."""
        return self._outcomes.get(name)

    # -- what can be asked for -------------------------------------------------------------------------

    def get(self, name: str) -> None:
        """Fetch a network and prepare it; goes on with what an earlier fetch has left."""
        self._start(name, Task.GET, partial(self._engine.get, name, self._paths))

    def take_file(self, name: str, file: Path) -> None:
        """Take a network's weights from a file."""
        self._start(name, Task.IMPORT, partial(self._engine.take_file, name, file, self._paths))

    def verify(self, name: str) -> None:
        """Check that a network is what it should be."""
        self._start(name, Task.VERIFY, partial(self._engine.verify, name, self._paths))

    def remove(self, name: str) -> None:
        """Delete a network, or what has come of it."""
        self._start(name, Task.REMOVE, partial(_removing, self._engine, name, self._paths))

    def pause(self, name: str) -> None:
        """Hold what is done with a network."""
        if (running := self._running.get(name)) is not None:
            running.job.pause()

    def resume(self, name: str) -> None:
        """Let what is done with a network go on."""
        if (running := self._running.get(name)) is not None:
            running.job.resume()

    def cancel(self, name: str) -> None:
        """Stop what is done with a network; what has been fetched is kept."""
        if (running := self._running.get(name)) is not None:
            running.job.cancel()

    def dismiss(self, name: str) -> None:
        """Forget how the last thing ended: the person has read it."""
        if self._outcomes.pop(name, None) is not None:
            self.changed.emit(name)

    def refresh(self) -> None:
        """Look again what is there: another program, or a command, may have fetched or removed something."""
        self._take(self._read())

    def end(self) -> None:
        """Stop everything; nothing is started any more."""
        self._jobs.end()

    def wait(self) -> None:
        """End, and block until every thread has ended; for the end of the program."""
        self._jobs.wait()

    # -- jobs ------------------------------------------------------------------------------------------

    def _start(self, name: str, task: Task, make: Callable[[], Generator[Any, None, Any]]) -> None:
        if name in self._running:
            return
        self._outcomes.pop(name, None)
        title = self._status[name].facts.title
        job = self._jobs.start(f"{task.value} {title}", make, partial(self._on_returned, name, task))
        if job is None:
            return
        self._running[name] = _Running(task, job, Telling())
        job.progressed.connect(partial(self._on_progressed, name))
        job.state_changed.connect(partial(self._on_state, name))
        job.failed.connect(partial(self._on_failed, name, task))
        job.finished.connect(partial(self._on_finished, name))
        self.changed.emit(name)

    def _on_progressed(self, name: str, progress: object) -> None:
        if isinstance(progress, Progress) and (running := self._running.get(name)) is not None:
            running.telling.update(progress)
            self.changed.emit(name)

    def _on_state(self, name: str) -> None:
        if (running := self._running.get(name)) is not None:
            running.telling.set_paused(paused=running.job.paused)
            self.changed.emit(name)

    def _on_returned(self, name: str, task: Task, result: Any) -> None:
        title = self._status[name].facts.title
        match task:
            case Task.REMOVE:
                outcome = Outcome(task, ok=True, message=f"{text.file_size(result)} freed.")
            case Task.VERIFY:
                message = f"{title} is as it should be." if result.ok else f"{title} is not as it should be."
                outcome = Outcome(task, ok=result.ok, message=message, findings=result.findings)
            case _:
                outcome = Outcome(task, ok=True, message=f"{title} is ready.")
        self._outcomes[name] = outcome

    def _on_failed(self, name: str, task: Task, error: Exception) -> None:
        message = sentence_of(error)
        # The errors of the program end without a full stop, which the lines of a notice have.
        self._outcomes[name] = Outcome(task, ok=False, message=message if message[-1:] in ".!?" else f"{message}.")

    def _on_finished(self, name: str) -> None:
        self._running.pop(name, None)
        self._take(self._read(), touched=name)

    def _read(self) -> dict[str, NetworkStatus]:
        return {status.facts.name: status for status in self._engine.status(self._paths)}

    def _take(self, status: dict[str, NetworkStatus], touched: str = "") -> None:
        before, self._status = self._status, status
        for name, one in status.items():
            if name == touched or before.get(name) != one:
                self.changed.emit(name)
        if _usable(before) != _usable(status):
            self.inventory_changed.emit()


def _usable(status: dict[str, NetworkStatus]) -> dict[str, str | None]:
    return {name: one.backbone_id for name, one in status.items() if one.state.usable}


def _removing(engine: Engine, name: str, paths: UserPaths) -> Generator[Progress, None, int]:
    yield Progress("Removing", 0, None)
    return engine.remove(name, paths)
