"""The photos that the grid shows, as a Qt model: columns of the catalog and one permutation of their rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import PurePosixPath
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QImage, QPixmap

from photosort.core.arrange import Arranged, Group, PhotoColumns
from photosort.core.imaging import RAW_SUFFIXES
from photosort.core.photo import Photo
from photosort.gui.grid_selection import spans_of_mask
from photosort.gui.pixmap_cache import PixmapCache, Thumbnail

PHOTO_ID_ROLE = Qt.ItemDataRole.UserRole
"""int: the photo's id."""
TILE_ROLE = Qt.ItemDataRole.UserRole + 1
"""Tile: everything that is painted of a photo."""

_KEPT = 4096
_LIVE_SUFFIXES = frozenset({".mov", ".mp4"})

_Index = QModelIndex | QPersistentModelIndex


class Mark(Enum):
    """The one mark that a tile may bear; the value is what a screen reader says."""

    NONE = ""
    LABELLED = "labelled by you"
    UNSURE = "unsure"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class TileText:
    """What a tile says beside its picture.

    Attributes:
        word: at most one word or number, what the group's header does not say already; may be empty.
        mark: at most one mark.
    """

    word: str = ""
    mark: Mark = Mark.NONE


@dataclass(frozen=True, slots=True)
class Tile:
    """Everything that is painted of a photo.

    Attributes:
        photo_id: whose it is.
        name: the file's name.
        thumbnail: the picture; None while it is not there yet.
        problem: why there will be no picture; empty otherwise.
        text: word and mark.
        badges: short names of what else belongs to the photo ("RAW", "LIVE").
    """

    photo_id: int
    name: str
    thumbnail: Thumbnail | None
    problem: str
    text: TileText
    badges: tuple[str, ...]


def badges_of(photo: Photo) -> tuple[str, ...]:
    """The short names of what belongs to a photo besides its picture file."""
    suffixes = {PurePosixPath(path).suffix.lower() for path in photo.companions}
    badges = []
    if RAW_SUFFIXES & (suffixes | {PurePosixPath(photo.relpath).suffix.lower()}):
        badges.append("RAW")
    if _LIVE_SUFFIXES & suffixes:
        badges.append("LIVE")
    return tuple(badges)


