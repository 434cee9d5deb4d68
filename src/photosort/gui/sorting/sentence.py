"""The one sentence that says what sorting will do; its words can be clicked and changed."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QWidget

from photosort.gui import text
from photosort.gui.controls import label
from photosort.gui.flow_layout import TIGHT, FlowLayout
from photosort.gui.theme import scaled

_SIZE = 1.3
_CLOSE = (",", ".")
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
_OTHERWISE = {"Put": "Give", "into": "", "by": "keywords by", ", in folders like": ", such as", "them.": "."}
"""What is said in place of some parts where keywords are written and no file goes anywhere."""


class Sentence(QWidget):
    """Put *all 5,310 photos* into *Pictures/Sorted* by *my labels, then dates*, and so on.

    `word_clicked` tells which word was clicked; the page opens what changes it below the word.
    """

    word_clicked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("What sorting will do")
        self._said = dict.fromkeys(WORDS, "")
        self.words: dict[str, QPushButton] = {name: self._word(name) for name in WORDS}
        flow = FlowLayout(QFontMetrics(scaled(self.font(), _SIZE)).horizontalAdvance(" "), 2, self)
        self._joints: dict[bool, list[QLabel]] = {True: [], False: []}
        self._moves = True
        for part in _PARTS:
            if part in self.words:
                flow.addWidget(self.words[part])
                continue
            for moves, said in ((True, part), (False, _OTHERWISE.get(part, part))):
                for word in said.split():
                    joint = _text(word)
                    self._joints[moves].append(joint)
                    flow.addWidget(joint)
                    # Not before it has its place: it would flash as a window of its own.
                    joint.setVisible(moves)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def say(self, **words: str) -> None:
        """Say something else at some of the words."""
        for name, said in words.items():
            word = self.words[name]
            self._said[name] = said
            word.setText(text.literal(said))
            word.setAccessibleName(f"{_HINTS[name]}: {said}")
            word.setToolTip(_HINTS[name])
        self.updateGeometry()

    def set_moving(self, *, moves: bool) -> None:
        """Speak of folders that photos go into, or of keywords that they get."""
        self._moves = moves
        for of, joints in self._joints.items():
            for joint in joints:
                joint.setVisible(of is moves)
        self.words["where"].setVisible(moves)
        self.updateGeometry()

    @property
    def said(self) -> str:
        """The whole sentence."""
        joints = _PARTS if self._moves else [_OTHERWISE.get(part, part) for part in _PARTS]
        parts = [self._said.get(part, part) for part in joints]
        hidden = set() if self._moves else {_PARTS.index("where")}
        said = " ".join(part for index, part in enumerate(parts) if part and index not in hidden)
        return said.replace(" ,", ",").replace(" .", ".")

    def _word(self, name: str) -> QPushButton:
        word = QPushButton()
        word.setObjectName("word")
        word.setCursor(Qt.CursorShape.PointingHandCursor)
        word.setFont(scaled(word.font(), _SIZE))
        word.setAutoDefault(False)
        word.clicked.connect(lambda: self.word_clicked.emit(name))
        return word


def _text(words: str) -> QLabel:
    result = label(words, size=_SIZE)
    result.setProperty(TIGHT, words[0] in _CLOSE)
    return result
