"""History: everything that was done to files, newest first, each with its way back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFont, QMouseEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from photosort.core.sorting.values import Run
from photosort.gui import text
from photosort.gui.controls import button, label
from photosort.gui.history import words
from photosort.gui.icons import IconSet
from photosort.gui.reading_page import ReadingPage
from photosort.gui.theme import SPACING

_WIDEST = 104 * SPACING
_AT_ONCE = 50
"""Entries shown until more are asked for: each is a handful of widgets."""


class HistoryPage(ReadingPage):
    """Lists runs of this folder, or of all.

    Args:
        icons: where the buttons get their icons.
    """

    open_requested = Signal(int)
    """Show all of the run with this id."""
    undo_requested = Signal(int)
    redo_requested = Signal(int)

    def __init__(self, icons: IconSet, parent: QWidget | None = None) -> None:
        super().__init__(icons, "History", _WIDEST, parent)
        self.setAccessibleName("History")
        self._icons = icons
        self._runs: Sequence[Run] = ()
        self._root_id: int | None = None
        self._interrupted: frozenset[int] = frozenset()
        self._busy = False
        self._shown = _AT_ONCE
        self.entries: list[Entry] = []
        self._here_only = False

    def show_runs(self, runs: Sequence[Run], root_id: int | None, interrupted: Collection[int] = ()) -> None:
        """Show what was done.

        Args:
            runs: newest first.
            root_id: the folder that is open; None for none.
            interrupted: ids of those on which nobody works any more, although they are not at their end.
        """
        self._runs, self._root_id, self._interrupted = runs, root_id, frozenset(interrupted)
        reached = QApplication.focusWidget()
        focused = [entry.run.id for entry in self.entries if reached is not None and entry.isAncestorOf(reached)]
        self._fill()
        for run_id in focused:
            self.focus(run_id)

    def focus(self, run_id: int | None = None) -> None:
        """Give the keyboard to a run, or to the newest."""
        for entry in self.entries:
            if run_id in {None, entry.run.id}:
                entry.open_button.setFocus()
                return
        self.scroll_area.setFocus()

    def set_busy(self, *, busy: bool) -> None:
        """Ask for nothing while files are being moved."""
        self._busy = busy
        for entry in self.entries:
            entry.set_busy(busy=busy)

    def _on_choice(self, here_only: bool) -> None:
        self._here_only = here_only
        self._shown = _AT_ONCE
        self._fill()
        (self.here_button if here_only else self.all_button).setFocus()

    @Slot()
    def _on_older(self) -> None:
        self._shown += _AT_ONCE
        place = self.scroll_area.verticalScrollBar().value()
        self._fill()
        self.scroll_area.verticalScrollBar().setValue(place)

    def _fill(self) -> None:
        here_only = self._here_only and self._root_id is not None
        runs = [run for run in self._runs if not here_only or run.root_id == self._root_id]
        column = QVBoxLayout()
        column.setSpacing(SPACING)
        if self._root_id is not None:
            column.addLayout(self._choice(here_only=here_only))
        self.entries = []
        if not runs:
            column.addSpacing(4 * SPACING)
            column.addWidget(label("Nothing was moved yet", size=1.2, weight=QFont.Weight.DemiBold))
            told = "Whatever photosort does to your files is kept here, and can be undone at any time."
            column.addWidget(label(told, "muted", wrap=True))
        day = ""
        for run in runs[: self._shown]:
            if (named := words.day(run.started_at)) != day:
                day = named
                caption = label(day, "caption", weight=QFont.Weight.DemiBold)
                caption.setContentsMargins(2 * SPACING, SPACING, 0, 0)
                column.addWidget(caption)
            column.addWidget(self._entry(run))
        if len(runs) > self._shown:
            older = button(f"Show {min(len(runs) - self._shown, _AT_ONCE)} older", "link")
            older.clicked.connect(self._on_older)
            column.addWidget(older, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        self.show_column(column)

    def _choice(self, *, here_only: bool) -> QHBoxLayout:
        """Of this folder, or of all."""
        row = QHBoxLayout()
        row.setSpacing(SPACING // 2)
        self.all_button, self.here_button = _chip("All folders"), _chip("This folder")
        for chip, here in ((self.all_button, False), (self.here_button, True)):
            chip.setChecked(here is here_only)
            chip.clicked.connect(partial(self._on_choice, here))
            row.addWidget(chip)
        row.addStretch(1)
        return row

    def _entry(self, run: Run) -> Entry:
        entry = Entry(run, at_work=run.state.at_work and run.id not in self._interrupted)
        entry.set_busy(busy=self._busy)
        entry.open_button.clicked.connect(partial(self.open_requested.emit, run.id))
        entry.undo_button.clicked.connect(partial(self.undo_requested.emit, run.id))
        entry.redo_button.clicked.connect(partial(self.redo_requested.emit, run.id))
        self.entries.append(entry)
        return entry


class Entry(QFrame):
    """One run in the list; a click anywhere on it opens it.

    Args:
        run: the run.
        at_work: somebody still works on it.
    """

    def __init__(self, run: Run, *, at_work: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.run = run
        self.open_button = button(text.literal(words.named(run)), "link")
        self.open_button.setObjectName("entry")
        self.open_button.setToolTip("Before and after, and every photo")
        told = f"{words.clock(run.started_at)} \N{MIDDLE DOT} {words.way(run)} \N{MIDDLE DOT} {words.facts(run)}"
        self.facts = label(told, "muted", wrap=True)
        interrupted = run.state.at_work and not at_work
        self.state = label(words.state(run, at_work=at_work), "warning" if interrupted else "muted")
        self.undo_button = button("Undo")
        self.undo_button.setAccessibleName(f"Undo: {run.title}")
        self.redo_button = button("Do it again")
        self.redo_button.setAccessibleName(f"Do it again: {run.title}")
        left = QVBoxLayout()
        left.setSpacing(SPACING // 4)
        left.addWidget(self.open_button, 0, Qt.AlignmentFlag.AlignLeft)
        left.addWidget(self.facts)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * SPACING, SPACING, 2 * SPACING, SPACING)
        row.setSpacing(2 * SPACING)
        row.addLayout(left, 1)
        row.addWidget(self.state)
        row.addWidget(self.undo_button)
        row.addWidget(self.redo_button)
        # Only now: a widget without a parent that is shown is a window.
        self.undo_button.setVisible(words.can_undo(run))
        self.redo_button.setVisible(words.can_redo(run) and not words.can_undo(run))

    def set_busy(self, *, busy: bool) -> None:
        """Nothing can be undone while files are being moved."""
        if busy and (self.undo_button.hasFocus() or self.redo_button.hasFocus()):
            # A button that is disabled gives the keyboard to whatever comes next in the window.
            self.open_button.setFocus()
        self.undo_button.setEnabled(not busy)
        self.redo_button.setEnabled(not busy)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the press, so that the release comes here, too."""
        event.setAccepted(event.button() is Qt.MouseButton.LeftButton)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Open it, unless the mouse went elsewhere meanwhile."""
        if event.button() is Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.open_button.click()


def _chip(name: str) -> QToolButton:
    result = QToolButton()
    result.setObjectName("chip")
    result.setText(name)
    result.setCheckable(True)
    return result
