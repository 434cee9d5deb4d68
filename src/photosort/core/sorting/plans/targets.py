"""What folders and files are called in the destination: no two files get one name, on whatever system."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from photosort.core.companions import SIDECAR_SUFFIXES, VIDEO_SUFFIXES, suffix_of
from photosort.core.imaging.formats import PHOTO_SUFFIXES, RAW_SUFFIXES
from photosort.core.sorting.plans.facts import Destination, folder_of, name_of
from photosort.core.sorting.plans.names import (
    MAX_NAME_BYTES,
    collision_key,
    legal_name,
    numbered,
    numbered_stem,
    split_suffix,
)


class TargetFolders:
    """Spells folders as they are spelled in the destination, where they are there."""

    def __init__(self, place: Destination) -> None:
        self._place = place
        self._found: dict[str, str] = {"": ""}

    def spelled(self, folder: str) -> str:
        """The folder that is meant, relative to the destination, POSIX; another one where a file has its name."""
        key = collision_key(folder)
        if key not in self._found:
            above = self.spelled(folder_of(folder))
            prefix = f"{above}/" if above else ""
            self._found[key] = prefix + self._name(prefix, name_of(folder), self._place.names.get(above, frozenset()))
        return self._found[key]

    def _name(self, prefix: str, name: str, there: frozenset[str]) -> str:
        if not there or prefix + name in self._place.names:
            return name
        key = collision_key(name)
        same = sorted(other for other in there if collision_key(other) == key)
        folders = [other for other in same if prefix + other in self._place.names]
        if folders or not same:
            return folders[0] if folders else name
        taken = {collision_key(other) for other in there}
        number = 2
        while collision_key(numbered_stem(name, number)) in taken:
            number += 1
        return numbered_stem(name, number)


# What the files of one stem are: by that the scan takes several of them for one shot. Added up; an enum takes longer
# than all the rest that is done for a photo.
_PICTURE = 1
_RAW = 2
_ATTACHED = 4


@dataclass(slots=True)
class _Folder:
    """What lies in a folder of the destination, or will.

    Attributes:
        names: collision keys of all names.
        stems: collision key of a stem -> (folder it comes from, None for what lies there already; what it is).
        next_number: collision key of a name -> the number to try next.
    """

    names: set[str] = field(default_factory=set)
    stems: dict[str, list[tuple[str | None, int]]] = field(default_factory=dict)
    next_number: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Settled:
    """Names of the files of one photo.

    Attributes:
        names: what they will be called, in the order they were given.
        conflict: why that is another name than before, for a person; empty where it is the same.
    """

    names: tuple[str, ...]
    conflict: str = ""


class TargetNames:
    """Gives every photo's files names that are free in the folder they go to, and keeps those names."""

    def __init__(self, place: Destination) -> None:
        self._place = place
        self._folders: dict[str, _Folder] = {}
        self._spellings: dict[str, list[str]] = {}
        for folder in place.names:
            self._spellings.setdefault(collision_key(folder), []).append(folder)

    def settle(self, folder: str, names: Sequence[str], *, origin: str) -> Settled:
        """Names for the files of one photo; where one is taken, all of them get the same number.

        A name is taken, too, if the scan would take the photo and another one that lies there for one shot: a RAW of
        one card beside a JPEG of another.

        Args:
            folder: relative to the destination, POSIX.
            names: the picture's first, then its companions'.
            origin: the folder they come from; photos of one folder do not stand in each other's way by their stems.
        """
        here = self._folders.get(folder)
        if here is None:
            here = self._folders[folder] = self._seen(folder)
        conflict = ""
        wanted = tuple(names)
        if self._place.restricted:
            wanted = tuple(legal_name(name) for name in names)
            if wanted[0] != names[0]:
                conflict = f"“{names[0]}” cannot be written to that disk: it becomes “{wanted[0]}”"
        wanted = _distinct(wanted)
        found = _by_key(wanted)
        if not self._free(here, found, origin):
            key = next(iter(found))
            number = here.next_number.get(key, 2)
            while not self._free(here, found := _by_key(numbered_group(wanted, number)), origin):
                number += 1
            here.next_number[key] = number + 1
            conflict = f"“{wanted[0]}” is taken there: it becomes “{next(iter(found.values()))}”"
        _take(here, found, origin)
        return Settled(tuple(found.values()), conflict)

    def _seen(self, folder: str) -> _Folder:
        here = _Folder()
        # Where "Sea" and "sea" are two folders, a file of one is not given the name of one in the other either: they
        # would clash on the next disk.
        for other in self._spellings.get(collision_key(folder), ()):
            _take(here, map(collision_key, self._place.names[other]), None)
        return here

    @staticmethod
    def _free(here: _Folder, names: Mapping[str, str], origin: str) -> bool:
        if not here.names.isdisjoint(names):
            return False
        picture = next(iter(names))
        stem = split_suffix(picture)[0]
        others = [traits for other, traits in here.stems.get(stem, ()) if other != origin]
        if others:
            own = _traits(names, stem)
            if any(_would_join(own, traits) for traits in others):
                return False
        return not any(other != origin and has & _ATTACHED for other, has in here.stems.get(picture, ()))


