"""Which photos are shown, in which groups and in which order: arithmetic over `PhotoColumns`, no window."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from photosort.core.columns import PhotoColumns
from photosort.core.filtering import Filter
from photosort.core.photo import Verdict
from photosort.core.shown import NOT_ASKED, Shown
from photosort.core.textkeys import natural_ranks

__all__ = [
    "NOT_ASKED",
    "Arranged",
    "Arrangement",
    "Filter",
    "Group",
    "GroupKind",
    "Grouping",
    "Order",
    "PhotoColumns",
    "Shown",
    "arrange",
    "count_groups",
    "count_labels",
]

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


class Order(StrEnum):
    """By what photos are ordered within their group; ties go by name."""

    NAME = "name"
    TAKEN = "taken"
    LABEL = "label"
    CONFIDENCE = "confidence"
    CLUSTER = "cluster"
    SHARPNESS = "sharpness"
    SIZE = "size"
    SIMILARITY = "similarity"


class GroupKind(StrEnum):
    """By what photos are grouped."""

    NONE = "none"
    FOLDER = "folder"
    YEAR = "year"
    MONTH = "month"
    CLUSTER = "cluster"
    CLASSIFIER = "classifier"


@dataclass(frozen=True, slots=True)
class Grouping:
    """By what photos are grouped, and by which classifier if by one; `str` and `parse` turn it into text and back.

    Raises:
        ValueError: a classifier is named for another kind, or none for this one.
    """

    kind: GroupKind = GroupKind.NONE
    classifier: str | None = None

    NONE: ClassVar[Grouping]
    FOLDER: ClassVar[Grouping]
    YEAR: ClassVar[Grouping]
    MONTH: ClassVar[Grouping]
    CLUSTER: ClassVar[Grouping]

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", GroupKind(self.kind))
        if (self.kind is GroupKind.CLASSIFIER) == (self.classifier is None):
            message = f"a grouping by {self.kind} came with the classifier {self.classifier}"
            raise ValueError(message)

    def __str__(self) -> str:
        return self.kind.value if self.classifier is None else f"{self.kind.value}:{self.classifier}"

    @classmethod
    def by(cls, classifier: str) -> Grouping:
        """Groups of one classifier's words."""
        return cls(GroupKind.CLASSIFIER, classifier)

    @classmethod
    def parse(cls, text: str) -> Grouping:
        """The grouping whose `str` is ``text``; ValueError for any other text."""
        kind, colon, classifier = text.partition(":")
        return cls(GroupKind(kind), classifier if colon else None)


Grouping.NONE = Grouping(GroupKind.NONE)
Grouping.FOLDER = Grouping(GroupKind.FOLDER)
Grouping.YEAR = Grouping(GroupKind.YEAR)
Grouping.MONTH = Grouping(GroupKind.MONTH)
Grouping.CLUSTER = Grouping(GroupKind.CLUSTER)


@dataclass(frozen=True, slots=True)
class Arrangement:
    """How photos are laid out.

    Attributes:
        group: by what they are grouped.
        order: by what they are ordered within a group.
        descending: largest, latest, last name first. Photos without a value come last either way.
        classifier: whose words and confidence LABEL, CONFIDENCE and the filter's range speak of; None for that of
            the grouping, or else for the first there is.
        largest_first: groups of words by their counts, not in the classifier's own order.
    """

    group: Grouping = Grouping.NONE
    order: Order = Order.TAKEN
    descending: bool = False
    classifier: str | None = None
    largest_first: bool = True


@dataclass(frozen=True, slots=True)
class Group:
    """Photos under one header.

    Attributes:
        key: names the group among those of its grouping, whatever is shown.
        title: what the header says.
        count: photos shown in it.
    """

    key: str
    title: str
    count: int


@dataclass(frozen=True, slots=True)
class Arranged:
    """The photos that are shown.

    Attributes:
        rows: shape (m,), int32, rows of the columns in the order of showing.
        group_starts: shape (g + 1,), int32: group i is ``rows[group_starts[i]:group_starts[i + 1]]``.
        groups: the g groups, none of them empty.
    """

    rows: NDArray[np.int32]
    group_starts: NDArray[np.int32]
    groups: tuple[Group, ...]


def arrange(columns: PhotoColumns, arrangement: Arrangement, only: Filter | None = None) -> Arranged:
    """Filter, group and order photos.

    Args:
        columns: the photos; not changed.
        arrangement: how.
        only: which; None for all.
    """
    classifier = _classifier(columns, arrangement)
    shown = np.arange(len(columns)) if only is None else np.flatnonzero(only.mask(columns, classifier))
    groups = _groups(columns, arrangement.group)
    codes = groups.code[shown]
    counts = np.bincount(codes, minlength=len(groups.keys))
    place = _group_places(arrangement, groups, counts)
    key = _order_key(columns, arrangement, classifier)[shown]
    rows = shown[np.lexsort((columns.name_ranks[shown], key, place[codes]))].astype(np.int32)
    by_place = np.argsort(place, kind="stable")
    by_place = by_place[counts[by_place] > 0]
    starts = np.concatenate(([0], np.cumsum(counts[by_place]))).astype(np.int32)
    found = tuple(Group(groups.keys[code], groups.titles[code], int(counts[code])) for code in by_place)
    return Arranged(rows, starts, found)


def count_groups(columns: PhotoColumns, grouping: Grouping, only: Filter | None = None) -> tuple[Group, ...]:
    """The groups there are, with their counts, in the grouping's own order (words: as the classifier has them).

    Words of the classifier are all there, also those of no photo; other groups are there if they have photos.
    """
    groups = _groups(columns, grouping)
    codes = groups.code if only is None else groups.code[only.mask(columns, grouping.classifier)]
    counts = np.bincount(codes, minlength=len(groups.keys))
    return tuple(
        Group(groups.keys[code], groups.titles[code], int(count))
        for code, count in enumerate(counts)
        if count or code < groups.words
    )


