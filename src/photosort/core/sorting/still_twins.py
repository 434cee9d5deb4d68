"""Before a duplicate is thrown away, long after it was found to be one: is its content still somewhere else?"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path

from photosort.core.photo import Photo, Progress
from photosort.core.sorting.facts import is_weighty
from photosort.core.sorting.survey import JOURNALS, facts_of
from photosort.core.sorting.twins import Item, find_twins
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
    # A file is not its own twin, by whatever name it is found; nor is another name of the same file, to be safe.
    same = {_identity(item) for item in mine}
    there = [item for item in _items(others) if not item.facts.inode or _identity(item) not in same]
    twins = yield from find_twins(mine, there)

    def lies_elsewhere(path: Path) -> bool:
        return twins.digests.get(str(path)) in twins.there

    return tuple(photo for photo in photos if all(lies_elsewhere(path) for path in weighty[photo.id]))


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
