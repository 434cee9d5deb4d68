"""The Lab in the window: ways in and out, and downloads that go on whatever is shown."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton

from tests.gui.conftest import Desk
from tests.gui.lab.conftest import StandIn


@pytest.fixture
def empty(desk_on: Callable[..., Desk], engine: StandIn, tmp_path: Path) -> Desk:
    """A window without a folder."""
    return desk_on(tmp_path / "catalog", engine)


@pytest.fixture
def opened(desk_on: Callable[..., Desk], engine: StandIn, seen_album: tuple[Path, Path], copied: Path) -> Desk:
    """A window on the album that was analysed."""
    desk = desk_on(copied, engine)
    desk.open(seen_album[0])
    return desk


@pytest.fixture
def copied(seen_album: tuple[Path, Path], tmp_path: Path) -> Path:
    """The catalog of the album that was analysed."""
    return Path(shutil.copytree(seen_album[1], tmp_path / "catalog"))


def click(button: QPushButton) -> None:
    assert button.isVisible()
    assert button.isEnabled()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_escape_leads_back_to_where_one_was(empty: Desk) -> None:
    window = empty.window
    window.commands.lab.trigger()
    assert window.pages.currentWidget() is window.lab.page
    assert window.status.isHidden()
    QTest.keyClick(window.lab.page.scroll_area, Qt.Key.Key_Escape)
    assert window.pages.currentWidget() is window.welcome
    window.commands.lab.trigger()
    QTest.mouseClick(window.lab.page.back_button, Qt.MouseButton.LeftButton)
    assert window.pages.currentWidget() is window.welcome


def test_with_a_folder_it_leads_back_to_the_photos(opened: Desk) -> None:
    window = opened.window
    QTest.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert window.pages.currentWidget() is window.lab.page
    assert window.groups.isHidden()
    QTest.keyClick(window.lab.page.scroll_area, Qt.Key.Key_Escape)
    assert window.pages.currentWidget() is window.photos_page
    assert window.groups.isVisible()


def test_a_download_goes_on_whatever_page_is_open(empty: Desk, engine: StandIn, album: Path) -> None:
    window, eyes = empty.window, empty.window.lab.eyes
    click(eyes.get_button)
    engine.through.release(2)
    empty.until(lambda: "2.1 of 9.4" in eyes.progress.sentence.text())
    assert window.status.isHidden(), "the welcome page shows it itself"
    window.commands.lab.trigger()
    assert window.status.isVisible()
    assert "2.1 of 9.4" in window.status.message.text()
    empty.open(album)
    empty.until(lambda: "2.1 of 9.4" in window.status.message.text())
    QTest.mouseClick(window.status.pause_button, Qt.MouseButton.LeftButton)
    row = window.lab.page.networks.rows["mobilenetv2"]
    assert row.progress.sentence.text().endswith("paused")
    window.commands.pause.trigger()
    engine.through.release(100)
    empty.until(lambda: window.lab.jobs.usable("mobilenetv2"))
    assert engine.resumed_at == [0]
    empty.until(lambda: "13 photos" in window.status.message.text())


def test_closing_stops_a_download_and_the_next_start_goes_on(
    desk_on: Callable[..., Desk], engine: StandIn, tmp_path: Path
) -> None:
    first = desk_on(tmp_path / "catalog", engine)
    click(first.window.lab.eyes.get_button)
    engine.through.release(4)
    first.until(lambda: "4.2 of 9.4" in first.window.lab.eyes.progress.sentence.text())
    first.close()
    engine.through.release(1)
    first.window.wait_for_threads()
    second = desk_on(tmp_path / "catalog", engine)
    assert second.window.lab.eyes.get_button.text() == "Sharper eyes: go on, 5 of 9\N{NO-BREAK SPACE}MB"
    click(second.window.lab.eyes.get_button)
    engine.through.release(100)
    second.until(lambda: second.window.lab.jobs.usable("mobilenetv2"))
    assert engine.resumed_at[1] > 4_000_000


def test_the_cost_of_a_choice_is_told_and_the_choice_kept(opened: Desk, engine: StandIn) -> None:
    window, networks = opened.window, opened.window.lab.page.networks
    engine.ready.add("efficientnetb0")
    window.commands.lab.trigger()
    row = networks.rows["efficientnetb0"]
    click(row.use_button)
    opened.until(row.question.isVisible)
    assert "12 photos of \N{LEFT DOUBLE QUOTATION MARK}Album" in row.question.sentence.text()
    assert "with EfficientNetB0: a few seconds" in row.question.sentence.text()
    click(row.question.no_button)
    assert opened.settings.current.network == "auto"
    click(row.use_button)
    opened.until(row.question.isVisible)
    click(row.question.yes_button)
    assert json.loads(opened.settings.path.read_text())["network"] == "efficientnetb0"
    # As soon as the cards of the classifiers were read.
    opened.until(lambda: row.mark.text() == "in use for groups")
    assert networks.rows["compact"].mark.text() == "in use for guesses"
    assert "because you chose it" in networks.told.text()


def test_a_choice_without_a_folder_is_made_at_once(empty: Desk, engine: StandIn) -> None:
    engine.ready |= {"mobilenetv2"}
    window, networks = empty.window, empty.window.lab.page.networks
    window.commands.lab.trigger()
    click(networks.rows["compact"].use_button)
    assert empty.settings.current.network == "compact"
    assert networks.rows["compact"].mark.text() == "in use"
    click(networks.best_button)
    assert empty.settings.current.network == "auto"
    assert networks.rows["mobilenetv2"].mark.text() == "in use"


def test_the_classifiers_in_use_lead_to_their_cards(opened: Desk) -> None:
    window, page = opened.window, opened.window.lab.page
    window.commands.lab.trigger()

    def links() -> list[QPushButton]:
        return [one for one in page.classifiers.findChildren(QPushButton) if one.isVisibleTo(page)]

    def told() -> bool:
        facts = [one.text() for one in page.classifiers.findChildren(QLabel) if one.isVisibleTo(page)]
        named = [one.accessibleName().partition(": ")[2] for one in links()]
        # Once the cards are read the widgets are made anew: both must be true of the same ones.
        return named == titles and sum("fitted on" in fact for fact in facts) == len(titles)

    titles = [one.title for one in opened.session.classifiers]
    opened.until(told)
    page.scroll_area.ensureWidgetVisible(links()[0])
    click(links()[0])
    assert window.pages.currentWidget() is window.lab.about
    assert window.lab.about.title.text() == titles[0]
    QTest.keyClick(window.lab.about.scroll_area, Qt.Key.Key_Escape)
    assert window.pages.currentWidget() is page


def test_a_classifier_of_the_left_panel_leads_to_its_card_and_back_to_the_photos(opened: Desk) -> None:
    window = opened.window
    name = opened.session.classifiers[0].name
    window.groups.about_requested.emit(name)
    opened.until(lambda: window.pages.currentWidget() is window.lab.about)
    QTest.keyClick(window.lab.about.scroll_area, Qt.Key.Key_Escape)
    assert window.pages.currentWidget() is window.photos_page


def test_menu_and_lab_agree_on_the_device(empty: Desk) -> None:
    window = empty.window
    section = window.lab.page.device
    next(action for action in window.commands.devices if action.data() == "cpu").trigger()
    assert section.choice.buttons["cpu"].isChecked()
    window.commands.lab.trigger()
    section.choice.buttons["auto"].click()
    assert empty.settings.current.device == "auto"
    assert next(action for action in window.commands.devices if action.data() == "auto").isChecked()
