"""True mouse drags on a virtual display: what simulated ones cannot show. Run by `make test-x11`."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl, Signal
from PySide6.QtGui import QDrag, QDragEnterEvent, QDropEvent, QMouseEvent
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from photosort.gui.dropping import target_of
from photosort.gui.main_window import MainWindow
from tests.x11.mouse import drag, middle_of, put, wait_until_it_stands

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
def other(photos: Path, qtbot: QtBot) -> _OtherProgram:
    program = _OtherProgram(photos)
    program.resize(300, 200)
    program.show()
    qtbot.addWidget(program)
    put(program, QPoint(1200, 100), qtbot)
    return program


def _open(window: MainWindow, folder: Path, qtbot: QtBot) -> None:
    window.open_target(target_of([folder]))
    qtbot.waitUntil(lambda: window.grid.model() is not None and window.grid.model().rowCount() == 12, timeout=20_000)


def test_a_folder_dragged_from_a_file_manager_opens(window: MainWindow, other: _OtherProgram, qtbot: QtBot) -> None:
    mouse = drag(middle_of(other), middle_of(window))
    qtbot.waitUntil(lambda: window.grid.model() is not None and window.grid.model().rowCount() == 12, timeout=20_000)
    assert mouse.wait() == 0


def test_photos_dragged_out_arrive_as_files(
    window: MainWindow, other: _OtherProgram, photos: Path, qtbot: QtBot
) -> None:
    _open(window, photos, qtbot)
    model = window.grid.model()
    first = window.grid.visualRect(model.index(0, 0)).center()
    with qtbot.waitSignal(other.dropped, timeout=20_000) as arrived:
        mouse = drag(window.grid.viewport().mapToGlobal(first), middle_of(other))
    assert mouse.wait() == 0
    (files,) = arrived.args
    assert len(files) == 1
    assert files[0].parent == photos
    assert files[0].is_file()  # dragged out, not away


def test_the_rubber_band_selects_what_it_touches(window: MainWindow, photos: Path, qtbot: QtBot) -> None:
    _open(window, photos, qtbot)
    grid = window.grid
    grid.set_tile_size(100)
    wait_until_it_stands(lambda: grid.visualRect(grid.model().index(11, 0)).center(), qtbot)
    boxes = [grid.visualRect(grid.model().index(row, 0)) for row in range(12)]
    below = grid.viewport().mapToGlobal(QPoint(boxes[0].left() + 2, max(box.bottom() for box in boxes) + 20))
    up = grid.viewport().mapToGlobal(boxes[-1].center())
    mouse = drag(below, up)
    qtbot.waitUntil(lambda: mouse.poll() is not None, timeout=20_000)
    qtbot.waitUntil(lambda: len(grid.selected_ids()) > 0, timeout=5_000)
    touched = [
        row for row, box in enumerate(boxes) if box.top() == boxes[-1].top() and box.left() <= boxes[-1].center().x()
    ]
    assert len(grid.selected_ids()) == len(touched)
