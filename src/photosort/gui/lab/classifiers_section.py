"""The Lab's list of the classifiers in use, each with the way to its card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from photosort.gui import text
from photosort.gui.controls import button, label
from photosort.gui.theme import SPACING

_DOT = " \N{MIDDLE DOT} "


@dataclass(frozen=True, slots=True)
class ClassifierInUse:
    """A classifier whose guesses are shown.

    Attributes:
        name: its name in the catalog.
        title: its name on screen.
        labels: its labels.
        backbone_id: whose embeddings it works on.
        network: the title of that network.
        fitted_on: photos that it was fitted on; None where nobody knows.
        accuracy: share of right guesses on photos kept out, 0 to 1; None where nobody knows.
        kept_out: how many photos that were.
    """

    name: str
    title: str
    labels: tuple[str, ...]
    backbone_id: str
    network: str
    fitted_on: int | None = None
    accuracy: float | None = None
    kept_out: int | None = None


class ClassifiersSection(QWidget):
    """One card for each classifier."""

    about_requested = Signal(str)
    """The name of a classifier."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[ClassifierInUse, ...] | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(3 * SPACING // 2)
        self.set_classifiers(())

    def set_classifiers(self, classifiers: Sequence[ClassifierInUse]) -> None:
        """Show these classifiers."""
        if self._shown == tuple(classifiers):
            # The same as before keep their widgets, and with them the keyboard.
            return
        self._shown = tuple(classifiers)
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        if not classifiers:
            self._column.addWidget(label("No classifier has guessed yet.", "muted"))
        for one in classifiers:
            self._column.addWidget(self._card(one))

    def _card(self, classifier: ClassifierInUse) -> QWidget:
        card = QWidget()
        card.setObjectName("card")
        card.setAccessibleName(classifier.title)
        about = button("About this classifier", "link")
        about.setAccessibleName(f"About this classifier: {classifier.title}")
        about.clicked.connect(partial(self.about_requested.emit, classifier.name))
        head = QHBoxLayout()
        head.setSpacing(SPACING)
        head.addWidget(label(classifier.title, size=1.1, weight=QFont.Weight.DemiBold))
        head.addStretch(1)
        head.addWidget(about)
        column = QVBoxLayout(card)
        column.setContentsMargins(2 * SPACING, SPACING, 2 * SPACING, 3 * SPACING // 2)
        column.setSpacing(SPACING // 2)
        column.addLayout(head)
        column.addWidget(label(", ".join(classifier.labels), wrap=True))
        column.addWidget(label(_figures(classifier), "muted", size=0.92, wrap=True))
        return card


def _figures(classifier: ClassifierInUse) -> str:
    parts = [f"Works on {classifier.network}"]
    if classifier.fitted_on is not None:
        parts.append(f"fitted on {text.photos(classifier.fitted_on)}")
    if classifier.accuracy is not None:
        kept = "" if classifier.kept_out is None else f" of {text.photos(classifier.kept_out)} kept out"
        parts.append(f"right for {text.percent(classifier.accuracy)}{kept}")
    return _DOT.join(parts)
