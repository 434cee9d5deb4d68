"""What becomes of each photo, as numbers that a preview can count and order quickly; knows no Qt."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from photosort.core.arrange import PhotoColumns
from photosort.core.sorting.plans.keeping import Keeper
from photosort.core.sorting.plans.names import safe_name
from photosort.core.sorting.plans.planning import Changes
from photosort.core.sorting.values import KeepFolders, MovePlan, PlannedPhoto, RuleKind, SortRequest, Status

ROOT: Final = "to:"
"""Key of the destination; a folder below it is this and its path."""
STAYS: Final = "stays"
"""Key of everything that is not touched; a reason for it is this, a colon and a name."""

_DETAILS = re.compile(r":| \(| into “")
"""Where a reason begins to speak of one photo alone."""


class Kind(Enum):
    """What a place is, beside a folder."""

    FOLDER = "folder"
    KEPT = "kept"
    """Stays, since it lies in a folder of the person's own making."""
    LEFT = "left"
    OUT = "out"
    """Stays, since the person took it out of the preview."""
    DUPLICATE = "duplicate"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Place:
    """Where photos go, or why they stay.

    Attributes:
        key: unique among the places of a preview, and lasting.
        title: what it is called: the folder's path below the destination, or the reason.
        kind: what it is.
    """

    key: str
    title: str
    kind: Kind = Kind.FOLDER


@dataclass(frozen=True, slots=True)
class Fates:
    """What becomes of the photos of some columns.

    Attributes:
        places: where they go, or why they stay.
        code: shape (n,), int32: index into `places`; -1 for photos that were not asked about.
        confidence: shape (n,), float32: of the guess that placed the photo; NaN where none did.
        unknown: how many files more than the columns have stay in each place, by its key: those that are no photos.
    """

    places: tuple[Place, ...]
    code: NDArray[np.int32]
    confidence: NDArray[np.float32]
    unknown: dict[str, int]

    @property
    def goes(self) -> NDArray[np.bool_]:
        """Shape (n,), bool: the photo is put somewhere."""
        return np.append([place.kind is Kind.FOLDER for place in self.places], [False]).astype(np.bool_)[self.code]

    @property
    def counts(self) -> NDArray[np.int64]:
        """How many photos each place gets, files that are no photos included; shape (places,)."""
        found = np.bincount(self.code[self.code >= 0], minlength=len(self.places)).astype(np.int64)
        for index, place in enumerate(self.places):
            found[index] += self.unknown.get(place.key, 0)
        return found

    def doubtful(self, most: int) -> NDArray[np.int64]:
        """Rows of the photos that guesses place, least sure first, ``most`` of them at most."""
        rows = np.flatnonzero(self.goes & ~np.isnan(self.confidence))
        return rows[np.argsort(self.confidence[rows], kind="stable")[:most]]


def folder_key(folder: str) -> str:
    """The key of a folder, by its path below the destination."""
    return f"{ROOT}{folder}"


def folder_of(key: str) -> str | None:
    """The folder that a key speaks of, by its path below the destination; None for what is no folder."""
    return key.removeprefix(ROOT) if key.startswith(ROOT) else None


def further_folders(columns: PhotoColumns, request: SortRequest, there: Iterable[str]) -> list[str]:
    """Folders that get no photo yet, and that a photo with a wrong guess may belong to.

    Args:
        columns: the photos, with what classifiers say of them.
        request: by which of them photos are sorted.
        there: folders that get photos.

    Returns:
        Paths below the destination; none where folders are called by more than a word.
    """
    if request.template:
        return []
    known = {folder.casefold() for folder in there}
    named = [
        safe_name(word)
        for rule in request.rules
        if rule.kind is RuleKind.CLASSIFIER and rule.classifier in columns.predictions
        for word in columns.predictions[rule.classifier].labels
    ]
    return [folder for folder in dict.fromkeys(named) if folder.casefold() not in known]


def reason_in_short(reason: str) -> str:
    """What a reason has in common with others: "unsure" of "unsure: perhaps forest, 55 %"."""
    return _DETAILS.split(reason, maxsplit=1)[0]


_OUT: Final = (f"{STAYS}:out", "taken out by you", Kind.OUT)


class _Places:
    """Gives each place the next number when it is first asked for."""

    def __init__(self) -> None:
        self.found: list[Place] = []
        self._code: dict[str, int] = {}

    def code(self, key: str, title: str, kind: Kind) -> int:
        if key not in self._code:
            self._code[key] = len(self.found)
            self.found.append(Place(key, title, kind))
        return self._code[key]


def fates_of_plan(columns: PhotoColumns, plan: MovePlan, taken_out: Iterable[int] = ()) -> Fates:
    """What a plan makes of each photo.

    Args:
        columns: the photos.
        plan: made of them, or of some of them.
        taken_out: ids of photos that stay because the person said so.
    """
    places, out = _Places(), frozenset(taken_out)
    kept = tuple((one.folder, f"{one.folder}/") for one in plan.kept)
    unknown: dict[str, int] = {}
    ids, codes, confidences = [], [], []
    for photo in plan.photos:
        key, title, kind = _place_of(photo, kept, out)
        code = places.code(key, title, kind)
        if photo.photo_id is None:
            unknown[key] = unknown.get(key, 0) + 1
        else:
            ids.append(photo.photo_id)
            codes.append(code)
            confidences.append(np.nan if photo.confidence is None else photo.confidence)
    rows = columns.row_of(np.array(ids, np.int64))
    here = rows >= 0
    code_of = np.full(len(columns), -1, np.int32)
    confidence = np.full(len(columns), np.nan, np.float32)
    code_of[rows[here]] = np.array(codes, np.int32)[here]
    confidence[rows[here]] = np.array(confidences, np.float32)[here]
    return Fates(tuple(places.found), code_of, confidence, unknown)


