"""Which folders a move leaves empty."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from photosort.core.sorting.plans.facts import Survey, folder_of
from photosort.core.sorting.values import PlannedPhoto


def emptied_folders(survey: Survey, photos: Iterable[PlannedPhoto]) -> tuple[str, ...]:
    """Folders that hold nothing more after a move, relative to the root, those below others first.

    The root, links and folders that get photos themselves are none of them. A folder that holds anything else, be it
    some system's ``Thumbs.db``, stays.
    """
    leaving: Counter[str] = Counter()
    filled: set[str] = set()
    for photo in photos:
        if photo.target is not None:
            filled.add(photo.folder)
            leaving.update(folder_of(file.source) for file in photo.files if file.target is not None)
    needed = _with_those_above(survey, filled)
    real_root = Path(os.path.realpath(survey.root))
    emptied: set[str] = set()
    for folder in sorted(survey.folders, key=lambda folder: (-folder.count("/"), folder)):
        facts = survey.folders[folder]
        if not folder or facts.link or leaving[folder] < len(facts.names) or real_root / folder in needed:
            continue
        inner = [f"{folder}/{name}" for name in facts.subfolders]
        # One that was empty before is none of this plan's business.
        if (leaving[folder] or inner) and emptied.issuperset(inner):
            emptied.add(folder)
    return tuple(sorted(emptied, key=lambda folder: (-folder.count("/"), folder)))


def _with_those_above(survey: Survey, folders: Iterable[str]) -> set[Path]:
    """The folders of the destination that are filled, and all those that they lie in, absolute."""
    found: set[Path] = {survey.place.path, *survey.place.path.parents}
    for folder in folders:
        path = survey.place.path / folder
        found.update((path, *path.parents))
    return found
