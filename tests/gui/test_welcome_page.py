"""The welcome page: ways in, and what to expect."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from photosort.core.settings import ThemeChoice
from photosort.gui.icons import IconSet
from photosort.gui.theme import LIGHT, Themes
from photosort.gui.welcome_page import WelcomePage


@pytest.fixture
def page(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> WelcomePage:
    themes = Themes(qapp, ThemeChoice.LIGHT)
    result = WelcomePage(IconSet(themes), themes, tmp_path / "album")
    qtbot.addWidget(result)
    result.resize(900, 700)
    return result


def test_it_says_honestly_what_happens(page: WelcomePage) -> None:
    said = " ".join(label.text() for label in page.findChildren(QLabel))
    assert "without the internet" in said
    assert "does not know who" in said
    assert "No file is moved or changed until you say so" in said


def test_it_claims_kinds_only_where_a_classifier_tells_them(qtbot: QtBot, qapp: QApplication) -> None:
    themes = Themes(qapp, ThemeChoice.LIGHT)
    for sees_kinds, claimed in ((True, "people, animals, places, food and more"), (False, "scenes and animals")):
        page = WelcomePage(IconSet(themes), themes, None, sees_kinds=sees_kinds)
        qtbot.addWidget(page)
        said = " ".join(label.text() for label in page.findChildren(QLabel))
        assert f"tells {claimed} apart, but does not know who is in a photo" in said


def test_buttons_lead_in(page: WelcomePage, qtbot: QtBot, tmp_path: Path) -> None:
    with qtbot.waitSignal(page.open_requested):
        QTest.mouseClick(page.open_button, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(page.folder_chosen) as blocker:
        QTest.mouseClick(page.album_button, Qt.MouseButton.LeftButton)
    assert blocker.args == [tmp_path / "album"]


def test_without_an_album_none_is_offered(qtbot: QtBot, qapp: QApplication) -> None:
    themes = Themes(qapp, ThemeChoice.LIGHT)
    page = WelcomePage(IconSet(themes), themes, None)
    qtbot.addWidget(page)
    assert page.album_button.isHidden()


def test_recent_folders_stand_below(page: WelcomePage, qtbot: QtBot) -> None:
    page.set_recent([(Path(f"/home/me/Pictures/{n}"), n) for n in range(8)])
    buttons = page.recent_buttons()
    assert [button.text() for button in buttons] == ["0", "1", "2", "3", "4"]
    with qtbot.waitSignal(page.folder_chosen) as blocker:
        QTest.mouseClick(buttons[3], Qt.MouseButton.LeftButton)
    assert blocker.args == [Path("/home/me/Pictures/3")]


def test_the_target_lights_up_while_something_hovers(page: WelcomePage) -> None:
    page.grab()
    corner = page._target.geometry().topLeft() + QPoint(30, 30)
    before = page.grab().toImage().pixelColor(corner)
    assert before.name() == LIGHT.canvas
    page.set_drop_wanted(wanted=True)
    assert page.grab().toImage().pixelColor(corner) != before
    page.set_drop_wanted(wanted=False)
    assert page.grab().toImage().pixelColor(corner) == before
