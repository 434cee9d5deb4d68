"""Ask the disk all that a plan needs to know, once for some photos and a destination. Changes nothing."""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Generator, Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Final

from photosort.core.files import modified_ns, openable
from photosort.core.photo import Failure, Photo, Progress
from photosort.core.sorting.facts import (
    Destination,
    FileFacts,
    History,
    Past,
    SourceFolder,
    Survey,
    folder_of,
    in_library,
    is_weighty,
    name_of,
    why_settled,
)
from photosort.core.sorting.twins import Item, Twins, find_twins
from photosort.core.sorting.volumes import device_of, free_bytes, nearest_existing, restricted_names

__all__ = ["Destination", "FileFacts", "History", "SourceFolder", "Survey", "survey"]

_logger = logging.getLogger(__name__)

JOURNALS: Final = ".photosort"
"""The folder in a destination that holds the journals of what was sorted there."""

_PROGRAM_FOLDERS = ("lightroom", "digikam")
"""How folders of such programs begin, lower case."""

_WHAT = "Looking at the files"
_EVERY = 500


def survey(
    root: Path,
    photos: Sequence[Photo],
    destination: Path,
    *,
    failures: Iterable[Failure] = (),
    history: History | None = None,
    compare: bool = True,
) -> Generator[Progress, None, Survey]:
    """Ask the disk about photos and about the destination.

    Contents are compared by size first, then by content key, and by a hash of the whole file where both are equal.

    Args:
        root: the folder that is sorted.
        photos: what is to be sorted, any order.
        destination: where to; it need not be there yet.
        failures: what the scan and the analysis could not read, also of photos that are not to be sorted.
        history: what was done with the photos before.
        compare: look for equal contents; False where no file is to be placed.

    Yields:
        how many files were looked at, then bytes read for comparing.
    """
    ordered = tuple(sorted(photos, key=lambda photo: photo.relpath))
    place, there = yield from _look_at_destination(root, destination)
    past = Past.of(history or History(), root, destination, place.path)
    folders = _Folders(root, place)
    files: dict[str, FileFacts] = {}
    for number, photo in enumerate(ordered):
        if number % _EVERY == 0:
            yield Progress(_WHAT, number, len(ordered))
        folders.add(folder_of(photo.relpath))
        for relpath in (photo.relpath, *photo.companions):
            facts = facts_of(root / relpath)
            if facts is not None:
                files[relpath] = facts
    yield Progress(_WHAT, len(ordered), len(ordered))
    twins = Twins({}, {})
    if compare:
        twins = yield from find_twins(
            list(_own_items(root, ordered, files, folders.found, place, past)),
            [Item(place.path / relpath, relpath, facts) for relpath, facts in _strangers(root, place, there)],
        )
    by_path = {photo.relpath: photo.id for photo in ordered}
    problems = {failure.relpath: failure for failure in failures}
    return Survey(
        root=root,
        place=place,
        photos=ordered,
        files=files,
        folders=folders.found,
        unreadable=tuple(problems[relpath] for relpath in sorted(problems.keys() - by_path.keys())),
        why_failed={by_path[path]: problems[path].reason for path in problems.keys() & by_path.keys()},
        digests=twins.digests,
        there=twins.there,
        programs=tuple(_other_programs(root, folders.found)),
        past=past,
    )


def facts_of(path: Path) -> FileFacts | None:
    """What a file is, links not followed; None where there is none."""
    try:
        status = os.lstat(openable(path))
    except OSError:
        return None
    return FileFacts(
        status.st_size, modified_ns(status), status.st_ino, status.st_dev, link=stat.S_ISLNK(status.st_mode)
    )


class _Folders:
    """The folders that photos lie in, and those above them up to the root, each looked into once."""

    def __init__(self, root: Path, place: Destination) -> None:
        self._root = root
        self._place = place
        self._real_destination = os.path.realpath(place.path)
        self.found: dict[str, SourceFolder] = {}

    def add(self, folder: str) -> SourceFolder:
        known = self.found.get(folder)
        if known is not None:
            return known
        above = self.add(folder_of(folder)) if folder else None
        path = self._root / folder
        names: list[str] = []
        subfolders: list[str] = []
        try:
            with os.scandir(openable(path)) as entries:
                for entry in entries:
                    (subfolders if entry.is_dir(follow_symlinks=False) else names).append(entry.name)
        except OSError as error:
            _logger.warning("%s could not be looked into: %s", path, error)
        link = bool(folder) and (path.is_symlink() or (above is not None and above.link))
        result = self.found[folder] = SourceFolder(
            names=frozenset(names),
            subfolders=tuple(subfolders),
            writable=os.access(openable(path), os.W_OK | os.X_OK),
            link=link,
            in_destination=self._in_destination(path, folder, above, link=link),
        )
        return result

    def _in_destination(self, path: Path, folder: str, above: SourceFolder | None, *, link: bool) -> str | None:
        if above is not None and not link and above.in_destination is not None:
            return str(PurePosixPath(above.in_destination, name_of(folder)))
        real = os.path.realpath(path)
        if real != self._real_destination and not real.startswith(os.path.join(self._real_destination, "")):  # noqa: PTH118
            return None
        relative = Path(os.path.relpath(real, self._real_destination)).as_posix()
        return "" if relative == "." else relative


