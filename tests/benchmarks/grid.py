"""The grid with 100,000 photos: opening, resizing, a new order, photos that arrive, scrolling."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
from figures import Figure, of_repeats, percentile, timed
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from setting import Setting

from photosort.core.arrange import Arrangement, Grouping, GroupKind, Order, PhotoColumns, arrange
from photosort.core.asking import AskedOf
from photosort.core.catalog import PredictionColumns
from photosort.core.photo import Photo, PhotoState, TakenSource
from photosort.gui.photo_grid import PhotoGrid
from photosort.gui.photo_model import PhotoModel

_COUNT = 100_000
_MORE = 500
_TILE = 180
_ROOT = Path("/photos")
_BY_DATE = Arrangement(group=Grouping(GroupKind.YEAR), order=Order.TAKEN)
_BY_SCENE = Arrangement(group=Grouping.by("scenes"), order=Order.TAKEN)
_BY_NAME = Arrangement(group=Grouping(GroupKind.YEAR), order=Order.NAME, descending=True)


def _photo(photo_id: int) -> Photo:
    taken = 1.3e9 + photo_id * 3600.0
    name = f"{2000 + photo_id % 25}/IMG_{photo_id:06d}.jpg"
    return Photo(photo_id, _ROOT, name, (), 1, 1, PhotoState.PRESENT, taken, TakenSource.EXIF)


def measure(setting: Setting) -> Iterator[Figure]:
    """Drive a grid of its own, painted with pictures in every tile."""
    app = QApplication.instance() or QApplication(["benchmarks"])
    new_photos = [_photo(number) for number in range(_COUNT, _COUNT + _MORE)]
    opening, resizing, ordering, inserting, scrolling = [], [], [], [], []
    for _ in range(setting.repeats):
        measured = _Round(PhotoColumns.from_photos([_photo(number) for number in range(_COUNT)]))
        opening.append(timed(measured.open) * 1000)
        resizing += [timed(partial(measured.resize, width)) * 1000 for width in (1000, 1300, 800, 1250)]
        ordering += [timed(measured.order_by_name) * 1000, timed(measured.order_by_date) * 1000]
        scrolling += measured.scroll(80 if setting.quick else 300)
        inserting.append(timed(partial(measured.insert, new_photos)) * 1000)
        measured.close()
    by_scene = [timed(partial(arrange, _guessed(), _BY_SCENE)) * 1000 for _ in range(setting.repeats)]
    yield of_repeats("arrange 100,000 by scene", by_scene, "ms", note="scenes being asked of places only; words anew")
    yield of_repeats("grid: open 100,000", opening, "ms", note="from columns to painted tiles")
    yield of_repeats("grid: resize", resizing, "ms")
    yield of_repeats("grid: another order", ordering, "ms")
    yield of_repeats("grid: insert 500", inserting, "ms", note="with arranging all anew")
    yield of_repeats("grid: scroll, median", scrolling, "ms")
    app.processEvents()
    yield Figure("grid: scroll, p99", percentile(scrolling, 0.99), "ms", aim=16, note=f"{len(scrolling)} steps")


def _guessed() -> PhotoColumns:
    """Photos that two classifiers have seen, the second of which is asked of a tenth of them."""
    columns = PhotoColumns.from_photos([_photo(number) for number in range(_COUNT)])
    random = np.random.default_rng(0)
    for name, labels in (("kinds", 10), ("scenes", 6)):
        guesses = PredictionColumns(
            photo_ids=columns.ids,
            label_index=random.integers(0, labels, _COUNT).astype(np.int16),
            confidence=random.random(_COUNT, np.float32),
            known=np.ones(_COUNT, np.float32),
            verdict=random.choice(np.array([0, 0, 0, 1, 2], np.uint8), _COUNT),
            labels=tuple(str(number) for number in range(labels)),
        )
        columns.with_predictions(name, guesses)
    # Ranks and folders are there before anything is grouped.
    _ = columns.name_ranks, columns.folder_codes
    return columns.with_asking({"scenes": AskedOf("kinds", ("0",))})


class _Round:
    """A grid and its model, and what a person does with them; each step ends painted."""

    def __init__(self, columns: PhotoColumns) -> None:
        self._columns = columns
        self._by_date, self._by_name = arrange(columns, _BY_DATE), arrange(columns, _BY_NAME)
        self._model, self._grid = PhotoModel(_photo), PhotoGrid()
        self._grid.resize(1200, 800)
        self._grid.set_tile_size(_TILE)
        self._grid.set_model(self._model)
        self._grid.show()
        QApplication.processEvents()

    def open(self) -> None:
        self._model.set_columns(self._columns)
        self._model.set_arranged(self._by_date)
        self._paint()

    def resize(self, width: int) -> None:
        self._grid.resize(width, 800)
        QApplication.processEvents()
        self._paint()

    def order_by_name(self) -> None:
        self._model.set_arranged(self._by_name)
        self._paint()

    def order_by_date(self) -> None:
        self._model.set_arranged(self._by_date)
        self._paint()

    def insert(self, photos: list[Photo]) -> None:
        self._columns.append(photos)
        self._model.set_columns(self._columns)
        self._model.set_arranged(arrange(self._columns, _BY_DATE))
        self._paint()

    def scroll(self, steps: int) -> list[float]:
        """Milliseconds of each of many steps, small ones and leaps, with a picture in every tile."""
        picture = QImage(_TILE, _TILE * 3 // 4, QImage.Format.Format_RGB32)
        picture.fill(0x557799)
        bar = self._grid.verticalScrollBar()
        random = np.random.default_rng(5)
        milliseconds, place = [], 0
        for step in range(steps):
            place = int(random.integers(0, bar.maximum())) if step % 25 == 0 else min(place + 90, bar.maximum())
            before = bar.value()
            # The pictures of the place to come are there when it comes: loading them is not the grid's.
            bar.setValue(place)
            self._fill(picture)
            bar.setValue(before)
            QApplication.processEvents()
            milliseconds.append(timed(partial(self._step, place)) * 1000)
        return milliseconds

    def close(self) -> None:
        self._grid.close()
        self._grid.deleteLater()
        QApplication.processEvents()

    def _step(self, place: int) -> None:
        self._grid.verticalScrollBar().setValue(place)
        self._paint()

    def _fill(self, picture: QImage) -> None:
        area = self._grid.viewport().rect()
        for x in range(area.left(), area.right(), _TILE // 3):
            for y in range(area.top(), area.bottom(), _TILE // 3):
                index = self._grid.indexAt(QPoint(x, y))
                if index.isValid() and not self._model.thumbnail_side(self._model.id_at(index.row())):
                    self._model.set_thumbnail(self._model.id_at(index.row()), picture, _TILE)

    def _paint(self) -> None:
        self._grid.viewport().repaint()