def numbered_group(names: Sequence[str], number: int) -> tuple[str, ...]:
    """The names of a photo's files with one number, so that they still belong together: ``a (2).jpg``, ``a (2).xmp``.

    Args:
        names: the picture's first.
        number: which.
    """
    picture = names[0]
    base = _base(names)
    folded = base.casefold()
    longest = max(len(name[len(base) :].encode("utf-8", "surrogatepass")) for name in names)
    new_base = numbered_stem(base, number, room=max(MAX_NAME_BYTES - longest, 16))
    new_picture = new_base + picture[len(base) :]
    result: list[str] = []
    for name in names:
        if name[: len(base)].casefold() == folded:
            result.append(new_base + name[len(base) :])
        elif suffix_of(name) == ".json" and f"{new_picture}.json" not in result:
            # Takeout's "a.jpg(1).json" and its names that were cut: this is how they name the picture in full.
            result.append(f"{new_picture}.json")
        else:
            result.append(numbered(name, number))
    return _distinct(result)


def _distinct(names: Sequence[str]) -> tuple[str, ...]:
    """The same names, but that no two are one to a system that knows no case (``a.xmp`` and ``A.XMP`` of one photo)."""
    found = _by_key(names)
    if len(found) == len(names):
        return tuple(names)
    found.clear()
    for name in names:
        other, number = name, 2
        while collision_key(other) in found:
            other, number = numbered(name, number), number + 1
        found[collision_key(other)] = other
    return tuple(found.values())


def _by_key(names: Iterable[str]) -> dict[str, str]:
    """Collision key -> name, in their order."""
    return {collision_key(name): name for name in names}


def _base(names: Sequence[str]) -> str:
    """What the number comes behind: the stem, without the ``.MP`` of Google's ``PXL_1.MP.jpg`` beside ``PXL_1.MP``."""
    stem = split_suffix(names[0])[0]
    for name in names[1:]:
        if name.casefold() == stem.casefold() and suffix_of(name) in VIDEO_SUFFIXES:
            return stem[: len(split_suffix(name)[0])]
    return stem


def _take(here: _Folder, keys: Iterable[str], origin: str | None) -> None:
    for key in keys:
        here.names.add(key)
        traits = _trait(suffix_of(key))
        if traits:
            here.stems.setdefault(split_suffix(key)[0], []).append((origin, traits))


def _trait(suffix: str) -> int:
    if suffix in PHOTO_SUFFIXES:
        return _PICTURE | _RAW if suffix in RAW_SUFFIXES else _PICTURE
    return _ATTACHED if suffix in VIDEO_SUFFIXES or suffix in SIDECAR_SUFFIXES else 0


def _traits(keys: Iterable[str], stem: str) -> int:
    found = 0
    for key in keys:
        if split_suffix(key)[0] == stem:
            found |= _trait(suffix_of(key))
    return found


def _would_join(own: int, other: int) -> bool:
    return bool((own | other) & (_RAW | _ATTACHED))
