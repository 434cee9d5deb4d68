"""Scan a folder: every file below it, as photos (shots), problems, or something else. Opens no picture.

Every file is accounted for: ``found`` = shots + companions + failures + ignored. Folders that are links are followed
once, after everything else, so that no loop and no second way to a folder shows a photo twice. Files that lie only in
a cloud are counted and never opened, so that nothing is downloaded.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from photosort.core.companions import SIDECAR_SUFFIXES, VIDEO_SUFFIXES, Group, group_files, suffix_of
from photosort.core.dates import date_of_name, date_of_takeout, local_wall_clock
from photosort.core.errors import ScanError
from photosort.core.files import modified_ns, openable
from photosort.core.imaging.formats import PHOTO_SUFFIXES
from photosort.core.photo import Failure, FileInfo, Progress, Shot, TakenSource

_logger = logging.getLogger(__name__)

_PROGRESS_EVERY = 500
_WHAT = "Looking for photos"

IN_SYSTEM_FOLDER: Final = "in a folder of the system: trash, or thumbnails that some program made"
OUR_JOURNAL: Final = "photosort's own record of what it sorted here"
IN_CACHE: Final = "in a cache that some program made"
FINDER_DATA: Final = "the Mac's data about another file"
IN_CLOUD: Final = "in the cloud only, not downloaded to this computer"
IN_LIBRARY: Final = "made by the Photos program, not an original"
VIDEO: Final = "a video"
SIDECAR: Final = "a sidecar file without its photo"
UNFINISHED: Final = "an unfinished download"
LINK_INSIDE: Final = "a link to another file of this folder"
NO_PHOTO: Final = "not a photo"

_UNFINISHED_SUFFIXES = frozenset({".crdownload", ".download", ".opdownload", ".part", ".partial"})
_SYSTEM_FOLDERS = frozenset(
    {
        *("$recycle.bin", "#recycle", ".trashes", ".trash", "lost+found", "system volume information"),
        *("@eadir", "__macosx", ".thumbnails", ".thumb", ".cache"),
    }
)
"""Trash and thumbnails of systems, cameras and storage boxes, lower case; other hidden folders may hold originals."""

JOURNALS: Final = ".photosort"
"""What `photosort.core.sorting` leaves in a folder that it sorted into, so that it can be undone anywhere."""

_USERS_TRASH = ".trash-"
"""A trash on a drive of its own carries its user's number: ``.Trash-1000``."""

_CACHE_SIGNATURE = b"Signature: 8a477f597d28d172789f06886806bc55"

_LIBRARY_SUFFIX = ".photoslibrary"
_LIBRARY_ORIGINALS = frozenset({"originals", "masters"})

# Files with these marks are fetched from a cloud when they are read. Windows: FILE_ATTRIBUTE_RECALL_ON_OPEN,
# FILE_ATTRIBUTE_RECALL_ON_DATA_ACCESS, FILE_ATTRIBUTE_OFFLINE; macOS: SF_DATALESS.
_WINDOWS_RECALL_ON_OPEN = 0x0004_0000
_WINDOWS_CLOUD = _WINDOWS_RECALL_ON_OPEN | 0x0040_0000 | 0x1000
_MACOS_CLOUD = 0x4000_0000


@dataclass(frozen=True, slots=True)
class Ignored:
    """A file that is no photo, or that is left alone on purpose.

    Attributes:
        relpath: path relative to the scanned folder, POSIX separators.
        reason: why, in words for a person.
    """

    relpath: str
    reason: str


@dataclass(frozen=True, slots=True)
class ScanResult:
    """Everything that lies in a folder, each sorted by path.

    Attributes:
        root: the folder.
        shots: the photos.
        failures: files of a photo format that cannot be read, and folders that could not be looked into.
        ignored: the other files.
    """

    root: Path
    shots: tuple[Shot, ...]
    failures: tuple[Failure, ...]
    ignored: tuple[Ignored, ...]

    @property
    def companions(self) -> int:
        """Files that belong to a photo, besides its picture."""
        return sum(len(shot.companions) for shot in self.shots)

    @property
    def found(self) -> int:
        """All files, and folders that could not be looked into."""
        return len(self.shots) + self.companions + len(self.failures) + len(self.ignored)