def _look_at_destination(
    root: Path, destination: Path
) -> Generator[Progress, None, tuple[Destination, dict[str, FileFacts]]]:
    """What the destination is, and the pictures and videos in it."""
    path = Path(os.path.realpath(destination))
    real_root = Path(os.path.realpath(root))
    nearest = nearest_existing(path)
    problem = _problem(root, destination, path, nearest)
    names: dict[str, frozenset[str]] = {}
    files: dict[str, FileFacts] = {}
    if not problem and nearest == path:
        yield from _walk(path, names, files)
    try:
        device, free = device_of(nearest), free_bytes(nearest)
    except OSError as error:
        device, free, problem = (
            0,
            0,
            problem or f"{nearest} cannot be reached: {(error.strerror or str(error)).lower()}",
        )
    place = Destination(
        path=path,
        problem=problem,
        device=device,
        free=free,
        restricted=restricted_names(nearest),
        contains_root=real_root.is_relative_to(path),
        names=names,
    )
    return place, files


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
                    elif is_weighty(entry.name) and (facts := facts_of(path / relpath)) is not None and not facts.link:
                        files[relpath] = facts
                    if (seen := seen + 1) % _EVERY == 0:
                        yield Progress("Looking at the destination", seen, None)
        except OSError as error:
            _logger.warning("%s could not be looked into: %s", path / folder, error)
        names[folder] = frozenset(here)


def _strangers(root: Path, place: Destination, there: dict[str, FileFacts]) -> Iterable[tuple[str, FileFacts]]:
    """The files in a destination, but those below the root where that lies in the destination itself."""
    if not place.contains_root:
        return there.items()
    inside = Path(os.path.relpath(os.path.realpath(root), place.path)).as_posix()
    if inside == ".":
        return ()
    return ((relpath, facts) for relpath, facts in there.items() if not relpath.startswith(f"{inside}/"))


def _own_items(
    root: Path,
    photos: Iterable[Photo],
    files: dict[str, FileFacts],
    folders: dict[str, SourceFolder],
    place: Destination,
    past: Past,
) -> Iterable[Item]:
    for photo in photos:
        settled = bool(why_settled(photo, folders[folder_of(photo.relpath)], place, past))
        for relpath in (photo.relpath, *filter(is_weighty, photo.companions)):
            facts = files.get(relpath)
            if facts is None or facts.link:
                continue
            known = photo.content_key if relpath == photo.relpath else None
            unchanged = (facts.size, facts.mtime_ns) == (photo.size, photo.mtime_ns)
            yield Item(root / relpath, relpath, facts, known if unchanged else None, settled=settled)


def _other_programs(root: Path, folders: Mapping[str, SourceFolder]) -> Iterable[tuple[str, Path]]:
    """Catalogs of programs that may know of the photos: in their folders, beside the root, in a folder of their own."""
    for folder, facts in folders.items():
        yield from _catalogs_among(root / folder, facts.names)
    beside = _listing(root.parent)
    yield from _catalogs_among(root.parent, beside)
    for above, names in ((root, folders[""].subfolders if "" in folders else ()), (root.parent, beside)):
        for name in names:
            if name.lower().startswith(_PROGRAM_FOLDERS) and name not in folders:
                yield from _catalogs_among(above / name, _listing(above / name))


def _catalogs_among(folder: Path, names: Iterable[str]) -> Iterable[tuple[str, Path]]:
    for name in sorted(names):
        low = name.lower()
        if low.endswith(".lrcat"):
            yield "Lightroom", folder / name
        elif low == "digikam4.db":
            yield "digiKam", folder / name


def _listing(folder: Path) -> list[str]:
    try:
        return os.listdir(openable(folder))  # noqa: PTH208 - names, not paths
    except OSError:
        return []
