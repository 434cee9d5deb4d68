"""The left panel: seven lines, the rest behind "more"; what is chosen stays chosen while counts rise."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from photosort.gui.groups_panel import GroupsPanel, Line, Section


def section(count: int, *, plus: int = 0, key: str = "scenes") -> Section:
    lines = tuple(Line(f"{key}/{n}", f"label {n}", n + plus, (key, n)) for n in range(count))
    return Section(key, key.capitalize(), lines)


@pytest.fixture
def panel(qtbot: QtBot) -> Iterator[GroupsPanel]:
    # In a window without a smallest size: the offscreen platform warns of those.
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(240, 900)
    result = GroupsPanel(parent=host)
    result.resize(host.size())
    host.show()
    yield result
    host.hide()


def titles(panel: GroupsPanel) -> list[str]:
    head = panel.item("section:scenes")
    return [head.child(row).text(0) for row in range(head.childCount())]


def click(panel: GroupsPanel, key: str, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    where = panel.tree.visualItemRect(panel.item(key)).center()
    QTest.mouseClick(panel.tree.viewport(), Qt.MouseButton.LeftButton, modifiers, where)


def test_seven_lines_need_no_more(panel: GroupsPanel) -> None:
    panel.set_sections([section(7)])
    assert titles(panel) == [f"label {n}" for n in range(7)]


def test_the_rest_waits_behind_more(panel: GroupsPanel) -> None:
    panel.set_sections([section(100)])
    assert titles(panel) == [*(f"label {n}" for n in range(6)), "94 more"]
    click(panel, "more:scenes")
    assert titles(panel) == [f"label {n}" for n in range(100)]
    panel.set_sections([section(101)])
    assert len(titles(panel)) == 101


def test_a_click_chooses_and_ctrl_adds(panel: GroupsPanel, qtbot: QtBot) -> None:
    panel.set_sections([section(5)])
    with qtbot.waitSignal(panel.chosen) as blocker:
        click(panel, "scenes/2")
    assert blocker.args == [(("scenes", 2),)]
    with qtbot.waitSignal(panel.chosen) as blocker:
        click(panel, "scenes/4", Qt.KeyboardModifier.ControlModifier)
    assert set(blocker.args[0]) == {("scenes", 2), ("scenes", 4)}
    with qtbot.waitSignal(panel.chosen) as blocker:
        click(panel, "scenes/4", Qt.KeyboardModifier.ControlModifier)
    assert blocker.args == [(("scenes", 2),)]


def test_counts_rise_without_losing_what_is_chosen(panel: GroupsPanel, qtbot: QtBot) -> None:
    panel.set_sections([section(5)])
    click(panel, "scenes/2")
    with qtbot.assertNotEmitted(panel.chosen):
        panel.set_sections([section(5, plus=1000)])
        panel.set_sections([section(9, plus=2000)])
    assert panel.selected() == ("scenes/2",)
    assert panel.item("scenes/2").text(0) == "label 2"


def test_what_is_chosen_and_vanishes_is_told(panel: GroupsPanel, qtbot: QtBot) -> None:
    panel.set_sections([section(5)])
    click(panel, "scenes/4")
    with qtbot.waitSignal(panel.chosen) as blocker:
        panel.set_sections([section(3)])
    assert blocker.args == [()]


def test_a_section_folds_and_stays_folded(panel: GroupsPanel, qtbot: QtBot) -> None:
    panel.set_sections([section(3)])
    with qtbot.waitSignal(panel.folded_changed) as blocker:
        click(panel, "section:scenes")
    assert blocker.args == [("scenes",)]
    panel.set_sections([section(4)])
    assert not panel.item("section:scenes").isExpanded()
    again = GroupsPanel(("scenes",))
    qtbot.addWidget(again)
    again.set_sections([section(3)])
    assert not again.item("section:scenes").isExpanded()


def test_a_line_with_lines_below_it_unfolds_when_it_is_chosen(panel: GroupsPanel) -> None:
    months = tuple(Line(f"date/2019-{n}", f"month {n}", n, n) for n in range(3))
    panel.set_sections([Section("dates", "Dates", (Line("date/2019", "2019", 3, "2019", children=months),))])
    assert not panel.item("date/2019").isExpanded()
    click(panel, "date/2019")
    assert panel.item("date/2019").isExpanded()
    assert panel.item("date/2019").childCount() == 3


def test_select_is_silent(panel: GroupsPanel, qtbot: QtBot) -> None:
    panel.set_sections([section(3)])
    click(panel, "scenes/1")
    with qtbot.assertNotEmitted(panel.chosen):
        panel.select(())
    assert panel.selected() == ()


def test_counts_and_headings_are_painted(panel: GroupsPanel) -> None:
    few = [Section("s", "S", (Line("s/a", "forest", 5, 1),))]
    many = [Section("s", "S", (Line("s/a", "forest", 5_310, 1),))]
    about = [Section("s", "S", (Line("s/a", "forest", 5_310, 1, about=True),))]
    pictures = []
    for sections in (few, many, about):
        panel.set_sections(sections)
        pictures.append(panel.grab().toImage())
    assert pictures[0] != pictures[1]
    assert pictures[1] != pictures[2]
    # The title stands where it stood: only what is at the right has changed.
    left = [picture.copy(0, 0, 60, picture.height()) for picture in pictures]
    assert left[0] == left[1] == left[2]
    assert panel.tree.itemAt(QPoint(30, 60)) is not None


def about(panel: GroupsPanel) -> None:
    scenes = Section("scenes", "Scene", (Line("scenes/a", "forest", 5, 1),), about="scenes")
    dates = Section("dates", "Dates", (Line("date/2019", "2019", 5, 2),))
    panel.set_sections([scenes, dates])


def hover(panel: GroupsPanel, key: str) -> None:
    QTest.mouseMove(panel.tree.viewport(), panel.tree.visualItemRect(panel.item(key)).center())


def test_a_heading_tells_about_its_classifier(panel: GroupsPanel, qtbot: QtBot) -> None:
    about(panel)
    assert panel.about_button.isHidden()
    hover(panel, "section:scenes")
    assert not panel.about_button.isHidden()
    assert panel.about_button.accessibleName() == "About Scene"
    with qtbot.waitSignal(panel.about_requested) as blocker:
        QTest.mouseClick(panel.about_button, Qt.MouseButton.LeftButton)
    assert blocker.args == ["scenes"]
    # The click was the button's: the section is as it was.
    assert panel.item("section:scenes").isExpanded()
    hover(panel, "scenes/a")
    assert panel.about_button.isHidden()
    hover(panel, "section:dates")
    assert panel.about_button.isHidden()


def test_the_keyboard_reaches_what_a_heading_offers(panel: GroupsPanel, qtbot: QtBot) -> None:
    about(panel)
    panel.tree.setFocus()
    panel.tree.setCurrentItem(panel.item("scenes/a"))
    QTest.keyClick(panel.tree, Qt.Key.Key_Up)
    assert panel.tree.currentItem() is panel.item("section:scenes")
    assert not panel.about_button.isHidden()
    with qtbot.waitSignal(panel.about_requested) as blocker:
        QTest.keyClick(panel.about_button, Qt.Key.Key_Space)
    assert blocker.args == ["scenes"]


def test_a_right_click_tells_about_the_classifier(panel: GroupsPanel, qtbot: QtBot) -> None:
    about(panel)
    for key in ("section:scenes", "scenes/a"):
        menu = panel.about_menu(key)
        assert menu is not None
        with qtbot.waitSignal(panel.about_requested) as blocker:
            menu.actions()[0].trigger()
        assert blocker.args == ["scenes"]
    assert panel.about_menu("date/2019") is None


def test_the_i_goes_with_its_heading(panel: GroupsPanel) -> None:
    about(panel)
    hover(panel, "section:scenes")
    panel.set_sections([section(3)])
    assert panel.about_button.isHidden()
