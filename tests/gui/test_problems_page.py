"""What could not be read: listed with reasons, exported, tried again."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from photosort.core.settings import ThemeChoice
from photosort.gui.icons import IconSet
from photosort.gui.problems_page import ProblemsPage
from photosort.gui.theme import Themes
from tests.gui.conftest import Desk
from tests.pictures import save_photo


@pytest.fixture
def page(qtbot: QtBot, qapp: QApplication) -> ProblemsPage:
    result = ProblemsPage(IconSet(Themes(qapp, ThemeChoice.LIGHT)))
    qtbot.addWidget(result)
    result.resize(800, 500)
    return result


def test_both_lists_are_shown_and_exported(page: ProblemsPage, tmp_path: Path) -> None:
    failures = [("a/b.jpg", "the file is cut off"), ("c, d.png", 'not a picture, but "text"')]
    page.set_problems(failures, [("notes.txt", "not a photo")])
    assert page.failures_table.model().rowCount() == 2
    assert page.failures_table.model().index(1, 1).data() == 'not a picture, but "text"'
    assert not page.ignored_table.isHidden()
    page.export(tmp_path / "p.csv")
    with (tmp_path / "p.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["path", "kind", "reason"]
    assert rows[1:] == [
        ["a/b.jpg", "could not be read", "the file is cut off"],
        ["c, d.png", "could not be read", 'not a picture, but "text"'],
        ["notes.txt", "left aside", "not a photo"],
    ]


def test_a_folder_without_problems_says_so(page: ProblemsPage) -> None:
    page.set_problems([], [])
    assert not page.retry_button.isEnabled()
    assert not page.export_button.isEnabled()
    assert page.failures_table.isHidden()


def test_a_double_click_asks_for_the_file(page: ProblemsPage, qtbot: QtBot) -> None:
    page.set_problems([("a.jpg", "x"), ("b.jpg", "y")], [])
    with qtbot.waitSignal(page.show_requested) as blocker:
        page.failures_table.doubleClicked.emit(page.failures_table.model().index(1, 1))
    assert blocker.args == ["b.jpg"]


def test_problems_are_one_click_away_and_escape_leads_back(desk: Desk, album: Path) -> None:
    desk.open(album)
    window = desk.window
    assert window.status.problems_button.text() == "1 problem"
    QTest.mouseClick(window.status.problems_button, Qt.MouseButton.LeftButton)
    assert window.pages.currentWidget() is window.problems
    [(name, reason)] = window.problems.failures.rows
    assert name == "broken.jpg"
    assert reason
    assert [name for name, _reason in window.problems.ignored.rows] == ["notes.txt"]
    QTest.mouseClick(window.problems.back_button, Qt.MouseButton.LeftButton)
    assert window.pages.currentWidget() is window.photos_page
    window.commands.problems.trigger()
    assert window.pages.currentWidget() is window.problems
    window.show_photos()


def test_what_was_mended_is_read_when_tried_again(desk: Desk, album: Path) -> None:
    desk.open(album)
    desk.window.show_problems()
    QTest.mouseClick(desk.window.problems.retry_button, Qt.MouseButton.LeftButton)
    desk.settle()
    assert [name for name, _reason in desk.window.problems.failures.rows] == ["broken.jpg"]
    before = (album / "broken.jpg").stat()
    save_photo(album / "broken.jpg", 90)
    assert (album / "broken.jpg").stat().st_size != before.st_size
    QTest.mouseClick(desk.window.problems.retry_button, Qt.MouseButton.LeftButton)
    desk.settle()
    assert desk.window.problems.failures.rows == []
    assert desk.window.status.problems_button.isHidden()
    row = desk.session.columns.row_of([desk.id_of("broken.jpg")])[0]
    assert desk.session.columns.predictions["animals"].label_index[row] >= 0


def test_the_export_asks_where(desk: Desk, album: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.open(album)
    answer = (str(tmp_path / "problems.csv"), "")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", staticmethod(lambda *_: answer))
    desk.window.show_problems()
    QTest.mouseClick(desk.window.problems.export_button, Qt.MouseButton.LeftButton)
    assert "broken.jpg" in (tmp_path / "problems.csv").read_text(encoding="utf-8-sig")
