"""All the ways to open a folder, and what is seen of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from tests.gui.conftest import Desk
from tests.pictures import save_photo

ALL = [*(f"w{n}.jpg" for n in range(6)), *(f"s{n}.jpg" for n in reversed(range(6)))]


def drop(widget: QWidget, paths: list[Path]) -> bool:
    """Drop files on a widget as the window system would; returns whether they were taken."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    where = QPointF(widget.rect().center())
    arguments = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    enter = QDragEnterEvent(where.toPoint(), *arguments)
    QApplication.sendEvent(widget, enter)
    event = QDropEvent(where, *arguments)
    QApplication.sendEvent(widget, event)
    return enter.isAccepted() and event.isAccepted()


def choose(monkeypatch: pytest.MonkeyPatch, folder: Path | None) -> None:
    """Answer the next question for a folder."""
    answer = "" if folder is None else str(folder)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", staticmethod(lambda *_: answer))


def test_the_button_opens_what_was_chosen(desk: Desk, album: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    window = desk.window
    assert window.pages.currentWidget() is window.welcome
    choose(monkeypatch, album)
    QTest.mouseClick(window.welcome.open_button, Qt.MouseButton.LeftButton)
    desk.settle()
    assert window.pages.currentWidget() is window.photos_page
    window.session.regroup()
    assert set(desk.names()) == {*ALL, "broken.jpg"}
    dated = [name for name in desk.names() if name != "broken.jpg"]
    assert dated == ALL
    assert window.windowTitle().startswith("Album")


def test_a_cancelled_dialog_changes_nothing(desk: Desk, album: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    choose(monkeypatch, None)
    desk.window.commands.open_folder.trigger()
    assert desk.window.session is None
    desk.open(album)
    desk.window.commands.open_folder.trigger()
    assert desk.session.folder == album


def test_ctrl_o_opens(desk: Desk, album: Path, monkeypatch: pytest.MonkeyPatch, qtbot: object) -> None:
    choose(monkeypatch, album)
    desk.window.activateWindow()
    QTest.keyClick(desk.window, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    desk.settle()
    assert len(desk.names()) == 13


@pytest.mark.parametrize("on", ["window", "grid"])
def test_a_dropped_folder_is_opened(desk: Desk, album: Path, tmp_path: Path, on: str) -> None:
    if on == "grid":
        first = tmp_path / "First"
        save_photo(first / "one.jpg")
        desk.open(first)
        assert drop(desk.window.grid.viewport(), [album]) or drop(desk.window.grid, [album])
    else:
        assert drop(desk.window, [album])
    desk.until(lambda: desk.window.session is not None and desk.session.folder == album)
    desk.settle()
    assert len(desk.names()) == 13


def test_dropped_files_are_opened_and_selected(desk: Desk, album: Path) -> None:
    wanted = [album / "summer" / "s1.jpg", album / "summer" / "s3.jpg"]
    assert drop(desk.window, wanted)
    desk.settle()
    assert desk.session.folder == album / "summer"
    assert set(desk.names()) == {"s1.jpg", "s3.jpg"}
    assert set(desk.window.grid.selected_ids().tolist()) == {desk.id_of("s1.jpg"), desk.id_of("s3.jpg")}
    # The rest of the folder comes when it is asked for.
    desk.window.commands.rescan.trigger()
    desk.settle()
    desk.session.regroup()
    assert len(desk.names()) == 6


def test_text_is_not_welcome(desk: Desk) -> None:
    data = QMimeData()
    data.setText("hello")
    event = QDragEnterEvent(
        desk.window.rect().center(), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(desk.window, event)
    assert not event.isAccepted()


def test_recent_folders_are_offered_and_open(desk: Desk, album: Path) -> None:
    desk.open(album)
    desk.window.commands.close_folder.trigger()
    desk.until(lambda: desk.window.session is None)
    window = desk.window
    assert window.pages.currentWidget() is window.welcome
    [button] = window.welcome.recent_buttons()
    assert "13 photos" in button.accessibleName()
    assert [action.text() for action in window.commands.recent_menu.actions()] == [str(album)]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    desk.settle()
    assert len(desk.names()) == 13


def test_a_second_look_shows_everything_without_a_network(
    desk_on: Callable[[Path], Desk], album: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = desk_on(tmp_path / "catalog")
    first.open(album)
    assert first.session.classifiers
    before = {name: first.session.columns.predictions[name].label_index.tolist() for name in ("scenes", "animals")}
    first.close()
    first.window.wait_for_threads()

    def refuse(*_: object) -> object:
        raise AssertionError("a network was loaded")

    monkeypatch.setattr("photosort.ml.backbones.open_network", refuse)
    second = desk_on(tmp_path / "catalog")
    second.open(album)
    columns = second.session.columns
    assert {name: columns.predictions[name].label_index.tolist() for name in ("scenes", "animals")} == before
    assert second.window.error_bar.isHidden()
    assert second.window.photos_page.news_button.isHidden()


def test_a_folder_that_is_away_opens_from_the_catalog(desk: Desk, album: Path, tmp_path: Path) -> None:
    desk.open(album)
    desk.window.commands.close_folder.trigger()
    desk.until(lambda: desk.window.session is None)
    album.rename(tmp_path / "unplugged")
    desk.open(album)
    assert desk.session.away
    assert len(desk.names()) == 13
    assert "away" in desk.window.status.message.text()
    desk.window.grid.select_ids([desk.id_of("s0.jpg")])
    desk.until(lambda: not desk.window.details.preview.pixmap.isNull())


def test_a_folder_that_is_not_there_is_told_and_the_welcome_page_comes_back(desk: Desk, tmp_path: Path) -> None:
    desk.window.open_target(None)
    from photosort.gui.dropping import Target

    desk.window.open_target(Target(tmp_path / "nowhere"))
    desk.until(lambda: desk.window.session is None)
    assert desk.window.pages.currentWidget() is desk.window.welcome
    assert desk.window.error_bar.isVisible()
    assert "nowhere" in desk.window.error_bar.message.text()


def test_an_empty_folder_says_so(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "Empty").mkdir()
    (tmp_path / "Empty" / "readme.md").write_text("x")
    desk.open(tmp_path / "Empty")
    page = desk.window.photos_page
    assert page.empty.isVisible()
    assert "No photos in Empty" in page.empty_title.text()
    assert "1 other" in page.empty_text.text()
    save_photo(tmp_path / "Empty" / "now.jpg")
    desk.window.commands.rescan.trigger()
    desk.settle()
    assert desk.names() == ["now.jpg"]
    assert page.empty.isHidden()


def test_a_rescan_keeps_the_places_and_offers_what_is_new(desk: Desk, album: Path) -> None:
    desk.open(album)
    desk.session.regroup()
    before = desk.names()
    save_photo(album / "summer" / "new.jpg", 40, taken="2021:01:01 10:00:00")
    (album / "winter" / "w0.jpg").unlink()
    desk.window.commands.rescan.trigger()
    desk.settle()
    before.remove("w0.jpg")
    assert desk.names() == before
    news = desk.window.photos_page.news_button
    assert news.isVisible()
    assert news.text().startswith("1 ")
    QTest.mouseClick(news, Qt.MouseButton.LeftButton)
    assert desk.names()[0] == "new.jpg" or desk.names()[1] == "new.jpg"
    assert news.isHidden()


def test_another_folder_takes_the_place_of_the_first(desk: Desk, album: Path, tmp_path: Path) -> None:
    other = tmp_path / "Other"
    save_photo(other / "only.jpg", 70)
    desk.open(album)
    desk.window.filters.search.setText("s1")
    desk.open(other)
    assert desk.names() == ["only.jpg"]
    assert desk.window.filters.search.text() == ""
    assert desk.window.groups.selected() == ()


def test_what_vanished_between_two_looks_is_gone(desk: Desk, album: Path) -> None:
    desk.open(album)
    shutil.rmtree(album / "winter")
    desk.window.commands.rescan.trigger()
    desk.settle()
    assert sorted(desk.names()) == ["broken.jpg", *(f"s{n}.jpg" for n in range(6))]
