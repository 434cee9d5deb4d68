"""What stands around the page in the middle: bars and panels, as the page needs them, and nothing on a full screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QWidget

from photosort.core.settings import SettingsStore
from photosort.gui.actions import Actions
from photosort.gui.arrange_bar import ArrangeBar
from photosort.gui.status_bar import StatusBar


@dataclass(frozen=True, slots=True)
class Around:
    """The widgets around the pages, and the pages that they go with.

    Attributes:
        pages: the pages in the middle.
        photos: the page that everything stands around.
        viewer: the page of one photo: the right panel goes with it too.
        welcome: the page that shows by itself what is going on.
        bar: above.
        groups: at the left.
        details: at the right.
        status: below.
    """

    pages: QStackedWidget
    photos: QWidget
    viewer: QWidget
    welcome: QWidget
    bar: ArrangeBar
    groups: QWidget
    details: QWidget
    status: StatusBar


class Chrome(QObject):
    """Shows and hides what stands around the pages.

    Args:
        window: whose full screen it is.
        around: the widgets.
        actions: which panels are wanted, and the full screen.
        settings: where that is remembered.
        folder_open: tells whether a folder is open.
        busy: tells whether something goes on beside the open folder that belongs into the status bar.
        moving: tells whether files are being moved: that shows on every page.
    """

    def __init__(
        self,
        window: QMainWindow,
        around: Around,
        actions: Actions,
        settings: SettingsStore,
        folder_open: Callable[[], bool],
        busy: Callable[[], bool],
        moving: Callable[[], bool],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._around = around
        self._actions = actions
        self._settings = settings
        self._folder_open = folder_open
        self._busy = busy
        self._moving = moving
        actions.groups_panel.toggled.connect(self._on_panels_toggled)
        actions.details_panel.toggled.connect(self._on_panels_toggled)
        actions.full_screen.toggled.connect(self._on_full_screen)
        around.pages.currentChanged.connect(self.refresh)

    @Slot()
    def refresh(self) -> None:
        """Show of bars and panels what the page in the middle needs."""
        around, settings = self._around, self._settings.current
        page, full, open_ = around.pages.currentWidget(), self._window.isFullScreen(), self._folder_open()
        self._window.menuBar().setVisible(not full)
        around.bar.setVisible(open_ and not full)
        with_details = page in (around.photos, around.viewer)
        around.bar.set_page(photos=page is around.photos, details=with_details)
        # The welcome page itself shows what comes to it.
        busy = self._moving() or (self._busy() and page is not around.welcome)
        around.status.setVisible((open_ or busy) and not full)
        around.status.set_slider(visible=page is around.photos)
        around.groups.setVisible(open_ and not full and page is around.photos and settings.groups_panel)
        around.details.setVisible(open_ and not full and with_details and settings.details_panel)

    @Slot()
    def _on_panels_toggled(self) -> None:
        self._settings.update(
            groups_panel=self._actions.groups_panel.isChecked(), details_panel=self._actions.details_panel.isChecked()
        )
        self.refresh()

    @Slot(bool)
    def _on_full_screen(self, on: bool) -> None:
        state, full = self._window.windowState(), Qt.WindowState.WindowFullScreen
        # A maximised window is maximised again afterwards.
        self._window.setWindowState(state | full if on else state & ~full)
        self.refresh()
