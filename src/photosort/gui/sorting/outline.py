"""The preview as an outline: folders in folders, what stays below them, and the photos of each; knows no Qt."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from photosort.core.arrange import Arranged, Group, PhotoColumns
from photosort.core.textkeys import natural_ranks
from photosort.gui.sorting.fates import ROOT, STAYS, Fates, Kind, folder_of

SAMPLES: Final = 48
"""Photos that stand for those of a folder that is closed, at most: as many are seen as there is room for."""
DOUBTFUL: Final = "doubtful"
"""Key of the photos that guesses place and that are least sure."""

_KEPT: Final = f"{STAYS}:kept"
_KEPT_APART = 5
"""Of more kept folders than this the others would be hard to find: they get a line above them."""
_LAST = (Kind.LEFT, Kind.KEPT, Kind.DUPLICATE, Kind.OUT, Kind.FAILED)
"""In which order the reasons to stay are told."""


@dataclass(frozen=True, slots=True)
class Band:
    """One line of the outline.

    Attributes:
        key: of the place, or of the folder above it.
        title: what the line says.
        kind: what it is.
        depth: how far it is indented, from 0.
        count: photos in it and below it.
        opens: there is something in it to be shown.
        open: it is shown.
        samples: ids of a few of its photos; empty while it is open, and where they have no pictures.
    """

    key: str
    title: str
    kind: Kind
    depth: int
    count: int
    opens: bool
    open: bool = False
    samples: tuple[int, ...] = ()


@dataclass(slots=True)
class _Node:
    key: str
    title: str
    kind: Kind
    own: int = -1
    children: list[str] = field(default_factory=list)


class Outline:
    """Places of some fates as a tree, and which photos stand in which line of it.

    Args:
        columns: the photos.
        fates: what becomes of them.
        root_title: what the destination is called.
    """

    def __init__(self, columns: PhotoColumns, fates: Fates, root_title: str) -> None:
        self.columns = columns
        self.fates = fates
        self.title = root_title
        self._nodes: dict[str, _Node] = {ROOT: _Node(ROOT, root_title, Kind.FOLDER)}
        for code, place in enumerate(fates.places):
            if place.kind is Kind.FOLDER:
                self._folder(folder_of(place.key) or "").own = code
        staying = [(_LAST.index(p.kind), code, p) for code, p in enumerate(fates.places) if p.kind is not Kind.FOLDER]
        many_kept = sum(place.kind is Kind.KEPT for _turn, _code, place in staying) > _KEPT_APART
        for _turn, code, place in sorted(staying, key=lambda one: one[:2]):
            above = self._all_kept() if many_kept and place.kind is Kind.KEPT else self._staying()
            above.children.append(place.key)
            self._nodes[place.key] = _Node(place.key, place.title, place.kind, own=code)
        place_of = _in_order([key for key, node in self._nodes.items() if node.kind in {Kind.FOLDER, Kind.KEPT}])
        for node in self._nodes.values():
            if node.key != STAYS:
                node.children.sort(key=place_of.__getitem__)
        self._place_of = place_of
        self._counts = fates.counts
        self._totals: dict[str, int] = {}

    @property
    def folders(self) -> list[tuple[str, int]]:
        """Folders that photos go to, by path below the destination, with their own counts."""
        counts = self._counts.tolist()
        found = {key: node for key, node in self._nodes.items() if node.kind is Kind.FOLDER and node.own >= 0}
        in_order = sorted(found, key=self._place_of.__getitem__)
        return [(folder_of(key) or "", counts[found[key].own]) for key in in_order]

    def total(self, key: str) -> int:
        """Photos in a line and below it."""
        if key not in self._totals:
            node = self._nodes.get(key)
            own = 0 if node is None or node.own < 0 else int(self._counts[node.own])
            self._totals[key] = own + sum(self.total(child) for child in ([] if node is None else node.children))
        return self._totals[key]

    def arranged(
        self, opened: Collection[str], order: NDArray[np.integer], shuffled: NDArray[np.integer]
    ) -> tuple[Arranged, Mapping[str, Band]]:
        """The lines that are seen, and the photos of each.

        Args:
            opened: keys of the lines that are open; a line inside a closed one is not seen.
            order: shape (n,), all rows in the order in which photos stand in a line.
            shuffled: shape (n,), all rows in an order without meaning that is always the same: samples are taken by it,
                so that they stay while photos come and go.

        Returns:
            The photos in groups, and for each group's key how its line looks.
        """
        seen: list[tuple[_Node, int]] = []
        line_of_place = np.full(len(self.fates.places) + 1, -1, np.int32)
        self._walk(self._nodes[ROOT], 0, opened, seen, line_of_place)
        if STAYS in self._nodes:
            self._walk(self._nodes[STAYS], 0, opened, seen, line_of_place)
        line = line_of_place[self.fates.code]
        rows, starts = _grouped(line, order, len(seen))
        few, few_starts = _grouped(line, shuffled, len(seen))
        groups, bands = [], {}
        for index, (node, depth) in enumerate(seen):
            samples: tuple[int, ...] = ()
            if node.key not in opened and node.kind is not Kind.FAILED:
                begin = int(few_starts[index])
                chosen = few[begin : min(begin + SAMPLES, int(few_starts[index + 1]))]
                samples = tuple(self.columns.ids[chosen].tolist())
            own = int(starts[index + 1] - starts[index])
            opens = bool(node.children) or own > 0
            is_open, total = node.key in opened, self.total(node.key)
            bands[node.key] = Band(node.key, node.title, node.kind, depth, total, opens, is_open, samples)
            groups.append(Group(node.key, node.title, own))
        return Arranged(rows.astype(np.int32), starts.astype(np.int32), tuple(groups)), bands

    def doubtful(self, most: int) -> tuple[Arranged, Mapping[str, Band]]:
        """The photos that guesses place, least sure first, in one line; ``most`` of them at most."""
        rows = self.fates.doubtful(len(self.columns))
        count, rows = len(rows), rows[:most]
        title = "Least sure first" if count <= most else f"Least sure first, {most:,} of them"
        arranged = Arranged(
            rows.astype(np.int32), np.array([0, len(rows)], np.int32), (Group(DOUBTFUL, "", len(rows)),)
        )
        return arranged, {DOUBTFUL: Band(DOUBTFUL, title, Kind.FOLDER, 0, count, opens=True, open=True)}

    def _folder(self, folder: str) -> _Node:
        key = f"{ROOT}{folder}"
        if key not in self._nodes:
            above, _slash, name = folder.rpartition("/")
            self._folder(above).children.append(key)
            self._nodes[key] = _Node(key, name, Kind.FOLDER)
        return self._nodes[key]

    def _staying(self) -> _Node:
        return self._nodes.setdefault(STAYS, _Node(STAYS, "Not touched", Kind.LEFT))

    def _all_kept(self) -> _Node:
        if _KEPT not in self._nodes:
            self._staying().children.append(_KEPT)
            self._nodes[_KEPT] = _Node(_KEPT, "folders of yours, which stay", Kind.LEFT)
        return self._nodes[_KEPT]

    def _walk(
        self,
        node: _Node,
        depth: int,
        opened: Collection[str],
        seen: list[tuple[_Node, int]],
        line_of_place: NDArray[np.int32],
    ) -> None:
        line = len(seen)
        seen.append((node, depth))
        if node.own >= 0:
            line_of_place[node.own] = line
        if node.key in opened:
            for child in node.children:
                self._walk(self._nodes[child], depth + 1, opened, seen, line_of_place)
        else:
            for child in node.children:
                self._take_all(self._nodes[child], line, line_of_place)

    def _take_all(self, node: _Node, line: int, line_of_place: NDArray[np.int32]) -> None:
        """Photos below a closed line belong to it."""
        if node.own >= 0:
            line_of_place[node.own] = line
        for child in node.children:
            self._take_all(self._nodes[child], line, line_of_place)


def _in_order(keys: list[str]) -> dict[str, tuple[bool, int]]:
    """The place of each key in natural order, words before numbers: what was recognised is worth more than years."""
    ranks = natural_ranks(keys).tolist()
    return {key: ((folder_of(key) or "")[:1].isdigit(), rank) for key, rank in zip(keys, ranks, strict=True)}


def _grouped(
    line: NDArray[np.int32], order: NDArray[np.integer], count: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows by line, in each as ``order`` has them, and where each line's rows begin."""
    of = line[order]
    rows = order[of >= 0]
    of = of[of >= 0]
    # A stable sort of small numbers counts instead of comparing.
    narrow = of.astype(np.int16) if count < np.iinfo(np.int16).max else of
    grouped = rows[np.argsort(narrow, kind="stable")].astype(np.int64)
    starts = np.concatenate(([0], np.cumsum(np.bincount(of, minlength=count)))).astype(np.int64)
    return grouped, starts
