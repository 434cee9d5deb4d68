"""The lower part of the left panel: the folders that photos are filed into."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QFont, QKeyEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QMenu, QVBoxLayout, QWidget

from photosort.core.catalog.filing import FilingFolder
from photosort.gui.controls import button, hairline, icon_button, label
from photosort.gui.filing.dragged import Dragged, action_of, how_of, sentence
from photosort.gui.filing.folder_list import FolderList
from photosort.gui.filing.learn_card import LearnCard
from photosort.gui.icons import IconSet
from photosort.gui.theme import SPACING

_DOTS = "\N{HORIZONTAL ELLIPSIS}"
_HINT: Final = "Drop a folder here, or add one. Photos that are dropped on it are moved there."


class FilingPanel(QWidget):
    """Heading, folders, a field for the name of a new one, and a question.

    Args:
        icons: where buttons get their icons.
    """

    arranged = Signal(object)
    """list of Path: the person wants these folders, in this order."""
    file_wanted = Signal(object, object, object)
    """Path, Dragged, How: something was dropped on a folder."""
    show_wanted = Signal(object)
    """Path of a folder whose photos the person wants to see."""
    reveal_wanted = Signal(object)
    """Path of a folder that the person wants to see in the system's file manager."""
    elsewhere_wanted = Signal(object, object)
    """Dragged, How: something was dropped beside the folders, for one that is yet to be chosen."""
    learn_wanted = Signal(object, bool)
    """Path, and whether its name shall become a label from now on."""
    name_typed = Signal(str)
    """The name of a folder that is to be added, as it was typed."""

    def __init__(self, icons: IconSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._root = Path()
        self._folders: tuple[FilingFolder, ...] = ()
        self._framed = False
        self._dragged = Dragged()
        self.list = FolderList()
        self.card = LearnCard()
        self.heading = label("FILE INTO", "caption", size=0.85, weight=QFont.Weight.DemiBold)
        self.heading.setAccessibleName("Folders to file into")
        self.add_button = icon_button(icons, "plus", "Add a folder to file into")
        self.add_button.clicked.connect(self._on_add_clicked)
        self.hint = label(_HINT, "caption", size=0.9, wrap=True)
        self.field = QLineEdit()
        self.field.setPlaceholderText("Name of the folder")
        self.field.setAccessibleName("Name of the folder to file into")
        self.field.returnPressed.connect(self._on_typed)
        self.field.installEventFilter(self)
        self.field.hide()
        head = QHBoxLayout()
        # The sign stands above the keys.
        head.setContentsMargins(SPACING, 0, 2, 0)
        head.addWidget(self.heading, 1)
        head.addWidget(self.add_button)
        inner = QVBoxLayout()
        inner.setContentsMargins(SPACING, 0, SPACING, 0)
        inner.setSpacing(SPACING)
        self.watch_button = button("", "link")
        self.watch_button.setToolTip("This folder is watched: what happens to photos that are new in it")
        self.watch_button.hide()
        for widget in (self.hint, self.field, self.card):
            inner.addWidget(widget)
        # Its words begin where those above it do.
        watched = QVBoxLayout()
        watched.setContentsMargins(2, 0, SPACING, 0)
        watched.addWidget(self.watch_button, 0, Qt.AlignmentFlag.AlignLeft)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACING // 2)
        column.addWidget(hairline())
        column.addLayout(head)
        column.addWidget(self.list)
        column.addLayout(inner)
        column.addLayout(watched)
        self.setAcceptDrops(True)

        self.list.file_wanted.connect(self.file_wanted)
        self.list.arranged.connect(self.arranged)
        self.list.remove_wanted.connect(self._on_remove_wanted)
        self.list.itemActivated.connect(lambda item: self._show(self.list.row(item)))
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._on_context_menu)

    def set_folders(self, folders: Sequence[FilingFolder], root: Path) -> None:
        """Show the folders of an opened one."""
        self._folders, self._root = tuple(folders), root
        self.list.set_folders(self._folders, root)
        self.list.setVisible(bool(folders))
        self.hint.setVisible(not folders)

    def ask_for_folder(self, title: str = "Add a folder to file into") -> Path | None:
        """Let the person choose a folder on this computer."""
        chosen = QFileDialog.getExistingDirectory(self, title, str(self._root))
        return Path(chosen) if chosen else None

    def menu_of(self, row: int) -> QMenu:
        """What can be done with a folder of the list; none of it touches a file."""
        folder = self._folders[row]
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Show its photos", lambda: self._show(row)).setEnabled(folder.path.is_dir())
        menu.addAction("Show in file manager", lambda: self.reveal_wanted.emit(folder.path))
        menu.addSeparator()
        menu.addAction("Move up", lambda: self.list.move_row(row, -1)).setEnabled(row > 0)
        menu.addAction("Move down", lambda: self.list.move_row(row, 1)).setEnabled(row < len(self._folders) - 1)
        menu.addSeparator()
        # An ampersand in a folder's name is no shortcut.
        learn = menu.addAction(f"Learn {folder.name.replace('&', '&&')} as a label")
        learn.setCheckable(True)
        learn.setChecked(folder.learn is True)
        learn.toggled.connect(lambda on: self.learn_wanted.emit(folder.path, on))
        menu.addSeparator()
        menu.addAction("Take off this list", lambda: self._on_remove_wanted(row))
        return menu

    @Slot()
    def type_name(self) -> None:
        """Let the person type the name of a folder to add."""
        self.field.clear()
        self.field.show()
        self.field.setFocus()

    # -- adding ------------------------------------------------------------------------------------

    def add(self, paths: Sequence[Path]) -> None:
        """List more folders, below those there are."""
        self.arranged.emit([*(folder.path for folder in self._folders), *paths])

    @Slot()
    def _on_add_clicked(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(f"Choose a folder{_DOTS}", self._on_choose)
        menu.addAction(f"New folder{_DOTS}", self.type_name)
        menu.popup(self.add_button.mapToGlobal(self.add_button.rect().bottomLeft()))

    @Slot()
    def _on_choose(self) -> None:
        if (path := self.ask_for_folder()) is not None:
            self.add([path])

    @Slot()
    def _on_typed(self) -> None:
        if name := self.field.text().strip():
            self.name_typed.emit(name)
        self.field.hide()
        self.list.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Esc, or going elsewhere, adds nothing."""
        if watched is self.field:
            if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
                if event.key() == Qt.Key.Key_Escape:
                    self.field.hide()
                    self.add_button.setFocus()
                    return True
            elif event.type() == QEvent.Type.FocusOut and not self.field.text().strip():
                self.field.hide()
        return super().eventFilter(watched, event)

    # -- what is done with a line --------------------------------------------------------------------

    def _show(self, row: int) -> None:
        if (path := self.list.path_at(row)) is not None:
            self.show_wanted.emit(path)

    @Slot(int)
    def _on_remove_wanted(self, row: int) -> None:
        paths = self.list.paths()
        self.arranged.emit(paths[:row] + paths[row + 1 :])

    @Slot(QPoint)
    def _on_context_menu(self, where: QPoint) -> None:
        row = self.list.indexAt(where).row()
        if row >= 0:
            self.menu_of(row).popup(self.list.viewport().mapToGlobal(where))

    # -- what is dropped beside the list -------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Folders are added, and photos go to one that is chosen then."""
        self._dragged = Dragged.of(event.mimeData())
        self._consider(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Wherever it goes."""
        self._consider(event)

    def dragLeaveEvent(self, event: QEvent) -> None:  # noqa: ARG002
        """Not here."""
        self._frame(on=False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Add what was dropped, or ask where it shall go."""
        dragged = self._dragged = Dragged.of(event.mimeData())
        self._consider(event)
        self._frame(on=False)
        if dragged.fileable:
            self.elsewhere_wanted.emit(dragged, how_of(event.modifiers(), same_disk=True))
        elif dragged.folders:
            self.add(dragged.folders)

    def _consider(self, event: QDropEvent) -> None:
        dragged, how = self._dragged, how_of(event.modifiers(), same_disk=True)
        if dragged.fileable:
            event.setDropAction(Qt.DropAction.CopyAction if dragged.files else action_of(how))
            event.accept()
            words = sentence(dragged.words(), f"another folder{_DOTS}", how)
            self._frame(on=True, words=words)
        elif dragged.folders:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self._frame(on=True)
        else:
            event.ignore()
            self._frame(on=False)

    def _frame(self, *, on: bool, words: str = "") -> None:
        line = QRect(self.mapToGlobal(QPoint()), self.size()) if words else QRect()
        self.list.pointed_at.emit(line, words)
        if on != self._framed:
            self._framed = on
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A frame where something that is dragged would be taken."""
        super().paintEvent(event)
        if self._framed:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(self.palette().color(QPalette.ColorRole.Accent))
            painter.drawRoundedRect(self.rect().adjusted(2, 6, -2, -2), 6, 6)
