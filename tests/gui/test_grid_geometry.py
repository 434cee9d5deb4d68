"""The grid's arithmetic, checked against a slow walk that places tile after tile."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from photosort.gui.grid_geometry import Box, GridGeometry, Metrics, Span

METRICS = Metrics(tile=100, gap=5, margin=10, right=10, header=30, group_gap=8)


def make(counts, folded=None, width=345, metrics=METRICS):
    return GridGeometry(np.array(counts, np.int32), None if folded is None else np.array(folded), width, metrics)


def walk(counts, folded, width, metrics):
    """Place everything one after the other: ({row: (x, y, side)}, [header y], height)."""
    usable = width - metrics.margin - metrics.right
    columns = 1
    while (columns + 1) * metrics.tile + columns * metrics.gap <= usable:
        columns += 1
    side = max(1, (usable - (columns - 1) * metrics.gap) // columns)
    left = metrics.margin + max(0, usable - columns * side - (columns - 1) * metrics.gap) // 2
    tiles, headers, y, row = {}, [], 0, 0
    for count, is_folded in zip(counts, folded, strict=True):
        headers.append(y)
        y += metrics.header
        if is_folded:
            row += count
        else:
            for i in range(count):
                column = i % columns
                tiles[row] = (left + column * (side + metrics.gap), y, side)
                row += 1
                if column == columns - 1 or i == count - 1:
                    y += side + metrics.gap
        y += metrics.group_gap
    return tiles, headers, y + metrics.margin


layouts = st.tuples(
    st.lists(st.tuples(st.integers(0, 14), st.booleans()), min_size=1, max_size=5),
    st.integers(130, 700),
    st.integers(40, 110),
)


@given(layouts)
def test_places_are_those_of_a_walk(layout):
    groups, width, tile = layout
    counts, folded = zip(*groups, strict=True)
    metrics = Metrics(tile=tile, gap=5, margin=10, right=4, header=30, group_gap=8)
    geometry = make(counts, folded, width, metrics)
    tiles, headers, height = walk(counts, folded, width, metrics)
    assert geometry.height == height
    assert [geometry.header(g).y for g in range(len(counts))] == headers
    for row, (x, y, side) in tiles.items():
        assert geometry.tile(row) == Box(x, y, side, side)
        assert x >= metrics.margin
        assert x + side <= width - metrics.right
        assert geometry.row_at(x, y) == geometry.row_at(x + side - 1, y + side - 1) == row
        assert geometry.row_at(x + side, y) == -1
        assert not geometry.is_hidden(row)
    hidden = set(range(sum(counts))) - set(tiles)
    assert all(geometry.is_hidden(row) and geometry.tile(row).height == 0 for row in hidden)
    assert sorted(tiles) == [row for span in geometry.shown_spans() for row in range(*span)]


@given(layouts, st.integers(-50, 700), st.integers(-50, 900), st.integers(1, 700), st.integers(1, 900))
def test_rows_in_a_rectangle_are_those_it_touches(layout, x, y, width, height):
    groups, grid_width, tile = layout
    counts, folded = zip(*groups, strict=True)
    metrics = Metrics(tile=tile, gap=5, margin=10, right=4, header=30, group_gap=8)
    geometry = make(counts, folded, grid_width, metrics)
    tiles, _, _ = walk(counts, folded, grid_width, metrics)
    touched = [
        row
        for row, (tx, ty, side) in tiles.items()
        if tx < x + width and x < tx + side and ty < y + height and y < ty + side
    ]
    assert [row for span in geometry.rows_in(Box(x, y, width, height)) for row in range(*span)] == touched
    between = [row for row, (_, ty, side) in tiles.items() if ty < y + height and y < ty + side]
    assert [row for span in geometry.rows_between(y, y + height) for row in range(*span)] == between


@given(layouts, st.integers(0, 600), st.integers(0, 900))
def test_the_nearest_row_is_shown_and_is_the_one_under_the_pixel(layout, x, y):
    groups, width, tile = layout
    counts, folded = zip(*groups, strict=True)
    geometry = make(counts, folded, width, Metrics(tile=tile, header=30))
    nearest = geometry.nearest_row(x, y)
    if nearest == -1:
        assert geometry.shown_spans() == []
    else:
        assert not geometry.is_hidden(nearest)
        if (hit := geometry.row_at(x, y)) >= 0:
            assert nearest == hit


def test_a_line_fills_the_width():
    geometry = make([9], width=345)
    assert (geometry.columns, geometry.side) == (3, 105)
    assert geometry.tile(0).x == 10
    assert geometry.tile(2).x + geometry.side == 345 - 10


def test_pixels_that_no_tile_takes_go_to_both_sides():
    geometry = make([9], width=347)
    assert (geometry.columns, geometry.side) == (3, 105)
    assert geometry.tile(0).x == 10 + 1
    assert geometry.tile(2).x + geometry.side == 347 - 10 - 1


def test_a_window_narrower_than_a_tile_shrinks_it():
    geometry = make([2], width=80)
    assert (geometry.columns, geometry.side) == (1, 60)


def test_no_headers_and_no_photos():
    plain = make([4], metrics=Metrics(tile=100, header=0))
    assert plain.tile(0).y == 0
    assert plain.sticky(0) == (-1, 0)
    empty = make([])
    assert (empty.height, empty.count, empty.first_row(), empty.last_row()) == (0, 0, -1, -1)
    assert empty.group_at(0) == empty.row_at(10, 10) == empty.nearest_row(10, 10) == -1
    assert empty.rows_between(0, 1000) == empty.rows_in(Box(0, 0, 1000, 1000)) == []


def test_the_sticky_header_is_pushed_out_by_the_next():
    geometry = make([3, 3])  # one line of 105 + 5 each: groups are 30 + 110 + 8 high
    assert geometry.sticky(0) == (0, 0)
    assert geometry.sticky(100) == (0, 100)
    assert geometry.sticky(140) == (0, 118)
    assert geometry.sticky(148) == (1, 148)
    assert geometry.header_at(148) == 1
    assert geometry.header_at(147) == -1


@pytest.mark.parametrize(
    ("row", "down", "up"),
    [
        (0, 3, 0),
        (2, 4, 2),  # the line below is shorter: its last tile
        (3, 9, 0),  # over the header, past the folded group
        (9, 9, 3),
        (10, 10, 4),
    ],
)
def test_arrows_cross_headers_and_pass_folded_groups(row, down, up):
    geometry = make([5, 4, 2], [False, True, False])
    column = geometry.column_of(row)
    assert geometry.above_or_below(row, 1, column) == down
    assert geometry.above_or_below(row, -1, column) == up


def test_left_and_right_pass_folded_groups_and_stop_at_the_ends():
    geometry = make([5, 4, 2], [False, True, False])
    assert geometry.beside(4, 1) == 9
    assert geometry.beside(9, -1) == 4
    assert geometry.beside(0, -1) == 0
    assert geometry.beside(10, 1) == 10
    assert geometry.beside(6, 1) == 9
    assert geometry.beside(6, -1) == 4
    assert geometry.shown_spans() == [Span(0, 5), Span(9, 11)]


def test_an_empty_group_keeps_its_header_and_owns_no_row():
    geometry = make([2, 0, 3])
    assert [geometry.group_of(row) for row in range(5)] == [0, 0, 2, 2, 2]
    assert geometry.span_of(1) == Span(2, 2)
    assert geometry.beside(1, 1) == 2
    assert geometry.shown_spans() == [Span(0, 5)]


def test_a_million_photos_fit_qt_s_scroll_bar():
    geometry = make([1_000_000], metrics=Metrics(tile=320))
    assert geometry.columns == 1
    assert geometry.height < 2**31
    assert geometry.row_at(20, geometry.tile(987_654).y + 5) == 987_654
