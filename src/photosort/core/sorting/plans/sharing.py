"""Sidecars that several photos need: ``a.xmp`` of ``a.jpg`` and ``a.png``, Takeout's JSON of a photo and its edit."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from photosort.core.companions import SIDECAR_SUFFIXES, group_files, original_of, suffix_of
from photosort.core.imaging.formats import PHOTO_SUFFIXES
from photosort.core.photo import Photo
from photosort.core.sorting.plans.facts import Survey, folder_of, name_of
from photosort.core.sorting.plans.names import split_suffix
from photosort.core.sorting.values import How


class SharedSidecars:
    """Knows which sidecars are shared, and which of them stay because a photo that needs them stays.

    Args:
        survey: with the names of all files beside the photos, of which some may not be asked about.
        how: what is done with the files; only what is moved is missed where it was.
        photos: those that are asked about.
        sorted_ids: ids of those that will be sorted.
    """

    def __init__(self, survey: Survey, how: How, photos: Sequence[Photo], sorted_ids: Collection[int]) -> None:
        self._survey = survey
        self._by_stem: dict[str, dict[str, list[str]]] = {}
        self._shared: set[str] = set()
        self._staying: set[str] = set()
        self._needed: dict[int, list[str]] = {}
        ids = {photo.relpath: photo.id for photo in photos}
        for photo in photos:
            for path in photo.companions:
                users = self._users(photo, path)
                if len(users) < 2:
                    continue
                self._shared.add(path)
                if how.takes_away and not all(ids.get(user) in sorted_ids for user in users):
                    self._staying.add(path)
                    continue
                for user in users:
                    if user != photo.relpath and user in ids:
                        self._needed.setdefault(ids[user], []).append(path)

    def is_shared(self, path: str) -> bool:
        """True if several photos need the file."""
        return path in self._shared

    def stays(self, path: str) -> bool:
        """True if the file stays although its photo goes: another one needs it that stays."""
        return path in self._staying

    def needed_by(self, photo_id: int) -> list[str]:
        """Companions of other photos that a photo needs, too, and that go when the last of those photos goes."""
        return self._needed.get(photo_id, [])

    def _users(self, photo: Photo, path: str) -> list[str]:
        """Paths of the pictures that need a companion, that of its own photo among them."""
        name = name_of(path)
        stem = split_suffix(photo.name)[0].casefold()
        of_stem = split_suffix(name)[0].casefold() == stem
        is_json = suffix_of(name) == ".json"
        if not is_json and not (of_stem and suffix_of(name) in SIDECAR_SUFFIXES):
            return []
        folder = folder_of(path)
        # Takeout's edits have no JSON of their own.
        same = self._pictures(folder).get(original_of(stem) if is_json else stem, [])
        if len(same) < 2:
            return []
        if not is_json:
            same = [other for other in same if split_suffix(other)[0].casefold() == stem]
        prefix = f"{folder}/" if folder else ""
        return [prefix + group.picture for group in group_files(same)[0]]

    def _pictures(self, folder: str) -> dict[str, list[str]]:
        """Stem of an original -> names of its pictures, those of its edits among them."""
        if folder not in self._by_stem:
            found = self._by_stem[folder] = {}
            for name in sorted(self._survey.folders[folder].names):
                if suffix_of(name) in PHOTO_SUFFIXES:
                    found.setdefault(original_of(split_suffix(name)[0].casefold()), []).append(name)
        return self._by_stem[folder]
