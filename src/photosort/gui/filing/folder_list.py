"""The folders that photos are filed into, as a list that takes drops."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QMimeData, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QDrag,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPalette,
)
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem, QSizePolicy, QWidget

from photosort.core.catalog.filing import FilingFolder
from photosort.core.sorting.values import How
from photosort.gui.filing.dragged import ROW_MIME, Dragged, action_of, how_of, moved_to, on_same_disk, sentence, where
from photosort.gui.filing.folder_delegate import DIGIT, PATH, THERE, WHERE, FolderDelegate

KEYS: Final = 9
"""So many folders have a key."""
_SHOWN_ROWS = 9
_LEAST_ROWS = 2

_Key = Qt.Key


def key_of(row: int) -> str:
    """The key that files into a folder, as the system writes it: "Ctrl+1"; empty for none."""
    if row >= KEYS:
        return ""
    return QKeySequence(f"Ctrl+{row + 1}").toString(QKeySequence.SequenceFormat.NativeText)


class FolderList(QListWidget):
    """Photos and files dropped on a line are filed; folders dropped between lines are added; lines can be moved."""

    file_wanted = Signal(object, object, object)
    """Path, Dragged, How: what was dropped where, and what shall be done with it."""
    arranged = Signal(object)
    """list of Path: the person wants these folders, in this order."""
    remove_wanted = Signal(int)
    """Row of the folder that shall leave the list."""
    pointed_at = Signal(QRect, str)
    """Something is dragged over a line (on the screen), and these words say what a drop does; empty for no more."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("filing")
        self.setAccessibleName("Folders to file into")
        self._root = Path()
        self._lines: list[tuple[FilingFolder, str, bool]] = []
        self._dragged = Dragged()
        self._near: dict[Path, bool] = {}
        self._insert_at = -1
        self._delegate = FolderDelegate()
        self.setItemDelegate(self._delegate)
        self.setFrameShape(QListWidget.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.setDragEnabled(True)
        self.setAcceptDrops(True)
        self.setDropIndicatorShown(False)

    # -- what is listed ----------------------------------------------------------------------------

    def set_folders(self, folders: Sequence[FilingFolder], root: Path) -> None:
        """List these folders of an opened one; the line that has the keyboard keeps it."""
        lines = [(folder, where(folder.path, root), folder.path.is_dir()) for folder in folders]
        if lines == self._lines and root == self._root:
            # Something may be dragged over them right now.
            return
        current = self.path_at(self.currentRow())
        self._lines, self._root = lines, root
        self.clear()
        for row, (folder, place, there) in enumerate(lines):
            item = QListWidgetItem(folder.name, self)
            key = key_of(row)
            item.setData(PATH, folder.path)
            item.setData(WHERE, place)
            item.setData(DIGIT, str(row + 1) if key else "")
            item.setData(THERE, there)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, ", ".join(filter(None, (folder.name, place, key))))
            item.setToolTip(_tip(folder.path, key, there=there))
            if folder.path == current:
                self.setCurrentItem(item)
        self.updateGeometry()

    def paths(self) -> list[Path]:
        """The folders, in the order shown."""
        return [path for row in range(self.count()) if (path := self.path_at(row)) is not None]

    def path_at(self, row: int) -> Path | None:
        """The folder of a row; None where there is none."""
        item = self.item(row) if row >= 0 else None
        path = None if item is None else item.data(PATH)
        return path if isinstance(path, Path) else None

    def sizeHint(self) -> QSize:
        """As high as its lines, nine at most."""
        return QSize(0, self._height_of(min(self.count(), _SHOWN_ROWS)))

    def minimumSizeHint(self) -> QSize:
        """A few lines, where the window is low."""
        return QSize(0, self._height_of(min(self.count(), _LEAST_ROWS)))

    def _height_of(self, rows: int) -> int:
        return rows * self.sizeHintForRow(0) if rows else 0

    # -- keys --------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Alt+Up and Alt+Down move the line, Delete takes it off the list; no file is touched by either."""
        row, key = self.currentRow(), event.key()
        if row >= 0 and event.modifiers() & Qt.KeyboardModifier.AltModifier and key in (_Key.Key_Up, _Key.Key_Down):
            self.move_row(row, -1 if key == _Key.Key_Up else 1)
        elif row >= 0 and key == _Key.Key_Delete:
            self.remove_wanted.emit(row)
        else:
            super().keyPressEvent(event)

    def move_row(self, row: int, by: int) -> None:
        """Move a line up (-1) or down (1), where there is room."""
        if 0 <= row + by < self.count():
            self.arranged.emit(moved_to(self.paths(), row, row + by + (by > 0)))

    # -- dragging its own lines --------------------------------------------------------------------

    def startDrag(self, supportedActions: Qt.DropAction) -> None:  # noqa: N803, ARG002
        """Drag a line to another place of the list."""
        row = self.currentRow()
        if row < 0:
            return
        drag, mime = QDrag(self), QMimeData()
        mime.setData(ROW_MIME, str(row).encode())
        drag.setMimeData(mime)
        box = self.visualItemRect(self.item(row))
        drag.setPixmap(self.viewport().grab(box))
        drag.setHotSpot(QPoint(4, box.height() // 2))
        drag.exec(Qt.DropAction.MoveAction)

    # -- drops -------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Look at what comes."""
        self._dragged = Dragged.of(event.mimeData())
        self._near.clear()
        self._consider(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Show where it would go."""
        self._consider(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: ARG002
        """It goes elsewhere."""
        self._show(target=-1, insert_at=-1)

    def dropEvent(self, event: QDropEvent) -> None:
        """Tell what was dropped."""
        self._dragged = Dragged.of(event.mimeData())
        target, insert_at = self._consider(event)
        self._show(target=-1, insert_at=-1)
        dragged, path = self._dragged, self.path_at(target)
        if path is not None:
            self.file_wanted.emit(path, dragged, self._how(event, path))
        elif dragged.row is not None:
            self.arranged.emit(moved_to(self.paths(), dragged.row, insert_at))
        elif dragged.folders:
            listed = self.paths()
            self.arranged.emit([*listed[:insert_at], *dragged.folders, *listed[insert_at:]])

    def _consider(self, event: QDropEvent) -> tuple[int, int]:
        """Accept or refuse; returns the row to drop on and the place to insert at, -1 for neither."""
        dragged, point = self._dragged, event.position().toPoint()
        row, target, insert_at = self.indexAt(point).row(), -1, -1
        if dragged.fileable:
            target = row
        elif dragged.row is not None or dragged.folders:
            insert_at = self._place_at(point)
        path = self.path_at(target)
        if path is not None:
            # Another program that is told of a move deletes its files: the filing itself moves them.
            action = Qt.DropAction.CopyAction if dragged.files else action_of(self._how(event, path))
            event.setDropAction(action)
            event.accept()
        elif insert_at >= 0:
            event.setDropAction(Qt.DropAction.MoveAction if dragged.row is not None else Qt.DropAction.CopyAction)
            event.accept()
        else:
            event.ignore()
        words = "" if path is None else sentence(dragged.words(), path.name, self._how(event, path))
        self._show(target=target, insert_at=insert_at, words=words)
        return target, insert_at

    def _how(self, event: QDropEvent, path: Path) -> How:
        if path not in self._near:
            source = self._dragged.files[0] if self._dragged.files else self._root
            self._near[path] = on_same_disk(source, path)
        return how_of(event.modifiers(), same_disk=self._near[path])

    def _place_at(self, point: QPoint) -> int:
        """Before which row something dropped at a point would stand."""
        index = self.indexAt(point)
        if not index.isValid():
            return self.count()
        return index.row() + (point.y() > self.visualRect(index).center().y())

    def _show(self, *, target: int, insert_at: int, words: str = "") -> None:
        self._delegate.target, self._insert_at = target, insert_at
        self.viewport().update()
        line = QRect()
        if words:
            box = self.visualItemRect(self.item(target))
            line = QRect(self.viewport().mapToGlobal(box.topLeft()), box.size())
        self.pointed_at.emit(line, words)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The lines, and where a folder that is dragged would stand."""
        super().paintEvent(event)
        if self._insert_at < 0:
            return
        height = self.sizeHintForRow(0) if self.count() else 0
        y = max(1, self._insert_at * height - self.verticalScrollBar().value())
        painter = QPainter(self.viewport())
        painter.fillRect(0, y - 1, self.viewport().width(), 2, self.palette().color(QPalette.ColorRole.Accent))
        painter.end()

    def viewportEvent(self, event: QEvent) -> bool:
        """Without Qt's own reaction to a drag that leaves: it would scroll on."""
        if event.type() == QEvent.Type.DragLeave:
            self._show(target=-1, insert_at=-1)
            return True
        return super().viewportEvent(event)


def _tip(path: Path, key: str, *, there: bool) -> str:
    lines = [str(path) if there else f"{path}\nNot there yet: it is made when the first photo comes."]
    keys = f" or press {key}" if key else ""
    lines.append(f"Drop photos here{keys} to move them; with Ctrl they are copied when dropped.")
    return "\n".join(lines)
