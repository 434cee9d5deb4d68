"""DeviceTable: what a test of this computer found, one line for each way to run a network."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from photosort.gui.controls import Role, hairline, label
from photosort.gui.icons import pixmap
from photosort.gui.lab import device_words as words
from photosort.gui.theme import SPACING, Themes
from photosort.ml.device_reports import DeviceReport

_SIGN = 16
_HEADINGS = ("", "Runs on", "Device", "Agreement", "Photos/s")
_LAST = len(_HEADINGS) - 1
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_TOLD = (
    "The lowest cosine between its embeddings of sample pictures and the CPU's. From 0.999 on they count as the same."
)


class DeviceTable(QWidget):
    """A card with the ways that could be tried, the fastest right one ticked; the others below when asked for.

    Args:
        themes: whose colours the tick takes.

    Attributes:
        tick: what marks the fastest right one; None while nothing is shown.
    """

    def __init__(self, themes: Themes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("What the test found")
        self._themes = themes
        self.tick: QLabel | None = None
        self._shown: tuple[tuple[DeviceReport, ...], bool] = ((), False)
        self._cells: list[QWidget] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(2 * SPACING, 3 * SPACING // 2, 2 * SPACING, 3 * SPACING // 2)
        self._grid.setHorizontalSpacing(3 * SPACING)
        self._grid.setVerticalSpacing(SPACING)
        self._grid.setColumnMinimumWidth(0, _SIGN)
        self._grid.setColumnStretch(2, 1)
        themes.changed.connect(self._paint_tick)
        self.hide()

    def set_reports(self, reports: Sequence[DeviceReport], *, show_all: bool) -> None:
        """Show these; those that could not be tried only with ``show_all``. No reports hide the table."""
        if (tuple(reports), show_all) == self._shown:
            return
        self._shown = tuple(reports), show_all
        for cell in self._cells:
            self._grid.removeWidget(cell)
            cell.hide()
            cell.deleteLater()
        self._cells, self.tick = [], None
        self.setVisible(bool(reports))
        if not reports:
            return
        for column, heading in enumerate(_HEADINGS):
            cell = label(heading, "muted", size=0.92)
            if column >= _LAST - 1:
                cell.setAlignment(_RIGHT)
            if column == _LAST - 1:
                cell.setToolTip(_TOLD)
            self._put(cell, 0, column)
        self._put(hairline(), 1, 0, _LAST + 1)
        tried = [report for report in reports if report.available]
        untried = [report for report in reports if not report.available] if show_all else []
        for row, report in enumerate(tried, start=2):
            self._add_tried(row, report)
        for row, report in enumerate(untried, start=2 + len(tried)):
            self._add_untried(row, report)
        self._paint_tick()

    def _add_tried(self, row: int, report: DeviceReport) -> None:
        role: Role = "" if report.right else "muted"
        if report.chosen:
            self.tick = QLabel()
            self.tick.setFixedSize(_SIGN, _SIGN)
            self.tick.setToolTip("The fastest that computes what the CPU does")
            self._put(self.tick, row, 0)
        runs_on = self._runs_on(report, role)
        self._put(runs_on, row, 1)
        self._put(label(words.device(report), role, wrap=True), row, 2)
        figures = ((words.agreement(report), _LAST - 1), (words.speed(report), _LAST))
        for figure, column in figures:
            cell = label(figure, role, weight=QFont.Weight.DemiBold if report.chosen else None)
            cell.setAlignment(_RIGHT)
            self._put(cell, row, column)

    def _add_untried(self, row: int, report: DeviceReport) -> None:
        self._put(self._runs_on(report, "muted"), row, 1)
        self._put(label(report.reason, "muted", wrap=True), row, 2, _LAST - 1)

    def _runs_on(self, report: DeviceReport, role: Role) -> QLabel:
        cell = label(f"{words.title(report.way)} \N{MIDDLE DOT} {words.engine(report.way)}", role)
        cell.setAccessibleName(words.spoken(report))
        return cell

    def _put(self, cell: QWidget, row: int, column: int, columns: int = 1) -> None:
        self._grid.addWidget(cell, row, column, 1, columns)
        self._cells.append(cell)
        cell.show()

    @Slot()
    def _paint_tick(self) -> None:
        if self.tick is not None:
            self.tick.setPixmap(pixmap("check", self._themes.current.accent, _SIGN, self.devicePixelRatioF()))
