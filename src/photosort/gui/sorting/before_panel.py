"""The preview's left side: the folders as they are and what is left in them; or folders to drop single photos on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent, QFocusEvent
from PySide6.QtWidgets import QAbstractItemView, QMenu, QStackedWidget, QTreeWidget, QTreeWidgetItem, QWidget

from photosort.gui.grid_drag import IDS_MIME, ids_of_mime
from photosort.gui.line_delegate import COUNT, KEY, KIND, LINE, QUIET, LineDelegate
from photosort.gui.sorting.fates import STAYS, folder_key
from photosort.gui.theme import SPACING

_OPEN_UP_TO = 40
"""Folders that are all shown at once; of more only the uppermost."""


@dataclass(frozen=True, slots=True)
class SourceFolder:
    """A folder as it is.

    Attributes:
        folder: relative to the root, POSIX; empty for the root itself.
        photos: how many lie in it now.
        left: how many lie in it afterwards.
        kept: it stays as it is.
    """

    folder: str
    photos: int
    left: int
    kept: bool = False


class _Lines(QTreeWidget):
    """Lines with a word and a count.

    Args:
        name: what a screen reader calls them.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setHeaderHidden(True)
        self.setIndentation(SPACING + SPACING // 2)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setFrameShape(QTreeWidget.Shape.NoFrame)
        self.setItemDelegate(LineDelegate(self))
        self.setAccessibleName(name)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Who comes with the Tab key sees where the keys are."""
        super().focusInEvent(event)
        by_key = event.reason() in {Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason}
        here = self.currentItem() or self.topLevelItem(0)
        if by_key and here is not None and not self.selectedItems():
            self.setCurrentItem(here)


class BeforeTree(_Lines):
    """Folders as they are, each with how many photos it has now and afterwards."""

    keep_requested = Signal(str)
    """This folder shall stay as it is."""
    include_requested = Signal(str)
    """This folder shall be sorted too."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Now: folders as they are", parent)
        self._kept: frozenset[str] = frozenset()
        self._closed: set[str] = set()
        self.itemCollapsed.connect(lambda item: self._closed.add(str(item.data(0, KEY))))
        self.itemExpanded.connect(lambda item: self._closed.discard(str(item.data(0, KEY))))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._on_context_menu)

    def set_folders(self, folders: Sequence[SourceFolder], root: str) -> None:
        """Show these folders, in a tree below the root's name."""
        position = self.verticalScrollBar().value()
        self._kept = frozenset(one.folder for one in folders if one.kept)
        by_path = {one.folder: one for one in folders}
        self.clear()
        items: dict[str, QTreeWidgetItem] = {}

        def item_of(folder: str) -> QTreeWidgetItem:
            if folder not in items:
                above = "" if not folder else PurePosixPath(folder).parent.as_posix()
                parent = self.invisibleRootItem() if not folder else item_of("" if above == "." else above)
                item = QTreeWidgetItem(parent)
                known = by_path.get(folder)
                name = folder.rpartition("/")[2] if folder else root
                item.setText(0, name)
                item.setToolTip(0, folder or root)
                item.setData(0, KEY, folder)
                item.setData(0, KIND, LINE if known is not None and not known.kept else QUIET)
                item.setData(0, COUNT, "" if known is None else _count(known))
                items[folder] = item
            return items[folder]

        for one in folders:
            item_of(one.folder)
        for folder, item in items.items():
            deep = folder.count("/") > 0 and len(items) > _OPEN_UP_TO
            item.setExpanded(folder not in self._closed and not deep)
        self.verticalScrollBar().setValue(position)

    def menu_of(self, folder: str) -> QMenu:
        """What can be done about a folder."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if folder in self._kept:
            menu.addAction("Include this folder", lambda: self.include_requested.emit(folder))
        else:
            menu.addAction("Keep this folder as it is", lambda: self.keep_requested.emit(folder))
        return menu

    @Slot(QPoint)
    def _on_context_menu(self, where: QPoint) -> None:
        item = self.itemAt(where)
        if item is not None and item.data(0, KEY):
            self.menu_of(str(item.data(0, KEY))).popup(self.viewport().mapToGlobal(where))


class TargetList(_Lines):
    """Folders that photos can be dropped on, while the photos themselves fill the other side."""

    photos_dropped = Signal(object, str)
    """NDArray[int64]: these photos shall go to the line with this key."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Folders to drop photos on", parent)
        self.setAcceptDrops(True)
        self.viewport().setAcceptDrops(True)

    def set_folders(self, folders: Sequence[tuple[str, int]], staying: int) -> None:
        """Show these folders with their counts, and how many photos stay."""
        position = self.verticalScrollBar().value()
        self.clear()
        for folder, count in folders:
            self._add(folder_key(folder), folder or "(the folder itself)", count, LINE)
        self._add(STAYS, "Not touched", staying, QUIET)
        self.verticalScrollBar().setValue(position)

    def item_of(self, key: str) -> QTreeWidgetItem | None:
        """The line with a key."""
        items = (self.topLevelItem(row) for row in range(self.topLevelItemCount()))
        return next((item for item in items if item is not None and item.data(0, KEY) == key), None)

    def _add(self, key: str, title: str, count: int, kind: str) -> None:
        item = QTreeWidgetItem(self)
        item.setText(0, title)
        item.setToolTip(0, title)
        item.setData(0, KEY, key)
        item.setData(0, KIND, kind)
        item.setData(0, COUNT, f"{count:,}")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take photos of our own."""
        self._point_at(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Show where they would go."""
        self._point_at(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """They go elsewhere."""
        super().dragLeaveEvent(event)
        self.clearSelection()

    def dropEvent(self, event: QDropEvent) -> None:
        """Tell which photos shall go where."""
        item = self._point_at(event)
        self.clearSelection()
        if item is not None:
            self.photos_dropped.emit(ids_of_mime(event.mimeData()), str(item.data(0, KEY)))

    def _point_at(self, event: QDropEvent) -> QTreeWidgetItem | None:
        ours = event.mimeData().hasFormat(IDS_MIME)
        item = self.itemAt(event.position().toPoint()) if ours else None
        self.clearSelection()
        if item is None:
            event.ignore()
            return None
        item.setSelected(True)
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        return item


class BeforePanel(QStackedWidget):
    """Either of the two."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tree = BeforeTree()
        self.targets = TargetList()
        self.addWidget(self.tree)
        self.addWidget(self.targets)

    def show_targets(self, *, wanted: bool) -> None:
        """Show folders to drop photos on, or the folders as they are."""
        self.setCurrentWidget(self.targets if wanted else self.tree)


def source_folders(before: Mapping[str, int], left: Mapping[str, int], kept: Sequence[str]) -> list[SourceFolder]:
    """The folders as they are, by path, from counts before and after."""
    inside = tuple(f"{folder}/" for folder in kept)
    return [
        SourceFolder(folder, count, left.get(folder, 0), folder in kept or f"{folder}/".startswith(inside))
        for folder, count in sorted(before.items())
    ]


def _count(one: SourceFolder) -> str:
    if one.kept:
        return f"{one.photos:,} stay"
    if one.left == one.photos:
        return f"{one.photos:,}"
    return f"{one.photos:,} \N{RIGHTWARDS ARROW} {one.left:,}"