def _place_of(photo: PlannedPhoto, kept: Sequence[tuple[str, str]], out: frozenset[int]) -> tuple[str, str, Kind]:
    match photo.status:
        case Status.SORTED:
            return folder_key(photo.folder), photo.folder, Kind.FOLDER
        case Status.DUPLICATE:
            return f"{STAYS}:duplicate", "duplicates", Kind.DUPLICATE
        case Status.FAILED:
            return f"{STAYS}:failed", "could not be read", Kind.FAILED
        case Status.LEFT:
            if photo.photo_id in out:
                return _OUT
            for folder, inside in kept:
                if photo.source.startswith(inside) and folder in photo.reason:
                    return f"{STAYS}:kept:{folder}", folder, Kind.KEPT
            reason = reason_in_short(photo.reason)
            return f"{STAYS}:{reason}", reason, Kind.LEFT


def fates_before_planning(columns: PhotoColumns, asked: Iterable[int], keep: KeepFolders) -> Fates:
    """Where photos would be if no rule placed any: they stay, in folders that are kept or elsewhere.

    Args:
        columns: the photos.
        asked: ids of those that are asked about.
        keep: which folders stay as they are.
    """
    places, keeper = _Places(), Keeper(keep)
    folders, of = columns.folder_codes
    stays = places.code(f"{STAYS}:unsure", "unsure", Kind.LEFT)
    by_folder = [
        stays if (kept := keeper.kept(folder)) is None else places.code(f"{STAYS}:kept:{kept}", kept, Kind.KEPT)
        for folder in folders
    ]
    rows = columns.row_of(np.fromiter(asked, np.int64))
    rows = rows[rows >= 0]
    code = np.full(len(columns), -1, np.int32)
    code[rows] = np.array(by_folder, np.int32)[of[rows]]
    return Fates(tuple(places.found), code, np.full(len(columns), np.nan, np.float32), {})


def fates_of_folders(
    before: Fates, folders: Sequence[str], codes: NDArray[np.integer], confidence: NDArray[np.floating], reason: str
) -> Fates:
    """What becomes of the photos once a rule says otherwise, before the disk was asked about it.

    What stays for a reason of the disk (kept, a duplicate) stays; what the person changed by hand is not looked at.

    Args:
        before: as the last plan had it.
        folders: paths below the destination.
        codes: shape (n,): index into ``folders``; -1 where no rule places the photo.
        confidence: shape (n,): of the guess that places it; NaN where none does.
        reason: why those stay that no rule places.
    """
    by_rule = {Kind.FOLDER, Kind.LEFT, Kind.OUT}
    stays = np.array([place.kind not in by_rule for place in before.places] + [True], np.bool_)
    fixed = stays[before.code]
    places = (
        *before.places,
        *(Place(folder_key(folder), folder) for folder in folders),
        Place(f"{STAYS}:{reason}", reason, Kind.LEFT),
    )
    first = len(before.places)
    moved = np.where(codes < 0, first + len(folders), first + codes).astype(np.int32)
    code = np.where(fixed, before.code, moved).astype(np.int32)
    sure = np.where(fixed | (codes < 0), np.nan, confidence).astype(np.float32)
    return _without_empty(Fates(places, code, sure, before.unknown))


def with_changes(fates: Fates, columns: PhotoColumns, changes: Changes) -> Fates:
    """The same once a person has changed something by hand."""
    if not changes.out and not changes.elsewhere:
        return fates
    places = _Places()
    codes = [places.code(place.key, place.title, place.kind) for place in fates.places]
    code = np.array([*codes, -1], np.int32)[fates.code]
    confidence = fates.confidence.copy()
    by_place: dict[tuple[str, str, Kind], list[int]] = {_OUT: sorted(changes.out)}
    for photo_id, folder in changes.elsewhere.items():
        by_place.setdefault((folder_key(folder), folder, Kind.FOLDER), []).append(photo_id)
    for place, ids in by_place.items():
        rows = columns.row_of(np.array(ids, np.int64))
        rows = rows[rows >= 0]
        rows = rows[code[rows] >= 0]
        code[rows] = places.code(*place)
        confidence[rows] = np.nan
    return _without_empty(Fates(tuple(places.found), code, confidence, fates.unknown))


def without_changes(changes: Changes, ids: Collection[int]) -> Changes:
    """Changes of a preview but those of some photos."""
    elsewhere = {key: folder for key, folder in changes.elsewhere.items() if key not in ids}
    return Changes(changes.out.difference(ids), MappingProxyType(elsewhere))


def _without_empty(fates: Fates) -> Fates:
    """The same with places that nothing goes to left out, and those of one key as one."""
    counts = fates.counts
    places = _Places()
    new = np.full(len(fates.places) + 1, -1, np.int32)
    for index, place in enumerate(fates.places):
        if counts[index]:
            new[index] = places.code(place.key, place.title, place.kind)
    return Fates(tuple(places.found), new[fates.code], fates.confidence, fates.unknown)
