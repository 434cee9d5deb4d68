"""The Lab's networks as a person meets them: get, hold, stop, go on, import, check, remove, choose."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from photosort.core.paths import UserPaths
from photosort.gui.icons import IconSet
from photosort.gui.lab.network_jobs import NetworkJobs
from photosort.gui.lab.network_row import NetworkRow
from photosort.gui.lab.page import LabPage
from photosort.gui.theme import Themes
from tests.gui.lab.conftest import OFFLINE, StandIn

Until = Callable[[Callable[[], bool]], None]


@pytest.fixture
def page(qtbot: QtBot, frame: QWidget, jobs: NetworkJobs, paths: UserPaths, icons: IconSet, themes: Themes) -> LabPage:
    result = LabPage(jobs, paths, icons, themes, "cpu", frame)
    result.resize(frame.size())
    frame.show()
    frame.activateWindow()
    qtbot.waitUntil(frame.isActiveWindow)
    return result


@pytest.fixture
def row(page: LabPage) -> NetworkRow:
    return page.networks.rows["mobilenetv2"]


def click(button: QAbstractButton) -> None:
    assert button.isVisible(), f"{button.text()} is not there"
    assert button.isEnabled(), f"{button.text()} cannot be clicked"
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def choose_file(monkeypatch: pytest.MonkeyPatch, file: Path | None) -> None:
    """Stand in for the system's dialog."""
    answer = ("" if file is None else str(file), "")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", staticmethod(lambda *_args, **_kwargs: answer))


def get_it(row: NetworkRow, engine: StandIn, until: Until) -> None:
    click(row.get_button)
    engine.through.release(100)
    until(lambda: row.state.text().startswith("ready"))


def test_nothing_is_fetched_unasked(page: LabPage, engine: StandIn, row: NetworkRow) -> None:
    page.repaint()
    assert engine.resumed_at == []
    assert row.get_button.text() == "Sharper eyes: get 9\N{NO-BREAK SPACE}MB, once"
    assert page.networks.rows["xception"].get_button.text().startswith("Get the full Xception (84")
    assert page.networks.rows["compact"].get_button.isHidden()
    assert page.networks.rows["compact"].remove_button.isHidden()


def test_getting_a_network_shows_bytes_and_ends_ready(
    row: NetworkRow, page: LabPage, jobs: NetworkJobs, engine: StandIn, until: Until, qtbot: QtBot
) -> None:
    click(row.get_button)
    engine.through.release(4)
    until(lambda: "4.2 of 9.4" in row.progress.sentence.text())
    assert row.progress.bar.value() / row.progress.bar.maximum() == pytest.approx(4 / 9, abs=0.01)
    assert row.get_button.isHidden() or not row.get_button.isVisible()
    with qtbot.waitSignal(jobs.inventory_changed):
        engine.through.release(100)
    assert row.state.text().startswith("ready")
    assert row.mark.text() == "in use"
    assert page.networks.rows["compact"].mark.isHidden()
    assert "MobileNetV2" in page.networks.told.text()
    assert row.progress.isHidden()


def test_it_can_be_held_and_goes_on(row: NetworkRow, engine: StandIn, until: Until) -> None:
    click(row.get_button)
    engine.through.release(2)
    until(lambda: "2.1 of 9.4" in row.progress.sentence.text())
    click(row.progress.pause_button)
    assert row.progress.sentence.text().endswith("paused")
    assert row.progress.pause_button.text() == "Go on"
    engine.through.release(100)
    click(row.progress.pause_button)
    until(lambda: row.state.text().startswith("ready"))
    assert engine.resumed_at == [0]


def test_what_came_is_kept_when_it_is_stopped(row: NetworkRow, engine: StandIn, until: Until) -> None:
    click(row.get_button)
    engine.through.release(4)
    until(lambda: "4.2 of 9.4" in row.progress.sentence.text())
    click(row.progress.cancel_button)
    assert not row.progress.cancel_button.isEnabled()
    assert "Stopping" in row.progress.sentence.text()
    engine.through.release(1)
    until(row.progress.isHidden)
    assert row.get_button.text() == "Go on, 5 of 9\N{NO-BREAK SPACE}MB"
    get_it(row, engine, until)
    assert engine.resumed_at[0] == 0
    assert engine.resumed_at[1] == pytest.approx(5 / 9 * 9_406_464, rel=0.01)


