"""NetworkRow: one network of the Lab: what it is, whether it is here, and what can be done with it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QFileDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from photosort.gui.controls import button, label
from photosort.gui.icons import IconSet
from photosort.gui.lab import network_words as words
from photosort.gui.lab.doing import Outcome
from photosort.gui.lab.network_jobs import NetworkJobs
from photosort.gui.lab.strips import NoticeStrip, ProgressStrip, QuestionStrip, action_buttons
from photosort.gui.theme import SPACING, Themes
from photosort.ml.networks import State

_DOTS = "\N{HORIZONTAL ELLIPSIS}"
_RECOMMENDED = "mobilenetv2"
_WEIGHTS = "Keras weights (*.h5 *.hdf5 *.keras);;All files (*)"


class NetworkRow(QWidget):
    """A card of one network.

    Args:
        name: the network.
        jobs: what is done with the networks.
        icons: where buttons get their icons.
        themes: whose colours the signs take.
    """

    use_requested = Signal(str)
    """The person wants this network to serve."""

    def __init__(
        self, name: str, jobs: NetworkJobs, icons: IconSet, themes: Themes, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._name = name
        self._jobs = jobs
        self._use = ""
        self._serving = False
        self._if_removed = ""
        facts = jobs.status(name).facts
        self.setAccessibleName(facts.title)

        self.title = label(facts.title, size=1.1, weight=QFont.Weight.DemiBold)
        self.mark = label(role="accent", weight=QFont.Weight.DemiBold)
        self.state = label(role="muted")
        self.about = label(facts.about, wrap=True)
        self.facts = label(role="muted", size=0.92, wrap=True)
        self.get_button = button("", "primary" if name == _RECOMMENDED else "")
        self.file_button = button(f"Use a weights file{_DOTS}", "link")
        self.file_button.setToolTip(f"A file that is here already; Keras calls it {facts.weights_file}")
        self.use_button = button("Use this one")
        self.check_button = button("Check")
        self.check_button.setToolTip("Is every byte as it should be, and does it see what it should see?")
        self.remove_button = button("Remove", "link")
        for one in (self.file_button, self.use_button, self.check_button, self.remove_button):
            one.setAccessibleName(f"{one.text()}: {facts.title}")
        self.progress = ProgressStrip(facts.title)
        self.question = QuestionStrip()
        self.notice = NoticeStrip(icons, themes)

        head = QHBoxLayout()
        head.setSpacing(SPACING)
        head.addWidget(self.title)
        head.addWidget(self.mark)
        head.addStretch(1)
        head.addWidget(self.state)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * SPACING, 3 * SPACING // 2, 2 * SPACING, 3 * SPACING // 2)
        column.setSpacing(SPACING // 2)
        column.addLayout(head)
        column.addWidget(self.about)
        column.addWidget(self.facts)
        self._actions = QWidget()
        actions = action_buttons(
            self.get_button, self.use_button, self.check_button, self.file_button, self.remove_button
        )
        actions.setContentsMargins(0, SPACING // 2, 0, 0)
        self._actions.setLayout(actions)
        for strip in (self.notice, self._actions, self.progress, self.question):
            column.addWidget(strip)

        self._connect()
        self._refresh()

    def _connect(self) -> None:
        jobs, name = self._jobs, self._name
        self.get_button.clicked.connect(partial(jobs.get, name))
        self.file_button.clicked.connect(self._on_file_clicked)
        self.use_button.clicked.connect(lambda: self.use_requested.emit(name))
        self.check_button.clicked.connect(partial(jobs.verify, name))
        self.remove_button.clicked.connect(self._on_remove_clicked)
        self.progress.pause_toggled.connect(self._on_pause_toggled)
        self.progress.cancel_requested.connect(partial(jobs.cancel, name))
        self.question.left.connect(self._focus_what_is_there)
        self.notice.closed.connect(partial(jobs.dismiss, name))
        jobs.changed.connect(self._on_changed)

    @property
    def name(self) -> str:
        """The network's name."""
        return self._name

    def set_use(self, mark: str, *, serving: bool, if_removed: str) -> None:
        """Say what the network is used for.

        Args:
            mark: "in use", or for what; empty when it is not used.
            serving: it is the one that looks at photos, so that nobody need choose it.
            if_removed: a sentence that says what would become of it if the network were removed.
        """
        self._use, self._serving, self._if_removed = mark, serving, if_removed
        self._refresh()

    @Slot(str)
    def _on_changed(self, name: str) -> None:
        if name == self._name:
            self._refresh()

    def _refresh(self) -> None:
        focused = QApplication.focusWidget()
        mine = focused is not None and self.isAncestorOf(focused)
        jobs, name = self._jobs, self._name
        status, doing, outcome = jobs.status(name), jobs.doing(name), jobs.outcome(name)
        fetch = words.fetch_words(status, outcome)
        here = jobs.usable(name)
        self.mark.setText(self._use)
        self.mark.setVisible(bool(self._use))
        self.state.setText(words.state_words(status))
        self.facts.setText(words.facts_line(status))
        self.get_button.setText(fetch)
        self.get_button.setAccessibleName(f"{fetch}: {status.facts.title}")
        self.get_button.setVisible(bool(fetch))
        self.file_button.setVisible(not here)
        self.use_button.setVisible(here and not self._serving)
        self.check_button.setVisible(here)
        self.remove_button.setVisible(status.state not in (State.BUNDLED, State.ABSENT))
        self._actions.setVisible(doing is None)
        self.progress.show_doing(doing)
        self._show_outcome(None if doing is not None else outcome)
        if doing is not None:
            self.question.drop()
        if mine and focused is not None and not focused.isVisibleTo(self):
            self._focus_what_is_there()

    @Slot()
    def _focus_what_is_there(self) -> None:
        """What had the keyboard has gone: its successor takes it, not whatever stands next on the page."""
        for one in self.findChildren(QPushButton):
            if one.isVisibleTo(self) and one.isEnabled():
                one.setFocus()
                return

    def _show_outcome(self, outcome: Outcome | None) -> None:
        if outcome is None:
            self.notice.say("")
            return
        self.notice.say("\n".join([outcome.message, *outcome.findings]), bad=not outcome.ok)

    @Slot()
    def _on_pause_toggled(self) -> None:
        doing = self._jobs.doing(self._name)
        if doing is not None:
            (self._jobs.resume if doing.paused else self._jobs.pause)(self._name)

    @Slot()
    def _on_file_clicked(self) -> None:
        title = self._jobs.status(self._name).facts.title
        chosen, _kind = QFileDialog.getOpenFileName(self.window(), f"Weights of {title}", str(Path.home()), _WEIGHTS)
        if chosen:
            self._jobs.take_file(self._name, Path(chosen))

    @Slot()
    def _on_remove_clicked(self) -> None:
        status = self._jobs.status(self._name)
        if not self._use:
            self._jobs.remove(self._name)
            return
        frees = f"Remove, frees {words.whole_megabytes(status.bytes_on_disk)}"
        self.question.ask(
            f"{status.facts.title} is in use. {self._if_removed}".strip(),
            frees,
            "Keep it",
            partial(self._jobs.remove, self._name),
        )
