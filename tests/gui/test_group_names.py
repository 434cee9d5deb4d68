"""Naming groups of look-alikes in the left panel, as a person does."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from photosort.core.arrange import Grouping
from tests.gui.conftest import Desk


@pytest.fixture
def grouped(opened: Desk) -> Desk:
    opened.session.look_alikes.group(2)
    opened.settle()
    opened.window.activateWindow()
    opened.until(opened.window.isActiveWindow)
    return opened


def title_of(desk: Desk, key: str) -> str:
    return desk.window.groups.item(key).text(0)


def name(desk: Desk, words: str, end: Qt.Key) -> None:
    QTest.keyClicks(desk.window.group_names.editor, words)
    QTest.keyClick(desk.window.group_names.editor, end)


def test_a_name_is_written_over_the_line_of_a_group_and_stands_in_panel_and_grid(grouped: Desk) -> None:
    desk, window = grouped, grouped.window
    menu = window.groups.about_menu("cluster/0")
    assert menu is not None
    menu.actions()[0].trigger()
    assert window.group_names.editor.isVisible()
    name(desk, "Garden", Qt.Key.Key_Return)
    desk.until(lambda: title_of(desk, "cluster/0") == "Garden")
    assert not window.group_names.editor.isVisible()
    desk.session.arrange(desk.session.arrangement)
    assert desk.session.arrangement.group == Grouping.CLUSTER
    assert "Garden" in desk.groups()
    desk.settle()
    window.commands.undo.trigger()
    desk.until(lambda: title_of(desk, "cluster/0") == "group 1")


def test_f2_asks_for_the_name_of_the_chosen_group_and_escape_leaves_it(grouped: Desk) -> None:
    desk, window = grouped, grouped.window
    window.groups.select(("cluster/1",))
    window.groups.tree.setFocus()
    QTest.keyClick(window.groups.tree, Qt.Key.Key_F2)
    assert window.group_names.editor.isVisible()
    name(desk, "Nothing", Qt.Key.Key_Escape)
    assert not window.group_names.editor.isVisible()
    assert window.pages.currentWidget() is window.photos_page
    desk.settle()
    assert title_of(desk, "cluster/1") == "group 2"
