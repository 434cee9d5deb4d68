"""Everything the window can be told to do: actions with their names and keys, and the menus that hold them."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from photosort.core.settings import ThemeChoice
from photosort.gui import text

_DOTS = "\N{HORIZONTAL ELLIPSIS}"
_THEMES = {ThemeChoice.SYSTEM: "Like the &system", ThemeChoice.LIGHT: "&Light", ThemeChoice.DARK: "&Dark"}

_DEVICES = {"auto": "&Automatic", "cpu": "&CPU", "gpu": "&GPU"}

_Keys = QKeySequence.StandardKey | str

_FULL_SCREEN: _Keys = QKeySequence.StandardKey.FullScreen if sys.platform == "darwin" else "F11"
"""Not every Linux desktop tells Qt a key for it."""
_HISTORY: _Keys = "Ctrl+Y" if sys.platform == "darwin" else "Ctrl+H"
"""On a Mac, Cmd+H hides the program."""


class Actions(QObject):
    """The window's actions; who can do a thing connects to the action's ``triggered``.

    Args:
        window: the widget in which the keys work.
    """

    recent_chosen = Signal(object)
    """Path of a folder in the menu of recent folders."""
    theme_chosen = Signal(object)
    """ThemeChoice"""
    device_chosen = Signal(str)
    """A device as in the settings: "auto", "cpu" or "gpu"."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        standard = QKeySequence.StandardKey
        # The folder
        self.open_folder = self._action(f"&Open folder{_DOTS}", standard.Open)
        self.open_photos = self._action(f"Open &photos{_DOTS}", "Ctrl+Shift+O")
        self.open_album = self._action("Open the &sample album")
        self.rescan = self._action("Look for &changes", "F5")
        self.close_folder = self._action("&Close folder", standard.Close)
        self.export_table = self._action(f"&Export what is shown as a table{_DOTS}", "Ctrl+Shift+E")
        self.quit = self._action("&Quit", "Ctrl+Q", role=QAction.MenuRole.QuitRole)
        self.sort = self._action(f"&Sort into folders{_DOTS}", "Ctrl+Shift+M")
        # What was done
        self.undo = self._action("&Undo", standard.Undo)
        self.redo = self._action("&Redo", "Ctrl+Shift+Z")
        self.history = self._action("&History", _HISTORY)
        # Photos
        self.select_all = self._action("Select &all", standard.SelectAll)
        self.copy_path = self._action("&Copy path", "Ctrl+Shift+C")
        self.find = self._action("&Find", standard.Find)
        self.clear_filter = self._action("Show &everything again", "Ctrl+Shift+F")
        self.open_viewer = self._action("&Open")
        self.open_outside = self._action("Open in another &program")
        self.show_file = self._action("Show in &file manager", "Ctrl+Shift+R")
        self.labels_from_keywords = self._action("&Labels from keywords")
        self.order_similar = self._action("Order by &similarity to this", "Ctrl+Shift+S")
        # The view
        self.groups_panel = self._action("What there is (&left panel)", "Ctrl+Alt+1", checkable=True)
        self.details_panel = self._action("This photo (&right panel)", "Ctrl+Alt+2", checkable=True)
        self.problems = self._action("&Problems", "Ctrl+Shift+P")
        self.larger = self._action("L&arger photos", standard.ZoomIn)
        self.smaller = self._action("&Smaller photos", standard.ZoomOut)
        self.full_screen = self._action("&Full screen", _FULL_SCREEN, checkable=True)
        # Analysis
        self.pause = self._action("&Pause", "Ctrl+P")
        self.cancel = self._action("&Cancel")
        self.analyse = self._action("&Look at all photos")
        self.group_alike = self._action("&Group look-alike photos")
        self.clear_thumbnails = self._action("Clear the cache of &thumbnails")
        self.lab = self._action("&The Lab", "Ctrl+Shift+L")
        self.about = self._action("&About photosort", role=QAction.MenuRole.AboutRole)

        self.recent_menu = QMenu("Open &recent", window)
        self.group_menu = QMenu("&Group by", window)
        self.order_menu = QMenu("&Order by", window)
        self.file_menu = QMenu("&File into", window)
        self.copy_menu = QMenu("C&opy into", window)
        self._themes = self._choice({choice.value: name for choice, name in _THEMES.items()})
        self._themes.triggered.connect(self._on_theme_triggered)
        self._devices = self._choice(_DEVICES)
        self._devices.triggered.connect(lambda action: self.device_chosen.emit(action.data()))
        self.needs_folder: tuple[QAction, ...] = (
            self.rescan,
            self.close_folder,
            self.export_table,
            self.select_all,
            self.find,
            self.clear_filter,
            self.problems,
            self.larger,
            self.smaller,
            self.analyse,
            self.group_alike,
        )
        self.needs_photo: tuple[QAction, ...] = (
            self.copy_path,
            self.open_viewer,
            self.open_outside,
            self.show_file,
            self.order_similar,
        )

    def fill(self, bar: QMenuBar) -> None:
        """Put the actions into the menus of a menu bar."""
        file_menu = bar.addMenu("&File")
        file_menu.addActions([self.open_folder, self.open_photos])
        file_menu.addMenu(self.recent_menu)
        file_menu.addActions([self.open_album])
        file_menu.addSeparator()
        file_menu.addActions([self.sort])
        file_menu.addSeparator()
        file_menu.addActions([self.rescan, self.export_table, self.close_folder])
        file_menu.addSeparator()
        file_menu.addActions([self.quit])

        edit_menu = bar.addMenu("&Edit")
        edit_menu.addActions([self.undo, self.redo, self.history])
        edit_menu.addSeparator()
        edit_menu.addActions([self.select_all, self.copy_path])
        edit_menu.addSeparator()
        edit_menu.addMenu(self.file_menu)
        edit_menu.addMenu(self.copy_menu)
        edit_menu.addActions([self.labels_from_keywords])
        edit_menu.addSeparator()
        edit_menu.addActions([self.find, self.clear_filter])

        view_menu = bar.addMenu("&View")
        view_menu.addMenu(self.group_menu)
        view_menu.addMenu(self.order_menu)
        view_menu.addActions([self.order_similar])
        view_menu.addSeparator()
        view_menu.addActions([self.larger, self.smaller])
        view_menu.addSeparator()
        view_menu.addActions([self.groups_panel, self.details_panel, self.problems])
        view_menu.addSeparator()
        view_menu.addMenu("&Theme").addActions(self._themes.actions())
        view_menu.addActions([self.full_screen])

        work_menu = bar.addMenu("&Analysis")
        work_menu.addActions([self.pause, self.cancel])
        work_menu.addSeparator()
        work_menu.addActions([self.analyse, self.group_alike])
        work_menu.addSeparator()
        work_menu.addMenu("&Device").addActions(self._devices.actions())
        work_menu.addActions([self.clear_thumbnails])
        work_menu.addSeparator()
        work_menu.addActions([self.lab])

        bar.addMenu("&Help").addActions([self.about])

    def set_theme(self, choice: ThemeChoice) -> None:
        """Tick the theme that is worn."""
        _tick(self._themes, choice.value)

    @property
    def devices(self) -> Sequence[QAction]:
        """The actions that choose a device, each with what it chooses as data."""
        return self._devices.actions()

    def set_device(self, choice: str) -> None:
        """Tick the device that was chosen, as in the settings."""
        _tick(self._devices, choice)

    def set_recent(self, folders: Sequence[Path]) -> None:
        """Offer these folders in the menu."""
        self.recent_menu.clear()
        self.recent_menu.setEnabled(bool(folders))
        for folder in folders:
            # An ampersand in a folder's name is no shortcut.
            action = self.recent_menu.addAction(text.literal(str(folder)))
            action.triggered.connect(lambda _=False, path=folder: self.recent_chosen.emit(path))

    def set_folder_open(self, *, open_: bool) -> None:
        """Enable what needs an open folder."""
        for action in self.needs_folder:
            action.setEnabled(open_)
        self.group_menu.setEnabled(open_)
        self.order_menu.setEnabled(open_)
        if not open_:
            self.set_photo_selected(selected=False)

    def set_photo_selected(self, *, selected: bool) -> None:
        """Enable what needs a photo."""
        for action in self.needs_photo:
            action.setEnabled(selected)

    def set_job(self, running: bool, paused: bool) -> None:
        """Enable what needs something that runs."""
        self.pause.setEnabled(running)
        self.pause.setText("Go &on" if paused else "&Pause")
        self.cancel.setEnabled(running)

    def photo_menu(self, parent: QWidget) -> QMenu:
        """What can be done with the photos that are selected."""
        menu = QMenu(parent)
        menu.addActions([self.open_viewer, self.open_outside, self.show_file, self.copy_path])
        menu.addSeparator()
        menu.addMenu(self.file_menu)
        menu.addMenu(self.copy_menu)
        menu.addSeparator()
        menu.addActions([self.order_similar])
        menu.addSeparator()
        menu.addActions([self.select_all, self.export_table])
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu

    def _on_theme_triggered(self, action: QAction) -> None:
        self.theme_chosen.emit(ThemeChoice(action.data()))

    def _choice(self, names: Mapping[str, str]) -> QActionGroup:
        """Actions of which one is ticked, each with its value as data."""
        group = QActionGroup(self)
        for value, name in names.items():
            action = QAction(name, self)
            action.setCheckable(True)
            action.setData(value)
            group.addAction(action)
        return group

    def _action(
        self,
        name: str,
        keys: _Keys | None = None,
        *,
        checkable: bool = False,
        role: QAction.MenuRole = QAction.MenuRole.NoRole,
    ) -> QAction:
        action = QAction(name, self)
        action.setMenuRole(role)
        action.setCheckable(checkable)
        if keys is not None:
            action.setShortcut(keys)
        # Also where no menu bar shows it.
        self._window.addAction(action)
        return action


def _tick(group: QActionGroup, value: str) -> None:
    for action in group.actions():
        action.setChecked(action.data() == value)
