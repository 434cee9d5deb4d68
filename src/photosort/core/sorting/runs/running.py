"""How a run goes from its first file to its last, and what is written down on the way."""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Final

from photosort.core.catalog import Catalog
from photosort.core.catalog.runs import Notes, PhotoNote
from photosort.core.errors import SortingError
from photosort.core.photo import Progress
from photosort.core.sorting.files.trash import Trash
from photosort.core.sorting.runs import journal_file
from photosort.core.sorting.runs.drafts import where_to
from photosort.core.sorting.runs.drives import require_places
from photosort.core.sorting.runs.driving import Drive, Driver, in_order
from photosort.core.sorting.runs.folders import Folders
from photosort.core.sorting.runs.problems import words
from photosort.core.sorting.runs.steps import RunPhoto, RunRecord, Side, StepKind, title_of
from photosort.core.sorting.values import How, Run, RunState, Status

STOPPED: Final = "not reached: it was stopped before"

UNDOING: Final = "Putting photos back"
_DOING = {
    StepKind.MOVE: "Moving photos",
    StepKind.COPY: "Copying photos",
    StepKind.HARDLINK: "Linking photos",
    StepKind.SYMLINK: "Linking photos",
    StepKind.WRITE: "Writing keywords",
    StepKind.DISCARD: "Putting photos into the trash",
}


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


def begin(catalog: Catalog, record: RunRecord, trash: Trash | None) -> Generator[Progress, None, Run]:
    """Apply a run that has just been written down."""
    try:
        if record.steps:
            open_journal(record)
    except SortingError as error:
        _call_off(catalog, record, str(error))
        raise
    photos = in_order(record.photos, Side.AFTER, lambda photo: photo.status is Status.SORTED)
    drive = Drive(Side.AFTER, what_is_done(record), fresh=True)
    return (yield from place(catalog, record, photos, drive, trash))


def open_journal(record: RunRecord) -> None:
    """Make the destination, and leave the journal in it before the first file is touched.

    Raises:
        SortingError: it cannot be written there.
    """
    try:
        Folders(record).open(journal_file.home_of(record.run))
        # One that is there may be of an undo that left photos behind, or have been cut off by a sudden end.
        journal_file.remove(record.run)
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


def place(
    catalog: Catalog, record: RunRecord, photos: Sequence[RunPhoto], drive: Drive, trash: Trash | None
) -> Generator[Progress, None, Run]:
    """Drive photos to where the run puts them, and end the run."""
    began = time.monotonic()
    run = record.run
    home = catalog.runs.home(run) if run.how is How.MOVE else None
    driver = Driver(record, drive, Marks(catalog, run.id), home=home, trash=trash)
    state = RunState.STOPPED
    ended = run
    try:
        yield from driver.run(photos)
        state = RunState.APPLIED
    finally:
        # Whatever stopped it, and unless the catalog itself fails: then it counts as interrupted. So does a recovery
        # that is stopped: of photos that it has not reached, nobody knows where they are.
        if state is RunState.APPLIED or not drive.recovering:
            if drive.fresh:
                catalog.runs.note(run.id, _stop_short(photos, driver))
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


def _stop_short(photos: Sequence[RunPhoto], driver: Driver) -> Notes:
    """Say of photos that were not reached that they were left."""
    notes = Notes()
    for photo in photos:
        if photo.position not in driver.outcomes:
            photo.status, photo.reason = Status.LEFT, STOPPED
            notes.photos.append(_note(photo))
    return notes


def go_back(catalog: Catalog, record: RunRecord, trash: Trash | None) -> Generator[Progress, None, Run]:
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
    undone = yield from take_back(catalog, record, photos, recovering=True, trash=trash, state=state)
    return undone.run


def take_back(
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
    drive = Drive(Side.BEFORE, UNDOING, recovering=recovering, unsorted=rolling)
    home = catalog.runs.home(run) if run.how is How.MOVE else None
    driver = Driver(record, drive, Marks(catalog, run.id), home=home, trash=trash)
    whole = False
    ended = run
    try:
        yield from driver.run(photos)
        whole = True
    finally:
        driver.sync()
        standing = {photo.position for photo in record.photos if photo.standing}
        # A recovery that is stopped still counts as interrupted: nobody knows where the rest is.
        if whole or not recovering:
            if not standing:
                journal_file.remove(run)
            driver.folders.settle(Side.BEFORE, driver.busy_folders())
            # An undo of all that stood has done what it can, also where some photos could not be put back.
            undone = not standing or (whole and standing <= {photo.position for photo in photos})
            ended = catalog.runs.end(run.id, _state_after_undo(before, rolling=rolling, undone=undone), run.title)
    return came_back(ended, photos, driver)


def _state_after_undo(before: RunState, *, rolling: bool, undone: bool) -> RunState:
    if rolling or before is RunState.ROLLED_BACK:
        return RunState.ROLLED_BACK
    if undone:
        return RunState.UNDONE
    return before if not before.at_work else RunState.APPLIED


def came_back(run: Run, photos: Sequence[RunPhoto], driver: Driver) -> Undone:
    """What an undo did with each photo."""
    items = []
    for photo in sorted(photos, key=lambda one: one.position):
        outcome = driver.outcomes.get(photo.position)
        if outcome is not None and outcome.arrived:
            items.append(UndoneItem(photo.source, "restored"))
        else:
            items.append(UndoneItem(photo.source, "left", STOPPED if outcome is None else outcome.reason))
    return Undone(run, sum(item.status == "restored" for item in items), tuple(items))


class Marks:
    """The catalog's journal as the driver knows it."""

    def __init__(self, catalog: Catalog, run_id: int) -> None:
        self._journal = catalog.runs
        self._run_id = run_id

    def note(self, notes: Notes, *, durable: bool = False) -> None:
        """Write it down."""
        self._journal.note(self._run_id, notes, durable=durable)


def _note(photo: RunPhoto) -> PhotoNote:
    return PhotoNote(photo.position, photo.status, photo.reason, photo.target, photo.standing)


def at_rest(catalog: Catalog, run_id: int) -> RunRecord:
    """A run that is not at work; SortingError for one that was interrupted, or whose folders are away."""
    record = catalog.runs.load(run_id)
    if record.run.state.at_work:
        raise SortingError(f'"{record.run.title}" was interrupted: finish it or roll it back first')
    require_places(record)
    return record


def interrupted_one(catalog: Catalog, run_id: int) -> RunRecord:
    """A run that was interrupted; SortingError for any other, or where its folders are away."""
    record = catalog.runs.load(run_id)
    if not record.run.state.at_work:
        raise SortingError(f'"{record.run.title}" was not interrupted: it is {record.run.state}')
    require_places(record)
    return record


def what_is_done(record: RunRecord) -> str:
    """What a run does, for a status bar."""
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
