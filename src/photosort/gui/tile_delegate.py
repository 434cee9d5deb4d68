"""How a photo looks in the grid: the picture, at most one word and one mark, and a ring when it is selected."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPalette, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from photosort.gui.photo_model import TILE_ROLE, Mark, Tile

RING = 3
"""How far the ring of a selected tile reaches beyond the tile, in device-independent pixels."""

_NEW_FACES_A_FRAME = 24
_PIXELS_KEPT = 24_000_000
"""Of painted faces, four bytes each: several screens full, also at twice the resolution."""
_RADIUS = 4
_INSET = 6
_WORDS_FROM = 72
_BADGES_FROM = 112
_GLYPHS = {Mark.UNSURE: "?", Mark.PROBLEM: "!", Mark.LABELLED: "\N{CHECK MARK}"}

_State = QStyle.StateFlag
_Role = QPalette.ColorRole


def blend(one: QColor, other: QColor, share: float) -> QColor:
    """Mix two colours; ``share`` is how much of the other, 0 to 1."""
    return QColor.fromRgbF(
        one.redF() + (other.redF() - one.redF()) * share,
        one.greenF() + (other.greenF() - one.greenF()) * share,
        one.blueF() + (other.blueF() - one.blueF()) * share,
    )


def ground_of(palette: QPalette) -> QColor:
    """What a tile shows before its picture is there."""
    return blend(palette.color(_Role.Base), palette.color(_Role.Text), 0.055)


def translucent(colour: QColor, alpha: int) -> QColor:
    """A colour with another opacity, 0 to 255."""
    result = QColor(colour)
    result.setAlpha(alpha)
    return result


_Look = tuple[int, int, float, int, str]
"""Width, height, device pixel ratio, palette and font: a face is painted anew for another."""


@dataclass(frozen=True, slots=True)
class _Face:
    tile: Tile
    look: _Look
    pixmap: QPixmap

    @property
    def pixels(self) -> int:
        return self.pixmap.width() * self.pixmap.height()


class TileDelegate(QStyledItemDelegate):
    """Paints tiles from their `Tile` and the palette; knows neither the model's class nor the view's.

    The state flags of the style option say what is around a tile: selected, under the mouse (``State_MouseOver``) and
    current in a view that has the keyboard (``State_HasFocus``).

    Args:
        parent: Qt's owner.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._faces: OrderedDict[int, _Face] = OrderedDict()
        self._pixels = 0
        self._allowed = _NEW_FACES_A_FRAME
        self.put_off: list[QRect] = []
        self._corners: dict[tuple[int, float], QPixmap] = {}
        self._font_key = ""
        self._font = QFont()
        self._metrics = QFontMetrics(self._font)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: ARG002
        """The size that the view asks for: tiles are as large as the person wants them."""
        return option.rect.size()

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one tile into ``option.rect``; the ring uses `RING` pixels around it."""
        tile = index.data(TILE_ROLE)
        if not isinstance(tile, Tile):
            return
        rect, palette, state = option.rect, option.palette, option.state
        face = self._face(tile, option, painter.device().devicePixelRatio())
        if face is None:
            self.put_off.append(rect)
            painter.fillRect(rect, ground_of(palette))
        else:
            painter.drawPixmap(rect.topLeft(), face)
        if state & _State.State_MouseOver:
            painter.fillRect(rect, translucent(palette.color(_Role.Base), 28))
        if state & (_State.State_Selected | _State.State_HasFocus):
            self._paint_rings(painter, rect, palette, state)

    def begin_frame(self) -> None:
        """Allow the next few tiles to be painted anew; those beyond come as plain squares, listed in ``put_off``.

        A page of small tiles takes longer than a frame may, and it is better that it fills in two frames than that
        scrolling stutters.
        """
        self.put_off.clear()
        self._allowed = _NEW_FACES_A_FRAME

    def _face(self, tile: Tile, option: QStyleOptionViewItem, scale: float) -> QPixmap | None:
        """The tile without what depends on mouse and selection, painted once: scrolling is nothing but faces.

        None when enough new ones were painted in this frame.
        """
        size = option.rect.size()
        look = (size.width(), size.height(), scale, option.palette.cacheKey(), option.font.key())
        held = self._faces.get(tile.photo_id)
        if held is not None and held.tile is tile and held.look == look:
            self._faces.move_to_end(tile.photo_id)
            return held.pixmap
        if not self._allowed:
            return None
        self._allowed -= 1
        self._use_font(option.font)
        pixmap = QPixmap(round(size.width() * scale), round(size.height() * scale))
        pixmap.setDevicePixelRatio(scale)
        base = option.palette.color(_Role.Base)
        pixmap.fill(base)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        rect = QRect(0, 0, size.width(), size.height())
        self._paint_picture(painter, rect, option.palette, tile)
        self._round_corners(painter, rect, base)
        self._paint_texts(painter, rect, option.palette, tile)
        painter.end()
        self._keep(tile, look, pixmap)
        return pixmap

    def _keep(self, tile: Tile, look: _Look, pixmap: QPixmap) -> None:
        old = self._faces.pop(tile.photo_id, None)
        self._pixels -= 0 if old is None else old.pixels
        face = _Face(tile, look, pixmap)
        self._faces[tile.photo_id] = face
        self._pixels += face.pixels
        while self._pixels > _PIXELS_KEPT and len(self._faces) > 1:
            self._pixels -= self._faces.popitem(last=False)[1].pixels

    def _paint_picture(self, painter: QPainter, rect: QRect, palette: QPalette, tile: Tile) -> None:
        ground = ground_of(palette)
        if tile.thumbnail is None:
            painter.fillRect(rect, ground)
            if tile.problem:
                self._paint_broken(painter, rect, palette, tile)
            return
        pixmap = tile.thumbnail.pixmap
        # The middle square, which is also what the classifiers look at.
        edge = min(pixmap.width(), pixmap.height())
        source = QRect((pixmap.width() - edge) // 2, (pixmap.height() - edge) // 2, edge, edge)
        if pixmap.hasAlphaChannel():
            painter.fillRect(rect, ground)
        painter.drawPixmap(rect, pixmap, source)

    def _paint_broken(self, painter: QPainter, rect: QRect, palette: QPalette, tile: Tile) -> None:
        """A torn frame, and the name, since nothing else tells one broken photo from another."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        muted = blend(palette.color(_Role.Base), palette.color(_Role.Text), 0.5)
        width = min(44.0, rect.width() * 0.36)
        height = width * 0.78
        frame = QRectF(rect.center().x() - width / 2, rect.center().y() - height * 0.75, width, height)
        painter.setPen(QPen(muted, 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        painter.drawRoundedRect(frame, 3, 3)
        middle = frame.center()
        for dx, dy, ex, ey in ((-0.1, -0.5, 0.08, -0.12), (0.08, -0.12, -0.1, 0.1), (-0.1, 0.1, 0.06, 0.5)):
            painter.drawLine(
                round(middle.x() + dx * width),
                round(middle.y() + dy * height),
                round(middle.x() + ex * width),
                round(middle.y() + ey * height),
            )
        if rect.width() >= _WORDS_FROM:
            painter.setFont(self._font)
            box = QRect(rect.left() + _INSET, round(frame.bottom()) + 4, rect.width() - 2 * _INSET, 18)
            name = self._metrics.elidedText(tile.name, Qt.TextElideMode.ElideMiddle, box.width())
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, name)
        painter.restore()

    def _paint_texts(self, painter: QPainter, rect: QRect, palette: QPalette, tile: Tile) -> None:
        if rect.width() < _WORDS_FROM:
            return
        text = tile.text
        room = rect.width() - 2 * _INSET
        if text.word:
            self._paint_chip(
                painter, palette, text.word, room, left=rect.left() + _INSET, bottom=rect.bottom() - _INSET
            )
        mark = Mark.PROBLEM if tile.problem else text.mark
        if mark is not Mark.NONE:
            self._paint_mark(painter, rect, palette, mark)
        if tile.badges and rect.width() >= _BADGES_FROM:
            height = self._chip_height()
            self._paint_chip(
                painter,
                palette,
                " \N{MIDDLE DOT} ".join(tile.badges),
                room - height,
                left=rect.left() + _INSET,
                bottom=rect.top() + _INSET + height - 1,
            )

    def _chip_height(self) -> int:
        return self._metrics.height() + 3

    def _paint_chip(
        self, painter: QPainter, palette: QPalette, text: str, room: int, *, left: int, bottom: int
    ) -> None:
        """A word on a picture: readable on any, in the colours of the theme."""
        height = self._chip_height()
        shown = self._metrics.elidedText(text, Qt.TextElideMode.ElideRight, room - 10)
        chip = QRect(left, bottom - height + 1, self._metrics.horizontalAdvance(shown) + 12, height)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(translucent(palette.color(_Role.Base), 218))
        painter.drawRoundedRect(chip, _RADIUS, _RADIUS)
        painter.setFont(self._font)
        painter.setPen(palette.color(_Role.Text))
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, shown)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _paint_mark(self, painter: QPainter, rect: QRect, palette: QPalette, mark: Mark) -> None:
        size = self._chip_height()
        disc = QRect(rect.right() - _INSET - size + 1, rect.top() + _INSET, size, size)
        ground, glyph = {
            Mark.LABELLED: (palette.color(_Role.Highlight), palette.color(_Role.HighlightedText)),
            Mark.PROBLEM: (palette.color(_Role.BrightText), palette.color(_Role.Base)),
        }.get(mark, (translucent(palette.color(_Role.Base), 218), palette.color(_Role.Text)))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawEllipse(disc)
        painter.setFont(self._font)
        painter.setPen(glyph)
        painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, _GLYPHS[mark])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _paint_rings(self, painter: QPainter, rect: QRect, palette: QPalette, state: QStyle.StateFlag) -> None:
        """Selected: a ring of the accent around the tile. Current: a thin line inside, or a ring of the text colour."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        outer = QRectF(rect).adjusted(-1, -1, 1, 1)
        if state & _State.State_Selected:
            painter.setPen(QPen(palette.color(_Role.Highlight), RING))
            painter.drawRoundedRect(outer, _RADIUS + 1, _RADIUS + 1)
            if state & _State.State_HasFocus:
                painter.setPen(QPen(palette.color(_Role.Base), 2))
                painter.drawRoundedRect(QRectF(rect).adjusted(1.5, 1.5, -1.5, -1.5), _RADIUS - 1, _RADIUS - 1)
        else:
            painter.setPen(QPen(translucent(palette.color(_Role.Text), 170), 2))
            painter.drawRoundedRect(outer, _RADIUS + 1, _RADIUS + 1)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _use_font(self, font: QFont) -> None:
        """Derive the small font of chips; fonts are compared by key because making metrics is slow."""
        key = font.key()
        if key != self._font_key:
            self._font_key = key
            self._font = QFont(font)
            if font.pixelSize() > 0:
                self._font.setPixelSize(max(9, font.pixelSize() - 2))
            else:
                self._font.setPointSizeF(max(7.0, font.pointSizeF() * 0.86))
            self._font.setWeight(QFont.Weight.Medium)
            self._metrics = QFontMetrics(self._font)

    def _round_corners(self, painter: QPainter, rect: QRect, ground: QColor) -> None:
        """Cover a tile's corners with the ground: far quicker than clipping every picture to a rounded path."""
        scale = painter.device().devicePixelRatio()
        mask = self._corner_mask(ground, scale)
        radius = _RADIUS
        for x, y, sx, sy in (
            (rect.left(), rect.top(), 0, 0),
            (rect.right() + 1 - radius, rect.top(), radius, 0),
            (rect.left(), rect.bottom() + 1 - radius, 0, radius),
            (rect.right() + 1 - radius, rect.bottom() + 1 - radius, radius, radius),
        ):
            source = QRect(round(sx * scale), round(sy * scale), round(radius * scale), round(radius * scale))
            painter.drawPixmap(QRect(x, y, radius, radius), mask, source)

    def _corner_mask(self, ground: QColor, scale: float) -> QPixmap:
        key = (ground.rgba(), scale)
        mask = self._corners.get(key)
        if mask is None:
            edge = round(2 * _RADIUS * scale)
            mask = QPixmap(edge, edge)
            mask.fill(Qt.GlobalColor.transparent)
            painter = QPainter(mask)
            painter.fillRect(mask.rect(), ground)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationOut)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(Qt.GlobalColor.black)
            painter.drawEllipse(0, 0, edge, edge)
            painter.end()
            self._corners = {key: mask}
        return mask
