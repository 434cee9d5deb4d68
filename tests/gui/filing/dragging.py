"""Drags as Qt delivers them: simulated mouse moves end in no drop offscreen, so the events themselves are sent."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget

BOTH = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction
NO_KEYS = Qt.KeyboardModifier.NoModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
_LEFT = Qt.MouseButton.LeftButton


def urls(*paths: Path) -> QMimeData:
    """What a file manager gives."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def drag_over(viewport: QWidget, mime: QMimeData, point: QPoint, keys: Qt.KeyboardModifier = NO_KEYS) -> QDragMoveEvent:
    """Enter a widget with something, and go to a point of it; returns the last event, as the widget left it."""
    QApplication.sendEvent(viewport, QDragEnterEvent(point, BOTH, mime, _LEFT, keys))
    event = QDragMoveEvent(point, BOTH, mime, _LEFT, keys)
    QApplication.sendEvent(viewport, event)
    return event


def leave(viewport: QWidget) -> None:
    """Go elsewhere."""
    QApplication.sendEvent(viewport, QDragLeaveEvent())


def drop(viewport: QWidget, mime: QMimeData, point: QPoint, keys: Qt.KeyboardModifier = NO_KEYS) -> QDropEvent:
    """Drop something at a point of a widget, if that takes it; returns the drop, as the widget left it."""
    moved = drag_over(viewport, mime, point, keys)
    event = QDropEvent(point.toPointF(), BOTH, mime, _LEFT, keys)
    event.ignore()
    if moved.isAccepted():
        QApplication.sendEvent(viewport, event)
    else:
        leave(viewport)
    return event
