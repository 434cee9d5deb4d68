"""What a file carries beside its content: times, permissions, owner, extended attributes; and the times of folders."""

from __future__ import annotations

import base64
import contextlib
import ctypes
import errno
import json
import os
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from photosort.core.files import openable
from photosort.core.sorting.files import system_calls

_NOT_FOR_THIS_FILE_SYSTEM = frozenset(
    {
        errno.ENOTSUP,
        errno.EOPNOTSUPP,
        errno.EPERM,
        errno.EACCES,
        errno.EROFS,
        errno.EINVAL,
        errno.ENODATA,
        errno.E2BIG,
        errno.ERANGE,
    }
)


@dataclass(frozen=True, slots=True)
class FolderTimes:
    """What of a folder changes by itself when files come and go.

    Attributes:
        mtime_ns: modification time, nanoseconds since the epoch.
        mode: permission bits.
    """

    mtime_ns: int
    mode: int


@dataclass(frozen=True, slots=True)
class Carried:
    """What a file carries that a poorer file system (exFAT) would lose.

    Attributes:
        mode: permission bits.
        extended: names and values of its extended attributes; empty where the system has no call for them.
    """

    mode: int
    extended: tuple[tuple[str, bytes], ...] = ()

    def to_json(self) -> str:
        """As text, for a journal."""
        values = {name: base64.b64encode(value).decode("ascii") for name, value in self.extended}
        return json.dumps({"mode": self.mode, "extended": values}, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Carried:
        """What `to_json` wrote; ValueError, KeyError or TypeError for anything else."""
        told = json.loads(text)
        values = {str(name): base64.b64decode(value) for name, value in told["extended"].items()}
        return cls(stat.S_IMODE(int(told["mode"])), tuple(values.items()))


def read_carried(path: Path) -> Carried | None:
    """What a file carries now; None where there is no file."""
    try:
        status = os.stat(openable(path))  # noqa: PTH116 - long names on Windows
    except OSError:
        return None
    extended: list[tuple[str, bytes]] = []
    if hasattr(os, "listxattr"):
        with contextlib.suppress(OSError):
            extended = [(name, os.getxattr(path, name)) for name in os.listxattr(path)]
    return Carried(stat.S_IMODE(status.st_mode), tuple(extended))


def restore_carried(path: Path, carried: Carried) -> None:
    """Give a file back what it carried before it lay on a poorer file system, as far as this one takes it.

    Raises:
        OSError: the file is gone, or the file system is full or broken.
    """
    if hasattr(os, "setxattr"):
        for name, value in carried.extended:
            with _as_far_as_possible():
                os.setxattr(path, name, value)
    with _as_far_as_possible():
        system_calls.set_mode(path, carried.mode)


def keep(source: Path, target: Path) -> None:
    """Give a copy what the original carries: extended attributes, owner, permissions, birth time, times.

    What the target's file system does not know is left out, and so is what this person may not set.

    Raises:
        OSError: the original is gone, or the target's file system is full or broken.
    """
    status = os.stat(openable(source))  # noqa: PTH116 - long names on Windows
    _keep_extended(source, target)
    if hasattr(os, "chown"):
        made = target.stat()
        if (made.st_uid, made.st_gid) != (status.st_uid, status.st_gid):
            with _as_far_as_possible():
                os.chown(target, status.st_uid, status.st_gid)
    # After the owner: giving a file away clears bits of its mode.
    with _as_far_as_possible():
        system_calls.set_mode(target, stat.S_IMODE(status.st_mode))
    _keep_birth_time(status, target)
    with _as_far_as_possible():
        system_calls.set_times(target, status.st_atime_ns, status.st_mtime_ns)


def read_times(folder: Path) -> FolderTimes | None:
    """What a folder is like now; None where there is no folder."""
    try:
        status = os.stat(openable(folder))  # noqa: PTH116 - long names on Windows
    except OSError:
        return None
    return FolderTimes(status.st_mtime_ns, stat.S_IMODE(status.st_mode)) if stat.S_ISDIR(status.st_mode) else None


def restore_times(folder: Path, times: FolderTimes) -> bool:
    """Make a folder what it was like; False where it is gone or belongs to somebody else."""
    # A photo may lie behind a link to a folder: it is the folder that changes.
    folder = Path(os.path.realpath(folder))
    try:
        status = os.stat(openable(folder))  # noqa: PTH116 - long names on Windows
        if stat.S_IMODE(status.st_mode) != times.mode:
            system_calls.set_mode(folder, times.mode)
        if status.st_mtime_ns != times.mtime_ns:
            system_calls.set_times(folder, status.st_atime_ns, times.mtime_ns)
    except OSError:
        return False
    return True


@contextlib.contextmanager
def _as_far_as_possible() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in _NOT_FOR_THIS_FILE_SYSTEM:
            raise


def _keep_extended(source: Path, target: Path) -> None:
    if sys.platform == "darwin":
        # Also its access list and its resource fork.
        copyfile = ctypes.CDLL(None, use_errno=True).copyfile
        copyfile.argtypes = [ctypes.c_char_p, ctypes.c_char_p, ctypes.c_void_p, ctypes.c_uint32]
        access_list, extended = 1 << 0, 1 << 2
        with _as_far_as_possible():
            if copyfile(os.fsencode(source), os.fsencode(target), None, access_list | extended):
                code = ctypes.get_errno()
                raise OSError(code, os.strerror(code), os.fspath(target))
    elif hasattr(os, "listxattr"):
        names: list[str] = []
        with _as_far_as_possible():
            names = os.listxattr(source)
        for name in names:
            with _as_far_as_possible():
                os.setxattr(target, name, os.getxattr(source, name))


def _keep_birth_time(status: os.stat_result, target: Path) -> None:
    """Linux has no call for it."""
    if sys.platform == "win32":
        _set_windows_birth_time(target, status.st_ctime_ns)
    elif sys.platform == "darwin":
        _set_darwin_birth_time(target, status.st_birthtime)


def _set_darwin_birth_time(target: Path, seconds: float) -> None:
    class Attributes(ctypes.Structure):
        _fields_ = (
            ("count", ctypes.c_ushort),
            ("reserved", ctypes.c_uint16),
            ("common", ctypes.c_uint32),
            ("others", ctypes.c_uint32 * 4),
        )

    class Time(ctypes.Structure):
        _fields_ = (("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long))

    wanted = Attributes(count=5, common=0x00000200)  # ATTR_BIT_MAP_COUNT, ATTR_CMN_CRTIME
    whole = int(seconds // 1)
    time = Time(whole, int((seconds - whole) * 1e9))
    # A file system without birth times refuses, and nothing is lost by that.
    ctypes.CDLL(None).setattrlist(
        os.fsencode(target), ctypes.byref(wanted), ctypes.byref(time), ctypes.sizeof(time), ctypes.c_uint32(0)
    )


if sys.platform == "win32":

    def _set_windows_birth_time(target: Path, nanoseconds: int) -> None:
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.CreateFileW.restype = ctypes.c_void_p
        write_attributes, share_all, open_existing, normal = 0x100, 7, 3, 0x80
        handle = kernel.CreateFileW(openable(target), write_attributes, share_all, None, open_existing, normal, None)
        if handle in {None, ctypes.c_void_p(-1).value}:
            return
        try:
            # Hundreds of nanoseconds since 1601.
            made = ctypes.c_uint64(nanoseconds // 100 + 116_444_736_000_000_000)
            kernel.SetFileTime(ctypes.c_void_p(handle), ctypes.byref(made), None, None)
        finally:
            kernel.CloseHandle(ctypes.c_void_p(handle))
