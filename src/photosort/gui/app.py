"""The program with its window: builds everything, runs Qt's event loop, and leaves nothing behind."""

from __future__ import annotations

import logging
import signal
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from PySide6.QtCore import QEvent, QObject, QSocketNotifier, Qt, QTimer, Signal
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication, QMessageBox

from photosort import __version__
from photosort.core.catalog import Catalog
from photosort.core.errors import CatalogError
from photosort.core.paths import UserPaths
from photosort.core.settings import SettingsStore
from photosort.gui.dropping import target_of
from photosort.gui.error_bar import sentence_of
from photosort.gui.faults import Faults
from photosort.gui.icons import application_icon
from photosort.gui.main_window import MainWindow
from photosort.gui.theme import Themes

_logger = logging.getLogger(__name__)

SETTINGS_FILE = "settings.json"


class OpenRequests(QObject):
    """Catches the system's "open with" (macOS sends it as an event, others as arguments).

    Args:
        app: the program that receives the events.
    """

    requested = Signal(object)
    """Path"""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take what is to be opened."""
        if event.type() == QEvent.Type.FileOpen and isinstance(event, QFileOpenEvent):
            if event.file():
                self.requested.emit(Path(event.file()))
            return True
        return super().eventFilter(watched, event)


def run(paths: UserPaths, targets: Sequence[Path] = ()) -> int:
    """Show the window until it is closed.

    Args:
        paths: where catalog, cache and settings are.
        targets: folders or files to open; none shows the welcome page.

    Returns:
        the exit status.
    """
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication(sys.argv[:1])
    app.setApplicationName("photosort")
    app.setApplicationDisplayName("photosort")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("photosort")
    app.setWindowIcon(application_icon())
    settings = SettingsStore(paths.config / SETTINGS_FILE)
    themes = Themes(app, settings.current.theme)
    try:
        catalog = Catalog(paths.data)
    except (CatalogError, OSError) as error:
        _logger.exception("The catalog in %s could not be opened", paths.data)
        QMessageBox.critical(None, "photosort", f"{sentence_of(error)}\n\nThe catalog lies in {paths.data}.")
        return 1
    with catalog, Faults() as faults:
        window = MainWindow(catalog, paths, settings, themes)
        faults.caught.connect(window.show_error)
        faults.interrupted.connect(window.close, Qt.ConnectionType.QueuedConnection)
        OpenRequests(app).requested.connect(lambda path: window.open_target(target_of([path])))
        with _closing_on_signals(window):
            window.show()
            window.open_target(target_of(targets))
            status = app.exec()
        window.wait_for_threads()
        settings.save()
    return status


@contextmanager
def _closing_on_signals(window: MainWindow) -> Iterator[None]:
    """Ctrl+C and SIGTERM close the window as a person would; a second Ctrl+C ends the program at once.

    While Qt's event loop runs, Python code does not, so the signal has to wake the loop through a socket.
    """
    reader, writer = socket.socketpair()
    for end in (reader, writer):
        end.setblocking(False)
    wakeup_before = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
    notifier = QSocketNotifier(reader.fileno(), QSocketNotifier.Type.Read)

    def on_wakeup() -> None:
        # Reading also gives Python the chance to run the handler below.
        reader.recv(64)

    def on_signal(number: int, _frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_DFL)
        # Not from here: Python calls this between any two steps of whatever is going on, also half-way through opening.
        QTimer.singleShot(0, window.close)

    notifier.activated.connect(on_wakeup)
    before = {number: signal.signal(number, on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(wakeup_before)
        notifier.setEnabled(False)
        reader.close()
        writer.close()
