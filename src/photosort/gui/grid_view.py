"""The ground of the photo grid: places, scrolling and Qt's virtual calls, for a list in groups.

The grid is built in layers, each a class of its own: `GridView` (where things lie), `SelectingGrid` (what is selected,
by id), `PaintedGrid` (what is seen) and `PhotoGrid` (what a person does, and thumbnails).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QRegion
from PySide6.QtWidgets import QAbstractItemView, QStyle, QWidget

from photosort.gui.glide import Glide
from photosort.gui.grid_geometry import Box, GridGeometry, Metrics, Span
from photosort.gui.grid_selection import mask_of_spans, replace_selection, spans_of_selection
from photosort.gui.photo_model import PhotoModel
from photosort.gui.tile_delegate import RING

SMALLEST_TILE = 80
LARGEST_TILE = 320
DEFAULT_TILE = 168

_SETTLE_MS = 25
_TOP_WITHOUT_HEADERS = 10
BELOW_HEADER = 4
"""What of a header's height stays free for the rings of the first line."""
_ANCHOR_SEARCH = 5000
_ORDER_SAMPLES = 512
_RIGHT_OF_TILES = 4
"""The scroll bar beside it is transparent, and looks like margin."""
_UNGROUPED = "all"
"""The key of the one group of photos that are not grouped: it needs no header."""

_Index = QModelIndex | QPersistentModelIndex
_State = QStyle.StateFlag


class _Anchor(NamedTuple):
    """A photo that must not move on the screen: its height's ``share`` lies at the viewport's ``y``."""

    photo_id: int
    share: float
    y: float


