"""Proposal: what a person is asking for in the preview, and what it comes to; made anew as the words change."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import MappingProxyType

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from photosort.core.catalog import Catalog
from photosort.core.photo import Progress
from photosort.core.sorting.plans.planning import Changes
from photosort.core.sorting.plans.rules import Placements
from photosort.core.sorting.plans.survey import Survey
from photosort.core.sorting.values import How, KeepFolders, MovePlan, PlannedPhoto, SortRequest
from photosort.gui.job_keeper import JobKeeper
from photosort.gui.sorting import plan_steps
from photosort.gui.sorting.fates import Fates, fates_before_planning, fates_of_folders, with_changes, without_changes
from photosort.gui.sorting.plan_steps import Ground, Known, Made
from photosort.gui.sorting.words import Told

_SETTLE_MS = 250
_LOOKING = "Looking at where photos go"
_UNPLACED = "unsure"


class Proposal(QObject):
    """Holds the request, what was changed by hand, and the plan that comes of it.

    The rules are tried again at once whenever the request changes, on the GUI thread: that is arithmetic. What the disk
    has to be asked for, and what takes longer, is done by a job; until it is done `plan` is None and `fates` say what
    the rules alone do.

    Args:
        catalog: where everything is kept.
        parent: who keeps it.
    """

    changed = Signal()
    """`fates`, `plan` or `request` is another."""
    failed = Signal(object)
    """The exception of a job that failed."""
    busy_changed = Signal(bool)
    progressed = Signal(object)
    """Progress: how far the plan is that is being made."""

    def __init__(self, catalog: Catalog, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._catalog = catalog
        self._jobs = JobKeeper(self)
        self._jobs.failed.connect(self.failed)
        self._root: Path | None = None
        self._only: frozenset[int] | None = None
        self._round = 0
        self._pending = 0
        self._again = False
        self._undo: list[tuple[Changes, KeepFolders | None]] = []
        self.request: SortRequest | None = None
        self.changes = Changes()
        self.ground: Ground | None = None
        self.survey: Survey | None = None
        self.placements: Placements | None = None
        self.plan: MovePlan | None = None
        self.told: Told | None = None
        self.planned: Mapping[int, PlannedPhoto] = MappingProxyType({})
        self.fates: Fates | None = None
        self._settled: Fates | None = None
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settle.timeout.connect(self._make)

    # -- what is asked for -----------------------------------------------------------------------------

    @property
    def busy(self) -> bool:
        """True while a plan is being made, or will be."""
        return self._pending > 0 or self._settle.isActive()

    @property
    def root(self) -> Path | None:
        """The folder that is sorted."""
        return self._root

    def begin(self, root: Path, only: Collection[int] | None = None, request: SortRequest | None = None) -> None:
        """Propose how to sort a folder, or some photos of it; what was asked for before is forgotten.

        Args:
            root: the folder.
            only: ids of the photos; None for all.
            request: what to propose; None for what the folder was sorted by before, or what suits it.
        """
        self.clear()
        self._root, self.request = root, request
        self._only = None if only is None else frozenset(only)
        self._make()

    def ask_about(self, only: Collection[int] | None) -> None:
        """Ask about other photos of the folder, for the same."""
        self._only = None if only is None else frozenset(only)
        self._read_again()

    def ask(self, request: SortRequest) -> None:
        """Ask for something else."""
        before, self.request = self.request, request
        if before is None or self.ground is None:
            self._wait(at_once=True)
            return
        if _other_questions(before, request):
            self.survey = None
        if self.survey is None or before.keep != request.keep:
            self._settled = None
        self._sketch(self.ground, request)
        self._wait(at_once=self.survey is None)

    def refresh(self) -> None:
        """Look at catalog and disk again."""
        self._read_again()

    # -- changes by hand -------------------------------------------------------------------------------

    def take_out(self, ids: Iterable[int]) -> None:
        """Let photos stay where they are."""
        ids = frozenset(ids)
        elsewhere = {key: folder for key, folder in self.changes.elsewhere.items() if key not in ids}
        self._change(Changes(self.changes.out | ids, MappingProxyType(elsewhere)))

    def send(self, ids: Iterable[int], folder: str) -> None:
        """Let photos go into a folder, by its path below the destination."""
        ids = frozenset(ids)
        elsewhere = {**self.changes.elsewhere, **dict.fromkeys(ids, folder)}
        self._change(Changes(self.changes.out - ids, MappingProxyType(elsewhere)))

    def take_back(self, ids: Iterable[int]) -> None:
        """Let photos go where they were proposed to go."""
        ids = frozenset(ids)
        self._change(without_changes(self.changes, ids))

    def keep(self, keep: KeepFolders) -> None:
        """Let other folders stay as they are."""
        if self.request is not None and keep != self.request.keep:
            self._remember()
            self.ask(replace(self.request, keep=keep))

    def undo_change(self) -> bool:
        """Take back the last change by hand; False where there is none."""
        if not self._undo:
            return False
        changes, keep = self._undo.pop()
        if self.request is None or keep in {None, self.request.keep}:
            self._take_changes(changes)
        else:
            self.ask(replace(self.request, keep=keep))
        return True

    def changed_by_hand(self, ids: Iterable[int]) -> bool:
        """Whether anything was changed by hand about any of these photos."""
        return any(one in self.changes.out or one in self.changes.elsewhere for one in ids)

    def _change(self, changes: Changes) -> None:
        self._remember()
        self._take_changes(changes)

    def _remember(self) -> None:
        self._undo.append((self.changes, None if self.request is None else self.request.keep))

    def _take_changes(self, changes: Changes) -> None:
        self.changes = changes
        if self.ground is not None and self.request is not None:
            self._sketch(self.ground, self.request)
        self._wait(at_once=True)

    # -- jobs ------------------------------------------------------------------------------------------

    def clear(self) -> None:
        """Forget everything; a job that runs still ends by itself."""
        self._round += 1
        self._settle.stop()
        self._jobs.cancel(_LOOKING)
        self._again = False
        self._root = self._only = None
        self.request = self.ground = self.survey = self.placements = self.plan = self.told = self.fates = (
            self._settled
        ) = None
        self.planned = MappingProxyType({})
        self.changes = Changes()
        self._undo.clear()

    def end(self) -> None:
        """Stop everything; nothing is started any more."""
        self._settle.stop()
        self._jobs.end()

    def wait(self) -> None:
        """End, and block until every thread has ended."""
        self._settle.stop()
        self._jobs.wait()

    def _read_again(self) -> None:
        self.ground = self.survey = None
        self._wait(at_once=True)

    def _wait(self, *, at_once: bool = False) -> None:
        """What is shown is a sketch from here on; make a plan of it once the hand rests."""
        self.plan = None
        self._round += 1
        self._jobs.cancel(_LOOKING)
        if at_once:
            self._settle.stop()
            self._make()
        else:
            self._settle.start()
        self.changed.emit()

    @Slot()
    def _make(self) -> None:
        if self._root is None:
            return
        if self._pending:
            # A plan that is no longer wanted is still being made: what is asked for by then is made next.
            self._again = True
            return
        make: Callable[[], Generator[Progress, None, Made]]
        request, ground = self.request, self.ground
        if ground is None or request is None:
            make = partial(plan_steps.read_and_plan, self._catalog, self._root, self._only, request, self.changes)
        elif self.survey is None:
            make = partial(plan_steps.look_and_plan, ground, request, self.changes)
        else:
            make = partial(plan_steps.plan_again, ground, self.survey, request, self.changes)
        this_round = self._round
        job = self._jobs.start(
            _LOOKING, make, partial(self._on_made, of_round=this_round), partial(self._on_progress, of_round=this_round)
        )
        if job is not None:
            job.progressed.connect(self.progressed)
            self._pending += 1
            job.finished.connect(self._on_finished)
            self.busy_changed.emit(True)

    def _on_progress(self, values: tuple[Progress, ...], of_round: int) -> None:
        if of_round != self._round:
            return
        for value in values:
            if isinstance(value, Known):
                # Long before the disk has answered it can be seen what the rules would do.
                self.ground, self.request = value.ground, value.request
                self._settled = None
                self._sketch(value.ground, value.request)
                self.changed.emit()

    def _on_made(self, made: Made, of_round: int) -> None:
        if of_round != self._round:
            return
        self.ground, self.survey, self.request = made.ground, made.survey, made.request
        self.placements, self.plan, self.told = made.placements, made.plan, made.told
        self.planned = made.planned
        self.fates = self._settled = made.fates
        self.changed.emit()

    @Slot()
    def _on_finished(self) -> None:
        self._pending -= 1
        if self._again:
            self._again = False
            self._make()
        if not self.busy:
            self.busy_changed.emit(False)

    def _sketch(self, ground: Ground, request: SortRequest) -> None:
        """What the rules do, as far as it can be told without asking the disk."""
        placements = plan_steps.placed(ground, request)
        if self._settled is None:
            self._settled = fates_before_planning(ground.columns, ground.photos, request.keep)
        self.placements = placements
        fates = fates_of_folders(self._settled, placements.folders, placements.code, placements.confidence, _UNPLACED)
        self.fates = with_changes(fates, ground.columns, self.changes)


def _other_questions(one: SortRequest, other: SortRequest) -> bool:
    """Whether the disk has to be asked anew: contents need not be compared where no file goes anywhere."""
    return one.destination != other.destination or (one.how is How.KEYWORDS) != (other.how is How.KEYWORDS)
