"""The left panel: what there is, as a tree of sections with counts. A click filters the photos in the middle."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QMenu,
    QStyle,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from photosort.gui import text
from photosort.gui.about_button import AboutButton
from photosort.gui.line_delegate import COUNT, DOT, KEY, KIND, LINE, MORE, QUIET, SECTION, LineDelegate
from photosort.gui.panel_lines import Line, Section, all_lines, skeleton
from photosort.gui.theme import SPACING

__all__ = ["SHOWN_LINES", "GroupsPanel", "Line", "Section"]

SHOWN_LINES: Final = 7
"""Lines of a section that are shown; the rest waits behind "more"."""


class GroupsPanel(QWidget):
    """What there is in the open folder.

    Args:
        folded: keys of sections that start folded away.
    """

    chosen = Signal(object)
    """tuple: the choices of the lines that are selected now; empty for everything."""
    folded_changed = Signal(object)
    """tuple of str: the keys of the sections that are folded away."""
    about_requested = Signal(str)
    """The name of the classifier that the person wants to know more about."""
    offer_chosen = Signal(object)
    """What is to be done, as the `Offer` has it that the person took from a menu."""

    def __init__(self, folded: Collection[str] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._sections: tuple[Section, ...] = ()
        self._lines: dict[str, Line] = {}
        self._items: dict[str, QTreeWidgetItem] = {}
        self._folded = set(folded)
        self._unfolded_lines: set[str] = set()
        self._in_full: set[str] = set()
        self._filling = False

        self.tree = QTreeWidget()
        self.tree.setHeaderHidden(True)
        self.tree.setColumnCount(1)
        self.tree.setIndentation(SPACING)
        self.tree.setRootIsDecorated(False)
        self.tree.setUniformRowHeights(False)
        self.tree.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.tree.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.tree.setFrameShape(QTreeWidget.Shape.NoFrame)
        self.tree.setItemDelegate(LineDelegate(self.tree))
        self.tree.setAccessibleName("What there is")
        self.tree.setExpandsOnDoubleClick(False)
        self.tree.itemSelectionChanged.connect(self._on_selection_changed)
        self.tree.itemClicked.connect(self._on_item_clicked)
        self.tree.itemActivated.connect(self._on_item_activated)
        self.tree.itemExpanded.connect(self._on_item_expanded)
        self.tree.itemCollapsed.connect(self._on_item_collapsed)
        self.tree.setMouseTracking(True)
        self.tree.itemEntered.connect(self._show_about)
        self.tree.currentItemChanged.connect(self._show_about)
        self.tree.viewport().installEventFilter(self)
        self.tree.verticalScrollBar().valueChanged.connect(self._hide_about)
        self.tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.tree.customContextMenuRequested.connect(self._on_context_menu)
        self.about_button = AboutButton(self.tree.viewport())
        self.about_button.clicked.connect(lambda: self.about_requested.emit(self.about_button.about))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(SPACING, SPACING, 0, SPACING)
        self._column.addWidget(self.tree, 1)
        self.setMinimumWidth(20 * SPACING)

    def add_below(self, widget: QWidget) -> None:
        """Put something below the list of what there is, as wide as that."""
        self._column.addWidget(widget)

    def set_sections(self, sections: Sequence[Section]) -> None:
        """Show these sections; what was selected, folded and scrolled to stays so."""
        wanted = tuple(sections)
        if wanted == self._sections:
            return
        same_lines = skeleton(wanted) == skeleton(self._sections)
        self._sections = wanted
        self._lines = {line.key: line for line in all_lines(wanted)}
        if same_lines:
            for line in self._lines.values():
                if (item := self._items.get(line.key)) is not None:
                    _fill(item, line)
        else:
            self._rebuild()

    @property
    def sections(self) -> Sequence[Section]:
        """What is shown."""
        return self._sections

    def select(self, keys: Collection[str]) -> None:
        """Select the lines with these keys, and no others, without telling."""
        self._filling = True
        try:
            self.tree.clearSelection()
            for key in keys:
                if (item := self._items.get(key)) is not None:
                    item.setSelected(True)
        finally:
            self._filling = False

    def choose(self, key: str, choice: Hashable) -> None:
        """Choose one line as a click on it does, also where it waits behind "more"."""
        self.select((key,))
        self.chosen.emit((choice,))

    def selected(self) -> tuple[str, ...]:
        """The keys of the selected lines."""
        return tuple(key for key, item in self._items.items() if item.isSelected())

    def chosen_lines(self) -> list[Line]:
        """The selected lines."""
        return [self._lines[key] for key in self.selected() if key in self._lines]

    def item(self, key: str) -> QTreeWidgetItem:
        """The tree's item of a line or (``section:KEY``) of a section or (``more:KEY``) of its last line.

        Raises:
            KeyError: no such line is shown.
        """
        return self._items[key]

    def about_menu(self, key: str) -> QMenu | None:
        """What the line or section with this key offers on a right click; None for nothing."""
        section = self._section_of(self._items[key])
        line = self._lines.get(key)
        offers = line.offers if line is not None else section.offers if section is not None else ()
        about = "" if section is None else section.about
        if not about and not offers:
            return None
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for offer in offers:
            # An ampersand in a keyword is no shortcut.
            menu.addAction(text.literal(offer.title), partial(self.offer_chosen.emit, offer.what))
        if about:
            menu.addAction("About this classifier", lambda: self.about_requested.emit(about))
        return menu

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the "i" away when the pointer leaves the list."""
        if event.type() == QEvent.Type.Leave and not self.about_button.hasFocus():
            self.about_button.hide()
        return super().eventFilter(watched, event)

    @Slot(QPoint)
    def _on_context_menu(self, where: QPoint) -> None:
        item = self.tree.itemAt(where)
        menu = None if item is None else self.about_menu(str(item.data(0, KEY)))
        if menu is not None:
            menu.popup(self.tree.viewport().mapToGlobal(where))

    @Slot(QTreeWidgetItem)
    def _show_about(self, item: QTreeWidgetItem | None) -> None:
        section = None if item is None else self._section_of(item)
        if item is None or section is None or not section.about or item.data(0, KIND) != SECTION:
            self.about_button.hide()
        else:
            self.about_button.stand_in(self.tree.visualItemRect(item), section.about, section.title)

    @Slot()
    def _hide_about(self) -> None:
        self.about_button.hide()

    def _section_of(self, item: QTreeWidgetItem) -> Section | None:
        top = item
        while (above := top.parent()) is not None:
            top = above
        key = str(top.data(0, KEY)).removeprefix("section:")
        return next((section for section in self._sections if section.key == key), None)

    def _rebuild(self) -> None:
        selected = self.selected()
        position = self.tree.verticalScrollBar().value()
        self.about_button.hide()
        self._filling = True
        try:
            self.tree.clear()
            self._items = {}
            for section in self._sections:
                self._add_section(section)
            for key in selected:
                if (item := self._items.get(key)) is not None:
                    item.setSelected(True)
        finally:
            self._filling = False
        self.tree.verticalScrollBar().setValue(position)
        if self.selected() != selected:
            # What was selected is no longer there.
            self._on_selection_changed()

    def _add_section(self, section: Section) -> None:
        if not section.title:
            for line in section.lines:
                self._add_line(self.tree.invisibleRootItem(), line)
            return
        head = QTreeWidgetItem(self.tree)
        head.setText(0, section.title)
        head.setData(0, KEY, f"section:{section.key}")
        head.setData(0, KIND, SECTION)
        head.setFlags(Qt.ItemFlag.ItemIsEnabled)
        self._items[f"section:{section.key}"] = head
        in_full = section.key in self._in_full or len(section.lines) <= SHOWN_LINES
        for line in section.lines if in_full else section.lines[: SHOWN_LINES - 1]:
            self._add_line(head, line)
        if not in_full:
            more = QTreeWidgetItem(head)
            more.setText(0, f"{len(section.lines) - SHOWN_LINES + 1:,} more")
            more.setData(0, KEY, f"more:{section.key}")
            more.setData(0, KIND, MORE)
            more.setFlags(Qt.ItemFlag.ItemIsEnabled)
            self._items[f"more:{section.key}"] = more
        head.setExpanded(section.key not in self._folded)

    def _add_line(self, parent: QTreeWidgetItem, line: Line) -> None:
        item = QTreeWidgetItem(parent)
        item.setData(0, KEY, line.key)
        item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
        _fill(item, line)
        self._items[line.key] = item
        for child in line.children:
            self._add_line(item, child)
        if line.children:
            item.setExpanded(line.key in self._unfolded_lines)

    @Slot()
    def _on_selection_changed(self) -> None:
        if not self._filling:
            self.chosen.emit(tuple(self._lines[key].choice for key in self.selected()))

    @Slot(QTreeWidgetItem, int)
    def _on_item_clicked(self, item: QTreeWidgetItem, _column: int) -> None:
        self._open(item)

    @Slot(QTreeWidgetItem, int)
    def _on_item_activated(self, item: QTreeWidgetItem, _column: int) -> None:
        # Enter; a click has been served already where the system activates with one click.
        if not self.tree.style().styleHint(QStyle.StyleHint.SH_ItemView_ActivateItemOnSingleClick):
            self._open(item)

    def _open(self, item: QTreeWidgetItem) -> None:
        kind, key = item.data(0, KIND), str(item.data(0, KEY))
        if kind == MORE:
            self._in_full.add(key.removeprefix("more:"))
            self._rebuild()
        elif kind == SECTION:
            item.setExpanded(not item.isExpanded())
        elif item.childCount() and not item.isExpanded():
            item.setExpanded(True)

    @Slot(QTreeWidgetItem)
    def _on_item_expanded(self, item: QTreeWidgetItem) -> None:
        self._remember_fold(item, folded=False)

    @Slot(QTreeWidgetItem)
    def _on_item_collapsed(self, item: QTreeWidgetItem) -> None:
        self._remember_fold(item, folded=True)

    def _remember_fold(self, item: QTreeWidgetItem, *, folded: bool) -> None:
        if self._filling:
            return
        key = str(item.data(0, KEY))
        if item.data(0, KIND) == SECTION:
            (self._folded.add if folded else self._folded.discard)(key.removeprefix("section:"))
            self.folded_changed.emit(tuple(sorted(self._folded)))
        else:
            (self._unfolded_lines.discard if folded else self._unfolded_lines.add)(key)


def _fill(item: QTreeWidgetItem, line: Line) -> None:
    item.setText(0, line.title)
    item.setToolTip(0, line.words or line.title)
    item.setData(0, Qt.ItemDataRole.AccessibleTextRole, line.words or line.title)
    item.setData(0, DOT, line.dot)
    item.setData(0, COUNT, text.about(line.count) if line.about else text.number(line.count))
    item.setData(0, KIND, QUIET if line.quiet else LINE)