def count_labels(columns: PhotoColumns, classifier: str, only: Filter | None = None) -> tuple[Group, ...]:
    """What a classifier and the person say, with counts: the left panel's list. As `count_groups`."""
    return count_groups(columns, Grouping.by(classifier), only)


@dataclass(frozen=True, slots=True)
class _Groups:
    """All groups of a grouping in its own order, also empty ones; the first ``words`` of them are words."""

    keys: tuple[str, ...]
    titles: tuple[str, ...]
    code: NDArray[np.int32]
    words: int = 0


def _groups(columns: PhotoColumns, grouping: Grouping) -> _Groups:
    match grouping.kind:
        case GroupKind.NONE:
            return _Groups(("all",), ("All photos",), np.zeros(len(columns), np.int32))
        case GroupKind.FOLDER:
            folders, code = columns.folder_codes
            return _Groups(folders, tuple(folder or "(this folder)" for folder in folders), code)
        case GroupKind.YEAR | GroupKind.MONTH:
            return _date_groups(columns, grouping.kind)
        case GroupKind.CLUSTER:
            count = int(columns.cluster.max(initial=-1)) + 1
            keys = (*(str(number) for number in range(count)), "none")
            titles = (*map(columns.cluster_title, range(count)), "in no group")
            return _Groups(keys, titles, np.where(columns.cluster < 0, count, columns.cluster).astype(np.int32))
        case GroupKind.CLASSIFIER:
            shown = columns.shown(grouping.classifier or "")
            others = (Verdict.UNSURE.value, Verdict.NONE_OF_THESE.value, NOT_ASKED, "not seen", "failed")
            keys = (*(f"label:{word}" for word in shown.words), *others)
            return _Groups(keys, shown.titles, shown.code, len(shown.words))


def _date_groups(columns: PhotoColumns, kind: GroupKind) -> _Groups:
    unit = "Y" if kind is GroupKind.YEAR else "M"
    moments = np.nan_to_num(columns.taken).astype("datetime64[s]").astype(f"datetime64[{unit}]")
    found, code = np.unique(moments, return_inverse=True)
    keys = tuple(str(moment) for moment in found)
    if kind is GroupKind.YEAR:
        return _Groups(keys, keys, code.astype(np.int32))
    titles = tuple(f"{_MONTHS[int(key[-2:]) - 1]} {key[:-3]}" for key in keys)
    return _Groups(keys, titles, code.astype(np.int32))


def _group_places(arrangement: Arrangement, groups: _Groups, counts: NDArray[np.intp]) -> NDArray[np.intp]:
    """Which place each group takes."""
    place = np.arange(len(groups.keys))
    kind = arrangement.group.kind
    if kind is GroupKind.CLASSIFIER and arrangement.largest_first:
        by_count = np.argsort(-counts[: groups.words], kind="stable")
        place[by_count] = np.arange(groups.words)
    follows = (kind in {GroupKind.YEAR, GroupKind.MONTH} and arrangement.order is Order.TAKEN) or (
        kind is GroupKind.FOLDER and arrangement.order is Order.NAME
    )
    # July before June when the latest photos come first.
    return place[::-1] if follows and arrangement.descending else place


def _classifier(columns: PhotoColumns, arrangement: Arrangement) -> str | None:
    named = arrangement.classifier or arrangement.group.classifier
    return named or next(iter(columns.classifiers), None)


def _order_key(columns: PhotoColumns, arrangement: Arrangement, classifier: str | None) -> NDArray[np.float64]:
    """A number for each row, smaller is earlier, infinite where a photo has no value."""
    key: NDArray[np.float64 | np.float32 | np.integer[Any]]
    match arrangement.order:
        case Order.NAME:
            key = columns.name_ranks
        case Order.TAKEN:
            key = columns.taken
        case Order.LABEL:
            key = _label_key(columns, classifier)
        case Order.CONFIDENCE:
            key = _unknown(columns) if classifier is None else columns.shown(classifier).confidence
        case Order.CLUSTER:
            return _cluster_key(columns, descending=arrangement.descending)
        case Order.SHARPNESS:
            key = columns.sharpness
        case Order.SIZE:
            key = columns.sizes
        case Order.SIMILARITY:
            key = _unknown(columns) if columns.similarity is None else columns.similarity
    signed = -key.astype(np.float64) if arrangement.descending else key.astype(np.float64)
    return np.where(np.isnan(signed), np.inf, signed)


def _unknown(columns: PhotoColumns) -> NDArray[np.float64]:
    return np.full(len(columns), np.nan)


def _label_key(columns: PhotoColumns, classifier: str | None) -> NDArray[np.float64]:
    """Words by the alphabet; photos without one after them, as the groups are."""
    if classifier is None:
        return _unknown(columns)
    shown = columns.shown(classifier)
    ranks = natural_ranks(shown.words).astype(np.float64)
    # Without a word there is nothing to turn round: unsure stays before something else, and both stay last.
    return np.concatenate((ranks, np.full(5, np.nan)))[shown.code]


def _cluster_key(columns: PhotoColumns, *, descending: bool) -> NDArray[np.float64]:
    """Groups by number, and in each the most typical photo first, also when the groups are turned round."""
    number = columns.cluster.astype(np.float64)
    typical = np.nan_to_num(columns.typicality.astype(np.float64), nan=0.0)
    key = (-number if descending else number) + (1.0 - np.clip(typical, 0.0, 1.0)) / 2.0
    return np.where(columns.cluster < 0, np.inf, key)
