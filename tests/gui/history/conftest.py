"""A window on an album, what a person does with files in it, and what lies on the disk."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from photosort.core.sorting.plans.planning import file_into
from photosort.core.sorting.plans.survey import survey
from photosort.core.sorting.values import How, MovePlan
from photosort.gui.history.wiring import History
from photosort.gui.main_window import MainWindow
from tests.gui.conftest import Desk, drive


class Hand:
    """What a person does with files in a window."""

    def __init__(self, desk: Desk, album: Path) -> None:
        self.desk = desk
        self.album = album

    @property
    def window(self) -> MainWindow:
        return self.desk.window

    @property
    def history(self) -> History:
        return self.desk.window.history

    def rest(self) -> None:
        """Wait until no file is being moved and the folder was read again."""
        history = self.history
        self.desk.until(lambda: not history.files.busy and not history.undo_order.busy)
        self.desk.settle()

    def file(self, names: list[str], folder: str, how: How = How.MOVE) -> None:
        photos = self.desk.session.photos([self.desk.id_of(name) for name in names])
        assert self.history.files.file(photos, self.album / folder, how)
        self.rest()

    def plan(self, names: Sequence[str], folder: str, how: How = How.MOVE) -> MovePlan:
        """What would file photos into a folder of the album."""
        session, place = self.desk.session, self.album / folder
        photos = session.photos([self.desk.id_of(name) for name in names])
        return file_into(session.folder, photos, place, how, drive(survey(session.folder, photos, place)))

    def apply(self, names: Sequence[str], folder: str, how: How = How.MOVE) -> None:
        """Do that as a plan, as the sort page does, and wait for the page at its end."""
        assert self.history.files.apply(self.plan(names, folder, how))
        self.rest()
        self.desk.until(lambda: self.window.pages.currentWidget() is self.history.run_page)

    def press(self, key: Qt.Key, *, shift: bool = False) -> None:
        modifiers = Qt.KeyboardModifier.ControlModifier
        if shift:
            modifiers |= Qt.KeyboardModifier.ShiftModifier
        QTest.keyClick(self.window, key, modifiers)
        self.rest()

    def undo(self) -> None:
        self.press(Qt.Key.Key_Z)

    def redo(self) -> None:
        self.press(Qt.Key.Key_Z, shift=True)

    def named(self) -> str:
        """What the menu would undo."""
        return self.window.commands.undo.text().replace("&", "")


@pytest.fixture
def hand(desk: Desk, album: Path) -> Hand:
    desk.open(album)
    # Dates that were read since stand in the order at once, and nothing is left to be moved by that.
    desk.session.regroup()
    return Hand(desk, album)


def tree_of(folder: Path) -> dict[str, tuple[str, int]]:
    """Relative path -> what it is: its content where it is a file, and its modification time."""
    found = {}
    for path in sorted(folder.rglob("*")):
        content = path.read_bytes().hex() if path.is_file() else "folder"
        found[path.relative_to(folder).as_posix()] = (content, path.stat().st_mtime_ns)
    return found


def files_of(folder: Path) -> dict[str, bytes]:
    """Relative path -> content, without what photosort writes down of its own."""
    paths = (path for path in folder.rglob("*") if path.is_file() and ".photosort" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
