"""Pictures of the sample album that a classifier gets wrong, with what it says."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from photosort.core.errors import PhotosortError
from photosort.core.imaging import decode
from photosort.gui.about.card_facts import Mistake
from photosort.gui.controls import label
from photosort.gui.theme import SPACING
from photosort.gui.thumbnail_loader import image_of_pixels

_logger = logging.getLogger(__name__)

_SIDE = 14 * SPACING
_MOST = 5


class Mistakes(QWidget):
    """A row of pictures; they are read one after the other, each in a turn of the event loop of its own.

    Args:
        album: where the pictures lie.
        mistakes: the pictures; a few are shown.
    """

    def __init__(self, album: Path, mistakes: Sequence[Mistake], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._waiting: list[tuple[Path, QLabel, QWidget]] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(0, SPACING, 0, 0)
        row.setSpacing(2 * SPACING)
        for mistake in mistakes[:_MOST]:
            picture = QLabel()
            picture.setFixedSize(_SIDE, _SIDE)
            picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
            picture.setAccessibleName(f"A picture of {mistake.shows} that is called {mistake.called}")
            one = QWidget()
            column = QVBoxLayout(one)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(SPACING // 2)
            column.addWidget(picture)
            words = label(f"{mistake.shows}, called {mistake.called}", "muted", size=0.9, wrap=True)
            words.setFixedWidth(_SIDE)
            column.addWidget(words)
            column.addStretch(1)
            row.addWidget(one)
            self._waiting.append((album / mistake.picture, picture, one))
        row.addStretch(1)
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._read_next)
        self._timer.start()

    @Slot()
    def _read_next(self) -> None:
        if not self._waiting:
            self._timer.stop()
            return
        path, picture, one = self._waiting.pop(0)
        scale = self.devicePixelRatioF()
        side = round(_SIDE * scale)
        try:
            pixels = decode(path, short_side=side).pixels
        except (PhotosortError, OSError) as error:
            _logger.info("%s cannot be shown as an example: %s", path, error)
            one.hide()
            return
        image = image_of_pixels(pixels).scaled(
            side, side, Qt.AspectRatioMode.KeepAspectRatioByExpanding, Qt.TransformationMode.SmoothTransformation
        )
        left, top = (image.width() - side) // 2, (image.height() - side) // 2
        pixmap = QPixmap.fromImage(image.copy(left, top, side, side))
        pixmap.setDevicePixelRatio(scale)
        picture.setPixmap(pixmap)
