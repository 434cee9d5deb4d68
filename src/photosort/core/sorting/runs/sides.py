"""Drive one step of a run to one of its sides, from whatever the disk shows.

A step has two sides: *before*, as the plan found the file, and *after*, as the run leaves it. Applying, redoing and
finishing drive steps to *after*; undoing and rolling back drive them to *before*. Where a step is, is read off the disk
each time; what the journal noted only saves looking. *Ours* is a file of the size and time that the plan wrote down
(sidecars, which programs write again at any time, only have to be there).

- **move**. Before: ours at the source, the target free. After: ours at the target, the source free.
  Halves: ours at both places, as one file with two names (link, then unlink) or as a verified copy whose original is
  not removed yet; a ``.part`` beside either place; the third name that a new spelling needs for a moment.
  Left alone: neither place has it (gone); another file lies where it shall go (taken); it is not ours (changed).
- **copy**. Before: the target free. After: our copy at the target; the source is never touched.
  Halves: a ``.part`` beside the target; a copy whose hash the journal lost, which is ours if it equals the source.
  Left alone: something else at the target (taken). On the way back also a copy that was changed, and one whose
  original is gone or changed: then it may be the last there is.
- **hardlink**. Before: the target free. After: the target is another name of the source. One call, no halves.
  Left alone: something else at the target; on the way back a name whose other one is gone.
- **symlink**. Before: the target free. After: a link there that leads to the source. One call, no halves.
  Left alone: anything else at the target.
- **write**. Before: the sidecar has its old content, or is not there. After: it has the new one.
  Halves: nothing has its name, and the old content stands aside (``.old.part``); a ``.part``.
  Left alone: any third content, which somebody wrote since.
- **discard**. Before: ours at the source. After: the source free, ours in the trash.
  Halves: it is in the trash and the place was not noted: the trash is asked for it.
  Left alone: neither at the source nor at a known place; something else at the source on the way back.

Driving to a side does nothing where the step is there, completes a half, and otherwise makes one change by an operation
of `placing`, none of which replaces anything. A file that has to be copied to get there is not removed here: a
`Leftover` says what to remove once the copy, its folder and its mark are durable.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from photosort.core.files import openable
from photosort.core.sorting.files import attributes, placing, system_calls
from photosort.core.sorting.files.placing import CrossDevice, Identity, Unsupported
from photosort.core.sorting.files.trash import Trash
from photosort.core.sorting.runs import discarding, writing
from photosort.core.sorting.runs.folders import Folders
from photosort.core.sorting.runs.likeness import (
    is_one_entry,
    is_one_file,
    is_ours,
    leads_to_one_file,
    leads_to_one_place,
    same_time,
)
from photosort.core.sorting.runs.problems import ChangedStepError, GoneError, StepError, TakenError
from photosort.core.sorting.runs.steps import Mark, RunRecord, Side, Step, StepKind


@dataclass(frozen=True, slots=True)
class Leftover:
    """A file that lies at both places, whole.

    Attributes:
        step: of it.
        path: what is to be removed.
        identity: what lies there.
        kept: where its copy lies.
    """

    step: Step
    path: Path
    identity: Identity
    kept: Path

    def remove(self) -> None:
        """Take it away, unless it was changed meanwhile, or its copy is gone again with its drive: OSError then."""
        if placing.identify(self.kept) is None:
            raise FileNotFoundError(errno.ENOENT, "the copy is no longer there", os.fspath(self.kept))
        placing.remove_verified(self.path, self.identity, None)


class StepDriver:
    """Drives steps of one run.

    Args:
        record: the run.
        folders: that are made when a file needs them.
        recovering: halves of an interrupted run may be met.
        trash: where discarded files go; None where none are.
    """

    def __init__(self, record: RunRecord, folders: Folders, *, recovering: bool, trash: Trash | None = None) -> None:
        self._record = record
        self._folders = folders
        self._recovering = recovering
        self._trash = trash

    def drive(self, step: Step, side: Side) -> Generator[int, None, Leftover | None]:
        """Bring a file to a side, or leave everything as it is; see the module's text.

        Yields:
            bytes that were copied or compared since the last time, each twice.

        Returns:
            what is to be removed when the copy is durable; None where nothing is.

        Raises:
            StepError: what lies there is not what was left there.
            OSError: the system refused.
        """
        source, target = self._record.source(step), self._record.target(step)
        match step.kind, side:
            case StepKind.MOVE, Side.AFTER:
                return (yield from self._move(step, source, target, maybe_never_left=False))
            case StepKind.MOVE, Side.BEFORE:
                never = self._recovering and step.mark is not Mark.AFTER
                return (yield from self._move(step, target, source, maybe_never_left=never))
            case StepKind.COPY, Side.AFTER:
                yield from self._copy(step, source, target)
            case StepKind.COPY, Side.BEFORE:
                yield from self._take_copy_away(step, source, target)
            case ((StepKind.HARDLINK | StepKind.SYMLINK), Side.AFTER):
                self._link(step, source, target)
            case StepKind.HARDLINK, Side.BEFORE:
                self._take_hard_link_away(step, source, target)
            case StepKind.SYMLINK, Side.BEFORE:
                self._take_symbolic_link_away(step, source, target)
            case StepKind.WRITE, _:
                writing.rewrite(step, target, self._record.temporary(step, target.parent), side)
            case StepKind.DISCARD, Side.AFTER:
                discarding.discard(step, source, self._trash, recovering=self._recovering)
            case StepKind.DISCARD, Side.BEFORE:
                discarding.take_out(step, source, self._trash, self._folders)
        return None

    # -- moves -----------------------------------------------------------------------------------------

    def _move(
        self, step: Step, here: Path, there: Path, *, maybe_never_left: bool
    ) -> Generator[int, None, Leftover | None]:
        if self._recovering:
            self._mend(step, here, there)
        waiting, found = placing.identify(here), placing.identify(there)
        if waiting is None:
            if found is None:
                raise GoneError(here)
            if is_ours(step, there, found, loose=step.may_change) or maybe_never_left:
                return None
            raise GoneError(here)
        if found is not None:
            return (yield from self._move_to_taken(step, here, there, waiting, found))
        lost_its_time = False
        if not is_ours(step, here, waiting, loose=False):
            lost_its_time = yield from _has_content(step, here, waiting)
            if not (lost_its_time or is_ours(step, here, waiting, loose=step.may_change)):
                raise ChangedStepError(here)
        _refuse_relative_link(here, there)
        self._folders.ensure(there.parent)
        try:
            placing.place(here, there)
        except (CrossDevice, Unsupported):
            step.digest = yield from self._copied(step, here, there)
            try:
                _keep_time(step, waiting, there, lost=lost_its_time)
                self._give_back(step, there)
            except OSError:
                # Left there, it would be taken for somebody's file that stands in the way.
                copy = placing.identify(there)
                if copy is not None:
                    placing.remove_verified(there, copy, step.digest)
                raise
            return Leftover(step, here, waiting, there)
        return None

    def _give_back(self, step: Step, there: Path) -> None:
        """A file that comes back from a poorer file system gets what it carried before."""
        if step.carried is not None and there == self._record.source(step):
            attributes.restore_carried(there, step.carried)

    def _move_to_taken(
        self, step: Step, here: Path, there: Path, waiting: Identity, found: Identity
    ) -> Generator[int, None, Leftover | None]:
        """Both places hold something: a half of ours, another spelling of one name, or somebody else's file."""
        if is_one_file(waiting, found) and here.parent == there.parent:
            if placing.spelled_so(there) and not placing.spelled_so(here):
                return None
            with contextlib.suppress(FileExistsError):
                placing.place(here, there)
                return None
        # A copy whose original could not be removed, nor the copy itself, is a half without any sudden end.
        if not self._recovering and step.mark is not Mark.COPIED:
            # Where the file was changed or exchanged, ours has arrived already and another one took its place.
            if not is_ours(step, here, waiting, loose=False) and is_ours(step, there, found, loose=False):
                return None
            raise TakenError(there)
        return (yield from self._half(step, here, there, waiting, found))

    def _half(
        self, step: Step, here: Path, there: Path, waiting: Identity, found: Identity
    ) -> Generator[int, None, Leftover | None]:
        """Both places hold something, after a sudden end: what is left to be removed, if it is ours twice."""
        if is_one_file(waiting, found):
            # Both places may be one, by a link or a mount.
            return None if is_one_entry(here, there) else Leftover(step, here, waiting, there)
        if leads_to_one_place(here, there):
            return None
        ours_waits = is_ours(step, here, waiting, loose=step.may_change)
        ours_is_there = is_ours(step, there, found, loose=step.may_change)
        if ours_is_there and not ours_waits:
            return None
        if not (ours_waits and ours_is_there) or waiting.size != found.size or leads_to_one_file(here, there):
            raise TakenError(there)
        wanted = yield from placing.digest_steps(here)
        if (yield from placing.digest_steps(there)) != wanted:
            raise TakenError(there)
        step.digest = wanted
        if there == self._record.source(step):
            _keep_time(step, found, there, lost=False)
        self._give_back(step, there)
        return Leftover(step, here, waiting, there)

    def _mend(self, step: Step, here: Path, there: Path) -> None:
        """Take away, or complete, what a program that was killed left beside the two places."""
        for place, other in ((there, here), (here, there)):
            placing.clear_temporary(self._record.temporary(step, place.parent), place)
            placing.mend_rename(other, place)

    # -- copies and links ------------------------------------------------------------------------------

    def _copied(self, step: Step, here: Path, there: Path) -> Generator[int, None, bytes]:
        return (yield from placing.copy_steps(here, there, self._record.temporary(step, there.parent)))

    def _copy(self, step: Step, source: Path, target: Path) -> Generator[int, None, None]:
        if self._recovering:
            placing.clear_temporary(self._record.temporary(step, target.parent), target)
        found, original = placing.identify(target), placing.identify(source)
        if found is not None:
            if self._recovering and is_ours(step, target, found, loose=False):
                wanted = step.digest
                if wanted is None and original is not None:
                    wanted = yield from placing.digest_steps(source)
                if wanted is not None and (yield from placing.digest_steps(target)) == wanted:
                    step.digest = wanted
                    return
            raise TakenError(target)
        if original is None:
            raise GoneError(source)
        if not is_ours(step, source, original, loose=False):
            raise ChangedStepError(source)
        self._folders.ensure(target.parent)
        step.digest = yield from self._copied(step, source, target)

    def _take_copy_away(self, step: Step, source: Path, target: Path) -> Generator[int, None, None]:
        if self._recovering:
            placing.clear_temporary(self._record.temporary(step, target.parent), target)
        found = placing.identify(target)
        if found is None:
            return
        nobody_knows = self._recovering and step.mark is Mark.NONE
        if not (is_ours(step, target, found, loose=False) or (yield from _has_content(step, target, found))):
            if nobody_knows:
                # It was never ours: something that lay there made the step fail.
                return
            raise ChangedStepError(target)
        there = placing.identify(source)
        if there is None:
            raise StepError(f"its original {source.name} is no longer there, so the copy stays")
        if _are_one(source, target, there, found):
            return
        original = yield from placing.digest_steps(source)
        copied = yield from placing.digest_steps(target)
        if copied != (step.digest or original):
            if nobody_knows:
                return
            raise ChangedStepError(target)
        if copied != original:
            raise StepError(f"its original {source.name} was changed since, so the copy stays")
        placing.remove_verified(target, found, None)

    def _link(self, step: Step, source: Path, target: Path) -> None:
        hard = step.kind is StepKind.HARDLINK
        found, original = placing.identify(target), placing.identify(source)
        if found is not None:
            same = is_one_file(found, original) if hard else placing.is_link_to(target, source)
            if same and (self._recovering or step.mark is Mark.AFTER):
                return
            raise TakenError(target)
        if original is None:
            raise GoneError(source)
        if not is_ours(step, source, original, loose=step.may_change):
            raise ChangedStepError(source)
        self._folders.ensure(target.parent)
        (placing.hard_link if hard else placing.symbolic_link)(source, target)

    def _take_hard_link_away(self, step: Step, source: Path, target: Path) -> None:
        found, original = placing.identify(target), placing.identify(source)
        if found is None:
            return
        if is_one_file(found, original):
            if not is_one_entry(target, source):
                placing.remove_verified(target, found, None)
        elif self._recovering and step.mark is Mark.NONE:
            return
        elif original is None:
            raise StepError(f"{source.name} is no longer at its old place, so its second name stays")
        else:
            raise ChangedStepError(target)

    def _take_symbolic_link_away(self, step: Step, source: Path, target: Path) -> None:
        found = placing.identify(target)
        if found is None:
            return
        if placing.is_link_to(target, source):
            placing.remove_verified(target, found, None)
        elif not (self._recovering and step.mark is Mark.NONE):
            raise ChangedStepError(target)


