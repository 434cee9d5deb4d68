"""The line over the photos that says that new ones came into a watched folder."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from photosort.gui import text
from photosort.gui.controls import button, icon_button
from photosort.gui.icons import IconSet
from photosort.gui.theme import SPACING

_HEIGHT = 36
"""Twice the radius that the style sheet gives it."""


class ArrivalsPill(QWidget):
    """Floats at the lower edge of the photos: one click leads to the preview, another puts it off.

    Args:
        icons: where buttons get their icons.
        page: what it floats over.
    """

    wanted = Signal()
    put_off = Signal()

    def __init__(self, icons: IconSet, page: QWidget) -> None:
        super().__init__(page)
        self._page = page
        self.setObjectName("arrivals")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.sort_button = button("", "link")
        self.sort_button.setToolTip("Shows first what would be done: nothing is moved yet")
        self.sort_button.clicked.connect(self.wanted)
        self.close_button = icon_button(icons, "close", "Not now")
        self.close_button.clicked.connect(self.put_off)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACING + 4, 0, 4, 0)
        row.setSpacing(SPACING // 2)
        row.addWidget(self.sort_button)
        row.addWidget(self.close_button)
        self.setFixedHeight(_HEIGHT)
        page.installEventFilter(self)
        self.hide()

    def tell(self, count: int) -> None:
        """Say how many photos the rule would place; 0 says nothing."""
        self.sort_button.setText(f"{_new(count)}: sort {'it' if count == 1 else 'them'} as before")
        self.setVisible(count > 0)
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep its place when the page changes its size."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show):
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        self.adjustSize()
        page = self._page
        self.move((page.width() - self.width()) // 2, page.height() - self.height() - 3 * SPACING)
        self.raise_()


def _new(count: int) -> str:
    return f"{text.number(count)} new photo{'' if count == 1 else 's'}"
