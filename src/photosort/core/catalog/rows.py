"""Rows in and out of SQLite, many at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

_CHUNK = 900
"""Ids in one statement; the oldest SQLite that is still about takes 999 parameters."""
_FETCH = 1000


def chunks(values: Iterable[int]) -> Iterator[list[int]]:
    """Cut ids into lists that fit into the parameters of one statement."""
    chunk: list[int] = []
    for value in values:
        chunk.append(int(value))
        if len(chunk) == _CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def fetch_columns(cursor: sqlite3.Cursor, count: int) -> tuple[list[Any], ...]:
    """All rows of a query of ``count`` columns, column by column."""
    columns: tuple[list[Any], ...] = tuple([] for _ in range(count))
    # In bites: a hundred thousand tuples at once keep the garbage collector busy.
    while rows := cursor.fetchmany(_FETCH):
        for column, values in zip(columns, zip(*rows, strict=True), strict=True):
            column.extend(values)
    return columns


def fetch_ids(cursor: sqlite3.Cursor) -> NDArray[np.int64]:
    """All rows of a query of one column of ids."""
    return np.array(fetch_columns(cursor, 1)[0], np.int64)


def sorted_by_first(columns: Sequence[list[Any]]) -> tuple[NDArray[np.int64], list[NDArray[np.float64]]]:
    """The first column, ids, rising, and the other ones, numbers, in the same order."""
    ids = np.array(columns[0], np.int64)
    order = np.argsort(ids, kind="stable")
    return ids[order], [np.array(column, np.float64)[order] for column in columns[1:]]
