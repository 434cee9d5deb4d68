"""The program as it starts, and the moment at which its window is painted, or the first guess is on screen.

Started as ``cold_probe.py (window|guess) ARGUMENTS OF PHOTOSORT``; prints the wall clock time
of that moment and the processor time until then, and ends.
Nothing of photosort is replaced: an event filter and a timer look on from outside.
"""

from __future__ import annotations

import sys
import time

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget


class PaintWatch(QObject):
    """Ends the program after the first paint of a main window's child."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look on."""
        if event.type() == QEvent.Type.Paint and isinstance(watched, QWidget):
            window = watched.window()
            if isinstance(window, QMainWindow) and window.isVisible():
                self._app.removeEventFilter(self)
                # After the whole window has been painted and flushed.
                QTimer.singleShot(0, self._tell)
        return False

    def _tell(self) -> None:
        print(f"{time.time():.6f} {time.process_time():.6f}", flush=True)
        for window in self._app.topLevelWidgets():
            window.close()


class GuessWatch(QObject):
    """Ends the program once a photo that the grid shows has a guess, and was painted with it."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._timer = QTimer(self)
        self._timer.setInterval(4)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def _look(self) -> None:
        for window in self._app.topLevelWidgets():
            session = getattr(window, "session", None)
            if session is None or not any((g.label_index >= 0).any() for g in session.columns.predictions.values()):
                continue
            self._timer.stop()
            window.grid.viewport().repaint()
            print(f"{time.time():.6f} {time.process_time():.6f}", flush=True)
            window.close()
            return


def main() -> int:
    """Start photosort as its own start does."""
    from photosort.__main__ import main as start

    app = QApplication(["photosort"])
    watch = {"window": PaintWatch, "guess": GuessWatch}[sys.argv[1]](app)
    status = start(sys.argv[2:])
    del watch
    return status


if __name__ == "__main__":
    sys.exit(main())
