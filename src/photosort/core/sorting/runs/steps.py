"""A run as it is written down before the first file is touched: its photos, its steps, its folders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import NamedTuple

from photosort.core.companions import SIDECAR_SUFFIXES, suffix_of
from photosort.core.sorting.files.attributes import Carried
from photosort.core.sorting.values import How, Run, Status


class StepKind(StrEnum):
    """What is done with one file; what the two sides of each look like on disk says `sides`."""

    MOVE = "move"
    COPY = "copy"
    HARDLINK = "hardlink"
    SYMLINK = "symlink"
    WRITE = "write"
    """A sidecar gets other content."""
    DISCARD = "discard"
    """Into the trash."""

    @classmethod
    def of(cls, how: How) -> StepKind:
        """What a run of this kind does with a photo's files."""
        return cls.WRITE if how is How.KEYWORDS else cls(how.value)


class Side(IntEnum):
    """The two sides of a step, and where a photo shall be."""

    BEFORE = 0
    AFTER = 1

    @property
    def other(self) -> Side:
        """The side that this one is not."""
        return Side.AFTER if self is Side.BEFORE else Side.BEFORE


class Mark(IntEnum):
    """What the journal last noted of a step. The disk is believed before it."""

    NONE = 0
    AFTER = 1
    BEFORE = 2
    """It was taken back."""
    COPIED = 3
    """The file lies at both places, whole and durable: the one that it leaves may be removed."""


class FolderRole(StrEnum):
    """What a run does with a folder."""

    MADE = "made"
    EMPTIED = "emptied"
    """It is removed when its last photo has left it, and made again by an undo."""
    TOUCHED = "touched"
    """Its modification time changes."""
    MOUNT = "mount"
    """A drive is connected at it. When that is away, the folder itself may still be there, empty."""


@dataclass(slots=True)
class Step:
    """One file that a run changes.

    Attributes:
        number: its place in the run; undoing goes from the largest to the smallest.
        position: of its photo.
        kind: what is done.
        source: path relative to the root, POSIX.
        target: path relative to the destination, POSIX; for WRITE the source again; for DISCARD the absolute place in
            the trash, empty until it is known.
        size: bytes of the source, when planned.
        mtime_ns: its modification time, nanoseconds since the epoch.
        inode: of the source; 0 where it has none.
        device: of the file system of the source.
        digest: SHA-256 of a copy that was made and verified.
        before: content of a sidecar that is written, for WRITE; None where there is no file yet.
        after: what it becomes.
        needs: positions of all photos that need a shared file; empty for a file of one photo.
        carried: what the file carries, for one that moves to another file system; None for all others.
        mark: what was last noted.
    """

    number: int
    position: int
    kind: StepKind
    source: str
    target: str
    size: int
    mtime_ns: int
    inode: int = 0
    device: int = 0
    digest: bytes | None = None
    before: bytes | None = None
    after: bytes | None = None
    needs: tuple[int, ...] = ()
    carried: Carried | None = None
    mark: Mark = Mark.NONE

    @property
    def may_change(self) -> bool:
        """True for sidecars: programs write them again at any time, and they belong to the photo all the same."""
        return suffix_of(self.source) in SIDECAR_SUFFIXES


class RunFile(NamedTuple):
    """A companion of a photo in a run; the target is None where it stays."""

    source: str
    target: str | None
    size: int
    mtime_ns: int


@dataclass(slots=True)
class RunPhoto:
    """One photo of a run; see `PlannedPhoto` for what is not said here.

    Attributes:
        position: its place in the plan.
        photo_id: the catalog's id; None for a file that is no photo there.
        source: path of the picture relative to the root, POSIX.
        target: relative to the destination; None where it stays.
        folder: relative to the destination.
        rule: what placed it.
        status: what shall become, or became, of it.
        reason: why.
        companions: its other files.
        size: bytes of the picture.
        mtime_ns: its modification time, nanoseconds since the epoch.
        goal: the side on which its files shall be.
        standing: its files are where the run put them, as far as photosort knows.
    """

    position: int
    photo_id: int | None
    source: str
    target: str | None
    folder: str
    rule: str
    status: Status
    reason: str
    companions: tuple[RunFile, ...] = ()
    size: int = 0
    mtime_ns: int = 0
    goal: Side = Side.BEFORE
    standing: bool = False


@dataclass(frozen=True, slots=True)
class RunFolder:
    """A folder as it was before a run.

    Attributes:
        path: absolute.
        role: what the run does with it.
        mtime_ns: its modification time, nanoseconds since the epoch; None for one that was not there, or does not
            change.
        mode: its permission bits; None likewise.
    """

    path: Path
    role: FolderRole
    mtime_ns: int | None = None
    mode: int | None = None


@dataclass(slots=True)
class RunRecord:
    """All that is written down of a run."""

    run: Run
    photos: list[RunPhoto]
    steps: list[Step]
    folders: list[RunFolder] = field(default_factory=list)

    def source(self, step: Step) -> Path:
        """Where the file of a step lies before."""
        return self.run.root / step.source

    def target(self, step: Step) -> Path:
        """Where it lies after."""
        if step.kind is StepKind.WRITE:
            return self.run.root / step.source
        # A place in the trash is absolute, and stands for itself.
        return self.run.destination / step.target

    def temporary(self, step: Step, folder: Path) -> Path:
        """A name in ``folder`` that a file of this step has while it is written; no other run or step has it."""
        return folder / f".photosort-{self.run.name}-{step.number}.part"

    def steps_of(self) -> Mapping[int, Sequence[Step]]:
        """Position -> the steps of that photo, in their order."""
        found: dict[int, list[Step]] = {photo.position: [] for photo in self.photos}
        for step in self.steps:
            found[step.position].append(step)
        return found


def title_of(how: How, count: int, where: str, *, discarding: bool = False) -> str:
    """What a run does, as a menu names it after "Undo:"."""
    photos = "1 photo" if count == 1 else f"{count:,} photos"
    if discarding:
        return f"put {photos} into the trash"
    match how:
        case How.MOVE:
            return f"move {photos} to {where}"
        case How.COPY:
            return f"copy {photos} to {where}"
        case How.HARDLINK | How.SYMLINK:
            return f"link {photos} into {where}"
        case How.KEYWORDS:
            return f"write keywords for {photos}"