def scan(root: Path, *, only: Sequence[Path] | None = None) -> Generator[Progress, None, ScanResult]:
    """Look through a folder and all folders below it.

    Args:
        root: the folder.
        only: look just at these files and folders, all below ``root``; a file brings its companions.

    Yields:
        how many files were seen, every few hundred; the total is not known.

    Returns:
        what lies there.

    Raises:
        ScanError: the folder is not there or may not be read.
    """
    root = root.absolute()
    try:
        with os.scandir(openable(root)):
            pass
    except OSError as error:
        raise ScanError(f"{root} could not be opened: {_words(error)}") from error
    walk = _Walk(root)
    reported = 0
    yield Progress(_WHAT, 0, None)
    for _ in walk.steps(only):
        if walk.seen - reported >= _PROGRESS_EVERY:
            reported = walk.seen
            yield Progress(_WHAT, reported, None)
    yield Progress(_WHAT, walk.seen, None)
    return walk.result()


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder to look into.

    Attributes:
        path: by which the system opens it.
        prefix: of its files' relative paths: empty, or ending in a slash.
        ignore: why every file in it is left alone; None where none is.
        is_library: the folder is a Photos library, of which only some folders hold originals.
        names: look only at these names, and not below; None for everything.
    """

    path: str
    prefix: str
    ignore: str | None = None
    is_library: bool = False
    names: frozenset[str] | None = None


class _Walk:
    """Walks over folders with a list instead of recursion, however deep they are nested."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._real_root = os.path.realpath(root)
        self._todo: list[_Folder] = []
        self._links: list[_Folder] = []
        self._visited: set[tuple[int, int]] = set()
        self._shots: list[Shot] = []
        self._failures: list[Failure] = []
        self._ignored: list[Ignored] = []
        self.seen = 0

    def steps(self, only: Sequence[Path] | None) -> Iterator[None]:
        """Look into one folder after the other."""
        if only is None:
            self._todo.append(self._folder(openable(self._root), "", self._root.name, None))
        else:
            self._start_with(only)
        while self._todo or self._links:
            # Links wait until all real folders were visited, so that a photo is shown where it really lies.
            folder = self._todo.pop() if self._todo else self._links.pop()
            for _ in self._look_into(folder):
                yield

    def result(self) -> ScanResult:
        """Everything that was found."""
        return ScanResult(
            self._root,
            tuple(sorted(self._shots, key=lambda shot: shot.file.relpath)),
            tuple(sorted(self._failures, key=lambda failure: failure.relpath)),
            tuple(sorted(self._ignored, key=lambda ignored: ignored.relpath)),
        )

    def _start_with(self, only: Sequence[Path]) -> None:
        folders: set[Path] = set()
        names: dict[Path, set[str]] = {}
        for wanted in only:
            path = Path(os.path.normpath(self._root / wanted))
            if not path.is_relative_to(self._root):
                self._fail(str(path), f"it does not lie in {self._root}")
            elif path.is_dir():
                folders.add(path.relative_to(self._root))
            elif path.exists():
                relative = path.relative_to(self._root)
                names.setdefault(relative.parent, set()).add(relative.name)
            else:
                self._fail(path.relative_to(self._root).as_posix(), "it is not there")
        for folder in folders:
            if folders.isdisjoint(folder.parents):
                path = self._root / folder
                self._todo.append(self._folder(openable(path), _prefix(folder), path.name, None))
        for folder, wanted_names in names.items():
            if folders.isdisjoint((folder, *folder.parents)):
                path = self._root / folder
                self._todo.append(_Folder(openable(path), _prefix(folder), names=frozenset(wanted_names)))

    def _look_into(self, folder: _Folder) -> Iterator[None]:
        files: list[os.DirEntry[str]] = []
        before = len(self._todo), len(self._links)
        try:
            if folder.names is None and not self._first_visit(folder.path):
                _logger.info("%s was looked into already; a link leads back to it", folder.path)
                return
            with os.scandir(folder.path) as entries:
                for entry in entries:
                    self._sort_entry(entry, folder, files)
                    if len(files) % _PROGRESS_EVERY == _PROGRESS_EVERY - 1:
                        yield
        except OSError as error:
            self._fail(folder.prefix.rstrip("/") or ".", f"the folder could not be read: {_words(error)}")
        if folder.ignore is None and any(_is_cache_tag(entry) for entry in files):
            folder = replace(folder, ignore=IN_CACHE)
            for found, start in zip((self._todo, self._links), before, strict=True):
                found[start:] = [replace(inner, ignore=IN_CACHE) for inner in found[start:]]
        self._take_files(folder, files)
        yield

    def _first_visit(self, path: str) -> bool:
        status = os.stat(path)  # noqa: PTH116 - no Path objects in the loop
        identity = (status.st_dev, status.st_ino)
        if identity in self._visited:
            return False
        # Some network drives give no identity at all; those cannot loop through links either.
        if status.st_ino:
            self._visited.add(identity)
        return True

    def _sort_entry(self, entry: os.DirEntry[str], folder: _Folder, files: list[os.DirEntry[str]]) -> None:
        if entry.is_dir(follow_symlinks=False):
            if folder.names is not None:
                return
            if _is_unfetched(entry):
                self._ignore(folder.prefix + entry.name, IN_CLOUD)
            else:
                self._todo.append(self._subfolder(entry, folder))
        elif entry.is_symlink():
            self._follow(entry, folder, files)
        elif entry.is_file(follow_symlinks=False):
            files.append(entry)

    def _follow(self, entry: os.DirEntry[str], folder: _Folder, files: list[os.DirEntry[str]]) -> None:
        """A link: to a folder, to a file outside (as good as a file), to a file inside (counted there), to nothing."""
        try:
            leads_to_folder, leads_to_file = entry.is_dir(), entry.is_file()
        except OSError:  # links in a circle
            leads_to_folder = leads_to_file = False
        if leads_to_folder:
            if folder.names is None:
                self._links.append(self._subfolder(entry, folder))
        elif leads_to_file:
            target = os.path.realpath(entry.path)
            if target.startswith(os.path.join(self._real_root, "")):  # noqa: PTH118 - no Path objects in the loop
                self._ignore(folder.prefix + entry.name, LINK_INSIDE)
            else:
                files.append(entry)
        elif suffix_of(entry.name) in PHOTO_SUFFIXES and folder.ignore is None:
            self._fail(folder.prefix + entry.name, "it is a link to a file that is not there")

    def _subfolder(self, entry: os.DirEntry[str], parent: _Folder) -> _Folder:
        ignore = parent.ignore
        if ignore is None and entry.name == JOURNALS:
            ignore = OUR_JOURNAL
        if ignore is None and _is_system_folder(entry.name.lower()):
            ignore = IN_SYSTEM_FOLDER
        if ignore is None and parent.is_library and entry.name.lower() not in _LIBRARY_ORIGINALS:
            ignore = IN_LIBRARY
        return self._folder(entry.path, f"{parent.prefix}{entry.name}/", entry.name, ignore)

    @staticmethod
    def _folder(path: str, prefix: str, name: str, ignore: str | None) -> _Folder:
        return _Folder(path, prefix, ignore, name.lower().endswith(_LIBRARY_SUFFIX))

    def _take_files(self, folder: _Folder, entries: Iterable[os.DirEntry[str]]) -> None:
        """Sort the files of one folder into shots, failures and the rest."""
        known: dict[str, FileInfo] = {}
        failed: dict[str, str] = {}
        ignored: dict[str, str] = {}
        for entry in entries:
            name = entry.name
            reason = folder.ignore or (IN_LIBRARY if folder.is_library else None) or _reason_to_ignore(entry)
            if reason is not None:
                ignored[name] = reason
                continue
            try:
                status = entry.stat()
            except OSError as error:
                problem = "it vanished during the scan" if isinstance(error, FileNotFoundError) else _words(error)
                (failed if suffix_of(name) in PHOTO_SUFFIXES else ignored)[name] = problem
                continue
            reason = _reason_to_leave(status)
            if reason is not None:
                ignored[name] = reason
            elif suffix_of(name) in PHOTO_SUFFIXES and status.st_size == 0:
                failed[name] = "the file is empty (0 bytes)"
            elif suffix_of(name) in PHOTO_SUFFIXES and not _is_text(folder.prefix + name):
                failed[name] = "its name, or that of its folder, is not valid text; rename it"
            else:
                known[name] = FileInfo(folder.prefix + name, status.st_size, modified_ns(status))
        groups, lonely = group_files([name for name in known if _is_text(name)])
        ignored.update((name, NO_PHOTO) for name in known if not _is_text(name))
        ignored.update((name, VIDEO if suffix_of(name) in VIDEO_SUFFIXES else SIDECAR) for name in lonely)
        self._keep(folder, groups, known, failed, ignored)

    def _keep(
        self,
        folder: _Folder,
        groups: Iterable[Group],
        known: dict[str, FileInfo],
        failed: dict[str, str],
        ignored: dict[str, str],
    ) -> None:
        names = folder.names
        for group in groups:
            if names is None or not names.isdisjoint((group.picture, *group.companions)):
                self._shots.append(_shot(folder, group, known))
                self.seen += 1 + len(group.companions)
        for name, reason in failed.items():
            if names is None or name in names:
                self._fail(folder.prefix + name, reason)
        for name, reason in ignored.items():
            if names is None or name in names:
                self._ignore(folder.prefix + name, reason)

    def _fail(self, relpath: str, reason: str) -> None:
        self._failures.append(Failure(_sound(relpath), reason))
        self.seen += 1

    def _ignore(self, relpath: str, reason: str) -> None:
        self._ignored.append(Ignored(_sound(relpath), reason))
        self.seen += 1


