"""Photos by id, asked of the catalog in handfuls: a hundred thousand `Photo` objects cost more than they are worth."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from photosort.core.photo import Photo

_HANDFUL = 128
_KEPT = 8_192


class PhotoBook:
    """Looks photos up, a handful of neighbours at a time, and remembers those used last.

    Args:
        photos_of: reads photos, as `photosort.core.catalog.Catalog.photos_of` does.
    """

    def __init__(self, photos_of: Callable[[Iterable[int]], Mapping[int, Photo]]) -> None:
        self._photos_of = photos_of
        self._kept: OrderedDict[int, Photo] = OrderedDict()
        self._order: NDArray[np.int64] = np.empty(0, np.int64)
        self._place: NDArray[np.int64] = np.empty(0, np.int64)

    def set_order(self, ids: NDArray[np.int64]) -> None:
        """Say in which order photos are shown: those beside one that is asked for are read with it."""
        self._order = ids
        self._place = np.argsort(ids, kind="stable")

    def photo(self, photo_id: int) -> Photo:
        """The photo of an id.

        Raises:
            KeyError: there is no such photo.
        """
        if photo_id not in self._kept:
            self._kept.update(self._photos_of(self._handful(photo_id)))
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(photo_id)
        return self._kept[photo_id]

    def photos(self, ids: Iterable[int]) -> list[Photo]:
        """Many photos at once, in the order asked for; those that the catalog no longer knows are left out."""
        wanted = list(ids)
        found = self._photos_of(wanted)
        return [found[photo_id] for photo_id in wanted if photo_id in found]

    def forget(self, ids: Iterable[int]) -> None:
        """What is known of these photos has changed."""
        for photo_id in ids:
            self._kept.pop(photo_id, None)

    def _handful(self, photo_id: int) -> list[int]:
        if not len(self._order):
            return [photo_id]
        at = min(int(np.searchsorted(self._order, photo_id, sorter=self._place)), len(self._order) - 1)
        row = int(self._place[at])
        if self._order[row] != photo_id:
            return [photo_id]
        near = self._order[max(row - _HANDFUL // 4, 0) : row + _HANDFUL].tolist()
        return [one for one in near if one == photo_id or one not in self._kept]
