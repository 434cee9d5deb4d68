"""Photos dropped on the folders that there are, in the upper part of the left panel."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal, Slot
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem

from photosort.core.sorting.values import How
from photosort.gui.filing.dragged import Dragged, action_of, how_of, on_same_disk, sentence
from photosort.gui.line_delegate import KEY, TARGET

_FOLDER_LINE = "folder/"
"""What the keys of folder lines begin with; the rest is the path relative to the open folder."""
_DRAGS = {QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop}


class TreeDrops(QObject):
    """Takes drops for the lines of folders in a list of what there is; a click on them filters as ever.

    Args:
        tree: the list.
    """

    file_wanted = Signal(object, object, object)
    """Path, Dragged, How: what was dropped where, and what shall be done with it."""
    pointed_at = Signal(QRect, str)
    """Something is dragged over a line (on the screen), and these words say what a drop does; empty for no more."""

    def __init__(self, tree: QTreeWidget) -> None:
        super().__init__(tree)
        self._tree = tree
        self._root: Path | None = None
        self._dragged = Dragged()
        self._same_disk = True
        self._target: QTreeWidgetItem | None = None
        tree.setAcceptDrops(True)
        tree.viewport().installEventFilter(self)
        tree.model().modelAboutToBeReset.connect(self._on_lines_go)
        tree.model().rowsAboutToBeRemoved.connect(self._on_lines_go)

    def set_root(self, root: Path | None) -> None:
        """The open folder; None while none is."""
        self._root = root

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Serve drags ourselves: the tree knows nothing of photos."""
        if event.type() in _DRAGS and isinstance(event, QDropEvent):
            self._serve(event)
            return True
        if event.type() == QEvent.Type.DragLeave:
            self._point_at(None)
            return True
        return super().eventFilter(watched, event)

    def _serve(self, event: QDropEvent) -> None:
        if event.type() != QEvent.Type.DragMove:
            self._dragged = Dragged.of(event.mimeData())
            source = self._dragged.files[0] if self._dragged.files else self._root
            self._same_disk = source is None or self._root is None or on_same_disk(source, self._root)
        item = self._tree.itemAt(event.position().toPoint())
        path = None if item is None or not self._dragged.fileable else self._folder_of(item)
        if item is None or path is None:
            event.ignore()
            self._point_at(None)
            return
        dragged = self._dragged
        how = how_of(event.modifiers(), same_disk=self._same_disk)
        # Another program that is told of a move deletes its files: the filing itself moves them.
        event.setDropAction(Qt.DropAction.CopyAction if dragged.files else action_of(how))
        event.accept()
        if event.type() == QEvent.Type.Drop:
            self._point_at(None)
            self.file_wanted.emit(path, dragged, how)
        else:
            self._point_at(item, path, how)

    @Slot()
    def _on_lines_go(self) -> None:
        # Counts may change the lines while something is dragged over one: its item is gone then.
        self._target = None

    def _folder_of(self, item: QTreeWidgetItem) -> Path | None:
        key = str(item.data(0, KEY))
        if self._root is None or not key.startswith(_FOLDER_LINE):
            return None
        return self._root / key.removeprefix(_FOLDER_LINE)

    def _point_at(self, item: QTreeWidgetItem | None, path: Path | None = None, how: How = How.MOVE) -> None:
        if item is not self._target:
            if self._target is not None:
                self._target.setData(0, TARGET, None)
            self._target = item
            if item is not None:
                item.setData(0, TARGET, True)
        if item is None or path is None:
            self.pointed_at.emit(QRect(), "")
            return
        box = self._tree.visualItemRect(item)
        line = QRect(self._tree.viewport().mapToGlobal(box.topLeft()), box.size())
        self.pointed_at.emit(line, sentence(self._dragged.words(), path.name, how))
