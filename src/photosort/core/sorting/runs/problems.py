"""Why a step was not made, in words for a person."""

from __future__ import annotations

import errno
import os
from pathlib import Path, PurePath, PurePosixPath

from photosort.core.errors import PhotosortError, SortingError

_WORDS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk space that you may use is full",
    errno.EACCES: "no permission to change it or its folder",
    errno.EPERM: "the system does not permit to change it",
    errno.EROFS: "the drive can only be read",
    errno.EIO: "the drive reports an error while reading or writing",
    errno.ENAMETOOLONG: "its name would be too long there",
    errno.ENODEV: "the drive is no longer there",
}


class StepError(SortingError):
    """What lies on the disk is not what a step needs; nothing was changed."""


class GoneError(StepError):
    """A file is at neither of its places."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path.name} is no longer in {path.parent}")


class ChangedStepError(StepError):
    """A file is not what was left there."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path.name} was changed since")


class TakenError(StepError):
    """Something else lies where a file shall go."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"another file lies at {path}, and nothing is replaced")


def words(error: OSError | PhotosortError) -> str:
    """The reason, for a list of problems."""
    if isinstance(error, PhotosortError):
        return str(error)
    if isinstance(error, FileExistsError):
        return f"another file lies at {error.filename2 or error.filename}, and nothing is replaced"
    said = (error.strerror or str(error)).strip()
    if error.errno is None or said != os.strerror(error.errno):
        # What `placing` says by itself is more than the number of an error.
        return f"{error.filename}: {said}" if error.filename else said
    if isinstance(error, FileNotFoundError):
        return f"{error.filename or 'it'} is no longer there"
    known = _WORDS.get(error.errno)
    return f"{known} ({said})" if known else said


def require_inside(path: str | None) -> None:
    """Refuse a path that reaches out of the folder it is relative to; None is no path."""
    if path is None:
        return
    # Also as this system reads it: a backslash and a drive's letter lead out of a folder on Windows.
    ways = (PurePosixPath(path), PurePath(path))
    if any(not way.parts or way.anchor or ".." in way.parts for way in ways) or "\0" in path:
        raise SortingError(f"expected a path inside the folder; got {path!r}")
