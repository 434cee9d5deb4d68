"""A sentence at the bottom of the window that stays until it is dismissed: what was done, and the way back."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from photosort.gui.controls import ElidedLabel, button, icon_button
from photosort.gui.icons import IconSet
from photosort.gui.theme import SPACING

_WIDEST = 52 * SPACING


class Notice(QWidget):
    """Words with what can be done about them, and an x.

    Args:
        icons: where the x gets its icon.
    """

    def __init__(self, icons: IconSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._act: Callable[[], object] | None = None
        self._more: Callable[[], object] | None = None
        self.words = ElidedLabel()
        self.action_button = button("", "link")
        self.more_button = button("", "link")
        self.close_button = icon_button(icons, "close", "Dismiss this message")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, SPACING, 0)
        row.setSpacing(SPACING // 2)
        for widget in (self.words, self.action_button, self.more_button, self.close_button):
            row.addWidget(widget)
        self.action_button.clicked.connect(self._on_action)
        self.more_button.clicked.connect(self._on_more)
        self.close_button.clicked.connect(self.dismiss)
        self.hide()

    def say(
        self,
        words: str,
        action: str = "",
        act: Callable[[], object] | None = None,
        more: str = "",
        show_more: Callable[[], object] | None = None,
    ) -> None:
        """Say something in place of what was said before.

        Args:
            words: a sentence.
            action: what can be done about it, as a button says it; empty for nothing.
            act: does it.
            more: what leads to more about it; empty for nothing.
            show_more: shows that.
        """
        metrics = self.words.fontMetrics()
        self.words.setText(metrics.elidedText(words, Qt.TextElideMode.ElideRight, _WIDEST))
        self.words.setToolTip(words)
        self.setAccessibleName(words)
        for control, name in ((self.action_button, action), (self.more_button, more)):
            control.setText(name)
            control.setVisible(bool(name))
        self._act, self._more = act, show_more
        self.show()

    @Slot()
    def dismiss(self) -> None:
        """Say nothing any longer."""
        self._act = self._more = None
        self.hide()

    @Slot()
    def _on_action(self) -> None:
        if (act := self._act) is not None:
            act()

    @Slot()
    def _on_more(self) -> None:
        if (show_more := self._more) is not None:
            show_more()
