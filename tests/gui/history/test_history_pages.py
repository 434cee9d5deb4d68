"""History lists what was done; the page of a run tells of every photo, undoes all of it or some, and saves itself."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from photosort.core.sorting.values import How, Status
from photosort.gui.history.account_model import Shown
from photosort.gui.history.run_page import RunPage, Wish
from tests.gui.history.conftest import Hand, files_of

ALL = [f"s{number}.jpg" for number in range(6)]


def test_what_was_planned_ends_on_a_page_that_adds_up(hand: Hand, album: Path) -> None:
    hand.apply(ALL, "Sorted")
    page = hand.history.run_page
    assert page.title.text() == "Moved 6 photos to Sorted"
    assert page.report is not None
    assert page.report.lost == 0
    assert [(share.folder, share.photos, len(share.samples)) for share in page.report.folders] == [("", 6, 6)]
    assert page.keepsake.accessibleName() == "6 photos sorted into 1 folder"
    assert "lost: 0" in page.keepsake.accessibleDescription()
    QTest.keyClick(page, Qt.Key.Key_Escape)
    assert hand.window.pages.currentWidget() is hand.window.photos_page


def test_a_page_tells_when_photos_are_nowhere_any_more(hand: Hand, album: Path) -> None:
    hand.apply(ALL, "Sorted")
    (album / "Sorted/s2.jpg").unlink()
    hand.history.show_run(1)
    hand.desk.until(lambda: hand.history.run_page.report is not None and hand.history.run_page.report.lost == 1)
    assert "not found: 1" in hand.history.run_page.keepsake.accessibleDescription()


def test_history_lists_runs_of_all_folders_newest_first_and_undoes_any(hand: Hand, album: Path) -> None:
    before = files_of(album)
    hand.file(ALL[:1], "Sea")
    hand.file(ALL[1:3], "Forest")
    QTest.keyClick(hand.window, Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier)
    page = hand.history.list_page
    assert hand.window.pages.currentWidget() is page
    assert [entry.open_button.text() for entry in page.entries] == ["Moved 2 photos to Forest", "Moved 1 photo to Sea"]
    page.entries[1].undo_button.click()
    hand.rest()
    assert (album / "summer/s0.jpg").exists()
    assert [entry.state.text() for entry in page.entries] == ["", "Undone"]
    page.entries[0].undo_button.click()
    hand.rest()
    assert files_of(album) == before
    page.entries[1].redo_button.click()
    hand.rest()
    assert (album / "Sea/s0.jpg").exists()


def test_an_entry_opens_its_page_and_back_leads_to_the_list(hand: Hand) -> None:
    hand.file(ALL[:2], "Sea")
    hand.window.bar.history_button.click()
    hand.history.list_page.entries[0].open_button.click()
    hand.desk.until(lambda: hand.window.pages.currentWidget() is hand.history.run_page)
    QTest.keyClick(hand.history.run_page, Qt.Key.Key_Escape)
    assert hand.window.pages.currentWidget() is hand.history.list_page
    QTest.keyClick(hand.history.list_page, Qt.Key.Key_Escape)
    assert hand.window.pages.currentWidget() is hand.window.photos_page


def test_the_list_is_walked_and_undone_with_keys_alone(hand: Hand, album: Path) -> None:
    hand.file(ALL[:1], "Sea")
    hand.file(ALL[1:3], "Forest")
    QTest.keyClick(hand.window, Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier)
    page = hand.history.list_page
    assert QApplication.focusWidget() is page.entries[0].open_button
    QTest.keyClick(page.entries[0].open_button, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is page.entries[0].undo_button
    QTest.keyClick(page.entries[0].undo_button, Qt.Key.Key_Return)
    hand.rest()
    assert (album / "summer/s1.jpg").exists()
    assert QApplication.focusWidget() is page.entries[0].open_button
    QTest.keyClick(page.entries[0].open_button, Qt.Key.Key_Return)
    hand.desk.until(lambda: hand.window.pages.currentWidget() is hand.history.run_page)


def test_a_click_beside_the_words_of_an_entry_opens_it_as_well(hand: Hand) -> None:
    hand.file(ALL[:2], "Sea")
    hand.window.bar.history_button.click()
    entry = hand.history.list_page.entries[0]
    QTest.mouseClick(entry, Qt.MouseButton.LeftButton, pos=QPoint(entry.width() // 2, entry.height() // 2))
    hand.desk.until(lambda: hand.window.pages.currentWidget() is hand.history.run_page)


def select(page: RunPage, rows: list[int]) -> None:
    page.photos_button.click()
    model, table = page.account.model, page.account.table
    for row in rows:
        flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        table.selectionModel().select(model.index(row, 0), flags)


def test_selected_photos_alone_are_put_back(hand: Hand, album: Path) -> None:
    before = files_of(album)
    hand.apply(ALL, "Sorted")
    page = hand.history.run_page
    select(page, [0, 2])
    assert page.undo_some_button.text() == "Undo 2 photos"
    page.undo_some_button.click()
    hand.rest()
    hand.desk.until(lambda: page.state.text() == "2 of 6 put back")
    assert sorted(path.name for path in (album / "Sorted").glob("*.jpg")) == ["s1.jpg", "s3.jpg", "s4.jpg", "s5.jpg"]
    column = [page.account.model.index(row, 2).data() for row in range(6)]
    assert column == ["Put back", "Sorted", "Put back", "Sorted", "Sorted", "Sorted"]
    assert page.redo_button.text() == "Do 2 again"
    page.redo_button.click()
    hand.rest()
    hand.desk.until(lambda: not page.state.text())
    assert len(list((album / "Sorted").glob("*.jpg"))) == 6
    page.undo_button.click()
    hand.rest()
    assert files_of(album) == before


def test_an_undo_tells_what_stays_and_why_and_overwrites_nothing(hand: Hand, album: Path) -> None:
    hand.apply(ALL, "Sorted")
    (album / "summer").mkdir(exist_ok=True)
    (album / "summer/s4.jpg").write_bytes(b"somebody else's")
    page = hand.history.run_page
    page.undo_button.click()
    hand.rest()
    hand.desk.until(page.account.buttons[Shown.STAYED].isVisible)
    assert (album / "summer/s4.jpg").read_bytes() == b"somebody else's"
    assert (album / "Sorted/s4.jpg").exists()
    model = page.account.model
    assert [model.index(row, 0).data() for row in range(model.rowCount())] == ["summer/s4.jpg"]
    assert model.index(0, 2).data() == "Stayed"
    assert model.index(0, 3).data()
    assert "1 photo stays" in page.result.text()
    assert hand.window.status.notice.words.text() == "Put back 5 photos; 1 stays."


def test_much_is_shown_before_it_is_undone(hand: Hand, album: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("photosort.gui.history.words.MUCH", 3)
    hand.file(ALL, "Sea")
    hand.undo()
    hand.desk.until(lambda: hand.window.pages.currentWidget() is hand.history.run_page)
    page = hand.history.run_page
    assert (album / "Sea/s0.jpg").exists()
    assert page.result.text() == "Nothing is done yet, since it is many photos: press “Undo all of it”."
    assert QApplication.focusWidget() is page.undo_button
    QTest.keyClick(page.undo_button, Qt.Key.Key_Return)
    hand.rest()
    assert (album / "summer/s0.jpg").exists()


def test_a_page_is_saved_as_picture_table_and_json(hand: Hand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hand.apply(ALL, "Copies", How.COPY)
    page, saved = hand.history.run_page, {}
    for wish, name in ((Wish.PICTURE, "end.png"), (Wish.CSV, "all.csv"), (Wish.JSON, "all.json")):
        target = saved[wish] = tmp_path / name
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, target=target: (str(target), ""))
        with hand.desk.qtbot.waitSignal(hand.history._saving.saved):
            page.wished.emit(wish)
        assert page.result.text() == f"Saved as {target}"
    image = QImage(str(saved[Wish.PICTURE]))
    assert image.width() == 2400
    colours = {image.pixel(x, y) for x in range(0, 2400, 40) for y in range(0, image.height(), 40)}
    assert len(colours) > 50
    with saved[Wish.CSV].open(encoding="utf-8-sig", newline="") as file:
        assert [row["status"] for row in csv.DictReader(file)] == ["sorted"] * 6
    told = json.loads(saved[Wish.JSON].read_text())
    assert told["counts"] == {"in": 6, "sorted": 6, "duplicates": 0, "left": 0, "failed": 0}


def test_the_table_shows_some_and_finds_some(hand: Hand) -> None:
    hand.apply(ALL, "Sorted")
    view = hand.history.run_page.account
    assert view.model.count(Shown.SORTED) == 6
    assert not view.buttons[Shown.FAILED].isVisible()
    view.search.setText("S3.JPG")
    hand.desk.until(lambda: view.model.rowCount() == 1)
    assert view.model.item(0).status is Status.SORTED
