"""Ask the disk all that a plan needs to know, once for some photos and a destination. Changes nothing."""

from __future__ import annotations

import logging
import os
from collections.abc import Generator, Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath

from photosort.core.files import openable
from photosort.core.photo import Failure, Photo, Progress
from photosort.core.sorting.plans.destinations import (
    JOURNALS,
    facts_of,
    is_the_same,
    look_at_destination,
    place_in,
    strangers,
)
from photosort.core.sorting.plans.facts import (
    Destination,
    FileFacts,
    History,
    Past,
    SourceFolder,
    Survey,
    folder_of,
    is_weighty,
    name_of,
    why_settled,
)
from photosort.core.sorting.plans.twins import Item, Twins, find_twins

__all__ = ["JOURNALS", "Destination", "FileFacts", "History", "SourceFolder", "Survey", "facts_of", "survey"]

_logger = logging.getLogger(__name__)

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
    place, there = yield from look_at_destination(root, destination)
    past = Past.of(history or History(), root, destination, place.path)
    folders = _Folders(root, place)
    files: dict[str, FileFacts] = {}
    # As text: a Path for every file of 100,000 photos takes longer than asking the disk.
    prefix = os.path.join(root, "")  # noqa: PTH118
    for number, photo in enumerate(ordered):
        if number % _EVERY == 0:
            yield Progress(_WHAT, number, len(ordered))
        folders.add(folder_of(photo.relpath))
        for relpath in (photo.relpath, *photo.companions):
            facts = facts_of(prefix + relpath)
            if facts is not None:
                files[relpath] = facts
    yield Progress(_WHAT, len(ordered), len(ordered))
    twins = Twins({}, {})
    if compare:
        below = os.path.join(place.path, "")  # noqa: PTH118
        twins = yield from find_twins(
            list(_own_items(prefix, ordered, files, folders.found, place, past)),
            [Item(below + relpath, relpath, facts) for relpath, facts in strangers(root, place, there)],
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


class _Folders:
    """The folders that photos lie in, and those above them up to the root, each looked into once."""

    def __init__(self, root: Path, place: Destination) -> None:
        self._root = root
        self._place = place
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
        if above is not None and not link:
            if above.in_destination is not None:
                return str(PurePosixPath(above.in_destination, name_of(folder)))
            # What lies in a folder outside the destination is the destination itself, or outside as well.
            return "" if is_the_same(path, self._place) else None
        return place_in(path, self._place)


def _own_items(
    prefix: str,
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
            yield Item(prefix + relpath, relpath, facts, known if unchanged else None, settled=settled)


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
