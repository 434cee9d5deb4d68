"""Make a plan: what becomes of every photo and of each of its files. Pure arithmetic over what `survey` found.

Every photo that is asked about is in the plan once, with one place or none, and a reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import numpy as np

from photosort.core.columns import PhotoColumns
from photosort.core.photo import Failure, Photo
from photosort.core.sorting.checks import notes, refusals, space
from photosort.core.sorting.emptied import emptied_folders
from photosort.core.sorting.facts import (
    SourceFolder,
    Survey,
    folder_of,
    in_library,
    is_weighty,
    name_of,
    why_settled,
)
from photosort.core.sorting.keeping import Keeper
from photosort.core.sorting.rules import Placements
from photosort.core.sorting.sharing import SharedSidecars
from photosort.core.sorting.targets import TargetFolders, TargetNames
from photosort.core.sorting.values import (
    How,
    KeptFolder,
    MovePlan,
    PlannedFile,
    PlannedPhoto,
    SortRequest,
    Status,
)

BY_HAND = "by hand"
UNSURE = "unsure"
"""What stands in `PlannedPhoto.rule` for photos that no rule placed."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What a person changed in the preview.

    Attributes:
        out: ids of photos that stay.
        elsewhere: photo id -> folder relative to the destination, POSIX; empty for the destination itself.
    """

    out: frozenset[int] = frozenset()
    elsewhere: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(slots=True)
class _Wish:
    """Where one photo shall go, before names are looked at."""

    photo: Photo
    home: SourceFolder
    status: Status
    reason: str
    folder: str = ""
    rule: str = ""
    confidence: float | None = None
    keyword: str = ""
    kept_in: str | None = None
    holds: bool = False
    """It stays, and is one of those that are sorted already."""


def resolve(
    columns: PhotoColumns,
    placements: Placements,
    survey: Survey,
    request: SortRequest,
    changes: Changes | None = None,
) -> MovePlan:
    """Make the plan for the photos of a survey.

    Args:
        columns: all photos of the root, also those that are not to be sorted.
        placements: of the same columns, where rules put the photos.
        survey: of the photos to be sorted and of the request's destination.
        request: the same that the placements were made of.
        changes: what the person changed in the preview.

    Returns:
        a plan with every photo of the survey, and, where those are all photos of the root, every file that the scan
        could not read.
    """
    rows = columns.row_of([photo.id for photo in survey.photos]).tolist()
    judge = _Judge(placements, survey, request, changes or Changes())
    wishes = [judge.wish(photo, row) for photo, row in zip(survey.photos, rows, strict=True)]
    # Whoever asks about some photos does not ask about files that are none.
    whole = len(survey.photos) >= np.count_nonzero(~columns.missing)
    known = frozenset(columns.relpaths)
    unreadable = [failure for failure in survey.unreadable if failure.relpath not in known] if whole else []
    return _plan(survey, request, wishes, columns, unreadable=unreadable)


def file_into(root: Path, photos: Sequence[Photo], folder: Path, how: How, survey: Survey) -> MovePlan:
    """Make the plan that puts photos into one folder, as a person's hand does.

    Args:
        root: the folder that they lie in.
        photos: which of the survey's photos.
        folder: where to, absolute: the destination of the survey.
        how: moving or copying.
        survey: of those photos and that folder.
    """
    if root != survey.root:
        message = f"the survey is of {survey.root}, not of {root}"
        raise ValueError(message)
    request = SortRequest(rules=(), destination=folder, how=how)
    wanted = {photo.id for photo in photos}
    wishes = [_by_hand(survey, how, photo) for photo in survey.photos if photo.id in wanted]
    columns = PhotoColumns.from_photos(survey.photos)
    return _plan(survey, request, wishes, columns)


def _by_hand(survey: Survey, how: How, photo: Photo) -> _Wish:
    home = survey.folders[folder_of(photo.relpath)]
    obstacle = _obstacle(survey, how, photo, home)
    return obstacle or _Wish(photo, home, Status.SORTED, "filed by hand", rule=BY_HAND)


def _obstacle(survey: Survey, how: How, photo: Photo, home: SourceFolder) -> _Wish | None:
    """Why a photo cannot be sorted whatever anybody wants; None where it can."""
    facts = survey.files.get(photo.relpath)
    if facts is None:
        return _Wish(photo, home, Status.FAILED, "it is no longer there")
    if how in {How.MOVE, How.KEYWORDS}:
        if in_library(photo.relpath):
            return _Wish(photo, home, Status.LEFT, "in a library of Apple Photos: nothing is changed in there")
        if not home.writable:
            return _Wish(photo, home, Status.FAILED, "there is no permission to change its folder")
    if facts.link and how is not How.KEYWORDS:
        return _Wish(photo, home, Status.LEFT, "a link to a file elsewhere")
    return None


class _Judge:
    """Says of every photo where it shall go, and why."""

    def __init__(self, placements: Placements, survey: Survey, request: SortRequest, changes: Changes) -> None:
        self._placements = placements
        self._survey = survey
        self._request = request
        self._changes = changes
        self._keeper = Keeper(request.keep)

    def wish(self, photo: Photo, row: int) -> _Wish:
        survey = self._survey
        home = survey.folders[folder_of(photo.relpath)]
        obstacle = _obstacle(survey, self._request.how, photo, home)
        if obstacle is not None:
            return obstacle
        if photo.id in self._changes.out:
            return _Wish(photo, home, Status.LEFT, "taken out by hand")
        elsewhere = self._changes.elsewhere.get(photo.id)
        if elsewhere is not None:
            keyword = elsewhere.replace("/", "|")
            return _Wish(photo, home, Status.SORTED, "sent there by hand", elsewhere, BY_HAND, keyword=keyword)
        return self._by_rule(photo, row, home)

    def _by_rule(self, photo: Photo, row: int, home: SourceFolder) -> _Wish:
        survey, placements = self._survey, self._placements
        settled = self._why_settled(photo, home)
        if settled:
            return _Wish(photo, home, Status.LEFT, settled, holds=True)
        kept = self._keeper.kept(folder_of(photo.relpath))
        if kept is not None:
            return _Wish(photo, home, Status.LEFT, f"“{kept}” is a folder of yours: it stays as it is", kept_in=kept)
        code = int(placements.code[row]) if row >= 0 else -1
        if code >= 0:
            index = int(placements.rule_index[row])
            return _Wish(
                photo,
                home,
                Status.SORTED,
                placements.reason(row),
                placements.folders[code],
                str(self._request.rules[index]) if index >= 0 else UNSURE,
                float(placements.confidence[row]) if placements.by_guess[row] else None,
                placements.keywords[code],
            )
        if photo.id in survey.why_failed:
            return _Wish(photo, home, Status.FAILED, survey.why_failed[photo.id])
        return _Wish(photo, home, Status.LEFT, placements.reason(row) if row >= 0 else "not looked at yet")

    def _why_settled(self, photo: Photo, home: SourceFolder) -> str:
        if self._request.how is How.KEYWORDS:
            past = self._survey.past
            done = photo.id in past.keyworded and photo.id not in past.relabelled
            return "its keywords were written before" if done else ""
        return why_settled(photo, home, self._survey.place, self._survey.past)


def _plan(
    survey: Survey,
    request: SortRequest,
    wishes: Sequence[_Wish],
    columns: PhotoColumns,
    *,
    unreadable: Sequence[Failure] = (),
) -> MovePlan:
    places_files = request.how is not How.KEYWORDS
    if places_files:
        _spell_folders(survey, wishes)
        _find_duplicates(survey, wishes, own_folder_only=not request.rules)
    shared = SharedSidecars(columns, request.how, [wish.photo for wish in wishes], _sorted_ids(wishes))
    names = TargetNames(survey.place)
    photos = [_planned(survey, request, wish, names, shared) for wish in wishes]
    if unreadable:
        photos += map(_unreadable, unreadable)
        photos.sort(key=lambda photo: photo.source)
    kept: dict[str, int] = {}
    for wish in wishes:
        if wish.kept_in is not None:
            kept[wish.kept_in] = kept.get(wish.kept_in, 0) + 1
    needs = space(survey, request.how, photos)
    return MovePlan(
        root=survey.root,
        request=request,
        photos=tuple(photos),
        kept=tuple(KeptFolder(folder, count) for folder, count in sorted(kept.items())),
        empties=emptied_folders(survey, photos) if request.how.takes_away else (),
        space=needs,
        notes=tuple(notes(survey, request.how, photos)),
        refusals=tuple(refusals(survey, request.how, photos, needs)),
    )


def _sorted_ids(wishes: Sequence[_Wish]) -> frozenset[int]:
    return frozenset(wish.photo.id for wish in wishes if wish.status is Status.SORTED)


def _spell_folders(survey: Survey, wishes: Sequence[_Wish]) -> None:
    """Give every folder the spelling that it has on the disk, and see which photos are at their place already."""
    folders = TargetFolders(survey.place)
    for wish in wishes:
        if wish.status is Status.SORTED:
            wish.folder = folders.spelled(wish.folder)
            if wish.home.in_destination == wish.folder:
                wish.status, wish.reason, wish.holds = Status.LEFT, f"at its place already ({wish.reason})", True


def _find_duplicates(survey: Survey, wishes: Sequence[_Wish], *, own_folder_only: bool) -> None:
    """Of photos with the same content only one is sorted: one that the person labelled, else the first."""
    holders: dict[bytes, list[tuple[str, frozenset[bytes | None]]]] = {}

    def hold(wish: _Wish, picture: bytes, others: frozenset[bytes | None]) -> None:
        holders.setdefault(picture, []).append((wish.photo.relpath, others))

    for wish in wishes:
        picture = survey.digests.get(wish.photo.relpath)
        if wish.holds and picture is not None:
            hold(wish, picture, _other_contents(survey, wish.photo))
    candidates = [wish for wish in wishes if wish.status is Status.SORTED and wish.photo.relpath in survey.digests]
    for wish in sorted(candidates, key=lambda wish: (wish.confidence is not None, wish.photo.relpath)):
        picture = survey.digests[wish.photo.relpath]
        others = _other_contents(survey, wish.photo)
        there = _in_destination(survey, wish, picture, others, own_folder_only=own_folder_only)
        twin = next((path for path, has in holders.get(picture, ()) if others <= has and None not in others), None)
        if there is not None:
            wish.status, wish.reason = Status.DUPLICATE, f"the destination has it already, as “{there}”"
        elif twin is not None:
            wish.status, wish.reason = Status.DUPLICATE, f"the same picture as “{twin}”"
        else:
            hold(wish, picture, others)


def _other_contents(survey: Survey, photo: Photo) -> frozenset[bytes | None]:
    """SHA-256 of the RAW files and videos that belong to a photo, None for one that nothing equals."""
    if not photo.companions:
        return frozenset()
    return frozenset(survey.digests.get(path) for path in photo.companions if is_weighty(path) and path in survey.files)


def _in_destination(
    survey: Survey, wish: _Wish, picture: bytes, others: frozenset[bytes | None], *, own_folder_only: bool
) -> str | None:
    """Where the destination has a photo already, with all its files; None where it does not."""
    found = survey.there.get(picture, ())
    if not found or any(other is None or other not in survey.there for other in others):
        return None
    photo = wish.photo
    itself = None if wish.home.in_destination is None else f"{wish.home.in_destination}/{name_of(photo.relpath)}"
    # What was put there before the person said something else of it does not stand in the way of doing so again.
    before = survey.past.folders.get(photo.id)
    for path in found:
        if path == (itself or "").lstrip("/") or (before is not None and folder_of(path) == before):
            continue
        if not own_folder_only or folder_of(path) == wish.folder:
            return path
    return None


def _planned(
    survey: Survey, request: SortRequest, wish: _Wish, names: TargetNames, shared: SharedSidecars
) -> PlannedPhoto:
    photo = wish.photo
    is_sorted = wish.status is Status.SORTED
    paths = [photo.relpath, *(path for path in photo.companions if path in survey.files)]
    goes = is_sorted and request.how is not How.KEYWORDS
    targets: dict[str, str] = {}
    conflict = ""
    if goes:
        going = [path for path in paths if not (survey.files[path].link or shared.stays(path))]
        found = names.settle(wish.folder, [name_of(path) for path in going], origin=folder_of(photo.relpath))
        conflict = found.conflict
        prefix = f"{wish.folder}/" if wish.folder else ""
        targets = {path: prefix + name for path, name in zip(going, found.names, strict=True)}
        if request.how.takes_away:
            paths += [path for path in shared.needed_by(photo.id) if path in survey.files]
    return PlannedPhoto(
        photo_id=photo.id,
        files=tuple(_files(survey, paths, targets, shared)),
        status=wish.status,
        reason=wish.reason,
        folder=wish.folder if is_sorted else "",
        rule=wish.rule if is_sorted else "",
        confidence=wish.confidence if is_sorted else None,
        conflict=conflict,
        keywords=(wish.keyword,) if is_sorted and wish.keyword and not goes else (),
    )


def _files(
    survey: Survey, paths: Sequence[str], targets: Mapping[str, str], shared: SharedSidecars
) -> Iterator[PlannedFile]:
    for path in paths:
        facts = survey.files.get(path)
        target = targets.get(path)
        if facts is None:
            yield PlannedFile(path, None, 0, 0)
        else:
            yield PlannedFile(
                path, target, facts.size, facts.mtime_ns, facts.inode, facts.device, shared.is_shared(path)
            )


def _unreadable(failure: Failure) -> PlannedPhoto:
    return PlannedPhoto(None, (PlannedFile(failure.relpath, None, 0, 0),), Status.FAILED, failure.reason)
