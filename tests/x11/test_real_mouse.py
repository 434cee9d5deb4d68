"""True mouse drags on a virtual display: what simulated ones cannot show. Run by `make test-x11`."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl, Signal
from PySide6.QtGui import QDrag, QDragEnterEvent, QDropEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from photosort.core.catalog import Catalog
from photosort.core.paths import UserPaths
from photosort.core.settings import SettingsStore
from photosort.gui.dropping import target_of
from photosort.gui.main_window import MainWindow
from photosort.gui.theme import Themes
from tests.pictures import save_photo

pytestmark = pytest.mark.x11


class _OtherProgram(QLabel):
    """Stands for a file manager: takes files, and gives a folder when it is dragged."""

    dropped = Signal(list)

    def __init__(self, gives: Path) -> None:
        super().__init__("file manager")
        self._gives = gives
        self.setAcceptDrops(True)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            drag = QDrag(self)
            data = QMimeData()
            data.setUrls([QUrl.fromLocalFile(str(self._gives))])
            drag.setMimeData(data)
            drag.exec(Qt.DropAction.CopyAction)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.dropped.emit([Path(url.toLocalFile()) for url in event.mimeData().urls()])


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    for n in range(12):
        save_photo(tmp_path / "photos" / f"{n:02}.jpg", n, taken=f"2020:01:{n + 1:02} 12:00:00")
    return tmp_path / "photos"


@pytest.fixture
def window(tmp_path: Path, qapp: QApplication, qtbot: QtBot) -> Iterator[MainWindow]:
    paths = UserPaths.below(tmp_path / "catalog")
    settings = SettingsStore(paths.config / "settings.json")
    with Catalog(paths.data) as catalog:
        shown = MainWindow(catalog, paths, settings, Themes(qapp, settings.current.theme))
        shown.resize(1000, 700)
        shown.show()
        _put(shown, QPoint(0, 0), qtbot)
        yield shown
        shown.close()
        shown.wait_for_threads()


@pytest.fixture
def other(photos: Path, qtbot: QtBot) -> _OtherProgram:
    program = _OtherProgram(photos)
    program.resize(300, 200)
    program.show()
    qtbot.addWidget(program)
    _put(program, QPoint(1200, 100), qtbot)
    return program


def _put(window: QWidget, place: QPoint, qtbot: QtBot) -> None:
    """Move a window, and wait until the window manager has really done it."""
    with qtbot.waitExposed(window):
        pass
    window.move(place)
    qtbot.waitUntil(lambda: (window.pos() - place).manhattanLength() < 60)


def _drag(start: QPoint, end: QPoint) -> subprocess.Popen[bytes]:
    """Let xdotool drag while Qt's event loop goes on; a person's hand needs time between two points too."""
    steps: list[str] = ["mousemove", str(start.x()), str(start.y()), "sleep", "0.2", "mousedown", "1"]
    for n in range(1, 21):
        point = start + (end - start) * n / 20
        steps += ["mousemove", str(point.x()), str(point.y()), "sleep", "0.03"]
    return subprocess.Popen(["xdotool", *steps, "sleep", "0.2", "mouseup", "1"])


def _middle_of(widget: QWidget) -> QPoint:
    return widget.mapToGlobal(widget.rect().center())


def _open(window: MainWindow, folder: Path, qtbot: QtBot) -> None:
    window.open_target(target_of([folder]))
    qtbot.waitUntil(lambda: window.grid.model() is not None and window.grid.model().rowCount() == 12, timeout=20_000)


def test_a_folder_dragged_from_a_file_manager_opens(window: MainWindow, other: _OtherProgram, qtbot: QtBot) -> None:
    mouse = _drag(_middle_of(other), _middle_of(window))
    qtbot.waitUntil(lambda: window.grid.model() is not None and window.grid.model().rowCount() == 12, timeout=20_000)
    assert mouse.wait() == 0


def test_photos_dragged_out_arrive_as_files(
    window: MainWindow, other: _OtherProgram, photos: Path, qtbot: QtBot
) -> None:
    _open(window, photos, qtbot)
    model = window.grid.model()
    first = window.grid.visualRect(model.index(0, 0)).center()
    with qtbot.waitSignal(other.dropped, timeout=20_000) as arrived:
        mouse = _drag(window.grid.viewport().mapToGlobal(first), _middle_of(other))
    assert mouse.wait() == 0
    (files,) = arrived.args
    assert len(files) == 1
    assert files[0].parent == photos
    assert files[0].is_file()  # dragged out, not away


def test_the_rubber_band_selects_what_it_touches(window: MainWindow, photos: Path, qtbot: QtBot) -> None:
    _open(window, photos, qtbot)
    grid = window.grid
    grid.set_tile_size(100)
    boxes = [grid.visualRect(grid.model().index(row, 0)) for row in range(12)]
    below = grid.viewport().mapToGlobal(QPoint(boxes[0].left() + 2, max(box.bottom() for box in boxes) + 20))
    up = grid.viewport().mapToGlobal(boxes[-1].center())
    mouse = _drag(below, up)
    qtbot.waitUntil(lambda: mouse.poll() is not None, timeout=20_000)
    qtbot.waitUntil(lambda: len(grid.selected_ids()) > 0, timeout=5_000)
    touched = [
        row for row, box in enumerate(boxes) if box.top() == boxes[-1].top() and box.left() <= boxes[-1].center().x()
    ]
    assert len(grid.selected_ids()) == len(touched)