def test_what_came_can_be_thrown_away(row: NetworkRow, engine: StandIn, until: Until) -> None:
    engine.parts["mobilenetv2"] = 4_000_000
    row._jobs.refresh()
    click(row.remove_button)
    until(lambda: row.state.text() == "not here")
    assert "4.0\N{NO-BREAK SPACE}MB freed" in row.notice.sentence.text()


def test_offline_is_said_in_the_row_with_two_ways_on(
    row: NetworkRow, engine: StandIn, until: Until, page: LabPage
) -> None:
    engine.fails = OFFLINE
    engine.through.release(1)
    click(row.get_button)
    until(row.notice.isVisible)
    assert row.notice.sentence.text() == OFFLINE[:1].upper() + OFFLINE[1:]
    assert row.file_button.isVisible()
    assert row.get_button.text() == "Try again"
    assert page.networks.rows["xception"].notice.isHidden()
    engine.fails = ""
    get_it(row, engine, until)
    assert row.notice.sentence.text() == "MobileNetV2 is ready."


def test_a_message_can_be_closed(row: NetworkRow, engine: StandIn, until: Until) -> None:
    engine.fails = OFFLINE
    engine.through.release(1)
    click(row.get_button)
    until(row.notice.isVisible)
    click_tool(row.notice.close_button)
    assert row.notice.isHidden()
    assert row.get_button.text().startswith("Sharper eyes")


def click_tool(button: QToolButton) -> None:
    assert button.isVisible()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_weights_file_is_taken(
    row: NetworkRow, until: Until, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "right.h5").write_bytes(b"weights")
    choose_file(monkeypatch, tmp_path / "right.h5")
    click(row.file_button)
    until(lambda: row.state.text().startswith("ready"))
    assert row.file_button.isHidden()


def test_a_wrong_file_is_said_and_another_can_be_chosen(
    row: NetworkRow, until: Until, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "holiday.h5").write_bytes(b"sand")
    choose_file(monkeypatch, tmp_path / "holiday.h5")
    click(row.file_button)
    until(row.notice.isVisible)
    assert "holiday.h5 is no file of weights" in row.notice.sentence.text()
    choose_file(monkeypatch, None)
    click(row.file_button)
    assert row.notice.isVisible()
    (tmp_path / "right.h5").write_bytes(b"weights")
    choose_file(monkeypatch, tmp_path / "right.h5")
    click(row.file_button)
    until(lambda: row.state.text().startswith("ready"))


def test_removing_asks_only_what_is_in_use(page: LabPage, engine: StandIn, until: Until) -> None:
    engine.ready |= {"mobilenetv2", "xception"}
    page.networks._jobs.refresh()
    idle, used = page.networks.rows["xception"], page.networks.rows["mobilenetv2"]
    click(idle.remove_button)
    until(lambda: idle.state.text() == "not here")
    assert "freed" in idle.notice.sentence.text()
    click(used.remove_button)
    assert "in use" in used.question.sentence.text()
    assert "Compact takes over" in used.question.sentence.text()
    assert QApplication.focusWidget() is used.question.no_button
    click(used.question.no_button)
    assert used.isAncestorOf(QApplication.focusWidget() or page), "the keyboard stays with the network"
    assert used.state.text().startswith("ready")
    assert used.question.isHidden()
    click(used.remove_button)
    assert "frees 5" in used.question.yes_button.text()
    click(used.question.yes_button)
    until(lambda: used.state.text() == "not here")
    assert used.isAncestorOf(QApplication.focusWidget() or page)
    assert page.networks.rows["compact"].mark.text() == "in use"


def test_a_check_tells_what_it_found(page: LabPage, engine: StandIn, until: Until) -> None:
    compact = page.networks.rows["compact"]
    click(compact.check_button)
    until(compact.notice.isVisible)
    assert compact.notice.sentence.text() == "Compact is as it should be.\nEvery byte is as it should be."
    engine.sound, engine.findings = False, ("The converted network is damaged.",)
    click(compact.check_button)
    until(lambda: "not as it should be" in compact.notice.sentence.text())
    assert "damaged" in compact.notice.sentence.text()


