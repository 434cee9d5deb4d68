"""What the disk and the journal say of the photos that are to be sorted: what `survey` finds and `resolve` reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final, Protocol

from photosort.core.companions import VIDEO_SUFFIXES, suffix_of
from photosort.core.imaging.formats import PHOTO_SUFFIXES
from photosort.core.photo import Failure, Photo
from photosort.core.sorting.values import How

_LIBRARY = ".photoslibrary"

IN_DESTINATION: Final = "it lies in the destination already"


class SortedBefore(Protocol):
    """A photo's newest run that stands, as the journal has it.

    Attributes:
        at: when, seconds since the epoch (UTC).
        folder: where it was put, absolute.
        how: what was done with it.
    """

    @property
    def at(self) -> float: ...  # noqa: D102  (told above)

    @property
    def folder(self) -> Path: ...  # noqa: D102

    @property
    def how(self) -> How: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class History:
    """What was done with the photos before, as the catalog has it.

    Attributes:
        sorted_before: photo id -> the newest run that sorted it and stands.
        said_at: photo id -> when a person last said something of it, seconds since the epoch (UTC).
        copies: absolute paths of copies and links that photosort made.
    """

    sorted_before: Mapping[int, SortedBefore] = field(default_factory=lambda: MappingProxyType({}))
    said_at: Mapping[int, float] = field(default_factory=lambda: MappingProxyType({}))
    copies: frozenset[Path] = frozenset()


@dataclass(frozen=True, slots=True)
class Past:
    """The part of the history that matters for one destination.

    Attributes:
        folders: photo id -> where it was put in this destination, relative to it, POSIX.
        keyworded: ids of photos that got a keyword from a plan.
        relabelled: ids of photos of which a person said something since they were sorted.
        copies: paths below the root, relative to it, of copies and links that photosort made.
    """

    folders: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))
    keyworded: frozenset[int] = frozenset()
    relabelled: frozenset[int] = frozenset()
    copies: frozenset[str] = frozenset()

    @classmethod
    def of(cls, history: History, root: Path, destination: Path, real_destination: Path) -> Past:
        """What of the history matters for a destination, under the name a person gave it and without links."""
        folders: dict[int, str] = {}
        inside: dict[Path, str | None] = {}
        for photo_id, before in history.sorted_before.items():
            if before.folder not in inside:
                inside[before.folder] = _relative(before.folder, destination, real_destination)
            relative = inside[before.folder]
            if relative is not None and before.how is not How.KEYWORDS:
                folders[photo_id] = relative
        return cls(
            folders=folders,
            keyworded=frozenset(
                photo_id for photo_id, before in history.sorted_before.items() if before.how is How.KEYWORDS
            ),
            relabelled=frozenset(
                photo_id
                for photo_id, before in history.sorted_before.items()
                if history.said_at.get(photo_id, before.at) > before.at
            ),
            copies=frozenset(_relative(path, root, root) or "" for path in history.copies),
        )


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A file as it lies on the disk, links not followed.

    Attributes:
        size: bytes.
        mtime_ns: modification time, nanoseconds since the epoch.
        inode: the file system's number of it; 0 where it has none.
        device: of the file system.
        link: it is a symbolic link.
    """

    size: int
    mtime_ns: int
    inode: int
    device: int
    link: bool = False


@dataclass(frozen=True, slots=True)
class SourceFolder:
    """A folder that holds photos, or a folder above one up to the root.

    Attributes:
        names: of everything in it that is no folder.
        subfolders: names of its folders.
        writable: files may be taken out of it.
        link: it is a symbolic link, or lies below one.
        in_destination: where it lies in the destination, relative to that, POSIX; None where it does not.
    """

    names: frozenset[str] = frozenset()
    subfolders: tuple[str, ...] = ()
    writable: bool = True
    link: bool = False
    in_destination: str | None = None


@dataclass(frozen=True, slots=True)
class Destination:
    """Where the folders are to be made.

    Attributes:
        path: absolute, without links.
        problem: why nothing can be put there, for a person; empty where it can.
        device: of its file system.
        free: bytes that may still be written.
        restricted: only names that Windows takes are good there.
        links: hard and symbolic links can be made there.
        contains_root: it is the folder that is sorted, or one above it.
        names: folder in it, relative, POSIX -> names of everything in that folder.
        identity: what tells the folder from all others; None where it is not there yet.
        caseless: names that differ by case only are one there.
    """

    path: Path
    problem: str = ""
    device: int = 0
    free: int = 0
    restricted: bool = False
    links: bool = True
    contains_root: bool = False
    names: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    identity: tuple[int, int] | None = None
    caseless: bool = False


@dataclass(frozen=True, slots=True)
class Survey:
    """What the disk says of some photos and of the destination, at one moment.

    Attributes:
        root: the folder that is sorted, absolute.
        place: the destination.
        photos: the photos, sorted by path.
        files: path of each of their files relative to the root -> what it is; files that are gone are not here.
        folders: path relative to the root -> what it is; the root itself is the empty one.
        unreadable: files that are no photos because the scan could not read them, sorted by path.
        why_failed: photo id -> why its content could not be read.
        digests: path of a file -> SHA-256; of those alone that another file may equal.
        there: SHA-256 -> the files with that content in the destination, relative to it, POSIX.
        programs: catalogs of other programs that are near: (program, path).
        past: what was done with the photos before.
    """

    root: Path
    place: Destination
    photos: tuple[Photo, ...]
    files: Mapping[str, FileFacts]
    folders: Mapping[str, SourceFolder]
    unreadable: tuple[Failure, ...] = ()
    why_failed: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))
    digests: Mapping[str, bytes] = field(default_factory=lambda: MappingProxyType({}))
    there: Mapping[bytes, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    programs: tuple[tuple[str, Path], ...] = ()
    past: Past = Past()


def folder_of(relpath: str) -> str:
    """The folder of a path, POSIX; empty for the root."""
    return relpath.rpartition("/")[0]


def name_of(relpath: str) -> str:
    """The last part of a path, POSIX."""
    return relpath.rpartition("/")[2]


def is_weighty(relpath: str) -> bool:
    """Whether a file holds a shot (picture, RAW, video) and not something that is said of one."""
    suffix = suffix_of(name_of(relpath))
    return suffix in PHOTO_SUFFIXES or suffix in VIDEO_SUFFIXES


def why_settled(photo: Photo, folder: SourceFolder, place: Destination, past: Past) -> str:
    """Why a photo is not sorted into the destination again, for a person; empty where it may be."""
    if photo.relpath in past.copies:
        return "a copy that photosort made"
    if photo.id in past.folders:
        before = past.folders[photo.id]
        again = photo.id in past.relabelled
        return "" if again else f"sorted before into “{before}”" if before else "sorted before"
    if folder.in_destination is not None and not place.contains_root:
        return IN_DESTINATION
    return ""


def in_library(folder: str) -> bool:
    """Whether a folder is, or lies in, a library of Apple Photos."""
    low = folder.lower()
    return _LIBRARY in low and any(part.endswith(_LIBRARY) for part in low.split("/"))


def _relative(path: Path, *bases: Path) -> str | None:
    """A path relative to the first base that it is or lies in, POSIX, empty for the base itself; None for none."""
    for base in bases:
        if path.is_relative_to(base):
            return "" if path == base else path.relative_to(base).as_posix()
    return None
