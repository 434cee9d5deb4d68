"""Files that were moved from the window are put back with Ctrl+Z, also after a restart, in one order with labels."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.gui.conftest import Desk
from tests.gui.history.conftest import Hand, files_of, tree_of


def test_what_was_filed_is_put_back_with_a_key_and_done_again_with_another(hand: Hand, album: Path) -> None:
    before = tree_of(album)
    hand.file(["s0.jpg", "s1.jpg"], "Sea")
    after = files_of(album)
    assert {path for path in after if path.startswith("Sea/")} == {"Sea/s0.jpg", "Sea/s1.jpg"}
    assert "summer/s0.jpg" not in after
    assert hand.window.status.notice.words.text() == "Moved 2 photos to Sea."
    assert hand.named() == "Undo: move 2 photos to Sea"

    hand.undo()
    assert tree_of(album) == before
    assert hand.window.status.notice.words.text() == "Put back 2 photos."
    assert not hand.window.commands.undo.isEnabled()

    hand.redo()
    assert files_of(album) == after


def test_the_grid_shows_the_photos_where_they_are_now(hand: Hand, album: Path) -> None:
    shown = hand.desk.names()
    hand.file(["s0.jpg"], "Sea")
    assert hand.desk.names() == shown
    assert hand.desk.session.photo(hand.desk.id_of("s0.jpg")).relpath == "Sea/s0.jpg"
    hand.undo()
    assert hand.desk.names() == shown
    assert hand.desk.session.photo(hand.desk.id_of("s0.jpg")).relpath == "summer/s0.jpg"


def test_what_is_told_of_the_selected_photo_follows_it(hand: Hand) -> None:
    grid, details = hand.window.grid, hand.window.details
    grid.select_ids([hand.desk.id_of("s0.jpg")])
    assert details.place.text() == "summer"
    hand.file(["s0.jpg"], "Sea")
    assert details.place.text() == "Sea"
    hand.undo()
    assert details.place.text() == "summer"


def test_photos_that_leave_the_folder_leave_the_grid_and_come_back(hand: Hand, tmp_path: Path) -> None:
    shown = hand.desk.names()
    hand.file(["s0.jpg", "w0.jpg"], str(tmp_path / "Elsewhere"))
    assert hand.desk.names() == [name for name in shown if name not in {"s0.jpg", "w0.jpg"}]
    hand.undo()
    assert hand.desk.names() == shown


def test_after_a_restart_the_newest_is_undone_first(
    desk_on: Callable[[Path], Desk], album: Path, tmp_path: Path
) -> None:
    before = tree_of(album)
    first = desk_on(tmp_path / "catalog")
    first.open(album)
    hand = Hand(first, album)
    hand.file(["s0.jpg"], "Sea")
    between = tree_of(album)
    hand.file(["w0.jpg", "w1.jpg"], "Snow")
    after = files_of(album)
    first.close()
    first.window.wait_for_threads()

    second = desk_on(tmp_path / "catalog")
    second.open(album)
    hand = Hand(second, album)
    assert hand.named() == "Undo: move 2 photos to Snow"
    assert "move" in hand.window.status.notice.words.text()
    hand.undo()
    assert tree_of(album) == between
    hand.undo()
    assert tree_of(album) == before
    hand.redo()
    hand.redo()
    assert files_of(album) == after


def test_labels_and_files_are_undone_in_one_order(hand: Hand, album: Path) -> None:
    before = tree_of(album)
    catalog, root_id = hand.window._catalog, hand.desk.session.root_id
    assert root_id is not None
    photo_id = hand.desk.id_of("s3.jpg")
    hand.file(["s3.jpg"], "Sea")
    catalog.set_labels(root_id, "scenes", {photo_id: "sea"})
    hand.desk.session.reread()
    hand.desk.settle()
    assert hand.named() == "Undo: label 1 photo as sea"
    hand.undo()
    assert catalog.all_labels(root_id) == {}
    assert tree_of(album) != before
    hand.undo()
    assert tree_of(album) == before
    hand.redo()
    hand.redo()
    assert catalog.all_labels(root_id) == {"scenes": {photo_id: "sea"}}
    assert (album / "Sea/s3.jpg").exists()


def test_keys_pressed_while_files_are_moved_wait_their_turn(hand: Hand, album: Path) -> None:
    before = tree_of(album)
    hand.file(["s0.jpg"], "Sea")
    hand.file(["s1.jpg"], "Sea")
    for _ in range(2):
        QTest.keyClick(hand.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    hand.rest()
    assert tree_of(album) == before
