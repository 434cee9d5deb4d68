"""The window's size: what fits the screen, at first and after the screen has become another."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from photosort.gui.window_shape import FIRST_SIZE, bytes_of, fitted, resize_first, restore, text_of

SCREEN = QRect(0, 24, 1280, 776)


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [
        (QRect(10, 30, 800, 600), QRect(10, 30, 800, 600)),
        (QRect(0, 0, 2560, 1440), SCREEN),
        (QRect(1000, 700, 800, 600), QRect(480, 200, 800, 600)),
        (QRect(-3000, -50, 800, 600), QRect(0, 24, 800, 600)),
    ],
)
def test_a_window_is_brought_onto_the_screen(wanted: QRect, shown: QRect) -> None:
    assert fitted(wanted, SCREEN) == shown


def test_the_first_size_leaves_room_for_the_frame(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    resize_first(window, window.screen())
    available = window.screen().availableSize()
    assert window.height() < available.height()
    assert window.width() < available.width()
    assert window.width() <= FIRST_SIZE.width()


def test_a_size_of_a_larger_screen_is_cut_to_this_one(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.setGeometry(100, 100, 9000, 7000)
    kept = text_of(window.saveGeometry())
    restored = QWidget()
    qtbot.addWidget(restored)
    restore(restored, bytes_of(kept))
    assert restored.screen().availableGeometry().contains(restored.geometry())


def test_what_is_no_geometry_changes_nothing(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(321, 234)
    restore(window, bytes_of("no geometry"))
    assert (window.width(), window.height()) == (321, 234)
