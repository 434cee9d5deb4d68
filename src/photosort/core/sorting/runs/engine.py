"""Apply plans, undo and redo runs, finish or roll back interrupted ones.

One engine does all of it: every step of a run has two sides (see `sides`), and each of these generators drives photos
to one of them, to *after* in the order of the plan and to *before* in the opposite order. It is written down beforehand
and durably where to, so that a sudden end can be gone on with. Each holds the lock of the catalog's folder meanwhile.

Closing a generator cancels: what is done is done and listed, the rest is untouched and listed.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Sequence
from pathlib import Path

from photosort.core.catalog import Catalog
from photosort.core.errors import SortingError
from photosort.core.photo import Photo, Progress
from photosort.core.sorting.files.exclusive import identify
from photosort.core.sorting.files.run_lock import is_free, sorting_lock
from photosort.core.sorting.files.trash import Trash
from photosort.core.sorting.plans import requests
from photosort.core.sorting.runs import journal_file, journal_reading
from photosort.core.sorting.runs.drafts import draft, draft_discard
from photosort.core.sorting.runs.drives import require_places
from photosort.core.sorting.runs.driving import Drive, Driver, NoLedger, in_order
from photosort.core.sorting.runs.running import (
    STOPPED,
    UNDOING,
    Undone,
    UndoneItem,
    at_rest,
    begin,
    came_back,
    go_back,
    interrupted_one,
    open_journal,
    place,
    take_back,
    what_is_done,
)
from photosort.core.sorting.runs.steps import Mark, Side, StepKind
from photosort.core.sorting.values import How, MovePlan, Run, RunState, Status

__all__ = [
    "STOPPED",
    "Undone",
    "UndoneItem",
    "apply",
    "discard",
    "finish",
    "interrupted",
    "redo",
    "roll_back",
    "undo",
    "undo_journal",
]


def apply(catalog: Catalog, plan: MovePlan, *, command: str = "", wait: bool = False) -> Generator[Progress, None, Run]:
    """Do what was planned.

    Args:
        catalog: where it is written down, before anything is touched.
        plan: what to do; its photos that are not to be sorted are listed in the account as they are.
        command: what this program is doing, for another one that wants to do something, too.
        wait: until the lock is free, rather than raise.

    Yields:
        how far it is: photos, or bytes (`Transfer`) where files are copied.

    Returns:
        the run, as it came out. Photos that failed are in its account with the reason.

    Raises:
        BusyError: another program moves files.
        SortingError: the plan cannot be applied; nothing was touched.
        CatalogError: it could not be written down; what was done until then can be finished or rolled back.
    """
    with sorting_lock(catalog.directory, command, wait=wait):
        root_id = catalog.find_root(plan.root)
        if root_id is None:
            root_id = catalog.open_root(plan.root)
        known = {}
        if plan.request.how is How.KEYWORDS:
            known = catalog.photos_of(photo.photo_id for photo in plan.photos if photo.photo_id is not None)
        record = catalog.runs.record(draft(plan, root_id, known), requests.to_json(plan.request))
        return (yield from begin(catalog, record, None))


def discard(
    catalog: Catalog, root_id: int, photos: Sequence[Photo], trash: Trash, *, command: str = "", wait: bool = False
) -> Generator[Progress, None, Run]:
    """Put photos, with all their files, into the trash, as a run that can be undone where the places are known.

    A photo whose file cannot be put there stays; see `apply` for the rest.
    """
    with sorting_lock(catalog.directory, command, wait=wait):
        present = catalog.listing(root_id).relpaths
        record = catalog.runs.record(draft_discard(catalog.root_path(root_id), root_id, photos, present))
        return (yield from begin(catalog, record, trash))


def undo(
    catalog: Catalog,
    run_id: int,
    *,
    photo_ids: Collection[int] | None = None,
    command: str = "",
    wait: bool = False,
    trash: Trash | None = None,
) -> Generator[Progress, None, Undone]:
    """Put photos of a run back, all of them or some.

    Only photos that are still where the run put them are touched; the others are listed with the reason. Nothing is
    overwritten, and no copy is removed that was changed or whose original is gone.

    Args:
        catalog: where the run is.
        run_id: which.
        photo_ids: just these photos; None for all.
        command: see `apply`.
        wait: see `apply`.
        trash: that may know where a discarded file lies whose place was not noted.

    Yields:
        how far it is.

    Returns:
        what became of each photo.

    Raises:
        BusyError: another program moves files.
        SortingError: the run was interrupted, and must be finished or rolled back first; or one of its folders is away.
    """
    with sorting_lock(catalog.directory, command, wait=wait):
        record = at_rest(catalog, run_id)
        wanted = None if photo_ids is None else frozenset(photo_ids)
        # Also those that were not where the run put them when somebody last looked: they may be again.
        placed = {
            step.position
            for step in record.steps
            if step.mark is Mark.AFTER
            # A copy that went away with its drive before its original could be removed, and is back.
            or (step.mark is Mark.COPIED and identify(record.target(step)) is not None)
        }
        photos = in_order(
            record.photos,
            Side.BEFORE,
            lambda photo: (photo.standing or photo.position in placed) and (wanted is None or photo.photo_id in wanted),
        )
        return (yield from take_back(catalog, record, photos, recovering=False, trash=trash))


def redo(catalog: Catalog, run_id: int, *, command: str = "", wait: bool = False) -> Generator[Progress, None, Run]:
    """Do again what was undone of a run, as far as the photos are where they were then; see `apply`."""
    with sorting_lock(catalog.directory, command, wait=wait):
        record = at_rest(catalog, run_id)
        if record.steps and record.steps[0].kind is StepKind.DISCARD:
            raise SortingError("what was taken out of the trash is not put there again by itself: choose it again")
        if record.run.state is RunState.ROLLED_BACK:
            raise SortingError("it was taken back before it was done, so there is nothing to do again: sort anew")
        photos = in_order(record.photos, Side.AFTER, lambda photo: photo.status is Status.SORTED and not photo.standing)
        catalog.runs.begin(run_id, RunState.APPLYING, Side.AFTER, [photo.position for photo in photos])
        try:
            if photos:
                open_journal(record)
        except SortingError:
            catalog.runs.end(run_id, record.run.state, record.run.title)
            raise
        return (yield from place(catalog, record, photos, Drive(Side.AFTER, what_is_done(record)), None))


def interrupted(catalog: Catalog) -> list[Run]:
    """Runs that were at work when their program ended, newest first; none while somebody is at work."""
    found = catalog.runs.interrupted()
    return found if found and is_free(catalog.directory) else []


def finish(
    catalog: Catalog, run_id: int, *, command: str = "", wait: bool = False, trash: Trash | None = None
) -> Generator[Progress, None, Run]:
    """Go on with an interrupted run, or with its interrupted undo, to the end; see `apply`."""
    with sorting_lock(catalog.directory, command, wait=wait):
        record = interrupted_one(catalog, run_id)
        if record.run.state is not RunState.APPLYING:
            return (yield from go_back(catalog, record, trash))
        photos = in_order(
            record.photos, Side.AFTER, lambda photo: photo.goal is Side.AFTER and photo.status is Status.SORTED
        )
        if record.steps:
            open_journal(record)
        drive = Drive(Side.AFTER, what_is_done(record), recovering=True)
        return (yield from place(catalog, record, photos, drive, trash))


def roll_back(
    catalog: Catalog, run_id: int, *, command: str = "", wait: bool = False, trash: Trash | None = None
) -> Generator[Progress, None, Run]:
    """Put back everything that an interrupted run has done; of an interrupted undo, undo the rest as well."""
    with sorting_lock(catalog.directory, command, wait=wait):
        record = interrupted_one(catalog, run_id)
        if record.run.state is RunState.UNDOING:
            # What it had not got to yet is put back, too.
            for photo in record.photos:
                photo.goal = Side.BEFORE
        return (yield from go_back(catalog, record, trash))


def undo_journal(
    file: Path, *, directory: Path, command: str = "", wait: bool = False
) -> Generator[Progress, None, Undone]:
    """Undo a run by the journal that it left in its destination, without the catalog that made it.

    Where that catalog is at hand, `undo` is better: it keeps the catalog in step.

    Args:
        file: ``.photosort/<name>.jsonl`` in the destination.
        directory: of this computer's catalog: its lock is taken.
        command: see `apply`.
        wait: see `apply`.

    Yields:
        how far it is.

    Returns:
        what became of each photo.

    Raises:
        BusyError: another program moves files.
        SortingError: the journal cannot be read, or the sorted folder is away.
    """
    with sorting_lock(directory, command, wait=wait):
        record = journal_reading.read(file)
        require_places(record)
        photos = in_order(record.photos, Side.BEFORE, lambda photo: photo.standing)
        driver = Driver(record, Drive(Side.BEFORE, UNDOING, recovering=True), NoLedger())
        try:
            yield from driver.run(photos)
        finally:
            driver.sync()
            if all(not photo.standing for photo in record.photos):
                journal_file.remove(record.run)
            driver.folders.settle(Side.BEFORE, driver.busy_folders())
        return came_back(record.run, photos, driver)
