"""The page that lists what could not be read and what was left aside, each file with its reason."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QHeaderView, QTableView, QVBoxLayout, QWidget

from photosort.gui.controls import button, icon_button, label
from photosort.gui.icons import IconSet
from photosort.gui.theme import SPACING

_Index = QModelIndex | QPersistentModelIndex
_HEADERS = ("File", "Reason")
_CELL_MARGIN = 3
"""What Qt leaves free at the left of a cell's text."""
_TALLEST = 16_777_215
"""Qt's largest height of a widget."""


class ReasonsModel(QAbstractTableModel):
    """Files with their reasons, as a table of two columns; a hundred thousand rows cost nothing but memory."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[tuple[str, str]] = []

    @property
    def rows(self) -> Sequence[tuple[str, str]]:
        """Path relative to the folder, and reason."""
        return self._rows

    def set_rows(self, rows: Sequence[tuple[str, str]]) -> None:
        """Show these files instead."""
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        """One row per file."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        """File and reason."""
        return 0 if parent.isValid() else len(_HEADERS)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Text, also as tooltip."""
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._rows[index.row()][index.column()]
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The columns' names."""
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return _HEADERS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return None


class ProblemsPage(QWidget):
    """What could not be read, and what is neither photo nor a photo's companion.

    Args:
        icons: where the buttons get their icons.
    """

    back_requested = Signal()
    retry_requested = Signal()
    """Forget the failures and look again."""
    export_requested = Signal()
    show_requested = Signal(str)
    """Show this file, by its path relative to the folder, in the system's file manager."""

    def __init__(self, icons: IconSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.back_button = icon_button(icons, "arrow-left", "Back to the photos (Esc)")
        self.back_button.clicked.connect(self.back_requested)
        self.retry_button = button("Try again")
        self.retry_button.setToolTip("Look at these files once more")
        self.retry_button.clicked.connect(self.retry_requested)
        self.export_button = button("Export\N{HORIZONTAL ELLIPSIS}")
        self.export_button.setToolTip("Save both lists as a table (CSV)")
        self.export_button.clicked.connect(self.export_requested)

        head = QHBoxLayout()
        head.setSpacing(SPACING)
        head.addWidget(self.back_button)
        head.addWidget(label("Problems", size=1.4, weight=QFont.Weight.DemiBold))
        head.addStretch(1)
        head.addWidget(self.retry_button)
        head.addWidget(self.export_button)

        self.failures = ReasonsModel(self)
        self.ignored = ReasonsModel(self)
        self._failed_caption = label("", "muted", wrap=True)
        self._ignored_caption = label("", "muted", wrap=True)
        for caption in (self._failed_caption, self._ignored_caption):
            caption.setContentsMargins(_CELL_MARGIN, 0, 0, 0)
        self.failures_table = self._table(self.failures)
        self.ignored_table = self._table(self.ignored)

        column = QVBoxLayout(self)
        column.setContentsMargins(3 * SPACING, 2 * SPACING, 3 * SPACING, 2 * SPACING)
        column.setSpacing(SPACING)
        column.addLayout(head)
        column.addSpacing(SPACING)
        column.addWidget(self._failed_caption)
        column.addWidget(self.failures_table, 3)
        column.addSpacing(SPACING)
        column.addWidget(self._ignored_caption)
        column.addWidget(self.ignored_table, 2)
        # Takes what the tables leave: each is as tall as its rows at most.
        column.addStretch(1)
        self.set_problems((), ())

    def set_problems(self, failures: Sequence[tuple[str, str]], ignored: Sequence[tuple[str, str]]) -> None:
        """Show what could not be read and what was left aside, as pairs of relative path and reason."""
        self.failures.set_rows(failures)
        self.ignored.set_rows(ignored)
        count = len(failures)
        if count:
            files = "1 file" if count == 1 else f"{count:,} files"
            kept = "It is as it was." if count == 1 else "They are as they were."
            self._failed_caption.setText(f"{files} could not be read. {kept}")
        else:
            self._failed_caption.setText("Every photo of this folder could be read.")
        others = "1 other file is" if len(ignored) == 1 else f"{len(ignored):,} other files are"
        self._ignored_caption.setText(f"{others} here, which photosort leaves aside.")
        self._ignored_caption.setVisible(bool(ignored))
        self.failures_table.setVisible(bool(failures))
        self.ignored_table.setVisible(bool(ignored))
        for table, rows in ((self.failures_table, count), (self.ignored_table, len(ignored))):
            heading, row = table.horizontalHeader().sizeHint().height(), table.verticalHeader().defaultSectionSize()
            table.setMaximumHeight(min(heading + rows * row + SPACING // 2, _TALLEST))
        self.retry_button.setEnabled(bool(failures))
        self.export_button.setEnabled(bool(failures or ignored))

    def export(self, path: Path) -> None:
        """Write both lists as CSV.

        Raises:
            OSError: the file could not be written.
        """
        with path.open("w", encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("path", "kind", "reason"))
            writer.writerows((name, "could not be read", reason) for name, reason in self.failures.rows)
            writer.writerows((name, "left aside", reason) for name, reason in self.ignored.rows)

    def _table(self, model: ReasonsModel) -> QTableView:
        table = QTableView()
        table.setModel(model)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setCornerButtonEnabled(False)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(4 * SPACING)
        table.horizontalHeader().setHighlightSections(False)
        table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        table.setColumnWidth(0, 40 * SPACING)
        table.doubleClicked.connect(self._on_double_clicked)
        return table

    @Slot(QModelIndex)
    def _on_double_clicked(self, index: QModelIndex) -> None:
        model = index.model()
        if isinstance(model, ReasonsModel):
            self.show_requested.emit(model.rows[index.row()][0])
