"""Pages and panels: the viewer and back, full screen, panels that fold away and stay so."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from photosort.gui import desktop
from tests.gui.conftest import Desk


def test_enter_opens_the_viewer_and_escape_leads_back_to_the_photo(opened: Desk) -> None:
    window = opened.window
    names = opened.names()
    window.grid.select_ids([opened.id_of("w2.jpg")])
    window.commands.open_viewer.trigger()
    assert window.pages.currentWidget() is window.viewer
    assert window.viewer.current_id == opened.id_of("w2.jpg")
    assert window.groups.isHidden()
    QTest.keyClick(window.viewer, Qt.Key.Key_Right)
    following = names[names.index("w2.jpg") + 1]
    assert window.viewer.current_id == opened.id_of(following)
    assert opened.window.grid.selected_ids().tolist() == [opened.id_of(following)]
    assert window.details.name.text() == following
    QTest.keyClick(window.viewer, Qt.Key.Key_Escape)
    assert window.pages.currentWidget() is window.photos_page
    assert window.groups.isVisible()
    assert window.grid.selected_ids().tolist() == [opened.id_of(following)]


def test_a_double_click_opens_the_viewer(opened: Desk) -> None:
    grid = opened.window.grid
    model = grid.photos
    assert model is not None
    where = grid.visualRect(model.index(1, 0)).center()
    QTest.mouseDClick(grid.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, where)
    assert opened.window.pages.currentWidget() is opened.window.viewer
    assert opened.window.viewer.current_id == model.id_at(1)


def test_the_viewer_can_be_used_with_the_mouse_alone(opened: Desk) -> None:
    window, buttons = opened.window, opened.window.viewer_buttons
    model = window.grid.photos
    assert model is not None
    window.show_viewer(model.id_at(0))
    assert not buttons.previous.isVisible()
    QTest.mouseClick(buttons.next, Qt.MouseButton.LeftButton)
    assert window.viewer.current_id == model.id_at(1)
    assert buttons.previous.isVisible()
    QTest.mouseClick(buttons.previous, Qt.MouseButton.LeftButton)
    assert window.viewer.current_id == model.id_at(0)
    assert window.viewer.hasFocus() or not window.isActiveWindow()
    window.show_viewer(model.id_at(len(model.ids) - 1))
    assert not buttons.next.isVisible()
    assert window.viewer.rect().contains(buttons.back.geometry())
    QTest.mouseClick(buttons.back, Qt.MouseButton.LeftButton)
    assert window.pages.currentWidget() is window.photos_page


def test_what_is_shown_is_summed_up_while_nothing_is_selected(opened: Desk) -> None:
    details = opened.window.details
    assert details.name.text() == "13 photos"
    QTest.keyClicks(opened.window.filters.search, "winter")
    assert details.name.text() == "6 photos shown"
    QTest.keyClicks(opened.window.filters.search, "nothing at all")
    assert details.hint.isVisible()
    opened.window.commands.clear_filter.trigger()
    opened.window.grid.selectAll()
    assert details.name.text() == "13 photos selected"


def test_full_screen_is_for_photos_alone(opened: Desk) -> None:
    window = opened.window
    window.show_viewer(opened.id_of("w2.jpg"))
    window.commands.full_screen.trigger()
    assert window.isFullScreen()
    for part in (window.menuBar(), window.bar, window.status, window.groups, window.details):
        assert part.isHidden()
    window.commands.full_screen.trigger()
    assert not window.isFullScreen()
    assert window.bar.isVisible()


def test_escape_leads_out_of_the_full_screen(opened: Desk) -> None:
    window = opened.window
    window.commands.full_screen.trigger()
    assert window.isFullScreen()
    QTest.keyClick(window.grid, Qt.Key.Key_Escape)
    assert not window.isFullScreen()
    window.show_viewer(opened.id_of("w2.jpg"))
    window.commands.full_screen.trigger()
    QTest.keyClick(window.viewer, Qt.Key.Key_Escape)
    assert not window.isFullScreen()
    assert window.pages.currentWidget() is window.photos_page
    assert window.bar.isVisible()


def test_panels_fold_away_and_stay_so(opened: Desk, desk_on: Callable[[Path], Desk], tmp_path: Path) -> None:
    window = opened.window
    QTest.mouseClick(window.bar.right_button, Qt.MouseButton.LeftButton)
    assert window.details.isHidden()
    window.commands.groups_panel.trigger()
    assert window.groups.isHidden()
    assert not window.bar.left_button.isChecked()
    folder = opened.session.folder
    opened.close()
    window.wait_for_threads()
    again = desk_on(tmp_path / "catalog")
    again.open(folder)
    assert again.window.details.isHidden()
    assert again.window.groups.isHidden()
    QTest.mouseClick(again.window.bar.right_button, Qt.MouseButton.LeftButton)
    assert again.window.details.isVisible()


def test_the_size_of_the_window_is_remembered(opened: Desk, desk_on: Callable[[Path], Desk], tmp_path: Path) -> None:
    opened.window.resize(1001, 703)
    opened.close()
    opened.window.wait_for_threads()
    again = desk_on(tmp_path / "catalog")
    # The fixture resizes every window that it shows; what was restored is in the settings.
    assert again.settings.current.geometry == opened.settings.current.geometry != ""


def test_find_leads_to_the_filter_and_escape_back(opened: Desk) -> None:
    window = opened.window
    window.commands.find.trigger()
    QTest.keyClick(window.filters.search, Qt.Key.Key_Escape)
    assert window.filters.search.text() == ""


@pytest.mark.skipif(sys.platform != "linux", reason="asks the desktop of Linux")
def test_show_in_file_manager_asks_the_desktop(opened: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[tuple[str, list[str]]] = []

    def start(program: str, arguments: list[str]) -> tuple[bool, int]:
        started.append((program, arguments))
        return True, 1

    monkeypatch.setattr(desktop.QProcess, "startDetached", staticmethod(start))
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
    opened.window.grid.select_ids([opened.id_of("w2.jpg")])
    opened.window.commands.show_file.trigger()
    [(program, arguments)] = started
    assert program == "dbus-send"
    assert arguments[-2].endswith("/winter/w2.jpg")
    assert opened.window.error_bar.isHidden()


def test_a_desktop_that_can_nothing_is_told(opened: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desktop, "show_in_file_manager", lambda _: False)
    opened.window.grid.select_ids([opened.id_of("w2.jpg")])
    opened.window.commands.show_file.trigger()
    assert "No file manager" in opened.window.error_bar.message.text()


def test_the_cache_is_cleared_beside_the_event_loop(opened: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    cleared_by: list[threading.Thread] = []
    monkeypatch.setattr(opened.window._thumbnails, "clear", lambda: cleared_by.append(threading.current_thread()))
    opened.window.commands.clear_thumbnails.trigger()
    opened.until(lambda: bool(cleared_by))
    assert cleared_by[0] is not threading.main_thread()
