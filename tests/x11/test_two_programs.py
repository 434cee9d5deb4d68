"""Dragging between photosort and another program: files are copied or moved as asked, and none is ever lost."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QProcess
from pytestqt.qtbot import QtBot

from photosort.gui.dropping import target_of
from photosort.gui.main_window import MainWindow
from tests.pictures import save_photo
from tests.x11.mouse import drag, wait_until_it_stands

pytestmark = pytest.mark.x11

_PATIENCE_MS = 30_000
_PLACE = QPoint(1200, 100)
_MIDDLE = _PLACE + QPoint(150, 120)


class Other:
    """Another program, running."""

    def __init__(self, gives: Path, folder: Path, qtbot: QtBot) -> None:
        self.gives, self.folder = gives, folder
        self._qtbot = qtbot
        self._said = ""
        self.process = QProcess()
        self.process.readyReadStandardOutput.connect(self._read)
        script = Path(__file__).with_name("file_manager.py")
        self.process.start(sys.executable, [str(script), str(gives), str(folder), str(_PLACE.x()), str(_PLACE.y())])

    def _read(self) -> None:
        self._said += bytes(self.process.readAllStandardOutput().data()).decode()

    def says(self, words: str) -> None:
        """Wait until it has said something."""
        self._qtbot.waitUntil(lambda: words in self._said, timeout=_PATIENCE_MS)


@pytest.fixture
def other(tmp_path: Path, qtbot: QtBot) -> Iterator[Other]:
    taken = tmp_path / "taken"
    taken.mkdir()
    program = Other(save_photo(tmp_path / "Card" / "n1.jpg", 77), taken, qtbot)
    program.says("stands")
    yield program
    program.process.kill()
    program.process.waitForFinished()


def _open(window: MainWindow, folder: Path, qtbot: QtBot) -> None:
    window.open_target(target_of([folder]))
    qtbot.waitUntil(
        lambda: window.session is not None and window.session.scanned and not window.session.busy, timeout=_PATIENCE_MS
    )


def _first_tile(window: MainWindow, qtbot: QtBot) -> QPoint:
    grid = window.grid

    def place() -> QPoint:
        return grid.viewport().mapToGlobal(grid.visualRect(grid.model().index(0, 0)).center())

    wait_until_it_stands(place, qtbot)
    return place()


def _first_name(window: MainWindow) -> str:
    assert window.session is not None
    assert window.grid.photos is not None
    return window.session.photo(int(window.grid.photos.ids[0])).name


def test_photos_are_copied_by_another_program(window: MainWindow, photos: Path, other: Other, qtbot: QtBot) -> None:
    _open(window, photos, qtbot)
    name = _first_name(window)
    mouse = drag(_first_tile(window, qtbot), _MIDDLE)
    other.says("took CopyAction")
    qtbot.waitUntil(lambda: mouse.poll() == 0, timeout=_PATIENCE_MS)
    assert (other.folder / name).exists()
    assert (photos / name).exists()


def test_with_shift_they_are_moved_by_it_and_missed_at_once(
    window: MainWindow, photos: Path, other: Other, qtbot: QtBot
) -> None:
    _open(window, photos, qtbot)
    name = _first_name(window)
    mouse = drag(_first_tile(window, qtbot), _MIDDLE, key="shift")
    other.says("took MoveAction")
    qtbot.waitUntil(lambda: mouse.poll() == 0, timeout=_PATIENCE_MS)
    assert (other.folder / name).exists()
    assert not (photos / name).exists()
    session = window.session
    assert session is not None
    qtbot.waitUntil(lambda: name not in session.columns.names, timeout=_PATIENCE_MS)


def test_a_file_that_another_program_gives_is_filed_and_never_deleted(
    window: MainWindow, photos: Path, other: Other, qtbot: QtBot
) -> None:
    _open(window, photos, qtbot)
    window.filing.panel.add([photos / "Beach"])
    lines = window.filing.panel.list
    qtbot.waitUntil(lines.isVisible, timeout=_PATIENCE_MS)

    def line() -> QPoint:
        return lines.viewport().mapToGlobal(lines.visualItemRect(lines.item(0)).center())

    wait_until_it_stands(line, qtbot)
    content = other.gives.read_bytes()
    mouse = drag(_MIDDLE, line())
    # It would delete the file if it were told of a move, before or while photosort moves it.
    other.says("gave CopyAction")
    qtbot.waitUntil((photos / "Beach" / "n1.jpg").exists, timeout=_PATIENCE_MS)
    qtbot.waitUntil(lambda: mouse.poll() == 0 and not window.history.files.busy, timeout=_PATIENCE_MS)
    assert (photos / "Beach" / "n1.jpg").read_bytes() == content
    assert not other.gives.exists()
