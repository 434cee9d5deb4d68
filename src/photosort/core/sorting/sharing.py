"""Sidecars that several photos need: ``a.xmp`` of ``a.jpg`` and ``a.png``, Takeout's JSON of a photo and its edit."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from photosort.core.columns import PhotoColumns
from photosort.core.companions import SIDECAR_SUFFIXES, original_of, suffix_of
from photosort.core.photo import Photo
from photosort.core.sorting.facts import folder_of, name_of
from photosort.core.sorting.names import split_suffix
from photosort.core.sorting.values import How

_Key = tuple[str, str, bool]


class SharedSidecars:
    """Knows which sidecars are shared, and which of them stay because a photo that needs them stays.

    Args:
        columns: all photos of the root.
        how: what is done with the files; only what is moved is missed where it was.
        photos: those that are asked about.
        sorted_ids: ids of those that will be sorted.
    """

    def __init__(self, columns: PhotoColumns, how: How, photos: Sequence[Photo], sorted_ids: Collection[int]) -> None:
        candidates: dict[_Key, list[str]] = {}
        for photo in photos:
            for path in photo.companions:
                key = _key(photo, path)
                if key is not None:
                    candidates.setdefault(key, []).append(path)
        users = _users(columns, candidates)
        shared = {key: ids for key, ids in users.items() if len(ids) > 1}
        self._shared = frozenset(path for key in shared for path in candidates[key])
        self._needed: dict[int, list[str]] = {}
        self._staying = frozenset(
            path
            for key, ids in shared.items()
            if how.takes_away and not all(photo_id in sorted_ids for photo_id in ids)
            for path in candidates[key]
        )

        owned = {photo.id: frozenset(photo.companions) for photo in photos}
        for key, ids in shared.items():
            for photo_id in ids:
                others = [path for path in candidates[key] if path not in owned.get(photo_id, ())]
                self._needed.setdefault(photo_id, []).extend(path for path in others if path not in self._staying)

    def needed_by(self, photo_id: int) -> list[str]:
        """Companions of other photos that a photo needs, too, and that go when the last of those photos goes."""
        return self._needed.get(photo_id, [])

    def is_shared(self, path: str) -> bool:
        """True if several photos need the file."""
        return path in self._shared

    def stays(self, path: str) -> bool:
        """True if the file stays although its photo goes: another one needs it that stays."""
        return path in self._staying


def _key(photo: Photo, path: str) -> _Key | None:
    """What the photos have in common that share a companion; None for a file that belongs to one alone."""
    name = name_of(path)
    suffix = suffix_of(name)
    stem = split_suffix(photo.name)[0].casefold()
    if suffix == ".json":
        return folder_of(path), original_of(stem), True
    if suffix in SIDECAR_SUFFIXES and split_suffix(name)[0].casefold() == stem:
        return folder_of(path), stem, False
    return None


def _users(columns: PhotoColumns, wanted: Collection[_Key]) -> dict[_Key, list[int]]:
    """Ids of the photos that need the sidecars of each key."""
    found: dict[_Key, list[int]] = {}
    if not wanted:
        return found
    folders, codes = columns.folder_codes
    of_interest = {folder for folder, _stem, _json in wanted}
    rows = np.flatnonzero(np.array([folder in of_interest for folder in folders], np.bool_)[codes])
    for row in rows.tolist():
        stem = split_suffix(columns.names[row])[0].casefold()
        folder = columns.folders[row]
        for key in ((folder, stem, False), (folder, original_of(stem), True)):
            if key in wanted:
                found.setdefault(key, []).append(int(columns.ids[row]))
    return found
