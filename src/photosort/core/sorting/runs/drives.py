"""Whether both places of a run are at hand: a drive that is not connected must not look like files that are gone."""

from __future__ import annotations

import os
from pathlib import Path

from photosort.core.errors import SortingError
from photosort.core.files import openable
from photosort.core.sorting.files import placing
from photosort.core.sorting.runs.journal_file import home_of
from photosort.core.sorting.runs.steps import FolderRole, Mark, RunRecord, StepKind


def require_places(record: RunRecord) -> None:
    """Refuse to touch a run while one of its folders is away.

    Folders that the run itself made, or emptied, may be gone; what they lay in before may not.

    Raises:
        SortingError: the root or the destination is away, most likely with its drive.
    """
    run, home = record.run, home_of(record.run)
    if not record.steps:
        return
    if not run.root.is_dir() and not _root_can_be_made(record):
        raise _away(run.root)
    for one in record.folders:
        if one.role is FolderRole.MOUNT and _lies_at(one.path, run.root, home) and _is_bare(one.path):
            raise SortingError(
                f"The drive that was connected at {one.path} is away: connect it first. Nothing was changed."
            )
    made = {one.path for one in record.folders if one.role is FolderRole.MADE}
    base = next(folder for folder in (home, *home.parents) if folder not in made)
    if not base.is_dir() or (not home.is_dir() and _went_to_another_drive(record)):
        raise _away(home)


def _lies_at(mount: Path, *places: Path) -> bool:
    """Whether one of some places is on the drive that was connected at a folder, as they are called now."""
    return any(Path(os.path.realpath(place)).is_relative_to(mount) for place in places)


def _is_bare(mount: Path) -> bool:
    """Whether a folder at which a drive was connected is only the folder now."""
    if os.path.ismount(mount):
        return False
    try:
        with os.scandir(openable(mount)) as entries:
            return next(entries, None) is None
    except FileNotFoundError:
        return True
    except OSError:
        return False


def _root_can_be_made(record: RunRecord) -> bool:
    """Whether its files are on the very file system where it lay: then it was removed, as an empty folder can be."""
    run = record.run
    if not run.destination.is_dir():
        return False
    device = placing.device_of(run.destination)
    return device == placing.device_of(run.root) and any(
        step.kind is StepKind.MOVE and step.device == device for step in record.steps
    )


def _went_to_another_drive(record: RunRecord) -> bool:
    """Whether files were moved by copying them, and are no longer where they were."""
    return any(
        step.kind is StepKind.MOVE
        and step.digest is not None
        and step.mark is not Mark.BEFORE
        and placing.identify(record.source(step)) is None
        for step in record.steps
    )


def _away(folder: Path) -> SortingError:
    return SortingError(
        f"{folder} is not there. If it lies on a drive, connect it first; if the folder was removed, make it again, "
        "empty. Nothing was changed."
    )
