"""The page of an empty window: where to drop a folder, what was open lately, and what to expect."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from photosort.gui import text
from photosort.gui.controls import button, label
from photosort.gui.icons import IconSet, application_icon
from photosort.gui.theme import SPACING, Themes

_PROMISE = (
    "Everything happens on this computer, without the internet. photosort tells {apart} apart, "
    "but does not know who is in a photo. No file is moved or changed until you say so."
)
_KINDS = "people, animals, places, food and more"
_SCENES = "scenes and animals"
_SHOWN_FOLDERS = 5
_SIGN = 80


class WelcomePage(QWidget):
    """Shown while no folder is open.

    Args:
        icons: where the buttons get their icons.
        themes: whose colours the drop target takes.
        album: the sample album; None when there is none.
        offer: one more line, below the ways in; None for none.
        sees_kinds: whether a classifier is there that tells people, animals, places and more apart.
    """

    open_requested = Signal()
    folder_chosen = Signal(object)
    """Path: a recent folder or the sample album."""

    def __init__(
        self,
        icons: IconSet,
        themes: Themes,
        album: Path | None,
        offer: QWidget | None = None,
        *,
        sees_kinds: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._icons = icons
        self._themes = themes
        self._drop_wanted = False

        sign = QLabel()
        sign.setPixmap(application_icon().pixmap(QSize(_SIGN, _SIGN), self.devicePixelRatioF()))
        sign.setFixedSize(_SIGN, _SIGN)
        self.open_button = button("Open folder\N{HORIZONTAL ELLIPSIS}", "primary")
        self.open_button.clicked.connect(self.open_requested)
        self.album_button = button("Try the sample album")
        if album is None:
            self.album_button.hide()
        else:
            self.album_button.clicked.connect(lambda: self.folder_chosen.emit(album))

        self._target = self._drop_target(sign, _PROMISE.format(apart=_KINDS if sees_kinds else _SCENES))
        self._recent = QWidget()
        self._recent.setFixedWidth(70 * SPACING)
        self._recent_rows = QVBoxLayout(self._recent)
        self._recent_rows.setContentsMargins(0, 0, 0, 0)
        self._recent_rows.setSpacing(0)

        column = QVBoxLayout(self)
        column.setContentsMargins(3 * SPACING, 3 * SPACING, 3 * SPACING, 3 * SPACING)
        column.setSpacing(3 * SPACING)
        column.addStretch(2)
        column.addLayout(_centred(self._target))
        if offer is not None:
            offer.setFixedWidth(70 * SPACING)
            column.addLayout(_centred(offer))
        column.addLayout(_centred(self._recent))
        column.addStretch(3)
        self.set_recent(())

    def _drop_target(self, sign: QWidget, told: str) -> QWidget:
        """Where to drop, what happens then, and the two other ways in."""
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACING)
        buttons.addStretch(1)
        buttons.addWidget(self.open_button)
        buttons.addWidget(self.album_button)
        buttons.addStretch(1)

        promise = label(told, "muted", wrap=True)
        promise.setAlignment(Qt.AlignmentFlag.AlignHCenter)

        target = QWidget()
        target.setFixedWidth(70 * SPACING)
        middle = QVBoxLayout(target)
        middle.setContentsMargins(5 * SPACING, 5 * SPACING, 5 * SPACING, 5 * SPACING)
        middle.setSpacing(2 * SPACING)
        middle.addWidget(sign, 0, Qt.AlignmentFlag.AlignHCenter)
        middle.addSpacing(SPACING)
        title = label("Drop a folder of photos here", size=1.7, weight=QFont.Weight.DemiBold)
        middle.addWidget(title, 0, Qt.AlignmentFlag.AlignHCenter)
        middle.addWidget(promise)
        middle.addSpacing(SPACING)
        middle.addLayout(buttons)
        return target

    def set_recent(self, folders: Sequence[tuple[Path, int]]) -> None:
        """Offer the folders that were open lately, each with its number of photos, newest first."""
        while (item := self._recent_rows.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        self._recent.setVisible(bool(folders))
        if not folders:
            return
        caption = label("RECENT", "caption", size=0.85, weight=QFont.Weight.DemiBold)
        caption.setContentsMargins(SPACING, 0, 0, SPACING // 2)
        self._recent_rows.addWidget(caption)
        for folder, count in folders[:_SHOWN_FOLDERS]:
            self._recent_rows.addWidget(self._recent_row(folder, count))

    def recent_buttons(self) -> list[QPushButton]:
        """The buttons of the recent folders, newest first."""
        return self._recent.findChildren(QPushButton)

    def set_drop_wanted(self, *, wanted: bool) -> None:
        """Light up while something that can be opened hovers over the window."""
        self._drop_wanted = wanted
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the drop target's outline."""
        super().paintEvent(event)
        theme = self._themes.current
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(QColor(theme.accent if self._drop_wanted else theme.line), 2 if self._drop_wanted else 1.5)
        pen.setDashPattern([5, 4])
        painter.setPen(pen)
        if self._drop_wanted:
            fill = QColor(theme.accent)
            fill.setAlpha(20)
            painter.setBrush(fill)
        painter.drawRoundedRect(QRectF(self._target.geometry()).adjusted(1, 1, -1, -1), 16, 16)
        painter.end()

    def _recent_row(self, folder: Path, count: int) -> QWidget:
        row = _RecentButton(folder, count)
        self._icons.put_on(row, "folder")
        row.clicked.connect(lambda: self.folder_chosen.emit(folder))
        return row


def _centred(widget: QWidget) -> QHBoxLayout:
    """A row with a widget in its middle; unlike an alignment, it asks how high the widget's words make it."""
    row = QHBoxLayout()
    row.addStretch(1)
    row.addWidget(widget)
    row.addStretch(1)
    return row


class _RecentButton(QPushButton):
    """One recent folder: its name, where it lies, how many photos."""

    def __init__(self, folder: Path, count: int) -> None:
        super().__init__(folder.name or str(folder))
        self.setObjectName("row")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"{folder}, {text.photos(count)}")
        self.setToolTip(str(folder))
        self._where = str(folder.parent)
        self._count = text.photos(count)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Add the place and the count to the right of the name, elided in its middle where it is long."""
        super().paintEvent(event)
        painter = QPainter(self)
        # The program's palette: a style sheet makes a widget's own a translucent version of its text colour.
        painter.setPen(QGuiApplication.palette().placeholderText().color())
        metrics = self.fontMetrics()
        right = self.rect().adjusted(0, 0, -SPACING, 0)
        painter.drawText(right, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._count)
        left = 5 * SPACING + metrics.horizontalAdvance(self.text()) + SPACING
        width = right.right() - metrics.horizontalAdvance(self._count) - 2 * SPACING - left
        if width > 4 * SPACING:
            place = metrics.elidedText(self._where, Qt.TextElideMode.ElideMiddle, width)
            area = self.rect().adjusted(left, 0, 0, 0)
            painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, place)
        painter.end()
