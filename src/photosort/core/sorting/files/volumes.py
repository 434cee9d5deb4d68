"""What can be learned of file systems without writing to them: whose names differ by case, what names they take."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from pathlib import Path

from photosort.core.files import openable

_RESTRICTED = frozenset(
    {"vfat", "msdos", "fat", "exfat", "ntfs", "ntfs3", "fuseblk", "cifs", "smb3", "smbfs", "ufsd", "vboxsf", "9p"}
)
"""File systems that take only the names that Windows takes, or that may lie on one that does."""
_CASELESS = frozenset(
    {"vfat", "msdos", "fat", "exfat", "fuseblk", "cifs", "smb3", "smbfs", "ufsd", "vboxsf", "hfsplus"}
)
_PC_CASE_SENSITIVE = 11
_LOOKED_AT = 64


def nearest_existing(path: Path) -> Path:
    """The path itself if it is there, else the nearest folder above it that is."""
    while not os.path.lexists(openable(path)):
        if path.parent == path:
            break
        path = path.parent
    return path


def free_bytes(path: Path) -> int:
    """What this person may still write on the file system where a path lies or would lie; OSError where none is."""
    return shutil.disk_usage(openable(nearest_existing(path))).free


def device_of(path: Path) -> int:
    """The number of the file system where a path lies or would lie."""
    return os.stat(openable(nearest_existing(path))).st_dev  # noqa: PTH116 - long names on Windows


def mount_of(path: Path) -> Path | None:
    """The folder at which the drive is connected where a path lies; None for the system's own, or a drive's letter."""
    path = nearest_existing(Path(os.path.realpath(path)))
    for folder in (path, *path.parents):
        if os.path.ismount(folder):
            return None if folder.parent == folder else folder
    return None


def case_insensitive(folder: Path) -> bool:
    """Whether names that differ by case only are one name in a folder, or would be if it were there.

    Where it cannot be known it is said to be so: that costs nothing but a number behind a name.
    """
    if sys.platform == "win32":
        return True
    folder = nearest_existing(folder)
    if sys.platform == "darwin":
        try:
            return os.pathconf(folder, _PC_CASE_SENSITIVE) == 0
        except OSError:
            return True
    found = _seen_by_another_case(folder)
    return file_system_of(folder) in _CASELESS if found is None else found


def restricted_names(folder: Path) -> bool:
    """Whether only names that Windows takes are good in a folder: FAT, exFAT, NTFS, and what is shared by it."""
    return sys.platform == "win32" or file_system_of(nearest_existing(folder)) in _RESTRICTED


def file_system_of(path: Path) -> str:
    """The kind of file system where something lies, in lower case ("ext4"); empty where it cannot be known."""
    if sys.platform == "darwin":
        return _darwin_file_system(path)
    try:
        lines = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="surrogateescape").splitlines()
        real = os.path.realpath(path)
    except OSError:
        return ""
    best, kind = "", ""
    for line in lines:
        before, _, after = line.partition(" - ")
        fields, rest = before.split(" "), after.split(" ")
        if len(fields) < 5 or not rest[0]:
            continue
        place = _unescaped(fields[4])
        # The last one mounted on a place hides the others.
        if (real == place or real.startswith(os.path.join(place, ""))) and len(place) >= len(best):  # noqa: PTH118
            best, kind = place, rest[0]
    return kind.lower()


def _seen_by_another_case(folder: Path) -> bool | None:
    """Whether one of a folder's files answers to its name in another case; None where no name has two."""
    try:
        names = {entry.name for _, entry in zip(range(_LOOKED_AT), os.scandir(folder), strict=False)}
    except OSError:
        return None
    for name in names:
        other = name.swapcase()
        if other.lower() != name.lower() or other in names:
            continue
        try:
            if os.path.samestat((folder / name).lstat(), (folder / other).lstat()):
                return True
            # Some drivers number a file anew for each spelling. What is not listed is no file of its own.
            return other not in os.listdir(folder)  # noqa: PTH208 - names, not paths
        except OSError:
            return False
    return None


def _unescaped(field: str) -> str:
    """A path of mountinfo, in which spaces and backslashes are written as octal numbers."""
    parts = field.split("\\")
    return parts[0] + "".join(chr(int(part[:3], 8)) + part[3:] for part in parts[1:])


class _DarwinStatfs(ctypes.Structure):
    _fields_ = (
        ("block", ctypes.c_uint32),
        ("transfer", ctypes.c_int32),
        ("counts", ctypes.c_uint64 * 5),
        ("numbers", ctypes.c_uint32 * 6),
        ("kind", ctypes.c_char * 16),
        ("places", ctypes.c_char * 2048),
        ("rest", ctypes.c_uint32 * 8),
    )


def _darwin_file_system(path: Path) -> str:
    library = ctypes.CDLL(None)
    statfs = getattr(library, "statfs$INODE64", None) or library.statfs
    found = _DarwinStatfs()
    if statfs(os.fsencode(path), ctypes.byref(found)):
        return ""
    return bytes(found.kind).decode("ascii", "replace").lower()
