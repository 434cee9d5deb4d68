"""The tool bar: open, group, order, filter."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from photosort.gui.actions import Actions
from photosort.gui.controls import button, icon_button
from photosort.gui.filter_bar import FilterBar
from photosort.gui.icons import IconSet
from photosort.gui.theme import SPACING

_NARROW = 100 * SPACING
_DOWN = "\N{BLACK DOWN-POINTING SMALL TRIANGLE}"


class ArrangeBar(QWidget):
    """One quiet line of controls above the photos.

    Args:
        actions: whose menus of groupings and orders hang below the buttons.
        icons: where the buttons get their icons.
        filters: the filters, which stand at the right.
    """

    direction_toggled = Signal()
    fewer_requested = Signal()
    more_requested = Signal()

    def __init__(self, actions: Actions, icons: IconSet, filters: FilterBar, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("toolbar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._icons = icons
        self.left_button = icon_button(icons, "panel-left", "What there is", checkable=True)
        self.right_button = icon_button(icons, "panel-right", "This photo", checkable=True)
        _follow(self.left_button, actions.groups_panel)
        _follow(self.right_button, actions.details_panel)
        self.open_button = _worded_button(icons, "folder-open", "Open", "Open a folder", actions.open_folder)

        self.group_button = _menu_button(actions.group_menu, "How the photos are grouped")
        self.order_button = _menu_button(actions.order_menu, "How the photos are ordered")
        self.direction_button = icon_button(icons, "descending", "Highest first")
        self.direction_button.clicked.connect(self.direction_toggled)
        self.fewer_button = button("Fewer", "link")
        self.fewer_button.setToolTip("Fewer, larger groups")
        self.fewer_button.clicked.connect(self.fewer_requested)
        self.more_button = button("More", "link")
        self.more_button.setToolTip("More, smaller groups")
        self.more_button.clicked.connect(self.more_requested)
        for one in (self.fewer_button, self.more_button):
            # They are disabled while groups are made: with a click the keyboard stays with the photos.
            one.setFocusPolicy(Qt.FocusPolicy.TabFocus)

        told = "See what sorting into folders would do"
        self.sort_button = _worded_button(icons, "sort", "Sort", told, actions.sort)
        # Where there is nothing to sort both say so.
        actions.sort.enabledChanged.connect(self.sort_button.setEnabled)
        self.sort_button.setEnabled(actions.sort.isEnabled())
        told = "What was done, and how to undo it"
        self.history_button = _worded_button(icons, "clock", "History", told, actions.history)

        self._arranging = QWidget()
        middle = QHBoxLayout(self._arranging)
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(SPACING // 2)
        for widget in (self.group_button, self.fewer_button, self.more_button, self.order_button):
            middle.addWidget(widget)
        middle.addWidget(self.direction_button)
        middle.addStretch(1)
        middle.addWidget(filters, 100)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACING, SPACING // 2, SPACING, SPACING // 2)
        row.setSpacing(SPACING // 2)
        row.addWidget(self.left_button)
        row.addWidget(self.open_button)
        row.addSpacing(2 * SPACING)
        row.addWidget(self._arranging, 100)
        row.addStretch(1)
        row.addWidget(self.sort_button)
        row.addWidget(self.history_button)
        row.addWidget(self.right_button)
        self.setFixedHeight(6 * SPACING)
        self.show_group_control(visible=False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow window the words of the less frequent buttons give way."""
        super().resizeEvent(event)
        narrow = self.width() < _NARROW
        style = Qt.ToolButtonStyle.ToolButtonIconOnly if narrow else Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        for one in (self.open_button, self.history_button):
            one.setToolButtonStyle(style)

    def set_page(self, *, photos: bool, details: bool) -> None:
        """Show what makes sense with the page in the middle.

        Args:
            photos: it is that of the photos.
            details: it has the panel of this photo beside it.
        """
        self._arranging.setVisible(photos)
        self.left_button.setVisible(photos)
        self.right_button.setVisible(details)

    def show_arrangement(self, group: str, order: str, *, descending: bool) -> None:
        """Say how the photos are grouped and ordered now."""
        self.group_button.setText(f"Group: {group}  {_DOWN}")
        self.order_button.setText(f"Order: {order}  {_DOWN}")
        self._icons.put_on(self.direction_button, "descending" if descending else "ascending")
        self.direction_button.setToolTip("Highest first" if descending else "Lowest first")
        self.direction_button.setAccessibleName(self.direction_button.toolTip())

    def show_group_control(self, *, visible: bool) -> None:
        """Show *fewer - more*: only for groups of look-alike photos."""
        self.fewer_button.setVisible(visible)
        self.more_button.setVisible(visible)

    def set_group_control(self, *, enabled: bool) -> None:
        """Enable *fewer - more*: not while groups are being made."""
        self.fewer_button.setEnabled(enabled)
        self.more_button.setEnabled(enabled)


def _worded_button(icons: IconSet, icon: str, name: str, tip: str, action: QAction) -> QToolButton:
    """A button with a drawing and a word that does what an action does."""
    result = QToolButton()
    result.setText(name)
    result.setToolTip(f"{tip} ({_keys(action)})")
    result.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    icons.put_on(result, icon)
    result.clicked.connect(action.trigger)
    return result


def _menu_button(menu: QMenu, tip: str) -> QToolButton:
    result = QToolButton()
    result.setMenu(menu)
    result.setToolTip(tip)
    result.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    return result


def _follow(control: QToolButton, action: QAction) -> None:
    """Let a button be the other face of a checkable action."""
    control.setChecked(action.isChecked())
    control.setToolTip(f"{control.toolTip()} ({_keys(action)})")
    control.toggled.connect(action.setChecked)
    action.toggled.connect(control.setChecked)


def _keys(action: QAction) -> str:
    return action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
