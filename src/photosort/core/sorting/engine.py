"""Apply plans, undo and redo runs, finish or roll back interrupted ones.

One engine does all of it: every step of a run has two sides (see `sides`), and each of these generators drives photos
to one of them, to *after* in the order of the plan and to *before* in the opposite order. It is written down beforehand
and durably where to, so that a sudden end can be gone on with. Each holds the lock of the catalog's folder meanwhile.

Closing a generator cancels: what is done is done and listed, the rest is untouched and listed.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Generator, Sequence
from dataclasses import dataclass
from pathlib import Path

from photosort.core.catalog import Catalog
from photosort.core.catalog.runs import Notes, PhotoNote
from photosort.core.errors import SortingError
from photosort.core.photo import Photo, Progress
from photosort.core.sorting import journal_file, requests
from photosort.core.sorting.drafts import draft, draft_discard, where_to
from photosort.core.sorting.driving import Drive, Driver, NoLedger, in_order
from photosort.core.sorting.folders import Folders
from photosort.core.sorting.problems import words
from photosort.core.sorting.run_lock import is_free, sorting_lock
from photosort.core.sorting.steps import Mark, RunPhoto, RunRecord, Side, StepKind, title_of
from photosort.core.sorting.trash import Trash
from photosort.core.sorting.values import How, MovePlan, Run, RunState, Status

STOPPED = "not reached: it was stopped before"

_DOING = {
    StepKind.MOVE: "Moving photos",
    StepKind.COPY: "Copying photos",
    StepKind.HARDLINK: "Linking photos",
    StepKind.SYMLINK: "Linking photos",
    StepKind.WRITE: "Writing keywords",
    StepKind.DISCARD: "Putting photos into the trash",
}
_UNDOING = "Putting photos back"


@dataclass(frozen=True, slots=True)
class UndoneItem:
    """What an undo did with one photo.

    Attributes:
        source: path of the picture relative to the sorted folder, POSIX: where it is put back to.
        status: "restored", or "left" where the run had put it.
        reason: why it was left; empty for one that was restored.
    """

    source: str
    status: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Undone:
    """How an undo came out.

    Attributes:
        run: what was undone, as it is now; of an undo without a catalog its id is 0.
        restored: how many photos are back.
        items: each photo that was to be put back, in the order of the plan.
    """

    run: Run
    restored: int
    items: tuple[UndoneItem, ...]


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
        return (yield from _begin(catalog, record, None))


def discard(
    catalog: Catalog, root_id: int, photos: Sequence[Photo], trash: Trash, *, command: str = "", wait: bool = False
) -> Generator[Progress, None, Run]:
    """Put photos, with all their files, into the trash, as a run that can be undone where the places are known.

    A photo whose file cannot be put there stays; see `apply` for the rest.
    """
    with sorting_lock(catalog.directory, command, wait=wait):
        record = catalog.runs.record(draft_discard(catalog.root_path(root_id), root_id, photos))
        return (yield from _begin(catalog, record, trash))


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
        SortingError: the run was interrupted, and must be finished or rolled back first.
    """
    with sorting_lock(catalog.directory, command, wait=wait):
        record = _at_rest(catalog, run_id)
        wanted = None if photo_ids is None else frozenset(photo_ids)
        # Also those that were not where the run put them when somebody last looked: they may be again.
        placed = {step.position for step in record.steps if step.mark is Mark.AFTER}
        photos = in_order(
            record.photos,
            Side.BEFORE,
            lambda photo: (photo.standing or photo.position in placed) and (wanted is None or photo.photo_id in wanted),
        )
        return (yield from _take_back(catalog, record, photos, recovering=False, trash=trash))


def redo(catalog: Catalog, run_id: int, *, command: str = "", wait: bool = False) -> Generator[Progress, None, Run]:
    """Do again what was undone of a run, as far as the photos are where they were then; see `apply`."""
    with sorting_lock(catalog.directory, command, wait=wait):
        record = _at_rest(catalog, run_id)
        if record.steps and record.steps[0].kind is StepKind.DISCARD:
            raise SortingError("what was taken out of the trash is not put there again by itself: choose it again")
        if record.run.state is RunState.ROLLED_BACK:
            raise SortingError("it was taken back before it was done, so there is nothing to do again: sort anew")
        photos = in_order(record.photos, Side.AFTER, lambda photo: photo.status is Status.SORTED and not photo.standing)
        catalog.runs.begin(run_id, RunState.APPLYING, Side.AFTER, [photo.position for photo in photos])
        try:
            _open_journal(record)
        except SortingError:
            catalog.runs.end(run_id, record.run.state, record.run.title)
            raise
        return (yield from _place(catalog, record, photos, Drive(Side.AFTER, _what(record)), None))


