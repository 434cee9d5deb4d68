"""Moving and linking in one step of the operating system, and only where nothing lies."""

from __future__ import annotations

import errno
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from photosort.core.files import modified_ns, openable
from photosort.core.sorting.files import system_calls
from photosort.core.sorting.files.system_calls import Unsupported
from photosort.core.sorting.files.volumes import device_of

_NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EINVAL})
_STEP_PREFIX = ".photosort-spelling-"


class CrossDevice(OSError):  # noqa: N818 - what it is, not that it is wrong
    """The two places lie on different file systems: a file gets there only as a copy."""


class SourceChanged(OSError):  # noqa: N818 - likewise
    """A file was changed, or was exchanged for another, while it was worked on."""


class ChangedError(OSError):
    """A file is not what it is expected to be, and is therefore left alone."""


@dataclass(frozen=True, slots=True)
class Identity:
    """By what a file is known again without reading it.

    Attributes:
        size: bytes.
        mtime_ns: modification time, nanoseconds since the epoch.
        inode: the file system's number of the file; 0 where it has none.
        device: of the file system.
    """

    size: int
    mtime_ns: int
    inode: int
    device: int

    def is_still(self, other: Identity | None) -> bool:
        """Whether another look shows the same file, unchanged; a drive that was unplugged may have another number."""
        if other is None or (self.size, self.mtime_ns) != (other.size, other.mtime_ns):
            return False
        return self.inode == other.inode or not (self.inode and other.inode)


def identify(path: Path) -> Identity | None:
    """What lies at a path, a symbolic link itself and not what it leads to; None where nothing does.

    Raises:
        OSError: it cannot be known: no permission, or the drive does not answer.
    """
    try:
        status = os.lstat(openable(path))
    except (FileNotFoundError, NotADirectoryError):
        return None
    return identity_of(status)


def identity_of(status: os.stat_result) -> Identity:
    """What a file is known by, from what the system said of it."""
    return Identity(status.st_size, modified_ns(status), status.st_ino, status.st_dev)


def place(source: Path, target: Path) -> None:
    """Move a file to another place on its file system, in one step and only if nothing lies there.

    Where neither kernel nor file system know an exclusive rename, a second name is made (which is exclusive everywhere)
    and the first one is taken away. A new spelling of the file's own name (``IMG.JPG`` to ``img.jpg``) is understood
    where it is the same name to the file system.

    Raises:
        FileExistsError: something lies at the target.
        FileNotFoundError: the source, or the folder of the target, is gone.
        CrossDevice: the places lie on two file systems.
        Unsupported: the file system has no exclusive operation at all: only a copy is left.
        OSError: the system refused.
    """
    try:
        move_exclusively(source, target)
    except FileExistsError:
        if not _same_entry(source, target):
            raise
        _spell_anew(source, target)


def mend_rename(source: Path, target: Path) -> None:
    """End a new spelling that died half-way (see `place`): back to the source, unless something lies there."""
    step = _spelling_step(target)
    if identify(step) is not None and identify(source) is None:
        move_exclusively(step, source)


def spelled_so(path: Path) -> bool:
    """Whether a folder lists exactly this name; a file system that knows no case finds a file by others, too."""
    try:
        with os.scandir(openable(path.parent)) as entries:
            return any(entry.name == path.name for entry in entries)
    except OSError:
        return False


def hard_link(source: Path, target: Path) -> None:
    """Make a second name for a file.

    Raises:
        FileExistsError: something lies at the target.
        CrossDevice: it lies on another file system.
        Unsupported: the file system has no second names, or gives this person none for this file.
        OSError: the system refused.
    """
    try:
        system_calls.link(source, target)
    except OSError as error:
        if error.errno in _NO_LINKS:
            message = "files cannot have a second name there"
            raise Unsupported(error.errno, message, os.fspath(source), None, os.fspath(target)) from error
        _raise_told_apart(error, source, target)
        raise


def symbolic_link(source: Path, target: Path) -> None:
    """Make a link to a file; FileExistsError where something lies at the target.

    On one file system the link is told relative to its own place, so that both can move together (a drive that is
    mounted elsewhere); to another file system it is absolute.
    """
    system_calls.symlink(_link_text(source, target), target)


def is_link_to(link: Path, source: Path) -> bool:
    """Whether a symbolic link lies there that leads to this very place, whatever is or is not there."""
    try:
        text = os.readlink(openable(link))  # noqa: PTH115 - long names on Windows
    except OSError:
        return False
    place_of = _real_folder(link) / text
    return os.path.normpath(_real_folder(place_of) / place_of.name) == os.path.normpath(
        _real_folder(source) / source.name
    )


def move_exclusively(source: Path, target: Path) -> None:
    """As `place`, without the understanding of spellings."""
    try:
        system_calls.rename_exclusively(source, target)
    except Unsupported:
        hard_link(source, target)
        try:
            system_calls.unlink(source)
        except OSError:
            system_calls.unlink(target)
            raise
    except OSError as error:
        _raise_told_apart(error, source, target)
        raise


def folder_gone(folder: Path) -> FileNotFoundError:
    """The error for a file that cannot be put into a folder because that is not there, or no longer."""
    return FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), os.fspath(folder))


def _raise_told_apart(error: OSError, source: Path, target: Path) -> None:
    if isinstance(error, FileNotFoundError) and identify(source) is not None:
        # The system does not say which of the two it misses.
        raise folder_gone(target.parent) from error
    if error.errno == errno.EXDEV:
        message = "it lies on another drive"
        raise CrossDevice(errno.EXDEV, message, os.fspath(source), None, os.fspath(target)) from error


def _same_entry(source: Path, target: Path) -> bool:
    """Whether two spellings are of one directory entry (two entries of one file are not)."""
    if source == target or source.parent != target.parent:
        return False
    here, there = identify(source), identify(target)
    return here is not None and here == there and not spelled_so(target)


def _spelling_step(target: Path) -> Path:
    return target.with_name(_STEP_PREFIX + hashlib.sha256(os.fsencode(target.name)).hexdigest()[:16])


def _spell_anew(source: Path, target: Path) -> None:
    system_calls.rename_in_place(source, target)
    if spelled_so(target):
        return
    # Linux does nothing at all when both names are of one file: it takes a third name in between.
    step = _spelling_step(target)
    move_exclusively(source, step)
    try:
        move_exclusively(step, target)
    except OSError:
        move_exclusively(step, source)
        raise


def _link_text(source: Path, target: Path) -> str:
    real = _real_folder(source) / source.name
    folder = _real_folder(target)
    try:
        if device_of(real.parent) == device_of(folder):
            return os.path.relpath(real, folder)
    except (OSError, ValueError):  # ValueError: two drives of Windows
        pass
    return os.fspath(real)


def _real_folder(path: Path) -> Path:
    return Path(os.path.realpath(path.parent))
