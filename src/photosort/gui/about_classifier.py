"""About this classifier: its card, shown to a person."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from photosort.core.errors import ModelError
from photosort.core.paths import resources
from photosort.gui import text
from photosort.gui.about import sentences
from photosort.gui.about.card_facts import CardFacts, LabelFacts, facts_of
from photosort.gui.about.charts import HeatTable, Meter, ReliabilityDiagram
from photosort.gui.about.mistakes import Mistakes
from photosort.gui.controls import Role, label
from photosort.gui.icons import IconSet
from photosort.gui.reading_page import ReadingPage
from photosort.gui.theme import SPACING
from photosort.ml.heads.storing import read_card
from photosort.pipeline.choice import name_of

_logger = logging.getLogger(__name__)

_WIDEST = 92 * SPACING
_BULLET = "\N{BULLET}"
_BY_LABEL = "Found: of 100 photos of it, so many get the label. Right: of 100 photos with the label, so many show it."
_HEAT = "Each row is what photos show, each column what they are called, in photos of 100."
_EXACT = frozenset({"SHA-256", "Made by"})
"""Facts in letters of equal width, to be copied."""


class AboutClassifierPage(ReadingPage):
    """What a classifier tells apart, how well, and what it was made from; leaves out what its card does not tell.

    Args:
        icons: where the buttons get their icons.
        album: where the pictures lie that a card names as mistakes; None for the sample album.
    """

    def __init__(self, icons: IconSet, album: Path | None = None, parent: QWidget | None = None) -> None:
        super().__init__(icons, "", _WIDEST, parent)
        self._album = resources() / "album" if album is None else album

    def show_classifier(self, source: Path | Mapping[str, Any]) -> None:
        """Show a classifier, by the folder of its head or by its card; says so where the card cannot be read."""
        try:
            card = read_card(source) if isinstance(source, Path) else source
        except ModelError as error:
            _logger.warning("A classifier's card cannot be shown: %s", error)
            self._show("This classifier", "", [label(f"Nothing can be told of it: {error}", "warning", wrap=True)])
            return
        facts = facts_of(card)
        network = name_of(facts.backbone_id)
        self._show(facts.title or "This classifier", f"on {network}" if network else "", self._parts(facts))
        # The keys that scroll work at once.
        self.scroll_area.setFocus()

    def _show(self, title: str, network: str, parts: Sequence[QWidget]) -> None:
        self.title.setText(title)
        self.note.setText(network)
        self.setAccessibleName(f"About this classifier: {title}")
        rows = QVBoxLayout()
        rows.setSpacing(3 * SPACING)
        for part in parts:
            rows.addWidget(part)
        rows.addStretch(1)
        self.show_column(rows)

    def _parts(self, facts: CardFacts) -> list[QWidget]:
        parts = [
            self._lead(facts),
            self._abilities(facts),
            _section("Label by label", _words(_BY_LABEL), _label_table(facts.by_label)) if facts.by_label else None,
            _section("When it does not know", *map(_words, [*sentences.doubts(facts), *sentences.unseen(facts)])),
            self._reliability(facts),
            self._confusion(facts),
            _section("What it learnt from", _words(sentences.learnt_from(facts)), _words(_held_out(facts))),
            _section("The classifier itself", _facts_table(facts)),
        ]
        return [part for part in parts if part is not None]

    def _lead(self, facts: CardFacts) -> QWidget | None:
        told = f"Tells apart {text.listed(facts.labels)}." if facts.labels else ""
        figure = None
        if facts.accuracy is not None:
            figure = _words(sentences.accuracy(facts.accuracy), size=1.25, weight=QFont.Weight.DemiBold)
        return _stack(figure, _words(sentences.measured(facts), "muted"), _words(told))

    def _abilities(self, facts: CardFacts) -> QWidget | None:
        shown = f"It is shown only of photos whose kind is {text.listed(facts.asked_of)}." if facts.asked_of else ""
        failures = [_words(f"{_BULLET}  {failure}") for failure in sentences.failures(facts)]
        mistakes = Mistakes(self._album, facts.mistakes) if facts.mistakes else None
        return _section("What it can and cannot do", _words(facts.notes), _words(shown), *failures, mistakes)

    def _reliability(self, facts: CardFacts) -> QWidget | None:
        if not facts.reliability:
            return None
        row = QWidget()
        across = QHBoxLayout(row)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(4 * SPACING)
        across.addWidget(ReliabilityDiagram(facts.reliability), 0, Qt.AlignmentFlag.AlignTop)
        told = label(sentences.reliability(facts), wrap=True)
        told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        across.addWidget(told, 1, Qt.AlignmentFlag.AlignVCenter)
        return _section("How far to believe its percentages", row)

    def _confusion(self, facts: CardFacts) -> QWidget | None:
        if facts.confusion is None:
            return None
        told = _words(sentences.confusions(facts.confusion))
        return _section("What is taken for what", told, HeatTable(facts.confusion), _words(_HEAT, "muted"))


def _held_out(facts: CardFacts) -> str:
    return sentences.held_out(facts.held_out)


def _words(words: str, role: Role = "", *, size: float = 1.0, weight: QFont.Weight | None = None) -> QLabel | None:
    """A text that can be selected; nothing where there is nothing to say."""
    if not words:
        return None
    result = label(words, role, size=size, weight=weight, wrap=True)
    result.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return result


def _stack(*parts: QWidget | None) -> QWidget | None:
    """Parts below each other; nothing where all are missing."""
    there = [part for part in parts if part is not None]
    if not there:
        return None
    result = QWidget()
    rows = QVBoxLayout(result)
    rows.setContentsMargins(0, 0, 0, 0)
    rows.setSpacing(SPACING)
    for part in there:
        rows.addWidget(part)
    return result


def _section(title: str, *parts: QWidget | None) -> QWidget | None:
    """Parts under a heading; nothing where all are missing."""
    if all(part is None for part in parts):
        return None
    return _stack(label(title, size=1.2, weight=QFont.Weight.DemiBold), *parts)


def _label_table(rows: Sequence[LabelFacts]) -> QWidget:
    """Label, recall, precision and photos, with a bar beside each share."""
    result = QWidget()
    grid = QGridLayout(result)
    grid.setContentsMargins(0, SPACING // 2, 0, 0)
    grid.setHorizontalSpacing(SPACING)
    grid.setVerticalSpacing(SPACING // 2)
    right = Qt.AlignmentFlag.AlignRight
    grid.addWidget(label("Found", "muted"), 0, 1)
    grid.addWidget(label("Right", "muted"), 0, 4)
    grid.addWidget(label("Learnt from", "muted"), 0, 7, right)
    for number, row in enumerate(rows, 1):
        name = label(row.label)
        name.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        grid.addWidget(name, number, 0)
        for column, share, what in ((1, row.recall, "found"), (4, row.precision, "right")):
            if share is None:
                continue
            value = label(f"{share * 100:.0f}")
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            value.setAccessibleName(f"{row.label}, {what}: {sentences.of_hundred(share)}")
            grid.addWidget(Meter(share), number, column)
            grid.addWidget(value, number, column + 1, right)
        if row.fitted_on is not None:
            grid.addWidget(label(text.number(row.fitted_on), "muted"), number, 7, right)
    for column in (1, 4):
        grid.setColumnStretch(column, 1)
    for column in (3, 6):
        grid.setColumnMinimumWidth(column, 3 * SPACING)
    return result


def _facts_table(facts: CardFacts) -> QWidget | None:
    """Captions and values, exact ones in letters of equal width."""
    told = [("Works on", facts.backbone_id), *facts.facts]
    shown = [(caption, value) for caption, value in told if value]
    if not shown:
        return None
    result = QWidget()
    grid = QGridLayout(result)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(3 * SPACING)
    grid.setVerticalSpacing(SPACING // 2)
    grid.setColumnStretch(1, 1)
    for row, (caption, value) in enumerate(shown):
        words = label(value, wrap=True)
        words.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        words.setAccessibleName(f"{caption}: {value}")
        if caption in _EXACT:
            words.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        grid.addWidget(label(caption, "muted"), row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(words, row, 1)
    return result
