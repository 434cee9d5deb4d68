"""The real window: how long it stalls while it analyses, and how soon an analysed folder is there again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from figures import Figure, of_repeats, percentile
from folders import analysed_folder
from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication
from setting import Setting

from photosort.core.catalog import Catalog
from photosort.core.paths import UserPaths
from photosort.core.settings import SettingsStore
from photosort.gui.dropping import Target
from photosort.gui.main_window import MainWindow
from photosort.gui.theme import Themes

_BEAT_MS = 5
_LONG_S = 600.0
_LOOK_MS = 4


class Heartbeat(QObject):
    """A timer in the window's event loop, and the time between its beats."""

    def __init__(self) -> None:
        super().__init__()
        self.gaps: list[float] = []
        self._last = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(_BEAT_MS)
        self._timer.timeout.connect(self._on_beat)

    def start(self) -> None:
        """Begin to count."""
        self._last = time.perf_counter()
        self._timer.start()

    def stop(self) -> None:
        """Count no more."""
        self._timer.stop()

    def _on_beat(self) -> None:
        now = time.perf_counter()
        self.gaps.append((now - self._last) * 1000)
        self._last = now


def measure(setting: Setting) -> Iterator[Figure]:
    """Open, analyse, close and open again."""
    QApplication.instance() or QApplication(["benchmarks"])
    folder = setting.camera_photos("cameras", 2 if setting.quick else 6)
    longest, usual, idle, again = [], [], [], []
    for number in range(2 if setting.quick else 3):
        place = setting.scratch / f"window {number}"
        heartbeat = Heartbeat()
        with _window(place) as window:
            window.open_target(Target(folder))
            heartbeat.start()
            _until(partial(_idle, window))
            heartbeat.stop()
        longest.append(max(heartbeat.gaps))
        usual.append(percentile(heartbeat.gaps, 0.99))
        with _window(place) as window:
            again.append(_open(window, folder))
            _until(partial(_idle, window))
            idle.append(_longest_at_rest(min(sum(heartbeat.gaps) / 1000, 5.0)))
    yield of_repeats("event loop's longest gap", longest, "ms", aim=50, note="opening and analysing, a beat every 5 ms")
    yield of_repeats("event loop's gaps, p99", usual, "ms")
    yield of_repeats("longest gap of a window at rest", idle, "ms", note="what else the machine does, not photosort")
    yield of_repeats("re-open an analysed folder", again, "s", note="of camera files, until its tiles are painted")

    count = 10_000 if setting.quick else 100_000
    many = setting.many_photos("many", count)
    stored = analysed_folder(setting.scratch / "analysed", many)
    yield Figure(f"store {count:,} analysed photos", stored, "s")
    opened = []
    for _ in range(setting.repeats):
        with _window(setting.scratch / "analysed") as window:
            opened.append(_open(window, many))
    yield of_repeats(f"open an analysed folder of {count:,}", opened, "s", aim=1.0, note="until its tiles are painted")


def _longest_at_rest(seconds: float) -> float:
    """The longest gap in milliseconds while the window has nothing to do."""
    heartbeat, ends = Heartbeat(), time.perf_counter() + seconds
    heartbeat.start()
    _until(lambda: time.perf_counter() > ends)
    heartbeat.stop()
    return max(heartbeat.gaps)


@contextmanager
def _window(directory: Path) -> Iterator[MainWindow]:
    """The program's window on a catalog of its own, as `photosort.gui.app.run` makes it."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        message = "there is no QApplication"
        raise TypeError(message)
    paths = UserPaths.below(directory)
    settings = SettingsStore(paths.config / "settings.json")
    with Catalog(paths.data) as catalog:
        window = MainWindow(catalog, paths, settings, Themes(app, settings.current.theme))
        window.show()
        app.processEvents()
        yield window
        window.close()
        _until(lambda: window.session is None)
        window.wait_for_threads()
        window.deleteLater()
        app.processEvents()


def _idle(window: MainWindow) -> bool:
    return window.session is not None and window.session.scanned and not window.session.busy


def _open(window: MainWindow, folder: Path) -> float:
    """Seconds until a folder's photos are in the grid and painted."""
    started = time.perf_counter()
    window.open_target(Target(folder))
    _until(lambda: window.session is not None and len(window.session.arranged.rows) > 0)
    window.grid.viewport().repaint()
    return time.perf_counter() - started


def _until(done: Callable[[], bool]) -> None:
    """Run the event loop as the program does, and look every few milliseconds whether something is so."""
    loop, begun = QEventLoop(), time.perf_counter()

    def look() -> None:
        if done() or time.perf_counter() - begun > _LONG_S:
            loop.quit()

    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(look)
    timer.start(_LOOK_MS)
    # Not processEvents with a time limit, which spins instead of waiting and takes the workers' time away.
    loop.exec()
    timer.stop()
    if not done():
        message = f"the window did not come to it within {_LONG_S:.0f} s"
        raise TimeoutError(message)
