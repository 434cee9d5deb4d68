"""The folders of the left panel: what may be dropped where, and what is said before it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from photosort.core.catalog.filing import FilingFolder
from photosort.core.settings import ThemeChoice
from photosort.core.sorting.values import How
from photosort.gui.filing.dragged import ROW_MIME, Dragged
from photosort.gui.filing.panel import FilingPanel
from photosort.gui.grid_drag import mime_of_photos
from photosort.gui.icons import IconSet
from photosort.gui.theme import Themes
from tests.gui.filing.dragging import CONTROL, drag_over, drop, leave, urls
from tests.pictures import save_photo

Key = Qt.Key


@pytest.fixture
def folders(tmp_path: Path) -> list[Path]:
    made = [tmp_path / "Album" / name for name in ("Beach", "Town", "Hills")]
    for folder in made:
        folder.mkdir(parents=True)
    return made


@pytest.fixture
def panel(qtbot: QtBot, qapp: QApplication, tmp_path: Path, folders: list[Path]) -> Iterator[FilingPanel]:
    # In a window without a smallest size: the offscreen platform warns of those.
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(240, 500)
    themes = Themes(qapp, ThemeChoice.LIGHT)
    result = FilingPanel(IconSet(themes), host)
    result.resize(host.size())
    root = tmp_path / "Album"

    def arrange(paths: list[Path]) -> None:
        # As the window does it, without a catalog: every folder once.
        result.set_folders([FilingFolder(path) for path in dict.fromkeys(paths)], root)

    result.arranged.connect(arrange)
    arrange(folders)
    host.show()
    yield result
    host.hide()
    themes.deleteLater()


def photos(*ids: int) -> QMimeData:
    return mime_of_photos(ids, [])


def line(panel: FilingPanel, row: int) -> QPoint:
    return panel.list.visualItemRect(panel.list.item(row)).center()


def names(panel: FilingPanel) -> list[str]:
    return [path.name for path in panel.list.paths()]


def test_photos_over_a_folder_say_what_a_drop_does(panel: FilingPanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(panel.list.pointed_at) as said:
        event = drag_over(panel.list.viewport(), photos(1, 2, 3), line(panel, 1))
    assert said.args[1] == "Move 3 photos to Town"
    assert event.isAccepted()
    assert event.dropAction() is Qt.DropAction.MoveAction
    with qtbot.waitSignal(panel.list.pointed_at, check_params_cb=lambda _line, words: "Copy" in words) as said:
        event = drag_over(panel.list.viewport(), photos(1), line(panel, 1), CONTROL)
    assert said.args[1] == "Copy 1 photo to Town"
    assert event.dropAction() is Qt.DropAction.CopyAction
    with qtbot.waitSignal(panel.list.pointed_at) as said:
        leave(panel.list.viewport())
    assert said.args[1] == ""


def test_a_drop_tells_folder_photos_and_how(panel: FilingPanel, folders: list[Path], qtbot: QtBot) -> None:
    with qtbot.waitSignal(panel.file_wanted) as filed:
        drop(panel.list.viewport(), photos(7, 5), line(panel, 2))
    assert filed.args == [folders[2], Dragged(ids=(7, 5)), How.MOVE]
    with qtbot.waitSignal(panel.file_wanted) as filed:
        drop(panel.list.viewport(), photos(7), line(panel, 0), CONTROL)
    assert filed.args == [folders[0], Dragged(ids=(7,)), How.COPY]


def test_files_of_another_program_are_filed_and_never_promised_to_be_moved(
    panel: FilingPanel, folders: list[Path], tmp_path: Path, qtbot: QtBot
) -> None:
    outside = save_photo(tmp_path / "Downloads" / "a.jpg")
    with qtbot.waitSignal(panel.file_wanted) as filed:
        event = drop(panel.list.viewport(), urls(outside), line(panel, 0))
    assert filed.args == [folders[0], Dragged(files=(outside,)), How.MOVE]
    # A file manager that is told of a move deletes what it gave.
    assert event.dropAction() is Qt.DropAction.CopyAction


def test_photos_dropped_beside_the_folders_go_to_one_that_is_chosen_then(panel: FilingPanel, qtbot: QtBot) -> None:
    heading = panel.heading.geometry().center()
    with qtbot.waitSignal(panel.list.pointed_at) as said:
        drag_over(panel, photos(1, 2), heading)
    assert said.args[1].startswith("Move 2 photos to another folder")
    with qtbot.waitSignal(panel.elsewhere_wanted) as wanted:
        drop(panel, photos(1, 2), heading, CONTROL)
    assert wanted.args == [Dragged(ids=(1, 2)), How.COPY]


def test_what_is_neither_photo_nor_folder_is_refused(panel: FilingPanel) -> None:
    words = QMimeData()
    words.setText("words")
    assert not drag_over(panel, words, panel.heading.geometry().center()).isAccepted()
    assert not drag_over(panel.list.viewport(), words, line(panel, 0)).isAccepted()


def test_folders_dropped_between_lines_stand_there(panel: FilingPanel, tmp_path: Path) -> None:
    new = tmp_path / "Elsewhere" / "Snow"
    new.mkdir(parents=True)
    upper_half = line(panel, 1) - QPoint(0, 8)
    drop(panel.list.viewport(), urls(new), upper_half)
    assert names(panel) == ["Beach", "Snow", "Town", "Hills"]
    drop(panel, urls(tmp_path / "Elsewhere"), panel.heading.geometry().center())
    assert names(panel) == ["Beach", "Snow", "Town", "Hills", "Elsewhere"]


def test_the_first_folder_can_be_dropped_on_the_hint(panel: FilingPanel, tmp_path: Path) -> None:
    panel.arranged.emit([])
    assert panel.hint.isVisible()
    drop(panel, urls(tmp_path / "Album"), panel.hint.geometry().center())
    assert names(panel) == ["Album"]
    assert not panel.hint.isVisible()


@pytest.mark.parametrize(
    ("row", "below", "expected"),
    [(0, 2, ["Town", "Hills", "Beach"]), (2, 0, ["Beach", "Hills", "Town"]), (1, 1, ["Beach", "Town", "Hills"])],
)
def test_lines_are_dragged_to_another_place(panel: FilingPanel, row: int, below: int, expected: list[str]) -> None:
    mime = QMimeData()
    mime.setData(ROW_MIME, str(row).encode())
    drop(panel.list.viewport(), mime, line(panel, below) + QPoint(0, 8))
    assert names(panel) == expected


def test_lines_are_moved_and_removed_with_keys(panel: FilingPanel, folders: list[Path]) -> None:
    panel.list.setCurrentRow(0)
    QTest.keyClick(panel.list, Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert names(panel) == ["Town", "Beach", "Hills"]
    assert panel.list.currentRow() == 1
    QTest.keyClick(panel.list, Key.Key_Delete)
    assert names(panel) == ["Town", "Hills"]
    assert folders[0].is_dir()


def test_nine_folders_have_keys(panel: FilingPanel, tmp_path: Path) -> None:
    panel.arranged.emit([tmp_path / f"F{n}" for n in range(11)])
    digits = [panel.list.item(row).toolTip().count("press") for row in range(11)]
    assert digits == [1] * 9 + [0] * 2


def test_a_name_is_typed_and_escape_leaves_the_field(panel: FilingPanel, qtbot: QtBot) -> None:
    panel.type_name()
    QTest.keyClicks(panel.field, "Snow")
    with qtbot.assertNotEmitted(panel.name_typed):
        QTest.keyClick(panel.field, Key.Key_Escape)
    assert not panel.field.isVisible()
    panel.type_name()
    QTest.keyClicks(panel.field, "Snow")
    with qtbot.waitSignal(panel.name_typed) as typed:
        QTest.keyClick(panel.field, Key.Key_Return)
    assert typed.args == ["Snow"]
    assert not panel.field.isVisible()


def test_the_menu_of_a_folder(panel: FilingPanel, folders: list[Path], qtbot: QtBot) -> None:
    actions = {action.text(): action for action in panel.menu_of(0).actions()}
    assert not actions["Move up"].isEnabled()
    with qtbot.waitSignal(panel.learn_wanted) as learn:
        actions["Learn Beach as a label"].trigger()
    assert learn.args == [folders[0], True]
    actions["Take off this list"].trigger()
    assert names(panel) == ["Town", "Hills"]


def test_the_question_is_answered_once(panel: FilingPanel, folders: list[Path], qtbot: QtBot) -> None:
    card = panel.card
    for act, answer in (
        (card.yes.click, True),
        (card.never.click, False),
        (card.not_now.click, None),
        (lambda: QTest.keyClick(card.yes, Key.Key_Escape), None),
    ):
        card.ask(folders[0], 3)
        assert "Beach" in card.question.text()
        with qtbot.waitSignal(card.answered) as said:
            act()
        assert said.args == [folders[0], answer]
        assert not card.isVisible()
