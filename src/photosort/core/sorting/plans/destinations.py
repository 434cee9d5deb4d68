"""What a destination is like: whether anything can be put there, what is there already, and what lies in it."""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Generator, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from photosort.core.files import modified_ns, openable
from photosort.core.photo import Progress
from photosort.core.sorting.files.volumes import (
    case_insensitive,
    device_of,
    file_system_of,
    free_bytes,
    nearest_existing,
    restricted_names,
)
from photosort.core.sorting.plans.facts import Destination, FileFacts, in_library, is_weighty
from photosort.core.sorting.plans.names import collision_key

_logger = logging.getLogger(__name__)

JOURNALS: Final = ".photosort"
"""The folder in a destination that holds the journals of what was sorted there."""

_WITHOUT_LINKS = frozenset({"vfat", "msdos", "fat", "exfat"})
_WHAT = "Looking at the destination"
_EVERY = 500


def look_at_destination(
    root: Path, destination: Path
) -> Generator[Progress, None, tuple[Destination, dict[str, FileFacts]]]:
    """Look at a destination, which need not be there yet.

    Args:
        root: the folder that is sorted.
        destination: as the person named it.

    Yields:
        how much was seen.

    Returns:
        what it is, and path -> what it is of the pictures and videos in it, relative to it, POSIX.
    """
    path = Path(os.path.realpath(destination))
    nearest = nearest_existing(path)
    problem = _problem(root, destination, path, nearest)
    names: dict[str, frozenset[str]] = {}
    files: dict[str, FileFacts] = {}
    if not problem and nearest == path:
        yield from _walk(path, names, files)
    device, free, identity = 0, 0, None
    try:
        device, free = device_of(nearest), free_bytes(nearest)
        identity = _identity(path)
    except OSError as error:
        problem = problem or f"{nearest} cannot be reached: {(error.strerror or str(error)).lower()}."
    place = Destination(
        path=path,
        problem=problem,
        device=device,
        free=free,
        restricted=restricted_names(nearest),
        links=file_system_of(nearest) not in _WITHOUT_LINKS,
        names=names,
        identity=identity,
        caseless=case_insensitive(nearest),
    )
    return replace(place, contains_root=place_in(root, place) is not None), files


def facts_of(path: str | Path) -> FileFacts | None:
    """What a file is, links not followed; None where there is none."""
    try:
        status = os.lstat(openable(path))
    except OSError:
        return None
    return FileFacts(
        status.st_size, modified_ns(status), status.st_ino, status.st_dev, link=stat.S_ISLNK(status.st_mode)
    )


def is_the_same(path: Path, place: Destination) -> bool:
    """Whether a folder is the destination itself, however it is spelled."""
    if path == place.path or (place.identity is not None and _identity(path) == place.identity):
        return True
    # Drivers of drives that know no case may number a folder anew for each spelling of its name.
    return place.caseless and collision_key(os.path.realpath(path)) == collision_key(str(place.path))


def place_in(path: Path, place: Destination) -> str | None:
    """Where a folder lies in a destination, relative to it, POSIX; None where it does not.

    Folders are compared by what they are: a system that holds "sorted" and "Sorted" for one does not tell which of
    them a person's spelling of a path is.
    """
    real = Path(os.path.realpath(path))
    for above in (real, *real.parents):
        if is_the_same(above, place):
            return "" if above == real else real.relative_to(above).as_posix()
    return None


def strangers(root: Path, place: Destination, there: Mapping[str, FileFacts]) -> Iterable[tuple[str, FileFacts]]:
    """The files in a destination, but those below the root where that lies in the destination itself."""
    inside = place_in(root, place)
    if inside is None:
        return there.items()
    if not inside:
        return ()
    key = collision_key if place.caseless else str
    below = key(f"{inside}/")
    return ((relpath, facts) for relpath, facts in there.items() if not key(relpath).startswith(below))


def _identity(path: Path) -> tuple[int, int] | None:
    """What tells a folder from all others; None where there is none, or where the file system tells nothing."""
    try:
        status = os.stat(openable(path))  # noqa: PTH116 - long names on Windows
    except OSError:
        return None
    return (status.st_dev, status.st_ino) if status.st_ino else None


def _problem(root: Path, asked: Path, path: Path, nearest: Path) -> str:
    """Why nothing can be put into a destination; empty where it can."""
    if not nearest.is_dir():
        return f"{nearest} is a file, not a folder."
    if in_library(path.as_posix()):
        return f"{path} lies in a library of Apple Photos, where nothing else may be put."
    if not os.access(openable(nearest), os.W_OK | os.X_OK):
        return f"There is no permission to write into {nearest}."
    link = _link_inside(root, asked)
    if link is not None and path.is_relative_to(os.path.realpath(root)):
        return f"{asked} leads back into the folder that is sorted, through the link {link}. Choose {path} itself."
    return ""


def _link_inside(root: Path, asked: Path) -> Path | None:
    """The first link below the root that a path goes through."""
    absolute = Path(os.path.abspath(asked))  # noqa: PTH100 - resolve() would follow the very link
    if not absolute.is_relative_to(root):
        return None
    for part in reversed((absolute, *absolute.parents)):
        if part != root and part.is_relative_to(root) and part.is_symlink():
            return part
    return None


def _walk(path: Path, names: dict[str, frozenset[str]], files: dict[str, FileFacts]) -> Generator[Progress, None, None]:
    """All names in the destination, and what its pictures and videos are."""
    todo = [""]
    seen = 0
    while todo:
        folder = todo.pop()
        here: list[str] = []
        try:
            with os.scandir(openable(path / folder)) as entries:
                for entry in entries:
                    here.append(entry.name)
                    relpath = f"{folder}/{entry.name}" if folder else entry.name
                    if entry.is_dir(follow_symlinks=False):
                        if relpath != JOURNALS:
                            todo.append(relpath)
                    elif is_weighty(entry.name) and (facts := facts_of(entry.path)) is not None and not facts.link:
                        files[relpath] = facts
                    if (seen := seen + 1) % _EVERY == 0:
                        yield Progress(_WHAT, seen, None)
        except OSError as error:
            _logger.warning("%s could not be looked into: %s", path / folder, error)
        names[folder] = frozenset(here)
