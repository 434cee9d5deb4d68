"""Widgets set like words: lines break where there is no more room, and a comma stays with its word."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from photosort.gui.flow_layout import TIGHT, FlowLayout


def page_of(qtbot: QtBot, width: int, *texts: str) -> tuple[QWidget, list[QLabel]]:
    page = QWidget()
    qtbot.addWidget(page)
    flow = FlowLayout(6, 2, page)
    labels = []
    for text in texts:
        label = QLabel(text)
        label.setFixedWidth(100 if text.isalpha() else 5)
        label.setProperty(TIGHT, not text.isalpha())
        flow.addWidget(label)
        labels.append(label)
    set_in(page, width)
    return page, labels


def set_in(page: QWidget, width: int) -> None:
    """Give the page a width, and set its widgets."""
    flow = page.layout()
    assert flow is not None
    flow.setGeometry(QRect(0, 0, width, flow.heightForWidth(width)))


def test_a_line_breaks_before_the_word_that_does_not_fit(qtbot: QtBot) -> None:
    page, (one, two, three) = page_of(qtbot, 210, "one", "two", "three")
    assert one.y() == two.y() < three.y()
    assert two.x() == 106
    assert three.x() == 0
    set_in(page, 330)
    assert three.y() == one.y()
    flow = page.layout()
    assert flow is not None
    assert flow.heightForWidth(210) > flow.heightForWidth(330)


def test_a_comma_stands_close_and_never_begins_a_line(qtbot: QtBot) -> None:
    _page, (one, comma, two) = page_of(qtbot, 102, "one", ",", "two")
    assert comma.x() == one.geometry().right() + 1
    assert comma.y() + comma.height() / 2 == one.y() + one.height() / 2
    assert two.y() > one.y()


def test_what_is_hidden_takes_no_room(qtbot: QtBot) -> None:
    page, (_one, two, three) = page_of(qtbot, 330, "one", "two", "three")
    two.hide()
    set_in(page, 330)
    assert three.x() == 106
