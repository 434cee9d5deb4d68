"""A bar below the tool bar that says what went wrong, with the details for whoever wants them. Never a dialog."""

from __future__ import annotations

import os
import traceback
from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from photosort.core.errors import PhotosortError
from photosort.gui.controls import button, icon_button
from photosort.gui.icons import IconSet, pixmap
from photosort.gui.theme import SPACING, Themes

_SHOWN_LINES = 12


def sentence_of(error: BaseException) -> str:
    """What went wrong, for a person: our own errors speak for themselves, all others are a defect of the program."""
    if isinstance(error, PhotosortError):
        message = str(error)
        return message[:1].upper() + message[1:]
    if isinstance(error, MemoryError):
        return "There is not enough memory for this. Closing other programs may help."
    if isinstance(error, OSError) and error.strerror:
        where = f" ({Path(os.fsdecode(error.filename)).name})" if error.filename else ""
        return f"The system refused: {error.strerror}{where}."
    return "Something inside photosort went wrong. Your photos were not touched."


class ErrorBar(QWidget):
    """Shows the newest error until it is closed.

    Args:
        icons: where the buttons get their icons.
        themes: whose colours the sign takes.
    """

    def __init__(self, icons: IconSet, themes: Themes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("errorbar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._themes = themes
        self._sign = QLabel()
        self.message = QLabel()
        self.message.setWordWrap(True)
        self.message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.details_button = button("Details", "link")
        self.details_button.setCheckable(True)
        self.copy_button = button("Copy", "link")
        self.close_button = icon_button(icons, "close", "Close this message")
        self.details = QPlainTextEdit(readOnly=True)
        self.details.hide()

        row = QHBoxLayout()
        row.setSpacing(SPACING)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.message, 1)
        row.addWidget(self.details_button)
        row.addWidget(self.copy_button)
        row.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * SPACING, SPACING // 2, 2 * SPACING, SPACING // 2)
        column.addLayout(row)
        column.addWidget(self.details)

        self.details_button.toggled.connect(self.details.setVisible)
        self.copy_button.clicked.connect(self._on_copy_clicked)
        self.close_button.clicked.connect(self.hide)
        themes.changed.connect(self._paint_sign)
        self._paint_sign()
        self.hide()

    def show_error(self, error: BaseException) -> None:
        """Tell of ``error``."""
        self.show_message(sentence_of(error), "".join(traceback.format_exception(error)))

    def show_message(self, message: str, details: str = "") -> None:
        """Tell of something that went wrong without an exception."""
        self.message.setText(message)
        self.details.setPlainText(details)
        lines = min(details.count("\n") + 1, _SHOWN_LINES)
        self.details.setFixedHeight(self.details.fontMetrics().lineSpacing() * lines + 3 * SPACING)
        self.details_button.setChecked(False)
        self.details_button.setVisible(bool(details))
        self.show()

    @Slot()
    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(f"{self.message.text()}\n\n{self.details.toPlainText()}".strip())

    @Slot()
    def _paint_sign(self) -> None:
        self._sign.setPixmap(pixmap("warning", self._themes.current.danger, 20, self.devicePixelRatioF()))
