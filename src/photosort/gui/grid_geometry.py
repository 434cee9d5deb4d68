"""Where every tile and header of the grid lies, as arithmetic over group counts; knows no Qt and no photo.

Nothing is stored per photo: a place is found by a binary search among groups and a division inside one, so a million
photos cost what a thousand do. All lengths are device-independent pixels in content coordinates (y grows downwards from
the top of the first header, whatever is scrolled to). A *row* is a photo's place in the order, as in Qt's models; a
*line* is one horizontal line of tiles inside a group.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Box(NamedTuple):
    """A rectangle; covers x to x + width - 1 and y to y + height - 1, as Qt's does."""

    x: int
    y: int
    width: int
    height: int

    @property
    def bottom(self) -> int:
        """The first y below the rectangle."""
        return self.y + self.height

    def contains(self, x: int, y: int) -> bool:
        """Tell whether a pixel lies inside."""
        return self.x <= x < self.x + self.width and self.y <= y < self.y + self.height


class Span(NamedTuple):
    """Consecutive rows from ``first`` to before ``stop``."""

    first: int
    stop: int


@dataclass(frozen=True, slots=True)
class Metrics:
    """The lengths that a grid is drawn with.

    Attributes:
        tile: the side that a tile should have; tiles grow by a few pixels so that a line fills the width.
        gap: between tiles.
        margin: left of and below everything.
        right: free at the right; less than ``margin`` where a scroll bar adds to it.
        header: height of a group's header, with what is free below it; 0 for none.
        group_gap: free height after each group.
    """

    tile: int = 160
    gap: int = 8
    margin: int = 14
    right: int = 14
    header: int = 40
    group_gap: int = 8