def _prefix(relative: Path) -> str:
    return "" if relative == Path() else f"{relative.as_posix()}/"


def _shot(folder: _Folder, group: Group, known: dict[str, FileInfo]) -> Shot:
    file = known[group.picture]
    companions = tuple(sorted((known[name] for name in group.companions), key=lambda info: info.relpath))
    taken = date_of_takeout(os.path.join(folder.path, group.takeout)) if group.takeout else None  # noqa: PTH118
    if taken is not None:
        return Shot(file, companions, taken, TakenSource.TAKEOUT)
    taken = date_of_name(group.picture)
    if taken is not None:
        return Shot(file, companions, taken, TakenSource.NAME)
    return Shot(file, companions, local_wall_clock(file.mtime_ns / 1e9), TakenSource.FILE)


def _reason_to_ignore(entry: os.DirEntry[str]) -> str | None:
    """Why a file is left alone by its name; None for one that is looked at."""
    name = entry.name
    if name.startswith("."):
        if name.endswith(".icloud"):
            return IN_CLOUD
        if name.startswith("._"):
            return FINDER_DATA
    suffix = suffix_of(name)
    if suffix in PHOTO_SUFFIXES or suffix in VIDEO_SUFFIXES or suffix in SIDECAR_SUFFIXES:
        return None
    return UNFINISHED if suffix in _UNFINISHED_SUFFIXES else NO_PHOTO


