"""The welcome page's offer of a better network."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from photosort.gui.icons import IconSet
from photosort.gui.lab.network_jobs import NetworkJobs
from photosort.gui.lab.sharper_eyes import SharperEyes
from photosort.gui.theme import Themes
from photosort.gui.welcome_page import WelcomePage
from tests.gui.lab.conftest import OFFLINE, StandIn

Until = Callable[[Callable[[], bool]], None]


@pytest.fixture
def eyes(jobs: NetworkJobs, icons: IconSet, themes: Themes) -> SharperEyes:
    return SharperEyes(jobs, icons, themes)


@pytest.fixture
def page(frame: QWidget, icons: IconSet, themes: Themes, eyes: SharperEyes) -> WelcomePage:
    result = WelcomePage(icons, themes, None, eyes, parent=frame)
    result.resize(frame.size())
    frame.show()
    return result


@pytest.mark.usefixtures("page")
def test_one_click_fetches_and_says_when_it_is_there(eyes: SharperEyes, engine: StandIn, until: Until) -> None:
    assert engine.resumed_at == []
    assert eyes.get_button.text() == "Sharper eyes: get 9\N{NO-BREAK SPACE}MB, once"
    assert "only when you click" in eyes.promise.text()
    QTest.mouseClick(eyes.get_button, Qt.MouseButton.LeftButton)
    engine.through.release(4)
    until(lambda: "4.2 of 9.4" in eyes.progress.sentence.text())
    assert not eyes.get_button.isVisible()
    engine.through.release(100)
    until(eyes.notice.isVisible)
    assert "Sharper eyes are here" in eyes.notice.sentence.text()
    assert engine.resumed_at == [0]


def test_what_was_read_is_not_said_again(page: WelcomePage, eyes: SharperEyes, engine: StandIn, until: Until) -> None:
    QTest.mouseClick(eyes.get_button, Qt.MouseButton.LeftButton)
    engine.through.release(100)
    until(eyes.notice.isVisible)
    page.hide()
    page.show()
    eyes._jobs.changed.emit("mobilenetv2")
    assert eyes.isHidden()


@pytest.mark.usefixtures("page")
def test_it_is_not_offered_where_it_is_there(eyes: SharperEyes, engine: StandIn, jobs: NetworkJobs) -> None:
    engine.ready.add("mobilenetv2")
    jobs.refresh()
    assert eyes.isHidden()
    engine.ready.clear()
    jobs.refresh()
    assert eyes.isVisible()


@pytest.mark.usefixtures("page")
def test_a_failure_is_told_in_place_and_can_be_tried_again(
    eyes: SharperEyes, engine: StandIn, until: Until, qtbot: QtBot
) -> None:
    engine.fails = OFFLINE
    engine.through.release(1)
    QTest.mouseClick(eyes.get_button, Qt.MouseButton.LeftButton)
    until(eyes.notice.isVisible)
    assert "no connection" in eyes.notice.sentence.text()
    assert eyes.get_button.text() == "Try again"
    with qtbot.waitSignal(eyes.lab_requested):
        QTest.mouseClick(eyes.file_button, Qt.MouseButton.LeftButton)
    engine.fails = ""
    engine.through.release(100)
    QTest.mouseClick(eyes.get_button, Qt.MouseButton.LeftButton)
    until(lambda: "are here" in eyes.notice.sentence.text())


@pytest.mark.usefixtures("page")
def test_it_can_be_stopped_and_gone_on_with(eyes: SharperEyes, engine: StandIn, until: Until) -> None:
    QTest.mouseClick(eyes.get_button, Qt.MouseButton.LeftButton)
    engine.through.release(3)
    until(lambda: "3.1 of 9.4" in eyes.progress.sentence.text())
    QTest.mouseClick(eyes.progress.cancel_button, Qt.MouseButton.LeftButton)
    engine.through.release(1)
    until(eyes.progress.isHidden)
    assert eyes.get_button.text() == "Sharper eyes: go on, 4 of 9\N{NO-BREAK SPACE}MB"
    QTest.mouseClick(eyes.get_button, Qt.MouseButton.LeftButton)
    engine.through.release(100)
    until(eyes.notice.isVisible)
    assert engine.resumed_at[1] > 4_000_000


def test_the_words_fit(page: WelcomePage, eyes: SharperEyes, engine: StandIn, until: Until) -> None:
    engine.fails = OFFLINE * 3
    engine.through.release(1)
    QTest.mouseClick(eyes.get_button, Qt.MouseButton.LeftButton)
    until(eyes.notice.isVisible)
    said = eyes.notice.sentence
    until(lambda: said.height() >= said.heightForWidth(said.width()) > 3 * said.fontMetrics().lineSpacing())
    assert page.rect().contains(said.mapTo(page, said.rect().bottomRight()))


@pytest.mark.usefixtures("page")
def test_a_check_is_the_labs_business(eyes: SharperEyes, engine: StandIn, jobs: NetworkJobs, until: Until) -> None:
    engine.ready.add("mobilenetv2")
    engine.sound = False
    jobs.refresh()
    jobs.verify("mobilenetv2")
    assert eyes.isHidden()
    until(lambda: jobs.outcome("mobilenetv2") is not None)
    assert eyes.isHidden()
