"""The words of photosort as values: photos, files, predictions, failures.

Everything here is immutable, knows no file system, no database and no window, and is handed from room to room.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path, PurePosixPath


class Verdict(StrEnum):
    """What a classifier says of its best label; the values are those of the command line's JSON."""

    SURE = "sure"
    UNSURE = "unsure"
    NONE_OF_THESE = "none of these"


VERDICTS: tuple[Verdict, ...] = (Verdict.SURE, Verdict.UNSURE, Verdict.NONE_OF_THESE)
"""Verdicts by their code: arrays and the catalog hold the index into this tuple. Append only."""


class TakenSource(StrEnum):
    """Where the date of a photo comes from, best first."""

    EXIF = "exif"
    TAKEOUT = "takeout"
    NAME = "name"
    FILE = "file"

    @property
    def uncertain(self) -> bool:
        """True for the file's own time, which copying and editing change."""
        return self is TakenSource.FILE


class PhotoState(StrEnum):
    """Whether the file of a photo was there when its folder was last scanned."""

    PRESENT = "present"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class FileInfo:
    """One file as the scan saw it.

    Attributes:
        relpath: path relative to the scanned folder, POSIX separators.
        size: bytes.
        mtime_ns: modification time, nanoseconds since the epoch.
    """

    relpath: str
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Shot:
    """What the scan takes for one photo: the picture file that is quickest to decode, and what belongs to it.

    Attributes:
        file: the picture file that is decoded and shown.
        companions: RAW beside JPEG, Live Photo video, sidecars and so on, sorted by path.
        taken: the best date known without opening a picture (Takeout JSON, file name, file time), in seconds of wall
            clock time since 1970-01-01.
        taken_source: where ``taken`` comes from.
    """

    file: FileInfo
    companions: tuple[FileInfo, ...]
    taken: float
    taken_source: TakenSource


@dataclass(frozen=True, slots=True)
class Photo:
    """One shot in the catalog.

    Attributes:
        id: the catalog's id; stays when the file is moved or renamed.
        root: the folder that was opened.
        relpath: the picture file's path relative to ``root``, POSIX separators.
        companions: paths of the photo's other files, relative to ``root``.
        size: bytes of the picture file.
        mtime_ns: its modification time, nanoseconds since the epoch.
        state: present, or missing since the last scan.
        taken: wall clock time of the shot in seconds since 1970-01-01 (no time zone: cameras know none).
        taken_source: where ``taken`` comes from.
        content_id: the catalog's id of what is in the file; None until it was read.
        content_key: size and hash of the ends of the file, as text; None until it was read. A hint, no proof.
        width: pixels of the upright picture; None until it was read.
        height: pixels of the upright picture; None until it was read.
        sharpness: variance of the Laplacian at a fixed scale, higher is sharper; None where not measured yet.
        perceptual_hash: 64-bit difference hash; None until it was read.
    """

    id: int
    root: Path
    relpath: str
    companions: tuple[str, ...]
    size: int
    mtime_ns: int
    state: PhotoState
    taken: float
    taken_source: TakenSource
    content_id: int | None = None
    content_key: str | None = None
    width: int | None = None
    height: int | None = None
    sharpness: float | None = None
    perceptual_hash: int | None = None

    @property
    def path(self) -> Path:
        """Where the picture file lies."""
        return self.root / self.relpath

    @property
    def name(self) -> str:
        """The picture file's name."""
        return PurePosixPath(self.relpath).name

    @property
    def folder(self) -> str:
        """The folder of the file relative to ``root``, POSIX; empty for the root itself."""
        parent = PurePosixPath(self.relpath).parent.as_posix()
        return "" if parent == "." else parent

    @property
    def taken_at(self) -> datetime:
        """``taken`` as a naive datetime of the camera's wall clock."""
        return wall_clock(self.taken)


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a classifier guesses of one photo.

    Attributes:
        label: the best label, whatever the verdict.
        confidence: calibrated probability of ``label``, 0 to 1.
        verdict: sure, unsure, or none of these.
        known: 0 to 1, higher is more like what was seen in training.
        probabilities: every label with its calibrated probability; sums to 1.
    """

    label: str
    confidence: float
    verdict: Verdict
    known: float
    probabilities: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that could not be dealt with, and why, in words for a person.

    Attributes:
        relpath: path relative to the folder, POSIX separators.
        reason: what was expected and what came.
    """

    relpath: str
    reason: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long step is; the base of everything that the pipeline's generators yield.

    Attributes:
        what: what is being done, as a phrase that a status bar can show ("Looking at photos").
        done: units done.
        total: units in all; None while nobody knows.
    """

    what: str
    done: int
    total: int | None


@dataclass(frozen=True, slots=True)
class Transfer(Progress):
    """Progress whose units are bytes that are fetched or copied, so that they are told as "4.2 of 9.4 MB"."""


def wall_clock(seconds: float) -> datetime:
    """Turn seconds of wall clock time since 1970-01-01 into a naive datetime."""
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)


def wall_clock_seconds(moment: datetime) -> float:
    """Turn a naive datetime of some wall clock into seconds since 1970-01-01, the inverse of `wall_clock`."""
    return moment.replace(tzinfo=UTC).timestamp()
