"""The strips of a card of the Lab: how a job goes, a question, and how something ended. Each hides when empty."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from photosort.gui.controls import button, icon_button, label
from photosort.gui.icons import IconSet, pixmap
from photosort.gui.lab.doing import Doing
from photosort.gui.telling import show_share
from photosort.gui.theme import SPACING, Themes

_SIGN = 18
_SINK = 5


class ProgressStrip(QWidget):
    """A bar, a sentence, and buttons to hold and to stop.

    Args:
        subject: what is worked on, for screen readers.
    """

    pause_toggled = Signal()
    cancel_requested = Signal()

    def __init__(self, subject: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._subject = subject
        self.sentence = label(role="muted")
        # Numbers that change must not push the buttons about.
        self.sentence.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(f"Progress of {subject}")
        self.pause_button = button("Pause", "link")
        self.pause_button.clicked.connect(self.pause_toggled)
        self.cancel_button = button("Cancel", "link")
        self.cancel_button.setToolTip("Stop; what has come is kept")
        self.cancel_button.setAccessibleName(f"Cancel {subject}")
        self.cancel_button.clicked.connect(self.cancel_requested)
        row = QHBoxLayout()
        row.setSpacing(SPACING // 2)
        row.addWidget(self.sentence, 1)
        row.addWidget(self.pause_button)
        row.addWidget(self.cancel_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SPACING // 2, 0, 0)
        column.setSpacing(SPACING // 2)
        column.addWidget(self.bar)
        column.addLayout(row)
        self.hide()

    def show_doing(self, doing: Doing | None) -> None:
        """Show how it goes; None hides the strip."""
        self.setVisible(doing is not None)
        if doing is None:
            return
        self.sentence.setText(doing.sentence)
        self.sentence.setToolTip(doing.sentence)
        show_share(self.bar, None if doing.stopping else doing.progress)
        self.pause_button.setText("Go on" if doing.paused else "Pause")
        self.pause_button.setAccessibleName(f"{self.pause_button.text()}: {self._subject}")
        for one in (self.pause_button, self.cancel_button):
            one.setEnabled(not doing.stopping)


class QuestionStrip(QWidget):
    """A question with two answers, asked where it arises and not in a dialog."""

    left = Signal()
    """It is asked no longer, and the keyboard, which it had, needs another place."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._on_yes: Callable[[], None] = _nothing
        self.sentence = label(wrap=True)
        self.yes_button = button("", "primary")
        self.yes_button.clicked.connect(self._on_yes_clicked)
        self.no_button = button("")
        self.no_button.clicked.connect(self.drop)
        row = QHBoxLayout()
        row.setSpacing(SPACING)
        row.addWidget(self.yes_button)
        row.addWidget(self.no_button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SPACING // 2, 0, 0)
        column.setSpacing(SPACING)
        column.addWidget(self.sentence)
        column.addLayout(row)
        self.hide()

    def ask(self, question: str, yes: str, no: str, on_yes: Callable[[], None]) -> None:
        """Ask; ``on_yes`` is called once if the person says so. The focus goes to the answer that changes nothing."""
        self._on_yes = on_yes
        self.sentence.setText(question)
        for one, words in ((self.yes_button, yes), (self.no_button, no)):
            one.setText(words)
            one.setAccessibleName(words)
            one.setAccessibleDescription(question)
        self.show()
        self.no_button.setFocus()

    @property
    def asking(self) -> bool:
        """True while it waits for an answer."""
        return not self.isHidden()

    @Slot()
    def drop(self) -> None:
        """Ask no longer."""
        self._on_yes = _nothing
        had_keyboard = self.yes_button.hasFocus() or self.no_button.hasFocus()
        self.hide()
        if had_keyboard:
            self.left.emit()

    @Slot()
    def _on_yes_clicked(self) -> None:
        on_yes = self._on_yes
        self.drop()
        on_yes()


class NoticeStrip(QWidget):
    """How something ended: a sentence with a sign. What can be done about it stands below, where it always does.

    Args:
        icons: where the close button gets its icon.
        themes: whose colours the sign takes.
    """

    closed = Signal()

    def __init__(self, icons: IconSet, themes: Themes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._themes = themes
        self._bad = False
        self._sign = QLabel()
        # Level with the first line, and that with the button, whose drawing has a margin.
        self._sign.setFixedSize(_SIGN, _SIGN + _SINK)
        self._sign.setAlignment(Qt.AlignmentFlag.AlignBottom)
        self.sentence = label(wrap=True)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.sentence.setContentsMargins(0, _SINK, 0, _SINK)
        self.close_button = icon_button(icons, "close", "Close this message")
        self.close_button.clicked.connect(self.closed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, SPACING // 2, 0, 0)
        row.setSpacing(SPACING)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.sentence, 1, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        themes.changed.connect(self._paint_sign)
        self.hide()

    def say(self, sentence: str, *, bad: bool = False) -> None:
        """Say how it ended; an empty sentence hides the strip."""
        self.setVisible(bool(sentence))
        self._bad = bad
        self.sentence.setText(sentence)
        self._paint_sign()

    @Slot()
    def _paint_sign(self) -> None:
        theme = self._themes.current
        name, colour = ("warning", theme.danger) if self._bad else ("check", theme.accent)
        self._sign.setPixmap(pixmap(name, colour, _SIGN, self.devicePixelRatioF()))


def action_buttons(*buttons: QPushButton) -> QHBoxLayout:
    """Buttons side by side, from the left."""
    row = QHBoxLayout()
    row.setSpacing(SPACING)
    for one in buttons:
        row.addWidget(one)
    row.addStretch(1)
    return row


def _nothing() -> None:
    """What an answer does while nothing is asked."""
