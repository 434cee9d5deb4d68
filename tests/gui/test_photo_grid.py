"""The grid as a person uses it: what is selected, seen and painted after clicks, keys, wheel and drags."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QItemSelectionModel, QMimeData, QPoint, QPointF, QRect, Qt, QUrl
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QImage,
    QKeyEvent,
    QPalette,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication

from photosort.core.arrange import Arranged, Group, PhotoColumns
from photosort.core.photo import Photo, PhotoState, TakenSource
from photosort.gui.grid_drag import IDS_MIME, ids_of_mime, mime_of_photos
from photosort.gui.photo_grid import PhotoGrid
from photosort.gui.photo_model import Mark, PhotoModel, TileText

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier
LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
Key = Qt.Key
FIRST_ID = 100
ROOT = Path("/photos")


def make_photo(photo_id):
    name = f"IMG_{photo_id}.jpg"
    return Photo(photo_id, ROOT, name, (), 1, 1, PhotoState.PRESENT, 0.0, TakenSource.EXIF)


def arranged(rows, *counts, keys=None):
    """An arrangement of rows of the columns into groups of these sizes."""
    keys = keys or ([f"g{place}" for place in range(len(counts))] if len(counts) > 1 else ["all"])
    groups = tuple(Group(key, f"Group {key}", count) for key, count in zip(keys, counts, strict=True))
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    return Arranged(np.asarray(rows, np.int32), starts, groups)


class Kit:
    """A grid with a model of ``count`` photos, whose ids start at 100, in columns of that order."""

    def __init__(self, qtbot, count, size=(565, 600)):
        self.qtbot = qtbot
        self.columns = PhotoColumns.from_photos([make_photo(FIRST_ID + place) for place in range(count)])
        self.model = PhotoModel(make_photo, describe=lambda photo_id: f"about {photo_id}")
        self.model.set_columns(self.columns)
        self.grid = PhotoGrid()
        qtbot.addWidget(self.grid)
        self.grid.resize(*size)
        self.grid.set_tile_size(100)
        self.grid.set_model(self.model)

    def show(self, *counts, rows=None, keys=None):
        self.model.set_arranged(arranged(range(sum(counts)) if rows is None else rows, *counts, keys=keys))
        if not self.grid.isVisible():
            with self.qtbot.waitExposed(self.grid):
                self.grid.show()
            self.grid.setFocus()
            self.grid.activateWindow()
        return self

    @property
    def selected(self):
        return self.grid.selected_ids().tolist()

    def rect(self, photo_id):
        return self.grid.visualRect(self.model.index(self.model.row_of_id(photo_id), 0))

    def at(self, photo_id):
        return self.rect(photo_id).center()

    def click(self, photo_id, modifiers=NONE, button=LEFT):
        self.qtbot.mouseClick(self.grid.viewport(), button, modifiers, self.at(photo_id))

    def header(self, group):
        top = self.grid.geometry_of_tiles.header(group).y - self.grid.scroll_position
        return QPoint(200, top + 15)

    def press(self, key, modifiers=NONE):
        self.qtbot.keyClick(self.grid, key, modifiers)

    def drag(self, start, *points, modifiers=NONE):
        view = self.grid.viewport()
        self.qtbot.mousePress(view, LEFT, modifiers, start)
        for point in points:
            self.qtbot.mouseMove(view, point)
        self.qtbot.mouseRelease(view, LEFT, modifiers, points[-1])

    def image(self):
        return self.grid.viewport().grab().toImage()


@pytest.fixture(autouse=True)
def plain_style(qapp):
    """No style sheet of the program, which other tests put on: it would beat the palettes of these tests."""
    before = qapp.styleSheet()
    qapp.setStyleSheet("")
    yield
    qapp.setStyleSheet(before)


@pytest.fixture
def kit(qtbot):
    """Twelve photos in one group: lines of five."""
    return Kit(qtbot, 12).show(12)


@pytest.fixture
def grouped(qtbot):
    """Groups of 7 and 5 photos: lines of five."""
    return Kit(qtbot, 12).show(7, 5)


def ids(*places):
    return [FIRST_ID + place for place in places]


def span(first, stop):
    return list(range(FIRST_ID + first, FIRST_ID + stop))


def test_five_to_a_line(kit):
    assert kit.grid.geometry_of_tiles.columns == 5


# -- clicks


def test_a_click_selects_one_and_beside_it_none(kit):
    kit.click(103)
    assert (kit.selected, kit.grid.current_id) == ([103], 103)
    kit.click(105)
    assert kit.selected == [105]
    kit.qtbot.mouseClick(kit.grid.viewport(), LEFT, NONE, QPoint(300, 560))
    assert kit.selected == []


def test_shift_extends_from_the_first_click_also_backwards(kit):
    kit.click(104)
    kit.click(108, SHIFT)
    assert kit.selected == span(4, 9)
    kit.click(101, SHIFT)
    assert kit.selected == span(1, 5)


def test_control_toggles_and_shift_with_control_adds(kit):
    kit.click(101)
    kit.click(105, CTRL)
    assert kit.selected == ids(1, 5)
    kit.click(101, CTRL)
    assert kit.selected == [105]
    kit.click(108, CTRL)
    kit.click(110, CTRL | SHIFT)
    assert kit.selected == ids(5, 8, 9, 10)


def test_a_click_into_the_selection_selects_one_only_when_released(kit):
    kit.grid.select_ids(ids(1, 2, 3))
    kit.qtbot.mousePress(kit.grid.viewport(), LEFT, NONE, kit.at(102))
    assert kit.selected == ids(1, 2, 3)
    kit.qtbot.mouseRelease(kit.grid.viewport(), LEFT, NONE, kit.at(102))
    assert kit.selected == [102]


def test_the_second_button_keeps_a_selection_it_hits_and_asks_for_a_menu(kit):
    kit.grid.select_ids(ids(1, 2))
    kit.click(102, button=RIGHT)
    assert kit.selected == ids(1, 2)
    kit.click(107, button=RIGHT)
    assert kit.selected == [107]
    position = kit.at(107)
    with kit.qtbot.waitSignal(kit.grid.context_menu_requested) as asked:
        place = kit.grid.viewport().mapToGlobal(position)
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, position, place)
        QApplication.sendEvent(kit.grid.viewport(), event)
    assert asked.args == [place]


@pytest.mark.parametrize("key", [Key.Key_Return, Key.Key_Enter, Key.Key_Space])
def test_keys_open_the_current_photo(kit, key):
    kit.click(104)
    with kit.qtbot.waitSignal(kit.grid.photo_activated) as opened:
        kit.press(key)
    assert opened.args == [104]


def test_a_double_click_opens(kit):
    with kit.qtbot.waitSignal(kit.grid.photo_activated) as opened:
        kit.qtbot.mouseClick(kit.grid.viewport(), LEFT, NONE, kit.at(106))
        kit.qtbot.mouseDClick(kit.grid.viewport(), LEFT, NONE, kit.at(106))
    assert opened.args == [106]


# -- keys


def test_arrows_cross_headers(grouped):
    grouped.click(104)
    for key, expected in [
        (Key.Key_Down, 106),  # the line below is shorter
        (Key.Key_Down, 111),  # but the column is remembered over the header
        (Key.Key_Left, 110),
        (Key.Key_Up, 106),
        (Key.Key_Right, 107),
        (Key.Key_Home, 100),
        (Key.Key_Up, 100),
        (Key.Key_End, 111),
    ]:
        grouped.press(key)
        assert grouped.selected == [expected]
        assert grouped.grid.current_id == expected


def test_shift_with_arrows_extends_and_control_moves_without_selecting(grouped):
    grouped.click(101)
    grouped.press(Key.Key_Right, SHIFT)
    grouped.press(Key.Key_Down, SHIFT)
    assert grouped.selected == span(1, 7)
    grouped.press(Key.Key_Left, CTRL)
    assert (grouped.selected, grouped.grid.current_id) == (span(1, 7), 105)
    grouped.press(Key.Key_Space, CTRL)
    assert grouped.selected == ids(1, 2, 3, 4, 6)


def test_control_a_selects_what_is_not_folded_away(grouped):
    with grouped.qtbot.waitSignal(grouped.grid.selection_changed):
        grouped.press(Key.Key_A, CTRL)
    assert grouped.selected == span(0, 12)
    assert grouped.grid.selectionModel().selection().count() == 1
    grouped.grid.toggle_group("g0")
    grouped.press(Key.Key_A, CTRL)
    assert grouped.selected == span(7, 12)


def test_pages_keep_the_column(qtbot):
    kit = Kit(qtbot, 500).show(500)
    kit.click(103)
    kit.press(Key.Key_PageDown)
    below = kit.grid.current_id
    assert below > 110
    assert (below - 103) % 5 == 0
    assert kit.grid.viewport().rect().contains(kit.rect(below))
    kit.press(Key.Key_PageUp)
    assert kit.grid.current_id == 103


def test_digits_letters_and_escape_are_left_to_the_window(kit):
    kit.click(104)
    for key in (Key.Key_1, Key.Key_I, Key.Key_Escape, Key.Key_F):
        event = QKeyEvent(QKeyEvent.Type.KeyPress, key, NONE, chr(key) if key < 128 else "")
        QApplication.sendEvent(kit.grid, event)
        assert not event.isAccepted()
    assert kit.selected == [104]
    assert kit.grid.current_id == 104


# -- the rubber band


def test_a_rubber_band_selects_what_it_touches(kit):
    end = kit.at(107)
    start = QPoint(kit.at(109).x(), kit.at(111).y())
    kit.drag(start, QPoint(start.x() - 20, start.y() - 20), end)
    assert kit.selected == ids(7, 8, 9)
    bottom = QPoint(kit.at(100).x(), 590)
    kit.drag(bottom, kit.at(105), modifiers=CTRL)
    assert kit.selected == ids(5, 7, 8, 9, 10)
    kit.drag(bottom, kit.at(105), modifiers=CTRL)
    assert kit.selected == ids(7, 8, 9)
    kit.drag(bottom, kit.at(105), modifiers=SHIFT)
    assert kit.selected == ids(5, 7, 8, 9, 10)


def test_the_rubber_band_is_seen_while_it_is_drawn(kit):
    view = kit.grid.viewport()
    kit.qtbot.mousePress(view, LEFT, NONE, QPoint(500, 590))
    before = kit.image().pixelColor(300, 580)
    kit.qtbot.mouseMove(view, QPoint(200, 500))
    during = kit.image().pixelColor(300, 580)
    kit.qtbot.mouseRelease(view, LEFT, NONE, QPoint(200, 500))
    assert during != before
    assert kit.image().pixelColor(300, 580) == before


def test_a_rubber_band_scrolls_when_it_leaves_the_window(qtbot):
    kit = Kit(qtbot, 500).show(500)
    view = kit.grid.viewport()
    start = QPoint(2, 200)
    qtbot.mousePress(view, LEFT, NONE, start)
    qtbot.mouseMove(view, QPoint(40, 300))
    qtbot.mouseMove(view, QPoint(40, view.height() + 30))
    qtbot.waitUntil(lambda: kit.grid.scroll_position > 300)
    qtbot.mouseRelease(view, LEFT, NONE, QPoint(40, view.height() + 30))
    position = kit.grid.scroll_position
    first, last = kit.selected[0], kit.selected[-1]
    assert (first - FIRST_ID) // 5 == kit.grid.geometry_of_tiles.row_at(20, 200) // 5
    assert kit.selected == list(range(first, last + 1, 5))
    assert kit.grid.geometry_of_tiles.tile(last - FIRST_ID).y <= position + view.height() + 30


# -- groups


def test_a_click_on_a_header_folds_and_unfolds(grouped):
    view = grouped.grid.viewport()
    grouped.qtbot.mouseClick(view, LEFT, NONE, grouped.header(0))
    assert grouped.grid.folded_keys == {"g0"}
    assert grouped.rect(100).isEmpty()
    assert grouped.grid.isIndexHidden(grouped.model.index(0, 0))
    assert grouped.rect(107).y() == 2 * 40 + 8
    grouped.qtbot.mouseClick(view, LEFT, NONE, grouped.header(0))
    assert grouped.grid.folded_keys == set()
    assert not grouped.rect(100).isEmpty()


def test_headers_select_their_groups(grouped):
    view = grouped.grid.viewport()
    grouped.qtbot.mouseClick(view, RIGHT, NONE, grouped.header(1))
    assert grouped.selected == span(7, 12)
    grouped.qtbot.mouseClick(view, LEFT, CTRL, grouped.header(0))
    assert grouped.selected == span(0, 12)
    grouped.qtbot.mouseClick(view, LEFT, CTRL, grouped.header(1))
    assert grouped.selected == span(0, 7)
    assert grouped.grid.folded_keys == set()


def test_the_header_stays_at_the_top_and_can_be_clicked_there(qtbot):
    kit = Kit(qtbot, 200).show(100, 100)
    kit.grid.verticalScrollBar().setValue(500)
    assert kit.grid.header_at(QPoint(100, 10)) == 0
    assert kit.grid.indexAt(QPoint(100, 10)).row() == -1
    qtbot.mouseClick(kit.grid.viewport(), LEFT, NONE, QPoint(100, 10))
    assert kit.grid.folded_keys == {"g0"}
    assert kit.grid.header_at(QPoint(100, 10)) == 0
    assert kit.grid.scroll_position == 0


def test_folding_all_and_going_to_a_group(qtbot):
    kit = Kit(qtbot, 300).show(100, 100, 100)
    with qtbot.waitSignal(kit.grid.folding_changed):
        kit.grid.fold_all()
    assert kit.grid.folded_keys == {"g0", "g1", "g2"}
    assert kit.grid.verticalScrollBar().maximum() == 0
    kit.grid.unfold_all()
    kit.grid.scroll_to_group("g1")
    assert kit.grid.geometry_of_tiles.header(1).y == kit.grid.scroll_position
    kit.grid.scroll_to_id(399)
    assert kit.grid.viewport().rect().contains(kit.rect(399))


def test_arrows_pass_a_folded_group(qtbot):
    kit = Kit(qtbot, 12).show(4, 4, 4)
    kit.grid.toggle_group("g1")
    kit.click(103)
    kit.press(Key.Key_Right)
    assert kit.selected == [108]
    kit.click(101)
    kit.click(109, SHIFT)
    assert kit.selected == [101, 102, 103, 108, 109]


# -- another arrangement


def test_selection_and_current_photo_outlive_a_new_order(kit):
    kit.grid.select_ids(ids(2, 5, 6))
    kit.grid.set_current_row(5)
    changes, currents = [], []
    kit.grid.selection_changed.connect(lambda: changes.append(kit.selected))
    kit.grid.current_changed.connect(currents.append)
    kit.show(5, 7, rows=np.arange(12)[::-1])
    assert kit.selected == ids(6, 5, 2)
    assert kit.grid.current_id == 105
    assert kit.grid.currentIndex().row() == 6
    selection = kit.grid.selectionModel().selection()
    assert [(part.top(), part.bottom()) for part in selection] == [(5, 6), (9, 9)]
    assert (changes, currents) == ([], [])


def test_what_is_filtered_out_leaves_the_selection(kit):
    kit.grid.select_ids(ids(2, 5))
    kit.grid.set_current_row(5)
    with kit.qtbot.waitSignals([kit.grid.selection_changed, kit.grid.current_changed]):
        kit.show(4, rows=[0, 1, 2, 3])
    assert kit.selected == [102]
    assert kit.grid.current_id is None


def test_selection_outlives_columns_that_are_read_anew(kit):
    kit.grid.select_ids(ids(2, 5))
    kit.model.set_columns(PhotoColumns.from_photos([make_photo(photo_id) for photo_id in range(95, 112)]))
    kit.show(17)
    assert kit.selected == ids(2, 5)


def test_a_scattered_selection_outlives_new_orders(qtbot):
    kit = Kit(qtbot, 5000).show(5000)
    order = np.random.default_rng(3).permutation(5000)
    chosen = set(range(FIRST_ID, FIRST_ID + 5000, 3))
    kit.grid.select_ids(sorted(chosen))
    kit.show(2000, 3000, rows=order)
    assert set(kit.selected) == chosen
    kit.grid.toggle(17)
    assert set(kit.selected) == chosen ^ {FIRST_ID + int(order[17])}


def test_photos_stay_in_place_when_others_come_in_above(qtbot):
    kit = Kit(qtbot, 300)
    late = np.arange(0, 40, 2)
    kit.show(280, rows=np.setdiff1d(np.arange(300), late))
    kit.grid.verticalScrollBar().setValue(1500)
    seen = kit.model.id_at(kit.grid.geometry_of_tiles.nearest_row(0, 1560))
    place = kit.rect(seen)
    kit.show(300)
    assert kit.rect(seen).y() == place.y()
    assert kit.grid.scroll_position > 1500


def test_photos_stay_in_place_when_the_window_is_resized_there_and_back(qtbot):
    kit = Kit(qtbot, 300).show(300)
    kit.grid.verticalScrollBar().setValue(1503)
    seen = kit.model.id_at(kit.grid.geometry_of_tiles.nearest_row(0, 1560))
    top = kit.rect(seen).y()
    for width in (700, 430, 900, 565):
        kit.grid.resize(width, 600)
        assert abs(kit.rect(seen).y() - top) <= 1
    assert kit.grid.scroll_position == 1503


def test_a_new_order_begins_at_the_top_or_at_the_photo_in_hand(qtbot):
    kit = Kit(qtbot, 300).show(300)
    kit.grid.verticalScrollBar().setValue(1500)
    kit.show(300, rows=np.arange(300)[::-1])
    assert kit.grid.scroll_position == 0
    kit.grid.verticalScrollBar().setValue(1500)
    hand = kit.model.id_at(kit.grid.geometry_of_tiles.nearest_row(0, 1700))
    kit.click(hand)
    top = kit.rect(hand).y()
    kit.show(300)
    assert kit.rect(hand).y() == top


def test_a_new_order_begins_at_the_top_where_nothing_was_chosen(qtbot):
    kit = Kit(qtbot, 300).show(300)
    kit.grid.setFocus()
    kit.grid.selectionModel().setCurrentIndex(kit.model.index(0), QItemSelectionModel.SelectionFlag.NoUpdate)
    kit.show(300, rows=np.arange(300)[::-1])
    assert kit.grid.scroll_position == 0


# -- wheel and tile size


def wheel(kit, point, delta, modifiers=NONE):
    view = kit.grid.viewport()
    event = QWheelEvent(
        QPointF(point),
        QPointF(view.mapToGlobal(point)),
        QPoint(),
        QPoint(0, delta),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)


def test_the_wheel_scrolls(qtbot):
    kit = Kit(qtbot, 300).show(300)
    wheel(kit, QPoint(100, 100), -240)
    pitch = kit.grid.geometry_of_tiles.pitch
    qtbot.waitUntil(lambda: kit.grid.scroll_position == 2 * pitch)


def test_control_and_wheel_make_tiles_larger_around_the_pointer(qtbot):
    kit = Kit(qtbot, 300).show(300)
    kit.grid.verticalScrollBar().setValue(1500)
    point = QPoint(250, 300)
    hit = kit.model.id_at(kit.grid.row_at(point))
    share = (point.y() - kit.rect(hit).y()) / kit.rect(hit).height()
    with qtbot.waitSignal(kit.grid.tileSizeChanged) as changed:
        wheel(kit, point, 120, CTRL)
    assert kit.grid.geometry_of_tiles.columns == 4
    assert kit.grid.property("tile_size") == changed.args[0] > 100
    rect = kit.rect(hit)
    assert abs(rect.y() + share * rect.height() - point.y()) <= 1
    for _ in range(20):
        wheel(kit, point, -120, CTRL)
    assert kit.grid.tile_size == 80
    for _ in range(20):
        wheel(kit, point, 120, CTRL)
    assert kit.grid.tile_size == 320


def test_what_is_visible_is_told_after_scrolling(qtbot):
    kit = Kit(qtbot, 300)
    with qtbot.waitSignal(kit.grid.visible_changed) as told:
        kit.show(300)
    assert told.args[0][0] == 100
    with qtbot.waitSignal(kit.grid.visible_changed) as told:
        kit.grid.verticalScrollBar().setValue(1500)
    shown = told.args[0].tolist()
    assert shown == sorted(shown)
    view = kit.grid.viewport().rect()
    assert all(kit.rect(photo_id).intersects(view) for photo_id in shown)
    assert not kit.rect(shown[0] - 1).intersects(view)
    assert not kit.rect(shown[-1] + 1).intersects(view)


# -- what is painted

LIGHT, DARK = ("#ffffff", "#1d1d20", "#2f6bd8"), ("#18181a", "#e8e8ea", "#6c9cff")


def dress(widget, colours):
    palette = QPalette()
    roles = (QPalette.ColorRole.Base, QPalette.ColorRole.Text, QPalette.ColorRole.Highlight)
    for role, colour in zip(roles, colours, strict=True):
        palette.setColor(role, QColor(colour))
    widget.setPalette(palette)


def count(image, rect, colour):
    colour = QColor(colour)
    points = ((x, y) for x in range(rect.left(), rect.right() + 1) for y in range(rect.top(), rect.bottom() + 1))
    return sum(image.pixelColor(x, y) == colour for x, y in points)


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_a_selected_tile_has_a_ring_and_others_have_none(kit, colours):
    dress(kit.grid, colours)
    kit.grid.select_ids([106])
    image = kit.image()
    assert image.pixelColor(545, 595) == QColor(colours[0])
    ring, none = kit.rect(106).adjusted(-2, -2, 2, 2), kit.rect(108).adjusted(-2, -2, 2, 2)
    assert count(image, ring, colours[2]) > 4 * 100
    assert count(image, none, colours[2]) == 0
    assert image.pixelColor(kit.at(106)) != QColor(colours[0])


def test_where_the_keys_stand_is_seen_once_they_are_used(kit):
    dress(kit.grid, DARK)
    kit.grid.clearSelection()
    kit.grid.set_current_row(6)
    untouched = kit.image()
    kit.press(Key.Key_Right, CTRL)
    image = kit.image()
    assert kit.selected == []
    around = kit.rect(107).adjusted(-2, -2, 2, 2)
    changed = sum(
        image.pixelColor(x, y) != untouched.pixelColor(x, y)
        for x in range(around.left(), around.right())
        for y in range(around.top(), around.bottom())
    )
    assert 4 * 100 < changed < 4 * 100 * 6


def test_the_ring_of_the_first_line_is_not_hidden_by_the_header(grouped):
    dress(grouped.grid, LIGHT)
    grouped.grid.select_ids([101])
    rect = grouped.rect(101)
    above = QRect(rect.left() + 10, rect.top() - 2, 50, 1)
    assert count(grouped.image(), above, LIGHT[2]) == 50


def test_a_thumbnail_replaces_the_placeholder_of_its_tile_only(kit):
    picture = QImage(150, 100, QImage.Format.Format_RGB32)
    picture.fill(QColor(200, 30, 30))
    before = kit.image()
    kit.model.set_thumbnail(107, picture, 128)
    image = kit.image()
    assert image.pixelColor(kit.at(107)) == QColor(200, 30, 30)
    assert count(image, kit.rect(107), QColor(200, 30, 30)) > 0.95 * 100 * 100
    assert image.pixelColor(kit.at(106)) == before.pixelColor(kit.at(106))


def test_a_broken_photo_looks_different_and_says_why(kit):
    before = kit.image()
    kit.model.set_problem(103, "The file ends too early.")
    image = kit.image()
    rect = kit.rect(103)
    changed = sum(
        image.pixelColor(x, y) != before.pixelColor(x, y)
        for x in range(rect.left(), rect.right())
        for y in range(rect.top(), rect.bottom())
    )
    assert changed > 100
    index = kit.model.index(3, 0)
    assert index.data(Qt.ItemDataRole.ToolTipRole) == "about 103\nThe file ends too early."


def test_words_and_marks_are_painted_and_spoken(kit):
    before = kit.image()
    kit.model.set_texts(lambda row: TileText("forest", Mark.UNSURE) if row == 4 else TileText())
    image = kit.image()
    rect = kit.rect(104)
    corner = QRect(rect.left(), rect.bottom() - 30, 60, 30)
    mark = QRect(rect.right() - 30, rect.top(), 30, 30)
    for part in (corner, mark):
        assert any(
            image.pixelColor(x, y) != before.pixelColor(x, y)
            for x in range(part.left(), part.right())
            for y in range(part.top(), part.bottom())
        )
    index = kit.model.index(4, 0)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "IMG_104.jpg, forest, unsure"
    assert index.data(Qt.ItemDataRole.DisplayRole) == "IMG_104.jpg"


def test_scrolling_by_moving_pixels_looks_like_painting_anew(qtbot):
    kit = Kit(qtbot, 300)
    kit.model.set_texts(lambda row: TileText(str(row)))
    kit.show(150, 150)
    screen = kit.grid.screen()
    kit.grid.verticalScrollBar().setValue(700)
    kit.grid.select_ids([150, 171, 190])
    qtbot.wait(0)
    for step in (37, 3, -61, 150, -4):
        kit.grid.verticalScrollBar().setValue(kit.grid.scroll_position + step)
        QApplication.processEvents()
    view = kit.grid.viewport()
    QApplication.processEvents()
    moved = screen.grabWindow(kit.grid.winId()).toImage()
    view.repaint()
    QApplication.processEvents()
    anew = screen.grabWindow(kit.grid.winId()).toImage()
    assert not anew.isNull()
    assert moved == anew


def test_a_page_of_new_tiles_is_complete_after_a_few_frames(qtbot):
    kit = Kit(qtbot, 400, size=(1200, 800))
    kit.grid.set_tile_size(80)
    picture = QImage(80, 80, QImage.Format.Format_RGB32)
    picture.fill(QColor(30, 160, 30))
    for photo_id in range(FIRST_ID, FIRST_ID + 130):
        kit.model.set_thumbnail(photo_id, picture, 96)
    kit.show(400)
    last = FIRST_ID + 99
    assert kit.grid.viewport().rect().contains(kit.rect(last))
    qtbot.waitUntil(lambda: kit.image().pixelColor(kit.at(last)) == QColor(30, 160, 30))


# -- drag and drop


def send(kit, kind, mime, *args):
    event = kind(*args, Qt.DropAction.CopyAction | Qt.DropAction.MoveAction, mime, LEFT, NONE)
    QApplication.sendEvent(kit.grid.viewport(), event)
    return event


def test_files_and_folders_can_be_dropped(kit, tmp_path):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path)), QUrl("https://example.org/a.jpg")])
    assert send(kit, QDragEnterEvent, mime, QPoint(50, 50)).isAccepted()
    assert send(kit, QDragMoveEvent, mime, QPoint(60, 60)).isAccepted()
    with kit.qtbot.waitSignal(kit.grid.files_dropped) as dropped:
        event = send(kit, QDropEvent, mime, QPointF(60, 60))
    assert dropped.args == [[tmp_path]]
    assert event.dropAction() is Qt.DropAction.CopyAction


def test_text_and_our_own_photos_are_not_dropped_on_the_grid(kit):
    text = QMimeData()
    text.setText("hello")
    own = mime_of_photos([103], [make_photo(103)])
    dropped = []
    kit.grid.files_dropped.connect(dropped.append)
    for mime in (text, own):
        assert not send(kit, QDragEnterEvent, mime, QPoint(50, 50)).isAccepted()
        send(kit, QDropEvent, mime, QPointF(50, 50))
    assert dropped == []


def test_dragged_photos_carry_their_ids_and_all_their_files():
    raw = Photo(7, ROOT, "a/b.jpg", ("a/b.cr2",), 1, 1, PhotoState.PRESENT, 0.0, TakenSource.EXIF)
    mime = mime_of_photos([7, 103], [raw, make_photo(103)])
    assert ids_of_mime(mime).tolist() == [7, 103]
    assert mime.hasFormat(IDS_MIME)
    names = [Path(url.toLocalFile()) for url in mime.urls()]
    assert names == [ROOT / "a/b.jpg", ROOT / "a/b.cr2", ROOT / "IMG_103.jpg"]


def test_a_drag_takes_the_whole_selection(kit, monkeypatch):
    dragged = []
    monkeypatch.setattr("photosort.gui.photo_grid.QDrag.exec", lambda drag, *_: dragged.append(drag.mimeData().urls()))
    kit.grid.select_ids(ids(1, 2, 3))
    view, start = kit.grid.viewport(), kit.at(102)
    kit.qtbot.mousePress(view, LEFT, NONE, start)
    kit.qtbot.mouseMove(view, start + QPoint(2, 0))
    assert dragged == []
    kit.qtbot.mouseMove(view, start + QPoint(30, 0))
    kit.qtbot.mouseRelease(view, LEFT, NONE, start + QPoint(30, 0))
    assert [len(urls) for urls in dragged] == [3]
    assert kit.selected == ids(1, 2, 3)
