"""Make a plan: what becomes of every photo and of each of its files. Pure arithmetic over what `survey` found.

Every photo that is asked about is in the plan once, with one place or none, and a reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from photosort.core.columns import PhotoColumns
from photosort.core.photo import Photo
from photosort.core.sorting.plans.checks import notes, refusals, space
from photosort.core.sorting.plans.emptied import emptied_folders
from photosort.core.sorting.plans.facts import (
    Survey,
    folder_of,
    name_of,
)
from photosort.core.sorting.plans.repeats import hold_repeats
from photosort.core.sorting.plans.rules import Placements
from photosort.core.sorting.plans.sharing import SharedSidecars
from photosort.core.sorting.plans.targets import TargetFolders, TargetNames
from photosort.core.sorting.plans.wishes import BY_HAND, UNSURE, Changes, Judge, Wish, by_hand
from photosort.core.sorting.values import (
    How,
    KeptFolder,
    MovePlan,
    PlannedFile,
    PlannedPhoto,
    SortRequest,
    Status,
)

__all__ = ["BY_HAND", "UNSURE", "Changes", "file_into", "resolve"]


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
    judge = Judge(placements, survey, request, changes or Changes())
    wishes = [judge.wish(photo, row) for photo, row in zip(survey.photos, rows, strict=True)]
    # Whoever asks about some photos does not ask about files that are none.
    whole = len(survey.photos) >= np.count_nonzero(~columns.missing)
    known = frozenset(columns.relpaths)
    failures = [failure for failure in survey.unreadable if failure.relpath not in known] if whole else []
    return _plan(survey, request, wishes, [judge.unreadable(failure) for failure in failures])


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
    wishes = [by_hand(survey, how, photo) for photo in survey.photos if photo.id in wanted]
    return _plan(survey, request, wishes)


def _plan(
    survey: Survey,
    request: SortRequest,
    wishes: Sequence[Wish],
    unreadable: Sequence[PlannedPhoto] = (),
) -> MovePlan:
    places_files = request.how is not How.KEYWORDS
    if places_files:
        _spell_folders(survey, wishes)
        hold_repeats(survey, wishes, own_folder_only=not request.rules)
    shared = SharedSidecars(survey, request.how, [wish.photo for wish in wishes], _sorted_ids(wishes))
    names = TargetNames(survey.place)
    photos = [_planned(survey, request, wish, names, shared) for wish in wishes]
    if unreadable:
        photos += unreadable
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
        device=survey.place.device or None,
    )


def _sorted_ids(wishes: Sequence[Wish]) -> frozenset[int]:
    return frozenset(wish.photo.id for wish in wishes if wish.status is Status.SORTED)


def _spell_folders(survey: Survey, wishes: Sequence[Wish]) -> None:
    """Give every folder the spelling that it has on the disk, and see which photos are at their place already."""
    folders = TargetFolders(survey.place)
    for wish in wishes:
        if wish.status is Status.SORTED:
            wish.folder = folders.spelled(wish.folder)
            if wish.home.in_destination == wish.folder:
                wish.status, wish.reason, wish.holds = Status.LEFT, f"at its place already ({wish.reason})", True


def _planned(
    survey: Survey, request: SortRequest, wish: Wish, names: TargetNames, shared: SharedSidecars
) -> PlannedPhoto:
    photo = wish.photo
    is_sorted = wish.status is Status.SORTED
    paths = [photo.relpath, *(path for path in photo.companions if path in survey.files)]
    goes = is_sorted and request.how is not How.KEYWORDS
    targets: dict[str, str] = {}
    conflict = ""
    if goes:
        going = [path for path in paths if not shared.stays(path)]
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
