"""The page of the photos: the grid, what is new in it, and what to say when it is empty."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QVBoxLayout, QWidget

from photosort.gui import text
from photosort.gui.controls import button, label
from photosort.gui.theme import SPACING


class PhotosPage(QWidget):
    """The grid with two things that may float over it: "412 new here: show", and words where no photo is.

    In place of the news may stand an offer to show the photos in another way.

    Args:
        grid: the grid.
    """

    show_news_requested = Signal()
    empty_action_requested = Signal()

    def __init__(self, grid: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.grid = grid
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(grid)

        self.news_button = button("", "pill")
        self.news_button.setParent(self)
        self.news_button.setFixedHeight(4 * SPACING)
        self.news_button.setCursor(Qt.CursorShape.PointingHandCursor)
        self.news_button.setToolTip("Put every photo where it belongs by what is known now")
        self.news_button.clicked.connect(self.show_news_requested)
        self.news_button.hide()
        self._news = 0
        self._offer = ""

        self.empty = QWidget(self)
        self.empty.setFixedWidth(56 * SPACING)
        self.empty_title = label("", size=1.4, weight=QFont.Weight.DemiBold, wrap=True)
        self.empty_text = label("", "muted", wrap=True)
        self.empty_button = button("")
        self.empty_button.clicked.connect(self.empty_action_requested)
        rows = QVBoxLayout(self.empty)
        rows.setSpacing(SPACING)
        for words in (self.empty_title, self.empty_text):
            words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            rows.addWidget(words)
        rows.addSpacing(SPACING)
        rows.addWidget(self.empty_button, 0, Qt.AlignmentFlag.AlignHCenter)
        self.empty.hide()
        grid.installEventFilter(self)

    def set_news(self, count: int) -> None:
        """Say how many photos would stand elsewhere by now; 0 says nothing."""
        self._news = count
        self._show_news()

    def set_offer(self, words: str) -> None:
        """Offer another way to show the photos, which includes what is new; no words offer nothing."""
        self._offer = words
        self._show_news()

    def _show_news(self) -> None:
        self.news_button.setVisible(bool(self._offer or self._news))
        self.news_button.setText(self._offer or f"{text.number(self._news)} new here: show")
        self._place()

    def set_empty(self, title: str, explanation: str = "", action: str = "") -> None:
        """Say why no photo is shown, and offer what helps; an empty title says nothing."""
        self.empty_title.setText(title)
        self.empty_text.setText(explanation)
        self.empty_text.setVisible(bool(explanation))
        self.empty_button.setText(action)
        self.empty_button.setVisible(bool(action))
        self.empty.setVisible(bool(title))
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep what floats in its place when the grid changes its size."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show):
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        self.news_button.adjustSize()
        self.news_button.move((self.width() - self.news_button.width()) // 2, 5 * SPACING)
        self.news_button.raise_()
        self.empty.adjustSize()
        self.empty.move(
            (self.width() - self.empty.width()) // 2, max((self.height() - self.empty.height()) * 2 // 5, 0)
        )
        self.empty.raise_()
