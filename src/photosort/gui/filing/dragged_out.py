"""DraggedOut: notices when another program has moved away what was dropped on it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot

LOOKS_MS: Final = (200, 500, 1_000, 3_000, 10_000, 30_000)
"""How long to wait before each look: a drop is over before its files have moved, and some programs ask first."""
_MOST: Final = 200
"""So many files are looked at: of more, these tell of the others."""


class DraggedOut(QObject):
    """Looks a few times whether dragged files are still there: nobody tells what another program does with them.

    Args:
        parent: who keeps it.
    """

    gone = Signal()
    """Some of the files are not where they were."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._files: list[Path] = []
        self._looks = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._look)

    def follow(self, files: Sequence[Path]) -> None:
        """Look after these files, and no longer after others."""
        self._files, self._looks = list(files[:_MOST]), 0
        self._timer.start(LOOKS_MS[0])

    @Slot()
    def stop(self) -> None:
        """Look no more."""
        self._timer.stop()
        self._files = []

    @Slot()
    def _look(self) -> None:
        there = [file for file in self._files if file.exists()]
        gone, self._files = len(there) < len(self._files), there
        self._looks += 1
        if there and self._looks < len(LOOKS_MS):
            self._timer.start(LOOKS_MS[self._looks])
        if gone:
            self.gone.emit()
