"""The whole window for tests, on a catalog of its own, with real photos in a folder."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from photosort.core.catalog import Catalog
from photosort.core.paths import UserPaths
from photosort.core.settings import FolderView, SettingsStore, ThemeChoice
from photosort.core.thumbnails import ThumbnailCache
from photosort.gui import steps
from photosort.gui.app import SETTINGS_FILE
from photosort.gui.dropping import Target
from photosort.gui.faults import Faults
from photosort.gui.lab.network_jobs import Engine
from photosort.gui.main_window import MainWindow
from photosort.gui.session import FolderSession
from photosort.gui.theme import Themes
from photosort.ml import networks
from photosort.pipeline import Priority, open_folder
from tests.pictures import save_photo

WAIT_MS = 60_000
Result = TypeVar("Result")


class Desk:
    """A window and what a person does with it."""

    def __init__(self, qtbot: QtBot, window: MainWindow, settings: SettingsStore, themes: Themes) -> None:
        self.qtbot = qtbot
        self.window = window
        self.settings = settings
        self.themes = themes

    @property
    def session(self) -> FolderSession:
        session = self.window.session
        assert session is not None, "no folder is open"
        return session

    def until(self, condition: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(condition, timeout=WAIT_MS)

    def settle(self) -> None:
        """Wait until everything that the open folder does by itself is done."""
        self.until(lambda: self.session.scanned and not self.session.busy)

    def open(self, folder: Path, *, arranged: bool = True) -> None:
        """Open a folder and let it come to rest.

        Args:
            folder: the folder.
            arranged: as if the person had once arranged it by date, so that nothing depends on what is guessed.
        """
        if arranged and self.settings.current.view_of(folder) is None:
            self.settings.remember_view(folder, FolderView())
        self.window.open_target(Target(folder))
        self.until(lambda: self.window.session is not None and self.session.folder == folder)
        self.settle()

    def names(self) -> list[str]:
        """The names of the photos that the grid shows, in order."""
        model = self.window.grid.photos
        assert model is not None
        return [self.session.photo(photo_id).name for photo_id in model.ids.tolist()]

    def id_of(self, name: str) -> int:
        columns = self.session.columns
        return int(columns.ids[columns.names.index(name)])

    def groups(self) -> dict[str, int]:
        """The grid's groups with their counts."""
        model = self.window.grid.photos
        assert model is not None
        return {group.title: group.count for group in model.groups}

    def close(self) -> None:
        self.window.close()
        self.until(lambda: not self.window.isVisible())


@pytest.fixture
def desk_on(qtbot: QtBot, qapp: QApplication) -> Iterator[Callable[..., Desk]]:
    """Makes a window on a catalog in a folder; closes it in the end and looks whether anything is left."""
    before = set(threading.enumerate())
    opened: list[tuple[Desk, Catalog, Faults]] = []
    caught: list[BaseException] = []

    def make(directory: Path, engine: Engine = networks) -> Desk:
        paths = UserPaths.below(directory)
        settings = SettingsStore(paths.config / SETTINGS_FILE)
        themes = Themes(qapp, ThemeChoice.DARK)
        catalog = Catalog(paths.data)
        window = MainWindow(catalog, paths, settings, themes, engine)
        faults = Faults()
        faults.caught.connect(caught.append)
        opened.append((Desk(qtbot, window, settings, themes), catalog, faults))
        window.resize(1200, 800)
        window.show()
        return opened[-1][0]

    yield make
    for desk, catalog, _faults in opened:
        if desk.window.isVisible():
            desk.close()
        desk.window.wait_for_threads()
        catalog.close()
        desk.window.deleteLater()
        desk.themes.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not caught
    left = [thread.name for thread in threading.enumerate() if thread not in before and thread.is_alive()]
    assert not left, f"threads are left: {left}"


@pytest.fixture
def desk(desk_on: Callable[[Path], Desk], tmp_path: Path) -> Desk:
    """A window on an empty catalog."""
    return desk_on(tmp_path / "catalog")


def make_album(folder: Path) -> Path:
    """Twelve photos of two years in two folders, a damaged one, and a text."""
    for number in range(6):
        save_photo(folder / "summer" / f"s{number}.jpg", number, taken=f"2019:07:{10 + number:02} 12:00:00")
    for number in range(6):
        size = (320 + 40 * number, 240)
        taken = f"2020:01:{20 - number:02} 09:00:00"
        save_photo(folder / "winter" / f"w{number}.jpg", 10 + number, taken=taken, size=size)
    (folder / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(40))
    (folder / "notes.txt").write_text("no photo")
    return folder


@pytest.fixture
def album(tmp_path: Path) -> Path:
    """An album of one's own, never looked at."""
    return make_album(tmp_path / "Album")


@pytest.fixture(scope="session")
def seen_album(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """An album that was analysed, not to be changed, and the catalog that knows it, to be copied."""
    base = tmp_path_factory.mktemp("seen")
    folder, paths = make_album(base / "Album"), UserPaths.below(base / "catalog")
    with Catalog(paths.data) as catalog:
        opened = drive(open_folder(catalog, folder))
        thumbnails = ThumbnailCache(paths.thumbnails)
        summary = drive(steps.look_at_photos(catalog, opened.root_id, paths, thumbnails, Priority()))
        assert summary is not None
        assert summary.analysed == 12
    return folder, paths.data


@pytest.fixture
def opened(desk_on: Callable[[Path], Desk], seen_album: tuple[Path, Path], tmp_path: Path) -> Desk:
    """A window on the album that was analysed, newest photos first."""
    folder, catalog = seen_album
    desk = desk_on(shutil.copytree(catalog, tmp_path / "catalog"))
    desk.open(folder)
    return desk


def drive(steps: Generator[object, None, Result]) -> Result:
    """Run a generator to its end."""
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            result: Result = stop.value
            return result
