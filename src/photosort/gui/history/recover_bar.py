"""A bar below the tool bar that offers to finish what was interrupted, or to put everything back."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from photosort.core.sorting.values import Run, RunState
from photosort.gui.controls import button, label
from photosort.gui.history import words
from photosort.gui.icons import IconSet, pixmap
from photosort.gui.theme import SPACING, Themes

_SIGN = 20


class RecoverBar(QWidget):
    """Offers an interrupted run until it was dealt with.

    Args:
        icons: where the buttons get their icons.
        themes: whose colours the sign takes.
    """

    finish_requested = Signal(int)
    """Finish the run with this id."""
    roll_back_requested = Signal(int)
    """Put back everything of it."""
    open_requested = Signal(int)
    """Show all of it."""

    def __init__(self, icons: IconSet, themes: Themes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("errorbar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._icons = icons
        self._themes = themes
        self._run: Run | None = None
        self._sign = QLabel()
        self.message = label(wrap=True)
        self.open_button = button("What was done so far", "link")
        self.roll_back_button = button("Put everything back")
        self.finish_button = button("Finish")
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * SPACING, SPACING, 2 * SPACING, SPACING)
        row.setSpacing(SPACING)
        row.addWidget(self._sign)
        row.addWidget(self.message, 1)
        for one in (self.open_button, self.roll_back_button, self.finish_button):
            row.addWidget(one)
        self.open_button.clicked.connect(lambda: self.open_requested.emit(self._run_id()))
        self.finish_button.clicked.connect(lambda: self.finish_requested.emit(self._run_id()))
        self.roll_back_button.clicked.connect(lambda: self.roll_back_requested.emit(self._run_id()))
        themes.changed.connect(self._paint_sign)
        self._paint_sign()
        self.hide()

    @property
    def run(self) -> Run | None:
        """What is offered."""
        return self._run

    def offer(self, run: Run | None) -> None:
        """Offer an interrupted run; None offers nothing."""
        self._run = run
        self.setVisible(run is not None)
        if run is not None:
            told = words.offered_when_interrupted(run)
            self.message.setText(f"{told} No photo is lost.")
            self.setAccessibleName(told)
            # What was being put back is put back by finishing: there is nothing else to choose.
            self.roll_back_button.setVisible(run.state is RunState.APPLYING)

    def set_busy(self, *, busy: bool) -> None:
        """Ask for nothing while files are being moved."""
        self.finish_button.setEnabled(not busy)
        self.roll_back_button.setEnabled(not busy)

    def _run_id(self) -> int:
        # The buttons are there only while a run is offered.
        return 0 if self._run is None else self._run.id

    @Slot()
    def _paint_sign(self) -> None:
        self._sign.setPixmap(pixmap("warning", self._themes.current.warning, _SIGN, self.devicePixelRatioF()))