class GridGeometry:
    """The places of all tiles and headers for one width, one tile size and one set of folded groups.

    Args:
        counts: photos of each group, integers of shape (groups,).
        folded: which groups show their header alone, bool of shape (groups,); None for none of them.
        width: pixels that the grid may use.
        metrics: lengths.

    Attributes:
        columns: tiles in a full line.
        side: width and height of a tile.
        pitch: from the top of a line to the top of the next.
        count: photos of all groups.
        height: of the whole content.
    """

    def __init__(
        self, counts: NDArray[np.integer], folded: NDArray[np.bool_] | None, width: int, metrics: Metrics
    ) -> None:
        self.metrics = metrics
        self.width = width
        usable = max(1, width - metrics.margin - metrics.right)
        self.columns = max(1, (usable + metrics.gap) // (metrics.tile + metrics.gap))
        # Below one tile's width the tile shrinks rather than the window scrolling sideways.
        self.side = max(1, (usable - (self.columns - 1) * metrics.gap) // self.columns)
        self.pitch = self.side + metrics.gap
        # Tiles are whole pixels: what is left over, less than one a column, goes to both sides.
        rest = usable - self.columns * self.pitch + metrics.gap
        self._left = metrics.margin + max(0, rest) // 2
        self._counts = np.asarray(counts, np.int64)
        groups = len(self._counts)
        self._folded = np.zeros(groups, np.bool_) if folded is None else np.asarray(folded, np.bool_)
        self._starts = np.zeros(groups + 1, np.int64)
        np.cumsum(self._counts, out=self._starts[1:])
        self._lines = np.where(self._folded, 0, -(-self._counts // self.columns))
        heights = metrics.header + self._lines * self.pitch + metrics.group_gap
        self._tops = np.zeros(groups + 1, np.int64)
        np.cumsum(heights, out=self._tops[1:])
        self._open = np.flatnonzero(self._lines)
        self.count = int(self._starts[-1])
        self.height = int(self._tops[-1]) + metrics.margin if groups else 0

    @property
    def groups(self) -> int:
        """How many groups there are."""
        return len(self._counts)

    def group_of(self, row: int) -> int:
        """The group that a row belongs to."""
        return int(np.searchsorted(self._starts, row, side="right")) - 1

    def span_of(self, group: int) -> Span:
        """The rows of a group, folded or not."""
        return Span(int(self._starts[group]), int(self._starts[group + 1]))

    def is_folded(self, group: int) -> bool:
        """Tell whether a group shows its header alone."""
        return bool(self._folded[group])

    def is_hidden(self, row: int) -> bool:
        """Tell whether a row lies in a folded group."""
        return self.is_folded(self.group_of(row))

    def tile(self, row: int) -> Box:
        """The place of a row's tile.

        A row of a folded group has none of its own: it gets a box without height at its group's header.
        """
        group = self.group_of(row)
        if self._folded[group]:
            header = self.header(group)
            return Box(self._left, header.bottom, self.side, 0)
        line, column = divmod(row - int(self._starts[group]), self.columns)
        top = int(self._tops[group]) + self.metrics.header + line * self.pitch
        return Box(self._left + column * self.pitch, top, self.side, self.side)

    def header(self, group: int) -> Box:
        """The place of a group's header."""
        return Box(0, int(self._tops[group]), self.width, self.metrics.header)

    def group_at(self, y: int) -> int:
        """The group whose header or tiles lie at a height; -1 outside the content."""
        if not 0 <= y < self._tops[-1]:
            return -1
        return int(np.searchsorted(self._tops, y, side="right")) - 1

    def header_at(self, y: int) -> int:
        """The group whose header lies at a height, or -1."""
        group = self.group_at(y)
        return group if group >= 0 and y < self._tops[group] + self.metrics.header else -1

    def sticky(self, scroll: int) -> tuple[int, int]:
        """The header that stays at the top edge while its group is scrolled through.

        Args:
            scroll: the content's y at the top edge of the window.

        Returns:
            Its group (-1 for none) and the y in content coordinates where it is drawn: at ``scroll``, or higher while
            the next header pushes it out.
        """
        group = self.group_at(scroll) if self.metrics.header else -1
        if group < 0:
            return -1, 0
        return group, min(scroll, int(self._tops[group + 1]) - self.metrics.header)

    def row_at(self, x: int, y: int) -> int:
        """The row whose tile covers a pixel, or -1 for headers, gaps and margins."""
        group = self.group_at(y)
        if group < 0:
            return -1
        line, dy = divmod(y - int(self._tops[group]) - self.metrics.header, self.pitch)
        column, dx = divmod(x - self._left, self.pitch)
        if not (0 <= line < self._lines[group] and 0 <= column < self.columns and dx < self.side and dy < self.side):
            return -1
        place = line * self.columns + column
        return int(self._starts[group]) + place if place < self._counts[group] else -1

    def nearest_row(self, x: int, y: int) -> int:
        """The row of the tile that is nearest to a pixel, hidden ones left out; -1 when none is shown."""
        if not len(self._open):
            return -1
        at = int(np.searchsorted(self._tops[self._open], y, side="right")) - 1
        group = int(self._open[max(0, at)])
        line = (y - int(self._tops[group]) - self.metrics.header) // self.pitch
        line = min(max(0, line), int(self._lines[group]) - 1)
        column = min(max(0, (x - self._left) // self.pitch), self.columns - 1)
        return int(self._starts[group]) + min(line * self.columns + column, int(self._counts[group]) - 1)

    def groups_between(self, top: int, bottom: int) -> range:
        """The groups of which anything lies between two heights (``bottom`` excluded)."""
        first = int(np.searchsorted(self._tops, max(0, top), side="right")) - 1
        stop = int(np.searchsorted(self._tops[:-1], bottom, side="left"))
        return range(max(0, first), max(first, stop))

    def rows_between(self, top: int, bottom: int) -> list[Span]:
        """The rows of which anything lies between two heights, at most one span per group."""
        return [
            Span(start + first * self.columns, min(start + stop * self.columns, end))
            for start, end, first, stop in self._lines_between(top, bottom)
        ]

    def rows_in(self, box: Box) -> list[Span]:
        """The rows whose tiles a rectangle touches, in order; whole lines come as one span."""
        first_column = max(0, -(-(box.x - self._left - self.side + 1) // self.pitch))
        last_column = min(self.columns - 1, (box.x + box.width - 1 - self._left) // self.pitch)
        if first_column > last_column or box.height <= 0:
            return []
        spans: list[Span] = []
        for start, end, first, stop in self._lines_between(box.y, box.bottom):
            if first_column == 0 and last_column == self.columns - 1:
                spans.append(Span(start + first * self.columns, min(start + stop * self.columns, end)))
                continue
            for line in range(first, stop):
                left = start + line * self.columns
                if left + first_column < end:
                    spans.append(Span(left + first_column, min(left + last_column + 1, end)))
        return spans

    def _lines_between(self, top: int, bottom: int) -> Iterator[tuple[int, int, int, int]]:
        """Yield (first row, row after the last, first line, line after the last) of each group that is touched."""
        for group in self.groups_between(top, bottom):
            base = int(self._tops[group]) + self.metrics.header
            first = max(0, -(-(top - base - self.side + 1) // self.pitch))
            stop = min(int(self._lines[group]), -(-(bottom - base) // self.pitch))
            if first < stop:
                span = self.span_of(group)
                yield span.first, span.stop, first, stop

    def shown_spans(self) -> list[Span]:
        """All rows outside folded groups, neighbouring groups as one span."""
        spans: list[Span] = []
        for group in self._open.tolist():
            span = self.span_of(group)
            if spans and spans[-1].stop == span.first:
                spans[-1] = Span(spans[-1].first, span.stop)
            else:
                spans.append(span)
        return spans

    def first_row(self) -> int:
        """The first row that is shown, or -1."""
        return int(self._starts[self._open[0]]) if len(self._open) else -1

    def last_row(self) -> int:
        """The last row that is shown, or -1."""
        return int(self._starts[self._open[-1] + 1]) - 1 if len(self._open) else -1

    def beside(self, row: int, step: int) -> int:
        """The shown row after (``step`` 1) or before (-1) a row; the row itself at either end."""
        other = row + step
        if 0 <= other < self.count and not self.is_hidden(other):
            return other
        group = self.group_of(row)
        if step > 0:
            later = self._open[self._open > group]
            return int(self._starts[later[0]]) if len(later) else row
        earlier = self._open[self._open < group]
        return int(self._starts[earlier[-1] + 1]) - 1 if len(earlier) else row

    def column_of(self, row: int) -> int:
        """The column of a row's tile."""
        return (row - int(self._starts[self.group_of(row)])) % self.columns

    def above_or_below(self, row: int, step: int, column: int) -> int:
        """The row one line further down (``step`` 1) or up (-1), across headers and past folded groups.

        Args:
            row: where to start.
            step: 1 or -1.
            column: the column to aim at; a shorter line gives its last tile.

        Returns:
            The row, or ``row`` itself where there is no further line.
        """
        group = self.group_of(row)
        line = (row - int(self._starts[group])) // self.columns + step
        if not 0 <= line < self._lines[group]:
            others = self._open[self._open > group] if step > 0 else self._open[self._open < group][::-1]
            if not len(others):
                return row
            group = int(others[0])
            line = 0 if step > 0 else int(self._lines[group]) - 1
        return int(self._starts[group]) + min(line * self.columns + column, int(self._counts[group]) - 1)
