"""Careful - bold: from which confidence on a guess counts, told by what it costs."""

from __future__ import annotations

import math
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSlider, QWidget

from photosort.gui.controls import button, label
from photosort.gui.flow_layout import FlowLayout
from photosort.gui.theme import SPACING

USUAL: Final = 40
"""Where the slider stands while each classifier says itself what it is sure of."""
_STRICTEST = 0.995
_LOOSEST = 0.2


def least_confidence(position: int, usual: float) -> float | None:
    """From which confidence on a guess counts.

    Args:
        position: of the slider, 0 (careful) to 100 (bold).
        usual: what the classifiers themselves call sure, on the whole.

    Returns:
        0 to 1; None at `USUAL`: each classifier decides by itself.
    """
    if position == USUAL:
        return None
    if position < USUAL:
        # In steps of what may be wrong, which is what a person hears of: half as many, a quarter.
        share = (USUAL - position) / USUAL
        wrong = (1 - usual) * math.pow((1 - _STRICTEST) / max(1 - usual, 1e-6), share)
        return round(1 - wrong, 4)
    share = (position - USUAL) / (100 - USUAL)
    return round(usual + (min(_LOOSEST, usual) - usual) * share, 4)


def position_of(confidence: float | None, usual: float) -> int:
    """Where the slider stands for a confidence, the other way round."""
    if confidence is None:
        return USUAL
    others = [place for place in range(101) if place != USUAL]
    return min(others, key=lambda place: abs((least_confidence(place, usual) or 0.0) - confidence))


class Boldness(QWidget):
    """The slider between its two words, and beside it what its place costs."""

    moved = Signal(int)
    """The slider's place, 0 to 100, while it moves."""
    doubtful_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setObjectName("boldness")
        self.slider.setRange(0, 100)
        self.slider.setPageStep(10)
        self.slider.setValue(USUAL)
        self.slider.setFixedWidth(26 * SPACING)
        self.slider.setAccessibleName("Careful or bold: from when on a guess places a photo")
        self.slider.setToolTip("Careful: fewer photos, fewer mistakes. Double click: as it was")
        self.slider.valueChanged.connect(self._on_moved)
        self.slider.installEventFilter(self)
        self.words = label("")
        self.doubtful_button = button("see the doubtful ones", "link")
        self.doubtful_button.setCheckable(True)
        self.doubtful_button.clicked.connect(self.doubtful_requested)
        scale = QWidget()
        row = QHBoxLayout(scale)
        row.setContentsMargins(0, 0, SPACING, 0)
        row.setSpacing(SPACING)
        row.addWidget(label("careful", "muted"))
        row.addWidget(self.slider)
        row.addWidget(label("bold", "muted"))
        flow = FlowLayout(SPACING, 2, self)
        for widget in (scale, self.words, self.doubtful_button):
            flow.addWidget(widget)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_place(self, position: int) -> None:
        """Move the slider, without telling."""
        blocked = self.slider.blockSignals(True)
        self.slider.setValue(position)
        self.slider.blockSignals(blocked)

    def tell(self, words: str, *, doubtful: bool) -> None:
        """Say what the slider's place costs, and whether there are doubtful photos to be seen."""
        self.words.setText(f"{words}:" if doubtful else words)
        self.slider.setAccessibleDescription(words)
        self.doubtful_button.setVisible(doubtful)
        self.updateGeometry()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A double click puts the slider back."""
        if event.type() is QEvent.Type.MouseButtonDblClick and isinstance(event, QMouseEvent):
            self.slider.setValue(USUAL)
            return True
        return super().eventFilter(watched, event)

    @Slot(int)
    def _on_moved(self, position: int) -> None:
        self.moved.emit(position)
