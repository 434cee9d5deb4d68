"""What can be done with single photos of the preview: take them out, send them elsewhere, take that back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QCompleter, QHBoxLayout, QLineEdit, QMenu, QWidget

from photosort.core.sorting.plans.templates import safe_folder
from photosort.gui import text
from photosort.gui.controls import label
from photosort.gui.sorting.choice_popup import Popup
from photosort.gui.theme import SPACING

_LISTED = 16
_DOTS = "\N{HORIZONTAL ELLIPSIS}"


def send_menu(
    parent: QWidget,
    count: int,
    folders: Sequence[str],
    *,
    send: Callable[[str], None],
    ask: Callable[[], None],
    take_out: Callable[[], None],
    take_back: Callable[[], None] | None,
) -> QMenu:
    """The menu of some photos.

    Args:
        parent: of the menu.
        count: how many photos.
        folders: where they may be sent, the likeliest first.
        send: called with one of them.
        ask: asks for another folder.
        take_out: lets them stay where they are.
        take_back: puts them back where they were proposed to go; None where nothing was changed about them.
    """
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    elsewhere = menu.addMenu(f"&Send {text.photos(count)} to")
    for folder in folders[:_LISTED]:
        elsewhere.addAction(text.literal(folder), partial(send, folder))
    if folders:
        elsewhere.addSeparator()
    elsewhere.addAction(f"&Another folder{_DOTS}", ask)
    stays = "it is" if count == 1 else "they are"
    menu.addAction(f"&Take out: leave where {stays}\tDel", take_out)
    if take_back is not None:
        menu.addSeparator()
        menu.addAction("As &proposed again", take_back)
    return menu


class FolderAsker(Popup):
    """Asks for the name of a folder below the destination.

    Args:
        folders: those that are there already, which complete what is typed.
        answer: called with the name.
        parent: above which it opens.
    """

    def __init__(self, folders: Sequence[str], answer: Callable[[str], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._answer = answer
        self.field = QLineEdit()
        self.field.setAccessibleName("Name of the folder")
        self.field.setPlaceholderText("Folder, or folder/folder")
        self.field.setMinimumWidth(32 * SPACING)
        completer = QCompleter(list(folders), self.field)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.field.setCompleter(completer)
        self.field.returnPressed.connect(self._on_return)
        row = QHBoxLayout()
        row.setContentsMargins(SPACING, SPACING, SPACING, SPACING)
        row.setSpacing(SPACING)
        row.addWidget(label("Send to", "muted"))
        row.addWidget(self.field)
        self.column.addLayout(row)
        self.field.setFocus()

    @Slot()
    def _on_return(self) -> None:
        if name := safe_folder(self.field.text()):
            self.close()
            self._answer(name)
