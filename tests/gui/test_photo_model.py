"""The model: rows by id, changes by range, thumbnails within bounds."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtTest import QAbstractItemModelTester

from photosort.core.arrange import Arranged, Arrangement, Group, Grouping, PhotoColumns, arrange
from photosort.core.photo import Photo, PhotoState, TakenSource
from photosort.gui.photo_model import PHOTO_ID_ROLE, TILE_ROLE, Mark, PhotoModel, TileText, badges_of
from photosort.gui.pixmap_cache import PixmapCache, Thumbnail

ROOT = Path("/photos")


def make_photo(photo_id, *, relpath=None, companions=()):
    relpath = relpath or f"{'ab'[photo_id % 2]}/IMG_{photo_id}.jpg"
    return Photo(photo_id, ROOT, relpath, companions, 1, 1, PhotoState.PRESENT, float(photo_id), TakenSource.EXIF)


@pytest.fixture
def model(qtbot):
    """Photos 40, 10, 30, 20, 50 in this order of columns, shown by date, in folders a and b."""
    model = PhotoModel(make_photo, describe=lambda photo_id: f"about {photo_id}")
    columns = PhotoColumns.from_photos([make_photo(photo_id) for photo_id in (41, 10, 31, 20, 50)])
    model.set_columns(columns)
    model.set_arranged(arrange(columns, Arrangement(group=Grouping.FOLDER)))
    return model


def image(width=40, height=30):
    made = QImage(width, height, QImage.Format.Format_RGB32)
    made.fill(Qt.GlobalColor.red)
    return made


def test_qt_s_own_tester_finds_nothing_wrong(qtbot, model):
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.update_rows([10])
    model.set_arranged(arrange(model.columns, Arrangement()))
    assert tester.model() is model


def test_rows_and_ids(model):
    assert model.ids.tolist() == [10, 20, 50, 31, 41]
    assert [group.title for group in model.groups] == ["a", "b"]
    assert model.group_counts.tolist() == [3, 2]
    assert [model.id_at(row) for row in range(model.rowCount())] == [10, 20, 50, 31, 41]
    assert model.rows_of_ids([41, 10, 99, 50]).tolist() == [4, 0, -1, 2]
    assert model.row_of_id(31) == 3
    assert model.index(3, 0).data(PHOTO_ID_ROLE) == 31
    assert model.index(3, 0).data() == "IMG_31.jpg"


def test_photos_that_are_filtered_out_or_unknown_have_no_row(model):
    model.set_arranged(Arranged(np.array([3, 1], np.int32), np.array([0, 2], np.int32), (Group("all", "", 2),)))
    assert model.rows_of_ids([41, 10, 20, 7]).tolist() == [-1, 1, 0, -1]


def test_photos_that_join_the_columns_have_rows_once_they_are_arranged(model):
    model.columns.append([make_photo(60)])
    assert model.rows_of_ids([60, 10]).tolist() == [-1, 0]
    model.set_arranged(arrange(model.columns, Arrangement()))
    assert model.row_of_id(60) == 5


def test_changes_are_told_as_ranges(model):
    told = []
    model.dataChanged.connect(lambda first, last, _roles: told.append((first.row(), last.row())))
    model.update_rows([10, 41, 31, 999])
    assert told == [(0, 0), (3, 4)]


def test_before_anything_is_open_there_is_nothing(qtbot):
    model = PhotoModel(make_photo)
    assert model.rowCount() == 0
    assert model.rows_of_ids([1, 2]).tolist() == [-1, -1]
    assert len(model.groups) == len(model.group_counts) == 0


def test_a_tile_is_the_same_until_something_of_it_changes(model):
    texts = {1: TileText("forest", Mark.UNSURE)}
    model.set_texts(lambda row: texts.get(row, TileText()))
    tile = model.index(0, 0).data(TILE_ROLE)
    assert tile.text == TileText("forest", Mark.UNSURE)
    assert model.tile(0) is tile
    texts[1] = TileText("sea")
    assert model.tile(0) is tile
    model.update_rows([10])
    assert model.tile(0).text == TileText("sea")
    model.set_thumbnail(10, image(), 128)
    assert model.tile(0).thumbnail.side == 128
    assert model.index(0, 0).data(Qt.ItemDataRole.DecorationRole).width() == 40
    model.set_problem(10, "torn")
    assert (model.tile(0).problem, model.tile(0).thumbnail) == ("torn", None)
    model.forget_thumbnails([10])
    assert model.tile(0).problem == ""


def test_thumbnails_outlive_a_new_arrangement_and_columns_read_anew(model):
    model.set_thumbnail(10, image(), 128)
    model.set_columns(PhotoColumns.from_photos([make_photo(10), make_photo(20)]))
    assert model.rowCount() == 0
    model.set_arranged(arrange(model.columns, Arrangement()))
    assert model.thumbnail_side(10) == 128
    assert model.thumbnail_side(20) == 0


def test_badges_name_what_belongs_to_a_photo():
    assert badges_of(make_photo(1)) == ()
    assert badges_of(make_photo(1, companions=("a/IMG_1.CR2", "a/IMG_1.xmp"))) == ("RAW",)
    assert badges_of(make_photo(1, relpath="x.nef")) == ("RAW",)
    assert badges_of(make_photo(1, relpath="x.heic", companions=("x.MOV",))) == ("LIVE",)


def test_the_cache_lets_go_of_what_was_used_longest_ago(qtbot):
    def thumbnail(side):
        return Thumbnail(QPixmap(side, side), side)

    one = thumbnail(10).size_bytes
    cache = PixmapCache(limit_bytes=3 * one)
    for photo_id in (1, 2, 3):
        cache.put(photo_id, thumbnail(10))
    assert cache.get(1) is not None
    cache.put(4, thumbnail(10))
    assert [photo_id in cache for photo_id in (1, 2, 3, 4)] == [True, False, True, True]
    assert cache.size_bytes == 3 * one
    cache.put(4, thumbnail(5))
    cache.drop(1)
    assert cache.size_bytes == one + thumbnail(5).size_bytes
    cache.put(9, thumbnail(100))
    assert 9 in cache
    assert len(cache) == 1
    cache.clear()
    assert (len(cache), cache.size_bytes) == (0, 0)
