"""The page that shows what sorting will do before it does: one sentence, before | after, and one button."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QApplication, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from photosort.gui.controls import button, hairline, icon_button, label
from photosort.gui.icons import IconSet
from photosort.gui.sorting.before_panel import BeforePanel
from photosort.gui.sorting.boldness import Boldness
from photosort.gui.sorting.folder_view import FolderView
from photosort.gui.sorting.sentence import Sentence
from photosort.gui.theme import SPACING
from photosort.gui.thumbnail_loader import ThumbnailLoader

_DOTS = "\N{HORIZONTAL ELLIPSIS}"
_LOWEST = 5 * SPACING
_QUIET = "Nothing is touched until you say so."


class SortPage(QWidget):
    """The widgets of the preview; who fills them is `photosort.gui.sorting.wiring.Sorting`.

    Args:
        icons: where the buttons get their icons.
        loader: where thumbnails come from.
    """

    back_requested = Signal()
    apply_requested = Signal()
    undo_requested = Signal()
    """Take back the last change that was made here by hand."""

    def __init__(self, icons: IconSet, loader: ThumbnailLoader | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.back_button = icon_button(icons, "arrow-left", "Back to the photos (Esc)")
        self.back_button.clicked.connect(self.back_requested)
        self.title = label("Sort", size=1.4, weight=QFont.Weight.DemiBold)
        self.note = label(_QUIET, "muted")
        self.refresh_button = button("Photos were looked at since: show", "link")
        self.refresh_button.setToolTip("Make the preview anew of what is known by now; what you changed by hand stays")
        self.refresh_button.hide()
        self.export_button = button(f"Export{_DOTS}", "link")
        self.export_button.setToolTip("Save as a table (CSV): every photo, where it goes or why it stays")
        self.sentence = Sentence()
        self.boldness = Boldness()
        self.before = BeforePanel()
        self.after = FolderView(loader)
        self.before_title = label("Now", "muted")
        self.after_title = label("Afterwards", "muted")
        self.notes = label("", "warning", wrap=True)
        self.keywords_button = button("Write keywords instead", "link")
        self.summary = label("", wrap=True)
        self.more = label("", "muted", wrap=True)
        self.refusal = label("", "danger", wrap=True)
        self.watch_button = button("", "link")
        self.primary = button("Sort", "primary")
        self.primary.clicked.connect(self.apply_requested)
        self._lay_out()
        self.show_busy("")

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(SPACING)
        head.addWidget(self.back_button)
        head.addWidget(self.title)
        head.addSpacing(SPACING)
        head.addWidget(self.note)
        head.addWidget(self.refresh_button)
        head.addStretch(1)
        head.addWidget(self.export_button)
        top = QVBoxLayout()
        top.setContentsMargins(3 * SPACING, 2 * SPACING, 3 * SPACING, SPACING + SPACING // 2)
        top.setSpacing(SPACING + SPACING // 2)
        top.addLayout(head)
        top.addWidget(self.sentence)
        top.addWidget(self.boldness)
        self._noted = QWidget()
        noted = QHBoxLayout(self._noted)
        noted.setContentsMargins(0, 0, 0, 0)
        noted.setSpacing(SPACING)
        noted.addWidget(self.notes, 1)
        noted.addWidget(self.keywords_button, 0, Qt.AlignmentFlag.AlignTop)
        top.addWidget(self._noted)
        self._noted.hide()

        self.sides = QSplitter(Qt.Orientation.Horizontal)
        self.sides.setHandleWidth(1)
        self.sides.setChildrenCollapsible(False)
        self.sides.addWidget(_side(self.before_title, self.before, 3 * SPACING))
        self.sides.addWidget(_side(self.after_title, self.after, 2 * SPACING))
        self.sides.setStretchFactor(1, 1)
        self.sides.setSizes([34 * SPACING, 120 * SPACING])
        self.before.setMinimumWidth(20 * SPACING)

        told = QVBoxLayout()
        told.setSpacing(2)
        told.addWidget(self.summary)
        told.addWidget(self.more)
        told.addWidget(self.refusal)
        foot = QHBoxLayout()
        foot.setContentsMargins(3 * SPACING, SPACING + SPACING // 2, 3 * SPACING, SPACING + SPACING // 2)
        foot.setSpacing(2 * SPACING)
        foot.addLayout(told, 1)
        foot.addWidget(self.watch_button, 0, Qt.AlignmentFlag.AlignVCenter)
        foot.addWidget(self.primary, 0, Qt.AlignmentFlag.AlignVCenter)

        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(hairline())
        column.addWidget(self.sides, 1)
        column.addWidget(hairline())
        column.addLayout(foot)

    def show_busy(self, words: str, told: str = "") -> None:
        """Say that the preview is being made, or (with nothing to say) that it stands.

        Args:
            words: what is being done.
            told: what is to be known of a preview that stands.
        """
        self.note.setText(words or told or _QUIET)

    def show_verdict(self, primary: str, summary: str, more: str, refusals: Sequence[str], *, ready: bool) -> None:
        """Say what it comes to.

        Args:
            primary: what the button says.
            summary: what happens, in numbers.
            more: what else is to be known.
            refusals: why it cannot be done at all; in place of what else is to be known.
            ready: the button may be pressed.
        """
        self.primary.setText(primary)
        # Enter takes the proposal, as long as nothing else was reached for.
        waits = QApplication.focusWidget() in (None, self, self.primary)
        self.primary.setEnabled(ready and not refusals)
        if waits and self.isVisible():
            (self.primary if self.primary.isEnabled() else self).setFocus()
        self.summary.setText(summary)
        self.more.setText(more)
        self.more.setVisible(bool(more) and not refusals)
        self.refusal.setText(" ".join(refusals))
        self.refusal.setVisible(bool(refusals))

    def show_notes(self, notes: Sequence[str], *, offers_keywords: bool) -> None:
        """Say what a person should know before.

        Args:
            notes: sentences.
            offers_keywords: keywords would do without what they warn of.
        """
        self.notes.setText("\n".join(notes))
        self._noted.setVisible(bool(notes))
        self.keywords_button.setVisible(offers_keywords)

    def show_doubtful(self, *, wanted: bool) -> None:
        """Show the photos that are least sure, beside folders to drop them on; or the tree again."""
        self.before.show_targets(wanted=wanted)
        self.before_title.setText("Drop a photo where it belongs" if wanted else "Now")
        self.after_title.setText("Guesses" if wanted else "Afterwards")
        self.boldness.doubtful_button.setText("back to the folders" if wanted else "see the doubtful ones")
        self.boldness.doubtful_button.setChecked(wanted)

    def selected(self) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """Ids of the photos that are selected, folded away or not."""
        return self.after.selected_ids()

    # -- keys ------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Undo means the last change made here, while this page is shown, and not what the window would undo."""
        override = event.type() is QEvent.Type.ShortcutOverride
        if isinstance(event, QKeyEvent) and override and event.matches(QKeySequence.StandardKey.Undo):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape leads back; Enter presses the button that has the keyboard, or else the one that sorts."""
        key = Qt.Key(event.key())
        focused = QApplication.focusWidget()
        if event.matches(QKeySequence.StandardKey.Undo):
            self.undo_requested.emit()
        elif key is Qt.Key.Key_Escape:
            if self.boldness.doubtful_button.isChecked():
                self.boldness.doubtful_requested.emit()
            else:
                self.back_requested.emit()
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            if isinstance(focused, QAbstractButton) and self.isAncestorOf(focused):
                focused.click()
            elif focused in (None, self):
                self.primary.click()
        else:
            super().keyPressEvent(event)


def _side(title: QWidget, body: QWidget, left: int) -> QWidget:
    result = QWidget()
    result.setObjectName("page")
    # In a low window it gives way to the sentence, which is to be read whole.
    body.setMinimumHeight(_LOWEST)
    column = QVBoxLayout(result)
    column.setContentsMargins(0, SPACING, 0, 0)
    column.setSpacing(SPACING // 2)
    row = QHBoxLayout()
    row.setContentsMargins(left, 0, SPACING, 0)
    row.addWidget(title)
    column.addLayout(row)
    inset = QHBoxLayout()
    inset.setContentsMargins(left - SPACING, 0, 0, 0)
    inset.addWidget(body)
    column.addLayout(inset, 1)
    return result
