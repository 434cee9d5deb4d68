"""What a plan comes to, step by step: the record of a run before it is written down."""

from __future__ import annotations

import secrets
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath

from photosort.core.companions import SIDECAR_SUFFIXES, original_of, suffix_of
from photosort.core.errors import PhotosortError, SortingError
from photosort.core.photo import Photo
from photosort.core.sorting.files import placing
from photosort.core.sorting.files.attributes import read_carried
from photosort.core.sorting.runs.folders import folders_of
from photosort.core.sorting.runs.problems import require_inside, words
from photosort.core.sorting.runs.steps import RunFile, RunPhoto, RunRecord, Side, Step, StepKind, title_of
from photosort.core.sorting.values import How, MovePlan, PlannedFile, PlannedPhoto, Run, RunState, Status
from photosort.core.xmp.reading import with_keywords
from photosort.core.xmp.sidecars import read_sidecar, sidecar_to_write


def draft(plan: MovePlan, root_id: int, known: Mapping[int, Photo]) -> RunRecord:
    """The record of the run that does what a plan says.

    Args:
        plan: what shall be done.
        root_id: the catalog's id of the sorted folder.
        known: photos by id; asked for the sidecars of a plan that writes keywords.

    Raises:
        SortingError: the plan is refused, its drive is away, or a path of it leaves the folder that it belongs to.
    """
    if plan.refusals:
        raise SortingError("; ".join(plan.refusals))
    request = plan.request
    _require_same_drive(plan)
    photos = [_photo(position, planned) for position, planned in enumerate(plan.photos)]
    for photo in photos:
        for path in (photo.source, photo.target, *(name for file in photo.companions for name in file[:2])):
            require_inside(path)
    kind = StepKind.of(request.how)
    steps = _writing(plan, photos, known) if kind is StepKind.WRITE else _placing(plan, kind)
    done = {step.position for step in steps}
    for photo in photos:
        if photo.status is Status.SORTED and photo.position not in done:
            # Nobody is to believe that something was done with it.
            photo.status, photo.goal, photo.reason = Status.FAILED, Side.BEFORE, "its plan says nothing to do"
    sorted_ones = [photo for photo in photos if photo.status is Status.SORTED]
    run = _run(
        root_id,
        plan.root,
        plan.destination,
        request.how,
        title_of(request.how, len(sorted_ones), where_to(plan.destination, sorted_ones)),
    )
    record = RunRecord(run, photos, steps)
    emptied = [plan.root / folder for folder in plan.empties] if request.how is How.MOVE else []
    record.folders = folders_of(record, emptied)
    return record


def _require_same_drive(plan: MovePlan) -> None:
    """Refuse a plan whose drive went away since: its mount point may still be there, as a folder of another one."""
    if plan.device is None or plan.request.how is How.KEYWORDS:
        return
    try:
        there = placing.device_of(plan.destination)
    except OSError as error:
        raise SortingError(f"nothing was changed: {plan.destination} cannot be reached: {words(error)}") from error
    if there != plan.device:
        raise SortingError(
            f"nothing was changed: {plan.destination} does not lie on the drive any more on which it lay when it was"
            " looked at"
        )


def draft_discard(root: Path, root_id: int, photos: Sequence[Photo], present: Iterable[str]) -> RunRecord:
    """The record of a run that puts photos, with all their files, into the trash.

    Args:
        root: the folder they lie in.
        root_id: the catalog's id of it.
        photos: present photos of it.
        present: paths of all photos of the folder; a sidecar that one of those that stay needs, too, stays with it.
    """
    found: list[RunPhoto] = []
    steps: list[Step] = []
    going_too = {photo.relpath for photo in photos}
    staying = {_shot_of(path) for path in present if path not in going_too}
    for position, photo in enumerate(photos):
        looks = [(path, placing.identify(root / path)) for path in (photo.relpath, *_own_companions(photo, staying))]
        there = [(path, identity) for path, identity in looks if identity is not None]
        gone = not there or there[0][0] != photo.relpath
        companions = tuple(RunFile(path, None, one.size, one.mtime_ns) for path, one in there if path != photo.relpath)
        found.append(
            RunPhoto(
                position,
                photo.id,
                photo.relpath,
                None,
                "",
                "by hand",
                Status.FAILED if gone else Status.SORTED,
                "it is no longer there" if gone else "put into the trash",
                companions,
                photo.size,
                photo.mtime_ns,
                Side.BEFORE if gone else Side.AFTER,
            )
        )
        if not gone:
            steps += [
                Step(0, position, StepKind.DISCARD, path, "", one.size, one.mtime_ns, one.inode, one.device)
                for path, one in there
            ]
    _number(steps)
    going = sum(photo.status is Status.SORTED for photo in found)
    run = _run(root_id, root, root, How.MOVE, title_of(How.MOVE, going, "", discarding=True))
    record = RunRecord(run, found, steps)
    record.folders = folders_of(record, [])
    return record


def _shot_of(path: str) -> tuple[str, str]:
    """What photos have in common that may share a sidecar: their folder, and the name that edits are named after."""
    pure = PurePosixPath(path)
    return pure.parent.as_posix(), original_of(pure.stem.casefold())


