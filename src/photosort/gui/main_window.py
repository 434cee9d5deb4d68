"""The main window: puts panels, pages and bars together, and opens one folder after the other."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QByteArray, Qt, QTimer, Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QMainWindow, QMessageBox, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from photosort import __version__
from photosort.core.catalog import Catalog
from photosort.core.paths import UserPaths, resources
from photosort.core.settings import SettingsStore, ThemeChoice
from photosort.core.thumbnails import ThumbnailCache
from photosort.gui import desktop
from photosort.gui.actions import Actions
from photosort.gui.arrange_bar import ArrangeBar
from photosort.gui.choices import arrangement_of
from photosort.gui.details_panel import DetailsPanel
from photosort.gui.dropping import Target, local_paths, target_of
from photosort.gui.error_bar import ErrorBar
from photosort.gui.filter_bar import FilterBar
from photosort.gui.groups_panel import GroupsPanel
from photosort.gui.icons import IconSet
from photosort.gui.photo_grid import PhotoGrid
from photosort.gui.photos_page import PhotosPage
from photosort.gui.presenter import Parts, Presenter
from photosort.gui.problems_page import ProblemsPage
from photosort.gui.session import FolderSession
from photosort.gui.status_bar import StatusBar
from photosort.gui.theme import SPACING, Themes
from photosort.gui.thumbnail_loader import ThumbnailLoader
from photosort.gui.welcome_page import WelcomePage

_RECENT = 10
_SAVE_EVERY_MS = 5_000


class MainWindow(QMainWindow):
    """Everything that a person sees.

    Args:
        catalog: where everything is kept; open until the window's threads have ended.
        paths: where the cache and networks are.
        settings: what is remembered; changed here and saved now and then.
        themes: the window's colours.
    """

    def __init__(self, catalog: Catalog, paths: UserPaths, settings: SettingsStore, themes: Themes) -> None:
        super().__init__()
        self._catalog = catalog
        self._paths = paths
        self._settings = settings
        self._themes = themes
        self._thumbnails = ThumbnailCache(paths.thumbnails)
        self._loader = ThumbnailLoader(self._thumbnails)
        self._session: FolderSession | None = None
        self._presenter: Presenter | None = None
        self._next: Target | None = None
        self._closing = False
        self._icons = IconSet(themes)
        self.actions_ = Actions(self)
        self._build()
        self._connect()
        self._restore()
        if catalog.read_only:
            self.error_bar.show_message(catalog.read_only_reason)
        self._save_timer = QTimer(self)
        self._save_timer.setInterval(_SAVE_EVERY_MS)
        self._save_timer.timeout.connect(settings.save)
        self._save_timer.start()

    # -- building --------------------------------------------------------------------------------------

    def _build(self) -> None:
        actions, icons, settings = self.actions_, self._icons, self._settings.current
        self.setWindowTitle("photosort")
        self.setAcceptDrops(True)
        self.resize(1280, 800)
        self.setMinimumSize(90 * SPACING, 60 * SPACING)
        album = resources() / "album"
        self._album = album if album.is_dir() and any(album.iterdir()) else None
        self.filters = FilterBar(icons, self._themes)
        self.bar = ArrangeBar(actions, icons, self.filters)
        self.error_bar = ErrorBar(icons, self._themes)
        self.groups = GroupsPanel(settings.folded)
        self.grid = PhotoGrid(self._loader)
        self.photos_page = PhotosPage(self.grid)
        self.welcome = WelcomePage(icons, self._themes, self._album)
        self.problems = ProblemsPage(icons)
        self.details = DetailsPanel()
        self.status = StatusBar(icons)
        self.pages = QStackedWidget()
        for page in (self.welcome, self.photos_page, self.problems):
            self.pages.addWidget(page)

        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        for number, widget in enumerate((self.groups, self.pages, self.details)):
            self.splitter.addWidget(widget)
            self.splitter.setStretchFactor(number, 1 if widget is self.pages else 0)
        self.splitter.setSizes([26 * SPACING, 100 * SPACING, 36 * SPACING])

        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.error_bar)
        column.addWidget(self.splitter, 1)
        column.addWidget(self.status)
        self.setCentralWidget(body)
        actions.fill(self.menuBar())
        actions.open_album.setVisible(self._album is not None)
        self.parts = Parts(
            actions=actions,
            bar=self.bar,
            filters=self.filters,
            groups=self.groups,
            page=self.photos_page,
            grid=self.grid,
            details=self.details,
            status=self.status,
            problems=self.problems,
        )

    def _connect(self) -> None:
        actions = self.actions_
        actions.open_folder.triggered.connect(self.ask_for_folder)
        actions.open_photos.triggered.connect(self.ask_for_photos)
        actions.open_album.triggered.connect(self._on_album)
        actions.recent_chosen.connect(self._on_folder_chosen)
        actions.rescan.triggered.connect(self._on_rescan)
        actions.close_folder.triggered.connect(lambda: self.open_target(None))
        actions.export_table.triggered.connect(self._on_export_table)
        actions.quit.triggered.connect(self.close)
        actions.select_all.triggered.connect(self.grid.selectAll)
        actions.copy_path.triggered.connect(self._on_copy_path)
        actions.find.triggered.connect(self.filters.start_search)
        actions.clear_filter.triggered.connect(self._on_clear_filter)
        actions.open_outside.triggered.connect(self._on_open_outside)
        actions.show_file.triggered.connect(self._on_show_file)
        actions.order_similar.triggered.connect(self._on_order_similar)
        actions.groups_panel.toggled.connect(self._on_panels_toggled)
        actions.details_panel.toggled.connect(self._on_panels_toggled)
        actions.problems.triggered.connect(self.show_problems)
        actions.larger.triggered.connect(lambda: self.grid.zoom(1, self.grid.viewport().rect().center()))
        actions.smaller.triggered.connect(lambda: self.grid.zoom(-1, self.grid.viewport().rect().center()))
        actions.full_screen.toggled.connect(self._on_full_screen)
        actions.theme_chosen.connect(self._on_theme_chosen)
        actions.pause.triggered.connect(self.status.pause_button.click)
        actions.cancel.triggered.connect(self.status.cancel_button.click)
        actions.analyse.triggered.connect(self._on_analyse)
        actions.group_alike.triggered.connect(self._on_group_alike)
        actions.clear_thumbnails.triggered.connect(self._on_clear_thumbnails)
        actions.about.triggered.connect(self._on_about)
        self.welcome.open_requested.connect(self.ask_for_folder)
        self.welcome.folder_chosen.connect(self._on_folder_chosen)
        self.grid.files_dropped.connect(lambda paths: self.open_target(target_of(paths)))
        self.grid.context_menu_requested.connect(lambda point: actions.photo_menu(self).popup(point))
        self.grid.tileSizeChanged.connect(self._on_tile_size_changed)
        self.status.tile_size_changed.connect(self.grid.set_tile_size)
        self.status.problems_requested.connect(self.show_problems)
        self.status.job_state_changed.connect(actions.set_job)
        self.problems.back_requested.connect(self.show_photos)
        self.problems.export_requested.connect(self._on_export_problems)
        self.problems.show_requested.connect(self._on_show_problem)
        self.filters.left.connect(self.grid.setFocus)
        self.groups.folded_changed.connect(lambda folded: self._settings.update(folded=folded))
        back = QShortcut(QKeySequence(Qt.Key.Key_Escape), self.problems)
        back.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        back.activated.connect(self.show_photos)

    def _restore(self) -> None:
        settings = self._settings.current
        actions = self.actions_
        if settings.geometry:
            self.restoreGeometry(_bytes_of(settings.geometry))
        if settings.splitter:
            self.splitter.restoreState(_bytes_of(settings.splitter))
        self.grid.set_tile_size(settings.tile_size)
        self.status.slider.setValue(settings.tile_size)
        actions.groups_panel.setChecked(settings.groups_panel)
        actions.details_panel.setChecked(settings.details_panel)
        actions.set_theme(settings.theme)
        actions.set_job(False, False)
        self._show_folder_open()

    # -- opening ---------------------------------------------------------------------------------------

    @property
    def session(self) -> FolderSession | None:
        """The open folder."""
        return self._session

    @Slot()
    def ask_for_folder(self) -> None:
        """Let the person choose a folder, and open it."""
        start = str(self._session.folder) if self._session is not None else str(Path.home())
        chosen = QFileDialog.getExistingDirectory(self, "Open a folder of photos", start)
        if chosen:
            self.open_target(Target(Path(chosen)))

    @Slot()
    def ask_for_photos(self) -> None:
        """Let the person choose photos, and open them."""
        start = str(self._session.folder) if self._session is not None else str(Path.home())
        chosen, _kind = QFileDialog.getOpenFileNames(self, "Open photos", start)
        if chosen:
            self.open_target(target_of([Path(path) for path in chosen]))

    def open_target(self, target: Target | None) -> None:
        """Open a folder in place of the one that is open, once that one's jobs have ended; None opens nothing."""
        if self._closing:
            return
        self._next = target
        if self._session is None:
            self._open_next()
            return
        if self._presenter is not None:
            self._presenter.release()
            self._presenter = None
            self.show_photos()
            self._session.close()

    def _open_next(self) -> None:
        target, self._next = self._next, None
        if target is not None:
            arrangement = arrangement_of(self._settings.current.view_of(target.folder))
            session = FolderSession(self._catalog, self._paths, self._thumbnails, target, arrangement, self)
            session.failed.connect(self.show_error)
            session.closed.connect(self._on_session_closed)
            self._session = session
            self._presenter = Presenter(session, self.parts, self._catalog, self._thumbnails, self._settings, self)
            self.error_bar.hide()
            session.open()
        self._show_folder_open()

    @Slot()
    def _on_session_closed(self) -> None:
        if self._session is not None:
            self._session.deleteLater()
        self._session = None
        self.status.set_job(None)
        if self._closing:
            self.close()
        else:
            self._open_next()

    @Slot(object)
    def _on_folder_chosen(self, folder: Path) -> None:
        self.open_target(Target(folder))

    @Slot()
    def _on_album(self) -> None:
        if self._album is not None:
            self.open_target(Target(self._album))

    def _show_folder_open(self) -> None:
        session = self._session
        open_ = session is not None
        self.actions_.set_folder_open(open_=open_)
        self.bar.set_folder_open(open_=open_)
        self.status.set_folder_open(open_=open_)
        self._on_panels_toggled()
        recent = self._catalog.recent_roots(_RECENT)
        self.actions_.set_recent([root.path for root in recent])
        if session is None:
            self.setWindowTitle("photosort")
            self.status.rest("")
            self.welcome.set_recent([(root.path, root.photos) for root in recent])
            self.pages.setCurrentWidget(self.welcome)
        else:
            self.setWindowTitle(f"{session.folder.name or session.folder} \N{EN DASH} photosort")
            self.show_photos()
            self.grid.setFocus()

    # -- closing ---------------------------------------------------------------------------------------

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close once every job has ended: say so at once, and take a batch's time at most."""
        if self._session is None:
            self._remember_shape()
            self._loader.close()
            event.accept()
            return
        event.ignore()
        if self._closing:
            return
        self._closing = True
        self._remember_shape()
        self.setEnabled(False)
        self.status.rest("Finishing\N{HORIZONTAL ELLIPSIS}")
        if self._presenter is not None:
            self._presenter.release()
            self._presenter = None
        # Where nothing runs this closes at once, within this call.
        QTimer.singleShot(0, self._session.close)

    def wait_for_threads(self) -> None:
        """Block until every thread that the window started has ended; for the end of the program."""
        if self._session is not None:
            self._session.wait()
        for presenter in self.findChildren(Presenter):
            presenter.reader.wait()
        self._loader.close()

    def _remember_shape(self) -> None:
        self._settings.update(
            geometry=_text_of(self.saveGeometry()),
            splitter=_text_of(self.splitter.saveState()),
            tile_size=self.grid.tile_size,
        )
        self._settings.save()

    # -- dropping --------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Welcome files and folders of this computer."""
        if local_paths(event.mimeData()):
            event.acceptProposedAction()
            self.welcome.set_drop_wanted(wanted=True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """What was dragged goes elsewhere."""
        self.welcome.set_drop_wanted(wanted=False)
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped."""
        self.welcome.set_drop_wanted(wanted=False)
        paths = local_paths(event.mimeData())
        if paths:
            event.acceptProposedAction()
            self.open_target(target_of(paths))

    # -- pages and panels ------------------------------------------------------------------------------

    @Slot()
    def show_photos(self) -> None:
        """Go back to the photos."""
        self.pages.setCurrentWidget(self.photos_page)
        self.grid.setFocus()

    @Slot()
    def show_problems(self) -> None:
        """Show what could not be read."""
        self.pages.setCurrentWidget(self.problems)
        self.problems.setFocus()

    @Slot(object)
    def show_error(self, error: BaseException) -> None:
        """Say what went wrong, in the bar for that."""
        self.error_bar.show_error(error)

    @Slot()
    def _on_panels_toggled(self) -> None:
        open_ = self._session is not None
        left, right = self.actions_.groups_panel.isChecked(), self.actions_.details_panel.isChecked()
        self.groups.setVisible(open_ and left)
        self.details.setVisible(open_ and right)
        self._settings.update(groups_panel=left, details_panel=right)

    @Slot(bool)
    def _on_full_screen(self, on: bool) -> None:
        (self.showFullScreen if on else self.showNormal)()

    @Slot(object)
    def _on_theme_chosen(self, choice: ThemeChoice) -> None:
        self._settings.update(theme=choice)
        self._themes.choose(choice)

    @Slot(int)
    def _on_tile_size_changed(self, size: int) -> None:
        self.status.slider.setValue(size)
        self._settings.update(tile_size=size)

    # -- doing -----------------------------------------------------------------------------------------

    @Slot()
    def _on_rescan(self) -> None:
        if self._session is not None:
            self._session.rescan()

    @Slot()
    def _on_analyse(self) -> None:
        if self._session is not None:
            self._session.analyse()

    @Slot()
    def _on_group_alike(self) -> None:
        if self._session is not None:
            self._session.group_alike()

    @Slot()
    def _on_clear_filter(self) -> None:
        if self._presenter is not None:
            self._presenter.show_everything()

    @Slot()
    def _on_order_similar(self) -> None:
        if (
            self._presenter is not None
            and self._session is not None
            and (photo_id := self._presenter.current_id()) >= 0
        ):
            self._session.order_by_similarity(photo_id)

    def _selected_paths(self) -> Sequence[Path]:
        return [] if self._presenter is None else self._presenter.selected_paths()

    @Slot()
    def _on_copy_path(self) -> None:
        if paths := self._selected_paths():
            desktop.copy_paths(list(paths))

    @Slot()
    def _on_open_outside(self) -> None:
        for path in self._selected_paths()[:1]:
            if not desktop.open_in_program(path):
                self.error_bar.show_message(f"No program could be started for {path.name}.")

    @Slot()
    def _on_show_file(self) -> None:
        for path in self._selected_paths()[:1]:
            self._show_in_file_manager(path)

    @Slot(str)
    def _on_show_problem(self, relpath: str) -> None:
        if self._session is not None:
            self._show_in_file_manager(self._session.folder / relpath)

    def _show_in_file_manager(self, path: Path) -> None:
        if not desktop.show_in_file_manager(path):
            self.error_bar.show_message(f"No file manager could be started for {path.parent}.")

    @Slot()
    def _on_export_table(self) -> None:
        if self._presenter is not None and (path := self._ask_where("photos.csv")) is not None:
            try:
                self._presenter.export_table(path)
            except OSError as error:
                self.show_error(error)

    @Slot()
    def _on_export_problems(self) -> None:
        if (path := self._ask_where("problems.csv")) is not None:
            try:
                self.problems.export(path)
            except OSError as error:
                self.show_error(error)

    def _ask_where(self, name: str) -> Path | None:
        chosen, _kind = QFileDialog.getSaveFileName(self, "Save as a table", str(Path.home() / name), "Table (*.csv)")
        return Path(chosen) if chosen else None

    @Slot()
    def _on_clear_thumbnails(self) -> None:
        self._thumbnails.clear()

    @Slot()
    def _on_about(self) -> None:
        QMessageBox.about(
            self,
            "About photosort",
            f"<b>photosort {__version__}</b><p>Sorts a messy photo folder your way, offline.</p>",
        )


def _text_of(data: QByteArray) -> str:
    return base64.b64encode(data.data()).decode("ascii")


def _bytes_of(text: str) -> QByteArray:
    return QByteArray.fromBase64(QByteArray(text.encode("ascii", "replace")))
