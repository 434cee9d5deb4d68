"""The words of sorting as values: rules, requests, plans, runs, accounts. Nothing here touches a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

STAY = ""
"""Where photos go that no rule places: nowhere."""


class How(StrEnum):
    """What is done with a photo's files."""

    MOVE = "move"
    COPY = "copy"
    HARDLINK = "hardlink"
    SYMLINK = "symlink"
    KEYWORDS = "xmp"
    """No file is touched but sidecars: the folder's name is written as a keyword."""

    @property
    def takes_away(self) -> bool:
        """True where the photo is no longer at its old place."""
        return self is How.MOVE


class Status(StrEnum):
    """What becomes (or became) of a photo; the values are those of the account's JSON."""

    SORTED = "sorted"
    DUPLICATE = "duplicate"
    LEFT = "left"
    FAILED = "failed"


class RuleKind(StrEnum):
    """By what a rule names a folder."""

    LABELS = "labels"
    """What the person said, for any classifier."""
    CLASSIFIER = "classifier"
    """What the person said for one classifier, else what it guesses."""
    CLUSTERS = "clusters"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Rule:
    """One way to name a photo's folder; `str` and `parse` turn it into text and back.

    Attributes:
        kind: by what.
        classifier: name of the classifier of a CLASSIFIER rule; empty for all others.
    """

    kind: RuleKind
    classifier: str = ""

    def __str__(self) -> str:
        return self.classifier or self.kind.value

    @classmethod
    def parse(cls, text: str) -> Rule:
        """The rule called "labels", "clusters" or "date", or that of a classifier; ValueError for an empty text."""
        name = text.strip()
        if not name:
            raise ValueError("expected labels, clusters, date or the name of a classifier; got nothing")
        if name in {RuleKind.LABELS, RuleKind.CLUSTERS, RuleKind.DATE}:
            return cls(RuleKind(name))
        return cls(RuleKind.CLASSIFIER, name)


@dataclass(frozen=True, slots=True)
class KeepFolders:
    """Which folders of a person's own making stay as they are.

    Attributes:
        auto: those whose names are not a camera's or a tool's.
        names: these too, by path relative to the root or by plain name, in any case.
        included: these not, although ``auto`` would keep them; paths relative to the root.
    """

    auto: bool = False
    names: tuple[str, ...] = ()
    included: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SortRequest:
    """What a person asks for; a plan is made of it, and it is what a rule of a folder remembers.

    Attributes:
        rules: tried in order; the first that is sure names the folder.
        destination: where the folders are made, absolute.
        how: what is done with the files.
        template: of the folder below the destination: ``{label}``, ``{year}``, ``{month}``, ``{day}``, literal text and
            slashes; empty for what fits the rule: ``{label}``, or ``{year}/{month}`` for dates.
        min_confidence: a guess counts from this confidence on, 0 to 1; None for what each classifier calls sure.
        unsure: a folder for photos that no rule places, or `STAY`.
        keep: which folders stay as they are.
    """

    rules: tuple[Rule, ...]
    destination: Path
    how: How = How.COPY
    template: str = ""
    min_confidence: float | None = None
    unsure: str = STAY
    keep: KeepFolders = KeepFolders()


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """One file of a photo.

    Attributes:
        source: path relative to the root, POSIX.
        target: path relative to the destination, POSIX; None where it stays.
        size: bytes, when planned.
        mtime_ns: modification time, nanoseconds since the epoch, when planned.
        inode: the file system's number of the file; 0 where it has none.
        device: of the file system it lies on.
        shared: other photos need the file too (a sidecar of two shots): it goes with the last of them.
    """

    source: str
    target: str | None
    size: int
    mtime_ns: int
    inode: int = 0
    device: int = 0
    shared: bool = False


@dataclass(frozen=True, slots=True)
class PlannedPhoto:
    """What shall become of one photo.

    Attributes:
        photo_id: the catalog's id; None for a file that is no photo there (it could not be read by the scan).
        files: the picture first, then its companions.
        status: sorted, or why not.
        reason: why there, or why not, in words for a person.
        folder: where to, relative to the destination, POSIX; empty where it stays (or for the destination itself).
        rule: which rule placed it (`str` of it, "by hand", "unsure"); empty where none did.
        confidence: of the guess that placed it, 0 to 1; None where no guess did.
        conflict: how a clash of names was resolved, in words; empty for none.
        keywords: what is written into the sidecar, for `How.KEYWORDS`.
    """

    photo_id: int | None
    files: tuple[PlannedFile, ...]
    status: Status
    reason: str
    folder: str = ""
    rule: str = ""
    confidence: float | None = None
    conflict: str = ""
    keywords: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """The picture's path relative to the root."""
        return self.files[0].source

    @property
    def target(self) -> str | None:
        """The picture's path relative to the destination; None where it stays."""
        return self.files[0].target

    @property
    def told(self) -> str:
        """Everything that an account says of why: the reason, and how a clash of names was resolved."""
        return "; ".join(filter(None, (self.reason, self.conflict)))


