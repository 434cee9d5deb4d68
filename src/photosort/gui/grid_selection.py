"""Selections as masks over rows, and their way into and out of Qt as ranges.

Qt's selection model holds the selection; everything that is computed with it (what a rubber band adds, which photos
stay selected in a new order) is a bool array, because 100,000 single indexes cost 0.3 s and an array costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractItemModel, QItemSelection, QItemSelectionModel, QItemSelectionRange

from photosort.gui.grid_geometry import Span


def mask_of_spans(spans: Iterable[tuple[int, int]], count: int) -> NDArray[np.bool_]:
    """The mask, bool of shape (count,), that is true in the spans."""
    mask = np.zeros(count, np.bool_)
    for first, stop in spans:
        mask[first:stop] = True
    return mask


def spans_of_mask(mask: NDArray[np.bool_]) -> list[Span]:
    """The longest spans in which a mask of shape (n,) is true, in order."""
    edges = np.flatnonzero(np.diff(mask.astype(np.int8), prepend=0, append=0)).tolist()
    return [Span(first, stop) for first, stop in zip(edges[::2], edges[1::2], strict=True)]


def spans_of_selection(selection: QItemSelection) -> list[Span]:
    """The spans of rows that a selection of a flat model holds, in the order in which they were selected."""
    parts = (selection.at(place) for place in range(selection.count()))
    return [Span(part.top(), part.bottom() + 1) for part in parts]


def mask_of_selection(selection: QItemSelection, count: int) -> NDArray[np.bool_]:
    """The mask, bool of shape (count,), of what a selection of a flat model holds."""
    return mask_of_spans(spans_of_selection(selection), count)


def selection_of_mask(model: QAbstractItemModel, mask: NDArray[np.bool_]) -> QItemSelection:
    """The selection of a flat model that a mask of shape (rows,) describes."""
    selection = QItemSelection()
    # createIndex checks nothing: index would ask rowCount twice for every span.
    index = model.createIndex
    for first, stop in spans_of_mask(mask):
        selection.append(QItemSelectionRange(index(first, 0), index(stop - 1, 0)))
    return selection


def replace_selection(selection_model: QItemSelectionModel, mask: NDArray[np.bool_]) -> None:
    """Make a mask the whole selection; the current index stays.

    The old selection is cleared unheard first: Qt compares an old with a new selection range by range, which takes
    seconds for two that are scattered over 20,000 ranges each, and nothing at all when one of them is empty.
    """
    selection = selection_of_mask(selection_model.model(), mask)
    had_any = selection_model.hasSelection()
    if selection.isEmpty():
        selection_model.clearSelection()
        return
    if had_any:
        blocked = selection_model.blockSignals(True)
        selection_model.clearSelection()
        selection_model.blockSignals(blocked)
    selection_model.select(selection, QItemSelectionModel.SelectionFlag.Select)
