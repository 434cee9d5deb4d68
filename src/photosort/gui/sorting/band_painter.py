"""How a line of the preview looks: a folder with its count and a few of its photos, or why photos stay."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QGuiApplication, QPainter, QPalette, QPen, QPixmap, QPolygonF

from photosort.gui import icons
from photosort.gui.sorting.fates import ROOT, STAYS, Kind
from photosort.gui.sorting.outline import DOUBTFUL, Band
from photosort.gui.theme import SPACING, scaled
from photosort.gui.tile_delegate import blend, ground_of, translucent

HEIGHT: Final = 50
"""Of a line, with what is free below it, in device-independent pixels."""
_INDENT = 3 * SPACING
_SAMPLE = 42
_SAMPLE_GAP = 4
_GLYPH = 18
_ARROW = 4.0
_RADIUS = 6.0
_KEPT_FACES = 1024
_NAMES = 32 * SPACING
"""What names have, beside their indentation of one step, before the pictures begin."""

_TOLD = {
    Kind.KEPT: "a folder of yours: stays as it is",
    Kind.DUPLICATE: "of each picture one is sorted",
    Kind.OUT: "stay where they are",
    Kind.FAILED: "stay where they are",
}
"""What is said below the names of those that stay."""
_Role = QPalette.ColorRole
_MIDDLE = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft


class BandPainter:
    """Paints lines with one font; knows where in a line its link stands.

    Args:
        font: of the view.
    """

    def __init__(self, font: QFont) -> None:
        self._font = QFont(font)
        self._bold = scaled(font, 1.0, QFont.Weight.DemiBold)
        self._head = scaled(font, 1.12, QFont.Weight.DemiBold)
        self._faces: OrderedDict[tuple[int, int], QPixmap] = OrderedDict()
        self._glyphs: dict[tuple[str, str, float], QPixmap] = {}

    def paint(
        self,
        painter: QPainter,
        rect: QRect,
        palette: QPalette,
        band: Band,
        pictures: list[QPixmap | None],
        *,
        link: str = "",
        glyph: str = "folder",
        selected: int = 0,
        folded: bool = False,
        hovered: bool = False,
        current: bool = False,
        target: bool = False,
        floating: bool = False,
    ) -> None:
        """Paint one line.

        Args:
            painter: of the viewport.
            rect: the line's place.
            palette: of the view.
            band: what it says.
            pictures: of the band's samples; None for one that is not there yet.
            link: what can be done about it by a click; empty for nothing.
            glyph: the icon of lines that photos go to.
            selected: how many of its photos are selected.
            folded: whether it is closed.
            hovered: whether the mouse is over it.
            current: whether the keys are at it.
            target: whether photos would be dropped into it.
            floating: whether photos are scrolled behind it, which asks for a line below.
        """
        base, text = palette.color(_Role.Base), palette.color(_Role.Text)
        painter.fillRect(rect, base)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, rect, palette, hovered=hovered, current=current, target=target)
        if floating:
            painter.fillRect(rect.adjusted(0, rect.height() - 1, 0, 0), blend(base, text, 0.12))
        muted = blend(base, text, 0.6)
        left = rect.left() + SPACING + band.depth * _INDENT
        if band.opens and band.key != DOUBTFUL:
            _paint_arrow(painter, QPointF(left + 8.0, rect.center().y() + 0.5), muted, folded=folded)
        if band.key != DOUBTFUL:
            left += _INDENT
        if band.kind in {Kind.FOLDER, Kind.KEPT} and band.key not in {STAYS, DOUBTFUL}:
            shade = palette.color(_Role.Highlight) if band.kind is Kind.FOLDER else muted
            name = glyph if band.kind is Kind.FOLDER else "folder"
            drawn = self._glyph(name, shade, painter.device().devicePixelRatio())
            painter.drawPixmap(QPointF(left, rect.center().y() - _GLYPH / 2 + 0.5), drawn)
            left += _GLYPH + SPACING
        right = rect.right() - 2 * SPACING
        if link:
            area = self.link_area(rect, link)
            painter.setFont(self._font)
            painter.setPen(palette.color(_Role.Highlight))
            painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, link)
            right = area.left() - SPACING
        if pictures:
            begin = rect.left() + _names_width(rect)
            self._paint_pictures(painter, QRect(begin, rect.top(), right - begin, rect.height()), palette, pictures)
            right = begin - SPACING
        self._paint_words(painter, QRect(left, rect.top(), right - left, rect.height()), palette, band, selected)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def samples_in(self, rect: QRect, link: str) -> int:
        """How many pictures a line has room for."""
        right = self.link_area(rect, link).left() - SPACING if link else rect.right() - 2 * SPACING
        return max(0, (right - rect.left() - _names_width(rect) + _SAMPLE_GAP) // (_SAMPLE + _SAMPLE_GAP))

    def link_area(self, rect: QRect, link: str) -> QRect:
        """Where in a line its link stands."""
        width = QFontMetrics(self._font).horizontalAdvance(link)
        return QRect(rect.right() - 2 * SPACING - width, rect.top(), width + 1, rect.height())

    def _paint_ground(
        self, painter: QPainter, rect: QRect, palette: QPalette, *, hovered: bool, current: bool, target: bool
    ) -> None:
        if not (hovered or current or target):
            return
        accent = palette.color(_Role.Highlight)
        area = QRectF(rect).adjusted(SPACING / 2 + 0.5, 1.5, -SPACING / 2 - 0.5, -1.5)
        painter.setPen(QPen(accent, 1.5) if current or target else Qt.PenStyle.NoPen)
        over = blend(palette.color(_Role.Base), palette.color(_Role.Text), 0.045)
        painter.setBrush(translucent(accent, 36) if target else over if hovered else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(area, _RADIUS, _RADIUS)

    def _paint_words(self, painter: QPainter, area: QRect, palette: QPalette, band: Band, selected: int) -> None:
        base, text = palette.color(_Role.Base), palette.color(_Role.Text)
        muted = blend(base, text, 0.6)
        heading = band.key in {ROOT, STAYS, DOUBTFUL}
        font = self._head if heading else self._bold if band.kind is Kind.FOLDER else self._font
        metrics = QFontMetrics(font)
        said = f"{band.count:,}"
        room = area.width() - QFontMetrics(self._font).horizontalAdvance(said) - 2 * SPACING
        title = metrics.elidedText(band.title, Qt.TextElideMode.ElideMiddle, max(room, 5 * SPACING))
        if told := _TOLD.get(band.kind, ""):
            line = metrics.height()
            area, below = area.adjusted(0, 0, 0, -line), area.adjusted(0, line, 0, 0)
            painter.setFont(self._font)
            painter.setPen(muted)
            shown = QFontMetrics(self._font).elidedText(told, Qt.TextElideMode.ElideRight, below.width())
            painter.drawText(below, _MIDDLE, shown)
        painter.setFont(font)
        painter.setPen(text if band.kind in {Kind.FOLDER, Kind.KEPT} or heading else blend(base, text, 0.8))
        painter.drawText(area, _MIDDLE, title)
        painter.setFont(self._font)
        painter.setPen(muted)
        area = area.adjusted(metrics.horizontalAdvance(title) + SPACING + 2, 0, 0, 0)
        painter.drawText(area, _MIDDLE, said)
        if selected:
            area = area.adjusted(QFontMetrics(self._font).horizontalAdvance(said) + SPACING + 2, 0, 0, 0)
            painter.setPen(palette.color(_Role.Highlight))
            painter.drawText(area, _MIDDLE, f"{selected:,} selected")

    def _paint_pictures(
        self, painter: QPainter, area: QRect, palette: QPalette, pictures: list[QPixmap | None]
    ) -> None:
        """Paint samples from the left, as many as there is room for."""
        scale = painter.device().devicePixelRatio()
        top = area.top() + (area.height() - _SAMPLE) // 2
        for number, picture in enumerate(pictures):
            place = QRect(area.left() + number * (_SAMPLE + _SAMPLE_GAP), top, _SAMPLE, _SAMPLE)
            if picture is None:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(ground_of(palette))
                painter.drawRoundedRect(QRectF(place), 3, 3)
            else:
                painter.drawPixmap(place.topLeft(), self._face(picture, scale))

    def _face(self, picture: QPixmap, scale: float) -> QPixmap:
        """The middle of a picture as a small square with round corners."""
        side = round(_SAMPLE * scale)
        key = (picture.cacheKey(), side)
        if (face := self._faces.get(key)) is not None:
            self._faces.move_to_end(key)
            return face
        short = min(picture.width(), picture.height())
        square = picture.copy((picture.width() - short) // 2, (picture.height() - short) // 2, short, short)
        small = square.scaled(
            side, side, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        face = QPixmap(side, side)
        face.fill(Qt.GlobalColor.transparent)
        painter = QPainter(face)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(small)
        painter.drawRoundedRect(QRectF(0, 0, side, side), 3 * scale, 3 * scale)
        painter.end()
        face.setDevicePixelRatio(scale)
        self._faces[key] = face
        if len(self._faces) > _KEPT_FACES:
            self._faces.popitem(last=False)
        return face

    def _glyph(self, name: str, colour: QColor, scale: float) -> QPixmap:
        key = (name, colour.name(), scale)
        if key not in self._glyphs:
            self._glyphs[key] = icons.pixmap(name, colour.name(), _GLYPH, scale)
        return self._glyphs[key]


def _names_width(rect: QRect) -> int:
    return min(_NAMES + _INDENT, rect.width() // 2)


def muted_colour() -> QColor:
    """What is read second; of the program's palette, since a style sheet changes a widget's own."""
    return QGuiApplication.palette().color(_Role.PlaceholderText)


def _paint_arrow(painter: QPainter, at: QPointF, colour: QColor, *, folded: bool) -> None:
    """A chevron around a point: right when folded, down when open."""
    size = _ARROW
    points = (
        [QPointF(-size / 2, -size), QPointF(size / 2, 0), QPointF(-size / 2, size)]
        if folded
        else [QPointF(-size, -size / 2), QPointF(0, size / 2), QPointF(size, -size / 2)]
    )
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour, 1.8, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    painter.drawPolyline(QPolygonF([at + point for point in points]))
