"""Selection, current photo and folded groups of the grid: by photo id and group key, never by row."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QPersistentModelIndex, Signal
from PySide6.QtWidgets import QWidget

from photosort.gui.grid_selection import mask_of_selection, mask_of_spans, replace_selection
from photosort.gui.grid_view import GridView
from photosort.gui.photo_model import PhotoModel

_Index = QModelIndex | QPersistentModelIndex
_NO_IDS = np.zeros(0, np.int64)


class SelectingGrid(GridView):
    """A `GridView` whose selection and current photo outlive a new order and new groups.

    Photos that are no longer shown leave the selection.

    Args:
        parent: Qt's owner.
    """

    selection_changed = Signal()
    """Other photos are selected than before."""
    current_changed = Signal(int)
    """Another photo is the current one; -1 when there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self._current_id = -1
        self._pivot_id = -1
        self._kept_ids: NDArray[np.int64] = _NO_IDS
        super().__init__(parent)

    def set_model(self, model: PhotoModel) -> None:
        """Show the photos of a model from now on; nothing of them is selected."""
        self._kept_ids = _NO_IDS
        self._current_id = self._pivot_id = -1
        super().set_model(model)

    # -- selection and current photo, by id --------------------------------------------------------

    @property
    def current_id(self) -> int | None:
        """The photo that the keys move from; None when there is none."""
        return None if self._current_id < 0 else self._current_id

    def selected_mask(self) -> NDArray[np.bool_]:
        """Which rows are selected, bool of shape (rows,). Not to be written to."""
        count = self.geometry_of_tiles.count
        if self._selected is None or len(self._selected) != count:
            selection_model = self.selectionModel()
            selection = QItemSelection() if selection_model is None else selection_model.selection()
            self._selected = mask_of_selection(selection, count)
        return self._selected

    def selected_ids(self) -> NDArray[np.int64]:
        """The ids of the selected photos, in the order shown; shape (n,)."""
        photos = self.photos
        return _NO_IDS if photos is None else photos.ids[self.selected_mask()]

    def select_ids(self, ids: ArrayLike, *, add: bool = False) -> None:
        """Select photos by id; those that are not shown are left out.

        Args:
            ids: which, shape (n,).
            add: keep what is selected already.
        """
        photos = self.photos
        if photos is None:
            return
        rows = photos.rows_of_ids(ids)
        mask = self.selected_mask().copy() if add else np.zeros(len(photos.ids), np.bool_)
        mask[rows[rows >= 0]] = True
        self.select_mask(mask)

    def select_mask(self, mask: NDArray[np.bool_]) -> None:
        """Select exactly the rows where a mask, bool of shape (rows,), is true."""
        if not np.array_equal(mask, self.selected_mask()):
            replace_selection(self.selectionModel(), mask)

    def select_only(self, row: int) -> None:
        """Select one row, and extend from it next."""
        self._set_pivot(row)
        self.select_mask(mask_of_spans([(row, row + 1)], self.geometry_of_tiles.count))

    def toggle(self, row: int) -> None:
        """Select a row if it is not, else deselect it; extend from it next."""
        self._set_pivot(row)
        mask = self.selected_mask().copy()
        mask[row] = not mask[row]
        self.select_mask(mask)

    def extend_to(self, row: int, *, add: bool) -> None:
        """Select all rows that are shown from where the selection began to this one.

        Args:
            row: where to.
            add: keep what is selected already.
        """
        photos = self.photos
        pivot = -1 if photos is None else photos.row_of_id(self._pivot_id)
        if pivot < 0:
            pivot = row
            self._set_pivot(row)
        first, last = sorted((pivot, row))
        count = self.geometry_of_tiles.count
        mask = mask_of_spans([(first, last + 1)], count)
        # What is folded away is not selected behind the person's back.
        mask &= mask_of_spans(self.geometry_of_tiles.shown_spans(), count)
        self.select_mask(mask | self.selected_mask() if add else mask)

    def select_group(self, group: int, *, add: bool) -> None:
        """Select the photos of a group, folded or not; adding a group that is selected takes it out again."""
        span = self.geometry_of_tiles.span_of(group)
        mask = self.selected_mask().copy() if add else np.zeros(self.geometry_of_tiles.count, np.bool_)
        mask[span.first : span.stop] = not (add and mask[span.first : span.stop].all())
        self.select_mask(mask)

    def set_current_row(self, row: int) -> None:
        """Make a row the current one without touching the selection; -1 for none."""
        index = self.model().index(row, 0) if row >= 0 else QModelIndex()
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)

    def set_current_id(self, photo_id: int) -> None:
        """Make a photo the current and only selected one, and show it (the viewer was closed on it)."""
        photos = self.photos
        row = -1 if photos is None else photos.row_of_id(photo_id)
        if row >= 0:
            self.set_current_row(row)
            self.select_only(row)
            self.scroll_to_id(photo_id)

    def _set_pivot(self, row: int) -> None:
        photos = self.photos
        if photos is not None:
            self._pivot_id = photos.id_at(row)

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """Repaint, and say so by a signal of our own: Qt's speaks of indexes."""
        super().selectionChanged(selected, deselected)
        self.selection_changed.emit()

    def currentChanged(self, current: _Index, previous: _Index) -> None:
        """Repaint both tiles and tell who the current photo is."""
        self._update_row(previous.row())
        self._update_row(current.row())
        photos = self.photos
        photo_id = photos.id_at(current.row()) if photos is not None and current.isValid() else -1
        if photo_id != self._current_id:
            self._current_id = photo_id
            self.current_changed.emit(photo_id)

    def _on_about_to_reset(self) -> None:
        super()._on_about_to_reset()
        if self.photos is not None and self.photos.arranged is not None:
            self._kept_ids = self.selected_ids()

    def _on_reset(self) -> None:
        """Take over a new arrangement; selection and current photo are found again by id."""
        kept, current = self._kept_ids, self._current_id
        super()._on_reset()
        photos = self.photos
        if photos is None or photos.arranged is None:
            return
        rows = photos.rows_of_ids(kept)
        mask = np.zeros(len(photos.ids), np.bool_)
        mask[rows[rows >= 0]] = True
        blocked = self.selectionModel().blockSignals(True)
        replace_selection(self.selectionModel(), mask)
        self.set_current_row(photos.row_of_id(current))
        self.selectionModel().blockSignals(blocked)
        self._selected = mask
        if not self.currentIndex().isValid() and current >= 0:
            self._current_id = -1
            self.current_changed.emit(-1)
        if np.count_nonzero(mask) != len(kept):
            self.selection_changed.emit()

    # -- groups ------------------------------------------------------------------------------------

    @property
    def folded_keys(self) -> frozenset[str]:
        """The keys of the groups that show their header alone."""
        return frozenset(self._folded)

    def _group_of_key(self, key: str) -> int:
        photos = self.photos
        groups = () if photos is None else photos.groups
        return next((place for place, group in enumerate(groups) if group.key == key), -1)

    def toggle_group(self, key: str) -> None:
        """Fold a group, or unfold it; its header stays where it is, or at the top edge."""
        self._set_folded(self._folded ^ {key}, self._group_of_key(key))

    def fold_all(self) -> None:
        """Leave only the headers."""
        photos = self.photos
        if photos is not None:
            top = self.geometry_of_tiles.group_at(self.scroll_position)
            self._set_folded({group.key for group in photos.groups}, top)

    def unfold_all(self) -> None:
        """Show the photos of all groups."""
        self._set_folded(set(), self.geometry_of_tiles.group_at(self.scroll_position))

    def set_folded_keys(self, keys: Collection[str]) -> None:
        """Fold exactly these groups (as they were when the folder was last open)."""
        self._set_folded(set(keys), -1)

    def _set_folded(self, keys: set[str], kept: int) -> None:
        """Fold these groups; the header of group ``kept`` stays in place."""
        if keys == self._folded:
            return
        y = max(0, self.geometry_of_tiles.header(kept).y - self.scroll_position) if kept >= 0 else 0
        self._folded = keys
        self._anchor = None
        self._rebuild()
        if kept >= 0:
            self._scroll_to(self.geometry_of_tiles.header(kept).y - y)
        self._remember_anchor()
        self.folding_changed.emit()

    def scroll_to_group(self, key: str) -> None:
        """Bring a group's header to the top edge."""
        group = self._group_of_key(key)
        if group >= 0:
            self._scroll_to(self.geometry_of_tiles.header(group).y)

    def scroll_to_id(self, photo_id: int) -> None:
        """Scroll as little as it takes to see a photo."""
        photos = self.photos
        if photos is not None and (row := photos.row_of_id(photo_id)) >= 0:
            self.scrollTo(photos.index(row, 0))
