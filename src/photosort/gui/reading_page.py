"""A page to read: a title with the way back, and below it a column that scrolls, no wider than can be read."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFont, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from photosort.gui.controls import icon_button, label
from photosort.gui.icons import IconSet
from photosort.gui.theme import SPACING


class ReadingPage(QWidget):
    """The frame of such a page; Escape and the arrow lead back.

    Args:
        icons: where the arrow gets its icon.
        title: what stands above the page.
        widest: of the column, device-independent pixels.
    """

    back_requested = Signal()

    def __init__(self, icons: IconSet, title: str, widest: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._widest = widest
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.back_button = icon_button(icons, "arrow-left", "Back (Esc)")
        self.back_button.clicked.connect(self.back_requested)
        self.title = label(title, size=1.4, weight=QFont.Weight.DemiBold)
        self.note = label("", "muted")
        head = QHBoxLayout()
        head.setSpacing(SPACING)
        head.addWidget(self.back_button)
        head.addWidget(self.title)
        head.addWidget(self.note, 0, Qt.AlignmentFlag.AlignVCenter)
        head.addStretch(1)
        self.scroll_area = QScrollArea()
        self.scroll_area.setWidgetResizable(True)
        self.scroll_area.setFrameShape(QFrame.Shape.NoFrame)
        self.scroll_area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * SPACING, 2 * SPACING, SPACING, 0)
        column.setSpacing(2 * SPACING)
        column.addLayout(head)
        column.addWidget(self.scroll_area, 1)
        back = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        back.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        back.activated.connect(self.on_escape)

    @Slot()
    def on_escape(self) -> None:
        """Leave the page; a page that has something to take back first does that instead."""
        self.back_requested.emit()

    def show_column(self, column: QVBoxLayout) -> None:
        """Put a filled column in the middle of the page, in place of the one before.

        Filled, since what is added to a widget that is on screen already stays hidden until the next event.
        """
        body = QWidget()
        body.setObjectName("page")
        body.setMaximumWidth(self._widest)
        body.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        column.setContentsMargins(0, 0, 2 * SPACING, 4 * SPACING)
        body.setLayout(column)
        holder = QWidget()
        holder.setObjectName("page")
        across = QHBoxLayout(holder)
        across.setContentsMargins(0, 0, 0, 0)
        across.addStretch(1)
        across.addWidget(body, 1000)
        across.addStretch(1)
        self.scroll_area.setWidget(holder)
        # Without this the keyboard would reach what is new last of all in the window, after the status bar.
        reached: QWidget = self.scroll_area
        for widget in holder.findChildren(QWidget):
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
                QWidget.setTabOrder(reached, widget)
                reached = widget