def test_a_choice_tells_its_cost_before_it_is_made(page: LabPage, engine: StandIn, qtbot: QtBot) -> None:
    engine.ready |= {"mobilenetv2", "xception"}
    networks = page.networks
    networks._jobs.refresh()
    row = networks.rows["xception"]
    with qtbot.waitSignal(page.network_wanted) as wanted:
        click(row.use_button)
    assert wanted.args == ["xception"]
    networks.ask("xception", "312 photos are looked at again: about 0:40.")
    with qtbot.assertNotEmitted(page.network_chosen):
        click(row.question.no_button)
    networks.ask("xception", "312 photos are looked at again: about 0:40.")
    with qtbot.waitSignal(page.network_chosen) as chosen:
        click(row.question.yes_button)
    assert chosen.args == ["xception"]
    networks.set_choice("xception", guessing="mobilenetv2")
    assert row.mark.text() == "in use for groups"
    assert networks.rows["mobilenetv2"].mark.text() == "in use for guesses"
    assert row.use_button.isHidden()
    assert networks.rows["mobilenetv2"].use_button.isVisible()
    with qtbot.waitSignal(page.network_wanted) as back:
        click(networks.best_button)
    assert back.args == ["auto"]
    with qtbot.waitSignal(page.network_chosen) as chosen:
        networks.ask("auto", "")
    assert chosen.args == ["auto"]


def test_a_choice_that_is_not_here_is_told(page: LabPage) -> None:
    page.networks.set_choice("xception")
    assert "which is not here" in page.networks.told.text()
    assert page.networks.rows["compact"].mark.text() == "in use"
    page.networks.set_choice("resnet")
    assert "You chose resnet, which is not here" in page.networks.told.text()


def test_two_networks_come_side_by_side(page: LabPage, engine: StandIn, until: Until) -> None:
    rows = [page.networks.rows[name] for name in ("mobilenetv2", "efficientnetb0")]
    for row in rows:
        click(row.get_button)
    until(lambda: all(row.progress.isVisible() for row in rows))
    click(rows[1].progress.cancel_button)
    engine.through.release(100)
    until(lambda: rows[0].state.text().startswith("ready") and rows[1].progress.isHidden())
    assert rows[1].state.text() != "ready"


def test_everything_is_reached_and_done_with_the_keyboard(
    page: LabPage, row: NetworkRow, engine: StandIn, until: Until
) -> None:
    page.activateWindow()
    page.back_button.setFocus()
    reached = tabbed(page, 60)
    for button in page.networks.findChildren(QPushButton):
        if button.isVisible() and button.isEnabled():
            assert button in reached, f"{button.accessibleName()} is out of reach"
            assert button.accessibleName() or button.text()
    row.get_button.setFocus()
    QTest.keyClick(row.get_button, Qt.Key.Key_Space)
    until(row.progress.isVisible)
    assert QApplication.focusWidget() is row.progress.pause_button
    QTest.keyClick(row.progress.pause_button, Qt.Key.Key_Space)
    assert row.progress.pause_button.text() == "Go on"
    QTest.keyClick(row.progress.pause_button, Qt.Key.Key_Space)
    engine.through.release(100)
    until(row.progress.isHidden)
    focused = QApplication.focusWidget()
    assert focused is not None
    assert row.isAncestorOf(focused)


def tabbed(page: LabPage, steps: int) -> list[QWidget]:
    """Everything that the Tab key reaches."""
    reached: list[QWidget] = []
    for _ in range(steps):
        focused = QApplication.focusWidget()
        assert focused is not None
        reached.append(focused)
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    return reached


def test_escape_takes_back_a_question_and_then_leaves(page: LabPage, engine: StandIn, qtbot: QtBot) -> None:
    engine.ready.add("mobilenetv2")
    page.networks._jobs.refresh()
    row = page.networks.rows["mobilenetv2"]
    click(row.remove_button)
    with qtbot.assertNotEmitted(page.back_requested):
        QTest.keyClick(row.question.no_button, Qt.Key.Key_Escape)
    assert row.question.isHidden()
    assert row.state.text().startswith("ready")
    with qtbot.waitSignal(page.back_requested):
        QTest.keyClick(page, Qt.Key.Key_Escape)
    with qtbot.waitSignal(page.back_requested):
        click_tool(page.back_button)