def _reason_to_leave(status: os.stat_result) -> str | None:
    """Why a file is left alone by its marks: it lies in a cloud; None for a plain file."""
    attributes = getattr(status, "st_file_attributes", 0)
    flags = getattr(status, "st_flags", 0)
    return IN_CLOUD if attributes & _WINDOWS_CLOUD or flags & _MACOS_CLOUD else None


def _is_system_folder(name: str) -> bool:
    """Whether a folder of that name (lower case) holds what was thrown away, or what some program made of photos."""
    return name in _SYSTEM_FOLDERS or name.startswith(_USERS_TRASH)


def _is_cache_tag(entry: os.DirEntry[str]) -> bool:
    """Whether a file says that its folder holds nothing but what can be made again (bford.info/cachedir)."""
    if entry.name != "CACHEDIR.TAG":
        return False
    try:
        with open(openable(entry.path), "rb") as stream:  # noqa: PTH123 - long names on Windows
            return stream.read(len(_CACHE_SIGNATURE)) == _CACHE_SIGNATURE
    except OSError:
        return False


def _is_unfetched(entry: os.DirEntry[str]) -> bool:
    """Whether a folder's listing itself would have to be fetched from a cloud."""
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError:
        return False
    attributes = getattr(status, "st_file_attributes", 0)
    return bool(attributes & _WINDOWS_RECALL_ON_OPEN or getattr(status, "st_flags", 0) & _MACOS_CLOUD)


def _is_text(name: str) -> bool:
    """Whether a name is text in every place where it is written; Linux allows names that are not."""
    return name.isascii() or not any("\ud800" <= character <= "\udfff" for character in name)


def _sound(name: str) -> str:
    """A name for reading, with escapes for what is no text: two such names must not look the same."""
    return name if _is_text(name) else name.encode("utf-8", "backslashreplace").decode("utf-8")


def _words(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
