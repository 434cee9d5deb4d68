"""The true mouse, moved by xdotool."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot


def put(window: QWidget, place: QPoint, qtbot: QtBot) -> None:
    """Move a window, and wait until the window manager has really done it."""
    with qtbot.waitExposed(window):
        pass
    window.move(place)
    qtbot.waitUntil(lambda: (window.pos() - place).manhattanLength() < 60)


def drag(start: QPoint, end: QPoint, *, key: str = "") -> subprocess.Popen[bytes]:
    """Let xdotool drag while Qt's event loop goes on; a person's hand needs time between two points too.

    Args:
        start: on the screen.
        end: likewise.
        key: held from half-way until after the drop, as X calls it ("ctrl").
    """
    steps: list[str] = ["mousemove", str(start.x()), str(start.y()), "sleep", "0.2", "mousedown", "1"]
    for n in range(1, 21):
        point = start + (end - start) * n / 20
        steps += ["mousemove", str(point.x()), str(point.y()), "sleep", "0.03"]
        if n == 10 and key:
            steps += ["keydown", key]
    steps += ["sleep", "0.2", "mouseup", "1"]
    return subprocess.Popen(["xdotool", *steps, *(["sleep", "0.2", "keyup", key] if key else [])])


def wait_until_it_stands(place: Callable[[], QPoint], qtbot: QtBot) -> None:
    """Wait until something is laid out for good: where it is does not change any more."""
    places = [QPoint(-1, -1), QPoint(-2, -2)]

    def stands() -> bool:
        places.append(place())
        return places[-1] == places[-2] == places[-3]

    qtbot.waitUntil(stands, timeout=20_000)


def middle_of(widget: QWidget) -> QPoint:
    """Where the middle of a widget is on the screen."""
    return widget.mapToGlobal(widget.rect().center())


def click(place: QPoint) -> subprocess.Popen[bytes]:
    """Click a place on the screen."""
    return subprocess.Popen(["xdotool", "mousemove", str(place.x()), str(place.y()), "sleep", "0.1", "click", "1"])
