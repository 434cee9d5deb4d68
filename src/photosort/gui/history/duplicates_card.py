"""An offer on the page of a run: put the duplicates that it found into the trash, and what that means."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from photosort.gui.controls import button, label
from photosort.gui.theme import SPACING

_BACK = "They can be restored from here."
_BACK_BY_SYSTEM = "To get them back, restore them from the system's trash: photosort cannot do it here."


class DuplicatesCard(QFrame):
    """Says how many duplicates lie around, and offers the trash; hidden where there are none.

    Args:
        tells_places: the trash tells where things lie in it, so that they can be brought back from here.
    """

    def __init__(self, *, tells_places: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._tells_places = tells_places
        self.title = label("", weight=QFont.Weight.DemiBold)
        self.words = label("", "muted", wrap=True)
        self.button = button("")
        told = QVBoxLayout()
        told.setSpacing(SPACING // 2)
        told.addWidget(self.title)
        told.addWidget(self.words)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * SPACING, SPACING, 2 * SPACING, SPACING)
        row.setSpacing(2 * SPACING)
        row.addLayout(told, 1)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.set_count(0)

    def set_count(self, count: int) -> None:
        """Offer to discard this many; 0 offers nothing."""
        self.setVisible(count > 0)
        duplicates = "1 duplicate" if count == 1 else f"{count:,} duplicates"
        self.title.setText(f"{duplicates} stayed where {'it is' if count == 1 else 'they are'}")
        same = "It has" if count == 1 else "Each has"
        self.words.setText(
            f"{same} exactly the content of a photo that was sorted. "
            + (_BACK if self._tells_places else _BACK_BY_SYSTEM)
        )
        self.button.setText(f"Put {duplicates} into the trash")
