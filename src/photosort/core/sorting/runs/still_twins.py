"""Before a duplicate is thrown away, long after it was found to be one: is its content still somewhere else?"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path

from photosort.core.photo import Photo, Progress
from photosort.core.sorting.plans.facts import is_weighty
from photosort.core.sorting.plans.names import collision_key
from photosort.core.sorting.plans.survey import JOURNALS, facts_of
from photosort.core.sorting.plans.twins import Item, find_twins
from photosort.core.sorting.values import Account, Run, Status

_WHAT = "Looking for what the duplicates equal"
_EVERY = 500


def still_duplicates(
    run: Run, account: Account, photos: Sequence[Photo]
) -> Generator[Progress, None, tuple[Photo, ...]]:
    """Those of some duplicates whose content lies somewhere else, too, read and compared to the last byte.

    Args:
        run: that found them to be duplicates.
        account: what became of every photo of it.
        photos: duplicates, where they lie now.

    Yields:
        how many files were looked at, then bytes read for comparing.

    Returns:
        the photos whose picture, and each RAW file and video of it, equals a file that is none of these photos'.
    """
    weighty = {
        photo.id: [photo.path, *(photo.root / path for path in photo.companions if is_weighty(path))]
        for photo in photos
    }
    own = dict.fromkeys(path for paths in weighty.values() for path in paths)
    others: dict[Path, None] = {}
    for number, path in enumerate(_elsewhere(run, account)):
        if number % _EVERY == 0:
            yield Progress(_WHAT, number, None)
        if path not in own:
            others[path] = None
    mine = list(_items(own))
    # A file is not its own twin, by whatever name it is found; nor is another name of the same file, to be safe. Some
    # drives number a file anew for each spelling of a name, so that its place is compared as well.
    places = _Places()
    same = {_identity(item) for item in mine}
    taken = {places.key(path) for path in own}
    there = [
        item
        for item in _items({path: None for path in others if places.key(path) not in taken})
        if not item.facts.inode or _identity(item) not in same
    ]
    twins = yield from find_twins(mine, there)

    def lies_elsewhere(path: Path) -> bool:
        return twins.digests.get(str(path)) in twins.there

    return tuple(photo for photo in photos if all(lies_elsewhere(path) for path in weighty[photo.id]))


class _Places:
    """Keys of places on the disk: equal for all ways to one place, and for spellings that some system holds for one."""

    def __init__(self) -> None:
        self._folders: dict[Path, str] = {}

    def key(self, path: Path) -> str:
        """The key of a file's place."""
        folder = self._folders.get(path.parent)
        if folder is None:
            folder = self._folders[path.parent] = collision_key(os.path.realpath(path.parent))
        return f"{folder}/{collision_key(path.name)}"


def _elsewhere(run: Run, account: Account) -> Iterator[Path]:
    """Where the twin of a duplicate may lie: where photos of the run are or were, and anywhere in the destination."""
    for item in account.items:
        if item.status is Status.DUPLICATE:
            continue
        for source, target in ((item.source, item.target), *item.companions):
            yield run.root / source
            if target is not None:
                yield run.destination / target
    for folder, folders, names in os.walk(run.destination):
        folders[:] = [name for name in folders if name != JOURNALS]
        for name in names:
            yield Path(folder, name)


def _identity(item: Item) -> tuple[int, int]:
    return item.facts.device, item.facts.inode


def _items(paths: dict[Path, None]) -> Iterator[Item]:
    for path in paths:
        facts = facts_of(path)
        # What a link leads to may be the very duplicate.
        if facts is not None and not facts.link:
            yield Item(path, str(path), facts)