class PhotoModel(QAbstractListModel):
    """Photos in the order in which they are shown.

    A photo is known by its id; its row changes with every arrangement. A new arrangement resets the model: whoever
    keeps a selection keeps ids (`PhotoGrid` does).

    Args:
        photo_of: gives the photo of an id; called in the GUI thread for what is visible, so it must be quick.
        describe: what a tooltip says of a photo (name, best guesses).
        cache: where thumbnails are kept.
        parent: Qt's owner.
    """

    def __init__(
        self,
        photo_of: Callable[[int], Photo],
        *,
        describe: Callable[[int], str] | None = None,
        cache: PixmapCache | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._photo_of = photo_of
        self._describe = describe
        self._cache = PixmapCache() if cache is None else cache
        self._problems: dict[int, str] = {}
        self._tiles: dict[int, Tile] = {}
        self._columns: PhotoColumns | None = None
        self._arranged: Arranged | None = None
        self._text_of: Callable[[int], TileText] | None = None
        self._ids = np.zeros(0, np.int64)
        self._row_of_column: NDArray[np.int64] | None = None

    @property
    def columns(self) -> PhotoColumns | None:
        """What is known of all photos; None before any folder is open."""
        return self._columns

    @property
    def arranged(self) -> Arranged | None:
        """Which of them are shown, in what order and groups."""
        return self._arranged

    @property
    def ids(self) -> NDArray[np.int64]:
        """The ids of the photos shown, in order; shape (rows,). Not to be written to."""
        return self._ids

    @property
    def groups(self) -> Sequence[Group]:
        """The groups of the arrangement, in order."""
        return () if self._arranged is None else self._arranged.groups

    @property
    def group_counts(self) -> NDArray[np.int64]:
        """How many photos each group shows; shape (groups,)."""
        if self._arranged is None:
            return np.zeros(0, np.int64)
        starts = np.asarray(self._arranged.group_starts, np.int64)
        return starts[1:] - starts[:-1]

    def set_columns(self, columns: PhotoColumns | None) -> None:
        """Show other photos, or the same anew; nothing is shown until `set_arranged` says how.

        Thumbnails stay, since they belong to ids: `forget_thumbnails` of files that have changed.
        """
        self.beginResetModel()
        self._columns = columns
        self._take(None)
        self._problems.clear()
        self.endResetModel()

    def set_arranged(self, arranged: Arranged, *, columns: PhotoColumns | None = None) -> None:
        """Show the photos in another order, other groups, or more or fewer of them.

        Args:
            arranged: the rows of the columns that are shown.
            columns: what the rows speak of, when that has been replaced by a newer state of the same photos.
        """
        self.beginResetModel()
        if columns is not None:
            self._columns = columns
        self._take(arranged)
        self.endResetModel()

    def set_texts(self, text_of: Callable[[int], TileText] | None) -> None:
        """Say other words on the tiles.

        Args:
            text_of: gives word and mark of the photo in a row of the columns; None for nothing.
        """
        self._text_of = text_of
        self._tiles.clear()
        self._changed_between(0, len(self._ids))

    def _take(self, arranged: Arranged | None) -> None:
        self._arranged = arranged
        self._row_of_column = None
        self._tiles.clear()
        if arranged is None or self._columns is None:
            self._ids = np.zeros(0, np.int64)
        else:
            self._ids = self._columns.ids[arranged.rows]

    def id_at(self, row: int) -> int:
        """The id of the photo in a row."""
        return int(self._ids[row])

    def row_of_id(self, photo_id: int) -> int:
        """The row of a photo, or -1 when it is not shown."""
        return int(self.rows_of_ids([photo_id])[0])

    def rows_of_ids(self, ids: ArrayLike) -> NDArray[np.int64]:
        """The rows of photos.

        Args:
            ids: ids of any photos, shape (n,).

        Returns:
            Rows, int64 of shape (n,); -1 for photos that are not shown.
        """
        if self._columns is None or self._arranged is None:
            return np.full(np.shape(ids), -1, np.int64)
        places = self._columns.row_of(ids)
        if self._row_of_column is None or len(self._row_of_column) <= len(self._columns):
            # One more than there are rows: the place of -1, a photo that is not even in the columns.
            self._row_of_column = np.full(len(self._columns) + 1, -1, np.int64)
            self._row_of_column[self._arranged.rows] = np.arange(len(self._arranged.rows))
        return self._row_of_column[places]

    def photo(self, photo_id: int) -> Photo:
        """The photo of an id."""
        return self._photo_of(photo_id)

    def photos(self, ids: Iterable[int]) -> list[Photo]:
        """The photos of some ids, in the same order."""
        return [self._photo_of(photo_id) for photo_id in ids]

    def update_rows(self, ids: ArrayLike) -> None:
        """Tell views that what is known of some photos has changed (a new guess, a label)."""
        rows = self.rows_of_ids(ids)
        for photo_id in np.asarray(ids, np.int64).tolist():
            self._tiles.pop(photo_id, None)
        mask = np.zeros(len(self._ids), np.bool_)
        mask[rows[rows >= 0]] = True
        for first, stop in spans_of_mask(mask):
            self._changed_between(first, stop)

    def _changed_between(self, first: int, stop: int, roles: Sequence[int] = ()) -> None:
        if first < stop:
            self.dataChanged.emit(self.index(first, 0), self.index(stop - 1, 0), list(roles))

    def thumbnail(self, photo_id: int) -> Thumbnail | None:
        """A photo's picture, if it is at hand."""
        return self._cache.get(photo_id)

    def thumbnail_side(self, photo_id: int) -> int:
        """The tile side in device pixels that a photo's thumbnail was made for; 0 where there is none."""
        return self._cache.side(photo_id)

    def problem(self, photo_id: int) -> str:
        """Why a photo has no thumbnail; empty when nothing is wrong."""
        return self._problems.get(photo_id, "")

    def set_thumbnail(self, photo_id: int, image: QImage, side: int) -> None:
        """Show a picture on a tile.

        Args:
            photo_id: whose picture it is.
            image: the picture.
            side: the tile side in device pixels that it was scaled for.
        """
        self._problems.pop(photo_id, None)
        self._cache.put(photo_id, Thumbnail(QPixmap.fromImage(image), side))
        self._repaint(photo_id)

    def set_problem(self, photo_id: int, reason: str) -> None:
        """Show that a photo has no picture, and why."""
        self._problems[photo_id] = reason
        self._cache.drop(photo_id)
        self._repaint(photo_id)

    def forget_thumbnails(self, ids: Iterable[int]) -> None:
        """Let go of pictures and problems of photos whose files have changed."""
        for photo_id in ids:
            self._problems.pop(photo_id, None)
            self._cache.drop(photo_id)
            self._repaint(photo_id)

    def _repaint(self, photo_id: int) -> None:
        self._tiles.pop(photo_id, None)
        row = self.row_of_id(photo_id)
        if row >= 0:
            self._changed_between(row, row + 1, [Qt.ItemDataRole.DecorationRole])

    def tile(self, row: int) -> Tile:
        """Everything that is painted of the photo in a row; the same object for as long as nothing of it changes."""
        photo_id = int(self._ids[row])
        thumbnail = self._cache.get(photo_id)
        tile = self._tiles.get(photo_id)
        if tile is None or tile.thumbnail is not thumbnail:
            photo = self.photo(photo_id)
            problem = self._problems.get(photo_id, "")
            tile = Tile(photo_id, photo.name, thumbnail, problem, self._text(row), badges_of(photo))
            if len(self._tiles) >= _KEPT:
                self._tiles.clear()
            self._tiles[photo_id] = tile
        return tile

    def _text(self, row: int) -> TileText:
        if self._text_of is None or self._arranged is None:
            return TileText()
        return self._text_of(int(self._arranged.rows[row]))

    def rowCount(self, parent: _Index | None = None) -> int:
        """The number of photos shown; 0 below any of them."""
        return 0 if parent is not None and parent.isValid() else len(self._ids)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: PLR0911
        """The name, the thumbnail, words for screen readers, and the roles of this module."""
        row = index.row()
        if not index.isValid() or row >= len(self._ids):
            return None
        photo_id = int(self._ids[row])
        match role:
            case _ if role == TILE_ROLE:
                return self.tile(row)
            case _ if role == PHOTO_ID_ROLE:
                return photo_id
            case Qt.ItemDataRole.DisplayRole:
                return self.photo(photo_id).name
            case Qt.ItemDataRole.DecorationRole:
                thumbnail = self._cache.get(photo_id)
                return None if thumbnail is None else thumbnail.pixmap
            case Qt.ItemDataRole.ToolTipRole:
                return self._tool_tip(photo_id)
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._spoken(row, photo_id)
            case _:
                return None

    def _tool_tip(self, photo_id: int) -> str:
        text = self.photo(photo_id).name if self._describe is None else self._describe(photo_id)
        problem = self._problems.get(photo_id)
        return f"{text}\n{problem}" if problem else text

    def _spoken(self, row: int, photo_id: int) -> str:
        text = self._text(row)
        parts = [self.photo(photo_id).name, text.word, text.mark.value, self._problems.get(photo_id, "")]
        return ", ".join(part for part in parts if part)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Photos can be selected and dragged out."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return (
            Qt.ItemFlag.ItemIsSelectable
            | Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsDragEnabled
            | Qt.ItemFlag.ItemNeverHasChildren
        )
