"""What can be done in the viewer with the mouse alone: back to the grid, the photo before, the photo after."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QToolButton

from photosort.gui.controls import icon_button
from photosort.gui.icons import IconSet
from photosort.gui.theme import SPACING
from photosort.gui.viewer import Viewer


class ViewerButtons(QObject):
    """Three quiet buttons on a viewer; the keyboard stays with the viewer.

    Args:
        viewer: what they lie on.
        icons: where they get their icons.
    """

    def __init__(self, viewer: Viewer, icons: IconSet) -> None:
        super().__init__(viewer)
        self._viewer = viewer
        self.back = icon_button(icons, "arrow-left", "Back to the photos (Esc)")
        self.previous = icon_button(icons, "chevron-left", "The photo before (\N{LEFTWARDS ARROW})")
        self.next = icon_button(icons, "chevron-right", "The photo after (\N{RIGHTWARDS ARROW})")
        for one in self._all():
            one.setParent(viewer)
            one.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            one.setCursor(Qt.CursorShape.ArrowCursor)
            one.adjustSize()
        self.back.clicked.connect(viewer.closed)
        self.previous.clicked.connect(viewer.previous)
        self.next.clicked.connect(viewer.next)
        viewer.current_changed.connect(self._show_what_is_there)
        viewer.installEventFilter(self)
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the buttons in their places."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _all(self) -> tuple[QToolButton, QToolButton, QToolButton]:
        return self.back, self.previous, self.next

    def _place(self) -> None:
        area = self._viewer.rect().adjusted(SPACING, SPACING, -SPACING, -SPACING)
        middle = area.center().y() - self.next.height() // 2
        self.back.move(area.topLeft())
        self.previous.move(area.left(), middle)
        self.next.move(area.right() + 1 - self.next.width(), middle)

    def _show_what_is_there(self) -> None:
        self.previous.setVisible(self._viewer.has_previous)
        self.next.setVisible(self._viewer.has_next)
