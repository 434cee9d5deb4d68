"""Networks for the Lab's tests: an engine that goes one step each time it is let through, and fails as asked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from photosort.core.errors import ModelError
from photosort.core.paths import UserPaths
from photosort.core.photo import Progress, Transfer
from photosort.core.settings import ThemeChoice
from photosort.gui.icons import IconSet
from photosort.gui.lab.network_jobs import NetworkJobs
from photosort.gui.theme import Themes
from photosort.ml.networks import NETWORKS, NetworkFacts, NetworkStatus, State, Verified, status_of

OFFLINE = "there is no connection to the server. Try again later, or use a weights file instead."
_STEPS = 9
_CONVERTED = 5_000_000


@dataclass
class StandIn:
    """Has every network but needs no internet: a download comes in nine pieces, each let through by the test."""

    ready: set[str] = field(default_factory=set)
    parts: dict[str, int] = field(default_factory=dict)
    resumed_at: list[int] = field(default_factory=list)
    fails: str = ""
    findings: tuple[str, ...] = ("Every byte is as it should be.",)
    sound: bool = True
    through: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def status(self, paths: UserPaths) -> tuple[NetworkStatus, ...]:
        return tuple(self._status(facts, paths) for facts in NETWORKS)

    def best(self, _paths: UserPaths) -> str:
        return "mobilenetv2" if "mobilenetv2" in self.ready else "compact"

    def get(self, name: str, paths: UserPaths) -> Generator[Progress, None, NetworkStatus]:
        facts = next(one for one in NETWORKS if one.name == name)
        size, done = facts.download_bytes, self.parts.get(name, 0)
        self.resumed_at.append(done)
        while done < size:
            yield Transfer(f"Fetching {facts.title}", done, size)
            self.through.acquire()
            if self.fails:
                raise ModelError(self.fails)
            done = self.parts[name] = min(done + size // _STEPS + 1, size)
        yield Progress("Preparing", 0, None)
        self.through.acquire()
        self.parts.pop(name)
        self.ready.add(name)
        return self._status(facts, paths)

    def take_file(self, name: str, file: Path, paths: UserPaths) -> Generator[Progress, None, NetworkStatus]:
        yield Progress("Reading the weights", 0, None)
        if not file.read_bytes().startswith(b"weights"):
            message = f"{file} is no file of weights: expected HDF5, as Keras writes it (.h5)"
            raise ModelError(message)
        self.ready.add(name)
        return self._status(next(one for one in NETWORKS if one.name == name), paths)

    def remove(self, name: str, _paths: UserPaths) -> int:
        if self.fails:
            raise ModelError(self.fails)
        freed = _CONVERTED * (name in self.ready) + self.parts.pop(name, 0)
        self.ready.discard(name)
        return freed

    def verify(self, name: str, _paths: UserPaths) -> Generator[Progress, None, Verified]:
        yield Progress("Checking", 0, None)
        return Verified(name, self.sound, self.findings)

    def _status(self, facts: NetworkFacts, paths: UserPaths) -> NetworkStatus:
        if facts.bundled:
            return status_of(facts.name, paths)
        ready, part = facts.name in self.ready, self.parts.get(facts.name, 0)
        state = State.READY if ready else State.PARTIAL if part else State.ABSENT
        return NetworkStatus(
            facts=facts,
            state=state,
            backbone_id=f"{facts.name}-0" if ready else None,
            bytes_on_disk=_CONVERTED * ready,
            part_bytes=part,
            weights=None,
            variant="f16" if ready else None,
        )


@pytest.fixture
def paths(tmp_path: Path) -> UserPaths:
    return UserPaths.below(tmp_path / "data")


@pytest.fixture
def themes(qapp: QApplication) -> Themes:
    return Themes(qapp, ThemeChoice.LIGHT)


@pytest.fixture
def icons(themes: Themes) -> IconSet:
    return IconSet(themes)


@pytest.fixture
def engine() -> Iterator[StandIn]:
    """Lets everything through in the end, so that no thread is left waiting."""
    result = StandIn()
    yield result
    result.through.release(10_000)


@pytest.fixture
def jobs(engine: StandIn, paths: UserPaths, qapp: QApplication) -> Iterator[NetworkJobs]:
    result = NetworkJobs(engine, paths)
    yield result
    engine.through.release(10_000)
    result.wait()
    result.deleteLater()
    del qapp


@pytest.fixture
def until(qtbot: QtBot) -> Callable[[Callable[[], bool]], None]:
    """Wait until something is so."""
    return lambda condition: qtbot.waitUntil(condition, timeout=30_000)


@pytest.fixture
def frame(qtbot: QtBot) -> QWidget:
    """A window to put a page in, which keeps its size whatever the page says: as the real one does."""
    result = QWidget()
    qtbot.addWidget(result)
    result.resize(1280, 800)
    return result
