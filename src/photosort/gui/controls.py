"""The few kinds of small controls that panels and pages are made of, named as the style sheet knows them."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QToolButton

from photosort.gui.icons import IconSet
from photosort.gui.theme import scaled

Role = Literal["", "muted", "caption", "accent", "warning", "danger"]
Kind = Literal["", "primary", "link", "pill"]


def label(
    text: str = "", role: Role = "", *, size: float = 1.0, weight: QFont.Weight | None = None, wrap: bool = False
) -> QLabel:
    """A text in a role of the style sheet, ``size`` times the system's font."""
    result = QLabel(text)
    result.setObjectName(role)
    result.setTextFormat(Qt.TextFormat.PlainText)
    result.setWordWrap(wrap)
    if size != 1.0 or weight is not None:
        result.setFont(scaled(result.font(), size, weight))
    return result


def button(text: str, kind: Kind = "") -> QPushButton:
    """A button with words."""
    result = QPushButton(text)
    # Enter presses the button that has the keyboard, on a page as in a dialog.
    result.setAutoDefault(True)
    result.setObjectName(kind)
    if kind == "link":
        result.setCursor(Qt.CursorShape.PointingHandCursor)
    return result


def icon_button(icons: IconSet, icon: str, name: str, *, checkable: bool = False) -> QToolButton:
    """A button with a drawing; ``name`` is its tooltip and what a screen reader says."""
    result = QToolButton()
    result.setToolTip(name)
    result.setAccessibleName(name)
    result.setCheckable(checkable)
    icons.put_on(result, icon)
    return result


def hairline() -> QFrame:
    """A horizontal line of one pixel."""
    result = QFrame()
    result.setObjectName("hairline")
    result.setFixedHeight(1)
    return result
