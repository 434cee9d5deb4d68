"""Drive the photos of a run, one after the other, to one side; a photo's files are never torn apart."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple, Protocol, TypeVar

from photosort.core.catalog.following import Home
from photosort.core.catalog.runs import Notes, PhotoNote, StepNote
from photosort.core.photo import Progress
from photosort.core.sorting.files import placing
from photosort.core.sorting.files.trash import Trash
from photosort.core.sorting.runs.discarding import IN_SYSTEM_TRASH
from photosort.core.sorting.runs.folders import Folders, changed_by
from photosort.core.sorting.runs.problems import GoneError, StepError, words
from photosort.core.sorting.runs.sides import Leftover, StepDriver
from photosort.core.sorting.runs.steps import Mark, RunPhoto, RunRecord, Side, Step, StepKind
from photosort.core.sorting.runs.telling import Telling
from photosort.core.sorting.runs.whereabouts import Whereabouts
from photosort.core.sorting.values import Status

_T = TypeVar("_T")

GROUP: Final = 200
"""Marks that are committed together, and files whose originals are removed together."""
GROUP_SECONDS: Final = 0.2

ROLLED_BACK: Final = "put back, as what had begun was taken back"


class Ledger(Protocol):
    """Where it is noted what steps and photos have come to."""

    def note(self, notes: Notes, *, durable: bool = False) -> None:
        """Write it down; wait until it is on the drive if ``durable``."""
        ...


class NoLedger:
    """For an undo without a catalog: the disk itself tells where everything is."""

    def note(self, notes: Notes, *, durable: bool = False) -> None:
        """Nothing is written down."""


class Outcome(NamedTuple):
    """What became of a photo.

    Attributes:
        arrived: all its files are on the side that they were driven to.
        reason: why not; empty where they are.
    """

    arrived: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Drive:
    """How photos are driven.

    Attributes:
        side: where to.
        what: what that is, for a status bar.
        fresh: a plan that was made a moment ago: whatever is not as planned is an error.
        recovering: halves of an interrupted run may be met.
        unsorted: a photo that was driven back was, in the end, not sorted: for a run that is rolled back.
    """

    side: Side
    what: str
    fresh: bool = False
    recovering: bool = False
    unsorted: bool = False


@dataclass(slots=True)
class _Pending:
    """A photo whose files lie at both places until the copies are durable."""

    photo: RunPhoto
    steps: list[Step]
    leftovers: list[Leftover]


class Driver:
    """Drives the photos of one run.

    Args:
        record: the run; what becomes of its photos and steps is noted in it, too.
        drive: how.
        ledger: where it is noted.
        home: the known folder that photos of a move go to; None where the catalog has nobody to follow.
        trash: where discarded files go; None where none are.
    """

    def __init__(
        self, record: RunRecord, drive: Drive, ledger: Ledger, *, home: Home | None = None, trash: Trash | None = None
    ) -> None:
        self.folders = Folders(record)
        self.outcomes: dict[int, Outcome] = {}
        self._record = record
        self._drive = drive
        self._ledger = ledger
        self._whereabouts = None if home is None else Whereabouts(record.run, home)
        self._hands = StepDriver(record, self.folders, recovering=drive.recovering, trash=trash)
        # Putting a photo's other files back meets the halves that were just made.
        self._mending = StepDriver(record, self.folders, recovering=True, trash=trash)
        self._steps = _steps_by_photo(record)
        self._going: frozenset[int] = frozenset()
        self._notes = Notes()
        self._noted_at = time.monotonic()
        self._pending: list[_Pending] = []
        self._pending_since = 0.0

    def run(self, photos: Sequence[RunPhoto]) -> Generator[Progress, None, None]:
        """Drive photos, in the order given. Closing the generator leaves each of them on one side.

        Yields:
            after each photo, and ten times a second while a large file is copied.

        Raises:
            CatalogError: it could not be noted what was done; what was done stands, and recovery sees it.
        """
        self._going = frozenset(photo.position for photo in photos)
        telling = Telling(self._drive.what, len(photos), self._bytes_to_copy(photos))
        yield telling.now()
        try:
            for photo in photos:
                yield from self._one(photo, telling)
                self._settle(GROUP, GROUP_SECONDS)
                yield telling.photo_done()
        finally:
            self._settle(1, 0.0)

    def busy_folders(self) -> set[Path]:
        """The folders that differ from what they were before, as some files of the run are not where they were."""
        away = {
            photo.position
            for photo in self._record.photos
            if photo.standing
            or (photo.position in self.outcomes and self._drive.side is Side.BEFORE and not self._arrived_at(photo))
        }
        steps = (step for step in self._record.steps if step.position in away or not away.isdisjoint(step.needs))
        return changed_by(self._record, steps)

    def sync(self) -> None:
        """Wait until the drives have all that was changed in folders; an error of a drive is no reason to undo it."""
        steps = (step for step in self._record.steps if step.position in self.outcomes)
        for folder in changed_by(self._record, steps):
            with contextlib.suppress(OSError):
                placing.sync_folder(folder)

    def _arrived_at(self, photo: RunPhoto) -> bool:
        return self.outcomes[photo.position].arrived

    # -- one photo -------------------------------------------------------------------------------------

    def _one(self, photo: RunPhoto, telling: Telling) -> Generator[Progress, None, None]:
        side = self._drive.side
        begun: list[Step] = []
        leftovers: list[Leftover] = []
        steps = self._steps[photo.position]
        name = photo.source
        try:
            for step in steps if side is Side.AFTER else reversed(steps):
                if step.needs and not self._may_go(step, photo):
                    continue
                name = step.source
                begun.append(step)
                try:
                    leftover = yield from telling.watched(self._hands.drive(step, side), step.size)
                except GoneError:
                    if self._drive.fresh or step.source == photo.source:
                        raise
                    # Somebody took a companion away: no reason to keep the photo from its place.
                    begun.pop()
                    continue
                if leftover is not None:
                    leftovers.append(leftover)
        except (StepError, OSError) as error:
            # The step itself left everything as it was, and what lies there may be somebody else's.
            done = [step for step in begun if step.source != name]
            self._fail(photo, done, _reason(photo, name, error), gone=isinstance(error, GoneError))
        except BaseException:
            # Stopped: nobody knows whether the last step was made.
            self._put_back(begun)
            raise
        else:
            self._wait_or_arrive(photo, begun, leftovers)

    def _may_go(self, step: Step, photo: RunPhoto) -> bool:
        """Whether a shared file goes now: with the last photo that needs it, in either direction."""
        if any(one.photo.position in step.needs for one in self._pending):
            self._complete()
        others = [one for one in step.needs if one != photo.position]
        standing = {one.position for one in (self._record.photos[other] for other in others) if one.standing}
        if self._drive.side is Side.BEFORE:
            return standing <= self._going
        # Copies of it are made for each photo that has one.
        return step.kind is not StepKind.MOVE or len(standing) == len(others)

    def _put_back(self, begun: Iterable[Step]) -> str:
        """Bring files of a photo to the side that they came from; returns what could not be, in words."""
        trouble = ""
        for step in reversed(list(begun)):
            try:
                leftover = _finished(self._mending.drive(step, self._drive.side.other))
                if leftover is not None:
                    placing.sync_folder(leftover.kept.parent)
                    leftover.remove()
            except GoneError:
                continue
            except (StepError, OSError) as error:
                trouble = f"{step.source.rpartition('/')[2]} could not be put back: {words(error)}"
        return trouble

    # -- what became of it -----------------------------------------------------------------------------

    def _wait_or_arrive(self, photo: RunPhoto, steps: list[Step], leftovers: list[Leftover]) -> None:
        if not leftovers:
            self._arrive(photo, steps)
            return
        if not self._pending:
            self._pending_since = time.monotonic()
        self._pending.append(_Pending(photo, steps, leftovers))

    def _settle(self, most: int, longest: float) -> None:
        """Remove originals whose copies wait long enough, and commit marks that do."""
        now = time.monotonic()
        waiting = sum(len(one.leftovers) for one in self._pending)
        if waiting >= most or (waiting and now - self._pending_since >= longest):
            self._complete()
        if len(self._notes.steps) + len(self._notes.photos) >= most or now - self._noted_at >= longest:
            self._write_notes(durable=False)

    def _complete(self) -> None:
        """Remove originals: only now, as the copies, their folders and their marks are on the drive."""
        pending, self._pending = self._pending, []
        broken: dict[Path, OSError] = {}
        for folder in {leftover.kept.parent for one in pending for leftover in one.leftovers}:
            try:
                placing.sync_folder(folder)
            except OSError as error:
                broken[folder] = error
        for one in pending:
            for leftover in one.leftovers:
                self._mark(leftover.step, Mark.COPIED)
        self._write_notes(durable=True)
        for one in pending:
            try:
                for leftover in one.leftovers:
                    if (unsafe := broken.get(leftover.kept.parent)) is not None:
                        raise unsafe
                    leftover.remove()
            except OSError as error:
                self._fail(one.photo, one.steps, f"the original could not be removed: {words(error)}", gone=False)
            else:
                self._arrive(one.photo, one.steps)

    def _arrive(self, photo: RunPhoto, steps: Sequence[Step]) -> None:
        side = self._drive.side
        for step in steps:
            self._mark(step, Mark.AFTER if side is Side.AFTER else Mark.BEFORE)
        photo.standing = side is Side.AFTER
        if self._drive.unsorted:
            photo.status, photo.reason = Status.LEFT, ROLLED_BACK
        elif side is Side.AFTER and any(step.kind is StepKind.DISCARD and not step.target for step in steps):
            photo.reason = f"put into the trash; {IN_SYSTEM_TRASH}"
        if photo.photo_id is not None and self._whereabouts is not None:
            self._notes.follows.append(self._whereabouts.at(photo, photo.photo_id, side))
        self._conclude(photo, Outcome(arrived=True))

    def _fail(self, photo: RunPhoto, begun: Iterable[Step], reason: str, *, gone: bool) -> None:
        trouble = self._put_back(begun)
        if trouble:
            reason = f"{reason}; {trouble}"
        if self._drive.side is Side.AFTER:
            photo.status, photo.reason = Status.FAILED, reason
            photo.standing = bool(trouble)
        elif gone:
            photo.standing = False
            if self._drive.recovering:
                # Perhaps it was placed, and the mark was lost: should it be there again, an undo finds it.
                for step in self._steps[photo.position]:
                    if step.mark is Mark.NONE:
                        self._mark(step, Mark.AFTER)
            if self._drive.unsorted:
                photo.status, photo.reason = Status.FAILED, reason
        self._conclude(photo, Outcome(arrived=False, reason=reason))

    def _conclude(self, photo: RunPhoto, outcome: Outcome) -> None:
        self.outcomes[photo.position] = outcome
        self._notes.photos.append(PhotoNote(photo.position, photo.status, photo.reason, photo.target, photo.standing))

    def _mark(self, step: Step, mark: Mark) -> None:
        step.mark = mark
        self._notes.steps.append(StepNote(step.number, mark, step.digest, step.target))

    def _write_notes(self, *, durable: bool) -> None:
        notes, self._notes = self._notes, Notes()
        self._noted_at = time.monotonic()
        self._ledger.note(notes, durable=durable)

    def _bytes_to_copy(self, photos: Iterable[RunPhoto]) -> int | None:
        """Bytes of all files, where they have to be copied or compared; None where only names change."""
        run = self._record.run
        kinds = {step.kind for step in self._record.steps}
        crossing = StepKind.MOVE in kinds and not _on_one_file_system(run.root, run.destination)
        if StepKind.COPY not in kinds and not crossing:
            return None
        return sum(step.size for photo in photos for step in self._steps[photo.position])


def _reason(photo: RunPhoto, source: str, error: StepError | OSError) -> str:
    """What went wrong, and with which file if it is not the picture."""
    reason = words(error)
    name = source.rpartition("/")[2]
    return reason if source == photo.source or name in reason else f"{name}: {reason}"


def _on_one_file_system(one: Path, other: Path) -> bool:
    try:
        return placing.can_rename(one, other)
    except OSError:
        return True


def _steps_by_photo(record: RunRecord) -> dict[int, list[Step]]:
    """Position -> its steps in their order; a shared one is among those of every photo that needs it."""
    found: dict[int, list[Step]] = {photo.position: [] for photo in record.photos}
    for step in record.steps:
        for position in step.needs or (step.position,):
            found[position].append(step)
    return found


def _finished(work: Generator[object, None, _T]) -> _T:
    try:
        while True:
            next(work)
    except StopIteration as end:
        result: _T = end.value
        return result


def in_order(photos: Iterable[RunPhoto], side: Side, wanted: Callable[[RunPhoto], bool]) -> list[RunPhoto]:
    """The photos that are wanted, in the order in which they are driven: undoing begins with the last."""
    found = [photo for photo in photos if wanted(photo)]
    return found if side is Side.AFTER else found[::-1]
