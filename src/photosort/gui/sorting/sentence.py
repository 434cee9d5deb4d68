"""The one sentence that says what sorting will do; its words can be clicked and changed."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from photosort.gui.controls import label
from photosort.gui.flow_layout import TIGHT, FlowLayout
from photosort.gui.theme import SPACING, scaled

_SIZE = 1.3
WORDS: Final = ("scope", "where", "rules", "names", "how", "unsure")
"""What can be changed, in the order of the sentence."""
_HINTS = {
    "scope": "Which photos",
    "where": "Where the folders are made",
    "rules": "By what photos are sorted",
    "names": "What folders are called",
    "how": "What is done with the files",
    "unsure": "What becomes of photos that nothing is sure of",
}


_PARTS = (
    "Put", "scope", "into", "where", "by", "rules", ", in folders like", "names", ",", "how", "them.",
    "Where nothing is sure, a photo", "unsure", ".",
)  # fmt: skip


class Sentence(QWidget):
    """Put *all 5,310 photos* into *Pictures/Sorted* by *my labels, then dates*, and so on.

    `word_clicked` tells which word was clicked; the page opens what changes it below the word.
    """

    word_clicked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("What sorting will do")
        self.words: dict[str, QPushButton] = {name: self._word(name) for name in WORDS}
        flow = FlowLayout(SPACING - 2, 2, self)
        for part in _PARTS:
            flow.addWidget(self.words[part] if part in self.words else _text(part))
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def say(self, **words: str) -> None:
        """Say something else at some of the words."""
        for name, said in words.items():
            word = self.words[name]
            word.setText(said)
            word.setAccessibleName(f"{_HINTS[name]}: {said}")
            word.setToolTip(_HINTS[name])
        self.updateGeometry()

    @property
    def said(self) -> str:
        """The whole sentence."""
        said = " ".join(self.words[part].text() if part in self.words else part for part in _PARTS)
        return said.replace(" ,", ",").replace(" .", ".")

    def _word(self, name: str) -> QPushButton:
        word = QPushButton()
        word.setObjectName("word")
        word.setCursor(Qt.CursorShape.PointingHandCursor)
        word.setFont(scaled(word.font(), _SIZE))
        word.setAutoDefault(False)
        word.clicked.connect(lambda: self.word_clicked.emit(name))
        return word


def _text(words: str) -> QWidget:
    result = label(words, size=_SIZE)
    result.setProperty(TIGHT, words[0] in ",.")
    return result
