"""The end of a run as a picture worth keeping: before and after, what it came to, and that nothing was lost."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from photosort.gui import text
from photosort.gui.history import words
from photosort.gui.history.figures import MISSING, figures_of, name_of, title_of, undone
from photosort.gui.history.report import SAMPLES, SHOWN_FOLDERS, FolderShare, Report
from photosort.gui.icons import pixmap
from photosort.gui.theme import SPACING, Theme, Themes, scaled

SAVED: Final = QSize(1200, 0)
"""Width of the picture that is saved, device-independent pixels; it is as high as it needs."""

_MARGIN = 4 * SPACING
"""Around the picture that is saved; the page has margins of its own."""
_GAP = 7 * SPACING
"""Between before and after; the arrow stands in it."""
_RADIUS = 10.0
_TILE_GAP = SPACING / 2
_LEAST = 70 * SPACING
_HEAD = 8 * SPACING
_FIGURES = 13 * SPACING
_FOOT = 5 * SPACING
_TILE = 7 * SPACING
"""Side of a picture on a card, about."""
_LEANING = 9.0
"""Degrees by which photos of the heap lie askew, at most."""


class Keepsake(QWidget):
    """Paints a report, as wide as it is given and as high as it needs.

    Args:
        themes: whose colours it takes.
    """

    def __init__(self, themes: Themes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._themes = themes
        self._report: Report | None = None
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSizePolicy(policy)
        self.setMinimumWidth(_LEAST)
        themes.changed.connect(self._on_theme_changed)

    def show_report(self, report: Report) -> None:
        """Show this run."""
        self._report = report
        self.setAccessibleName(title_of(report))
        told = [f"{name}: {value}" for value, name in figures_of(report)]
        told += [
            f"{name_of(share, report.run)}: {text.photos(share.photos)}" for share in report.folders[:SHOWN_FOLDERS]
        ]
        self.setAccessibleDescription("; ".join(told))
        self._fit()
        self.update()

    def picture(self, scale: float = 2.0) -> QImage:
        """What is shown, as a picture to be saved, ``scale`` pixels to a device-independent one."""
        width, inner = SAVED.width(), SAVED.width() - 2 * _MARGIN
        height = self._height_for(inner) + 2 * _MARGIN
        image = QImage(round(width * scale), round(height * scale), QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(scale)
        theme = self._themes.current
        image.fill(QColor(theme.canvas))
        painter = QPainter(image)
        self._paint(painter, QRectF(_MARGIN, _MARGIN, inner, height - 2 * _MARGIN), theme)
        painter.end()
        return image

    def sizeHint(self) -> QSize:
        """As high as it needs."""
        width = max(self.width(), _LEAST)
        return QSize(width, self._height_for(width))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take the height that the width asks for."""
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Paint the report."""
        painter = QPainter(self)
        self._paint(painter, QRectF(self.rect()), self._themes.current)
        painter.end()

    @Slot()
    def _on_theme_changed(self) -> None:
        self.update()

    def _fit(self) -> None:
        height = self._height_for(self.width())
        if self.height() != height or self.minimumHeight() != height:
            self.setFixedHeight(height)

    # -- measures --------------------------------------------------------------------------------------

    def _columns(self, width: float) -> tuple[float, float]:
        """Widths of before and after."""
        left = max((width - _GAP) * 0.36, 26 * SPACING)
        return left, width - _GAP - left

    def _height_for(self, width: float) -> int:
        left, right = self._columns(width)
        rows = self._rows_of_cards()
        after = rows * self._card_height(right) + (rows - 1) * 1.5 * SPACING + self._more_height()
        return round(_HEAD + _FIGURES + max(after, left * 0.7, 26 * SPACING) + _FOOT)

    def _shown(self) -> Sequence[FolderShare]:
        return () if self._report is None else self._report.folders[:SHOWN_FOLDERS]

    def _card_columns(self) -> int:
        return 1 if len(self._shown()) <= 3 else 2

    def _rows_of_cards(self) -> int:
        return max(-(-len(self._shown()) // self._card_columns()), 1)

    def _card_width(self, right: float) -> float:
        columns = self._card_columns()
        return (right - (columns - 1) * 2 * SPACING) / columns

    def _card_height(self, right: float) -> float:
        return _tiles(self._card_width(right))[1] + 5 * SPACING

    def _more_height(self) -> float:
        hidden = 0 if self._report is None else len(self._report.folders) - SHOWN_FOLDERS
        return 4 * SPACING if hidden > 0 else 0

    # -- painting --------------------------------------------------------------------------------------

    def _paint(self, painter: QPainter, box: QRectF, theme: Theme) -> None:
        report = self._report
        if report is None:
            return
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        self._paint_head(painter, box, theme, report)
        figures = QRectF(box.left(), box.top() + _HEAD, box.width(), _FIGURES)
        self._paint_figures(painter, figures, theme, report)
        left, right = self._columns(box.width())
        top, high = figures.bottom(), box.height() - _HEAD - _FIGURES - _FOOT
        before = QRectF(box.left(), top, left, high)
        self._paint_heap(painter, before, theme, report)
        self._paint_arrow(painter, QRectF(before.right(), top, _GAP, high), theme, back=undone(report))
        self._paint_folders(painter, QRectF(box.right() - right, top, right, high), theme, report)
        foot = QRectF(box.left(), before.bottom(), box.width(), _FOOT)
        self._write(painter, foot, words.sum_of(report.run), theme.muted, 0.95, Qt.AlignmentFlag.AlignBottom)
        right_below = Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignRight
        self._write(painter, foot, "photosort", theme.faint, 0.95, right_below)

    def _paint_head(self, painter: QPainter, inner: QRectF, theme: Theme, report: Report) -> None:
        line = QRectF(inner.left(), inner.top(), inner.width(), 5 * SPACING)
        self._write(painter, line, title_of(report), theme.text, 1.9, Qt.AlignmentFlag.AlignTop, QFont.Weight.DemiBold)
        run = report.run
        told = f"{words.way(run)} \N{MIDDLE DOT} {words.full_day(run.started_at)}, {words.clock(run.started_at)}"
        second = QRectF(inner.left(), line.bottom(), inner.width(), 3 * SPACING)
        self._write(painter, second, told, theme.muted, 1.05, Qt.AlignmentFlag.AlignTop)

    def _paint_heap(self, painter: QPainter, box: QRectF, theme: Theme, report: Report) -> None:
        """The photos as they lay before: all over each other."""
        self._panel(painter, box, theme)
        caption = QRectF(box.left() + 2 * SPACING, box.top() + SPACING, box.width() - 4 * SPACING, 4 * SPACING)
        middle = Qt.AlignmentFlag.AlignVCenter
        self._write(painter, caption, "Before", theme.text, 1.05, middle, QFont.Weight.DemiBold)
        lay = f"in {report.folders_before:,} folder{'' if report.folders_before == 1 else 's'}"
        self._write(painter, caption, lay, theme.muted, 1.0, middle | Qt.AlignmentFlag.AlignRight)
        area = box.adjusted(2 * SPACING, 6 * SPACING, -2 * SPACING, -2 * SPACING)
        pictures = report.heap
        if not pictures:
            self._write(painter, area, text.photos(words.sorted_count(report.run)), theme.muted, 1.4, _CENTRE)
            return
        painter.save()
        clip = QPainterPath()
        clip.addRoundedRect(box.adjusted(1, 1, -1, -1), _RADIUS, _RADIUS)
        painter.setClipPath(clip)
        for picture, place, angle in _thrown(pictures, area, report.run.id):
            self._print(painter, picture, place, angle, theme)
        painter.restore()

    def _paint_arrow(self, painter: QPainter, box: QRectF, theme: Theme, *, back: bool) -> None:
        middle, half = box.center(), 1.5 * SPACING
        pen = QPen(QColor(theme.accent), 2.5)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        turn = -1.0 if back else 1.0
        tip = QPointF(middle.x() + turn * half, middle.y())
        painter.drawLine(QPointF(middle.x() - turn * half, middle.y()), tip)
        for side in (-1.0, 1.0):
            painter.drawLine(tip, QPointF(tip.x() - turn * half * 0.65, middle.y() + side * half * 0.65))

    def _paint_folders(self, painter: QPainter, box: QRectF, theme: Theme, report: Report) -> None:
        shown, columns = self._shown(), self._card_columns()
        wide, high = self._card_width(box.width()), self._card_height(box.width())
        rows = self._rows_of_cards()
        # Few cards stand in the middle, where the arrow points to.
        above = max(box.height() - self._more_height() - rows * high - (rows - 1) * 1.5 * SPACING, 0) / 2
        for number, share in enumerate(shown):
            across, down = number % columns, number // columns
            left = box.left() + across * (wide + 2 * SPACING)
            top = box.top() + above + down * (high + 1.5 * SPACING)
            self._paint_card(painter, QRectF(left, top, wide, high), share, name_of(share, report.run), theme)
        if len(report.folders) > len(shown):
            rest = report.folders[len(shown) :]
            told = f"and {len(rest):,} more folder{'' if len(rest) == 1 else 's'} with "
            told += text.photos(sum(share.photos for share in rest))
            line = QRectF(box.left() + SPACING, box.bottom() - 3 * SPACING, box.width(), 3 * SPACING)
            self._write(painter, line, told, theme.muted, 1.0, Qt.AlignmentFlag.AlignVCenter)
        if not shown:
            self._write(painter, box, "No photo was sorted", theme.muted, 1.2, _CENTRE)

    def _paint_card(self, painter: QPainter, box: QRectF, share: FolderShare, title: str, theme: Theme) -> None:
        self._panel(painter, box, theme)
        head = QRectF(box.left() + SPACING, box.top(), box.width() - 2 * SPACING, 4 * SPACING)
        ratio = painter.device().devicePixelRatioF()
        icon = pixmap("folder", theme.muted, 2 * SPACING, ratio)
        painter.drawPixmap(QPointF(head.left(), head.center().y() - SPACING), icon)
        count = f"{share.photos:,}"
        middle = Qt.AlignmentFlag.AlignVCenter
        self._write(painter, head, count, theme.muted, 1.0, middle | Qt.AlignmentFlag.AlignRight)
        taken = QFontMetricsF(self.font()).horizontalAdvance(count) + 2 * SPACING
        name = head.adjusted(2.75 * SPACING, 0, -taken, 0)
        self._write(painter, name, title, theme.text, 1.0, middle, QFont.Weight.DemiBold)
        fitting, side = _tiles(box.width())
        for number, picture in enumerate(share.samples[:fitting]):
            spot = QRectF(head.left() + number * (side + _TILE_GAP), head.bottom(), side, side)
            self._rounded(painter, picture, spot, 4.0)

    def _paint_figures(self, painter: QPainter, box: QRectF, theme: Theme, report: Report) -> None:
        figures = figures_of(report)
        wide = box.width() / len(figures)
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.drawLine(box.topLeft() + QPointF(0, SPACING), box.topRight() + QPointF(0, SPACING))
        for number, (value, name) in enumerate(figures):
            spot = QRectF(box.left() + number * wide, box.top() + 2 * SPACING, wide - SPACING, 5 * SPACING)
            colour = theme.danger if name == MISSING else theme.text
            self._write(painter, spot, value, colour, 2.1, Qt.AlignmentFlag.AlignBottom, QFont.Weight.DemiBold)
            below = QRectF(spot.left(), spot.bottom(), spot.width(), 3 * SPACING)
            self._write(painter, below, name, theme.muted, 1.0, Qt.AlignmentFlag.AlignVCenter)

    # -- small parts -----------------------------------------------------------------------------------

    def _panel(self, painter: QPainter, box: QRectF, theme: Theme) -> None:
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.setBrush(QColor(theme.panel))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)

    def _print(self, painter: QPainter, picture: QImage, box: QRectF, angle: float, theme: Theme) -> None:
        """One photo with a white edge, as paper has, lying askew."""
        painter.save()
        painter.translate(box.center())
        painter.rotate(angle)
        paper = QRectF(-box.width() / 2, -box.height() / 2, box.width(), box.height())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0, 90 if theme.dark else 45))
        painter.drawRoundedRect(paper.translated(0.5, 2.0), 3, 3)
        painter.setBrush(QColor("#f4f4f4" if theme.dark else "#ffffff"))
        painter.drawRoundedRect(paper, 2, 2)
        edge = box.width() * 0.05
        painter.drawImage(paper.adjusted(edge, edge, -edge, -edge), picture)
        painter.restore()

    def _rounded(self, painter: QPainter, picture: QImage, box: QRectF, radius: float) -> None:
        painter.save()
        path = QPainterPath()
        path.addRoundedRect(box, radius, radius)
        painter.setClipPath(path)
        painter.drawImage(box, picture)
        painter.restore()

    def _write(
        self,
        painter: QPainter,
        box: QRectF,
        words_: str,
        colour: str,
        size: float,
        where: Qt.AlignmentFlag,
        weight: QFont.Weight | None = None,
    ) -> None:
        font = scaled(self.font(), size, weight)
        painter.setFont(font)
        painter.setPen(QColor(colour))
        shown = QFontMetricsF(font).elidedText(words_, Qt.TextElideMode.ElideMiddle, box.width())
        painter.drawText(box, int(where | Qt.TextFlag.TextSingleLine), shown)


_CENTRE = Qt.AlignmentFlag.AlignCenter


def _tiles(card: float) -> tuple[int, float]:
    """How many pictures fit side by side on a card, and their side."""
    inner = card - 2 * SPACING
    count = min(max(round((inner + _TILE_GAP) / _TILE), 4), SAMPLES)
    return count, (inner - (count - 1) * _TILE_GAP) / count


def _thrown(pictures: Sequence[QImage], box: QRectF, seed: int) -> list[tuple[QImage, QRectF, float]]:
    """Where each photo of the heap lies: on a grid of as many places, shaken; always the same way for a run."""
    chance = random.Random(seed)  # noqa: S311  (where pictures lie is no secret)
    rows = max(round((len(pictures) * box.height() / max(box.width(), 1)) ** 0.5), 1)
    # Row by row as many as the others have, so that none is left half empty.
    share, more = divmod(len(pictures), rows)
    places = [
        ((across + 0.5) / (share + (row < more)), (row + 0.5) / rows)
        for row in range(rows)
        for across in range(share + (row < more))
    ]
    wide, high = box.width() * rows / len(pictures), box.height() / rows
    side = min(max(wide, high) * 1.2, box.width() / 2.6)
    order = list(range(len(pictures)))
    chance.shuffle(order)
    thrown = []
    for picture, place in zip(pictures, order, strict=True):
        across, down = places[place]
        x = box.left() + across * box.width() + chance.uniform(-0.25, 0.25) * wide
        y = box.top() + down * box.height() + chance.uniform(-0.25, 0.25) * high
        x = min(max(x, box.left() + side / 2), box.right() - side / 2)
        y = min(max(y, box.top() + side / 2), box.bottom() - side / 2)
        thrown.append((picture, QRectF(x - side / 2, y - side / 2, side, side), chance.uniform(-_LEANING, _LEANING)))
    return thrown