def _has_content(step: Step, path: Path, found: Identity) -> Generator[int, None, bool]:
    """Whether a file is the very copy that was made, only of another time: some drives keep none."""
    if step.digest is None or found.size != step.size or path.is_symlink():
        return False
    return (yield from placing.digest_steps(path)) == step.digest


def _are_one(source: Path, copy: Path, original: Identity, found: Identity) -> bool:
    """Whether an original and what should be its copy turn out to be one file, and nothing is left to be taken away.

    Raises:
        StepError: one of them is a link to the other, and who made it wants it so.
    """
    if is_one_file(found, original):
        # Somebody made one file of the two, to save space: a name is taken away, not the file.
        if not is_one_entry(copy, source):
            placing.remove_verified(copy, found, None)
        return True
    if leads_to_one_place(source, copy):
        return True
    if leads_to_one_file(source, copy):
        raise StepError(f"{source.name} and its copy are one file, by a link that somebody made, so both stay")
    return False


def _keep_time(step: Step, waiting: Identity, copy: Path, *, lost: bool) -> None:
    """Give a file that comes back from a drive that keeps times less finely, or not at all, the time that it had."""
    if waiting.mtime_ns != step.mtime_ns and (lost or same_time(waiting.mtime_ns, step.mtime_ns)):
        system_calls.set_times(copy, step.mtime_ns, step.mtime_ns)


def _refuse_relative_link(here: Path, there: Path) -> None:
    """A link that tells its way from where it lies would lead nowhere from elsewhere."""
    if not here.is_symlink() or here.parent == there.parent:
        return
    if not Path(os.readlink(openable(here))).is_absolute():  # noqa: PTH115 - long names on Windows
        raise StepError("it is a link that tells its way from where it lies; moved, it would lead nowhere")