def interrupted(catalog: Catalog) -> list[Run]:
    """Runs that were at work when their program ended, newest first; none while somebody is at work."""
    found = catalog.runs.interrupted()
    return found if found and is_free(catalog.directory) else []


def finish(
    catalog: Catalog, run_id: int, *, command: str = "", wait: bool = False, trash: Trash | None = None
) -> Generator[Progress, None, Run]:
    """Go on with an interrupted run, or with its interrupted undo, to the end; see `apply`."""
    with sorting_lock(catalog.directory, command, wait=wait):
        record = _interrupted_one(catalog, run_id)
        if record.run.state is not RunState.APPLYING:
            return (yield from _go_back(catalog, record, trash))
        photos = in_order(
            record.photos, Side.AFTER, lambda photo: photo.goal is Side.AFTER and photo.status is Status.SORTED
        )
        _open_journal(record)
        drive = Drive(Side.AFTER, _what(record), recovering=True)
        return (yield from _place(catalog, record, photos, drive, trash))


def roll_back(
    catalog: Catalog, run_id: int, *, command: str = "", wait: bool = False, trash: Trash | None = None
) -> Generator[Progress, None, Run]:
    """Put back everything that an interrupted run has done; of an interrupted undo, undo the rest as well."""
    with sorting_lock(catalog.directory, command, wait=wait):
        record = _interrupted_one(catalog, run_id)
        if record.run.state is RunState.UNDOING:
            # What it had not got to yet is put back, too.
            for photo in record.photos:
                photo.goal = Side.BEFORE
        return (yield from _go_back(catalog, record, trash))


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
        SortingError: the journal cannot be read.
    """
    with sorting_lock(directory, command, wait=wait):
        record = journal_file.read(file)
        photos = in_order(record.photos, Side.BEFORE, lambda photo: photo.standing)
        driver = Driver(record, Drive(Side.BEFORE, _UNDOING, recovering=True), NoLedger())
        try:
            yield from driver.run(photos)
        finally:
            driver.sync()
            if all(not photo.standing for photo in record.photos):
                journal_file.remove(record.run)
            driver.folders.settle(Side.BEFORE, driver.busy_folders())
        return _undone(record.run, photos, driver)


# -- doing ---------------------------------------------------------------------------------------------


def _begin(catalog: Catalog, record: RunRecord, trash: Trash | None) -> Generator[Progress, None, Run]:
    """Apply a run that has just been written down."""
    try:
        if record.steps:
            _open_journal(record)
    except SortingError as error:
        _call_off(catalog, record, str(error))
        raise
    photos = in_order(record.photos, Side.AFTER, lambda photo: photo.status is Status.SORTED)
    drive = Drive(Side.AFTER, _what(record), fresh=True)
    return (yield from _place(catalog, record, photos, drive, trash))


def _open_journal(record: RunRecord) -> None:
    """Make the destination, and leave the journal in it before the first file is touched."""
    if journal_file.path_of(record.run).exists():
        return
    try:
        Folders(record).open(journal_file.home_of(record.run))
        journal_file.write(record)
    except OSError as error:
        place = journal_file.home_of(record.run)
        raise SortingError(f"nothing was changed: {place} cannot be written to: {words(error)}") from error


def _call_off(catalog: Catalog, record: RunRecord, reason: str) -> None:
    """End a run that never began."""
    notes = Notes()
    for photo in record.photos:
        if photo.status is Status.SORTED:
            photo.status, photo.reason = Status.FAILED, reason
            notes.photos.append(_note(photo))
    catalog.runs.note(record.run.id, notes)
    catalog.runs.end(record.run.id, RunState.ROLLED_BACK, record.run.title)
    Folders(record).settle(Side.BEFORE, ())


def _place(
    catalog: Catalog, record: RunRecord, photos: Sequence[RunPhoto], drive: Drive, trash: Trash | None
) -> Generator[Progress, None, Run]:
    """Drive photos to where the run puts them, and end the run."""
    began = time.monotonic()
    run = record.run
    home = catalog.runs.home(run) if run.how is How.MOVE else None
    driver = Driver(record, drive, _Marks(catalog, run.id), home=home, trash=trash)
    state = RunState.STOPPED
    try:
        yield from driver.run(photos)
        state = RunState.APPLIED
    finally:
        # Whatever stopped it, and unless the catalog itself fails: then it counts as interrupted.
        notes = Notes()
        for photo in photos:
            if photo.position not in driver.outcomes and (drive.fresh or drive.recovering):
                photo.status, photo.reason = Status.LEFT, STOPPED
                notes.photos.append(_note(photo))
        catalog.runs.note(run.id, notes)
        driver.sync()
        if any(photo.standing for photo in record.photos):
            driver.folders.settle(Side.AFTER, driver.busy_folders())
            journal_file.close(record, state)
        else:
            # Nothing to undo, so nothing is left behind.
            journal_file.remove(run)
            driver.folders.settle(Side.BEFORE, driver.busy_folders())
        ended = catalog.runs.end(run.id, state, _title(record), seconds=time.monotonic() - began)
    return ended


def _go_back(catalog: Catalog, record: RunRecord, trash: Trash | None) -> Generator[Progress, None, Run]:
    """Finish going back, or begin to, from wherever an interrupted run is."""
    run = record.run
    if run.state is RunState.APPLYING:
        photos = in_order(record.photos, Side.BEFORE, lambda photo: photo.standing or photo.status is Status.SORTED)
        state = RunState.ROLLING_BACK
    else:
        photos = in_order(
            record.photos,
            Side.BEFORE,
            lambda photo: photo.goal is Side.BEFORE and (photo.standing or photo.status is Status.SORTED),
        )
        state = run.state
    undone = yield from _take_back(catalog, record, photos, recovering=True, trash=trash, state=state)
    return undone.run


def _take_back(
    catalog: Catalog,
    record: RunRecord,
    photos: Sequence[RunPhoto],
    *,
    recovering: bool,
    trash: Trash | None,
    state: RunState = RunState.UNDOING,
) -> Generator[Progress, None, Undone]:
    """Drive photos to where they were before the run."""
    run, before = record.run, record.run.state
    rolling = state is RunState.ROLLING_BACK
    catalog.runs.begin(run.id, state, Side.BEFORE, [photo.position for photo in photos])
    drive = Drive(Side.BEFORE, _UNDOING, recovering=recovering, unsorted=rolling)
    home = catalog.runs.home(run) if run.how is How.MOVE else None
    driver = Driver(record, drive, _Marks(catalog, run.id), home=home, trash=trash)
    whole = False
    try:
        yield from driver.run(photos)
        whole = True
    finally:
        driver.sync()
        standing = {photo.position for photo in record.photos if photo.standing}
        if not standing:
            journal_file.remove(run)
        driver.folders.settle(Side.BEFORE, driver.busy_folders())
        ended = run
        if whole or not rolling:
            # An undo of all that stood has done what it can, also where some photos could not be put back.
            undone = not standing or (whole and standing <= {photo.position for photo in photos})
            ended = catalog.runs.end(run.id, _state_after_undo(before, rolling=rolling, undone=undone), run.title)
    return _undone(ended, photos, driver)


def _state_after_undo(before: RunState, *, rolling: bool, undone: bool) -> RunState:
    if rolling:
        return RunState.ROLLED_BACK
    if undone:
        return RunState.UNDONE
    return before if not before.at_work else RunState.APPLIED


def _undone(run: Run, photos: Sequence[RunPhoto], driver: Driver) -> Undone:
    items = []
    for photo in sorted(photos, key=lambda one: one.position):
        outcome = driver.outcomes.get(photo.position)
        if outcome is not None and outcome.arrived:
            items.append(UndoneItem(photo.source, "restored"))
        else:
            items.append(UndoneItem(photo.source, "left", STOPPED if outcome is None else outcome.reason))
    return Undone(run, sum(item.status == "restored" for item in items), tuple(items))


# -- what is written down ------------------------------------------------------------------------------


class _Marks:
    """The catalog's journal as the driver knows it."""

    def __init__(self, catalog: Catalog, run_id: int) -> None:
        self._journal = catalog.runs
        self._run_id = run_id

    def note(self, notes: Notes, *, durable: bool = False) -> None:
        self._journal.note(self._run_id, notes, durable=durable)


def _note(photo: RunPhoto) -> PhotoNote:
    return PhotoNote(photo.position, photo.status, photo.reason, photo.target, photo.standing)


def _at_rest(catalog: Catalog, run_id: int) -> RunRecord:
    record = catalog.runs.load(run_id)
    if record.run.state.at_work:
        raise SortingError(f'"{record.run.title}" was interrupted: finish it or roll it back first')
    return record


def _interrupted_one(catalog: Catalog, run_id: int) -> RunRecord:
    record = catalog.runs.load(run_id)
    if not record.run.state.at_work:
        raise SortingError(f'"{record.run.title}" was not interrupted: it is {record.run.state}')
    return record


def _what(record: RunRecord) -> str:
    kind = record.steps[0].kind if record.steps else StepKind.of(record.run.how)
    return _DOING[kind]


def _title(record: RunRecord) -> str:
    """What the run did in the end: fewer photos than planned, where some failed or it was stopped."""
    placed = [photo for photo in record.photos if photo.status is Status.SORTED]
    if not placed:
        return record.run.title
    run = record.run
    discarding = any(step.kind is StepKind.DISCARD for step in record.steps)
    return title_of(run.how, len(placed), where_to(run.destination, placed), discarding=discarding)
