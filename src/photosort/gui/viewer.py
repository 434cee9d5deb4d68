"""The viewer: one photo as large as there is room, with zoom, and the photos beside it a key away."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QHideEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from photosort.core.photo import Photo
from photosort.gui import text
from photosort.gui.picture_loader import Picture, PictureLoader, Wanted

_STEP = 1.25
_LARGEST = 8.0
_NOTCH = 120
_CAPTION_HEIGHT = 34
_KEPT_BESIDE = 1

_Key = Qt.Key


class Viewer(QWidget):
    """Shows one photo of a list at a time.

    The thumbnail is there at once; the picture in the size of the screen replaces it, and every pixel of the file is
    read when the person zooms in further than that. Photos are upright by their EXIF orientation; there is no command
    to turn them. The full screen is the window's: the viewer asks for it.

    Args:
        photo_of: gives the photo of an id.
        thumbnail_of: gives a small picture that is at hand, or None.
        loader: reads pictures; None makes one. `close_loader` ends its thread.
        parent: Qt's owner.
    """

    closed = Signal()
    """The person is done: back to the grid."""
    current_changed = Signal(int)
    """Another photo is shown: its id."""
    full_screen_toggled = Signal()
    """The person wants the full screen, or the window again."""
    zoom_changed = Signal(float)
    """Device pixels per pixel of the photo: 1.0 is 100 %."""

    def __init__(
        self,
        photo_of: Callable[[int], Photo],
        thumbnail_of: Callable[[int], QPixmap | None] | None = None,
        *,
        loader: PictureLoader | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._photo_of = photo_of
        self._thumbnail_of = thumbnail_of
        self._loader = PictureLoader(parent=self) if loader is None else loader
        self._loader.loaded.connect(self._on_loaded)
        self._loader.failed.connect(self._on_failed)
        self._ids: Sequence[int] = ()
        self._place = -1
        self._photo: Photo | None = None
        self._pixmap = QPixmap()
        self._is_preview = True
        self._full_size = QSize()
        self._problem = ""
        self._zoom: float | None = None
        self._center = QPointF(0.5, 0.5)
        self._drag_from: QPoint | None = None
        self._wheel_rest = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setObjectName("viewer")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Photo")

    # -- which photo --------------------------------------------------------------------------------

    def show_photo(self, ids: Sequence[int], index: int) -> None:
        """Show a photo, with others before and after it.

        Args:
            ids: all that the arrows lead to, in order.
            index: of the one to show.

        Raises:
            IndexError: there is no such place in ``ids``.
        """
        if not 0 <= index < len(ids):
            message = f"a place from 0 to {len(ids) - 1} was expected, {index} came"
            raise IndexError(message)
        self._ids = ids
        self._show_place(index)

    @property
    def current_id(self) -> int | None:
        """The photo that is shown."""
        return None if self._photo is None else self._photo.id

    @property
    def has_next(self) -> bool:
        """True while there is a photo after this one."""
        return self._place + 1 < len(self._ids)

    @property
    def has_previous(self) -> bool:
        """True while there is a photo before this one."""
        return self._place > 0

    @property
    def problem(self) -> str:
        """Why the photo shown has no picture; empty when nothing is wrong."""
        return self._problem

    def close_loader(self) -> None:
        """End the loader's thread; the viewer shows nothing new afterwards."""
        self._loader.close()

    def next(self) -> None:
        """Show the photo after this one; the last stays."""
        if self.has_next:
            self._show_place(self._place + 1)

    def previous(self) -> None:
        """Show the photo before this one; the first stays."""
        if self.has_previous:
            self._show_place(self._place - 1)

    def _show_place(self, place: int) -> None:
        self._place = place
        photo = self._photo_of(int(self._ids[place]))
        self._photo = photo
        self._problem = ""
        self._zoom = None
        self._center = QPointF(0.5, 0.5)
        self._full_size = QSize(photo.width or 0, photo.height or 0)
        thumbnail = None if self._thumbnail_of is None else self._thumbnail_of(photo.id)
        self._pixmap = QPixmap() if thumbnail is None else thumbnail
        self._is_preview = True
        self._load()
        self.setAccessibleDescription(photo.name)
        self.current_changed.emit(photo.id)
        self.zoom_changed.emit(self.zoom)
        self.update()

    # -- reading ------------------------------------------------------------------------------------

    def _screen_side(self) -> int:
        """The long side of a picture that fills the screen: what is read as long as nobody looks closer."""
        screen = self.screen().size()
        return round(max(screen.width(), screen.height(), self.width(), self.height()) * self.devicePixelRatioF())

    def _load(self) -> None:
        """Take the best picture at hand, and ask for what is missing, then for the neighbours."""
        if self._photo is None:
            return
        side = self._screen_side()
        wanted = [Wanted(self._photo, side)]
        if self._needs_every_pixel():
            wanted.insert(0, Wanted(self._photo, None))
        for one in wanted:
            held = self._loader.get(one)
            if held is not None:
                self._take(held.image, held.full_size)
                break
        missing = wanted if self._is_preview or self._needs_every_pixel() else []
        for distance in range(1, _KEPT_BESIDE + 1):
            for place in (self._place + distance, self._place - distance):
                if 0 <= place < len(self._ids):
                    missing.append(Wanted(self._photo_of(int(self._ids[place])), side))
        self._loader.want(missing)

    def _needs_every_pixel(self) -> bool:
        """Tell whether the picture is shown larger than what was read for the screen."""
        if self._zoom is None or self._is_preview:
            return False
        full = max(self._full_size.width(), self._full_size.height())
        return max(self._pixmap.width(), self._pixmap.height()) < full * min(1.0, self._zoom)

    def _take(self, image: QImage, full_size: QSize) -> None:
        larger = max(image.width(), image.height()) > max(self._pixmap.width(), self._pixmap.height())
        if not self._is_preview and not larger:
            return
        self._pixmap = QPixmap.fromImage(image)
        self._is_preview = False
        self._full_size = full_size
        self.zoom_changed.emit(self.zoom)
        self.update()

    @Slot(object, object)
    def _on_loaded(self, wanted: Wanted, picture: Picture) -> None:
        if self._photo is not None and wanted.photo.id == self._photo.id:
            self._take(picture.image, picture.full_size)
            if self._needs_every_pixel():
                self._load()

    @Slot(object, str)
    def _on_failed(self, wanted: Wanted, reason: str) -> None:
        if self._photo is not None and wanted.photo.id == self._photo.id:
            self._problem = reason
            self.update()

    # -- zoom and place -----------------------------------------------------------------------------

    def _size_of_photo(self) -> QSize:
        """The size of the photo in its own pixels, or of what is at hand as long as nobody knows it."""
        return self._pixmap.size() if self._full_size.isEmpty() else self._full_size

    @property
    def fit_zoom(self) -> float:
        """The zoom at which the whole photo is seen; small photos are not blown up beyond 100 %."""
        size, scale = self._size_of_photo(), self.devicePixelRatioF()
        if size.isEmpty():
            return 1.0
        return min(self.width() * scale / size.width(), self._room() * scale / size.height(), 1.0)

    def _room(self) -> int:
        return max(1, self.height() - _CAPTION_HEIGHT)

    @property
    def zoom(self) -> float:
        """Device pixels per pixel of the photo: 1.0 is 100 %."""
        return self.fit_zoom if self._zoom is None else self._zoom

    @property
    def fits(self) -> bool:
        """True while the photo follows the window's size."""
        return self._zoom is None

    def fit(self) -> None:
        """Show the whole photo."""
        self._zoom = None
        self._center = QPointF(0.5, 0.5)
        self.zoom_changed.emit(self.zoom)
        self.update()

    def zoom_to(self, zoom: float, at: QPointF | None = None) -> None:
        """Show the photo at a zoom.

        Args:
            zoom: device pixels per pixel of the photo; brought between the whole photo and 800 %.
            at: the point of the viewer that stays in place; None for the middle.
        """
        if self._photo is None or self._size_of_photo().isEmpty():
            return
        point = QPointF(self.width() / 2, self._room() / 2) if at is None else at
        rect = self.picture_rect()
        share = QPointF((point.x() - rect.x()) / rect.width(), (point.y() - rect.y()) / rect.height())
        lowest = self.fit_zoom
        zoom = min(max(zoom, lowest), _LARGEST)
        # The smallest zoom is the whole photo, which then follows the window again.
        self._zoom = None if zoom <= lowest * 1.0001 and lowest < 1.0 else zoom
        width, height = self._shown_size()
        self._center = QPointF(
            share.x() + (self.width() / 2 - point.x()) / width,
            share.y() + (self._room() / 2 - point.y()) / height,
        )
        self._keep_in_view()
        self._load()
        self.zoom_changed.emit(self.zoom)
        self.update()

    def _shown_size(self) -> tuple[float, float]:
        size, factor = self._size_of_photo(), self.zoom / self.devicePixelRatioF()
        return max(1.0, size.width() * factor), max(1.0, size.height() * factor)

    def picture_rect(self) -> QRectF:
        """Where the whole photo lies, in coordinates of the viewer; parts may be outside."""
        width, height = self._shown_size()
        left = self.width() / 2 - self._center.x() * width
        top = self._room() / 2 - self._center.y() * height
        return QRectF(left, top, width, height)

    def _keep_in_view(self) -> None:
        """No empty space on a side where there is more photo; what fits is centred."""
        width, height = self._shown_size()

        def kept(center: float, shown: float, room: float) -> float:
            half = room / 2 / shown
            return 0.5 if shown <= room else min(max(center, half), 1 - half)

        self._center = QPointF(
            kept(self._center.x(), width, self.width()), kept(self._center.y(), height, self._room())
        )

    # -- Qt's events --------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the photo in view."""
        super().resizeEvent(event)
        self._keep_in_view()
        self.zoom_changed.emit(self.zoom)

    def hideEvent(self, event: QHideEvent) -> None:
        """Let go of what was read: nobody looks at it, and it may be a third of a gigabyte."""
        super().hideEvent(event)
        self._loader.forget()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Turn pages, zoom, full screen, back."""
        actions: dict[int, Callable[[], None]] = {
            _Key.Key_Right: self.next,
            _Key.Key_Down: self.next,
            _Key.Key_PageDown: self.next,
            _Key.Key_Left: self.previous,
            _Key.Key_Up: self.previous,
            _Key.Key_PageUp: self.previous,
            _Key.Key_Home: lambda: self._show_place(0),
            _Key.Key_End: lambda: self._show_place(len(self._ids) - 1),
            _Key.Key_Plus: lambda: self.zoom_to(self.zoom * _STEP),
            _Key.Key_Equal: lambda: self.zoom_to(self.zoom * _STEP),
            _Key.Key_Minus: lambda: self.zoom_to(self.zoom / _STEP),
            _Key.Key_0: self.fit,
            _Key.Key_1: lambda: self.zoom_to(1.0),
            _Key.Key_F: self.full_screen_toggled.emit,
            _Key.Key_F11: self.full_screen_toggled.emit,
            _Key.Key_Escape: self.closed.emit,
            _Key.Key_Space: self.closed.emit,
            _Key.Key_Return: self.closed.emit,
            _Key.Key_Enter: self.closed.emit,
        }
        plain = not event.modifiers() & ~(Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier)
        action = actions.get(event.key()) if plain and self._ids else None
        if action is None:
            event.ignore()
        else:
            action()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom around the pointer."""
        self._wheel_rest += event.angleDelta().y()
        steps = int(self._wheel_rest / _NOTCH)
        self._wheel_rest -= steps * _NOTCH
        if steps:
            self.zoom_to(self.zoom * _STEP**steps, event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to drag the photo, or use the mouse's buttons for back and forth."""
        match event.button():
            case Qt.MouseButton.LeftButton if not self.fits:
                self._drag_from = event.position().toPoint()
                self.setCursor(Qt.CursorShape.ClosedHandCursor)
            case Qt.MouseButton.BackButton:
                self.previous()
            case Qt.MouseButton.ForwardButton:
                self.next()
            case _:
                event.ignore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the photo."""
        if self._drag_from is not None:
            point = event.position().toPoint()
            width, height = self._shown_size()
            moved = point - self._drag_from
            self._center -= QPointF(moved.x() / width, moved.y() / height)
            self._drag_from = point
            self._keep_in_view()
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002
        """Let go of the photo."""
        self._drag_from = None
        self.unsetCursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """The whole photo and 100 % in turn, around the pointer."""
        if event.button() is Qt.MouseButton.LeftButton:
            if self.fits and self.fit_zoom < 1.0:
                self.zoom_to(1.0, event.position())
            else:
                self.fit()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Paint the photo, or why there is none, and its name below."""
        painter = QPainter(self)
        if self._photo is None:
            return
        room = QRect(0, 0, self.width(), self._room())
        colour = self.palette().color(QPalette.ColorRole.Text)
        if self._problem and self._pixmap.isNull():
            painter.setPen(colour)
            words = f"This photo cannot be shown: {self._problem.rstrip('.')}."
            margin = room.adjusted(40, 40, -40, -40)
            painter.drawText(margin, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, words)
        elif not self._pixmap.isNull():
            painter.setClipRect(room)
            # From 200 % on, pixels are what the person wants to see.
            smooth = self.zoom < 2.0 or self._is_preview
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
            painter.drawPixmap(self.picture_rect(), self._pixmap, QRectF(self._pixmap.rect()))
            painter.setClipping(False)
        self._paint_caption(painter, colour)

    def _paint_caption(self, painter: QPainter, colour: QColor) -> None:
        if self._photo is None:
            return
        muted = QColor(colour)
        muted.setAlphaF(0.65)
        painter.setPen(muted)
        line = QRect(16, self._room(), self.width() - 32, _CAPTION_HEIGHT)
        place = f"{self._place + 1:,} of {len(self._ids):,}"
        # The small picture of a file that is away is better than none.
        right = "" if self._pixmap.isNull() else self._problem or text.percent(self.zoom)
        right = painter.fontMetrics().elidedText(right, Qt.TextElideMode.ElideRight, self.width() // 4)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, place)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, right)
        name = painter.fontMetrics().elidedText(self._photo.name, Qt.TextElideMode.ElideMiddle, self.width() * 2 // 5)
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, name)
