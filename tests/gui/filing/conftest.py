"""A window on an album of its own, whose files may be moved."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint

from photosort.gui.filing.folder_list import FolderList
from photosort.gui.grid_drag import mime_of_photos
from photosort.gui.main_window import MainWindow
from tests.gui.conftest import Desk
from tests.gui.filing.dragging import CONTROL, NO_KEYS, drop


class FilingDesk:
    """What a person does to file photos."""

    def __init__(self, desk: Desk, album: Path) -> None:
        self.desk = desk
        self.album = album

    @property
    def window(self) -> MainWindow:
        return self.desk.window

    @property
    def list(self) -> FolderList:
        return self.window.filing.panel.list

    def add(self, *folders: Path) -> None:
        self.window.filing.panel.add(folders)

    def photos(self, *names: str) -> QMimeData:
        """What the grid gives when these photos are dragged."""
        ids = [self.desk.id_of(name) for name in names]
        return mime_of_photos(ids, self.desk.session.photos(ids))

    def select(self, *names: str) -> None:
        self.window.grid.select_ids([self.desk.id_of(name) for name in names])
        self.window.grid.setFocus()

    def drop_on(self, folder: str, mime: QMimeData, *, copy: bool = False) -> None:
        """Drop something on the line of a folder, and wait until nothing moves any more."""
        row = [path.name for path in self.list.paths()].index(folder)
        drop(self.list.viewport(), mime, self.line(row), CONTROL if copy else NO_KEYS)
        self.settle()

    def line(self, row: int) -> QPoint:
        return self.list.visualItemRect(self.list.item(row)).center()

    def settle(self) -> None:
        """Wait until files and folder have come to rest."""
        self.desk.until(lambda: not self.window.history.files.busy)
        self.desk.settle()
        # What a scan or a job has just ended may begin another.
        self.desk.until(lambda: not self.desk.session.busy and not self.window.history.files.busy)

    def undo(self) -> None:
        root_id, catalog = self.desk.session.root_id, self.window._catalog
        assert root_id is not None
        newest = catalog.next_undo(root_id)
        self.desk.until(self.window.commands.undo.isEnabled)
        self.window.commands.undo.trigger()
        self.desk.until(lambda: catalog.next_undo(root_id) != newest)
        self.settle()

    def files(self, folder: str = ".") -> list[str]:
        """The files that lie in a folder of the album, without those of photosort itself."""
        place = self.album / folder
        return sorted(path.name for path in place.iterdir() if path.is_file()) if place.is_dir() else []


@pytest.fixture
def filing(desk_on: Callable[[Path], Desk], seen_album: tuple[Path, Path], tmp_path: Path) -> FilingDesk:
    """A window on a copy of the album that was analysed: its photos are known by their contents."""
    folder, catalog = seen_album
    album = shutil.copytree(folder, tmp_path / "Album")
    desk = desk_on(shutil.copytree(catalog, tmp_path / "catalog"))
    desk.open(album)
    return FilingDesk(desk, album)