def _own_companions(photo: Photo, staying: Collection[tuple[str, str]]) -> list[str]:
    """A photo's other files, without sidecars that a photo which stays needs, too."""
    if _shot_of(photo.relpath) not in staying:
        return list(photo.companions)
    own_sidecar = f"{photo.relpath}.xmp".casefold()
    return [
        path for path in photo.companions if suffix_of(path) not in SIDECAR_SUFFIXES or path.casefold() == own_sidecar
    ]


def where_to(destination: Path, photos: Iterable[RunPhoto]) -> str:
    """The folder that photos go to, as a title names it: the one that all share, else the destination."""
    folders = {photo.folder for photo in photos}
    name = PurePosixPath(folders.pop()).name if len(folders) == 1 else ""
    return name or destination.name or str(destination)


def _run(root_id: int, root: Path, destination: Path, how: How, title: str) -> Run:
    now = time.time()
    name = f"{time.strftime('%Y%m%d-%H%M%S', time.localtime(now))}-{secrets.token_hex(4)}"
    return Run(0, name, root_id, root, destination, how, title, RunState.APPLYING, now, None)


def _photo(position: int, planned: PlannedPhoto) -> RunPhoto:
    picture, *others = planned.files
    return RunPhoto(
        position,
        planned.photo_id,
        picture.source,
        picture.target,
        planned.folder,
        planned.rule,
        planned.status,
        planned.told,
        tuple(RunFile(file.source, file.target, file.size, file.mtime_ns) for file in others),
        picture.size,
        picture.mtime_ns,
        Side.AFTER if planned.status is Status.SORTED else Side.BEFORE,
    )


def _placing(plan: MovePlan, kind: StepKind) -> list[Step]:
    """One step for each file that goes somewhere; a file that several photos need is one step, of the last of them."""
    users = _users(plan, kind)
    device = placing.device_of(placing.nearest_existing(plan.destination)) if kind is StepKind.MOVE else None
    steps = []
    for position, photo in enumerate(plan.photos):
        if photo.status is not Status.SORTED:
            continue
        for file in photo.files:
            needs = users.get(_file_key(file, kind), ())
            if file.target is None or (needs and not _goes_with(plan, file, needs, position, kind)):
                continue
            steps.append(
                Step(
                    0,
                    position,
                    kind,
                    file.source,
                    file.target,
                    file.size,
                    file.mtime_ns,
                    file.inode,
                    file.device,
                    needs=tuple(needs),
                    carried=None if device in {None, file.device} else read_carried(plan.root / file.source),
                )
            )
    return _number(steps)


def _number(steps: list[Step]) -> list[Step]:
    for number, step in enumerate(steps):
        step.number = number
    return steps


def _file_key(file: PlannedFile, kind: StepKind) -> tuple[str, str]:
    """What makes two files of a plan one: copies of one file at two places are two."""
    return file.source, "" if kind is StepKind.MOVE else file.target or ""


def _users(plan: MovePlan, kind: StepKind) -> dict[tuple[str, str], list[int]]:
    """The positions of the photos that need a file, for files that several need."""
    found: dict[tuple[str, str], list[int]] = {}
    for position, photo in enumerate(plan.photos):
        if photo.status is Status.SORTED or kind is StepKind.MOVE:
            for file in photo.files:
                if file.shared:
                    found.setdefault(_file_key(file, kind), []).append(position)
    return {key: positions for key, positions in found.items() if len(positions) > 1}


def _goes_with(plan: MovePlan, file: PlannedFile, needs: Sequence[int], position: int, kind: StepKind) -> bool:
    """Whether a shared file goes with this photo: the last of those that take it along, unless one of them stays."""
    if kind is StepKind.MOVE and any(plan.photos[one].status is not Status.SORTED for one in needs):
        return False
    takers = [
        one for one in needs if any(mine.source == file.source and mine.target for mine in plan.photos[one].files)
    ]
    return position == takers[-1]


def _writing(plan: MovePlan, photos: Sequence[RunPhoto], known: Mapping[int, Photo]) -> list[Step]:
    """A step for each sidecar that gets keywords; photos whose sidecar cannot be read fail, here and now."""
    steps: list[Step] = []
    contents: dict[str, bytes | None] = {}
    for record, planned in zip(photos, plan.photos, strict=True):
        photo = None if planned.photo_id is None else known.get(planned.photo_id)
        if planned.status is not Status.SORTED or photo is None:
            continue
        try:
            path = sidecar_to_write(photo)
            if path.is_symlink():
                # Written anew it would be a file of its own, and what it leads to may belong to other photos, too.
                raise SortingError(f"{path.name} is a link to a file elsewhere")
            source = path.relative_to(plan.root).as_posix()
            before = contents[source] if source in contents else read_sidecar(path)
            after = with_keywords(photo.path, before, planned.keywords)
            found = placing.identify(path)
        except (OSError, PhotosortError) as error:
            record.status, record.goal = Status.FAILED, Side.BEFORE
            record.reason = f"its sidecar cannot be written: {words(error)}"
            continue
        if after == before:
            record.status, record.goal, record.reason = Status.LEFT, Side.BEFORE, "it has these keywords already"
            continue
        contents[source] = after
        size, mtime_ns = (found.size, found.mtime_ns) if found is not None else (0, 0)
        steps.append(
            Step(0, record.position, StepKind.WRITE, source, source, size, mtime_ns, before=before, after=after)
        )
    return _number(steps)
