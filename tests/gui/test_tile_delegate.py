"""Tiles and headers, pixel by pixel where it counts, in light and dark and at twice the resolution."""

from functools import cache
from pathlib import Path

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter, QPalette, QPixmap, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QApplication, QStyle, QStyleOptionViewItem

from photosort.gui.grid_drag import drag_pixmap
from photosort.gui.header_painter import HeaderPainter
from photosort.gui.photo_model import TILE_ROLE, Mark, Tile, TileText
from photosort.gui.pixmap_cache import Thumbnail
from photosort.gui.tile_delegate import TileDelegate

State = QStyle.StateFlag
Role = QPalette.ColorRole
SIDE, EDGE = 120, 10
LIGHT, DARK = ("#ffffff", "#1d1d20", "#2f6bd8", "#c4322b"), ("#18181a", "#e8e8ea", "#6c9cff", "#ff7a70")


@cache
def palette_of(colours):
    palette = QPalette()
    for role, colour in zip((Role.Base, Role.Text, Role.Highlight, Role.BrightText), colours, strict=True):
        palette.setColor(role, QColor(colour))
    return palette


def thumbnail(left="#cc2020", right="#2020cc", width=240, height=120):
    """A picture of two halves."""
    pixmap = QPixmap(width, height)
    pixmap.fill(QColor(left))
    painter = QPainter(pixmap)
    painter.fillRect(width // 2, 0, width // 2, height, QColor(right))
    painter.end()
    return Thumbnail(pixmap, height)


def tile(**changes):
    given = {"photo_id": 1, "name": "a.jpg", "thumbnail": None, "problem": "", "text": TileText(), "badges": ()}
    return Tile(**{**given, **changes})


class Painted:
    """A tile painted at (10, 10) of a ground of its base colour."""

    def __init__(self, shown, colours=LIGHT, state=State.State_None, scale=1, delegate=None):
        model = QStandardItemModel()
        item = QStandardItem()
        item.setData(shown, TILE_ROLE)
        model.appendRow(item)
        extent = SIDE + 2 * EDGE
        self.scale = scale
        self.image = QImage(extent * scale, extent * scale, QImage.Format.Format_RGB32)
        self.image.setDevicePixelRatio(scale)
        self.image.fill(QColor(colours[0]))
        option = QStyleOptionViewItem()
        option.rect = QRect(EDGE, EDGE, SIDE, SIDE)
        option.palette = palette_of(colours)
        option.state = state
        option.font = QApplication.font()
        self.delegate = TileDelegate() if delegate is None else delegate
        painter = QPainter(self.image)
        self.delegate.paint(painter, option, model.index(0, 0))
        painter.end()

    def at(self, x, y):
        """The colour at a place relative to the tile's corner."""
        return self.image.pixelColor(round((EDGE + x) * self.scale), round((EDGE + y) * self.scale)).name()

    def differs(self, other, x, y, width, height):
        """How many pixels of a part differ from those of another."""
        return sum(self.at(px, py) != other.at(px, py) for px in range(x, x + width) for py in range(y, y + height))


@pytest.mark.parametrize("scale", [1, 2])
@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_the_middle_square_of_the_picture_fills_the_tile(qapp, colours, scale):
    painted = Painted(tile(thumbnail=thumbnail()), colours, scale=scale)
    assert painted.at(20, 60) == "#cc2020"
    assert painted.at(100, 60) == "#2020cc"
    assert painted.at(60, 1) != colours[0]
    assert painted.at(0, 0) == painted.at(SIDE - 1, SIDE - 1) == colours[0]
    assert painted.at(-2, 60) == painted.at(SIDE + 1, 60) == colours[0]


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_a_placeholder_is_one_flat_tone_that_is_not_the_ground(qapp, colours):
    painted = Painted(tile(), colours)
    tones = {painted.at(x, y) for x in range(8, 112, 4) for y in range(8, 112, 4)}
    assert len(tones) == 1
    assert tones != {colours[0]}


@pytest.mark.parametrize("scale", [1, 2])
@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_the_ring_lies_around_the_picture(qapp, colours, scale):
    shown = tile(thumbnail=thumbnail())
    painted = Painted(shown, colours, State.State_Selected, scale)
    for x, y in ((60, -1.5), (60, SIDE + 0.5), (-1.5, 60), (SIDE + 0.5, 60)):
        assert painted.at(x, y) == colours[2]
    assert painted.at(60, -6) == colours[0]
    assert painted.at(20, 60) == "#cc2020"
    assert Painted(shown, colours, scale=scale).at(60, -1.5) == colours[0]


def test_current_and_hovered_look_different(qapp):
    plain = Painted(tile(thumbnail=thumbnail()))
    current = Painted(tile(thumbnail=thumbnail()), state=State.State_HasFocus)
    hovered = Painted(tile(thumbnail=thumbnail()), state=State.State_MouseOver)
    assert current.at(60, -1) != plain.at(60, -1)
    assert current.at(60, -1) != LIGHT[2]
    assert hovered.at(20, 60) != plain.at(20, 60)
    assert hovered.at(60, -1) == plain.at(60, -1)


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"text": TileText(word="forest")}, (0, 90, 60, 30)),
        ({"text": TileText(mark=Mark.UNSURE)}, (90, 0, 30, 30)),
        ({"text": TileText(mark=Mark.LABELLED)}, (90, 0, 30, 30)),
        ({"badges": ("RAW",)}, (0, 0, 60, 30)),
    ],
)
def test_words_marks_and_badges_have_their_corners(qapp, change, part):
    plain = Painted(tile(thumbnail=thumbnail()))
    painted = Painted(tile(thumbnail=thumbnail(), **change))
    inside = painted.differs(plain, *part)
    assert inside > 80
    assert painted.differs(plain, 0, 0, SIDE, SIDE) == inside


