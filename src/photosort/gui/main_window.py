"""The main window: puts panels, pages and bars together, and opens one folder after the other."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QKeyEvent,
    QKeySequence,
    QPixmap,
    QShortcut,
)
from PySide6.QtWidgets import QFileDialog, QMainWindow, QMessageBox, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from photosort import __version__
from photosort.core.catalog import Catalog
from photosort.core.paths import UserPaths, resources
from photosort.core.photo import Photo
from photosort.core.settings import SettingsStore, ThemeChoice
from photosort.core.thumbnails import ThumbnailCache
from photosort.gui import steps, window_shape
from photosort.gui.actions import Actions
from photosort.gui.arrange_bar import ArrangeBar
from photosort.gui.choices import arrangement_of, device_of
from photosort.gui.chrome import Around, Chrome
from photosort.gui.commands import Commands
from photosort.gui.details_panel import DetailsPanel
from photosort.gui.dropping import Target, target_of
from photosort.gui.error_bar import ErrorBar
from photosort.gui.filter_bar import FilterBar
from photosort.gui.folder_switch import FolderSwitch
from photosort.gui.grid_drag import files_of_mime
from photosort.gui.groups_panel import GroupsPanel
from photosort.gui.icons import IconSet
from photosort.gui.job_keeper import JobKeeper
from photosort.gui.lab.network_jobs import Engine
from photosort.gui.lab.wiring import Lab
from photosort.gui.photo_grid import PhotoGrid
from photosort.gui.photos_page import PhotosPage
from photosort.gui.presenter import Parts, Presenter
from photosort.gui.problems_page import ProblemsPage
from photosort.gui.rooms import Places, Rooms
from photosort.gui.session import FolderSession
from photosort.gui.status_bar import StatusBar
from photosort.gui.theme import SPACING, Themes
from photosort.gui.thumbnail_loader import ThumbnailLoader
from photosort.gui.viewer import Viewer
from photosort.gui.viewer_buttons import ViewerButtons
from photosort.gui.welcome_page import WelcomePage
from photosort.ml import networks

_RECENT = 10
_SAVE_EVERY_MS = 5_000


class MainWindow(QMainWindow):
    """Everything that a person sees.

    Args:
        catalog: where everything is kept; open until `wait_for_threads` has returned.
        paths: where the cache and networks are.
        settings: what is remembered; changed here and saved now and then.
        themes: the window's colours.
        engine: gets, checks and removes networks.
    """

    def __init__(
        self,
        catalog: Catalog,
        paths: UserPaths,
        settings: SettingsStore,
        themes: Themes,
        engine: Engine = networks,
    ) -> None:
        super().__init__()
        self._catalog = catalog
        self._paths = paths
        self._settings = settings
        self._themes = themes
        self._thumbnails = ThumbnailCache(paths.thumbnails)
        self._loader = ThumbnailLoader(self._thumbnails)
        self._folders = FolderSwitch(self._make_session, self._make_presenter, self)
        self._chores = JobKeeper(self)
        self._chores.failed.connect(self.show_error)
        album = resources() / "album"
        self._album = album if album.is_dir() and any(album.iterdir()) else None
        icons = IconSet(themes)
        self.lab = Lab(engine, catalog, paths, self._thumbnails, settings, icons, themes, self)
        self._build(icons)
        self._connect()
        self._restore()
        if catalog.read_only:
            self.error_bar.show_message(catalog.read_only_reason)
        self._save_timer = QTimer(self)
        self._save_timer.setInterval(_SAVE_EVERY_MS)
        self._save_timer.timeout.connect(settings.save)
        self._save_timer.start()

    # -- building --------------------------------------------------------------------------------------

    def _build(self, icons: IconSet) -> None:
        self.setAcceptDrops(True)
        window_shape.resize_first(self, self.screen())
        self.setMinimumSize(90 * SPACING, 60 * SPACING)
        self.commands = Actions(self)
        self.filters = FilterBar(icons, self._themes)
        self.bar = ArrangeBar(self.commands, icons, self.filters)
        self.error_bar = ErrorBar(icons, self._themes)
        self.groups = GroupsPanel(self._settings.current.folded)
        self.grid = PhotoGrid(self._loader)
        self.photos_page = PhotosPage(self.grid)
        sees_kinds = (resources() / "models" / "kinds").is_dir()
        self.welcome = WelcomePage(icons, self._themes, self._album, self.lab.eyes, sees_kinds=sees_kinds)
        self.problems = ProblemsPage(icons)
        self.viewer = Viewer(self._photo, self._thumbnail)
        self.viewer_buttons = ViewerButtons(self.viewer, icons)
        self.details = DetailsPanel()
        self.status = StatusBar(icons)
        self.pages = QStackedWidget()
        for page in (self.welcome, self.photos_page, self.problems, self.viewer):
            self.pages.addWidget(page)
        self._build_rooms(icons)

        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        for number, widget in enumerate((self.groups, self.pages, self.details)):
            self.splitter.addWidget(widget)
            self.splitter.setStretchFactor(number, 1 if widget is self.pages else 0)
        self.splitter.setSizes([30 * SPACING, 97 * SPACING, 36 * SPACING])

        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.error_bar)
        column.addWidget(self.history.recover_bar)
        column.addWidget(self.splitter, 1)
        column.addWidget(self.status)
        self.setCentralWidget(body)
        self.commands.fill(self.menuBar())
        self.commands.open_album.setVisible(self._album is not None)
        around = Around(
            self.pages, self.photos_page, self.viewer, self.welcome, self.bar, self.groups, self.details, self.status
        )
        self._chrome = Chrome(
            self,
            around,
            self.commands,
            self._settings,
            folder_open=lambda: self.session is not None,
            busy=lambda: self.lab.busy,
            moving=lambda: self.history.files.busy,
        )
        self._commands = Commands(self.commands, self.problems, self.error_bar, lambda: self._folders.presenter, self)
        self._parts = Parts(
            actions=self.commands,
            bar=self.bar,
            filters=self.filters,
            groups=self.groups,
            page=self.photos_page,
            grid=self.grid,
            details=self.details,
            status=self.status,
            problems=self.problems,
        )

    def _build_rooms(self, icons: IconSet) -> None:
        places = Places(self.pages, self.photos_page, self.viewer, self.grid, self.groups, self.status)
        self._rooms = Rooms(self.lab, self._catalog, self._thumbnails, self.commands, icons, self._themes, places, self)
        rooms = self._rooms
        self.history, self.filing, self.watching = rooms.history, rooms.filing, rooms.watching
        self.sorting, self.written, self.group_names = rooms.sorting, rooms.written, rooms.group_names

    def _connect(self) -> None:
        commands = self.commands
        commands.open_folder.triggered.connect(self.ask_for_folder)
        commands.open_photos.triggered.connect(self.ask_for_photos)
        commands.open_album.triggered.connect(self._on_album)
        commands.recent_chosen.connect(self._on_folder_chosen)
        commands.close_folder.triggered.connect(self._on_close_folder)
        commands.quit.triggered.connect(self.close)
        commands.select_all.triggered.connect(self.grid.selectAll)
        commands.find.triggered.connect(self.filters.start_search)
        commands.open_viewer.triggered.connect(self._on_open_viewer)
        commands.problems.triggered.connect(self.show_problems)
        commands.larger.triggered.connect(lambda: self._zoom(1))
        commands.smaller.triggered.connect(lambda: self._zoom(-1))
        commands.theme_chosen.connect(self._on_theme_chosen)
        commands.device_chosen.connect(self._on_device_chosen)
        commands.pause.triggered.connect(self.status.pause_button.click)
        commands.cancel.triggered.connect(self.status.cancel_button.click)
        commands.clear_thumbnails.triggered.connect(self._on_clear_thumbnails)
        commands.about.triggered.connect(self._on_about)
        self._folders.changed.connect(self._show_folder_open)
        self._folders.left.connect(self._on_folder_left)
        self._folders.ended.connect(self.close)
        self.welcome.open_requested.connect(self.ask_for_folder)
        self.welcome.folder_chosen.connect(self._on_folder_chosen)
        self.grid.files_dropped.connect(self._on_files_dropped)
        self.grid.context_menu_requested.connect(lambda point: commands.photo_menu(self).popup(point))
        self.grid.photo_activated.connect(self.show_viewer)
        self.grid.tileSizeChanged.connect(self._on_tile_size_changed)
        self.viewer.closed.connect(self._on_viewer_closed)
        self.viewer.current_changed.connect(self._on_viewer_turned)
        self.viewer.full_screen_toggled.connect(commands.full_screen.toggle)
        self.status.tile_size_changed.connect(self.grid.set_tile_size)
        self.status.problems_requested.connect(self.show_problems)
        self.status.job_state_changed.connect(commands.set_job)
        self.problems.back_requested.connect(self.show_photos)
        self.lab.device_chosen.connect(self._on_device_chosen)
        self._folders.failed.connect(self.show_error)
        self._rooms.failed.connect(self.show_error)
        self._rooms.back_requested.connect(self._show_home)
        self._rooms.changed.connect(self._chrome.refresh)
        self.history.open_requested.connect(self.open_target)
        self.history.ended.connect(self.close)
        self.filing.folder_chosen.connect(self._on_folder_chosen)
        self.sorting.photo_opened.connect(self._show_large)
        self.filters.left.connect(self.grid.setFocus)
        self.groups.folded_changed.connect(lambda folded: self._settings.update(folded=folded))
        back = QShortcut(QKeySequence(Qt.Key.Key_Escape), self.problems)
        back.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        back.activated.connect(self.show_photos)

    def _restore(self) -> None:
        settings = self._settings.current
        if settings.geometry:
            window_shape.restore(self, window_shape.bytes_of(settings.geometry))
        if settings.splitter:
            self.splitter.restoreState(window_shape.bytes_of(settings.splitter))
        self.grid.set_tile_size(settings.tile_size)
        self.status.slider.setValue(settings.tile_size)
        self.commands.groups_panel.setChecked(settings.groups_panel)
        self.commands.details_panel.setChecked(settings.details_panel)
        self.commands.set_theme(settings.theme)
        self.commands.set_device(settings.device)
        self.commands.set_job(False, False)
        self._show_folder_open()
        self.history.look_for_interrupted()

    # -- opening ---------------------------------------------------------------------------------------

    @property
    def session(self) -> FolderSession | None:
        """The open folder."""
        return self._folders.session

    @Slot()
    def ask_for_folder(self) -> None:
        """Let the person choose a folder, and open it."""
        chosen = QFileDialog.getExistingDirectory(self, "Open a folder of photos", self._start_of_dialogs())
        if chosen:
            self.open_target(Target(Path(chosen)))

    @Slot()
    def ask_for_photos(self) -> None:
        """Let the person choose photos, and open them."""
        chosen, _kind = QFileDialog.getOpenFileNames(self, "Open photos", self._start_of_dialogs())
        if chosen:
            self.open_target(target_of([Path(path) for path in chosen]))

    def open_target(self, target: Target | None) -> None:
        """Open a folder in place of the one that is open, once that one's jobs have ended; None opens nothing."""
        if not self.history.hold_back(target):
            self._folders.open(target)

    def _make_session(self, target: Target, parent: QObject) -> FolderSession:
        settings = self._settings.current
        arrangement, device = arrangement_of(settings.view_of(target.folder)), device_of(settings.device)
        session = FolderSession(
            self._catalog, self._paths, self._thumbnails, target, arrangement, device, parent, network=settings.network
        )
        self._rooms.set_session(session)
        return session

    def _make_presenter(self, session: FolderSession, parent: QObject) -> Presenter:
        self.error_bar.hide()
        return Presenter(session, self._parts, self._catalog, self._thumbnails, self._settings, parent)

    @Slot()
    def _on_folder_left(self) -> None:
        self.pages.setCurrentWidget(self.photos_page)

    @Slot(object)
    def _on_folder_chosen(self, folder: Path) -> None:
        self.open_target(Target(folder))

    @Slot(list)
    def _on_files_dropped(self, paths: list[Path]) -> None:
        self.open_target(target_of(paths))

    @Slot()
    def _on_album(self) -> None:
        if self._album is not None:
            self.open_target(Target(self._album))

    @Slot()
    def _on_close_folder(self) -> None:
        self.open_target(None)

    def _start_of_dialogs(self) -> str:
        return str(Path.home() if self.session is None else self.session.folder)

    @Slot()
    def _show_folder_open(self) -> None:
        session = self.session
        self.commands.set_folder_open(open_=session is not None)
        recent = self._catalog.recent_roots(_RECENT)
        self.commands.set_recent([root.path for root in recent])
        if session is None:
            self.setWindowTitle("photosort")
            self.welcome.set_recent([(root.path, root.photos) for root in recent])
            self.pages.setCurrentWidget(self.welcome)
            self.welcome.open_button.setFocus()
        else:
            self.setWindowTitle(f"{session.folder.name or session.folder} \N{EN DASH} photosort")
            self.show_photos()
        self._chrome.refresh()

    # -- closing ---------------------------------------------------------------------------------------

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close once every job has ended: say so at once, and take a batch's time at most."""
        if not self._folders.ending:
            self._remember_shape()
        moved = self._rooms.end()
        if self._folders.end() and moved:
            event.accept()
        else:
            event.ignore()
            self.setEnabled(False)

    def wait_for_threads(self) -> None:
        """Block until every thread that the window started has ended; for the end of the program."""
        self._folders.wait()
        self._chores.wait()
        self._rooms.wait()
        self._loader.close()
        self.viewer.close_loader()

    def _remember_shape(self) -> None:
        if not self.isFullScreen():
            geometry, splitter = self.saveGeometry(), self.splitter.saveState()
            self._settings.update(geometry=window_shape.text_of(geometry), splitter=window_shape.text_of(splitter))
        self._settings.save()

    # -- dropping --------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Welcome files and folders of this computer."""
        if files_of_mime(event.mimeData()):
            event.acceptProposedAction()
            self.welcome.set_drop_wanted(wanted=True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """What was dragged goes elsewhere."""
        self.welcome.set_drop_wanted(wanted=False)
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped."""
        self.welcome.set_drop_wanted(wanted=False)
        paths = files_of_mime(event.mimeData())
        if paths:
            event.acceptProposedAction()
            self.open_target(target_of(paths))

    # -- pages and panels ------------------------------------------------------------------------------

    @Slot()
    def show_photos(self) -> None:
        """Go back to the photos."""
        if self.pages.currentWidget() is self.viewer and (shown := self.viewer.current_id) is not None:
            self.grid.scroll_to_id(shown)
        self.pages.setCurrentWidget(self.photos_page)
        self.grid.setFocus()

    @Slot()
    def _show_home(self) -> None:
        """Go back to the photos, or to the welcome page while no folder is open."""
        if self.session is None:
            self.pages.setCurrentWidget(self.welcome)
            self.welcome.open_button.setFocus()
        else:
            self.show_photos()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape leaves the full screen, where no menu says how."""
        if event.key() == Qt.Key.Key_Escape and self.isFullScreen():
            self.commands.full_screen.setChecked(False)
        else:
            super().keyPressEvent(event)

    @Slot()
    def _on_viewer_closed(self) -> None:
        self.commands.full_screen.setChecked(False)
        if self.sorting.looks_closely:
            self.sorting.come_back(self.viewer.current_id)
        else:
            self.show_photos()

    @Slot()
    def show_problems(self) -> None:
        """Show what could not be read."""
        self.pages.setCurrentWidget(self.problems)
        self.problems.back_button.setFocus()

    @Slot(int)
    def show_viewer(self, photo_id: int) -> None:
        """Show one photo as large as the window, with those that the grid shows before and after it."""
        presenter = self._folders.presenter
        if presenter is not None and (row := presenter.model.row_of_id(photo_id)) >= 0:
            self._show_large(presenter.model.ids.tolist(), row)

    @Slot(object, int)
    def _show_large(self, ids: list[int], row: int) -> None:
        self.viewer.show_photo(ids, row)
        self.pages.setCurrentWidget(self.viewer)
        self.viewer.setFocus()

    @Slot(object)
    def show_error(self, error: BaseException) -> None:
        """Say what went wrong, in the bar for that."""
        self.error_bar.show_error(error)

    @Slot()
    def _on_open_viewer(self) -> None:
        presenter = self._folders.presenter
        if presenter is not None and (photo_id := presenter.current_id()) is not None:
            self.show_viewer(photo_id)

    @Slot(int)
    def _on_viewer_turned(self, photo_id: int) -> None:
        self.grid.select_ids([photo_id])

    def _photo(self, photo_id: int) -> Photo:
        if self.session is None:
            raise KeyError(photo_id)
        return self.session.photo(photo_id)

    def _thumbnail(self, photo_id: int) -> QPixmap | None:
        if self._folders.presenter is None:
            return None
        model = self._folders.presenter.model
        pixmap = model.data(model.index(model.row_of_id(photo_id), 0), Qt.ItemDataRole.DecorationRole)
        return pixmap if isinstance(pixmap, QPixmap) else None

    @Slot(object)
    def _on_theme_chosen(self, choice: ThemeChoice) -> None:
        self._settings.update(theme=choice)
        self._themes.choose(choice)

    @Slot(str)
    def _on_device_chosen(self, choice: str) -> None:
        self._settings.update(device=choice)
        self.commands.set_device(choice)
        self.lab.set_device(choice)
        if self.session is not None:
            self.session.use_device(device_of(choice))

    @Slot()
    def _on_clear_thumbnails(self) -> None:
        clear = partial(steps.clear_thumbnails, self._thumbnails)
        self._chores.start("Clearing the cache", clear, lambda _nothing: None)

    @Slot(int)
    def _on_tile_size_changed(self, size: int) -> None:
        self.status.slider.setValue(size)
        self._settings.update(tile_size=size)

    def _zoom(self, steps: int) -> None:
        self.grid.zoom(steps, self.grid.viewport().rect().center())

    @Slot()
    def _on_about(self) -> None:
        told = "Sorts a messy photo folder your way, offline."
        QMessageBox.about(self, "About photosort", f"<b>photosort {__version__}</b><p>{told}</p>")
