"""The small controls that panels and pages are made of."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from photosort.gui.controls import ElidedLabel, button


def test_a_long_title_gives_way(qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    title, beside = ElidedLabel("Moved 17,900 photos to a folder with a name that has no end"), button("Undo")
    row = QHBoxLayout(page)
    row.addWidget(title)
    row.addWidget(beside)
    assert page.minimumSizeHint().width() < title.sizeHint().width()
    page.resize(page.minimumSizeHint())
    row.activate()
    assert beside.width() >= beside.sizeHint().width()
    assert not title.grab().isNull()


def test_enter_presses_the_button_that_has_the_keyboard(qtbot: QtBot) -> None:
    one = button("Undo")
    qtbot.addWidget(one)
    one.show()
    with qtbot.waitSignal(one.clicked):
        QTest.keyClick(one, Qt.Key.Key_Return)
