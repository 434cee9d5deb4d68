"""The right half of the tool bar: filter by text, by how sure the guess is, by problems."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QIcon, QKeyEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QMenu, QToolButton, QVBoxLayout, QWidget, QWidgetAction

from photosort.gui.controls import icon_button, label
from photosort.gui.icons import IconSet, icon
from photosort.gui.range_slider import RangeSlider
from photosort.gui.theme import SPACING, Themes


class FilterBar(QWidget):
    """What narrows the photos down, beside what is chosen in the left panel.

    Args:
        icons: where the buttons get their icons.
        themes: whose colours the search field's icon takes.
    """

    text_changed = Signal(str)
    limits_changed = Signal(int, int, bool)
    """Confidence from and to in percent, and whether only problems are shown."""
    left = Signal()
    """Escape was pressed in the empty search field."""

    def __init__(self, icons: IconSet, themes: Themes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._themes = themes
        self.search = QLineEdit()
        self.search.setPlaceholderText("Filter by name, folder, label")
        self.search.setAccessibleName("Filter by name, folder, label")
        # In a narrow window it gives way to the buttons beside it.
        self.search.setMinimumWidth(8 * SPACING)
        self._search_icon = self.search.addAction(QIcon(), QLineEdit.ActionPosition.LeadingPosition)
        self._clear_icon = self.search.addAction(QIcon(), QLineEdit.ActionPosition.TrailingPosition)
        self._clear_icon.setToolTip("Empty the filter (Esc)")
        self._clear_icon.triggered.connect(self.search.clear)
        self.search.textChanged.connect(self.text_changed)
        self.search.textChanged.connect(self._show_limits)
        self.search.installEventFilter(self)

        self.button = icon_button(icons, "filter", "More filters")
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.confidence = RangeSlider()
        self.confidence.setAccessibleName("How sure the guess is")
        self.confidence_label = label("", "muted")
        self.problems_only = QCheckBox("Only photos with problems")
        self.button.setMenu(self._menu())
        self.confidence.range_changed.connect(self._on_limits_changed)
        self.problems_only.toggled.connect(self._on_limits_changed)

        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACING // 2)
        row.addWidget(self.search)
        row.addWidget(self.button)
        self.setMaximumWidth(30 * SPACING + row.spacing() + self.button.sizeHint().width())
        themes.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self.reset()

    def start_search(self) -> None:
        """Put the keyboard into the search field."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def reset(self) -> None:
        """Empty every filter of this bar, without telling."""
        for widget in (self.search, self.problems_only):
            widget.blockSignals(True)
        self.search.clear()
        self.confidence.set_values(0, 100)
        self.problems_only.setChecked(False)
        for widget in (self.search, self.problems_only):
            widget.blockSignals(False)
        self._show_limits()

    def _menu(self) -> QMenu:
        body = QWidget()
        rows = QVBoxLayout(body)
        rows.setContentsMargins(2 * SPACING, SPACING, 2 * SPACING, SPACING)
        rows.setSpacing(SPACING)
        head = QHBoxLayout()
        head.addWidget(label("How sure the guess is"))
        head.addStretch(1)
        head.addWidget(self.confidence_label)
        rows.addLayout(head)
        rows.addWidget(self.confidence)
        rows.addWidget(self.problems_only)
        body.setMinimumWidth(36 * SPACING)
        holder = QWidgetAction(self)
        holder.setDefaultWidget(body)
        menu = QMenu(self.button)
        menu.addAction(holder)
        return menu

    @Slot()
    def _on_limits_changed(self) -> None:
        self._show_limits()
        self.limits_changed.emit(*self.confidence.values, self.problems_only.isChecked())

    @Slot()
    def _show_limits(self) -> None:
        self._clear_icon.setVisible(bool(self.search.text()))
        low, high = self.confidence.values
        self.confidence_label.setText(f"{low} to {high}\N{NO-BREAK SPACE}%")
        narrowed = (low, high) != (0, 100) or self.problems_only.isChecked()
        # A checked button shows its icon in the accent colour.
        self.button.setCheckable(narrowed)
        self.button.setChecked(narrowed)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Escape empties the search field, and leaves it when it is empty."""
        escape = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if watched is not self.search or not escape or event.type() != QEvent.Type.KeyPress:
            return super().eventFilter(watched, event)
        if self.search.text():
            self.search.clear()
        else:
            self.left.emit()
        return True

    @Slot()
    def _on_theme_changed(self) -> None:
        theme = self._themes.current
        self._search_icon.setIcon(icon("search", theme, colour=theme.muted))
        self._clear_icon.setIcon(icon("close", theme, colour=theme.muted))
