"""The question whether the name of a folder becomes a label too."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from photosort.gui import text
from photosort.gui.controls import button, label
from photosort.gui.flow_layout import FlowLayout
from photosort.gui.theme import SPACING

_OPEN, _CLOSE = "\N{LEFT DOUBLE QUOTATION MARK}", "\N{RIGHT DOUBLE QUOTATION MARK}"


class LearnCard(QWidget):
    """Asks below the list of folders, without standing in anybody's way; Esc says "not now"."""

    answered = Signal(object, object)
    """Path of the folder, and True for yes, False for never, None for not now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._folder: Path | None = None
        self.question = label(wrap=True)
        self.explanation = label("", "caption", size=0.9, wrap=True)
        self.yes = button("Yes", "primary")
        self.not_now = button("Not now", "link")
        self.never = button("Never", "link")
        self.never.setToolTip("Never for this folder")
        for one, answer in ((self.yes, True), (self.not_now, None), (self.never, False)):
            one.clicked.connect(lambda _=False, said=answer: self._answer(said))
        row = FlowLayout(SPACING // 2, SPACING // 2)
        for one in (self.yes, self.not_now, self.never):
            row.addWidget(one)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACING + 4, SPACING, SPACING, SPACING)
        column.setSpacing(SPACING // 2)
        column.addWidget(self.question)
        column.addWidget(self.explanation)
        column.addLayout(row)
        self.hide()

    @property
    def folder(self) -> Path | None:
        """The folder that is asked about; None while nothing is asked."""
        return self._folder

    def ask(self, folder: Path, photos: int) -> None:
        """Ask about a folder into which photos were filed."""
        self._folder = folder
        self.question.setText(f"Learn {_OPEN}{folder.name}{_CLOSE} as a label too?")
        self.explanation.setText(f"For {text.photos(photos)}, and for what you file there from now on.")
        self.never.setAccessibleName(f"Never learn {folder.name} as a label")
        self.yes.setAccessibleName(f"Learn {folder.name} as a label")
        self.show()

    @Slot()
    def drop(self) -> None:
        """Ask nothing any more."""
        self._folder = None
        self.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc says "not now"."""
        if event.key() == Qt.Key.Key_Escape:
            self._answer(None)
        else:
            super().keyPressEvent(event)

    def _answer(self, said: bool | None) -> None:
        folder = self._folder
        self.drop()
        if folder is not None:
            self.answered.emit(folder, said)
