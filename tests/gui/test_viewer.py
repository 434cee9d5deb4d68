"""The viewer as a person uses it, on real files."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QPixmap, QWheelEvent

from photosort.core.photo import Photo, PhotoState, TakenSource
from photosort.gui.picture_loader import PictureLoader, Wanted
from photosort.gui.viewer import Viewer

RED, GREEN, BLUE = (220, 20, 20), (20, 200, 20), (20, 20, 220)


def make_photo(folder, photo_id, name, *, size=None):
    path = folder / name
    stat = path.stat()
    width, height = size or (None, None)
    return Photo(
        photo_id,
        folder,
        name,
        (),
        stat.st_size,
        stat.st_mtime_ns,
        PhotoState.PRESENT,
        0.0,
        TakenSource.FILE,
        width=width,
        height=height,
    )


@pytest.fixture
def photos(tmp_path):
    """Three photos of one colour each and a broken one; ids 11 to 14."""
    for name, colour, size in (("a.png", RED, (400, 300)), ("b.png", GREEN, (300, 400)), ("c.jpg", BLUE, (2400, 1600))):
        Image.new("RGB", size, colour).save(tmp_path / name)
    (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8\xff no picture")
    names = ("a.png", "b.png", "c.jpg", "broken.jpg")
    return {11 + place: make_photo(tmp_path, 11 + place, name) for place, name in enumerate(names)}


@pytest.fixture
def viewer(qtbot, photos):
    viewer = Viewer(photos.__getitem__, loader=PictureLoader())
    qtbot.addWidget(viewer, before_close_func=lambda widget: widget.close_loader())
    viewer.resize(800, 600)
    with qtbot.waitExposed(viewer):
        viewer.show()
    viewer.setFocus()
    return viewer


def middle(viewer):
    image = viewer.grab().toImage()
    return image.pixelColor(image.width() // 2, image.height() // 2).getRgb()[:3]


def shows(viewer, colour):
    return np.allclose(middle(viewer), colour, atol=6)


def test_arrows_turn_pages_and_stop_at_the_ends(qtbot, viewer):
    turned = []
    viewer.current_changed.connect(turned.append)
    viewer.show_photo([11, 12, 13], 0)
    qtbot.waitUntil(lambda: shows(viewer, RED))
    qtbot.keyClick(viewer, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: shows(viewer, GREEN))
    qtbot.keyClick(viewer, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: shows(viewer, BLUE))
    qtbot.keyClick(viewer, Qt.Key.Key_Right)
    qtbot.keyClick(viewer, Qt.Key.Key_Left)
    assert turned == [11, 12, 13, 12]
    assert viewer.current_id == 12


def test_a_small_photo_is_not_blown_up_and_a_large_one_fits(qtbot, viewer):
    viewer.show_photo([11, 13], 0)
    qtbot.waitUntil(lambda: shows(viewer, RED))
    assert viewer.zoom == 1.0
    assert viewer.picture_rect().width() == 400
    viewer.next()
    qtbot.waitUntil(lambda: shows(viewer, BLUE))
    assert viewer.zoom == pytest.approx(800 / 2400)
    assert viewer.picture_rect().getRect() == pytest.approx((0.0, (566 - 1600 / 3) / 2, 800.0, 1600 / 3))


def test_one_and_zero_are_every_pixel_and_the_whole_photo(qtbot, viewer):
    viewer.show_photo([13], 0)
    qtbot.waitUntil(lambda: shows(viewer, BLUE))
    qtbot.keyClick(viewer, Qt.Key.Key_1)
    assert viewer.zoom == 1.0
    assert viewer.picture_rect().width() == 2400
    qtbot.keyClick(viewer, Qt.Key.Key_0)
    assert viewer.fits
    viewer.resize(400, 600)
    assert viewer.zoom == pytest.approx(400 / 2400)


def wheel(widget, point, notches):
    position = QPointF(point)
    event = QWheelEvent(
        position,
        QPointF(widget.mapToGlobal(point)),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    widget.wheelEvent(event)


def test_the_wheel_zooms_around_the_pointer(qtbot, viewer):
    viewer.show_photo([13], 0)
    qtbot.waitUntil(lambda: shows(viewer, BLUE))
    viewer.zoom_to(0.6)
    point = QPoint(350, 250)
    before = viewer.picture_rect()
    share = (point.x() - before.x()) / before.width(), (point.y() - before.y()) / before.height()
    wheel(viewer, point, 2)
    after = viewer.picture_rect()
    assert viewer.zoom == pytest.approx(0.6 * 1.25**2)
    assert after.x() + share[0] * after.width() == pytest.approx(point.x())
    assert after.y() + share[1] * after.height() == pytest.approx(point.y())
    wheel(viewer, point, -30)
    assert viewer.fits


def test_dragging_moves_the_photo_and_stops_at_its_edges(qtbot, viewer):
    viewer.show_photo([13], 0)
    qtbot.waitUntil(lambda: shows(viewer, BLUE))
    viewer.zoom_to(1.0)
    before = viewer.picture_rect()
    qtbot.mousePress(viewer, Qt.MouseButton.LeftButton, pos=QPoint(400, 300))
    qtbot.mouseMove(viewer, QPoint(430, 280))
    assert viewer.picture_rect().topLeft() - before.topLeft() == QPointF(30, -20)
    qtbot.mouseMove(viewer, QPoint(5000, 5000))
    qtbot.mouseRelease(viewer, Qt.MouseButton.LeftButton, pos=QPoint(5000, 5000))
    assert viewer.picture_rect().topLeft() == QPointF(0, 0)


def test_the_thumbnail_is_there_at_once_at_the_place_of_the_photo(qtbot, photos):
    thumbnail = QPixmap(120, 80)
    thumbnail.fill(Qt.GlobalColor.yellow)
    known = {13: replace(photos[13], width=2400, height=1600)}
    viewer = Viewer(known.__getitem__, lambda _: thumbnail)
    qtbot.addWidget(viewer, before_close_func=lambda widget: widget.close_loader())
    viewer.resize(800, 600)
    viewer.show_photo([13], 0)
    assert shows(viewer, (255, 255, 0))
    place = viewer.picture_rect()
    qtbot.waitUntil(lambda: shows(viewer, BLUE))
    assert viewer.picture_rect() == place


def test_a_broken_photo_says_why_and_the_next_one_works(qtbot, viewer):
    viewer.show_photo([14, 11], 0)
    qtbot.waitUntil(lambda: bool(viewer.problem))
    assert "\n" not in viewer.problem
    empty = viewer.palette().color(viewer.backgroundRole())
    image = viewer.grab().toImage()
    said = sum(image.pixelColor(x, y) != empty for x in range(100, 700, 2) for y in range(200, 400, 2))
    assert said > 50
    viewer.next()
    assert viewer.problem == ""
    qtbot.waitUntil(lambda: shows(viewer, RED))


def test_a_photo_stands_upright_by_exif(qtbot, viewer, photos, tmp_path):
    pixels = Image.new("RGB", (400, 200), RED)
    exif = Image.Exif()
    exif[0x0112] = 6
    pixels.save(tmp_path / "turned.jpg", exif=exif)
    photos[15] = make_photo(tmp_path, 15, "turned.jpg")
    viewer.show_photo([15], 0)
    qtbot.waitUntil(lambda: shows(viewer, RED))
    rect = viewer.picture_rect()
    assert (rect.width(), rect.height()) == (200, 400)


def test_escape_and_f(qtbot, viewer):
    viewer.show_photo([11], 0)
    with qtbot.waitSignal(viewer.full_screen_toggled):
        qtbot.keyClick(viewer, Qt.Key.Key_F)
    with qtbot.waitSignal(viewer.full_screen_toggled):
        qtbot.keyClick(viewer, Qt.Key.Key_F11)
    with qtbot.waitSignal(viewer.closed):
        qtbot.keyClick(viewer, Qt.Key.Key_Escape)


def test_a_place_outside_the_list_is_refused(viewer):
    with pytest.raises(IndexError, match="0 to 1"):
        viewer.show_photo([11, 12], 2)


def test_neighbours_are_read_ahead(qtbot, photos):
    loader = PictureLoader()
    read = []
    loader.loaded.connect(lambda wanted, _: read.append(wanted.photo.id))
    viewer = Viewer(photos.__getitem__, loader=loader)
    qtbot.addWidget(viewer, before_close_func=lambda widget: widget.close_loader())
    viewer.show_photo([11, 12, 13], 1)
    qtbot.waitUntil(lambda: len(read) == 3)
    assert read == [12, 13, 11]


def test_every_pixel_is_read_only_when_looked_at(qtbot, viewer, photos, tmp_path, monkeypatch):
    monkeypatch.setattr(viewer, "_screen_side", lambda: 600)
    asked = []
    viewer._loader.loaded.connect(lambda wanted, _: asked.append(wanted.max_side))
    viewer.show_photo([13], 0)
    qtbot.waitUntil(lambda: asked == [600])
    assert viewer.zoom == pytest.approx(800 / 2400)
    viewer.zoom_to(0.24)
    assert viewer.fits
    viewer.resize(400, 600)
    viewer.zoom_to(0.24)
    assert not viewer.fits
    viewer.zoom_to(1.0)
    qtbot.waitUntil(lambda: asked == [600, None])
    assert viewer.picture_rect().width() == 2400


def test_what_is_being_read_is_not_read_twice(qtbot, photos):
    loader = PictureLoader()
    read = []
    loader.loaded.connect(lambda wanted, _: read.append(wanted.photo.id))
    try:
        for _ in range(3):
            loader.want([Wanted(photos[13], None), Wanted(photos[11], None)])
        qtbot.waitUntil(lambda: 11 in read)
        assert read == [13, 11]
    finally:
        loader.close()


def test_a_hidden_viewer_keeps_nothing(qtbot, viewer):
    viewer.show_photo([11], 0)
    qtbot.waitUntil(lambda: viewer._loader.size_bytes > 0)
    viewer.hide()
    assert viewer._loader.size_bytes == 0


def test_what_is_kept_is_bounded(qtbot, photos):
    loader = PictureLoader(limit_bytes=400 * 300 * 3 + 10)
    try:
        with qtbot.waitSignals([loader.loaded] * 2):
            loader.want([Wanted(photos[11], None), Wanted(photos[12], None)])
        assert loader.get(Wanted(photos[11], None)) is None
        assert loader.get(Wanted(photos[12], None)) is not None
        assert loader.size_bytes <= 400 * 300 * 3 + 10
    finally:
        loader.close()
