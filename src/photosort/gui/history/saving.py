"""Saving what a page of History shows: as a picture, as a table, as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from photosort.core.imaging import write_png
from photosort.core.photo import Progress
from photosort.core.sorting.plans.account import document, write_csv
from photosort.core.sorting.values import Account
from photosort.gui.job_keeper import JobKeeper
from photosort.gui.thumbnail_loader import pixels_of_image

_WRITING = Progress("Saving", 0, None)


class Saving(QObject):
    """Asks where to, and writes on a thread.

    Args:
        window: above which the dialogs open.
    """

    failed = Signal(object)
    saved = Signal(object)
    """Path of the file that was written."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._jobs = JobKeeper(self)
        self._jobs.failed.connect(self.failed)

    def picture(self, make: Callable[[], QImage], name: str) -> None:
        """Save a picture as PNG."""
        if (path := self._ask("Save as a picture", f"{name}.png", "Picture (*.png)")) is not None:
            self._start(partial(_write_picture, path, pixels_of_image(make())))

    def table(self, account: Account, name: str) -> None:
        """Save an account as CSV."""
        if (path := self._ask("Save as a table", f"{name}.csv", "Table (*.csv)")) is not None:
            self._start(partial(_write_table, path, account))

    def json(self, account: Account, name: str) -> None:
        """Save an account as JSON, as the command line tells it."""
        if (path := self._ask("Save as JSON", f"{name}.json", "JSON (*.json)")) is not None:
            self._start(partial(_write_json, path, account))

    def end(self) -> None:
        """Begin nothing more."""
        self._jobs.end()

    def wait(self) -> None:
        """End, and block until everything is written; for the end of the program."""
        self._jobs.wait()

    def _start(self, write: Callable[[], Generator[Progress, None, Path]]) -> None:
        self._jobs.start("Saving", write, self.saved.emit)

    def _ask(self, title: str, name: str, kind: str) -> Path | None:
        start = str(Path.home() / name)
        chosen, _kind = QFileDialog.getSaveFileName(self._window, title, start, kind)
        return Path(chosen) if chosen else None


def _write_picture(path: Path, pixels: NDArray[np.uint8]) -> Generator[Progress, None, Path]:
    yield _WRITING
    write_png(pixels, path)
    return path


def _write_table(path: Path, account: Account) -> Generator[Progress, None, Path]:
    yield _WRITING
    write_csv(account, path)
    return path


def _write_json(path: Path, account: Account) -> Generator[Progress, None, Path]:
    yield _WRITING
    path.write_text(json.dumps(document(account), indent=2, ensure_ascii=True), encoding="utf-8")
    return path
