"""HandFiling: joins the folders that photos are filed into to the window, the catalog and the open folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QStackedWidget, QWidget

from photosort.core.catalog import Catalog
from photosort.core.errors import PhotosortError, SortingError
from photosort.core.sorting.values import How, Run
from photosort.gui import desktop
from photosort.gui.actions import Actions
from photosort.gui.filing.dragged import Dragged, folder_called, how_of, known_among, on_same_disk
from photosort.gui.filing.dragged_out import DraggedOut
from photosort.gui.filing.drop_sign import DropSign
from photosort.gui.filing.folder_list import KEYS
from photosort.gui.filing.learning import Learning
from photosort.gui.filing.panel import FilingPanel
from photosort.gui.filing.tree_drops import TreeDrops
from photosort.gui.groups_panel import GroupsPanel
from photosort.gui.icons import IconSet
from photosort.gui.photo_grid import PhotoGrid
from photosort.gui.sections import FolderChoice
from photosort.gui.session import FolderSession
from photosort.gui.sorting.file_jobs import FileJobs

if TYPE_CHECKING:
    from photosort.core.sorting.runs.engine import Undone

_DOTS = "\N{HORIZONTAL ELLIPSIS}"
_NO_KEYS = Qt.KeyboardModifier.NoModifier


class HandFiling(QObject):
    """Files the selected photos, or what is dropped, into a folder at once: every time a run that can be undone.

    Args:
        catalog: where the folders are kept.
        jobs: moves the files.
        actions: whose menus are filled.
        icons: where buttons get their icons.
        window: where the keys work, and what the words beside the pointer float over.
    """

    folder_chosen = Signal(object)
    """Path of a folder outside the open one that the person wants to see."""
    failed = Signal(object)
    """An exception to tell the person of."""

    def __init__(self, catalog: Catalog, jobs: FileJobs, actions: Actions, icons: IconSet, window: QWidget) -> None:
        super().__init__(window)
        self._catalog = catalog
        self._jobs = jobs
        self._window = window
        self._session: FolderSession | None = None
        self._groups: GroupsPanel | None = None
        self._grid: PhotoGrid | None = None
        self._pages: QStackedWidget | None = None
        self._with_photos: tuple[QWidget, ...] = ()
        self._drops: TreeDrops | None = None
        self._keys: list[QAction] = []
        self._menus = (actions.file_menu, actions.copy_menu)
        self._in_menus: list[Path] | None = None
        self.panel = FilingPanel(icons)
        self.sign = DropSign(window)
        self.learning = Learning(catalog, self.panel.card, self)
        self.learning.learnt.connect(self._on_learnt)
        self.learning.answered.connect(self._show)
        self.learning.failed.connect(self.failed)
        self._dragged_out = DraggedOut(self)
        self._dragged_out.gone.connect(self._on_gone)
        self.panel.arranged.connect(self._on_arranged)
        self.panel.file_wanted.connect(self._on_dropped)
        self.panel.elsewhere_wanted.connect(self._on_dropped_beside)
        self.panel.show_wanted.connect(self._on_show_wanted)
        self.panel.reveal_wanted.connect(self._on_reveal_wanted)
        self.panel.learn_wanted.connect(self._on_learn_wanted)
        self.panel.name_typed.connect(self._on_name_typed)
        self.panel.list.pointed_at.connect(self._on_pointed_at)
        jobs.done.connect(self._on_done)
        jobs.failed.connect(self._on_failed)
        self._show()

    def join(self, groups: GroupsPanel, grid: PhotoGrid, pages: QStackedWidget, with_photos: Sequence[QWidget]) -> None:
        """Take a place in the window.

        Args:
            groups: the left panel, below whose list the folders stand.
            grid: whose selected photos are filed.
            pages: the pages in the middle.
            with_photos: those of them on which the keys file what is selected.
        """
        self._groups, self._grid, self._pages, self._with_photos = groups, grid, pages, tuple(with_photos)
        groups.add_below(self.panel)
        self._drops = TreeDrops(groups.tree)
        self._drops.file_wanted.connect(self._on_dropped)
        self._drops.pointed_at.connect(self._on_pointed_at)
        grid.selection_changed.connect(self._enable)
        pages.currentChanged.connect(self._enable)
        grid.dragged_out.connect(self._dragged_out.follow)
        self._enable()

    def set_session(self, session: FolderSession) -> None:
        """Serve this folder from now on, until it has closed."""
        self._session = session
        session.content_changed.connect(self._show)
        session.closed.connect(self._on_session_closed)
        self._show()

    @property
    def folders(self) -> list[Path]:
        """Where photos are filed, in the order of the keys."""
        return self.panel.list.paths()

    # -- filing ----------------------------------------------------------------------------------------

    def file_selected(self, folder: Path, how: How | None = None) -> None:
        """File the photos that are selected.

        Args:
            folder: where to, absolute; it need not be there yet.
            how: move or copy; None moves on the same disk and copies to another.
        """
        if self._grid is not None and self._session is not None:
            chosen = how or how_of(_NO_KEYS, same_disk=on_same_disk(self._session.folder, folder))
            self._file_ids(self._grid.selected_ids().tolist(), folder, chosen)

    def _file_ids(self, ids: Sequence[int], folder: Path, how: How) -> None:
        if self._session is None or not ids:
            return
        photos = [photo for photo in self._session.photos(ids) if photo.path.parent != folder]
        if not photos:
            self.failed.emit(SortingError(f"What was to be filed lies in {folder.name} already."))
        elif self._jobs.file(photos, folder, how):
            self.learning.begin(folder, [photo.id for photo in photos])

    @Slot(object, object, object)
    def _on_dropped(self, folder: Path, dragged: Dragged, how: How) -> None:
        if self._session is None:
            return
        # What a file manager gives may be what the grid shows.
        ids, strangers = known_among(dragged.files, self._session.columns, self._session.folder)
        self._file_ids([*dragged.ids, *ids], folder, how)
        if strangers and self._jobs.bring(strangers, folder, how):
            self.learning.begin(folder, ())

    @Slot(object)
    def _on_done(self, result: Run | Undone) -> None:
        if isinstance(result, Run):
            self.learning.end(result)
        else:
            self.learning.undone(result.run)
        # A folder may be there now that was not, or the other way round.
        self._show()

    @Slot()
    def _on_learnt(self) -> None:
        # A filing that is under way reads everything again when it has ended.
        if self._session is not None and not self._jobs.busy:
            self._session.reread()

    @Slot(object)
    def _on_failed(self, _error: object) -> None:
        self.learning.give_up()

    @Slot()
    def _on_gone(self) -> None:
        if self._session is not None:
            self._session.rescan()

    # -- the folders -------------------------------------------------------------------------------------

    @Slot(object)
    def _on_arranged(self, paths: Sequence[Path]) -> None:
        if self._session is None or self._session.root_id is None:
            return
        self._told(partial(self._catalog.filing.arrange, self._session.root_id, [path.absolute() for path in paths]))
        self._show()

    @Slot(object, bool)
    def _on_learn_wanted(self, folder: Path, wanted: bool) -> None:
        if self._session is not None and self._session.root_id is not None:
            self._told(partial(self._catalog.filing.learn, self._session.root_id, folder, wanted))
            self._show()

    @Slot(str)
    def _on_name_typed(self, name: str) -> None:
        if self._session is not None:
            self.panel.add([folder_called(name, self._session.folder)])

    @Slot(object)
    def _on_show_wanted(self, folder: Path) -> None:
        if self._session is None or self._groups is None:
            return
        root = self._session.folder
        if root in folder.parents:
            inside = folder.relative_to(root).as_posix()
            self._groups.choose(f"folder/{inside}", FolderChoice(inside))
        else:
            self.folder_chosen.emit(folder)

    @Slot(object)
    def _on_reveal_wanted(self, folder: Path) -> None:
        if not desktop.show_in_file_manager(folder):
            self.failed.emit(PhotosortError(f"No file manager could be started for {folder}."))

    @Slot()
    def _on_session_closed(self) -> None:
        self._session = None
        self._dragged_out.stop()
        self._show()

    def _told(self, work: Callable[[], object]) -> None:
        """Do something to the catalog, and tell the person where that fails."""
        try:
            work()
        except PhotosortError as error:
            self.failed.emit(error)

    # -- what is shown -----------------------------------------------------------------------------------

    @Slot()
    def _show(self) -> None:
        session = self._session
        root_id = None if session is None else session.root_id
        self.learning.set_root(root_id)
        if self._drops is not None:
            self._drops.set_root(None if session is None else session.folder)
        self.panel.setVisible(root_id is not None)
        folders = [] if root_id is None else self._catalog.filing.folders(root_id)
        self.panel.set_folders(folders, Path() if session is None else session.folder)
        self._fill_menus()
        self._enable()

    def _fill_menus(self) -> None:
        if self.folders == self._in_menus:
            # One of them may be open.
            return
        self._in_menus = self.folders
        for action in self._keys:
            self._window.removeAction(action)
        self._keys = []
        for menu, how in zip(self._menus, (None, How.COPY), strict=True):
            menu.clear()
            for row, folder in enumerate(self.folders):
                action = _named(menu, folder)
                action.triggered.connect(lambda _=False, to=folder, by=how: self.file_selected(to, by))
                if how is None and row < KEYS:
                    action.setShortcut(QKeySequence(f"Ctrl+{row + 1}"))
                    # Also where no menu bar shows it.
                    self._window.addAction(action)
                    self._keys.append(action)
            menu.addSeparator()
            menu.addAction(f"Another folder{_DOTS}", partial(self._on_elsewhere, how))

    def _on_elsewhere(self, how: How | None) -> None:
        if (folder := self._ask_for_folder(how or How.MOVE)) is not None:
            self.file_selected(folder, how)

    @Slot(object, object)
    def _on_dropped_beside(self, dragged: Dragged, how: How) -> None:
        # When the drop is over: whoever gave it waits for that.
        QTimer.singleShot(0, self, partial(self._file_elsewhere, dragged, how))

    def _file_elsewhere(self, dragged: Dragged, how: How) -> None:
        if (folder := self._ask_for_folder(how)) is not None:
            self._on_dropped(folder, dragged, how)

    def _ask_for_folder(self, how: How) -> Path | None:
        """A folder that the person chooses, and that is listed from now on."""
        folder = self.panel.ask_for_folder("Move to" if how.takes_away else "Copy to")
        if folder is not None:
            self.panel.add([folder])
        return folder

    @Slot()
    def _enable(self) -> None:
        on_photos = self._pages is not None and self._pages.currentWidget() in self._with_photos
        selected = self._grid is not None and bool(self._grid.selected_mask().any())
        for menu in self._menus:
            menu.setEnabled(on_photos and selected)
        for action in self._keys:
            action.setEnabled(on_photos and selected)

    @Slot(QRect, str)
    def _on_pointed_at(self, line: QRect, words: str) -> None:
        if words:
            self.sign.stand_beside(line, words)
        else:
            self.sign.hide()


def _named(menu: QMenu, folder: Path) -> QAction:
    """An action called like a folder; an ampersand in its name is no shortcut."""
    action = menu.addAction((folder.name or str(folder)).replace("&", "&&"))
    action.setToolTip(str(folder))
    return action