@dataclass(frozen=True, slots=True)
class KeptFolder:
    """A folder of a person's own making that stays as it is.

    Attributes:
        folder: relative to the root, POSIX.
        photos: how many stay in it.
    """

    folder: str
    photos: int


@dataclass(frozen=True, slots=True)
class SpaceNeed:
    """What a plan needs of a file system.

    Attributes:
        place: a folder on it, as a person knows it.
        needed: bytes.
        free: bytes.
    """

    place: Path
    needed: int
    free: int

    @property
    def enough(self) -> bool:
        """True if it fits."""
        return self.needed <= self.free


@dataclass(frozen=True, slots=True)
class MovePlan:
    """Everything that a run will do, photo by photo.

    Attributes:
        root: the folder that is sorted, absolute.
        request: what it was made of.
        photos: every photo (and unreadable file) that was asked about, sorted by path: each has exactly one place.
        kept: folders that stay as they are.
        empties: folders that a move will leave empty and that are removed with it, relative to the root.
        space: what it needs.
        notes: what a person should know before (another program would lose track of its photos).
        refusals: why it cannot be applied at all; empty when it can.
        device: of the file system of the destination when it was looked at; None where nobody looked.
    """

    root: Path
    request: SortRequest
    photos: tuple[PlannedPhoto, ...]
    kept: tuple[KeptFolder, ...] = ()
    empties: tuple[str, ...] = ()
    space: tuple[SpaceNeed, ...] = ()
    notes: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()
    device: int | None = None

    @property
    def destination(self) -> Path:
        """Where the folders are made."""
        return self.request.destination

    @property
    def counts(self) -> Mapping[Status, int]:
        """How many photos of each status."""
        found = dict.fromkeys(Status, 0)
        for photo in self.photos:
            found[photo.status] += 1
        return MappingProxyType(found)


@dataclass(frozen=True, slots=True)
class AccountItem:
    """What became of one photo.

    Attributes:
        source: path relative to the sorted folder, POSIX.
        target: path relative to the destination; None where it did not go there.
        companions: (source, target) of its other files.
        status: sorted, duplicate, left or failed.
        reason: why, in words for a person.
        photo_id: the catalog's id; None for a file that is no photo there.
    """

    source: str
    target: str | None
    companions: tuple[tuple[str, str | None], ...]
    status: Status
    reason: str
    photo_id: int | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """What became of every photo of a run: in = sorted + duplicates + left + failed.

    Attributes:
        run: the run's id; None for one that only would be.
        items: every photo, in the order of the plan.
    """

    run: int | None
    items: tuple[AccountItem, ...]


class RunState(StrEnum):
    """How far a run is."""

    APPLYING = "applying"
    """At work, or interrupted: nobody holds the lock then."""
    APPLIED = "applied"
    STOPPED = "stopped"
    """Cancelled half-way: what was done stands, the rest was not touched."""
    UNDOING = "undoing"
    """At work, or interrupted."""
    UNDONE = "undone"
    ROLLING_BACK = "rolling back"
    """At work, or interrupted."""
    ROLLED_BACK = "rolled back"

    @property
    def at_work(self) -> bool:
        """True where files are being changed, or were when the program died."""
        return self in {RunState.APPLYING, RunState.UNDOING, RunState.ROLLING_BACK}


@dataclass(frozen=True, slots=True)
class Run:
    """One applied plan, as History lists it.

    Attributes:
        id: the catalog's id.
        name: of its journal in the destination; unique in the world.
        root_id: the catalog's id of the folder that was sorted.
        root: that folder, absolute, as it was called then.
        destination: absolute.
        how: what was done with the files.
        title: what was done, as a menu names it after "Undo:" ("move 17,900 photos to Sorted").
        state: how far it is.
        started_at: seconds since the epoch (UTC).
        ended_at: likewise; None while it is at work.
        counts: how many photos of each status, as they came out.
        standing: photos that are still where the run put them, as far as photosort knows.
        folders: how many folders of the destination got photos.
        total_bytes: of the files that were placed.
        seconds: that applying took.
    """

    id: int
    name: str
    root_id: int
    root: Path
    destination: Path
    how: How
    title: str
    state: RunState
    started_at: float
    ended_at: float | None
    counts: Mapping[Status, int] = field(default_factory=lambda: MappingProxyType({}))
    standing: int = 0
    folders: int = 0
    total_bytes: int = 0
    seconds: float = 0.0
