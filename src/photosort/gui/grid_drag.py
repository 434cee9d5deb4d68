"""Photos on their way in and out of the grid by drag and drop."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QByteArray, QMimeData, QRect, QRectF, Qt, QUrl
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPalette, QPixmap

from photosort.core.photo import Photo

IDS_MIME = "application/x-photosort-ids"
"""The ids of dragged photos as little-endian int64, for drops inside the program."""

_STACKED = 3
_SIDE = 84
_SHIFT = 7


def mime_of_photos(ids: ArrayLike, photos: Sequence[Photo]) -> QMimeData:
    """What is handed to where photos are dropped: their ids, and every file that belongs to them as a URL."""
    mime = QMimeData()
    mime.setData(IDS_MIME, QByteArray(np.asarray(ids, "<i8").tobytes()))
    mime.setUrls(
        [
            QUrl.fromLocalFile(str(photo.root / relpath))
            for photo in photos
            for relpath in (photo.relpath, *photo.companions)
        ]
    )
    return mime


def ids_of_mime(mime: QMimeData) -> NDArray[np.int64]:
    """The ids of photos that are dragged inside the program, shape (n,); empty for anything else."""
    return np.frombuffer(mime.data(IDS_MIME).data(), "<i8").astype(np.int64)


def files_of_mime(mime: QMimeData) -> list[Path]:
    """The local files and folders that are dropped on the grid from outside; empty for our own photos."""
    if mime.hasFormat(IDS_MIME):
        return []
    return [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]


def drag_pixmap(pixmaps: Sequence[QPixmap], count: int, palette: QPalette, font: QFont, scale: float) -> QPixmap:
    """The picture under the pointer: a small stack, with the number of photos when there are several.

    Args:
        pixmaps: thumbnails, the topmost first; only a few are used, none is fine.
        count: photos dragged.
        palette: of the window.
        font: of the window.
        scale: device pixel ratio.
    """
    layers = min(_STACKED, count)
    edge = _SIDE + _SHIFT * (layers - 1) + 12
    result = QPixmap(round(edge * scale), round(edge * scale))
    result.setDevicePixelRatio(scale)
    result.fill(Qt.GlobalColor.transparent)
    painter = QPainter(result)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    for layer in reversed(range(layers)):
        rect = QRect(_SHIFT * layer, _SHIFT * (layers - 1 - layer) + 10, _SIDE, _SIDE)
        painter.fillRect(rect.adjusted(-1, -1, 1, 1), palette.color(QPalette.ColorRole.Base))
        painter.fillRect(rect, palette.color(QPalette.ColorRole.Mid))
        if layer < len(pixmaps):
            pixmap = pixmaps[layer]
            short = min(pixmap.width(), pixmap.height())
            source = QRect((pixmap.width() - short) // 2, (pixmap.height() - short) // 2, short, short)
            painter.drawPixmap(rect, pixmap, source)
    if count > 1:
        text = f"{count:,}"
        bold = QFont(font)
        bold.setWeight(QFont.Weight.DemiBold)
        width = max(20, QFontMetrics(bold).horizontalAdvance(text) + 12)
        badge = QRectF(edge - width, 0, width, 20)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.color(QPalette.ColorRole.Highlight))
        painter.drawRoundedRect(badge, 10, 10)
        painter.setFont(bold)
        painter.setPen(palette.color(QPalette.ColorRole.HighlightedText))
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, text)
    painter.end()
    return result