class GridView(QAbstractItemView):
    """Tiles in lines below group headers; see the module.

    Args:
        parent: Qt's owner.
    """

    tileSizeChanged = Signal(int)  # noqa: N815 - the notifier of a Qt property
    """The tile size that the person chose, in device-independent pixels."""
    visible_changed = Signal(object)
    """NDArray[int64]: the ids of the photos that are on the screen, from the top; shortly after scrolling."""
    model_was_reset = Signal()
    """Rows mean other photos than before."""
    folding_changed = Signal()
    """Groups were folded or unfolded."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # Qt reads these through virtual calls from here on: they come before anything else.
        self._tile_size = DEFAULT_TILE
        self._has_headers = False
        self._folded: set[str] = set()
        self._geometry = GridGeometry(np.zeros(0, np.int64), None, 1, Metrics())
        self._anchor: _Anchor | None = None
        self._placing = False
        self._old_ids: NDArray[np.int64] = np.zeros(0, np.int64)
        self._old_current = -1
        self._seen: tuple[int, ...] = ()
        self._selected: NDArray[np.bool_] | None = None
        self._shown_ids: NDArray[np.int64] = np.zeros(0, np.int64)
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settle.timeout.connect(self._on_settled)
        self.glide = Glide(self.verticalScrollBar())

        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAutoScroll(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Always there: a bar that comes and goes changes the width, which changes the height, which changes the bar.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setFrameShape(QAbstractItemView.Shape.NoFrame)
        self.viewport().setMouseTracking(True)

    # -- the model ---------------------------------------------------------------------------------

    @property
    def photos(self) -> PhotoModel | None:
        """The model, if there is one."""
        model = self.model()
        return model if isinstance(model, PhotoModel) else None

    @property
    def geometry_of_tiles(self) -> GridGeometry:
        """Where everything lies, in content coordinates."""
        return self._geometry

    def set_model(self, model: PhotoModel) -> None:
        """Show the photos of a model from now on."""
        old = self.photos
        if old is not None:
            old.modelAboutToBeReset.disconnect(self._on_about_to_reset)
            old.modelReset.disconnect(self._on_reset)
        self._old_ids = np.zeros(0, np.int64)
        self._anchor = None
        self.setModel(model)
        model.modelAboutToBeReset.connect(self._on_about_to_reset)
        # Connected after Qt's selection model, which forgets everything when it hears of a reset.
        model.modelReset.connect(self._on_reset)
        self._on_reset()

    def _on_about_to_reset(self) -> None:
        photos = self.photos
        # What is not arranged yet shows nothing: what was there before still is what the person looked at.
        if photos is not None and photos.arranged is not None:
            self._old_ids = photos.ids
            self._seen = self._visible_rows()
            current = self.currentIndex()
            # Where nothing was chosen and nobody scrolled, the keyboard's photo is the first one by chance alone.
            looked_at = current.isValid() and (self.scroll_position > 0 or self.selectionModel().hasSelection())
            self._old_current = current.row() if looked_at else -1

    def _on_reset(self) -> None:
        """Take over a new arrangement, leaving in its place on the screen what the person looks at."""
        self._selected = None
        if self.photos is not None and self.photos.arranged is not None:
            self._anchor = self._anchor_after_reset(self._old_ids, self._old_current, self._seen)
        self._rebuild()
        if self._anchor is None:
            self._scroll_to(0)
        self.model_was_reset.emit()

    def _anchor_after_reset(
        self, old_ids: NDArray[np.int64], old_current: int, seen: tuple[int, ...]
    ) -> _Anchor | None:
        """What stays in place: the uppermost photo while the order is kept, the current one in a new order."""
        photos = self.photos
        if photos is None or not len(old_ids) or not seen:
            return None
        sample = np.linspace(0, len(old_ids) - 1, min(_ORDER_SAMPLES, len(old_ids))).astype(np.int64)
        rows = photos.rows_of_ids(old_ids[np.union1d(sample, np.array(seen))])
        kept = bool(np.all(np.diff(rows[rows >= 0]) > 0))
        if not kept:
            if old_current in seen:
                return self._anchor_of(int(old_ids[old_current]), old_current)
            return None
        anchor = self._anchor
        if anchor is None or photos.row_of_id(anchor.photo_id) >= 0:
            return anchor
        # The anchor itself is gone: the next photo that is still there takes over, else the one before.
        place = np.flatnonzero(old_ids == anchor.photo_id)
        first = int(place[0]) if len(place) else 0
        for candidates in (
            old_ids[first : first + _ANCHOR_SEARCH],
            old_ids[max(0, first - _ANCHOR_SEARCH) : first][::-1],
        ):
            there = candidates[photos.rows_of_ids(candidates) >= 0]
            if len(there):
                return _Anchor(int(there[0]), anchor.share, anchor.y)
        return None

    def dataChanged(self, top_left: _Index, bottom_right: _Index, roles: Sequence[int] = ()) -> None:  # noqa: ARG002
        """Repaint those of the changed tiles that are on the screen."""
        for span in self._visible_spans():
            for row in range(max(span.first, top_left.row()), min(span.stop, bottom_right.row() + 1)):
                self._update_row(row)

    # -- places ------------------------------------------------------------------------------------

    @property
    def scroll_position(self) -> int:
        """The content's y at the top of the viewport."""
        return self.verticalScrollBar().value()

    def _rebuild(self) -> None:
        """Compute the places anew, then scroll so that the anchor is where it was."""
        photos = self.photos
        groups = photos.groups if photos is not None else ()
        self._has_headers = any(group.key != _UNGROUPED for group in groups)
        header = self._header_height() if self._has_headers else _TOP_WITHOUT_HEADERS
        folded = np.array([self._has_headers and group.key in self._folded for group in groups], np.bool_)
        counts = photos.group_counts if photos is not None else np.zeros(0, np.int64)
        metrics = Metrics(tile=self._tile_size, header=header, right=_RIGHT_OF_TILES)
        self._geometry = GridGeometry(counts, folded, self.viewport().width(), metrics)
        self._place()

    def _header_height(self) -> int:
        """The height of a group's header, with what is free below it."""
        return Metrics().header

    def updateGeometries(self) -> None:
        """Fit places and scroll bar to the viewport's size."""
        super().updateGeometries()
        if self._geometry.width != self.viewport().width():
            self._rebuild()
        else:
            self._place()

    def _place(self) -> None:
        """Set the scroll bar's range, and its value to where the anchor is in place."""
        self.glide.stop()
        bar, height = self.verticalScrollBar(), self.viewport().height()
        self._placing = True
        bar.setRange(0, max(0, self._geometry.height - height))
        bar.setPageStep(height)
        bar.setSingleStep(max(20, self._geometry.pitch // 4))
        anchor, photos = self._anchor, self.photos
        if anchor is not None and photos is not None:
            row = photos.row_of_id(anchor.photo_id)
            if row >= 0:
                box = self._geometry.tile(row)
                bar.setValue(round(box.y + anchor.share * box.height - anchor.y))
        self._placing = False
        self.viewport().update()
        self._later_settle()

    def _anchor_of(self, photo_id: int, row: int, share: float = 0.0) -> _Anchor:
        box = self._geometry.tile(row)
        return _Anchor(photo_id, share, box.y + share * box.height - self.scroll_position)

    def _remember_anchor(self) -> None:
        """Hold on to the uppermost photo that is mostly visible."""
        photos = self.photos
        edge = self.scroll_position + self._top_strip()
        row = self._geometry.nearest_row(0, edge + self._geometry.side // 2)
        self._anchor = None if photos is None or row < 0 else self._anchor_of(photos.id_at(row), row)

    def _top_strip(self) -> int:
        """The height at the top of the viewport that the sticky header covers."""
        return self._geometry.metrics.header - BELOW_HEADER if self._has_headers else 0

    def _visible_spans(self) -> list[Span]:
        top = self.scroll_position
        return self._geometry.rows_between(top - RING, top + self.viewport().height() + RING)

    def _visible_rows(self) -> tuple[int, ...]:
        return tuple(row for span in self._visible_spans() for row in range(*span))

    def _view_rect(self, box: Box) -> QRect:
        return QRect(box.x, box.y - self.scroll_position, box.width, box.height)

    def _update_row(self, row: int) -> None:
        if row >= 0:
            rect = self._view_rect(self._geometry.tile(row))
            self.viewport().update(rect.adjusted(-RING, -RING, RING, RING))

    def row_at(self, point: QPoint) -> int:
        """The row of the tile below a point of the viewport, or -1."""
        if self.header_at(point) >= 0:
            return -1
        return self._geometry.row_at(point.x(), point.y() + self.scroll_position)

    def header_at(self, point: QPoint) -> int:
        """The group of the header below a point of the viewport, the sticky one too; -1 for none."""
        if not self._has_headers:
            return -1
        y = point.y() + self.scroll_position
        group, top = self._geometry.sticky(self.scroll_position)
        if group >= 0 and top <= y < top + self._top_strip():
            return group
        return self._geometry.header_at(y)

    # -- Qt's virtual calls ------------------------------------------------------------------------

    def visualRect(self, index: _Index) -> QRect:
        """The tile's place in the viewport; empty in a folded group."""
        if not index.isValid() or index.row() >= self._geometry.count or self._geometry.is_hidden(index.row()):
            return QRect()
        return self._view_rect(self._geometry.tile(index.row()))

    def indexAt(self, point: QPoint) -> QModelIndex:
        """The photo below a point of the viewport."""
        row = self.row_at(point)
        return self.model().index(row, 0) if row >= 0 else QModelIndex()

    def horizontalOffset(self) -> int:
        """Always 0: a line fits the width."""
        return 0

    def verticalOffset(self) -> int:
        """How far is scrolled, in pixels."""
        return self.scroll_position

    def isIndexHidden(self, index: _Index) -> bool:
        """True in folded groups."""
        return not index.isValid() or index.row() >= self._geometry.count or self._geometry.is_hidden(index.row())

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        """What a selection covers of the viewport, rings included."""
        region = QRegion()
        spans = self._visible_spans()
        for part in spans_of_selection(selection):
            for span in spans:
                for row in range(max(span.first, part.first), min(span.stop, part.stop)):
                    rect = self._view_rect(self._geometry.tile(row))
                    region += rect.adjusted(-RING, -RING, RING, RING)
        return region

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """Select the tiles that a rectangle of the viewport touches."""
        box = rect.normalized()
        spans = self._geometry.rows_in(Box(box.x(), box.y() + self.scroll_position, box.width(), box.height()))
        selection = QItemSelection()
        for first, stop in spans:
            selection.select(self.model().index(first, 0), self.model().index(stop - 1, 0))
        self.selectionModel().select(selection, command)

    def selectAll(self) -> None:
        """Select every photo that is not hidden in a folded group."""
        if self.selectionModel() is not None:
            mask = mask_of_spans(self._geometry.shown_spans(), self._geometry.count)
            replace_selection(self.selectionModel(), mask)

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:  # noqa: ARG002
        """Repaint; the counts in the headers change too, so all of it."""
        self._selected = None
        self.viewport().update()

    def keyboardSearch(self, search: str) -> None:
        """Do nothing: digits and letters are commands of the window."""

    def moveCursor(
        self,
        action: QAbstractItemView.CursorAction,
        modifiers: Qt.KeyboardModifier,  # noqa: ARG002
    ) -> QModelIndex:
        """The photo that a key leads to, over headers and past folded groups."""
        geometry, actions = self._geometry, QAbstractItemView.CursorAction
        current = self.currentIndex()
        row = current.row() if current.isValid() else -1
        if row < 0 or action is actions.MoveHome:
            target = geometry.first_row()
        elif action is actions.MoveEnd:
            target = geometry.last_row()
        elif action in {actions.MoveLeft, actions.MovePrevious}:
            target = geometry.beside(row, -1)
        elif action in {actions.MoveRight, actions.MoveNext}:
            target = geometry.beside(row, 1)
        elif action in {actions.MoveUp, actions.MoveDown}:
            step = -1 if action is actions.MoveUp else 1
            target = geometry.above_or_below(row, step, self._goal_column(row))
        else:
            box = geometry.tile(row)
            page = max(geometry.pitch, self.viewport().height() - self._top_strip() - geometry.pitch)
            y = box.y + box.height // 2 + (page if action is actions.MovePageDown else -page)
            target = geometry.nearest_row(box.x + box.width // 2, y)
        return self.model().index(target, 0) if target >= 0 else QModelIndex()

    def _goal_column(self, row: int) -> int:
        return self._geometry.column_of(row)

    def scrollTo(
        self, index: _Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        """Scroll so that a photo can be seen, below the sticky header; a folded group shows its header."""
        if index.isValid() and index.row() < self._geometry.count:
            hints = QAbstractItemView.ScrollHint
            box = self._geometry.tile(index.row())
            gap = self._geometry.metrics.gap
            top, height = self._top_strip() + gap, self.viewport().height()
            highest, lowest = box.y - top, box.bottom + gap - height
            position = self.scroll_position
            if hint is hints.PositionAtTop or (hint is hints.EnsureVisible and position > highest):
                position = highest
            elif hint is hints.PositionAtBottom or (hint is hints.EnsureVisible and position < lowest):
                position = min(lowest, highest)
            elif hint is hints.PositionAtCenter:
                position = (highest + lowest) // 2
            self._scroll_to(position)

    # -- scrolling ---------------------------------------------------------------------------------

    def _scroll_to(self, position: int) -> None:
        self.glide.stop()
        self.verticalScrollBar().setValue(position)

    def scroll_to_top(self) -> None:
        """Show the first photos."""
        self._anchor = None
        self._scroll_to(0)

    def scrollContentsBy(self, dx: int, dy: int) -> None:  # noqa: ARG002
        """Move the pixels that stay and repaint the rest: what comes in, and the sticky header."""
        if self._placing:
            return
        self._remember_anchor()
        viewport, strip = self.viewport(), self._top_strip()
        if not self._can_move_pixels() or abs(dy) >= viewport.height() - strip:
            viewport.update()
        else:
            below = QRect(0, strip, viewport.width(), viewport.height() - strip)
            viewport.scroll(0, dy, below)
            viewport.update(0, 0, viewport.width(), strip)
        self._later_settle()

    def _can_move_pixels(self) -> bool:
        """Tell whether what is painted moves with the content."""
        return True

    def _later_settle(self) -> None:
        if not self._settle.isActive():
            self._settle.start()

    def _on_settled(self) -> None:
        """Tell what is on the screen, once the places are known and not for every pixel of scrolling."""
        photos = self.photos
        if photos is None:
            return
        ids = photos.ids[list(self._visible_rows())]
        if not np.array_equal(ids, self._shown_ids):
            self._shown_ids = ids
            self.visible_changed.emit(ids)
