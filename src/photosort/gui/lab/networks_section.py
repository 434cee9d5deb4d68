"""The Lab's list of networks, and which of them serves."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from photosort.gui.controls import button, label
from photosort.gui.icons import IconSet
from photosort.gui.lab.network_jobs import NetworkJobs
from photosort.gui.lab.network_row import NetworkRow
from photosort.gui.lab.strips import QuestionStrip
from photosort.gui.theme import SPACING, Themes
from photosort.ml.networks import OWN

BEST = "auto"
"""The choice that leaves it to the program, as in the settings."""


class NetworksSection(QWidget):
    """One row for each network, and a line that says which one looks at the photos.

    Args:
        jobs: what is done with the networks.
        icons: where buttons get their icons.
        themes: whose colours the signs take.
    """

    wanted = Signal(str)
    """A network's name, or `BEST`: the person would have it serve; answer with `ask`."""
    chosen = Signal(str)
    """The same, after the person has agreed to what it costs."""

    def __init__(self, jobs: NetworkJobs, icons: IconSet, themes: Themes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._choice = BEST
        self._guessing = self._shown = ""
        self.told = label(wrap=True)
        self.best_button = button("Use the best at hand", "link")
        self.best_button.clicked.connect(partial(self.wanted.emit, BEST))
        self.question = QuestionStrip()
        self.question.left.connect(self.best_button.setFocus)
        self.rows = {name: NetworkRow(name, jobs, icons, themes) for name in jobs.names}

        line = QHBoxLayout()
        line.setSpacing(SPACING)
        line.addWidget(self.told, 1)
        line.addWidget(self.best_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3 * SPACING // 2)
        column.addLayout(line)
        column.addWidget(self.question)
        for row in self.rows.values():
            row.use_requested.connect(self.wanted)
            column.addWidget(row)
        jobs.inventory_changed.connect(self._refresh)
        self._refresh()

    def set_choice(self, choice: str, *, guessing: str = "", shown: str = "") -> None:
        """Say which network the person chose.

        Args:
            choice: its name, or `BEST`.
            guessing: the network that the classifiers run on; empty when it is the one that serves.
            shown: the network by which the open folder is shown, for as long as it is looked at with another;
                empty where no folder is.
        """
        self._choice, self._guessing, self._shown = choice, guessing, shown
        self._refresh()

    def ask(self, choice: str, cost: str) -> None:
        """Tell what a choice costs and ask whether it shall be; a choice that costs nothing is made at once."""
        if not cost:
            self.chosen.emit(choice)
            return
        for question in self._questions():
            question.drop()
        question = self.question if choice == BEST else self.rows[choice].question
        question.ask(cost, "Switch", "Leave it as it is", partial(self.chosen.emit, choice))

    def drop_questions(self) -> bool:
        """Take back what is being asked; False when nothing is."""
        asking = [question for question in self._questions() if question.asking]
        for question in asking:
            question.drop()
        return bool(asking)

    def _questions(self) -> list[QuestionStrip]:
        return [self.question, *(row.question for row in self.rows.values())]

    @Slot()
    def _refresh(self) -> None:
        jobs, best, serving = self._jobs, self._jobs.best(), self._jobs.serving(self._choice)
        guessing = self._guessing or serving
        named = self._choice != BEST
        self.told.setText(self._sentence(serving))
        self.best_button.setVisible(named)
        for name, row in self.rows.items():
            mark = "in use" if name == serving else ""
            if guessing != serving:
                mark = {serving: "in use for groups", guessing: "in use for guesses"}.get(name, "")
            heir = jobs.status(best if best != name else OWN).facts.title
            removed = f"Without it, {heir} takes over: photos that {heir} has not looked at yet are looked at again."
            row.set_use(mark, serving=name == serving, if_removed=removed)

    def _sentence(self, serving: str) -> str:
        title = self._title(serving)
        if self._choice == BEST:
            told = f"Your photos are looked at with the best network at hand: {title}."
        elif serving == self._choice:
            told = f"Your photos are looked at with {title}, because you chose it."
        else:
            chosen = self._title(self._choice)
            told = f"You chose {chosen}, which is not here. Until it is, your photos are looked at with {title}."
        if self._shown and self._shown != serving:
            told += (
                f" This folder is shown by what {self._title(self._shown)} saw until every photo was looked at again."
            )
        return told

    def _title(self, name: str) -> str:
        return self._jobs.status(name).facts.title if name in self._jobs.names else name
