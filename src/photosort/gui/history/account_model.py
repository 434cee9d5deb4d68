"""What became of every photo of a run, as a table: a hundred thousand rows cost no more than those on screen."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from photosort.core.sorting.values import AccountItem, Status
from photosort.gui.history import words

_Index = QModelIndex | QPersistentModelIndex
_HEADERS = ("Photo", "Went to", "What became of it", "Why")
_NOWHERE = "\N{EM DASH}"


class Shown(StrEnum):
    """Which rows are shown: those of a status, or those that an undo could not put back."""

    ALL = "all"
    SORTED = "sorted"
    DUPLICATE = "duplicate"
    LEFT = "left"
    FAILED = "failed"
    STAYED = "stayed"


class AccountModel(QAbstractTableModel):
    """Photos with what became of them; can show only some."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._items: Sequence[AccountItem] = ()
        self._standing: frozenset[int] = frozenset()
        self._stayed: Mapping[str, str] = {}
        self._shown = Shown.ALL
        self._needle = ""
        self._rows: NDArray[np.intp] = np.empty(0, np.intp)

    def set_items(
        self,
        items: Sequence[AccountItem],
        *,
        standing: Collection[int],
        stayed: Mapping[str, str] | None = None,
    ) -> None:
        """Show these photos instead.

        Args:
            items: the account.
            standing: places in ``items`` of the photos that are where they were put, as far as photosort knows.
            stayed: source -> why an undo left it where it is.
        """
        self.beginResetModel()
        self._items = items
        self._standing = frozenset(standing)
        self._stayed = {} if stayed is None else stayed
        self._choose()
        self.endResetModel()

    def show_only(self, shown: Shown, needle: str = "") -> None:
        """Show the photos of a status whose places or reason contain some text, in any case."""
        self.beginResetModel()
        self._shown, self._needle = shown, needle.casefold().strip()
        self._choose()
        self.endResetModel()

    def count(self, shown: Shown) -> int:
        """How many photos there are of a status, whatever is looked for."""
        return len(self._matching(shown))

    def item(self, row: int) -> AccountItem:
        """The photo of a row."""
        return self._items[int(self._rows[row])]

    def stands(self, row: int) -> bool:
        """True where the photo of a row is where it was put, as far as photosort knows."""
        return int(self._rows[row]) in self._standing

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        """One row per photo that is shown."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        """Photo, place, status, reason."""
        return 0 if parent.isValid() else len(_HEADERS)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Text, also as tooltip, where a photo's other files are told as well."""
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        item = self.item(index.row())
        text = self._text(index.row(), item, index.column())
        if role == Qt.ItemDataRole.ToolTipRole and index.column() < 2 and item.companions:
            beside = (companion[index.column()] or _NOWHERE for companion in item.companions)
            return "\n".join([text, *beside])
        return text

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The columns' names."""
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return _HEADERS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return None

    def _text(self, row: int, item: AccountItem, column: int) -> str:
        match column:
            case 0:
                return item.source
            case 1:
                return item.target if item.target is not None else _NOWHERE
            case 2:
                if item.source in self._stayed:
                    return "Stayed"
                if item.status is Status.SORTED and not self.stands(row):
                    return "Put back"
                return words.STATUS_NAMES[item.status]
            case _:
                return self._stayed.get(item.source, item.reason)

    def _choose(self) -> None:
        found = self._matching(self._shown)
        if self._needle:
            found = [row for row in found if self._needle in self._searched(self._items[row])]
        self._rows = np.array(found, np.intp)

    def _matching(self, shown: Shown) -> Sequence[int]:
        items = self._items
        if shown is Shown.ALL:
            return range(len(items))
        if shown is Shown.STAYED:
            return [row for row, item in enumerate(items) if item.source in self._stayed]
        wanted = Status(shown.value)
        return [row for row, item in enumerate(items) if item.status is wanted]

    def _searched(self, item: AccountItem) -> str:
        return "\n".join((item.source, item.target or "", self._stayed.get(item.source, item.reason))).casefold()
