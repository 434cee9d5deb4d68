"""Nothing shows for a moment as a window of its own: that takes the keyboard from the window, and is seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from tests.gui.conftest import Desk
from tests.pictures import save_photo


class WindowsShown(QObject):
    """Notes which widgets come up as windows."""

    def __init__(self, app: QApplication) -> None:
        super().__init__()
        self.shown: list[str] = []
        app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        a_window = isinstance(watched, QWidget) and watched.isWindow() and not isinstance(watched, QMainWindow)
        if event.type() == QEvent.Type.Show and a_window:
            said = getattr(watched, "text", str)()
            self.shown.append(f"{type(watched).__name__} {watched.objectName()} {said}".strip())
        return False


@pytest.fixture
def shown(qapp: QApplication) -> Iterator[WindowsShown]:
    watch = WindowsShown(qapp)
    yield watch
    qapp.removeEventFilter(watch)


def test_no_page_flashes_as_it_is_built_and_shown(
    tmp_path: Path, shown: WindowsShown, desk_on: Callable[..., Desk]
) -> None:
    folder = tmp_path / "photos"
    for number in range(3):
        save_photo(folder / f"{number}.jpg", seed=number)
    desk = desk_on(tmp_path / "catalog")
    desk.open(folder)
    window = desk.window
    for action in (window.commands.sort, window.commands.history, window.commands.lab, window.commands.problems):
        assert action.isEnabled(), action.text()
        action.trigger()
        QApplication.processEvents()
        window.show_photos()
    desk.settle()
    assert shown.shown == []
