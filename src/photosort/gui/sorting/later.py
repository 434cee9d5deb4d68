"""What a preview leaves behind: the folder's rule, and what becomes of photos that come later."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QPushButton, QWidget

from photosort.core.catalog import Catalog
from photosort.core.catalog.rules import KeptRule, Watch
from photosort.core.errors import PhotosortError
from photosort.core.sorting.values import SortRequest
from photosort.gui.sorting.choice_popup import Choice, ChoicePopup, Popup

_CHOICES: Final = {
    Watch.NO: ("I sort them myself", "Press Sort again: it shows only what is new."),
    Watch.PROPOSE: ("Propose", "They are looked at, and a line says that they could be sorted."),
    Watch.FILE: (
        "Sort when sure",
        "They are sorted without asking where nothing is in doubt, and proposed where it is. Every time can be undone.",
    ),
}
_WORDS: Final = {Watch.NO: "I sort them myself", Watch.PROPOSE: "propose", Watch.FILE: "sort when sure"}
_DOWN = "\N{BLACK DOWN-POINTING SMALL TRIANGLE}"


class Later(QObject):
    """Keeps the rule of the open folder, and lets the person say whether it runs by itself.

    Args:
        catalog: where rules are kept.
        button: says what becomes of photos that come later, and opens the choice.
        hold: told of what opens.
        parent: the page, above which it opens.
    """

    rule_kept = Signal()
    """The rule of the folder is another, or newly kept."""
    failed = Signal(object)
    """An exception to tell the person of."""

    def __init__(self, catalog: Catalog, button: QPushButton, hold: Callable[[Popup], None], parent: QWidget) -> None:
        super().__init__(parent)
        self._catalog = catalog
        self._button = button
        self._hold = hold
        self._page = parent
        self._root_id: int | None = None
        self._watch = Watch.NO
        button.clicked.connect(self._on_clicked)

    @property
    def watch(self) -> Watch:
        """What becomes of photos that come later, as it is said now."""
        return self._watch

    def begin(self, root_id: int | None) -> None:
        """Speak of this folder from now on."""
        self._root_id = root_id
        kept = self._kept()
        self._show(Watch.NO if kept is None else kept.watch)

    def keep(self, request: SortRequest) -> None:
        """Make a request the rule of the folder, watched by or not as was said."""
        if self._root_id is None:
            return
        try:
            self._catalog.rules.keep(self._root_id, request, self._watch)
        except PhotosortError as error:
            self.failed.emit(error)
        else:
            self.rule_kept.emit()

    @Slot()
    def _on_clicked(self) -> None:
        choices = [Choice(watch, title, told) for watch, (title, told) in _CHOICES.items()]
        popup = ChoicePopup(choices, self._watch, self._on_chosen, self._page)
        self._hold(popup)
        popup.open_below(self._button)

    def _on_chosen(self, watch: object) -> None:
        if isinstance(watch, Watch):
            self._show(watch)
            if (kept := self._kept()) is not None:
                # The rule is there already; nothing need be sorted for it to be watched by.
                self.keep(kept.request)

    def _show(self, watch: Watch) -> None:
        self._watch = watch
        self._button.setText(f"Photos that come later: {_WORDS[watch]}  {_DOWN}")

    def _kept(self) -> KeptRule | None:
        try:
            return None if self._root_id is None else self._catalog.rules.rule(self._root_id)
        except PhotosortError as error:
            self.failed.emit(error)
            return None
