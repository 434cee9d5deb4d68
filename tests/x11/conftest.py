"""A window on a real display, and photos for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from photosort.core.catalog import Catalog
from photosort.core.paths import UserPaths
from photosort.core.settings import SettingsStore
from photosort.gui.main_window import MainWindow
from photosort.gui.theme import Themes
from tests.pictures import save_photo
from tests.x11.mouse import put


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
        put(shown, QPoint(0, 0), qtbot)
        yield shown
        shown.close()
        shown.wait_for_threads()
