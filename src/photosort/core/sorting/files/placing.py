"""Putting files into their places: exclusively, verified, with all that they carry. Nothing here ever replaces a file.

Every function raises an `OSError` whose message a person can read, and then leaves what was there as it was: a source
is whole at its place or whole at its target. What another program does meanwhile is met by operations that the
operating system does in one step, never by asking first.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path

from photosort.core.files import openable
from photosort.core.sorting.files import system_calls
from photosort.core.sorting.files.copying import clear_temporary, copy_steps, copy_verified, digest_of, digest_steps
from photosort.core.sorting.files.exclusive import (
    ChangedError,
    CrossDevice,
    Identity,
    SourceChanged,
    hard_link,
    identify,
    is_link_to,
    mend_rename,
    place,
    spelled_so,
    symbolic_link,
)
from photosort.core.sorting.files.system_calls import Unsupported
from photosort.core.sorting.files.volumes import (
    case_insensitive,
    device_of,
    free_bytes,
    nearest_existing,
    restricted_names,
)

__all__ = [
    "ChangedError",
    "CrossDevice",
    "Identity",
    "SourceChanged",
    "Unsupported",
    "can_rename",
    "case_insensitive",
    "clear_temporary",
    "copy_steps",
    "copy_verified",
    "device_of",
    "digest_of",
    "digest_steps",
    "free_bytes",
    "hard_link",
    "identify",
    "is_link_to",
    "make_folder",
    "mend_rename",
    "nearest_existing",
    "place",
    "remove_folder",
    "remove_verified",
    "restricted_names",
    "spelled_so",
    "symbolic_link",
    "sync_folder",
]


def can_rename(source_dir: Path, target_dir: Path) -> bool:
    """Whether files get from one folder to another by a rename, as far as it can be known before; see `place`."""
    return device_of(source_dir) == device_of(target_dir)


def make_folder(path: Path, mode: int = 0o777) -> None:
    """Make a folder; FileExistsError where something lies, FileNotFoundError where it would lie nowhere."""
    system_calls.make_folder(path, mode)


def remove_folder(path: Path) -> None:
    """Take an empty folder away; OSError where it is not empty."""
    system_calls.remove_folder(path)


def remove_verified(path: Path, expected: Identity, digest: bytes | None) -> None:
    """Take a file away that is known to be elsewhere, too.

    Args:
        path: of the file.
        expected: what it was when it was last known to be good.
        digest: the SHA-256 that its content must have; None to trust size, time and inode.

    Raises:
        ChangedError: it is not what was expected, and is left alone.
        OSError: it is gone already, or the system refused.
    """
    found = identify(path)
    if found is None:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), os.fspath(path))
    if digest is not None and expected.is_still(found) and digest_of(path) != digest:
        raise ChangedError(errno.EAGAIN, "its content is no longer what it was", os.fspath(path))
    if not expected.is_still(found) or not found.is_still(identify(path)):
        raise ChangedError(errno.EAGAIN, "it was changed by another program", os.fspath(path))
    system_calls.unlink(path)


def sync_folder(path: Path) -> None:
    """Wait until the drive has a folder's entries; systems and file systems that have no such call are trusted."""
    try:
        descriptor = os.open(openable(path), os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
    except OSError:
        return
    try:
        system_calls.sync(descriptor)
    except OSError as error:
        if error.errno in {errno.EIO, errno.ENOSPC, errno.EDQUOT}:
            raise
    finally:
        os.close(descriptor)
