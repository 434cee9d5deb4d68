"""Photos dragged with the true mouse onto folders of the left panel; what counts is where the files lie then."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from photosort.gui.dropping import target_of
from photosort.gui.main_window import MainWindow
from tests.x11.mouse import drag, wait_until_it_stands

pytestmark = pytest.mark.x11

_PATIENCE_MS = 30_000


def _open(window: MainWindow, folder: Path, qtbot: QtBot) -> None:
    window.open_target(target_of([folder]))
    qtbot.waitUntil(
        lambda: window.session is not None and window.session.scanned and not window.session.busy, timeout=_PATIENCE_MS
    )


def _list(window: MainWindow, qtbot: QtBot, *folders: Path) -> None:
    """List folders to file into, and wait until they stand where they will."""
    window.filing.panel.add(folders)
    qtbot.waitUntil(window.filing.panel.list.isVisible, timeout=_PATIENCE_MS)
    wait_until_it_stands(lambda: _line(window, 0), qtbot)


def _tile(window: MainWindow, row: int) -> QPoint:
    grid = window.grid
    return grid.viewport().mapToGlobal(grid.visualRect(grid.model().index(row, 0)).center())


def _line(window: MainWindow, row: int) -> QPoint:
    lines = window.filing.panel.list
    return lines.viewport().mapToGlobal(lines.visualItemRect(lines.item(row)).center())


def test_thumbnails_dragged_onto_a_folder_are_moved_and_undone(window: MainWindow, photos: Path, qtbot: QtBot) -> None:
    _open(window, photos, qtbot)
    beach = photos / "Beach"
    _list(window, qtbot, photos / "Town", beach)
    grid = window.grid
    chosen = window.session.photos(grid.photos.ids[:3].tolist()) if window.session and grid.photos else []
    grid.select_ids([photo.id for photo in chosen])
    mouse = drag(_tile(window, 1), _line(window, 1))
    qtbot.waitUntil(lambda: all((beach / photo.name).exists() for photo in chosen), timeout=_PATIENCE_MS)
    assert mouse.wait() == 0
    assert not any(photo.path.exists() for photo in chosen)
    assert len(chosen) == 3
    qtbot.waitUntil(lambda: not window.history.files.busy, timeout=_PATIENCE_MS)
    window.commands.undo.trigger()
    qtbot.waitUntil(lambda: all(photo.path.exists() for photo in chosen), timeout=_PATIENCE_MS)
    qtbot.waitUntil(lambda: not window.history.files.busy and not beach.exists(), timeout=_PATIENCE_MS)


def test_with_control_held_they_are_copied(window: MainWindow, photos: Path, qtbot: QtBot) -> None:
    _open(window, photos, qtbot)
    _list(window, qtbot, photos / "Beach")
    photo = window.session.photo(int(window.grid.photos.ids[0])) if window.session and window.grid.photos else None
    assert photo is not None
    mouse = drag(_tile(window, 0), _line(window, 0), key="ctrl")
    qtbot.waitUntil((photos / "Beach" / photo.name).exists, timeout=_PATIENCE_MS)
    assert mouse.wait() == 0
    assert photo.path.exists()


def test_folders_are_dragged_into_another_order(window: MainWindow, photos: Path, qtbot: QtBot) -> None:
    _open(window, photos, qtbot)
    _list(window, qtbot, photos / "One", photos / "Two", photos / "Three")
    mouse = drag(_line(window, 0), _line(window, 2) + QPoint(0, 8))
    qtbot.waitUntil(
        lambda: [path.name for path in window.filing.folders] == ["Two", "Three", "One"], timeout=_PATIENCE_MS
    )
    assert mouse.wait() == 0


def test_photos_dragged_beside_the_folders_go_where_the_person_says(
    window: MainWindow, photos: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    _open(window, photos, qtbot)
    panel = window.filing.panel
    dragging: list[bool] = []

    def choose(*_arguments: object) -> str:
        dragging.append(QApplication.mouseButtons() != Qt.MouseButton.NoButton)
        return str(photos / "Snow")

    monkeypatch.setattr(QFileDialog, "getExistingDirectory", choose)
    name = window.session.photo(int(window.grid.photos.ids[0])).name if window.session and window.grid.photos else ""
    wait_until_it_stands(lambda: panel.hint.mapToGlobal(panel.hint.rect().center()), qtbot)
    mouse = drag(_tile(window, 0), panel.hint.mapToGlobal(panel.hint.rect().center()))
    qtbot.waitUntil((photos / "Snow" / name).exists, timeout=_PATIENCE_MS)
    assert mouse.wait() == 0
    # The drag was over when the person was asked.
    assert dragging == [False]
