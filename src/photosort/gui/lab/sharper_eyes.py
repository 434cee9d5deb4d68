"""The welcome page's one quiet line that offers a better network, and the only thing there that goes online."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from photosort.gui.controls import button, label
from photosort.gui.icons import IconSet
from photosort.gui.lab import network_words as words
from photosort.gui.lab.doing import Task
from photosort.gui.lab.network_jobs import NetworkJobs
from photosort.gui.lab.strips import NoticeStrip, ProgressStrip
from photosort.gui.theme import SPACING, Themes

NETWORK = "mobilenetv2"
_COMING = frozenset({Task.GET, Task.IMPORT})
_HEIGHT = 6 * SPACING
_PROMISE = "Better groups, surer of animals. It is fetched only when you click; photosort never goes online by itself."
_DONE = "Sharper eyes are here: the photos you open are looked at with them."


class SharperEyes(QWidget):
    """Offers the recommended network while it is not here; shows how it comes; says when it has come.

    Args:
        jobs: what is done with the networks.
        icons: where buttons get their icons.
        themes: whose colours the signs take.
    """

    lab_requested = Signal()
    """The person wants to take the network from a file, which the Lab can do."""

    def __init__(self, jobs: NetworkJobs, icons: IconSet, themes: Themes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._told = False
        self.get_button = button("", "link")
        self.get_button.clicked.connect(partial(jobs.get, NETWORK))
        icons.put_on(self.get_button, "sparkle")
        self.promise = label(_PROMISE, "muted", size=0.92, wrap=True)
        self.promise.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.progress = ProgressStrip("Sharper eyes")
        self.progress.pause_toggled.connect(self._on_pause_toggled)
        self.progress.cancel_requested.connect(partial(jobs.cancel, NETWORK))
        self.notice = NoticeStrip(icons, themes)
        self.notice.closed.connect(partial(jobs.dismiss, NETWORK))
        self.file_button = button("Use a weights file\N{HORIZONTAL ELLIPSIS}", "link")
        self.file_button.clicked.connect(self.lab_requested)

        line = QHBoxLayout()
        line.setSpacing(SPACING)
        line.addStretch(1)
        line.addWidget(self.get_button)
        line.addWidget(self.file_button)
        line.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACING, 0, SPACING, 0)
        column.setSpacing(0)
        column.addWidget(self.notice)
        column.addLayout(line)
        column.addWidget(self.promise)
        column.addWidget(self.progress)
        # What comes and goes in it must not move the page.
        self.setMinimumHeight(_HEIGHT)
        jobs.changed.connect(self._on_changed)
        self._refresh()

    @Slot(str)
    def _on_changed(self, name: str) -> None:
        if name == NETWORK:
            self._refresh()

    @Slot()
    def _on_pause_toggled(self) -> None:
        doing = self._jobs.doing(NETWORK)
        if doing is not None:
            (self._jobs.resume if doing.paused else self._jobs.pause)(NETWORK)

    def hideEvent(self, event: QHideEvent) -> None:
        """What has been read once is not said again when the page comes back."""
        super().hideEvent(event)
        if self._came():
            self._told = True

    def _came(self) -> bool:
        outcome = self._jobs.outcome(NETWORK)
        return outcome is not None and outcome.ok and outcome.task in _COMING

    def _refresh(self) -> None:
        focused = QApplication.focusWidget()
        mine = focused is not None and self.isAncestorOf(focused)
        jobs = self._jobs
        status, doing, outcome = jobs.status(NETWORK), jobs.doing(NETWORK), jobs.outcome(NETWORK)
        if doing is not None and doing.task not in _COMING:
            # A check or a removal is the Lab's business.
            doing = None
        failed = outcome is not None and not outcome.ok and outcome.task in _COMING
        self._told = self._told and doing is None
        came = self._came() and not self._told
        fetch = words.fetch_words(status, outcome)
        self.get_button.setText(f"Sharper eyes: {fetch[:1].lower()}{fetch[1:]}" if status.part_bytes else fetch)
        self.get_button.setVisible(bool(fetch) and doing is None)
        self.promise.setVisible(bool(fetch) and doing is None and not failed)
        self.file_button.setVisible(bool(fetch) and doing is None and failed)
        self.progress.show_doing(doing)
        if doing is None and outcome is not None and (failed or came):
            self.notice.say(outcome.message if failed else _DONE, bad=failed)
        else:
            self.notice.say("")
        wanted = bool(fetch) or doing is not None or came
        if not wanted or self.parentWidget() is not None:
            # A widget without a parent would become a window of its own.
            self.setVisible(wanted)
        if mine and focused is not None and not focused.isVisibleTo(self):
            for one in (self.progress.pause_button, self.get_button, self.notice.close_button):
                if one.isVisibleTo(self):
                    one.setFocus()
                    break
