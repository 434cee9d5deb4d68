"""Filing by hand as a person does it, with real files: drop, keys, menus; then a look at the disk, and back again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMenu

from tests.gui.conftest import Desk
from tests.gui.filing.conftest import FilingDesk
from tests.gui.filing.dragging import drag_over, drop, leave, urls
from tests.pictures import save_photo

CONTROL = Qt.KeyboardModifier.ControlModifier


def test_thumbnails_dropped_on_a_folder_are_moved_there_and_come_back(filing: FilingDesk) -> None:
    beach = filing.album / "Beach"
    filing.add(beach)
    before = filing.files("summer")
    filing.drop_on("Beach", filing.photos("s1.jpg", "s4.jpg"))
    assert filing.files("Beach") == ["s1.jpg", "s4.jpg"]
    assert filing.files("summer") == ["s0.jpg", "s2.jpg", "s3.jpg", "s5.jpg"]
    photo = filing.desk.session.photo(filing.desk.id_of("s1.jpg"))
    assert photo.path == beach / "s1.jpg"
    assert len(filing.desk.names()) == 13
    filing.undo()
    assert filing.files("summer") == before
    # The folder was made for them, so it goes with them.
    assert not beach.exists()


def test_with_control_they_are_copied(filing: FilingDesk) -> None:
    filing.add(filing.album / "Beach")
    filing.drop_on("Beach", filing.photos("s1.jpg"), copy=True)
    assert filing.files("Beach") == ["s1.jpg"]
    assert "s1.jpg" in filing.files("summer")
    assert filing.desk.session.columns.names.count("s1.jpg") == 2
    filing.undo()
    assert not (filing.album / "Beach").exists()
    assert "s1.jpg" in filing.files("summer")


def test_keys_file_what_is_selected(filing: FilingDesk) -> None:
    filing.add(filing.album / "Beach", filing.album / "winter")
    filing.select("s0.jpg", "s5.jpg")
    QTest.keyClick(filing.window.grid, Qt.Key.Key_2, CONTROL)
    filing.settle()
    assert {"s0.jpg", "s5.jpg"} < set(filing.files("winter"))
    QTest.keyClick(filing.window.grid, Qt.Key.Key_1, CONTROL)
    filing.settle()
    # They are still selected, in their new place.
    assert filing.files("Beach") == ["s0.jpg", "s5.jpg"]
    QTest.keyClick(filing.window, Qt.Key.Key_Z, CONTROL)
    filing.settle()
    QTest.keyClick(filing.window, Qt.Key.Key_Z, CONTROL)
    filing.settle()
    assert {"s0.jpg", "s5.jpg"} < set(filing.files("summer"))


def test_keys_file_nothing_while_nothing_is_selected_or_no_photos_are_shown(filing: FilingDesk) -> None:
    filing.add(filing.album / "Beach")
    keys = [action for action in filing.window.actions() if action.shortcut().toString() == "Ctrl+1"]
    assert [key.isEnabled() for key in keys] == [False]
    filing.select("s0.jpg")
    assert [key.isEnabled() for key in keys] == [True]
    filing.window.show_problems()
    assert [key.isEnabled() for key in keys] == [False]
    filing.window.show_photos()
    assert [key.isEnabled() for key in keys] == [True]


def test_the_context_menu_files_and_copies(filing: FilingDesk) -> None:
    filing.add(filing.album / "Beach & Sea")
    filing.select("s0.jpg")
    choose(filing.window.commands.copy_menu, "Beach && Sea")
    filing.settle()
    assert filing.files("Beach & Sea") == ["s0.jpg"]
    filing.select("s2.jpg")
    choose(filing.window.commands.file_menu, "Beach && Sea")
    filing.settle()
    assert filing.files("Beach & Sea") == ["s0.jpg", "s2.jpg"]
    assert filing.files("summer") == ["s0.jpg", "s1.jpg", "s3.jpg", "s4.jpg", "s5.jpg"]


def choose(menu: QMenu, name: str) -> None:
    next(action for action in menu.actions() if action.text() == name).trigger()


def test_photos_are_dropped_on_a_folder_that_there_is(filing: FilingDesk) -> None:
    tree = filing.window.groups.tree
    line = filing.window.groups.item("folder/winter")
    tree.scrollToItem(line)
    drop(tree.viewport(), filing.photos("s3.jpg"), tree.visualItemRect(line).center())
    filing.settle()
    assert "s3.jpg" in filing.files("winter")
    assert "s3.jpg" not in filing.files("summer")


def test_a_folder_is_typed_and_made_when_the_first_photo_comes(filing: FilingDesk) -> None:
    panel = filing.window.filing.panel
    panel.type_name()
    QTest.keyClicks(panel.field, "Trips/Rome")
    QTest.keyClick(panel.field, Qt.Key.Key_Return)
    assert panel.list.paths() == [filing.album / "Trips" / "Rome"]
    assert not (filing.album / "Trips").exists()
    filing.drop_on("Rome", filing.photos("w0.jpg"))
    assert filing.files("Trips/Rome") == ["w0.jpg"]
    filing.undo()
    assert not (filing.album / "Trips").exists()


def test_files_of_a_file_manager_are_filed_with_what_belongs_to_them(filing: FilingDesk, tmp_path: Path) -> None:
    photo = save_photo(tmp_path / "Card" / "n1.jpg", 77)
    sidecar = photo.with_suffix(".xmp")
    sidecar.write_text("<x:xmpmeta xmlns:x='adobe:ns:meta/'/>")
    other = save_photo(tmp_path / "Card" / "n2.jpg", 78)
    filing.add(filing.album / "Beach")
    filing.drop_on("Beach", urls(photo))
    assert filing.files("Beach") == ["n1.jpg", "n1.xmp"]
    assert sorted(path.name for path in (tmp_path / "Card").iterdir()) == ["n2.jpg"]
    assert "n1.jpg" in filing.desk.session.columns.names
    filing.drop_on("Beach", urls(other), copy=True)
    assert filing.files("Beach") == ["n1.jpg", "n1.xmp", "n2.jpg"]
    assert other.exists()
    # The folder that they came from is none that the person has opened.
    assert [root.path for root in filing.window._catalog.recent_roots() if "Card" in str(root.path)] == []


def test_files_that_the_grid_shows_are_filed_as_its_photos(filing: FilingDesk) -> None:
    photo_id = filing.desk.id_of("s2.jpg")
    filing.add(filing.album / "Beach")
    filing.drop_on("Beach", urls(filing.album / "summer" / "s2.jpg"))
    assert filing.files("Beach") == ["s2.jpg"]
    assert filing.desk.id_of("s2.jpg") == photo_id


def test_what_is_no_photo_is_not_filed_and_said_to_be_none(filing: FilingDesk, tmp_path: Path) -> None:
    text = tmp_path / "Card" / "letter.txt"
    text.parent.mkdir()
    text.write_text("Dear")
    filing.add(filing.album / "Beach")
    filing.drop_on("Beach", urls(text))
    assert text.exists()
    assert "photo" in filing.window.error_bar.message.text()


def test_photos_that_lie_there_already_stay(filing: FilingDesk) -> None:
    filing.add(filing.album / "summer")
    before = filing.files("summer")
    filing.drop_on("summer", filing.photos("s0.jpg"))
    assert filing.files("summer") == before
    assert "already" in filing.window.error_bar.message.text()


def test_dropped_on_the_grid_files_open_as_ever(filing: FilingDesk, tmp_path: Path) -> None:
    other = save_photo(tmp_path / "Card" / "n1.jpg", 77).parent
    grid = filing.window.grid
    drop(grid.viewport(), urls(other), grid.viewport().rect().center())
    filing.desk.until(lambda: filing.window.session is not None and filing.desk.session.folder == other)
    assert (other / "n1.jpg").exists()


def test_folders_and_the_way_back_outlive_the_window(
    filing: FilingDesk, desk_on: Callable[[Path], Desk], tmp_path: Path
) -> None:
    filing.add(filing.album / "Beach", filing.album / "Town")
    filing.drop_on("Town", filing.photos("s0.jpg", "s1.jpg"))
    filing.desk.close()
    desk = desk_on(tmp_path / "catalog")
    desk.open(filing.album)
    again = FilingDesk(desk, filing.album)
    assert [path.name for path in again.list.paths()] == ["Beach", "Town"]
    assert "move 2 photos" in again.window.commands.undo.text()
    again.undo()
    assert {"s0.jpg", "s1.jpg"} < set(again.files("summer"))


def test_a_drop_is_announced_beside_the_line(filing: FilingDesk) -> None:
    filing.add(filing.album / "Beach")
    sign = filing.window.filing.sign
    drag_over(filing.list.viewport(), filing.photos("s0.jpg", "s1.jpg"), filing.line(0))
    assert sign.isVisible()
    assert sign.text() == "Move 2 photos to Beach"
    leave(filing.list.viewport())
    assert not sign.isVisible()


@pytest.mark.parametrize("name", ["Beach", "winter"])
def test_a_folder_is_shown(filing: FilingDesk, name: str) -> None:
    filing.add(filing.album / "Beach", filing.album / "winter")
    filing.drop_on("Beach", filing.photos("s0.jpg"))
    filing.list.setCurrentRow([path.name for path in filing.list.paths()].index(name))
    QTest.keyClick(filing.list, Qt.Key.Key_Return)
    shown = {filing.desk.session.photo(filing.desk.id_of(photo)).path.parent.name for photo in filing.desk.names()}
    assert shown == {name}


def test_the_photo_that_is_looked_at_closely_is_filed_too(filing: FilingDesk) -> None:
    outside = filing.album.parent / "Elsewhere"
    filing.add(filing.album / "Beach", outside)
    filing.window.show_viewer(filing.desk.id_of("s3.jpg"))
    QTest.keyClick(filing.window.viewer, Qt.Key.Key_1, CONTROL)
    filing.settle()
    assert filing.files("Beach") == ["s3.jpg"]
    QTest.keyClick(filing.window.viewer, Qt.Key.Key_2, CONTROL)
    filing.settle()
    assert (outside / "s3.jpg").exists()
    QTest.keyClick(filing.window.viewer, Qt.Key.Key_Escape)
    assert "s3.jpg" not in filing.desk.names()
    filing.undo()
    assert filing.files("Beach") == ["s3.jpg"]
    assert "s3.jpg" in filing.desk.session.columns.names


def test_what_another_program_took_away_is_noticed(filing: FilingDesk) -> None:
    # As a file manager does it on which photos were dropped with Shift, some time after the drop.
    photo = filing.album / "summer" / "s0.jpg"
    filing.window.grid.dragged_out.emit([photo, filing.album / "summer" / "s1.jpg"])
    filing.settle()
    photo.rename(filing.album.parent / "s0.jpg")
    filing.desk.until(lambda: "s0.jpg" not in filing.desk.names())
    filing.settle()
    assert "s1.jpg" in filing.desk.names()


def test_photos_dropped_beside_the_folders_open_nothing(filing: FilingDesk) -> None:
    filing.add(filing.album / "Beach")
    drop(filing.window, filing.photos("s0.jpg"), filing.window.rect().topLeft())
    drop(filing.window.details, filing.photos("s0.jpg"), filing.window.details.rect().center())
    filing.settle()
    assert filing.desk.session.folder == filing.album
    assert not filing.desk.session.target.only


def test_what_was_brought_from_elsewhere_goes_back_there(filing: FilingDesk, tmp_path: Path) -> None:
    photo = save_photo(tmp_path / "Card" / "n1.jpg", 77)
    filing.add(filing.album / "Beach")
    filing.drop_on("Beach", urls(photo))
    run = filing.window._catalog.runs.runs()[0]
    assert "1 photo" in run.title
    filing.window.history.files.undo(run.id)
    filing.settle()
    assert photo.exists()
    assert not (filing.album / "Beach").exists()


def test_photos_dropped_beside_the_folders_go_where_the_person_says(
    filing: FilingDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    snow = filing.album / "Snow"
    snow.mkdir()
    panel = filing.window.filing.panel
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_arguments: str(snow))
    drop(panel, filing.photos("w1.jpg", "w2.jpg"), panel.heading.geometry().center())
    filing.desk.until(lambda: filing.files("Snow") == ["w1.jpg", "w2.jpg"])
    filing.settle()
    assert filing.list.paths() == [snow]
    filing.undo()
    assert {"w1.jpg", "w2.jpg"} < set(filing.files("winter"))
    assert snow.is_dir()
