"""One program at a time changes files: a lock of the operating system, which ends with its holder, however that ends.

The file of the lock stays when nobody holds it: taking it away would let two programs hold two files of one name.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from photosort.core.errors import BusyError, SortingError

_NAME = "sorting.lock"
_LOOKS = 10
_BETWEEN_LOOKS = 0.02

if sys.platform == "win32":
    import msvcrt

    # There, what is locked cannot be read: the lock lies far behind the words.
    _FAR = 1 << 30

    def _take(descriptor: int, *, wait: bool) -> None:
        os.lseek(descriptor, _FAR, os.SEEK_SET)
        while True:
            try:
                msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
            except OSError:
                if not wait:
                    raise
                time.sleep(_BETWEEN_LOOKS)
            else:
                return

    def _give(descriptor: int) -> None:
        os.lseek(descriptor, _FAR, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _take(descriptor: int, *, wait: bool) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))

    def _give(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


@dataclass(frozen=True, slots=True)
class Holder:
    """Who changes files right now.

    Attributes:
        pid: number of the process; 0 where it has not said.
        command: what it was called with, as one would type it; empty where it has not said.
    """

    pid: int
    command: str

    def __str__(self) -> str:
        return ", ".join(part for part in (f"pid {self.pid}" if self.pid else "", self.command) if part)


@contextmanager
def sorting_lock(directory: Path, command: str, *, wait: bool = False) -> Iterator[None]:
    """Be the only one who changes files for as long as the context lasts.

    Args:
        directory: of the catalog; made if need be.
        command: what this program is doing, for those who must wait.
        wait: until it is free, however long.

    Raises:
        BusyError: another program, or another window of this one, has it; the message says which.
        SortingError: there can be no lock in that folder.
    """
    descriptor = _open(directory)
    try:
        _acquire(descriptor, directory, wait=wait)
        try:
            _tell(descriptor, json.dumps({"pid": os.getpid(), "command": command}))
            yield
        finally:
            _tell(descriptor, "")
            _give(descriptor)
    finally:
        os.close(descriptor)


def is_free(directory: Path) -> bool:
    """Whether nobody changes files right now: what is called at work then was interrupted."""
    if not (directory / _NAME).exists():
        return True
    descriptor = _open(directory)
    try:
        _take(descriptor, wait=False)
        _give(descriptor)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True


def holder(directory: Path) -> Holder | None:
    """Who changes files right now; None where nobody does. What a dead program wrote does not count."""
    return None if is_free(directory) else _read(directory)


def _open(directory: Path) -> int:
    try:
        directory.mkdir(parents=True, exist_ok=True)
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
        return os.open(directory / _NAME, flags, 0o644)
    except OSError as error:
        raise SortingError(_no_lock(directory, error)) from error


def _acquire(descriptor: int, directory: Path, *, wait: bool) -> None:
    who = Holder(0, "")
    for _ in range(_LOOKS):
        try:
            _take(descriptor, wait=wait)
        except OSError as error:
            if error.errno not in {errno.EACCES, errno.EAGAIN, errno.EWOULDBLOCK, errno.EDEADLK}:
                raise SortingError(_no_lock(directory, error)) from error
        else:
            return
        who = _read(directory)
        if who.pid:
            break
        # Somebody took it a moment ago and has not said who it is, or only looked whether it is free.
        time.sleep(_BETWEEN_LOOKS)
    said = f" ({who})" if str(who) else ""
    message = f"photosort is already moving or copying photos{said}: wait until it is done"
    raise BusyError(message)


def _no_lock(directory: Path, error: OSError) -> str:
    return f"expected to lock {directory / _NAME} while files are changed, but: {error.strerror}"


def _tell(descriptor: int, text: str) -> None:
    """Say who holds the lock, which holds whether or not a full disk takes these words."""
    with contextlib.suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.write(descriptor, text.encode("utf-8", "backslashreplace"))


def _read(directory: Path) -> Holder:
    try:
        said = json.loads((directory / _NAME).read_text(encoding="utf-8"))
        return Holder(int(said["pid"]), str(said["command"]))
    except (OSError, ValueError, KeyError, TypeError):
        return Holder(0, "")
