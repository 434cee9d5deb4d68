"""The few kinds of small controls that panels and pages are made of, named as the style sheet knows them."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QToolButton

from photosort.gui.icons import IconSet
from photosort.gui.theme import scaled

Role = Literal["", "muted", "caption", "accent", "warning", "danger"]
_FEWEST = 10
"""Letters that a text is never narrower than, if it has as many."""
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


class ElidedLabel(QLabel):
    """A text in one line that ends in dots where there is no room for all of it.

    Without that, one long title keeps every page of the window from becoming narrower.
    """

    def minimumSizeHint(self) -> QSize:
        """A few letters."""
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), self.fontMetrics().averageCharWidth() * _FEWEST), hint.height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Draw as much of it as there is room for."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), self.alignment(), shown)
        painter.end()


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
