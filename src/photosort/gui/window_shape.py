"""The window's size and place: what fits the screen, and as text for the settings."""

from __future__ import annotations

import base64

from PySide6.QtCore import QByteArray, QRect, QSize
from PySide6.QtGui import QScreen
from PySide6.QtWidgets import QWidget

FIRST_SIZE = QSize(1280, 800)
_FRAME = QSize(16, 48)
"""What the system may draw around the window: its true size is known only when the window is shown."""


def fitted(wanted: QRect, available: QRect) -> QRect:
    """``wanted``, made smaller and moved where it would not lie inside ``available``."""
    size = wanted.size().boundedTo(available.size())
    left = min(max(wanted.left(), available.left()), available.left() + available.width() - size.width())
    top = min(max(wanted.top(), available.top()), available.top() + available.height() - size.height())
    return QRect(left, top, size.width(), size.height())


def resize_first(window: QWidget, screen: QScreen) -> None:
    """Give a window that was never shown the size that it should have, as far as the screen has room for it."""
    window.resize(FIRST_SIZE.boundedTo(screen.availableSize() - _FRAME))


def restore(window: QWidget, geometry: QByteArray) -> None:
    """Give a window the size and place that it had, as far as it still lies on a screen."""
    if window.restoreGeometry(geometry) and not (window.isMaximized() or window.isFullScreen()):
        window.setGeometry(fitted(window.geometry(), window.screen().availableGeometry()))


def text_of(data: QByteArray) -> str:
    """Bytes of Qt as text for the settings."""
    return base64.b64encode(data.data()).decode("ascii")


def bytes_of(text: str) -> QByteArray:
    """What `text_of` made text of."""
    return QByteArray.fromBase64(QByteArray(text.encode("ascii", "replace")))
