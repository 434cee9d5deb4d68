"""The system's trash: nothing is ever deleted, and where the trash has a place for a file, the place is told."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
import time
import urllib.parse
from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import Protocol

from photosort.core.sorting.files import placing, system_calls

_MANY = 100_000
_LONGEST = 255
_TRASHES = frozenset({"Trash", ".Trash", ".Trashes", "$Recycle.Bin", "$RECYCLE.BIN"})


class Trash(Protocol):
    """Where files go that nobody wants any more."""

    def discard(self, path: Path) -> Path | None:
        """Put a file into the trash.

        Returns:
            where it lies now; None where the system does not tell.

        Raises:
            OSError: it cannot be done; the file stays where it is.
        """
        ...


class SystemTrash:
    """The trash of the desktop: FreeDesktop's layout on Linux; elsewhere what the system has, which tells no place.

    Args:
        data_home: the folder of the person's own trash; by default that of the system's settings.
    """

    def __init__(self, data_home: Path | None = None) -> None:
        self._data_home = data_home

    @property
    def tells_places(self) -> bool:
        """Whether a discarded file can be brought back by photosort itself."""
        return _has_freedesktop_layout()

    def discard(self, path: Path) -> Path | None:
        """Put a file into the trash: see `Trash.discard`. A symbolic link goes itself, not what it leads to."""
        if not self.tells_places:
            _send(path)
            return None
        real = _real(path)
        folder, top = self._trash_for(real)
        for name in _names(real.name):
            info = folder / "info" / f"{name}.trashinfo"
            self._forget_failure(info, folder / "files" / name, _told_path(real, top))
            try:
                descriptor = system_calls.create(info)
            except FileExistsError:
                continue
            try:
                _write_info(descriptor, _told_path(real, top))
                placing.place(real, folder / "files" / name)
            except FileExistsError:
                system_calls.unlink(info)
                continue
            except BaseException:
                with contextlib.suppress(OSError):
                    system_calls.unlink(info)
                raise
            return folder / "files" / name
        raise FileExistsError(errno.EEXIST, "the trash has too many files of this name", os.fspath(path))

    def find(self, path: Path) -> Path | None:
        """Where the file lies in the trash that was discarded last from a place; None where there is none.

        It is what a program asks that was killed before it could note the place.
        """
        if not self.tells_places:
            return None
        real = _real(path)
        found: list[tuple[str, Path]] = []
        for folder, top in self._trashes_of(real):
            told = f"Path={_told_path(real, top)}"
            for info in sorted((folder / "info").glob("*.trashinfo")):
                lines = _lines(info)
                place = folder / "files" / info.stem
                if told in lines and os.path.lexists(place):
                    found.append((next((line for line in lines if line.startswith("DeletionDate=")), ""), place))
        return max(found)[1] if found else None

    @staticmethod
    def _forget_failure(info: Path, place: Path, told: str) -> None:
        """Take the note away that a program left behind that was killed before it could discard this very file."""
        if f"Path={told}" in _lines(info) and not os.path.lexists(place):
            system_calls.unlink(info)

    def _trash_for(self, real: Path) -> tuple[Path, Path | None]:
        """The trash of the file system where a file lies, made if need be, and the top that its paths are told from."""
        refusal: OSError | None = None
        for folder, top in self._trashes_of(real):
            try:
                if top is not None and folder.parent.name == ".Trash" and not _is_sound(folder.parent):
                    continue
                for part in (folder, folder / "files", folder / "info"):
                    part.mkdir(mode=0o700, parents=True, exist_ok=True)
            except OSError as error:
                refusal = error
                continue
            return folder, top
        raise refusal or OSError(errno.ENOENT, "there is no trash for this drive", os.fspath(real))

    def _trashes_of(self, real: Path) -> list[tuple[Path, Path | None]]:
        """The places for a file's trash, the best first; None as top where paths are told in full."""
        home = self._home() / "Trash"
        device = placing.device_of(real.parent)
        if placing.device_of(home) == device:
            return [(home, None)]
        top = real.parent
        while top.parent != top and not top.is_mount() and placing.device_of(top.parent) == device:
            top = top.parent
        user = str(os.getuid()) if hasattr(os, "getuid") else ""
        return [(top / ".Trash" / user, top), (top / f".Trash-{user}", top)]

    def _home(self) -> Path:
        if self._data_home is not None:
            return self._data_home
        told = os.environ.get("XDG_DATA_HOME", "")
        return Path(told) if Path(told).is_absolute() else Path.home() / ".local" / "share"


def forget_place(place: Path) -> None:
    """Tell FreeDesktop's trash that a file has left it; nothing happens for a place that is none of the trash."""
    if place.parent.name == "files":
        info = place.parent.parent / "info" / f"{place.name}.trashinfo"
        with contextlib.suppress(OSError):
            system_calls.unlink(info)


def is_in_trash(place: Path) -> bool:
    """Whether a path is of a file in some system's trash, as far as its name tells."""
    parts = place.parts
    if not place.is_absolute() or ".." in parts:
        return False
    return any(part in _TRASHES or part.startswith(".Trash-") for part in parts[:-1])


def _has_freedesktop_layout() -> bool:
    return sys.platform not in {"win32", "darwin"}


def _send(path: Path) -> None:
    # Imported here: on Linux it is never needed, and elsewhere only by those who put something into the trash.
    import send2trash

    send2trash.send2trash(os.fspath(path))


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path.parent)) / path.name


def _names(name: str) -> Iterator[str]:
    """The name itself, then with numbers, short enough for the longer name of the note beside it."""
    given = PurePath(name)
    for number in range(1, _MANY):
        end = ("" if number == 1 else f".{number}") + given.suffix
        room = _LONGEST - len(os.fsencode(end)) - len(".trashinfo")
        yield os.fsdecode(os.fsencode(given.stem)[: max(room, 1)]) + end


def _is_sound(shared: Path) -> bool:
    """Whether a drive's common trash may be used: a true folder, and its files are safe from other persons."""
    try:
        status = shared.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(status.st_mode) and bool(status.st_mode & stat.S_ISVTX)


def _told_path(real: Path, top: Path | None) -> str:
    return urllib.parse.quote(os.fsencode(real if top is None else real.relative_to(top)))


def _write_info(descriptor: int, told: str) -> None:
    when = time.strftime("%Y-%m-%dT%H:%M:%S")
    try:
        system_calls.write(descriptor, memoryview(f"[Trash Info]\nPath={told}\nDeletionDate={when}\n".encode()))
    finally:
        os.close(descriptor)


def _lines(info: Path) -> list[str]:
    try:
        return info.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