def test_a_very_long_word_stays_inside(qapp):
    plain = Painted(tile(thumbnail=thumbnail()))
    painted = Painted(tile(thumbnail=thumbnail(), text=TileText(word="a remarkably long-winded label of mine")))
    assert painted.differs(plain, SIDE - 5, 0, 5 + EDGE, SIDE) == 0
    assert painted.differs(plain, 0, 90, SIDE, 30) > 500


def test_a_problem_wears_the_colour_of_errors(qapp):
    painted = Painted(tile(problem="torn", text=TileText(mark=Mark.UNSURE)), DARK)
    found = {painted.at(x, y) for x in range(95, 118) for y in range(4, 26)}
    assert DARK[3] in found


def test_a_face_follows_the_tile_the_palette_and_the_size(qapp):
    delegate = TileDelegate()
    shown = tile(thumbnail=thumbnail())
    assert Painted(shown, LIGHT, delegate=delegate).at(0, 0) == LIGHT[0]
    assert Painted(shown, DARK, delegate=delegate).at(0, 0) == DARK[0]
    assert Painted(shown, DARK, scale=2, delegate=delegate).at(20, 60) == "#cc2020"
    other = tile(thumbnail=thumbnail(left="#20cc20"))
    assert Painted(other, DARK, delegate=delegate).at(20, 60) == "#20cc20"


def test_a_frame_paints_only_so_many_new_tiles_and_lists_the_rest(qapp):
    delegate = TileDelegate()
    delegate.begin_frame()
    many = [tile(photo_id=number, thumbnail=thumbnail()) for number in range(60)]
    first = [Painted(shown, delegate=delegate).at(20, 60) for shown in many]
    put_off = len(delegate.put_off)
    assert 0 < put_off < 60
    assert first.count("#cc2020") == 60 - put_off
    frames = 1
    while delegate.put_off:
        delegate.begin_frame()
        again = [Painted(shown, delegate=delegate).at(20, 60) for shown in many]
        frames += 1
        assert frames < 10
    assert set(again) == {"#cc2020"}


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_a_header_says_its_count_and_what_is_selected_of_it(qapp, colours):
    def paint(**more):
        image = QImage(400, 36, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        header = HeaderPainter(QApplication.font(), 10)
        header.paint(painter, image.rect(), palette_of(colours), "forest", 412, **more)
        painter.end()
        return image

    plain = paint()
    assert plain.pixelColor(399, 18).name() == colours[0]
    assert paint(folded=True) != plain
    assert paint(floating=True).pixelColor(399, 35).name() != colours[0]
    accent = QColor(colours[2])
    close = [
        image
        for image in (plain, paint(selected=3))
        if any(
            abs(image.pixelColor(x, y).hue() - accent.hue()) < 12 and image.pixelColor(x, y).saturation() > 100
            for x in range(60, 300)
            for y in range(36)
        )
    ]
    assert len(close) == 1


@pytest.mark.parametrize(("count", "given"), [(1, 1), (2, 1), (1200, 3), (3, 0)])
def test_the_picture_of_a_drag_has_as_many_layers_as_there_are_photos(qapp, count, given):
    pixmaps = [thumbnail().pixmap] * given
    made = drag_pixmap(pixmaps, count, palette_of(LIGHT), QApplication.font(), 2.0)
    assert made.devicePixelRatio() == 2.0
    image = made.toImage()
    accent = any(image.pixelColor(x, y).name() == LIGHT[2] for x in range(image.width()) for y in range(20))
    assert accent == (count > 1)
    assert image.pixelColor(image.width() // 3, image.height() // 2).alpha() == 255


def test_nothing_is_painted_for_a_model_of_something_else(qapp):
    painted = Painted(Path("no tile"))
    assert {painted.at(x, y) for x in range(0, SIDE, 5) for y in range(0, SIDE, 5)} == {LIGHT[0]}
