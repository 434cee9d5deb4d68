"""The operating system's calls that change files, one thin function each: nobody else makes them for photos.

Being in one place, they can be counted, and made to fail, where it is tried what becomes of photos then. None of them
replaces a file that is there.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import functools
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path

from photosort.core.files import openable

_AT_FDCWD = -100
_RENAME_NOREPLACE = 1
_RENAME_EXCL = 4
_REFUSALS = frozenset({errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP})
"""What a kernel or a file system answers that knows no exclusive rename."""


class Unsupported(OSError):  # noqa: N818 - what it is, not that it is wrong
    """The file system, or the system itself, has no such operation."""


def rename_exclusively(source: Path, target: Path) -> None:
    """Give a file another name on the same file system, in one step and only if nothing has that name.

    Raises:
        FileExistsError: something is there.
        Unsupported: it cannot be done in one step here.
        OSError: the system refused; ``errno.EXDEV`` where the places lie on two file systems.
    """
    if sys.platform == "win32":
        # MoveFileEx without MOVEFILE_REPLACE_EXISTING.
        Path(openable(source)).rename(openable(target))
        return
    rename = _exclusive_rename()
    code = rename(os.fsencode(source), os.fsencode(target)) if rename else errno.ENOSYS
    if code in _REFUSALS:
        raise Unsupported(code, os.strerror(code), os.fspath(source), None, os.fspath(target))
    if code:
        raise OSError(code, os.strerror(code), os.fspath(source), None, os.fspath(target))


def rename_in_place(source: Path, target: Path) -> None:
    """Give a file another spelling of its own name; the caller knows that both names are of one directory entry."""
    Path(openable(source)).rename(openable(target))


def link(source: Path, target: Path) -> None:
    """A second name for a file; a symbolic link is not followed. FileExistsError where something is there."""
    follow = {} if sys.platform == "win32" else {"follow_symlinks": False}
    os.link(openable(source), openable(target), **follow)


def symlink(text: str, target: Path) -> None:
    """A symbolic link that says ``text``. FileExistsError where something is there."""
    Path(openable(target)).symlink_to(text)


def unlink(path: Path) -> None:
    """Take a file's name away."""
    try:
        Path(openable(path)).unlink()
    except PermissionError:
        if sys.platform == "win32":
            # There, a file that may only be read may not be removed either.
            Path(openable(path)).chmod(stat.S_IWRITE)
            Path(openable(path)).unlink()
        else:
            raise


def create(path: Path) -> int:
    """A descriptor of a new file, to write and read; FileExistsError where something is there, also a broken link."""
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    return os.open(openable(path), flags, 0o600)


def write(descriptor: int, data: memoryview) -> None:
    """Write all of it."""
    while data:
        data = data[os.write(descriptor, data) :]


def sync(descriptor: int) -> None:
    """Wait until the drive itself has what was written."""
    if sys.platform == "darwin":
        import fcntl

        # There, fsync does not reach through the drive's own cache.
        with contextlib.suppress(OSError):
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
            return
    os.fsync(descriptor)


def make_folder(path: Path, mode: int = 0o777) -> None:
    """A new folder; FileExistsError where something is there."""
    Path(openable(path)).mkdir(mode)


def remove_folder(path: Path) -> None:
    """Take an empty folder away; OSError (ENOTEMPTY) where it is not."""
    Path(openable(path)).rmdir()


def set_times(path: Path, accessed_ns: int, modified_ns: int) -> None:
    """Set a file's or folder's times; of a symbolic link, those of the link itself where the system can."""
    follow = os.utime not in os.supports_follow_symlinks
    os.utime(openable(path), ns=(accessed_ns, modified_ns), follow_symlinks=follow)


def set_mode(path: Path, mode: int) -> None:
    """Set a file's or folder's permissions."""
    Path(openable(path)).chmod(mode)


@functools.cache
def _exclusive_rename() -> Callable[[bytes, bytes], int] | None:
    """The C library's exclusive rename, as a function that gives 0 or the error's number; None where it has none."""
    library = ctypes.CDLL(None, use_errno=True)
    if sys.platform == "darwin":
        renamex = getattr(library, "renamex_np", None)
        if renamex is None:
            return None
        renamex.argtypes = [ctypes.c_char_p, ctypes.c_char_p, ctypes.c_uint]
        return lambda source, target: ctypes.get_errno() if renamex(source, target, _RENAME_EXCL) else 0
    renameat = getattr(library, "renameat2", None)
    if renameat is None:
        return None
    renameat.argtypes = [ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint]
    return lambda source, target: (
        ctypes.get_errno() if renameat(_AT_FDCWD, source, _AT_FDCWD, target, _RENAME_NOREPLACE) else 0
    )
