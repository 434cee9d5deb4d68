"""The account on a page: which photos, a box to find one, and the table."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from photosort.core.sorting.values import AccountItem
from photosort.gui.history.account_model import AccountModel, Shown
from photosort.gui.theme import SPACING

_NAMES = {
    Shown.ALL: "All",
    Shown.SORTED: "Sorted",
    Shown.DUPLICATE: "Duplicates",
    Shown.LEFT: "Left",
    Shown.FAILED: "Failed",
    Shown.STAYED: "Could not go back",
}
_TYPING_MS = 150


class AccountView(QWidget):
    """What became of every photo; photos can be selected to be put back."""

    selection_changed = Signal()
    show_requested = Signal(object)
    """AccountItem: show its file."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = AccountModel(self)
        self.table = _table(self.model)
        self.table.setAccessibleName("What became of every photo")
        self.search = QLineEdit()
        self.search.setPlaceholderText("Find a photo, a folder, a reason")
        self.search.setAccessibleName("Find a photo, a folder, a reason")
        self.search.setClearButtonEnabled(True)
        self.search.setMaximumWidth(36 * SPACING)
        self.buttons: dict[Shown, QToolButton] = {}
        self._group = QButtonGroup(self)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_MS)
        head = QHBoxLayout()
        head.setSpacing(SPACING // 2)
        for shown in Shown:
            chip = QToolButton()
            chip.setObjectName("chip")
            chip.setCheckable(True)
            self.buttons[shown] = chip
            self._group.addButton(chip)
            head.addWidget(chip)
        head.addStretch(1)
        head.addWidget(self.search, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACING)
        column.addLayout(head)
        column.addWidget(self.table, 1)
        self.buttons[Shown.ALL].setChecked(True)
        self._group.buttonClicked.connect(self._refresh)
        self.search.textChanged.connect(self._typing.start)
        self._typing.timeout.connect(self._refresh)
        self.table.selectionModel().selectionChanged.connect(self.selection_changed)
        self.model.modelReset.connect(self.selection_changed)
        self.table.activated.connect(lambda index: self.show_requested.emit(self.model.item(index.row())))

    def show_items(self, items: Sequence[AccountItem], *, standing: Collection[int], stayed: Mapping[str, str]) -> None:
        """Show an account; with ``stayed``, what an undo could not put back comes first."""
        self.model.set_items(items, standing=standing, stayed=stayed)
        for shown, chip in self.buttons.items():
            count = self.model.count(shown)
            chip.setText(f"{_NAMES[shown]}  {count:,}")
            chip.setVisible(count > 0 or shown is Shown.ALL)
        self.show_only(Shown.STAYED if stayed else Shown.ALL)

    def show_only(self, shown: Shown) -> None:
        """Show the photos of a status, and forget what was looked for."""
        self.search.clear()
        self.buttons[shown].setChecked(True)
        self._refresh()

    def selected(self) -> list[int]:
        """Ids of the selected photos that are where they were put, from the top."""
        # By ranges: an index for each of a hundred thousand rows would cost a third of a second.
        ranges = self.table.selectionModel().selection()
        rows = sorted({row for one in ranges.toList() for row in range(one.top(), one.bottom() + 1)})
        ids = (self.model.item(row).photo_id for row in rows if self.model.stands(row))
        return [photo_id for photo_id in ids if photo_id is not None]

    @Slot()
    def _refresh(self) -> None:
        self._typing.stop()
        shown = next(shown for shown, chip in self.buttons.items() if chip.isChecked())
        self.model.show_only(shown, self.search.text())


def _table(model: AccountModel) -> QTableView:
    table = QTableView()
    table.setModel(model)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setCornerButtonEnabled(False)
    table.setTabKeyNavigation(False)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
    table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(4 * SPACING)
    table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    header = table.horizontalHeader()
    header.setHighlightSections(False)
    header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
    header.setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
    for column, width in ((0, 34), (1, 34), (2, 17)):
        table.setColumnWidth(column, width * SPACING)
    return table
