"""Photos dropped on the folders that there are, in the upper part of the left panel."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from photosort.core.sorting.values import How
from photosort.gui.filing.dragged import Dragged
from photosort.gui.filing.tree_drops import TreeDrops
from photosort.gui.grid_drag import mime_of_photos
from photosort.gui.groups_panel import GroupsPanel, Line, Section
from photosort.gui.line_delegate import TARGET
from tests.gui.filing.dragging import CONTROL, drag_over, drop, leave

_FOLDERS = Section(
    "folders",
    "Folders",
    (
        Line("folder/Trips", "Trips", 7, "Trips", children=(Line("folder/Trips/Rome", "Rome", 3, "Trips/Rome"),)),
        Line("folder/DCIM", "DCIM", 2, "DCIM"),
    ),
)
_KINDS = Section("kinds", "Kind", (Line("kinds/people", "People", 9, "people"),))


@pytest.fixture
def groups(qtbot: QtBot) -> Iterator[GroupsPanel]:
    # In a window without a smallest size: the offscreen platform warns of those.
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(240, 600)
    result = GroupsPanel(parent=host)
    result.resize(host.size())
    result.set_sections([_KINDS, _FOLDERS])
    host.show()
    yield result
    host.hide()


@pytest.fixture
def drops(groups: GroupsPanel, tmp_path: Path) -> TreeDrops:
    result = TreeDrops(groups.tree)
    result.set_root(tmp_path)
    return result


def line(groups: GroupsPanel, key: str) -> QPoint:
    return groups.tree.visualItemRect(groups.item(key)).center()


def test_a_folder_line_takes_photos(groups: GroupsPanel, drops: TreeDrops, tmp_path: Path, qtbot: QtBot) -> None:
    groups.item("folder/Trips").setExpanded(True)
    photos = mime_of_photos([3, 4], [])
    with qtbot.waitSignal(drops.file_wanted) as filed:
        drop(groups.tree.viewport(), photos, line(groups, "folder/Trips/Rome"))
    assert filed.args == [tmp_path / "Trips" / "Rome", Dragged(ids=(3, 4)), How.MOVE]
    with qtbot.waitSignal(drops.file_wanted) as filed:
        drop(groups.tree.viewport(), photos, line(groups, "folder/DCIM"), CONTROL)
    assert filed.args[2] is How.COPY


def test_the_line_below_the_pointer_is_marked_and_named(groups: GroupsPanel, drops: TreeDrops, qtbot: QtBot) -> None:
    photos = mime_of_photos([3, 4], [])
    with qtbot.waitSignal(drops.pointed_at) as said:
        drag_over(groups.tree.viewport(), photos, line(groups, "folder/DCIM"))
    assert said.args[1] == "Move 2 photos to DCIM"
    assert groups.item("folder/DCIM").data(0, TARGET)
    with qtbot.waitSignal(drops.pointed_at) as said:
        leave(groups.tree.viewport())
    assert said.args[1] == ""
    assert not groups.item("folder/DCIM").data(0, TARGET)


def test_other_lines_take_nothing(groups: GroupsPanel, drops: TreeDrops, qtbot: QtBot) -> None:
    photos = mime_of_photos([3], [])
    with qtbot.assertNotEmitted(drops.file_wanted):
        for key in ("kinds/people", "section:folders"):
            assert not drag_over(groups.tree.viewport(), photos, line(groups, key)).isAccepted()
            drop(groups.tree.viewport(), photos, line(groups, key))


def test_no_folder_takes_photos_while_none_is_open(groups: GroupsPanel, drops: TreeDrops) -> None:
    drops.set_root(None)
    photos = mime_of_photos([3], [])
    assert not drag_over(groups.tree.viewport(), photos, line(groups, "folder/DCIM")).isAccepted()


def test_counts_that_change_meanwhile_do_no_harm(groups: GroupsPanel, drops: TreeDrops, qtbot: QtBot) -> None:
    photos = mime_of_photos([3], [])
    drag_over(groups.tree.viewport(), photos, line(groups, "folder/DCIM"))
    # Every line is made anew while something is dragged over one.
    groups.set_sections([_FOLDERS])
    with qtbot.waitSignal(drops.file_wanted):
        drop(groups.tree.viewport(), photos, line(groups, "folder/Trips"))


def test_a_click_filters_as_ever(groups: GroupsPanel, drops: TreeDrops, qtbot: QtBot) -> None:
    with qtbot.waitSignal(groups.chosen) as chosen:
        QTest.mouseClick(groups.tree.viewport(), Qt.MouseButton.LeftButton, pos=line(groups, "folder/DCIM"))
    assert chosen.args == [("DCIM",)]
