"""What a file job does, as generators. Knows no Qt.

The engine is imported by them, on the job's thread: the window would be there later if it came with it.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Generator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from photosort.core.catalog import Catalog
from photosort.core.errors import SortingError
from photosort.core.photo import Photo, Progress
from photosort.core.sorting.files.trash import Trash
from photosort.core.sorting.values import How, MovePlan, Run
from photosort.pipeline import open_folder

if TYPE_CHECKING:
    from photosort.core.sorting.runs.engine import Undone

_ALL = 1_000_000
"""More folders than anybody opens."""


def interrupted(catalog: Catalog) -> list[Run]:
    """Runs that were at work when their program ended, newest first; none while somebody is at work."""
    if not catalog.runs.interrupted():
        return []
    from photosort.core.sorting.runs import engine

    return engine.interrupted(catalog)


def apply(catalog: Catalog, plan: MovePlan, command: str) -> Generator[Progress, None, Run]:
    """See `photosort.core.sorting.runs.engine.apply`."""
    from photosort.core.sorting.runs import engine

    return (yield from engine.apply(catalog, plan, command=command))


def undo(
    catalog: Catalog, run_id: int, photo_ids: Collection[int] | None, trash: Trash, command: str
) -> Generator[Progress, None, Undone]:
    """See `photosort.core.sorting.runs.engine.undo`."""
    from photosort.core.sorting.runs import engine

    return (yield from engine.undo(catalog, run_id, photo_ids=photo_ids, command=command, trash=trash))


def redo(catalog: Catalog, run_id: int, command: str) -> Generator[Progress, None, Run]:
    """See `photosort.core.sorting.runs.engine.redo`."""
    from photosort.core.sorting.runs import engine

    return (yield from engine.redo(catalog, run_id, command=command))


def finish(catalog: Catalog, run_id: int, trash: Trash, command: str) -> Generator[Progress, None, Run]:
    """See `photosort.core.sorting.runs.engine.finish`."""
    from photosort.core.sorting.runs import engine

    return (yield from engine.finish(catalog, run_id, command=command, trash=trash))


def roll_back(catalog: Catalog, run_id: int, trash: Trash, command: str) -> Generator[Progress, None, Run]:
    """See `photosort.core.sorting.runs.engine.roll_back`."""
    from photosort.core.sorting.runs import engine

    return (yield from engine.roll_back(catalog, run_id, command=command, trash=trash))


def discard(
    catalog: Catalog, root_id: int, photos: Sequence[Photo], trash: Trash, command: str
) -> Generator[Progress, None, Run]:
    """See `photosort.core.sorting.runs.engine.discard`."""
    from photosort.core.sorting.runs import engine

    return (yield from engine.discard(catalog, root_id, photos, trash, command=command))


def file_photos(
    catalog: Catalog, root: Path, photos: Sequence[Photo], folder: Path, how: How, command: str
) -> Generator[Progress, None, Run]:
    """File photos into one folder by hand: look at the disk, plan, apply.

    Args:
        catalog: where the run is kept.
        root: the folder that the photos are of.
        photos: what to file.
        folder: where to, absolute.
        how: move or copy.
        command: who does it, for another process that wants to.

    Yields:
        progress of looking, then of moving.

    Returns:
        the run.

    Raises:
        SortingError: it cannot be done at all; nothing was touched.
    """
    from photosort.core.sorting.plans.planning import file_into
    from photosort.core.sorting.plans.survey import survey

    found = yield from survey(root, photos, folder)
    plan = file_into(root, photos, folder, how, found)
    if plan.refusals:
        raise SortingError(" ".join(plan.refusals))
    return (yield from apply(catalog, plan, command))


def discard_duplicates(
    catalog: Catalog, run_id: int, photos: Sequence[Photo], trash: Trash, command: str
) -> Generator[Progress, None, Run]:
    """Put duplicates that a run found into the trash, as far as what they equal is still there.

    Args:
        catalog: where the runs are kept.
        run_id: the run that found them.
        photos: the duplicates.
        trash: where they go.
        command: who does it, for another process that wants to.

    Yields:
        progress of comparing, then of discarding.

    Returns:
        the run that discarded them.

    Raises:
        SortingError: none of them is a duplicate any more; nothing was touched.
    """
    from photosort.core.sorting.runs.still_twins import still_duplicates

    run, account = catalog.runs.run(run_id), catalog.runs.account(run_id)
    still = yield from still_duplicates(run, account, photos)
    if not still:
        message = "What these photos were duplicates of is not there any more, so they stay."
        raise SortingError(message)
    return (yield from discard(catalog, run.root_id, still, trash, command))


def bring_files(
    catalog: Catalog, files: Sequence[Path], folder: Path, how: How, command: str
) -> Generator[Progress, None, Run]:
    """File files that another program gave, from wherever they lie, into one folder.

    The folder that they share becomes known to the catalog, for the run to be kept; it does not become a recent one.

    Args:
        catalog: where the run is kept.
        files: what to file: pictures, whose companions go along.
        folder: where to, absolute.
        how: move or copy.
        command: who does it, for another process that wants to.

    Yields:
        progress of looking, then of moving.

    Returns:
        the run.

    Raises:
        SortingError: none of them is a photo, or it cannot be done at all; nothing was touched.
        ScanError: the folder that they lie in cannot be read.
    """
    paths = {file.parent.resolve() / file.name for file in files}
    root = Path(os.path.commonpath([path.parent for path in paths]))
    recent = any(one.path == root for one in catalog.recent_roots(_ALL))
    opened = yield from open_folder(catalog, root, only=sorted(paths))
    if not recent:
        catalog.forget_root(opened.root_id)
    photos = [
        photo
        for photo in catalog.photos(opened.root_id)
        if not paths.isdisjoint((photo.path, *(root / relpath for relpath in photo.companions)))
    ]
    if not photos:
        message = "None of what was dropped is a photo, so nothing was filed."
        raise SortingError(message)
    return (yield from file_photos(catalog, root, photos, folder, how, command))
